"""A database that an older release has filled: after the upgrade it holds what it held, on both engines."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from rows import SOURCES
from sqlalchemy import Connection, MetaData, select
from sqlalchemy.ext.asyncio import AsyncConnection

import bot.store.migrations
from bot.store import engines, feed_past, feedback, feeds, stories
from bot.store.database import open_database
from bot.store.feed_rows import Kept
from bot.store.feedback import Verdict
from bot.store.migrations import HEAD

FOLDER = Path(bot.store.migrations.__file__).parent
Rows = dict[str, list[dict[str, Any]]]


async def _made_by(revision: str, address: str | Path, rows: Rows) -> None:
    """A database as the release of that revision left it."""
    location = engines.locate(address)
    if location.path is not None:
        engines.prepare_file(location.path)

    def build(connection: Connection) -> None:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(FOLDER))
        command.upgrade(config, revision)
        tables = _tables(connection)
        for table, values in rows.items():
            connection.execute(tables[table].insert(), values)

    engine = engines.migrator(location)
    async with engine.begin() as connection:
        await connection.run_sync(build)
    await engine.dispose()


def _tables(connection: Connection) -> dict[str, Any]:
    found = MetaData()
    found.reflect(connection)
    return dict(found.tables)


async def _held(connection: AsyncConnection, rows: Rows) -> Rows:
    """What those tables hold now, in the columns of these rows."""
    tables = await connection.run_sync(_tables)
    held: Rows = {}
    for table, values in rows.items():
        columns = [tables[table].c[name] for name in values[0]]
        held[table] = [dict(row._mapping) for row in await connection.execute(select(*columns))]
    return held


def _first_release(now: datetime) -> Rows:
    """One story that was matched and told."""
    page = {"id": 1, "url": "https://a.example/1", "url_key": "k", "lane": 3, "host": "a.example", "source": "antara"}
    article = {"id": 2, "page_id": 1, "story_id": 3, "source": "antara", "url": page["url"], "title": "T", "lead": "L"}
    return {
        "pages": [{**page, "quiet": True, "first_seen": now}],
        "stories": [{"id": 3, "headline": "T", "first_seen": now, "latest": now}],
        "articles": [{**article, "paragraphs": ["P"], "basis": "page", "first_seen": now, "read_at": now}],
        "matches": [
            {
                "id": number,
                "article_id": 2,
                "watchlist": "japan",
                "rule": f"r{number}",
                "version": "v",
                "priority": "urgent",
                "labels": {"partner": ["nato"]},
                "evidence": [],
                "created_at": now,
            }
            for number in (4, 5)
        ],
        "shingles": [{"hash": 6, "article_id": 2}],
        "chats": [{"id": 7, "kind": "private", "role": "reader", "joined_at": now}],
        "deliveries": [{"id": 8, "key": "k", "chat_id": 7, "kind": "alert", "story_id": 3, "created_at": now}],
        "told": [{"delivery_id": 8, "story_id": 3}],
    }


async def test_the_first_releases_rows_are_all_there_and_its_matches_ask_for_one_publisher(
    new_address: str | Path, now: datetime
) -> None:
    rows = _first_release(now)
    await _made_by("0001", new_address, rows)
    async with open_database(new_address, upgrade=True) as database:
        assert await database.revision() == HEAD
        async with database.read() as connection:
            # Reflected columns know no zones: on SQLite times come back without.
            naive = database.dialect == "sqlite"
            assert await _held(connection, rows) == _stored(rows, naive=naive)
            (story,) = await stories.load_stories(connection, "japan", [3], SOURCES)
            assert [(match.rule, match.min_sources) for match in story.reports[0].matches] == [("r4", 1), ("r5", 1)]


def _stored(rows: Rows, *, naive: bool) -> Rows:
    def stored(value: Any) -> Any:
        return value.replace(tzinfo=None) if naive and isinstance(value, datetime) else value

    return {
        table: [{name: stored(value) for name, value in row.items()} for row in values]
        for table, values in rows.items()
    }


async def test_readers_may_judge_the_stories_of_the_first_release(new_address: str | Path, now: datetime) -> None:
    await _made_by("0001", new_address, _first_release(now))
    async with open_database(new_address, upgrade=True) as database, database.write() as connection:
        assert await feedback.record(connection, 3, "japan", 7, 7, Verdict.RELEVANT, now)
        assert await feedback.verdicts(connection, "japan", now) == {3: (1, 0)}


async def test_a_feed_of_the_second_release_is_read_anew_and_asked_where_it_is_listed(
    new_address: str | Path, now: datetime
) -> None:
    row = {"id": 1, "url": "https://a.example/rss", "source": "a", "lane": 3, "host": "a.example", "due_at": now}
    known = {"final_url": "https://b.example/", "etag": "e", "body_hash": "h", "moved_to": "https://b.example/"}
    rows: Rows = {"feeds": [{**row, **known, "first_success": now, "failures": 2, "last_error": "503"}]}
    await _made_by("0002", new_address, rows)
    async with open_database(new_address, upgrade=True) as database, database.read() as connection:
        assert await _held(connection, rows) == _stored(rows, naive=database.dialect == "sqlite")
        (feed,) = [item.feed for item in await feeds.feed_health(connection)]
        assert (feed.failures, feed.gone, feed.told, feed.first_success) == (2, False, False, now)
        assert feed.kept == Kept("https://b.example/", "e", None, "h", "https://b.example/", 0)
        assert await feed_past.items_read(connection, [1]) == {1: frozenset()}
