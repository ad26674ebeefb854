"""Who is told, when, and why not."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Destination, Priority, Rhythm, Subscription
from bot.tell import Telling, alert_due, next_digest, telling
from bot.tell.policy import Heard, Hush, after_quiet, hush, loudest

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BERLIN, JAKARTA = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Jakarta")
# Zones with both kinds of change, with half-hour offsets, and without any change.
ZONES = st.sampled_from(
    [BERLIN, JAKARTA, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kathmandu")]
)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC))
CLOCK = st.times().map(lambda at: at.replace(second=0, microsecond=0))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# --- telling --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rhythm", "priority", "quiet", "told", "decision"),
    [
        (Rhythm.INSTANT, Priority.URGENT, False, False, Telling.ALERT),
        (Rhythm.INSTANT, Priority.NORMAL, False, False, Telling.ALERT),
        (Rhythm.INSTANT, Priority.LOW, False, False, Telling.LOW_PRIORITY),
        (Rhythm.INSTANT, Priority.URGENT, True, False, Telling.PICTURE),
        (Rhythm.INSTANT, Priority.LOW, True, False, Telling.PICTURE),
        (Rhythm.INSTANT, Priority.URGENT, False, True, Telling.URGENT),
        (Rhythm.DAILY, Priority.URGENT, False, True, Telling.ALREADY_TOLD),
        (Rhythm.INSTANT, Priority.URGENT, True, True, Telling.ALREADY_TOLD),
        (Rhythm.INSTANT, Priority.NORMAL, True, True, Telling.ALREADY_TOLD),
        (Rhythm.DAILY, Priority.URGENT, False, False, Telling.AT_ITS_HOUR),
        (Rhythm.WEEKLY, Priority.LOW, True, False, Telling.AT_ITS_HOUR),
        (Rhythm.HOURLY, Priority.NORMAL, False, True, Telling.ALREADY_TOLD),
        (Rhythm.INSTANT, None, False, False, Telling.TOO_FEW_SOURCES),
        (Rhythm.INSTANT, None, True, False, Telling.TOO_FEW_SOURCES),
        (Rhythm.DAILY, None, False, False, Telling.TOO_FEW_SOURCES),
        (Rhythm.INSTANT, None, False, True, Telling.ALREADY_TOLD),
    ],
)
def test_a_story_reaches_a_subscription_by_one_way(
    rhythm: Rhythm, priority: Priority | None, quiet: bool, told: bool, decision: Telling
) -> None:
    subscription = Subscription(1, Destination(7), "japan", rhythm, NOON)
    heard = Heard(NOON) if told else None
    assert telling(subscription, priority, quiet=quiet, heard=heard) is decision


TALKS, SIGNED = 1, 3


def again(
    heard: Heard,
    own: int | None = SIGNED,
    priority: Priority | None = Priority.NORMAL,
    *,
    quiet: bool = False,
    rhythm: Rhythm = Rhythm.INSTANT,
    known: bool = False,
) -> Telling:
    """What becomes of a story that this was heard of, when a report comes with such a step of its own."""
    subscription = Subscription(1, Destination(7), "japan", rhythm, NOON)
    return telling(subscription, priority, quiet=quiet, heard=heard, own=own, known=known)


@pytest.mark.parametrize("told", [None, 0, TALKS])
def test_a_further_step_is_told_of_a_story_that_was_told(told: int | None) -> None:
    assert again(Heard(NOON, told)) is Telling.STEP


@pytest.mark.parametrize("own", [None, 0, TALKS, SIGNED])
def test_a_step_that_is_no_further_is_not(own: int | None) -> None:
    assert again(Heard(NOON, SIGNED), own) is Telling.ALREADY_TOLD


def test_a_step_rings_only_for_who_is_told_at_once_by_a_report_that_is_new_and_a_rule_that_is_loud() -> None:
    heard = Heard(NOON, TALKS)
    assert again(heard, quiet=True) is Telling.ALREADY_TOLD
    assert again(heard, priority=Priority.LOW) is Telling.ALREADY_TOLD
    assert again(heard, priority=None) is Telling.ALREADY_TOLD
    assert again(heard, rhythm=Rhythm.DAILY) is Telling.ALREADY_TOLD
    assert again(heard, priority=Priority.URGENT) is Telling.STEP


def test_what_waits_to_be_composed_tells_the_step_itself() -> None:
    assert again(Heard(NOON, TALKS, waiting=True)) is Telling.ALREADY_TOLD


def test_of_a_story_that_nobody_noted_what_was_told_no_step_is_further() -> None:
    assert again(Heard(NOON, noted=False)) is Telling.ALREADY_TOLD


def test_an_alert_that_is_held_gives_way_to_a_louder_one_and_to_no_other() -> None:
    held = Heard(NOON, waiting=True, held=Priority.NORMAL)
    assert again(held, priority=Priority.URGENT) is Telling.LOUDER
    assert again(held, priority=Priority.URGENT, rhythm=Rhythm.DAILY) is Telling.ALREADY_TOLD
    assert again(held) is Telling.ALREADY_TOLD
    urgent = Heard(NOON, waiting=True, held=Priority.URGENT)
    assert again(urgent, priority=Priority.URGENT) is Telling.ALREADY_TOLD


def test_a_further_step_is_told_of_its_own_though_another_alert_could_become_louder() -> None:
    held = Heard(NOON, TALKS, held=Priority.NORMAL)
    assert again(held, priority=Priority.URGENT) is Telling.STEP
    assert again(held, priority=Priority.URGENT, quiet=True) is Telling.LOUDER


def test_a_story_that_becomes_urgent_rings_once_more_by_a_report_that_is_new() -> None:
    told = Heard(NOON, SIGNED)
    assert again(told, priority=Priority.URGENT) is Telling.URGENT
    assert again(told, priority=Priority.URGENT, known=True) is Telling.ALREADY_TOLD
    assert again(told, priority=Priority.NORMAL) is Telling.ALREADY_TOLD
    assert again(Heard(NOON, SIGNED, told=Priority.URGENT), priority=Priority.URGENT) is Telling.ALREADY_TOLD


def test_the_loudest_rule_speaks_for_a_story() -> None:
    assert loudest([Priority.LOW, Priority.URGENT, Priority.NORMAL]) is Priority.URGENT
    assert loudest([Priority.LOW, Priority.NORMAL]) is Priority.NORMAL
    assert loudest([]) is None


def test_an_urgent_alert_is_not_held_for_copies_to_join() -> None:
    hold = timedelta(minutes=2)
    assert alert_due(Priority.URGENT, NOON, hold) == NOON
    assert alert_due(Priority.NORMAL, NOON, hold) == NOON + hold


# --- hush -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "new", "listed", "why"),
    [
        (None, 3, 30, Hush.FIRST_LOOK),
        (NOON - 3 * DAY, 3, 30, None),
        (NOON - 3 * DAY - timedelta(seconds=1), 3, 30, Hush.LONG_GAP),
        (NOON - HOUR, 10, 10, Hush.FLOOD),
        (NOON - HOUR, 10, 12, Hush.FLOOD),
        (NOON - HOUR, 10, 13, None),
        (NOON - HOUR, 9, 9, None),
        (NOON - HOUR, 80, 100, Hush.FLOOD),
        (NOON - HOUR, 79, 100, None),
        (NOON - HOUR, 0, 0, None),
    ],
)
def test_a_first_look_a_long_gap_and_a_flood_raise_no_alerts(
    last: datetime | None, new: int, listed: int, why: Hush | None
) -> None:
    assert hush(last and NOON - 30 * DAY, last, NOON, new=new, listed=listed) is why


# --- quiet hours ----------------------------------------------------------------------------------------------------

NIGHT = (time(22), time(6, 30))


@pytest.mark.parametrize(
    ("local", "until"),
    [
        ("2026-03-10 21:59", "2026-03-10 21:59"),
        ("2026-03-10 22:00", "2026-03-11 06:30"),
        ("2026-03-10 23:59", "2026-03-11 06:30"),
        ("2026-03-11 00:00", "2026-03-11 06:30"),
        ("2026-03-11 06:29", "2026-03-11 06:30"),
        ("2026-03-11 06:30", "2026-03-11 06:30"),
    ],
)
def test_quiet_hours_over_midnight_end_in_the_morning(local: str, until: str) -> None:
    moment, end = (datetime.fromisoformat(text).replace(tzinfo=JAKARTA).astimezone(UTC) for text in (local, until))
    assert after_quiet(moment, NIGHT, JAKARTA) == end


def test_quiet_hours_within_a_day_end_on_that_day() -> None:
    lunch = (time(11), time(13))
    assert after_quiet(NOON, lunch, ZoneInfo("UTC")) == NOON + HOUR
    assert after_quiet(NOON + HOUR, lunch, ZoneInfo("UTC")) == NOON + HOUR


@pytest.mark.parametrize("quiet", [None, (time(7), time(7))])
def test_without_quiet_hours_nothing_waits(quiet: tuple[time, time] | None) -> None:
    assert after_quiet(NOON, quiet, JAKARTA) == NOON


def test_quiet_hours_follow_the_clock_when_it_goes_forward_and_back() -> None:
    night = (time(22), time(6))
    assert after_quiet(utc("2026-03-28 23:00"), night, BERLIN) == utc("2026-03-29 04:00")
    assert after_quiet(utc("2026-10-24 23:00"), night, BERLIN) == utc("2026-10-25 05:00")


def test_an_end_that_the_clock_skips_is_the_moment_after_the_gap() -> None:
    assert after_quiet(utc("2026-03-29 00:00"), (time(22), time(2, 30)), BERLIN) == utc("2026-03-29 01:30")


def test_an_end_that_comes_twice_is_the_one_still_to_come() -> None:
    quiet = (time(22), time(2, 30))
    assert after_quiet(utc("2026-10-25 00:15"), quiet, BERLIN) == utc("2026-10-25 00:30")
    assert after_quiet(utc("2026-10-25 01:15"), quiet, BERLIN) == utc("2026-10-25 01:30")


@given(MOMENTS, CLOCK, CLOCK, ZONES)
def test_quiet_hours_only_delay_and_by_less_than_a_day_and_a_bit(
    moment: datetime, start: time, end: time, zone: ZoneInfo
) -> None:
    told = after_quiet(moment, (start, end), zone)
    assert moment <= told <= moment + 25 * HOUR
    assert told.tzinfo is UTC


# --- digests --------------------------------------------------------------------------------------------------------


def after(rhythm: Rhythm, at: str, zone: ZoneInfo, now: str) -> datetime | None:
    return next_digest(rhythm, at, zone, utc(now))


def test_an_instant_subscription_has_no_hour() -> None:
    assert after(Rhythm.INSTANT, "07:00", JAKARTA, "2026-03-10 12:00") is None


def test_an_hourly_digest_comes_at_the_next_full_hour() -> None:
    assert after(Rhythm.HOURLY, "07:00", JAKARTA, "2026-03-10 12:00") == utc("2026-03-10 13:00")
    assert after(Rhythm.HOURLY, "07:00", JAKARTA, "2026-03-10 12:59:59") == utc("2026-03-10 13:00")


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-03-10 00:29", "2026-03-10 00:30"),
        ("2026-03-10 00:30", "2026-03-11 00:30"),
        ("2026-03-10 20:00", "2026-03-11 00:30"),
    ],
)
def test_a_daily_digest_comes_at_its_local_hour_strictly_later(now: str, then: str) -> None:
    assert after(Rhythm.DAILY, "07:30", JAKARTA, now) == utc(then)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-03-12 12:00", "2026-03-13 00:30"),  # Thursday -> Friday
        ("2026-03-13 12:00", "2026-03-16 00:30"),  # Friday -> Monday
        ("2026-03-15 12:00", "2026-03-16 00:30"),  # Sunday -> Monday
        ("2026-03-15 20:00", "2026-03-16 00:30"),  # already Monday in Jakarta
    ],
)
def test_weekdays_are_those_of_the_readers_calendar(now: str, then: str) -> None:
    assert after(Rhythm.WEEKDAYS, "07:30", JAKARTA, now) == utc(then)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-03-10 12:00", "2026-03-16 00:30"),
        ("2026-03-16 00:29", "2026-03-16 00:30"),
        ("2026-03-16 00:30", "2026-03-23 00:30"),
    ],
)
def test_a_weekly_digest_comes_on_monday(now: str, then: str) -> None:
    assert after(Rhythm.WEEKLY, "07:30", JAKARTA, now) == utc(then)


def test_a_monday_far_from_utc_is_still_monday() -> None:
    assert after(Rhythm.WEEKLY, "00:30", ZoneInfo("Pacific/Kiritimati"), "2026-03-10 12:00") == utc("2026-03-15 10:30")
    assert after(Rhythm.WEEKLY, "23:30", ZoneInfo("Pacific/Pago_Pago"), "2026-03-10 12:00") == utc("2026-03-17 10:30")


def test_an_hour_that_the_clock_skips_is_served_after_the_gap_once() -> None:
    assert after(Rhythm.DAILY, "02:30", BERLIN, "2026-03-28 12:00") == utc("2026-03-29 01:30")
    assert after(Rhythm.DAILY, "02:30", BERLIN, "2026-03-29 01:30") == utc("2026-03-30 00:30")


def test_an_hour_that_comes_twice_is_served_once() -> None:
    assert after(Rhythm.DAILY, "02:30", BERLIN, "2026-10-24 12:00") == utc("2026-10-25 00:30")
    assert after(Rhythm.DAILY, "02:30", BERLIN, "2026-10-25 00:30") == utc("2026-10-26 01:30")


@given(MOMENTS, CLOCK, ZONES, st.sampled_from([Rhythm.DAILY, Rhythm.WEEKDAYS, Rhythm.WEEKLY]))
def test_digests_are_strictly_later_and_one_for_each_local_date(
    now: datetime, at: time, zone: ZoneInfo, rhythm: Rhythm
) -> None:
    hours = [now]
    for _ in range(8):
        following = next_digest(rhythm, f"{at:%H:%M}", zone, hours[-1])
        assert following is not None
        assert following > hours[-1]
        hours.append(following)
    dates = [moment.astimezone(zone).date() for moment in hours[1:]]
    assert len(set(dates)) == len(dates)
    most = {Rhythm.DAILY: 1, Rhythm.WEEKDAYS: 3, Rhythm.WEEKLY: 7}[rhythm]
    assert all((later - earlier).days <= most for earlier, later in pairwise(dates))
