"""What comes back from a press in a menu: which screen, of which chat, for whom. It draws nothing and acts on nothing.

A menu keeps no state: all that a press needs is in its 64 bytes, and it names ids and what is wished, never positions
or a change, so that pressing twice is harmless and an old menu still works.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.model import Rhythm
from bot.telegram.asked import VERSION
from bot.telegram.buttons import Button, name_key

LETTER = "m"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Ask(StrEnum):
    """What a press in a menu asks for: small letters show something, capitals change something."""

    LIST = "l"
    WATCHLISTS = "w"
    CHATS = "m"
    CARD = "s"
    RHYTHM = "r"
    HOUR = "h"
    LABELS = "b"
    LANGUAGES = "g"
    TIER = "t"
    SURE = "x"
    CLOSE = "c"
    FOLLOW = "F"
    SET_RHYTHM = "R"
    SET_HOUR = "H"
    SET_LABEL = "B"
    SET_LANGUAGE = "G"
    SET_TIER = "T"
    SET_URGENT = "U"
    SET_SILENT = "Q"
    MOVE = "V"
    UNFOLLOW = "X"

    @property
    def changes(self) -> bool:
        """Whether it changes something."""
        return self.isupper()


@dataclass(frozen=True, slots=True)
class Place:
    """The chat a menu is about, and the user it belongs to; 0 where only the chat is known that opened it."""

    chat: int
    opener: int = 0


@dataclass(frozen=True, slots=True)
class Wished:
    """A press, read. `number` is a subscription or a page, `value` what is to be set."""

    ask: Ask
    place: Place
    number: int = 0
    value: str = ""

    def button(self, text: str, ask: Ask, number: int | None = None, value: str = "") -> Button:
        """A button of the same menu, about the same subscription where no other number is given."""
        return Button(
            text, encode(replace(self, ask=ask, number=self.number if number is None else number, value=value))
        )


RHYTHMS = {"i": Rhythm.INSTANT, "h": Rhythm.HOURLY, "d": Rhythm.DAILY, "k": Rhythm.WEEKDAYS, "w": Rhythm.WEEKLY}
"""What stands for a rhythm in a button."""


def encode(wished: Wished) -> str:
    """A button's data: at most 64 bytes for ids of Telegram, ours, and a value of 20."""
    ids = (wished.place.chat, wished.place.opener, wished.number)
    return f"{VERSION}{LETTER}{wished.ask}{'.'.join([*map(_short, ids), wished.value])}"


def decode(rest: str) -> Wished | None:
    """What stands behind version and letter; None where it is forged."""
    parts = rest[1:].split(".", 3)
    if len(parts) != 4 or rest[:1] not in list(Ask):
        return None
    chat, opener, number = map(_long, parts[:3])
    if chat is None or opener is None or number is None:
        return None
    return Wished(Ask(rest[0]), Place(chat, opener), number, parts[3])


def named(key: str, names: Sequence[str]) -> str | None:
    """The name that a key of twelve letters stands for; None where none of these has it."""
    return next((name for name in names if name_key(name) == key), None)


def _short(number: int) -> str:
    if number < 0:
        return "-" + _short(-number)
    text = ""
    while number >= len(_DIGITS):
        number, digit = divmod(number, len(_DIGITS))
        text = _DIGITS[digit] + text
    return _DIGITS[number] + text


def _long(text: str) -> int | None:
    digits = text.removeprefix("-")
    if not digits or len(digits) > 12 or any(digit not in _DIGITS for digit in digits):
        return None
    return int(text, len(_DIGITS))
