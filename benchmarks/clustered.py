"""One worker process of `bench_cluster.py`: the real engine, visits and store over a web that is simulated inside it.
It measures nothing itself.

    python benchmarks/clustered.py '{"address": ..., "feeds": ..., "work": "local" | "queue"}'

It answers each line of its input with one of its output: `round N` (the hosts' news are as of that round), `begin`
(looks at what is due), `done` (how many polls have ended).
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import sys
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any
from zlib import crc32

import httpx

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "world")]

from fakefeeds import Item, rss  # noqa: E402 - feeds in a test's words

from bot import log  # noqa: E402
from bot.model import FeedAddress, Source  # noqa: E402
from bot.run.cpu import Cpu  # noqa: E402
from bot.run.engine import Configuration, Engine  # noqa: E402
from bot.run.jobs import ProcrastinateWork  # noqa: E402
from bot.run.schedule import Schedule  # noqa: E402
from bot.run.setup import align, free_lane, utc_now  # noqa: E402
from bot.run.turns import SharedTurns  # noqa: E402
from bot.run.visit import visit  # noqa: E402
from bot.run.work import LocalWork  # noqa: E402
from bot.settings import Settings  # noqa: E402
from bot.store import feeds  # noqa: E402
from bot.store.database import Database, open_database  # noqa: E402
from bot.watch import load  # noqa: E402
from bot.web import Client, Turns  # noqa: E402

ITEMS = 30
CHANGED = 5
"""One feed in so many has a new entry in a round."""

WARM = 60
"""So many feeds are polled in round 1, before anything is measured; the others' news begins with round 2."""

FASTEST, SLOWEST = 0.05, 0.3
"""Seconds that a host takes to answer; each has its own."""

TEXT = "".join(f"<p>Part {n} of the report. {'The ministry said so on Tuesday. ' * 6}</p>" for n in range(4))


# --- the web --------------------------------------------------------------------------------------------------------


def host(feed: int) -> str:
    """Every feed has a host of its own."""
    return f"n{feed}.news.example"


def url(feed: int) -> str:
    """The address of a feed."""
    return f"http://{host(feed)}/{feed}.xml"


def issue(feed: int, number: int) -> int:
    """The last round up to this one that brought the feed something new; 0 for none."""
    last = number - (number - feed) % CHANGED
    return last if last >= (1 if feed <= WARM else 2) else 0


@lru_cache(1)
def old() -> str:
    """The document that was read before the first round, alike at all feeds."""
    start = datetime(2026, 1, 5, tzinfo=UTC)
    items = [Item(f"Report {n}", f"/{n}", TEXT, start + timedelta(hours=n)) for n in range(ITEMS, 0, -1)]
    return rss(items, base="http://news.example")


def document(feed: int, number: int) -> bytes:
    """The old document with an entry more, all of which is in the feed: no page of it is asked for."""
    name = f"{feed}-{number}"
    new = f"<item><title>News {name}</title><guid isPermaLink='false'>{name}</guid><description>{name} "
    return old().replace("<item>", f"{new}{TEXT.replace('<', '&lt;')}</description></item>\n<item>", 1).encode()


def etag(feed: int, number: int) -> str:
    """The validator of a feed in a round."""
    return f'"{issue(feed, number)}"'


class SimulatedWeb(httpx.AsyncBaseTransport):
    """Hosts that take their time to answer: 304 to who has the feed as it is, else the whole document."""

    def __init__(self) -> None:
        self.number = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, after a while."""
        feed = int(request.url.path.strip("/").removesuffix(".xml"))
        await asyncio.sleep(FASTEST + (SLOWEST - FASTEST) * (crc32(request.url.raw_host) % 1000) / 1000)
        headers = {"ETag": etag(feed, self.number), "Content-Type": "application/rss+xml"}
        if request.headers.get("If-None-Match") == headers["ETag"]:
            return httpx.Response(304, headers=headers)
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(document(feed, issue(feed, self.number))))


class SimulatedClient(Client):
    """The real client with all its limits and turns; only behind its last door there are no sockets."""

    def __init__(self, settings: Settings, turns: Turns | None) -> None:
        fetch = settings.fetch
        super().__init__(fetch.user_agent, timeout=fetch.timeout, max_bytes=fetch.max_bytes, turns=turns)
        self.web = SimulatedWeb()

    async def __aenter__(self) -> SimulatedClient:
        self._http = httpx.AsyncClient(transport=self.web, trust_env=False)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await super().__aexit__(kind, error, trace)


def source(feed: int) -> Source:
    """Every feed is of a source of its own."""
    return Source(f"s{feed}", f"Paper {feed}", (FeedAddress(url(feed)),))


# --- the worker -----------------------------------------------------------------------------------------------------


def configured(number: int) -> Configuration:
    """So many feeds, each of a source of its own, under the watchlists that the program comes with."""
    sources = [source(feed) for feed in range(1, number + 1)]
    return Configuration(Settings(), {one.name: one for one in sources}, load(ROOT / "config"))


def main() -> None:
    """Works until its input ends."""
    # As in the service: every line is made. It goes where it costs nothing to keep it.
    with Path(os.devnull).open("w") as nowhere:
        log.configure(json=True, stream=nowhere)
        asyncio.run(_work_until_told(json.loads(sys.argv[1])))


async def _work_until_told(job: dict[str, Any]) -> None:
    config = configured(job["feeds"])
    async with open_database(job["address"]) as database:
        node = f"bench:{secrets.token_hex(4)}"
        turns = SharedTurns(database, node, config.settings.fetch.timeout) if database.dialect != "sqlite" else None
        async with SimulatedClient(config.settings, turns) as client, Cpu(1) as cpu, Cpu(1) as feed_cpu:
            engine = Engine(config, database, client, cpu, feed_cpu, {}, utc_now, node=node)
            await align(engine)
            work = _work(engine, database, job["work"])
            engine.offer = work.offer_within
            schedule = Schedule(engine, work, lambda: None)
            worker = asyncio.create_task(work.run())
            schedule.start()
            await _obey(engine, client.web, work)
            await schedule.stop()
            worker.cancel()
            await work.finish(10)


def _work(engine: Engine, database: Database, kind: str) -> LocalWork | ProcrastinateWork:
    if kind == "local":
        return LocalWork(lambda lane: visit(engine, lane))
    work = ProcrastinateWork(database, lambda lane: visit(engine, lane), free_lane(engine))
    engine.holding = work.holding
    return work


async def _obey(engine: Engine, web: SimulatedWeb, work: LocalWork | ProcrastinateWork) -> None:
    _say("ready")
    while order := (await asyncio.to_thread(sys.stdin.readline)).split():
        counts = engine.tally.counts
        if order[0] == "round":
            web.number = int(order[1])
            engine.tally.clear()
        elif order[0] == "begin":
            async with engine.database.read() as connection:
                lanes = await feeds.due_lanes(connection, engine.clock(), engine.clock())
            await work.offer(*lanes)
        _say({"polls": counts["feeds_unchanged"] + counts["feeds_read"], "failed": counts["feeds_failed"]})


def _say(what: object) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main()
