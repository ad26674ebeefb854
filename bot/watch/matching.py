"""Matches an article against all watchlists, or explains every rule's answer to it. It keeps no article."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from bot.model import Article, Evidence, Match, Miss, Part
from bot.watch.closest import barred, closest, scored
from bot.watch.decide import holds
from bot.watch.evaluate import Whole, failed, held, one_line, solve
from bot.watch.found import Found
from bot.watch.particulars import particulars
from bot.watch.rules import Numbered, Rule, Watchlists
from bot.watch.text import prepare


def match(watchlists: Watchlists, article: Article, seen: datetime | None = None) -> list[Match]:
    """Every rule's yes to the article, in the order of watchlists and rules. An exclude always wins. `seen` is when
    the article was first seen, which `max_age` counts back from; without it no article is too old."""
    return answers(watchlists, find(watchlists, article), seen)


def find(watchlists: Watchlists, article: Article) -> Found:
    """What of the watchlists' terms stands in the article."""
    return Found(watchlists.lexicon, prepare(article))


def answers(watchlists: Watchlists, found: Found, seen: datetime | None = None) -> list[Match]:
    """Every rule's yes to what was found in an article; `seen` as in `match`."""
    scope = Whole(found)
    candidates = watchlists.index.candidates(found)
    found.look_up(watchlists.asked.of(candidates))
    matches = []
    for number in candidates.tolist():
        numbered = watchlists.rules[number]
        if _holds(numbered, scope, seen):
            matches.append(_match(numbered, scope))
    return matches


def occurrences(watchlists: Watchlists, article: Article, watchlist: str, concepts: Iterable[str]) -> list[Evidence]:
    """Where terms of these concepts of a watchlist stand in the article, in the order of the text, whatever the rules
    say of it; of a concept without terms, or unknown to the watchlist, nothing."""
    found, known = find(watchlists, article), watchlists.lexicon.concepts
    wanted = {known[watchlist, concept] for concept in concepts if (watchlist, concept) in known}
    return [found.evidence(hit) for hit in sorted(set(found.hits_of(wanted)))]


def explain(
    watchlists: Watchlists, article: Article, only: str | None = None, seen: datetime | None = None
) -> tuple[list[Match], list[Miss]]:
    """Every rule's answer to the article, of one watchlist or of all; `seen` as in `match`."""
    found = find(watchlists, article)
    found.look_up(found.operands)
    scope = Whole(found)
    matches: list[Match] = []
    misses: list[Miss] = []
    for numbered in watchlists.rules:
        watchlist, rule = numbered.watchlist, numbered.rule
        if only in (None, watchlist.name):
            if _holds(numbered, scope, seen):
                matches.append(_match(numbered, scope))
            else:
                misses.append(Miss(watchlist.name, rule.name, *_reason(rule, scope, seen)))
    return matches, misses


def _holds(numbered: Numbered, scope: Whole, seen: datetime | None) -> bool:
    """Whether a rule matches. Most rules fail, so what is wanted is asked before what is not."""
    rule, found = numbered.rule, scope.found
    if not (holds(rule.match, scope) if numbered.words is None else found.has_each(numbered.words)):
        return False
    if rule.unless is not None and found.has_each(numbered.barred) and holds(rule.unless, scope):
        return False
    if rule.max_age is not None and _too_old(rule.max_age, scope.text.article, seen) is not None:
        return False
    return rule.threshold is None or score(rule, scope) >= rule.threshold


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
        return one_line(failed(rule.match, scope)), closest(rule.match, scope)
    if rule.unless is not None and solve(rule.unless, scope) is not None:
        return f"unless {held(rule.unless, scope)}", barred(rule.unless, scope)
    age = _too_old(rule.max_age, scope.text.article, seen) if rule.max_age is not None else None
    if rule.max_age is not None and age is not None:
        return f"max_age {_span(rule.max_age)}", f"published {_span(age)} before it was seen"
    return f"threshold {rule.threshold:g}", scored(score(rule, scope), rule.weights, scope)


def _span(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{hours / 24:g}d" if hours % 24 == 0 else f"{hours:.0f}h"


def _match(numbered: Numbered, scope: Whole) -> Match:
    watchlist, rule = numbered.watchlist, numbered.rule
    find = partial(particulars, watchlist, rule.match, numbered.words, scope)
    return Match(watchlist.name, rule.name, rule.priority, {}, (), rule.version, rule.min_sources, find)
