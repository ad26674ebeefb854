"""Dates in texts: which are seen, and what day they are from where the text was printed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.story.dayforms import FORMS
from bot.story.days import days_in, first_day, upcoming

WEDNESDAY = datetime(2026, 7, 15, 9, tzinfo=UTC)


def said(text: str, language: str | None, published: datetime = WEDNESDAY) -> list[str]:
    return [day for _, _, day in days_in(text, language, published)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("signed on 17 May 2018", "2018-05-17"),
        ("signed on May 17, 2018,", "2018-05-17"),
        ("signed on the 3rd of June", "2026-06-03"),
        ("signed on Sept. 20, 2025", "2025-09-20"),
        ("signed on Sept. 20", "2025-09-20"),
        ("signed on Tuesday", "2026-07-14"),
        ("signed on Wednesday", "2026-07-15"),
        ("signed on Thursday", "2026-07-09"),
        ("signed last Friday", "2026-07-10"),
        ("signed last Wednesday", "2026-07-08"),
        ("signed on Monday last week", "2026-07-06"),
        ("will sign next Friday", "2026-07-17"),
        ("signed yesterday", "2026-07-14"),
        ("signed two days ago", "2026-07-13"),
        ("signed last month", "2026-06"),
        ("signed in March", "2026-03"),
        ("signed in December", "2025-12"),
        ("signed in March last year", "2025-03"),
        ("signed in March 2015", "2015-03"),
        ("signed in 2015", "2015"),
        ("signed last year", "2025"),
        ("signed last July", "2025-07"),
        ("signed last May", "2026-05"),
        ("signed a year ago on Friday", "2025-07-10"),
        ("signed two years ago today", "2024-07-15"),
        ("held on 4 and 5 July", "2026-07-04"),
        ("held from May 30 to June 2", "2026-05-30"),
        ("due on 20 August", "2026-08-20"),
        ("due on 1 January 2027", "2027-01-01"),
        ("signed (30/5/2026)", "2026-05-30"),
        ("signed 2026-05-30", "2026-05-30"),
    ],
)
def test_english_dates_are_read(text: str, day: str) -> None:
    assert said(text, "en") == [day]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("ditandatangani pada 17 Mei 2018", "2018-05-17"),
        ("ditandatangani Selasa (2/6/2026)", "2026-06-02"),
        ("ditandatangani Selasa (2/6)", "2026-06-02"),
        ("ditandatangani Jumat (5/12/2025)", "2025-12-05"),
        ("ditandatangani Selasa", "2026-07-14"),
        ("ditandatangani Jumat lalu", "2026-07-10"),
        ("ditandatangani Jumat pekan lalu", "2026-07-10"),
        ("ditandatangani kemarin", "2026-07-14"),
        ("ditandatangani hari ini", "2026-07-15"),
        ("ditandatangani dua hari lalu", "2026-07-13"),
        ("ditandatangani 3 hari yang lalu", "2026-07-12"),
        ("ditandatangani bulan lalu", "2026-06"),
        ("ditandatangani Februari lalu", "2026-02"),
        ("ditandatangani Juli lalu", "2025-07"),
        ("ditandatangani setahun lalu pada hari ini", "2025-07-15"),
        ("ditandatangani tahun lalu", "2025"),
        ("ditandatangani pada 2015", "2015"),
        ("digelar 10-14 Agustus 2025", "2025-08-10"),
        ("digelar 10 hingga 14 Mei", "2026-05-10"),
        ("pada 26 Oktober mendatang", "2026-10-26"),
        ("pada Minggu (7/6/2026)", "2026-06-07"),
    ],
)
def test_indonesian_dates_are_read_the_day_first(text: str, day: str) -> None:
    assert said(text, "id") == [day]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2018年5月17日に署名した", "2018-05-17"),
        ("令和8年5月30日に署名した", "2026-05-30"),
        ("令和元年６月１日に署名した", "2019-06-01"),
        ("5月30日に署名した", "2026-05-30"),
        ("１４日に署名した", "2026-07-14"),
        ("30日に署名した", "2026-06-30"),
        ("先週金曜日に署名した", "2026-07-10"),
        ("昨年12月に署名した", "2025-12"),
        ("2015年に署名した", "2015"),
        ("先月署名した", "2026-06"),
        ("3日前に署名した", "2026-07-12"),
        ("1年前の7月8日に署名した", "2025-07-08"),
        ("4～6日に実施した", "2026-07-04"),
        ("6月30日から7月2日まで", "2026-06-30"),
        ("来年1月に引き渡す", "2027-01"),
    ],
)
def test_japanese_dates_are_read(text: str, day: str) -> None:
    assert said(text, "ja")[:1] == [day]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("It may march on.", "en"),
        ("A fleet of 2026 ships.", "en"),
        ("It cost 3/4 of 1/2.", "en"),
        ("on (5/6/2026)", "en"),
        ("last week", "en"),
        ("pekan lalu", "id"),
        ("10日間の日程で", "ja"),
        ("3日連続で", "ja"),
        ("on 31 June", "en"),
        ("", None),
    ],
)
def test_what_looks_like_a_date_is_none(text: str, language: str | None) -> None:
    assert said(text, language) == []


def test_a_day_without_a_year_is_the_last_one_if_the_next_is_far() -> None:
    assert said("on 20 December", "en") == ["2025-12-20"]
    assert said("on 20 August", "en") == ["2026-08-20"]


def test_days_count_from_the_day_in_the_zone_of_publication() -> None:
    late = datetime(2026, 7, 15, 1, tzinfo=timezone(timedelta(hours=9)))
    assert said("yesterday", "en", late) == ["2026-07-14"]
    assert said("yesterday", "en", late.astimezone(UTC)) == ["2026-07-13"]


def test_an_uncertain_language_is_read_by_all_forms() -> None:
    assert said("on 17 May 2018, 17 Mei 2019, 2020年5月17日", None) == ["2018-05-17", "2019-05-17", "2020-05-17"]


def test_a_month_is_to_come_only_when_all_of_it_is() -> None:
    assert not upcoming("2026-07", WEDNESDAY)
    assert not upcoming("2026", WEDNESDAY)
    assert upcoming("2026-08", WEDNESDAY)
    assert upcoming("2026-07-16", WEDNESDAY)


LISTED = """17 Mei 2018|May 17|(2/6/2026)|Selasa (31/2)|last Friday|kemarin|dua hari lalu|99 years ago|2日|5月30日|\
令和99年|\
平成元年2月30日|昨年2月29日|Feb 29|in 0000|in 2015|Sept. 31|31 April|12か月前|99日前|next|lalu|先週金曜日|\
9999-99-99|１２月３１日|10-14 Agustus|bulan depan|- | の |, |\n"""
PIECES = st.sampled_from(LISTED.split("|"))


@given(
    st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=8).map("".join),
    st.sampled_from([*FORMS, None, "ko"]),
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
)
def test_any_text_gives_real_dates_inside_it(text: str, language: str | None, published: datetime) -> None:
    end = 0
    for start, stop, day in days_in(text, language, published):
        assert end <= start < stop <= len(text)
        end = stop
        assert len(day) in (4, 7, 10)
        assert first_day(day).isoformat().startswith(day)


def test_a_japanese_year_of_two_digits_is_no_year_of_now() -> None:
    assert said("18年5月17日に署名した", "ja") == ["2018-05-17"]
    assert said("5月17日に署名した", "ja") == ["2026-05-17"]


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("from 30 April to 2 May 2024", "en", "2024-04-30"),
        ("30 April - 2 May 2024", "en", "2024-04-30"),
        ("between April 30 and May 2, 2024", "en", "2024-04-30"),
        ("29 December to 3 January 2025", "en", "2024-12-29"),
        ("in April and May 2024", "en", "2024-04"),
        ("28 April hingga 2 Mei 2024", "id", "2024-04-28"),
        ("sejak 28 April sampai dengan 2 Mei 2024", "id", "2024-04-28"),
        ("29 Desember hingga 3 Januari 2025", "id", "2024-12-29"),
        ("4月30日から5月2日", "ja", "2026-04-30"),
    ],
)
def test_the_year_at_the_end_of_a_range_is_that_of_its_first_day(text: str, language: str, day: str) -> None:
    assert said(text, language) == [day]


def test_each_end_of_a_range_keeps_a_year_of_its_own() -> None:
    assert said("30 December 2024 to 3 January 2025", "en") == ["2024-12-30", "2025-01-03"]


NEW_YEAR = datetime(2026, 12, 30, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("They signed the accord in Tokyo on 5 January.", "en", "2026-01-05"),
        ("On 5 January, Japan and Indonesia signed it.", "en", "2026-01-05"),
        ("They signed it in January.", "en", "2026-01"),
        ("It was signed by Japan and Indonesia on 5 January.", "en", "2026-01-05"),
        ("They wanted it signed by 5 January.", "en", "2027-01-05"),
        ("They will sign on 5 January.", "en", "2027-01-05"),
        ("They agreed to sign on 5 January.", "en", "2027-01-05"),
        ("On 5 January, Japan will sign it.", "en", "2027-01-05"),
        ("The ministry announced a visit on 5 January.", "en", "2027-01-05"),
        ("Mereka meneken perjanjian itu pada 5 Januari.", "id", "2026-01-05"),
        ("Mereka akan meneken perjanjian itu pada 5 Januari.", "id", "2027-01-05"),
        ("Menteri berangkat pada 5 Januari.", "id", "2027-01-05"),
        ("1月5日に署名したと発表した。", "ja", "2026-01-05"),
        ("1月5日、東京で会談し、協定に署名した。", "ja", "2026-01-05"),
        ("1月5日に署名すると発表した。", "ja", "2027-01-05"),
        ("1月5日に署名される見通しだ。", "ja", "2027-01-05"),
    ],
)
def test_a_day_without_a_year_has_been_where_its_verb_is_in_the_past(text: str, language: str, day: str) -> None:
    assert said(text, language, NEW_YEAR) == [day]


def test_a_japanese_day_of_the_month_that_has_been_is_the_last_one() -> None:
    assert said("25日に署名した。", "ja") == ["2026-06-25"]
    assert said("25日に署名する。", "ja") == ["2026-07-25"]


LATE = datetime(2026, 5, 19, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("They signed it on Wednesday.", "2026-05-20"),
        ("They signed it on 20 May.", "2026-05-20"),
        ("They signed it last Wednesday.", "2026-05-13"),
        ("They signed it on Tuesday.", "2026-05-19"),
        ("They will sign it tomorrow.", "2026-05-21"),
        ("They will sign it next Wednesday.", "2026-05-27"),
    ],
)
def test_a_day_that_has_begun_in_the_east_is_not_a_week_ago(text: str, day: str) -> None:
    assert said(text, "en", LATE) == [day]


def test_a_day_that_has_begun_in_the_east_is_to_come_only_where_the_clock_is_known() -> None:
    assert not upcoming("2026-05-20", LATE)
    assert upcoming("2026-05-21", LATE)
    assert upcoming("2026-05-20", LATE - timedelta(hours=10))
    assert upcoming("2026-05-21", datetime(2026, 5, 20, 22, tzinfo=timezone(timedelta(hours=9))))


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("signed the day before yesterday", "en", "2026-07-13"),
        ("kemarin dulu", "id", "2026-07-13"),
        ("kemarin lusa", "id", "2026-07-13"),
        ("hari  ini", "id", "2026-07-15"),
        ("一昨日、署名した", "ja", "2026-07-13"),
        ("signed on 17.05.2026.", "en", "2026-05-17"),
        ("ditandatangani 17.05.2026", "id", "2026-05-17"),
        ("in the first quarter of 2025", "en", "2025"),
        ("pada kuartal pertama 2025", "id", "2025"),
        ("pada triwulan II tahun 2025", "id", "2025"),
        ("pada 17 Mei tahun lalu", "id", "2025-05-17"),
        ("signed on Monday, 11 May,", "en", "2026-05-11"),
        ("Sabtu, 11 Juli", "id", "2026-07-11"),
    ],
)
def test_rarer_forms_of_dates_are_read(text: str, language: str, day: str) -> None:
    assert said(text, language) == [day]


def test_last_may_said_in_may_is_a_year_ago() -> None:
    assert said("signed last May", "en", LATE) == ["2025-05"]


def test_a_version_number_is_no_date() -> None:
    assert said("version 1.2.2026.5", "en") == []
