"""Asks feeds whether their addresses still hold, and what they bring. It stores nothing."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import ExtractError, FeedError, FetchError, WorkerError
from bot.model import Entry, Source
from bot.read import read_feed, read_page
from bot.run.cpu import FEED_LIMIT, PAGE_LIMIT, Cpu
from bot.run.setup import client_of, utc_now
from bot.settings import load_settings, load_sources
from bot.web import ACCEPT_FEED, ACCEPT_PAGE, Client, Fetched, check_url

MOST_ALTERNATES = 10
"""Feeds of a page that are told of: a page may name thousands."""

QUIET = timedelta(days=90)
"""A feed whose newest entry is older is remarked upon: publishers leave dead feeds standing."""

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_SHORTEST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Probe:
    """What one address answered. `reason` is the kind of the error in one word (that of the fetch, `not_a_feed`, or
    `worker`), `status` that of a server's no; `alternates` are the feeds a page named where a feed was expected. Of a
    feed: `moved_to` is its new address, where the old one redirects for good; `entries_a_day` an estimate by their
    dates, `newest` the latest of these. `remarks` are what is odd though it works."""

    source: str | None
    url: str
    ok: bool
    entries: int = 0
    error: str | None = None
    reason: str | None = None
    status: int | None = None
    alternates: tuple[str, ...] = ()
    format: str | None = None
    title: str | None = None
    moved_to: str | None = None
    entries_a_day: float | None = None
    newest: datetime | None = None
    page: str | None = None
    """The address of the newest entry's page, where that was asked for, too."""
    remarks: tuple[str, ...] = ()


class Prober:
    """Asks addresses through one client. `with_pages` asks for the page of each feed's newest entry, too."""

    def __init__(self, client: Client, cpu: Cpu, *, with_pages: bool = False) -> None:
        self._client, self._cpu, self._with_pages = client, cpu, with_pages

    async def ask(self, url: str, source: Source | None = None, *, politely: bool = False) -> Probe:
        """What the address answers. `politely` asks robots.txt first: nobody listed an address that was guessed."""
        name = source.name if source else None
        try:
            fetched = await self._client.get(url, accept=ACCEPT_FEED, obey_robots=politely)
            parsed = await self._cpu.call(
                FEED_LIMIT, read_feed, fetched.body, fetched.url, fetched.content_type, source=source, now=utc_now()
            )
        except FeedError as error:
            named = error.alternates[:MOST_ALTERNATES]
            return Probe(name, url, False, error=_without(url, error), reason="not_a_feed", alternates=named)
        except FetchError as error:
            said = _without(url, error)
            return Probe(name, url, False, error=said, reason=str(error.reason), status=error.status)
        except WorkerError as error:
            return Probe(name, url, False, error=_without(url, error), reason="worker")
        now = utc_now()
        moments = sorted(entry.published for entry in parsed.entries if entry.published and entry.published <= now)
        probe = Probe(
            name,
            url,
            True,
            len(parsed.entries),
            format=parsed.format,
            title=parsed.title,
            moved_to=fetched.moved_to,
            entries_a_day=entries_a_day(moments, now),
            newest=moments[-1] if moments else None,
            remarks=tuple(_remarks(url, fetched, len(parsed.entries), moments, now)),
        )
        return await self._and_page(probe, parsed.entries, source) if self._with_pages else probe

    async def _and_page(self, probe: Probe, entries: Iterable[Entry], source: Source | None) -> Probe:
        newest = next((entry for entry in entries if entry.url), None)
        if newest is None or newest.url is None:
            return replace(probe, remarks=(*probe.remarks, "its entries link to no page: only its own text is matched"))
        try:
            fetched = await self._client.get(newest.url, accept=ACCEPT_PAGE, obey_robots=True)
            article = await self._cpu.call(
                PAGE_LIMIT,
                read_page,
                fetched.body,
                fetched.url,
                content_type=fetched.content_type,
                entry=newest,
                source=source,
            )
            why = article.note
        except (FetchError, ExtractError, WorkerError) as error:
            why = _without(newest.url, error)
        said = (f"its newest page gives no article: {why}",) if why else ()
        return replace(probe, page=newest.url, remarks=(*probe.remarks, *said))


async def probe_all(
    config_dir: Path, tell: Callable[[Probe], None], *, only: str | None = None, with_pages: bool = False
) -> bool:
    """Asks every configured feed (`only`: those of this source), hosts side by side, and tells of each as it answers.
    True where all are in order."""
    settings, sources = load_settings(config_dir), load_sources(config_dir)
    hosts: dict[str | None, list[tuple[Source, str]]] = defaultdict(list)
    for source in sources:
        for feed in source.feeds if only in (None, source.name) else ():
            hosts[urlsplit(feed.url).hostname].append((source, feed.url))
    good = True
    async with client_of(settings) as client, Cpu(settings.fetch.workers) as cpu:
        prober = Prober(client, cpu, with_pages=with_pages)

        async def ask(queue: list[tuple[Source, str]]) -> None:
            nonlocal good
            for source, url in queue:
                probe = await prober.ask(url, source)
                good = good and probe.ok
                tell(probe)

        await asyncio.gather(*map(ask, hosts.values()))
    return good


def entries_a_day(moments: list[datetime], now: datetime) -> float | None:
    """How many entries a day a feed brings, by the dates of those it lists (earliest first, none after `now`): those of
    the last week, where it reaches back so far, or else all of them over the time that they cover. None without
    dates."""
    if not moments:
        return None
    covered = now - moments[0]
    if covered >= _WEEK:
        return sum(moment > now - _WEEK for moment in moments) / 7
    return len(moments) / (max(covered, _SHORTEST) / _DAY)


def _remarks(url: str, fetched: Fetched, entries: int, moments: list[datetime], now: datetime) -> Iterable[str]:
    kind = (fetched.content_type or "").split(";")[0].strip().lower()
    if not kind:
        yield "it is sent without a content type"
    elif not (kind.endswith(("xml", "json")) and kind != "application/xhtml+xml"):
        yield f"it is sent as {kind}, though it is a feed"
    if fetched.moved_to:
        yield f"it has moved for good: list {fetched.moved_to}"
    elif fetched.url != url:
        yield f"it is redirected to {fetched.url} for the time being"
    if not entries:
        yield "it lists no entries"
    elif not moments:
        yield "none of its entries has a date that can be read"
    elif now - moments[-1] > QUIET:
        yield f"its newest entry is of {moments[-1]:%Y-%m-%d}"


def _without(url: str, error: Exception) -> str:
    """What an error says, without the address that stands beside it anyhow."""
    said = str(error).removeprefix(f"{url}: ")
    with suppress(FetchError):
        said = said.removeprefix(f"{check_url(url)}: ")
    return said
