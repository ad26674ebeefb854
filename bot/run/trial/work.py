"""What worker processes do for a trial of rules: judge articles, compare them, explain them. They read no database.

Each builds the watchlists once, from the bytes of their files: a lexicon cannot be sent. It imports as little as it
can: two workers and their parent share 400 MB.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.model import Labels, Match, Source
from bot.story import Sentence, compare, matched_sentence
from bot.story.likely import marks
from bot.story.trial import Answer, Captured, Stored
from bot.watch import explain, match
from bot.watch.trial import Files, Place, Trial


class Met(NamedTuple):
    """A stored article that a side matches, or that is in a story already. `answers` has one for each side."""

    id: int
    story_id: int | None
    first_seen: datetime
    published: datetime | None
    family: str
    answers: tuple[Answer, ...]
    marks: bytes


class Judged(NamedTuple):
    """What a batch of articles came to. `causes` counts, for each side and rule, the articles that each term was found
    in; `met` are the terms found for the first time by this worker: watchlist, and number among those it lists."""

    met_articles: list[Met]
    languages: Counter[str | None]
    causes: dict[tuple[int, int], Counter[Place]]
    met_terms: list[tuple[str, int]]


class Shown(NamedTuple):
    """An article as a sample shows it: for each side and rule that matches it the sentence that says why and the
    labels, and for each that does not the part that failed."""

    sentences: dict[tuple[int, int], Sentence | None]
    labels: dict[tuple[int, int], Labels]
    failed: dict[tuple[int, int], str]


@dataclass(slots=True)
class _Desk:
    """What a worker keeps between two batches."""

    trial: Trial
    sources: Mapping[str, Source]
    numbers: Mapping[tuple[str, str], tuple[int, int]]


_desk: _Desk | None = None


def start(files: Files, sources: Mapping[str, Source]) -> None:
    """Runs first in every worker."""
    global _desk
    sides = files.sides()
    numbers = {
        (side.watchlist.name, rule.name): (place, number)
        for place, side in enumerate(sides)
        for number, rule in enumerate(side.watchlist.rules)
    }
    _desk = _Desk(Trial(sides), sources, numbers)


def _at_work() -> _Desk:
    assert _desk is not None  # the pool starts its workers with `start`
    return _desk


# --- tasks ----------------------------------------------------------------------------------------------------------


def judge(rows: Sequence[Stored]) -> Judged:
    """What the sides say of these articles."""
    desk = _at_work()
    result = Judged([], Counter(), {}, [])
    for row in rows:
        article = row.article(desk.sources)
        matches, met = desk.trial.ask(article, row.first_seen)
        result.languages[row.language] += 1
        result.met_terms.extend(met)
        for answer in matches:
            key = desk.numbers[answer.watchlist, answer.rule]
            result.causes.setdefault(key, Counter()).update(desk.trial.causes(answer))
        if matches or row.story_id is not None:
            answers = _answers(desk, matches)
            family = row.family(desk.sources)
            made = marks(article.paragraphs)
            met_article = Met(row.id, row.story_id, row.first_seen, row.published, family, answers, made)
            result.met_articles.append(met_article)
    return result


def _answers(desk: _Desk, matches: Sequence[Match]) -> tuple[Answer, ...]:
    answers: list[list[tuple[int, Captured]]] = [[] for _ in desk.trial.sides]
    for answer in matches:
        side, rule = desk.numbers[answer.watchlist, answer.rule]
        captured = frozenset((concept, label) for concept, labels in answer.labels.items() for label in labels)
        answers[side].append((rule, captured))
    return tuple(map(tuple, answers))


def first_copies(asked: Sequence[Sequence[Stored]], window: timedelta) -> list[int | None]:
    """For each list of an article and others the place, among the others, of the first one that is its copy."""
    return [_first_copy(rows[0], rows[1:], window) if rows else None for rows in asked]


def _first_copy(row: Stored, others: Sequence[Stored], window: timedelta) -> int | None:
    sources = _at_work().sources
    article = row.article(sources)
    moment = row.published or row.first_seen
    for place, other in enumerate(others):
        apart = abs(moment - (other.published or other.first_seen))
        if compare(article, other.article(sources), apart, window).joined:
            return place
    return None


def fewer_without(side: int, rule: int, places: Sequence[Place], rows: Sequence[Stored]) -> list[int]:
    """For each term, how many of these articles the rule would not match without it."""
    desk = _at_work()
    version = desk.trial.sides[side]
    articles = [(row.article(desk.sources), row.first_seen) for row in rows]
    lost = []
    for place in places:
        reduced = version.without(version.watchlist.rules[rule], place)
        lost.append(sum(not match(reduced, article, seen) for article, seen in articles))
    return lost


def show(rows: Sequence[Stored], *, failures: bool) -> dict[int, Shown]:
    """These articles as samples, by id; with the parts that failed where asked."""
    desk = _at_work()
    shown = {}
    for row in rows:
        article = row.article(desk.sources)
        if failures:
            matches, misses = explain(desk.trial.watchlists, article, None, row.first_seen)
        else:
            matches, misses = match(desk.trial.watchlists, article, row.first_seen), []
        shown[row.id] = Shown(
            {desk.numbers[answer.watchlist, answer.rule]: matched_sentence(article, [answer]) for answer in matches},
            {desk.numbers[answer.watchlist, answer.rule]: answer.labels for answer in matches},
            {desk.numbers[miss.watchlist, miss.rule]: miss.failed for miss in misses},
        )
    return shown
