"""Articles as they are kept and found again, on both engines."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from rows import MINUTE, SOURCES, a_feed, a_page, article
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Basis, Source
from bot.read import url_key
from bot.store import articles, stories
from bot.store.database import Database

DAY = timedelta(days=1)


async def _stored(connection: AsyncConnection, now: datetime, number: int = 1, **changes: object) -> tuple[int, int]:
    """The ids of a page and of its article."""
    page_id = await a_page(connection, await a_feed(connection, now), number, now)
    return page_id, await articles.save_article(connection, page_id, article(number, **changes), now, now)


async def test_an_article_comes_back_as_it_was_read(database: Database, now: datetime) -> None:
    made = article(
        author="Ann Lee",
        published=now - MINUTE,
        published_from="page",
        canonical="https://kyodo.example/1",
        basis=Basis.FEED,
        note="the page was empty",
    )
    async with database.write() as connection:
        page_id = await a_page(connection, await a_feed(connection, now), 1, now)
        await articles.save_article(connection, page_id, made, now, now)
        assert await articles.article_of_page(connection, page_id, SOURCES) == made
        assert await articles.article_of_page(connection, page_id + 1, SOURCES) is None


async def test_an_article_of_a_source_that_is_no_longer_listed_keeps_its_name(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        page_id, _ = await _stored(connection, now)
        found = await articles.article_of_page(connection, page_id, {})
    assert found is not None
    assert found.source == Source("antara", "antara")


async def test_a_page_read_again_replaces_its_article_and_keeps_its_id_and_story(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        page_id, article_id = await _stored(connection, now)
        story_id = await stories.new_story(connection, "x", now)
        await stories.join_story(connection, story_id, article_id, [], now)
        again = await articles.save_article(connection, page_id, article(title="New"), now + DAY, now + DAY)
        assert again == article_id
        assert await stories.story_of(connection, article_id) == story_id
        found = await articles.article_of_page(connection, page_id, SOURCES)
        assert found is not None
        assert found.title == "New"
        ((_, seen, _),) = [row async for row in articles.archive(connection, now - DAY, SOURCES)]
        assert seen == now


async def test_an_article_may_have_the_longest_address_there_is(database: Database, now: datetime) -> None:
    """An index of PostgreSQL refuses values above 2,704 bytes once they are compressed."""
    letters = random.Random(1).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=2020)
    url = "https://antara.example/" + "".join(letters)
    async with database.write() as connection:
        page_id, _ = await _stored(connection, now, url=url)
        assert await articles.other_article_at(connection, url, page_id + 1)


async def test_an_address_that_another_page_led_to_is_known(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        page_id, _ = await _stored(connection, now)
        assert not await articles.other_article_at(connection, article().url, page_id)
        assert await articles.other_article_at(connection, article().url, page_id + 1)


async def test_an_article_is_found_by_its_own_address_and_by_the_one_its_feed_gave(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        await _stored(connection, now, 1, url="https://antara.example/final")
        by_feed = await articles.find_article(connection, [url_key("https://antara.example/news/1")], SOURCES)
        by_url = await articles.find_article_by_url(connection, "https://antara.example/final", SOURCES)
        assert by_feed == by_url == (now, article(url="https://antara.example/final"))
        assert await articles.find_article(connection, [url_key("https://antara.example/2")], SOURCES) is None
        assert await articles.find_article_by_url(connection, "https://antara.example/news/1", SOURCES) is None


async def test_the_archive_gives_what_was_seen_since_newest_first(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        for number, seen in ((1, now - 2 * DAY), (2, now - DAY), (3, now)):
            page_id = await a_page(connection, feed_id, number, now)
            await articles.save_article(connection, page_id, article(number), seen, now)
    async with database.read() as connection:
        found = [(seen, read.url[-1]) async for _, seen, read in articles.archive(connection, now - DAY, SOURCES)]
    assert found == [(now, "3"), (now - DAY, "2")]
