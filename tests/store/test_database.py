"""The open database: what is set up, who may write and when, and what stays after an error."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError

from bot.errors import StoreError
from bot.store.chats import tell_stranger_once
from bot.store.database import Database, database_address, insert, open_database
from bot.store.facts import get_fact, set_fact
from bot.store.tables import articles, chats, facts, pages, stories, strangers

ONLY_SQLITE = pytest.mark.parametrize("address", ["sqlite"], indirect=True)
ONLY_POSTGRES = pytest.mark.parametrize("address", ["postgresql"], indirect=True)
SETTINGS = {"journal_mode": "wal", "synchronous": 1, "busy_timeout": 5000, "foreign_keys": 1}


# --- opening --------------------------------------------------------------------------------------------------------


@ONLY_SQLITE
async def test_every_connection_has_the_settings_that_sqlite_keeps_for_one_connection_only(database: Database) -> None:
    async with database.write() as writer, database.read() as first, database.read() as second:
        for connection in (writer, first, second):
            found = {name: await connection.scalar(text(f"PRAGMA {name}")) for name in SETTINGS}
            assert found == SETTINGS


def test_the_database_is_in_the_state_directory_where_no_other_is_configured(tmp_path: Path) -> None:
    assert database_address(None, tmp_path) == tmp_path / "kentongan.db"
    assert database_address("postgresql://host/name", tmp_path) == "postgresql://host/name"


async def test_missing_folders_are_made(tmp_path: Path) -> None:
    async with open_database(tmp_path / "var" / "lib" / "k.db"):
        assert (tmp_path / "var" / "lib" / "k.db").exists()


async def test_an_sqlite_url_is_a_path(tmp_path: Path) -> None:
    async with open_database(f"sqlite:///{tmp_path}/k.db") as database:
        assert database.dialect == "sqlite"
        assert database.name == f"{tmp_path}/k.db"


async def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    (tmp_path / "k.db").touch()
    async with open_database(tmp_path / "k.db") as database:
        assert await database.check_integrity() == []


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
@ONLY_POSTGRES
async def test_every_spelling_of_a_postgresql_address_is_understood(address: str, scheme: str) -> None:
    async with open_database(address.replace("postgresql", scheme, 1)) as database:
        assert database.dialect == "postgresql"


# --- reading and writing --------------------------------------------------------------------------------------------


async def test_what_a_block_wrote_is_there_for_the_next_reader(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await set_fact(connection, "offset", 7, now)
    async with database.read() as connection:
        assert await get_fact(connection, "offset") == 7


async def test_a_block_that_raises_leaves_nothing_behind(database: Database, now: datetime) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.write() as connection:
            await set_fact(connection, "offset", 7, now)
            raise ZeroDivisionError
    async with database.read() as connection:
        assert await get_fact(connection, "offset") is None


async def test_a_cancelled_writer_leaves_nothing_behind_and_lets_the_next_one_in(
    database: Database, now: datetime
) -> None:
    inside = asyncio.Event()

    async def write_for_ever() -> None:
        async with database.write() as connection:
            await set_fact(connection, "offset", 7, now)
            inside.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(write_for_ever())
    await inside.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with database.write() as connection:
        assert await get_fact(connection, "offset") is None
        await set_fact(connection, "offset", 8, now)


async def test_a_reader_cannot_write(database: Database, now: datetime) -> None:
    with pytest.raises(StoreError):
        async with database.read() as connection:
            await set_fact(connection, "offset", 7, now)
    async with database.write() as connection:
        await set_fact(connection, "offset", 8, now)


async def test_a_reader_sees_one_state_while_a_writer_commits(database: Database, now: datetime) -> None:
    async with database.read() as reader:
        assert await get_fact(reader, "offset") is None
        async with database.write() as writer:
            await set_fact(writer, "offset", 7, now)
        assert await get_fact(reader, "offset") is None
    async with database.read() as reader:
        assert await get_fact(reader, "offset") == 7


async def _add_one(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        value = await get_fact(connection, "count") or 0
        assert isinstance(value, int)
        await set_fact(connection, "count", value + 1, now)


@ONLY_SQLITE
async def test_writers_take_turns(database: Database, now: datetime) -> None:
    await asyncio.gather(*(_add_one(database, now) for _ in range(25)))
    async with database.read() as connection:
        assert await get_fact(connection, "count") == 25


@ONLY_SQLITE
async def test_writers_of_two_programs_wait_for_each_other(address: Path, now: datetime) -> None:
    """A transaction that began by reading would fail at once instead, whatever the busy timeout."""
    async with open_database(address) as one, open_database(address) as other:
        await asyncio.gather(*(_add_one(database, now) for database in [one, other] * 10))
        async with one.read() as connection:
            assert await get_fact(connection, "count") == 20


@ONLY_SQLITE
async def test_a_write_inside_a_write_is_an_error_and_not_a_wait_for_ever(database: Database) -> None:
    async with database.write():
        with pytest.raises(RuntimeError, match="pass the connection on"):
            async with database.write():
                pass
    async with database.write():
        pass


async def test_an_insert_ignores_updates_and_returns_alike_on_both_engines(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        new = insert(connection, facts).values(name="a", value=1, at=now)
        first = await connection.execute(new.on_conflict_do_nothing().returning(facts.c.name))
        again = await connection.execute(new.on_conflict_do_nothing().returning(facts.c.name))
        changed = await connection.execute(
            new.on_conflict_do_update(index_elements=["name"], set_={"value": 2}).returning(facts.c.value)
        )
        assert (first.all(), again.all(), changed.all()) == ([("a",)], [], [(2,)])


async def test_a_key_that_exists_raises_integrity_error_itself(database: Database, now: datetime) -> None:
    with pytest.raises(IntegrityError):
        async with database.write() as connection:
            for _ in range(2):
                await connection.execute(strangers.insert().values(chat_id=1, told_at=now))


async def test_a_row_that_points_nowhere_is_refused(database: Database, now: datetime) -> None:
    page = {"page_id": 99, "source": "s", "url": "u", "title": "t", "lead": "", "paragraphs": []}
    with pytest.raises(IntegrityError):
        async with database.write() as connection:
            await connection.execute(articles.insert().values(**page, basis="page", first_seen=now, read_at=now))


async def test_server_defaults_are_values_of_the_right_kind(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await connection.execute(
            text(
                "INSERT INTO pages (url, url_key, lane, host, source, first_seen) "
                "VALUES ('u', 'k', 1, 'h', 's', '2026-03-10 04:59:59')"
            )
        )
        page = (await connection.execute(select(pages))).one()
        assert (page.quiet, page.state, page.attempts, page.due_at) == (False, "waiting", 0, None)


# --- time -----------------------------------------------------------------------------------------------------------


async def test_a_time_comes_back_as_the_same_moment_in_utc(database: Database) -> None:
    jakarta = datetime(2026, 3, 10, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=7)))
    async with database.write() as connection:
        await tell_stranger_once(connection, 1, jakarta)
        found = await connection.scalar(select(strangers.c.told_at))
    assert found == jakarta
    assert found.utcoffset() == timedelta(0)


async def test_times_compare_as_moments_whatever_their_zone(database: Database, now: datetime) -> None:
    tokyo = timezone(timedelta(hours=9))
    async with database.write() as connection:
        await tell_stranger_once(connection, 1, now)
        for moment, expected in ((now - timedelta(seconds=1), 0), (now, 1), (now + timedelta(microseconds=1), 1)):
            query = select(strangers.c.chat_id).where(strangers.c.told_at <= moment.astimezone(tokyo))
            assert len((await connection.execute(query)).all()) == expected


async def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="a time without a zone"):
        async with database.write() as connection:
            await tell_stranger_once(connection, 1, datetime(2026, 3, 10))


# --- looking after it -----------------------------------------------------------------------------------------------


@ONLY_SQLITE
async def test_a_backup_beside_a_running_writer_is_a_whole_database(
    database: Database, tmp_path: Path, now: datetime
) -> None:
    async with database.write() as connection:
        await set_fact(connection, "offset", 7, now)
    async with database.write() as connection:
        await set_fact(connection, "offset", 8, now)
        await database.backup(tmp_path / "backup.db")
    async with open_database(tmp_path / "backup.db") as copy, copy.read() as connection:
        assert await get_fact(connection, "offset") == 7
        assert await copy.check_integrity() == []


@ONLY_SQLITE
async def test_a_backup_never_overwrites_a_file(database: Database, tmp_path: Path) -> None:
    (tmp_path / "backup.db").write_text("precious")
    with pytest.raises(StoreError, match="exists already"):
        await database.backup(tmp_path / "backup.db")
    assert (tmp_path / "backup.db").read_text() == "precious"


@ONLY_SQLITE
async def test_a_backup_into_a_missing_folder_names_the_backup(database: Database, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"the backup .*/nowhere/backup\.db cannot be opened"):
        await database.backup(tmp_path / "nowhere" / "backup.db")


@ONLY_POSTGRES
async def test_a_backup_of_postgresql_names_the_tool_for_it(database: Database, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="pg_dump"):
        await database.backup(tmp_path / "backup.db")


async def test_the_size_grows_with_what_is_stored(database: Database, now: datetime) -> None:
    before = await database.size()
    async with database.write() as connection:
        # PostgreSQL would compress what repeats itself.
        texts = [Random(number).randbytes(1000).hex() for number in range(500)]
        rows = [{"headline": text, "first_seen": now, "latest": now} for text in texts]
        await connection.execute(stories.insert(), rows)
    assert await database.size() >= before + 500_000


@ONLY_SQLITE
async def test_a_row_that_points_nowhere_is_found_by_the_check(address: Path, now: datetime) -> None:
    with sqlite3.connect(address) as connection:
        connection.execute("INSERT INTO told (delivery_id, story_id) VALUES (1, 1)")
    async with open_database(address) as database:
        assert await database.check_integrity() == ["a row of told points nowhere"] * 2


@ONLY_SQLITE
async def test_a_copy_of_the_file_alone_is_recognised_as_ours(address: Path, tmp_path: Path) -> None:
    async with open_database(address):
        pass
    async with open_database(shutil.copy(address, tmp_path / "copy.db")) as database, database.read() as connection:
        assert (await connection.execute(select(chats))).all() == []
