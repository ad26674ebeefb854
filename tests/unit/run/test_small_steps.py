"""However much there is to forget, each transaction is short, and who else writes has a turn between two of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from scene import Scene, scene
from settling import TEXT
from sqlalchemy import func, select, text

from bot.run.retention import forget
from bot.store import AsyncConnection, facts
from bot.store.database import Database
from bot.store.tables import articles, entries, features, feeds, lines, matches, pages, shingles

YEAR = timedelta(days=365)
SETTINGS = "{timezone: UTC, retention: {articles: 90d, matched: 180d}}"
UNMATCHED, MATCHED, SILENT = 2500, 60, 20
"""Articles that no rule matched, and that one did; sources that are read no more."""

SKETCH, OF_A_SOURCE = 200, 300
"""Rows by which copies of an article are found; lines of a source."""

ROWS = 20 * SKETCH + 100
"""The most rows that one transaction may change: twenty sketches, and some to spare."""


@dataclass
class Watched:
    """The database, with a look at each transaction that writes: its rows, its seconds, and who else had turns."""

    database: Database
    rows: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.database, name)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        async with self.database.write() as connection:
            begun, before = time.monotonic(), await _changes(connection)
            yield connection
            self.rows.append(await _changes(connection) - before)
            self.seconds.append(time.monotonic() - begun)


async def _changes(connection: AsyncConnection) -> int:
    return int(await connection.scalar(text("SELECT total_changes()")) or 0)


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene(tmp_path, now, SETTINGS) as made:
        async with made.engine.database.write() as connection:
            await _fill(connection, now)
        made.pass_time(YEAR)
        yield made


async def _fill(connection: AsyncConnection, now: datetime) -> None:
    numbers = range(1, UNMATCHED + MATCHED + 1)
    matched = range(UNMATCHED + 1, UNMATCHED + MATCHED + 1)
    feed = await connection.scalar(select(feeds.c.id))
    here = {"lane": 3, "host": "a.example", "source": "antara", "first_seen": now}
    await connection.execute(
        pages.insert(), [{"id": n, "url": f"https://a.example/{n}", "url_key": str(n), **here} for n in numbers]
    )
    said = {"paragraphs": [TEXT] * 20, "first_seen": now}
    keys = {"feed_id": feed, "title_key": "t", "fingerprint": "f", **said}
    await connection.execute(entries.insert(), [{"page_id": n, "title": f"T{n}", **keys} for n in numbers])
    read = {"source": "antara", "title": "T", "lead": "L", "basis": "page", "read_at": now, **said}
    await connection.execute(
        articles.insert(), [{"id": n, "page_id": n, "url": f"https://a.example/{n}", **read} for n in numbers]
    )
    found = {"watchlist": "partners", "rule": "partnership", "version": "v", "priority": "normal", "labels": {}}
    rows = [{"article_id": n, "evidence": [], "created_at": now, **found} for n in matched]
    await connection.execute(matches.insert(), rows)
    for table in (shingles, features):
        sketch = [{"hash": n * SKETCH + k, "article_id": n} for n in matched for k in range(SKETCH // 2)]
        await connection.execute(table.insert(), sketch)
    printed = {"pages": 3, "first_seen": now, "last_seen": now}
    rows = [{"source": f"s{n}", "mark": str(k), **printed} for n in range(SILENT) for k in range(OF_A_SOURCE)]
    await connection.execute(lines.insert(), rows)


async def test_much_that_is_forgotten_at_once_goes_in_small_steps_and_polls_go_on_between(stage: Scene) -> None:
    watched = Watched(stage.engine.database)
    stage.engine.database = watched  # type: ignore[assignment]  # looks like one
    turns, waits = 0, [0.0]

    async def poll() -> None:
        """Somebody else, who writes as often as it can."""
        nonlocal turns
        while True:
            asked = time.monotonic()
            async with watched.database.write() as connection:
                await facts.set_fact(connection, "poll", turns, stage.now)
            waits.append(time.monotonic() - asked)
            turns += 1

    polling = asyncio.create_task(poll())
    gone = await forget(stage.engine)
    polling.cancel()
    await asyncio.wait([polling])
    assert gone["articles"] == UNMATCHED and gone["texts"] == gone["sketches"] == MATCHED
    assert gone["lines"] == SILENT * OF_A_SOURCE
    assert max(watched.rows) <= ROWS, watched.rows
    # Whoever waits has the next turn.
    assert turns >= len(watched.rows) - 2
    # Some milliseconds each; a machine that does much else at once may take longer.
    assert max(watched.seconds) < 1 and max(waits) < 2


async def test_all_of_it_is_gone_in_the_end(stage: Scene) -> None:
    await forget(stage.engine)
    async with stage.engine.database.read() as connection:
        left = {
            table.name: await connection.scalar(select(func.count()).select_from(table))
            for table in (articles, pages, matches, shingles, features, lines)
        }
    assert left == {
        "articles": MATCHED,
        "pages": UNMATCHED + MATCHED,
        "matches": MATCHED,
        "shingles": 0,
        "features": 0,
        "lines": 0,
    }
