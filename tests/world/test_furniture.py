"""What a source's pages repeat is learnt while they are read, and is no paragraph of its next articles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from news import html, item, paragraphs, path, title
from program import World, world

pytestmark = pytest.mark.timeout(200)

BOX = "Hear the island desk talk every Wednesday night"
"""A line in the text that no list of furniture knows."""


def _publish(w: World, numbers: range) -> None:
    for number in numbers:
        first, *rest = paragraphs(number)
        w.web.page(path(number), html(title(number), [first, BOX, *rest]))
    w.feed([item(number) for number in numbers], "/rss.xml", "antara")
    w.once()


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, list[str]]]:
    """The paragraphs as stored of an article read before the line was learnt, and of one read after."""
    with world(tmp_path_factory.mktemp("furniture"), telegram=False) as w:
        _publish(w, range(1, 6))
        _publish(w, range(6, 7))
        yield {number: _stored(w, number) for number in (1, 6)}


def _stored(w: World, number: int) -> list[str]:
    document: Any = w.program.command("explain", w.web.url(path(number)), "--json").document
    return list(document["paragraphs"])


def test_a_line_that_pages_repeat_stands_in_the_first_articles(read: dict[int, list[str]]) -> None:
    assert BOX in read[1]


def test_it_stands_in_no_later_article_and_the_text_is_whole(read: dict[int, list[str]]) -> None:
    assert read[6] == paragraphs(6)
