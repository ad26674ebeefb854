"""What one machine does for all, and how the work is shared where there are several."""

from __future__ import annotations

import asyncio
from typing import TypeAlias

from bot.app.line import Line
from bot.errors import StoreError
from bot.run.cluster import Member, Myself
from bot.run.engine import Engine
from bot.run.jobs import ProcrastinateWork
from bot.run.reload import Reloader
from bot.run.schedule import Schedule
from bot.run.setup import free_lane, take_over
from bot.run.visit import visit
from bot.run.work import LocalWork
from bot.store import jobs

Working: TypeAlias = LocalWork | ProcrastinateWork

TELL_ENDS_WITHIN = 4.0
"""Seconds that a message on its way gets when another machine takes over."""


def work_of(engine: Engine) -> Working:
    """On PostgreSQL several machines share the work. Raises StoreError where what that needs is not installed."""
    if engine.database.dialect == "sqlite":
        return LocalWork(lambda lane: visit(engine, lane))
    if jobs.installed() is None:
        raise StoreError("a bot on PostgreSQL shares its work by a queue: pip install 'kentongan[cluster]'")
    work = ProcrastinateWork(engine.database, lambda lane: visit(engine, lane), free_lane(engine))
    engine.holding = work.holding
    return work


class Duties:
    """What one machine does for all: the line to Telegram, the messages, and what must be looked at only once."""

    def __init__(self, engine: Engine, line: Line, schedule: Schedule, work: Working) -> None:
        self._engine = engine
        self._line = line
        self._schedule = schedule
        self._work = work

    async def begin(self) -> None:
        """Raises StoreError."""
        if isinstance(self._work, LocalWork):
            await self._open()
            return
        await take_over(self._engine)
        await self._open()
        self._work.tell()

    async def _open(self) -> None:
        telegram = await self._line.open()
        if telegram is not None:
            telegram.gateway.start()
        self._schedule.lead()

    async def end(self) -> None:
        """Nothing of it goes on when this returns."""
        self._schedule.follow()
        telling = [] if isinstance(self._work, LocalWork) else [self._work.tell_no_more(TELL_ENDS_WITHIN)]
        await asyncio.gather(self._line.hear_no_more(), *telling)
        await self._line.close()


def member_of(engine: Engine, duties: Duties, schedule: Schedule, reloader: Reloader, work: Working) -> Member | None:
    """This machine among others; None where there can be none."""
    if isinstance(work, LocalWork):
        return None
    me = Myself(engine.node, lambda: reloader.running, lambda: schedule.last_tick)
    return Member(engine.database, work, me, duties, schedule.look)
