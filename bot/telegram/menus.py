"""The commands that open a menu: what a chat follows, what it may follow, how it is told, and which groups and channels
somebody may set up from their private chat. What a press does is in `menupress`.
"""

from __future__ import annotations

from telegram.helpers import create_deep_linked_url

from bot.model import Destination
from bot.speech import gettext, later, speaking
from bot.store import chats
from bot.store.chats import Chat
from bot.telegram import menuwords as say_so
from bot.telegram import words
from bot.telegram.asked import Command
from bot.telegram.buttons import Button, Keyboard, name_key
from bot.telegram.menukeys import Ask, Place, Wished
from bot.telegram.naming import named_card
from bot.telegram.newsroom import Gone
from bot.telegram.room import Room, Visit, answer, say
from bot.telegram.screens import draw, place_of
from bot.telegram.subscribing import Asked, change, follow, followed, read_wishes, show_latest, unfollow

MANAGE = "manage"
"""Behind /start, in a link that opens the private chat: somebody wants to set up a group or a channel."""


async def subscribe(room: Room, visit: Visit) -> None:
    """Follows a watchlist here, as the words behind its name say, or offers all of them."""
    if not visit.words:
        await watchlists(room, visit)
        return
    card = await named_card(room, visit, visit.words[0])
    if card is None:
        return
    asked, unknown = read_wishes(visit.words[1:], card)
    if unknown:
        labels = [each.id.split(":", 1)[1] for each in card.labels]
        await answer(room, visit, say_so.wishes_not_understood(unknown, labels))
        return
    subscription, new = await follow(room, visit.here, card.name, visit.now)
    if asked != Asked():
        subscription = await change(room, subscription.id, visit.here.chat, asked, visit.now) or subscription
    first = words.subscribed(card.title, subscription.rhythm, not new)
    screen = await draw(room, visit, Wished(Ask.CARD, place_of(visit), subscription.id), first=first)
    await answer(room, visit, screen.message, buttons=screen.keys)
    if new:
        await show_latest(room, visit.here, card.name, visit.now)


async def unsubscribe(room: Room, visit: Visit) -> None:
    """Stops following a watchlist, also one that is no longer configured, or offers those followed."""
    names = await followed(room, visit.here)
    if not visit.words:
        if names:
            await subscriptions(room, visit)
        else:
            await answer(room, visit, words.nothing_followed())
        return
    wanted = visit.words[0]
    name = next((name for name in names if name.lower() == wanted.lower()), None)
    card = Gone(name) if name and room.card(name) is None else await named_card(room, visit, wanted)
    if card is not None:
        gone = await unfollow(room, visit.here, card.name)
        reply = words.unsubscribed if gone else words.not_subscribed
        wished = Wished(Ask.LIST, place_of(visit))
        again = [[wished.button(gettext(say_so.AGAIN), Ask.FOLLOW, 0, name_key(card.name))]]
        await answer(room, visit, reply(card.title), buttons=again if gone and card.rules else None)


async def subscriptions(room: Room, visit: Visit) -> None:
    """What this chat follows, to be changed."""
    await _open(room, visit, Wished(Ask.LIST, place_of(visit)))


async def watchlists(room: Room, visit: Visit) -> None:
    """What can be followed."""
    if not room.newsroom.watchlists():
        await answer(room, visit, words.no_watchlists())
        return
    await _open(room, visit, Wished(Ask.WATCHLISTS, place_of(visit)))


async def manage(room: Room, visit: Visit) -> None:
    """The groups and channels that somebody may manage from here."""
    if not visit.caller.private:
        await answer(room, visit, words.privately())
        return
    await _open(room, visit, Wished(Ask.CHATS, place_of(visit)))


async def _open(room: Room, visit: Visit, wished: Wished) -> None:
    screen = await draw(room, visit, wished)
    await answer(room, visit, screen.message, buttons=screen.keys)


def to_private(room: Room) -> Keyboard:
    """The way from a group to the menu of the private chat."""
    return [[Button(gettext(say_so.TO_PRIVATE), url=create_deep_linked_url(room.wire.bot.username, MANAGE))]]


async def offer(room: Room, user: int, chat: Chat) -> None:
    """Tells somebody who has a private chat with the bot that it is in a chat of theirs now, and shows the way on."""
    async with room.database.read() as connection:
        own = await chats.get_chat(connection, user)
    if own is None or own.role == chats.REVOKED:
        return
    with speaking(own.language):
        keys = Wished(Ask.LIST, Place(chat.id, user)).button(gettext(say_so.SET_UP), Ask.LIST)
        await say(room, Destination(user), say_so.here_now(chat.title or str(chat.id)), buttons=[[keys]])


COMMANDS: dict[str, Command] = {
    "subscribe": Command(subscribe, later("follow a watchlist here: /subscribe NAME daily 07:30"), opens=True),
    "unsubscribe": Command(unsubscribe, later("stop following one")),
    "subscriptions": Command(subscriptions, later("what is followed here, and how it is told")),
    "watchlists": Command(watchlists, later("what can be followed")),
    "manage": Command(manage, later("set up your groups and channels from here")),
}
"""In the order of the menu."""
