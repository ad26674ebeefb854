"""Searches kept for their next pages, and stories kept by readers, on both engines."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.store import asked, saved, stories
from bot.store.asked import Hit, Search, keep, kept
from bot.store.database import Database
from bot.store.facts import get_fact, set_fact

MINUTE = timedelta(minutes=1)


def search(now: datetime) -> Search:
    hit = Hit(7, "Title <&> 日本", "https://a.example/1", "A", now, 2, "A sentence.", ((2, 10), (0, 1)), feed_only=True)
    return Search('"sentence"', now - MINUTE, now, now - MINUTE, 12, (hit, hit))


async def test_a_search_comes_back_as_it_was(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        key = await keep(connection, search(now), now)
    async with database.read() as connection:
        assert await kept(connection, key) == search(now)


async def test_a_key_is_short_enough_for_a_button_and_never_the_same(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        keys = {await keep(connection, search(now), now) for _ in range(5)}
    assert len(keys) == 5
    assert all(len(key) == 12 for key in keys)


async def test_only_old_searches_are_forgotten_and_no_other_fact(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await set_fact(connection, "offset", 1, now - asked.LIFE - 2 * MINUTE)
        old = await keep(connection, search(now), now - asked.LIFE - MINUTE)
        young = await keep(connection, search(now), now - asked.LIFE + MINUTE)
        await keep(connection, search(now), now)
    async with database.read() as connection:
        assert await kept(connection, old) is None
        assert await kept(connection, young) is not None
        assert await get_fact(connection, "offset") == 1


async def test_whether_a_story_is_kept_is_known_for_each_reader(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        story = await stories.new_story(connection, "Headline", now)
        await saved.save(connection, 7, 7, story, "partners", now)
        assert await saved.is_saved(connection, 7, 7, story)
        assert not await saved.is_saved(connection, 7, 8, story)
        assert not await saved.is_saved(connection, 8, 7, story)


async def test_headlines_are_found_by_story_and_those_of_none_left_out(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        story = await stories.new_story(connection, "Headline", now)
        assert await saved.headlines(connection, [story, story + 9]) == {story: "Headline"}
        assert await saved.headlines(connection, []) == {}
