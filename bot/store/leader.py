"""Which of several machines leads: the one that holds a lock of the PostgreSQL server, which ends with its connection.
It does not know what a leader does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from types import TracebackType
from typing import Self

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.errors import StoreError
from bot.log import get
from bot.store import engines
from bot.store.database import Database

log = get(__name__)

ASKING = 4.0
"""Seconds a question may take; a server that cannot be reached in that time has our lock no more, for all we know."""

LOOK = 1.0
"""Seconds between two questions who leads."""

STANDS_STILL = 20.0
"""Seconds without a question, of which there is one every second, after which whoever leads is taken to stand still (a
stopped process, a frozen machine whose network goes on): others end its connection, and with it the lock. Well above
what a busy machine is late by, and above the time after which a machine by itself gives up what it may no longer do."""

# Two numbers, ours and the purpose: see "Advisory Locks" in PostgreSQL's manual.
_LEADER = {"ours": engines.APPLICATION_ID, "purpose": 1}

_OURS = "SELECT count(*) > 0 FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'"
_TAKE = "SELECT pg_try_advisory_lock(:ours, :purpose)"
_END_STILL = """
SELECT count(pg_terminate_backend(held.pid)) FROM pg_locks AS held JOIN pg_stat_activity AS session USING (pid)
WHERE held.locktype = 'advisory' AND held.granted AND held.objsubid = 2
AND held.classid = CAST(:ours AS oid) AND held.objid = CAST(:purpose AS oid)
AND session.datname = current_database() AND session.usename = current_user AND session.state = 'idle'
AND session.state_change < clock_timestamp() - make_interval(secs => :still)
"""


class LeaderLock:
    """The lock, on a connection of its own. Use it in `async with`; then ask `held` every second."""

    def __init__(self, database: Database) -> None:
        self._engine: AsyncEngine = engines.watcher(database.location)
        self._name = database.name
        self._connection: AsyncConnection | None = None
        self._forsaken: set[asyncio.Task[bool]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._drop()
        if self._forsaken:
            await asyncio.wait(self._forsaken, timeout=ASKING)
        await self._engine.dispose()

    async def held(self) -> bool:
        """Whether this machine leads now: it takes the lock where nobody has it, and keeps it. From one that stands
        still it is taken, to be had at the next question. Without an answer from the server within `ASKING` seconds
        nobody leads here."""
        asking = asyncio.create_task(self._ask(), name="who leads")
        try:
            await asyncio.wait([asking], timeout=ASKING)
        finally:
            if not asking.done():
                self._forsake(asking)
        if not asking.done():
            return False
        try:
            return asking.result()
        except (SQLAlchemyError, OSError):
            await self._drop()
            return False

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Asks every second until the block ends, as whoever leads must. Raises StoreError where the lead is lost."""
        ours, lost = asyncio.current_task(), False

        async def keep() -> None:
            nonlocal lost
            while True:
                if not await self.held():
                    break
                await asyncio.sleep(LOOK)
            lost = True
            if ours is not None:
                ours.cancel()

        keeping = asyncio.create_task(keep(), name="lead")
        try:
            yield
        except asyncio.CancelledError:
            if not lost or ours is None:
                raise
            ours.uncancel()
            raise StoreError(f"another machine has taken the lead on {self._name}") from None
        finally:
            keeping.cancel()
            await asyncio.wait([keeping])

    async def _ask(self) -> bool:
        connection = self._connection
        if connection is None:
            connection = self._connection = await self._engine.connect()
        if await connection.scalar(text(_OURS)) or await connection.scalar(text(_TAKE), _LEADER):
            return True
        if await connection.scalar(text(_END_STILL), {**_LEADER, "still": STANDS_STILL}):
            log.warning("the machine that leads stands still: its lock is taken from it")
        return False

    def _forsake(self, asking: asyncio.Task[bool]) -> None:
        """Waits for an answer no more. A question that is merely cancelled goes on for many seconds, in which the
        driver tries to tell the server over a line that may be cut."""
        connection, self._connection = self._connection, None
        if connection is None:
            asking.cancel()
        else:
            engines.hang_up(connection)
        self._forsaken.add(asking)
        asking.add_done_callback(self._answered_late)

    def _answered_late(self, asking: asyncio.Task[bool]) -> None:
        self._forsaken.discard(asking)
        if not asking.cancelled():
            asking.exception()

    async def give_up(self) -> None:
        """Lets another machine lead."""
        await self._drop()

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            # Never back into a pool: the lock lives as long as the connection does.
            with suppress(SQLAlchemyError, OSError, TimeoutError):
                async with asyncio.timeout(ASKING):
                    await connection.invalidate()
