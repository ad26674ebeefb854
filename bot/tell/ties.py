"""What a message says of stories that may be the same event, with the keys to decide it. It looks nothing up and
decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.speech import gettext as _
from bot.tell.tree import Italic, Key, Message, Text

MOST = 3
"""Stories named in one message, the likeliest; all of them are in `kentongan story ties`."""

HEADLINE_CHARS = 160


@dataclass(frozen=True, slots=True)
class Possible:
    """A story that may be the same event, and the number of the tie that says so."""

    tie: int
    story: int
    headline: str


def with_ties(message: Message, possible: Sequence[Possible], *, ask: bool) -> Message:
    """The message with a line for each story that may be the same event, and, where somebody there may decide it
    (`ask`), a row of two keys for each."""
    named = possible[:MOST]
    if not named:
        return message
    said = _("possibly the same event: {headline} (story {number})")
    lines = [Text("\n" + said.format(headline=_short(each.headline), number=each.story)) for each in named]
    rows = tuple(_row(each, alone=len(named) == 1) for each in named) if ask else ()
    return Message(*message.nodes, Italic(*lines), keys=(*message.keys, *rows))


def _row(possible: Possible, *, alone: bool) -> tuple[Key, ...]:
    same = _("Same event") if alone else _("Same event as {number}").format(number=possible.story)
    apart = _("Not the same") if alone else _("Not the same as {number}").format(number=possible.story)
    return Key(same, key_data(possible.tie, same=True)), Key(apart, key_data(possible.tie, same=False))


def _short(headline: str) -> str:
    words = " ".join(headline.split())
    return words if len(words) <= HEADLINE_CHARS else f"{words[: HEADLINE_CHARS - 1].rstrip()}…"


# Version, action, answer, number: at most 22 of the 64 bytes Telegram keeps.
_DATA = re.compile(r"1t([yn])([1-9][0-9]{0,18})")


def key_data(tie: int, *, same: bool) -> str:
    """What comes back when the key of a tie is pressed."""
    return f"1t{'y' if same else 'n'}{tie}"


def read_key(data: str) -> tuple[int, bool] | None:
    """The tie that a key is about, and whether it says that it is one event; None for any other key."""
    found = _DATA.fullmatch(data)
    if found is None or int(found[2]) >= 2**63:
        return None
    return int(found[2]), found[1] == "y"
