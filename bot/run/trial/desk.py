"""What every step of a trial needs: the database, the workers, the versions of the watchlist. It does no step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.run.trial.pool import Workers
from bot.store import archive
from bot.store.database import Database
from bot.story.trial import Stored
from bot.watch.trial import Side

CHUNK = 250
"""Articles in one batch: about a megabyte, and a second of a worker's time."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One trial's means."""

    database: Database
    workers: Workers
    sides: Sequence[Side]
    progress: Progress

    async def rows(self, ids: Sequence[int]) -> dict[int, Stored]:
        """Stored articles by id."""
        async with self.database.read() as connection:
            return await archive.by_id(connection, ids)
