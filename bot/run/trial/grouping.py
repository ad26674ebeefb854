"""Which stories newly matched articles belong to: those they would have joined when they were read. It writes none."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from datetime import timedelta
from itertools import accumulate

from bot.run.trial.desk import CHUNK, Desk
from bot.run.trial.work import Met, first_copies
from bot.story.likely import Likely
from bot.story.trial import Stored

LOOK_BACK = timedelta(days=30)
"""How far back copies of a text are looked for, as when it is read."""

COPIES = 4
"""Articles that a newly matched one is compared with."""

COMPARED = 2000
"""Pairs of articles that are compared word by word, some 3 ms each; of the newly matched articles beyond that, what
they have in common in a first look decides."""

SAME = 0.4
"""The share in common that decides then."""


async def group(desk: Desk, met: Sequence[Met], window: timedelta) -> tuple[dict[int, int], bool]:
    """The story of each article by its id, and whether it was only estimated. One that has none yet joins
    the story of an article it is a copy of, or begins one: a story that is not stored is named by the negative
    id of its first article."""
    stories = {each.id: each.story_id for each in met if each.story_id is not None}
    unplaced = [number for number, each in enumerate(met) if each.story_id is None]
    if not unplaced:
        return stories, False
    likely = Likely(each.marks for each in met)
    choices = {number: _choices(met, number, likely, window) for number in unplaced}
    asked = [number for number in unplaced if choices[number]]
    ends = accumulate(len(choices[number]) for number in asked)
    afforded = sum(end <= COMPARED for end in ends)
    joined = await _copies(desk, met, {number: choices[number] for number in asked[:afforded]}, window)
    for number in asked[afforded:]:
        joined[number] = next((other for other, share in choices[number] if share >= SAME), None)
    for number in unplaced:
        other = joined.get(number)
        stories[met[number].id] = -met[number].id if other is None else stories[met[other].id]
    return stories, afforded < len(asked)


def _choices(met: Sequence[Met], number: int, likely: Likely, window: timedelta) -> list[tuple[int, float]]:
    one = met[number]
    moment = one.published or one.first_seen

    def fits(place: int) -> bool:
        other = met[place]
        near = abs(moment - (other.published or other.first_seen)) <= window
        # What came later and is in no story yet will look for this one.
        known = place < number or other.story_id is not None
        return known and near and abs(one.first_seen - other.first_seen) <= LOOK_BACK

    return [(place, share) for place, share in likely.of(number, 3 * COPIES) if fits(place)][:COPIES]


async def _copies(
    desk: Desk, met: Sequence[Met], choices: Mapping[int, Sequence[tuple[int, float]]], window: timedelta
) -> dict[int, int | None]:
    """For each article the first of its choices that is a copy."""
    numbers = list(choices)
    pieces = [numbers[start : start + CHUNK // 5] for start in range(0, len(numbers), CHUNK // 5)]
    found: dict[int, int | None] = {}

    async def asked() -> AsyncIterator[list[Sequence[Stored]]]:
        for piece in pieces:
            wanted = [[met[number].id, *(met[place].id for place, _ in choices[number])] for number in piece]
            rows = await desk.rows(sorted({each for ids in wanted for each in ids}))
            # What is old may be cleared away meanwhile.
            yield [[rows[each] for each in ids] if rows.keys() >= set(ids) else [] for ids in wanted]

    answers = desk.workers.side_by_side(asked(), lambda batch: desk.workers.call(first_copies, batch, window))
    async with aclosing(answers):
        for piece in pieces:
            for number, place in zip(piece, await anext(answers), strict=True):
                found[number] = None if place is None else choices[number][place][0]
            desk.progress("grouping", len(found), len(numbers))
    return found
