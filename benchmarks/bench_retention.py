"""How fast old articles are let go of, against how fast rows of the same kind are put in: SQLite and PostgreSQL, with
an archive that is ten times as large as what is forgotten.

    python benchmarks/bench_retention.py [--articles N]

PostgreSQL is a private server from the distribution's programs, with its usual care for what it has written.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests")]

from sqlalchemy import func, insert, select  # noqa: E402

import postgres  # noqa: E402 - the private server is in the tests
from bot.run.retention import CHUNK  # noqa: E402
from bot.store import retention  # noqa: E402
from bot.store.database import Database, open_database  # noqa: E402
from bot.store.retention import START  # noqa: E402
from bot.store.tables import articles, entries, feeds, pages  # noqa: E402

NEEDED = 2_000_000 / 86_400
"""Articles a second of the largest installation that docs/scaling.md reckons with."""

KEPT = 10
"""Parts of the archive that stay, for one that goes."""

AT_ONCE = 500
TEXT = ["The ministry said so on Tuesday. " * 15] * 10
"""Five kilobytes."""

NOW = datetime(2026, 11, 1, tzinfo=UTC)
OLD = timedelta(days=100)


@dataclass(frozen=True)
class Rates:
    """Articles a second; the longest transaction in seconds."""

    stored: float
    forgotten: float
    longest: float


def main() -> None:
    """Fills, forgets, and prints the ratios."""
    parser = argparse.ArgumentParser(description="How fast old articles are let go of, against how fast they come.")
    parser.add_argument("--articles", type=int, default=5_000, metavar="N", help="so many are forgotten")
    number = parser.parse_args().articles
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kentongan-bench-")))
        addresses = {"SQLite": str(folder / "archive.db")}
        postgres.FAST[:] = ["shared_buffers=256MB"]
        try:
            server = stack.enter_context(postgres.Cluster.start())
        except postgres.MissingPostgres as error:
            print(f"SKIPPED: PostgreSQL: {error}")
        else:
            addresses["PostgreSQL"] = server.url(server.create())
        for name, address in addresses.items():
            found = asyncio.run(measure(address, number))
            ratio, times = found.forgotten / found.stored, found.forgotten / NEEDED
            said = f"{found.forgotten:6.0f} articles/s forgotten, {found.stored:6.0f} put in: ratio {ratio:.2f}"
            said += f"; {times:.0f} times what 2,000,000 a day need; longest transaction {found.longest * 1000:.0f} ms"
            print(f"{name:10} {said}")


async def measure(address: str, number: int) -> Rates:
    """Puts in so many old articles and ten times as many new ones, and forgets the old."""
    async with open_database(address) as database:
        async with database.write() as connection:
            feed = {"url": "https://a.example/rss", "source": "a", "lane": 1, "host": "a.example", "due_at": NOW}
            await connection.execute(insert(feeds).values(id=1, **feed))
        began = time.perf_counter()
        for first in range(0, number, AT_ONCE):
            await _put_in(database, first, min(AT_ONCE, number - first), NOW - OLD)
        stored = number / (time.perf_counter() - began)
        for first in range(number, number * (KEPT + 1), AT_ONCE):
            await _put_in(database, first, AT_ONCE, NOW)
        began = time.perf_counter()
        longest = await _forget(database)
        forgotten = number / (time.perf_counter() - began)
        async with database.read() as connection:
            left = await connection.scalar(select(func.count()).where(articles.c.first_seen < NOW))
            assert left == 0, f"{left} are left"
    return Rates(stored, forgotten, longest)


async def _put_in(database: Database, first: int, number: int, when: datetime) -> None:
    ids = range(first + 1, first + number + 1)
    page = {"lane": 1, "host": "a.example", "source": "a", "state": "read", "first_seen": when}
    entry = {"feed_id": 1, "paragraphs": TEXT[:2], "first_seen": when}
    article = {"source": "a", "lead": "", "paragraphs": TEXT, "basis": "page", "first_seen": when, "read_at": when}
    rows = {
        pages: [{"id": n, "url": f"https://a.example/{n}", "url_key": f"key {n}", **page} for n in ids],
        entries: [
            {"page_id": n, "guid_key": f"g {n}", "title_key": f"t {n}", "fingerprint": "", "title": f"{n}", **entry}
            for n in ids
        ],
        articles: [
            {"id": n, "page_id": n, "url": f"https://a.example/{n}", "title": f"Story {n}", **article} for n in ids
        ],
    }
    async with database.write() as connection:
        for table, values in rows.items():
            await connection.execute(insert(table), values)


async def _forget(database: Database) -> float:
    """As `bot.run.retention` does it; seconds of the longest transaction."""
    after, longest = START, 0.0
    while True:
        async with database.read() as connection:
            found = await retention.old_unmatched(connection, NOW - OLD / 2, CHUNK, after)
        if found:
            began = time.perf_counter()
            async with database.write() as connection:
                await retention.forget_articles(connection, [place.id for place in found])
            longest = max(longest, time.perf_counter() - began)
        if len(found) < CHUNK:
            return longest
        after = found[-1]


if __name__ == "__main__":
    main()
