"""A feed as a value, and how it is made of its row. It asks no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row


@dataclass(frozen=True, slots=True)
class Asks:
    """What a document asks of its readers: to wait so long, and to stay away in these hours (0 to 23, UTC) and on these
    days (0 is Monday)."""

    ttl: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Kept:
    """What a good poll leaves for the next one. Both validators are those of one answer of `final_url`; `trusted` says
    whether they have held so far, `unproven` how many polls in a row have relied on them. `moved_times` polls in a row
    were redirected for good to `moved_to`. `reading` is what the last document was read with."""

    final_url: str
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    moved_to: str | None = None
    moved_times: int = 0
    trusted: bool = True
    unproven: int = 0
    reading: str | None = None
    asks: Asks = Asks()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed with its polling state. `every` overrides `poll.every`; `kept` is None before the first good poll. `gone`:
    its server answered 410. `told`: the admins know that it does not work."""

    id: int
    url: str
    source: str
    host: str
    lane: int
    due_at: datetime
    every: timedelta | None
    attempts: int
    kept: Kept | None = None
    first_success: datetime | None = None
    last_success: datetime | None = None
    last_error: str | None = None
    failures: int = 0
    gone: bool = False
    told: bool = False


def feed_of(row: Row[Any]) -> Feed:
    """The feed of a row of the table `feeds`."""
    return Feed(
        id=row.id,
        url=row.url,
        source=row.source,
        host=row.host,
        lane=row.lane,
        due_at=row.due_at,
        every=None if row.every_s is None else timedelta(seconds=row.every_s),
        attempts=row.attempts,
        kept=None if row.final_url is None else _kept(row),
        first_success=row.first_success,
        last_success=row.last_success,
        last_error=row.last_error,
        failures=row.failures,
        gone=row.gone,
        told=row.told,
    )


def _kept(row: Row[Any]) -> Kept:
    return Kept(
        final_url=row.final_url,
        etag=row.etag,
        last_modified=row.last_modified,
        body_hash=row.body_hash,
        moved_to=row.moved_to,
        moved_times=row.moved_times,
        trusted=row.trusted,
        unproven=row.unproven,
        reading=row.reading,
        asks=Asks() if row.asks is None else _asks(*row.asks),
        note=row.note,
    )


def _asks(seconds: float | None, hours: Sequence[int], days: Sequence[int]) -> Asks:
    return Asks(None if seconds is None else timedelta(seconds=seconds), frozenset(hours), frozenset(days))


def asks_json(asks: Asks) -> list[object] | None:
    """How `Feed.kept.asks` is stored; None where nothing is asked."""
    if asks == Asks():
        return None
    return [None if asks.ttl is None else asks.ttl.total_seconds(), sorted(asks.skip_hours), sorted(asks.skip_days)]
