"""A PostgreSQL of its own for tests that take it away: it is killed and started again on the same data, and may stand
in a network namespace of its own behind one line for each machine, which can be cut. It never touches another server.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from postgres import FAST, PR_SET_PDEATHSIG, Cluster, _account_for_root, find_binaries

CLONE_NEWNET = 0x40000000
PATIENCE = 30.0


class NoNamespaces(Exception):
    """This machine does not let us make a network namespace: it takes root and iproute2."""


class Server(Cluster):
    """A cluster that can be away. Its Unix socket is the way past the lines."""

    lines: Lines | None = None

    def away(self, how: signal.Signals = signal.SIGKILL) -> None:
        """Ends it where it stands: SIGKILL as when the machine loses its power, SIGQUIT as "stop -m immediate"."""
        self._server.send_signal(how)
        self._server.wait(PATIENCE)

    def back(self, lines: Lines | None = None) -> None:
        """Starts it again on the same data."""
        self.lines = lines or self.lines
        end = time.monotonic() + PATIENCE
        while True:
            self._launch()
            while self._server.poll() is None:
                try:
                    self.execute("SELECT 1")
                except psycopg.OperationalError:
                    assert time.monotonic() < end, self.log()
                    time.sleep(0.02)
                    continue
                return
            # The processes of the one that was killed end by and by, and it waits for none of them.
            assert time.monotonic() < end, self.log()
            time.sleep(0.1)

    def log(self) -> str:
        """What it says."""
        return (self.folder / "log").read_text(errors="replace")

    def _launch(self) -> None:
        listen = ",".join(self.lines.theirs) if self.lines else ""
        options = [f"unix_socket_directories={self.folder}", f"listen_addresses={listen}", *FAST]
        account = _account_for_root() if os.geteuid() == 0 else {}
        namespace = self.lines.name if self.lines else None

        def prepare() -> None:
            libc = ctypes.CDLL(None, use_errno=True)
            if namespace:
                place = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
                if libc.setns(place, CLONE_NEWNET):
                    raise OSError(ctypes.get_errno(), "setns")
            if account:
                os.setgroups([])
                os.setgid(int(account["group"]))  # type: ignore[arg-type]
                os.setuid(int(account["user"]))  # type: ignore[arg-type]
            # After the change of user, which takes it back.
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)

        words = [word for option in options for word in ("-c", option)]
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [find_binaries() / "postgres", "-D", self.folder / "data", *words],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                preexec_fn=prepare,
            )


class Lines:
    """A network namespace with a line to each of so many machines, which stay where they are. `theirs` are the
    addresses at the far ends, where the server listens."""

    def __init__(self, number: int) -> None:
        # Two runs at a time must not meet.
        self._run = os.getpid() % 250 + 1
        self.name = f"kt{os.getpid()}"
        self.theirs = [f"10.{self._run}.{n}.1" for n in range(1, number + 1)]

    def make(self) -> None:
        """Raises NoNamespaces."""
        _ip("netns", "add", self.name)
        for number, address in enumerate(self.theirs):
            near, far = f"{self.name}n{number}", f"{self.name}f{number}"
            _ip("link", "add", near, "type", "veth", "peer", "name", far, "netns", self.name)
            _ip("-n", self.name, "addr", "add", f"{address}/30", "dev", far)
            _ip("addr", "add", f"{address[:-1]}2/30", "dev", near)
            _ip("link", "set", near, "up")
            self.mend(number)

    def cut(self, number: int) -> None:
        """Nothing goes over a machine's line any more, and nobody is told."""
        _ip("-n", self.name, "link", "set", f"{self.name}f{number}", "down")

    def mend(self, number: int) -> None:
        """It works again."""
        _ip("-n", self.name, "link", "set", f"{self.name}f{number}", "up")

    def remove(self) -> None:
        """The lines go with the namespace."""
        subprocess.run(["ip", "netns", "del", self.name], capture_output=True, check=False)


@contextmanager
def server() -> Iterator[Server]:
    """One that can be away, on its Unix socket alone."""
    with Server.start() as started:
        yield started


@contextmanager
def behind_lines(number: int) -> Iterator[Server]:
    """One that so many machines reach over a line each. Raises NoNamespaces."""
    lines = Lines(number)
    try:
        lines.make()
        with Server.start() as started:
            started.away(signal.SIGQUIT)
            with (started.folder / "data" / "pg_hba.conf").open("a") as rules:
                rules.writelines(f"host all all {address[:-1]}0/30 trust\n" for address in lines.theirs)
            started.back(lines)
            yield started
    finally:
        lines.remove()


def over_line(server: Server, database: str, number: int) -> str:
    """The address of a database as one machine reaches it."""
    assert server.lines is not None
    return f"postgresql://kentongan@{server.lines.theirs[number]}:5432/{database}"


def _ip(*words: str) -> None:
    try:
        done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    except OSError as error:
        raise NoNamespaces(str(error)) from error
    if done.returncode:
        raise NoNamespaces(f"ip {' '.join(words)}: {done.stderr.strip()}")


__all__ = ["Lines", "NoNamespaces", "Server", "behind_lines", "over_line", "server"]
