"""Quiet hours on a reader's clock: reads and writes them, and says when they are over. It holds no message back itself.

Hours are those of the clock on the wall: where it jumps, they begin and end with the jump, and where it goes back they
begin and end with the first of the two hours that look alike.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

Hours: TypeAlias = tuple[time, time]
"""From when to when; they go over midnight where they end before they begin, and are none where both are the same."""

NO_HOURS = "00:00-00:00"
"""What a chat has written down that wants none, whatever others have."""

_CLOCK = r"([0-9]{1,2})(?:[:.]([0-9]{2}))?"
_HOURS = re.compile(rf"{_CLOCK}\s*(?:-|–|—|to)\s*{_CLOCK}", re.IGNORECASE)
_HOUR = re.compile(_CLOCK)


def read_hour(text: str) -> time | None:
    """`7`, `07:30` or `7.30` as an hour of the day, `24:00` as midnight; None for anything else."""
    found = _HOUR.fullmatch(text.strip())
    return _time(found[1], found[2]) if found else None


def read_hours(text: str) -> Hours | None:
    """`22:00-06:30`, `22-6` or `22:00 to 06:30`; None for anything else."""
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        return None
    start, end = _time(found[1], found[2]), _time(found[3], found[4])
    return None if start is None or end is None else (start, end)


def _time(hour: str, minute: str | None) -> time | None:
    hours, minutes = int(hour), int(minute or 0)
    if (hours, minutes) == (24, 0):
        return time(0)
    return time(hours, minutes) if hours < 24 and minutes < 60 else None


def written(hours: Hours | None) -> str:
    """As they are stored and shown, `22:00-06:30`."""
    return NO_HOURS if hours is None else f"{hours[0]:%H:%M}-{hours[1]:%H:%M}"


def hours_of(own: str | None, others: Hours | None) -> Hours | None:
    """A chat's quiet hours: its own, else those that hold for all; None where it has none."""
    found = others if own is None else read_hours(own)
    return None if found is None or found[0] == found[1] else found


def until(hours: Hours | None, zone: ZoneInfo, now: datetime) -> datetime | None:
    """When the quiet hours that `now` falls into are over, in UTC; None while there are none."""
    if hours is None or hours[0] == hours[1]:
        return None
    start, end = hours
    today = now.astimezone(zone).date()
    for back in (1, 0):
        day = today - timedelta(days=back)
        begins = moment(day, start, zone)
        over = moment(day + timedelta(days=start > end), end, zone)
        if begins <= now < over:
            return over
    return None


def next_hour(at: time, zone: ZoneInfo, now: datetime) -> datetime:
    """The next moment after `now` at which the clock shows this hour, in UTC."""
    today = now.astimezone(zone).date()
    for ahead in range(3):
        found = moment(today + timedelta(days=ahead), at, zone)
        if found > now:
            return found
    raise AssertionError("no such hour within three days")


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """When the clock shows this hour first on a day, in UTC; where it leaves the hour out, when it jumps over it."""
    shown = datetime.combine(day, at.replace(fold=0), zone)
    before, after = shown.utcoffset(), shown.replace(fold=1).utcoffset()
    assert before is not None and after is not None, "a zone knows its offset"
    if after <= before:
        return shown.astimezone(UTC)
    # The clock jumps ahead by the difference: the first minute it shows again stands where it jumped.
    while True:
        shown += timedelta(minutes=1)
        if shown.utcoffset() == shown.replace(fold=1).utcoffset():
            return shown.astimezone(UTC)
