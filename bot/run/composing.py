"""A delivery gets its words just before it leaves, so that it tells what is known now. It sends nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.log import get, stopwatch
from bot.model import DeliveryKind
from bot.run.alerting import Needless, compose_alert
from bot.run.briefing import brief
from bot.run.engine import Engine
from bot.speech import speaking
from bot.store import AsyncConnection, chats, deliveries, feeds, pages
from bot.store.deliveries import Delivery
from bot.tell import Message, split
from bot.tell.digests import in_parts
from bot.tell.split import MOST_PARTS
from bot.tell.tree import to_json

log = get(__name__)

PICTURE_LONGEST = timedelta(minutes=30)
"""A starting picture waits no longer than this for the pages of a first look."""

PAGES_AGAIN = timedelta(seconds=15)
"""How long after which it looks for them again."""


async def composed(engine: Engine, delivery: Delivery) -> Delivery | None:
    """The delivery with its body. None where there is nothing to send, or not yet."""
    if delivery.body is not None:
        return delivery
    now, took = engine.clock(), stopwatch()
    async with engine.database.write() as connection:
        if not await deliveries.hold_unwritten(connection, delivery.id):
            return None
        if delivery.kind is DeliveryKind.PICTURE and now - delivery.created_at < PICTURE_LONGEST:
            waiting = await pages.quiet_pages_waiting(connection) + await feeds.never_polled(connection)
            if waiting:
                await deliveries.postpone(connection, delivery.id, now + PAGES_AGAIN)
                return None
        chat = await chats.get_chat(connection, delivery.destination.chat)
        with speaking(chat.language if chat else None):
            message = await _compose(engine, connection, delivery, now)
        if isinstance(message, Needless):
            await deliveries.cancel(connection, delivery.id, message)
            log.info("composed", **ids(delivery), outcome=message, parts=0, seconds=took())
            return None
        cut = in_parts if delivery.kind in (DeliveryKind.DIGEST, DeliveryKind.PICTURE) else split
        parts = [to_json(part) for part in cut(message)[:MOST_PARTS]]
        await deliveries.set_body(connection, delivery, parts, now)
    log.info("composed", **ids(delivery), outcome="composed", parts=len(parts), seconds=took())
    return replace(delivery, body=parts[0])


async def _compose(
    engine: Engine, connection: AsyncConnection, delivery: Delivery, now: datetime
) -> Message | Needless:
    if delivery.kind is DeliveryKind.ALERT:
        return await compose_alert(engine, connection, delivery, now)
    return await brief(engine, connection, delivery, now) or Needless.NO_MATCH


def ids(delivery: Delivery) -> dict[str, object]:
    """What the log says of which delivery it is about."""
    return {
        "delivery": delivery.id,
        "kind": delivery.kind,
        "chat": delivery.destination.chat,
        "story": delivery.story_id,
    }
