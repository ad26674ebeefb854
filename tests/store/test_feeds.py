"""Feeds and their polling state, on both engines."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from rows import MINUTE, a_feed, a_page, article, entry, listed, page_of, put_off
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.read import keys
from bot.store import articles, feed_past, feeds, pages, tables
from bot.store.database import Database, open_database
from bot.store.feed_past import MOST_ITEMS, Pulse
from bot.store.feed_rows import Asks, Feed, Kept
from bot.store.pages import PageState
from postgres import Cluster


async def _claim(connection: AsyncConnection, now: datetime, lane: int = 3) -> list[Feed]:
    return await feeds.claim_feeds(connection, [lane], now, now + 5 * MINUTE)


async def test_a_listed_feed_is_due_at_once_in_its_hosts_lane(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await feeds.sync_feeds(connection, [listed(every=30 * MINUTE)], now)
        (feed,) = await _claim(connection, now)
        assert (feed.url, feed.source, feed.host) == (
            "https://antara.example/feed/1",
            "antara",
            "antara.example",
        )
        assert (feed.lane, feed.every, feed.due_at, feed.attempts) == (3, 30 * MINUTE, now, 0)


async def test_a_feed_that_is_no_longer_listed_rests_and_keeps_its_past(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        await _succeed(connection, feed_id, now, now)
        await feeds.sync_feeds(connection, [listed(2)], now)
        assert [feed.url for feed in await _claim(connection, now)] == ["https://antara.example/feed/2"]
        await feeds.sync_feeds(connection, [listed(1)], now + MINUTE)
        (again,) = await _claim(connection, now)
        assert (again.id, again.first_success, again.kept and again.kept.etag) == (feed_id, now, '"1"')


async def test_listing_a_feed_again_does_not_make_it_due(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        await _succeed(connection, feed_id, now, now + MINUTE)
        await feeds.sync_feeds(connection, [listed(1)], now)
        assert await _claim(connection, now) == []


async def test_only_lanes_with_something_due_are_named(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await feeds.sync_feeds(connection, [listed(1, lane=3), listed(2, lane=9)], now)
        assert await feeds.due_lanes(connection, now, now) == {3, 9}
        assert await feeds.due_lanes(connection, now, now - MINUTE) == set()
        (feed,) = await _claim(connection, now, 9)
        assert await feeds.due_lanes(connection, now, now) == {3}
        await pages.add_entries(connection, feed.id, [(entry(), keys(entry()), page_of(entry(), lane=200))], False, now)
        assert await feeds.due_lanes(connection, now, now) == {3, 200}
        assert await feeds.due_lanes(connection, now, now - MINUTE) == {200}


async def test_a_claimed_feed_is_away_until_its_lease_ends(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await a_feed(connection, now)
        assert len(await _claim(connection, now)) == 1
        assert await _claim(connection, now + 4 * MINUTE) == []
        (again,) = await _claim(connection, now + 5 * MINUTE)
        assert again.attempts == 1


async def test_the_feed_that_waited_longest_comes_first(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await feeds.sync_feeds(connection, [listed(1), listed(2), listed(3, lane=4)], now)
        one, two = await _claim(connection, now)
        await put_off(connection, one.id, now - MINUTE)
        await put_off(connection, two.id, now - 2 * MINUTE)
        assert [feed.id for feed in await _claim(connection, now)] == [two.id, one.id]


async def test_a_released_feed_is_due_again_as_if_never_claimed(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await a_feed(connection, now)
        (feed,) = await _claim(connection, now)
        await feeds.release_feeds(connection, [feed.id], now)
        assert await _claim(connection, now) == [feed]


async def test_every_feed_can_be_made_due_but_those_that_rest(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await feeds.sync_feeds(connection, [listed(1), listed(2)], now + 60 * MINUTE)
        await feeds.sync_feeds(connection, [listed(1)], now)
        await feeds.make_all_due(connection, now)
        assert [feed.url for feed in await _claim(connection, now)] == ["https://antara.example/feed/1"]


async def _succeed(connection: AsyncConnection, feed_id: int, now: datetime, due_at: datetime, **kept: object) -> None:
    kept_ = Kept("https://antara.example/feed/1/", etag='"1"', body_hash="abc", **kept)  # type: ignore[arg-type]
    await feeds.record_success(connection, [(feed_id, due_at, kept_)], now)


async def test_a_success_ends_the_failures_and_keeps_the_first_date(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        await feeds.record_failure(connection, feed_id, now, now + MINUTE, "the host does not answer")
        await _succeed(connection, feed_id, now + MINUTE, now + 2 * MINUTE)
        await _succeed(connection, feed_id, now + 2 * MINUTE, now + 3 * MINUTE)
        (feed,) = await _claim(connection, now + 3 * MINUTE)
        assert (feed.failures, feed.last_error, feed.attempts) == (0, None, 0)
        assert (feed.first_success, feed.last_success) == (now + MINUTE, now + 2 * MINUTE)
        assert feed.kept == Kept("https://antara.example/feed/1/", '"1"', None, "abc")


async def test_a_failure_counts_and_leaves_the_validators_alone(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        await _succeed(connection, feed_id, now, now)
        for _ in range(2):
            await feeds.record_failure(connection, feed_id, now, now + MINUTE, "broken\x00 \ud800")
        assert await _claim(connection, now) == []
        (feed,) = await _claim(connection, now + MINUTE)
        assert (feed.failures, feed.last_error, feed.kept and feed.kept.etag) == (2, "broken\ufffd \ufffd", '"1"')


async def test_health_counts_entries_pages_read_and_those_with_a_text_of_their_own(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        for number, basis in ((1, "page"), (2, "feed"), (3, None)):
            page_id = await a_page(connection, feed_id, number, now)
            if basis:
                await articles.save_article(connection, page_id, article(number, basis=basis), now, now)
                await pages.finish_page(connection, page_id, PageState.READ)
        (health,) = await feeds.feed_health(connection)
        assert (health.feed.id, health.entries, health.pages_read, health.pages_with_text) == (feed_id, 3, 2, 1)


async def test_a_feed_without_entries_has_a_health_too(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await feeds.sync_feeds(connection, [listed(1, source="kyodo"), listed(2, source="antara")], now)
        found = await feeds.feed_health(connection)
        assert [(health.feed.source, health.entries, health.pages_read) for health in found] == [
            ("antara", 0, 0),
            ("kyodo", 0, 0),
        ]


async def test_two_nodes_that_claim_at_once_share_the_feeds(
    postgres: Cluster, postgres_tables: str, now: datetime
) -> None:
    """SQLite has one writer; only PostgreSQL lets two transactions claim side by side."""
    async with open_database(postgres_tables) as one, open_database(postgres_tables) as other:
        async with one.write() as connection:
            await connection.execute(feeds.feeds.delete())
            await feeds.sync_feeds(connection, [listed(1), listed(2)], now)
        async with one.write() as first, other.write() as second:
            claimed = await _claim(first, now)
            # Neither waits for the first node nor takes what it has.
            assert await asyncio.wait_for(_claim(second, now), 5) == []
            assert len(claimed) == 2
        async with other.write() as second:
            assert await _claim(second, now) == []


# --- what feeds have been like --------------------------------------------------------------------------------------


async def test_what_a_good_poll_leaves_comes_back_as_it_was(database: Database, now: datetime) -> None:
    asks = Asks(timedelta(minutes=90), frozenset({0, 23}), frozenset({5, 6}))
    kept = Kept("https://b.example/", '"1"', "date", "hash", "https://b.example/", 2, False, 7, "reading", asks, "note")
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        await feeds.record_success(connection, [(feed_id, now, kept)], now)
        (feed,) = await _claim(connection, now)
        assert feed.kept == kept


async def test_a_failure_makes_the_next_poll_ask_the_listed_address(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        await _succeed(connection, feed_id, now, now, moved_to="https://b.example/", moved_times=2)
        await feeds.record_failure(connection, feed_id, now, now, "503")
        (feed,) = await _claim(connection, now)
        assert feed.kept is not None
        assert (feed.kept.moved_to, feed.kept.moved_times) == ("https://b.example/", 0)


async def test_items_are_remembered_for_each_feed_and_replaced_by_those_of_the_next_document(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        one = await a_feed(connection, now)
        await feeds.sync_feeds(connection, [listed(1), listed(2)], now)
        assert await feed_past.items_read(connection, [one]) == {one: frozenset()}
        await feed_past.remember_items(connection, {one: ["a", "b"]})
        await feed_past.remember_items(connection, {one: ["b", "c"]})
        assert await feed_past.items_read(connection, [one, one + 1]) == {one: {"b", "c"}, one + 1: frozenset()}
        await feed_past.remember_items(connection, {one: [str(number) for number in range(2 * MOST_ITEMS)]})
        assert len((await feed_past.items_read(connection, [one]))[one]) == MOST_ITEMS


async def test_entries_of_the_last_day_and_the_last_fortnight_are_counted_without_the_first_look(
    database: Database, now: datetime
) -> None:
    day = timedelta(days=1)
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        for number, age in enumerate((20 * day, 15 * day, 13 * day, 2 * day, MINUTE, MINUTE)):
            await a_page(connection, feed_id, number, now - age)
        for first_look, pulse in ((now - 20 * day, Pulse(2, 4)), (now - 2 * day, Pulse(2, 2))):
            await connection.execute(update(tables.feeds).values(first_success=first_look))
            found = await feed_past.pulses(connection, [feed_id, feed_id + 1], now)
            assert found == {feed_id: pulse, feed_id + 1: Pulse(0, 0)}


async def test_a_host_that_wants_no_request_gets_none_for_any_feed_or_page(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        await a_page(connection, feed_id, 1, now)
        await feeds.sync_feeds(connection, [listed(1), listed(2), listed(3, source="kyodo", lane=4)], now)
        await feeds.hold_host(connection, "antara.example", now + MINUTE)
        assert await feeds.due_lanes(connection, now, now) == {4}
        assert len(await _claim(connection, now + MINUTE)) == 2
        # What has to wait longer still waits.
        await feeds.hold_host(connection, "kyodo.example", now - MINUTE)
        assert await feeds.due_lanes(connection, now, now) == {4}


async def test_a_feed_that_was_not_asked_has_not_failed(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        await _claim(connection, now)
        await feeds.put_off(connection, feed_id, now + MINUTE, "the host wants no request")
        (feed,) = await _claim(connection, now + MINUTE)
        assert (feed.failures, feed.attempts, feed.last_error) == (0, 0, "the host wants no request")


async def test_silent_feeds_are_those_that_failed_often_or_are_gone_until_they_work(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        await feeds.sync_feeds(connection, [listed(1), listed(2), listed(3)], now)
        often, gone, _ = await _claim(connection, now)
        for _ in range(3):
            await feeds.record_failure(connection, often.id, now, now, "503")
        await feeds.record_failure(connection, gone.id, now, now, "410", gone=True)
        assert [feed.id for feed in await feed_past.silent(connection, 3)] == [often.id, gone.id]
        assert [feed.id for feed in await feed_past.silent(connection, 4)] == [gone.id]
        assert await feed_past.recovered(connection) == []
        await feed_past.mark_told(connection, [often.id, gone.id], True)
        await _succeed(connection, gone.id, now, now)
        assert [feed.id for feed in await feed_past.recovered(connection)] == [gone.id]
        await feeds.sync_feeds(connection, [listed(3)], now)
        assert (await feed_past.silent(connection, 1), await feed_past.recovered(connection)) == ([], [])
        assert await feed_past.count_active(connection) == 1


async def test_another_feed_of_the_same_address_is_found(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await feeds.sync_feeds(connection, [listed(1), listed(2)], now)
        one, two = await _claim(connection, now)
        assert await feed_past.also_listed(connection, one.id, one.url) is None
        found = await feed_past.also_listed(connection, one.id, two.url)
        assert found is not None
        assert found.id == two.id
        # And where both are redirected to one place.
        await _succeed(connection, two.id, now, now)
        assert await feed_past.also_listed(connection, one.id, "https://antara.example/feed/1/") is not None


async def test_a_feed_that_is_put_off_is_not_waited_for(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await feeds.sync_feeds(connection, [listed(1), listed(2)], now)
        assert await feeds.never_polled(connection) == 2
        (one, _) = await _claim(connection, now)
        await feeds.put_off(connection, one.id, now + 600 * MINUTE, "its host wants no request before tomorrow")
        assert await feeds.never_polled(connection) == 1
