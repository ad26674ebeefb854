"""The stages of an event that an article reports, each with its date and the sentence that says so.

A term of a concept with `steps` in a sentence is one if the words around it do not deny or plan it. It reads no
database, and knows the article alone: what other articles say of the same day is the chronicle's business.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.model import Article, Evidence, Labels, Match, Part, Step
from bot.story.company import ends
from bot.story.days import days_in, first_day, upcoming
from bot.story.modality import doubt, long_done, names_event
from bot.story.retold import FROM_PUBLICATION as FROM_PUBLICATION
from bot.story.retold import FROM_SENTENCE as FROM_SENTENCE
from bot.story.retold import once
from bot.story.sentences import unit_text
from bot.story.since import counted
from bot.story.when import CLAUSES, day_of
from bot.story.whom import another_acts, is_place, strangers_alone
from bot.watch import Watchlists, occurrences
from bot.watch.sentences import breaks

FEW = 3
"""So many labels of a match may be meant by a sentence that names none: of more, nobody knows which."""

REACH = 500
"""Characters around a term that are read: no sentence of a paper is longer, and text without a stop may be any."""

TOP = 3
"""Paragraphs that tell the news of a report; further down other days are told of."""

_WEEK, _DAY = timedelta(days=7), len("2026-05-17")

MOST_STEPS = 200
"""Sentences of one article that are taken, in its order: a list of all treaties since 1945 is no news."""

MOST = 20
"""Terms that are looked at in one sentence."""

_HOME = {"ja": "Asia/Tokyo", "id": "Asia/Jakarta"}
"""Whose day it is where the source does not say."""


class Place(NamedTuple):
    """A sentence of an article: its unit, and where in the unit's text it begins and ends."""

    part: Part
    paragraph: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Told:
    """A step that a sentence tells of, before it is known whom it concerns."""

    concept: str
    step: str
    place: Place
    start: int
    end: int
    date: str | None
    """None where the sentence names no day for it."""


def find_steps(article: Article, found: Sequence[Match], watchlists: Watchlists) -> dict[str, list[Step]]:
    """The steps the article reports, by the watchlists that match it and have a concept with `steps`; in the order of
    date and rank. One for each step, labels and date. Title, lead, first paragraph and the paragraphs a rule matched
    are read; another paragraph counts where the sentence names both a label and its own date. An article without a
    date of publication has none."""
    if article.published is None:
        return {}
    steps: dict[str, list[Step]] = {}
    for name in dict.fromkeys(match.watchlist for match in found):
        watchlist = watchlists.lists.get(name)
        concepts = [] if watchlist is None else [one.name for one in watchlist.concepts.values() if one.steps]
        if not concepts:
            continue
        matches = [match for match in found if match.watchlist == name]
        told = list(islice(tell(article, watchlists, name, concepts), MOST_STEPS))
        if told:
            steps[name] = _Reader(article, matches, watchlists, name).read(told)
    return {name: listed for name, listed in steps.items() if listed}


def tell(article: Article, watchlists: Watchlists, watchlist: str, concepts: Iterable[str]) -> Iterator[Told]:
    """Every step the article's sentences tell of, whomever it concerns."""
    published = _local(article)
    if published is None:
        return
    by_place: dict[Place, list[Evidence]] = defaultdict(list)
    for piece in occurrences(watchlists, article, watchlist, concepts):
        if piece.label is not None:
            by_place[_place(article, piece)].append(piece)
    for place, pieces in by_place.items():
        sentence = unit_text(article, place.part, place.paragraph)[place.start : place.end]
        for piece in pieces[:MOST]:
            start, end = piece.start - place.start, piece.end - place.start
            first = max(0, start - REACH)
            text, at = sentence[first : end + REACH], start - first
            told = _told(article, piece, pieces, text, at, published)
            if told is not None:
                yield Told(piece.concept or "", piece.label or "", place, start, end, told.date)


class Day(NamedTuple):
    """The date of a step, where its sentence says one."""

    date: str | None


def _told(
    article: Article, piece: Evidence, others: Sequence[Evidence], text: str, start: int, published: datetime
) -> Day | None:
    """When the step of a term at `start` of a text was; None where the text does not say that it was."""
    end = start + piece.end - piece.start
    days = days_in(text, article.language, published)
    if _is_part(piece, others[:MOST], article.language) or _to_come(text, end, days, published):
        return None
    if piece.part is Part.TITLE and any(upcoming(day[2], published) for day in days):
        return None
    ago = counted(text, start, end, days, article.language, published)
    # In Japanese the count is the predicate: that two years have passed since the signing says that they signed.
    if (ago is None or article.language != "ja") and (
        doubt(text, start, end, article.language, piece.part is Part.TITLE) is not None
    ):
        return None
    if ago is not None:
        return None if ago.date is None else Day(ago.date)
    said = day_of(text, start, end, days, article.language, published)
    return None if said is None and long_done(text, start) else Day(said)


def _is_part(piece: Evidence, others: Iterable[Evidence], language: str | None) -> bool:
    """Whether a term only names what a longer one of another step is done with: concluded *talks* are no talks."""
    if not names_event(piece.text, language):
        return False
    around = [other for other in others if other.label != piece.label and other.start < piece.start]
    return any(ends(other.text) and piece.start - other.end <= _CLOSE for other in around) or any(
        piece.end <= other.end for other in around
    )


def _to_come(text: str, end: int, days: Iterable[tuple[int, int, str]], published: datetime) -> bool:
    """Whether a day to come follows at once: *the handover on 3 December*."""
    close = (day for day in days if 0 <= day[0] - end <= _CLOSE and upcoming(day[2], published))
    return any(CLAUSES.search(text[end : day[0]]) is None for day in close)


_CLOSE = 12
"""Characters between a term and its date: a preposition and hardly more."""


def _local(article: Article) -> datetime | None:
    """When it was published, by the clock of those who wrote it: their "Tuesday" is meant."""
    if article.published is None:
        return None
    zone = (article.source.timezone if article.source is not None else None) or _HOME.get(article.language or "")
    return article.published.astimezone(ZoneInfo(zone)) if zone else article.published


def _place(article: Article, piece: Evidence) -> Place:
    """The sentence in which a piece of evidence stands; a title is one."""
    borders = _borders(unit_text(article, piece.part, piece.paragraph), article.language, piece.part is Part.TITLE)
    return Place(piece.part, piece.paragraph, borders[piece.sentence], borders[piece.sentence + 1])


@lru_cache(maxsize=64)
def _borders(text: str, language: str | None, in_title: bool) -> tuple[int, ...]:
    """Where sentences begin and end; each text has many terms, and is parted once."""
    return (0, *(() if in_title else breaks(text, language)), len(text))


# --- whom it concerns ------------------------------------------------------------------------------------------------


class _Reader:
    """One watchlist's steps in one article."""

    def __init__(self, article: Article, matches: Sequence[Match], watchlists: Watchlists, watchlist: str) -> None:
        self._article = article
        self._published = _local(article)
        concepts = watchlists.lists[watchlist].concepts
        self._ranks = {name: list(one.labels) for name, one in concepts.items() if one.steps}
        self._labels: dict[str, list[str]] = {}
        for match in matches:
            for concept, labels in match.labels.items():
                if concept in concepts and concept not in self._ranks:
                    known = self._labels.setdefault(concept, [])
                    known += [label for label in labels if label not in known]
        self._matched = {(piece.part, piece.paragraph) for match in matches for piece in match.evidence}
        self._ours = {piece.text.lower() for match in matches for piece in match.evidence}
        self._ours |= {label for labels in self._labels.values() for label in labels}
        self._named: dict[tuple[Part, int | None], list[Evidence]] = defaultdict(list)
        for piece in occurrences(watchlists, article, watchlist, self._labels):
            if piece.label is not None:
                self._named[piece.part, piece.paragraph].append(piece)

    def read(self, told: Iterable[Told]) -> list[Step]:
        """The steps of the article that concern its subject, each once."""
        steps = [step for one in told if (step := self._step(one)) is not None]
        return once([self._of_its_day(step, steps) for step in steps])

    def _of_its_day(self, step: Step, steps: Sequence[Step]) -> Step:
        """A step without a day of its own at the top of a report has that of the report's beginning: *agreed on
        Tuesday ... The ministers met for two hours*."""
        top = step.part is not Part.BODY or (step.paragraph or 0) < TOP
        if step.date_from == FROM_SENTENCE or not top or self._published is None:
            return step
        today = self._published.date()
        days = (each.date for each in steps if each.date_from == FROM_SENTENCE and each.paragraph in (None, 0))
        first = next((day for day in days if len(day) == _DAY and timedelta() <= today - first_day(day) <= _WEEK), None)
        return replace(step, date=first, date_from=FROM_SENTENCE) if first else step

    def _step(self, told: Told) -> Step | None:
        place = told.place
        here, own = self._whom(told)
        if here is None:
            return None
        if not self._concerns(place) and not (own and told.date is not None):
            return None
        text = unit_text(self._article, place.part, place.paragraph)[place.start : place.end].strip()
        said = told.date
        assert self._published is not None
        day = said or self._published.date().isoformat()
        return Step(
            told.concept,
            told.step,
            self._ranks[told.concept].index(told.step),
            here,
            day,
            FROM_SENTENCE if said else FROM_PUBLICATION,
            place.part,
            place.paragraph,
            text,
        )

    def _concerns(self, place: Place) -> bool:
        """Whether the sentence stands where the article speaks of the subject."""
        if place.part is not Part.BODY or place.paragraph == 0:
            return True
        return (place.part, place.paragraph) in self._matched

    def _whom(self, told: Told) -> tuple[Labels | None, bool]:
        """The match's labels that a step concerns, and whether its own sentence names them. None where it names others
        alone, or none and the match has too many."""
        paragraph = [
            piece
            for piece in self._named.get((told.place.part, told.place.paragraph), [])
            if piece.label in self._ours or not self._is_venue(piece, told)
        ]
        sentence = [piece for piece in paragraph if told.place.start <= piece.start < told.place.end]
        if self._of_strangers(told):
            return None, False
        clause = self._chosen([piece for piece in sentence if self._in_clause(piece, told)])
        if not clause and self._of_others(told):
            return None, False
        chosen = clause or self._chosen(sentence)
        if sentence:
            return (chosen or None), bool(chosen)
        if paragraph:
            return (self._chosen(paragraph) or None), False
        if sum(map(len, self._labels.values())) <= FEW:
            return {concept: tuple(labels) for concept, labels in self._labels.items()}, False
        return None, False

    def _of_strangers(self, told: Told) -> bool:
        """Whether its clause names countries alone that no match knows."""
        text = unit_text(self._article, told.place.part, told.place.paragraph)[told.place.start : told.place.end]
        return strangers_alone(text, told.start, told.end, self._article.language, self._ours)

    def _of_others(self, told: Told) -> bool:
        """Whether its subject is a country that no match knows."""
        text = unit_text(self._article, told.place.part, told.place.paragraph)[told.place.start : told.place.end]
        return another_acts(text, told.start, self._article.language, self._ours)

    def _is_venue(self, piece: Evidence, told: Told) -> bool:
        text = unit_text(self._article, told.place.part, told.place.paragraph)
        return is_place(text, piece.start, piece.end)

    def _in_clause(self, piece: Evidence, told: Told) -> bool:
        """Whether a name stands in the clause of the step: no semicolon and no new verb's beginning between them."""
        text = unit_text(self._article, told.place.part, told.place.paragraph)
        start, end = told.place.start + told.start, told.place.start + told.end
        between = text[end : piece.start] if piece.start >= end else text[piece.end : start]
        return len(between) <= REACH and _NEW_CLAUSE.search(between) is None

    def _chosen(self, pieces: Iterable[Evidence]) -> Labels:
        """Those of the labels named that the matches captured, in the order of the watchlist."""
        named = {(piece.concept, piece.label) for piece in pieces}
        chosen = {
            concept: tuple(label for label in labels if (concept, label) in named)
            for concept, labels in self._labels.items()
        }
        return {concept: labels for concept, labels in chosen.items() if labels}


_NEW_CLAUSE = re.compile(
    r"[;—–；]|,\s*(?:but|while|which|who|whereas|although|hopes?|tetapi|namun|sedangkan|sementara|yang)\b|"
    r"\b(?:while|whereas|hopes? to|plans? to|wants? to|sedangkan|sementara)\b|一方|が、|"
    r"(?<=.)や、|^[^は]*(?<!対)(?:し|され|して)、",
    re.I,
)
