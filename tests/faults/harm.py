"""The program with what goes wrong around it: other programs on its database, processes that die, a wrong clock, no
name server, a full or read-only disk. It asserts nothing.

with harmed(tmp_path) as w:
    w.program.clock(hours=-48)
    with held(w.program, 3): ...      # somebody else writes to the database
    w.program.workers()               # the ids of the worker processes
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from faketelegram import FakeTelegram
from fakeweb import FakeWeb
from program import ADMIN, READER, TOKEN, Program, World

HOOKS = Path(__file__).with_name("hooks")
STOPS_WITHIN = 10.0
"""Seconds: systemd and Docker send SIGKILL when they have waited; 10 is the shorter of their patience."""


class Harmed(Program):
    """One installation whose clock and name server a test has in hand, and what it tells systemd."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.environment: dict[str, str] = {}
        self._home_of_faults = home
        # A path of a socket may have 107 bytes.
        self._systemd: socket.socket | None = None

    def _environment(self) -> dict[str, str]:
        return {**super()._environment(), "PYTHONPATH": str(HOOKS), **self.environment}

    # --- the world goes wrong ---------------------------------------------------------------------------------------

    def clock(self, **by: float) -> None:
        """The clock is wrong by so much from now on, also in a program that runs, if it was set before its start."""
        file = self._home_of_faults / "clock"
        fresh = file.with_suffix(".new")
        fresh.write_text(str(timedelta(**by).total_seconds()))
        fresh.replace(file)
        self.environment["FAULTS_CLOCK"] = str(file)

    def names(self, known: Mapping[str, Sequence[str]] | None) -> None:
        """Which names there are from now on; None: the name server does not answer."""
        file = self._home_of_faults / "names.json"
        self.environment["FAULTS_NAMES"] = str(file)
        if known is None:
            file.unlink(missing_ok=True)
            return
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(known))
        fresh.replace(file)

    # --- what is seen from outside ----------------------------------------------------------------------------------

    def workers(self) -> list[int]:
        """The ids of the processes that parse: grandchildren, by the server that forks them."""
        assert self.process is not None
        children = [int(child) for child in _children(self.process.pid)]
        return [grand for child in children for grand in _children(child)]

    def listen(self) -> None:
        """Hears from the next start on what the program tells systemd."""
        self._systemd = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        name = f"\0faults-{os.getpid()}-{id(self)}"
        self._systemd.bind(name)
        self.environment["NOTIFY_SOCKET"] = "@" + name[1:]

    def fed(self, seconds: float) -> bool:
        """Whether systemd's watchdog is fed within so many seconds from now on."""
        assert self._systemd is not None
        self._systemd.setblocking(False)
        with suppress(BlockingIOError):
            while self._systemd.recv(500):
                pass
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._systemd.settimeout(left)
            with suppress(TimeoutError):
                if "WATCHDOG=1" in self._systemd.recv(500).decode():
                    return True
        return False

    def close(self) -> None:
        """Nobody listens any more."""
        if self._systemd is not None:
            self._systemd.close()

    def lines(self, event: str) -> list[dict[str, object]]:
        """The lines of the log about something."""
        return [line for line in map(_line, self.errors.splitlines()) if line.get("event") == event]

    def parent_of(self, pid: int) -> int:
        """Who started a process."""
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])

    def state_of(self, pid: int) -> str:
        """One letter of proc(5): R, S, T for stopped, Z; empty where there is none."""
        try:
            return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            return ""


def _children(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def _line(text: str) -> dict[str, object]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


@dataclass
class HarmedWorld(World):
    """The program among a web and a Telegram."""

    program: Harmed

    def told(self, text: str, chat: int = ADMIN) -> int:
        """How many messages of a chat hold this text."""
        return sum(text in sent.text for sent in self.telegram.messages(chat))


@contextmanager
def harmed(home: Path, web: FakeWeb | None = None) -> Iterator[HarmedWorld]:
    """As `program.world`."""
    with web or FakeWeb() as opened, FakeTelegram(TOKEN) as telegram:
        program = Harmed(home)
        program.token = TOKEN
        program.settings["telegram"] |= {"api_base_url": telegram.base_url}
        telegram.chat(ADMIN)
        telegram.chat(READER)
        program.write_settings()
        program.write_sources({})
        try:
            yield HarmedWorld(opened, telegram, program)
        finally:
            program.end(signal.SIGKILL)
            program.close()


@contextmanager
def held(program: Program) -> Iterator[None]:
    """Another program has the database in an open transaction for the length of the block."""
    file = program.state / "kentongan.db"
    with closing(sqlite3.connect(file, isolation_level=None, timeout=30, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def mounted(kind: Sequence[str], *rest: object) -> None:
    """Mounts, or skips the test where that is not allowed."""
    done = subprocess.run(["mount", *kind, *map(str, rest)], capture_output=True)
    if done.returncode:
        pytest.skip("only root may mount, and not everywhere")


def stop(program: Program, how: signal.Signals = signal.SIGTERM) -> tuple[int | None, float]:
    """Asks the program to end; its exit status and the seconds that took."""
    began = time.monotonic()
    status = program.end(how)
    return status, time.monotonic() - began
