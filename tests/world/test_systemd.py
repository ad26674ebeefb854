"""The real program beside a socket like systemd's: when it says that it starts, is ready, lives and ends, and how its
log lines tell the journal how bad they are."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from program import Program


class Service(Program):
    """The program as systemd starts it, and what it told it."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.write_settings()
        self.write_sources({})
        self.journal = ""
        self.address = str(home / "notify")
        self.systemd = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.systemd.bind(self.address)

    def _environment(self) -> dict[str, str]:
        return {**super()._environment(), "NOTIFY_SOCKET": self.address, "JOURNAL_STREAM": self.journal}

    def heard(self, seconds: float) -> list[str]:
        """The messages of so many seconds."""
        end, found = time.monotonic() + seconds, []
        while (left := end - time.monotonic()) > 0:
            self.systemd.settimeout(left)
            try:
                found.append(self.systemd.recv(200).decode())
            except TimeoutError:
                break
        return found

    def next(self, seconds: float = 60.0) -> str:
        """The next message."""
        self.systemd.settimeout(seconds)
        return self.systemd.recv(200).decode()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    made = Service(tmp_path)
    try:
        yield made
    finally:
        made.end()
        made.systemd.close()


def test_the_watchdog_is_fed_only_while_the_database_takes_writes(service: Service) -> None:
    service.launch("run")
    first = service.next()
    assert first.startswith("EXTEND_TIMEOUT_USEC=") and "READY" not in first
    assert service.next() == "READY=1"
    # With the second one all that a start does is done, and nothing but the schedule writes.
    assert [service.next(10), service.next(10)] == ["WATCHDOG=1"] * 2
    with closing(sqlite3.connect(service.state / "kentongan.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        # A tick may have been under way.
        service.heard(1)
        assert service.heard(8) == []
        other.execute("ROLLBACK")
    assert service.next(30) == "WATCHDOG=1"
    service.end()
    assert "STOPPING=1" in service.heard(1)


def test_the_journal_is_told_how_bad_a_line_is(service: Service) -> None:
    # The same file is opened again when the program starts.
    err = service.state.parent / "err"
    err.touch()
    found = err.stat()
    service.journal = f"{found.st_dev}:{found.st_ino}"
    service.write_sources({"gone": ["http://127.0.0.1:1/rss.xml"]})
    service.launch("run")
    service.wait_for('"feed failed"')
    service.end()
    lines = service.errors.splitlines()
    levels = {json.loads(line[3:])["event"]: line[:3] for line in lines}
    assert (levels["running"], levels["feed failed"]) == ("<6>", "<4>")


def test_lines_that_go_elsewhere_carry_no_mark_of_the_journals(service: Service) -> None:
    service.journal = f"1:{os.getpid()}"
    service.launch("run")
    service.wait_for('"running"')
    service.end()
    assert all(line.startswith("{") for line in service.errors.splitlines())
