"""What the commands of the library ask of the rest of the program. It says who answers with what, and answers nothing
itself."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import BinaryIO, Protocol

from bot.store.asked import Mistake, Search, Unlabelled
from bot.store.record import Record
from bot.tell import Card, Message


class Library(Protocol):
    """Looks things up. Whatever takes long is done off the loop."""

    async def search(self, expression: str, since: timedelta, now: datetime) -> tuple[str, Search] | Mistake:
        """What the expression finds in the archive, and the key by which it is found again; or why it cannot be
        read."""
        ...

    async def kept(self, key: str) -> Search | None:
        """A search of before; None where it is gone."""
        ...

    async def story(self, story_id: int) -> Record:
        """All that is kept of a story, or of the one it was put into. Raises ChoiceError where there is none."""
        ...

    def card(self, watchlist: str) -> Card:
        """What messages say of a watchlist; of one that is gone, its name."""
        ...

    async def chronicle(self, label: str, watchlists: Collection[str]) -> list[Message] | Unlabelled:
        """The chronicle of a label in each of these watchlists that knows it; or that none does."""
        ...

    async def export(
        self, form: str, watchlists: Collection[str], since: datetime, now: datetime
    ) -> tuple[BinaryIO, int] | None:
        """A file, `csv` or `json`, of what these watchlists matched, to be closed by whoever asked, and how many rows
        it has; None where that is more than can be sent."""
        ...
