"""A start of the program on the database of its first release, killed on the way. It looks from outside only."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy
from alembic import command
from alembic.config import Config
from installation import Installation
from program import PATIENCE
from sqlalchemy import Connection, MetaData

import bot.store.migrations
from bot.store import engines
from bot.store.migrations import HEAD

OLD = "0001"
MANY = 4000
"""Rows of a table that the upgrade writes anew: on SQLite more than it keeps in memory until the end."""

_LONG = "A paragraph of what somebody said about nothing in particular. " * 12


@dataclass
class Upgrade:
    """An old installation that is to be upgraded; `broken` says what went wrong."""

    program: Installation
    broken: list[str] = field(default_factory=list)

    @property
    def upgrades(self) -> str:
        """The command that does it: on SQLite any start does."""
        return "once" if self.program.engine == "sqlite" else "migrate"

    def kill_when(self, true: Callable[[], object], then: Callable[[], object] = lambda: None) -> bool:
        """Starts the program, kills it as soon as this holds, and does what comes then before it looks at what is left.
        True where it died of that."""
        process = self.program.launch(self.upgrades, "--json")
        end = time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < end and not true():
            time.sleep(0.0005)
        died = self.program.end(signal.SIGKILL) == -signal.SIGKILL
        then()
        self._look("after the kill", (OLD, HEAD))
        return died

    def finish(self) -> float:
        """Starts it again, undisturbed; the seconds until it ended."""
        began = time.monotonic()
        if self.upgrades != "once":
            self.program.command(self.upgrades)
        result = self.program.command("once", "--json")
        if result.status:
            self.broken.append(f"the next start ends with {result.status}: {result.err[-300:]}")
        self._look("after the next start", (HEAD,))
        return time.monotonic() - began

    def writing(self) -> bool:
        """Whether the upgrade has begun to write: SQLite's log grows."""
        with suppress(OSError):
            return Path(f"{self.program.state}/kentongan.db-wal").stat().st_size > 0
        return False

    def revision(self) -> str:
        """Of the schema."""
        return str(self.program.rows("SELECT version_num FROM alembic_version")[0][0])

    def _look(self, when: str, allowed: tuple[str, ...]) -> None:
        if (found := self.revision()) not in allowed:
            self.broken.append(f"{when} the schema is {found}")
        for table, wanted in (("pages", MANY), ("articles", MANY), ("matches", MANY), ("deliveries", 1), ("told", 1)):
            ((count,),) = self.program.rows(f"SELECT count(*) FROM {table}")
            if count != wanted:
                self.broken.append(f"{when} {table} has {count} rows of {wanted}")
        if self.program.address is None:
            for line in ("integrity_check", "foreign_key_check"):
                rows = [row for row in self.program.rows(f"PRAGMA {line}") if row != ("ok",)]
                self.broken += [f"{when}: {line}: {row}" for row in rows]


def old_installation(home: Path, address: str | None = None) -> Upgrade:
    """An installation as the first release left it, with many articles and one that was told."""
    program = Installation(home, address)
    program.write_settings()
    program.write_sources({})
    program.state.mkdir(parents=True, exist_ok=True)
    location = engines.locate(address or program.state / "kentongan.db")
    if location.path is not None:
        engines.prepare_file(location.path)
    url = location.url if isinstance(location.url, str) else location.url.render_as_string(hide_password=False)
    engine = sqlalchemy.create_engine(url.replace("+aiosqlite", "").replace("+psycopg_async", "+psycopg"))
    with engine.begin() as connection:
        _fill(connection)
    if location.path is not None:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
    engine.dispose()
    return Upgrade(program)


def _fill(connection: Connection) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(bot.store.migrations.__file__).parent))
    command.upgrade(config, OLD)
    found = MetaData()
    found.reflect(connection)
    for table, rows in _rows(datetime.now(UTC)).items():
        connection.execute(found.tables[table].insert(), rows)


def _rows(now: datetime) -> dict[str, list[dict[str, Any]]]:
    numbers = range(1, MANY + 1)
    urls = {n: f"https://a.example/{n}" for n in numbers}
    page = {"lane": 3, "host": "a.example", "source": "antara", "quiet": True, "first_seen": now, "state": "read"}
    text = {"source": "antara", "lead": "L", "basis": "page", "first_seen": now, "read_at": now, "story_id": 3}
    match = {"watchlist": "japan", "rule": "r", "version": "v", "priority": "normal", "labels": {}, "evidence": []}
    return {
        "pages": [{**page, "id": n, "url": urls[n], "url_key": f"k{n}"} for n in numbers],
        "stories": [{"id": 3, "headline": "T", "first_seen": now, "latest": now}],
        "articles": [
            {**text, "id": n, "page_id": n, "url": urls[n], "title": f"T{n}", "paragraphs": [_LONG]} for n in numbers
        ],
        "matches": [{**match, "id": n, "article_id": n, "created_at": now} for n in numbers],
        "chats": [{"id": 7, "kind": "private", "role": "reader", "joined_at": now}],
        "deliveries": [{"id": 8, "key": "k", "chat_id": 7, "kind": "alert", "story_id": 3, "created_at": now}],
        "told": [{"delivery_id": 8, "story_id": 3}],
    }
