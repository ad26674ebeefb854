"""A watchlist beside its new version, for trying the two on the same articles; which of their terms occur at all, and
a watchlist without one of its terms. It reads the two files and judges nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

from bot.errors import ConfigErrors
from bot.model import Article, Match
from bot.watch.builder import Vocabulary
from bot.watch.concepts import Problems
from bot.watch.config import load_file, vocabulary
from bot.watch.expression import Concept, Node, Quoted, leaves
from bot.watch.grammar import parse
from bot.watch.lexicon import Found, Use
from bot.watch.matching import answers, find
from bot.watch.operands import Operands
from bot.watch.rules import ConceptTerms, Rule, Watchlist, Watchlists, build, digest
from bot.yamlfile import Located, read

NEW = "@new"
"""What is added to a watchlist's name for its new version; no file's name has it."""

_NOWHERE = '"qxkentonganzvq"'
"""A term that stands in no article, in place of one that is taken away from an expression."""


class Place(NamedTuple):
    """A term in its place: concept, label, text. One quoted in a rule has no concept."""

    concept: str | None
    label: str | None
    term: str


class Listed(NamedTuple):
    """A term as a watchlist lists it, for one language or (None) for all."""

    concept: str | None
    label: str | None
    language: str | None
    term: str


@dataclass(frozen=True)
class Side:
    """One version of a watchlist. `listed` are the terms whose absence is worth a word: those of the concepts that the
    file defines or its rules use, and those quoted in rules; `shared` concepts that no rule uses are not."""

    watchlist: Watchlist
    own: frozenset[str]
    operands: Operands

    @cached_property
    def listed(self) -> Sequence[Listed]:
        """The terms in the order of the file, each once."""
        used = {leaf.name for leaf in self._leaves() if isinstance(leaf, Concept)}
        concepts = [terms for name, terms in self.watchlist.concepts.items() if name in used | self.own]
        uses = [use for terms in concepts for use in terms.all_uses()]
        quoted = [Listed(None, None, None, leaf.term.text) for leaf in self._leaves() if isinstance(leaf, Quoted)]
        return tuple(dict.fromkeys([*(entry for use in uses for entry in _entries(use)), *quoted]))

    def meaning(self, rule: Rule) -> str:
        """The same for two rules that differ in name only."""
        used = sorted({leaf.name for root in rule.roots() for leaf in leaves(root) if isinstance(leaf, Concept)})
        settings = (rule.priority, rule.threshold, rule.max_age, rule.min_sources)
        return repr((wording(rule), settings, [self._digests(name) for name in used]))

    @cached_property
    def _digests(self) -> Callable[[str], str]:
        return cache(lambda name: digest(self.watchlist.concepts[name]))

    def without(self, rule: Rule, place: Place) -> Watchlists:
        """The one rule as if this term were not listed. The other terms stay, and with them what hides what."""
        name, operands = self.watchlist.name, Operands()
        concepts = {key: _without(concept, place) for key, concept in self.watchlist.concepts.items()}
        words = vocabulary(name, concepts, operands)
        changed = _reread(rule, None if place.concept is not None else place.term, words)
        for leaf in self._leaves():
            if isinstance(leaf, Quoted) and (place.concept is not None or leaf.term.text != place.term):
                operands.quoted(name, leaf.term)
        return build([replace(self.watchlist, concepts=concepts, rules=(changed,))], operands)

    def _leaves(self) -> Iterator[Quoted | Concept]:
        for rule in self.watchlist.rules:
            for root in rule.roots():
                yield from leaves(root)


def _reread(rule: Rule, unquoted: str | None, words: Vocabulary) -> Rule:
    """The rule with the numbers of another list of operands, and without a term that it quotes."""

    def reread(node: Node, exclude: bool = False) -> Node:
        text = node.source
        for leaf in leaves(node):
            if isinstance(leaf, Quoted) and leaf.term.text == unquoted:
                text = text.replace(leaf.source, _NOWHERE)
        return parse(text, words, exclude=exclude)

    weights = ((reread(node), weight) for node, weight in rule.weights)
    return replace(
        rule,
        match=reread(rule.match),
        unless=None if rule.unless is None else reread(rule.unless, exclude=True),
        weights=tuple((node, weight) for node, weight in weights if isinstance(node, Quoted | Concept)),
    )


def wording(rule: Rule) -> str:
    """The rule's expressions and weights as written; spaces do not count."""
    sources = [" ".join(root.source.split()) for root in rule.roots()]
    return repr((sources, rule.unless is None, [weight for _, weight in rule.weights]))


def _entries(use: Use) -> Iterator[Listed]:
    for language in sorted(use.languages) if use.languages else [None]:
        yield Listed(use.concept, use.label, language, use.term.text)


def _without(concept: ConceptTerms, place: Place) -> ConceptTerms:
    if concept.name != place.concept:
        return concept

    def kept(uses: Iterable[Use]) -> tuple[Use, ...]:
        return tuple(use for use in uses if (use.label, use.term.text) != (place.label, place.term))

    return replace(
        concept, uses=kept(concept.uses), labels={label: kept(uses) for label, uses in concept.labels.items()}
    )


# --- reading --------------------------------------------------------------------------------------------------------


def read_sides(config_dir: Path, name: str, file: Path | None = None) -> tuple[Side, ...]:
    """The watchlist of this name, and `file` as its new version, where one is given. Raises ConfigErrors with every
    mistake in what was read."""
    problems = Problems()
    shared_file = config_dir / "concepts.yaml"
    operands = Operands()
    paths = [(name, config_dir / "watchlists" / f"{name}.yaml"), *([(name + NEW, file)] if file is not None else [])]
    try:
        shared = read(shared_file) if shared_file.exists() else None
        sides = [_side(path, each, shared, operands, problems) for each, path in paths]
    except ConfigErrors as errors:
        problems.extend(errors)
        sides = []
    if problems.errors:
        raise ConfigErrors({str(error): error for error in problems.errors}.values())
    return tuple(side for side in sides if side is not None)


def _side(path: Path, name: str, shared: Located | None, operands: Operands, problems: Problems) -> Side | None:
    watchlist = load_file(path, shared, operands, problems, name)
    if watchlist is None:
        return None
    data = read(path).data
    own = data.get("concepts") if isinstance(data, dict) else None
    return Side(watchlist, frozenset(own or ()), operands)


# --- asking ---------------------------------------------------------------------------------------------------------


class Trial:
    """The sides with one lexicon: an article is prepared and searched once for both. It remembers which of their terms
    it has met."""

    def __init__(self, sides: Sequence[Side]) -> None:
        self.sides = sides
        operands = sides[0].operands
        self.watchlists = build([side.watchlist for side in sides], operands)
        self._last: Found
        self._operands = operands
        self._numbers: Mapping[tuple[str, Listed], int] = {
            (side.watchlist.name, listed): number for side in sides for number, listed in enumerate(side.listed)
        }
        self._weighed = {
            (side.watchlist.name, rule.name): [node for node, _ in rule.weights]
            for side in sides
            for rule in side.watchlist.rules
            if rule.weights
        }
        self._met: set[int] = set()

    def ask(self, article: Article, seen: datetime) -> tuple[list[Match], list[tuple[str, int]]]:
        """The matches of both sides, and the terms met for the first time: watchlist, and number in its `listed`."""
        self._last = find(self.watchlists, article)
        return answers(self.watchlists, self._last, seen), list(self._new_terms(self._last))

    def causes(self, answer: Match) -> set[Place]:
        """The terms on which a match of the article last asked about may rest: those of its evidence, and what was
        found of its rule's weights."""
        places = {Place(piece.concept, piece.label, piece.term) for piece in answer.evidence}
        for node in self._weighed.get((answer.watchlist, answer.rule), ()):
            uses = (hit.use for hit in self._last.hits(node.wanted))
            places.update(Place(use.concept, use.label, use.term.text) for use in uses)
        return places

    def _new_terms(self, last: Found) -> Iterator[tuple[str, int]]:
        for use in last.uses():
            if id(use) not in self._met and self._stands(use, last):
                self._met.add(id(use))
                for listed in _entries(use):
                    number = self._numbers.get((use.watchlist, listed))
                    if number is not None:
                        yield use.watchlist, number

    def _stands(self, use: Use, last: Found) -> bool:
        """Whether the term is there: its letters may stand in another case, or inside a longer word."""
        operand = self._operands.of(use.watchlist, use.concept, use.label, use.term)[-1]
        return any(hit.use is use for hit in last.hits(operand))
