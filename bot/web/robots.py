"""What sites ask of robots (RFC 9309). It decides about pages; feeds that an operator listed are not its business."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.errors import FetchError, FetchReason
from bot.web.url import Address

MOST_BYTES = 500 * 1024
"""RFC 9309, 2.5: at least 500 KiB must be read; the rest is ignored."""

_FRESH = timedelta(hours=24)
"""RFC 9309, 2.4: not to be used for longer than 24 hours."""
_UNREACHABLE = timedelta(minutes=10)
"""How long "disallow all" holds after a failure, before robots.txt is tried again."""
_MOST_DELAY = timedelta(seconds=30)
"""A longer Crawl-delay is cut to this; sites ask for hours to keep robots out, which is what Disallow is for."""
_MOST_ORIGINS = 2048
_BIG = 32 * 1024

_OWN_FAULT = frozenset({FetchReason.REFUSED_ADDRESS, FetchReason.DNS, FetchReason.BAD_URL})
"""Failures that the page would meet just the same: they keep their own reason."""

_AGENT = re.compile(r"user[- ]?agent(?:\s*:|\s)\s*(.*)", re.IGNORECASE)
_NO_RULE = re.compile(r"(?:site-?maps?|host)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rules:
    """One robots.txt as it concerns us. `refused` says why everything is disallowed for now."""

    allows: Callable[[str], bool] | None = None
    crawl_delay: timedelta | None = None
    refused: FetchError | None = None


@dataclass(slots=True)
class _Kept:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    rules: Rules | None = None
    until: float = 0.0


class Robots:
    """The robots.txt of every origin, read once a day. `read` returns the first 500 KiB of one or raises FetchError."""

    def __init__(self, read: Callable[[str], Awaitable[bytes]], token: str) -> None:
        self._read = read
        self._token = token
        self._kept: dict[str, _Kept] = {}

    async def check(self, address: Address) -> Rules:
        """The origin's rules, when they let us read the address. Raises FetchError(ROBOTS): with `retry_after` when
        robots.txt could not be read and everything is disallowed until it is tried again, without it when the site
        asks us not to read this address."""
        kept = self._entry(address.origin)
        async with kept.lock:
            clock = asyncio.get_running_loop().time()
            if kept.rules is None or kept.until <= clock:
                kept.rules = await self._fetch(address.origin)
                clock = asyncio.get_running_loop().time()
                kept.until = clock + (_UNREACHABLE if kept.rules.refused else _FRESH).total_seconds()
        if kept.rules.refused is not None:
            raise _unreachable(address, kept.rules.refused, timedelta(seconds=kept.until - clock))
        if kept.rules.allows is not None and not kept.rules.allows(str(address)):
            raise FetchError(f"{address}: not read, its robots.txt asks {self._token} not to", FetchReason.ROBOTS)
        return kept.rules

    async def _fetch(self, origin: str) -> Rules:
        try:
            body = await self._read(f"{origin}/robots.txt")
        except FetchError as error:
            if error.reason in _OWN_FAULT:
                raise
            # RFC 9309, 2.3.1: 4xx and too many redirects mean there is none; 5xx and no answer mean "stay out". The RFC
            # counts 429 to the former; a host that is asked too much is better left alone.
            missing = error.status is not None and 400 <= error.status < 500 and error.status != 429
            return Rules() if missing or error.reason is FetchReason.REDIRECTS else Rules(refused=error)
        if len(body) > _BIG:
            return await asyncio.to_thread(read_rules, body, self._token)
        return read_rules(body, self._token)

    def _entry(self, origin: str) -> _Kept:
        if origin not in self._kept and len(self._kept) >= _MOST_ORIGINS:
            oldest = next((name for name, kept in self._kept.items() if not kept.lock.locked()), None)
            if oldest is not None:
                del self._kept[oldest]
        return self._kept.setdefault(origin, _Kept())


def read_rules(body: bytes, token: str) -> Rules:
    """The rules in a robots.txt for the product `token` (the part of our User-Agent before the slash)."""
    from protego import Protego

    parsed = Protego.parse(_relevant(body.decode("utf-8-sig", errors="replace"), token))
    seconds = parsed.crawl_delay(token)
    delay = None if seconds is None else min(timedelta(seconds=min(seconds, 86_400.0)), _MOST_DELAY)
    return Rules(allows=lambda url: bool(parsed.can_fetch(url, token)), crawl_delay=delay)


def _relevant(text: str, token: str) -> str:
    """The groups that speak to us or to everybody. The parser's work and memory grow with robots x rules, so that
    500 KiB of hostile lines would take gigabytes."""
    lines: list[str] = []
    ours, in_rules = False, True
    for raw in text.splitlines():
        line = raw.partition("#")[0].strip()
        if agent := _AGENT.match(line):
            # Agent lines in a row head one group (RFC 9309, 2.2.1); the first after a rule begins another.
            ours, in_rules = ours and not in_rules, False
            name = agent[1].strip()
            if name == "*" or re.split(r"[/\s*]", name, maxsplit=1)[0].lower() == token.lower():
                ours = True
                lines.append(f"User-agent: {'*' if name == '*' else token}")
        elif line and not _NO_RULE.match(line):
            in_rules = True
            if ours:
                lines.append(line)
    return "\n".join(lines)


def _unreachable(address: Address, cause: FetchError, left: timedelta) -> FetchError:
    return FetchError(
        f"{address}: not read now, since the site's robots.txt cannot be ({cause})",
        FetchReason.ROBOTS,
        status=cause.status,
        retry_after=max(left, cause.retry_after or timedelta()),
    )
