"""Printed dates, and the choice between what a page and its feed say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Source
from bot.read.dates import Line, Printed, read_date, read_line, zone_of
from bot.read.reconcile import choose

JAKARTA = ZoneInfo("Asia/Jakarta")
TOKYO = ZoneInfo("Asia/Tokyo")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]  # year, month, day, hour, minute


@pytest.mark.parametrize(
    ("printed", "when"),
    [
        ("Senin, 05 Agustus 2019 - 08:40 WIB", utc(2019, 8, 5, 1, 40)),
        ("Jum'at, 09 Agustus 2019 | 10.15 WITA", utc(2019, 8, 9, 2, 15)),
        ("Kamis (8/8/2019) 12:30 WIT", utc(2019, 8, 8, 3, 30)),
        ("Isnin, 5 Ogos 2019 8:00 MYT", utc(2019, 8, 5, 0, 0)),
        ("05 Agu 2019 08:40", utc(2019, 8, 5, 1, 40)),
        ("5 Mei 2019, pukul 08.40 WIB", utc(2019, 5, 5, 1, 40)),
        ("Diperbarui: 5 Agustus 2019 08:00", utc(2019, 8, 5, 1, 0)),
        ("Tuesday, 07-05-2019 | 02:25 pm", utc(2019, 5, 7, 7, 25)),
        ("Friday, 07-05-2019 | 02:25 pm", utc(2019, 7, 5, 7, 25)),
        ("13-08-2019 10:00", utc(2019, 8, 13, 3, 0)),
        ("August 5, 2019 at 8:40 AM GMT", utc(2019, 8, 5, 8, 40)),
        ("Aug. 5, 2019, 3 p.m. ET", utc(2019, 8, 5, 19, 0)),
        ("Mon, 5 Aug 2019 08:40:00 GMT+7", utc(2019, 8, 5, 1, 40)),
        ("2019-08-05T08:40:00.123Z", utc(2019, 8, 5, 8, 40)),
        ("2019-08-05T08:40:00+0900", utc(2019, 8, 4, 23, 40)),
        ("20190805T084000Z", utc(2019, 8, 5, 8, 40)),
        ("2019年8月5日 9時30分", utc(2019, 8, 5, 2, 30)),
        ("2019年8月5日（月）午後2時25分 JST", utc(2019, 8, 5, 5, 25)),
        ("令和元年８月５日 9:30", utc(2019, 8, 5, 2, 30)),
        ("令和6年11月3日 9:30", utc(2024, 11, 3, 2, 30)),
        ("2019/8/5 9:30", utc(2019, 8, 5, 2, 30)),
        ("2019.08.05 09:30", utc(2019, 8, 5, 2, 30)),
        ("1565000000", utc(2019, 8, 5, 10, 13)),
        ("Senin, 5 Agustus 2019 | 08:40 Wita", utc(2019, 8, 5, 0, 40)),
        ("Mon Aug 05 08:40:00 WIB 2019", utc(2019, 8, 5, 1, 40)),
    ],
)
def test_a_printed_date_is_read_in_its_zone_or_the_sources(printed: str, when: datetime) -> None:
    reading = read_date(printed, JAKARTA)
    assert reading is not None
    assert (reading.when.replace(second=0, microsecond=0), reading.clock) == (when, True)


@pytest.mark.parametrize(
    "printed",
    [
        "",
        None,
        "kemarin",
        "2 hours ago",
        "1970-01-01",
        "0000-00-00",
        "2019-13-45",
        "31/02/2019",
        "version 2.10.2019.4",
        "2026-W01",
        "3 min read",
    ],
)
def test_what_is_no_date_is_none(printed: str | None) -> None:
    assert read_date(printed, JAKARTA) is None


def test_a_day_without_an_hour_is_the_local_day() -> None:
    reading = read_date("5 Agustus 2019", JAKARTA)
    assert reading is not None
    assert (reading.clock, reading.day, reading.when) == (False, date(2019, 8, 5), utc(2019, 8, 4, 17))


def test_an_ambiguous_day_is_settled_by_what_is_known_to_be_close() -> None:
    reading = read_date("08/05/2019 10:00", UTC, near=utc(2019, 8, 5, 12))
    assert reading is not None
    assert reading.when == utc(2019, 8, 5, 10)


@given(
    st.datetimes(min_value=datetime(1991, 1, 1), max_value=datetime(2090, 1, 1)),
    st.sampled_from(
        [
            "%Y-%m-%dT%H:%M:%S",
            "%d/%m/%Y %H:%M:%S",
            "%Y年%m月%d日 %H:%M:%S",
            "%d %b %Y %H:%M:%S",
            "%B %d, %Y %I:%M:%S %p",
        ]
    ),
)
def test_every_moment_survives_being_printed(moment: datetime, form: str) -> None:
    reading = read_date(moment.strftime(form), TOKYO)
    assert reading is not None
    assert reading.when == moment.replace(microsecond=0, tzinfo=TOKYO).astimezone(UTC)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    read_date(text, JAKARTA, thorough=False)
    read_line(text, JAKARTA)


@pytest.mark.parametrize(
    ("printed", "day", "updated"),
    [
        ("Published 5 Aug 2019 08:00 | Updated 6 Aug 2019 09:00", 5, False),
        ("Updated 6 Aug 2019 09:00 | Published 5 Aug 2019 08:00", 5, False),
        ("公開日：2019年8月5日 更新日：2019年8月7日", 5, False),
        ("2019/08/05 09:30 (更新 2019/08/06 10:00)", 5, False),
        ("2019年8月6日 9時30分 更新", 6, True),
        ("Diperbarui: Selasa, 6 Agustus 2019 08:00 WIB", 6, True),
        ("By Ann Lee, Reuters • August 5, 2019 8:40 AM", 5, False),
    ],
)
def test_a_visible_line_tells_publication_from_change(printed: str, day: int, updated: bool) -> None:
    line = read_line(printed, TOKYO)
    assert line is not None
    assert (line.reading.day.day, line.updated) == (day, updated)


def test_the_zone_is_the_sources_then_its_countrys_then_its_languages() -> None:
    assert str(zone_of(Source("a", "A", country="id", timezone="Asia/Makassar"))) == "Asia/Makassar"
    assert str(zone_of(Source("a", "A", country="jp"))) == "Asia/Tokyo"
    assert str(zone_of(None, "id")) == "Asia/Jakarta"
    assert str(zone_of(None, "en", "https://www.example.co.jp/x")) == "Asia/Tokyo"
    assert zone_of(None, "en") is UTC
    assert zone_of(Source("a", "A", timezone="Mars/Olympus")) is UTC


# --- choosing -------------------------------------------------------------------------------------------------------

FEED = utc(2019, 8, 5, 1, 40)


def reading(text: str) -> Printed:
    found = read_date(text, JAKARTA)
    assert found is not None
    return found


def line(text: str) -> Line:
    found = read_line(text, JAKARTA)
    assert found is not None
    return found


def test_metadata_with_a_zone_win() -> None:
    assert choose(reading("2019-08-05T02:00:00Z"), line("5 Agustus 2019 10:00 WIB"), FEED) == (
        utc(2019, 8, 5, 2),
        "metadata",
    )


def test_a_day_takes_its_hour_from_the_visible_line_then_from_the_feed() -> None:
    assert choose(reading("2019-08-05"), line("5 Agustus 2019 08:10 WIB"), FEED) == (utc(2019, 8, 5, 1, 10), "page")
    assert choose(reading("2019-08-05"), None, FEED) == (FEED, "feed")
    assert choose(None, line("5 Agustus 2019"), FEED) == (FEED, "feed")
    assert choose(reading("2019-08-03"), None, FEED) == (utc(2019, 8, 2, 17), "metadata")


def test_local_time_sold_as_utc_is_put_right_by_the_visible_line() -> None:
    assert choose(reading("2019-08-05T08:40:00Z"), line("Senin, 5 Agustus 2019 08:40 WIB"), None) == (FEED, "page")


def test_an_hour_without_a_zone_gives_way_to_the_feeds_moment_where_only_the_zone_differs() -> None:
    assert choose(reading("2019-08-05 10:40:00"), None, FEED) == (FEED, "feed")
    assert choose(reading("2019-08-05 10:55:00"), None, FEED) == (utc(2019, 8, 5, 3, 55), "metadata")


def test_a_mere_update_is_the_last_resort() -> None:
    assert choose(None, line("Diperbarui: 6 Agustus 2019 08:00 WIB"), FEED) == (FEED, "feed")
    assert choose(None, line("Diperbarui: 6 Agustus 2019 08:00 WIB"), None) == (utc(2019, 8, 6, 1), "page")
    assert choose(None, None, None) == (None, None)


def test_moments_are_always_in_utc() -> None:
    assert reading("5 Agustus 2019 08:00 WIB").when.utcoffset() == timedelta(0)


def test_a_day_without_its_year_is_the_one_close_to_the_feeds() -> None:
    """As broadcasters print it in Japan; without anything to hold it against it is no date."""
    assert read_date("8月5日 9時30分", TOKYO) is None
    for near, year in ((utc(2019, 8, 6), 2019), (utc(2024, 8, 1), 2024)):
        reading = read_date("8月5日 9時30分", TOKYO, near=near)
        assert reading is not None and reading.when == utc(year, 8, 5, 0, 30)
    new_year = read_date("12月31日 23時00分", TOKYO, near=utc(2025, 1, 2))
    assert new_year is not None and new_year.when == utc(2024, 12, 31, 14)
    assert read_date("8月5日 9時30分", TOKYO, near=utc(2025, 1, 2)) is None


def test_local_time_sold_as_utc_is_put_right_by_the_feed() -> None:
    sold = read_date("2019-08-05T08:40:00+00:00", JAKARTA)
    assert choose(sold, None, utc(2019, 8, 5, 1, 40), JAKARTA) == (utc(2019, 8, 5, 1, 40), "feed")
    assert choose(sold, None, utc(2019, 8, 5, 2, 40), JAKARTA) == (utc(2019, 8, 5, 8, 40), "metadata")


def test_a_date_is_kept_as_it_was_printed() -> None:
    line = read_line("Terbit: Senin, 05 Agustus 2019 - 08:40 WIB | Diperbarui: 6 Agustus 2019 09:00 WIB", JAKARTA)
    assert line is not None and line.change is not None
    assert "Senin, 05 Agustus 2019 - 08:40 WIB" in line.reading.raw
    assert line.change.when == utc(2019, 8, 6, 2)
