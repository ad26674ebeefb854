"""Plays `kentongan demo`: the real engine against newspapers it serves itself on loopback, in a temporary directory.

It needs no network, no token and no configuration, reads no KENTONGAN_ variable, and leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from datetime import datetime
    from importlib.resources.abc import Traversable

    from bot.cli.demosite import Act, Audience, Finale, Judged, Site
    from bot.model import Article, Destination
    from bot.run.engine import Configuration, Engine
    from bot.store import AsyncConnection
    from bot.tell import Message

WATCHLIST = "japan-defence"

PARTNER = ("partner", "indonesia")
"""The label whose chronicle is shown."""

NEAR_MISS = "indonesia-defence-holds-japan"
"""The article that is explained at the end: it has every word of the subject and is about something else."""

_SETTINGS = """\
fetch: {allow_networks: [127.0.0.0/8], per_host_delay: 0s, robots: true}
alerts: {hold: 0s}
desk: {enabled: false}
"""


def play(as_json: bool) -> None:
    """Plays the demo on standard output: as a story in the terminal, or as one JSON document.

    Raises KentonganError, and OSError where no socket or no temporary directory can be had.
    """
    import asyncio

    from bot.cli.demosite.document import Document
    from bot.cli.demosite.terminal import Terminal

    audience: Audience = Document() if as_json else Terminal()
    try:
        asyncio.run(_play(audience))
    except asyncio.CancelledError:
        raise click.Abort from None


async def _play(audience: Audience) -> None:
    import time

    from bot.run.setup import utc_now

    start = time.monotonic()
    async with _stage() as (site, engine, courier):
        audience.opening(engine.config, site)
        began = utc_now()
        for number in (1, 2):
            site.round = number
            audience.act(await _act(engine, courier, number))
        finale = await _finale(engine, site, began)
        audience.finale(finale, engine.config, time.monotonic() - start)


# --- the stage ------------------------------------------------------------------------------------------------------


class _Courier:
    """Keeps the messages that would go to a chat."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def send(
        self, destination: Destination, message: Message, picture: bytes | None = None, *, silent: bool = False
    ) -> int | None:
        """Keeps the message without its picture; there is no id to give back."""
        self.messages.append(message)
        return None

    def take(self) -> tuple[Message, ...]:
        """The messages since the last time."""
        taken, self.messages = tuple(self.messages), []
        return taken

    async def edit(self, destination: Destination, message_id: int, message: Message) -> None:
        """What is printed stays as it is."""


@asynccontextmanager
async def _stage() -> AsyncIterator[tuple[Site, Engine, _Courier]]:
    """The newspapers, and an engine that reads them, in a temporary directory that is gone after the block, whether it
    ends by itself, by Ctrl-C or by SIGTERM."""
    from tempfile import TemporaryDirectory

    from bot.cli.demosite import open_site
    from bot.run.setup import open_engine, utc_now

    with _cancelled_by_signals(), TemporaryDirectory(prefix="kentongan-demo-") as name, open_site(utc_now()) as site:
        folder = Path(name)
        config = _configuration(folder / "config", site)
        courier = _Courier()
        async with open_engine(config, folder / "state", {"console": courier}) as engine:
            yield site, engine, courier


@contextmanager
def _cancelled_by_signals() -> Iterator[None]:
    """A polite end on SIGTERM and SIGHUP, too; Ctrl-C is asyncio's own business."""
    import asyncio
    import signal

    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    for name in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(name, task.cancel)
    try:
        yield
    finally:
        for name in (signal.SIGTERM, signal.SIGHUP):
            loop.remove_signal_handler(name)


def _configuration(folder: Path, site: Site) -> Configuration:
    """The shipped concepts and watchlist with the demo's own settings and sources, written where the real program would
    look for them and read as it reads them, save for the environment."""
    from bot.run.engine import Configuration
    from bot.settings import load_settings, load_sources
    from bot.watch import load

    shipped = defaults()
    (folder / "watchlists").mkdir(parents=True)
    for name in ("concepts.yaml", f"watchlists/{WATCHLIST}.yaml"):
        (folder / name).write_bytes((shipped / name).read_bytes())
    (folder / "bot.yaml").write_text(_SETTINGS, "utf-8")
    (folder / "sources.yaml").write_text(_sources(site), "utf-8")
    sources = {source.name: source for source in load_sources(folder)}
    return Configuration(load_settings(folder, {}), sources, load(folder))


def defaults() -> Traversable:
    """The configuration this program is shipped with: packed beside this module in a wheel, `config/` in a checkout.
    Raises KentonganError where neither is there."""
    from importlib.resources import files

    from bot.errors import KentonganError

    packed: Traversable = files("bot.cli") / "defaults"
    for place in (packed, Path(__file__).resolve().parents[2] / "config"):
        if (place / "concepts.yaml").is_file():
            return place
    raise KentonganError("the shipped configuration is missing from this installation: install kentongan again")


def _sources(site: Site) -> str:
    """`sources.yaml` for the newspapers; JSON is YAML."""
    import json

    from bot.cli.demosite import OUTLETS

    listed = [
        {
            "name": outlet.name,
            "title": outlet.title,
            "country": outlet.country,
            "language": outlet.language,
            "timezone": outlet.zone,
            "tier": outlet.tier,
            "feeds": [site.bases[outlet.name] + outlet.feed],
        }
        for outlet in OUTLETS
    ]
    return json.dumps({"sources": listed}, ensure_ascii=False)


# --- the play -------------------------------------------------------------------------------------------------------


async def _act(engine: Engine, courier: _Courier, number: int) -> Act:
    """One round of the real engine, and what it left in the store."""
    from bot.cli.demosite import Act
    from bot.run.engine import Tally
    from bot.run.once import once
    from bot.run.setup import utc_now

    began = utc_now()
    engine.tally = Tally()
    result = await once(engine, every_feed=True)
    order = list(engine.config.sources)
    polled = tuple(sorted(result.feeds, key=lambda feed: order.index(feed.source)))
    return Act(number, polled, await _judged(engine, began), courier.take(), result.counts.get("stories", 0))


async def _judged(engine: Engine, since: datetime) -> tuple[Judged, ...]:
    """The articles first seen since then: those that matched first, each copy behind the report it is a copy of."""
    from bot.cli.demosite import Judged
    from bot.store import articles, stories
    from bot.watch import explain

    config = engine.config
    async with engine.database.read() as connection:
        seen = [article async for _, _, article in articles.archive(connection, since, config.sources)]
        found = await stories.stories_between(connection, WATCHLIST, since, engine.clock(), config.sources)
    originals: dict[str, Article] = {}
    for story in found:
        first, *copies = sorted((report.article for report in story.reports), key=_hour)
        originals.update((copy.url, first) for copy in copies)

    def judged(article: Article) -> Judged:
        matches, misses = explain(config.watchlists, article)
        original = originals.get(article.url)
        return Judged(article, tuple(matches), tuple(misses), original.title if original else None)

    def place(item: Judged) -> tuple[bool, int, tuple[str, str], tuple[str, str]]:
        original = originals.get(item.article.url, item.article)
        name = original.source.name if original.source else ""
        return not item.matches, list(config.sources).index(name), _hour(original), _hour(item.article)

    return tuple(sorted(map(judged, seen), key=place))


def _hour(article: Article) -> tuple[str, str]:
    """Sorts by printed date, and by address where there is none."""
    return article.published.isoformat() if article.published else "", article.url


async def _finale(engine: Engine, site: Site, began: datetime) -> Finale:
    from zoneinfo import ZoneInfo

    from bot.cli.demosite import Finale
    from bot.store import stories
    from bot.tell import digest

    config, until = engine.config, engine.clock()
    since = until - timedelta(hours=24)
    near_miss = next(piece for piece in site.pieces if piece.slug == NEAR_MISS)
    async with engine.database.read() as connection:
        found = await stories.stories_between(connection, WATCHLIST, since, until, config.sources)
        in_order = await _chronicle(connection, config)
    message = digest(found, config.card(WATCHLIST), since, until, ZoneInfo(config.settings.timezone))
    read = await _judged(engine, began)
    judged = next(item for item in read if item.article.url == site.url(near_miss))
    return Finale(WATCHLIST, tuple(found), message, since, until, in_order, judged)


async def _chronicle(connection: AsyncConnection, config: Configuration) -> Message:
    from bot.cli.chronicle import stages
    from bot.store.steps import accounts
    from bot.story.chronicle import chronicle
    from bot.tell.chronicle import message

    card, asked = config.card(WATCHLIST), [PARTNER]
    entries = chronicle(await accounts(connection, WATCHLIST, asked, config.sources), asked)
    title = f"{card.title}: {card.label_names[PARTNER]}"
    return message(entries, card, asked, title, stages(config.watchlists.lists[WATCHLIST]))
