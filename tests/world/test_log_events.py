"""What the running program writes into its log: one event for each finished step, with ids, outcome and seconds.

One evening is played once; each test looks at the lines of one step.
"""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from news import item, page, path
from program import ADMIN, WATCHLIST, World, world

pytestmark = pytest.mark.timeout(300)

KYODO = "127.0.0.2"
SOON = 60.0

EVENTS = [
    "polled",
    "feed failed",
    "read",
    "page failed",
    "matched",
    "composed",
    "sent",
    "not delivered",
    "edited",
    "configuration reloaded",
    "configuration not reloaded: the old one stays",
    "housekeeping",
]


class Log:
    """The lines of a program, each a JSON object."""

    def __init__(self, text: str) -> None:
        self.lines: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines()]

    def of(self, event: str, **having: Any) -> list[dict[str, Any]]:
        """The lines of an event with these values."""
        return [
            line
            for line in self.lines
            if line["event"] == event and all(line.get(key) == value for key, value in having.items())
        ]

    def one(self, event: str, **having: Any) -> dict[str, Any]:
        """The only such line, whose step took as long as steps take."""
        (line,) = self.of(event, **having)
        assert 0 <= line["seconds"] < 60
        return line


def _play(w: World) -> None:
    """An alert that grows after one try in vain, a page and a feed that fail, a digest, two reloads, an end."""
    w.program.settings["alerts"]["edit_every"] = "0s"
    w.program.write_settings()
    w.publish(1)
    w.web.page("/news/10", page(10), host=KYODO)
    theirs = [item(10)]
    w.feed(theirs, "/kyodo.xml", "kyodo", host=KYODO)
    w.feed([item(50)], "/third.xml", "third")
    w.subscribe()
    w.once()
    # A page that is not there, of which nobody says anything any more.
    del w.feeds["third"]
    w.program.change("DELETE FROM entries WHERE page_id = (SELECT id FROM pages WHERE url LIKE '%/50')")
    w.program.change("UPDATE pages SET due_at = datetime('now'), attempts = 0 WHERE url LIKE '%/50'")
    w.list_feed(w.web.url("/gone.xml", "127.0.0.3"), "broken")
    w.program.launch("--verbose", "run")
    w.program.wait_for('"running"')
    w.program.wait_for('"unchanged"')
    w.page(2)
    w.telegram.fail("sendMessage", status=429, retry_after=1, times=1)
    w.feed([item(2), item(1)])
    w.telegram.wait_for(lambda t: w.alerts(), SOON)
    w.web.page("/world/copy-of-2", page(2), host=KYODO)
    w.feed([item(2, path="/world/copy-of-2"), *theirs], "/kyodo.xml", "kyodo", host=KYODO)
    w.program.wait_for('"edited"', SOON)
    w.program.wait_until(lambda: w.program.errors.count('"feed failed"') > 1, SOON)
    _reload(w)
    w.program.end()


def _reload(w: World) -> None:
    assert w.program.process is not None
    w.program.write_watchlist(WATCHLIST.replace("nation and pact", "nation and pakt"))
    w.program.process.send_signal(signal.SIGHUP)
    w.program.wait_for("configuration not reloaded")
    w.program.write_watchlist(WATCHLIST.replace("Japan's pacts", "Tokyo's pacts"))
    w.program.process.send_signal(signal.SIGHUP)
    w.program.wait_for("configuration reloaded")


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Log]]:
    with world(tmp_path_factory.mktemp("evening")) as w:
        _play(w)
        yield w, Log(w.program.errors)


@pytest.fixture
def log(played: tuple[World, Log]) -> Log:
    return played[1]


@pytest.fixture
def w(played: tuple[World, Log]) -> World:
    return played[0]


@pytest.mark.parametrize("event", EVENTS)
def test_every_finished_step_is_an_event_with_its_outcome_and_seconds(log: Log, event: str) -> None:
    lines = log.of(event)
    assert lines
    for line in lines:
        assert line["outcome"] and 0 <= line["seconds"] < 60, line


def test_a_poll_that_brings_something_is_said_and_one_that_brings_nothing_only_to_those_who_look_closely(
    w: World, log: Log
) -> None:
    feed = w.feeds["antara"][0]
    (brought,) = log.of("polled", feed=feed, outcome="read")
    assert (brought["level"], brought["source"], brought["status"], brought["new"]) == ("info", "antara", 200, 1)
    assert {line["level"] for line in log.of("polled", outcome="unchanged")} == {"debug"}


def test_a_feed_that_goes_on_failing_warns_once(w: World, log: Log) -> None:
    failed = log.of("feed failed", feed=w.feeds["broken"][0], outcome="failed")
    assert [line["level"] for line in failed[:2]] == ["warning", "debug"]
    assert [line["failures"] for line in failed[:2]] == [1, 2]


def test_a_page_leads_from_its_address_to_its_article_and_from_there_to_its_story(w: World, log: Log) -> None:
    page = log.one("read", page=w.web.url(path(2)), outcome="read")
    assert w.program.rows(f"SELECT url FROM articles WHERE id = {page['article']}") == [(w.web.url(path(2)),)]
    matched = log.one("matched", article=page["article"])
    assert (matched["matches"], matched["alerts"], matched["outcome"]) == (["pacts/pact"], 1, "first")
    sent = log.one("sent", story=matched["story"])
    assert w.program.rows(f"SELECT status FROM deliveries WHERE id = {sent['delivery']}") == [("sent",)]
    copy = log.one("read", page=w.web.url("/world/copy-of-2", KYODO))
    assert log.one("matched", article=copy["article"])["story"] == matched["story"]


def test_a_page_that_gives_no_article_is_said_with_its_reason(w: World, log: Log) -> None:
    failed = log.one("page failed", page=w.web.url(path(50)))
    assert failed["level"] == "warning" and "404" in failed["reason"] and failed["attempts"] == 1


def test_a_message_is_followed_from_its_words_to_its_last_edit(log: Log) -> None:
    sent = log.one("sent", kind="alert")
    number = sent["delivery"]
    assert (sent["chat"], sent["attempts"]) == (ADMIN, 2)
    assert log.one("composed", delivery=number)["parts"] == 1
    assert log.one("not delivered", delivery=number)["outcome"] == "retry"
    assert log.one("edited", delivery=number)["story"] == sent["story"]


def test_a_reload_and_its_refusal_say_how_long_they_took(log: Log) -> None:
    assert log.one("configuration not reloaded: the old one stays")["outcome"] == "refused"
    assert log.one("configuration reloaded")["watchlists"] == ["pacts"]


def test_no_step_of_a_quiet_evening_is_an_error(log: Log) -> None:
    wrong = [line for line in log.lines if line["level"] in ("error", "critical")]
    assert [line["event"] for line in wrong] == ["configuration not reloaded: the old one stays"]
    assert not [line for line in log.lines if "exception" in line]


def test_the_schema_of_a_new_database_is_an_event_of_its_own(tmp_path: Path) -> None:
    with world(tmp_path, telegram=False) as w:
        result = w.program.command("--verbose", "once", "--json")
        assert result.status == 0
        made = Log(result.err).one("schema upgraded")
    assert (made["outcome"], made["before"]) == ("made", None)


def test_the_guide_says_what_each_event_is_with(log: Log) -> None:
    """Every event of the evening is in the table of the operating guide, with every value it has."""
    guide = (Path(__file__).parents[2] / "docs" / "operating.md").read_text()
    table = dict(re.findall(r"^\| (`[^|]+`) \| ([^|]*) \|", guide.partition("## The log")[2], re.MULTILINE))
    rows = {name: with_ for names, with_ in table.items() for name in re.findall(r"`([^`]+)`", names)}
    always = {"event", "level", "logger", "timestamp", "outcome", "seconds"}
    for line in log.lines:
        if line["logger"].startswith("bot.run") and line["level"] != "debug":
            assert line["event"] in rows, line
            missing = line.keys() - always - set(re.findall(r"`(\w+)`", rows[line["event"]]))
            assert not missing, (line["event"], missing)
