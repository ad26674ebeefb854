"""Looks at an installation from outside and says what is wrong with it, and what to do. It changes nothing but
an older schema, which opening the database upgrades."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from bot.errors import ConfigError, ConfigErrors, KentonganError, StoreError
from bot.run.engine import Configuration
from bot.run.setup import configuration, database_of, utc_now
from bot.settings import Settings, load_token
from bot.store import chats, feeds
from bot.store.alarms import open_alarms
from bot.store.database import open_database
from bot.store.lock import state_lock
from bot.tell.alarming import begun

SAMPLE, LOOK_UP = 5, 5.0
"""Hosts that are looked up, and seconds for each."""

BUILT = 2026
"""No clock is right that shows an earlier year."""

AHEAD = timedelta(minutes=5)

LOW_DISK = 500_000_000
"""Bytes free below which the disk is called nearly full."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; a mistake in the configuration comes along as it is."""

    name: str
    ok: bool
    detail: str
    mistake: ConfigError | None = None


Ask: TypeAlias = Callable[[SecretStr, Settings], Awaitable[str]]
"""Asks Telegram for the bot's name. Raises KentonganError."""


async def examine(
    config_dir: Path, state_dir: Path, environ: Mapping[str, str], ask: Ask | None = None
) -> list[Finding]:
    """Every finding, good and bad, in the order in which to mend them. Telegram is asked where `ask` is given."""
    try:
        config = configuration(config_dir)
        token = load_token(config.settings, environ)
    except ConfigErrors as errors:
        return [Finding("configuration", False, str(error), error) for error in errors.errors]
    lists = config.watchlists.lists
    findings = [Finding("configuration", True, f"{len(config.sources)} sources, {len(lists)} watchlists")]
    findings += [*_admins(config, token is not None), _state(state_dir), _lock(state_dir), _disk(state_dir)]
    findings += [await _names(config)]
    if token is not None and ask is not None:
        findings.append(await _telegram(ask, token, config.settings))
    return findings + await _database(config, state_dir)


async def _names(config: Configuration) -> Finding:
    """Whether names of hosts that feeds lie at become addresses; where none does, it is the name server."""
    hosts = {urlsplit(feed.url).hostname or "" for source in config.sources.values() for feed in source.feeds}
    asked = sorted(host for host in hosts if host and not _is_address(host))[:SAMPLE]
    if not asked:
        return Finding("names", True, "no feed has a name to look up")
    loop = asyncio.get_running_loop()
    failed: dict[str, str] = {}

    async def look_up(host: str) -> None:
        try:
            async with asyncio.timeout(LOOK_UP):
                await loop.getaddrinfo(host, 443)
        except (OSError, TimeoutError, UnicodeError) as error:
            failed[host] = str(error) or "no answer"

    await asyncio.gather(*map(look_up, asked))
    if len(failed) < len(asked):
        return Finding("names", True, f"{len(asked) - len(failed)} of {len(asked)} hosts looked up")
    host, reason = next(iter(failed.items()))
    return Finding("names", False, f"no host can be looked up ({host}: {reason}): see /etc/resolv.conf")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


async def _telegram(ask: Ask, token: SecretStr, settings: Settings) -> Finding:
    try:
        return Finding("telegram", True, f"@{await ask(token, settings)}")
    except KentonganError as error:
        return Finding("telegram", False, str(error))


def _clock(tick: object, now: datetime) -> Finding:
    """Whether the clock went back: what the program wrote down last may not lie ahead of it."""
    last = datetime.fromisoformat(tick) if isinstance(tick, str) else None
    if now.year < BUILT:
        return Finding("clock", False, f"it is {now:%Y-%m-%d} by this machine's clock: set it (timedatectl)")
    if last is not None and last - now > AHEAD:
        return Finding("clock", False, f"the bot last worked at {last:%Y-%m-%d %H:%M} UTC, which is to come: set it")
    return Finding("clock", True, f"{now:%Y-%m-%d %H:%M} UTC")


def _admins(config: Configuration, has_token: bool) -> list[Finding]:
    telegram = config.settings.telegram
    if not has_token:
        return [Finding("token", True, "none: messages go to the terminal")]
    if telegram.admins or telegram.access == "open":
        return []
    return [Finding("admins", False, "telegram.admins is empty, so nobody can come in: put your user id into bot.yaml")]


def _state(state_dir: Path) -> Finding:
    if not state_dir.exists():
        parent = next(path for path in [*state_dir.absolute().parents] if path.exists())
        writable = os.access(parent, os.W_OK)
        return Finding(
            "state directory", writable, f"{state_dir} will be made" if writable else f"{parent} is read-only"
        )
    writable = os.access(state_dir, os.W_OK | os.X_OK)
    return Finding("state directory", writable, str(state_dir) if writable else f"{state_dir} cannot be written")


def _lock(state_dir: Path) -> Finding:
    if not state_dir.is_dir():
        return Finding("lock", True, "free")
    try:
        with state_lock(state_dir):
            return Finding("lock", True, "free: no bot is running here")
    except StoreError as error:
        return Finding("lock", True, str(error))


def _disk(state_dir: Path) -> Finding:
    place = state_dir if state_dir.exists() else Path.cwd()
    free = shutil.disk_usage(place).free
    return Finding("disk", free > LOW_DISK, f"{free / 1e9:.1f} GB free")


async def _database(config: Configuration, state_dir: Path) -> list[Finding]:
    address = database_of(config.settings, state_dir)
    if isinstance(address, Path) and not address.exists():
        return [Finding("database", True, f"{address} will be made at the first run")]
    try:
        async with open_database(address) as database:
            faults = await database.check_integrity()
            size = await database.size()
            async with database.read() as connection:
                health = await feeds.feed_health(connection)
                going_on = await open_alarms(connection)
                tick = await chats.get_fact(connection, "tick")
    except KentonganError as error:
        return [Finding("database", False, str(error))]
    findings = [Finding("database", not faults, "; ".join(faults[:5]) or f"sound, {size / 1e6:.1f} MB")]
    findings.append(_clock(tick, utc_now()))
    titles = {name: source.title for name, source in config.sources.items()}
    zone = ZoneInfo(config.settings.timezone)
    findings += [Finding("alarm", False, said) for said in (begun(alarm, titles, zone) for alarm in going_on)]
    failing = [item.feed for item in health if item.feed.last_error]
    polled = [item.feed for item in health if item.feed.last_success or item.feed.last_error]
    if not polled:
        return [*findings, Finding("feeds", True, "none polled yet")]
    causes = "".join(f"\n       {feed.last_error}" for feed in failing[:20])
    detail = f"{len(failing)} of {len(health)} failing{causes}"
    return [*findings, Finding("feeds", len(failing) * 2 <= len(health), detail)]
