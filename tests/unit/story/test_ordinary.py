"""What is usual, and what is far below it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.story.ordinary import chance, collapsed, far_below, longest_silence, mended

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def every(gap: timedelta, since: timedelta = 27 * DAY) -> list[datetime]:
    """Moments that far apart, the last one now."""
    return [NOW - number * gap for number in range(int(since / gap))]


def test_a_busy_source_may_be_quiet_for_half_a_day() -> None:
    assert longest_silence(every(HOUR), NOW) == 12 * HOUR


def test_a_source_that_rests_on_weekends_may_do_so() -> None:
    working = [moment for moment in every(HOUR) if moment.weekday() < 5]
    limit = longest_silence(working, NOW)
    assert limit is not None and 4 * DAY < limit < 5 * DAY


def test_one_long_outage_of_ours_says_nothing_about_the_source() -> None:
    with_hole = [moment for moment in every(HOUR) if not 5 * DAY < NOW - moment < 12 * DAY]
    assert longest_silence(with_hole, NOW) == 12 * HOUR


@pytest.mark.parametrize(
    "moments", [[], every(HOUR, 13 * DAY), every(2 * DAY), [NOW - 40 * DAY + HOUR * number for number in range(99)]]
)
def test_a_source_that_is_new_or_seldom_heard_of_is_not_judged(moments: list[datetime]) -> None:
    assert longest_silence(moments, NOW) is None


def test_a_rule_that_stops_is_far_below_its_rate() -> None:
    assert far_below([10] * 26 + [0, 0]) == (2, 20.0, 0)
    assert far_below([3] * 24 + [0, 0, 0, 0]) == (4, 12.0, 0)
    assert far_below([10] * 26 + [3, 1]) == (2, 20.0, 4)


@pytest.mark.parametrize(
    "days",
    [
        [10] * 27 + [0],
        [10] * 26 + [4, 4],
        [1] * 28,
        [0] * 28,
        [],
        [10] * 10 + [0, 0],
        # Five working days and two of rest, and a rest now.
        ([10] * 5 + [0] * 2) * 4,
        # One flood long ago makes nothing usual.
        [0] * 10 + [200] * 3 + [0] * 15,
        [10, 10, 10, 0, 0] * 5 + [10, 0, 0],
    ],
)
def test_what_has_been_so_before_is_usual(days: list[int]) -> None:
    assert far_below(days) is None


def test_chance_is_the_lower_tail_of_poisson() -> None:
    assert chance(0, 10) == pytest.approx(4.54e-5, rel=1e-2)
    assert chance(10, 10) == pytest.approx(0.583, rel=1e-2)
    assert chance(500, 10) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("before", "lately", "said"),
    [
        ((95, 100), (0, 10), True),
        ((95, 100), (3, 12), True),
        ((95, 100), (4, 12), False),
        ((95, 100), (0, 9), False),
        ((29, 29), (0, 10), False),
        ((60, 100), (0, 10), False),
        ((0, 0), (0, 100), False),
    ],
)
def test_a_host_collapses_only_from_a_height(before: tuple[int, int], lately: tuple[int, int], said: bool) -> None:
    assert collapsed(before, lately) is said


def test_a_host_is_mended_when_half_of_its_pages_give_text_again() -> None:
    assert mended((5, 10)) and not mended((4, 10)) and not mended((0, 0))
