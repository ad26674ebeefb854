"""What response headers say about time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.headers import fold, max_age, retry_after

DAY = timedelta(hours=24)
# `now` is 2026-03-10 04:59:59 UTC.


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("99999999999999999999999", 86400),
        ("Tue, 10 Mar 2026 05:00:59 GMT", 60),
        ("Tuesday, 10-Mar-26 05:00:59 GMT", 60),
        ("Tue, 10 Mar 2020 05:00:59 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86400),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("٣", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_at_most_a_day(now: datetime, value: str, seconds: int | None) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert retry_after({"retry-after": value}, now) == expected


def test_a_date_counts_from_the_servers_own_clock(now: datetime) -> None:
    headers = {"date": "Tue, 10 Mar 2026 09:00:00 GMT", "retry-after": "Tue, 10 Mar 2026 09:01:00 GMT"}
    assert retry_after(headers, now) == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "max-age=900"}, 900),
        ({"cache-control": "public,MAX-AGE = 900, must-revalidate", "age": "300"}, 600),
        ({"cache-control": "max-age=900", "age": "1000"}, 0),
        ({"cache-control": "s-maxage=900"}, None),
        ({"cache-control": "no-cache, max-age=900"}, None),
        ({"cache-control": "no-store"}, None),
        ({"cache-control": "max-age=31536000"}, 86400),
        ({"cache-control": "max-age=60", "expires": "Tue, 10 Mar 2026 06:59:59 GMT"}, 60),
        ({"expires": "Tue, 10 Mar 2026 06:59:59 GMT"}, 7200),
        ({"expires": "Tue, 01 Jan 2041 00:00:00 GMT"}, 86400),
        ({"expires": "0"}, None),
        ({"expires": "-1"}, None),
        ({"expires": "Thu, 19 Nov 1981 08:52:00 GMT"}, 0),
        ({}, None),
    ],
)
def test_freshness_is_max_age_or_expires_and_at_most_a_day(
    now: datetime, headers: dict[str, str], seconds: int | None
) -> None:
    assert max_age(headers, now) == (None if seconds is None else timedelta(seconds=seconds))


@given(st.text(max_size=40))
def test_no_header_text_breaks_the_reading_of_times(text: str) -> None:
    moment = datetime.fromisoformat("2026-03-10T04:59:59+00:00")
    for name in ("retry-after", "expires", "cache-control", "age", "date"):
        headers = {"expires": "Tue, 10 Mar 2026 06:59:59 GMT", name: text}
        for found in (retry_after(headers, moment), max_age(headers, moment)):
            assert found is None or timedelta() <= found <= DAY


def test_of_a_repeated_header_the_first_counts_and_lists_are_joined() -> None:
    raw = [(b"ETag", b'"a"'), (b"etag", b'"b"'), (b"Cache-Control", b"public"), (b"cache-control", b"max-age=5")]
    assert fold(raw) == {"etag": '"a"', "cache-control": "public, max-age=5"}
