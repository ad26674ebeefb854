"""When a feed asks to be read again: RSS `ttl`, `skipHours` and `skipDays`, the syndication module of RDF.

Never decides when that is: whoever polls does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_LONGEST = timedelta(days=365)
_HOURS = re.compile(r"<skipHours\b", re.IGNORECASE)
_DAYS = re.compile(r"<skipDays\b", re.IGNORECASE)
_END = re.compile(r"</skip(?:Hours|Days)", re.IGNORECASE)
_HOUR = re.compile(r"<hour\b[^>]*>\s*([0-9]{1,2})\s*</hour", re.IGNORECASE)
_DAY = re.compile(r"<day\b[^>]*>\s*(mon|tue|wed|thu|fri|sat|sun)[a-z]*\s*</day", re.IGNORECASE)
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def ttl(head: Mapping[str, Any]) -> timedelta | None:
    """RSS 2.0 `ttl` in minutes, or the RDF syndication module's period divided by its frequency (its defaults: daily,
    once), at most a year; None where neither is given or makes sense. `head` is feedparser's."""
    minutes = _number(head.get("ttl"))
    if minutes > 0:
        return min(timedelta(minutes=minutes), _LONGEST)
    printed, frequency = head.get("sy_updateperiod"), _number(head.get("sy_updatefrequency"))
    if printed is None and not frequency:
        return None
    period = _PERIODS.get(str(printed or "daily").strip().lower())
    return period / max(1, frequency) if period else None


def _number(printed: object) -> int:
    """The whole number printed, at most of 9 digits, or 0."""
    found = re.match(r"\s*([0-9]{1,9})(?:\.[0-9]*)?\s*$", str(printed or ""))
    return int(found[1]) if found else 0


def skips(text: str) -> tuple[frozenset[int], frozenset[int]]:
    """The hours of a day (0 to 23, UTC) and the days of a week (Monday is 0) at which a feed is not to be read, as the
    parts of the document outside of its items say. Hour 24 of RSS 0.91 is hour 0. None where all are named: such a feed
    would never be read."""
    hours = {int(hour) % 24 for hour in _HOUR.findall(_inside(_HOURS, text)) if int(hour) <= 24}
    days = {_WEEK.index(day.lower()) for day in _DAY.findall(_inside(_DAYS, text))}
    return frozenset(hours) if len(hours) < 24 else frozenset(), frozenset(days) if len(days) < 7 else frozenset()


def _inside(name: re.Pattern[str], text: str) -> str:
    """What stands in the first element of this name, unless it is commented out."""
    start = name.search(text)
    if start is None or text.rfind("<!--", 0, start.start()) > text.rfind("-->", 0, start.start()):
        return ""
    part = text[start.end() : start.end() + 4000]
    end = _END.search(part)
    return part[: end.start()] if end else ""
