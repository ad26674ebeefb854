"""What cannot be used is refused with one line that says what to do, and never with a password in it."""

from __future__ import annotations

import socket
import sqlite3
import struct
import traceback
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.errors import StoreError
from bot.store import engines
from bot.store.database import Database, open_database
from bot.store.facts import set_fact
from postgres import Cluster

# In two pieces, since a traceback shows the lines of this file, too.
PASSWORD = "hunter" + "2"
ONLY_SQLITE = pytest.mark.parametrize("address", ["sqlite"], indirect=True)
ONLY_POSTGRES = pytest.mark.parametrize("address", ["postgresql"], indirect=True)


async def _refusal(address: str | Path) -> str:
    """The one line with which an address is refused."""
    with pytest.raises(StoreError) as refused:
        await Database.open(address)
    line = str(refused.value)
    assert "\n" not in line
    return line


# --- SQLite ---------------------------------------------------------------------------------------------------------


async def test_another_programs_database_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE bookmarks (url)")
    connection.commit()
    connection.close()
    before = path.read_bytes()
    assert await _refusal(path) == f"{path} is the database of another program; set `database` to another file"
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["other.db"]


async def test_a_database_whose_making_was_cut_off_between_its_mark_and_its_journal_is_made_again(
    tmp_path: Path,
) -> None:
    path = tmp_path / "kentongan.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA application_id = {engines.APPLICATION_ID}")
    # A journal of no page, of a file that had none: https://www.sqlite.org/fileformat.html#the_rollback_journal
    header = bytes.fromhex("d9d505f920a163d7") + struct.pack(">5I", 0, 0, 0, 512, 4096)
    path.with_name("kentongan.db-journal").write_bytes(header.ljust(512, b"\0"))
    for _ in range(2):
        async with open_database(path):
            pass


@pytest.mark.parametrize("content", [b"title: no database\n" * 20, b"SQLite format 3\0", b"x"])
async def test_a_file_that_is_no_database_is_refused_and_not_touched(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    assert "is not a database" in await _refusal(path)
    assert path.read_bytes() == content


async def test_a_folder_in_the_place_of_the_file_is_refused(tmp_path: Path) -> None:
    assert await _refusal(tmp_path) == f"{tmp_path} cannot be opened: Is a directory"


async def test_a_folder_that_cannot_be_written_is_refused(read_only_folder: Path) -> None:
    assert "cannot be opened; check that its folder exists and is writable" in await _refusal(read_only_folder / "k.db")


async def test_a_folder_that_cannot_be_made_is_refused(read_only_folder: Path) -> None:
    assert await _refusal(read_only_folder / "deeper" / "k.db") == (
        f"{read_only_folder}/deeper/k.db cannot be opened: Permission denied"
    )


async def test_a_file_that_cannot_be_written_is_said_to_be_so(read_only_file: Path, now: datetime) -> None:
    async with open_database(read_only_file) as database:
        with pytest.raises(StoreError, match="cannot be written; make the file and its folder writable"):
            async with database.write() as connection:
                await set_fact(connection, "offset", 7, now)


@ONLY_SQLITE
async def test_a_full_disk_is_said_to_be_full(database: Database, now: datetime) -> None:
    with pytest.raises(StoreError, match="the disk is full; free some space"):
        async with database.write() as connection:
            pages = await connection.scalar(text("PRAGMA page_count"))
            await connection.execute(text(f"PRAGMA max_page_count = {pages}"))
            await set_fact(connection, "large", "x" * 100_000, now)


@ONLY_SQLITE
async def test_a_database_another_program_holds_is_said_to_be_locked(address: Path, now: datetime) -> None:
    other = sqlite3.connect(address, isolation_level=None)
    async with open_database(address) as database:
        async with database.write() as connection:
            # There is one connection for writing, so the next block has the same: no need to wait 5 seconds.
            await connection.execute(text("PRAGMA busy_timeout = 20"))
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="is locked: another program has been writing to it"):
            async with database.write():
                pass
        other.execute("ROLLBACK")
        other.close()
        async with database.write() as connection:
            await set_fact(connection, "works", "again", now)


@ONLY_SQLITE
async def test_a_damaged_file_is_said_to_be_damaged(address: Path) -> None:
    with address.open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 8000)
    said = "is damaged; stop the bot and put a backup in its place: kentongan restore FILE"
    assert await _refusal(address) == f"the database {address} {said}"


async def test_a_database_in_memory_is_refused() -> None:
    assert "would forget what was sent" in await _refusal(":memory:")
    assert "is not supported" in await _refusal("sqlite://")


# --- PostgreSQL -----------------------------------------------------------------------------------------------------


async def test_a_server_that_does_not_run_is_named_without_the_password() -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        with pytest.raises(StoreError) as refused:
            await Database.open(f"postgresql://bot:{PASSWORD}@127.0.0.1:{port}/news?sslmode=disable")
    line = str(refused.value)
    assert line.startswith(f"the database postgresql://bot:***@127.0.0.1:{port}/news cannot be reached: ")
    assert "Connection refused; is the server running there?" in line
    assert "\n" not in line
    assert PASSWORD not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize("address", ["postgresql://bot:hunter2@host:port/news", "://hunter2", "mysql://b:hunter2@h/n"])
async def test_an_address_that_cannot_be_read_is_not_repeated(address: str) -> None:
    with pytest.raises(StoreError) as refused:
        await Database.open(address)
    assert PASSWORD not in "".join(traceback.format_exception(refused.value))


async def test_a_missing_database_is_named(postgres: Cluster) -> None:
    assert 'database "nowhere" does not exist; create it with createdb' in await _refusal(postgres.url("nowhere"))


async def test_a_user_the_server_does_not_know_is_named(postgres: Cluster) -> None:
    address = postgres.url("postgres").replace("kentongan@", "stranger@")
    assert 'role "stranger" does not exist; check the user\'s name' in await _refusal(address)


async def test_a_database_that_cannot_hold_every_script_is_refused(postgres: Cluster) -> None:
    postgres.execute("CREATE DATABASE ascii TEMPLATE template0 ENCODING 'SQL_ASCII'")
    assert "create it with encoding UTF8" in await _refusal(postgres.url("ascii"))


@ONLY_POSTGRES
async def test_a_lost_connection_is_a_store_error_and_the_next_block_works(
    database: Database, postgres: Cluster, now: datetime
) -> None:
    with pytest.raises(StoreError, match="it will be tried again"):
        async with database.write() as connection:
            process = await connection.scalar(text("SELECT pg_backend_pid()"))
            postgres.execute(f"SELECT pg_terminate_backend({process})")
            await set_fact(connection, "offset", 7, now)
    async with database.write() as connection:
        await set_fact(connection, "offset", 8, now)


# --- both -----------------------------------------------------------------------------------------------------------


async def test_an_error_repeats_no_values_of_ours(database: Database) -> None:
    """They may be a chat's title or an article's text, and errors go to the log."""
    with pytest.raises(StoreError) as refused:
        async with database.write() as connection:
            await connection.execute(text("INSERT INTO nowhere VALUES (:value)"), {"value": PASSWORD})
    assert "nowhere" in str(refused.value)
    assert PASSWORD not in "".join(traceback.format_exception(refused.value))
