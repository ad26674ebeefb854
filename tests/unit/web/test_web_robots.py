"""Which rules of a robots.txt are ours."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.robots import MOST_BYTES, read_rules


def allowed(text: str, path: str = "/news/1") -> bool:
    rules = read_rules(text.encode(), "kentongan")
    return rules.allows is None or rules.allows(f"https://example.org{path}")


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /\n", False),
        ("User-agent: *\nDisallow:\n", True),
        ("\ufeffUser-agent: *\nDisallow: /\n", False),
        ("user-AGENT : KENTONGAN # us\ndisallow : /news\n", False),
        ("User-agent: kentongan/1.0\nDisallow: /\n", False),
        ("User-agent: kentongan\nDisallow: /\n\nUser-agent: *\nAllow: /\n", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: kentongan\nAllow: /\n", True),
        ("User-agent: other\nUser-agent: kentongan\nDisallow: /\n", False),
        ("User-agent: kentongan\nUser-agent: other\nDisallow: /\n", False),
        ("User-agent: kentongan\nSitemap: https://example.org/s.xml\nUser-agent: other\nDisallow: /\n", False),
        ("User-agent: kentongan\nDisallow: /x\nUser-agent: other\nDisallow: /\n", True),
        ("User-agent: other\nDisallow: /\n", True),
        ("User-agent: ken\nDisallow: /\n", True),
        ("User-agent: kentongan-news\nDisallow: /\n", True),
        ("User-agent: *\nDisallow: /news\nAllow: /news/1\n", True),
        ("User-agent: *\nDisallow: /*/1$\n", False),
        ("User-agent: *\r\nDisallow: /news\r\n", False),
        ("<!DOCTYPE html><html><p>User-agent: no such page</html>", True),
        ("Disallow: /\n", True),
    ],
)
def test_the_group_that_speaks_to_us_decides(text: str, may: bool) -> None:
    assert allowed(text) is may


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("2", 2), ("0.5", 0.5), ("86400", 30), ("1e300", 30), ("inf", None), ("-1", None), ("x", None)],
)
def test_a_crawl_delay_is_cut_to_half_a_minute(written: str, seconds: float | None) -> None:
    delay = read_rules(f"User-agent: *\nCrawl-delay: {written}\n".encode(), "kentongan").crawl_delay
    assert delay == (None if seconds is None else timedelta(seconds=seconds))


def test_the_crawl_delay_of_another_robot_is_not_ours() -> None:
    text = b"User-agent: other\nCrawl-delay: 9\n\nUser-agent: *\nDisallow: /x\n"
    assert read_rules(text, "kentongan").crawl_delay is None


@pytest.mark.parametrize("shape", ["agents", "rules", "ours", "wildcards"])
def test_a_hostile_file_is_read_in_a_moment(shape: str) -> None:
    lines = {
        "agents": "".join(f"User-agent: a{number}\n" for number in range(14_000)) + "Disallow: /a\n" * 20_000,
        "rules": "User-agent: *\n" + "".join(f"Disallow: /{number}\n" for number in range(30_000)),
        "ours": "User-agent: kentongan\nUser-agent: *\nDisallow: /a\n" * 10_000,
        "wildcards": "User-agent: *\n" + "Disallow: /" + "*a" * 1000 + "$\n" * 10,
    }[shape]
    began = time.process_time()
    rules = read_rules(lines.encode()[:MOST_BYTES], "kentongan")
    assert rules.allows is not None
    rules.allows("https://example.org/" + "a" * 1500 + "b")
    assert time.process_time() - began < 2


@given(st.text(alphabet="user-agent:*disallow/ \n#k\r\t", max_size=200), st.binary(max_size=100))
def test_no_file_breaks_the_reading(text: str, rest: bytes) -> None:
    rules = read_rules(text.encode() + rest, "kentongan")
    assert rules.allows is not None
    assert rules.allows("https://example.org/news") in (True, False)
