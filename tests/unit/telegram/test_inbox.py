"""Updates are handled in the order of their chat, a slow one holds up no other chat, and none is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from telegram import Update

from bot.errors import StoreError
from bot.store.database import Database, open_database
from bot.store.facts import get_fact
from bot.telegram.inbox import OFFSET_FACT, Inbox, Waits

NOW = datetime(2026, 3, 10, 5, tzinfo=UTC)


@dataclass
class Server:
    """Gives what is not confirmed, as Telegram does."""

    id: int = 99
    waiting: list[dict[str, Any]] = field(default_factory=list)

    async def fetch_updates(self, arguments: dict[str, Any]) -> object:
        self.waiting = [each for each in self.waiting if each["update_id"] >= arguments["offset"]]
        if not self.waiting and arguments["timeout"]:
            await asyncio.sleep(0.02)
        return self.waiting[: arguments["limit"]]

    def says(self, number: int, chat: int) -> None:
        message = {"message_id": number, "date": 0, "chat": {"id": chat, "type": "private"}, "text": f"/{number}"}
        self.waiting.append({"update_id": number, "message": message})


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path / "k.db") as opened:
        yield opened


def inbox(server: Server, database: Database, handle: Any) -> Inbox:
    return Inbox(server, database, handle, lambda: NOW, Waits(first=0.01))  # type: ignore[arg-type]  # a fake server


async def offset(database: Database) -> int:
    async with database.read() as connection:
        stored: Any = await get_fact(connection, OFFSET_FACT)
    return int(stored[1])


async def until(condition: Any) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.01)


async def test_a_slow_answer_holds_up_no_other_chat_and_the_next_of_its_own_waits(database: Database) -> None:
    server, done, go_on = Server(), list[int](), asyncio.Event()

    async def handle(update: Update) -> None:
        if update.update_id == 1:
            await go_on.wait()
        done.append(update.update_id)

    ours = inbox(server, database, handle)
    server.says(1, chat=7)
    task = asyncio.create_task(ours.run())
    await asyncio.sleep(0.05)
    server.says(2, chat=8)
    server.says(3, chat=7)
    await until(lambda: 2 in done)
    await asyncio.sleep(0.3)
    assert done == [2]
    # A crash now would repeat the first one, and lose none.
    assert await offset(database) == 1
    go_on.set()
    await until(lambda: done == [2, 1, 3])
    await until(lambda: not server.waiting)
    assert await offset(database) == 4
    await ours.settle(1)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_what_is_being_handled_when_the_program_stops_is_done_once(database: Database) -> None:
    server, begun, done = Server(), list[int](), list[int]()

    async def handle(update: Update) -> None:
        begun.append(update.update_id)
        await asyncio.sleep(0.6)
        done.append(update.update_id)

    ours = inbox(server, database, handle)
    server.says(1, chat=7)
    task = asyncio.create_task(ours.run())
    await until(lambda: begun)
    await ours.settle(3)
    server.says(2, chat=7)
    await asyncio.wait([task], timeout=1)
    assert task.done()
    assert (begun, done, await offset(database)) == ([1], [1], 2)


async def test_what_takes_too_long_when_the_program_stops_is_given_up_and_comes_again(database: Database) -> None:
    server, begun, done = Server(), list[int](), list[int]()

    async def handle(update: Update) -> None:
        begun.append(update.update_id)
        if update.update_id == 2:
            await asyncio.sleep(60)
        done.append(update.update_id)

    ours = inbox(server, database, handle)
    server.says(1, chat=7)
    server.says(2, chat=8)
    task = asyncio.create_task(ours.run())
    await until(lambda: len(begun) == 2)
    await ours.settle(0.3)
    await asyncio.wait([task], timeout=1)
    assert (done, await offset(database)) == ([1], 2)


async def test_one_that_ends_while_it_is_written_down_that_it_has_not_is_confirmed(database: Database) -> None:
    server, done, go_on = Server(), list[int](), asyncio.Event()

    async def handle(update: Update) -> None:
        await go_on.wait()
        done.append(update.update_id)

    ours = inbox(server, database, handle)
    server.says(1, chat=7)
    async with database.write():
        task = asyncio.create_task(ours.run())
        # Longer than it is waited for: now it waits to be written down.
        await asyncio.sleep(0.5)
        go_on.set()
        await until(lambda: done == [1])
    await until(lambda: not server.waiting)
    assert (done, await offset(database)) == ([1], 2)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_what_met_a_locked_database_comes_again_and_what_was_done_does_not(database: Database) -> None:
    server, done, broken = Server(), list[int](), [2]

    async def handle(update: Update) -> None:
        if update.update_id in broken:
            broken.clear()
            raise StoreError("locked")
        done.append(update.update_id)

    ours = inbox(server, database, handle)
    for number, chat in ((1, 7), (2, 8), (3, 8), (4, 9)):
        server.says(number, chat)
    task = asyncio.create_task(ours.run())
    await until(lambda: len(done) == 4 and not server.waiting)
    assert sorted(done) == [1, 2, 3, 4]
    assert done.index(2) < done.index(3)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_single_round_handles_all_that_waits_to_its_end(database: Database) -> None:
    server, done = Server(), list[int]()

    async def handle(update: Update) -> None:
        await asyncio.sleep(0.3 if update.update_id == 1 else 0)
        done.append(update.update_id)

    ours = inbox(server, database, handle)
    server.says(1, chat=7)
    server.says(2, chat=8)
    assert await ours.round(0) == 2
    assert done == [2, 1]
    assert await ours.round(0) == 0
    assert server.waiting == []
