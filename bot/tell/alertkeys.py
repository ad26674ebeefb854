"""The keys under an alert, and what comes back when one is pressed. It presses nothing and looks nothing up.

The data is the version, the letter of alerts, an act, and the number of the delivery: an alert may be pressed for ever,
whatever became of its story. A capital takes back what the small letter did.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum

from bot.speech import gettext as _
from bot.tell.tree import Key, Message

LETTER = "a"
_DATA = re.compile(r"([a-zA-Z])([1-9][0-9]{0,17})")


class Act(StrEnum):
    """What a press asks for."""

    WHY = "w"
    MUTE_STORY = "s"
    UNMUTE_STORY = "S"
    MUTE_SOURCE = "o"
    UNMUTE_SOURCE = "O"
    RELEVANT = "r"
    NOT_RELEVANT = "n"
    TAKE_BACK_RELEVANT = "R"
    TAKE_BACK_NOT_RELEVANT = "N"


UNDOES = {
    Act.MUTE_STORY: Act.UNMUTE_STORY,
    Act.MUTE_SOURCE: Act.UNMUTE_SOURCE,
    Act.RELEVANT: Act.TAKE_BACK_RELEVANT,
    Act.NOT_RELEVANT: Act.TAKE_BACK_NOT_RELEVANT,
}
"""What takes an act back."""


def label(act: Act) -> str:
    """What is written on a key; of one that takes back, what is so now, ticked, and that a press undoes it."""
    match act:
        case Act.WHY:
            return _("Why")
        case Act.MUTE_STORY:
            return _("Mute story")
        case Act.MUTE_SOURCE:
            return _("Mute source")
        case Act.RELEVANT:
            return _("Relevant")
        case Act.NOT_RELEVANT:
            return _("Not relevant")
        case Act.UNMUTE_STORY:
            return "✓ " + _("Story muted · undo")
        case Act.UNMUTE_SOURCE:
            return "✓ " + _("Source muted · undo")
        case Act.TAKE_BACK_RELEVANT:
            return "✓ " + _("Relevant · undo")
        case Act.TAKE_BACK_NOT_RELEVANT:
            return "✓ " + _("Not relevant · undo")


def key(act: Act, delivery: int) -> Key:
    """One key."""
    return Key(label(act), f"2{LETTER}{act}{delivery}")


def with_keys(message: Message, url: str, delivery: int, done: Collection[Act] = ()) -> Message:
    """The message with the keys of an alert above those it has; `url` is what Open opens, `done` what was pressed and
    holds."""

    def now(act: Act) -> Key:
        return key(UNDOES[act] if act in done else act, delivery)

    rows = (
        (Key(_("Open"), url=url), key(Act.WHY, delivery)),
        (now(Act.MUTE_STORY), now(Act.MUTE_SOURCE)),
        (now(Act.RELEVANT), now(Act.NOT_RELEVANT)),
    )
    return Message(*message.nodes, keys=(*rows, *message.keys), picture=message.picture)


def read(data: str) -> tuple[Act, int] | None:
    """The act and the delivery of a key, from its data behind version and letter; None for anything else."""
    found = _DATA.fullmatch(data)
    return (Act(found[1]), int(found[2])) if found and found[1] in list(Act) else None
