"""What every command works with, and how it answers. It knows no command, and no Telegram error escapes it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.errors import Outcome
from bot.log import get
from bot.model import DeliveryKind, DeliveryStatus, Destination
from bot.store import chats, deliveries
from bot.store.database import Database
from bot.store.deliveries import Order
from bot.telegram import sender
from bot.telegram.access import Door
from bot.telegram.buttons import Keyboard
from bot.telegram.incoming import Caller
from bot.telegram.newsroom import Card, Newsroom
from bot.telegram.outcomes import SendFailure
from bot.telegram.rights import Rights
from bot.tell import Message, html, plain, split
from bot.tell.tree import Key, to_json, words_of

if TYPE_CHECKING:
    from bot.telegram.digestkeys import Briefs
    from bot.telegram.librarian import Library
    from bot.telegram.rulebook import Rulebook

log = get(__name__)

ANSWER_PATIENCE = timedelta(seconds=20)
"""How long an answer waits for its turn: whoever asked is still there, and others wait behind it."""
_MOST_PARTS = 20

LATER = timedelta(seconds=10)
"""How long an answer waits that may have arrived, before it is sent again."""


@dataclass(frozen=True, slots=True)
class Room:
    """The line, the memory, who answers about the news, the archive, sent digests and rules, who may enter, habits, and
    who manages which chat."""

    wire: sender.Wire
    database: Database
    newsroom: Newsroom
    library: Library
    briefs: Briefs
    rules: Rulebook
    door: Door
    digest_at: str
    timezone: str
    rights: Rights = field(default_factory=Rights)

    def card(self, name: str) -> Card | None:
        """The watchlist of that name; upper and lower case are the same."""
        return next((card for card in self.newsroom.watchlists() if card.name.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class Visit:
    """One command of one caller, who may ask."""

    caller: Caller
    words: tuple[str, ...]
    message_id: int
    reply_to: int | None
    admin: bool
    now: datetime

    @property
    def here(self) -> Destination:
        """Where the command came from, and where its answer goes."""
        return self.caller.destination


async def answer(
    room: Room, visit: Visit, *messages: Message, buttons: Keyboard | None = None, secret: bool = False
) -> bool:
    """Sends the messages where the command came from, long ones in parts; the buttons under the last. In a group the
    first is a reply, so that all see whose question it answers. Whether all of it was handed over or put by; a
    `secret` is put by nowhere."""
    reply_to = None if visit.caller.private else visit.message_id
    return await say(room, visit.here, *messages, buttons=buttons, reply_to=reply_to, secret=secret)


async def say(
    room: Room,
    destination: Destination,
    *messages: Message,
    buttons: Keyboard | None = None,
    reply_to: int | None = None,
    secret: bool = False,
) -> bool:
    """Whether all of it was handed over, or put by for later where that cannot be now; a `secret` never is."""
    parts = [part for message in messages for part in split(message)][:_MOST_PARTS]
    for number, part in enumerate(parts, 1):
        last = number == len(parts)
        try:
            destination = await _hand_over(
                room, destination, part, buttons if last else None, reply_to if number == 1 else None
            )
        except SendFailure as failure:
            await note_failure(room, destination.chat, failure)
            return not secret and await _put_by(room, destination, parts[number - 1 :], buttons, failure)
    return True


async def _put_by(
    room: Room, destination: Destination, parts: Sequence[Message], buttons: Keyboard | None, failure: SendFailure
) -> bool:
    """Puts what was not handed over into the outbox, where trying again can help; what may have arrived says so when it
    comes again. False for people who were never let in, and where nothing helps."""
    now = room.wire.clock()
    if failure.outcome not in (Outcome.UNCERTAIN, Outcome.RETRY, Outcome.UNAUTHORIZED):
        return False
    in_doubt = failure.outcome is Outcome.UNCERTAIN
    due = now + (failure.retry_after or (LATER if in_doubt else ANSWER_PATIENCE))
    keys = [[Key(button.text, button.data or "", button.url) for button in row] for row in buttons or ()]
    key = f"answer:{destination.chat}:{destination.thread}:{now:%Y-%m-%dT%H:%M:%S.%f}"
    async with room.database.write() as connection:
        if await chats.get_chat(connection, destination.chat) is None:
            return False
        for number, part in enumerate(parts, 1):
            last = number == len(parts)
            message = Message(*part.nodes, keys=keys, picture=part.picture) if last and keys else part
            order = Order(
                key=key if number == 1 else f"{key}#{number}",
                destination=destination,
                kind=DeliveryKind.NOTICE,
                due_at=due,
                body=to_json(message),
                part=number,
                status=DeliveryStatus.UNCERTAIN if in_doubt and number == 1 else DeliveryStatus.PENDING,
            )
            await deliveries.order(connection, order, now)
    log.info("an answer is put by", chat=destination.chat, parts=len(parts))
    return True


async def _hand_over(
    room: Room, destination: Destination, part: Message, buttons: Keyboard | None, reply_to: int | None
) -> Destination:
    """Where the message went, which is not always where it was meant to go. Raises SendFailure."""
    picture = None if part.picture is None else await room.newsroom.drawn(part)
    words = words_of(part)
    for attempt in range(3):
        try:
            await sender.send(
                room.wire,
                destination,
                html(words),
                plain(words),
                picture=picture,
                buttons=buttons,
                reply_to=reply_to,
                patience=ANSWER_PATIENCE,
            )
        except SendFailure as failure:
            if attempt == 2:
                raise
            if failure.outcome is Outcome.THREAD_GONE and destination.thread:
                destination = replace(destination, thread=0)
            elif failure.new_chat_id is not None:
                await migrate(room, destination.chat, failure.new_chat_id)
                destination = Destination(failure.new_chat_id, destination.thread)
            elif failure.outcome is not Outcome.RETRY or (failure.retry_after or timedelta()) > ANSWER_PATIENCE:
                raise
            elif failure.retry_after is None:
                await asyncio.sleep(1)
        else:
            break
    return destination


async def note_failure(room: Room, chat: int, failure: SendFailure) -> None:
    """Pauses a chat that cannot be written to; anything else is only said in the log."""
    log.warning("an answer was not handed over", chat=chat, outcome=failure.outcome.value, reason=str(failure))
    if failure.pause is not None:
        again = room.wire.clock() + chats.RIGHTS_AGAIN if failure.comes_back else None
        await pause(room, chat, failure.pause, again)
    if failure.flooded and failure.retry_after is not None:
        async with room.database.write() as connection:
            await chats.set_not_before(connection, chat, room.wire.clock() + failure.retry_after)


async def pause(room: Room, chat: int, reason: str, again: datetime | None = None) -> None:
    """Stops deliveries to a chat; it keeps everything. `again` is when to try, where nobody will tell."""
    async with room.database.write() as connection:
        await chats.set_not_before(connection, chat, again)
        if await chats.set_chat_state(connection, chat, chats.ChatState.PAUSED, reason):
            log.info("a chat is paused", chat=chat, reason=reason)


async def resume(room: Room, chat: int) -> None:
    """Deliveries to a chat may go on."""
    async with room.database.write() as connection:
        if await chats.set_chat_state(connection, chat, chats.ChatState.ACTIVE):
            log.info("a chat is active again", chat=chat)


async def migrate(room: Room, old: int, new: int) -> None:
    """All that belonged to a group belongs to the supergroup it became."""
    async with room.database.write() as connection:
        await chats.migrate_chat(connection, old, new)
    log.info("a group became a supergroup", old=old, new=new)
