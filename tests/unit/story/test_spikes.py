"""When a label's volume is a spike: pure arithmetic on counts, and what counts as one story."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.story.spikes import (
    Known,
    Limits,
    Sighting,
    Spike,
    Volume,
    counted_stories,
    far_above,
    per_window,
    spike,
)

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LIMITS = Limits(window=DAY, baseline=28 * DAY, threshold=3.0, at_least=5, spacing=2 * DAY)
LABEL = ("partner", "indonesia")


def stories(now: datetime, counts: Sequence[int]) -> dict[int, datetime]:
    """So many stories in the window that ends now, and in those before it."""
    moments = [now - place * DAY - HOUR for place, number in enumerate(counts) for _ in range(number)]
    return dict(enumerate(moments))


def verdict(
    now: datetime,
    today: int,
    before: Sequence[int] = (2,) * 28,
    *,
    known: timedelta = 40 * DAY,
    changed: timedelta | None = None,
    last: timedelta | None = None,
    blind: frozenset[int] = frozenset(),
) -> Spike:
    return spike(
        LABEL,
        stories(now, [today, *before]),
        Known(now - known, blind),
        None if changed is None else now - changed,
        None if last is None else now - last,
        now,
        LIMITS,
    )


def sighting(now: datetime, story: int, **given: object) -> Sighting:
    made = Sighting(story, "rule", "v", 1, {"partner": ("indonesia",)}, f"outlet {story}", now, now, None)
    return made._replace(**given)  # type: ignore[arg-type]  # the fields of a sighting


# --- the verdict ----------------------------------------------------------------------------------------------------


def test_a_burst_far_above_the_usual_is_a_spike_with_its_stories_newest_first(now: datetime) -> None:
    found = verdict(now, 14)
    assert (found.volume, found.count, found.usual) == (Volume.SPIKE, 14, 2.0)
    assert sorted(found.stories) == list(range(14))


def test_a_day_like_the_others_is_usual(now: datetime) -> None:
    assert verdict(now, 5, [3, 5, 4] * 9).volume is Volume.USUAL


def test_fewer_stories_than_the_least_are_none_however_rare_the_label(now: datetime) -> None:
    assert verdict(now, 4, [0] * 28).volume is Volume.TOO_FEW
    assert verdict(now, 5, [0] * 28).volume is Volume.SPIKE


@pytest.mark.parametrize(
    ("days", "volume"), [(3, Volume.TOO_LITTLE_KNOWN), (14, Volume.TOO_LITTLE_KNOWN), (15, Volume.SPIKE)]
)
def test_a_watchlist_is_new_until_half_of_the_baseline_is_known(now: datetime, days: int, volume: Volume) -> None:
    assert verdict(now, 14, known=timedelta(days=days)).volume is volume


def test_days_without_the_bot_are_not_days_without_stories(now: datetime) -> None:
    before = [12, 0, 12, 0] * 7
    assert verdict(now, 30, before).volume is Volume.USUAL
    off = frozenset(place for place, number in enumerate(before) if number == 0)
    assert verdict(now, 30, before, blind=off).usual == 12
    # And too many of them leave too little to go by.
    assert verdict(now, 30, before, blind=off | {0, 2}).volume is Volume.TOO_LITTLE_KNOWN


def test_within_the_spacing_it_is_told_already(now: datetime) -> None:
    assert verdict(now, 14, last=47 * HOUR).volume is Volume.ALREADY_TOLD
    assert verdict(now, 14, last=48 * HOUR).volume is Volume.SPIKE


def test_what_an_edited_rule_brings_is_no_spike(now: datetime) -> None:
    assert verdict(now, 14, changed=2 * DAY).volume is Volume.RULE_CHANGED
    # After five days there are four whole ones to go by, and they say that this is the new usual.
    assert verdict(now, 14, [14] * 4 + [2] * 24, changed=5 * DAY + HOUR).volume is Volume.USUAL
    assert verdict(now, 14, changed=5 * DAY + HOUR).volume is Volume.SPIKE
    # What is usual is what was since.
    assert verdict(now, 40, [6] * 5 + [0] * 23, changed=5 * DAY + HOUR).usual == 6


def test_an_earlier_burst_does_not_hide_the_next(now: datetime) -> None:
    assert verdict(now, 14, [*[2] * 10, 40, *[2] * 17]).volume is Volume.SPIKE


def test_a_label_that_comes_in_clumps_needs_more(now: datetime) -> None:
    clumps = [0, 0, 0, 8] * 7
    assert not far_above(12, clumps, 3.0)
    assert far_above(12, [2] * 28, 3.0)


def test_of_a_busy_label_a_third_more_is_no_news(now: datetime) -> None:
    assert not far_above(140, [100] * 28, 3.0)
    assert far_above(200, [100] * 28, 3.0)


@given(
    baseline=st.lists(st.integers(0, 50), min_size=14, max_size=28),
    count=st.integers(0, 300),
    threshold=st.floats(0.1, 10),
)
def test_more_stories_are_never_less_of_a_spike(baseline: list[int], count: int, threshold: float) -> None:
    assert not far_above(count, baseline, threshold) or far_above(count + 1, baseline, threshold)


# --- what counts ----------------------------------------------------------------------------------------------------


def test_forty_reprints_of_one_story_are_one_story_at_its_first_report(now: datetime) -> None:
    found = [
        sighting(now - place * HOUR, 1, family=f"outlet {place}", moment=now - place * HOUR) for place in range(40)
    ]
    assert counted_stories(found, now) == {LABEL: {1: now - 39 * HOUR}}


def test_a_story_counts_for_each_of_its_labels_from_the_report_that_names_it(now: datetime) -> None:
    found = [
        sighting(now, 1, moment=now - DAY),
        sighting(now, 1, labels={"partner": ("indonesia", "nato")}),
    ]
    assert counted_stories(found, now) == {LABEL: {1: now - DAY}, ("partner", "nato"): {1: now}}


def test_what_only_a_new_feed_lists_does_not_count(now: datetime) -> None:
    old, new = sighting(now, 1, listed=now - 30 * DAY), sighting(now, 2, listed=now - DAY)
    assert counted_stories([old, new], now - 28 * DAY) == {LABEL: {1: now}}


def test_matches_that_too_few_publishers_have_do_not_count(now: datetime) -> None:
    found = [
        sighting(now, 1, min_sources=2),
        sighting(now, 2, min_sources=2),
        sighting(now, 2, min_sources=2, family="x"),
    ]
    assert counted_stories(found, now) == {LABEL: {2: now}}


def test_windows_lie_side_by_side_and_what_is_older_is_left_out(now: datetime) -> None:
    moments = [now + HOUR, now, now - 23 * HOUR, now - 24 * HOUR, now - 29 * DAY, now - 99 * DAY]
    counts = per_window(moments, now, LIMITS)
    assert counts[:2] == [3, 1]
    assert (len(counts), sum(counts)) == (29, 4)
