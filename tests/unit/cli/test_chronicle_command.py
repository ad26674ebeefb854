"""`kentongan chronicle` over a database file: its forms, its questions' mistakes, and where nothing is to be told."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot.cli import main
from bot.model import Article
from bot.run.setup import configuration, utc_now
from bot.store import articles, stories
from bot.store.database import FILE_NAME, open_database
from bot.store.tables import pages
from bot.watch import match

pytestmark = pytest.mark.usefixtures("logging_as_before")

SOURCES = """sources:
  - {name: antara, title: ANTARA News, country: id, language: id, timezone: Asia/Jakarta, tier: 1, feeds: [https://a.example/f]}
  - {name: kyodo, title: Kyodo News, timezone: Asia/Tokyo, tier: 1, feeds: [https://k.example/f]}
  - {name: times, title: "The *Times*", timezone: Asia/Tokyo, tier: 2, feeds: [https://t.example/f]}
"""
CONCEPTS = """concepts:
  partner:
    labels:
      indonesia: {en: [Indonesia], id: [Indonesia], ja: [インドネシア]}
      australia: {en: [Australia]}
      new_zealand: {en: ["New Zealand"]}
"""
STEPS = """  step:
    steps:
      talks: {en: [talks], ja: [会談]}
      signed: {en: [signed, sign], id: [menandatangani], ja: [署名]}
      in_force: {en: ["took effect"]}
"""
RULES = "rules: [{name: r, match: partner}]\n"

ARCHIVE = (
    ("kyodo", "ja", "2026-11-19T06:00Z", "日インドネシアが協定", "日本とインドネシアは19日、東京で協定に署名した。"),
    ("antara", "id", "2026-11-19T12:00Z", "Pakta baru", "Jepang dan Indonesia menandatangani pakta, Kamis (19/11)."),
    ("times", "en", "2026-11-20T02:00Z", "Japan & Indonesia <pact>", "Japan and Indonesia signed a pact on Thursday."),
    ("times", "en", "2026-11-21T02:00Z", "Where it began", "Ministers of Japan and Indonesia held talks in May 2018."),
    ("times", "en", "2026-11-22T02:00Z", "Three in one", "Indonesia, Australia and Japan signed a pact on Saturday."),
    ("times", "en", "2026-11-22T03:00Z", "Plans", "Japan and New Zealand will sign a pact next month."),
)  # fmt: skip


class Said(NamedTuple):
    status: int
    out: str
    err: str


Ask = Callable[..., Said]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration and a database whose articles were stored before there were steps."""
    home = tmp_path_factory.mktemp("installation")
    (home / "watchlists").mkdir()
    (home / "state").mkdir()
    (home / "bot.yaml").write_text("timezone: Asia/Jakarta\n")
    (home / "sources.yaml").write_text(SOURCES)
    (home / "watchlists" / "pacts.yaml").write_text(f"title: Pacts\n{CONCEPTS}{STEPS}{RULES}")
    (home / "watchlists" / "plain.yaml").write_text(f"title: Plain\n{CONCEPTS}{RULES}")
    (home / "watchlists" / "words.yaml").write_text("title: Words\nrules: [{name: r, match: '\"word\"'}]\n")
    asyncio.run(_fill(home))
    return home


async def _fill(home: Path) -> None:
    config = configuration(home)
    async with open_database(home / "state" / FILE_NAME) as database, database.write() as connection:
        for number, (name, language, published, title, text) in enumerate(ARCHIVE):
            url, moment = f"https://{name}.example/{number}", datetime.fromisoformat(published)
            made = Article(url, title, (text,), text, None, moment, None, language, source=config.sources[name])
            row = {"url": url, "url_key": url, "lane": 1, "host": name, "source": name, "first_seen": moment}
            page = (await connection.execute(pages.insert().values(row).returning(pages.c.id))).scalar_one()
            # The last of them were seen just now.
            seen = moment if number < 3 else utc_now()
            article_id = await articles.save_article(connection, page, made, seen, moment)
            await stories.save_matches(connection, article_id, match(config.watchlists, made), moment)
            story_id = await stories.new_story(connection, title, moment)
            await stories.join_story(connection, story_id, article_id, [number], moment)


@pytest.fixture
def ask(installation: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Ask:
    """Runs the command; what it printed."""

    def run(*words: str) -> Said:
        argv = ["kentongan", "--config", str(installation), "--state", str(installation / "state"), "chronicle", *words]
        monkeypatch.setattr(sys, "argv", argv)
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capfdbinary.readouterr()
        return Said(int(ended.value.code or 0), out.decode("utf-8", "replace"), err.decode())

    return run


@pytest.fixture
def found(ask: Ask) -> list[dict[str, Any]]:
    return json.loads(ask("pacts", "indonesia", "--json").out)["steps"]


# --- JSON -----------------------------------------------------------------------------------------------------------


def test_an_archive_from_before_there_were_steps_has_a_chronicle(found: list[dict[str, Any]]) -> None:
    assert [(step["date"], step["step"]) for step in found] == [
        ("2018-05", "talks"), ("2026-11-19", "signed"), ("2026-11-21", "signed")
    ]  # fmt: skip


def test_json_leaves_nothing_out(ask: Ask, found: list[dict[str, Any]]) -> None:
    whole = json.loads(ask("pacts", "indonesia", "--json").out)
    assert (list(whole), whole["watchlist"], whole["label"]) == (["watchlist", "label", "steps"], "pacts", "indonesia")
    assert found[1] | {"sources": len(found[1]["sources"])} == {
        "date": "2026-11-19",
        "date_from": "sentence",
        "step": "signed",
        "labels": {"partner": ["indonesia"]},
        "headline": "日インドネシアが協定",
        "sentence": "日本とインドネシアは19日、東京で協定に署名した。",
        "stories": [1, 2, 3],
        "sources": 3,
    }


def test_sources_are_those_of_every_language_the_earliest_first(found: list[dict[str, Any]]) -> None:
    assert [(source["source"], source["language"]) for source in found[1]["sources"]] == [
        ("kyodo", "ja"), ("antara", "id"), ("times", "en")
    ]  # fmt: skip
    assert found[1]["sources"][2] == {
        "title": "Japan & Indonesia <pact>",
        "source": "times",
        "url": "https://times.example/2",
        "language": "en",
        "published": "2026-11-20T02:00:00Z",
    }


def test_a_label_may_be_named_with_its_concept(ask: Ask) -> None:
    assert ask("pacts", "partner:indonesia", "--json").out == ask("pacts", "Indonesia", "--json").out


def test_a_label_of_three_words_shows_the_others(ask: Ask) -> None:
    (step,) = json.loads(ask("pacts", "australia", "--format", "json").out)["steps"]
    assert step["labels"] == {"partner": ["indonesia", "australia"]}


def test_an_archive_too_long_to_be_read_at_once_is_read_on_with_the_next_question(
    ask: Ask, installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.cli.chronicle.LONGEST", -1.0)
    changed = (installation / "watchlists" / "pacts.yaml").read_text()
    (installation / "watchlists" / "pacts.yaml").write_text(changed.replace("[talks]", "[talks, parley]"))
    first, second = ask("pacts", "indonesia", "--json"), ask("pacts", "indonesia", "--json")
    (installation / "watchlists" / "pacts.yaml").write_text(changed)
    assert (first.status, "ask again" in first.err, second.err) == (0, True, "")


# --- for people -----------------------------------------------------------------------------------------------------


def test_text_has_dated_lines_with_headline_quotation_and_sources(ask: Ask) -> None:
    said = ask("pacts", "indonesia")
    assert said.status == 0
    assert said.out.splitlines()[:8] == [
        "Pacts: Indonesia",
        "3 steps, May 2018 to 21 Nov 2026",
        "",
        "May 2018  talks (recalled later; story 4)",
        "    Where it began",
        "    “Ministers of Japan and Indonesia held talks in May 2018.”",
        "    - The *Times*, 21 Nov 2026, en",
        "      https://times.example/3",
    ]
    assert "21 Nov 2026  signed (also Australia; story 5)" in said.out


def test_markdown_is_not_marked_up_by_what_the_web_says(ask: Ask) -> None:
    out = ask("pacts", "indonesia", "--format", "markdown").out
    assert out.startswith("# Pacts: Indonesia\n\n3 steps, May 2018 to 21 Nov 2026\n\n## May 2018: talks\n")
    assert "> Ministers of Japan and Indonesia held talks in May 2018.\n" in out
    assert "- [Japan &amp; Indonesia &lt;pact&gt;](https://times.example/2), The \\*Times\\*, 20 Nov 2026, en" in out


def test_a_plan_is_no_step(ask: Ask) -> None:
    said = ask("pacts", "new_zealand")
    assert (said.status, said.out.splitlines()[1]) == (
        0, "no step was found yet in the articles that matched with new_zealand"
    )  # fmt: skip


def test_since_counts_from_when_a_report_was_first_seen(ask: Ask) -> None:
    steps = json.loads(ask("pacts", "indonesia", "--since", "1h", "--json").out)["steps"]
    assert [step["date"] for step in steps] == ["2018-05", "2026-11-21"]


def test_an_empty_time_is_said(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.run.setup.utc_now", lambda: utc_now() + timedelta(days=30))
    assert "was first seen in that time" in ask("pacts", "indonesia", "--since", "1d").out


# --- pictures and files ---------------------------------------------------------------------------------------------


def test_a_picture_goes_down_a_pipe(ask: Ask) -> None:
    assert "<svg" in ask("pacts", "indonesia", "--format", "svg").out
    assert ask("pacts", "indonesia", "--format", "png").out.startswith("\ufffdPNG\r\n")


def test_a_png_is_not_shown_on_a_terminal(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    said = ask("pacts", "indonesia", "--format", "png")
    assert (said.status, said.out) == (2, "")
    assert said.err == (
        "kentongan chronicle: a PNG is nothing a terminal can show: name a file with --output, or use a pipe\n"
    )


@pytest.mark.parametrize(
    ("name", "begins"),
    [("c.png", b"\x89PNG"), ("c.svg", b"<?xml"), ("c.md", b"# Pacts"), ("c.json", b"{"), ("c", b"Pacts")],
)
def test_a_files_name_says_its_form(ask: Ask, tmp_path: Path, name: str, begins: bytes) -> None:
    assert ask("pacts", "indonesia", "--output", str(tmp_path / name)) == (0, "", "")
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_a_file_that_cannot_be_written_is_said_in_one_line(ask: Ask, tmp_path: Path) -> None:
    said = ask("pacts", "indonesia", "--output", str(tmp_path / "no" / "c.md"))
    assert (said.status, said.out, said.err.count("\n")) == (1, "", 1)


def test_whoever_asks_a_program_for_an_empty_chronicle_is_told_why_beside_it(ask: Ask) -> None:
    said = ask("pacts", "new_zealand", "--json")
    assert json.loads(said.out)["steps"] == []
    assert said.err == "no step was found yet in the articles that matched with new_zealand\n"


# --- mistakes -------------------------------------------------------------------------------------------------------


def test_an_unknown_label_is_one_line_with_a_suggestion(ask: Ask) -> None:
    said = ask("pacts", "indonesai")
    assert (said.status, said.out) == (2, "")
    assert said.err == (
        "kentongan chronicle: no label 'indonesai' in watchlist 'pacts' (did you mean 'indonesia'?); "
        "there are: indonesia, australia, new_zealand\n"
    )


def test_a_step_is_no_label(ask: Ask) -> None:
    assert ask("pacts", "signed").status == 2


def test_an_unknown_watchlist_is_one_line_with_a_suggestion(ask: Ask) -> None:
    said = ask("pact", "indonesia")
    assert (said.status, "(did you mean 'pacts'?)" in said.err) == (2, True)


def test_a_watchlist_without_steps_says_so(ask: Ask) -> None:
    said = ask("plain", "indonesia")
    assert (said.status, "has no concept with steps" in said.out) == (0, True)


def test_a_watchlist_without_labels_says_so(ask: Ask) -> None:
    said = ask("words", "indonesia")
    assert (said.status, said.err) == (2, "kentongan chronicle: watchlist 'words' has no concept with labels\n")
