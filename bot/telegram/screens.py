"""The screens of the menus: what each says, and the buttons under it. It changes nothing, and knows no rights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from telegram.helpers import create_deep_linked_url

from bot.model import Rhythm, Subscription
from bot.speech import gettext
from bot.store import chats
from bot.store.chats import Chat
from bot.telegram import menuwords as say_so
from bot.telegram.buttons import Button, Keyboard, name_key
from bot.telegram.menukeys import RHYTHMS, Ask, Place, Wished
from bot.telegram.newsroom import Card, Gone
from bot.telegram.room import Room, Visit
from bot.telegram.subscribing import subscriptions_here
from bot.tell import Message
from bot.tell.wanted import TIERS

ROWS = 8
"""Subscriptions, or chats, on one page of a menu."""
CARDS = 4
"""Watchlists on one page: each has three lines of its own."""
_CHOICES = 20
"""Labels on one page, two in a row."""
_MOST_CHATS = 40
_AT_HOUR = (Rhythm.DAILY, Rhythm.WEEKDAYS, Rhythm.WEEKLY)
_T = TypeVar("_T")
_TEXT = 48
"""Characters on a button that begin to be cut off on a telephone."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What a menu shows."""

    message: Message
    keys: Keyboard


async def draw(room: Room, visit: Visit, wished: Wished, *, first: Message | None = None) -> Screen:
    """The screen that is asked for; the list where the subscription it is about is gone. `first` is what became of the
    command that shows it."""
    if wished.ask is Ask.WATCHLISTS:
        return await _watchlists(room, visit, wished)
    if wished.ask is Ask.CHATS:
        return await managed(room, visit, wished)
    known = await subscriptions_here(room, wished.place.chat)
    one = next((each for each in known if each.id == wished.number), None)
    if wished.ask is Ask.LIST or one is None:
        page = wished.number if wished.ask is Ask.LIST else 0
        return await _list(room, visit, replace(wished, ask=Ask.LIST, number=page), known)
    card = room.card(one.watchlist) or Gone(one.watchlist)
    match wished.ask:
        case Ask.RHYTHM:
            return _rhythm(wished, one, card)
        case Ask.HOUR:
            return _hour(wished, one, card)
        case Ask.LABELS:
            return _labels(wished, one, card)
        case Ask.LANGUAGES:
            return _languages(room, wished, one, card)
        case Ask.TIER:
            return _tier(wished, one, card)
        case Ask.SURE:
            keys = [[_key(wished, say_so.REALLY, Ask.UNFOLLOW)], _ways_out(wished, Ask.CARD)]
            return Screen(say_so.really(card.title), keys)
        case _:
            return await _card(room, visit, wished, one, card, first)


def place_of(visit: Visit) -> Place:
    """This chat, and who opens a menu in it. Alone with somebody it belongs to whoever is there."""
    return Place(visit.here.chat, 0 if visit.caller.private else visit.caller.user or 0)


# --- lists ----------------------------------------------------------------------------------------------------------


async def _list(room: Room, visit: Visit, wished: Wished, known: Sequence[Subscription]) -> Screen:
    cards = {each.name: each for each in room.newsroom.watchlists()}
    page, shown = _page(known, wished.number, ROWS)
    keys = [
        [_key(wished, _cut(cards[one.watchlist].title if one.watchlist in cards else one.watchlist), Ask.CARD, one.id)]
        for one in shown
    ]
    keys += _turns(page, known, ROWS, lambda text, to: _key(wished, text, Ask.LIST, to))
    keys.append([_key(wished, say_so.ADD, Ask.WATCHLISTS, 0)])
    elsewhere = wished.place.chat != visit.here.chat
    if visit.caller.private:
        keys.append([_key(wished, say_so.OTHER_CHATS, Ask.CHATS, 0)])
    topics = any(one.destination.thread for one in known)
    chat = await _elsewhere(room, visit, wished)
    close = _key(wished, say_so.CLOSE, Ask.CLOSE, 0)
    back = Wished(Ask.CHATS, Place(visit.here.chat), 0)
    keys.append([_key(back, say_so.BACK, Ask.CHATS, 0), close] if elsewhere else [close])
    return Screen(say_so.subscriptions(shown, cards, chat, topics=topics), keys)


async def _watchlists(room: Room, visit: Visit, wished: Wished) -> Screen:
    cards = room.newsroom.watchlists()
    known = {one.watchlist: one for one in await subscriptions_here(room, wished.place.chat)}
    page, shown = _page(cards, wished.number, CARDS)
    pages = say_so.page(page + 1, _pages(cards, CARDS))
    week = await room.newsroom.week(visit.here, visit.now)
    chat = await _elsewhere(room, visit, wished)
    message = say_so.watchlists(shown, list(known), week, chat, pages)
    keys = [
        [
            _key(wished, f"✓ {_cut(each.title)}", Ask.CARD, known[each.name].id)
            if each.name in known
            else _key(wished, f"＋ {_cut(each.title)}", Ask.FOLLOW, page, name_key(each.name))
        ]
        for each in shown
    ]
    keys += _turns(page, cards, CARDS, lambda text, to: _key(wished, text, Ask.WATCHLISTS, to))
    return Screen(message, [*keys, _ways_out(wished, Ask.LIST, 0)])


async def managed(room: Room, visit: Visit, wished: Wished) -> Screen:
    """The groups and channels that whoever asks may manage, and the ways to add another."""
    async with room.database.read() as connection:
        known = [chat for chat in await chats.list_chats(connection) if chat.id < 0 and chat.role != chats.REVOKED]
    may = []
    for chat in known[:_MOST_CHATS]:
        if await room.rights.may_manage(room.wire, visit.caller.user, chat.id):
            may.append(chat)
    page, shown = _page(may, wished.number, ROWS)
    own = replace(wished, place=Place(visit.here.chat))
    keys: list[list[Button]] = []
    for chat in shown:
        # Whose it is stands in the data: rights are asked for at every press.
        there = Wished(Ask.LIST, Place(chat.id, visit.caller.user or 0))
        keys.append([_key(there, say_so.place(chat), Ask.LIST, 0)])
    keys += _turns(page, may, ROWS, lambda text, to: _key(own, text, Ask.CHATS, to))
    keys.append(
        [
            Button(gettext(say_so.ADD_GROUP), url=to_group(room)),
            Button(gettext(say_so.ADD_CHANNEL), url=to_channel(room)),
        ]
    )
    return Screen(say_so.chats(len(may)), [*keys, _ways_out(own, Ask.LIST, 0)])


def to_group(room: Room) -> str:
    """The link that adds the bot to a group, where it is told `/start manage` then."""
    return create_deep_linked_url(room.wire.bot.username, "manage", group=True)


def to_channel(room: Room) -> str:
    """The link that adds the bot to a channel as an administrator who may post."""
    return f"https://t.me/{room.wire.bot.username}?startchannel&admin=post_messages"


# --- one subscription -----------------------------------------------------------------------------------------------


async def _card(
    room: Room, visit: Visit, wished: Wished, one: Subscription, card: Card, first: Message | None
) -> Screen:
    wants = one.wants
    told = [_key(wished, say_so.HOW_OFTEN, Ask.RHYTHM)]
    if one.rhythm in _AT_HOUR:
        told.append(_key(wished, say_so.HOUR, Ask.HOUR))
    keys = [told]
    if card.rules:
        labels = [_key(wished, say_so.LABELS, Ask.LABELS, value="0")] if card.labels else []
        keys.append([*labels, _key(wished, say_so.LANGUAGES, Ask.LANGUAGES), _key(wished, say_so.SOURCES, Ask.TIER)])
    keys.append(
        [
            _tick(wished, say_so.URGENT, Ask.SET_URGENT, wants.urgent_only, str(int(not wants.urgent_only))),
            _tick(wished, say_so.SILENT, Ask.SET_SILENT, wants.silent, str(int(not wants.silent))),
        ]
    )
    if wished.place.chat == visit.here.chat and one.destination.thread != visit.here.thread:
        keys.append([_key(wished, say_so.MOVE, Ask.MOVE)])
    keys += [[_key(wished, say_so.STOP, Ask.SURE)], _ways_out(wished, Ask.LIST, 0)]
    chat = await _elsewhere(room, visit, wished)
    return Screen(say_so.card(one, card, chat, one.timezone, first=first), keys)


def _rhythm(wished: Wished, one: Subscription, card: Card) -> Screen:
    keys = [
        _tick(wished, say_so.RHYTHMS[each], Ask.SET_RHYTHM, each is one.rhythm, letter)
        for letter, each in RHYTHMS.items()
    ]
    return Screen(say_so.rhythm(card.title), [keys[:2], keys[2:], _ways_out(wished, Ask.CARD)])


def _hour(wished: Wished, one: Subscription, card: Card) -> Screen:
    hour, minute = one.at.split(":")
    hours = [
        _tick(wished, f"{each:02}", Ask.SET_HOUR, f"{each:02}" == hour, f"{each:02}{minute}") for each in range(24)
    ]
    minutes = sorted({"00", "15", "30", "45", minute})
    keys = [hours[start : start + 6] for start in range(0, 24, 6)]
    keys.append([_tick(wished, f":{each}", Ask.SET_HOUR, each == minute, f"{hour}{each}") for each in minutes])
    return Screen(say_so.hour(card.title, one.at, one.timezone), [*keys, _ways_out(wished, Ask.CARD)])


def _labels(wished: Wished, one: Subscription, card: Card) -> Screen:
    page, shown = _page(card.labels, int(wished.value) if wished.value.isdigit() else 0, _CHOICES)
    keys = [
        _tick(
            wished,
            _cut(each.called, 24),
            Ask.SET_LABEL,
            each.id in one.wants.labels,
            f"{page}{'-' if each.id in one.wants.labels else '+'}{name_key(each.id)}",
        )
        for each in shown
    ]
    rows = [keys[start : start + 2] for start in range(0, len(keys), 2)]
    rows += _turns(page, card.labels, _CHOICES, lambda text, to: _key(wished, text, Ask.LABELS, value=str(to)))
    rows.append([_tick(wished, say_so.EVERYTHING, Ask.SET_LABEL, not one.wants.labels, f"{page}*")])
    return Screen(say_so.labels(card.title, len(one.wants.labels)), [*rows, _ways_out(wished, Ask.CARD)])


def _languages(room: Room, wished: Wished, one: Subscription, card: Card) -> Screen:
    chosen = one.wants.languages
    keys = [
        _tick(
            wished,
            say_so.language_name(each),
            Ask.SET_LANGUAGE,
            each in chosen,
            f"{'-' if each in chosen else '+'}{each}",
        )
        for each in sorted({*room.newsroom.languages(), *chosen})[: 3 * _CHOICES]
    ]
    rows = [keys[start : start + 3] for start in range(0, len(keys), 3)]
    rows.append([_tick(wished, say_so.EVERYTHING, Ask.SET_LANGUAGE, not chosen, "*")])
    return Screen(say_so.languages(card.title), [*rows, _ways_out(wished, Ask.CARD)])


def _tier(wished: Wished, one: Subscription, card: Card) -> Screen:
    now = one.wants.tier or 0
    keys = [[_tick(wished, say_so.TIERS[each], Ask.SET_TIER, each == now, str(each))] for each in sorted((0, *TIERS))]
    return Screen(say_so.tier(card.title), [*keys, _ways_out(wished, Ask.CARD)])


# --- small parts ----------------------------------------------------------------------------------------------------


def _key(wished: Wished, text: str, ask: Ask, number: int | None = None, value: str = "") -> Button:
    return wished.button(gettext(text), ask, number, value)


def _tick(wished: Wished, text: str, ask: Ask, on: bool, value: str) -> Button:
    return wished.button(f"{'✓ ' if on else ''}{gettext(text)}", ask, None, value)


def _ways_out(wished: Wished, back: Ask, number: int | None = None) -> list[Button]:
    return [_key(wished, say_so.BACK, back, number), _key(wished, say_so.CLOSE, Ask.CLOSE)]


def _cut(text: str, most: int = _TEXT) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _pages(items: Sequence[object], size: int) -> int:
    return max(1, -(-len(items) // size))


def _page(items: Sequence[_T], number: int, size: int) -> tuple[int, Sequence[_T]]:
    """The page of that number, or the last there is, and what is on it."""
    page = min(max(number, 0), _pages(items, size) - 1)
    return page, items[page * size : (page + 1) * size]


def _turns(page: int, items: Sequence[object], size: int, make: Callable[[str, int], Button]) -> list[list[Button]]:
    keys = [make(say_so.NEWER, page - 1)] if page > 0 else []
    if page + 1 < _pages(items, size):
        keys.append(make(say_so.OLDER, page + 1))
    return [keys] if keys else []


async def _elsewhere(room: Room, visit: Visit, wished: Wished) -> Chat | None:
    """The chat a menu is about, where it is not the one it stands in."""
    if wished.place.chat == visit.here.chat:
        return None
    async with room.database.read() as connection:
        return await chats.get_chat(connection, wished.place.chat)
