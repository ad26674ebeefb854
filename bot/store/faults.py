"""What a driver's error means to the person who can mend it. It catches nothing by itself and repeats no values."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import StoreError
from bot.store.engines import Location

# By the beginning of the name: SQLite's extended codes continue it (https://www.sqlite.org/rescode.html).
_SQLITE = {
    "SQLITE_FULL": "cannot grow: the disk is full; free some space",
    "SQLITE_READONLY": "cannot be written; make the file and its folder writable for the bot's user",
    "SQLITE_PERM": "cannot be written; make the file and its folder writable for the bot's user",
    "SQLITE_AUTH": "cannot be written; make the file and its folder writable for the bot's user",
    "SQLITE_CANTOPEN": "cannot be opened; check that its folder exists and is writable for the bot's user",
    "SQLITE_BUSY": "is locked: another program has been writing to it for over 5 seconds",
    "SQLITE_LOCKED": "is locked: another program has been writing to it for over 5 seconds",
    "SQLITE_CORRUPT": "is damaged; stop the bot and put a backup in its place: kentongan restore FILE",
    "SQLITE_NOTADB": "is no database, or is damaged; move it away or put a backup in its place: kentongan restore FILE",
    "SQLITE_IOERR": "could not be read or written; check the disk",
}

# By the beginning of the code (https://www.postgresql.org/docs/current/errcodes-appendix.html).
_POSTGRESQL = {
    "53100": "cannot grow: the server's disk is full",
    "53300": "has no free connection; raise the server's max_connections",
    "25006": "is read-only, perhaps a standby; connect to the primary server",
    "28": "refused the login; check user and password",
    "3D000": "does not exist; create it with createdb",
    "42501": "does not let this user do that; let the bot's user own the database",
    "55P03": "is locked by another transaction; it will be tried again",
    "40": "had two transactions in each other's way; it will be tried again",
    "57P": "is starting or stopping; it will be tried again",
    "XX": "is damaged; see the server's log",
}

# By a piece of the text: before there is a connection the driver knows no code.
_CONNECTING = {
    "Connection refused": "is the server running there?",
    "No such file": "is the server running there?",
    "timeout": "is the server running there, and may the bot reach it?",
    "resolve host": "check the host's name",
    "password": "check user and password",
    "role": "check the user's name",
    "does not exist": "create it with createdb",
}


@contextmanager
def as_store_errors(location: Location, name: str | None = None) -> Iterator[None]:
    """Turns a driver's error raised in the block into a StoreError of one line about `name`, else the database.
    IntegrityError passes through: a key that exists already is an answer, not a failure."""
    name = name or f"the database {location.name}"
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        raise StoreError(f"{name} {_meaning(error.orig or error, location)}") from error
    except PoolTimeout as error:
        raise StoreError(f"{name} is too busy: no connection was free for 30 seconds") from error
    except sqlite3.Error as error:
        # SQLAlchemy does not wrap what fails outside a statement, as in COMMIT of a closed connection.
        raise StoreError(f"{name} {_meaning(error, location)}") from error


def _meaning(error: BaseException, location: Location) -> str:
    name = getattr(error, "sqlite_errorname", None)
    if name is not None:
        return _by_prefix(_SQLITE, name) or f"failed: {_line(error, location)}"
    code = getattr(error, "sqlstate", None)
    if code is not None:
        return _by_prefix(_POSTGRESQL, code) or f"failed: {_line(error, location)}"
    line = _line(error, location).rsplit("failed: ", 1)[-1].removeprefix("FATAL:").strip()
    hint = next((hint for piece, hint in _CONNECTING.items() if piece in line), None)
    return f"cannot be reached: {line}" + (f"; {hint}" if hint else "")


def _by_prefix(meanings: dict[str, str], code: str) -> str | None:
    return next((meaning for prefix, meaning in meanings.items() if code.startswith(prefix)), None)


def _line(error: BaseException, location: Location) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    # Where a host has several addresses the first line is a heading.
    line = lines[-1] if lines[0].endswith(":") else lines[0]
    password = location.url.password
    return line.replace(str(password), "***") if password else line
