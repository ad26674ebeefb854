"""What articles say and by what they are found, on both engines."""

from __future__ import annotations

from datetime import datetime

from rows import MINUTE, a_feed, a_story
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import events, tables, tied
from bot.store.database import Database
from bot.store.tied import State
from bot.story.events import Tie
from bot.story.facts import Facts


async def _told(connection: AsyncConnection, now: datetime, *traces: set[int]) -> list[tuple[int, int]]:
    """Stories of one article each, found by these traces: their ids and their articles'."""
    feed_id = await a_feed(connection, now)
    made = []
    for number, each in enumerate(traces, 1):
        story_id, article_id = await a_story(connection, feed_id, number, now)
        await events.save_facts(connection, article_id, Facts("en", now, names=(f"name{number}",)), each)
        made.append((story_id, article_id))
    return made


async def test_facts_come_back_as_they_were_saved_last(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        ((_, article_id),) = await _told(connection, now, {1, 2})
        later = Facts("id", now, names=("natuna",), words=(("kapal", 2),), head=frozenset({"n:natuna"}))
        await events.save_facts(connection, article_id, later, {2, 3})
        assert await events.load_facts(connection, [article_id]) == {article_id: later}
        kept = await connection.execute(select(tables.features.c.hash))
        assert set(kept.scalars()) == {2, 3}


async def test_the_latest_facts_come_in_the_order_they_were_stored(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await _told(connection, now, {1}, {2}, {3})
        assert [each.names for each in await events.latest_facts(connection, 2)] == [("name2",), ("name3",)]


async def test_stories_are_found_by_the_traces_they_share_the_nearest_first(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        made = await _told(connection, now, {1}, {1, 2}, {9})
        found = await events.found_by(connection, 0, {1, 2, 3}, now - MINUTE)
        assert found == [made[1][0], made[0][0]]


async def test_an_article_does_not_find_itself(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        ((_, article_id),) = await _told(connection, now, {1})
        assert await events.found_by(connection, article_id, {1}, now - MINUTE) == []


async def test_what_was_seen_before_the_window_is_not_found(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await _told(connection, now, {1})
        assert await events.found_by(connection, 0, {1}, now + MINUTE) == []


async def test_near_stories_come_with_the_facts_of_their_articles(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        ((story_id, article_id),) = await _told(connection, now, {1})
        near = await events.near_stories(connection, 0, {1}, now - MINUTE)
        assert [(each, facts.names) for each, facts in near[story_id]] == [(article_id, ("name1",))]


async def test_a_story_that_somebody_called_another_event_is_not_near(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        (one, other) = await _told(connection, now, {1}, {1})
        await tied.keep_apart(connection, one[0], other[0], now)
        assert await events.near_stories(connection, other[1], {1}, now - MINUTE) == {}


async def test_why_an_article_is_in_its_story_is_noted_once(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        ((_, article_id),) = await _told(connection, now, {1})
        await events.save_join(connection, article_id, "event", now, 5, 1.5, {"names": ("natuna",)})
        await events.save_join(connection, article_id, "first", now)
        (row,) = (await connection.execute(select(tables.joins))).all()
        assert (row.kind, row.other_id, row.score, row.why) == ("event", 5, 1.5, {"names": ["natuna"]})


async def test_a_tie_is_proposed_once_and_keeps_what_was_said_of_it(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        (one, other) = await _told(connection, now, {1}, {2})
        await tied.keep_apart(connection, one[0], other[0], now)
        await events.save_ties(connection, one[1], [Tie(other[0], other[1], 0.7, {"days": ("2026-05-26",)})], now)
        states = await connection.execute(select(tables.ties.c.state).where(tables.ties.c.article_id == one[1]))
        assert list(states.scalars()) == [State.APART]
