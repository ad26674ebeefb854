"""Cleaning and comparing addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.read import clean_url, url_key


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://e.org/a?utm_source=x&id=7&fbclid=z#top", "https://e.org/a?id=7"),
        ("HTTPS://WWW.E.org/Path?b=2&a=1", "https://www.e.org/Path?b=2&a=1"),
        ("https://e.org/a?gclid=1&mc_cid=2", "https://e.org/a"),
        ("https://e.org/?p=123&page=2&ref=rss", "https://e.org/?p=123&page=2"),
        ("https://e.org/a?ref=42&source=archive", "https://e.org/a?ref=42&source=archive"),
        ("https://e.org/a?q=a%20b&q=c", "https://e.org/a?q=a%20b&q=c"),
    ],
)
def test_tracking_goes_and_meaning_stays(url: str, clean: str) -> None:
    assert clean_url(url) == clean


@pytest.mark.parametrize(
    "other",
    [
        "http://example.org/a?x=1&y=2",
        "https://www.example.org/a?x=1&y=2",
        "https://example.org:443/a/?y=2&x=1",
        "https://EXAMPLE.org/a?x=1&y=2&utm_medium=rss#frag",
        "http://example.org:80/a?y=2&x=1",
    ],
)
def test_the_same_page_has_one_key(other: str) -> None:
    assert url_key(other) == url_key("https://example.org/a?x=1&y=2")


@pytest.mark.parametrize(
    "other",
    [
        "https://example.org/b",
        "https://example.org/a?x=2",
        "https://m.example.org/a",
        "https://example.org:8080/a",
        "https://example.org/A",
        "https://example.org/",
    ],
)
def test_another_page_has_another_key(other: str) -> None:
    assert url_key(other) != url_key("https://example.org/a")


@given(st.text(max_size=80))
def test_no_text_breaks_them_and_cleaning_twice_is_cleaning_once(text: str) -> None:
    url = "https://example.org/" + text
    assert len(url_key(url)) <= 64
    assert clean_url(clean_url(url)) == clean_url(url)
    assert url_key(clean_url(url)) == url_key(url)
