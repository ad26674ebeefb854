"""Matches and stories, on both engines."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from rows import ANALYST, MINUTE, SOURCES, a_chat, a_feed, a_page, a_story, article, match
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryKind, Priority, Story
from bot.store import articles, deliveries, stories
from bot.store.database import Database, open_database
from bot.store.deliveries import Order
from bot.store.tables import matches, shingles
from postgres import Cluster

DAY = timedelta(days=1)


async def _stored(connection: AsyncConnection, now: datetime, number: int = 1, **changes: object) -> tuple[int, int]:
    """The ids of a page and of its article."""
    page_id = await a_page(connection, await a_feed(connection, now), number, now)
    return page_id, await articles.save_article(connection, page_id, article(number, **changes), now, now)


async def _story(connection: AsyncConnection, now: datetime, number: int, *found: object, **changes: object) -> int:
    feed_id = await a_feed(connection, now)
    return (await a_story(connection, feed_id, number, now, *found, **changes))[0]  # type: ignore[arg-type]  # matches


# --- matches --------------------------------------------------------------------------------------------------------


async def test_matches_come_back_with_labels_and_evidence(database: Database, now: datetime) -> None:
    one, other = match(), match(rule="exercise", priority=Priority.URGENT, label="nato")
    async with database.write() as connection:
        story_id = await _story(connection, now, 1, one, other)
        (story,) = await stories.load_stories(connection, "japan", [story_id], SOURCES)
        assert story.reports[0].matches == (one, other)


async def test_a_rule_that_matches_again_keeps_the_time_it_first_did(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        _, article_id = await _stored(connection, now)
        await stories.save_matches(connection, article_id, [match(rule="a"), match(rule="b")], now)
        await stories.save_matches(connection, article_id, [match(rule="b"), match(rule="c")], now + DAY)
        rows = await connection.execute(select(matches.c.rule, matches.c.created_at).order_by(matches.c.rule))
        assert [tuple(row) for row in rows] == [("b", now), ("c", now + DAY)]


# --- stories --------------------------------------------------------------------------------------------------------


async def test_an_article_that_joins_anew_has_one_sketch(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        story_id, article_id = await a_story(connection, await a_feed(connection, now), 1, now)
        widest = 2**63 - 1
        await stories.join_story(connection, story_id, article_id, [5, widest], now + MINUTE)
        rows = await connection.execute(select(shingles.c.hash).order_by(shingles.c.hash))
        assert [row.hash for row in rows] == [5, widest]
        latest = await connection.scalar(select(stories.stories.c.latest))
        assert latest == now + MINUTE


async def test_a_headline_can_follow_a_better_report(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        story_id = await stories.new_story(connection, "First", now)
        await stories.set_headline(connection, story_id, "Better")
        assert await connection.scalar(select(stories.stories.c.headline)) == "Better"


async def test_a_watchlist_sees_only_the_articles_it_matched(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        story_id, _ = await a_story(connection, feed_id, 1, now)
        for number, found in ((2, match("asean")), (3, match())):
            page_id = await a_page(connection, feed_id, number, now)
            article_id = await articles.save_article(connection, page_id, article(number), now - number * MINUTE, now)
            await stories.save_matches(connection, article_id, [found], now)
            await stories.join_story(connection, story_id, article_id, [], now)
        (japan,) = await stories.load_stories(connection, "japan", [story_id], SOURCES)
        (asean,) = await stories.load_stories(connection, "asean", [story_id], SOURCES)
        # Earliest first.
        assert [report.article.url[-1] for report in japan.reports] == ["3", "1"]
        assert [report.article.url[-1] for report in asean.reports] == ["2"]
        assert await stories.load_stories(connection, "nato", [story_id], SOURCES) == []
        assert await stories.load_stories(connection, "japan", [], SOURCES) == []


async def test_a_window_holds_the_stories_with_a_report_in_it_and_all_their_reports(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        old, _ = await a_story(connection, feed_id, 1, now - 2 * DAY)
        moved, _ = await a_story(connection, feed_id, 2, now - 2 * DAY)
        page_id = await a_page(connection, feed_id, 3, now)
        article_id = await articles.save_article(connection, page_id, article(3), now, now)
        await stories.save_matches(connection, article_id, [match()], now)
        await stories.join_story(connection, moved, article_id, [], now)

        async def between(since: datetime, until: datetime) -> list[tuple[int, int]]:
            found: list[Story] = await stories.stories_between(connection, "japan", since, until, SOURCES)
            return [(story.id, len(story.reports)) for story in found]

        assert await between(now - DAY, now) == [(moved, 2)]
        assert await between(now - 3 * DAY, now - DAY) == [(old, 1), (moved, 2)]
        assert await between(now, now + DAY) == []


async def test_what_a_destination_was_told_is_not_told_again(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await a_chat(connection, now)
        story_id = await _story(connection, now, 1)
        other = await _story(connection, now, 2)
        order = Order("k", ANALYST, DeliveryKind.ALERT, now, "japan", story_id)
        delivery_id = await deliveries.order(connection, order, now, [story_id])

        async def untold(thread: int = 0) -> set[int]:
            since, until = now - MINUTE, now
            return set(await stories.untold_since(connection, "japan", ANALYST.chat, thread, since, until))

        assert await stories.was_told(connection, story_id, ANALYST.chat, 0)
        assert not await stories.was_told(connection, story_id, ANALYST.chat, 5)
        assert not await stories.was_told(connection, other, ANALYST.chat, 0)
        assert await untold() == {other}
        assert await untold(5) == {story_id, other}
        # A message that was cancelled told nobody anything.
        assert delivery_id is not None
        await deliveries.cancel(connection, delivery_id, "no rule matches it any more")
        assert not await stories.was_told(connection, story_id, ANALYST.chat, 0)
        assert await untold() == {story_id, other}


async def test_only_matches_of_the_window_are_news(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        story_id = await _story(connection, now, 1, match(), match("asean"))

        async def untold(since: datetime, until: datetime, watchlist: str = "japan") -> list[int]:
            return await stories.untold_since(connection, watchlist, 7, 0, since, until)

        assert await untold(now - MINUTE, now) == [story_id]
        assert await untold(now - MINUTE, now, "asean") == [story_id]
        assert await untold(now - MINUTE, now, "nato") == []
        assert await untold(now, now + MINUTE) == []
        assert await untold(now - 2 * MINUTE, now - MINUTE) == []


async def test_two_nodes_put_articles_into_stories_one_after_the_other(postgres: Cluster, postgres_tables: str) -> None:
    async with open_database(postgres_tables) as one, open_database(postgres_tables) as other:
        order: list[str] = []

        async def second() -> None:
            async with other.write() as connection:
                await stories.take_turns(connection)
                order.append("second")

        async with one.write() as connection:
            await stories.take_turns(connection)
            waiting = asyncio.create_task(second())
            await asyncio.sleep(0.2)
            order.append("first")
        await asyncio.wait_for(waiting, 5)
    assert order == ["first", "second"]


async def test_taking_turns_costs_nothing_where_there_is_one_writer(database: Database) -> None:
    async with database.write() as connection:
        await stories.take_turns(connection)
