"""This machine among others over one database: it gives signs of life, and does while it leads what only one of them
may do. It works no lane itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Protocol

from bot.errors import StoreError
from bot.log import get
from bot.run.jobs import SILENT, ProcrastinateWork
from bot.store import nodes
from bot.store.database import Database
from bot.store.leader import LOOK, LeaderLock

log = get(__name__)

BEAT = 2.0
"""Seconds between two signs of life."""

FENCE = 6.0
"""Seconds without a database after which this machine gives up its visits: well before the others take it for dead and
visit the same lanes, at `jobs.SILENT`."""

_ANSWER = 3.0
_BEGINS = 10.0
"""Seconds within which whoever got the lock must lead; well below `leader.STANDS_STILL`."""

SETTLED = 10.0
"""Seconds in which an edit of the configuration, or a machine's start, reaches all."""

ALIVE = timedelta(seconds=SILENT)
FORGET = timedelta(days=1)


class Duties(Protocol):
    """What only the machine that leads does."""

    async def begin(self) -> None:
        """From now on. Raises StoreError."""

    async def end(self) -> None:
        """No more; it is done when this returns."""


@dataclass(frozen=True, slots=True)
class Myself:
    """What this machine says of itself: its name, the hash of its configuration, when it last looked for due work."""

    name: str
    config: Callable[[], str]
    last_tick: Callable[[], datetime | None]


class Member:
    """One of the machines. `run` it beside the work. `look` is called where this machine leads and the machines agree
    no more, or again, and have done so for a while: an edit reaches them one after the other."""

    def __init__(
        self,
        database: Database,
        work: ProcrastinateWork,
        me: Myself,
        duties: Duties,
        look: Callable[[], object] = lambda: None,
    ) -> None:
        self._database = database
        self._work = work
        self._me = me
        self._duties = duties
        self._look = look
        self._node: int | None = None
        self._heard, self._trouble = 0.0, "silence"
        self._differ, self._differ_since, self._said = False, 0.0, False
        self.leading = False
        """Whether this machine leads now."""

    async def run(self) -> None:
        """Until cancelled; then another machine may lead at once."""
        self._heard = asyncio.get_running_loop().time()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._live(), name="signs of life")
                tasks.create_task(self._fence(), name="fence")
                tasks.create_task(self._lead(), name="leading")
        finally:
            with suppress(StoreError, TimeoutError):
                async with asyncio.timeout(_ANSWER), self._database.write() as connection:
                    if self._node is not None:
                        await nodes.leave(connection, self._node)

    async def _live(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            began = clock()
            try:
                async with asyncio.timeout(_ANSWER):
                    await self._beat()
            except (StoreError, TimeoutError) as error:
                self._trouble = str(error) or "silence"
            else:
                self._heard, self._trouble = began, "silence"
            await asyncio.sleep(BEAT)

    async def _fence(self) -> None:
        # Beside the signs of life: where the line is cut a question to the database takes long to be given up.
        clock, alone = asyncio.get_running_loop().time, False
        while True:
            late = clock() - self._heard > FENCE
            if late:
                self._work.drop()
            if late and not alone:
                log.error("no database: visits are given up until it is back", reason=self._trouble)
            elif alone and not late:
                log.info("the database is back")
            alone = late
            await asyncio.sleep(LOOK)

    async def _beat(self) -> None:
        me = self._me
        async with self._database.write() as connection:
            known = self._node is not None and await nodes.beat(
                connection,
                self._node,
                config=me.config(),
                leads=self.leading,
                visits=self._work.ended,
                last_tick=me.last_tick(),
            )
            if not known:
                self._node = await nodes.join_in(connection, me.name, version("kentongan"), me.config())
                await nodes.forget_dead(connection, FORGET)
            await self._work.beat(connection)
            self._compare(nodes.differ(await nodes.alive(connection, ALIVE)) is not None)

    def _compare(self, differ: bool) -> None:
        now = asyncio.get_running_loop().time()
        if differ != self._differ:
            self._differ, self._differ_since = differ, now
        if self.leading and differ != self._said and now - self._differ_since >= SETTLED:
            self._said = differ
            self._look()

    async def _lead(self) -> None:
        async with LeaderLock(self._database) as lock:
            try:
                while True:
                    held = await lock.held()
                    if held and not self.leading:
                        await self._begin(lock)
                    elif self.leading and not held:
                        log.warning("this machine leads no more")
                        await self._end()
                    await asyncio.sleep(LOOK)
            finally:
                if self.leading:
                    await self._end()

    async def _begin(self, lock: LeaderLock) -> None:
        try:
            # Meanwhile nobody asks for the lock: others would take it from one that stands still.
            async with asyncio.timeout(_BEGINS):
                await self._duties.begin()
        except (StoreError, TimeoutError) as error:
            log.error("cannot lead", reason=str(error) or "what the one before had under way does not end")
            await self._duties.end()
            await lock.give_up()
            return
        self.leading = True
        log.info("this machine leads", node=self._me.name)

    async def _end(self) -> None:
        # Only then: who is stopped in the midst of this does it once more, to its end.
        await self._duties.end()
        self.leading = False
