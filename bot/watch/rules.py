"""Watchlists ready for use: rules, what each needs, and matching an article against all of them.

It reads no file and keeps no article.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.model import Article, Evidence, Match, Miss, Priority
from bot.watch.evaluate import Scope, failed, solve
from bot.watch.expression import About, And, AtLeast, Concept, Count, In, Near, Node, Not, Or, Quoted, children
from bot.watch.lexicon import Hit, Lexicon, Use
from bot.watch.terms import Term
from bot.watch.text import Prepared, prepare


@dataclass(frozen=True, slots=True)
class ConceptTerms:
    """A concept's own uses and, in order, those of its labels. `steps` marks labels that are stages of an event."""

    name: str
    uses: tuple[Use, ...]
    labels: Mapping[str, tuple[Use, ...]]
    steps: bool = False

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
    version: str


@dataclass(frozen=True, slots=True)
class Watchlist:
    """One file of concepts and rules."""

    name: str
    title: str
    concepts: Mapping[str, ConceptTerms]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Watchlists:
    """All watchlists, with one lexicon for all their terms. Build it with `build`."""

    lists: Mapping[str, Watchlist]
    lexicon: Lexicon
    # Rules by the operands of which at least one must be found; under None those that must always be judged.
    index: Mapping[tuple[str, Operand] | None, Sequence[tuple[Watchlist, Rule]]] = field(repr=False)

    def __contains__(self, name: str) -> bool:
        return name in self.lists


Operand = tuple[str | None, str | None]
"""What a hit can satisfy: (concept, None), (concept, label), or (None, pattern) for a quoted term."""


def build(lists: Iterable[Watchlist]) -> Watchlists:
    """The watchlists with their lexicon and their index of rules."""
    by_name = {watchlist.name: watchlist for watchlist in lists}
    uses: list[Use] = []
    index: dict[tuple[str, Operand] | None, list[tuple[Watchlist, Rule]]] = defaultdict(list)
    for watchlist in by_name.values():
        for concept in watchlist.concepts.values():
            uses += concept.all_uses()
        for rule in watchlist.rules:
            for node in (rule.match, *([rule.unless] if rule.unless else [])):
                uses += (Use(term, watchlist.name, None, None, None) for term in _quoted(node))
            needed = _needs(rule.match)
            for operand in needed or ():
                index[watchlist.name, operand].append((watchlist, rule))
            if needed is None:
                index[None].append((watchlist, rule))
    return Watchlists(by_name, Lexicon(uses), index)


def _quoted(node: Node) -> Iterator[Term]:
    if isinstance(node, Quoted):
        yield node.term
    for child in children(node):
        yield from _quoted(child)


def _needs(node: Node) -> frozenset[Operand] | None:
    """Operands of which at least one must be found for the node to hold; None if it can hold without any."""
    match node:
        case Quoted(term=term):
            return frozenset([(None, term.pattern)])
        case Concept(name=name, label=label):
            return frozenset([(name, label)])
        case And(operands=operands) | Near(operands=operands):
            known = [needs for operand in operands if (needs := _needs(operand)) is not None]
            return min(known, key=len) if known else None
        case Or(operands=operands) | AtLeast(operands=operands):
            all_needs = [_needs(operand) for operand in operands]
            return None if None in all_needs else frozenset().union(*(needs for needs in all_needs if needs))
        case In(operand=operand) | Count(operand=operand):
            return _needs(operand)
        case Not() | About():
            return None


def version(rule: str, match: str, unless: str | None, priority: str, concepts: Iterable[ConceptTerms]) -> str:
    """A hash of everything that decides what a rule matches: spaces and the order of terms do not count."""
    terms = [
        [concept.name, sorted([use.label, use.term.text, sorted(use.languages or ["*"])] for use in concept.all_uses())]
        for concept in concepts
    ]
    meaning = [rule, " ".join(match.split()), " ".join((unless or "").split()), priority, sorted(terms, key=str)]
    return hashlib.sha256(json.dumps(meaning, ensure_ascii=False).encode()).hexdigest()[:16]


# --- matching -------------------------------------------------------------------------------------------------------


def match(watchlists: Watchlists, article: Article) -> list[Match]:
    """Every rule's yes to the article, in the order of watchlists and rules. An exclude always wins."""
    text = prepare(article)
    found = watchlists.lexicon.find(text)
    matches = []
    for watchlist, rule in _candidates(watchlists, found):
        scope = Scope(text, found.get(watchlist.name, []))
        answer = _judge(watchlist, rule, scope)
        if isinstance(answer, Match):
            matches.append(answer)
    return matches


def explain(watchlists: Watchlists, article: Article, only: str | None = None) -> tuple[list[Match], list[Miss]]:
    """Every rule's answer to the article, of one watchlist or of all."""
    text = prepare(article)
    found = watchlists.lexicon.find(text)
    matches: list[Match] = []
    misses: list[Miss] = []
    for watchlist in watchlists.lists.values():
        if only in (None, watchlist.name):
            scope = Scope(text, found.get(watchlist.name, []))
            for rule in watchlist.rules:
                answer = _judge(watchlist, rule, scope)
                if isinstance(answer, Match):
                    matches.append(answer)
                else:
                    misses.append(answer)
    return matches, misses


def _candidates(watchlists: Watchlists, found: Mapping[str, list[Hit]]) -> Iterator[tuple[Watchlist, Rule]]:
    """The rules that could hold, each once, in the order of the files."""
    chosen: dict[tuple[str, str], tuple[Watchlist, Rule]] = {}
    for watchlist, rule in watchlists.index.get(None, ()):
        chosen[watchlist.name, rule.name] = (watchlist, rule)
    for name, hits in found.items():
        operands: set[Operand] = set()
        for hit in hits:
            if hit.use.concept is None:
                operands.add((None, hit.use.term.pattern))
            else:
                operands.add((hit.use.concept, None))
                operands.add((hit.use.concept, hit.use.label))
        for operand in operands:
            for watchlist, rule in watchlists.index.get((name, operand), ()):
                chosen[watchlist.name, rule.name] = (watchlist, rule)
    for watchlist in watchlists.lists.values():
        for rule in watchlist.rules:
            if (watchlist.name, rule.name) in chosen:
                yield watchlist, rule


def _judge(watchlist: Watchlist, rule: Rule, scope: Scope) -> Match | Miss:
    if rule.unless is not None and solve(rule.unless, scope) is not None:
        return Miss(watchlist.name, rule.name, f"unless {rule.unless.source}")
    hits = solve(rule.match, scope)
    if hits is None:
        return Miss(watchlist.name, rule.name, failed(rule.match, scope))
    # Two spellings of one term (NATO, Nato) may find the same words: that is one piece of evidence.
    places = {(hit.use.concept, hit.use.label, hit.first, hit.last): hit for hit in reversed(hits)}
    unique = sorted(places.values(), key=lambda hit: (hit.first, hit.last))
    labels = _labels(watchlist, unique)
    evidence = tuple(_evidence(scope.text, hit) for hit in unique)
    return Match(watchlist.name, rule.name, rule.priority, labels, evidence, rule.version)


def _labels(watchlist: Watchlist, hits: Iterable[Hit]) -> dict[str, tuple[str, ...]]:
    """The captured labels by concept, in the order of the watchlist."""
    captured: dict[str, set[str]] = defaultdict(set)
    for hit in hits:
        if hit.use.concept is not None and hit.use.label is not None:
            captured[hit.use.concept].add(hit.use.label)
    return {
        name: tuple(label for label in concept.labels if label in captured[name])
        for name, concept in watchlist.concepts.items()
        if name in captured
    }


def _evidence(text: Prepared, hit: Hit) -> Evidence:
    unit = text.units[hit.unit]
    return Evidence(
        concept=hit.use.concept,
        label=hit.use.label,
        term=hit.use.term.text,
        part=unit.part,
        paragraph=unit.paragraph,
        sentence=hit.sentence - unit.first_sentence,
        start=hit.start,
        end=hit.end,
        text=unit.text[hit.start : hit.end],
    )
