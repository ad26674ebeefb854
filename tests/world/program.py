"""The real program in a directory of its own, between a fake web and a fake Telegram. It asserts nothing about news.

with world(tmp_path) as w:
    w.web.feed("/rss.xml", [item(1)])
    w.subscribe()
    w.once()                              # `kentongan once --all --json`
    w.program.command("digest", "pacts", "--json")
    with w.program.running(): ...         # `kentongan run`
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fakefeeds import Item
from faketelegram import FakeTelegram, Sent
from fakeweb import FakeWeb
from news import item, page, path, title

KENTONGAN = Path(sys.executable).with_name("kentongan")
TOKEN = "123456:the-token-of-the-fake-server-only"
ADMIN = 1
READER = 7
PATIENCE = 60.0
"""Seconds after which a test stops waiting: far above what anything here takes on a busy machine."""

WATCHLIST = """\
title: Japan's pacts
concepts:
  nation: {en: [Japan, Japanese], id: [Jepang], ja: [日本]}
  pact: {en: [pact, treaty, "joint exercise*"], id: [perjanjian, pakta], ja: [協定]}
  partner:
    labels:
      indonesia: {en: [Indonesia], id: [Indonesia], ja: [インドネシア]}
      australia: [Australia]
rules:
  - name: pact
    match: paragraph(nation and pact and partner)
    unless: title("football")
    group_by: partner
  - name: visit
    match: title(nation and "visit*")
    priority: low
"""


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Its one JSON document."""
        return json.loads(self.out)

    @property
    def rows(self) -> list[Any]:
        """Its JSON objects, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


class Program:
    """One installation: `config/`, `state/`, and at most one process at a time that was started and not waited for."""

    def __init__(self, home: Path) -> None:
        self.config, self.state, self._home = home / "config", home / "state", home
        (self.config / "watchlists").mkdir(parents=True, exist_ok=True)
        self.settings: dict[str, dict[str, Any]] = {
            "poll": {"every": "1s", "jitter": "0%"},
            "fetch": {"timeout": "3s", "per_host_delay": "0s", "workers": 1, "allow_networks": ["127.0.0.0/8"]},
            "telegram": {"admins": [ADMIN]},
            "alerts": {"hold": "0s"},
            "desk": {"enabled": False},
        }
        self.token: str | None = None
        self.process: subprocess.Popen[bytes] | None = None
        self.write_watchlist(WATCHLIST)

    # --- what is configured -----------------------------------------------------------------------------------------

    def write_settings(self) -> None:
        """`settings` as bot.yaml; JSON is YAML."""
        (self.config / "bot.yaml").write_text(json.dumps({"timezone": "Asia/Jakarta", **self.settings}))

    def write_sources(self, feeds: Mapping[str, Sequence[str]]) -> None:
        """Feeds by the name of their source."""
        sources = [
            {"name": name, "title": name.upper(), "timezone": "Asia/Jakarta", "feeds": list(urls)}
            for name, urls in feeds.items()
        ]
        (self.config / "sources.yaml").write_text(json.dumps({"sources": sources}))

    def write_watchlist(self, text: str, name: str = "pacts") -> Path:
        """A watchlist's file."""
        path = self.config / "watchlists" / f"{name}.yaml"
        path.write_text(text)
        return path

    # --- running it -------------------------------------------------------------------------------------------------

    def launch(self, *words: str, **options: Any) -> subprocess.Popen[bytes]:
        """Starts the program and leaves it running; its output goes to the files `out` and `err`."""
        with self._file("out").open("wb") as out, self._file("err").open("wb") as err:
            self.process = subprocess.Popen(
                [KENTONGAN, "--config", self.config, "--state", self.state, *words],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=self._environment(),
                cwd=self._home,
                **options,
            )
        return self.process

    def command(self, *words: str, timeout: float = 120, **options: Any) -> Result:
        """Runs the program to its end."""
        process = self.launch(*words, **options)
        try:
            status = process.wait(timeout)
        finally:
            self.end(signal.SIGKILL)
        return Result(status, self.output, self.errors)

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """`kentongan run` for the length of the block, from when it works to when it has stopped."""
        process = self.launch("run")
        try:
            self.wait_for('"running"')
            yield process
        finally:
            self.end()

    def end(self, how: signal.Signals = signal.SIGTERM) -> int | None:
        """Asks the process to end and waits; its exit status, None where none was running."""
        process, self.process = self.process, None
        if process is None:
            return None
        process.send_signal(how)
        try:
            return process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            raise

    def kill(self) -> None:
        """SIGKILL, from any thread, at any time; whoever waits for the process sees it end."""
        if self.process is not None:
            self.process.kill()

    def wait_for(self, text: str, timeout: float = PATIENCE) -> None:
        """Until the log holds this text. Raises AssertionError where the program ends before or it takes too long."""
        self.wait_until(lambda: text in self.errors, timeout)

    def wait_until(self, true: Callable[[], Any], timeout: float = PATIENCE) -> None:
        """Until this holds, while the program runs."""
        end = time.monotonic() + timeout
        while not true():
            ended = self.process is None or self.process.poll() is not None
            if ended and true():
                return
            assert not ended, f"the program ended:\n{self.errors}"
            assert time.monotonic() < end, f"not within {timeout} s; log:\n{self.errors}"
            time.sleep(0.05)

    @property
    def pids(self) -> dict[str, int]:
        """The id of the process that was started last and not waited for, if there is one."""
        process = self.process
        return {"program": process.pid} if process is not None else {}

    @property
    def output(self) -> str:
        """What the last process wrote to standard output so far."""
        return self._file("out").read_text(errors="replace")

    @property
    def errors(self) -> str:
        """What the last process wrote to standard error so far."""
        return self._file("err").read_text(errors="replace")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database says, past the program."""
        with closing(sqlite3.connect(f"file:{self.state}/kentongan.db?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchall()

    def change(self, statement: str) -> None:
        """Changes the database of a program that is not running."""
        with closing(sqlite3.connect(self.state / "kentongan.db")) as connection, connection:
            connection.execute(statement)

    def _file(self, name: str) -> Path:
        return self._home / name

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        token = {"KENTONGAN_TELEGRAM__TOKEN": self.token} if self.token else {}
        return {**kept, "LANG": "C.UTF-8", **token}


@dataclass
class World:
    """The program, and what is around it."""

    web: FakeWeb
    telegram: FakeTelegram
    program: Program
    feeds: dict[str, list[str]] = field(default_factory=dict)

    def feed(self, items: Iterable[Item], path: str = "/rss.xml", source: str = "antara", **options: Any) -> None:
        """Serves a feed, listed under a source from now on, and a page for each of its items that has none yet."""
        items = list(items)
        self.web.feed(path, items, **options)
        url = self.web.url(path, options.get("host") or "127.0.0.1")
        if url not in self.feeds.get(source, []):
            self.list_feed(url, source)

    def list_feed(self, url: str, source: str = "antara") -> None:
        """Lists an address as a feed."""
        self.feeds.setdefault(source, []).append(url)
        self.program.write_sources(self.feeds)

    def publish(self, *numbers: int, source: str = "antara", **options: Any) -> list[Item]:
        """Pages of these articles and a feed of them."""
        items = [self.page(number) for number in numbers]
        self.feed(items, source=source, **options)
        return items

    def page(self, number: int, **options: Any) -> Item:
        """Serves the page of an article; returns its entry."""
        self.web.page(path(number), page(number), **options)
        return item(number)

    def once(self, *words: str, timeout: float = 120) -> Any:
        """One round over all feeds; what it printed as JSON."""
        result = self.program.command("once", "--all", "--json", *words, timeout=timeout)
        assert result.status == 0, result.err
        return result.document

    def subscribe(self, chat: int = ADMIN, watchlist: str = "pacts") -> None:
        """Somebody asks for alerts; the next round, or the running program, reads it."""
        self.telegram.say(chat, f"/subscribe {watchlist}")

    def news(self, chat: int = ADMIN) -> list[Sent]:
        """The messages of a chat that tell stories: alerts, digests, pictures, not the bot's own words."""
        return [sent for sent in self.telegram.messages(chat) if sent.links]

    def rings(self, numbers: Iterable[int]) -> int:
        """How many alerts tell any of these articles."""
        titles = tuple(map(title, numbers))
        return sum(sent.text.startswith(titles) for sent in self.alerts())

    def alerts(self, chat: int = ADMIN) -> list[Sent]:
        """Those that tell one story now."""
        return [sent for sent in self.news(chat) if " · " in sent.text.splitlines()[1]]


@contextmanager
def world(home: Path, *, telegram: bool = True) -> Iterator[World]:
    """A web without pages, a Telegram without people, and a program that knows no feeds yet."""
    with FakeWeb() as web, FakeTelegram(TOKEN) as server:
        program = Program(home)
        made = World(web, server, program)
        if telegram:
            program.token = TOKEN
            program.settings["telegram"]["api_base_url"] = server.base_url
        server.chat(ADMIN)
        program.write_settings()
        program.write_sources({})
        try:
            yield made
        finally:
            program.end(signal.SIGKILL)
