"""The clockwork: APScheduler ticks, and does nothing else. What is due is in the rows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.errors import KentonganError
from bot.log import get
from bot.run.alarms import EVERY as LOOK_EVERY
from bot.run.alarms import Around, look_around
from bot.run.engine import Engine
from bot.run.retention import EVERY, forget
from bot.run.silence import tell_of_silence
from bot.run.spikes import look_for_spikes
from bot.run.steps import read_archive
from bot.run.work import TELL_LANE, Work
from bot.store import chats, feeds

log = get(__name__)

TICK = timedelta(seconds=5)
LATE = 300
"""Seconds a tick may be late and still run; APScheduler's own default of 1 would skip it."""


class Schedule:
    """Offers every lane that has something due, every few seconds."""

    def __init__(self, engine: Engine, work: Work, alive: Callable[[], object], around: Around | None = None) -> None:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        self._engine = engine
        self._work = work
        self._alive = alive
        self._around = around or Around()
        self._tasks: set[asyncio.Task[None]] = set()
        self._trouble = ""
        self.last_tick: datetime | None = None
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": LATE}
        )
        self._scheduler.add_job(self._begin, "interval", (self._tick,), seconds=TICK.total_seconds())
        self._scheduler.add_job(self._begin, "interval", (self._silence,), minutes=1)
        self._scheduler.add_job(self._begin, "interval", (self._alarms,), seconds=LOOK_EVERY.total_seconds())
        self._scheduler.add_job(self._begin, "interval", (self._spikes,), hours=1)
        self._scheduler.add_job(self._begin, "interval", (self._steps,), minutes=10)
        self._scheduler.add_job(self._begin, "interval", (self._housekeeping,), seconds=EVERY.total_seconds())

    def start(self) -> None:
        """Ticks at once, and from then on."""
        self._scheduler.start()
        self._begin_now(self._tick)
        self._begin_now(self._spikes)
        self._begin_now(self._steps)
        self._begin_now(self._housekeeping)

    async def stop(self) -> None:
        """No more ticks; waits for the last one."""
        self._scheduler.shutdown(wait=False)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)

    async def _begin(self, job: Callable[[], Awaitable[None]]) -> None:
        # APScheduler cancels running jobs when it stops, so the work is a task of ours.
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
            await chats.set_fact(connection, "tick", now.isoformat(), now)
            lanes = await feeds.due_lanes(connection, now, engine.feeds_due_by())
        for lane in (*lanes, TELL_LANE):
            await self._work.offer(lane)
        self.last_tick = now
        # Only a loop that runs over a database that takes writes gets here: that is what the watchdog wants to know.
        self._alive()

    async def _silence(self) -> None:
        # What came too soon after the last notice.
        await tell_of_silence(self._engine)

    async def _alarms(self) -> None:
        await look_around(self._engine, self._around)

    async def _spikes(self) -> None:
        await look_for_spikes(self._engine)

    async def _steps(self) -> None:
        # Nothing but a query, unless a watchlist's steps are new or were changed.
        await read_archive(self._engine.database, self._engine.config, self._engine.clock)

    async def _housekeeping(self) -> None:
        log.info("housekeeping", **await forget(self._engine))
