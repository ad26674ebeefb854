"""A feed lists its archive anew: under other ids, other addresses, in another order, or with what nobody has seen. Old
news rings for nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from fakefeeds import Item
from fakeweb import FakeWeb
from feedroom import Room, feedroom

OLD = 300
DAY = timedelta(days=1)


@pytest.fixture
def web() -> Iterator[FakeWeb]:
    with FakeWeb() as made:
        yield made


@pytest.fixture
async def room(tmp_path: Path, web: FakeWeb, now: datetime) -> AsyncIterator[Room]:
    async with feedroom(tmp_path, web, now, every="10m") as made:
        yield made


def entry(number: int, now: datetime) -> Item:
    """A report of so many days ago."""
    title = f"Report {number} of the harbour of town {number * 7}"
    summary = f"Ship {number} has come to town {number * 7}."
    return Item(title, f"/news/{number}", summary, now - number * DAY, guid=f"id-{number}")


def archive(now: datetime) -> list[Item]:
    return [entry(number, now) for number in range(1, OLD + 1)]


def shuffled(items: list[Item]) -> list[Item]:
    return Random(7).sample(items, len(items))


async def known(room: Room, web: FakeWeb, items: list[Item]) -> None:
    """The feed has listed these, and they are old hat by now."""
    web.feed("/rss.xml", items)
    await room.add("/rss.xml")
    await room.poll()
    assert await room.entries() == len(items)
    room.now += timedelta(hours=1)


async def ringing(room: Room) -> int:
    """How many pages are waiting to be read that may raise an alert."""
    ((count,),) = await room.rows("SELECT count(*) FROM pages WHERE NOT quiet")
    assert isinstance(count, int)
    return count


RENAMED = {
    "other ids": lambda item: replace(item, guid=f"new-{item.guid}"),
    "no ids": lambda item: replace(item, guid=None),
    "other dates": lambda item: replace(item, published=None),
    "decorated addresses": lambda item: replace(item, path=f"{item.path}?utm_source=rss", guid=f"new-{item.guid}"),
}


@pytest.mark.parametrize("how", RENAMED)
async def test_an_archive_listed_anew_in_another_order_brings_no_entry(room: Room, web: FakeWeb, how: str) -> None:
    await known(room, web, archive(room.now))
    web.feed("/rss.xml", [RENAMED[how](item) for item in shuffled(archive(room.now - timedelta(hours=1)))])
    (result,) = await room.poll()
    assert (result.outcome, result.new) == ("read", 0)
    assert await room.entries() == OLD
    assert await ringing(room) == 0


async def test_an_archive_that_moved_to_other_addresses_rings_for_nobody(room: Room, web: FakeWeb) -> None:
    items = archive(room.now)
    await known(room, web, items)
    web.feed("/rss.xml", [replace(item, path=f"/2026{item.path}", guid=f"new-{item.guid}") for item in shuffled(items)])
    await room.poll()
    assert await ringing(room) == 0


async def test_an_archive_that_nobody_has_seen_rings_for_nobody(room: Room, web: FakeWeb) -> None:
    items = archive(room.now)
    await known(room, web, items[:20])
    web.feed("/rss.xml", shuffled(items))
    (result,) = await room.poll()
    assert result.new == OLD - 20
    assert await ringing(room) == 0


async def test_an_archive_that_left_the_feed_and_comes_back_is_known(room: Room, web: FakeWeb) -> None:
    items = archive(room.now)
    await known(room, web, items)
    web.feed("/rss.xml", items[:5])
    await room.next()
    web.feed("/rss.xml", shuffled([replace(item, guid=f"new-{item.guid}") for item in items]))
    (result,) = await room.next()
    assert result.new == 0


async def test_what_is_new_beside_an_archive_listed_anew_still_rings(room: Room, web: FakeWeb) -> None:
    items = archive(room.now)
    await known(room, web, items)
    news = Item("A storm has shut the harbour", "/news/storm", "Ships wait.", room.now, guid="storm")
    web.feed("/rss.xml", shuffled([replace(item, guid=f"new-{item.guid}") for item in [*items, news]]))
    (result,) = await room.poll()
    assert result.new == 1
    assert await ringing(room) == 1
