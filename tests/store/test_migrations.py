"""The schema: what the revisions build is what `tables.py` says, on both engines."""

from __future__ import annotations

import asyncio
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, String, Table, UniqueConstraint, inspect, text

import bot.store.migrations
from bot.errors import StoreError
from bot.store import engines, tables
from bot.store.database import Database, open_database
from bot.store.facts import set_fact
from bot.store.migrations import HEAD
from bot.store.tables import facts, metadata
from postgres import Cluster

ONLY_SQLITE = pytest.mark.parametrize("address", ["sqlite"], indirect=True)
ONLY_POSTGRESQL = pytest.mark.parametrize("new_address", ["postgresql"], indirect=True)
FOLDER = Path(bot.store.migrations.__file__).parent


def test_the_head_written_down_is_the_newest_revision() -> None:
    assert ScriptDirectory(str(FOLDER)).get_heads() == [HEAD]


async def test_the_revisions_build_the_tables_as_they_are_declared(new_address: str | Path) -> None:
    """Alembic compares tables, columns, types, nullability, server defaults, indexes, unique constraints and foreign
    keys; the rest is compared below."""

    def differences(connection: Connection) -> list[object]:
        opts = {"compare_type": True, "compare_server_default": True, "include_name": ours}
        return compare_metadata(MigrationContext.configure(connection, opts=opts), metadata)

    def ours(name: str | None, kind: str, _parents: object) -> bool:
        # The queue's tables are its own business.
        return kind != "table" or not str(name).startswith("procrastinate_")

    async with open_database(new_address) as database, database.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_what_alembic_does_not_compare_is_as_declared_too(new_address: str | Path) -> None:
    """Primary keys, what a foreign key does on delete, names of unique constraints; there are no check constraints,
    which neither Alembic nor this test would compare."""

    def built(connection: Connection) -> dict[str, object]:
        found = inspect(connection)
        return {
            table: (
                found.get_pk_constraint(table)["constrained_columns"],
                sorted(
                    (key["constrained_columns"], key["referred_table"], key["options"].get("ondelete"))
                    for key in found.get_foreign_keys(table)
                ),
                sorted((str(key["name"]), key["column_names"]) for key in found.get_unique_constraints(table)),
            )
            for table in metadata.tables
        }

    declared = {
        name: (
            [column.name for column in table.primary_key],
            sorted(
                ([column.name for column in key.columns], key.referred_table.name, key.ondelete)
                for key in table.foreign_key_constraints
            ),
            sorted(_uniques(table)),
        )
        for name, table in metadata.tables.items()
    }
    assert not any(isinstance(c, CheckConstraint) for table in metadata.tables.values() for c in table.constraints)
    async with open_database(new_address) as database, database.read() as connection:
        assert await connection.run_sync(built) == declared


def _uniques(table: Table) -> list[tuple[str, list[str]]]:
    return [
        (str(constraint.name), [column.name for column in constraint.columns])
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    ]


async def test_partial_indexes_are_partial(database: Database) -> None:
    query = "SELECT sql FROM sqlite_master WHERE name = :name"
    if database.dialect == "postgresql":
        query = "SELECT indexdef FROM pg_indexes WHERE indexname = :name"
    async with database.read() as connection:
        for name in ("ix_pages_due", "ix_deliveries_due"):
            definition = await connection.scalar(text(query), {"name": name})
            assert "where" in str(definition).lower()


@ONLY_SQLITE
async def test_an_id_that_was_given_once_is_never_given_again(database: Database) -> None:
    """Deliveries' keys and buttons of old messages name stories and subscriptions by their ids. PostgreSQL's sequences
    never go back."""
    async with database.read() as connection:
        rows = await connection.execute(text("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'"))
        assert {row[0] for row in rows} >= {"stories", "articles", "subscriptions", "deliveries"}


async def test_opening_twice_changes_nothing(new_address: str | Path) -> None:
    async with open_database(new_address) as database:
        assert await database.revision() == HEAD
        await database.migrate()
    async with open_database(new_address) as database:
        assert await database.revision() == HEAD


async def test_two_that_open_a_new_database_at_once_both_succeed(new_address: str | Path) -> None:
    opened = await asyncio.gather(*(Database.open(new_address) for _ in range(3)))
    assert [await database.revision() for database in opened] == [HEAD] * 3
    for database in opened:
        await database.close()


async def _made_by_a_newer_release(address: str | Path, oldest_program: str) -> None:
    async with open_database(address) as database, database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        mark = facts.update().where(facts.c.name == "oldest_program")
        await connection.execute(mark.values(value=oldest_program))


async def test_a_newer_schema_that_takes_something_away_is_refused_and_left_alone(new_address: str | Path) -> None:
    await _made_by_a_newer_release(new_address, "9999")
    with pytest.raises(StoreError, match="newer release"):
        await Database.open(new_address)
    with pytest.raises(StoreError, match="newer release"):
        await Database.open(new_address, upgrade=True)


async def test_a_newer_schema_that_only_adds_serves_the_program_of_the_release_before(
    new_address: str | Path, now: datetime
) -> None:
    await _made_by_a_newer_release(new_address, HEAD)
    async with open_database(new_address) as database:
        async with database.write() as connection:
            await set_fact(connection, "tick", 1, now)
        assert await database.revision() == "9999"


@ONLY_POSTGRESQL
async def test_an_older_schema_on_postgresql_waits_for_the_command(new_address: str | Path) -> None:
    """Other machines may be at work on it."""
    async with open_database(new_address) as database, database.write() as connection:
        await connection.execute(text("DROP TABLE nodes"))
        await connection.execute(text("DROP TABLE host_turns"))
        await connection.execute(text("UPDATE alembic_version SET version_num = '0008'"))
    with pytest.raises(StoreError, match=r"older release: run `kentongan migrate`$"):
        await Database.open(new_address)
    async with open_database(new_address, upgrade=True) as database:
        assert await database.revision() == HEAD


async def test_the_tables_of_the_queue_are_made_beside_ours_and_follow_its_release(postgres: Cluster) -> None:
    def functions(connection: Connection) -> list[str]:
        names = text("SELECT proname FROM pg_proc WHERE proname LIKE 'procrastinate_%' ORDER BY 1")
        return [row[0] for row in connection.execute(names)]

    new, old = (postgres.url(postgres.create()) for _ in range(2))
    async with open_database(new) as database, database.read() as connection:
        newest = await connection.run_sync(functions)
    scripts = sorted(files("procrastinate.sql").joinpath("migrations").iterdir(), key=lambda each: each.name)
    for script in scripts:
        if script.name.endswith(".sql") and script.name < "03.04":
            postgres.execute(script.read_text("utf-8"), old)
    postgres.execute("COMMENT ON TABLE procrastinate_jobs IS 'Procrastinate 3.3.1, by Kentongan'", old)
    async with open_database(old) as database, database.read() as connection:
        assert await connection.run_sync(functions) == newest


@ONLY_POSTGRESQL
async def test_the_tables_of_somebody_elses_queue_are_left_alone(new_address: str | Path) -> None:
    async with open_database(new_address) as database, database.write() as connection:
        await connection.execute(text("COMMENT ON TABLE procrastinate_jobs IS NULL"))
    with pytest.raises(StoreError, match="another Procrastinate"):
        await Database.open(new_address, upgrade=True)


@ONLY_SQLITE
async def test_a_migration_that_rewrites_a_table_keeps_the_rows_that_point_to_it(address: Path, now: datetime) -> None:
    """SQLite rewrites a table by dropping it, which with foreign keys on would delete whatever points to it."""

    def rewrite(connection: Connection) -> None:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("chats", recreate="always") as chats:
            chats.alter_column("kind", type_=String(30))

    async with open_database(address) as database:
        async with database.write() as connection:
            await connection.execute(tables.chats.insert().values(id=7, kind="private", role="reader", joined_at=now))
            await connection.execute(
                tables.subscriptions.insert().values(
                    chat_id=7, watchlist="japan-defence", rhythm="instant", at="07:00", since=now
                )
            )
        engine = engines.migrator(engines.locate(address))
        async with engine.begin() as connection:
            await connection.run_sync(rewrite)
        await engine.dispose()
        async with database.read() as connection:
            assert await connection.scalar(text("SELECT count(*) FROM subscriptions")) == 1
            assert (await connection.execute(text("PRAGMA foreign_key_check"))).first() is None
