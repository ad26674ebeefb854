"""How durations, sizes, percentages, zones and the like are written in the configuration, as types for its models.

It never reads a file.
"""

from __future__ import annotations

import re
from datetime import time, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BeforeValidator, WithJsonSchema

from bot.yamlfile import found, suggest

_DURATION = r"^[0-9]+(\.[0-9]+)?(ms|s|m|h|d)$"
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_LONGEST = timedelta(days=36_500)

_SIZE = r"^[0-9]+(\.[0-9]+)?(B|kB|KB|MB|GB|KiB|MiB|GiB)$"
_BYTES = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}

_PERCENT = r"^[0-9]+(\.[0-9]+)?%$"
_NUMBER = r"[0-9]+(\.[0-9]+)?"
_LARGEST = 1000.0
_HEADER = r"^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$"
_HOURS = r"^([01]?[0-9]|2[0-3]):[0-5][0-9]-([01]?[0-9]|2[0-3]):[0-5][0-9]$"


def duration(value: object) -> timedelta:
    """`50ms 20s 10m 24h 7d` as a length of time, at most 100 years. Raises ValueError."""
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str) or not re.fullmatch(_DURATION, value):
        raise ValueError(f"expected a duration such as 50ms, 20s, 10m, 24h or 7d, found {found(value)}")
    number = value.rstrip("smhd")
    seconds = float(number) * _SECONDS[value[len(number) :]]
    if seconds > _LONGEST.total_seconds():
        raise ValueError(f"expected a duration of at most 36500d, found {found(value)}")
    return timedelta(seconds=seconds)


def positive(value: object) -> timedelta:
    """The same, and not 0. Raises ValueError."""
    length = duration(value)
    if not length:
        raise ValueError(f"expected a duration of more than 0, found {found(value)}")
    return length


def keep(value: object) -> timedelta | None:
    """How long to keep something: a duration, or None for `forever`. Raises ValueError."""
    if value == "forever":
        return None
    if isinstance(value, timedelta) or (isinstance(value, str) and re.fullmatch(_DURATION, value)):
        return positive(value)
    raise ValueError(f"expected a duration such as 90d, or forever, found {found(value)}")


def size(value: object) -> int:
    """`10MB 512KiB` as bytes; a bare number is bytes. Raises ValueError."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and int(value):
        return int(value)
    parts = (
        re.fullmatch(r"^([0-9]+(?:\.[0-9]+)?)([kmg]?i?b)$", value, re.IGNORECASE) if isinstance(value, str) else None
    )
    if parts and parts[2].lower() in _BYTES and (total := int(float(parts[1]) * _BYTES[parts[2].lower()])):
        return total
    raise ValueError(f"expected a size such as 10MB or 512KiB, found {found(value)}")


def percentage(value: object) -> float:
    """`10%` as 0.1, from 0% to 100%. Raises ValueError."""
    if isinstance(value, str) and re.fullmatch(_PERCENT, value) and (share := float(value[:-1]) / 100) <= 1:
        return share
    raise ValueError(f"expected a percentage from 0% to 100%, such as 10%, found {found(value)}")


def factor(value: object) -> float:
    """A number above 0, such as 3.0, as a number or (from the environment) as text. Raises ValueError."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    is_written = isinstance(value, str) and re.fullmatch(_NUMBER, value) is not None
    number = float(value) if is_number or is_written else 0.0  # type: ignore[arg-type]  # a number or its digits
    if not 0 < number <= _LARGEST:
        raise ValueError(f"expected a number above 0 and up to {_LARGEST:g}, such as 3.0, found {found(value)}")
    return number


def hours(value: object) -> tuple[time, time] | None:
    """`22:00-06:30` as its two local times, which may span midnight. Raises ValueError."""
    if value is None:
        return None
    if not isinstance(value, str) or not re.fullmatch(_HOURS, value):
        raise ValueError(f"expected hours such as 22:00-06:30, or null, found {found(value)}")
    start, end = (time.fromisoformat(part.zfill(5)) for part in value.split("-"))
    if start == end:
        raise ValueError(f"expected two different hours, found {found(value)}")
    return start, end


def zone(value: object) -> str:
    """The name of a time zone in the IANA database, as written there. Raises ValueError."""
    from zoneinfo import ZoneInfo, available_timezones

    if not isinstance(value, str):
        raise ValueError(f"expected a time zone such as Asia/Jakarta, found {found(value)}")
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"unknown time zone '{value}'{suggest(value, available_timezones())}") from None
    return value


def network(value: object) -> IPv4Network | IPv6Network:
    """`10.0.0.0/8` or a single address as a network. Raises ValueError."""
    if isinstance(value, IPv4Network | IPv6Network):
        return value
    if not isinstance(value, str):
        raise ValueError(f"expected a network such as 10.0.0.0/8, found {found(value)}")
    try:
        return ip_network(value)
    except ValueError:
        pass
    try:
        loose = ip_network(value, strict=False)
    except ValueError:
        raise ValueError(f"expected a network such as 10.0.0.0/8, found {found(value)}") from None
    raise ValueError(f"'{value}' has bits beyond its prefix: did you mean {loose}?")


def web_address(value: object) -> str:
    """An absolute http or https URL without credentials. Raises ValueError, which never repeats a password."""
    if not isinstance(value, str):
        raise ValueError(f"expected a web address such as https://example.org/feed, found {found(value)}")
    if re.match(r"[^/]*//[^/?#]*@", value):
        raise ValueError("a web address must not hold a user name or password here")
    try:
        parts = urlsplit(value)
        usable = parts.port != 0 and bool(parts.hostname) and parts.scheme in ("http", "https")
    except ValueError:
        usable = False
    if not usable or re.search(r"[\s\x00-\x1f\x7f]", value):
        raise ValueError(f"expected a web address such as https://example.org/feed, found {found(value)}")
    return value


def header_text(value: object) -> str:
    """Text that can be sent in an HTTP header: printable ASCII (RFC 9110, 5.5). Raises ValueError."""
    if not isinstance(value, str) or not re.fullmatch(_HEADER, value):
        raise ValueError(f"expected a text of plain letters, digits and signs, found {found(value)}")
    return value


def _written(pattern: str, description: str, *examples: str) -> WithJsonSchema:
    return WithJsonSchema(
        {"type": "string", "pattern": pattern, "description": description, "examples": list(examples)}
    )


Duration = Annotated[
    timedelta, BeforeValidator(duration), _written(_DURATION, "A duration: 50ms 20s 10m 24h 7d", "20s", "10m", "24h")
]
PositiveDuration = Annotated[
    timedelta,
    BeforeValidator(positive),
    _written(_DURATION, "A duration of more than 0: 50ms 20s 10m 24h 7d", "20s", "10m", "24h"),
]
Keep = Annotated[
    timedelta | None,
    BeforeValidator(keep),
    _written(f"{_DURATION}|^forever$", "A duration such as 90d, or forever", "90d", "forever"),
]
Size = Annotated[
    int,
    BeforeValidator(size),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": _SIZE}, {"type": "integer", "minimum": 1}]}),
]
Percentage = Annotated[
    float, BeforeValidator(percentage), _written(_PERCENT, "A percentage from 0% to 100%", "10%", "0%")
]
Factor = Annotated[
    float, BeforeValidator(factor), WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": _LARGEST})
]
Hours = Annotated[
    tuple[time, time] | None,
    BeforeValidator(hours),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": _HOURS}, {"type": "null"}]}),
]
Zone = Annotated[
    str, BeforeValidator(zone), WithJsonSchema({"type": "string", "examples": ["Asia/Jakarta", "Europe/Berlin", "UTC"]})
]
Network = Annotated[
    IPv4Network | IPv6Network,
    BeforeValidator(network),
    WithJsonSchema({"type": "string", "examples": ["10.0.0.0/8", "fd00::/8", "127.0.0.1"]}),
]
WebAddress = Annotated[
    str, BeforeValidator(web_address), WithJsonSchema({"type": "string", "format": "uri", "pattern": "^https?://"})
]
HeaderText = Annotated[str, BeforeValidator(header_text), WithJsonSchema({"type": "string", "pattern": _HEADER})]
