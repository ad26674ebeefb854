"""Asks the archive which terms it has never seen. It only reads: it takes no lock and upgrades no schema."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from bot.model import Article
from bot.run.engine import Configuration
from bot.run.setup import database_of
from bot.store import stories
from bot.store.database import Database
from bot.store.engines import locate, prepare_file
from bot.store.migrations import HEAD
from bot.watch.review import Looking, Remark, sheets

NEWEST = 20_000
"""Articles that are looked at: some ten seconds' work, and weeks of news."""

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


async def never_seen(
    config: Configuration, config_dir: Path, state_dir: Path, tell: Callable[[int], None] | None = None
) -> list[Remark]:
    """Remarks about terms that the newest articles never had; none where there is no database, one of another release,
    or one of few articles. `tell` is told how many articles were looked at. Raises StoreError."""
    address = database_of(config.settings, state_dir)
    if isinstance(address, Path):
        if not address.exists() or not address.stat().st_size:
            return []
        prepare_file(address)  # refuses another program's file
    database = Database(locate(address))
    try:
        if await database.revision() != HEAD:
            return []
        looking = await _looked(database, config, tell)
    finally:
        await database.close()
    return looking.remarks(sheets(config_dir, config.watchlists))


async def _looked(database: Database, config: Configuration, tell: Callable[[int], None] | None) -> Looking:
    looking = Looking(config.watchlists)
    number = 0
    async with database.read() as connection:
        rows = stories.archive(connection, _BEGINNING, config.sources)
        # It is left before its end: closed here, it gives its cursor back before the connection goes.
        async with aclosing(cast("AsyncGenerator[tuple[int, datetime, Article]]", rows)) as archive:
            async for _, _, article in archive:
                looking.look(article)
                number += 1
                if tell is not None:
                    tell(number)
                if number == NEWEST:
                    break
    return looking
