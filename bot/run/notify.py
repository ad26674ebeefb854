"""Tells systemd how the service is doing (sd_notify(3)). It never reads the environment by itself, and outside systemd
it does nothing."""

from __future__ import annotations

import socket
from collections.abc import Mapping


def notify(message: str, environ: Mapping[str, str]) -> bool:
    """Sends `READY=1`, `WATCHDOG=1`, `STOPPING=1` or `STATUS=...`, several parted by newlines. False where nobody
    listens; a service manager that went away is no reason to stop."""
    address = environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
            sender.setblocking(False)
            # "@" stands for the zero byte of Linux's abstract socket names.
            sender.connect("\0" + address[1:] if address.startswith("@") else address)
            sender.sendall(message.encode())
    except OSError:
        return False
    return True
