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
