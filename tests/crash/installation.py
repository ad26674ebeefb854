"""The program over a database of either engine, as a test sees it from outside. It kills nobody by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from program import Program

Row = tuple[Any, ...]


class Installation(Program):
    """A program whose database is an address of PostgreSQL, or the file in its own state directory."""

    def __init__(self, home: Path, address: str | None = None) -> None:
        super().__init__(home)
        self.address = address
        if address is not None:
            self.settings["database"] = address  # type: ignore[assignment]

    @property
    def engine(self) -> str:
        """`sqlite` or `postgres`."""
        return "sqlite" if self.address is None else "postgres"

    def rows(self, query: str) -> list[Row]:
        """What the database says, past the program."""
        if self.address is None:
            return super().rows(query)
        with psycopg.connect(self.address) as connection:
            return connection.execute(query.encode()).fetchall()

    def change(self, statement: str) -> None:
        """Changes the database of a program that is not running."""
        if self.address is None:
            return super().change(statement)
        with psycopg.connect(self.address) as connection:
            connection.execute(statement.encode())
        return None


def moment(ago: timedelta) -> str:
    """A time so long ago, as SQL that both engines read."""
    zone_less = datetime.now(UTC).replace(tzinfo=None) - ago
    return f"'{zone_less:%Y-%m-%d %H:%M:%S.%f}'"
