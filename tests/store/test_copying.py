"""Rows that are copied from SQLite to PostgreSQL: each value as it was, whatever it is, and what differs is named."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta, timezone
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
from rows import ANALYST, MINUTE, a_chat, a_feed, a_story
from sqlalchemy import JSON, Boolean, Column, Float, Integer, String, Table, insert, inspect, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StoreError
from bot.model import DeliveryKind, DeliveryStatus
from bot.run import copying as run_copying
from bot.run.copying import Moved, Step, back, copy, verify
from bot.run.copying import Table as Copied
from bot.store import copying, deliveries, facts, home, nodes, stories
from bot.store.database import Database, open_database
from bot.store.deliveries import Order
from bot.store.tables import Id, Utc, articles, metadata, pages
from bot.store.tables import chats as chats_table
from bot.store.tables import deliveries as deliveries_table
from bot.store.tables import facts as facts_table
from postgres import Cluster

ROWS = 7
"""Rows of each table: more than one batch of three."""

DATES = [
    datetime(1893, 5, 1, 3, 4, 5, 678901, UTC),
    datetime(2, 1, 1, tzinfo=UTC),
    datetime(2026, 3, 10, 4, 59, 59, tzinfo=timezone(timedelta(hours=9))),
    datetime(9999, 12, 31, 0, 0, 0, 1, UTC),
]
TEXTS = ["", "Jepang\n\t日本 🥁", "a\x00b\x00", "' \" \\ % %s :name {x}", "\ufffd", " ", "null"]
JSONS: list[Any] = [
    [],
    {"z": 1, "a": [1.5, True, None, 2**60], "": {}},
    ["a\x00b", {"k\x00": "\ud800"}],
    "text",
    0,
    [1.0, 1e300, -0.0],
    {"日本": "🥁"},
]


@pytest.fixture
def state(tmp_path: Path, sqlite_template: Path) -> Path:
    """A state directory with a database that has all tables and no rows."""
    folder = tmp_path / "state"
    folder.mkdir()
    (folder / "kentongan.db").write_bytes(sqlite_template.read_bytes())
    return folder


@pytest.fixture(scope="session")
def all_tables(postgres: Cluster) -> str:
    """The address of a database that these tests share, one after another, on a server whose own zone is not UTC."""
    name = postgres.create()
    postgres.execute(f"ALTER DATABASE \"{name}\" SET timezone TO 'Asia/Jakarta'")

    async def migrate() -> None:
        async with open_database(postgres.url(name)):
            pass

    asyncio.run(migrate())
    return postgres.url(name)


@pytest.fixture
def target(postgres: Cluster, all_tables: str) -> str:
    """The address of a database that has all tables and no rows."""
    postgres.execute(";".join(f"DELETE FROM {table}" for table in reversed(metadata.sorted_tables)), all_tables)
    return all_tables


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_copying, "BATCH", 3)


@asynccontextmanager
async def opened(state: Path) -> AsyncIterator[AsyncConnection]:
    """The file of this state directory, for writing."""
    async with open_database(state / "kentongan.db") as database, database.write() as connection:
        yield connection


async def _fill(connection: AsyncConnection) -> None:
    """Rows in every table there is, with every kind of value its columns can hold on SQLite."""
    for table in metadata.sorted_tables:
        await connection.execute(insert(table), [_row(table, number) for number in range(1, ROWS + 1)])


def _row(table: Table, number: int) -> dict[str, Any]:
    return {column.name: _value(column, number) for column in table.columns}


def _value(column: Column[Any], number: int) -> Any:
    for key in column.foreign_keys:
        return _value(key.column, number)
    if column.nullable and number % 3 == 0:
        return None
    kind = column.type
    if isinstance(kind, Utc):
        return DATES[number % len(DATES)]
    if isinstance(kind, JSON):
        return JSONS[number % len(JSONS)]
    if isinstance(kind, Boolean):
        return number % 2 == 0
    if isinstance(kind, Float):
        return (number - 3) / 7
    if isinstance(kind, String):
        told_apart = f"{number:02}" if column.primary_key or column.unique or _in_a_key(column) else ""
        room = kind.length or 4000
        return (TEXTS[number % len(TEXTS)] + told_apart)[-room:] if told_apart else TEXTS[number % len(TEXTS)][:room]
    if column.name == "id" and column.primary_key and column.autoincrement is True:
        return number
    if isinstance(kind, Integer) and not isinstance(kind, type(Id)):
        return [number, -number][number % 2]
    # Telegram's ids of groups, and hashes: beyond 32 bits, below nothing.
    return [-1_001_234_567_890 - number, 2**63 - number][number % 2]


def _in_a_key(column: Column[Any]) -> bool:
    table = column.table
    return any(
        column.name in [each.name for each in one.columns] for one in table.constraints if hasattr(one, "columns")
    )


async def _copy(state: Path, target: str, now: datetime, steps: list[Step | Copied] | None = None) -> Moved:
    watch = steps.append if steps is not None else lambda _: None
    return await copy(state / "kentongan.db", target, state, lambda: now, watch)


async def _verify(state: Path, target: str) -> Moved:
    return await verify(state / "kentongan.db", target, state, lambda _: None)


async def _rows(address: str | Path, table: Table) -> list[tuple[Any, ...]]:
    async with open_database(address) as database, database.read() as connection:
        return [tuple(row) for row in await connection.execute(select(table).order_by(*table.primary_key))]


# --- what is copied -------------------------------------------------------------------------------------------------


async def test_every_row_of_every_table_is_there_with_the_values_it_had(
    state: Path, target: str, now: datetime
) -> None:
    async with opened(state) as connection:
        await _fill(connection)
    moved = await _copy(state, target, now)
    assert moved.differences == ()
    assert {table.name: table.rows for table in moved.tables} == dict.fromkeys(copying.tables(), ROWS)
    # Not by the program's own comparison alone.
    for table in metadata.sorted_tables:
        if table.name in copying.OF_THE_MOMENT or table is facts_table:
            continue
        ours, theirs = await _rows(state / "kentongan.db", table), await _rows(target, table)
        cleaned = [tuple(_clean(value) for value in row) for row in ours]
        by_key = itemgetter(*(n for n, column in enumerate(table.columns) if column.primary_key))
        assert sorted(theirs, key=by_key) == sorted(cleaned, key=by_key), table.name


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")
    if isinstance(value, list):
        return [_clean(part) for part in value]
    return {_clean(name): _clean(part) for name, part in value.items()} if isinstance(value, dict) else value


async def test_what_happens_just_now_is_not_copied(state: Path, target: str, now: datetime) -> None:
    async with opened(state) as connection:
        await _fill(connection)
    await _copy(state, target, now)
    for name in copying.OF_THE_MOMENT:
        assert await _rows(target, metadata.tables[name]) == []


def test_every_table_that_is_not_of_the_moment_is_copied_after_those_it_points_to() -> None:
    order = copying.tables()
    assert set(order) == set(metadata.tables) - copying.OF_THE_MOMENT
    for name in order:
        for key in metadata.tables[name].foreign_keys:
            # One that points to itself, or in a circle, could not be copied in this order.
            assert order.index(key.column.table.name) < order.index(name)


async def test_characters_that_postgresql_does_not_take_are_marked_and_counted(
    state: Path, target: str, now: datetime
) -> None:
    async with opened(state) as connection:
        await a_feed(connection, now)
        await connection.execute(insert(pages), [_page(n, now, url=f"https://a.example/{n}\x00") for n in (1, 2)])
        row = _article(1, now) | {"title": "a\x00b", "paragraphs": ["\ud83e", "fine", "\x00"]}
        await connection.execute(insert(articles), row)
    with closing(sqlite3.connect(state / "kentongan.db")) as connection, connection:
        # No release wrote this; a file that was mended by hand may hold it.
        connection.execute("UPDATE articles SET lead = CAST(x'4ae9' AS TEXT)")
    moved = await _copy(state, target, now)
    assert moved.changed == {"pages.url": 2, "articles.title": 1, "articles.paragraphs": 1, "articles.lead": 1}
    ((title, lead, paragraphs),) = await _columns(target, articles.c.title, articles.c.lead, articles.c.paragraphs)
    assert (title, lead, paragraphs) == ("a\ufffdb", "J\ufffd", ["\ufffd", "fine", "\ufffd"])
    assert (await _verify(state, target)).differences == ()


def _page(number: int, now: datetime, **changes: Any) -> dict[str, Any]:
    known = {"id": number, "url": f"https://a.example/{number}", "url_key": f"k{number}", "lane": 3, "first_seen": now}
    return {**known, "host": "a.example", "source": "antara", **changes}


def _article(number: int, now: datetime) -> dict[str, Any]:
    known = {"id": number, "page_id": number, "source": "antara", "url": f"https://a.example/{number}", "title": "T"}
    return {**known, "lead": "L", "paragraphs": ["P"], "basis": "page", "first_seen": now, "read_at": now}


async def _columns(address: str | Path, *columns: Any) -> list[tuple[Any, ...]]:
    async with open_database(address) as database, database.read() as connection:
        return [tuple(row) for row in await connection.execute(select(*columns))]


async def test_a_new_row_gets_an_id_that_no_row_ever_had(state: Path, target: str, now: datetime) -> None:
    async with opened(state) as connection:
        feed_id = await a_feed(connection, now)
        for number in range(1, 4):
            last, _ = await a_story(connection, feed_id, number, now)
        # A button in an old message must not lead to another story.
        await connection.execute(text("UPDATE articles SET story_id = NULL"))
        await connection.execute(text("DELETE FROM stories"))
    await _copy(state, target, now)
    async with open_database(target) as database, database.write() as connection:
        assert await stories.new_story(connection, "H", now) == last + 1
        assert await a_feed(connection, now, number=2) == feed_id + 1


async def test_a_database_without_tables_gets_them(state: Path, postgres: Cluster, now: datetime) -> None:
    target = postgres.url(postgres.create())
    moved = await _copy(state, target, now)
    assert sum(table.rows for table in moved.tables) == 0 and moved.differences == ()
    async with open_database(target) as database, database.write() as connection:
        assert await a_feed(connection, now) == 1


async def test_a_message_that_was_being_sent_is_in_doubt_and_repeated_once(
    state: Path, target: str, now: datetime
) -> None:
    async with opened(state) as connection:
        await a_chat(connection, now)
        for number, kind in enumerate((DeliveryKind.ALERT, DeliveryKind.DIGEST)):
            order = Order(f"k{number}", ANALYST, kind, due_at=now)
            assert await deliveries.order(connection, order, now)
        await connection.execute(update(deliveries_table).values(status=DeliveryStatus.SENDING, due_at=now + MINUTE))
    await _copy(state, target, now)
    c = deliveries_table.c
    found = await _columns(target, c.kind, c.status, c.due_at)
    assert sorted(found) == [
        ("alert", "uncertain", now + timedelta(seconds=5)),
        ("digest", "uncertain", None),
    ]


# --- stopped and begun again ----------------------------------------------------------------------------------------


class Stopped(Exception):
    pass


async def test_stopped_at_any_batch_it_goes_on_and_ends_with_the_same_rows(
    state: Path, target: str, now: datetime
) -> None:
    async with opened(state) as connection:
        await _fill(connection)
    written: dict[str, int] = {}
    stops = 0
    while True:
        left = 23

        def stop(step: Step | Copied) -> None:
            nonlocal left
            if isinstance(step, Copied):
                written[step.name] = written.get(step.name, 0) + step.written
            left -= 1
            if left == 0:
                raise Stopped

        try:
            moved = await copy(state / "kentongan.db", target, state, lambda: now, stop)
        except Stopped:
            stops += 1
            for place in (state / "kentongan.db", target):
                async with open_database(place) as database:
                    with pytest.raises(StoreError, match=r"is being moved|is not finished"):
                        await home.refuse_elsewhere(database)
            continue
        break
    assert stops > 5, stops
    assert moved.differences == () and (await _verify(state, target)).differences == ()
    assert {table.name: table.rows for table in moved.tables} == dict.fromkeys(copying.tables(), ROWS)
    # Nothing was begun anew: no table had more rows written than it has.
    assert all(number <= ROWS for number in written.values())


async def test_stopped_between_the_two_last_notes_it_is_finished_by_another_run(
    state: Path, target: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(state) as connection:
        await _fill(connection)

    async def stop(_connection: AsyncConnection) -> None:
        raise Stopped

    with monkeypatch.context() as patched, pytest.raises(Stopped):
        patched.setattr(copying, "plan_anew", stop)
        await _copy(state, target, now)
    assert await _refusals(state, target) == ["was moved to", "is not finished"]
    assert (await _copy(state, target, now)).before is None
    assert await _refusals(state, target) == ["was moved to", ""]
    assert (await _copy(state, target, now)).before == now


async def _refusals(state: Path, target: str) -> list[str]:
    """Why a bot may not run on the one, and on the other."""
    said = []
    for place in (state / "kentongan.db", target):
        async with open_database(place) as database:
            try:
                await home.refuse_elsewhere(database)
            except StoreError as error:
                known = ("was moved to", "is being moved", "is not finished")
                said.append(next(words for words in known if words in str(error)))
            else:
                said.append("")
    return said


# --- what is refused ------------------------------------------------------------------------------------------------


async def test_a_target_with_anothers_rows_is_refused_and_nothing_is_written(
    state: Path, target: str, now: datetime
) -> None:
    async with open_database(target) as database, database.write() as connection:
        await facts.set_fact(connection, "tick", "x", now)
    with pytest.raises(StoreError, match="is not empty: there are rows in 'facts'"):
        await _copy(state, target, now)
    async with open_database(target) as database, database.write() as connection:
        await connection.execute(text("DELETE FROM facts WHERE name = 'tick'"))
        await a_chat(connection, now)
    with pytest.raises(StoreError, match="is not empty: there are rows in 'chats'"):
        await _copy(state, target, now)
    assert await _refusals(state, target) == ["", ""]


async def test_a_refused_target_keeps_the_schema_it_had(state: Path, postgres: Cluster, now: datetime) -> None:
    url = postgres.url(postgres.create())
    postgres.execute("CREATE TABLE chats (id bigint); INSERT INTO chats VALUES (1)", url)
    with pytest.raises(StoreError, match="is not empty: there are rows in 'chats'"):
        await _copy(state, url, now)

    def names(connection: Any) -> list[str]:
        return list(inspect(connection).get_table_names())

    database = Database(copying.engines.locate(url))
    async with database.read() as connection:
        assert await connection.run_sync(names) == ["chats"]
    await database.close()


async def test_the_copy_of_another_database_is_refused(
    state: Path, target: str, now: datetime, tmp_path: Path, sqlite_template: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "kentongan.db").write_bytes(sqlite_template.read_bytes())
    await _copy(other, target, now)
    with pytest.raises(StoreError, match="holds the copy of another database"):
        await _copy(state, target, now)
    with pytest.raises(StoreError, match="holds no copy of"):
        await _verify(state, target)
    assert await _refusals(state, target) == ["", ""]


async def test_a_half_way_move_to_one_place_goes_on_with_no_other_ones_copy(
    state: Path, target: str, now: datetime, tmp_path: Path, sqlite_template: Path, postgres: Cluster
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "kentongan.db").write_bytes(sqlite_template.read_bytes())
    async with opened(state) as connection:
        await a_chat(connection, now)
    with pytest.raises(Stopped):
        await copy(state / "kentongan.db", postgres.url(postgres.create()), state, lambda: now, _stop)
    await _copy(other, target, now)
    with pytest.raises(StoreError, match="holds the copy of another database"):
        await _copy(state, target, now)


async def test_a_copy_that_was_taken_back_is_not_gone_on_with(state: Path, target: str, now: datetime) -> None:
    async with opened(state) as connection:
        await _fill(connection)
    with pytest.raises(Stopped):
        await copy(state / "kentongan.db", target, state, lambda: now, _stop)
    await back(state / "kentongan.db", state, now)
    # The bot may have run meanwhile: rows that are there already may be others now.
    with pytest.raises(StoreError, match="or of an older state"):
        await _copy(state, target, now)


def _stop(_step: Step | Copied) -> None:
    raise Stopped


async def test_a_moved_database_moves_nowhere_else(state: Path, target: str, now: datetime, postgres: Cluster) -> None:
    await _copy(state, target, now)
    with pytest.raises(StoreError, match=r"was moved to .* at 2026-03-10 04:59 UTC; .*--back"):
        await _copy(state, postgres.url(postgres.create()), now)


async def test_a_row_that_cannot_be_stored_is_named(state: Path, target: str, now: datetime) -> None:
    async with opened(state) as connection:
        await a_chat(connection, now, -1001234567890)
        await a_chat(connection, now)
        await connection.execute(update(chats_table).where(chats_table.c.id == 7).values(role="r" * 11))
    with pytest.raises(StoreError, match=r"^the row chats 7 cannot be stored in PostgreSQL: value too long.*\(10\)$"):
        await _copy(state, target, now)
    async with opened(state) as connection:
        await connection.execute(update(chats_table).where(chats_table.c.id == 7).values(role="reader"))
    assert (await _copy(state, target, now)).differences == ()


async def test_a_damaged_file_is_not_moved(state: Path, target: str, now: datetime) -> None:
    with closing(sqlite3.connect(state / "kentongan.db")) as connection, connection:
        connection.execute("INSERT INTO feed_items VALUES (5, '')")
    with pytest.raises(StoreError, match="is damaged: a row of feed_items points nowhere"):
        await _copy(state, target, now)
    assert await _refusals(state, target) == ["", ""]


async def test_while_a_bot_runs_nothing_is_copied(state: Path, target: str, now: datetime) -> None:
    from bot.store.lock import state_lock

    with state_lock(state):
        for work in (_copy(state, target, now), _verify(state, target), back(state / "kentongan.db", state, now)):
            with pytest.raises(StoreError, match="another kentongan"):
                await work
    assert await _refusals(state, target) == ["", ""]


# --- compared -------------------------------------------------------------------------------------------------------


@pytest.fixture
async def moved(state: Path, target: str, now: datetime) -> AsyncIterator[str]:
    """The address of a finished copy with rows in every table."""
    async with opened(state) as connection:
        await _fill(connection)
    await _copy(state, target, now)
    yield target


async def test_every_column_of_every_table_is_compared(state: Path, moved: str, postgres: Cluster) -> None:
    expected = set()
    for name in copying.tables():
        table = metadata.tables[name]
        keys = {column.name for one in table.constraints if hasattr(one, "columns") for column in one.columns}
        mine = "name NOT IN ('oldest_program', 'moved_from')" if table is facts else "true"
        for column in table.columns:
            if column.name in keys:
                continue
            first = f'SELECT ctid FROM "{name}" WHERE "{column.name}" IS NOT NULL AND {mine} LIMIT 1'
            postgres.execute(f'UPDATE "{name}" SET "{column.name}" = {_other(column)} WHERE ctid = ({first})', moved)
            expected.add((name, column.name))
    found = {(each.table, each.column) for each in (await _verify(state, moved)).differences}
    assert found == expected


def _other(column: Column[Any]) -> str:
    """A value that none of the rows has."""
    if isinstance(column.type, Utc):
        return f"\"{column.name}\" - interval '1 microsecond'"
    if isinstance(column.type, JSON):
        return "'\"other\"'"
    if isinstance(column.type, Boolean):
        return f'NOT "{column.name}"'
    if isinstance(column.type, String):
        return "'x'"
    return "3333"


async def test_a_row_that_is_gone_or_came_by_itself_is_named(
    state: Path, moved: str, postgres: Cluster, now: datetime
) -> None:
    postgres.execute("DELETE FROM told WHERE delivery_id = 2", moved)
    postgres.execute("INSERT INTO told (delivery_id, story_id) VALUES (6, 1)", moved)
    found = (await _verify(state, moved)).differences
    assert {str(each) for each in found} == {"told 2, 2: is not in the copy", "told 6, 1: is only in the copy"}


async def test_beside_machines_at_work_nothing_is_compared(state: Path, moved: str) -> None:
    async with open_database(moved) as database, database.write() as connection:
        node = await nodes.join_in(connection, "a:1:ff", "0.1", "c")
    with pytest.raises(StoreError, match=r"machines are at work on postgresql://.*: a:1:ff"):
        await _verify(state, moved)
    async with open_database(moved) as database, database.write() as connection:
        await nodes.leave(connection, node)
    assert (await _verify(state, moved)).differences == ()


async def test_numbers_that_would_be_given_again_are_named(state: Path, moved: str, postgres: Cluster) -> None:
    postgres.execute("SELECT setval('deliveries_id_seq', 3)", moved)
    (found,) = (await _verify(state, moved)).differences
    assert (found.table, found.column) == ("deliveries", "id")


async def test_json_that_python_calls_equal_is_not_the_same(
    state: Path, target: str, now: datetime, postgres: Cluster
) -> None:
    ones: list[Any] = [1, 1, {"a": 1, "b": 2}, None]
    others: list[Any] = [True, 1.0, {"b": 2, "a": 1}, []]
    async with opened(state) as connection:
        for number, one in enumerate(ones):
            await facts.set_fact(connection, f"x{number}", one, now)
    await _copy(state, target, now)
    for number, other in enumerate(others):
        postgres.execute(f"UPDATE facts SET value = '{json.dumps(other)}' WHERE name = 'x{number}'", target)
    found = [str(each) for each in (await _verify(state, target)).differences]
    assert found == [f"facts x{number}: value: is not the same in the copy" for number in range(4)]


async def test_a_difference_found_at_once_leaves_the_copy_unfinished(
    state: Path, target: str, now: datetime, postgres: Cluster
) -> None:
    async with opened(state) as connection:
        await _fill(connection)

    def meddle(step: Step | Copied) -> None:
        if isinstance(step, Step) and step.table == "stories" and not step.comparing and step.at == ROWS:
            postgres.execute("UPDATE stories SET headline = 'other' WHERE id = 1", target)

    found = await copy(state / "kentongan.db", target, state, lambda: now, meddle)
    assert [(each.table, each.key, each.column) for each in found.differences] == [("stories", (1,), "headline")]
    assert await _refusals(state, target) == ["is being moved", "is not finished"]
    with pytest.raises(StoreError, match="is not finished"):
        await _verify(state, target)


# --- going back -----------------------------------------------------------------------------------------------------


async def test_a_finished_move_is_taken_back_as_a_backup_is_put_back(state: Path, target: str, now: datetime) -> None:
    async with opened(state) as connection:
        feed_id = await a_feed(connection, now)
        await connection.execute(text("UPDATE feeds SET last_success = :now"), {"now": "2026-03-10 04:00:00.000000"})
        await a_chat(connection, now)
        assert await deliveries.order(connection, Order("k", ANALYST, DeliveryKind.ALERT, due_at=now), now)
    await _copy(state, target, now)
    left = await back(state / "kentongan.db", state, now)
    assert left is not None and left.done and left.to.startswith("postgresql://")
    assert (await _refusals(state, target))[0] == ""
    c = deliveries_table.c
    assert await _columns(state / "kentongan.db", c.status, c.due_at) == [("uncertain", None)]
    ((last,),) = await _columns(state / "kentongan.db", metadata.tables["feeds"].c.last_success)
    assert last < now - timedelta(hours=24) and feed_id == 1


async def test_a_move_that_was_not_finished_is_taken_back_without_a_trace(
    state: Path, target: str, now: datetime
) -> None:
    async with opened(state) as connection:
        await _fill(connection)
        await a_chat(connection, now)
        assert await deliveries.order(connection, Order("k", ANALYST, DeliveryKind.ALERT, due_at=now), now)
    before = await _rows(state / "kentongan.db", deliveries_table)
    with pytest.raises(Stopped):
        await copy(state / "kentongan.db", target, state, lambda: now, _stop)
    left = await back(state / "kentongan.db", state, now)
    assert left is not None and not left.done
    assert await _rows(state / "kentongan.db", deliveries_table) == before
    assert (await _refusals(state, target))[0] == ""


async def test_what_was_not_moved_need_not_be_taken_back(state: Path, now: datetime) -> None:
    assert await back(state / "kentongan.db", state, now) is None
