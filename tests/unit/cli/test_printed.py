"""What commands print for people: what holds on the feed's text only is said so, and nothing is printed by the
thousand."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.errors import ConfigError
from bot.model import Article, Basis
from bot.run import doctor, explain
from bot.run.doctor import Finding
from bot.run.explain import Found

pytestmark = pytest.mark.usefixtures("logging_as_before")

WATCHLIST = """title: Pacts
rules:
  - {name: pact, match: '"pact"'}
  - {name: visit, match: '"visit"'}
"""

Said = Callable[..., list[str]]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Said:
    """Runs a command in an installation of one watchlist; the lines of its standard output."""
    (tmp_path / "watchlists").mkdir()
    (tmp_path / "bot.yaml").write_text("timezone: UTC\n")
    (tmp_path / "sources.yaml").write_text("sources: []\n")
    (tmp_path / "watchlists" / "pacts.yaml").write_text(WATCHLIST)

    def run(*words: str) -> list[str]:
        argv = ["kentongan", "--config", str(tmp_path), "--state", str(tmp_path / "state"), *words]
        monkeypatch.setattr(sys, "argv", argv)
        with pytest.raises(SystemExit):
            main()
        return capsys.readouterr().out.splitlines()

    return run


# --- explain --------------------------------------------------------------------------------------------------------

ARTICLE = Article("https://a.example/1", "Two sign a pact", ("They signed a pact on Monday.",))


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Callable[[Article], None]:
    """What `explain` finds in the store."""

    def put(article: Article) -> None:
        async def look_up(*_: Any, **__: Any) -> Found:
            return Found("store", article, now)

        monkeypatch.setattr(explain, "look_up", look_up)

    return put


def test_a_match_on_the_feeds_text_is_said_so_in_the_words_of_the_alerts(
    said: Said, stored: Callable[[Article], None]
) -> None:
    stored(replace(ARTICLE, basis=Basis.FEED, note="answered 404 Not Found"))
    lines = said("explain", ARTICLE.url)
    assert lines.count("      matched on the feed's summary only") == 1
    assert "read from store; the feed's summary only: answered 404 Not Found" in lines


def test_a_match_on_a_page_needs_no_such_words(said: Said, stored: Callable[[Article], None]) -> None:
    stored(ARTICLE)
    lines = said("explain", ARTICLE.url)
    assert any(line.startswith("match pacts/pact") for line in lines)
    assert "summary only" not in "\n".join(lines)


# --- doctor ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[Finding]], None]:
    """What a doctor finds."""

    def put(findings: list[Finding]) -> None:
        async def examine(*_: Any) -> list[Finding]:
            return findings

        monkeypatch.setattr(doctor, "examine", examine)

    return put


def _mistake(line: int, message: str) -> Finding:
    error = ConfigError(message, "config/watchlists/a.yaml", line, 1)
    return Finding("configuration", False, str(error), error)


def test_a_doctor_prints_the_first_of_many_mistakes_and_how_many_more_there_are(
    said: Said, found: Callable[[list[Finding]], None]
) -> None:
    found([*(_mistake(n, f"unknown concept 'c{n}'") for n in range(1, 301)), _mistake(400, "the list is empty")])
    lines = said("doctor")
    assert len(lines) == 22
    assert lines[20] == "BAD  configuration: config/watchlists/a.yaml:400:1: the list is empty"
    assert lines[21].endswith("and 280 more like that of line 1 (unknown concept 'c1'); --json lists all")


def test_a_doctor_tells_programs_of_all_mistakes(said: Said, found: Callable[[list[Finding]], None]) -> None:
    found([_mistake(n, f"unknown concept 'c{n}'") for n in range(1, 301)])
    assert "\n".join(said("doctor", "--json")).count("unknown concept") == 300


def test_the_words_of_a_server_cannot_reach_the_terminal_as_control_characters(
    said: Said, found: Callable[[list[Finding]], None]
) -> None:
    found([Finding("feeds", False, "1 of 1 failing\n       not a feed ('\x1b[2J')")])
    assert said("doctor") == ["BAD  feeds: 1 of 1 failing", "       not a feed (' [2J')"]
