"""Pages of hosts that ask for peace, and pages that hang."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fakeweb import FakeWeb, Item, Response
from feedroom import Room, feedroom

from bot.run import read as step
from bot.run.read import read
from bot.store import pages
from bot.store.pages import Page

PAGES = 4
SLOW_HOST = "127.0.0.2"


@pytest.fixture
def web() -> Iterator[FakeWeb]:
    with FakeWeb() as opened:
        links = [opened.url(f"/news/{number}", SLOW_HOST) for number in range(PAGES)]
        opened.feed("/rss.xml", [Item(f"Headline {n}", link, f"Text of {n}.") for n, link in enumerate(links)])
        yield opened


@pytest.fixture
async def room(web: FakeWeb, tmp_path: Path, now: datetime) -> AsyncIterator[Room]:
    async with feedroom(tmp_path, web, now, every="10m", slowest="24h") as opened:
        await opened.add("/rss.xml")
        await opened.poll()
        yield opened


async def _due(room: Room) -> list[Page]:
    async with room.engine.database.write() as connection:
        return await pages.claim_pages(connection, range(256), room.now, timedelta(minutes=5), 50)


async def test_a_page_that_is_held_back_for_its_host_has_lost_no_try(room: Room, web: FakeWeb) -> None:
    for number in range(PAGES):
        web.respond(f"/news/{number}", Response(b"", 429, {"Retry-After": "3600"}), host=SLOW_HOST)
    for _ in range(PAGES):
        for page in await _due(room):
            await read(room.engine, page)
        assert await _due(room) == []
        room.now += timedelta(hours=1)
    assert [len(web.asked(f"/news/{number}")) for number in range(PAGES)] == [1] * PAGES


async def test_a_page_that_finds_no_place_is_given_back_as_it_was(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step, "PATIENCE", timedelta(seconds=0.01))
    room.engine.page_room = asyncio.Semaphore(0)
    before = await room.rows("SELECT id, state, attempts FROM pages ORDER BY id")
    for page in await _due(room):
        await read(room.engine, page)
    assert await room.rows("SELECT id, state, attempts FROM pages ORDER BY id") == before
    assert len(await _due(room)) == PAGES
