"""Which stored articles may be copies of one."""

from __future__ import annotations

from datetime import datetime, timedelta

from rows import a_feed, a_story

from bot.store.copies import NEWEST, candidates, likely_copies
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


async def test_copies_are_found_by_shared_hashes_the_most_alike_first(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        one, _ = await a_story(connection, feed_id, 1, now)  # hashes 1000 to 1009
        other, _ = await a_story(connection, feed_id, 2, now)  # hashes 2000 to 2009
        await a_story(connection, feed_id, 3, now)
        asked = [1000, *range(2000, 2005)]
        found = await candidates(connection, 0, asked, now - timedelta(days=1), {})
        assert [(story, seen, read.url[-1]) for story, seen, read in found] == [(other, now, "2"), (one, now, "1")]


async def test_an_article_is_no_copy_of_itself_and_old_ones_are_not_looked_at(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        _, article_id = await a_story(connection, await a_feed(connection, now), 1, now)
        assert await candidates(connection, article_id, [1000], now - timedelta(days=1), {}) == []
        assert await candidates(connection, 0, [1000], now + timedelta(minutes=1), {}) == []
        assert await candidates(connection, 0, [], now - timedelta(days=1), {}) == []
