"""A watchlist beside its new version, for trying the two on the same articles; which of their terms occur at all, and
a rule without one of its terms. It reads each file once and judges nothing itself.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

from bot.errors import ConfigError, ConfigErrors
from bot.model import Article, Match
from bot.watch.concepts import Problems
from bot.watch.config import load_located
from bot.watch.evaluate import Whole, solve
from bot.watch.expression import Concept, Quoted, leaves
from bot.watch.found import Found
from bot.watch.matching import answers, find
from bot.watch.operands import Operands
from bot.watch.rules import Rule, Watchlist, Watchlists, build, digest
from bot.watch.uses import Use
from bot.yamlfile import Located, parse

NEW = "@new"
"""What is added to a watchlist's name for its new version; no file's name has it."""


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
        uses = [use for use in self._uses() if (use.concept, use.label, use.term.text) != place]
        return build([replace(self.watchlist, rules=(rule,))], self.operands, uses)

    def _uses(self) -> Iterator[Use]:
        for concept in self.watchlist.concepts.values():
            yield from concept.all_uses()
            yield from concept.exceptions
        for name, term in self.operands.terms():
            if name == self.watchlist.name:
                yield Use(term, name, None, None, None)

    def _leaves(self) -> Iterator[Quoted | Concept]:
        for rule in self.watchlist.rules:
            for root in rule.roots():
                yield from leaves(root)


def wording(rule: Rule) -> str:
    """The rule's expressions and weights as written; spaces do not count."""
    sources = [" ".join(root.source.split()) for root in rule.roots()]
    return repr((sources, rule.unless is None, [weight for _, weight in rule.weights]))


def _entries(use: Use) -> Iterator[Listed]:
    for language in sorted(use.languages) if use.languages else [None]:
        yield Listed(use.concept, use.label, language, use.term.text)


# --- reading --------------------------------------------------------------------------------------------------------


class Written(NamedTuple):
    """A file as it was when it was read: the name to show, and its bytes."""

    file: str
    raw: bytes

    def text(self) -> str:
        """Its text, as reading a text file gives it."""
        return io.TextIOWrapper(io.BytesIO(self.raw), "utf-8-sig").read()


class Files(NamedTuple):
    """What a trial is about: the shared concepts, where there are any, and the watchlist's versions by their names. Its
    processes must all speak of the same versions, and some files can be read only once: so these bytes are handed to
    them."""

    shared: Written | None
    versions: Mapping[str, Written]

    def sides(self) -> tuple[Side, ...]:
        """The versions, ready to be tried. Raises ConfigErrors with every mistake in them."""
        problems, operands = Problems(), Operands()
        sides: list[Side | None] = []
        shared = _located(self.shared, problems) if self.shared is not None else None
        if not problems.errors:
            sides += [_side(name, written, shared, operands, problems) for name, written in self.versions.items()]
        if problems.errors:
            raise ConfigErrors({str(error): error for error in problems.errors}.values())
        return tuple(side for side in sides if side is not None)


def read_files(config_dir: Path, name: str, file: Path | None = None) -> Files:
    """The watchlist of this name, and `file` as its new version, where one is given. Raises ConfigErrors for a file
    that cannot be read."""
    shared = config_dir / "concepts.yaml"
    versions = {name: _written(config_dir / "watchlists" / f"{name}.yaml")}
    if file is not None:
        versions[name + NEW] = _written(file)
    return Files(_written(shared) if shared.exists() else None, versions)


def sent_files(config_dir: Path, name: str, sent: Written) -> Files:
    """The watchlist of this name, where there is one, and a new version that came from elsewhere. Raises ConfigErrors
    for a file that cannot be read."""
    shared, there = config_dir / "concepts.yaml", config_dir / "watchlists" / f"{name}.yaml"
    versions = {name: _written(there), name + NEW: sent} if there.exists() else {name: sent}
    return Files(_written(shared) if shared.exists() else None, versions)


def _written(path: Path) -> Written:
    try:
        return Written(str(path), path.read_bytes())
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigErrors([ConfigError(f"the file cannot be read: {reason}", str(path))]) from None


def _located(written: Written, problems: Problems) -> Located | None:
    try:
        return parse(written.raw, written.file)
    except ConfigErrors as errors:
        problems.extend(errors)
        return None


def _side(name: str, written: Written, shared: Located | None, operands: Operands, problems: Problems) -> Side | None:
    located = _located(written, problems)
    if located is None:
        return None
    watchlist = load_located(located, written.text, name, shared, operands, problems)
    if watchlist is None:
        return None
    own = located.data.get("concepts") if isinstance(located.data, dict) else None
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
        self._rules = {(side.watchlist.name, rule.name): rule for side in sides for rule in side.watchlist.rules}
        self._met: set[int] = set()

    def ask(self, article: Article, seen: datetime) -> tuple[list[Match], list[tuple[str, int]]]:
        """The matches of both sides, and the terms met for the first time: watchlist, and number in its `listed`."""
        self._last = find(self.watchlists, article)
        return answers(self.watchlists, self._last, seen), list(self._new_terms(self._last))

    def causes(self, answer: Match) -> set[Place]:
        """The terms on which a match of the article last asked about may rest: those by which its rule holds, and what
        was found of its weights."""
        rule = self._rules[answer.watchlist, answer.rule]
        hits = [*(solve(rule.match, Whole(self._last)) or ())]
        for node, _ in rule.weights:
            hits += self._last.hits(node.wanted)
        return {Place(use.concept, use.label, use.term.text) for use in {hit.use for hit in hits}}

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
