"""How much memory this process and those that it started hold, from Linux' /proc. Elsewhere it knows nothing."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Memory:
    """What a process holds in memory, and the most it ever held, in bytes (`VmRSS` and `VmHWM` of proc(5))."""

    now: int
    peak: int


def own_memory() -> Memory | None:
    """That of this process."""
    return _memory(os.getpid())


def workers_memory() -> list[Memory]:
    """That of each process which this one started, or one of those."""
    return [found for pid in _descendants(os.getpid()) if (found := _memory(pid)) is not None]


def _memory(pid: int) -> Memory | None:
    """None where the process has ended, or there is no /proc."""
    with suppress(OSError, ValueError, KeyError):
        lines = (_PROC / str(pid) / "status").read_text().splitlines()
        # "VmRSS:     1234 kB"
        sizes = {name: value for name, _, value in (line.partition(":") for line in lines) if name.startswith("Vm")}
        return Memory(*(int(sizes[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM")))
    return None


def _descendants(pid: int) -> Iterator[int]:
    children: dict[int, list[int]] = defaultdict(list)
    for found in _pids():
        with suppress(OSError, ValueError, IndexError):
            # The name of a program, in brackets, may hold anything; what follows it are numbers and a letter.
            after = (_PROC / str(found) / "stat").read_text().rpartition(")")[2].split()
            children[int(after[1])].append(found)
    queue = children[pid][:]
    while queue:
        yield (child := queue.pop())
        queue += children[child]


def _pids() -> list[int]:
    try:
        return [int(path.name) for path in _PROC.iterdir() if path.name.isdigit()]
    except OSError:
        return []
