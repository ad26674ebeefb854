"""Feeds and pages as bad as they come, against the real program without a token: each stays one bad thing.

Three rounds are played once; each test looks at one bad thing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from news import html, item, page, path, title
from program import Result, World, world

# The whole timeline is one test's set-up, and machines can be busy.
pytestmark = pytest.mark.timeout(400)

CLOSED, NO_ROBOTS = "127.0.0.9", "127.0.0.3"
NOT_FOUND, HUGE, EMPTY, BUSY, BOMB, HANGING, BROKEN, FORBIDDEN, FUTURE, UNDATED = range(40, 50)
ON_SUMMARY = "matched on the feed's summary only"

VOICES = """<?xml version="1.0"?><rss version="2.0"><channel><title>Voices</title>
<item><title>Japan and Indonesia sign a pact by voice</title><guid isPermaLink="false">x-1</guid>
<description>Japan and Indonesia signed a pact that has no address of its own.</description></item>
<item><title>Japan and Australia sign a treaty by letter</title><guid isPermaLink="false">x-2</guid>
<description>Japan and Australia signed a treaty that has none either.</description></item></channel></rss>"""


@dataclass
class Played:
    """What the rounds printed: standard output is the JSON, standard error has the messages."""

    world: World
    first: Result
    second: Result
    third: Result
    sources: dict[str, Any]

    def alert(self, number: int) -> list[str]:
        """The lines of the alert about an article."""
        blocks = self.second.err.split("\n\n")
        return next(block.strip().splitlines() for block in blocks if title(number) in block)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    with world(tmp_path_factory.mktemp("bad"), telegram=False) as w:
        w.program.settings["fetch"]["timeout"] = "2s"
        w.program.write_settings()
        web = w.web
        w.publish(1)
        w.feed([item(2, path="http://127.0.0.1:1/gone")], "/others.xml", "others", host=NO_ROBOTS)
        web.page("/voices.xml", VOICES, headers={"Content-Type": "application/rss+xml"})
        w.list_feed(web.url("/voices.xml"), "voices")
        w.list_feed(f"http://{CLOSED}:1/rss.xml", "unreachable")
        web.page("/home", html("Home of the news", ["Nothing."]), validators=True)
        w.list_feed(web.url("/home"), "html")
        web.page("/empty.xml", "")
        w.list_feed(web.url("/empty.xml"), "empty")
        w.list_feed(web.url("/nothing.xml"), "missing")
        first = w.program.command("once", "--all", "--json")

        for number in (FUTURE, UNDATED):
            web.page(path(number), page(number))
        web.page(path(HUGE), b"<html><p>" + b"x" * 60_000_000)
        web.page(path(EMPTY), "")
        web.page(path(BUSY), "busy", status=503)
        web.gzip_bomb(path(BOMB))
        web.hang(path(HANGING))
        web.drop(path(BROKEN))
        web.page(
            "/robots.txt", "User-agent: *\nDisallow: /news", host=NO_ROBOTS, headers={"Content-Type": "text/plain"}
        )
        web.page(path(FORBIDDEN), page(FORBIDDEN), host=NO_ROBOTS)
        broken = [item(number) for number in (NOT_FOUND, HUGE, EMPTY, BUSY, BOMB, HANGING, BROKEN, UNDATED)]
        w.feed([item(FUTURE, published=datetime.now(UTC) + timedelta(days=400)), *broken, item(1)])
        w.feed([item(FORBIDDEN)], "/others.xml", "others", host=NO_ROBOTS)
        second = w.program.command("once", "--all", "--json")

        web.page(path(BUSY), page(BUSY))
        w.program.change(f"UPDATE pages SET due_at = first_seen WHERE due_at IS NOT NULL AND url LIKE '%{path(BUSY)}'")
        third = w.program.command("once", "--all", "--json")
        sources = {row["source"]: row for row in w.program.command("sources", "--json").rows}
        yield Played(w, first, second, third, sources)


def test_a_round_with_bad_feeds_ends_well_and_names_them(played: Played) -> None:
    assert (played.first.status, played.second.status, played.third.status) == (0, 0, 0)
    failed = {feed["source"]: feed["error"] for feed in played.first.document["feeds"] if feed["outcome"] == "failed"}
    assert set(failed) == {"unreachable", "html", "empty", "missing"}
    assert played.first.document["counts"]["feeds_read"] == 3


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("unreachable", "Connection refused"),
        ("html", "this is an HTML page, not a feed ('Home of the news"),
        ("empty", "the answer is empty"),
        ("missing", "answered 404 Not Found"),
    ],
)
def test_a_bad_feed_is_shown_as_failing_with_its_reason(played: Played, source: str, words: str) -> None:
    state = played.sources[source]
    assert (state["state"], state["last_success"]) == ("failing", None)
    assert words in state["last_error"]
    assert state["next_poll"] is not None


def test_the_feeds_beside_the_bad_ones_are_in_order(played: Played) -> None:
    assert [played.sources[name]["state"] for name in ("antara", "others", "voices")] == ["ok"] * 3


def test_the_validators_of_an_answer_that_was_no_feed_are_not_kept(played: Played) -> None:
    requests = played.world.web.asked("/home")
    assert [request.status for request in requests] == [200, 200, 200]
    assert not any("if-none-match" in request.headers for request in requests)


def test_entries_without_a_link_are_each_an_article_of_their_own(played: Played) -> None:
    picture = played.first.err
    assert "Japan and Indonesia sign a pact by voice" in picture
    assert "Japan and Australia sign a treaty by letter" in picture
    assert played.sources["voices"]["entries"] == 2


@pytest.mark.parametrize("number", [NOT_FOUND, HUGE, EMPTY, BUSY, BOMB, HANGING, BROKEN, FORBIDDEN])
def test_a_page_that_cannot_be_read_is_told_by_its_summary_and_marked_so(played: Played, number: int) -> None:
    lines = played.alert(number)
    assert lines[2].startswith("Japan and Indonesia signed a pact, the")
    assert lines[3] == ON_SUMMARY


def test_a_search_marks_what_only_its_summary_is_known_of(played: Played) -> None:
    lines = played.world.program.command("search", '"sign"').out.splitlines()

    def found(number: int) -> list[str]:
        at = next(at for at, line in enumerate(lines) if line.endswith(title(number)))
        return [line.strip() for line in lines[at + 1 : at + 3]]

    assert found(FORBIDDEN)[1:] == [ON_SUMMARY]
    assert found(FUTURE)[1:] != [ON_SUMMARY]


def test_a_page_that_robots_txt_forbids_is_never_asked_for(played: Played) -> None:
    assert played.world.web.asked(path(FORBIDDEN)) == []
    assert len(played.world.web.asked("/robots.txt", NO_ROBOTS)) == 1


def test_an_entry_from_the_future_is_told_as_seen_now(played: Played) -> None:
    lines = played.alert(FUTURE)
    assert str(datetime.now(UTC).year) in lines[1]
    assert ON_SUMMARY not in lines


def test_an_undated_entry_is_told_with_the_time_it_was_seen(played: Played) -> None:
    assert played.alert(UNDATED)[1].startswith("ANTARA · seen ")


def test_a_page_that_was_busy_is_read_in_full_later_and_not_told_again(played: Played) -> None:
    counts = played.third.document["counts"]
    assert (counts["pages_read"], counts.get("alerts", 0)) == (1, 0)
    assert title(BUSY) not in played.third.err
    ((basis, text),) = played.world.program.rows(
        f"SELECT basis, paragraphs FROM articles WHERE title = '{title(BUSY)}'"
    )
    assert basis == "page"
    assert "talks number" in text


def test_a_page_that_is_gone_is_not_asked_for_again(played: Played) -> None:
    assert len(played.world.web.asked(path(NOT_FOUND))) == 1


def test_with_json_the_messages_do_not_mix_with_the_document(played: Played) -> None:
    assert played.second.out.startswith("{")
    assert title(FUTURE) in played.second.err


def test_items_of_a_dead_address_are_told_too(played: Played) -> None:
    assert title(2) in played.first.err


def test_nobody_asks_for_what_no_feed_lists(played: Played) -> None:
    listed = {path(number) for number in (1, *range(40, 50))}
    feeds = {"/rss.xml", "/others.xml", "/voices.xml", "/home", "/empty.xml", "/nothing.xml", "/robots.txt"}
    assert {request.path for request in played.world.web.requests} <= listed | feeds
