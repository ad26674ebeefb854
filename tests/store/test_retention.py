"""What is forgotten, on both engines."""

from __future__ import annotations

from datetime import datetime, timedelta

from rows import a_feed, a_page, a_story, article, entry
from sqlalchemy import func, select

from bot.read import keys
from bot.store import pages, retention, stories
from bot.store.database import Database
from bot.store.tables import articles, shingles

DAY = timedelta(days=1)


async def test_old_articles_that_nothing_matched_go_and_their_entries_stay(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        for number, seen in ((1, now - 2 * DAY), (2, now)):
            page_id = await a_page(connection, feed_id, number, now)
            await stories.save_article(connection, page_id, article(number), seen, now)
        assert await retention.forget_unmatched(connection, now - DAY, 100) == 1
        assert [row.url[-1] for row in await connection.execute(select(articles.c.url))] == ["2"]
        # The feed still lists it: it must not come back as new.
        assert len(await pages.known_entries(connection, feed_id, [keys(entry(1))])) == 1


async def test_what_a_rule_matched_stays_with_its_sketch(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await a_story(connection, await a_feed(connection, now), 1, now - 2 * DAY)
        assert await retention.forget_unmatched(connection, now - DAY, 100) == 0
        assert await connection.scalar(select(func.count()).select_from(shingles)) == 10


async def test_no_more_are_forgotten_at_once_than_asked(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        for number in range(3):
            page_id = await a_page(connection, feed_id, number, now)
            await stories.save_article(connection, page_id, article(number), now - 2 * DAY, now)
        forgotten = [await retention.forget_unmatched(connection, now - DAY, 2) for _ in range(3)]
        assert forgotten == [2, 1, 0]
