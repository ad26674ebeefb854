"""Looks at an installation from outside and says what is wrong with it, and what to do. It changes nothing but
an older schema, which opening the database upgrades."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.errors import ConfigError, ConfigErrors, KentonganError, StoreError
from bot.run.engine import Configuration
from bot.run.setup import configuration, database_of
from bot.settings import load_token
from bot.store import feeds
from bot.store.alarms import open_alarms
from bot.store.database import open_database
from bot.store.lock import state_lock
from bot.tell.alarming import begun

LOW_DISK = 500_000_000
"""Bytes free below which the disk is called nearly full."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; a mistake in the configuration comes along as it is."""

    name: str
    ok: bool
    detail: str
    mistake: ConfigError | None = None


async def examine(config_dir: Path, state_dir: Path, environ: Mapping[str, str]) -> list[Finding]:
    """Every finding, good and bad, in the order in which to mend them."""
    try:
        config = configuration(config_dir)
        token = load_token(config.settings, environ)
    except ConfigErrors as errors:
        return [Finding("configuration", False, str(error), error) for error in errors.errors]
    lists = config.watchlists.lists
    findings = [Finding("configuration", True, f"{len(config.sources)} sources, {len(lists)} watchlists")]
    findings += [*_admins(config, token is not None), _state(state_dir), _lock(state_dir), _disk(state_dir)]
    return findings + await _database(config, state_dir)


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
    except KentonganError as error:
        return [Finding("database", False, str(error))]
    findings = [Finding("database", not faults, "; ".join(faults[:5]) or f"sound, {size / 1e6:.1f} MB")]
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
