"""A database of each earlier schema with rows in all of its tables: after the upgrade every value is as it was, and the
program of today works with it. On both engines."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from rows import SOURCES
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    DateTime,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection

import bot.store.migrations
from bot.errors import StoreError
from bot.model import DeliveryKind, Destination
from bot.store import deliveries, engines, feedback, feeds, hours, ledger, pages, schema, stories, subscriptions
from bot.store.alarms import open_alarms
from bot.store.database import Database, back_up, find, open_database
from bot.store.feedback import Verdict
from bot.store.migrations import HEAD
from bot.store.tables import metadata

FOLDER = Path(bot.store.migrations.__file__).parent
Rows = dict[str, list[dict[str, Any]]]

WRITTEN = 2
"""Rows in each table."""

SENSIBLE: dict[str, dict[str, Any]] = {
    "articles": {"basis": "page", "paragraphs": ["P"]},
    "chats": {"kind": "private", "role": "reader", "state": "active", "not_before": None, "timezone": "UTC"},
    "deliveries": {"kind": "alert", "status": "pending", "priority": "normal", "body": ["words"], "thread_id": 0},
    "feeds": {"asks": [60.0, [1], [0]], "reading": None},
    "matches": {"watchlist": "japan", "priority": "normal", "labels": {"partner": ["nato"]}, "evidence": []},
    "subscriptions": {"watchlist": "japan", "rhythm": "instant", "at": "07:00", "thread_id": 0},
    "feedback": {"verdict": "relevant"},
    "mutes": {"kind": "source", "thread_id": 0},
    "alarms": {"kind": "disk", "detail": {}, "ended_at": None},
}
"""What the program reads in a row, and a made-up value would be none of."""


def revisions() -> list[str]:
    """Every schema that a release left behind, the oldest first."""
    script = ScriptDirectory(str(FOLDER))
    return [found.revision for found in reversed(list(script.walk_revisions())) if found.revision != HEAD]


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER))
    return config


def _tables(connection: Connection) -> list[Table]:
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name != "alembic_version" and not name.startswith("procrastinate_"))
    return list(found.sorted_tables)


def _value(table: Table, column: Column[Any], number: int, now: datetime) -> Any:
    """A value of its own for each row, that fits the column."""
    known = SENSIBLE.get(table.name, {})
    if column.name in known:
        return known[column.name]
    kind = column.type
    # A row of one table belongs to the row of the same number of another.
    if column.foreign_keys or (column.primary_key and isinstance(kind, Integer)):
        return number
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, Float):
        return number / 2
    if isinstance(kind, Integer):
        return number
    if isinstance(kind, DateTime):
        return now + timedelta(minutes=number)
    if isinstance(kind, JSON):
        return [f"{column.name} {number} ü"]
    if isinstance(kind, String):
        return f"{number} {column.name} ü"[: kind.length]
    raise AssertionError(f"{table.name}.{column.name} is a {kind!r}")


def _fill(connection: Connection, now: datetime) -> Rows:
    rows: Rows = {}
    for table in _tables(connection):
        rows[table.name] = [
            {column.name: _value(table, column, number, now) for column in table.columns}
            for number in range(1, WRITTEN + 1)
        ]
        connection.execute(table.insert(), rows[table.name])
        if connection.dialect.name == "postgresql" and "id" in table.c:
            _counts_on(connection, table.name)
    return rows


def _counts_on(connection: Connection, table: str) -> None:
    """What a table's sequence does for rows whose ids it gave itself."""
    sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:table, 'id')"), {"table": table})
    if sequence is not None:
        connection.execute(text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": WRITTEN})


async def made_by(revision: str, address: str | Path, now: datetime) -> Rows:
    """What a database holds that the release of that revision has filled."""
    location = engines.locate(address)
    if location.path is not None:
        engines.prepare_file(location.path)

    def build(connection: Connection) -> Rows:
        command.upgrade(_config(connection), revision)
        return _fill(connection, now)

    engine = engines.migrator(location)
    async with engine.begin() as connection:
        rows = await connection.run_sync(build)
    await engine.dispose()
    return rows


async def _held(connection: AsyncConnection, rows: Rows) -> Rows:
    """What those tables hold now, in the columns of these rows."""
    tables = {table.name: table for table in await connection.run_sync(_tables)}
    held: Rows = {}
    for name, values in rows.items():
        table = tables[name]
        columns = [table.c[column] for column in values[0]]
        found = await connection.execute(select(*columns).order_by(*table.primary_key))
        held[name] = [dict(row._mapping) for row in found]
    return held


def _stored(rows: Rows, *, naive: bool) -> Rows:
    """On SQLite reflected columns know no zones: times come back without."""

    def stored(value: Any) -> Any:
        return value.replace(tzinfo=None) if naive and isinstance(value, datetime) else value

    return {table: [{key: stored(value) for key, value in row.items()} for row in rows] for table, rows in rows.items()}


@pytest.mark.parametrize("revision", revisions())
async def test_every_value_of_every_table_outlives_the_upgrade_and_the_schema_is_that_of_today(
    new_address: str | Path, now: datetime, revision: str
) -> None:
    rows = await made_by(revision, new_address, now)
    assert len(rows) >= 14
    async with open_database(new_address, upgrade=True) as database:
        assert await database.revision() == HEAD
        assert await database.check_integrity() == []
        async with database.read() as connection:
            held = await _held(connection, rows)
            built = {table.name: {column.name for column in table.c} for table in await connection.run_sync(_tables)}
    assert built == {name: {column.name for column in table.columns} for name, table in metadata.tables.items()}
    # What the upgrade itself writes down.
    held["facts"] = [row for row in held["facts"] if row["name"] != "oldest_program"]
    assert held == _stored(rows, naive=database.dialect == "sqlite")


@pytest.mark.parametrize("revision", revisions())
async def test_the_program_of_today_works_with_what_was_there(
    new_address: str | Path, now: datetime, revision: str
) -> None:
    """It reads feeds, pages, stories, chats, subscriptions and messages, and writes what is new in each."""
    await made_by(revision, new_address, now)
    later = now + timedelta(hours=1)
    async with open_database(new_address, upgrade=True) as database:
        async with database.read() as connection:
            due = await deliveries.due_deliveries(connection, later, 10)
            assert [(each.id, each.kind, each.body) for each in due] == [
                (number, DeliveryKind.ALERT, ["words"]) for number in (1, 2)
            ]
            assert [health.feed.url for health in await feeds.feed_health(connection)] == ["1 url ü", "2 url ü"]
            (story,) = await stories.load_stories(connection, "japan", [1], SOURCES)
            assert story.reports[0].matches[0].labels == {"partner": ("nato",)}
            (subscription,) = [
                each for each in await subscriptions.subscribers_of(connection, "japan") if each.destination.chat == 1
            ]
            assert subscription.destination == Destination(1)
            assert len(await ledger.list_deliveries(connection, None, 10)) == WRITTEN
            await open_alarms(connection)
        async with database.write() as connection:
            assert len(await feeds.claim_feeds(connection, [1, 2], later, later, 10)) == WRITTEN
            assert len(await pages.claim_pages(connection, [1, 2], later, timedelta(), 10)) == WRITTEN
            assert await feedback.record(connection, 1, "japan", 1, 9, Verdict.RELEVANT, now)
            await hours.forget_mutes(connection, now)
            new = deliveries.Order("another", Destination(1), DeliveryKind.ALERT, now, watchlist="japan", story_id=1)
            number = await deliveries.order(connection, new, now)
            assert number == WRITTEN + 1


@pytest.mark.parametrize("revision", revisions())
async def test_an_upgrade_that_fails_half_way_leaves_the_older_schema_as_it_was(
    new_address: str | Path, now: datetime, revision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = await made_by(revision, new_address, now)
    upgrade = schema._run_alembic

    def fails(connection: Connection, name: str) -> None:
        upgrade(connection, name)
        raise RuntimeError("the power is gone")

    with monkeypatch.context() as patch:
        patch.setattr(schema, "_run_alembic", fails)
        with pytest.raises(RuntimeError, match="the power is gone"):
            await Database.open(new_address, upgrade=True)
    location = engines.locate(new_address)
    engine = engines.migrator(location)
    async with engine.begin() as connection:
        left = {table.name for table in await connection.run_sync(_tables)}
        assert left == rows.keys()
    await engine.dispose()
    async with open_database(new_address, upgrade=True) as database:
        assert await database.revision() == HEAD


@pytest.mark.parametrize("new_address", ["sqlite"], indirect=True)
async def test_a_backup_before_an_upgrade_is_of_the_older_schema(new_address: Path, now: datetime) -> None:
    """With the new release in place already: else there were no way back."""
    await made_by("0001", new_address, now)
    await back_up(new_address, new_address.with_name("backup.db"))
    for path in (new_address, new_address.with_name("backup.db")):
        found = await find(path)
        assert (found.revision, found.faults) == ("0001", ())


async def test_what_is_not_there_cannot_be_copied_and_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no database at"):
        await back_up(tmp_path / "kentongan.db", tmp_path / "backup.db")
    assert [*tmp_path.iterdir()] == []
