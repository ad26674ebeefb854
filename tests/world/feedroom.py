"""Feeds polled through the real client, parser and database, by a clock that is set by hand. It holds no tests.

async with feedroom(tmp_path, web, now) as room:
    await room.add("/rss.xml")
    await room.poll()                     # everything that is due now
    await room.until(room.now + DAY)      # and everything that becomes due until then
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from fakeweb import FakeWeb
from sqlalchemy import text

from bot.run.cpu import Cpu
from bot.run.engine import Courier, Engine, FeedResult
from bot.run.poll import poll
from bot.run.setup import configuration
from bot.run.work import lane_of
from bot.store import chats, feeds, ledger
from bot.store.database import open_database
from bot.store.feed_rows import Feed
from bot.store.feeds import ListedFeed
from bot.tell import Message
from bot.web import Client

ADMIN = 5


class Here:
    """Does in this process what workers do in theirs."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    async def call(self, limit: object, function: Callable[..., Any], *given: Any, **rest: Any) -> Any:
        parsed = function(*given, **rest)
        self.seen.append(len(parsed.entries))
        return parsed


@dataclass
class Room:
    """The engine, its clock, and the feeds it polls."""

    engine: Engine
    web: FakeWeb
    now: datetime
    parsed: list[int]
    """How many entries were parsed, document by document."""
    listed: list[ListedFeed] = field(default_factory=list)

    async def add(self, path: str, host: str = "127.0.0.1", every: timedelta | None = None) -> str:
        """Lists one more feed; its address."""
        url = self.web.url(path, host)
        self.listed.append(ListedFeed(url, "antara", urlsplit(url).hostname or "", lane_of(host), every))
        async with self.engine.database.write() as connection:
            await feeds.sync_feeds(connection, self.listed, self.now)
        return url

    async def feed(self, url: str) -> Feed:
        """The feed as it is stored."""
        async with self.engine.database.read() as connection:
            return next(item.feed for item in await feeds.feed_health(connection) if item.feed.url == url)

    async def poll(self, *, at_once: bool = False) -> list[FeedResult]:
        """Polls what is due now; `at_once`: everything."""
        results = []
        if at_once:
            async with self.engine.database.write() as connection:
                await feeds.make_all_due(connection, self.now)
        for lane in sorted({feed.lane for feed in self.listed}):
            async with self.engine.database.write() as connection:
                due = await feeds.claim_feeds(connection, [lane], self.now, self.now + timedelta(minutes=5))
            results += [await poll(self.engine, feed) for feed in due]
        return results

    async def next(self) -> list[FeedResult]:
        """Lets time pass until something is due, and polls it."""
        async with self.engine.database.read() as connection:
            self.now = max(self.now, min(item.feed.due_at for item in await feeds.feed_health(connection)))
        return await self.poll()

    async def until(self, end: datetime) -> None:
        """Polls whatever becomes due, at its hour."""
        while True:
            async with self.engine.database.read() as connection:
                due = min(item.feed.due_at for item in await feeds.feed_health(connection))
            if due > end:
                self.now = end
                return
            self.now = max(self.now, due)
            await self.poll()

    async def rows(self, query: str) -> list[tuple[object, ...]]:
        """What the database says."""
        async with self.engine.database.read() as connection:
            return [tuple(row) for row in await connection.execute(text(query))]

    async def entries(self) -> int:
        """How many entries are stored."""
        async with self.engine.database.read() as connection:
            return sum(item.entries for item in await feeds.feed_health(connection))

    async def notices(self) -> list[str]:
        """What the admin was told, oldest first."""
        async with self.engine.database.read() as connection:
            found = await ledger.list_deliveries(connection, None, 100)
        return [json.dumps(each.body, ensure_ascii=False) for each in reversed(found)]


class _Courier:
    async def send(
        self, destination: object, message: Message, picture: object = None, *, silent: bool = False
    ) -> int | None:
        raise AssertionError("nothing is sent here")


@asynccontextmanager
async def feedroom(home: Path, web: FakeWeb, now: datetime, **poll_settings: str) -> AsyncIterator[Room]:
    """A room without feeds, and one admin."""
    (home / "config" / "watchlists").mkdir(parents=True)
    settings = {"poll": {"jitter": "0%", **poll_settings}, "telegram": {"admins": [ADMIN]}}
    (home / "config" / "bot.yaml").write_text(json.dumps(settings))
    (home / "config" / "sources.yaml").write_text("sources: [{name: antara, feeds: ['https://antara.example/rss']}]")
    (home / "config" / "watchlists" / "pacts.yaml").write_text("title: P\nrules: [{name: a, match: '\"pact\"'}]\n")
    here = Here()
    client = Client(
        "Kentongan/0 (+https://example.org)",
        timeout=timedelta(seconds=5),
        max_bytes=1_000_000,
        allow_networks=["127.0.0.0/8"],
        per_host_delay=timedelta(),
        now=lambda: room.now,
    )
    async with open_database(home / "kentongan.db") as database, client:
        cpu, couriers = cast(Cpu, here), {"telegram": cast(Courier, _Courier())}
        engine = Engine(configuration(home / "config"), database, client, cpu, cpu, couriers, lambda: room.now)
        room = Room(engine, web, now, here.seen)
        async with database.write() as connection:
            await chats.upsert_chat(connection, ADMIN, kind="private", title="", role="reader", now=now)
        yield room
