"""An engine over a real SQLite database, with a clock that is set by hand and a courier that follows a script. It holds
no tests.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

from bot.errors import DeliveryError, Outcome
from bot.model import Article, DeliveryKind, Destination, Evidence, Match, Part, Priority, Rhythm, Source, Subscription
from bot.read import url_key
from bot.run.cpu import Cpu
from bot.run.engine import Engine
from bot.run.setup import configuration
from bot.store import articles, chats, deliveries, feeds, ledger, stories, subscriptions
from bot.store.database import open_database
from bot.store.deliveries import Delivery, Order
from bot.store.feeds import ListedFeed
from bot.store.tables import pages
from bot.tell import Message, plain
from bot.web import Client

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
ANALYST, OTHER, TOPIC = Destination(7), Destination(8), Destination(-100, 3)

SOURCES = """sources:
  - {name: antara, title: ANTARA News, tier: 1, feeds: [https://antara.example/rss]}
"""
WATCHLIST = """title: Japan's partners
concepts:
  partner: {labels: {indonesia: [Indonesia], nato: [NATO]}}
rules:
  - {name: partnership, match: partner, group_by: partner}
"""


class Failure(DeliveryError):
    """What a courier may answer."""

    def __init__(self, outcome: Outcome, retry_after: timedelta | None = None, new_chat_id: int | None = None) -> None:
        super().__init__(f"the server says {outcome}", permanent=outcome is Outcome.BAD_MESSAGE)
        self._outcome, self._retry_after, self._new_chat_id = outcome, retry_after, new_chat_id

    @property
    def outcome(self) -> Outcome:
        return self._outcome

    @property
    def retry_after(self) -> timedelta | None:
        return self._retry_after

    @property
    def new_chat_id(self) -> int | None:
        return self._new_chat_id


Answer = Exception | Callable[[], Awaitable[None]] | None


@dataclass
class ScriptedCourier:
    """Answers in the order of its script: raises an error, awaits a function, or hands over. Then it hands over all."""

    script: list[Answer] = field(default_factory=list)
    asked: list[tuple[Destination, str]] = field(default_factory=list)
    edited: list[tuple[Destination, int, str]] = field(default_factory=list)

    async def send(
        self, destination: Destination, message: Message, picture: bytes | None = None, *, silent: bool = False
    ) -> int:
        self.asked.append((destination, plain(message)))
        answer = self.script.pop(0) if self.script else None
        if isinstance(answer, Exception):
            raise answer
        if answer is not None:
            await answer()
        return 1000 + len(self.asked)

    async def edit(self, destination: Destination, message_id: int, message: Message) -> None:
        """Notes the words, after the same script."""
        self.edited.append((destination, message_id, plain(message)))
        answer = self.script.pop(0) if self.script else None
        if isinstance(answer, Exception):
            raise answer

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.asked]


@dataclass
class Scene:
    """The engine, its courier, and the hour."""

    engine: Engine
    courier: ScriptedCourier
    now: datetime

    def pass_time(self, length: timedelta) -> None:
        self.now += length

    async def order(self, key: str = "k", *, wait: timedelta = timedelta(), **given: object) -> int:
        """Puts a delivery into the outbox; its text is its key."""
        order = Order(
            key=key,
            destination=cast(Destination, given.pop("to", ANALYST)),
            kind=cast(DeliveryKind, given.pop("kind", DeliveryKind.ALERT)),
            due_at=self.now + wait,
            watchlist="partners",
            body=cast("list[object] | None", given.pop("body", [key])),
            **given,  # type: ignore[arg-type]  # the other fields of an order
        )
        async with self.engine.database.write() as connection:
            made = await deliveries.order(connection, order, self.now)
        assert made is not None
        return made

    async def ledger(self) -> dict[str, Delivery]:
        async with self.engine.database.read() as connection:
            return {each.key: each for each in await ledger.list_deliveries(connection, None, 1000)}

    async def chat(self, chat: int = ANALYST.chat) -> chats.Chat:
        async with self.engine.database.read() as connection:
            found = await chats.get_chat(connection, chat)
        assert found is not None
        return found

    async def subscription(self, rhythm: Rhythm, at: str = "07:00", due_at: datetime | None = None) -> Subscription:
        async with self.engine.database.write() as connection:
            return await subscriptions.subscribe(
                connection, ANALYST, "partners", rhythm=rhythm, at=at, now=self.now, due_at=due_at
            )

    async def story(self, number: int = 1, *, body: str | None = None, priority: Priority = Priority.NORMAL) -> int:
        """Stores a story of one article that the watchlist matches now."""
        text = body or f"Officials of Indonesia spoke of matter {number}."
        url = f"https://antara.example/news/{number}"
        article = Article(url, f"Headline {number}", (text,), text, source=Source("antara", "ANTARA News", tier=1))
        at = text.find("Indonesia")
        evidence = (Evidence("partner", "indonesia", "Indonesia", Part.BODY, 0, 0, at, at + 9, "Indonesia"),)
        match = Match("partners", "partnership", priority, {"partner": ("indonesia",)}, evidence, "v")
        async with self.engine.database.write() as connection:
            page = {"url": url, "url_key": url_key(url), "lane": 3, "host": "antara.example", "source": "antara"}
            row = await connection.execute(pages.insert().values(first_seen=self.now, **page).returning(pages.c.id))
            article_id = await articles.save_article(connection, row.scalar_one(), article, self.now, self.now)
            await stories.save_matches(connection, article_id, [match], self.now)
            story_id = await stories.new_story(connection, article.title, self.now)
            await stories.join_story(connection, story_id, article_id, [], self.now)
        return story_id


@asynccontextmanager
async def scene(folder: Path, now: datetime, settings: str = "") -> AsyncIterator[Scene]:
    """A scene with three chats and one listed feed."""
    config = folder / "config"
    (config / "watchlists").mkdir(parents=True)
    (config / "bot.yaml").write_text(settings or "timezone: UTC\n")
    (config / "sources.yaml").write_text(SOURCES)
    (config / "watchlists" / "partners.yaml").write_text(WATCHLIST)
    courier = ScriptedCourier()
    async with open_database(folder / "kentongan.db") as database:
        # Nothing here fetches or parses.
        shut = Client("Kentongan/0 (+https://example.org)", timeout=MINUTE, max_bytes=1)
        nobody = cast("tuple[Client, Cpu, Cpu]", (shut, None, None))
        couriers = {"telegram": courier}
        made = Scene(
            Engine(configuration(config), database, *nobody, couriers, lambda: made.now),  # type: ignore[arg-type]  # a courier
            courier,
            now,
        )
        async with database.write() as connection:
            for where in (ANALYST, OTHER, TOPIC):
                await chats.upsert_chat(connection, where.chat, kind="private", title="", role="reader", now=now)
            feed = ListedFeed("https://antara.example/rss", "antara", "antara.example", 3, None)
            await feeds.sync_feeds(connection, [feed], now)
        yield made
