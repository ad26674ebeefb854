"""An installation moves to PostgreSQL, by the program itself: nothing rings twice, nothing is lost, kills included."""

from __future__ import annotations

import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from faketelegram import Sent
from news import title
from program import ADMIN, READER, Program, Result, world

from postgres import Cluster

pytestmark = [pytest.mark.timeout(200), pytest.mark.long]

PASSWORD = "not-to-be-printed"


@pytest.fixture
def address(postgres: Cluster) -> str:
    """An empty database. The password in it is asked for by nobody, and must be printed by nobody."""
    return postgres.url(postgres.create()).replace("kentongan@", f"kentongan:{PASSWORD}@")


def _query(address: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(address) as connection:
        return connection.execute(query.encode()).fetchall()


def _use(program: Program, address: str | None) -> None:
    """What the operator does after a move: `database` in bot.yaml."""
    program.settings.pop("database", None)
    if address is not None:
        program.settings["database"] = address  # type: ignore[assignment]
    program.write_settings()


def _of(sent: list[Sent], number: int) -> int:
    return sum(title(number) in each.text for each in sent)


# --- a move, played once --------------------------------------------------------------------------------------------


@dataclass
class Move:
    """What happened in it. `before` and `after` are answers of commands on the file and on its copy."""

    copied: Result
    verified: Result
    again: Result
    refused: Result
    before: dict[str, str]
    after: dict[str, str]
    told: dict[str, list[Sent]]
    violations: list[str]
    printed: str


@pytest.fixture(scope="module")
def move(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Move]:
    """One alert was sent before the move, one is due, one was cut off by a crash while it was sent; a fourth comes
    after."""
    target = postgres.url(postgres.create()).replace("kentongan@", f"kentongan:{PASSWORD}@")
    printed: list[str] = []
    told: dict[str, list[Sent]] = {}
    with world(tmp_path_factory.mktemp("move")) as w:

        def run(*words: str) -> Result:
            result = w.program.command(*words)
            printed.extend((result.out, result.err))
            return result

        w.telegram.chat(READER)
        w.publish(1)
        w.subscribe()
        w.once()
        w.feed([w.page(n) for n in (2, 1)])
        w.once()
        # One waits for the end of the quiet hours.
        w.program.change("UPDATE chats SET quiet = '00:00-23:59'")
        w.feed([w.page(n) for n in (3, 2, 1)])
        w.once()
        w.program.change("UPDATE chats SET quiet = NULL")
        # And one is cut off: nobody knows whether it arrived. It did.
        w.feed([w.page(n) for n in (4, 3, 2, 1)])
        w.telegram.fail("sendMessage", hang=30, after_accept=True, chat_id=ADMIN)
        w.program.launch("once", "--all")
        w.program.wait_until(lambda: _of(w.news(), 4) == 1)
        w.program.end(signal.SIGKILL)
        w.telegram.mend()
        assert w.program.rows("SELECT count(*) FROM deliveries WHERE status = 'sending'") == [(1,)]
        # They end while nobody is there to send it.
        past = "due_at = '2026-01-01 00:00:00.000000', error = NULL"
        w.program.change(f"UPDATE deliveries SET {past} WHERE status = 'pending'")
        assert w.program.rows("SELECT kind, status FROM deliveries WHERE due_at < '2026-01-02'") == [
            ("alert", "pending")
        ]
        told["cut off"] = w.news()

        asked = [
            ("search", 'paragraph(nation and "Indonesia")', "--json"),
            ("story", "2", "--json"),
        ]
        before = {" ".join(words): run(*words).out for words in asked}
        copied = run("copy", "--to", target)
        verified = run("copy", "--to", target, "--verify", "--json")
        again = run("copy", "--to", target)
        refused = run("run")
        told["moved"] = w.news()
        _use(w.program, target)
        after = {" ".join(words): run(*words).out for words in asked}
        w.feed([w.page(n) for n in (5, 4, 3, 2, 1)])
        with w.program.running():
            w.program.wait_until(lambda: _of(w.news(), 3) and _of(w.news(), 5) and _of(w.news(), 4) > 1)
            w.telegram.say(ADMIN, "/subscriptions")
            w.telegram.wait_handled(20)
            time.sleep(2)
        printed.append(w.program.errors)
        told["after"] = w.news()
        violations = [str(each) for each in w.telegram.violations]
    yield Move(copied, verified, again, refused, before, after, told, violations, "\n".join(printed))


def test_the_copy_says_what_it_did_table_by_table_and_what_to_do_now(move: Move) -> None:
    assert move.copied.status == 0
    assert "all compared. Set `database` in bot.yaml" in move.copied.out
    lines = move.copied.err.splitlines()
    assert "articles: 4 rows, 4 written now, all compared" in lines and len(lines) > 20


def test_it_can_be_compared_again(move: Move) -> None:
    assert move.verified.status == 0
    document = move.verified.document
    assert document["differences"] == [] and {"name": "articles", "rows": 4, "written": 0} in document["tables"]


def test_a_second_copy_does_nothing_and_says_so(move: Move) -> None:
    assert move.again.status == 0 and "was moved to postgresql://" in move.again.out


def test_on_the_file_no_bot_starts_any_more(move: Move) -> None:
    result = move.refused
    assert result.status == 1 and len(result.err.splitlines()) == 1, result.err
    assert "was moved to postgresql://" in result.err and "kentongan copy --back" in result.err
    assert move.told["moved"] == move.told["cut off"]


def test_commands_answer_the_same_on_both(move: Move) -> None:
    assert all(move.before.values())
    assert move.after == move.before


def test_what_was_sent_is_not_sent_again_and_what_was_due_is_sent_once(move: Move) -> None:
    before, after = move.told["cut off"], move.told["after"]
    assert (_of(before, 2), _of(before, 3)) == (1, 0)
    assert {number: _of(after, number) for number in (2, 3, 5)} == {2: 1, 3: 1, 5: 1}
    assert move.violations == []


def test_what_a_crash_cut_off_is_repeated_once_as_after_any_crash(move: Move) -> None:
    assert _of(move.told["cut off"], 4) == 1
    assert _of(move.told["after"], 4) == 2


def test_the_password_is_printed_nowhere(move: Move) -> None:
    assert PASSWORD not in move.printed


# --- kills ----------------------------------------------------------------------------------------------------------

MANY = 15_000


def _filled(program: Program) -> None:
    """A database with many rows, which take a while."""
    program.write_settings()
    program.write_sources({})
    assert program.command("sources").status == 0
    with closing(sqlite3.connect(program.state / "kentongan.db")) as connection, connection:
        moment = "2026-03-10 04:59:59.000000"
        numbers = range(1, MANY + 1)
        page = "INSERT INTO pages (id, url, url_key, lane, host, source, first_seen) VALUES (?, ?, ?, 3, 'h', 's', ?)"
        connection.executemany(page, [(n, f"https://a.example/{n}", f"k{n}", moment) for n in numbers])
        line = "INSERT INTO lines (source, mark, pages, first_seen, last_seen) VALUES (?, ?, 1, ?, ?)"
        connection.executemany(line, [(f"Größe {n % 7}", f"日{n}", moment, moment) for n in numbers])


def test_killed_again_and_again_it_goes_on_and_ends_with_the_same_rows(tmp_path: Path, address: str) -> None:
    program = Program(tmp_path)
    _filled(program)
    seen = 0
    for goal in (1, MANY // 2, MANY + 2000, 2 * MANY - 3000):
        program.launch("copy", "--to", address)
        program.wait_until(lambda goal=goal: _there(address) >= goal)
        assert program.end(signal.SIGKILL) == -signal.SIGKILL
        there = _there(address)
        # Nothing is begun anew.
        assert seen <= there < 2 * MANY
        seen = there
        # Neither here nor there may a bot start now.
        for database, said in ((None, "is being moved to"), (address, "is not finished: run `kentongan copy` again")):
            _use(program, database)
            refused = program.command("once")
            assert refused.status == 1 and said in refused.err, refused.err
    # Now the address is known from bot.yaml.
    result = program.command("copy", "--json")
    assert result.status == 0, result.err
    tables = {table["name"]: table for table in result.document["tables"]}
    assert tables["pages"]["rows"] == tables["lines"]["rows"] == MANY
    assert tables["pages"]["written"] + tables["lines"]["written"] == 2 * MANY - seen
    with closing(sqlite3.connect(program.state / "kentongan.db")) as connection:
        ours = connection.execute("SELECT source, mark FROM lines").fetchall()
    assert sorted(ours) == sorted(_query(address, "SELECT source, mark FROM lines"))
    assert program.command("once").status == 0


def _there(address: str) -> int:
    with suppress(psycopg.Error):
        return int(_query(address, "SELECT (SELECT count(*) FROM pages) + (SELECT count(*) FROM lines)")[0][0])
    return 0


# --- what is refused, and the way back ------------------------------------------------------------------------------


def test_the_way_back_rings_for_nothing_that_was_told_on_either(tmp_path: Path, address: str) -> None:
    with world(tmp_path) as w:
        w.publish(1)
        w.subscribe()
        w.once()
        w.feed([w.page(n) for n in (2, 1)])
        w.once()
        assert w.program.command("copy", "--to", address).status == 0
        _use(w.program, address)
        w.feed([w.page(n) for n in (3, 2, 1)])
        w.once()
        assert (_of(w.alerts(), 2), _of(w.alerts(), 3)) == (1, 1)
        _use(w.program, None)
        result = w.program.command("copy", "--back")
        assert result.status == 0 and "none may run on postgresql://" in result.out
        w.once()
        assert (_of(w.alerts(), 2), _of(w.alerts(), 3)) == (1, 1), "it rang again"
        w.feed([w.page(n) for n in (4, 3, 2, 1)])
        w.once()
        assert _of(w.alerts(), 4) == 1
        # What is there is of no use any more: it is not written over.
        assert "give it an empty one" in w.program.command("copy", "--to", address).err


def test_what_cannot_be_done_is_one_line_without_the_password(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.write_settings()
    program.write_sources({})
    assert program.command("sources").status == 0
    nowhere = f"postgresql://u:{PASSWORD}@127.0.0.1:1/x"
    for words, status, said in (
        ([], 2, "kentongan copy: say where: --to postgresql://"),
        (["--to", "state/other.db"], 1, "a database moves to PostgreSQL only"),
        (["--to", f"postgresql://u:{PASSWORD}@[::1/x"], 1, "the URL cannot be read"),
        (["--to", nowhere], 1, "is the server running there?"),
        (["--verify", "--to", nowhere], 1, "is the server running there?"),
        (["--verify", "--back"], 2, "exclude each other"),
    ):
        result = program.command("copy", *words)
        assert result.status == status and said in result.err and len(result.err.splitlines()) == 1, result.err
        assert PASSWORD not in result.err + result.out
    assert program.command("once").status == 0


def test_without_a_database_there_is_nothing_to_move(tmp_path: Path, address: str) -> None:
    program = Program(tmp_path)
    program.write_settings()
    program.write_sources({})
    result = program.command("copy", "--to", address)
    assert result.status == 1 and "there is no database" in result.err
    assert not (program.state / "kentongan.db").exists()


def test_beside_a_running_bot_nothing_is_copied(tmp_path: Path, address: str) -> None:
    with world(tmp_path, telegram=False) as w:
        w.publish(1)
        with w.program.running() as bot:
            mover = Program(tmp_path)
            mover.settings = w.program.settings
            result = mover.command("copy", "--to", address)
            assert result.status == 1 and f"another kentongan (pid {bot.pid})" in result.err
    assert _query(address, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]


def test_a_difference_is_named_and_ends_with_one(tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with world(tmp_path) as w:
        w.publish(1)
        w.once()
        # In the environment nobody sees the password.
        known = w.program._environment()
        monkeypatch.setattr(w.program, "_environment", lambda: {**known, "KENTONGAN_DATABASE": address})
        assert w.program.command("copy").status == 0
        with psycopg.connect(address) as connection:
            connection.execute("UPDATE pages SET source = 'another' WHERE id = 1")
            connection.execute("INSERT INTO chats (id, kind, role, joined_at) VALUES (99, 'private', 'reader', now())")
        result = w.program.command("copy", "--verify")
        assert result.status == 1 and "2 differences between" in result.err
        assert result.out.splitlines() == [
            "chats 99: is only in the copy",
            "pages 1: source: is not the same in the copy",
        ]
        assert PASSWORD not in result.err + result.out
