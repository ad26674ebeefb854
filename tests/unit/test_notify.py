"""sd_notify over real datagram sockets."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from bot.run.notify import notify


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
