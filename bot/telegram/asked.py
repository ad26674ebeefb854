"""What a command and a press are to the reception: something that can be run for a visit. It runs nothing itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from bot.telegram.incoming import Press
from bot.telegram.room import Room, Visit


@dataclass(frozen=True, slots=True)
class Command:
    """What a command does, in a line for the menu (at most 256 characters), and whether it may open a chat."""

    run: Callable[[Room, Visit], Awaitable[None]]
    about: str
    for_admins: bool = False
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """The toast of a press, and what takes longer and comes after it."""

    toast: str
    then: Callable[[], Awaitable[None]]


Pressed: TypeAlias = Callable[[Room, Visit, Press, str], Awaitable[str | Answered]]
"""What a press does: given the button's data behind version and letter, it returns a toast of at most 200 characters.
Rights were judged before; whoever needs an admin looks at `Visit.admin`."""

VERSION = "2"
"""The first character of the data of a button that is followed by the letter of its handler and words of its own, 64
bytes in all."""
