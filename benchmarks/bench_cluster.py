"""How many feeds are polled a second from simulated hosts, by one process and by several over one database, and how the
cost of a poll grows with the number of feeds.

    python benchmarks/bench_cluster.py [--full] [--only PART] [--feeds N ...]

Every host answers after 50 to 300 ms; four of five polls find nothing new (304), one brings a document of 31 items with
a new one, which is stored and matched. Workers are processes with an engine each (`clustered.py`); only sockets are
left out. PostgreSQL is a private server from the distribution's programs, with its usual care for what it has written.
Costs are processor time, by process; the exit status is 1 where they grow faster than feeds do.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests")]

import clustered  # noqa: E402
from crew import Took, Way, Workers, at_work  # noqa: E402
from sqlalchemy import func, insert, select, text, update  # noqa: E402

import postgres  # noqa: E402 - the private server is in the tests
from bot.read.feeds import read_feed  # noqa: E402
from bot.run.asking import reading_of  # noqa: E402
from bot.run.claims import claim  # noqa: E402
from bot.run.work import LANES, lane_of  # noqa: E402
from bot.store import feeds as feed_queries  # noqa: E402
from bot.store.database import Database, open_database  # noqa: E402
from bot.store.tables import feed_items, feeds, pages  # noqa: E402

MOST = 1.1
"""The exponent that the cost of a round may have in the number of feeds."""

SMALL, FULL = (250, 1_000), (1_000, 10_000, 100_000)
FAR = timedelta(days=30)
LONGEST = 60.0
"""Seconds after which a round that is slower than 50 polls/s has failed."""

SERVER = ["shared_buffers=256MB", "max_wal_size=4GB", "checkpoint_timeout=15min"]
"""Settings of the database server: what a manual advises for a machine of this size, and no promise given up."""


WAYS = (
    Way("SQLite, 1 process", "sqlite", "local", 1),
    Way("PostgreSQL, LocalWork", "postgresql", "local", 1),
    Way("PostgreSQL, queue, 1 process", "postgresql", "queue", 1),
    Way("PostgreSQL, queue, 2 processes", "postgresql", "queue", 2),
)


def main() -> None:
    """Polls, and prints the ratios."""
    parser = argparse.ArgumentParser(description="Polling many feeds by one and by several processes, as ratios.")
    parser.add_argument("--full", action="store_true", help="1,000, 10,000 and 100,000 feeds: about an hour")
    parser.add_argument("--only", default="", metavar="PART", help="only those ways whose name holds this")
    parser.add_argument("--feeds", type=int, nargs="+", metavar="N", help="so many feeds instead")
    options = parser.parse_args()
    sizes = options.feeds or (FULL if options.full else SMALL)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kentongan-bench-")))
        server = _server(stack)
        ways = [way for way in WAYS if options.only in way.name and (way.database == "sqlite" or server)]
        found = {(way, size): asyncio.run(measure(way, size, folder, server)) for size in sizes for way in ways}
        idle = {
            way: [asyncio.run(resting(way, size, folder, server)) for size in sizes]
            for way in {way.database: way for way in ways}.values()
        }
    raise SystemExit(report(found, sizes, ways, idle))


def _server(stack: ExitStack) -> postgres.Cluster | None:
    postgres.FAST[:] = SERVER
    try:
        return stack.enter_context(postgres.Cluster.start())
    except postgres.MissingPostgres as error:
        print(f"SKIPPED: everything on PostgreSQL: {error}")
        return None


# --- the feeds ------------------------------------------------------------------------------------------------------


async def seed(database: Database, number: int) -> None:
    """So many feeds that were polled well for a month, none of them due."""
    now = datetime.now(UTC)
    body = clustered.old().encode()
    hashes = " ".join(read_feed(body, clustered.url(1), None, source=clustered.source(1)).items)
    rows = [
        {
            "id": feed,
            "url": clustered.url(feed),
            "source": clustered.source(feed).name,
            "host": clustered.host(feed),
            "lane": lane_of(clustered.host(feed)),
            "due_at": now + FAR,
            "final_url": clustered.url(feed),
            "etag": clustered.etag(feed, 0),
            "body_hash": sha256(body).hexdigest(),
            "reading": reading_of(clustered.source(1)),
            "first_success": now - FAR,
            "last_polled": now - timedelta(minutes=10),
            "last_success": now - timedelta(minutes=10),
        }
        for feed in range(1, number + 1)
    ]
    async with database.write() as connection:
        await connection.execute(insert(feeds), rows)
        await connection.execute(insert(feed_items), [{"feed_id": row["id"], "hashes": hashes} for row in rows])
    if database.dialect == "postgresql":
        async with database.write() as connection:
            await connection.execute(text("ANALYZE"))


def _address(way: Way, name: str, folder: Path, server: postgres.Cluster | None) -> str:
    if way.database == "sqlite" or server is None:
        return str(folder / f"{name}.db")
    return server.url(server.create())


# --- polling --------------------------------------------------------------------------------------------------------


async def measure(way: Way, number: int, folder: Path, server: postgres.Cluster | None) -> Took:
    """What a poll takes where there are so many feeds and all of them are due at once."""
    address = _address(way, f"poll-{number}", folder, server)
    async with open_database(address) as database:
        await seed(database, number)
        with at_work(way, address, number, server) as workers:
            await one_round(workers, database, 1, min(number, clustered.WARM))
            before = workers.now()
            clock = await one_round(workers, database, 2, number)
            took = replace(workers.now().since(before, number), clock=clock / number)
            said = f"{1 / took.clock:7.0f} polls/s; of processor a poll {took.main * 1000:5.2f} ms in the workers"
            said += f", {took.parsers * 1000:.2f} in parsers, {took.server * 1000:.2f} in the server"
            print(f"  {number:7} feeds, {way.name:30} {said}; start {workers.start:.1f} s", flush=True)
    return took


async def one_round(workers: Workers, database: Database, number: int, first: int) -> float:
    """Polls the first feeds once, and waits until all that follows from it is done. Seconds until the last poll."""
    workers.tell(f"round {number}")
    async with database.write() as connection:
        began_at = datetime.now(UTC)
        await connection.execute(update(feeds).where(feeds.c.id <= first).values(due_at=began_at))
    began = time.monotonic()
    told = workers.tell("begin")
    while (done := sum(one["polls"] for one in told)) < first:
        if failed := sum(one["failed"] for one in told):
            raise SystemExit(f"{failed} polls failed")
        if time.monotonic() - began > LONGEST + first / 50:
            raise SystemExit(f"{done} of {first} polls in {time.monotonic() - began:.0f} s")
        await asyncio.sleep(0.05)
        told = workers.tell("done")
    clock = time.monotonic() - began
    for _ in range(int(LONGEST / 0.1)):
        if not await _count(database, pages.c.due_at.is_not(None)):
            break
        await asyncio.sleep(0.1)
    else:
        raise SystemExit("pages are left unread")
    asked = await _count(database, feeds.c.last_polled >= began_at)
    if (done, asked) != (first, first):
        raise SystemExit(f"{asked} of {first} feeds were polled, by {done} polls")
    return clock


async def _count(database: Database, which: Any) -> int:
    async with database.read() as connection:
        return await connection.scalar(select(func.count()).where(which)) or 0


async def resting(way: Way, number: int, folder: Path, server: postgres.Cluster | None) -> float:
    """Seconds to find and to claim one feed of each lane, where so many are not due."""
    best = math.inf
    async with open_database(_address(way, f"rest-{number}", folder, server)) as database:
        await seed(database, number)
        one_each = select(func.min(feeds.c.id)).group_by(feeds.c.lane)
        for _ in range(5):
            async with database.write() as connection:
                now = datetime.now(UTC)
                await connection.execute(update(feeds).where(feeds.c.id.in_(one_each)).values(due_at=now))
            began = time.monotonic()
            async with database.read() as connection:
                lanes = sorted(await feed_queries.due_lanes(connection, now, now))
            for at in range(0, LANES, 32):
                await claim(database, lanes[at : at + 32], now, now)
            best = min(best, time.monotonic() - began)
            async with database.write() as connection:
                await connection.execute(update(feeds).where(feeds.c.id.in_(one_each)).values(due_at=now + FAR))
    return best


# --- the ratios -----------------------------------------------------------------------------------------------------


def exponent(sizes: Sequence[int], costs: Sequence[float]) -> float:
    """The slope of log(cost) over log(feeds), by least squares."""
    across, up = [math.log(size) for size in sizes], [math.log(cost) for cost in costs]
    middle, height = sum(across) / len(across), sum(up) / len(up)
    spread = sum((one - middle) ** 2 for one in across)
    return sum((x - middle) * (y - height) for x, y in zip(across, up, strict=True)) / spread


def report(
    found: dict[tuple[Way, int], Took], sizes: Sequence[int], ways: Sequence[Way], idle: dict[Way, list[float]]
) -> int:
    """Prints the ratios; 1 where a bound is broken."""
    broken = 0
    if len(ways) == len(WAYS):
        _, local, queue, two = ways
        for size in sizes:
            one, other, both = found[local, size], found[queue, size], found[two, size]
            print(f"{size} feeds on PostgreSQL, ratios:")
            print(f"  the queue against LocalWork: {other.all() / one.all():.2f} of processor time, ", end="")
            print(f"{one.clock / other.clock:.2f} of polls/s")
            print(f"  2 processes against 1: {other.clock / both.clock:.2f} of polls/s, ", end="")
            print(f"{both.all() / other.all():.2f} of processor time a poll")
    if len(sizes) > 1:
        print(f"exponents of the cost of a round, {min(sizes)} to {max(sizes)} feeds (at most {MOST}):")
        for way in ways:
            took = [found[way, size] for size in sizes]
            costs = {"workers": [one.main for one in took], "everybody": [one.all() for one in took]}
            costs["clock"] = [one.clock for one in took]
            powers = {name: 1 + exponent(sizes, each) for name, each in costs.items()}
            broken |= int(max(powers["workers"], powers["everybody"]) > MOST)
            print(f"  {way.name:30} " + ", ".join(f"{name} {power:.2f}" for name, power in powers.items()))
    print("one due feed in each lane among those that are not due, to find and to claim:")
    for way, rest in idle.items():
        each = ", ".join(f"{size}: {seconds * 1000:.0f} ms" for size, seconds in zip(sizes, rest, strict=True))
        print(f"  {way.database:10} {each}; {rest[-1] / rest[0]:.1f} times for {sizes[-1] // sizes[0]} times the feeds")
    return broken


if __name__ == "__main__":
    main()
