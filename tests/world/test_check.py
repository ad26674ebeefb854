"""`kentongan check`: every error, or else every warning, for people and for programs."""

from __future__ import annotations

import json
import os
import pty
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from program import KENTONGAN, WATCHLIST, Program

ARTICLES = 1_000
IDLE = "no rule uses the concept 'idle': use it, or remove it"


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """An installation without a database, whose configuration is in order."""
    made = Program(tmp_path)
    made.write_settings()
    made.write_sources({"antara": ["https://antara.example/rss.xml"]})
    return made


def with_idle(program: Program) -> Path:
    """The same with one thing to warn of."""
    return program.write_watchlist(WATCHLIST.replace("  partner:\n", "  idle: [nickel]\n  partner:\n"))


def test_a_configuration_in_order_is_said_in_one_line(program: Program) -> None:
    result = program.command("check")
    assert (result.status, result.err) == (0, "")
    assert result.out == "configuration in order: 1 sources, 1 feeds, 1 watchlists, 2 rules\n"


def test_a_warning_is_printed_with_its_line_and_a_caret_and_ends_with_0(program: Program) -> None:
    path = with_idle(program)
    result = program.command("check")
    assert result.status == 0
    assert result.err.splitlines() == [f"{path}:5:3: warning: {IDLE}", "      idle: [nickel]", "      ^"]
    assert result.out == "configuration in order: 1 sources, 1 feeds, 1 watchlists, 2 rules; 1 warning\n"


def test_a_warning_is_an_object_for_programs(program: Program) -> None:
    path = with_idle(program)
    result = program.command("check", "--json")
    assert (result.status, result.err) == (0, "")
    assert result.document == {
        "ok": True,
        "problems": [
            {
                "file": str(path),
                "line": 5,
                "column": 3,
                "message": IDLE,
                "level": "warning",
                "excerpt": "  idle: [nickel]\n  ^",
            }
        ],
        "sources": 1,
        "feeds": 1,
        "watchlists": 1,
        "rules": 2,
    }


def test_strict_makes_warnings_fail(program: Program) -> None:
    assert program.command("check", "--strict").status == 0
    with_idle(program)
    result = program.command("check", "--strict", "--json")
    assert (result.status, result.document["ok"]) == (1, False)
    assert [problem["level"] for problem in result.document["problems"]] == ["warning"]


def test_errors_are_printed_with_their_lines_and_no_warnings_beside_them(program: Program) -> None:
    path = program.write_watchlist(WATCHLIST.replace("partner:\n", "idle: [x]\n  partner:\n", 1) + "    group_by: x\n")
    result = program.command("check", "--strict")
    assert result.status == 2
    assert result.out == ""
    assert result.err.splitlines() == [
        f"{path}:18:15: group_by: no concept with labels 'x'",
        "        group_by: x",
        "                  ^",
    ]


def test_an_error_is_an_object_for_programs(program: Program) -> None:
    path = program.write_watchlist("rules:\n  - {name: r, match: japn}\n")
    result = program.command("check", "--json")
    assert (result.status, result.err) == (2, "")
    assert result.document == {
        "ok": False,
        "problems": [
            {
                "file": str(path),
                "line": 2,
                "column": 22,
                "message": "unknown concept 'japn'; a term stands in double quotes: \"japn\"",
                "level": "error",
                "excerpt": "  - {name: r, match: japn}\n                     ^",
            }
        ],
    }


def test_a_file_that_is_not_read_is_warned_of_without_a_line_of_it(program: Program) -> None:
    path = program.config / "watchlists" / "more.yml"
    path.write_text("rules: []\n")
    result = program.command("check")
    assert (result.status, result.err) == (
        0,
        f"{path}:1:1: warning: this file is not read: rename it to more.yaml\n",
    )


MANY = 300


def test_of_many_mistakes_of_one_kind_in_one_file_the_first_are_printed_and_the_rest_counted(program: Program) -> None:
    rules = "".join(f"  - {{name: r{number}, match: japn{number}}}\n" for number in range(MANY))
    path = program.write_watchlist(f"rules:\n{rules}  - {{name: s, match: '\"x\"', priority: hi}}\n")
    other = program.write_watchlist("rules:\n  - {name: r, match: japn}\n", "second")
    result = program.command("check")
    lines = [line for line in result.err.splitlines() if not line.startswith(" ")]
    assert [line.split(": ", 1)[0] for line in lines] == [
        *(f"{path}:{number}:{len(f'  - {{name: r{number - 2}, match: ') + 1}" for number in range(2, 22)),
        lines[20].split(": ", 1)[0],
        f"{other}:2:22",
        str(path),
    ]
    assert lines[20].startswith(f"{path}:{MANY + 2}:")
    assert lines[-1] == (
        f"{path}: and {MANY - 20} more like that of line 2 (unknown concept 'japn0'; a term stands in double quotes: "
        '"japn0"); --json lists all'
    )
    assert len(program.command("check", "--json").document["problems"]) == MANY + 2


def test_of_many_warnings_of_one_kind_the_first_are_printed_and_the_rest_counted(program: Program) -> None:
    idle = "".join(f"  idle{number}: [nickel{number}]\n" for number in range(MANY))
    path = program.write_watchlist(WATCHLIST.replace("  partner:\n", f"{idle}  partner:\n"))
    result = program.command("check")
    lines = [line for line in result.err.splitlines() if not line.startswith(" ")]
    assert len(lines) == 21
    assert lines[-1] == (
        f"{path}: and {MANY - 20} more like that of line 5 (no rule uses the concept 'idle0': use it, or remove it); "
        "--json lists all"
    )
    assert result.out.endswith(f"; {MANY} warnings\n")
    assert len(program.command("check", "--json").document["problems"]) == MANY


def test_a_start_that_many_mistakes_prevent_prints_the_first(program: Program) -> None:
    rules = "".join(f"  - {{name: r{number}, match: japn{number}}}\n" for number in range(MANY))
    program.write_watchlist(f"rules:\n{rules}")
    result = program.command("once")
    assert result.status == 2
    assert len(result.err.splitlines()) == 21
    assert f"and {MANY - 20} more like that of line 2" in result.err.splitlines()[-1]


def test_the_shipped_configuration_has_no_errors_and_no_warnings(program: Program) -> None:
    shipped = Path(__file__).parents[2] / "config"
    result = program.command("--config", str(shipped), "check", "--json")
    assert (result.status, result.document["problems"]) == (0, [])


def test_check_makes_no_database(program: Program) -> None:
    program.command("check")
    assert not program.state.exists() or list(program.state.iterdir()) == []


# --- what is mended -------------------------------------------------------------------------------------------------

DOUBLED = WATCHLIST.replace(
    "en: [pact, treaty,", "en: [pact, treaty, Pact,  # who promised what\n          treaties, 'treat*',"
)


def test_fix_removes_what_is_listed_twice_and_says_so(program: Program) -> None:
    path = program.write_watchlist(DOUBLED.replace("  partner:\n", "  idle: [nickel]\n  partner:\n"))
    result = program.command("check", "--fix")
    assert result.status == 0
    assert result.out.splitlines() == [
        f"{path}:4:21: fixed: 'treaty' is found by 'treat*' already",
        f"{path}:4:29: fixed: 'Pact' finds the same as 'pact' (line 4)",
        f"{path}:5:11: fixed: 'treaties' is found by 'treat*' already",
        "configuration in order: 1 sources, 1 feeds, 1 watchlists, 2 rules; 3 fixed; 1 warning",
    ]
    assert result.err.splitlines()[0] == f"{path}:6:3: warning: {IDLE}"
    assert path.read_text().splitlines()[3:5] == [
        "  pact: {en: [pact,  # who promised what",
        "          'treat*', \"joint exercise*\"], id: [perjanjian, pakta], ja: [協定]}",
    ]


def test_exceptions_are_warned_of_and_mended(program: Program) -> None:
    line = "      australia: [Australia]\n    except: [Air Australia, Australian Bight, air Australia]\n"
    path = program.write_watchlist(WATCHLIST.replace("      australia: [Australia]\n", line))
    result = program.command("check", "--fix")
    assert result.status == 0
    fixed, *_ = result.out.splitlines()
    assert fixed == f"{path}:9:47: fixed: 'air Australia' finds the same as 'Air Australia' (line 9)"
    assert result.err.splitlines() == [
        f"{path}:9:29: warning: no term of 'partner' stands in 'Australian Bight', so this exception changes nothing: "
        "write the longer name with the term in it, or remove it",
        "        except: [Air Australia, Australian Bight]",
        f"    {'^':>29}",
    ]


def test_what_was_fixed_is_a_list_for_programs(program: Program) -> None:
    path = program.write_watchlist(WATCHLIST.replace("[pact,", "[treaties, treat*, pact, treaties,"))
    result = program.command("check", "--fix", "--strict", "--json")
    assert (result.status, result.document["ok"], result.document["problems"]) == (0, True, [])
    # What the first is found by stays, and the fourth is found by it once the first is gone.
    assert [(fixed["file"], fixed["column"], fixed["message"]) for fixed in result.document["fixed"]] == [
        (str(path), 15, "'treaties' is found by 'treat*' already"),
        (str(path), 49, "'treaty' is found by 'treat*' already"),
        (str(path), 29, "'treaties' is found by 'treat*' already"),
    ]


def test_without_fix_nothing_is_changed(program: Program) -> None:
    path = program.write_watchlist(DOUBLED)
    result = program.command("check", "--json")
    assert len(result.document["problems"]) == 3
    assert "fixed" not in result.document
    assert path.read_text() == DOUBLED


def test_nothing_is_fixed_where_there_is_an_error(program: Program) -> None:
    path = program.write_watchlist(DOUBLED)
    wrong = program.write_watchlist("rules:\n  - {name: r, match: japn}\n", "wrong")
    result = program.command("check", "--fix", "--json")
    assert (result.status, result.document["ok"], result.document["fixed"]) == (2, False, [])
    assert [problem["file"] for problem in result.document["problems"]] == [str(wrong)]
    assert path.read_text() == DOUBLED


# --- the archive ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of articles in English about Japan's pacts, football and a visit; Australia is not in them."""
    program = Program(tmp_path_factory.mktemp("stored"))
    program.write_settings()
    program.write_sources({})
    assert program.command("search", "nation").status == 0  # makes the database
    text = json.dumps(["Japan, the Japanese, a pact, a treaty, joint exercises and visits, Indonesia.", "Football."])
    begin = datetime(2026, 1, 5, tzinfo=UTC)
    with closing(sqlite3.connect(program.state / "kentongan.db")) as connection, connection:
        for number in range(1, ARTICLES + 1):
            seen = (begin + timedelta(minutes=number)).strftime("%Y-%m-%d %H:%M:%S.%f")
            connection.execute(
                "INSERT INTO pages (id, url, url_key, lane, host, source, first_seen) VALUES (?, ?, ?, 1, 'h', 's', ?)",
                (number, f"https://h/{number}", str(number), seen),
            )
            connection.execute(
                "INSERT INTO articles (page_id, source, url, title, lead, paragraphs, language, basis, first_seen, "
                "read_at) VALUES (?, 'antara', ?, 'A title', '', ?, 'en', 'page', ?, ?)",
                (number, f"https://h/{number}", text, seen, seen),
            )
    return program.state


@pytest.fixture
def archive(program: Program, stored: Path) -> Program:
    """An installation that has seen them."""
    shutil.copytree(stored, program.state)
    return program


def warnings(program: Program, *words: str) -> list[dict[str, Any]]:
    result = program.command("check", "--json", *words)
    assert (result.status, result.err) == (0, "")
    found: list[dict[str, Any]] = result.document["problems"]
    return found


def test_terms_that_the_archive_never_saw_are_warned_of(archive: Program) -> None:
    (problem,) = warnings(archive)
    assert (problem["line"], problem["column"], problem["excerpt"]) == (8, 7, "      australia: [Australia]\n      ^")
    assert problem["message"] == (
        "'Australia' was found in none of the newest articles looked at (1,000 in English (en)): check the spelling, "
        "or leave out what newspapers do not write"
    )


def test_the_archive_is_left_alone_where_asked(archive: Program) -> None:
    assert warnings(archive, "--no-archive") == []


def test_an_archive_of_few_articles_says_nothing(archive: Program) -> None:
    archive.change("DELETE FROM articles WHERE id = 1")
    assert warnings(archive) == []


def test_the_archive_is_asked_beside_a_running_bot_and_not_changed(archive: Program) -> None:
    database = archive.state / "kentongan.db"
    before = database.read_bytes()
    with closing(sqlite3.connect(database)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert len(warnings(archive)) == 1
        writer.rollback()
    assert database.read_bytes() == before


def test_a_database_of_another_release_is_not_upgraded(archive: Program) -> None:
    archive.change("UPDATE alembic_version SET version_num = 'r0000'")
    assert warnings(archive) == []
    assert archive.rows("SELECT version_num FROM alembic_version") == [("r0000",)]


def test_another_programs_database_is_said_and_stops_no_check(program: Program) -> None:
    program.state.mkdir()
    (program.state / "kentongan.db").write_text("not a database at all, but a long enough text" * 10)
    result = program.command("check")
    assert result.status == 0
    assert result.err.startswith("the archive was not asked: ")
    assert "is not a database" in result.err


def test_a_terminal_sees_how_far_the_archive_is(archive: Program) -> None:
    main, end = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    words = [KENTONGAN, "--config", archive.config, "--state", archive.state, "check"]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=end, env=environment) as process:
        os.close(end)
        shown = b""
        try:
            while piece := os.read(main, 65536):
                shown += piece
        except OSError:  # Linux ends a terminal so
            pass
        assert process.wait(60) == 0
    os.close(main)
    assert b"looking through the archive" in shown
    assert b"100%" in shown
    assert b"'Australia' was found in none" in shown
