"""The fourth step: claim, compose, send, mark. The row is marked "sending" before a byte leaves, so that a crash can
never lose a message and repeats one at most once.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from bot.errors import DeliveryError, Outcome, StoreError
from bot.log import get, stopwatch
from bot.model import DeliveryKind, DeliveryStatus, Destination, Priority
from bot.run.alerting import as_repeat
from bot.run.composing import composed, ids
from bot.run.drawing import drawn
from bot.run.engine import Courier, Engine
from bot.run.fate import BACK_OFF, IN_DOUBT, SLOWEST, fate
from bot.run.merging import merge_backlog
from bot.run.trouble import chat_closed, offer_again, topic_gone
from bot.run.waking import asleep, gather_held
from bot.store import AsyncConnection, chats, deliveries, doubt, sending
from bot.store.deliveries import Delivery
from bot.tell import Message
from bot.tell.tree import from_json

log = get(__name__)

AT_ONCE = 120
"""Deliveries looked at in one go, of as many chats as can be."""

CHATS_AT_ONCE = 64
"""Chats side by side, each in its own order: twice as many as messages may leave in a second, one to each."""

LONGEST = timedelta(seconds=20)
"""Then no further chats are begun: digest hours are looked at between two rounds."""

LEASE = timedelta(minutes=2)
"""How long a delivery may be on its way; far above the sender's own time limit."""

CHAT_RESTS = timedelta(minutes=1)
"""How slowly each chat's messages ask whether the token is accepted again."""


async def deliver(engine: Engine) -> int:
    """Sends what is due, chats side by side, each in its own order. Returns how many deliveries were looked at."""
    now = engine.clock()
    async with engine.database.write() as connection:
        await doubt.recover_overdue(connection, now, IN_DOUBT)
    async with engine.database.write() as connection:
        await gather_held(engine, connection, now)
    await merge_backlog(engine)
    await offer_again(engine)
    await _try_again(engine)
    running: dict[asyncio.Task[None], int] = {}
    looked, end = 0, now + LONGEST
    try:
        while True:
            if engine.clock() < end and not engine.stopping:
                for chat, queue in (await _due(engine, running.values())).items():
                    looked += len(queue)
                    running[asyncio.create_task(_to_chat(engine, queue), name=f"chat {chat}")] = chat
            if not running:
                return looked
            # A slow chat holds up no other: whichever is done makes room for the next.
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                del running[task]
                task.result()
    except asyncio.CancelledError:
        for task in running:
            task.cancel()
        raise
    finally:
        # Not in the background: it would meet the next round.
        await asyncio.gather(*running, return_exceptions=True)


async def _try_again(engine: Engine) -> None:
    """Chats in which the bot had no rights have their next try: nobody tells it that it has them again."""
    now = engine.clock()
    async with engine.database.read() as connection:
        due = await chats.due_to_try(connection, now)
    if due:
        async with engine.database.write() as connection:
            for chat in due:
                await chats.set_chat_state(connection, chat, chats.ChatState.ACTIVE)
                log.info("a paused chat is tried again", chat=chat)


async def _due(engine: Engine, busy: Collection[int]) -> dict[int, list[Delivery]]:
    """What is due to chats that nothing is being sent to, by chat; as many chats as there is room for."""
    room = 1 if engine.line.shaky else CHATS_AT_ONCE
    if len(busy) >= room or engine.line.rests(engine.clock()):
        return {}
    console, telegram = "console" in engine.couriers, "telegram" in engine.couriers
    async with engine.database.read() as connection:
        due = await deliveries.due_deliveries(
            connection,
            engine.clock(),
            AT_ONCE,
            console=console,
            telegram=telegram,
            but=busy,
            doubtful_first=engine.line.shaky,
        )
        if engine.line.shaky:
            # One is enough to find out, and better one that is in doubt already.
            due = due[:1]
            if any(map(_would_be_in_doubt, due)) and await doubt.tried_soon(connection):
                return {}
    found: dict[int, list[Delivery]] = defaultdict(list)
    for delivery in due:
        if delivery.destination.chat in found or len(found) + len(busy) < room:
            found[delivery.destination.chat].append(delivery)
    return found


def _would_be_in_doubt(delivery: Delivery) -> bool:
    """Whether a try that tells nothing costs something: it is not in doubt yet, and may not come twice."""
    return delivery.status is not DeliveryStatus.UNCERTAIN and delivery.kind is not DeliveryKind.NOTICE


async def _to_chat(engine: Engine, queue: list[Delivery]) -> None:
    for delivery in queue:
        if engine.stopping or engine.line.rests(engine.clock()):
            return
        try:
            if not await _one(engine, delivery):
                # The chat wants no more now; what is left stays due.
                return
        except StoreError:
            raise
        except Exception as error:
            # One bad thing stays one bad thing: it is set aside, and the next one has its turn.
            log.exception("step failed", delivery=delivery.id, chat=delivery.destination.chat, reason=str(error))
            async with engine.database.write() as connection:
                reason = f"{type(error).__name__}: {error}"
                await deliveries.postpone(connection, delivery.id, engine.clock() + SLOWEST, reason)


async def _one(engine: Engine, delivery: Delivery) -> bool:
    """Sends one delivery. False where the chat's other deliveries had better wait."""
    took = stopwatch()
    ready = await composed(engine, delivery)
    if ready is None or ready.body is None:
        return True
    message = from_json(ready.body)
    if ready.status is DeliveryStatus.UNCERTAIN:
        message = await as_repeat(engine, ready, message)
    # Before the row says "sending": drawing takes time, and nothing may leave meanwhile.
    picture = await drawn(engine, message)
    begun = False
    try:
        async with engine.turn(ready.destination, ready.kind, ready.priority):
            async with engine.database.write() as connection:
                now = engine.clock()
                if await sending.earlier_part_unsent(connection, ready):
                    await deliveries.postpone(connection, ready.id, now + BACK_OFF)
                    return True
                if not await sending.begin_sending(connection, ready, now, LEASE):
                    return True
                silent = await _is_silent(engine, connection, ready, now)
            begun, took = True, stopwatch()
            message_id = await _send(engine, ready.destination, message, picture, silent)
    except DeliveryError as error:
        if begun:
            return await _undelivered(engine, ready, error, took())
        await _wait(engine, ready, error)
        return False
    now = engine.clock()
    async with engine.database.write() as connection:
        await sending.mark(connection, ready, DeliveryStatus.SENT, message_id=message_id, sent_at=now)
    engine.line.works()
    engine.tally.add(f"sent_{ready.kind}")
    log.info("sent", **ids(ready), outcome="sent", attempts=ready.attempts + 1, seconds=took())
    return True


async def _is_silent(engine: Engine, connection: AsyncConnection, delivery: Delivery, now: datetime) -> bool:
    """Whether it makes no sound: its reader wants none, or sleeps and it is not urgent."""
    if await sending.is_silent(connection, delivery.id):
        return True
    chat = await chats.get_chat(connection, delivery.destination.chat)
    return delivery.priority is not Priority.URGENT and asleep(chat, engine.config.settings, now)


async def _wait(engine: Engine, delivery: Delivery, error: DeliveryError) -> None:
    """The chat's turn does not come soon: it has peace till then."""
    later = engine.clock() + (error.retry_after or BACK_OFF)
    async with engine.database.write() as connection:
        await deliveries.postpone(connection, delivery.id, later)
        await chats.set_not_before(connection, delivery.destination.chat, later)


async def _send(
    engine: Engine, destination: Destination, message: Message, picture: bytes | None, silent: bool
) -> int | None:
    courier = engine.courier(destination)
    assert courier is not None
    try:
        return await _handed_over(courier, destination, message, picture, silent)
    except DeliveryError as error:
        if error.outcome != Outcome.THREAD_GONE or destination.thread == 0:
            raise
        log.warning("the topic is gone: sent to the chat itself", chat=destination.chat, topic=destination.thread)
        await topic_gone(engine, destination)
        return await _handed_over(courier, Destination(destination.chat), message, picture, silent)


class _Unforeseen(DeliveryError):
    """A courier failed in a way nobody foresaw: the message may have arrived."""

    @property
    def outcome(self) -> Outcome:
        return Outcome.UNCERTAIN


async def _handed_over(
    courier: Courier, destination: Destination, message: Message, picture: bytes | None, silent: bool
) -> int | None:
    try:
        return await courier.send(destination, message, picture, silent=silent)
    except DeliveryError:
        raise
    except Exception as error:
        log.exception("courier failed", chat=destination.chat, reason=str(error))
        raise _Unforeseen(f"{type(error).__name__}: {error}") from error


# --- what did not arrive --------------------------------------------------------------------------------------------


async def _undelivered(engine: Engine, delivery: Delivery, error: DeliveryError, seconds: float) -> bool:
    """Marks what became of a delivery that was not confirmed; see `Outcome`."""
    now = engine.clock()
    reason = str(error)
    where = delivery.destination
    log.warning(
        "not delivered",
        **ids(delivery),
        outcome=error.outcome,
        reason=reason,
        attempts=delivery.attempts + 1,
        seconds=seconds,
    )
    engine.tally.add("undelivered")
    status, due_at = fate(delivery, error, now)
    if error.outcome == Outcome.UNCERTAIN:
        engine.line.in_doubt(now)
    elif error.outcome not in (Outcome.RETRY, Outcome.UNAUTHORIZED):
        engine.line.works()
    async with engine.database.write() as connection:
        await sending.mark(connection, delivery, status, due_at=due_at, error=reason)
        if error.outcome == Outcome.CHAT_PAUSED:
            await chats.set_chat_state(connection, where.chat, chats.ChatState.PAUSED, reason)
            await chats.set_not_before(connection, where.chat, now + chats.RIGHTS_AGAIN if error.comes_back else None)
            await chat_closed(engine, connection, where.chat, reason, now)
        if error.outcome == Outcome.CHAT_MIGRATED and error.new_chat_id is not None:
            await chats.migrate_chat(connection, where.chat, error.new_chat_id)
        if error.outcome in _ABOUT_ALL:
            rest = error.retry_after or (CHAT_RESTS if error.outcome == Outcome.UNAUTHORIZED else BACK_OFF)
            await chats.set_not_before(connection, where.chat, now + rest)
    return error.outcome not in (*_ABOUT_ALL, Outcome.CHAT_PAUSED, Outcome.CHAT_MIGRATED)


# Outcomes that the chat's next message would meet as well.
_ABOUT_ALL = (Outcome.RETRY, Outcome.UNAUTHORIZED)
