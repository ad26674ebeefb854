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
from bot.story.ordinals import other_one
from bot.story.similar import comparable, in_common, one_language, sure
from bot.story.subjects import CONFLICTING

NEAREST = 3
"""Members of a story that an article is compared with, the nearest."""

LEAST, TIMES_USUAL = 0.03, 6.5
"""Likeness from which on two articles of one language report one event: so much, and so many times what unrelated
articles of these days have. Set on the labelled streams."""

BY_WORDS = 0.6
"""The share of words in that likeness; the rest are facts."""

ACROSS = 0.34
"""Likeness of facts from which on two articles of two languages report one event."""

MANY = (1.0, 1.0, 1.15, 1.35, 1.5)
"""How much more a likeness across languages says by the number of rare names and amounts in common: one may be chance,
four are not. In one language words say as much."""

RARE = 2.5
"""Rarity of a name that few articles have."""

SAME_NAMES = (1.25, 1.4)
"""How much more a likeness says where both headlines or first paragraphs have one such name, and more of them."""

NEXT, FAR = timedelta(days=1), timedelta(days=2)
"""Days apart that two reports may name in their headlines and first paragraphs as of one event; further apart they are
of one only if they are very alike, and still further never."""

OTHER_DAYS = 0.5
"""What is left of a likeness between those two, and, of articles that are all dated alike, beyond."""

POSSIBLE = 0.6
"""Share of those from which on a person is asked."""

FRESH = timedelta(hours=20)
FADES = timedelta(days=8)
"""Reports of one event appear within a day; after that likeness fades, to a third in so many days."""

ENOUGH = 4.0
"""Rarity in common, places not counted, that a join needs: two short texts on one country are alike by little. What
nothing is known of is worth 3.4."""

WORD = 0.25
"""What a word in common counts of its rarity there: many are shared by chance."""

ALMOST = 0.9
"""The score of what would join if there were more to go by."""

OTHER_KIND = 0.5
"""What is left of a likeness where one article is an overview or a protest and the other is not, or where their
headlines name other parties."""

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

    @property
    def all_possible(self) -> tuple[Tie, ...]:
        """Those and the story it belongs to."""
        if self.story is None or self.other is None:
            return self.possible
        return (Tie(self.story, self.other, self.score, self.why), *self.possible)


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
    if not scored or scored[0][0] <= 0 or 2 * sum(bool(conflict(one, other)) for _, other in members) > len(members):
        return None
    score = sum(each[0] for each in scored) / len(scored)
    _, other_id, other = scored[0]
    return Tie(story, other_id, score, shared(one, other, background) if score >= POSSIBLE else {})


def likeness(one: Facts, other: Facts, background: Background, window: timedelta) -> float:
    """How alike two reports are, 1.0 where it is enough for one event; 0 where their facts are in conflict."""
    apart = abs(one.moment - other.moment)
    if apart > window or conflict(one, other):
        return 0.0
    facts, words = in_common(one, other, background)
    if one_language(one, other):
        usual = background.usual_likeness(one.language or other.language)
        score = (BY_WORDS * words + (1 - BY_WORDS) * facts) / (LEAST + TIMES_USUAL * usual)
    else:
        score = facts / ACROSS * _by_count(one, other, background)
    late = max(timedelta(), apart - FRESH)
    score *= math.exp(-late / FADES)
    if one.overview != other.overview:
        score *= OTHER_KIND
    if ("s:protest" in one.head) != ("s:protest" in other.head):
        score *= OTHER_KIND
    if _other_parties(one, other):
        score *= OTHER_KIND
    score *= _by_names(one, other, background)
    if _days_apart(one, other) > NEXT:
        score *= OTHER_DAYS
    return score if score < 1 or _enough(one, other, background) else ALMOST


def _by_count(one: Facts, other: Facts, background: Background) -> float:
    """How much more a likeness across languages says where many rare names and amounts are in common."""
    common = comparable(one, other) & comparable(other, one)
    rare = sum(1 for each in common if each[0] in "nq" and background.rarity(each) >= RARE)
    return MANY[min(rare, len(MANY) - 1)]


def _by_names(one: Facts, other: Facts, background: Background) -> float:
    """How much more a likeness says where both headlines or first paragraphs have rare names in common."""
    mine, yours = _head_names(one), _head_names(other)
    rare = sum(background.rarity(f"n:{name}") >= RARE for name in mine & yours)
    return SAME_NAMES[min(rare, len(SAME_NAMES)) - 1] if rare else 1.0


def _head_names(one: Facts) -> set[str]:
    return {each[2:] for each in one.head if each[0] == "n" and (each[2] != "~" or one.language == "ja")}


def _enough(one: Facts, other: Facts, background: Background) -> bool:
    """Whether there is as much in common as a join needs."""
    common = comparable(one, other) & comparable(other, one)
    if not one_language(one, other) and not sure(common):
        return False
    shared = sum(max(0.0, background.rarity(each)) for each in common if each[0] not in "pd")
    if one_language(one, other):
        words = {word for word, _ in one.words} & {word for word, _ in other.words} - {each[2:] for each in common}
        shared += WORD * sum(max(0.0, background.word_rarity(one.language, word)) for word in words)
    return shared >= ENOUGH


def _other_parties(one: Facts, other: Facts) -> bool:
    mine, yours = _parties(one), _parties(other)
    return bool(mine and yours and not mine & yours)


def _parties(one: Facts) -> set[str]:
    return {each[2:] for each in one.head if each.startswith("p:")} - {"jp"}


def conflict(one: Facts, other: Facts) -> str | None:
    """What keeps two reports apart whatever else they share: parties in the headline or first paragraph of which the
    other says nothing at all, or another treaty, other days or another one of a series there."""
    if _other_parties(one, other) and not (_parties(one) & set(other.places) or _parties(other) & set(one.places)):
        return "places"
    mine, yours = ({each for each in side.head if each[2:] in CONFLICTING} for side in (one, other))
    if mine and yours and not mine & yours:
        return "subjects"
    if other_one(*(frozenset(each[2:] for each in side.head if each[0] == "o") for side in (one, other))):
        return "series"
    # Articles that all have the same time of publication were not published then: "on Monday" is any Monday.
    return "days" if one.moment != other.moment and _days_apart(one, other) > FAR else None


def _days_apart(one: Facts, other: Facts) -> timedelta:
    days, others = _head_days(one), _head_days(other)
    return min((abs(a - b) for a in days for b in others), default=timedelta())


def _head_days(one: Facts) -> set[date]:
    return {date.fromisoformat(each[2:]) for each in one.head if each.startswith("d:")}


def shared(one: Facts, other: Facts, background: Background, most: int = 8) -> dict[str, tuple[str, ...]]:
    """What two reports have in common, by kind, the rarest first. Subjects are among the words."""
    common = comparable(one, other) & comparable(other, one)
    found: dict[str, list[str]] = {}
    for each in sorted(common, key=lambda each: (-background.rarity(each), each)):
        said = _written(each[2:], one, other)
        if each != "p:jp" and said not in found.setdefault(_SAID[each[0]], []):
            found[_SAID[each[0]]].append(said)
    if one_language(one, other):
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
