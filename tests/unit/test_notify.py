"""sd_notify over real datagram sockets."""

from __future__ import annotations

import asyncio
import os
import socket
from datetime import timedelta
from pathlib import Path

import pytest

from bot.run import notify as room
from bot.run.notify import notify, starting, to_journal


def test_a_message_reaches_the_socket_of_systemd(tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(address)
        assert notify("READY=1\nSTATUS=watching", {"NOTIFY_SOCKET": address})
        systemd.settimeout(1)
        assert systemd.recv(100) == b"READY=1\nSTATUS=watching"


def test_an_abstract_socket_is_reached_by_its_at_sign() -> None:
    name = f"kentongan-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind("\0" + name)
        assert notify("WATCHDOG=1", {"NOTIFY_SOCKET": "@" + name})
        systemd.settimeout(1)
        assert systemd.recv(100) == b"WATCHDOG=1"


def test_outside_systemd_nothing_is_sent() -> None:
    assert not notify("READY=1", {})


def test_a_manager_that_went_away_is_no_error(tmp_path: Path) -> None:
    assert not notify("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "gone")})


def _waiting(systemd: socket.socket) -> list[str]:
    systemd.setblocking(False)
    found = []
    while True:
        try:
            found.append(systemd.recv(200).decode())
        except BlockingIOError:
            return found


async def test_a_start_that_takes_long_asks_for_more_time_until_it_is_over(tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(address)
        async with starting({"NOTIFY_SOCKET": address}, timedelta(milliseconds=10)):
            await asyncio.sleep(0.1)
        said = _waiting(systemd)
        assert len(said) >= 3
        assert set(said) == {"EXTEND_TIMEOUT_USEC=60000000\nSTATUS=starting"}
        await asyncio.sleep(0.05)
        assert _waiting(systemd) == []


async def test_a_start_that_never_ends_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "LONGEST_START", timedelta(milliseconds=40))
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(address)
        async with starting({"NOTIFY_SOCKET": address}, timedelta(milliseconds=10)):
            await asyncio.sleep(0.2)
            assert len(_waiting(systemd)) == 4


async def test_a_start_that_fails_fails_as_it_did(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        async with starting({}):
            raise KeyError


def test_only_the_stream_that_the_journal_reads_is_taken_for_it(tmp_path: Path) -> None:
    with (tmp_path / "a").open("w") as ours, (tmp_path / "b").open("w") as other:
        found = os.fstat(ours.fileno())
        environ = {"JOURNAL_STREAM": f"{found.st_dev}:{found.st_ino}"}
        assert to_journal(ours, environ)
        assert not to_journal(other, environ)
        assert not to_journal(ours, {})
