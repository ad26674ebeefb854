"""Inline buttons: what is written on them, and the few bytes that come back when one is pressed. It sends nothing.

A button lives as long as its message, so its data names things by a hash of their name, never by a position, and begins
with a version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from bot.model import Rhythm
from bot.tell.ties import read_key
from bot.tell.tree import Key, usable_link

VERSION = "1"


@dataclass(frozen=True, slots=True)
class Button:
    """A label, and either data that comes back or an address that opens."""

    text: str
    data: str | None = None
    url: str | None = None


Keyboard: TypeAlias = Sequence[Sequence[Button]]


class Action(StrEnum):
    """What a press asks for; one letter on the wire. It names the wish, not a change, so pressing twice is harmless."""

    SUBSCRIBE = "s"
    UNSUBSCRIBE = "u"
    RHYTHM = "r"


_RHYTHMS = {
    "i": Rhythm.INSTANT,
    "h": Rhythm.HOURLY,
    "d": Rhythm.DAILY,
    "k": Rhythm.WEEKDAYS,
    "w": Rhythm.WEEKLY,
}
_LETTERS = {rhythm: letter for letter, rhythm in _RHYTHMS.items()}


@dataclass(frozen=True, slots=True)
class Wish:
    """A press, read: the action and the watchlist it is about. `listed`: the button stands in a pick list."""

    action: Action
    watchlist: str
    rhythm: Rhythm | None = None
    listed: bool = False


def name_key(name: str) -> str:
    """Twelve letters that stand for a watchlist's name."""
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def encode(wish: Wish) -> str:
    """The button's data, at most 20 bytes: version, action, detail, key."""
    detail = _LETTERS[wish.rhythm] if wish.rhythm else ("l" if wish.listed else "-")
    return f"{VERSION}{wish.action}{detail}{name_key(wish.watchlist)}"


def decode(data: str, names: Collection[str]) -> Wish | None:
    """What the data asks for; None if it is of another version, forged, or about a watchlist that is gone."""
    if len(data) != 15 or data[0] != VERSION or data[1] not in list(Action):
        return None
    name = next((name for name in names if name_key(name) == data[3:]), None)
    if name is None:
        return None
    action, detail = Action(data[1]), data[2]
    if action is Action.RHYTHM:
        return Wish(action, name, rhythm=_RHYTHMS[detail]) if detail in _RHYTHMS else None
    return Wish(action, name, listed=detail == "l")


def keyboard(keys: Sequence[Sequence[Key]]) -> Keyboard | None:
    """The keys of a message as buttons; None where it has none. An address that Telegram would refuse, and the whole
    message with it, gets no button."""
    rows = [
        [Button(key.text, None if key.url else key.data, key.url) for key in row if not key.url or usable_link(key.url)]
        for row in keys
    ]
    return [row for row in rows if row] or None


def settled(rows: Sequence[Sequence[Button]], tie: int, same: bool | None) -> Keyboard:
    """The buttons of an alert whose tie is decided: of its two the true one, ticked, or none where it is gone; all
    others as they stood, in `rows`."""
    kept = []
    for row in rows:
        keys = [(button, read_key(button.data or "")) for button in row]
        if any(key is not None and key[0] == tie for _, key in keys):
            true = [button for button, key in keys if key is not None and key[1] is same]
            row = [Button(f"✓ {button.text.removeprefix('✓ ')}", button.data) for button in true]
        kept.append(row)
    return [row for row in kept if row]
