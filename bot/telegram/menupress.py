"""What a press in a menu does, and the screen it leads to. One message is edited as somebody goes through it.

A menu in a group belongs to whoever opened it. Who may use the bot at all was judged before; whether somebody may
manage another chat is asked of Telegram at every press.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.log import get
from bot.model import Destination, Subscription, Wants
from bot.store import chats, wants
from bot.telegram import menuwords as say_so
from bot.telegram import sender, words
from bot.telegram.asked import Answered, Pressed
from bot.telegram.buttons import Action, Wish
from bot.telegram.incoming import Press
from bot.telegram.menukeys import LETTER, RHYTHMS, Ask, Wished, decode, named
from bot.telegram.outcomes import SendFailure
from bot.telegram.room import Room, Visit
from bot.telegram.screens import Screen, draw, place_of
from bot.telegram.subscribing import (
    Asked,
    change,
    follow,
    read_hour,
    set_wants,
    show_latest,
    subscriptions_here,
    unfollow,
)
from bot.tell import html, plain
from bot.tell.wanted import TIERS

log = get(__name__)

_CHANNEL = "channel"
_LABEL = re.compile(r"(?P<page>\d{1,3})(?P<sign>[+*-])(?P<key>.*)")
"""The page it was chosen on, whether it is wanted, and what stands for it."""


async def pressed(room: Room, visit: Visit, press: Press, rest: str) -> str | Answered:
    """Does what a button of a menu asks for, and shows the next screen in the same message."""
    wished = decode(rest)
    if wished is None:
        return words.NO_SUCH_BUTTON
    refusal = await _refusal(room, visit, wished)
    if refusal is not None:
        return refusal
    if wished.ask is Ask.CLOSE:
        return await _close(room, visit, press)
    toast, following, new = "", wished, None
    if wished.ask.changes:
        toast, following, new = await _act(room, visit, wished)
    await _show(room, visit, press, await draw(room, visit, following))
    return _answered(room, visit, toast, new)


async def pressed_before(room: Room, visit: Visit, press: Press, wish: Wish) -> str | Answered:
    """The same for a button of the first version; its message becomes one of these menus."""
    wished = Wished(Ask.WATCHLISTS if wish.listed else Ask.LIST, place_of(visit))
    new: Subscription | None = None
    toast = words.NOTHING_CHANGED
    match wish.action:
        case Action.SUBSCRIBE:
            if room.card(wish.watchlist) is None:
                return words.NO_SUCH_BUTTON
            one, fresh = await follow(room, visit.here, wish.watchlist, visit.now)
            new = one if fresh else None
            toast = words.SUBSCRIBED
            wished = wished if wish.listed else replace(wished, ask=Ask.CARD, number=one.id)
        case Action.UNSUBSCRIBE:
            toast = words.UNSUBSCRIBED if await unfollow(room, visit.here, wish.watchlist) else toast
        case Action.RHYTHM:
            known = await subscriptions_here(room, visit.here)
            found = next((one for one in known if one.watchlist == wish.watchlist), None)
            if found is not None and wish.rhythm is not None:
                await change(room, found.id, visit.here.chat, Asked(rhythm=wish.rhythm), visit.now)
                toast, wished = words.rhythm_set(wish.rhythm), replace(wished, ask=Ask.CARD, number=found.id)
    await _show(room, visit, press, await draw(room, visit, wished))
    return _answered(room, visit, toast, new)


def _answered(room: Room, visit: Visit, toast: str, new: Subscription | None) -> str | Answered:
    """The toast; where a subscription is new, its starting picture comes after it."""
    if new is None:
        return toast

    async def then() -> None:
        await show_latest(room, new.destination, new.watchlist, visit.now)

    return Answered(toast, then)


async def _refusal(room: Room, visit: Visit, wished: Wished) -> str | None:
    """Why somebody may not press this, as a toast; None where they may."""
    place, caller = wished.place, visit.caller
    if place.chat == visit.here.chat:
        if caller.private:
            return None
        if place.opener and place.opener != caller.user:
            return say_so.NOT_YOUR_MENU
        # A post of a channel and an anonymous administrator name nobody: any of the chat's administrators may press.
        return None if place.opener and caller.kind != _CHANNEL else await _no_rights(room, visit, wished)
    if wished.ask is Ask.CHATS:
        return words.NO_SUCH_BUTTON
    async with room.database.read() as connection:
        chat = await chats.get_chat(connection, place.chat)
    if not caller.private or place.opener != caller.user or chat is None or chat.role == chats.REVOKED:
        return words.NO_SUCH_BUTTON
    return await _no_rights(room, visit, wished)


async def _no_rights(room: Room, visit: Visit, wished: Wished) -> str | None:
    fresh = wished.ask.changes
    may = await room.rights.may_manage(room.wire, visit.caller.user, wished.place.chat, fresh=fresh)
    if may is None:
        return say_so.NOT_KNOWN
    return None if may else say_so.NO_RIGHTS


async def _show(room: Room, visit: Visit, press: Press, screen: Screen) -> None:
    words_of_it = html(screen.message), plain(screen.message)
    try:
        await sender.edit(room.wire, visit.here, press.message_id, *words_of_it, buttons=screen.keys)
    except SendFailure as failure:
        log.info("a menu was not redrawn", chat=visit.here.chat, reason=str(failure))


async def _close(room: Room, visit: Visit, press: Press) -> str:
    """Takes the menu away; where it is too old for that, its buttons."""
    try:
        await sender.delete(room.wire, visit.here, press.message_id)
    except SendFailure:
        try:
            await sender.set_buttons(room.wire, visit.here, press.message_id, None)
        except SendFailure as failure:
            log.info("a menu was not closed", chat=visit.here.chat, reason=str(failure))
    return say_so.CLOSED


# --- changes --------------------------------------------------------------------------------------------------------


async def _act(room: Room, visit: Visit, wished: Wished) -> tuple[str, Wished, Subscription | None]:
    """Does it: a toast, what to show next, and the subscription where there is a new one."""
    gone = words.NO_SUCH_BUTTON, replace(wished, ask=Ask.LIST, number=0), None
    chat, card = wished.place.chat, replace(wished, ask=Ask.CARD, value="")
    if wished.ask is Ask.FOLLOW:
        name = named(wished.value, [each.name for each in room.newsroom.watchlists()])
        if name is None:
            return words.NO_SUCH_BUTTON, replace(wished, ask=Ask.WATCHLISTS), None
        where = visit.here if chat == visit.here.chat else Destination(chat)
        one, new = await follow(room, where, name, visit.now)
        return words.SUBSCRIBED, replace(card, number=one.id), one if new else None
    known = next((one for one in await subscriptions_here(room, chat) if one.id == wished.number), None)
    if known is None:
        return gone
    if wished.ask is Ask.UNFOLLOW:
        await unfollow(room, known.destination, known.watchlist)
        return words.UNSUBSCRIBED, replace(wished, ask=Ask.LIST, number=0), None
    if wished.ask is Ask.MOVE:
        async with room.database.write() as connection:
            moved = chat == visit.here.chat and await wants.move(connection, known.id, visit.here.thread)
        return say_so.SET if moved else say_so.THERE_ALREADY, card, None
    asked, following = _asked(wished), card
    if asked is not None:
        await change(room, known.id, chat, asked, visit.now)
    else:
        wished_for = _wants(wished, known.wants, _labels(room, known))
        if wished_for is None:
            return words.NO_SUCH_BUTTON, card, None
        await set_wants(room, known.id, chat, wished_for)
        following = _again(wished, card)
    if wished.ask is Ask.SET_HOUR:
        following = replace(card, ask=Ask.HOUR)
    return say_so.SET, following, None


def _asked(wished: Wished) -> Asked | None:
    """How to be told, where the press is about that."""
    if wished.ask is Ask.SET_RHYTHM and wished.value in RHYTHMS:
        return Asked(rhythm=RHYTHMS[wished.value])
    if wished.ask is Ask.SET_HOUR and (hour := read_hour(f"{wished.value[:2]}:{wished.value[2:]}")):
        return Asked(at=hour)
    return None


def _wants(wished: Wished, known: Wants, labels: Sequence[str]) -> Wants | None:
    """What is wanted after the press; None where it asks for nothing that there is."""
    value = wished.value
    match wished.ask:
        case Ask.SET_URGENT if value in ("0", "1"):
            return replace(known, urgent_only=value == "1")
        case Ask.SET_SILENT if value in ("0", "1"):
            return replace(known, silent=value == "1")
        case Ask.SET_TIER if value in {"0", *map(str, TIERS)}:
            return replace(known, tier=int(value) or None)
        case Ask.SET_LANGUAGE:
            return replace(known, languages=_turned(known.languages, value[:1], value[1:]))
        case Ask.SET_LABEL if found := _LABEL.fullmatch(value):
            label = named(found["key"], [*labels, *known.labels])
            if label is None and found["sign"] != "*":
                return None
            return replace(known, labels=_turned(known.labels, found["sign"], label or ""))
        case _:
            return None


def _labels(room: Room, known: Subscription) -> list[str]:
    card = room.card(known.watchlist)
    return [each.id for each in card.labels] if card else []


def _turned(known: tuple[str, ...], sign: str, one: str) -> tuple[str, ...]:
    """With one more, or without it; `*` is none, which leaves everything."""
    if sign == "*":
        return ()
    kept = tuple(each for each in known if each != one)
    return (*kept, one) if sign == "+" else kept


def _again(wished: Wished, card: Wished) -> Wished:
    """The screen on which somebody goes on choosing."""
    if wished.ask is Ask.SET_LABEL:
        found = _LABEL.fullmatch(wished.value)
        return replace(card, ask=Ask.LABELS, value=found["page"] if found else "0")
    return replace(card, ask=Ask.LANGUAGES) if wished.ask is Ask.SET_LANGUAGE else card


PRESSES: dict[str, Pressed] = {LETTER: pressed}
