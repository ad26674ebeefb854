"""The door of the room: cheap to open, and everything behind it pure."""

from __future__ import annotations

import subprocess
import sys

from bot.errors import KentonganError
from bot.read import read_page


def run(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    ).stdout.strip()


def test_opening_the_door_loads_no_heavy_library() -> None:
    heavy = "{'trafilatura', 'feedparser', 'dateparser', 'py3langid', 'numpy', 'lxml'} & set(sys.modules)"
    assert run(f"import sys, bot.read; print({heavy} or 'none')") == "none"


def test_warming_loads_what_pages_and_feeds_need() -> None:
    assert (
        run(
            "import sys, bot.read; bot.read.warm(); print({'trafilatura', 'feedparser', 'dateparser', 'py3langid'} <= set(sys.modules))"
        )
        == "True"
    )


def test_pages_nested_absurdly_deep_are_an_article_or_an_error() -> None:
    try:
        read_page(b"<div>" * 3000 + b"text" + b"</div>" * 3000, "https://example.org/")
    except KentonganError as error:
        assert "\n" not in str(error)
