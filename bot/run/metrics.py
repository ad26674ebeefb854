"""What the program counts and holds, for Prometheus. No label names a URL, a host or a chat: the only one is an alarm's
kind."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.errors import StoreError
from bot.run.alarms import Around
from bot.run.disk import Disk, disk_of
from bot.run.engine import Engine
from bot.run.processes import Memory, own_memory, workers_memory
from bot.store.alarms import Kind, open_alarms
from bot.store.gauges import Backlog, Waiting, backlog

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client.core import Metric

    from bot.run.reload import Standing

STEPS = {
    "feeds_read": "polls that brought a document",
    "feeds_unchanged": "polls that found nothing new",
    "feeds_failed": "polls that failed",
    "entries_new": "entries seen for the first time",
    "pages_read": "pages read in full",
    "pages_summary": "pages of which only the feed's text was at hand",
    "pages_same": "pages that led to an article known already",
    "pages_failed": "pages that gave no article",
    "matches": "rules that matched an article",
    "stories": "stories begun",
    "copies": "articles that joined a story as copies",
    "alerts": "alerts ordered",
    "sent_alert": "alerts sent",
    "sent_digest": "digests sent",
    "sent_picture": "starting pictures sent",
    "sent_notice": "notices to admins sent",
    "undelivered": "sends that were not confirmed",
}


WORKERS = {
    "worker_deaths": "worker processes that died while they parsed",
    "worker_stops": "worker processes that were ended because a page or feed took too long",
}


def registry(engine: Engine, standing: Standing | None = None, gauges: Gauges | None = None) -> CollectorRegistry:
    """A registry of its own with the counters of one engine, and how its configuration stands and what `gauges` found
    at their last look, where that is known."""
    from prometheus_client import CollectorRegistry

    result = CollectorRegistry()
    result.register(_Counters(engine))
    if standing is not None:
        result.register(_Reloads(standing))
    if gauges is not None:
        result.register(gauges)
    return result


class _Counters:
    """Reads the tally when it is asked."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterator[Metric]:
        """One counter for each step, and two of what befell workers."""
        from prometheus_client.core import CounterMetricFamily

        engine = self._engine
        for name, meaning in STEPS.items():
            yield CounterMetricFamily(f"kentongan_{name}", meaning, value=engine.tally.counts[name])
        befell = (engine.cpu.died + engine.feed_cpu.died, engine.cpu.stopped + engine.feed_cpu.stopped)
        for (name, meaning), number in zip(WORKERS.items(), befell, strict=True):
            yield CounterMetricFamily(f"kentongan_{name}", meaning, value=number)


class _Reloads:
    """Named after Prometheus' own two, so that its usual alert on a failed reload needs only another prefix."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    def collect(self) -> Iterator[Metric]:
        """Whether the last reload worked, and when the running configuration was loaded."""
        from prometheus_client.core import GaugeMetricFamily

        standing, name = self._standing, "kentongan_config_last_reload"
        yield GaugeMetricFamily(
            f"{name}_successful", "1: the last reload worked; 0: the old one stays", value=int(standing.successful)
        )
        yield GaugeMetricFamily(
            f"{name}_success_timestamp_seconds",
            "when the running configuration was loaded",
            value=standing.loaded_at.timestamp(),
        )


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look found; None is what could not be found out."""

    backlog: Backlog | None = None
    alarms: Counter[Kind] | None = None
    database: int | None = None
    disk: Disk | None = None
    memory: Memory | None = None
    workers: tuple[Memory, ...] = ()


class Gauges:
    """What stands as it does at this moment. `look` finds it out; what could not be found out is left out, so that
    nobody takes an old value for today's."""

    def __init__(self, engine: Engine, around: Around, last_tick: Callable[[], datetime | None]) -> None:
        self._engine, self._around, self._last_tick = engine, around, last_tick
        self._seen = Seen()
        self._worker_peak = 0

    async def look(self) -> None:
        """Asks the database, the disk and the system. Never raises for what these cannot tell."""
        self._seen = Seen()
        store = await self._store()
        backlog, alarms, database = store if store is not None else (None, None, None)
        disk, memory, workers = await asyncio.to_thread(self._machine)
        self._worker_peak = max([self._worker_peak, *(each.peak for each in workers)])
        self._seen = Seen(backlog, alarms, database, disk, memory, tuple(workers))

    async def _store(self) -> tuple[Backlog, Counter[Kind], int] | None:
        engine = self._engine
        carried = {name: name in engine.couriers for name in ("console", "telegram")}
        try:
            async with engine.database.read() as connection:
                due = await backlog(connection, engine.clock(), **carried)
                alarms = Counter(alarm.kind for alarm in await open_alarms(connection))
            return due, alarms, await engine.database.size()
        except StoreError:
            return None

    def _machine(self) -> tuple[Disk | None, Memory | None, list[Memory]]:
        folder = self._around.state_dir
        try:
            disk = disk_of(folder) if folder is not None else None
        except OSError:
            disk = None
        return disk, own_memory(), workers_memory()

    def collect(self) -> Iterator[Metric]:
        """What the last look found."""
        from prometheus_client.core import GaugeMetricFamily

        for name, meaning, value in self._values():
            if value is not None:
                yield GaugeMetricFamily(f"kentongan_{name}", meaning, value=value)
        if self._seen.alarms is not None:
            family = GaugeMetricFamily("kentongan_alarms", "alarms that go on", labels=["kind"])
            for kind in Kind:
                family.add_metric([kind.value], self._seen.alarms[kind])
            yield family

    def _values(self) -> Iterator[tuple[str, str, float | None]]:
        seen, now = self._seen, self._engine.clock()
        started = self._around.started
        yield "tick_age_seconds", "since the schedule last ran", _since(self._last_tick() or started, now)
        if "telegram" in self._engine.couriers:
            answered = self._around.last_ok() or started
            yield "telegram_silence_seconds", "since Telegram last answered well", _since(answered, now)
        if seen.backlog is not None:
            due = seen.backlog
            for name, waiting in (("feeds", due.feeds), ("pages", due.pages), ("deliveries", due.deliveries)):
                yield f"due_{name}", f"{name} that are due and nobody has taken in hand", waiting.number
            longest = max(_wait(due.feeds, now), _wait(due.pages, now))
            yield "lane_wait_seconds", "how long the feed or page has been due that waits longest", longest
            yield (
                "delivery_wait_seconds",
                "how long the delivery has been due that waits longest",
                _wait(due.deliveries, now),
            )
        yield "database_bytes", "size of the database", seen.database
        if seen.disk is not None:
            yield "disk_free_bytes", "free on the disk of the state directory", seen.disk.free
            yield "disk_nearly_full", "1: too little is free there", int(seen.disk.nearly_full())
        if seen.memory is not None:
            yield "memory_bytes", "memory of the main process", seen.memory.now
            yield "memory_peak_bytes", "the most memory the main process ever held", seen.memory.peak
            largest = max((each.now for each in seen.workers), default=0)
            yield "worker_memory_bytes", "memory of the largest worker process", largest
            yield (
                "worker_memory_peak_bytes",
                "the most memory that a worker process was seen to have held",
                self._worker_peak,
            )


def _since(moment: datetime | None, now: datetime) -> float | None:
    # What is to come was before the clock was set back.
    return None if moment is None else abs((now - moment).total_seconds())


def _wait(waiting: Waiting, now: datetime) -> float:
    return _since(waiting.since, now) or 0.0
