"""Quiet hours on the clock of the wall: when they hold, over midnight and over the days on which clocks jump."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tell import hush

BERLIN, JAKARTA, UTC_ZONE = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Jakarta"), ZoneInfo("UTC")
NIGHT = (time(22), time(6, 30))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("22:00-06:30", NIGHT),
        ("22-6.30", NIGHT),
        (" 22:00 – 06:30 ", NIGHT),
        ("22:00 to 06:30", NIGHT),
        ("20:00-24:00", (time(20), time(0))),
        ("7-7", (time(7), time(7))),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, hours: hush.Hours) -> None:
    assert hush.read_hours(text) == hours


@pytest.mark.parametrize("text", ["", "22:00", "25:00-06:00", "22:60-06:00", "off", "22:00-06:30-07:00", "-1-3"])
def test_what_are_no_hours_is_not_read(text: str) -> None:
    assert hush.read_hours(text) is None


@given(st.times(), st.times())
def test_what_is_written_is_read_back(start: time, end: time) -> None:
    hours = (start.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0))
    assert hush.read_hours(hush.written(hours)) == hours


@pytest.mark.parametrize(
    ("now", "over"),
    [
        ("2026-03-10 14:59", None),
        ("2026-03-10 15:00", "2026-03-10 23:30"),
        ("2026-03-10 17:30", "2026-03-10 23:30"),
        ("2026-03-10 23:29", "2026-03-10 23:30"),
        ("2026-03-10 23:30", None),
    ],
)
def test_a_night_of_jakarta_goes_over_midnight(now: str, over: str | None) -> None:
    assert hush.until(NIGHT, JAKARTA, at(now)) == (at(over) if over else None)


def test_hours_within_a_day_hold_only_then() -> None:
    noon = (time(12), time(14))
    assert hush.until(noon, UTC_ZONE, at("2026-03-10 13:00")) == at("2026-03-10 14:00")
    assert hush.until(noon, UTC_ZONE, at("2026-03-10 23:00")) is None


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)), st.times())
def test_hours_that_end_where_they_begin_are_none(now: datetime, clock: time) -> None:
    assert hush.until((clock, clock), BERLIN, now) is None


def test_the_night_on_which_clocks_jump_ahead_ends_on_the_clock() -> None:
    # 06:30 in Berlin is 05:30 UTC the day before, and 04:30 from then on.
    assert hush.until(NIGHT, BERLIN, at("2026-03-27 23:00")) == at("2026-03-28 05:30")
    assert hush.until(NIGHT, BERLIN, at("2026-03-28 23:00")) == at("2026-03-29 04:30")


def test_the_night_on_which_clocks_go_back_ends_on_the_clock() -> None:
    assert hush.until(NIGHT, BERLIN, at("2026-10-24 23:00")) == at("2026-10-25 05:30")


def test_an_end_that_the_clock_leaves_out_comes_when_it_jumps() -> None:
    assert hush.until((time(22), time(2, 30)), BERLIN, at("2026-03-29 00:30")) == at("2026-03-29 01:00")


def test_a_beginning_that_the_clock_leaves_out_comes_when_it_jumps() -> None:
    hours = (time(2, 30), time(6))
    assert hush.until(hours, BERLIN, at("2026-03-29 00:59")) is None
    assert hush.until(hours, BERLIN, at("2026-03-29 01:00")) == at("2026-03-29 04:00")


def test_an_end_that_comes_twice_is_the_first_and_quiet_does_not_begin_again() -> None:
    hours = (time(22), time(2, 30))
    assert hush.until(hours, BERLIN, at("2026-10-25 00:15")) == at("2026-10-25 00:30")
    assert hush.until(hours, BERLIN, at("2026-10-25 01:15")) is None


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)), st.times(), st.times())
def test_the_end_is_ahead_and_within_a_day_and_is_an_end(now: datetime, start: time, end: time) -> None:
    over = hush.until((start, end), BERLIN, now)
    if over is not None:
        assert now < over <= now + timedelta(hours=25)
        assert hush.until((start, end), BERLIN, over) is None


def test_a_chat_has_its_own_hours_or_those_of_all_or_none() -> None:
    assert hush.hours_of("23:00-05:00", NIGHT) == (time(23), time(5))
    assert hush.hours_of(None, NIGHT) == NIGHT
    assert hush.hours_of(hush.NO_HOURS, NIGHT) is None
    assert hush.hours_of(None, None) is None


def test_the_next_hour_is_today_or_tomorrow() -> None:
    assert hush.next_hour(time(7), JAKARTA, at("2026-03-10 23:59")) == at("2026-03-11 00:00")
    assert hush.next_hour(time(7), JAKARTA, at("2026-03-11 00:00")) == at("2026-03-12 00:00")


def test_a_day_that_was_left_out_has_its_hours_at_the_jump() -> None:
    apia = ZoneInfo("Pacific/Apia")
    assert hush.moment(date(2011, 12, 30), time(12), apia) == at("2011-12-30 10:00")
