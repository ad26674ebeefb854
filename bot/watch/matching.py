"""Matches an article against all watchlists, or explains every rule's answer to it. It keeps no article."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.model import Article, Labels, Match, Miss, Part
from bot.watch.evaluate import Whole, failed, held, one_line, solve
from bot.watch.lexicon import Found, Hit
from bot.watch.rules import Numbered, Rule, Watchlist, Watchlists
from bot.watch.text import prepare


def match(watchlists: Watchlists, article: Article, seen: datetime | None = None) -> list[Match]:
    """Every rule's yes to the article, in the order of watchlists and rules. An exclude always wins. `seen` is when
    the article was first seen, which `max_age` counts back from; without it no article is too old."""
    found = watchlists.lexicon.find(prepare(article))
    scope = Whole(found)
    matches = []
    for number in watchlists.index.candidates(found):
        numbered = watchlists.rules[number]
        hits = _judge(numbered, scope, found, seen)
        if hits is not None:
            matches.append(_match(numbered.watchlist, numbered.rule, hits, found))
    return matches


def explain(
    watchlists: Watchlists, article: Article, only: str | None = None, seen: datetime | None = None
) -> tuple[list[Match], list[Miss]]:
    """Every rule's answer to the article, of one watchlist or of all; `seen` as in `match`."""
    found = watchlists.lexicon.find(prepare(article))
    scope = Whole(found)
    matches: list[Match] = []
    misses: list[Miss] = []
    for numbered in watchlists.rules:
        watchlist, rule = numbered.watchlist, numbered.rule
        if only in (None, watchlist.name):
            hits = _judge(numbered, scope, found, seen)
            if hits is not None:
                matches.append(_match(watchlist, rule, hits, found))
            else:
                misses.append(Miss(watchlist.name, rule.name, *_reason(rule, scope, seen)))
    return matches, misses


def _judge(numbered: Numbered, scope: Whole, found: Found, seen: datetime | None) -> Sequence[Hit] | None:
    """The hits by which a rule holds, or None. Most rules fail, so what is wanted is asked before what is not."""
    rule = numbered.rule
    hits = solve(rule.match, scope)
    if hits is None:
        return None
    may_be_barred = rule.unless is not None and not found.lacks(numbered.barred)
    if may_be_barred and rule.unless is not None and solve(rule.unless, scope) is not None:
        return None
    if rule.max_age is not None and _too_old(rule.max_age, scope.text.article, seen) is not None:
        return None
    if rule.threshold is not None and score(rule, scope) < rule.threshold:
        return None
    return hits


def _too_old(max_age: timedelta, article: Article, seen: datetime | None) -> timedelta | None:
    """The article's age when it was first seen, if that is too much."""
    if seen is None or article.published is None or seen - article.published <= max_age:
        return None
    return seen - article.published


def score(rule: Rule, scope: Whole) -> float:
    """The sum of the weights: each different term found counts once, and once more if it stands in the title, as in
    the category lists of the European Commission's MedISys."""
    total = 0.0
    for node, weight in rule.weights:
        hits = scope.of(node.wanted)
        found = {hit.use.term.text for hit in hits}
        titled = {hit.use.term.text for hit in hits if scope.text.units[hit.unit].part is Part.TITLE}
        total += weight * (len(found) + len(titled))
    return total


def _reason(rule: Rule, scope: Whole, seen: datetime | None) -> tuple[str, str | None]:
    """What kept a rule out, and how near the article came."""
    # What is missing says more than what is there besides: an exclude is named where it alone kept the rule out.
    if solve(rule.match, scope) is None:
        return one_line(failed(rule.match, scope)), None
    if rule.unless is not None and solve(rule.unless, scope) is not None:
        return f"unless {held(rule.unless, scope)}", None
    age = _too_old(rule.max_age, scope.text.article, seen) if rule.max_age is not None else None
    if rule.max_age is not None and age is not None:
        return f"max_age {_span(rule.max_age)}", f"published {_span(age)} before it was seen"
    return f"threshold {rule.threshold:g}", f"score {score(rule, scope):g}"


def _span(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{hours / 24:g}d" if hours % 24 == 0 else f"{hours:.0f}h"


def _match(watchlist: Watchlist, rule: Rule, hits: Sequence[Hit], found: Found) -> Match:
    # Two spellings of one term (NATO, Nato) may find the same words: that is one piece of evidence.
    unique: list[Hit] = []
    last = None
    for hit in sorted(hits) if len(hits) > 1 else hits:
        place = hit.first, hit.last, hit.use.concept, hit.use.label
        if place != last:
            unique.append(hit)
            last = place
    evidence = tuple(map(found.evidence, unique))
    labels = _labels(watchlist, unique)
    return Match(watchlist.name, rule.name, rule.priority, labels, evidence, rule.version, rule.min_sources)


def _labels(watchlist: Watchlist, hits: Iterable[Hit]) -> Labels:
    """The captured labels by concept, in the order of the watchlist."""
    captured = {(hit.use.concept, hit.use.label) for hit in hits if hit.use.label is not None}
    if not captured:
        return {}
    names = {concept for concept, _ in captured}
    return {
        name: tuple(label for label in concept.labels if (name, label) in captured)
        for name, concept in watchlist.concepts.items()
        if name in names
    }
