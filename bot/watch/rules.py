"""Watchlists ready for use: concepts, rules with their versions, and all of them with one lexicon and one index.

It reads no file and judges no article.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.model import Priority
from bot.watch.expression import Concept, Groups, Node, Quoted, leaves, needs, words
from bot.watch.index import Index
from bot.watch.lexicon import Lexicon
from bot.watch.operands import Operand, Operands
from bot.watch.rows import Rows
from bot.watch.uses import Use


@dataclass(frozen=True, slots=True)
class ConceptTerms:
    """A concept's own uses and, in order, those of its labels. `steps` marks labels that are stages of an event. Within
    an exception its terms do not count."""

    name: str
    uses: tuple[Use, ...]
    labels: Mapping[str, tuple[Use, ...]]
    steps: bool = False
    exceptions: tuple[Use, ...] = ()

    def all_uses(self) -> Iterator[Use]:
        """The concept's terms and those of all its labels."""
        yield from self.uses
        for uses in self.labels.values():
            yield from uses


@dataclass(frozen=True, slots=True)
class Rule:
    """A named expression; `version` is a hash of its meaning, terms of its concepts included."""

    name: str
    match: Node
    unless: Node | None
    priority: Priority
    group_by: str | None
    version: str = ""
    weights: tuple[tuple[Quoted | Concept, float], ...] = ()
    threshold: float | None = None
    max_age: timedelta | None = None
    min_sources: int = 1

    def roots(self) -> Iterator[Node]:
        """All its expressions."""
        yield self.match
        if self.unless is not None:
            yield self.unless
        for node, _ in self.weights:
            yield node

    def asked(self) -> Iterator[Operand]:
        """What its expressions ask for; some of it may come twice."""
        for root in self.roots():
            for leaf in leaves(root):
                yield leaf.wanted


@dataclass(frozen=True, slots=True)
class Watchlist:
    """One file of concepts and rules."""

    name: str
    title: str
    concepts: Mapping[str, ConceptTerms]
    rules: tuple[Rule, ...]
    description: str = ""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A rule in its watchlist. Most rules only ask for words: then one of each group of `words` is enough. `barred` is
    what must be found for its `unless` to hold: mostly something is not."""

    watchlist: Watchlist
    rule: Rule
    words: Groups | None
    barred: Groups


@dataclass(frozen=True, slots=True)
class Watchlists:
    """All watchlists, with one lexicon for all their terms and one index of all their rules. Build it with `build`."""

    lists: Mapping[str, Watchlist]
    lexicon: Lexicon = field(repr=False)
    rules: Sequence[Numbered] = field(repr=False)
    index: Index = field(repr=False)
    asked: Rows = field(repr=False)
    """By rule, all that its expressions ask for."""

    def __contains__(self, name: str) -> bool:
        return name in self.lists


def build(lists: Iterable[Watchlist], operands: Operands, uses: Iterable[Use] | None = None) -> Watchlists:
    """The watchlists with their lexicon and their index. `operands` gave their expressions' words their numbers; `uses`
    are looked for instead of all that the watchlists list."""
    by_name = {watchlist.name: watchlist for watchlist in lists}
    rules = [
        Numbered(watchlist, rule, words(rule.match), tuple(needs(rule.unless)) if rule.unless is not None else ())
        for watchlist in by_name.values()
        for rule in watchlist.rules
    ]
    lexicon = Lexicon(_uses(by_name.values(), operands) if uses is None else uses, operands)
    asked = Rows(numbered.rule.asked() for numbered in rules)
    return Watchlists(by_name, lexicon, rules, Index([numbered.rule.match for numbered in rules], operands), asked)


def _uses(lists: Iterable[Watchlist], operands: Operands) -> Iterator[Use]:
    for watchlist in lists:
        for concept in watchlist.concepts.values():
            yield from concept.all_uses()
            yield from concept.exceptions
    for name, term in operands.terms():
        yield Use(term, name, None, None, None)


def digest(concept: ConceptTerms) -> str:
    """A hash of what a concept finds; the order of terms does not count."""
    terms = sorted(
        [use.label or "", use.term.text, use.term.clitics, sorted(use.languages or ["*"])] for use in concept.all_uses()
    )
    exceptions = sorted([use.term.text, use.term.clitics, sorted(use.languages or ["*"])] for use in concept.exceptions)
    return _hash([concept.name, terms, *([exceptions] if exceptions else [])])


def version(settings: Sequence[object], expressions: Iterable[str], concepts: Iterable[str]) -> str:
    """A hash of everything that decides what a rule matches: its settings, its expressions (spaces do not count), and
    the digests of its concepts."""
    return _hash([settings, [" ".join(text.split()) for text in expressions], sorted(concepts)])


def _hash(meaning: object) -> str:
    return hashlib.sha256(json.dumps(meaning, ensure_ascii=False).encode()).hexdigest()[:16]
