"""What a new version of a watchlist changes on the same archive, and which articles to show of many.

It judges no article and reads no database: it compares what was counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.story.trial import Counts, RuleFacts

SAMPLES = 10
"""Articles shown of each kind."""


class Fate(StrEnum):
    """What a new version of a watchlist does to a rule."""

    KEPT = "kept"
    CHANGED = "changed"
    RENAMED = "renamed"
    ADDED = "added"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule's fate, and how many articles it gained and lost by it. `was` is its former name, where it has one."""

    name: str
    was: str | None
    fate: Fate
    added: int
    dropped: int


@dataclass(frozen=True, slots=True)
class Change:
    """What a new version changes: articles that now match and did not, and the reverse; articles that match in both
    under other labels; labels with their counts before and after, where these differ."""

    added: tuple[int, ...]
    dropped: tuple[int, ...]
    relabelled: int
    labels: Mapping[tuple[str, str], tuple[int, int]]
    rules: tuple[RuleChange, ...]


def change(before: Counts, after: Counts, old: Sequence[RuleFacts], new: Sequence[RuleFacts]) -> Change:
    """What lies between two versions of a watchlist, tried on the same archive."""
    both = before.hits.keys() & after.hits.keys()
    names = before.every.labels.keys() | after.every.labels.keys()
    pairs = {name: (before.every.labels.get(name, 0), after.every.labels.get(name, 0)) for name in sorted(names)}
    return Change(
        added=tuple(each for each in after.every.ids if each not in before.hits),
        dropped=tuple(each for each in before.every.ids if each not in after.hits),
        relabelled=sum(before.hits[each].labels != after.hits[each].labels for each in both),
        labels={name: pair for name, pair in pairs.items() if pair[0] != pair[1]},
        rules=tuple(_rule_changes(before, after, old, new)),
    )


def _rule_changes(
    before: Counts, after: Counts, old: Sequence[RuleFacts], new: Sequence[RuleFacts]
) -> Iterable[RuleChange]:
    origins = _origins(old, new)
    former = {rule.name: (rule, set(count.ids)) for rule, count in zip(old, before.rules, strict=True)}
    for rule, count in zip(new, after.rules, strict=True):
        was = origins.get(rule.name)
        now = set(count.ids)
        if was is None:
            yield RuleChange(rule.name, None, Fate.ADDED, len(now), 0)
            continue
        origin, had = former[was]
        same = Fate.KEPT if origin.meaning == rule.meaning else Fate.CHANGED
        fate = Fate.RENAMED if was != rule.name else same
        yield RuleChange(rule.name, was, fate, len(now - had), len(had - now))
    for rule in old:
        if rule.name not in origins.values():
            yield RuleChange(rule.name, rule.name, Fate.DROPPED, 0, len(former[rule.name][1]))


def _origins(old: Sequence[RuleFacts], new: Sequence[RuleFacts]) -> dict[str, str]:
    """For each rule of the new version the one it was: of the same name, or else one that is gone by its name and
    was written alike."""
    names = {rule.name for rule in old}
    origins = {rule.name: rule.name for rule in new if rule.name in names}
    gone = {rule.wording: rule.name for rule in reversed(old) if rule.name not in origins}
    for rule in new:
        if rule.name not in origins and rule.wording in gone:
            origins[rule.name] = gone.pop(rule.wording)
    return origins


# --- samples --------------------------------------------------------------------------------------------------------


def sample(ids: Iterable[int], story_of: Mapping[int, int], number: int = SAMPLES) -> list[int]:
    """So many of the articles, spread over all of them and the same on every run, and of different stories as far as
    there are enough; in the order they were given."""
    ids = list(ids)
    shuffled = sorted(ids, key=_scattered)
    first_of: dict[int, int] = {}
    for each in shuffled:
        first_of.setdefault(story_of[each], each)
    alone = set(first_of.values())
    chosen = set(sorted(shuffled, key=lambda each: each not in alone)[:number])
    return [each for each in ids if each in chosen]


_SCATTER: Callable[[int], int] = (0x9E3779B1).__mul__
"""Knuth's multiplicative hash: neighbouring ids end up far apart (The Art of Computer Programming, vol. 3, 6.4)."""


def _scattered(id: int) -> int:
    return _SCATTER(id) & 0xFFFFFFFF
