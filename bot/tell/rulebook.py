"""What becomes of a version of a watchlist that somebody sent, as values. It says nothing and writes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.tell.rulechange import Changed, Preview


@dataclass(frozen=True, slots=True)
class Mistakes:
    """Why a version cannot be taken: a line each, as `file:line:column: message`, and how many more there are."""

    lines: tuple[str, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Proposal:
    """A version that is kept under its number, and what it would change."""

    version: int
    preview: Preview


class Done(StrEnum):
    """What became of it. `not_taken`: the file is in place, and the running configuration stays, for another file has a
    mistake; `stale`: the file was changed since the version was sent."""

    APPLIED = "applied"
    UNDONE = "undone"
    NOT_TAKEN = "not_taken"
    CANCELLED = "cancelled"
    ALREADY = "already"
    STALE = "stale"
    GONE = "gone"
    NOTHING_BEFORE = "nothing_before"
    NOT_WRITTEN = "not_written"


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done, to which watchlist, and what that changed; `reason` says why it could not be written."""

    done: Done
    watchlist: str = ""
    changed: Changed = field(default_factory=Changed)
    reason: str = ""
