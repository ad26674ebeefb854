"""What the volume of labels is judged by, on both engines."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from rows import KYODO, SOURCES, a_feed, a_story, match
from sqlalchemy import update

from bot.store import spikes
from bot.store.database import Database
from bot.store.tables import articles, feeds, pages

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LABEL = ("partner", "indonesia")


async def test_a_sighting_says_who_published_what_and_when(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        story_id, _ = await a_story(connection, feed_id, 1, now, published=now - HOUR)
        found, whole = await spikes.sightings(connection, "japan", now - DAY, SOURCES)
    (one,) = found
    assert whole
    assert (one.story, one.rule, one.version, one.min_sources) == (story_id, "partnership", "v1", 1)
    assert (one.labels, one.family) == ({"partner": ("indonesia",)}, "antara")
    assert (one.matched, one.moment, one.listed) == (now, now - HOUR, None)


async def test_without_a_date_an_article_is_of_when_it_was_seen(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await a_story(connection, await a_feed(connection, now), 1, now)
        ((one,), _) = await spikes.sightings(connection, "japan", now - DAY, {})
    assert one.moment == now


async def test_only_the_watchlists_own_young_matches_are_looked_at(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        young, _ = await a_story(connection, feed_id, 1, now)
        await a_story(connection, feed_id, 2, now - 3 * DAY)
        await a_story(connection, feed_id, 3, now, match("seas"))
        found, _ = await spikes.sightings(connection, "japan", now - DAY, SOURCES)
    assert [one.story for one in found] == [young]


async def test_a_sighting_knows_since_when_its_feed_is_read(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await a_story(connection, await a_feed(connection, now), 1, now)
        await connection.execute(update(feeds).values(first_success=now - 9 * DAY))
        ((one,), _) = await spikes.sightings(connection, "japan", now - DAY, SOURCES)
    assert one.listed == now - 9 * DAY


@pytest.mark.parametrize(("dated", "number"), [(None, 0), ("seen", 0), ("feed", 1)])
async def test_what_a_flood_brought_counts_only_by_a_date_of_its_own(
    database: Database, now: datetime, dated: str | None, number: int
) -> None:
    published = None if dated is None else now
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        await a_story(connection, feed_id, 1, now, published=published, published_from=dated)
        await connection.execute(update(pages).values(quiet=True))
        found, _ = await spikes.sightings(connection, "japan", now - DAY, SOURCES)
    assert len(found) == number


async def test_of_very_many_matches_the_newest_are_looked_at(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spikes, "MOST", 2)
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        ids = [(await a_story(connection, feed_id, number, now - (3 - number) * HOUR))[0] for number in range(3)]
        found, whole = await spikes.sightings(connection, "japan", now - DAY, {KYODO.name: KYODO})
    assert [one.story for one in found] == ids[:0:-1]
    assert not whole


async def test_a_watchlist_is_as_old_as_the_first_match_of_its_rules(database: Database, now: datetime) -> None:
    rules = ["partnership", "visits"]
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        assert await spikes.first_match(connection, "japan", rules) is None
        await a_story(connection, feed_id, 1, now)
        await a_story(connection, feed_id, 2, now - 3 * DAY)
        assert await spikes.first_match(connection, "japan", rules) == now - 3 * DAY
        # Another watchlist took its name.
        assert await spikes.first_match(connection, "japan", ["floods"]) is None


async def test_a_rule_is_as_old_as_its_meaning(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await a_story(connection, await a_feed(connection, now), 1, now - 3 * DAY)
        since = spikes.rule_since
        assert await since(connection, "japan", "partnership", "v1", now) == now - 3 * DAY
        assert await since(connection, "japan", "partnership", "v1", now - 3 * DAY) is None
        assert await since(connection, "japan", "partnership", "v2", now) is None


async def test_a_time_without_articles_is_seen(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await a_story(connection, await a_feed(connection, now), 1, now)
        await connection.execute(update(articles).values(first_seen=now - DAY))
        assert await spikes.saw_anything(connection, now - 2 * DAY, now - DAY)
        assert not await spikes.saw_anything(connection, now - DAY, now)


async def test_the_last_alarm_of_each_label_is_known(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        first = await spikes.record_spike(connection, "japan", LABEL, 14, 2.0, now - 3 * DAY)
        assert await spikes.record_spike(connection, "japan", LABEL, 15, 2.5, now - DAY) > first
        await spikes.record_spike(connection, "seas", ("partner", "nato"), 9, 1.0, now)
        assert await spikes.last_spikes(connection, "japan") == {LABEL: now - DAY}


async def test_two_nodes_decide_one_after_the_other(database: Database, now: datetime) -> None:
    order: list[str] = []

    async def node(name: str) -> None:
        async with database.write() as connection:
            await spikes.take_turns(connection)
            if not await spikes.last_spikes(connection, "japan"):
                await asyncio.sleep(0.05)
                await spikes.record_spike(connection, "japan", LABEL, 14, 2.0, now)
                order.append(name)

    await asyncio.gather(node("a"), node("b"), node("c"))
    assert len(order) == 1
