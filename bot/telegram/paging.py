"""The small parts that lists in a chat share: keys, pages, lengths of time. It answers no command."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.log import get
from bot.speech import gettext
from bot.store import chats
from bot.telegram import librarywords as say_so
from bot.telegram import sender, words
from bot.telegram.asked import VERSION
from bot.telegram.buttons import Button, Keyboard
from bot.telegram.librarywords import PAGE
from bot.telegram.outcomes import SendFailure
from bot.telegram.room import Room, Visit
from bot.tell import Message, html, plain

log = get(__name__)

LETTER = "l"
_SPAN = re.compile(r"(\d{1,5})\s*([mhdw])", re.IGNORECASE)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def turns(data: Callable[[int], str], page: int, items: int) -> list[Button]:
    """The keys to the pages beside one, of so many items; `data` makes what comes back for a page."""
    keys = []
    if page > 0:
        keys.append(key(gettext(say_so.LATER_KEY), data(page - 1)))
    if (page + 1) * PAGE < items:
        keys.append(key(gettext(say_so.EARLIER_KEY), data(page + 1)))
    return keys


def key(text: str, rest: str) -> Button:
    """A button of the library."""
    return Button(text, f"{VERSION}{LETTER}{rest}")


# --- the common part ------------------------------------------------------------------------------------------------


def parse_span(word: str) -> timedelta | None:
    """`90m`, `24h`, `7d`, `2w` as a length of time; None for anything else."""
    found = _SPAN.fullmatch(word)
    return timedelta(**{_UNITS[found[2].lower()]: int(found[1])}) if found else None


def number_of(word: str) -> int | None:
    """An id or a page; None for anything else."""
    return int(word) if word.isascii() and word.isdigit() and len(word) <= 18 else None


async def zone_of(room: Room, visit: Visit) -> ZoneInfo:
    """The zone of this chat."""
    async with room.database.read() as connection:
        chat = await chats.get_chat(connection, visit.here.chat)
    return ZoneInfo((chat.timezone if chat else None) or room.timezone)


async def redraw(room: Room, visit: Visit, message: Message, keys: Keyboard) -> str:
    """Puts another page into the message whose button was pressed. A toast."""
    try:
        await sender.edit(room.wire, visit.here, visit.message_id, html(message), plain(message), buttons=keys)
    except SendFailure as failure:
        log.info("a page was not turned", chat=visit.here.chat, reason=str(failure))
        return words.FAILED
    return ""


async def set_keys(room: Room, visit: Visit, keys: Keyboard) -> None:
    """Puts other buttons below the message whose button was pressed."""
    try:
        await sender.set_buttons(room.wire, visit.here, visit.message_id, keys)
    except SendFailure as failure:
        log.info("buttons were not redrawn", chat=visit.here.chat, reason=str(failure))
