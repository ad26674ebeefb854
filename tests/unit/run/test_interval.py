"""How long until a feed is polled again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from scene import MINUTE, SECOND

from bot.run.poll import NEWCOMER, interval
from bot.settings import Settings
from bot.store.feeds import Feed
from bot.web import Fetched

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ANSWER = Fetched("https://a.example/rss", 200, False, b"")


def settings(jitter: str = "0%") -> Settings:
    return Settings.model_validate({"poll": {"every": "10m", "jitter": jitter, "slowest": "24h"}})


@pytest.fixture
def feed(now: datetime) -> Feed:
    """A feed known for long."""
    long_ago = now - 2 * NEWCOMER
    empty = (None,) * 5
    return Feed(1, ANSWER.url, "a", "a.example", 1, now, None, 0, *empty, long_ago, now, None, 0)


def test_a_feed_is_polled_as_often_as_configured(feed: Feed, now: datetime) -> None:
    assert interval(feed, settings(), ANSWER, None, now) == 10 * MINUTE
    assert interval(replace(feed, every=SECOND), settings(), ANSWER, None, now) == SECOND


@pytest.mark.parametrize("asked", ["max_age", "retry_after"])
def test_what_a_server_asks_for_lengthens_the_pause_up_to_the_slowest(feed: Feed, now: datetime, asked: str) -> None:
    for wait, kept in ((MINUTE, 10 * MINUTE), (HOUR, HOUR), (9 * DAY, DAY)):
        answer = replace(ANSWER, **{asked: wait})  # type: ignore[arg-type]  # either of two fields
        assert interval(feed, settings(), answer, None, now) == kept
        assert interval(replace(feed, first_success=None), settings(), answer, None, now) == kept


def test_what_a_document_asks_for_counts_once_the_feed_is_known(feed: Feed, now: datetime) -> None:
    new = replace(feed, first_success=now - NEWCOMER + SECOND)
    known = replace(feed, first_success=now - NEWCOMER)
    assert interval(known, settings(), ANSWER, HOUR, now) == HOUR
    assert interval(new, settings(), ANSWER, HOUR, now) == 10 * MINUTE
    assert interval(replace(feed, first_success=None), settings(), ANSWER, HOUR, now) == 10 * MINUTE


def test_polls_are_spread_but_never_earlier_than_a_server_asked(feed: Feed, now: datetime) -> None:
    waits = [interval(feed, settings("10%"), ANSWER, None, now) for _ in range(200)]
    assert 9 * MINUTE <= min(waits) < 10 * MINUTE < max(waits) <= 11 * MINUTE
    asked = replace(ANSWER, retry_after=HOUR)
    assert min(interval(feed, settings("10%"), asked, None, now) for _ in range(200)) == HOUR
