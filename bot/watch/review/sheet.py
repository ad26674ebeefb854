"""A watchlist beside the files it was read from: where each of its lists, terms and rules stands.

It judges nothing. Files are read again for it, since the compiled watchlists keep no places; the places themselves are
looked up for what has something to be said about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from bot.errors import ConfigError
from bot.watch import words
from bot.watch.expression import Concept, Node, Quoted, leaves
from bot.watch.places import place_in_scalar
from bot.watch.review.tokens import Values, values_in, where
from bot.watch.rules import ConceptTerms, Rule, Watchlist, Watchlists
from bot.watch.uses import Use
from bot.yamlfile import Located, Step, read
from bot.yamlfile.edit import Drop

Steps = tuple[Step, ...]
"""The way to a value in a file: keys and numbers."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to be said about one place of a configuration file that is no error, or about a file as a whole.
    Lines and columns count from 1. `change` is what mends it without altering what any rule matches, where there is
    such a change."""

    message: str
    file: str
    line: int = 1
    column: int = 1
    whole: bool = False
    change: Drop | None = None

    def as_error(self) -> ConfigError:
        """The same as the noun that errors are shown by."""
        return ConfigError(self.message, self.file, self.line, self.column, "" if self.whole else None)


@dataclass(frozen=True, slots=True)
class TermList:
    """One list of terms in a file: a concept's or a label's, or a concept's exceptions, for one language or for all
    (None)."""

    located: Located
    path: Steps
    concept: str
    label: str | None
    language: str | None
    uses: tuple[Use, ...]

    @property
    def excepts(self) -> bool:
        """Whether it is a list of exceptions."""
        return any(use.excepts for use in self.uses)

    def line(self, number: int) -> int:
        """The line of one of its terms."""
        return self.located.place((*self.path, number))[0]

    def remark(self, message: str, number: int, *, removable: bool = False) -> Remark:
        """A remark about one of its terms, perhaps one that is mended by removing it."""
        path = *self.path, number
        remark = at(self.located, message, path)
        return replace(remark, change=Drop(path)) if removable else remark


def at(located: Located, message: str, path: Steps, *, key: bool = False) -> Remark:
    """A remark about what stands at `path`, or about its key."""
    return Remark(message, located.file, *located.place(path, key))


class Sheet:
    """A watchlist and its file, with the file of the shared concepts where there is one."""

    def __init__(self, watchlist: Watchlist, own: Located, raw: Path, shared: Located | None) -> None:
        self.watchlist = watchlist
        self.own = own
        self._raw = raw
        self._shared = shared
        self.own_concepts = _mapping(own, "concepts")
        # Large concepts stand in thousands of rules: what is asked of their terms is worked out once.
        self.shortest = cache(self._shortest)
        self.languages = cache(self._languages)
        self.different = cache(self._different)

    # --- concepts ---------------------------------------------------------------------------------------------------

    def home(self, concept: str) -> Located:
        """The file that a concept stands in."""
        return self.own if concept in self.own_concepts or self._shared is None else self._shared

    def place_of(self, message: str, concept: str, label: str | None = None) -> Remark:
        """A remark about the name of a concept or label."""
        located = self.home(concept)
        data = _mapping(located, "concepts").get(concept)
        kind = next(
            (key for key in ("labels", "steps") if isinstance(data, dict) and label in (data.get(key) or {})), ""
        )
        path: Steps = ("concepts", concept) if label is None else ("concepts", concept, kind, label)
        return at(located, message, path, key=True)

    def lists(self) -> Iterator[TermList]:
        """Every list of every concept the watchlist may use, its exceptions last."""
        for concept in self.watchlist.concepts.values():
            located = self.home(concept.name)
            data = _mapping(located, "concepts").get(concept.name)
            yield from _lists(located, concept, data, ("concepts", concept.name))

    # --- rules ------------------------------------------------------------------------------------------------------

    def rules(self) -> Iterator[tuple[int, Rule]]:
        """The rules by their number."""
        yield from enumerate(self.watchlist.rules)

    def roots(self, number: int) -> Iterator[tuple[Steps, Node]]:
        """The expressions of a rule, each with its path in the file. A weight's path is that of its key."""
        rule = self.watchlist.rules[number]
        yield ("match",), rule.match
        if rule.unless is not None:
            yield ("unless",), rule.unless
        weights = self._rule(number).get("weights")
        keys = list(weights) if isinstance(weights, dict) else []
        for (node, _), key in zip(rule.weights, keys, strict=False):
            yield ("weights", key), node

    def about_rule(self, message: str, number: int, *path: str, key: bool = False) -> Remark:
        """A remark about a rule, by default shown at its name."""
        return at(self.own, message, ("rules", number, *(path or ("name",))), key=key)

    def about_node(self, message: str, number: int, path: Steps, node: Node) -> Remark:
        """A remark about a part of one of a rule's expressions."""
        text, root = self._expression(number, path)
        return self._within(message, number, path, text, where(text, root, node))

    def values(self, number: int, path: Steps, node: Node) -> Values:
        """What stands between the brackets of `lang( )` and the like, each value with its offset."""
        text, root = self._expression(number, path)
        return values_in(text, root, node)

    def about_offset(self, message: str, number: int, path: Steps, offset: int) -> Remark:
        """A remark about a character of an expression."""
        return self._within(message, number, path, self._expression(number, path)[0], offset)

    def quoted(self) -> Iterator[tuple[int, Steps, Quoted]]:
        """Every term quoted in a rule: the rule's number, the path of the expression, the term."""
        for number, _ in self.rules():
            for path, root in self.roots(number):
                for leaf in leaves(root):
                    if isinstance(leaf, Quoted):
                        yield number, path, leaf

    def uses(self, leaf: Quoted | Concept) -> tuple[Use, ...]:
        """The terms a leaf looks for, in their places."""
        if isinstance(leaf, Quoted):
            return (Use(leaf.term, self.watchlist.name, None, None, None),)
        concept = self.watchlist.concepts[leaf.name]
        return concept.labels[leaf.label] if leaf.label is not None else tuple(concept.all_uses())

    def _shortest(self, leaf: Quoted | Concept) -> int:
        """How many words the shortest of a leaf's terms has."""
        return min((len(words.words(use.term.text)) for use in self.uses(leaf)), default=1)

    def _languages(self, leaf: Quoted | Concept) -> frozenset[str] | None:
        """The languages that a leaf's terms are listed for; None where one is for all."""
        return languages_of(self.uses(leaf))

    def _different(self, leaf: Quoted | Concept, language: str | None) -> int:
        """How many different terms of a leaf an article in this language (None: in an uncertain one) can have."""
        return len({use.term.text for use in self.uses(leaf) if use.speaks(language)})

    def _rule(self, number: int) -> Mapping[str, object]:
        rules = self.own.data.get("rules") if isinstance(self.own.data, dict) else None
        rule = rules[number] if isinstance(rules, list) and number < len(rules) else None
        return rule if isinstance(rule, dict) else {}

    def _expression(self, number: int, path: Steps) -> tuple[str, Node]:
        root = next(node for other, node in self.roots(number) if other == path)
        text = path[-1] if len(path) > 1 else self._rule(number).get(str(path[0]))
        return str(text), root

    def _within(self, message: str, number: int, path: Steps, text: str, offset: int) -> Remark:
        line, column = self.own.place(("rules", number, *path), key=len(path) > 1)
        ends = self.own.place(("rules", number + 1))[0] if number + 1 < len(self.watchlist.rules) else 0
        # Only the lines of this rule are gone through: a file may hold thousands of others.
        lines = self._lines[line - 1 : ends if ends > line else None]
        row, column = place_in_scalar("".join(lines), (1, column), text, offset)
        return Remark(message, self.own.file, line + row - 1, column)

    @cached_property
    def _lines(self) -> list[str]:
        return self._raw.read_text("utf-8-sig").splitlines(keepends=True)


def languages_of(uses: Iterable[Use]) -> frozenset[str] | None:
    """The languages that terms are listed for; None where one is for all."""
    found: set[str] = set()
    for use in uses:
        if use.languages is None:
            return None
        found |= use.languages
    return frozenset(found)


def sheets(config_dir: Path, watchlists: Watchlists) -> list[Sheet]:
    """The watchlists with their files. Raises ConfigErrors where a file no longer can be read."""
    file = config_dir / "concepts.yaml"
    shared = read(file) if file.exists() else None
    paths = {name: config_dir / "watchlists" / f"{name}.yaml" for name in watchlists.lists}
    return [Sheet(watchlist, read(paths[name]), paths[name], shared) for name, watchlist in watchlists.lists.items()]


def _mapping(located: Located, key: str) -> Mapping[str, object]:
    data = located.data.get(key) if isinstance(located.data, dict) else None
    return data if isinstance(data, dict) else {}


def _lists(located: Located, concept: ConceptTerms, data: object, path: Steps) -> Iterator[TermList]:
    exceptions = data.get("except") if isinstance(data, dict) else None
    if isinstance(data, dict):
        for kind in ("labels", "steps"):
            for label, terms in (data.get(kind) or {}).items():
                if label in concept.labels:
                    uses = concept.labels[label]
                    yield from _by_language(located, concept.name, label, uses, terms, (*path, kind, label))
        data = {key: value for key, value in data.items() if key not in ("labels", "steps", "except")}
    yield from _by_language(located, concept.name, None, concept.uses, data, path)
    yield from _by_language(located, concept.name, None, concept.exceptions, exceptions, (*path, "except"))


def _by_language(
    located: Located, concept: str, label: str | None, uses: tuple[Use, ...], data: object, path: Steps
) -> Iterator[TermList]:
    """The lists of one concept or label; `uses` holds the terms of all of them in the order of the file."""
    if isinstance(data, list):
        yield TermList(located, path, concept, label, None, uses)
    elif isinstance(data, dict):
        begin = 0
        for language, terms in data.items():
            # Beside the languages stand settings of the concept, such as `clitics`.
            if isinstance(terms, list):
                end = begin + len(terms)
                yield TermList(located, (*path, language), concept, label, language, uses[begin:end])
                begin = end
