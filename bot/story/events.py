"""Whether an article reports the event of a story at hand, and by what. It decides; it reads and stores nothing.

Two articles are compared by what they have in common, each thing weighted by how rare it is among the articles at
hand: within a language by words as well, across languages by names, places, amounts, days and subjects alone. A story
is as near as the mean of its three nearest articles. Strong links join; weak ones are ties that a person may confirm.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from bot.story.background import Background
from bot.story.facts import Facts
from bot.story.names import skeleton
from bot.story.subjects import CONFLICTING

NEAREST = 3
"""Members of a story that an article is compared with, the nearest."""

WITHIN, ACROSS = 0.22, 0.37
"""Scores from which on two articles report one event, in one language and in two. Set on the first labelled stream."""

POSSIBLE = 0.6
"""Share of those from which on a person is asked."""

FRESH = timedelta(hours=20)
FADES = timedelta(days=6)
"""Reports of one event appear within a day; after that likeness fades, to a third in so many days."""

ENOUGH = 5.0
"""Rarity in common, places not counted, that a join needs: two short texts on one country are alike by little. What
nothing is known of is worth 3.4."""

WORD = 0.25
"""What a word in common counts of its rarity there: many are shared by chance."""

ALMOST = 0.9
"""The score of what would join if there were more to go by."""

OTHER_KIND = 0.6
"""What is left of a likeness where one article is an overview or a protest and the other is not, or where their
headlines name other parties."""

HEAD = 2.5
"""How much more a fact of the headline or the first paragraph weighs."""

_KINDS = {"n": 0.8, "p": 1.0, "q": 1.0, "d": 0.8, "s": 1.3}
_SAID = {"n": "names", "p": "places", "q": "numbers", "d": "days", "s": "words"}


class Kind(StrEnum):
    """What is done with an article."""

    NEW = "new"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Tie:
    """A story that an article may belong to: its nearest article there, the score in shares of what joins (1.0), and
    what they have in common, by kind (`names`, `places`, `numbers`, `days`, `words`, `labels`)."""

    story: int
    other: int
    score: float
    why: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Placing:
    """Where an article belongs. `possible` are weaker ties to other stories, the strongest first."""

    kind: Kind
    story: int | None = None
    other: int | None = None
    score: float = 0.0
    why: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    possible: tuple[Tie, ...] = ()


def place(
    one: Facts,
    near: Mapping[int, Sequence[tuple[int, Facts]]],
    background: Background,
    window: timedelta,
) -> Placing:
    """The story that `one` belongs to, among those `near` (story -> its articles, each with its id)."""
    ties = sorted(
        (tie for story, members in near.items() if (tie := _tie(one, story, members, background, window))),
        key=lambda tie: (-tie.score, tie.story),
    )
    strong = [tie for tie in ties if tie.score >= 1]
    possible = tuple(tie for tie in ties if tie.score >= POSSIBLE)
    if not strong:
        return Placing(Kind.NEW, possible=possible)
    best = strong[0]
    return Placing(Kind.EVENT, best.story, best.other, best.score, best.why, possible[1:])


def _tie(
    one: Facts, story: int, members: Sequence[tuple[int, Facts]], background: Background, window: timedelta
) -> Tie | None:
    scored = sorted(
        ((likeness(one, other, background, window), other_id, other) for other_id, other in members),
        key=lambda each: (-each[0], each[1]),
    )[:NEAREST]
    if not scored or scored[0][0] <= 0:
        return None
    score = sum(each[0] for each in scored) / len(scored)
    _, other_id, other = scored[0]
    return Tie(story, other_id, score, shared(one, other, background) if score >= POSSIBLE else {})


def likeness(one: Facts, other: Facts, background: Background, window: timedelta) -> float:
    """How alike two reports are, 1.0 where it is enough for one event; 0 where their facts are in conflict."""
    apart = abs(one.moment - other.moment)
    if apart > window or conflict(one, other):
        return 0.0
    facts = _cosine(_weights(one, other, background), _weights(other, one, background))
    if one.language == other.language:
        words = _cosine(_words(one, background), _words(other, background))
        score = (0.5 * words + 0.5 * facts) / WITHIN
    else:
        score = facts / ACROSS
    late = max(timedelta(), apart - FRESH)
    score *= math.exp(-late / FADES)
    if one.overview != other.overview:
        score *= OTHER_KIND
    if ("s:protest" in one.head) != ("s:protest" in other.head):
        score *= OTHER_KIND
    if _other_parties(one, other):
        score *= OTHER_KIND
    return score if score < 1 or _evidence(one, other, background) >= ENOUGH else ALMOST


def _evidence(one: Facts, other: Facts, background: Background) -> float:
    common = _comparable(one, other) & _comparable(other, one)
    shared = sum(max(0.0, background.rarity(each)) for each in common if each[0] not in "pd")
    if one.language == other.language:
        words = {word for word, _ in one.words} & {word for word, _ in other.words} - {each[2:] for each in common}
        shared += WORD * sum(max(0.0, background.word_rarity(one.language, word)) for word in words)
    return shared


def _other_parties(one: Facts, other: Facts) -> bool:
    mine, yours = _parties(one), _parties(other)
    return bool(mine and yours and not mine & yours)


def _parties(one: Facts) -> set[str]:
    return {each[2:] for each in one.head if each.startswith("p:")} - {"jp"}


def conflict(one: Facts, other: Facts) -> str | None:
    """What keeps two reports apart whatever else they share: parties in the headline or first paragraph of which the
    other says nothing at all, or another treaty or other days there."""
    if _other_parties(one, other) and not (_parties(one) & set(other.places) or _parties(other) & set(one.places)):
        return "places"
    mine, yours = ({each for each in side.head if each[2:] in CONFLICTING} for side in (one, other))
    if mine and yours and not mine & yours:
        return "subjects"
    days, others = _head_days(one), _head_days(other)
    if days and others and min(abs(a - b) for a in days for b in others) > timedelta(days=1):
        return "days"
    return None


def _head_days(one: Facts) -> set[date]:
    return {date.fromisoformat(each[2:]) for each in one.head if each.startswith("d:")}


def shared(one: Facts, other: Facts, background: Background, most: int = 8) -> dict[str, tuple[str, ...]]:
    """What two reports have in common, by kind, the rarest first. Subjects are among the words."""
    common = _comparable(one, other) & _comparable(other, one)
    found: dict[str, list[str]] = {}
    for each in sorted(common, key=lambda each: (-background.rarity(each), each)):
        said = _written(each[2:], one, other)
        if each != "p:jp" and said not in found.setdefault(_SAID[each[0]], []):
            found[_SAID[each[0]]].append(said)
    if one.language == other.language:
        theirs = {word for word, _ in other.words}
        words = [word for word, _ in one.words if word in theirs and word not in found.get("names", ())]
        found.setdefault("words", []).extend(
            sorted(words, key=lambda word: (-background.word_rarity(one.language, word), word))
        )
    found["labels"] = sorted(set(one.labels) & set(other.labels))
    return {kind: tuple(values[:most]) for kind, values in found.items() if values}


def _written(name: str, one: Facts, other: Facts) -> str:
    """A name by its sound as the Latin text of the two writes it."""
    if name.startswith("~"):
        latin = one if one.language != "ja" else other
        return next((each for each in latin.names if each[0] != "~" and skeleton(each) == name), name)
    return name


def _comparable(one: Facts, other: Facts) -> frozenset[str]:
    """Names by sound only against Japanese, else as they are written."""
    by_sound = (one.language == "ja") != (other.language == "ja")
    if by_sound:
        # Capitals (OSA, NATO) stand in Japanese texts as they are.
        latin = one.names if one.language == "ja" else other.names
        keep = {f"n:{name}" for name in latin if not name.startswith("~")}
        return frozenset(each for each in one.features() if each[0] != "n" or each[2] == "~" or each in keep)
    return frozenset(each for each in one.features() if one.language == "ja" or each[:3] != "n:~")


def _weights(one: Facts, other: Facts, background: Background) -> dict[str, float]:
    return {
        each: background.rarity(each) * _KINDS[each[0]] * (HEAD if each in one.head else 1.0)
        for each in _comparable(one, other)
    }


def _words(one: Facts, background: Background) -> dict[str, float]:
    return {
        word: (1 + math.log(count)) * max(0.0, background.word_rarity(one.language, word)) for word, count in one.words
    }


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    dot = sum(weight * other[each] for each, weight in one.items() if each in other)
    if not dot:
        return 0.0
    return dot / math.sqrt(sum(w * w for w in one.values()) * sum(w * w for w in other.values()))
