"""Looks at an installation from outside and says what is wrong with it, and what to do. It changes nothing."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from bot.errors import ConfigError, ConfigErrors, KentonganError, StoreError
from bot.run.cluster import ALIVE
from bot.run.disk import disk_of
from bot.run.engine import Configuration
from bot.run.setup import configuration, database_of, utc_now
from bot.settings import Settings, load_token
from bot.store import facts, feeds, nodes
from bot.store.alarms import Alarm, Kind, open_alarms
from bot.store.database import Found, find, open_database
from bot.store.lock import FILE_NAME, state_lock
from bot.store.migrations import HEAD
from bot.tell.alarming import begun

SAMPLE, LOOK_UP = 5, 5.0
"""Hosts that are looked up, and seconds for each."""

BUILT = 2026
"""No clock is right that shows an earlier year."""

AHEAD = timedelta(minutes=5)

_WRITABLE = "make it writable for the bot's user"


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
    findings += await _database(config, state_dir)
    if not any(finding.name == "clock" for finding in findings):
        findings.append(_clock(None, utc_now()))
    return findings


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
        ahead = f"the bot last worked at {last:%Y-%m-%d %H:%M} UTC, which is to come by this machine's clock"
        return Finding("clock", False, f"{ahead}: set it (timedatectl)")
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
        if writable:
            return Finding("state directory", True, f"{state_dir} will be made")
        return Finding("state directory", False, f"{parent} is read-only: {_WRITABLE}, or give another with --state")
    if not state_dir.is_dir():
        return Finding("state directory", False, f"{state_dir} is a file: give a directory with --state")
    if not os.access(state_dir, os.W_OK | os.X_OK):
        return Finding("state directory", False, f"{state_dir} cannot be written: {_WRITABLE}")
    return Finding("state directory", True, str(state_dir))


def _lock(state_dir: Path) -> Finding:
    if not (state_dir / FILE_NAME).exists():
        # It is made by the bot, whose file it must be: whoever asks may be another user.
        return Finding("lock", True, "free: no bot has run here")
    try:
        with state_lock(state_dir):
            return Finding("lock", True, "free: no bot is running here")
    except StoreError as error:
        return Finding("lock", True, str(error))


def _disk(state_dir: Path) -> Finding:
    try:
        disk = disk_of(state_dir)
    except OSError as error:
        return Finding("disk", False, f"the disk of {state_dir} cannot be looked at: {error.strerror}")
    free = f"{disk.free / 1e9:.1f} GB free ({disk.share:.0%})"
    if disk.nearly_full():
        return Finding("disk", False, f"nearly full, {free}: free some space, for a full disk stops everything")
    return Finding("disk", True, free)


async def _database(config: Configuration, state_dir: Path) -> list[Finding]:
    address = database_of(config.settings, state_dir)
    if isinstance(address, Path) and not address.exists():
        return [Finding("database", True, f"{address} will be made at the first run")]
    try:
        found = await find(address)
        findings = [_soundness(found), _schema(found)]
        if found.revision is None or found.revision < HEAD:
            # What an older schema holds only its own release can say.
            return findings
        async with open_database(address) as database, database.read() as connection:
            health = await feeds.feed_health(connection)
            going_on = await open_alarms(connection)
            tick = await facts.get_fact(connection, "tick")
            others = await nodes.alive(connection, ALIVE) if database.dialect == "postgresql" else ()
    except KentonganError as error:
        return [Finding("database", False, str(error))]
    findings.append(_clock(tick, utc_now()))
    findings += _machines(others)
    titles = {name: source.title for name, source in config.sources.items()}
    zone = ZoneInfo(config.settings.timezone)
    findings += [Finding("alarm", False, _alarm(alarm, begun(alarm, titles, zone))) for alarm in going_on]
    failing = [item.feed for item in health if item.feed.last_error]
    polled = [item.feed for item in health if item.feed.last_success or item.feed.last_error]
    if not polled:
        return [*findings, Finding("feeds", True, "none polled yet")]
    causes = "".join(f"\n       {feed.last_error}" for feed in failing[:20])
    many = len(failing) * 2 > len(health)
    todo = ": so many at once are rarely the feeds; see names above, the network, and kentongan sources" if many else ""
    detail = f"{len(failing)} of {len(health)} failing{todo}{causes}"
    return [*findings, Finding("feeds", not many, detail)]


def _machines(found: Sequence[nodes.Node]) -> list[Finding]:
    """The machines at work, each with its release, configuration, what it has done and when it last looked."""
    findings = []
    for node in found:
        tick = f"last tick {node.last_tick:%H:%M:%S} UTC" if node.last_tick else "no tick yet"
        leads = ", leads" if node.leads else ""
        detail = f"{node.name}: release {node.version}, configuration {node.config[:8]}, {node.visits} visits, {tick}"
        findings.append(Finding("machine", True, detail + leads))
    if (how := nodes.differ(found)) is not None:
        findings.append(Finding("machines", False, f"{how}: {_TODO[Kind.MACHINES]}"))
    return findings


def _soundness(found: Found) -> Finding:
    if not found.faults:
        return Finding("database", True, f"sound, {found.size / 1e6:.1f} MB")
    todo = "stop the bot and put the newest backup in its place: kentongan restore FILE (docs/operating.md)"
    return Finding("database", False, f"damaged: {'; '.join(found.faults[:5])}; {todo}")


def _schema(found: Found) -> Finding:
    if found.revision is None:
        return Finding("schema", True, "none yet: it is made at the first run")
    if found.revision == HEAD:
        return Finding("schema", True, f"{HEAD}, that of this release")
    if found.revision > HEAD:
        return Finding("schema", True, f"{found.revision}, of a newer release that this one ({HEAD}) can work beside")
    older = f"{found.revision}, of an older release; this one has {HEAD}"
    if found.dialect == "sqlite":
        return Finding("schema", True, f"{older}: make a backup, the next start upgrades it")
    return Finding("schema", False, f"{older}: make a backup, then run kentongan migrate")


_TODO = {
    Kind.SOURCE_QUIET: "look at its site, and at kentongan sources check {target}",
    Kind.RULE_LOW: "see kentongan check, and kentongan try with the rule",
    Kind.EXTRACTION: "see kentongan sources, and kentongan explain URL --fetch with one of its pages",
    Kind.DISK: "free some space",
    Kind.LATE: "more workers (fetch.workers), or a longer poll.every",
    Kind.TELEGRAM: "see telegram above",
    Kind.MACHINES: "put the same configuration files, and the same release, on each",
}


def _alarm(alarm: Alarm, said: str) -> str:
    """What goes on, and what to do about it."""
    return f"{said.rstrip('.')}: {_TODO[alarm.kind].format(target=alarm.target)}"
