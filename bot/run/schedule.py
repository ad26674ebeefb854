"""The clockwork: APScheduler ticks, and does nothing else. What is due is in the rows."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from bot.errors import KentonganError
from bot.log import get, stopwatch
from bot.run.alarms import EVERY as LOOK_EVERY
from bot.run.alarms import Around, look_around
from bot.run.engine import Engine
from bot.run.retention import EVERY, forget
from bot.run.silence import tell_of_silence
from bot.run.spikes import look_for_spikes
from bot.run.steps import read_archive
from bot.run.work import TELL_LANE, Work
from bot.store import facts, feeds
from bot.store.ahead import recall

log = get(__name__)

TICK = timedelta(seconds=5)
JUMP = 60.0
"""Seconds by which the clock was set, or for which the machine slept, from which on what looks late is not."""


class Schedule:
    """Offers every lane that has something due, every few seconds."""

    def __init__(self, engine: Engine, work: Work, alive: Callable[[], object], around: Around | None = None) -> None:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        from bot.run.every import Every

        self._engine = engine
        self._work = work
        self._alive = alive
        self._around = around or Around()
        self._tasks: set[asyncio.Task[None]] = set()
        self._trouble = ""
        self._leads = False
        self.last_tick: datetime | None = None
        self._heart: asyncio.Task[None] | None = None
        self._set_by = _ahead()
        self._set_back = False
        # However late: APScheduler's own default skips what is late by a second.
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = AsyncIOScheduler(timezone="UTC", job_defaults=defaults)
        for job, every in (
            (self._tick, TICK),
            (self._silence, timedelta(minutes=1)),
            (self._alarms, LOOK_EVERY),
            (self._spikes, timedelta(hours=1)),
            (self._steps, timedelta(minutes=10)),
            (self._housekeeping, EVERY),
        ):
            self._scheduler.add_job(self._begin, Every(every), (job,))

    def start(self) -> None:
        """Ticks at once, and from then on."""
        self._scheduler.start()
        self._heart = asyncio.create_task(self._beat(), name="clock")
        self._begin_now(self._tick)

    def lead(self) -> None:
        """Does from now on what only one machine does, and at once what is seldom done."""
        self._leads = True
        self._begin_now(self._spikes)
        self._begin_now(self._steps)
        self._begin_now(self._housekeeping)

    def look(self) -> None:
        """Looks at once for what is out of the ordinary."""
        self._begin_now(self._alarms)

    def follow(self) -> None:
        """Another machine does that."""
        self._leads = False

    async def stop(self) -> None:
        """No more ticks; waits for the last one."""
        if self._heart is not None:
            self._heart.cancel()
        self._scheduler.shutdown(wait=False)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)

    async def _beat(self) -> None:
        """APScheduler reckons by the wall clock: where that is set back, it would wait until the old time has come."""
        while True:
            await asyncio.sleep(TICK.total_seconds())
            now = datetime.now(UTC)
            for job in self._scheduler.get_jobs():
                if job.next_run_time - now > job.trigger.interval + TICK:
                    self._set_back = True
                    job.modify(next_run_time=now)

    async def _begin(self, job: Callable[[], Awaitable[None]]) -> None:
        # APScheduler cancels running jobs when it stops, so the work is a task of ours.
        if self._leads or job == self._tick:
            self._begin_now(job)

    def _begin_now(self, job: Callable[[], Awaitable[None]]) -> None:
        if any(task.get_name() == job.__qualname__ for task in self._tasks):
            # The one before hangs, perhaps on a database that does not answer: a queue of ticks helps nobody.
            return

        async def guarded() -> None:
            try:
                await job()
            except KentonganError as error:
                # Said when it begins and when it ends, not every few seconds.
                if str(error) != self._trouble:
                    log.error("tick failed", reason=str(error))
                self._trouble = str(error)
            except Exception as error:
                log.exception("tick failed", reason=str(error))
            else:
                if self._trouble:
                    log.info("the clockwork goes on", after=self._trouble)
                self._trouble = ""

        task = asyncio.create_task(guarded(), name=job.__qualname__)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tick(self) -> None:
        engine, now = self._engine, self._engine.clock()
        async with engine.database.write() as connection:
            await facts.set_fact(connection, "tick", now.isoformat(), now)
            if self._set_back:
                await recall(connection, now, engine.config.settings.timezone)
            lanes = await feeds.due_lanes(connection, now, engine.feeds_due_by())
        self._set_back = False
        await self._work.reap()
        await self._work.offer(*lanes, TELL_LANE)
        self.last_tick = now
        # Only a loop that runs over a database that takes writes gets here: that is what the watchdog wants to know.
        self._alive()

    async def _silence(self) -> None:
        # What came too soon after the last notice.
        await tell_of_silence(self._engine)

    async def _alarms(self) -> None:
        before, self._set_by = self._set_by, _ahead()
        if abs(self._set_by - before) > JUMP:
            # What waits since then is late by the clock only; at the next look it is done, or late indeed.
            log.warning("the clock was set, or the machine slept", seconds=round(self._set_by - before))
            return
        await look_around(self._engine, self._around)

    async def _spikes(self) -> None:
        await look_for_spikes(self._engine)

    async def _steps(self) -> None:
        # Nothing but a query, unless a watchlist's steps are new or were changed.
        await read_archive(self._engine.database, self._engine.config, self._engine.clock)

    async def _housekeeping(self) -> None:
        took = stopwatch()
        gone = await forget(self._engine)
        log.info("housekeeping", **gone, outcome="done", seconds=took())


def _ahead() -> float:
    """Seconds between the wall clock and one that nobody sets."""
    return time.time() - time.monotonic()
