"""How each database engine is reached and set up. It decides nothing about what is stored."""

from __future__ import annotations

import os
import re
import socket
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from sqlalchemy import URL, Connection, NullPool, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import StoreError

Dialect = Literal["sqlite", "postgresql"]

APPLICATION_ID = 0x6B746E67
"""Written into the header of every SQLite file of ours, so that another program's file is never taken for one: "ktng"
in ASCII. Field "Application ID" of https://www.sqlite.org/fileformat.html#the_database_header"""

_MAGIC = b"SQLite format 3\0"
_HEADER_BYTES = 100
_APPLICATION_ID_AT = 68

_POSTGRESQL = re.compile(r"postgres(?:ql)?(?:\+psycopg)?$")


@dataclass(frozen=True, slots=True)
class Location:
    """Where a database is. `path` is set for SQLite only; `name` is for people and holds no password."""

    url: URL
    dialect: Dialect
    path: Path | None
    name: str


def locate(address: str | Path) -> Location:
    """Reads a path, `sqlite:///PATH` or `postgresql://...`. Raises StoreError, which never repeats the address, since
    one that cannot be read may still hold a password."""
    if isinstance(address, str) and "://" in address:
        try:
            url = make_url(address)
        except (ArgumentError, ValueError):
            # Not chained: the cause's text may repeat the address.
            raise StoreError("database: the URL cannot be read; write postgresql://user@host:5432/name") from None
        if _POSTGRESQL.match(url.drivername):
            url = url.set(drivername="postgresql+psycopg")
            return Location(url, "postgresql", None, _shown(url))
        if url.get_backend_name() != "sqlite" or not url.database:
            raise StoreError(f"database: '{url.drivername}' is not supported; give a path or postgresql://...")
        address = url.database
    path = Path(address)
    if str(address) in ("", ":memory:"):
        raise StoreError("database: give the path of a file; a database in memory would forget what was sent")
    return Location(URL.create("sqlite+aiosqlite", database=str(path)), "sqlite", path, str(path))


def _shown(url: URL) -> str:
    return url.set(drivername="postgresql", query={}).render_as_string(hide_password=True)


def prepare_file(path: Path) -> None:
    """Makes the folder and a new, empty database; refuses another program's file before anything is written to it.
    Raises StoreError, and sqlite3.Error for what SQLite cannot do there."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        header = _header(path) if path.exists() else b""
    except OSError as error:
        raise StoreError(f"{path} cannot be opened: {error.strerror}") from error
    if not header:
        _create(path)
        return
    if not header.startswith(_MAGIC) or len(header) < _HEADER_BYTES:
        raise StoreError(f"{path} is not a database; move it away or set `database` to another file")
    found = int.from_bytes(header[_APPLICATION_ID_AT : _APPLICATION_ID_AT + 4], "big")
    if found != APPLICATION_ID:
        raise StoreError(f"{path} is the database of another program; set `database` to another file")
    if path.with_name(f"{path.name}-journal").exists():
        # Left by a start that was killed while it wrote the mark: SQLite will take that back when the file is opened.
        _create(path)


def _header(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEADER_BYTES)


def _create(path: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA busy_timeout = 5000")
        # First the mark, then the journal: from then on changes to the header wait in a second file.
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()


def reader(location: Location) -> AsyncEngine:
    """Connections that see one state for the length of a transaction and cannot write, alike on both engines."""
    if location.dialect == "sqlite":
        return _sqlite(location, begin="BEGIN", query_only=True)
    # psycopg keeps both as attributes and writes them into BEGIN: no further round trip.
    engine = _postgresql(location)
    return engine.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")


def writer(location: Location, patience: Callable[[], int | None] = lambda: None) -> AsyncEngine:
    """Connections for transactions that write. `patience` gives the milliseconds that SQLite waits for another program
    to end its own, None for as long as ever."""
    if location.dialect == "postgresql":
        return _postgresql(location, _IDLE)
    engine = _sqlite(location, begin=None, pool_size=1, max_overflow=0)

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        if (milliseconds := patience()) is not None:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {milliseconds}")
        # A writer takes the lock at once: one that reads first and finds it taken later fails without any waiting.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def migrator(location: Location) -> AsyncEngine:
    """One connection for changing the schema. On SQLite without foreign keys: there a changed table is written anew and
    the old one dropped, which would take every row that points to it along (https://www.sqlite.org/lang_altertable.html
    section 7). Not pooled: dispose of it."""
    if location.dialect == "sqlite":
        return _sqlite(location, begin="BEGIN IMMEDIATE", foreign_keys=False, poolclass=NullPool)
    return _postgresql(location, poolclass=NullPool)


def watcher(location: Location) -> AsyncEngine:
    """One PostgreSQL connection without transactions, for a lock that lives as long as it does. Not pooled: dispose of
    it."""
    return _postgresql(location, poolclass=NullPool).execution_options(isolation_level="AUTOCOMMIT")


def hang_up(connection: AsyncConnection) -> None:
    """Ends the line under a PostgreSQL connection at once, whatever is asked over it: that fails then, and the
    connection is of no more use."""
    from psycopg import Error

    pooled = connection.sync_connection.connection if connection.sync_connection else None
    driver: Any = pooled.driver_connection if pooled else None
    # One that is closed has no line any more.
    with suppress(OSError, Error), socket.socket(fileno=os.dup(driver.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)


def keeper(location: Location) -> AsyncEngine:
    """One SQLite connection without transactions, for VACUUM and checks. Not pooled: dispose of it."""
    return _sqlite(location, begin=None, poolclass=NullPool)


def _sqlite(
    location: Location, *, begin: str | None, query_only: bool = False, foreign_keys: bool = True, **pool: Any
) -> AsyncEngine:
    engine = create_async_engine(location.url, hide_parameters=True, **pool)
    pragmas = (
        "busy_timeout = 5000",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        f"foreign_keys = {'ON' if foreign_keys else 'OFF'}",
        f"query_only = {'ON' if query_only else 'OFF'}",
    )

    @event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        # The driver's own transactions start too late and end too early; we send BEGIN ourselves.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        if begin is not None:
            connection.exec_driver_sql(begin)

    return engine


_PROBES = {"idle": 5, "interval": 2, "count": 3}
"""Seconds, and how many probes without an answer end a connection ("keepalives_idle" and the next ones in "Parameter
Key Words" of libpq's manual): where the line is cut both ends know in 11 seconds, and the server frees the locks."""

_UNHEARD_MS = 11_000
"""The same where something was under way when the line was cut: then no probes are sent, and a kernel tries for a
quarter of an hour ("tcp_user_timeout" in the manuals of libpq and of the server)."""

_IDLE = {"idle_in_transaction_session_timeout": "60s"}
"""A program that was stopped in the midst of a transaction holds up the others for no longer. Ours wait for nothing but
the database."""


_SESSION = {"synchronous_commit": "on", "TimeZone": "UTC"}
"""Whatever the server's own settings: what was kept stays kept when it is killed, else messages would come twice; and
no hour lies outside of what Python can say, as the last of the year 9999 does east of Greenwich."""


def dsn(location: Location) -> str:
    """The address of a PostgreSQL database as libpq reads it, with its password."""
    from psycopg.conninfo import make_conninfo

    # Not as a URL: libpq does not read every URL that SQLAlchemy writes.
    login = location.url.translate_connect_args(username="user", database="dbname")
    return make_conninfo(**{**login, **location.url.query, **_connecting(location)})


def _connecting(location: Location, more: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    probes = {f"tcp_keepalives_{name}": str(value) for name, value in _PROBES.items()}
    settings = {**probes, "tcp_user_timeout": str(_UNHEARD_MS), **_SESSION, **more}
    theirs = " ".join(f"-c {name}={value}" for name, value in settings.items())
    configured = location.url.query.get("options", "")
    return {
        "connect_timeout": "10",
        "application_name": "kentongan",
        "client_encoding": "utf8",
        # The last one counts.
        "options": f"{theirs} {configured}".strip(),
        "tcp_user_timeout": str(_UNHEARD_MS),
        **{f"keepalives_{name}": str(value) for name, value in _PROBES.items()},
    }


def _postgresql(location: Location, more: Mapping[str, str] = MappingProxyType({}), **pool: Any) -> AsyncEngine:
    # A restarted server costs nothing but the next connection: hence the ping.
    connecting = _connecting(location, more)
    return create_async_engine(location.url, hide_parameters=True, pool_pre_ping=True, connect_args=connecting, **pool)
