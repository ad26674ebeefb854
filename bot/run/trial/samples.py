"""Articles to show of what the rules match, and of what a change adds and drops, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.run.trial.desk import CHUNK, Desk
from bot.run.trial.outcome import Sample, Version
from bot.run.trial.work import Shown, show
from bot.story.change import Change, sample
from bot.story.record import merged
from bot.story.trial import Counts, RuleFacts, Stored, keys


async def of_rules(
    desk: Desk, facts: Sequence[tuple[RuleFacts, ...]], counts: Sequence[Counts]
) -> list[tuple[tuple[Sample, ...], ...]]:
    """Samples of each rule, by side."""
    chosen = {
        (side, rule): sample(counts[side].rules[rule].ids, counts[side].rules[rule].stories)
        for side, rule in keys(counts)
    }
    known = await _shown(desk, {each for ids in chosen.values() for each in ids}, failures=False)
    return [
        tuple(
            tuple(_sample(*known[each], side, [rule], facts[side]) for each in chosen[side, rule] if each in known)
            for rule in range(len(found.rules))
        )
        for side, found in enumerate(counts)
    ]


async def _shown(desk: Desk, ids: Iterable[int], *, failures: bool) -> dict[int, tuple[Stored, Shown]]:
    known: dict[int, tuple[Stored, Shown]] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), CHUNK):
        rows = await desk.rows(wanted[start : start + CHUNK])
        shown = await desk.workers.call(show, list(rows.values()), failures=failures)
        # The text of a sample has done its work.
        known.update((key, (rows[key]._replace(paragraphs=""), each)) for key, each in shown.items())
        desk.progress("samples", min(start + CHUNK, len(wanted)), len(wanted))
    return known


async def of_change(
    desk: Desk, found: Change, versions: Sequence[Version], stories: Mapping[int, int]
) -> tuple[tuple[Sample, ...], tuple[Sample, ...]]:
    """Samples of what a new version adds and drops, with the reason."""
    added, dropped = sample(found.added, stories), sample(found.dropped, stories)
    known = await _shown(desk, {*added, *dropped}, failures=True)
    successors = {rule.was: rule.name for rule in found.rules if rule.was is not None}
    origins = {rule.name: rule.was for rule in found.rules}
    before, after = versions
    return (
        tuple(_reasoned(*known[each], 1, after, before, origins) for each in added if each in known),
        tuple(_reasoned(*known[each], 0, before, after, successors) for each in dropped if each in known),
    )


def _sample(stored: Stored, shown: Shown, side: int, numbers: Sequence[int], facts: Sequence[RuleFacts]) -> Sample:
    """An article as the rules of these numbers see it."""
    keys = [(side, number) for number in numbers]
    sentences = (shown.sentences.get(key) for key in keys)
    return Sample(
        stored=stored,
        rules=tuple(facts[number].name for number in numbers),
        sentence=next((each for each in sentences if each is not None), None),
        labels=merged(shown.labels.get(key, {}) for key in keys),
    )


def _reasoned(
    stored: Stored, shown: Shown, side: int, here: Version, there: Version, others: Mapping[str, str | None]
) -> Sample:
    """An article that matches on one side, with what fails on the other for each rule that matches it."""
    sample = _sample(stored, shown, side, [number for number, _ in here.counts.hits[stored.id].answer], here.rules)
    numbers = {rule.name: number for number, rule in enumerate(there.rules)}
    why = []
    for rule in sample.rules:
        number = numbers.get(others.get(rule) or "")
        if number is None:
            why.append((rule, "a new rule" if side else "the rule is dropped"))
        else:
            # A match that does not count fails by nothing else.
            publishers = f"min_sources {there.rules[number].min_sources}"
            why.append((rule, shown.failed.get((1 - side, number), publishers)))
    return replace(sample, why=tuple(why))
