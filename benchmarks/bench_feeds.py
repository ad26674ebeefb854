"""How fast feeds are polled, against the library `reader` on the same server, and how much less it takes to parse a
feed of which most items are known.

    python benchmarks/bench_feeds.py [--feeds N] [--rounds N] [--reader PYTHON]

`reader` (PyPI) is no dependency: it is looked for in the Python given, or in KENTONGAN_READER_PYTHON, or in this one.
Both poll the same feeds of 30 items, in turns, each into a SQLite file of its own. Compared is processor time, the
server's excluded; the clock is told besides.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "world")]

from clock import race  # noqa: E402 - the fake web is in the tests
from fakefeeds import WRITERS, Item  # noqa: E402

from bot.errors import KentonganError  # noqa: E402
from bot.read.feeds import read_feed  # noqa: E402
from bot.run.engine import Engine  # noqa: E402
from bot.run.poll import poll  # noqa: E402
from bot.run.setup import configuration, open_engine  # noqa: E402
from bot.store import feeds  # noqa: E402

ITEMS = 30
TICK = os.sysconf("SC_CLK_TCK")
LEAST = {"one new item": 6.0, "nothing new (304)": 2.0}
SUMMARY = (
    '<figure class="wp-block-image"><a href="/p/1"><img src="/i/1.jpg" width="640" height="360" alt="A ship" '
    'srcset="/i/1-300.jpg 300w, /i/1-640.jpg 640w" style="margin: 0 auto"></a><figcaption>A ship.</figcaption></figure>'
) + "".join(
    f"<p>Part {n}, <a href='/x/{n}' rel='nofollow'>a link</a> &amp; <b>words</b>. {'The ministry said so. ' * 8}</p>"
    for n in range(8)
)
"""Text as feeds with whole articles have it: the mean of 23 real feeds took feedparser with its cleaning 89 ms."""


def main() -> None:
    """Parses, then polls, and prints the ratios."""
    parser = argparse.ArgumentParser(description="Polling and parsing feeds, as ratios.")
    parser.add_argument("--feeds", type=int, default=200, help="how many are polled")
    parser.add_argument("--rounds", type=int, default=3, help="how often; the best round of each counts")
    parser.add_argument("--reader", default=os.environ.get("KENTONGAN_READER_PYTHON", sys.executable), metavar="PYTHON")
    options = parser.parse_args()
    parsing()
    if subprocess.run([options.reader, "-c", "import reader, sgmllib"], capture_output=True).returncode != 0:
        print("SKIPPED: polling against `reader`, which is not installed in " + options.reader)
        print("  to have it: python -m venv /tmp/reader && /tmp/reader/bin/pip install 'reader>=3,<4' sgmllib3k")
        print("  then: python benchmarks/bench_feeds.py --reader /tmp/reader/bin/python")
        return
    with tempfile.TemporaryDirectory(prefix="kentongan-bench-") as folder, papers(options.feeds) as press:
        asyncio.run(polling(press, Path(folder), options))


# --- parsing ----------------------------------------------------------------------------------------------------------


def items(feed: int, issue: int) -> list[Item]:
    """The items of a feed at an issue: the newest first, one more than at the issue before, and one less at the end."""
    numbers = range(issue + ITEMS, issue, -1)
    start = datetime(2026, 1, 5, tzinfo=UTC)
    return [Item(f"Report {n} of paper {feed}", f"/{feed}/{n}", SUMMARY, start + timedelta(hours=n)) for n in numbers]


def parsing() -> None:
    """The whole document, one new item in it, none: in milliseconds and as ratios."""
    url = "https://news.example.org/feed"
    kinds = ("rss", "atom", "rdf", "jsonfeed")
    documents = [(WRITERS[kind](items(0, 1)).encode(), WRITERS[kind](items(0, 0)).encode()) for kind in kinds]
    known = [(new, old, frozenset(read_feed(old, url, None).items)) for new, old in documents]
    took = race(
        {
            "whole": lambda pair: read_feed(pair[0], url, None),
            "one new": lambda pair: read_feed(pair[0], url, None, seen=pair[2]),
            "none new": lambda pair: read_feed(pair[1], url, None, seen=pair[2]),
        },
        known,
        rounds=15,
        slices=len(known),
    )
    print(f"parsing a feed of {ITEMS} items, {len(known[0][0]) // 1000} kB, mean of {', '.join(kinds)}:")
    for name, seconds in took.items():
        print(f"  {name:10} {seconds * 1000:7.2f} ms, {took['whole'] / seconds:5.1f} times as fast as the whole")


# --- polling ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Press:
    """What is being served, from a process of its own."""

    urls: list[str]
    pid: int
    pipe: Any

    def publish(self, issue: int) -> None:
        """From now on all feeds are as of this issue."""
        self.pipe.send(issue)
        self.pipe.recv()

    def asked(self) -> list[int]:
        """The status of every answer since this was last asked for."""
        self.pipe.send(None)
        answers: list[int] = self.pipe.recv()
        return answers


@contextmanager
def papers(number: int) -> Iterator[Press]:
    """So many feeds, each on a host of its own, with validators."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(number, theirs), daemon=True)
    process.start()
    try:
        yield Press(ours.recv(), process.pid or 0, ours)
    finally:
        process.terminate()
        process.join()


def _serve(number: int, pipe: Any) -> None:
    from fakeweb import FakeWeb

    hosts = [f"127.0.{1 + n // 250}.{1 + n % 250}" for n in range(number)]
    with FakeWeb() as web:
        pipe.send([web.url("/feed.xml", host) for host in hosts])
        while True:
            issue = pipe.recv()
            if issue is None:
                pipe.send([request.status for request in web.requests])
                web.requests.clear()
                continue
            for n, host in enumerate(hosts):
                web.feed("/feed.xml", items(n, issue), host=host, validators=True)
            pipe.send(True)


@dataclass(slots=True)
class Took:
    """Seconds of the rounds: processor time, and on the clock."""

    processor: list[float] = field(default_factory=list)
    clock: list[float] = field(default_factory=list)


async def polling(press: Press, folder: Path, options: argparse.Namespace) -> None:
    """Both in turns: a round with one new item in each feed, a round with none."""
    took = {kind: {"kentongan": Took(), "reader": Took()} for kind in LEAST}
    _configure(folder, press)
    peer = _Peer(options.reader, folder / "reader.sqlite", press.urls)
    async with open_engine(configuration(folder / "config"), folder / "state", {}) as engine:
        for number in range(options.rounds + 1):
            press.publish(number)
            for kind, new in (("one new item", 1), ("nothing new (304)", 0)):
                turns = ["kentongan", "reader"] if number % 2 else ["reader", "kentongan"]
                for name in turns:
                    expected = len(press.urls) * (ITEMS if number == 0 and new else new)
                    done = await _poll(engine, press) if name == "kentongan" else peer.update()
                    asked = press.asked()
                    if asked.count(200 if new else 304) != len(press.urls):
                        raise SystemExit(f"{name}: {len(asked)} answers, {asked.count(304)} of them 304")
                    if done["new"] != expected or done["failed"]:
                        raise SystemExit(
                            f"{name} found {done['new']} new items, not {expected}; {done['failed']} failed"
                        )
                    if number:
                        took[kind][name].processor.append(done["processor"])
                        took[kind][name].clock.append(done["clock"])
    peer.end()
    print(f"polling {len(press.urls)} feeds of {ITEMS} items, best of {options.rounds} rounds:")
    for kind, both in took.items():
        for name, one in both.items():
            each = min(one.processor) / len(press.urls) * 1000
            rate = len(press.urls) / min(one.clock)
            print(f"  {kind:18} {name:10} {each:7.2f} ms of processor a feed, {rate:6.0f} feeds/s on the clock")
        ratio = min(both["reader"].processor) / min(both["kentongan"].processor)
        clock = min(both["reader"].clock) / min(both["kentongan"].clock)
        print(f"  {kind:18} {ratio:.1f} times reader's feeds/s (at least {LEAST[kind]:.0f}); on the clock {clock:.1f}")


def _configure(folder: Path, press: Press) -> None:
    settings = {
        "fetch": {"allow_networks": ["127.0.0.0/8"], "per_host_delay": "0s"},
        "desk": {"enabled": False},
    }
    sources = [{"name": f"s{n}", "title": f"Paper {n}", "feeds": [url]} for n, url in enumerate(press.urls)]
    shutil.copytree(ROOT / "config", folder / "config")
    (folder / "config" / "bot.yaml").write_text(json.dumps(settings), "utf-8")
    (folder / "config" / "sources.yaml").write_text(json.dumps({"sources": sources}), "utf-8")


async def _poll(engine: Engine, press: Press) -> dict[str, Any]:
    """One round over all feeds, hosts side by side."""
    began, cost = time.monotonic(), _processor(press.pid)
    engine.tally.clear()
    now = engine.clock()
    async with engine.database.write() as connection:
        await feeds.make_all_due(connection, now)
        lanes = await feeds.due_lanes(connection, now, now)
    try:
        claimed = await asyncio.gather(*map(engine.claim, lanes))
        results = await asyncio.gather(*(poll(engine, feed) for share in claimed for feed in share.feeds))
    except KentonganError as error:
        raise SystemExit(str(error)) from error
    return {
        "clock": time.monotonic() - began,
        "processor": _processor(press.pid) - cost,
        "failed": sum(result.outcome == "failed" for result in results),
        "new": sum(result.new for result in results),
    }


class _Peer:
    """The other program."""

    def __init__(self, python: str, database: Path, urls: list[str]) -> None:
        command = [python, str(Path(__file__).with_name("peer_reader.py")), str(database)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for url in urls:
            self._tell(f"add {url}")

    def _tell(self, order: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(order + "\n")
        self._process.stdin.flush()

    def update(self) -> dict[str, Any]:
        """One round over all feeds."""
        assert self._process.stdout is not None
        self._tell("update")
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def end(self) -> None:
        """Lets it go."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)


def _processor(but: int) -> float:
    """Seconds of processor time of this process and all that it started, except the server's and the peer's."""

    def of(pid: int) -> float:
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            listed = [task.read_text() for task in Path(f"/proc/{pid}/task").glob("*/children")]
        except OSError:
            return 0.0
        if pid == but or b"peer_reader" in command:
            return 0.0
        return sum(map(int, fields[11:15])) / TICK + sum(of(int(child)) for child in " ".join(listed).split())

    return of(os.getpid())


if __name__ == "__main__":
    main()
