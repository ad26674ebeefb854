"""Finds the feed of an address that may be one, or a page of a site that has one. It asks few addresses, one after
another, and stores nothing.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from bot.errors import FetchReason
from bot.model import Source
from bot.read import url_key
from bot.run.cpu import Cpu
from bot.run.probe import Probe, Prober
from bot.run.setup import client_of
from bot.settings import load_settings, load_sources

COMMON_PATHS = ("/feed", "/rss", "/rss.xml", "/atom.xml", "/index.xml", "/feed.json")
"""Where sites keep their feeds, the most usual first."""

MOST_NAMED = 5
"""Feeds of one page that are asked: a front page names its sections'."""


_NOT_THERE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


class By(StrEnum):
    """How an address was come by: the user gave it, a page of the site named it, or it is a usual one."""

    GIVEN = "given"
    NAMED = "named"
    GUESSED = "guessed"


@dataclass(frozen=True, slots=True)
class Tried:
    """What one address answered, and how it was come by."""

    probe: Probe
    by: By


async def tried(config_dir: Path, url: str, *, with_pages: bool = False) -> AsyncGenerator[Tried]:
    """The address, then the feeds its page names; where it is gone, those of the site's front page; where no page names
    any that works, the usual addresses until one works. A host that refuses, asks for patience or cannot be reached is
    left in peace."""
    settings = load_settings(config_dir)
    sources = {url_key(feed.url): source for source in load_sources(config_dir) for feed in source.feeds}
    async with client_of(settings) as client, Cpu(1) as cpu:
        search = Search(Prober(client, cpu, with_pages=with_pages), sources)
        async with aclosing(search.run(url)) as found:
            async for one in found:
                yield one


class Search:
    """One search; no address is asked twice."""

    def __init__(self, prober: Prober, sources: dict[str, Source]) -> None:
        self._prober, self._sources = prober, sources
        self._asked: set[str] = set()

    async def run(self, url: str) -> AsyncGenerator[Tried]:
        given = await self._ask(url, By.GIVEN)
        yield given
        probe = given.probe
        if probe.ok or not _reached(probe):
            return
        front = urljoin(url, "/")
        named = list(probe.alternates)
        if probe.status in _NOT_THERE and url_key(front) not in self._asked:
            page = await self._ask(front, By.GUESSED)
            yield page
            if page.probe.ok or not _reached(page.probe):
                return
            named = list(page.probe.alternates)
        found = False
        for address in named[:MOST_NAMED]:
            if url_key(address) not in self._asked:
                one = await self._ask(address, By.NAMED)
                found = found or one.probe.ok
                yield one
        for path in COMMON_PATHS if not found else ():
            address = urljoin(front, path)
            if url_key(address) in self._asked:
                continue
            one = await self._ask(address, By.GUESSED)
            yield one
            if one.probe.ok or not _reached(one.probe):
                return

    async def _ask(self, address: str, by: By) -> Tried:
        self._asked.add(url_key(address))
        source = self._sources.get(url_key(address))
        return Tried(await self._prober.ask(address, source, politely=by is By.GUESSED), by)


def _reached(probe: Probe) -> bool:
    """Whether the host answered in a way that lets one more question be asked: not where it wants to be left alone."""
    if probe.reason == FetchReason.STATUS:
        return probe.status in _NOT_THERE
    return probe.reason in ("not_a_feed", FetchReason.ROBOTS, FetchReason.TOO_LARGE)


def address_in(word: str) -> str | None:
    """The address that a word is, with or without its scheme; None for one that is none of the web."""
    if "://" in word:
        return word if word.lower().startswith(("http://", "https://")) else None
    try:
        host = urlsplit(f"https://{word}").hostname or ""
    except ValueError:
        return None
    return f"https://{word}" if "." in host.strip(".") else None
