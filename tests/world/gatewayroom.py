"""The bot's side of Telegram against the fake server, with a real database and a newsroom of a few lines. It holds no
tests; the fixtures are in `conftest`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from faketelegram import FakeTelegram, Sent
from pydantic import SecretStr

from bot.model import Article, Destination, Match, Priority, Rhythm, Source
from bot.store import articles, chats, stories, subscriptions
from bot.store.database import Database
from bot.store.feedback import Verdict
from bot.store.tables import pages
from bot.telegram.client import Timeouts
from bot.telegram.gateway import Gateway
from bot.telegram.inbox import Waits
from bot.telegram.pace import Limits
from bot.tell import Bold, Message
from bot.tell.pictures import draw
from bot.tell.wanted import LabelName

TOKEN = "123456:the-token-of-the-fake-server-only"
ADMIN = 1
READER = 7
GROUP = -100500
CHANNEL = -100900
NOBODY: Any = None
"""Whoever is not asked in these tests."""
FAST = Waits(poll=5, first=0.02, longest=0.1, for_a_person=0.1)


@dataclass(frozen=True)
class FakeCard:
    name: str
    title: str
    rules: int
    description: str = ""
    labels: Sequence[LabelName] = ()


class FakeNewsroom:
    """Answers every question with words that show what was asked."""

    def __init__(self) -> None:
        self.cards = [FakeCard("japan-defence", "Japan's defence", 3), FakeCard("nickel", "Nickel & steel", 1)]
        self.subscriptions: list[tuple[Destination, str]] = []
        self.asked: list[Any] = []
        self.listed: list[Source] = []
        self.judged: list[tuple[int, int | None, int, Verdict]] = []
        self.empty = False
        self.error: Exception | None = None
        self.gate: asyncio.Event | None = None
        self.slow_week: asyncio.Event | None = None

    def watchlists(self) -> list[FakeCard]:
        return self.cards

    def quiet(self) -> None:
        return None

    def languages(self) -> list[str]:
        return ["en", "id", "ja"]

    async def week(self, destination: Destination, now: datetime) -> dict[str, list[int]]:
        if self.slow_week is not None:
            await self.slow_week.wait()
        return {"nickel": [0, 1, 0, 3, 0, 0, 3]}

    async def drawn(self, message: Message) -> bytes | None:
        return None if message.picture is None else draw(message.picture, "png")

    async def digest(self, watchlist: str, since: timedelta, destination: Destination, now: datetime) -> list[Message]:
        self.asked.append((watchlist, since))
        if self.gate is not None:
            await self.gate.wait()
        if self.error is not None:
            raise self.error
        return [] if self.empty else [Message(Bold(f"Digest of {watchlist}"), f" over {since}")]

    async def latest(self, watchlist: str, destination: Destination, now: datetime) -> list[Message]:
        return [] if self.empty else [Message(f"Latest of {watchlist}")]

    async def why(self, destination: Destination, message_id: int | None) -> list[Message]:
        return [] if self.empty else [Message(f"Because of {message_id}")]

    def sources(self) -> dict[str, Source]:
        return {source.name: source for source in self.listed}

    async def judge(
        self, destination: Destination, message_id: int | None, user: int, verdict: Verdict, now: datetime
    ) -> str | None:
        self.judged.append((destination.chat, message_id, user, verdict))
        return None if self.empty else "Nickel <up>"

    async def status(self, now: datetime) -> list[Message]:
        return [Message("All is well")]

    async def subscribed(self, destination: Destination, watchlist: str, now: datetime) -> None:
        self.subscriptions.append((destination, watchlist))


class World:
    """A bot of this test; `seen` waits for what a reader sees without holding up the bot."""

    def __init__(self, telegram: FakeTelegram, database: Database, newsroom: FakeNewsroom) -> None:
        self.telegram, self.database, self.newsroom = telegram, database, newsroom

    def gateway(self, **options: Any) -> Gateway:
        options = {
            "api_base_url": self.telegram.base_url,
            "admins": [ADMIN],
            "waits": FAST,
            "timeouts": Timeouts(connect=1, read=1, write=1, pool=1),
            "limits": Limits(spacing=timedelta(0)),
            **options,
        }
        return Gateway(
            options.pop("token", SecretStr(TOKEN)), self.database, self.newsroom, NOBODY, NOBODY, NOBODY, **options
        )

    @asynccontextmanager
    async def running(self, **options: Any) -> AsyncIterator[Gateway]:
        gateway = self.gateway(**options)
        gateway.start()
        try:
            yield gateway
        finally:
            await gateway.stop()

    async def seen(self, predicate: Callable[[FakeTelegram], Any], timeout: float = 5.0) -> Any:
        return await asyncio.to_thread(self.telegram.wait_for, predicate, timeout)

    async def answer(self, chat_id: int, text: str, number: int = 1, **options: Any) -> list[Sent]:
        """Somebody writes `text`; the next `number` messages to that chat."""
        before = len(self.telegram.messages(chat_id))
        self.telegram.say(chat_id, text, **options)
        await self.seen(lambda t: len(t.messages(chat_id)) >= before + number)
        return self.telegram.messages(chat_id)[before:]

    async def press(self, button: str) -> None:
        """The admin presses a button of the first message; waits for the toast."""
        query = self.telegram.press(self.telegram.messages(ADMIN)[0], button)
        await self.seen(lambda t: query in t.answers)

    async def quiet(self) -> None:
        """Until every update so far is handled."""
        await asyncio.to_thread(self.telegram.wait_handled, 5.0)

    async def subscriptions(self, chat: int) -> list[tuple[int, str, Rhythm]]:
        async with self.database.read() as connection:
            found = await subscriptions.of(connection, chat)
        return [(one.destination.thread, one.watchlist, one.rhythm) for one in found]

    async def chat(self, chat: int) -> chats.Chat | None:
        async with self.database.read() as connection:
            return await chats.get_chat(connection, chat)

    async def report(self, outlets: list[str]) -> None:
        """These outlets have one story now, which counts for the watchlist nickel when two publishers have it."""
        now = datetime.now(UTC)
        match = Match("nickel", "pair", Priority.NORMAL, {}, (), "v", min_sources=2)
        async with self.database.write() as connection:
            story = await stories.new_story(connection, "Nickel", now)
            for name in outlets:
                url = f"https://{name}.example/{story}"
                values = {"url": url, "url_key": url, "lane": 1, "host": name, "source": name, "first_seen": now}
                page = await connection.scalar(pages.insert().values(**values).returning(pages.c.id))
                article = Article(url, "Nickel", ("Nickel.",), "Nickel.", source=Source(name, name))
                made = await articles.save_article(connection, page, article, now, now)
                await stories.save_matches(connection, made, [match], now)
                await stories.join_story(connection, story, made, [], now)

    async def let_in(self, chat: int, kind: str = "private", role: str = "reader") -> None:
        self.telegram.chat(chat, kind)
        async with self.database.write() as connection:
            await chats.upsert_chat(connection, chat, kind=kind, title="", role=role, now=datetime.now(UTC))
