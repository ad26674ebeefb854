"""Tells systemd how the service is doing (sd_notify(3)). It never reads the environment by itself, and outside systemd
it does nothing."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import TextIO

LONGEST_START = timedelta(hours=1)
"""A start that takes longer hangs, and may be ended."""

MORE_TIME = timedelta(seconds=60)
"""How much longer systemd waits each time it is asked to."""


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


@asynccontextmanager
async def starting(environ: Mapping[str, str], every: timedelta = MORE_TIME / 4) -> AsyncIterator[None]:
    """While the block runs, and its event loop, systemd does not take the start for one that hangs: after an upgrade of
    the program, that of the database may take minutes. Not for longer than `LONGEST_START`."""
    more = f"EXTEND_TIMEOUT_USEC={MORE_TIME // timedelta(microseconds=1)}\nSTATUS=starting"

    async def ask() -> None:
        for _ in range(LONGEST_START // every):
            notify(more, environ)
            await asyncio.sleep(every.total_seconds())

    asking = asyncio.create_task(ask(), name="start")
    try:
        yield
    finally:
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking


def to_journal(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether systemd's journal reads what is written to the stream: systemd.exec(5), $JOURNAL_STREAM."""
    try:
        found = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return environ.get("JOURNAL_STREAM") == f"{found.st_dev}:{found.st_ino}"
