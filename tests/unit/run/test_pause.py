"""How long until a feed is polled again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from scene import MINUTE, SECOND

from bot.run.rhythm import DAY, GONE, HOUR, LONGEST_REST, NEWCOMER, back_off, pause, rhythm
from bot.settings import Settings
from bot.store.feed_past import Pulse
from bot.store.feed_rows import Asks, Feed
from bot.tell.policy import LONG_GAP
from bot.web import Fetched

ANSWER = Fetched("https://a.example/rss", 200, False, b"")
NOTHING = Asks()
BUSY = Pulse(100, 1400)


def settings(jitter: str = "0%", slowest: str = "24h") -> Settings:
    return Settings.model_validate({"poll": {"every": "10m", "jitter": jitter, "slowest": slowest}})


@pytest.fixture
def feed(now: datetime) -> Feed:
    """A feed known for long."""
    long_ago = now - 4 * NEWCOMER
    return Feed(1, ANSWER.url, "a", "a.example", 1, now, None, 0, None, long_ago, now)


def test_a_busy_feed_is_polled_as_often_as_configured(feed: Feed, now: datetime) -> None:
    for pulse in (BUSY, None):
        assert pause(feed, settings(), ANSWER, NOTHING, pulse, now) == 10 * MINUTE
        assert pause(replace(feed, every=SECOND), settings(), ANSWER, NOTHING, None, now) == SECOND


@pytest.mark.parametrize("asked", ["max_age", "retry_after"])
def test_what_a_server_asks_for_lengthens_the_pause_up_to_the_slowest(feed: Feed, now: datetime, asked: str) -> None:
    for wait, kept in ((MINUTE, 10 * MINUTE), (HOUR, HOUR), (9 * DAY, DAY)):
        answer = replace(ANSWER, **{asked: wait})  # type: ignore[arg-type]  # either of two fields
        assert pause(feed, settings(), answer, NOTHING, BUSY, now) == kept
        assert pause(replace(feed, first_success=None), settings(), answer, NOTHING, None, now) == kept


def test_what_a_document_asks_for_counts_once_the_feed_is_known(feed: Feed, now: datetime) -> None:
    new = replace(feed, first_success=now - NEWCOMER + SECOND)
    known = replace(feed, first_success=now - NEWCOMER)
    for asks in (Asks(ttl=HOUR), Asks(skip_hours=frozenset({5}))):
        assert pause(known, settings(), ANSWER, asks, BUSY, now) in (HOUR, HOUR + SECOND)
        assert pause(new, settings(), ANSWER, asks, BUSY, now) == 10 * MINUTE
        assert pause(replace(feed, first_success=None), settings(), ANSWER, asks, None, now) == 10 * MINUTE


def test_polls_are_spread_but_never_earlier_than_a_server_asked(feed: Feed, now: datetime) -> None:
    waits = [pause(feed, settings("10%"), ANSWER, NOTHING, BUSY, now) for _ in range(200)]
    assert 9 * MINUTE <= min(waits) < 10 * MINUTE < max(waits) <= 11 * MINUTE
    asked = replace(ANSWER, retry_after=HOUR)
    assert min(pause(feed, settings("10%"), asked, NOTHING, BUSY, now) for _ in range(200)) == HOUR
    quiet = [pause(feed, settings("10%"), ANSWER, NOTHING, Pulse(0, 14), now) for _ in range(200)]
    assert 5.4 * HOUR <= min(quiet) < 6 * HOUR < max(quiet) <= 6.6 * HOUR


@pytest.mark.parametrize(
    ("pulse", "wait"),
    [
        (Pulse(), DAY),
        (Pulse(0, 1), DAY),
        (Pulse(0, 4), 21 * HOUR),
        (Pulse(1, 14), 6 * HOUR),
        (Pulse(4, 56), 90 * MINUTE),
        (Pulse(24, 336), 15 * MINUTE),
        (Pulse(36, 504), 10 * MINUTE),
        (Pulse(2000, 9000), 10 * MINUTE),
    ],
)
def test_a_quiet_feed_is_polled_four_times_for_each_entry_it_brings(
    feed: Feed, now: datetime, pulse: Pulse, wait: timedelta
) -> None:
    assert pause(feed, settings(), ANSWER, NOTHING, pulse, now) == wait
    # Not while it is new.
    new = replace(feed, first_success=now - NEWCOMER + SECOND)
    assert pause(new, settings(), ANSWER, NOTHING, pulse, now) == 10 * MINUTE


def test_a_feed_that_wakes_up_is_not_held_to_its_past(feed: Feed, now: datetime) -> None:
    assert pause(feed, settings(), ANSWER, NOTHING, Pulse(12, 12), now) == 30 * MINUTE


def test_a_feed_known_for_a_week_is_judged_by_that_week() -> None:
    assert rhythm(Pulse(1, 7), 7 * DAY, DAY) == 6 * HOUR


def test_a_feeds_own_pause_is_the_floor_and_the_slowest_is_the_ceiling(feed: Feed, now: datetime) -> None:
    own = replace(feed, every=2 * HOUR)
    assert pause(own, settings(), ANSWER, NOTHING, BUSY, now) == 2 * HOUR
    assert pause(own, settings(), ANSWER, NOTHING, Pulse(0, 14), now) == 6 * HOUR
    assert pause(feed, settings(slowest="1h"), ANSWER, NOTHING, Pulse(), now) == HOUR
    assert max(pause(feed, settings("10%"), ANSWER, NOTHING, Pulse(), now) for _ in range(100)) == DAY
    assert pause(replace(feed, every=2 * DAY), settings(), ANSWER, NOTHING, Pulse(), now) == 2 * DAY
    # Errors, too, never make a feed come sooner than its own pause.
    assert back_off(replace(feed, every=2 * DAY), settings(), None, gone=False) == 2 * DAY


def test_no_feed_rests_so_long_of_itself_that_its_news_would_raise_no_alerts(feed: Feed, now: datetime) -> None:
    weekly = settings(slowest="7d")
    for asks, pulse in ((Asks(ttl=30 * DAY), BUSY), (NOTHING, Pulse()), (Asks(skip_days=frozenset(range(7))), BUSY)):
        assert pause(feed, weekly, ANSWER, asks, pulse, now) == LONGEST_REST < LONG_GAP
    assert pause(replace(feed, every=5 * DAY), weekly, ANSWER, NOTHING, Pulse(), now) == 5 * DAY


def test_hours_and_days_that_a_document_skips_are_skipped(feed: Feed, now: datetime) -> None:
    # 04:59:59 on a Tuesday; the next poll would be at 05:09:59.
    night = Asks(skip_hours=frozenset({5, 6}))
    assert now + pause(feed, settings(), ANSWER, night, BUSY, now) == now.replace(hour=7, minute=0, second=0)
    assert pause(feed, settings(), ANSWER, Asks(skip_hours=frozenset({4, 6})), BUSY, now) == 10 * MINUTE
    tuesday = Asks(skip_days=frozenset({1}))
    assert (now + pause(feed, settings(), ANSWER, tuesday, BUSY, now)).isoformat() == "2026-03-11T00:00:00+00:00"


def test_a_document_that_asks_to_be_skipped_for_ever_is_polled_at_the_slowest(feed: Feed, now: datetime) -> None:
    for asks in (Asks(skip_hours=frozenset(range(24))), Asks(skip_days=frozenset(range(7)))):
        assert pause(feed, settings(), ANSWER, asks, BUSY, now) == DAY
        assert pause(replace(feed, every=2 * DAY), settings(), ANSWER, asks, BUSY, now) == 2 * DAY


def test_failures_double_the_pause_up_to_the_slowest_and_never_end_in_silence(feed: Feed) -> None:
    waits = [back_off(replace(feed, failures=count), settings(), None, gone=False) for count in (0, 1, 2, 7, 8, 5000)]
    assert waits == [10 * MINUTE, 20 * MINUTE, 40 * MINUTE, 1280 * MINUTE, DAY, DAY]
    spread = {back_off(feed, settings("10%"), None, gone=False) for _ in range(20)}
    assert len(spread) > 1


def test_what_a_failing_server_asks_for_is_kept_even_where_it_is_longer_than_the_slowest(feed: Feed) -> None:
    assert back_off(feed, settings(slowest="1h"), 3 * HOUR, gone=False) == 3 * HOUR
    assert back_off(feed, settings(), MINUTE, gone=False) == 10 * MINUTE


def test_a_feed_that_is_gone_is_asked_once_more_the_next_day_and_then_once_a_week(feed: Feed) -> None:
    assert back_off(feed, settings(), None, gone=True) == DAY
    assert back_off(replace(feed, gone=True, failures=1), settings(), None, gone=True) == GONE
