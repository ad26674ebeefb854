"""The door of the room: cheap to open, and everything behind it pure."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import ExtractError, FeedError, KentonganError
from bot.read import read_feed, read_page

from .sites import STORIES, STYLES


def run(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    ).stdout.strip()


def test_opening_the_door_loads_no_heavy_library() -> None:
    heavy = "{'trafilatura', 'feedparser', 'dateparser', 'py3langid', 'numpy', 'lxml'} & set(sys.modules)"
    assert run(f"import sys, bot.read; print({heavy} or 'none')") == "none"


def test_warming_loads_what_pages_and_feeds_need() -> None:
    wanted = "{'trafilatura', 'feedparser', 'dateparser', 'py3langid'}"
    assert run(f"import sys, bot.read; bot.read.warm(); print({wanted} <= set(sys.modules))") == "True"


def test_pages_nested_absurdly_deep_are_an_article_or_an_error() -> None:
    try:
        read_page(b"<div>" * 800 + b"text" + b"</div>" * 800, "https://example.org/")
    except KentonganError as error:
        assert "\n" not in str(error)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_mangled_page_is_an_article_or_an_error_and_nothing_else(data: st.DataObject) -> None:
    body = bytearray(STYLES[data.draw(st.sampled_from(sorted(STYLES)))](data.draw(st.sampled_from(STORIES))).encode())
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(body)))
        body[start : start + data.draw(st.integers(0, 900))] = data.draw(st.binary(max_size=8))
    with suppress(ExtractError):
        assert read_page(bytes(body), "https://example.org/").paragraphs


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_a_feed_or_an_error_and_nothing_else(body: bytes) -> None:
    for head in (b"", b"<rss version='2.0'><channel><item>", b'{"version":"1","items":[', b"<feed>"):
        with suppress(FeedError):
            read_feed(head + body, "https://example.org/", None)
