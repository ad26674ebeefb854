"""What the program counts, for Prometheus. No label names a URL, a host or a chat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.run.engine import Engine

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client.core import Metric

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
    "undelivered": "sends that were not confirmed",
}


def registry(engine: Engine) -> CollectorRegistry:
    """A registry of its own with the counters of one engine."""
    from prometheus_client import CollectorRegistry

    result = CollectorRegistry()
    result.register(_Counters(engine))
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
