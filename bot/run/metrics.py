"""What the program counts, for Prometheus. No label names a URL, a host or a chat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.run.engine import Engine

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


def registry(engine: Engine, standing: Standing | None = None) -> CollectorRegistry:
    """A registry of its own with the counters of one engine, and how its configuration stands where that is known."""
    from prometheus_client import CollectorRegistry

    result = CollectorRegistry()
    result.register(_Counters(engine))
    if standing is not None:
        result.register(_Reloads(standing))
    return result


class _Counters:
    """Reads the tally when it is asked."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterator[Metric]:
        """One counter for each step."""
        from prometheus_client.core import CounterMetricFamily

        for name, meaning in STEPS.items():
            yield CounterMetricFamily(f"kentongan_{name}", meaning, value=self._engine.tally.counts[name])


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
