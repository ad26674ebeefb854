"""Which messages are changed when their story is, and when, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from rows import ANALYST, a_chat, a_feed, a_story
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryKind, DeliveryStatus
from bot.store import chats, choices, deliveries
from bot.store.database import Database
from bot.store.deliveries import Order
from bot.store.edits import due_edits, edit_later, edited, mark_for_edit, nothing_to_edit
from bot.store.tables import deliveries as rows
from bot.store.told import remember

EVERY, DAY = timedelta(minutes=5), timedelta(days=1)


async def sent(
    connection: AsyncConnection, story: int, now: datetime, key: str = "alert:1:7:0", **given: object
) -> int:
    """An alert that stands in its chat."""
    made = Order(key, ANALYST, DeliveryKind.ALERT, None, "japan", story, status=DeliveryStatus.SENT, body=["words"])
    made = replace(made, **given)  # type: ignore[arg-type]  # the fields of an order
    number = await deliveries.order(connection, made, now, [story])
    assert number is not None
    await connection.execute(update(rows).where(rows.c.id == number).values(message_id=1000 + number))
    await remember(connection, number, story, 2, None)
    return number


async def told(connection: AsyncConnection, now: datetime, number: int = 1) -> int:
    await a_chat(connection, now)
    return (await a_story(connection, await a_feed(connection, now), number, now))[0]


async def marked(connection: AsyncConnection, story: int, now: datetime) -> int:
    return await mark_for_edit(connection, story, now, EVERY, now - DAY)


async def test_a_message_is_due_a_while_after_it_was_sent_with_what_was_noted_then(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        story = await told(connection, now)
        number = await sent(connection, story, now)
        assert await marked(connection, story, now + timedelta(minutes=1)) == 1
        assert await due_edits(connection, now + timedelta(minutes=4), 9) == []
        (one,) = await due_edits(connection, now + EVERY, 9)
        assert (one.delivery.id, one.due, one.shown, one.outlets) == (number, now + EVERY, None, 2)


async def test_what_never_arrived_what_is_no_alert_and_what_is_old_stay(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        story = await told(connection, now)
        await sent(connection, story, now, "waiting", status=DeliveryStatus.PENDING)
        await sent(connection, story, now, "digest", kind=DeliveryKind.DIGEST)
        await sent(connection, story, now - 2 * DAY, "old")
        assert await marked(connection, story, now) == 0


async def test_the_message_of_a_story_that_was_put_into_another_is_that_of_the_other(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        one, two = await told(connection, now), await told(connection, now, 2)
        await sent(connection, two, now)
        await choices.merge(connection, one, [two], now)
        assert await marked(connection, one, now) == 1


async def test_one_that_is_marked_again_while_it_is_changed_is_changed_again_and_not_at_once(
    database: Database, now: datetime
) -> None:
    later = now + EVERY
    async with database.write() as connection:
        story = await told(connection, now)
        await sent(connection, story, now)
        await marked(connection, story, now)
        (one,) = await due_edits(connection, later, 9)
        assert await marked(connection, story, later) == 1
        await edited(connection, one, "hash", later, EVERY)
        assert await due_edits(connection, later + EVERY - timedelta(seconds=1), 9) == []
        (again,) = await due_edits(connection, later + EVERY, 9)
        assert again.shown == "hash"
        await edited(connection, again, "other", later + EVERY, EVERY)
        assert await due_edits(connection, later + DAY, 9) == []


async def test_nothing_to_change_is_nothing_until_it_is_marked_again(database: Database, now: datetime) -> None:
    later = now + EVERY
    async with database.write() as connection:
        story = await told(connection, now)
        await sent(connection, story, now)
        await marked(connection, story, now)
        (one,) = await due_edits(connection, later, 9)
        await marked(connection, story, later)
        await nothing_to_edit(connection, one)
        (one,) = await due_edits(connection, later + EVERY, 9)
        await nothing_to_edit(connection, one)
        assert await due_edits(connection, later + DAY, 9) == []


async def test_a_chat_that_is_paused_or_has_peace_is_left_alone_and_keeps_its_changes(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        story = await told(connection, now)
        number = await sent(connection, story, now)
        await marked(connection, story, now)
        await chats.set_not_before(connection, ANALYST.chat, now + DAY)
        assert await due_edits(connection, now + EVERY, 9) == []
        assert len(await due_edits(connection, now + DAY, 9)) == 1
        await chats.set_chat_state(connection, ANALYST.chat, chats.ChatState.PAUSED, "blocked")
        assert await due_edits(connection, now + DAY, 9) == []
        await edit_later(connection, number, now + 2 * DAY)
        assert await connection.scalar(select(rows.c.edit_at)) == now + 2 * DAY
