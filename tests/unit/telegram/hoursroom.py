"""A room over a real SQLite database, whose line to Telegram only takes notes. It holds no tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from bot.model import (
    Article,
    DeliveryKind,
    DeliveryStatus,
    Destination,
    Evidence,
    Match,
    Part,
    Priority,
    Rhythm,
    Source,
)
from bot.read import url_key
from bot.store import articles, chats, deliveries, stories, subscriptions
from bot.store.database import open_database
from bot.store.deliveries import Order
from bot.store.tables import deliveries as rows
from bot.store.tables import pages
from bot.telegram.incoming import Caller, Press
from bot.telegram.pace import Limits, Pace
from bot.telegram.room import Room, Visit
from bot.telegram.sender import Wire
from bot.tell.hush import Hours

HERE = Destination(7)
_AT_ONCE = Limits(in_all=100_000, burst=1000)
SOURCES = {
    "antara": Source("antara", "ANTARA News", tier=1, family="antara"),
    "kyodo": Source("kyodo", "Kyodo News", tier=2, family="kyodo"),
}


@dataclass
class NotedBot:
    """What was sent and edited: words, and the buttons' words and data."""

    sent: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    edited: list[tuple[int, str, dict[str, str]]] = field(default_factory=list)
    username: str = "kentongan_bot"

    async def send_message(self, chat: int, text: str, **given: Any) -> Any:
        self.sent.append((text, _buttons(given.get("reply_markup"))))
        return SimpleNamespace(message_id=100 + len(self.sent))

    async def edit_message_text(self, text: str, *where: int, **given: Any) -> None:
        message = where[-1] if where else given["message_id"]
        self.edited.append((message, text, _buttons(given.get("reply_markup"))))


def _buttons(markup: Any) -> dict[str, str]:
    rows = markup.inline_keyboard if markup is not None else ()
    return {key.text: key.callback_data for row in rows for key in row}


@dataclass
class Chamber:
    """The room, what it said, and the hour."""

    room: Room
    bot: NotedBot
    now: datetime

    async def asks(self, command: Any, *words: str, reply_to: int | None = None) -> tuple[str, dict[str, str]]:
        """What a command answers last, and the buttons under it."""
        await command(self.room, self.visit(words, reply_to))
        return self.bot.sent[-1]

    async def presses(
        self, handler: Any, data: str, where: Destination = HERE
    ) -> tuple[str, str | None, dict[str, str]]:
        """The toast of a press on a button, and what its message shows then; None where it stays."""
        press = Press(Caller(where, "private", "", where.chat), "q", data, 55)
        before = len(self.bot.edited)
        toast = await handler(self.room, self.visit((), None, 55, where), press, data[2:])
        after = self.bot.edited[before:]
        return toast, after[-1][1] if after else None, after[-1][2] if after else {}

    def visit(
        self, words: tuple[str, ...] = (), reply_to: int | None = None, message_id: int = 9, where: Destination = HERE
    ) -> Visit:
        """Somebody who asks now."""
        return Visit(Caller(where, "private", "", where.chat), words, message_id, reply_to, False, self.now)

    async def chat(self) -> chats.Chat:
        async with self.room.database.read() as connection:
            found = await chats.get_chat(connection, HERE.chat)
        assert found is not None
        return found

    async def alert(
        self, number: int, *outlets: str, rules: tuple[str, ...] = ("partnership",), message: int = 50
    ) -> int:
        """A story that these outlets have, sent as the alert with this message id; the story's id."""
        async with self.room.database.write() as connection:
            story = await stories.new_story(connection, f"Headline {number}", self.now)
            for outlet in outlets or ("antara",):
                url = f"https://{outlet}.example/{number}"
                article = Article(url, f"Headline {number}", ("Text of Indonesia.",), source=SOURCES[outlet])
                page = {"url": url, "url_key": url_key(url), "lane": 3, "host": "h", "source": outlet}
                row = await connection.execute(pages.insert().values(first_seen=self.now, **page).returning(pages.c.id))
                made = await articles.save_article(connection, row.scalar_one(), article, self.now, self.now)
                piece = Evidence("partner", "indonesia", "Indonesia", Part.BODY, 0, 0, 8, 17, "Indonesia")
                found = [
                    Match("japan", rule, Priority.NORMAL, {"partner": ("indonesia",)}, (piece,), "v") for rule in rules
                ]
                await stories.save_matches(connection, made, found, self.now)
                await stories.join_story(connection, story, made, [], self.now)
            order = Order(
                f"alert:{story}",
                HERE,
                DeliveryKind.ALERT,
                None,
                "japan",
                story,
                body=["x"],
                status=DeliveryStatus.SENT,
            )
            delivery = await deliveries.order(connection, order, self.now, [story])
            sent = rows.update().where(rows.c.id == delivery)
            await connection.execute(sent.values(message_id=message))
        return story


@asynccontextmanager
async def chamber(folder: Path, now: datetime | None = None, quiet: Hours | None = None) -> AsyncIterator[Chamber]:
    """A room with one chat, which follows one watchlist."""
    at = now or datetime(2026, 3, 10, 12, tzinfo=UTC)
    bot = NotedBot()
    async with open_database(folder / "kentongan.db") as database:
        # Its own clock: a room in which the time stands still would wait for its turn for ever.
        wire = Wire(cast(Any, bot), Pace(lambda: datetime.now(UTC), _AT_ONCE), lambda: at)
        newsroom = SimpleNamespace(sources=lambda: SOURCES, quiet=lambda: quiet)
        room = SimpleNamespace(
            wire=wire, database=database, newsroom=newsroom, door=None, digest_at="07:00", timezone="UTC"
        )
        async with database.write() as connection:
            await chats.upsert_chat(connection, HERE.chat, kind="private", title="", role="reader", now=at)
            await subscriptions.subscribe(
                connection, HERE, "japan", rhythm=Rhythm.INSTANT, at="07:00", now=at, due_at=None
            )
        yield Chamber(cast(Room, room), bot, at)
