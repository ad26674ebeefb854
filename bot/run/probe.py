"""Asks feeds whether their addresses still hold. It stores nothing."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import FeedError, FetchError, WorkerError
from bot.model import Source
from bot.read import read_feed
from bot.run.cpu import FEED_LIMIT, Cpu
from bot.run.setup import client_of, utc_now
from bot.settings import load_settings, load_sources
from bot.web import ACCEPT_FEED, Client


@dataclass(frozen=True, slots=True)
class Probe:
    """What one address answered. `alternates` are the feeds a page named where a feed was expected."""

    source: str
    url: str
    ok: bool
    entries: int = 0
    error: str | None = None
    alternates: tuple[str, ...] = ()


async def probe_all(config_dir: Path, tell: Callable[[Probe], None]) -> bool:
    """Asks every configured feed, hosts side by side, and tells of each as it answers. True where all are in order."""
    settings, sources = load_settings(config_dir), load_sources(config_dir)
    hosts: dict[str | None, list[tuple[Source, str]]] = defaultdict(list)
    for source in sources:
        for feed in source.feeds:
            hosts[urlsplit(feed.url).hostname].append((source, feed.url))
    good = True
    async with client_of(settings) as client, Cpu(settings.fetch.workers) as cpu:

        async def ask(queue: list[tuple[Source, str]]) -> None:
            nonlocal good
            for source, url in queue:
                probe = await _probe(client, cpu, source, url)
                good = good and probe.ok
                tell(probe)

        await asyncio.gather(*map(ask, hosts.values()))
    return good


async def _probe(client: Client, cpu: Cpu, source: Source, url: str) -> Probe:
    try:
        fetched = await client.get(url, accept=ACCEPT_FEED)
        parsed = await cpu.call(
            FEED_LIMIT, read_feed, fetched.body, fetched.url, fetched.content_type, source=source, now=utc_now()
        )
    except FeedError as error:
        return Probe(source.name, url, False, error=str(error), alternates=error.alternates)
    except (FetchError, WorkerError) as error:
        return Probe(source.name, url, False, error=str(error))
    return Probe(source.name, url, True, len(parsed.entries))
