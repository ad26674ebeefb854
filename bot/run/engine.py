"""What every step needs, in one place: configuration, doors, the clock. It does no work itself."""

from __future__ import annotations

import asyncio
import os
import socket
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex
from typing import Protocol

from bot.model import DeliveryKind, Destination, Priority, Source
from bot.run.claims import Claimed, Holding, all_of_them, claim
from bot.run.cpu import Cpu
from bot.run.line import Line
from bot.run.listing import Document, store_documents
from bot.run.polled import Good, items_read, record_same
from bot.run.together import Together
from bot.settings import Settings
from bot.store import AsyncConnection
from bot.store.database import Database
from bot.tell import Card, Message
from bot.tell.policy import Ladders
from bot.watch import Watchlists
from bot.web import Client, Room

PAGES_IN_WORK = 64
"""Pages fetched and parsed at the same time: their bodies are in memory until a worker has them."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """One complete, valid configuration. It is replaced as a whole; a step keeps the one it began with."""

    settings: Settings
    sources: Mapping[str, Source]
    watchlists: Watchlists

    def card(self, watchlist: str) -> Card:
        """What messages say of a watchlist; of one that is gone, its name."""
        found = self.watchlists.lists.get(watchlist)
        if found is None:
            return Card(watchlist, watchlist, {}, None)
        names = {
            (concept.name, label): _called(label, [use.term.text.strip("*") for use in uses])
            for concept in found.concepts.values()
            for label, uses in concept.labels.items()
        }
        group_by = next((rule.group_by for rule in found.rules if rule.group_by), None)
        return Card(watchlist, found.title, names, group_by)

    def ladders(self) -> Ladders:
        """The names of the steps of each watchlist, from the lowest."""
        return {
            name: tuple(tuple(concept.labels) for concept in listed.concepts.values() if concept.steps)
            for name, listed in self.watchlists.lists.items()
        }


def _called(label: str, terms: Sequence[str]) -> str:
    """What a reader calls a label: its term that is spelled as it is, else its first one."""
    spelled = label.replace("_", " ")
    return next((term for term in terms if term.casefold() == spelled), terms[0] if terms else label)


class Courier(Protocol):
    """Hands a message over."""

    async def send(
        self, destination: Destination, message: Message, picture: bytes | None = None, *, silent: bool = False
    ) -> int | None:
        """The message's id in its chat, where it has one; `picture` is the message's own, drawn as PNG; `silent`: it
        makes no sound. Raises DeliveryError."""

    async def edit(self, destination: Destination, message_id: int, message: Message) -> None:
        """Puts other words and keys into a message that stands in its chat; one that shows them already is left as it
        is. Raises DeliveryError, with the outcome `message_gone` where nothing is left that can be edited."""


@dataclass(frozen=True, slots=True)
class FeedResult:
    """What one poll of a feed came to."""

    source: str
    url: str
    outcome: str
    entries: int = 0
    new: int = 0
    error: str | None = None


@dataclass(slots=True)
class Tally:
    """What was done since the program began: for `once`, `demo` and the metrics."""

    counts: Counter[str] = field(default_factory=Counter)
    feeds: list[FeedResult] = field(default_factory=list)
    on_change: Callable[[], None] | None = None
    by_feed: bool = False
    """Whether to keep each poll's result: a single round does, a service would keep them for ever."""

    def clear(self) -> None:
        """Begins anew."""
        self.counts.clear()
        self.feeds.clear()

    def report(self, result: FeedResult) -> None:
        """Notes a poll."""
        if self.by_feed:
            self.feeds.append(result)

    def add(self, what: str, number: int = 1) -> None:
        """Counts something."""
        self.counts[what] += number
        if self.on_change is not None:
            self.on_change()


def node_name() -> str:
    """A name that no other machine has, and not this one after a restart either."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{token_hex(2)}"


def at_once(destination: Destination, kind: DeliveryKind, priority: Priority) -> AbstractAsyncContextManager[object]:
    """Nobody has to wait for a turn."""
    return nullcontext()


Offer = Callable[..., Awaitable[None]]
"""See `Work.offer_within`."""


async def to_nobody(connection: AsyncConnection, *lanes: int) -> None:
    """Nobody waits for an offer: whoever looks at what is due finds it."""


@dataclass(slots=True)
class Engine:
    """The running program's parts. `config` is one reference, swapped at once on reload.

    Feeds have a worker of their own (`feed_cpu`), so that hostile pages cannot hold up polling. `feeds_until` bounds a
    single round: feeds that fall due later wait for the next one. `turn` waits until a message
    may leave, and keeps its place for the length of a block: a crash while it waits leaves no doubt about that message.
    It raises DeliveryError where that would take too long.
    """

    config: Configuration
    database: Database
    client: Client
    cpu: Cpu
    feed_cpu: Cpu
    couriers: dict[str, Courier]
    clock: Callable[[], datetime]
    tally: Tally = field(default_factory=Tally)
    page_room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(PAGES_IN_WORK))
    page_bodies: Room = field(default_factory=Room)
    feed_bodies: Room = field(default_factory=Room)
    """Large pages keep no large feed waiting."""
    line: Line = field(default_factory=Line)
    node: str = field(default_factory=node_name)
    """This machine among others."""
    feeds_until: datetime | None = None
    stopping: bool = False
    """The program is about to end: what is in hand is finished, nothing more is begun."""
    turn: Callable[[Destination, DeliveryKind, Priority], AbstractAsyncContextManager[object]] = at_once
    offer: Offer = to_nobody
    """Where to say, in the transaction that makes something due, in which lanes it is."""
    holding: Holding = all_of_them
    claim: Together[int, Claimed] = field(init=False)
    """What is due in a lane, leased."""
    items_read: Together[int, frozenset[str]] = field(init=False)
    """The hashes of a feed's items that were read before."""
    store: Together[Document, int | None] = field(init=False)
    """Stores what a document lists; how many entries are new, or None where it must be read whole."""
    same: Together[Good, None] = field(init=False)
    """Records a poll that found nothing changed."""

    def __post_init__(self) -> None:
        self.claim = Together(
            lambda lanes: claim(self.database, lanes, self.clock(), self.feeds_due_by(), self.holding)
        )
        self.items_read = Together(lambda feed_ids: items_read(self.database, feed_ids))
        self.store = Together(
            lambda documents: store_documents(self.database, self.clock, self.offer, documents), most=20
        )
        self.same = Together(lambda polls: record_same(self.database, self.clock, polls))

    def feeds_due_by(self) -> datetime:
        """Feeds due until then may be polled."""
        now = self.clock()
        return now if self.feeds_until is None else min(now, self.feeds_until)

    def courier(self, destination: Destination) -> Courier | None:
        """Who carries messages there: None where no token was given."""
        return self.couriers.get("console" if destination.chat == 0 else "telegram")
