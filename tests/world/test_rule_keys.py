"""Rules that ask for more than their words (`max_age`, `min_sources`, `threshold`), in the real program.

Three rounds, and what the commands say between and after them. The timeline is played once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fakeweb import Item
from news import item, page, path, title
from program import WATCHLIST, Result, World, world

pytestmark = pytest.mark.timeout(300)

KYODO = "127.0.0.2"
PRINTED = datetime.now(UTC).replace(microsecond=0) - timedelta(days=5)
OLD, TOO_OLD, UNDATED, SHARED = 4, 5, 6, 7
"""Articles, each watched by one watchlist. The first two have that printed date, the last one comes twice."""

WATCHED = {
    "pacts": ((OLD,), "priority: normal"),
    "fresh": ((TOO_OLD, UNDATED), "max_age: 2d"),
    "pair": ((SHARED,), "min_sources: 2"),
    "scored": ((OLD,), "weights: {nation: 1, partner: 2}, threshold: 30"),
}


def watchlist(numbers: tuple[int, ...], keys: str) -> str:
    """A watchlist of these articles, whose one rule asks for that besides."""
    titles = " or ".join(f'title("number {number}")' for number in numbers)
    return WATCHLIST[: WATCHLIST.index("rules:")] + f"rules:\n  - {{name: pact, match: '{titles}', {keys}}}\n"


@dataclass
class Story:
    """The articles and watchlists of all alerts so far, after each round, and what the commands said."""

    alerts: list[set[tuple[str, str]]] = field(default_factory=list)
    said: dict[str, Any] = field(default_factory=dict)

    def round(self, w: World) -> None:
        w.once()
        query = (
            "SELECT deliveries.watchlist, headline FROM deliveries JOIN stories ON stories.id = story_id"
            " WHERE kind = 'alert' AND status = 'sent'"
        )
        told = w.program.rows(query)
        assert len(told) == len(set(told)), "one story, one message"
        self.alerts.append({(name, headline) for name, headline in told})


def _dated(text: str) -> str:
    return text.replace("</head>", f'<meta property="article:published_time" content="{PRINTED.isoformat()}"></head>')


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with world(tmp_path_factory.mktemp("keys"), telegram=False) as w:
        for name, (numbers, keys) in WATCHED.items():
            w.program.write_watchlist(watchlist(numbers, keys), name)
        story = Story()
        w.publish(1)
        w.web.page("/news/10", page(10), host=KYODO)
        w.feed([item(10)], "/kyodo.xml", "kyodo", host=KYODO)
        story.round(w)

        for number in (OLD, TOO_OLD, UNDATED, SHARED):
            w.page(number)
        dated = _dated(page(TOO_OLD))
        w.web.page(path(TOO_OLD), dated)
        w.feed([item(OLD, published=PRINTED), *map(item, (TOO_OLD, UNDATED, SHARED, 1))])
        story.round(w)
        story.said["one publisher"] = w.program.command("digest", "pair", "--json").document

        w.web.page("/world/copy", page(SHARED), host=KYODO)
        w.feed([Item(title(SHARED), "/world/copy", "Signed."), item(10)], "/kyodo.xml", "kyodo", host=KYODO)
        story.round(w)
        story.said["two publishers"] = w.program.command("digest", "pair", "--json").document

        old = w.web.url(path(TOO_OLD))
        story.said["too old"] = w.program.command("explain", old, "--json")
        seen = (PRINTED + timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S.000000")
        w.program.change(f"UPDATE articles SET first_seen = '{seen}' WHERE url = '{old}'")
        story.said["seen in time"] = w.program.command("explain", old, "--fetch", "--json")
        w.web.page("/unknown", dated)
        story.said["unknown"] = w.program.command("explain", w.web.url("/unknown"), "--json")
        story.said["near"] = w.program.command("explain", w.web.url(path(OLD)))
        yield story


# --- max_age --------------------------------------------------------------------------------------------------------


def test_an_old_printed_date_is_alerted_without_max_age_and_not_with_it(story: Story) -> None:
    assert ("pacts", title(OLD)) in story.alerts[1]
    assert ("fresh", title(TOO_OLD)) not in story.alerts[1]


def test_an_article_without_a_date_is_never_too_old(story: Story) -> None:
    assert ("fresh", title(UNDATED)) in story.alerts[1]


def _miss(found: Result, name: str) -> dict[str, str | None]:
    (miss,) = (miss for miss in found.document["misses"] if (miss["watchlist"], miss["rule"]) == (name, "pact"))
    assert set(miss) == {"watchlist", "rule", "failed", "closest"}
    return {key: miss[key] for key in ("failed", "closest")}


def test_explain_says_how_old_an_article_was_when_it_was_seen(story: Story) -> None:
    found = _miss(story.said["too old"], "fresh")
    assert found["failed"] == "max_age 2d"
    assert found["closest"] == "published 120h before it was seen"


def test_explain_counts_from_when_a_stored_page_was_first_seen_though_it_is_read_anew(story: Story) -> None:
    found = story.said["seen in time"].document
    assert found["from"] == "web"
    assert [match["watchlist"] for match in found["matches"]] == ["fresh"]


def test_a_page_that_was_never_stored_is_seen_now(story: Story) -> None:
    assert story.said["unknown"].document["from"] == "web"
    assert _miss(story.said["unknown"], "fresh")["failed"] == "max_age 2d"


# --- min_sources ----------------------------------------------------------------------------------------------------


def test_one_publisher_is_told_nobody_and_stands_in_no_digest(story: Story) -> None:
    assert ("pair", title(SHARED)) not in story.alerts[1]
    assert story.said["one publisher"]["stories"] == []


def test_the_second_publisher_is_told_and_stands_in_the_digest_with_the_first(story: Story) -> None:
    assert story.alerts[2] - story.alerts[1] == {("pair", title(SHARED))}
    (told,) = story.said["two publishers"]["stories"]
    assert [(article["source"], article["rules"]) for article in told["articles"]] == [
        ("antara", ["pact"]),
        ("kyodo", ["pact"]),
    ]


# --- how near it came -----------------------------------------------------------------------------------------------


def test_explain_says_how_near_an_article_came_and_nothing_where_it_did_not(story: Story) -> None:
    lines = story.said["near"].out.splitlines()
    (near,) = (line for line in lines if line.startswith("miss  scored/pact"))
    (far,) = (line for line in lines if line.startswith("miss  pair/pact"))
    assert near.endswith("failed: threshold 30 (score 6: partner 4 (title), nation 2 (title))")
    assert far.endswith(f'failed: "number {SHARED}"')
    assert _miss(story.said["too old"], "pair")["closest"] is None
