"""Entries that share a link, or whose links lead to one page, each keep what the feed said of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from news import html, item, page, path
from program import World, world

pytestmark = pytest.mark.timeout(200)

FRONT = html("The front page of the day", ["Markets rose and rain is expected over the weekend, the office said."] * 4)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[str]]]:
    """The titles that matched, after the first round and after the second."""
    with world(tmp_path_factory.mktemp("shared"), telegram=False) as w:
        w.web.page("/home", FRONT)
        w.web.redirect("/a/1", w.web.url("/front"), 302)
        w.web.redirect("/a/2", w.web.url("/front"), 302)
        w.web.page("/front", FRONT)
        w.feed([item(1, path="/home"), item(2, path="/home")], "/live.xml", "antara")
        w.feed([item(11, path="/a/1"), item(12, path="/a/2")], "/walled.xml", "walled")
        w.feed([item(21), item(21)], "/twice.xml", "twice")
        w.web.page(path(21), page(21))
        w.once()
        first = _titles(w)
        twice = w.program.command("search", f'"{21}"', "--json").rows
        w.feed([item(3, path="/home"), item(1, path="/home"), item(2, path="/home")], "/live.xml", "antara")
        w.once()
        yield {"first": first, "second": _titles(w), "twice": [row["basis"] for row in twice]}


def _titles(w: World) -> list[str]:
    result: Any = w.program.command("digest", "pacts", "--since", "1d", "--json").document
    return [article["title"] for story in result["stories"] for article in story["articles"]]


@pytest.mark.parametrize("number", [1, 2])
def test_entries_that_share_a_link_are_each_matched_by_their_own_words(found: dict[str, Any], number: int) -> None:
    assert item(number).title in found["first"]


def test_a_later_entry_with_a_known_link_is_matched_too(found: dict[str, Any]) -> None:
    assert item(3).title in found["second"]


@pytest.mark.parametrize("number", [11, 12])
def test_entries_whose_links_lead_to_the_same_front_page_are_not_lost(found: dict[str, Any], number: int) -> None:
    assert item(number).title in found["first"]


def test_an_item_that_is_listed_twice_is_read_in_full_once(found: dict[str, Any]) -> None:
    assert found["twice"] == ["page"]
