"""A job's times by the wall clock, of which none is made up for: a clock that was set ahead by a year left out six
million ticks. It runs nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from apscheduler.triggers.interval import IntervalTrigger


class Every(IntervalTrigger):  # type: ignore[misc]
    """Each so many seconds, the first time after as many."""

    def __init__(self, interval: timedelta) -> None:
        super().__init__(seconds=int(interval.total_seconds()), timezone="UTC")

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """The one after the last that is still to come; the library's own gives each that has passed, one by one."""
        after: datetime = (previous_fire_time or now) + self.interval
        return after if after > now else now + self.interval
