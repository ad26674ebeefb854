"""Turns at hosts among several machines over one database: never two requests at once, and the pause holds wherever the
next one comes from. It asks no host itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from bot.errors import StoreError
from bot.run.together import Together
from bot.store import turns
from bot.store.database import Database
from bot.store.turns import Taken

SOON = timedelta(seconds=5)
"""A host that wants peace for longer, and for longer than the pause between two requests, has said so: it is not waited
for, since all that is due in the same lane would wait as well."""

SPARE = timedelta(seconds=15)
"""How much longer than a whole exchange a turn is ours, should we not come back to end it."""

_LOOK = 0.25
"""Seconds between two looks at a host that another machine asks."""

_NONE = timedelta()


class SharedTurns:
    """See `bot.web.Turns`. `node` is this machine's name among the others; `exchange` the longest that a request may
    take."""

    def __init__(self, database: Database, node: str, exchange: timedelta) -> None:
        self._database = database
        self._node = node
        self._lease = exchange + SPARE
        self._takes = Together(self._take_all)
        self._gives = Together(self._give_all)

    async def take(self, host: str, pause: timedelta) -> timedelta | None:
        """See `Turns.take`. Raises StoreError."""
        while (taken := await self._takes(host)) is not None:
            if taken.busy <= _NONE and taken.peace > max(pause, SOON):
                return taken.peace
            wait = taken.peace if taken.busy <= _NONE else min(taken.busy, timedelta(seconds=_LOOK))
            await asyncio.sleep(max(wait.total_seconds(), 0.01))
        return None

    async def give_back(self, host: str, peace: timedelta) -> None:
        """See `Turns.give_back`. Where that cannot be written the turn ends by itself."""
        with suppress(StoreError):
            await self._gives((host, peace))

    async def _take_all(self, hosts: Sequence[str]) -> list[Taken | None]:
        async with self._database.write() as connection:
            found = await turns.take(connection, self._node, set(hosts), self._lease)
        return [found[host] for host in hosts]

    async def _give_all(self, ended: Sequence[tuple[str, timedelta]]) -> list[None]:
        async with self._database.write() as connection:
            await turns.give_back(connection, self._node, dict(ended))
        return [None] * len(ended)
