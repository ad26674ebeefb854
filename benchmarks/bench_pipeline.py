"""How many articles a second go the whole way, from newspapers on loopback to a reader, against the sum of what the
parts take alone: polling, fetching, reading, matching with all that is stored of it, telling.

    python benchmarks/bench_pipeline.py [--hosts N] [--issues N]

Both do the same articles with the shipped watchlists, in turns, each with a database of its own. Compared is processor
time of the bot and its workers, the servers' excluded: on a busy machine seconds on the clock say little.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias, cast

from newspapers import Newspapers, Plan, newspapers

from bot.errors import KentonganError
from bot.model import Destination
from bot.run.cpu import Cpu
from bot.run.engine import Engine
from bot.run.once import once
from bot.run.poll import poll
from bot.run.read import read
from bot.run.setup import configuration, open_engine
from bot.run.visit import tell
from bot.store import feeds, pages
from bot.store.feed_rows import Feed
from bot.store.pages import Page
from bot.tell import Message
from bot.web import ACCEPT_PAGE, Client, Fetched

ROOT = Path(__file__).parents[1]
LEAST_SHARE = 0.85
LEASE = timedelta(minutes=30)
TICK = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Runs issues of the newspapers through both, and prints what they took."""
    parser = argparse.ArgumentParser(description="The whole pipeline's articles a second against the sum of its parts.")
    parser.add_argument("--hosts", type=int, default=40, help="newspapers, each with a feed of its own")
    parser.add_argument("--new", type=int, default=5, help="new articles of each at every issue")
    parser.add_argument("--issues", type=int, default=4, help="how often they publish; the first warms up")
    options = parser.parse_args()
    plan = Plan(options.hosts, options.new, options.issues)
    with newspapers(plan) as press, tempfile.TemporaryDirectory(prefix="kentongan-bench-") as folder:
        asyncio.run(compare(press, Path(folder)))


async def compare(press: Newspapers, folder: Path) -> None:
    """Each issue goes through both; whose turn is first changes."""
    plan, took = press.plan, Took()
    async with AsyncExitStack() as stack:
        whole, apart = [await stack.enter_async_context(_engine(press, folder / name)) for name in ("whole", "apart")]
        press.publish(0)
        await once(whole, every_feed=True)
        await once(apart, every_feed=True)
        for issue in range(1, plan.issues + 1):
            press.publish(issue)
            turns = [_pipeline(whole, took, press), _parts(apart, took, press)]
            for turn in turns if issue % 2 else reversed(turns):
                await turn
            if issue == 1:
                took.clear()
        told = [len(cast(Reader, engine.couriers["console"]).messages) for engine in (whole, apart)]
    number = plan.articles * (plan.issues - 1)
    print(f"{number} articles of {plan.size // 1000} kB, {plan.hosts} hosts; messages {told[0]} and {told[1]}")
    for name, seconds in took.parts.items():
        print(f"{name:24} {seconds / number * 1000:7.2f} ms an article")
    sum_of_parts, pipeline = sum(took.parts.values()), took.pipeline
    print(f"{'the parts together':24} {sum_of_parts / number * 1000:7.2f} ms, {number / sum_of_parts:6.1f} articles/s")
    print(f"{'the pipeline':24} {pipeline / number * 1000:7.2f} ms, {number / pipeline:6.1f} articles/s")
    print(f"the pipeline does {sum_of_parts / pipeline:.0%} of what its parts do (at least {LEAST_SHARE:.0%});")
    print(f"on the clock, with all cores: {number / took.clock:.1f} articles/s; load {os.getloadavg()[0]:.1f}")


@dataclass(slots=True)
class Took:
    """Seconds of processor time; `clock` are those of the pipeline on the clock."""

    parts: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    pipeline: float = 0.0
    clock: float = 0.0

    def clear(self) -> None:
        """What was measured so far does not count."""
        self.parts.clear()
        self.pipeline = self.clock = 0.0


class Reader:
    """Takes the messages, as a terminal does."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def send(
        self, destination: Destination, message: Message, picture: object = None, *, silent: bool = False
    ) -> int | None:
        """There is no id to give back."""
        self.messages.append(message)
        return None


@asynccontextmanager
async def _engine(press: Newspapers, home: Path) -> AsyncIterator[Engine]:
    shutil.copytree(ROOT / "config", home / "config")
    settings = {
        "fetch": {"allow_networks": ["127.0.0.0/8"], "per_host_delay": "0s"},
        "alerts": {"hold": "0s"},
        "desk": {"enabled": False},
    }
    sources = [{"name": f"s{n}", "title": f"Paper {n}", "feeds": [url]} for n, url in enumerate(press.feeds())]
    (home / "config" / "bot.yaml").write_text(json.dumps(settings), "utf-8")
    (home / "config" / "sources.yaml").write_text(json.dumps({"sources": sources}), "utf-8")
    async with open_engine(configuration(home / "config"), home / "state", {"console": Reader()}) as engine:
        yield engine


async def _pipeline(engine: Engine, took: Took, press: Newspapers) -> None:
    """One round of the real thing."""
    began, cost = time.monotonic(), _processor(press.pid)
    counts = (await once(engine, every_feed=True)).counts
    took.pipeline += _processor(press.pid) - cost
    took.clock += time.monotonic() - began
    _check(counts, press.plan)


def _check(counts: dict[str, int], plan: Plan) -> None:
    done = counts.get("pages_read", 0)
    if done != plan.articles:
        raise SystemExit(f"{done} of {plan.articles} pages were read: {counts}")


# --- the parts --------------------------------------------------------------------------------------------------------


async def _parts(engine: Engine, took: Took, press: Newspapers) -> None:
    """The same work, one part after the other."""

    async def timed(name: str, work: Awaitable[Any]) -> Any:
        cost = _processor(press.pid)
        result = await work
        took.parts[name] += _processor(press.pid) - cost
        return result

    engine.tally.clear()
    await timed("polling", _side_by_side(await _due_feeds(engine), lambda feed: poll(engine, feed)))
    due = await _due_pages(engine)
    bodies: dict[str, Fetched] = {}
    asked: dict[str, _Task] = {}
    answers: dict[str, Any] = {}

    async def fetch(page: Page) -> None:
        bodies[page.url] = await engine.client.get(page.url, accept=ACCEPT_PAGE, obey_robots=True)

    async def ask(page: Page) -> None:
        with suppress(_Asked):
            await read(replace(engine, cpu=cast(Cpu, _Asking(asked, page.url))), page)

    async def extract(page: Page) -> None:
        async with engine.page_room:
            limit, task, args, keywords = asked[page.url]
            answers[page.url] = await engine.cpu.call(limit, task, *args, **keywords)

    async def store(page: Page) -> None:
        await read(replace(engine, cpu=cast(Cpu, _Answering(answers[page.url]))), page)

    await timed("fetching", _side_by_side(due, fetch))
    engine = replace(engine, client=cast(Client, _Fetched(bodies)))
    await _side_by_side(due, ask)
    await timed("reading", _side_by_side(due, extract))
    await timed("matching and storing", _side_by_side(due, store))
    await timed("telling", tell(engine))
    _check(dict(engine.tally.counts), press.plan)


class _Fetched:
    """A client that has every page already."""

    def __init__(self, bodies: dict[str, Fetched]) -> None:
        self._bodies = bodies

    @asynccontextmanager
    async def lend(self, url: str, **_: object) -> AsyncIterator[Fetched]:
        """What was fetched."""
        yield self._bodies[url]

    def new_holds(self) -> dict[str, datetime]:
        """None."""
        return {}

    def remembered(self, holds: object) -> None:
        """Nothing to forget."""

    def host_not_before(self, host: str) -> None:
        """At once."""


_Task: TypeAlias = tuple[timedelta, Callable[..., Any], tuple[Any, ...], dict[str, Any]]


class _Asked(Exception):
    pass


class _Asking:
    """Workers that note what they are asked for a page, and do nothing."""

    def __init__(self, asked: dict[str, _Task], url: str) -> None:
        self._asked, self._url = asked, url

    async def call(self, limit: timedelta, task: Callable[..., Any], *args: Any, **keywords: Any) -> Any:
        """Nothing."""
        self._asked[self._url] = limit, task, args, keywords
        raise _Asked


class _Answering:
    """Workers that have the answer already."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    async def call(self, *_: object, **__: object) -> Any:
        """The answer."""
        return self._answer


async def _due_feeds(engine: Engine) -> list[Feed]:
    now, found = engine.clock(), []
    async with engine.database.write() as connection:
        await feeds.make_all_due(connection, now)
        lanes = await feeds.due_lanes(connection, now, now)
        found += await feeds.claim_feeds(connection, lanes, now, now + LEASE)
    return found


async def _due_pages(engine: Engine) -> list[Page]:
    now, found = engine.clock(), []
    async with engine.database.write() as connection:
        lanes = await feeds.due_lanes(connection, now, now)
        found += await pages.claim_pages(connection, lanes, now, LEASE, 1_000)
    return found


async def _side_by_side(items: Iterable[Any], work: Callable[[Any], Awaitable[object]]) -> None:
    """Hosts side by side, each in sequence, as the pipeline does it."""
    hosts: dict[str, list[Any]] = defaultdict(list)
    for item in items:
        hosts[item.host].append(item)

    async def one(queue: list[Any]) -> None:
        for item in queue:
            try:
                await work(item)
            except KentonganError as error:
                raise SystemExit(f"{item.url}: {error}") from error

    await asyncio.gather(*map(one, hosts.values()))


def _processor(but: int) -> float:
    """Seconds of processor time of this process and all that it started, those that have ended included."""

    def of(pid: int) -> float:
        if pid == but:
            return 0.0
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            listed = [task.read_text() for task in Path(f"/proc/{pid}/task").glob("*/children")]
        except OSError:
            return 0.0
        return sum(map(int, fields[11:15])) / TICK + sum(of(int(child)) for child in " ".join(listed).split())

    return of(os.getpid())


if __name__ == "__main__":
    main()
