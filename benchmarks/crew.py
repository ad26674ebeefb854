"""The worker processes of `bench_cluster.py`, and what they, their parsers and the database server have cost so far. It
polls nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from postgres import Cluster

TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Way:
    """Who does the work: so many processes, each with an engine of this kind, over this database."""

    name: str
    database: str
    work: str
    processes: int


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds for a poll: on the clock, and of processor time in the workers, their parsers, the database server."""

    clock: float = 0.0
    main: float = 0.0
    parsers: float = 0.0
    server: float = 0.0

    def all(self) -> float:
        """Processor time of everybody."""
        return self.main + self.parsers + self.server

    def since(self, before: Took, polls: int) -> Took:
        """What a poll took, of so many between the two."""
        pairs = ((getattr(self, name), getattr(before, name)) for name in self.__dataclass_fields__)
        return Took(*((now - then) / polls for now, then in pairs))


class Workers:
    """The worker processes."""

    def __init__(self, way: Way, address: str, number: int, server: Cluster | None) -> None:
        job = json.dumps({"address": address, "feeds": number, "work": way.work})
        command = [sys.executable, str(Path(__file__).with_name("clustered.py")), job]
        pipe: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        began = time.monotonic()
        # One after the other, as an operator would.
        self.each: list[subprocess.Popen[str]] = []
        for _ in range(way.processes):
            self.each.append(subprocess.Popen(command, **pipe))
            self._answer(self.each[-1])
        self.start = (time.monotonic() - began) / way.processes
        pid = (server.folder / "data" / "postmaster.pid").read_text().split()[0] if server else ""
        self._server = int(pid) if pid and way.database == "postgresql" else None

    def tell(self, order: str) -> list[dict[str, int]]:
        """What each of them answers."""
        for process in self.each:
            assert process.stdin is not None
            process.stdin.write(order + "\n")
            process.stdin.flush()
        return [self._answer(process) for process in self.each]

    @staticmethod
    def _answer(process: subprocess.Popen[str]) -> Any:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise SystemExit(f"a worker ended with {process.wait()}")
        return json.loads(line)

    def now(self) -> Took:
        """What all of this has taken so far."""
        own = [_processor(process.pid, children=False) for process in self.each]
        whole = [_processor(process.pid) for process in self.each]
        server = _processor(self._server) if self._server else 0.0
        return Took(time.monotonic(), sum(own), sum(whole) - sum(own), server)

    def end(self) -> None:
        """Lets them go."""
        for process in self.each:
            assert process.stdin is not None
            process.stdin.close()
        for process in self.each:
            process.wait(60)


@contextmanager
def at_work(way: Way, address: str, number: int, server: Cluster | None) -> Iterator[Workers]:
    """The workers, ready."""
    workers = Workers(way, address, number, server)
    try:
        yield workers
    finally:
        workers.end()


def _processor(pid: int, *, children: bool = True) -> float:
    """Seconds of processor time of a process, with those that it started and that have ended; or its own alone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        listed = [task.read_text() for task in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        return 0.0
    if not children:
        return sum(map(int, fields[11:13])) / TICK
    return sum(map(int, fields[11:15])) / TICK + sum(_processor(int(child)) for child in " ".join(listed).split())
