"""Watchlists ready for use: rules, what each needs, and matching an article against all of them.

It reads no file and keeps no article.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.model import Article, Match, Miss, Part, Priority
from bot.watch.evaluate import Scope, Whole, failed, held, solve
from bot.watch.expression import About, And, AtLeast, Concept, Count, In, Near, Node, Not, Or, Quoted, leaves
from bot.watch.lexicon import Found, Hit, Lexicon, Operand, Use
from bot.watch.text import prepare


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
    version: str = ""
    weights: tuple[tuple[Quoted | Concept, float], ...] = ()
    threshold: float | None = None
    max_age: timedelta | None = None
    min_sources: int = 1

    def versioned(self, version: str) -> Rule:
        """The same rule with its version."""
        return replace(self, version=version)


@dataclass(frozen=True, slots=True)
class Watchlist:
    """One file of concepts and rules."""

    name: str
    title: str
    concepts: Mapping[str, ConceptTerms]
    rules: tuple[Rule, ...]


Groups = tuple[frozenset[Operand], ...]
"""Of each group at least one operand must be found."""


@dataclass(frozen=True, slots=True)
class Index:
    """The rules of one watchlist by their number: those that must always be judged, and the others under the operands
    of their rarest group. `groups` holds the other groups of each rule."""

    always: tuple[int, ...]
    under: Mapping[Operand, Sequence[int]]
    groups: tuple[Groups, ...]

    def candidates(self, present: Collection[Operand]) -> list[int]:
        """The rules that could hold, in their order, where these operands were found."""
        chosen = set(self.always)
        for operand in present:
            chosen.update(self.under.get(operand, ()))
        found = frozenset(present)
        return [number for number in sorted(chosen) if not any(map(found.isdisjoint, self.groups[number]))]


@dataclass(frozen=True, slots=True)
class Watchlists:
    """All watchlists, with one lexicon for all their terms. Build it with `build`."""

    lists: Mapping[str, Watchlist]
    lexicon: Lexicon = field(repr=False)
    indexes: Mapping[str, Index] = field(repr=False)

    def __contains__(self, name: str) -> bool:
        return name in self.lists


def build(lists: Iterable[Watchlist]) -> Watchlists:
    """The watchlists with their lexicon and their indexes of rules."""
    by_name = {watchlist.name: watchlist for watchlist in lists}
    uses: list[Use] = []
    for watchlist in by_name.values():
        for concept in watchlist.concepts.values():
            uses += concept.all_uses()
        for leaf in _leaves(watchlist):
            if isinstance(leaf, Quoted):
                uses.append(Use(leaf.term, watchlist.name, None, None, None))
    return Watchlists(by_name, Lexicon(uses), {name: _index(watchlist) for name, watchlist in by_name.items()})


def _leaves(watchlist: Watchlist) -> Iterator[Quoted | Concept]:
    for rule in watchlist.rules:
        for node in (rule.match, rule.unless, *(node for node, _ in rule.weights)):
            if node is not None:
                yield from leaves(node)


def _index(watchlist: Watchlist) -> Index:
    # What many rules ask for is found in many articles: a rule is best kept under what few others ask for.
    commonness = Counter(leaf.wanted for leaf in _leaves(watchlist))

    def common(group: frozenset[Operand]) -> int:
        return sum(commonness[operand] for operand in group)

    under: dict[Operand, list[int]] = defaultdict(list)
    always: list[int] = []
    groups: list[Groups] = []
    for number, rule in enumerate(watchlist.rules):
        rarest, *others = sorted(_needs(rule.match, common), key=common) or [frozenset()]
        for operand in rarest:
            under[operand].append(number)
        if not rarest:
            always.append(number)
        groups.append(tuple(others))
    return Index(tuple(always), under, tuple(groups))


def _needs(node: Node, common: Callable[[frozenset[Operand]], int]) -> list[frozenset[Operand]]:
    """The groups of operands of which one each must be found for the node to hold; none if it can hold without."""
    match node:
        case Quoted(wanted=wanted) | Concept(wanted=wanted):
            return [frozenset([wanted])]
        case And(operands=operands) | Near(operands=operands):
            return [group for operand in operands for group in _needs(operand, common)]
        case Or(operands=operands) | AtLeast(operands=operands):
            branches = [_needs(operand, common) for operand in operands]
            return [frozenset().union(*(min(needs, key=common) for needs in branches))] if all(branches) else []
        case In(operand=operand) | Count(operand=operand):
            return _needs(operand, common)
        case Not() | About():
            return []


def digest(concept: ConceptTerms) -> str:
    """A hash of what a concept finds; the order of terms does not count."""
    terms = sorted([use.label or "", use.term.text, sorted(use.languages or ["*"])] for use in concept.all_uses())
    return _hash([concept.name, terms])


def version(rule: Rule, concepts: Iterable[str]) -> str:
    """A hash of everything that decides what a rule matches, its name and its concepts' digests included; spaces do
    not count."""
    return _hash(
        [
            rule.name,
            " ".join(rule.match.source.split()),
            " ".join(rule.unless.source.split()) if rule.unless else "",
            rule.priority,
            sorted([node.source, weight] for node, weight in rule.weights),
            rule.threshold,
            rule.max_age.total_seconds() if rule.max_age else None,
            rule.min_sources,
            list(concepts),
        ]
    )


def _hash(meaning: object) -> str:
    return hashlib.sha256(json.dumps(meaning, ensure_ascii=False).encode()).hexdigest()[:16]


# --- matching -------------------------------------------------------------------------------------------------------


def match(watchlists: Watchlists, article: Article, seen: datetime | None = None) -> list[Match]:
    """Every rule's yes to the article, in the order of watchlists and rules. An exclude always wins. `seen` is when
    the article was first seen, which `max_age` counts back from; without it no article is too old."""
    found = watchlists.lexicon.find(prepare(article))
    matches = []
    for name, watchlist in watchlists.lists.items():
        scope = Whole(found, name)
        for number in watchlists.indexes[name].candidates(found.operands(name)):
            rule = watchlist.rules[number]
            if (hits := _judge(rule, scope, seen)) is not None:
                matches.append(_match(watchlist, rule, hits, found))
    return matches


def explain(
    watchlists: Watchlists, article: Article, only: str | None = None, seen: datetime | None = None
) -> tuple[list[Match], list[Miss]]:
    """Every rule's answer to the article, of one watchlist or of all; `seen` as in `match`."""
    found = watchlists.lexicon.find(prepare(article))
    matches: list[Match] = []
    misses: list[Miss] = []
    for name, watchlist in watchlists.lists.items():
        if only in (None, name):
            scope = Whole(found, name)
            for rule in watchlist.rules:
                hits = _judge(rule, scope, seen)
                if hits is not None:
                    matches.append(_match(watchlist, rule, hits, found))
                else:
                    misses.append(Miss(name, rule.name, *_reason(rule, scope, seen)))
    return matches, misses


def _judge(rule: Rule, scope: Scope, seen: datetime | None) -> Sequence[Hit] | None:
    """The hits by which a rule holds, or None. Most rules fail, so what is wanted is asked before what is not."""
    hits = solve(rule.match, scope)
    if hits is None or (rule.unless is not None and solve(rule.unless, scope) is not None):
        return None
    if _too_old(rule, scope.text.article, seen):
        return None
    if rule.threshold is not None and _score(rule, scope) < rule.threshold:
        return None
    return hits


def _too_old(rule: Rule, article: Article, seen: datetime | None) -> bool:
    if rule.max_age is None or seen is None or article.published is None:
        return False
    return seen - article.published > rule.max_age


def _score(rule: Rule, scope: Scope) -> float:
    """The sum of the weights: each different term found counts once, and once more if it stands in the title, as in
    the category lists of the European Commission's MedISys."""
    total = 0.0
    for node, weight in rule.weights:
        hits = scope.of(node.wanted)
        found = {hit.use.term.text for hit in hits}
        titled = {hit.use.term.text for hit in hits if scope.text.units[hit.spot.unit].part is Part.TITLE}
        total += weight * (len(found) + len(titled))
    return total


def _reason(rule: Rule, scope: Scope, seen: datetime | None) -> tuple[str, str | None]:
    """What kept a rule out, and how near the article came."""
    # What is missing says more than what is there besides: an exclude is named where it alone kept the rule out.
    if solve(rule.match, scope) is None:
        return failed(rule.match, scope), None
    if rule.unless is not None and solve(rule.unless, scope) is not None:
        return f"unless {held(rule.unless, scope)}", None
    article = scope.text.article
    if rule.max_age is not None and seen is not None and article.published is not None:
        age = seen - article.published
        if age > rule.max_age:
            return f"max_age {_days(rule.max_age)}", f"published {_days(age)} before it was seen"
    return f"threshold {rule.threshold:g}", f"score {_score(rule, scope):g}"


def _days(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{hours / 24:g}d" if hours % 24 == 0 else f"{hours:.0f}h"


def _match(watchlist: Watchlist, rule: Rule, hits: Iterable[Hit], found: Found) -> Match:
    # Two spellings of one term (NATO, Nato) may find the same words: that is one piece of evidence.
    places: dict[tuple[int, int, str | None, str | None], Hit] = {}
    for hit in sorted(hits, key=_in_order):
        places.setdefault((hit.first, hit.last, hit.use.concept, hit.use.label), hit)
    unique = list(places.values())
    evidence = tuple(found.evidence(hit) for hit in unique)
    labels = _labels(watchlist, unique)
    return Match(watchlist.name, rule.name, rule.priority, labels, evidence, rule.version, rule.min_sources)


def _in_order(hit: Hit) -> tuple[int, int, str, str, str]:
    """By place, and then the same on every run."""
    use, spot = hit.use, hit.spot
    return spot.first, spot.last, use.concept or "", use.label or "", use.term.text


def _labels(watchlist: Watchlist, hits: Iterable[Hit]) -> dict[str, tuple[str, ...]]:
    """The captured labels by concept, in the order of the watchlist."""
    captured = {(hit.use.concept, hit.use.label) for hit in hits if hit.use.label is not None}
    names = {concept for concept, _ in captured}
    return {
        name: tuple(label for label in concept.labels if (name, label) in captured)
        for name, concept in watchlist.concepts.items()
        if name in names
    }
