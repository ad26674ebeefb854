"""What the chat commands ask of the rest of the program. It says who answers with what, and answers nothing itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.model import Destination, Source
from bot.store.feedback import Verdict
from bot.store.tied import Fate
from bot.tell import Message
from bot.tell.hush import Hours
from bot.tell.wanted import LabelName


class Card(Protocol):
    """A watchlist as a reader meets it: the file's name, its title, what it is about, how many rules it holds, and the
    labels they capture, those that head a digest's sections first."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def rules(self) -> int: ...

    @property
    def description(self) -> str: ...

    @property
    def labels(self) -> Sequence[LabelName]: ...


@dataclass(frozen=True, slots=True)
class Gone:
    """A watchlist that is followed somewhere and no longer configured; its name is all that is known."""

    name: str
    rules: int = 0
    description: str = ""
    labels: Sequence[LabelName] = ()

    @property
    def title(self) -> str:
        """Its name."""
        return self.name


class Newsroom(Protocol):
    """Answers with whole messages, as trees, of any length; an empty list means that there is nothing to say."""

    def sources(self) -> Mapping[str, Source]:
        """The sources of the running configuration by name."""
        ...

    def quiet(self) -> Hours | None:
        """The quiet hours that hold for every chat that has none of its own."""
        ...

    def watchlists(self) -> Sequence[Card]:
        """The watchlists of the running configuration, in the order to show them."""
        ...

    def languages(self) -> Sequence[str]:
        """The languages that sources of the running configuration are expected to write in."""
        ...

    async def week(self, destination: Destination, now: datetime) -> Mapping[str, Sequence[int]]:
        """How many stories each watchlist had on each of the last seven days of the place's clock, the last one up to
        now; by the watchlist's name."""
        ...

    async def digest(self, watchlist: str, since: timedelta, destination: Destination, now: datetime) -> list[Message]:
        """What a digest of that long would say now; told or not makes no difference."""
        ...

    async def drawn(self, message: Message) -> bytes | None:
        """The message's picture as PNG; None where it has none, or none could be drawn."""
        ...

    async def latest(self, watchlist: str, destination: Destination, now: datetime) -> list[Message]:
        """The starting picture: the latest stories, for somebody who has just subscribed."""
        ...

    async def why(self, destination: Destination, message_id: int | None) -> list[Message]:
        """Why the alert with this message id was sent, or else the latest alert of this place."""
        ...

    async def judge(
        self, destination: Destination, message_id: int | None, user: int, verdict: Verdict, now: datetime
    ) -> str | None:
        """Notes what a user says of the story of the alert with this message id, or else of the latest alert of this
        place. The story's headline, empty where no rule matches it any more; None where there is no such alert."""
        ...

    async def decide(self, tie: int, same: bool, now: datetime) -> Fate:
        """Somebody who may do so says that the two stories of a tie are one event, or that they are not. What became of
        that."""
        ...

    async def status(self, now: datetime) -> list[Message]:
        """How the bot is doing, in a few lines."""
        ...

    async def subscribed(self, destination: Destination, watchlist: str, now: datetime) -> None:
        """Called after a new subscription is stored and what `latest` gave was shown."""
        ...
