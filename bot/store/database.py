"""The open database: connections for reading, one transaction at a time for writing. It holds no queries of ours.

SQLite and PostgreSQL behave alike from here on.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StoreError
from bot.store import engines, schema
from bot.store.faults import as_store_errors

if TYPE_CHECKING:
    # Both dialects' INSERT have the same methods; one of the two types stands for both.
    from sqlalchemy.dialects.postgresql import Insert

FILE_NAME = "kentongan.db"
"""The database in the state directory, where no other is configured."""


def database_address(configured: str | None, state_dir: Path) -> str | Path:
    """The configured address, or else the embedded database of this state directory."""
    return configured or state_dir / FILE_NAME


@dataclass(frozen=True, slots=True)
class Found:
    """A database as it is: the revision of its schema, None where there is none yet; its bytes; and what is wrong
    inside it, a line for each finding."""

    dialect: engines.Dialect
    revision: str | None
    size: int
    faults: tuple[str, ...]


async def find(address: str | Path) -> Found:
    """Looks at a database that is there, and upgrades nothing. Raises StoreError."""
    database = _as_it_is(address)
    try:
        # In a damaged file the schema may not be found: what is wrong comes first.
        faults = tuple(await database.check_integrity())
        return Found(database.dialect, await database.revision(), await database.size(), faults)
    finally:
        await database.close()


async def back_up(address: str | Path, to: Path) -> None:
    """Writes a consistent copy of a database as it is: one that an upgrade can be taken back with. Raises StoreError as
    `Database.backup` does, and where there is no database."""
    database = _as_it_is(address)
    try:
        await database.backup(to)
    finally:
        await database.close()


def _as_it_is(address: str | Path) -> Database:
    """A database of whatever schema. Raises StoreError where there is none."""
    location = engines.locate(address)
    if location.path is not None:
        if not location.path.exists():
            raise StoreError(f"there is no database at {location.path}")
        with as_store_errors(location):
            engines.prepare_file(location.path)
    return Database(location)


_HURRIED = 500
"""Milliseconds that a program which is to stop waits for one that holds the database."""


@asynccontextmanager
async def open_database(address: str | Path, *, upgrade: bool = False) -> AsyncIterator[Database]:
    """A database, open for the length of the block. Takes and raises what `Database.open` does."""
    database = await Database.open(address, upgrade=upgrade)
    try:
        yield database
    finally:
        await database.close()


def insert(connection: AsyncConnection, table: Table) -> Insert:
    """An INSERT that knows `on_conflict_do_nothing`, `on_conflict_do_update` and `returning` on both engines."""
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite

        return cast("Insert", sqlite.insert(table))
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


_KEPT: WeakKeyDictionary[AsyncConnection, list[Callable[[], None]]] = WeakKeyDictionary()


def when_kept(connection: AsyncConnection, then: Callable[[], None]) -> None:
    """Calls `then` when the transaction of this connection has been kept; never where it is undone."""
    _KEPT.setdefault(connection, []).append(then)


class Database:
    """An open database. Make one with `open_database` or `Database.open`."""

    def __init__(self, location: engines.Location) -> None:
        self._location = location
        self._reader = engines.reader(location)
        self._patience: int | None = None
        self._writer = engines.writer(location, lambda: self._patience)
        # SQLite has one writer. Waiting here is fair, and never ends in "database is locked".
        self._turn = asyncio.Lock() if location.dialect == "sqlite" else None
        self._writing: asyncio.Task[object] | None = None

    @classmethod
    async def open(cls, address: str | Path, *, upgrade: bool = False) -> Self:
        """Opens a path or URL (`sqlite:///...`, `postgresql://...`), creates file and tables where they are missing.
        An older schema is brought up to date: on SQLite always, on PostgreSQL, where other machines may be at work,
        only for an `upgrade`.

        Raises StoreError where that cannot be done: no access, another program's file, an older or newer schema.
        """
        location = engines.locate(address)
        if location.path is not None:
            with as_store_errors(location):
                engines.prepare_file(location.path)
        database = cls(location)
        try:
            await database._ensure_schema(upgrade or location.dialect == "sqlite")
        except BaseException:
            await database.close()
            raise
        return database

    async def _ensure_schema(self, upgrade: bool) -> None:
        async with self.read() as connection:
            if await schema.ready(self._location, connection):
                return
            new = await connection.run_sync(schema.revision) is None
        if not (upgrade or new):
            raise StoreError(f"the database {self.name} has the schema of an older release: run `kentongan migrate`")
        await self.migrate()

    async def close(self) -> None:
        """Gives every connection back. Call it when nobody reads or writes any more."""
        await self._reader.dispose()
        await self._writer.dispose()

    def hurry(self) -> None:
        """From now on no transaction waits long for another program's: this one is about to end."""
        self._patience = _HURRIED

    @property
    def dialect(self) -> engines.Dialect:
        """Which engine this is."""
        return self._location.dialect

    @property
    def name(self) -> str:
        """Where this database is, for people: a path, or a URL without its password."""
        return self._location.name

    @property
    def location(self) -> engines.Location:
        """Where this database is, for others in this room."""
        return self._location

    def dsn(self) -> str:
        """The address for another client of the same PostgreSQL database. It holds the password: print it nowhere."""
        return engines.dsn(self._location)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection that sees one unchanging state and cannot write. Keep it short: SQLite's log of changes grows as
        long as a reader is open. Raises StoreError."""
        with as_store_errors(self._location):
            async with self._reader.connect() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: kept when the block ends, undone when it raises. On SQLite writers take turns, so await
        nothing but the database inside. Raises StoreError; IntegrityError passes through."""
        if self._turn is None:
            async with self._transaction() as connection:
                yield connection
            return
        task = asyncio.current_task()
        if task is not None and task is self._writing:
            raise RuntimeError("write() inside write() would wait for itself: pass the connection on")
        async with self._turn:
            self._writing = task
            try:
                async with self._transaction() as connection:
                    yield connection
            finally:
                self._writing = None

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        with as_store_errors(self._location):
            async with self._writer.begin() as connection:
                yield connection
            for then in _KEPT.pop(connection, ()):
                then()

    # --- the schema -------------------------------------------------------------------------------------------------

    async def revision(self) -> str | None:
        """The revision of the schema in the database; None where it has none yet. Raises StoreError."""
        async with self.read() as connection:
            return await connection.run_sync(schema.revision)

    async def migrate(self) -> None:
        """See `schema.upgrade`."""
        await schema.upgrade(self._location)

    # --- looking after it -------------------------------------------------------------------------------------------

    async def size(self) -> int:
        """The size of the database in bytes. Raises StoreError."""
        if self._location.path is not None:
            parts = [self._location.path, Path(f"{self._location.path}-wal")]
            return sum(part.stat().st_size for part in parts if part.exists())
        async with self.read() as connection:
            return int(await connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)

    async def check_integrity(self) -> list[str]:
        """What is wrong inside the file, a line for each finding; empty when sound. PostgreSQL checks itself as it
        reads: there the list is always empty. Raises StoreError where the file is too damaged to be looked at."""
        if self.dialect == "postgresql":
            return []
        async with self.read() as connection:
            findings = [str(row[0]) for row in await connection.execute(text("PRAGMA integrity_check"))]
            orphans = await connection.execute(text("PRAGMA foreign_key_check"))
            return [line for line in findings if line != "ok"] + [
                f"a row of {row[0]} points nowhere" for row in orphans
            ]

    async def backup(self, to: Path) -> None:
        """Writes a consistent copy beside a running bot, by VACUUM INTO. Raises StoreError where `to` exists already,
        cannot be written, or the database is not SQLite."""
        if self.dialect == "postgresql":
            raise StoreError("a PostgreSQL database is copied with pg_dump")
        _refuse_existing(to)
        engine = engines.keeper(self._location)
        try:
            with as_store_errors(self._location, f"the backup {to}"):
                async with engine.connect() as connection:
                    await connection.execute(text("VACUUM INTO :to"), {"to": str(to)})
        finally:
            await engine.dispose()


def _refuse_existing(path: Path) -> None:
    if path.exists():
        raise StoreError(f"{path} exists already; choose another name for the backup")
