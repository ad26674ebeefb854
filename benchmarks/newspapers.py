"""Newspapers on loopback for benchmarks: hosts with a feed each, which gains articles with every issue. They run in a
process of their own, so that what they cost is not counted.
"""

from __future__ import annotations

import asyncio
import html
import json
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import islice
from typing import Any

from bench_try import rows
from furniture import REAL_SIZE, furnished
from samples import Sample

OLD = 2
"""Articles that every feed has from the beginning."""

MAKES = 16
"""Kinds of furniture among the pages."""


@dataclass(frozen=True, slots=True)
class Plan:
    """So many newspapers, and so many new articles in each at every issue."""

    hosts: int
    new: int
    issues: int
    size: int = REAL_SIZE

    @property
    def articles(self) -> int:
        """New ones of an issue."""
        return self.hosts * self.new


class Newspapers:
    """What is being served."""

    def __init__(self, port: int, plan: Plan, issue: Any, pid: int) -> None:
        self.port, self.plan, self.pid, self._issue = port, plan, pid, issue

    def publish(self, issue: int) -> None:
        """From now on feeds have the articles of this issue and of those before it; 0 has only the old ones."""
        self._issue.value = issue

    def feeds(self) -> list[str]:
        """The addresses of all feeds."""
        return [f"http://{_host(number)}:{self.port}/feed.xml" for number in range(self.plan.hosts)]


@contextmanager
def newspapers(plan: Plan) -> Iterator[Newspapers]:
    """Newspapers for the length of the block."""
    context = multiprocessing.get_context("spawn")
    issue = context.Value("i", 0)
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(plan, issue, theirs), daemon=True)
    process.start()
    try:
        yield Newspapers(ours.recv(), plan, issue, process.pid or 0)
    finally:
        process.terminate()
        process.join()


def _host(number: int) -> str:
    return f"127.0.{1 + number // 250}.{1 + number % 250}"


def _serve(plan: Plan, issue: Any, pipe: Any) -> None:
    per_host = OLD + plan.new * plan.issues
    articles = list(islice(rows(plan.hosts * per_host), plan.hosts * per_host))
    pages = [_page(article, number, plan.size) for number, article in enumerate(articles)]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                request = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                path = request.split(" ", 2)[1]
                host = next(
                    line[6:].split(":")[0] for line in request.split("\r\n") if line.lower().startswith("host: ")
                )
                a, b = map(int, host.split(".")[2:])
                first = ((a - 1) * 250 + b - 1) * per_host
                status, kind, body = "200 OK", "text/html; charset=utf-8", b""
                if path == "/feed.xml":
                    listed = range(first, first + OLD + plan.new * issue.value)
                    kind, body = "application/rss+xml", _feed([(number, articles[number]) for number in listed])
                elif path.startswith("/news/"):
                    body = pages[int(path.removeprefix("/news/"))]
                else:
                    status = "404 Not Found"
                head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
                writer.write(head.encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(answer, _host(0), 0)
        port = server.sockets[0].getsockname()[1]
        others = [await asyncio.start_server(answer, _host(number), port) for number in range(1, plan.hosts)]
        pipe.send(port)
        await asyncio.gather(*(one.serve_forever() for one in (server, *others)))

    asyncio.run(run())


def _page(article: dict[str, Any], number: int, size: int) -> bytes:
    title = html.escape(article["title"])
    text = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in json.loads(article["text"]))
    body = (
        f'<!doctype html><html lang="{article["language"]}"><head><meta charset="utf-8"><title>{title} - Paper</title>'
        f'<meta property="article:published_time" content="{datetime.now(UTC).isoformat()}"></head><body><main>'
        f"<article><h1>{title}</h1><p>By <span class='author'>A. Writer</span></p>{text}</article></main></body></html>"
    )
    return furnished(Sample(str(number), "", body.encode()), number % MAKES, size).body


def _feed(listed: list[tuple[int, dict[str, Any]]]) -> bytes:
    date = format_datetime(datetime.now(UTC))
    items = "".join(
        f"<item><title>{html.escape(article['title'])}</title><link>/news/{number}</link><guid>n{number}</guid>"
        f"<pubDate>{date}</pubDate><description>{html.escape(article['lead'][:200])}</description></item>"
        for number, article in reversed(listed)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Paper</title>{items}</channel></rss>'.encode()
