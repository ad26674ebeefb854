"""Which of several machines leads: the one that holds a lock of the PostgreSQL server, which ends with its connection.
It does not know what a leader does.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store import engines
from bot.store.database import Database

ASKING = 4.0
"""Seconds a question may take; a server that cannot be reached in that time has our lock no more, for all we know."""

# Two numbers, ours and the purpose: see "Advisory Locks" in PostgreSQL's manual.
_LEADER = (engines.APPLICATION_ID, 1)


class LeaderLock:
    """The lock, on a connection of its own. Use it in `async with`; then ask `held` every second."""

    def __init__(self, database: Database) -> None:
        self._engine: AsyncEngine = engines.watcher(database.location)
        self._connection: AsyncConnection | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._drop()
        await self._engine.dispose()

    async def held(self) -> bool:
        """Whether this machine leads now: it takes the lock where nobody has it, and keeps it. Never raises; without an
        answer from the server nobody leads here."""
        try:
            async with asyncio.timeout(ASKING):
                if self._connection is None:
                    self._connection = await self._engine.connect()
                question = "SELECT count(*) > 0 FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'"
                if await self._connection.scalar(text(question)):
                    return True
                answer = await self._connection.scalar(
                    text("SELECT pg_try_advisory_lock(:ours, :purpose)"), {"ours": _LEADER[0], "purpose": _LEADER[1]}
                )
                return bool(answer)
        except (SQLAlchemyError, OSError, TimeoutError):
            await self._drop()
            return False

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
