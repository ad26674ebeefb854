"""The database goes wrong under a program that runs, and at its start: held by others, on a full disk, damaged. It goes
on by itself where it can, and else says in one line what to do, which works."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from harm import HarmedWorld, harmed, held, mounted, stop
from news import item, title

pytestmark = pytest.mark.timeout(200)

HELD = 8.0
"""Seconds: longer than SQLite waits."""


@pytest.fixture
def w(tmp_path: Path) -> Iterator[HarmedWorld]:
    """Somebody who is told, and a feed with its first look behind it."""
    with harmed(tmp_path) as made:
        made.program.settings["poll"]["slowest"] = "1s"
        made.program.write_settings()
        yield made


def _settle(w: HarmedWorld) -> None:
    w.publish(1)
    w.subscribe()
    w.once()


def _list(w: HarmedWorld, *numbers: int) -> None:
    for number in numbers:
        w.page(number)
    w.feed([item(number) for number in (*numbers, 1)])


def test_a_database_that_is_held_for_long_is_said_once_and_waited_for(w: HarmedWorld) -> None:
    _settle(w)
    with w.program.running():
        _list(w, 2)
        w.telegram.wait_for(lambda t: w.told(title(2)), 60)
        # The message leaves, and what became of it cannot be written down.
        hold = held(w.program)
        w.telegram.fail("sendMessage", before=hold.__enter__)
        _list(w, 3, 2)
        w.telegram.wait_for(lambda t: w.told(title(3)), 60)
        _list(w, 4, 3, 2)
        time.sleep(HELD)
        hold.__exit__(None, None, None)
        w.telegram.wait_for(lambda t: w.told(title(4)), 90)
        status, _ = stop(w.program)
    assert status == 0
    assert "Traceback" not in w.program.errors
    troubles = [line for line in w.program.errors.splitlines() if "is locked" in line]
    assert 1 <= len(troubles) <= 4, troubles
    assert [w.told(title(number)) for number in (2, 4)] == [1, 1]
    again = [sent.text for sent in w.alerts() if title(3) in sent.text]
    assert len(again) == 1 or (len(again) == 2 and again[1].startswith("sent again: it may have arrived before"))
    w.once()
    assert w.program.rows("SELECT count(*) FROM deliveries WHERE status = 'sending'") == [(0,)]


def test_a_disk_that_fills_under_a_program_that_runs_is_waited_for(w: HarmedWorld) -> None:
    w.program.state.mkdir()
    mounted(["-t", "tmpfs", "-o", "size=24m"], "tmpfs", w.program.state)
    try:
        _settle(w)
        with w.program.running():
            _list(w, 2)
            w.telegram.wait_for(lambda t: w.told(title(2)), 60)
            filler = w.program.state / "filler"
            with filler.open("wb", buffering=0) as file:
                try:
                    while file.write(bytes(4096)):
                        pass
                except OSError:
                    pass
            numbers = range(10, 15)
            _list(w, *numbers, 2)
            w.program.wait_for("the disk is full; free some space")
            time.sleep(6)
            said = w.program.errors.count("the disk is full")
            filler.unlink()
            w.telegram.wait_for(lambda t: all(w.told(title(number)) for number in numbers), 90)
            status, _ = stop(w.program)
        assert status == 0
        assert said <= 4
        assert "Traceback" not in w.program.errors
        assert {w.told(title(number)) for number in (2, *numbers)} == {1}
        assert "sound" in w.program.command("doctor").out
    finally:
        subprocess.run(["umount", w.program.state], check=True)


def _damage(file: Path) -> None:
    """Pages in the middle of the database say something else."""
    size = file.stat().st_size
    with file.open("r+b") as opened:
        for page in range(5, size // 4096):
            opened.seek(page * 4096)
            opened.write(b"\xa5" * 64)


def test_a_damaged_database_is_one_line_everywhere_and_the_way_back_works(w: HarmedWorld, tmp_path: Path) -> None:
    _settle(w)
    backup = tmp_path / "backup.db"
    assert w.program.command("backup", str(backup)).status == 0
    with w.program.running():
        _list(w, 2)
        w.telegram.wait_for(lambda t: w.told(title(2)), 60)
    database = w.program.state / "kentongan.db"
    w.program.change("PRAGMA wal_checkpoint(TRUNCATE)")
    _damage(database)
    todo = "is damaged; stop the bot and put a backup in its place: kentongan restore FILE"
    for words in (["run"], ["digest", "pacts"]):
        result = w.program.command(*words)
        assert result.status == 1, words
        (line,) = result.err.splitlines()
        assert line == f"kentongan: the database {database} {todo}", words
    doctor = w.program.command("doctor")
    assert doctor.status == 1
    assert "kentongan restore FILE" in doctor.out
    assert w.program.command("restore", str(backup)).status == 0
    assert "sound" in w.program.command("doctor").out
    with w.program.running():
        _list(w, 3, 2)
        w.telegram.wait_for(lambda t: w.told(title(3)), 60)
    assert sum(title(2) in sent.text for sent in w.alerts()) == 1


def test_a_database_that_is_damaged_under_a_program_that_runs_is_said_once(w: HarmedWorld) -> None:
    _settle(w)
    with w.program.running():
        w.program.change("PRAGMA wal_checkpoint(TRUNCATE)")
        _damage(w.program.state / "kentongan.db")
        _list(w, *range(10, 30))
        w.program.wait_for("is damaged; stop the bot and put a backup in its place")
        time.sleep(6)
        status, seconds = stop(w.program)
    assert (status, seconds < 10) == (0, True)
    assert w.program.errors.count("is damaged") <= 6, w.program.errors
    assert "Traceback" not in w.program.errors
