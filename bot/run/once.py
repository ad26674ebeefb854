"""One round: poll what is due, read what it uncovers, tell what is due, and end. It leaves no work half done."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.run.alarms import Around, look_around
from bot.run.alerts import PICTURE_HOLD
from bot.run.engine import Engine, FeedResult
from bot.run.retention import forget
from bot.run.silence import tell_of_silence
from bot.run.spikes import look_for_spikes
from bot.run.steps import read_archive
from bot.run.visit import tell, visit
from bot.run.work import LocalWork
from bot.store import deliveries, feeds

LONGEST_WAIT = timedelta(minutes=1)
"""A message put back for longer than this is left to the next round."""

LONGEST_TELLING = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Round:
    """What a round came to."""

    started: datetime
    finished: datetime
    feeds: tuple[FeedResult, ...]
    counts: dict[str, int]
    trouble: str | None = None
    """Why Telegram could not be reached, where that was so; all else was done."""


async def once(engine: Engine, *, every_feed: bool = False) -> Round:
    """Works until nothing is due that was due when the round began, or that the round uncovered. Messages that wait
    for more copies of their story go out at the end: all that the round can gather is gathered then. Raises what made
    a visit fail, such as StoreError for a full disk; what was due then still is."""
    started = engine.clock()
    engine.feeds_until = started
    engine.tally.clear()
    engine.tally.by_feed = True
    if every_feed:
        async with engine.database.write() as connection:
            await feeds.make_all_due(connection, started)
    work = LocalWork(lambda lane: visit(engine, lane), aloud=False)
    engine.offer = work.offer_within
    runner = asyncio.create_task(work.run())
    try:
        while True:
            async with engine.database.read() as connection:
                lanes = await feeds.due_lanes(connection, engine.clock(), engine.feeds_due_by())
            if not lanes:
                break
            for lane in lanes:
                await work.offer(lane)
            await work.idle()
            if work.failure is not None:
                raise work.failure
    finally:
        runner.cancel()
        await work.finish(10)
    await tell_of_silence(engine, round_over=True)
    await look_around(engine, Around())
    await look_for_spikes(engine)
    await read_archive(engine.database, engine.config, engine.clock)
    async with engine.database.write() as connection:
        now = engine.clock()
        held = max(engine.config.settings.alerts.hold, PICTURE_HOLD)
        await deliveries.release_holds(connection, now, now + held)
    await _tell_all(engine)
    await forget(engine, if_due=True)
    return Round(started, engine.clock(), tuple(engine.tally.feeds), dict(engine.tally.counts))


async def _tell_all(engine: Engine) -> None:
    """Tells what is due, and waits for what a chat's limits put back a little."""
    begun = engine.clock()
    while True:
        await tell(engine)
        now = engine.clock()
        async with engine.database.read() as connection:
            due = await deliveries.next_due(
                connection, console="console" in engine.couriers, telegram="telegram" in engine.couriers
            )
        # What is due already and was not sent has nobody to carry it.
        if due is None or due <= now or due - now > LONGEST_WAIT or now - begun > LONGEST_TELLING:
            return
        await asyncio.sleep((due - now).total_seconds() + 0.01)
