"""When a feed is asked again: as often as it publishes, never more often than it allows, never never. Pure: it asks
nobody and stores nothing.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from bot.settings import Settings
from bot.store.feed_past import Pulse
from bot.store.feed_rows import Asks, Feed
from bot.web import Fetched

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

NEWCOMER = timedelta(days=7)
"""So long a new feed is polled as configured, and only errors and what the server asks for make it slower."""

WINDOW = timedelta(days=14)
"""What `Pulse.fortnight` counts over. miniflux, whose rule this is, counts one week and divides it by the number of
entries; two hold a weekly feed's rhythm too."""

SHARE = 4
"""Polls for each entry that a feed is expected to bring: miniflux makes one, and an entry then waits half the usual gap
on average. For alerts that is late; with four it is an eighth."""

FEW = 3
"""Entries of the last day that make it a rhythm of its own: a feed that wakes up is not held to its past."""

LONGEST_REST = timedelta(days=2)
"""What a document asks for and a rhythm that was learnt never make a feed wait longer, whatever `poll.slowest`: what a
feed brings after a gap of three days raises no alerts, and such a gap is to be an accident."""

GONE = timedelta(days=7)
"""How often a feed is asked that its server calls gone, after one more try in case that was a mistake."""


def pause(
    feed: Feed, settings: Settings, fetched: Fetched, asks: Asks, pulse: Pulse | None, now: datetime
) -> timedelta:
    """How long until the next poll after a good one: the configured pause or the feed's own rhythm where that is slower
    (`pulse` None: unknown), spread by `poll.jitter` so that feeds do not come all at once, and lengthened by what the
    server and the document ask for. Never longer than `poll.slowest`, unless the feed's own `every` is. What the
    document asks for and its rhythm count when the feed is known for `NEWCOMER`."""
    every, slowest = feed.every or settings.poll.every, settings.poll.slowest
    spread = 1 + random.uniform(-settings.poll.jitter, settings.poll.jitter)
    asked = [min(wait, slowest) for wait in (fetched.max_age, fetched.retry_after) if wait is not None]
    wait = max([every * spread, *asked])
    if feed.first_success is None or now - feed.first_success < NEWCOMER:
        return wait
    ceiling = min(slowest, LONGEST_REST)
    if asks.ttl is not None:
        wait = max(wait, min(asks.ttl, ceiling))
    if pulse is not None:
        wait = max(wait, min(spread * rhythm(pulse, now - feed.first_success, ceiling), ceiling))
    return _skipping(now, wait, asks, ceiling)


def rhythm(pulse: Pulse, known_for: timedelta, slowest: timedelta) -> timedelta:
    """How often a feed that brings so many entries is worth asking; `slowest` where it brings none. The busier of the
    two windows counts."""
    paces = [min(known_for, WINDOW) / pulse.fortnight] if pulse.fortnight else []
    if pulse.day >= FEW:
        paces.append(DAY / pulse.day)
    return min(paces) / SHARE if paces else slowest


def _skipping(now: datetime, wait: timedelta, asks: Asks, slowest: timedelta) -> timedelta:
    """`wait`, or longer: until the first hour that is not to be skipped, but never longer than `slowest` for that."""
    due = now + wait
    while due - now < slowest:
        if due.hour not in asks.skip_hours and due.weekday() not in asks.skip_days:
            return due - now
        due = due.replace(minute=0, second=0, microsecond=0) + HOUR
    return max(wait, slowest)


def back_off(feed: Feed, settings: Settings, asked: timedelta | None, *, gone: bool) -> timedelta:
    """How long until a feed is tried again that could not be read: twice as long with every failure, up to
    `poll.slowest`, or as long as the server asks. One that is `gone` is tried after `poll.slowest` and from then on
    once in `GONE`: for ever, since publishers come back."""
    every, slowest = feed.every or settings.poll.every, settings.poll.slowest
    if gone:
        wait = max(slowest, GONE) if feed.gone else slowest
    else:
        spread = 1 + random.uniform(-settings.poll.jitter, settings.poll.jitter)
        wait = min(every * 2 ** min(feed.failures, 10) * spread, slowest)
    return max(wait, every if feed.every else wait, asked or wait)
