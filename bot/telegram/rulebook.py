"""What the commands that change watchlists ask of the rest of the program. It changes nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.tell.rulebook import Applied, Mistakes, Proposal


class Rulebook(Protocol):
    """The files of the watchlists. Whatever takes long is done off the loop, one thing after the other."""

    def names(self) -> Sequence[str]:
        """The watchlists of the running configuration."""
        ...

    async def file(self, name: str) -> bytes | None:
        """The file as it is on disk; None where there is none that can be read."""
        ...

    async def propose(
        self, name: str, content: bytes, chat: int, user: int | None, now: datetime
    ) -> Proposal | Mistakes:
        """Keeps a version that was sent, and says what it would change; or what is wrong with it."""
        ...

    async def cancel(self, number: int) -> Applied:
        """Leaves a version alone."""
        ...

    async def apply(self, number: int, chat: int, user: int | None, now: datetime) -> Applied:
        """Puts a version in place, and tells those who follow the watchlist."""
        ...

    async def undo(self, name: str | None, chat: int, user: int | None, now: datetime) -> Applied:
        """Puts the version before the present one back; of the watchlist changed last, where none is named."""
        ...
