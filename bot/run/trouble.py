"""Tells people what became of a chat or a message: an owner that nothing goes there any more, a reader that something
may not have arrived. It sends nothing itself, and says each thing once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.model import DeliveryKind, Destination
from bot.run.admins import admin_chats
from bot.run.engine import Engine
from bot.run.tongue import language_of
from bot.speech import gettext as _
from bot.speech import speaking
from bot.store import AsyncConnection, chats, deliveries, doubt
from bot.store.chats import Chat, ChatState
from bot.store.deliveries import Delivery, Order
from bot.tell import Bold, Message, Text, plain
from bot.tell.fill import fill
from bot.tell.tree import Key, from_json, to_json
from bot.tell.wording import short

AGAIN = "2s"
"""What the data of a button begins with that sends a delivery again; the delivery's id follows."""

OFFERED = timedelta(days=2)
"""What is in doubt for longer is offered to nobody any more; `kentongan deliveries` shows it."""


async def topic_gone(engine: Engine, where: Destination) -> None:
    """The owner hears, once, that a topic is closed or deleted and its messages go to the chat itself."""
    now = engine.clock()
    async with engine.database.write() as connection:
        chat = await chats.get_chat(connection, where.chat)
        if chat is not None:
            key = f"notice:topic:{where.chat}:{where.thread}"
            await _tell(engine, connection, chat, key, lambda: _topic_gone(_name(chat), where.thread), now)


async def chat_closed(engine: Engine, connection: AsyncConnection, chat_id: int, reason: str, now: datetime) -> None:
    """The owner of a group or channel hears, once a day, that nothing can be sent there."""
    chat = await chats.get_chat(connection, chat_id)
    if chat is not None and chat.kind != "private":
        key = f"notice:closed:{chat_id}:{now:%Y-%m-%d}"
        await _tell(engine, connection, chat, key, lambda: _closed(_name(chat), reason), now)


async def offer_again(engine: Engine) -> int:
    """Asks the readers of digests that may or may not have arrived, once, whether to send them again: a digest is never
    repeated by itself, and an alert once only. Returns how many were asked about."""
    now = engine.clock()
    async with engine.database.read() as connection:
        found = await doubt.unasked(connection, now - OFFERED)
    if not found:
        return 0
    async with engine.database.write() as connection:
        for delivery in found:
            with speaking(await language_of(connection, delivery.destination.chat)):
                message = _in_doubt(delivery)
            order = _notice(f"{doubt.ASKED}{delivery.id}", delivery.destination, message, now)
            await deliveries.order(connection, order, now)
    return len(found)


async def _tell(
    engine: Engine, connection: AsyncConnection, chat: Chat, key: str, said: Callable[[], Message], now: datetime
) -> None:
    """To each owner in their language."""
    for place in await _owners(engine, connection, chat):
        with speaking(await language_of(connection, place.chat)):
            message = said()
        await deliveries.order(connection, _notice(f"{key}:{place.chat}", place, message, now), now)


async def _owners(engine: Engine, connection: AsyncConnection, chat: Chat) -> Sequence[Destination]:
    """The private chat of whoever let the chat in, else those of the admins."""
    if chat.owner_id is not None:
        owner = await chats.get_chat(connection, chat.owner_id)
        if owner is not None and owner.state is ChatState.ACTIVE:
            return [Destination(owner.id)]
    return await admin_chats(connection, engine, engine.config.settings.telegram.admins)


def _notice(key: str, place: Destination, message: Message, now: datetime) -> Order:
    return Order(key=key, destination=place, kind=DeliveryKind.NOTICE, due_at=now, body=to_json(message))


# --- what is said ---------------------------------------------------------------------------------------------------


def _topic_gone(name: str, topic: int) -> Message:
    sentence = _(
        "A topic of {chat} is closed or was deleted. What was meant for it goes to the chat itself (topic {number})."
    )
    return Message(*fill(sentence, chat=Bold(name), number=topic))


def _closed(name: str, reason: str) -> Message:
    sentence = _(
        "I can no longer write to {chat}: {reason}. Its subscriptions are kept; they go on when I may write there "
        "again."
    )
    return Message(*fill(sentence, chat=Bold(name), reason=reason))


def _in_doubt(delivery: Delivery) -> Message:
    keys = [[Key(_("Send it again"), f"{AGAIN}{delivery.id}")]]
    if delivery.kind is not DeliveryKind.ALERT:
        return Message(Text(_("A digest may not have arrived here: the line broke while it was sent.")), keys=keys)
    # Its first line is the headline: whoever reads this knows what it was about.
    said = from_json(delivery.body) if delivery.body else Message("")
    first = plain(said).strip().split("\n", 1)[0]
    doubt = Text(_("This may not have arrived here, for the line broke twice while it was sent:"))
    return Message(doubt, "\n", Bold(short(first)), keys=keys)


def _name(chat: Chat) -> str:
    return chat.title or str(chat.id)
