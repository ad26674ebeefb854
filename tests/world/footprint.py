"""How much memory the processes of a program reach, read from /proc while they live.

A process that has ended tells too much of itself: Linux's ru_maxrss begins with that of whoever started it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

Most = dict[str, tuple[int, int]]
"""The most bytes by name and role: resident, and with shared pages divided among those who share them."""

INTERVAL = 0.2
"""Seconds between two looks. The kernel keeps the most that a process ever had, so that only what it takes in its last
moments is missed."""

ROLES = ("main", "server", "worker")
"""A program, the server that forks its workers, and those."""


@contextmanager
def watched(roots: Callable[[], Mapping[str, int]]) -> Iterator[Most]:
    """Looks at the programs that `roots` gives at that moment, process ids by name, and at all processes below them
    until the block ends."""
    most: Most = {}
    ended = Event()

    def watch() -> None:
        while not ended.wait(INTERVAL):
            for name, pid in roots().items():
                _look(name, pid, 0, most)

    thread = Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield most
    finally:
        ended.set()
        thread.join()


def _look(name: str, pid: int, depth: int, most: Most) -> None:
    role = f"{name}: {ROLES[min(depth, len(ROLES) - 1)]}"
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        below = [task.read_text().split() for task in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        return
    rss, pss = _kilobytes(status, "VmHWM:") * 1024, _kilobytes(rollup, "Pss:") * 1024
    before = most.get(role, (0, 0))
    most[role] = (max(before[0], rss), max(before[1], pss))
    for children in below:
        for child in children:
            _look(name, int(child), depth + 1, most)


def _kilobytes(text: str, name: str) -> int:
    """The number of a line of /proc, 0 where a process that ends has none."""
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith(name)), 0)
