"""Which stored articles may be copies of one."""

from __future__ import annotations

from datetime import datetime

from rows import a_feed, a_story

from bot.store.copies import NEWEST, likely_copies
from bot.store.database import Database


async def test_the_likeliest_come_first_and_an_article_is_no_copy_of_itself(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        (_, one), (_, other), _ = [await a_story(connection, feed_id, number, now) for number in (1, 2, 3)]
        asked = [1000, 1001, *range(2000, 2006)]  # each has ten hashes, from a thousand times its number on
        assert await likely_copies(connection, 0, asked) == [other, one]
        assert await likely_copies(connection, other, asked) == [one]
        assert await likely_copies(connection, 0, []) == []


async def test_a_formula_of_many_articles_costs_no_more_than_the_newest_of_them(
    database: Database, now: datetime
) -> None:
    from bot.store import stories

    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        ids = []
        for number in range(1, NEWEST + 5):
            story_id, article_id = await a_story(connection, feed_id, number, now)
            await stories.join_story(connection, story_id, article_id, [7], now)
            ids.append(article_id)
        found = await likely_copies(connection, 0, [7])
        assert set(found) <= set(ids[-NEWEST:])
        assert found


async def test_a_few_hashes_of_a_long_sketch_are_no_copy(database: Database, now: datetime) -> None:
    from bot.store import stories

    async with database.write() as connection:
        story_id, article_id = await a_story(connection, await a_feed(connection, now), 1, now)
        await stories.join_story(connection, story_id, article_id, range(100), now)
        assert await likely_copies(connection, 0, [*range(5), *range(1000, 1070)]) == []
        assert await likely_copies(connection, 0, [*range(50), *range(1000, 1070)]) == [article_id]
