"""What stops the real program before it begins, or half way: one clear line, the right exit status, nothing broken."""

from __future__ import annotations

import fcntl
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from program import KENTONGAN, WATCHLIST, World, world


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A console bot with one round behind it."""
    with world(tmp_path_factory.mktemp("faults"), telegram=False) as w:
        w.publish(1, 2)
        w.once()
        yield w


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """For root, whom no mode stops, by mounting the folder over itself."""
    if os.geteuid() != 0:
        folder.chmod(0o500)
        yield
        folder.chmod(0o700)
        return
    for step in (["--bind", folder, folder], ["-o", "remount,ro,bind", folder]):
        if subprocess.run(["mount", *step], capture_output=True).returncode != 0:
            subprocess.run(["umount", folder], capture_output=True)
            pytest.skip("root without the right to mount cannot be kept from writing")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("command", ["run", "once"])
def test_a_broken_watchlist_is_refused_with_its_line_and_column(settled: World, command: str) -> None:
    path = settled.program.write_watchlist(WATCHLIST.replace("nation and pact", "nation and pakt"))
    try:
        result = settled.program.command(command)
    finally:
        settled.program.write_watchlist(WATCHLIST)
    assert result.status == 2
    assert result.err.strip() == f"{path}:11:33: unknown concept 'pakt' (did you mean 'pact'?)"


def test_every_mistake_of_every_file_is_said_in_one_go(settled: World) -> None:
    settled.program.write_watchlist(WATCHLIST.replace("group_by: partner", "group_by: partners"))
    (settled.program.config / "sources.yaml").write_text("sources:\n  - name: a\n    feed: [x]\n")
    try:
        result = settled.program.command("check")
    finally:
        settled.program.write_watchlist(WATCHLIST)
        settled.program.write_sources(settled.feeds)
    assert result.status == 2
    assert {line.rsplit("/", 1)[1].split(":")[0] for line in result.err.splitlines() if not line.startswith(" ")} == {
        "pacts.yaml",
        "sources.yaml",
    }


@pytest.mark.parametrize("command", ["run", "once"])
def test_a_second_bot_on_one_state_directory_is_refused_in_one_line(settled: World, command: str) -> None:
    with (settled.program.state / "kentongan.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = settled.program.command(command)
    assert result.status == 1
    (line,) = result.err.splitlines()
    assert line.startswith("kentongan: another kentongan")
    assert line.endswith(f"is running on this state directory: {settled.program.state}")


def test_the_other_commands_work_beside_a_running_bot(settled: World) -> None:
    with (settled.program.state / "kentongan.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = settled.program.command("digest", "pacts", "--json")
    assert (result.status, len(result.document["stories"])) == (0, 2)


@pytest.mark.parametrize("command", ["run", "once"])
def test_a_read_only_state_directory_is_one_clear_line(settled: World, command: str) -> None:
    with read_only(settled.program.state):
        result = settled.program.command(command)
    assert result.status == 1
    (line,) = result.err.splitlines()
    assert line.startswith(f"kentongan: the state directory {settled.program.state} cannot be used: ")


def test_a_disk_that_fills_half_way_is_one_clear_line_and_nothing_is_lost(settled: World, tmp_path: Path) -> None:
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", tmp_path], capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        settled.publish(1, 2, *range(100, 120))
        failed = settled.program.command("once", "--all", "--json", "--state", str(tmp_path))
        subprocess.run(["mount", "-o", "remount,size=20m", tmp_path], check=True)
        mended = settled.program.command("once", "--all", "--json", "--state", str(tmp_path))
        found = settled.program.command("search", "nation", "--json", "--state", str(tmp_path))
    finally:
        subprocess.run(["umount", tmp_path], check=True)
        settled.publish(1, 2)
    assert (failed.status, failed.out) == (1, "")
    (line,) = failed.err.splitlines()
    assert line == f"kentongan: the database {tmp_path}/kentongan.db cannot grow: the disk is full; free some space"
    assert mended.status == 0
    assert len(found.rows) == 22


def test_a_database_that_is_none_is_refused_and_left_alone(settled: World, tmp_path: Path) -> None:
    (tmp_path / "kentongan.db").write_text("somebody's notes\n" * 100)
    result = settled.program.command("once", "--state", str(tmp_path))
    assert result.status == 1
    assert result.err.startswith(f"kentongan: {tmp_path}/kentongan.db is not a database")
    assert (tmp_path / "kentongan.db").read_text().startswith("somebody's notes")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("digest", "pact"), 2),
        (("search", "nation and"), 2),
        (("explain", "/nowhere/page.html"), 2),
        (("explain", "http://127.0.0.1:1/x"), 1),
        (("deliveries", "retry", "999"), 2),
        (("digest", "pacts", "--since", "soon"), 2),
    ],
)
def test_a_wrong_question_is_answered_without_a_traceback(settled: World, words: tuple[str, ...], status: int) -> None:
    result = settled.program.command(*words)
    assert result.status == status
    assert result.out == ""
    assert len(result.err.splitlines()) == 1
    assert "Traceback" not in result.err


def test_without_a_token_messages_are_printed_and_a_bad_feed_is_named_once(settled: World) -> None:
    settled.list_feed("http://127.0.0.1:1/rss.xml", "dead")
    settled.page(3)
    settled.feed([settled.page(3), settled.page(1)])
    result = settled.program.command("once", "--all")
    assert result.status == 0
    assert "Japan and Indonesia sign signal pact number 3 <http://" in result.out
    assert "\x1b" not in result.out
    assert result.err.splitlines()[0] == "dead: http://127.0.0.1:1/rss.xml: no connection: Connection refused"
    assert result.err.splitlines()[1].startswith("2 feeds polled (1 failed), 1 new entries, 1 pages read")
    assert len(result.err.splitlines()) == 2


def test_the_program_can_be_called_as_a_module(settled: World) -> None:
    python = KENTONGAN.with_name("python")
    result = subprocess.run([python, "-m", "bot", "--version"], capture_output=True, text=True, check=True)
    assert result.stdout.startswith("kentongan, version ")
