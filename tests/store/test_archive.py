"""The archive read in bulk, on both engines."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from itertools import chain

from rows import MINUTE, SOURCES, a_feed, a_page, a_story, article

from bot.store import archive, articles, stories
from bot.store.database import Database

DAY = timedelta(days=1)


async def _filled(database: Database, now: datetime, days: int) -> list[int]:
    """The ids of one article a day, the last one seen now."""
    ids = []
    async with database.write() as connection:
        feed = await a_feed(connection, now)
        for number in range(days):
            seen = now - DAY * (days - 1 - number)
            page = await a_page(connection, feed, number, seen)
            ids.append(await articles.save_article(connection, page, article(number), seen, now))
    return ids


async def _read(database: Database, since: datetime, until: datetime, size: int = 2) -> list[list[int]]:
    async with database.read() as connection:
        wanted = await archive.stretch(connection, since, until)
    return [[stored.id for stored in chunk] async for chunk in archive.chunks(database, wanted, size)]


async def test_a_stretch_says_how_much_there_is(database: Database, now: datetime) -> None:
    ids = await _filled(database, now, 5)
    async with database.read() as connection:
        found = await archive.stretch(connection, now - 3 * DAY, now - DAY)
    assert (found.articles, found.first, found.last) == (3, ids[1], ids[3])
    assert found.earliest == now - 3 * DAY


async def test_an_empty_stretch_has_no_chunks(database: Database, now: datetime) -> None:
    async with database.read() as connection:
        found = await archive.stretch(connection, now - DAY, now)
    assert (found.articles, found.earliest) == (0, now - DAY)
    assert await _read(database, now - DAY, now) == []


async def test_chunks_hold_every_article_of_the_time_once(database: Database, now: datetime) -> None:
    ids = await _filled(database, now, 5)
    assert await _read(database, now - 9 * DAY, now) == [ids[:2], ids[2:4], ids[4:]]
    assert [*chain(*await _read(database, now - 3 * DAY, now - DAY))] == ids[1:4]


async def test_an_article_of_another_time_between_them_is_left_out(database: Database, now: datetime) -> None:
    ids = await _filled(database, now, 3)
    async with database.write() as connection:
        page = await a_page(connection, await a_feed(connection, now, number=2), 10, now)
        await articles.save_article(connection, page, article(10), now - 30 * DAY, now)
        late = await articles.save_article(
            connection,
            await a_page(connection, await a_feed(connection, now, number=3), 11, now),
            article(11),
            now,
            now,
        )
    assert [*chain(*await _read(database, now - 5 * DAY, now, 100))] == [*ids, late]


async def test_many_articles_of_one_moment_are_all_read(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed = await a_feed(connection, now)
        for number in range(7):
            page = await a_page(connection, feed, number, now)
            await articles.save_article(connection, page, article(number), now, now)
    assert sum(map(len, await _read(database, now, now, 3))) == 7


async def test_a_row_is_the_article_that_was_stored(database: Database, now: datetime) -> None:
    made = article(1, published=now - MINUTE, title="条約 “pact”", paragraphs=("“Ya,” katanya.", "二つ目。"))
    async with database.write() as connection:
        story, number = await a_story(
            connection,
            await a_feed(connection, now),
            1,
            now,
            published=now - MINUTE,
            title=made.title,
            paragraphs=made.paragraphs,
        )
    async with database.read() as connection:
        found = (await archive.by_id(connection, [number, number + 1]))[number]
    assert found.article(SOURCES) == made
    assert (found.story_id, found.first_seen) == (story, now)


async def test_the_bot_writes_while_the_archive_is_read(database: Database, now: datetime) -> None:
    await _filled(database, now, 6)
    async with database.read() as connection:
        wanted = await archive.stretch(connection, now - 9 * DAY, now)
    read = []
    async for chunk in archive.chunks(database, wanted, 2):
        read += [stored.id for stored in chunk]
        async with asyncio.timeout(5), database.write() as connection:
            await stories.new_story(connection, "meanwhile", now)
    assert len(read) == 6


async def test_articles_of_a_story_seen_before_a_moment(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed = await a_feed(connection, now)
        story, old = await a_story(connection, feed, 1, now - 5 * DAY)
        page = await a_page(connection, feed, 2, now)
        new = await articles.save_article(connection, page, article(2), now, now)
        await stories.join_story(connection, story, new, [], now)
        assert await archive.seen_before(connection, [story], now - DAY) == [old]
        assert await archive.seen_before(connection, [], now) == []
