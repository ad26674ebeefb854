"""Which terms alone cause most of a rule's hits: the rule is matched again without them. It reads no other article."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence

from bot.run.trial.desk import Desk
from bot.run.trial.outcome import Dominant
from bot.run.trial.work import fewer_without
from bot.story.change import sample
from bot.story.trial import Counts, keys
from bot.watch.trial import Place

DOMINANT = 0.5
"""A term that alone causes more than this share of a rule's hits is named."""

OF_A_RULE = 8
MOST_SUSPECTS = 300
"""Terms that are looked at for one rule and in all: for each a lexicon is built, which takes some 50 ms."""

REMATCHED = 12_000
"""Articles that are matched again without a term, for all rules together, and at least and at most for one term."""
FEWEST_REMATCHED, MOST_REMATCHED = 50, 500


async def dominant(
    desk: Desk, causes: Mapping[tuple[int, int], Counter[Place]], counts: Sequence[Counts]
) -> list[tuple[tuple[Dominant, ...], ...]]:
    """For each side and rule the terms that alone cause most of its hits. A term must be found in so many of the
    hits; those are matched again without it."""
    suspects = _suspects(causes, counts)
    total = sum(map(len, suspects.values()))
    most = min(MOST_REMATCHED, max(FEWEST_REMATCHED, REMATCHED // max(1, total)))
    found: dict[tuple[int, int], tuple[Dominant, ...]] = {}
    done = 0
    for key, places in suspects.items():
        rule = counts[key[0]].rules[key[1]]
        if places:
            found[key] = await _verified(desk, key, places, sample(rule.ids, {each: each for each in rule.ids}, most))
        done += len(places)
        desk.progress("looking for causes", done, total)
    return [tuple(found.get((side, rule), ()) for rule in range(len(each.rules))) for side, each in enumerate(counts)]


async def _verified(
    desk: Desk, key: tuple[int, int], places: Sequence[Place], ids: Sequence[int]
) -> tuple[Dominant, ...]:
    rows = list((await desk.rows(ids)).values())
    if not rows:
        return ()
    halves = [rows[::2], rows[1::2]] if len(rows) >= 2 * FEWEST_REMATCHED else [rows]
    lost = await asyncio.gather(*(desk.workers.call(fewer_without, *key, places, half) for half in halves))
    shares = {place: sum(part) / len(rows) for place, part in zip(places, zip(*lost, strict=True), strict=True)}
    causes = [Dominant(place, round(share, 2), len(rows)) for place, share in shares.items() if share > DOMINANT]
    return tuple(sorted(causes, key=lambda each: -each.share))


def _suspects(
    causes: Mapping[tuple[int, int], Counter[Place]], counts: Sequence[Counts]
) -> dict[tuple[int, int], list[Place]]:
    """The terms worth a second look by side and rule, those of the rules with the most hits first."""
    hits = {(side, rule): len(counts[side].rules[rule].ids) for side, rule in keys(counts)}
    suspects: dict[tuple[int, int], list[Place]] = {}
    left = MOST_SUSPECTS
    for key in sorted(hits, key=lambda key: -hits[key]):
        often = [place for place, number in causes.get(key, Counter()).most_common() if number > DOMINANT * hits[key]]
        if hits[key] and len(often[:OF_A_RULE]) <= left:
            suspects[key] = often[:OF_A_RULE]
            left -= len(suspects[key])
    return suspects
