"""What each place was told of a story, on both engines."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from rows import ANALYST, KYODO, MINUTE, SOURCES, a_chat, a_feed, a_page, a_story, article, match
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Basis, DeliveryKind, DeliveryStatus, Destination, Priority, Rhythm
from bot.store import articles, coverage, deliveries, events, stories, subscriptions
from bot.store.database import Database
from bot.store.deliveries import Order
from bot.store.moved import found_in, told_and_touched
from bot.store.tables import feeds, told
from bot.store.told import Told, last_told, remember

DAY = timedelta(days=1)
TOPIC = Destination(ANALYST.chat, 5)


async def delivered(
    connection: AsyncConnection,
    story: int,
    at: datetime,
    *,
    key: str = "k",
    to: Destination = ANALYST,
    kind: DeliveryKind = DeliveryKind.ALERT,
    status: DeliveryStatus = DeliveryStatus.SENT,
    priority: Priority = Priority.NORMAL,
    part: int = 1,
    body: list[object] | None = None,
) -> int:
    """The id of a message that told of the story."""
    order = Order(
        key, to, kind, at, watchlist="japan", status=status, priority=priority, part=part, body=body or ["told"]
    )
    made = await deliveries.order(connection, order, at, [story])
    assert made is not None
    return made


async def a_told_story(connection: AsyncConnection, now: datetime, number: int = 1) -> int:
    await a_chat(connection, now)
    return (await a_story(connection, await a_feed(connection, now), number, now))[0]


async def told_here(connection: AsyncConnection, story: int, where: Destination = ANALYST, **given: int) -> Told | None:
    return (await last_told(connection, [story], where.chat, where.thread, **given)).get(story)


# --- what was told --------------------------------------------------------------------------------------------------


async def test_the_last_message_about_a_story_comes_back_with_what_was_noted(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        story = await a_told_story(connection, now)
        await remember(connection, await delivered(connection, story, now), story, 1, None)
        later = await delivered(connection, story, now + DAY, key="l", kind=DeliveryKind.DIGEST)
        await remember(connection, later, story, 4, 3)
        found = await told_here(connection, story)
    assert found == Told(4, 3, now + DAY, "japan", DeliveryKind.DIGEST, Priority.NORMAL, steps=(("japan", 3),))


async def test_a_story_that_was_never_told_is_left_out(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        story = await a_told_story(connection, now)
        assert await last_told(connection, [story, 999], ANALYST.chat, 0) == {}
        assert await last_told(connection, [], ANALYST.chat, 0) == {}


async def test_what_another_topic_was_told_does_not_count(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        story = await a_told_story(connection, now)
        await delivered(connection, story, now, to=TOPIC)
        assert await told_here(connection, story) is None
        assert await told_here(connection, story, TOPIC) is not None


async def test_a_cancelled_message_told_nobody(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        story = await a_told_story(connection, now)
        await delivered(connection, story, now, status=DeliveryStatus.CANCELLED)
        assert await told_here(connection, story) is None
        assert await told_and_touched(connection, "japan", ANALYST.chat, 0, now - DAY, now) == []


async def test_a_message_that_is_being_composed_does_not_count_for_itself(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        story = await a_told_story(connection, now)
        before = await delivered(connection, story, now)
        own = await delivered(connection, story, now + DAY, key="own")
        found = await told_here(connection, story, but=own)
        assert found is not None
        assert found.at == now
        assert await last_told(connection, [story], ANALYST.chat, 0, but=before) != {}


async def test_further_parts_of_a_digest_note_nothing(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        story = await a_told_story(connection, now)
        await remember(connection, await delivered(connection, story, now), story, 2, 1)
        await delivered(connection, story, now, key="k#2", part=2)
        found = await told_here(connection, story)
        assert found is not None
        assert (found.outlets, found.step) == (2, 1)


async def test_a_message_not_yet_composed_waits(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        story = await a_told_story(connection, now)
        order = Order("k", ANALYST, DeliveryKind.ALERT, now, watchlist="japan", priority=Priority.URGENT)
        await deliveries.order(connection, order, now, [story])
        found = await told_here(connection, story)
    assert found == Told(0, None, now, "japan", DeliveryKind.ALERT, Priority.URGENT, waiting=True)


async def test_many_stories_are_asked_for_at_once(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        story = await a_told_story(connection, now)
        await delivered(connection, story, now)
        assert list(await last_told(connection, range(1, 1500), ANALYST.chat, 0)) == [story]


async def test_what_is_noted_of_one_story_is_noted_of_no_other(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        story = await a_told_story(connection, now)
        made = await delivered(connection, story, now)
        await remember(connection, made, story + 1, 9, 9)
        assert [tuple(row) for row in await connection.execute(select(told.c.outlets, told.c.step))] == [(0, None)]


# --- what came in since ---------------------------------------------------------------------------------------------


async def test_stories_told_here_that_a_rule_matched_in_the_window(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        story = await a_told_story(connection, now)
        await delivered(connection, story, now)
        await a_told_story(connection, now, 2)

        async def touched(since: datetime, until: datetime, watchlist: str = "japan") -> list[int]:
            return await told_and_touched(connection, watchlist, ANALYST.chat, 0, since, until)

        assert await touched(now - MINUTE, now) == [story]
        assert await touched(now, now + DAY) == []
        assert await touched(now - DAY, now - MINUTE) == []
        assert await touched(now - MINUTE, now, "other") == []
        assert await told_and_touched(connection, "japan", TOPIC.chat, TOPIC.thread, now - MINUTE, now) == []


async def test_what_rules_found_comes_with_the_time_and_since_when_the_article_is_in_the_story(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        story, article_id = await a_story(connection, await a_feed(connection, now), 1, now, match(label="nato"))
        (before,) = (await found_in(connection, "japan", [story]))[story]
        await events.save_join(connection, article_id, "first", now + MINUTE)
        (after,) = (await found_in(connection, "japan", [story]))[story]
        other = await found_in(connection, "other", [story])
    assert (before.rule, before.labels, before.at, before.joined) == ("partnership", {"partner": ("nato",)}, now, now)
    assert after.joined == now + MINUTE
    assert other == {}


# --- what the window brought ----------------------------------------------------------------------------------------


async def test_articles_of_the_window_are_counted_and_those_by_the_feed_alone(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        for number, seen, basis in ((1, now - DAY, Basis.PAGE), (2, now, Basis.FEED), (3, now, Basis.PAGE)):
            page_id = await a_page(connection, feed_id, number, now)
            await articles.save_article(connection, page_id, article(number, basis=basis), seen, now)
        found = await coverage.reading(connection, now - DAY, now)
        assert (found.articles, found.feed_only) == (2, 1)
        empty = await coverage.reading(connection, now, now + DAY)
        assert (empty.articles, empty.feed_only) == (0, 0)


async def test_sources_that_are_asked_are_counted_and_the_failing_named(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await a_feed(connection, now)
        found = await coverage.reading(connection, now - DAY, now)
        assert (found.sources, found.failing) == (1, ())
        await connection.execute(update(feeds).values(failures=2))
        assert (await coverage.reading(connection, now - DAY, now)).failing == ("antara",)
        await connection.execute(update(feeds).values(active=False))
        assert (await coverage.reading(connection, now - DAY, now)).sources == 0


@pytest.mark.parametrize(("wanted", "waits"), [(1, None), (2, 2), (3, 3)])
async def test_stories_wait_for_as_many_publishers_as_their_rule_wants(
    database: Database, now: datetime, wanted: int, waits: int | None
) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        story, _ = await a_story(connection, feed_id, 1, now, match(min_sources=wanted))
        found = await coverage.waiting(connection, "japan", now - DAY, now, SOURCES)
        assert found == ({} if waits is None else {story: waits})
        assert await coverage.waiting(connection, "japan", now, now + DAY, SOURCES) == {}


async def test_a_story_that_one_rule_counts_does_not_wait(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        await a_story(connection, feed_id, 1, now, match(min_sources=2), match(rule="other"))
        assert await coverage.waiting(connection, "japan", now - DAY, now, SOURCES) == {}


async def test_a_story_that_enough_publishers_have_does_not_wait(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        story, _ = await a_story(connection, feed_id, 1, now, match(min_sources=2))
        page_id = await a_page(connection, feed_id, 2, now)
        other = await articles.save_article(connection, page_id, article(2, source=KYODO), now, now)
        await stories.save_matches(connection, other, [match(min_sources=2)], now)
        assert await coverage.waiting(connection, "japan", now - DAY, now, SOURCES) == {story: 2}
        await stories.join_story(connection, story, other, [], now)
        assert await coverage.waiting(connection, "japan", now - DAY, now, SOURCES) == {}


async def test_a_deliverys_rhythm_is_that_of_its_subscription(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await a_chat(connection, now)
        made = await subscriptions.subscribe(
            connection, ANALYST, "japan", rhythm=Rhythm.WEEKLY, at="07:00", now=now, due_at=now
        )
        order = Order("d", ANALYST, DeliveryKind.DIGEST, now, watchlist="japan", subscription_id=made.id)
        weekly = await deliveries.order(connection, order, now)
        none = await deliveries.order(connection, Order("e", ANALYST, DeliveryKind.DIGEST, now), now)
        assert weekly is not None
        assert none is not None
        assert await coverage.rhythm_of(connection, weekly) is Rhythm.WEEKLY
        assert await coverage.rhythm_of(connection, none) is None
        assert await stories.was_told(connection, 1, ANALYST.chat, 0) is False


async def test_a_message_that_was_given_up_told_nobody_and_one_in_doubt_may_have(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        story = await a_told_story(connection, now)
        await delivered(connection, story, now, status=DeliveryStatus.DEAD)
        assert await told_here(connection, story) is None
        found = await stories.untold_since(connection, "japan", ANALYST.chat, 0, now - DAY, now + DAY)
        assert found == [story]
        await delivered(connection, story, now, key="doubt", status=DeliveryStatus.UNCERTAIN)
        assert await told_here(connection, story) is not None
        assert await stories.untold_since(connection, "japan", ANALYST.chat, 0, now - DAY, now + DAY) == []
