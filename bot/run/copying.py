"""Moves an installation from its SQLite file to PostgreSQL: copied, compared, and from then on refused where it was.
It deletes nothing, and leaves the file as a start would.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.errors import StoreError
from bot.log import get
from bot.run.setup import IN_DOUBT
from bot.settings import Settings
from bot.store import copying, doubt, feeds, home, nodes
from bot.store.copying import Difference, Key
from bot.store.database import FILE_NAME, Database, open_database
from bot.store.engines import locate
from bot.store.home import Arrival, Departure
from bot.store.lock import state_lock
from bot.tell.policy import LONG_GAP

log = get(__name__)

BATCH = 500
"""Rows read, written or compared at once."""

MOST_DIFFERENCES = 1000
"""After so many the rest is not looked at: it is another database."""

AT_WORK = timedelta(minutes=1)
"""A machine that gave a sign of life so lately may be at work."""

ELSEWHERE = "taken back from another database: it may have been sent there"


@dataclass(frozen=True, slots=True)
class Table:
    """A table that has been copied, or compared: how many rows it has, and how many of them were written now."""

    name: str
    rows: int
    written: int


@dataclass(frozen=True, slots=True)
class Moved:
    """How a copy or a comparison ended. `changed` counts by `table.column` the values PostgreSQL takes only without
    some of their characters; `before`: the copy was finished at that time already, and nothing was done."""

    source: str
    target: str
    tables: tuple[Table, ...] = ()
    changed: Counter[str] = field(default_factory=Counter)
    differences: tuple[Difference, ...] = ()
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Where the work is: in which table, whether copying or comparing, at which row of how many."""

    table: str
    comparing: bool
    at: int
    of: int


Watch = Callable[[Step | Table], None]
"""Told of each batch as a step, and of each table that is copied and compared."""


def places(settings: Settings, state_dir: Path, to: str | None) -> tuple[Path, str | None]:
    """The file to move, and the address to move it to: the given one, else the configured one. Raises StoreError where
    there is no such file or the address is none of PostgreSQL."""
    configured = settings.database.get_secret_value() if settings.database else None
    of_settings = locate(configured) if configured is not None else None
    file = of_settings.path if of_settings is not None and of_settings.path else state_dir / FILE_NAME
    if not file.exists():
        raise StoreError(f"there is no database {file} to move")
    address = to or (configured if of_settings is not None and of_settings.path is None else None)
    if address is not None and locate(address).dialect != "postgresql":
        raise StoreError("a database moves to PostgreSQL only: --to postgresql://user@host/name")
    return file, address


# --- copying --------------------------------------------------------------------------------------------------------


async def copy(file: Path, to: str, state_dir: Path, clock: Callable[[], datetime], watch: Watch) -> Moved:
    """Copies the database to the address and compares the two; goes on where an earlier run was stopped. Where they
    are the same the installation lives there from now on. Raises StoreError: while a bot runs, for a damaged file, for
    a target that holds anything else, for a row that cannot be stored there."""
    with state_lock(state_dir):
        name = locate(to).name
        async with open_database(file) as source:
            left, come = await _may_go(source, to, name)
            if left is not None and come is not None and come.done:
                return Moved(source.name, name, before=left.at)
            await _check(source)
            left = await _leave(source, name, clock())
            async with open_database(to, upgrade=True) as target:
                return await _move(source, target, left, clock, watch)


async def _may_go(source: Database, to: str, name: str) -> tuple[Departure | None, Arrival | None]:
    """What source and target know of the move so far. Raises StoreError where it may not go there."""
    async with source.read() as connection:
        left = await home.departure(connection)
    found = await copying.look(to)
    ours = found.arrival is not None and left is not None and found.arrival.id == left.id
    if left is not None and left.done and not ours:
        raise StoreError(
            f"{source.name} was moved to {left.to} at {left.at:%Y-%m-%d %H:%M} UTC; to move it elsewhere, take it back "
            "first with `kentongan copy --back`"
        )
    if found.arrival is not None and not ours:
        raise StoreError(f"{name} holds the copy of another database, or of an older state; give it an empty one")
    if found.filled is not None:
        raise StoreError(f"{name} is not empty: there are rows in '{found.filled}'; give it an empty database")
    return left, found.arrival


async def _check(source: Database) -> None:
    faults = await source.check_integrity()
    if faults:
        raise StoreError(f"{source.name} is damaged: {'; '.join(faults[:3])}")


async def _leave(source: Database, name: str, now: datetime) -> Departure:
    """From here on no bot starts on the source, and its rows stay as they are."""
    async with source.write() as connection:
        before = await home.departure(connection)
        if before is not None and before.done:
            return before
        # On PostgreSQL a start leaves such messages alone, since another machine may be sending them.
        await doubt.recover_sending(connection, now, IN_DOUBT)
        return await home.depart(connection, name, now)


async def _move(
    source: Database, target: Database, left: Departure, clock: Callable[[], datetime], watch: Watch
) -> Moved:
    async with target.write() as connection:
        come = await home.arrival(connection)
        if come is None:
            come = Arrival(left.id)
            await home.note_arrival(connection, come, clock())
        elif come.id != left.id:
            raise StoreError(f"{target.name} holds the copy of another database")
    done: list[Table] = []
    for name in copying.tables():
        if name in come.tables:
            done.append(Table(name, come.tables[name], 0))
            continue
        come, written = await _copy_table(source, target, name, come, clock, watch)
        rows, changed, differences = await _compare_table(source, target, name, watch)
        if differences:
            return Moved(source.name, target.name, tuple(done), _sum(come, changed), tuple(differences))
        come = replace(
            come, tables={**come.tables, name: rows}, table=None, after=None, changed=dict(_sum(come, changed))
        )
        async with target.write() as connection:
            await home.note_arrival(connection, come, clock())
        done.append(Table(name, rows, written))
        watch(done[-1])
    await _arrive(source, target, come, clock())
    return Moved(source.name, target.name, tuple(done), Counter(come.changed))


async def _copy_table(
    source: Database, target: Database, name: str, come: Arrival, clock: Callable[[], datetime], watch: Watch
) -> tuple[Arrival, int]:
    """Copies what is not there yet. Returns how far it came, and how many rows were written."""
    if come.table != name:
        come = replace(come, table=name, after=None)
    of = await _count(source, name)
    at = written = await _count(target, name)
    async for batch in _batches(source, name, come.after):
        come = replace(come, after=batch.keys[-1])
        async with target.write() as connection:
            await copying.write_batch(connection, batch)
            await home.note_arrival(connection, come, clock())
        at += len(batch.rows)
        watch(Step(name, False, at, of))
    return come, at - written


async def _arrive(source: Database, target: Database, come: Arrival, now: datetime) -> None:
    """First the one is left for good, then the other is begun: at no moment may a bot run on both."""
    async with source.write() as connection:
        left = await home.departure(connection)
        if left is None or not left.done:
            await home.depart(connection, target.name, now, done=True)
    async with source.read() as before, target.write() as connection:
        await copying.go_on_counting(before, connection)
        await copying.plan_anew(connection)
        await home.note_arrival(connection, replace(come, done=True), now)
    log.info("moved", source=source.name, target=target.name)


# --- comparing ------------------------------------------------------------------------------------------------------


async def verify(file: Path, to: str, state_dir: Path, watch: Watch) -> Moved:
    """Compares the database with its finished copy, value by value, and writes to neither. Raises StoreError where the
    address holds no finished copy of this file, and while a bot runs on either."""
    with state_lock(state_dir):
        async with open_database(file) as source:
            async with source.read() as connection:
                left = await home.departure(connection)
            come = (await copying.look(to)).arrival
            if come is None or left is None or come.id != left.id:
                raise StoreError(f"{locate(to).name} holds no copy of {source.name}")
            if not come.done:
                raise StoreError(f"the copy in {locate(to).name} is not finished: run `kentongan copy` again")
            async with open_database(to) as target:
                await _refuse_beside_machines(target)
                return await _compare(source, target, watch)


async def _refuse_beside_machines(target: Database) -> None:
    async with target.read() as connection:
        others = await nodes.alive(connection, AT_WORK)
    if others:
        raise StoreError(f"machines are at work on {target.name}: {', '.join(node.name for node in others)}")


async def _compare(source: Database, target: Database, watch: Watch) -> Moved:
    tables: list[Table] = []
    differences: list[Difference] = []
    changed: Counter[str] = Counter()
    for name in copying.tables():
        rows, altered, found = await _compare_table(source, target, name, watch)
        changed += altered
        differences += found
        tables.append(Table(name, rows, 0))
        watch(tables[-1])
    async with source.read() as ours, target.read() as theirs:
        differences += await copying.behind_in_counting(ours, theirs)
    return Moved(source.name, target.name, tuple(tables), changed, tuple(differences[:MOST_DIFFERENCES]))


async def _compare_table(
    source: Database, target: Database, name: str, watch: Watch
) -> tuple[int, Counter[str], list[Difference]]:
    """How many rows the source has, what of them is not stored as it is, and what is not the same in the target."""
    of = await _count(source, name)
    rows = 0
    changed: Counter[str] = Counter()
    found: list[Difference] = []
    async for batch in _batches(source, name, None):
        async with target.read() as connection:
            found += await copying.differences(connection, batch)
        rows += len(batch.rows)
        changed.update({f"{name}.{column}": times for column, times in batch.changed.items()})
        watch(Step(name, True, rows, of))
        if len(found) >= MOST_DIFFERENCES:
            break
    else:
        missing = sum(each.column is None for each in found)
        # All keys of the source but these are there; are there others?
        if await _count(target, name) != rows - missing:
            found += await _strays(source, target, name)
    return rows, changed, found[:MOST_DIFFERENCES]


async def _strays(source: Database, target: Database, name: str) -> list[Difference]:
    found: list[Difference] = []
    after: Key | None = None
    while len(found) < MOST_DIFFERENCES:
        async with source.read() as ours, target.read() as theirs:
            after, more = await copying.strays(ours, theirs, name, after, BATCH)
        found += more
        if after is None:
            break
    return found


# --- going back -----------------------------------------------------------------------------------------------------


async def back(file: Path, state_dir: Path, now: datetime) -> Departure | None:
    """Lets the bot run on the file again; where it was gone to, None where it was not moved. Where the copy was
    finished, nobody here knows what was sent there since: as after `restore`, feeds are read quietly once and messages
    under way are in doubt. Raises StoreError while a bot runs."""
    with state_lock(state_dir):
        async with open_database(file) as source, source.write() as connection:
            left = await home.departure(connection)
            if left is None:
                return None
            if left.done:
                await feeds.look_quietly(connection, now - LONG_GAP - timedelta(hours=1))
                await doubt.doubt_all(connection, ELSEWHERE)
            await home.stay(connection)
            return left


# --- both -----------------------------------------------------------------------------------------------------------


async def _batches(source: Database, name: str, after: Key | None) -> AsyncIterator[copying.Batch]:
    while True:
        async with source.read() as connection:
            await copying.take_text_as_it_is(connection)
            batch = await copying.read_batch(connection, name, after, BATCH)
        if not batch.rows:
            return
        yield batch
        after = batch.keys[-1]


async def _count(database: Database, name: str) -> int:
    async with database.read() as connection:
        return await copying.count(connection, name)


def _sum(come: Arrival, changed: Counter[str]) -> Counter[str]:
    return Counter(come.changed) + changed
