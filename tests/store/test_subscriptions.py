"""Subscriptions and their digest hours, on both engines."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Destination, Rhythm, Subscription
from bot.store import chats, subscriptions
from bot.store.chats import ChatState
from bot.store.database import Database
from bot.store.tables import deliveries

HOUR = timedelta(hours=1)
ANALYST, TOPIC = Destination(7), Destination(-100, 3)


async def _let_in(connection: AsyncConnection, now: datetime) -> None:
    for chat in (ANALYST.chat, TOPIC.chat):
        await chats.upsert_chat(connection, chat, kind="private", title="", role="reader", now=now)


async def _subscribe(
    connection: AsyncConnection, where: Destination, now: datetime, due_at: datetime | None = None, name: str = "japan"
) -> Subscription:
    rhythm = Rhythm.DAILY if due_at else Rhythm.INSTANT
    return await subscriptions.subscribe(connection, where, name, rhythm=rhythm, at="07:30", now=now, due_at=due_at)


async def test_a_subscription_comes_back_as_it_was_asked_for(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await _let_in(connection, now)
        made = await _subscribe(connection, TOPIC, now, now + HOUR)
        assert made == Subscription(made.id, TOPIC, "japan", Rhythm.DAILY, now, "07:30", "UTC", now + HOUR)
        assert await subscriptions.of(connection, TOPIC) == [made]


async def test_subscribing_again_changes_nothing(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await _let_in(connection, now)
        first = await _subscribe(connection, ANALYST, now)
        assert await _subscribe(connection, ANALYST, now + HOUR, now + HOUR) == first
        assert await subscriptions.of(connection, ANALYST) == [first]


async def test_nobody_subscribes_who_was_not_let_in(database: Database, now: datetime) -> None:
    with pytest.raises(IntegrityError):
        async with database.write() as connection:
            await _subscribe(connection, ANALYST, now)


async def test_the_zone_is_the_chats_own_or_else_the_one_given(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await _let_in(connection, now)
        await chats.set_chat_preferences(connection, ANALYST.chat, timezone="Asia/Tokyo")
        for where in (ANALYST, TOPIC):
            await _subscribe(connection, where, now, now)
        for found in (
            await subscriptions.subscribers_of(connection, "japan", "Asia/Jakarta"),
            await subscriptions.due(connection, now, 9, "Asia/Jakarta"),
            await subscriptions.of(connection, ANALYST, "Asia/Jakarta")
            + await subscriptions.of(connection, TOPIC, "Asia/Jakarta"),
        ):
            assert [subscription.timezone for subscription in found] == ["Asia/Tokyo", "Asia/Jakarta"]


async def test_unsubscribing_ends_one_subscription_and_no_other(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await _let_in(connection, now)
        for where, name in ((ANALYST, "japan"), (ANALYST, "asean"), (TOPIC, "japan"), (Destination(-100), "japan")):
            await _subscribe(connection, where, now, name=name)
        assert await subscriptions.unsubscribe(connection, TOPIC, "japan") is True
        assert await subscriptions.unsubscribe(connection, TOPIC, "japan") is False
        assert [found.watchlist for found in await subscriptions.of(connection, ANALYST)] == [
            "asean",
            "japan",
        ]
        assert [found.destination for found in await subscriptions.of(connection, -100)] == [Destination(-100)]


async def test_the_ledger_outlives_a_subscription(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await _let_in(connection, now)
        made = await _subscribe(connection, ANALYST, now)
        await connection.execute(
            deliveries.insert().values(key="k", chat_id=7, subscription_id=made.id, kind="digest", created_at=now)
        )
        await subscriptions.unsubscribe(connection, ANALYST, "japan")
        row = (await connection.execute(select(deliveries))).one()
        assert (row.key, row.subscription_id) == ("k", None)


async def test_an_id_of_an_ended_subscription_is_not_given_again(database: Database, now: datetime) -> None:
    """The key of today's digest holds it: the next subscriber's would be taken for sent."""
    async with database.write() as connection:
        await _let_in(connection, now)
        first = await _subscribe(connection, ANALYST, now)
        await subscriptions.unsubscribe(connection, ANALYST, "japan")
        assert (await _subscribe(connection, ANALYST, now)).id > first.id


async def test_a_whole_chat_subscribes_by_topic_and_name(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await _let_in(connection, now)
        for thread, name in ((3, "japan"), (0, "nato"), (3, "asean"), (0, "japan")):
            await _subscribe(connection, Destination(-100, thread), now, name=name)
        await _subscribe(connection, ANALYST, now)
        found = await subscriptions.of(connection, -100)
        places = [(subscription.destination.thread, subscription.watchlist) for subscription in found]
        assert places == [(0, "japan"), (0, "nato"), (3, "asean"), (3, "japan")]
        assert len(await subscriptions.of(connection, Destination(-100, 3))) == 2


async def test_subscribers_are_those_of_this_watchlist_in_active_chats(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await _let_in(connection, now)
        for where, name in ((ANALYST, "japan"), (TOPIC, "japan"), (ANALYST, "asean")):
            await _subscribe(connection, where, now, name=name)
        assert [found.destination for found in await subscriptions.subscribers_of(connection, "japan")] == [
            ANALYST,
            TOPIC,
        ]
        await chats.set_chat_state(connection, ANALYST.chat, ChatState.PAUSED, "blocked")
        assert [found.destination for found in await subscriptions.subscribers_of(connection, "japan")] == [TOPIC]


async def test_a_change_of_rhythm_counts_from_its_own_hour(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await _let_in(connection, now)
        made = await _subscribe(connection, ANALYST, now)
        other = await _subscribe(connection, TOPIC, now)
        await subscriptions.set_rhythm(
            connection, made.id, rhythm=Rhythm.WEEKLY, at="18:00", since=now + HOUR, due_at=now + 2 * HOUR
        )
        (changed,) = await subscriptions.of(connection, ANALYST)
        assert changed == Subscription(
            made.id, ANALYST, "japan", Rhythm.WEEKLY, now + HOUR, "18:00", "UTC", now + 2 * HOUR
        )
        assert await subscriptions.of(connection, TOPIC) == [other]


# --- digest hours ---------------------------------------------------------------------------------------------------


async def test_digests_are_due_from_their_hour_on_longest_waiting_first(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await _let_in(connection, now)
        for name, due_at in (("b", now), ("a", now - HOUR), ("c", now + timedelta(seconds=1)), ("d", None)):
            await _subscribe(connection, ANALYST, now, due_at, name)
        due = await subscriptions.due(connection, now, limit=9)
        assert [subscription.watchlist for subscription in due] == ["a", "b"]
        assert len(await subscriptions.due(connection, now, limit=1)) == 1


async def test_a_paused_chat_has_no_digest_due_until_it_is_active_again(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await _let_in(connection, now)
        await _subscribe(connection, ANALYST, now, now)
        await chats.set_chat_state(connection, ANALYST.chat, ChatState.PAUSED, "blocked")
        assert await subscriptions.due(connection, now, limit=9) == []
        await chats.set_chat_state(connection, ANALYST.chat, ChatState.ACTIVE)
        assert len(await subscriptions.due(connection, now, limit=9)) == 1


async def test_a_digest_written_off_is_due_at_its_next_hour(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await _let_in(connection, now)
        made = await _subscribe(connection, ANALYST, now - 24 * HOUR, now)
        await _subscribe(connection, TOPIC, now, now)
        await subscriptions.set_next_digest(connection, made.id, now + 24 * HOUR, since=now)
        due = await subscriptions.due(connection, now, limit=9)
        assert [subscription.destination for subscription in due] == [TOPIC]
        (written,) = await subscriptions.of(connection, ANALYST)
        assert (written.due_at, written.since) == (now + 24 * HOUR, now)
