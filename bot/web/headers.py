"""What response headers say about time, and their folding into one value each. It never believes an absurd number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(hours=24)
"""No server delays us longer: an Expires in 2041 and a Retry-After of years have been seen."""

_LISTS = frozenset({"cache-control", "content-encoding"})
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,12})", re.IGNORECASE)
_NO_STORE = re.compile(r"(?:^|[\s,])no-(?:cache|store)(?:[\s,=]|$)", re.IGNORECASE)


def fold(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by lower-case name. Of a repeated one the first counts, but lists are joined (RFC 9110, 5.3)."""
    folded: dict[str, str] = {}
    for name_bytes, value_bytes in raw:
        name, value = name_bytes.decode("latin-1").lower(), value_bytes.decode("latin-1").strip()
        if name not in folded:
            folded[name] = value
        elif name in _LISTS:
            folded[name] += f", {value}"
    return folded


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long the server asks us to stay away: seconds or an HTTP date (RFC 9110, 10.2.3), within 0 to 24 h."""
    value = headers.get("retry-after", "")
    if re.fullmatch(r"\d+(\.\d+)?", value, re.ASCII):
        return _clamped(float(value[:20]))
    until = http_date(value)
    return None if until is None else _clamped((until - _said_at(headers, now)).total_seconds())


def max_age(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long the answer stays fresh (RFC 9111, 4.2): max-age less Age, else Expires; within 0 to 24 h, or None."""
    control = headers.get("cache-control", "")
    if _NO_STORE.search(control):
        return None
    if found := _MAX_AGE.search(control):
        age = headers.get("age", "")
        return _clamped(float(found[1]) - (float(age) if re.fullmatch(r"\d{1,12}", age, re.ASCII) else 0.0))
    expires = http_date(headers.get("expires", ""))
    return None if expires is None else _clamped((expires - _said_at(headers, now)).total_seconds())


def http_date(value: str) -> datetime | None:
    """An HTTP date in UTC; None for anything else, `0` and `-1` among them."""
    try:
        moment = parsedate_to_datetime(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _said_at(headers: Mapping[str, str], now: datetime) -> datetime:
    """The server's own clock where it shows one: the difference is what it means, and clocks are wrong."""
    return http_date(headers.get("date", "")) or now


def _clamped(seconds: float) -> timedelta:
    return timedelta(seconds=min(max(seconds, 0.0), LONGEST.total_seconds()))
