"""The keys under a digest: the headlines of one section, and why its stories stand in this order. It sends nothing and
knows no digest.

A key lives as long as its message, so it names the delivery by its id and the section by a hash of its label.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.speech import gettext as _
from bot.tell.sections import Section
from bot.tell.tree import Key
from bot.tell.wording import short

DATA = "2d"
"""How the data of such a key begin: the version of our keys, and the letter of whoever answers these."""

KEYS = 12
"""Sections that have a key."""

_ROW = 2
_NAME = 28


class Ask(StrEnum):
    """What a key asks for; one letter on the wire."""

    MORE = "m"
    WHY = "w"


@dataclass(frozen=True, slots=True)
class Asked:
    """A press, read: of which delivery, and of which section; of all where `section` is None."""

    ask: Ask
    delivery: int
    section: str | None = None


def section_key(label: str) -> str:
    """Eight letters that stand for a section."""
    return hashlib.sha256(label.encode()).hexdigest()[:8]


def more_keys(delivery: int, named: Sequence[tuple[Section, str]]) -> list[list[Key]]:
    """The keys of a delivery: one for each section, given with its name, of which not all is shown in full, and one for
    the reasons."""
    cut = [(section, name) for section, name in named if section.headlines or section.unnamed][:KEYS]
    keys = [
        Key(
            _("{name}: all {number}").format(name=short(name, _NAME), number=section.stories),
            f"{DATA}{Ask.MORE}{delivery}.{section_key(section.label)}",
        )
        for section, name in cut
    ]
    rows = [keys[start : start + _ROW] for start in range(0, len(keys), _ROW)]
    return [*rows, [Key(_("Why this order?"), f"{DATA}{Ask.WHY}{delivery}")]]


_ASKED = re.compile(r"([mw])([0-9]{1,18})(?:\.([0-9a-f]{8}))?")


def read_more(rest: str) -> Asked | None:
    """What the data behind `DATA` ask for; None for anything that this never wrote."""
    found = _ASKED.fullmatch(rest)
    if found is None or (found[1] == Ask.MORE) is not (found[3] is not None):
        return None
    return Asked(Ask(found[1]), int(found[2]), found[3])
