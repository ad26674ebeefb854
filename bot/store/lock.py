"""One bot on one state directory. The lock is the kernel's: it ends with its holder, however that ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import StoreError

FILE_NAME = "kentongan.lock"


@contextmanager
def state_lock(state_dir: Path) -> Iterator[None]:
    """Holds the state directory for the length of the block, and makes it where it is missing.

    Raises StoreError where another bot holds it, or where it cannot be made or written.
    """
    path = state_dir / FILE_NAME
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
        # Python closes it in the programs we start; a plain fork would keep the lock alive with the child.
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StoreError(f"the state directory {state_dir} cannot be used: {error.strerror}") from error
    try:
        _acquire(handle, state_dir)
        # Only for the message another bot prints. The file stays behind: to remove it would open a race.
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)


def _acquire(handle: int, state_dir: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        pid = os.pread(handle, 20, 0).decode(errors="replace").strip()
        who = f"another kentongan (pid {pid})" if pid else "another kentongan"
        raise StoreError(f"{who} is running on this state directory: {state_dir}") from error
    except OSError as error:
        raise StoreError(f"the state directory {state_dir} cannot be locked: {error.strerror}") from error
