"""Opens everything an engine needs and brings the database in line with the configuration. It does no work."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from bot.errors import ConfigError, ConfigErrors
from bot.model import CONSOLE, Rhythm
from bot.run.cluster import ALIVE
from bot.run.cpu import Cpu
from bot.run.engine import Configuration, Courier, Engine, node_name
from bot.run.turns import SharedTurns
from bot.run.work import lane_of
from bot.settings import Settings, load_settings, load_sources
from bot.store import AsyncConnection, chats, doubt, feeds, holds, home, nodes, pages, subscriptions, turns
from bot.store.ahead import recall
from bot.store.chats import ChatState
from bot.store.database import Database, database_address, open_database
from bot.store.feeds import ListedFeed
from bot.watch import load
from bot.web import Client, Turns, host_of

T = TypeVar("T")

IN_DOUBT = timedelta(seconds=5)
"""How long after a start the alerts that a crash left in doubt are repeated."""

TAKEN_OVER = timedelta(seconds=15)
"""The same where the machine before may still live, and say what became of them."""

CRASHES = 3
"""A feed or page that more starts in a row than this found half done is not tried at once, but when its lease ends."""


DEATHS = 10
"""The same where a machine among others died: it had many lanes in hand, and few of them had to do with that."""


def configuration(config_dir: Path) -> Configuration:
    """Everything the operator and the analysts wrote. Raises ConfigErrors with the mistakes of all files at once."""
    errors: list[ConfigError] = []
    settings = _gathered(load_settings, config_dir, errors)
    sources = _gathered(load_sources, config_dir, errors)
    watchlists = _gathered(load, config_dir, errors)
    if settings is None or sources is None or watchlists is None:
        raise ConfigErrors(errors)
    return Configuration(settings, {source.name: source for source in sources}, watchlists)


def _gathered(part: Callable[[Path], T], config_dir: Path, errors: list[ConfigError]) -> T | None:
    try:
        return part(config_dir)
    except ConfigErrors as found:
        errors += found.errors
        return None


def utc_now() -> datetime:
    """The time, aware and in UTC: the one clock of the program."""
    return datetime.now(UTC)


def database_of(settings: Settings, state_dir: Path) -> str | Path:
    """Where the database is."""
    configured = settings.database.get_secret_value() if settings.database else None
    return database_address(configured, state_dir)


def client_of(settings: Settings, turns: Turns | None = None) -> Client:
    """The door out, as configured; `turns` are those of other machines that ask the same hosts."""
    fetch = settings.fetch
    return Client(
        fetch.user_agent,
        timeout=fetch.timeout,
        max_bytes=fetch.max_bytes,
        allow_networks=[str(network) for network in fetch.allow_networks],
        per_host_delay=fetch.per_host_delay,
        robots=fetch.robots,
        turns=turns,
    )


@asynccontextmanager
async def open_engine(
    config: Configuration,
    state_dir: Path,
    couriers: dict[str, Courier],
    clock: Callable[[], datetime] = utc_now,
) -> AsyncIterator[Engine]:
    """An engine that is ready to work, for the length of the block. Raises StoreError."""
    node = node_name()
    async with (
        open_database(database_of(config.settings, state_dir)) as database,
        client_of(config.settings, _turns(config.settings, database, node)) as client,
        Cpu(config.settings.fetch.workers) as cpu,
        Cpu(1) as feed_cpu,
    ):
        await home.refuse_elsewhere(database)
        engine = Engine(config, database, client, cpu, feed_cpu, couriers, clock, node=node)
        await align(engine)
        yield engine


def _turns(settings: Settings, database: Database, node: str) -> SharedTurns | None:
    if database.dialect == "sqlite":
        return None
    return SharedTurns(database, node, settings.fetch.timeout)


async def align(engine: Engine, *, starting: bool = True) -> None:
    """Feeds as listed, the console's subscriptions where there is no token, and, at a start, what a crash left in
    doubt."""
    config, now = engine.config, engine.clock()
    listed = [
        ListedFeed(feed.url, source.name, host, lane_of(host), feed.every)
        for source in config.sources.values()
        for feed in source.feeds
        for host in [host_of(feed.url)]
    ]
    async with engine.database.write() as connection:
        await feeds.sync_feeds(connection, listed, now)
        await recall(connection, now, config.settings.timezone)
        # On PostgreSQL another node may be sending just now: there what a crash left shows when its lease runs out.
        if starting and engine.database.dialect == "sqlite":
            await doubt.recover_sending(connection, now, IN_DOUBT)
            await feeds.resume_feeds(connection, now, CRASHES)
            await pages.resume_pages(connection, now, CRASHES)
        await _console(engine, connection, now)
        if starting:
            for host, until in (await holds.holds_left(connection, now)).items():
                engine.client.hold(host, until)


async def take_over(engine: Engine, *, idle: bool = False) -> None:
    """This machine leads from now on: what the one before left on its way is in doubt, unless it says soon what became
    of it. Where this one is `idle` still and no other is alive, what the others had in hand is due now. Raises
    StoreError."""
    now = engine.clock()
    async with engine.database.write() as connection:
        others = [node for node in await nodes.alive(connection, ALIVE) if node.name != engine.node]
        await doubt.recover_sending(connection, now, TAKEN_OVER if others else IN_DOUBT)
        if idle and not others:
            await feeds.resume_feeds(connection, now, CRASHES)
            await pages.resume_pages(connection, now, CRASHES)


def free_lane(engine: Engine) -> Callable[[AsyncConnection, int], Awaitable[None]]:
    """Makes what a visit that died had in hand in a lane due again."""

    async def free(connection: AsyncConnection, lane: int) -> None:
        await feeds.resume_feeds(connection, engine.clock(), DEATHS, lane)
        await pages.resume_pages(connection, engine.clock(), DEATHS, lane)
        await turns.end_turns_of_dead(connection, ALIVE, engine.config.settings.fetch.per_host_delay)

    return free


async def _console(engine: Engine, connection: AsyncConnection, now: datetime) -> None:
    """Where there is no token the console follows every watchlist; where there is one nothing piles up for it."""
    if "console" not in engine.couriers:
        await chats.set_chat_state(connection, CONSOLE.chat, ChatState.PAUSED, "messages go to Telegram")
        return
    await chats.upsert_chat(connection, CONSOLE.chat, kind="console", title="console", role="reader", now=now)
    await chats.set_chat_state(connection, CONSOLE.chat, ChatState.ACTIVE)
    for name in engine.config.watchlists.lists:
        await subscriptions.subscribe(
            connection, CONSOLE, name, rhythm=Rhythm.INSTANT, at="07:00", now=now, due_at=None
        )
