"""Reads the rows of one database and writes them into another, a batch at a time, and compares the two. When, in which
order and how often is decided in `run/copying.py`. It changes no row but for characters that PostgreSQL takes in none.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    Row,
    Select,
    String,
    Table,
    func,
    inspect,
    literal,
    select,
    text,
    tuple_,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StoreError
from bot.store import engines
from bot.store.faults import as_store_errors
from bot.store.home import ARRIVAL, DEPARTURE, Arrival, arrival_of
from bot.store.schema import OLDEST
from bot.store.tables import facts, metadata
from bot.store.words import storable

Key = tuple[int | str, ...]
"""A row's primary key."""

OF_THE_MOMENT = frozenset({"nodes", "host_turns"})
"""Tables that say what happens just now: who is at work, whose turn it is. They are not copied."""

_OF_THE_DATABASE = (ARRIVAL, DEPARTURE, OLDEST)
"""Facts about the database itself rather than the installation in it."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of a table in the order of their keys, as they are to be stored. `changed` counts, by column, the values
    that are not what they were."""

    table: str
    rows: Sequence[dict[str, Any]]
    changed: Counter[str]

    @property
    def keys(self) -> list[Key]:
        """Their primary keys."""
        names = metadata.tables[self.table].primary_key.columns.keys()
        return [tuple(row[name] for name in names) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that is not the same in both databases; without `column`, a row that is only in one of them."""

    table: str
    key: Key
    column: str | None
    why: str

    def __str__(self) -> str:
        where = f"{self.table} {', '.join(map(str, self.key))}"
        return f"{where}: {self.column}: {self.why}" if self.column else f"{where}: {self.why}"


@dataclass(frozen=True, slots=True)
class Found:
    """What is in a database before anything is written to it: how far a copy has come, or else a table with rows."""

    arrival: Arrival | None
    filled: str | None


def tables() -> list[str]:
    """The tables to copy, each after those it points to."""
    return [table.name for table in metadata.sorted_tables if table.name not in OF_THE_MOMENT]


# --- before anything is written -------------------------------------------------------------------------------------


async def look(address: str) -> Found:
    """What is in the database. It makes no tables. Raises StoreError."""
    location = engines.locate(address)
    engine = engines.reader(location)
    try:
        with as_store_errors(location):
            async with engine.connect() as connection:
                return await connection.run_sync(_look)
    finally:
        await engine.dispose()


def _look(connection: Connection) -> Found:
    present = set(inspect(connection).get_table_names())
    if facts.name in present:
        come = arrival_of(connection.scalar(select(facts.c.value).where(facts.c.name == ARRIVAL)))
        if come is not None:
            return Found(come, None)
    for table in metadata.sorted_tables:
        # Whatever its columns are: an older release may have made it.
        rows = _only_copied(select(literal(1)).select_from(table), table)
        if table.name in present and connection.scalar(rows.limit(1)):
            return Found(None, table.name)
    return Found(None, None)


# --- reading --------------------------------------------------------------------------------------------------------


async def take_text_as_it_is(connection: AsyncConnection) -> None:
    """On SQLite: what is no UTF-8 in a text is read as halves of surrogate pairs, which `storable` marks, instead of
    ending the copy. It holds for this connection until it is closed."""
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    driver.text_factory = lambda found: found.decode(errors="surrogateescape")


async def count(connection: AsyncConnection, name: str) -> int:
    """How many rows of a table are there to be copied, or have been."""
    table = metadata.tables[name]
    return int(await connection.scalar(_only_copied(select(func.count()).select_from(table), table)) or 0)


async def read_batch(connection: AsyncConnection, name: str, after: Key | None, size: int) -> Batch:
    """At most `size` rows behind a key; none where there are no more."""
    table = metadata.tables[name]
    query = _only_copied(_behind(select(table), table, after), table).limit(size)
    changed: Counter[str] = Counter()
    rows = [_stored(table, row, changed) for row in await connection.execute(query)]
    return Batch(name, rows, changed)


def _behind(query: Select[Any], table: Table, after: Key | None) -> Select[Any]:
    columns = list(table.primary_key)
    if after is not None:
        behind = [literal(value, column.type) for value, column in zip(after, columns, strict=True)]
        query = query.where(tuple_(*columns) > tuple_(*behind))
    return query.order_by(*columns)


def _only_copied(query: Select[Any], table: Table) -> Select[Any]:
    return query.where(facts.c.name.not_in(_OF_THE_DATABASE)) if table is facts else query


def _stored(table: Table, row: Row[Any], changed: Counter[str]) -> dict[str, Any]:
    values = dict(row._mapping)
    for column, value in values.items():
        sound = _sound(value)
        if sound is not value and sound != value:
            values[column] = sound
            changed[column] += 1
    return values


def _sound(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [_sound(part) for part in value]
    if isinstance(value, dict):
        return {_sound(name): _sound(part) for name, part in value.items()}
    return value


# --- writing --------------------------------------------------------------------------------------------------------


async def write_batch(connection: AsyncConnection, batch: Batch) -> None:
    """Adds the rows. Raises StoreError with the key of one that cannot be stored."""
    table = metadata.tables[batch.table]
    try:
        async with connection.begin_nested():
            await connection.execute(table.insert(), batch.rows)
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        await _find_culprit(connection, batch)
        raise


async def _find_culprit(connection: AsyncConnection, batch: Batch) -> None:
    """Adds the rows one by one. Raises StoreError at the first that cannot be stored."""
    table = metadata.tables[batch.table]
    for key, row in zip(batch.keys, batch.rows, strict=True):
        try:
            async with connection.begin_nested():
                await connection.execute(table.insert(), row)
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            # The first line says which rule is broken; the others may repeat the values.
            why = str(error.orig).strip().splitlines()[0]
            where = f"{batch.table} {', '.join(map(str, key))}"
            raise StoreError(f"the row {where} cannot be stored in PostgreSQL: {why}") from None


async def go_on_counting(source: AsyncConnection, target: AsyncConnection) -> None:
    """Ids that PostgreSQL gives come after all that SQLite ever gave: a deleted row's id is not given again, where
    SQLite kept to that. The numbers are those of `last_ids`."""
    for name, last in (await last_ids(source)).items():
        if last > 0:
            await target.execute(
                select(func.setval(func.pg_get_serial_sequence(name, "id"), literal(last, BigInteger)))
            )


async def last_ids(connection: AsyncConnection) -> dict[str, int]:
    """The last id that was given, by the name of the table that gives its rows ids of its own; 0 for none."""
    found: dict[str, int] = {}
    given = {}
    if connection.dialect.name == "sqlite":
        given = {row.name: row.seq for row in await connection.execute(text("SELECT name, seq FROM sqlite_sequence"))}
    for name in tables():
        own = metadata.tables[name].autoincrement_column
        if own is not None:
            found[name] = max(await connection.scalar(select(func.max(own))) or 0, given.get(name, 0))
    return found


async def plan_anew(connection: AsyncConnection) -> None:
    """PostgreSQL looks at the new tables, so that its first plans are not made for empty ones."""
    for name in tables():
        await connection.execute(text(f'ANALYZE "{name}"'))


# --- comparing ------------------------------------------------------------------------------------------------------


async def differences(connection: AsyncConnection, batch: Batch) -> list[Difference]:
    """What a database holds otherwise than the batch says, or not at all."""
    table = metadata.tables[batch.table]
    key_of = _key_of(table)
    there = {key_of(row): row for row in await _rows(connection, table, batch.keys)}
    as_text = [isinstance(column.type, JSON) for column in table.columns]
    found: list[Difference] = []
    for key, row in zip(batch.keys, batch.rows, strict=True):
        other = there.get(key)
        if other is None:
            found.append(Difference(batch.table, key, None, "is not in the copy"))
            continue
        for column, value, found_there, json_text in zip(table.columns, row.values(), other, as_text, strict=True):
            # Mostly they are the same: the cheaper question first. To Python 1, 1.0 and True are equal, and so are
            # mappings of another order; in JSON they are not.
            if value != found_there or (json_text and json.dumps(value) != json.dumps(found_there)):
                found.append(Difference(batch.table, key, column.name, "is not the same in the copy"))
    return found


async def strays(
    source: AsyncConnection, target: AsyncConnection, name: str, after: Key | None, size: int
) -> tuple[Key | None, list[Difference]]:
    """Of `size` rows of the target behind a key, those the source does not have; and the last key, None at the end."""
    table = metadata.tables[name]
    query = _only_copied(_behind(select(*table.primary_key), table, after), table).limit(size)
    keys: list[Key] = [tuple(row) for row in await target.execute(query)]
    if not keys:
        return None, []
    known = set(map(_key_of(table), await _rows(source, table, keys)))
    return keys[-1], [Difference(name, key, None, "is only in the copy") for key in keys if key not in known]


async def behind_in_counting(source: AsyncConnection, target: AsyncConnection) -> list[Difference]:
    """The tables of the target whose next row would get an id that the source has given."""
    found: list[Difference] = []
    for name, last in (await last_ids(source)).items():
        sequence = func.pg_sequence_last_value(func.pg_get_serial_sequence(name, "id"))
        if last > (await target.scalar(select(sequence)) or 0):
            found.append(Difference(name, (last,), "id", "its number may be given again in the copy"))
    return found


async def _rows(connection: AsyncConnection, table: Table, keys: Sequence[Key]) -> Sequence[Row[Any]]:
    """The rows with these keys, and perhaps others between them."""
    columns = list(table.primary_key)
    if any(isinstance(column.type, String) for column in columns):
        # Few tables, of few rows. Others may lie between: the engines put texts in different orders.
        query = select(table).where(tuple_(*columns).in_(keys))
    else:
        first, last = ([literal(n, column.type) for n, column in zip(key, columns, strict=True)] for key in _ends(keys))
        query = select(table).where(tuple_(*columns) >= tuple_(*first), tuple_(*columns) <= tuple_(*last))
    rows: Sequence[Row[Any]] = (await connection.execute(_only_copied(query, table))).all()
    return rows


def _ends(keys: Sequence[Key]) -> tuple[Key, Key]:
    return keys[0], keys[-1]


def _key_of(table: Table) -> Callable[[Sequence[Any]], Key]:
    """What gives the key of a row of this table."""
    at = [number for number, column in enumerate(table.columns) if column.primary_key]
    return lambda row: tuple(row[number] for number in at)
