"""Who may ask the bot for something, and where. It decides on facts it is given, and stores and says nothing.

An admin is a user id of the configuration, or somebody an admin's invitation made one. A group or channel is let in by
an admin; after that the people the bot knows, and the group's own anonymous admins, may use it there.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.settings import Access
from bot.telegram.incoming import Caller

INVITE_LIFE = timedelta(days=7)
LIVES = (timedelta(hours=1), timedelta(days=90))
MOST_USES = 100
_SECRET_BYTES = 18
_GUESSES = 5
_GUESS_WINDOW = timedelta(hours=1)


class Role(StrEnum):
    """What a chat may do."""

    READER = "reader"
    ADMIN = "admin"


REVOKED = "revoked"
"""What stands in the place of a role where somebody was let in once, and is no more."""


class Ruling(StrEnum):
    """The answer to a knock. `newcomer`: let in now; `unopened`: an admin must open this group first, and whom the bot
    knows is told how; `ignored`: a stranger among people of the house."""

    ALLOWED = "allowed"
    NEWCOMER = "newcomer"
    UNOPENED = "unopened"
    STRANGER = "stranger"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Door:
    """The rules of this installation."""

    access: Access = Access.INVITE
    admins: frozenset[int] = frozenset()

    def is_admin(self, user: int | None, role: str | None) -> bool:
        """Whether this user is an admin; `role` is that of their own private chat, if it was let in."""
        return user is not None and (user in self.admins or role == Role.ADMIN)

    def rule(self, caller: Caller, *, here: str | None, role: str | None, opening: bool) -> Ruling:
        """Whether the caller may ask. `here` is the role of this chat, `role` that of the caller's own private chat,
        each None where it was never let in; `opening`: the command is one that may open a chat."""
        admin = self.is_admin(caller.user, role)
        if REVOKED in (here, role) and not admin:
            return Ruling.STRANGER if caller.private else Ruling.IGNORED
        admitted, anybody = here not in (None, REVOKED), self.access is Access.OPEN
        if caller.private:
            if admitted:
                return Ruling.ALLOWED
            return Ruling.NEWCOMER if admin or anybody else Ruling.STRANGER
        if admitted:
            known = admin or anybody or caller.as_chat or role is not None
            return Ruling.ALLOWED if known else Ruling.IGNORED
        if opening and (admin or anybody):
            return Ruling.NEWCOMER
        return Ruling.UNOPENED if admin or anybody or role is not None else Ruling.STRANGER


def new_secret() -> str:
    """A fresh invitation: 24 characters that a deep link may carry (A-Z a-z 0-9 _ -, at most 64)."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def secret_hash(secret: str) -> str:
    """What is stored of an invitation."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Guard:
    """Counts wrong invitations of each chat, so that nobody guesses for long. It forgets at a restart."""

    def __init__(self) -> None:
        self._wrong: dict[int, deque[datetime]] = {}

    def may_try(self, chat: int, now: datetime) -> bool:
        """Whether the chat has a guess left in this hour."""
        return self._count(chat, now) < _GUESSES

    def wrong(self, chat: int, now: datetime) -> bool:
        """Counts a wrong one; True where it was the last that is answered."""
        self._count(chat, now)
        self._wrong.setdefault(chat, deque()).append(now)
        return self._count(chat, now) >= _GUESSES

    def _count(self, chat: int, now: datetime) -> int:
        for known in list(self._wrong) if len(self._wrong) > 1000 else [chat]:
            tries = self._wrong.get(known, deque())
            while tries and now - tries[0] > _GUESS_WINDOW:
                tries.popleft()
            if not tries:
                self._wrong.pop(known, None)
        return len(self._wrong.get(chat, ()))
