"""Where an installation lives: notes in a database that was moved to another, and in the one it was moved to. It moves
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StoreError
from bot.store.database import Database
from bot.store.facts import get_fact, set_fact
from bot.store.tables import facts

DEPARTURE = "moved_to"
"""The fact of a database that is moved, or was."""

ARRIVAL = "moved_from"
"""The fact of a database that holds a copy, or is about to."""


@dataclass(frozen=True, slots=True)
class Departure:
    """The installation goes to the database `to`, without a password, since `at`; `done`: it lives there. `id` is this
    move's own: whoever takes a move back and begins another has other rows."""

    id: str
    to: str
    at: datetime
    done: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """How far a move has come. `tables` holds the rows of those that are copied and compared; of the next one, `table`,
    everything up to the key `after` is there. `changed` counts by `table.column` the values no PostgreSQL takes as
    they were. `done`: all is there, and a bot may run on it."""

    id: str
    tables: Mapping[str, int] = field(default_factory=dict)
    table: str | None = None
    after: tuple[int | str, ...] | None = None
    changed: Mapping[str, int] = field(default_factory=dict)
    done: bool = False


async def refuse_elsewhere(database: Database) -> None:
    """Raises StoreError where a bot must not run on this database: it was moved to another, or is on its way."""
    async with database.read() as connection:
        left, come = await departure(connection), await arrival(connection)
    if come is not None and not come.done:
        raise StoreError(f"the copy in {database.name} is not finished: run `kentongan copy` again, where it began")
    if left is not None and left.done:
        raise StoreError(
            f"{database.name} was moved to {left.to} at {left.at:%Y-%m-%d %H:%M} UTC: set `database` to that; "
            "`kentongan copy --back` takes it back"
        )
    if left is not None:
        raise StoreError(
            f"{database.name} is being moved to {left.to}: finish it with `kentongan copy`, or take it back with "
            "`kentongan copy --back`"
        )


# --- the database that is left --------------------------------------------------------------------------------------


async def departure(connection: AsyncConnection) -> Departure | None:
    """Where the installation in this database goes or went; None where it stays."""
    value = await get_fact(connection, DEPARTURE)
    if not isinstance(value, dict):
        return None
    return Departure(value["id"], value["to"], datetime.fromisoformat(value["at"]), value["done"])


async def depart(connection: AsyncConnection, to: str, now: datetime, *, done: bool = False) -> Departure:
    """Notes where it goes, or that it has gone, and returns that; the move's id stays the same."""
    before = await departure(connection)
    left = Departure(before.id if before else token_hex(16), to, now, done)
    value = {"id": left.id, "to": left.to, "at": left.at.isoformat(), "done": left.done}
    await set_fact(connection, DEPARTURE, value, now)
    return left


async def stay(connection: AsyncConnection) -> None:
    """Takes the note away: the installation lives here."""
    await connection.execute(delete(facts).where(facts.c.name == DEPARTURE))


# --- the database it goes to ----------------------------------------------------------------------------------------


async def arrival(connection: AsyncConnection) -> Arrival | None:
    """How far the copy in this database has come; None where it holds none."""
    return arrival_of(await get_fact(connection, ARRIVAL))


async def note_arrival(connection: AsyncConnection, come: Arrival, now: datetime) -> None:
    """Writes down how far the copy has come."""
    value: dict[str, Any] = {
        "id": come.id,
        "tables": dict(come.tables),
        "table": come.table,
        "after": None if come.after is None else list(come.after),
        "changed": dict(come.changed),
        "done": come.done,
    }
    await set_fact(connection, ARRIVAL, value, now)


def arrival_of(value: object) -> Arrival | None:
    """The note as the fact holds it."""
    if not isinstance(value, dict):
        return None
    after = None if value["after"] is None else tuple(value["after"])
    return Arrival(**{**value, "after": after})
