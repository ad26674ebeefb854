"""The outbox and the ledger, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from rows import ANALYST, MINUTE, a_chat, a_feed, a_story
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryKind, DeliveryStatus, Destination, Priority, Rhythm
from bot.store import chats, deliveries, doubt, ledger, sending, subscriptions
from bot.store.chats import ChatState
from bot.store.database import Database
from bot.store.deliveries import Delivery, Order

LEASE = 2 * MINUTE
DELAY = MINUTE
BODY = ["words"]


def order(key: str, due_at: datetime | None, **changes: object) -> Order:
    made = Order(key, ANALYST, DeliveryKind.ALERT, due_at, "japan", body=BODY)
    return replace(made, **changes)  # type: ignore[arg-type]  # the fields of an order


async def _ordered(connection: AsyncConnection, now: datetime, key: str = "k", **changes: object) -> Delivery:
    """A delivery that is due now, as `due_deliveries` gives it."""
    await a_chat(connection, now)
    made = order(key, now, **changes)
    if made.destination != ANALYST:
        await a_chat(connection, now, made.destination.chat)
    delivery_id = await deliveries.order(connection, made, now)
    return await _get(connection, delivery_id)


async def _get(connection: AsyncConnection, delivery_id: int | None) -> Delivery:
    return next(each for each in await ledger.list_deliveries(connection, None, 1000) if each.id == delivery_id)


async def _due(connection: AsyncConnection, now: datetime, limit: int = 40, **where: bool) -> list[str]:
    return [delivery.key for delivery in await deliveries.due_deliveries(connection, now, limit, **where)]


async def _sending(connection: AsyncConnection, now: datetime, key: str = "k", **changes: object) -> Delivery:
    """A delivery that is being sent, as it was when that began."""
    delivery = await _ordered(connection, now, key, **changes)
    assert await sending.begin_sending(connection, delivery, now, LEASE)
    return delivery


# --- the outbox -----------------------------------------------------------------------------------------------------


async def test_a_story_that_is_released_is_told_by_others_only(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        one, other = [(await a_story(connection, feed_id, number, now))[0] for number in (1, 2)]
        await a_chat(connection, now)
        first = await deliveries.order(connection, order("k", now), now, [one, other])
        second = await deliveries.order(connection, order("l", now), now, [one])
        assert first is not None and second is not None
        await deliveries.release_stories(connection, first, [])
        await deliveries.release_stories(connection, first, [one])
        assert await deliveries.stories_told(connection, first) == [other]
        assert await deliveries.stories_told(connection, second) == [one]


async def test_an_order_is_taken_once(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        one, _ = await a_story(connection, feed_id, 1, now)
        other, _ = await a_story(connection, feed_id, 2, now)
        await a_chat(connection, now)
        first = await deliveries.order(connection, order("k", now), now, [one])
        assert first is not None
        assert await deliveries.order(connection, order("k", now, body=["other"]), now, [other]) is None
        assert await deliveries.stories_told(connection, first) == [one]
        delivery = await _get(connection, first)
        assert (delivery.destination, delivery.kind, delivery.status) == (
            ANALYST,
            DeliveryKind.ALERT,
            DeliveryStatus.PENDING,
        )
        assert (delivery.body, delivery.due_at, delivery.created_at, delivery.sent_at) == (BODY, now, now, None)


async def test_a_cancelled_delivery_can_be_ordered_anew(database: Database, now: datetime) -> None:
    """Its story matched no more, and then it did: the alert must not be lost to the old row's key."""
    async with database.write() as connection:
        first = await _ordered(connection, now)
        await deliveries.cancel(connection, first.id, "no rule matches it any more")
        assert await _due(connection, now) == []
        later = now + MINUTE
        assert await deliveries.order(connection, order("k", later, body=None), later) == first.id
        again = await _get(connection, first.id)
        assert (again.status, again.due_at, again.body, again.error) == (DeliveryStatus.PENDING, later, None, None)


async def test_what_was_shown_already_is_written_down_as_sent(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        shown = await _ordered(connection, now, status=DeliveryStatus.SENT)
        assert (shown.sent_at, await _due(connection, now)) == (now, [])


async def test_urgent_messages_go_first_then_those_that_waited_longest(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await a_chat(connection, now)
        for made in (
            order("new", now),
            order("old", now - MINUTE),
            order("urgent", now, priority=Priority.URGENT),
            order("later", now + MINUTE),
            order("never", None),
        ):
            await deliveries.order(connection, made, now)
        assert await _due(connection, now) == ["urgent", "old", "new"]
        assert await _due(connection, now, 2) == ["urgent", "old"]


async def test_a_busy_chat_starves_no_other(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await a_chat(connection, now)
        await a_chat(connection, now, 8)
        for number in range(50):
            await deliveries.order(connection, order(f"busy {number}", now - MINUTE), now)
        await deliveries.order(connection, order("other", now, destination=Destination(8)), now)
        due = await _due(connection, now, 40)
        assert "other" in due
        assert due[0] == "busy 0"


async def test_a_paused_chat_keeps_its_messages_and_gets_none(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await _ordered(connection, now)
        await chats.set_chat_state(connection, ANALYST.chat, ChatState.PAUSED, "blocked")
        assert await _due(connection, now) == []
        assert await deliveries.next_due(connection) is None
        await chats.set_chat_state(connection, ANALYST.chat, ChatState.ACTIVE)
        assert await _due(connection, now) == ["k"]


async def test_a_chat_that_asked_for_peace_gets_nothing_before_it_is_over(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await _ordered(connection, now)
        await chats.set_not_before(connection, ANALYST.chat, now + MINUTE)
        assert await _due(connection, now) == []
        assert await deliveries.next_due(connection) == now + MINUTE
        assert await _due(connection, now + MINUTE) == ["k"]


async def test_messages_that_nobody_carries_do_not_crowd_out_the_others(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await _ordered(connection, now, "chat")
        await _ordered(connection, now, "console", destination=Destination(0))
        assert await _due(connection, now, console=True, telegram=False) == ["console"]
        assert await _due(connection, now, console=False, telegram=True) == ["chat"]
        assert await _due(connection, now, console=False, telegram=False) == []


async def test_a_held_message_is_released_and_one_that_waits_for_the_morning_is_not(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        await a_chat(connection, now)
        for key, wait, body in (("held", 2, None), ("quiet hours", 300, None), ("put back", 1, BODY)):
            await deliveries.order(connection, order(key, now + wait * MINUTE, body=body), now)
        await deliveries.release_holds(connection, now, now + 2 * MINUTE)
        assert await _due(connection, now) == ["held"]


async def test_a_postponed_message_waits_and_says_why(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        delivery = await _ordered(connection, now)
        await deliveries.postpone(connection, delivery.id, now + MINUTE, "no such zone\x00")
        assert await _due(connection, now) == []
        assert (await _get(connection, delivery.id)).error == "no such zone\ufffd"
        await deliveries.postpone(connection, delivery.id, now)
        assert (await _get(connection, delivery.id)).error == "no such zone\ufffd"


# --- composing ------------------------------------------------------------------------------------------------------


async def test_an_open_picture_takes_stories_until_it_is_composed(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await a_chat(connection, now)
        made = await subscriptions.subscribe(
            connection, ANALYST, "japan", rhythm=Rhythm.INSTANT, at="07:00", now=now, due_at=None
        )
        picture = order("picture", now, kind=DeliveryKind.PICTURE, subscription_id=made.id, body=None)
        assert await deliveries.open_picture(connection, made.id) is None
        picture_id = await deliveries.order(connection, picture, now)
        assert picture_id is not None
        assert await deliveries.open_picture(connection, made.id) == picture_id
        assert await deliveries.hold_unwritten(connection, picture_id)
        await deliveries.set_body(connection, await _get(connection, picture_id), [BODY], now)
        assert await deliveries.open_picture(connection, made.id) is None
        assert not await deliveries.hold_unwritten(connection, picture_id)


async def test_a_long_message_becomes_parts_that_tell_the_same_stories(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        story_id, _ = await a_story(connection, await a_feed(connection, now), 1, now)
        first = await _ordered(connection, now, body=None, kind=DeliveryKind.DIGEST)
        await deliveries.tell_stories(connection, first.id, [story_id, story_id])
        await deliveries.set_body(connection, first, [["one"], ["two"], ["three"]], now)
        parts = sorted(await deliveries.due_deliveries(connection, now, 40), key=lambda each: each.part)
        assert [(each.key, each.part, each.body) for each in parts] == [
            ("k", 1, ["one"]),
            ("k#2", 2, ["two"]),
            ("k#3", 3, ["three"]),
        ]
        assert {each.kind for each in parts} == {DeliveryKind.DIGEST}
        for part in parts:
            assert await deliveries.stories_told(connection, part.id) == [story_id]


async def test_a_part_waits_for_the_parts_before_it(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        first = await _ordered(connection, now, body=None)
        await deliveries.set_body(connection, first, [["one"], ["two"]], now)
        _, second = sorted(await deliveries.due_deliveries(connection, now, 40), key=lambda each: each.part)
        assert not await sending.earlier_part_unsent(connection, first)
        assert await sending.earlier_part_unsent(connection, second)
        await sending.begin_sending(connection, first, now, LEASE)
        assert await sending.earlier_part_unsent(connection, second)
        await sending.mark(connection, first, DeliveryStatus.SENT, sent_at=now)
        assert not await sending.earlier_part_unsent(connection, second)


@pytest.mark.parametrize(
    ("status", "again", "waits"),
    [
        (DeliveryStatus.PENDING, MINUTE, True),
        (DeliveryStatus.UNCERTAIN, MINUTE, True),
        (DeliveryStatus.UNCERTAIN, None, False),
        (DeliveryStatus.DEAD, None, False),
    ],
)
async def test_a_part_waits_only_while_an_earlier_one_will_be_tried_again(
    database: Database, now: datetime, status: DeliveryStatus, again: timedelta | None, waits: bool
) -> None:
    async with database.write() as connection:
        first = await _sending(connection, now)
        await sending.mark(connection, first, status, due_at=again and now + again)
        second = await _ordered(connection, now, "k#2", part=2)
        assert await sending.earlier_part_unsent(connection, second) is waits


# --- sending --------------------------------------------------------------------------------------------------------


async def test_a_delivery_is_begun_by_one_alone(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        delivery = await _sending(connection, now)
        assert not await sending.begin_sending(connection, delivery, now, LEASE)
        kept = await _get(connection, delivery.id)
        assert (kept.status, kept.attempts, kept.repeats) == (DeliveryStatus.SENDING, 1, 0)
        assert kept.due_at == now + LEASE
        assert await _due(connection, now + LEASE) == []


async def test_a_sent_message_is_never_due_again(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        delivery = await _sending(connection, now)
        await sending.mark(connection, delivery, DeliveryStatus.SENT, message_id=2**40, sent_at=now)
        kept = await _get(connection, delivery.id)
        assert (kept.status, kept.message_id, kept.sent_at, kept.due_at) == (DeliveryStatus.SENT, 2**40, now, None)
        assert await _due(connection, now + timedelta(days=1)) == []


async def test_a_sender_that_was_taken_for_lost_cannot_undo_the_next_try(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        slow = await _sending(connection, now)
        later = now + LEASE
        assert await doubt.recover_overdue(connection, later, DELAY) == 1
        (again,) = await deliveries.due_deliveries(connection, later + DELAY, 1)
        assert await sending.begin_sending(connection, again, later + DELAY, LEASE)
        await sending.mark(connection, slow, DeliveryStatus.PENDING, due_at=later)
        kept = await _get(connection, slow.id)
        assert (kept.status, kept.attempts, kept.repeats) == (DeliveryStatus.SENDING, 2, 1)


async def test_an_answer_that_comes_late_ends_the_doubt(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        slow = await _sending(connection, now)
        await doubt.recover_overdue(connection, now + LEASE, DELAY)
        await sending.mark(connection, slow, DeliveryStatus.SENT, message_id=5, sent_at=now + LEASE)
        assert (await _get(connection, slow.id)).status is DeliveryStatus.SENT
        assert await _due(connection, now + LEASE + DELAY) == []


async def test_an_alert_a_crash_left_in_doubt_is_repeated_once(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await _sending(connection, now)
        assert await doubt.recover_sending(connection, now, DELAY) == 1
        assert await _due(connection, now) == []
        (repeat,) = await deliveries.due_deliveries(connection, now + DELAY, 1)
        assert repeat.status is DeliveryStatus.UNCERTAIN
        assert await sending.begin_sending(connection, repeat, now + DELAY, LEASE)
        assert await doubt.recover_sending(connection, now + DELAY, DELAY) == 1
        kept = await _get(connection, repeat.id)
        assert (kept.status, kept.due_at, kept.repeats) == (DeliveryStatus.UNCERTAIN, None, 1)


@pytest.mark.parametrize("kind", [DeliveryKind.DIGEST, DeliveryKind.PICTURE])
async def test_a_digest_a_crash_left_in_doubt_waits_for_a_human(
    database: Database, now: datetime, kind: DeliveryKind
) -> None:
    async with database.write() as connection:
        delivery = await _sending(connection, now, kind=kind)
        await doubt.recover_sending(connection, now, DELAY)
        kept = await _get(connection, delivery.id)
        assert (kept.status, kept.due_at) == (DeliveryStatus.UNCERTAIN, None)
        assert await ledger.revise_due(connection, delivery.id, now)
        assert await _due(connection, now) == ["k"]


async def test_a_delivery_whose_lease_still_runs_is_not_in_doubt(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await _sending(connection, now)
        assert await doubt.recover_overdue(connection, now + MINUTE, DELAY) == 0


# --- the ledger -----------------------------------------------------------------------------------------------------


async def test_only_what_did_not_arrive_for_sure_is_sent_again_by_hand(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        sent = await _sending(connection, now, "sent")
        await sending.mark(connection, sent, DeliveryStatus.SENT, sent_at=now)
        dead = await _sending(connection, now, "dead")
        await sending.mark(connection, dead, DeliveryStatus.DEAD, error="text is empty")
        gone = await _ordered(connection, now, "gone")
        await deliveries.cancel(connection, gone.id, "nothing to tell")
        assert not await ledger.revise_due(connection, sent.id, now)
        assert not await ledger.revise_due(connection, gone.id, now)
        assert not await ledger.revise_due(connection, 10**6, now)
        assert await ledger.revise_due(connection, dead.id, now)
        assert await _due(connection, now) == ["dead"]


async def test_the_ledger_lists_the_newest_first_and_counts(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        sent = await _sending(connection, now, "sent")
        await sending.mark(connection, sent, DeliveryStatus.SENT, sent_at=now)
        await _ordered(connection, now, "one")
        await _ordered(connection, now, "two")
        assert [each.key for each in await ledger.list_deliveries(connection, None, 2)] == ["two", "one"]
        assert [each.key for each in await ledger.list_deliveries(connection, "sent", 9)] == ["sent"]
        assert await ledger.counts(connection) == {"sent": 1, "pending": 2}


async def test_a_message_leads_back_to_its_delivery(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        for key, message_id, kind in (("alert", 41, DeliveryKind.ALERT), ("digest", 42, DeliveryKind.DIGEST)):
            sent = await _sending(connection, now, key, kind=kind)
            await sending.mark(connection, sent, DeliveryStatus.SENT, message_id=message_id, sent_at=now)
        await _ordered(connection, now, "waiting")

        async def key(chat: int, message_id: int | None) -> str | None:
            found = await ledger.delivery_by_message(connection, chat, message_id)
            return found and found.key

        assert await key(ANALYST.chat, 42) == "digest"
        assert await key(ANALYST.chat, None) == "alert"
        assert await key(ANALYST.chat, 99) is None
        assert await key(99, 42) is None
