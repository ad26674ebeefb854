"""A private PostgreSQL for the tests, from the distribution's programs. It never touches a server that runs already."""

from __future__ import annotations

import ctypes
import itertools
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

import psycopg
import pytest

# A database of tests may forget everything when the machine stops.
FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "shared_buffers=32MB"]
NEEDED = ("initdb", "postgres")
PR_SET_PDEATHSIG = 1


class MissingPostgres(Exception):
    """initdb or postgres is neither in PATH nor in /usr/lib/postgresql/*/bin."""


def find_binaries() -> Path:
    """The folder that holds initdb and postgres of one release: the newest of Debian's, else that of PATH."""
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    folders = sorted(debian, key=lambda folder: int(re.sub(r"\D", "", folder.parent.name) or 0), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        # Debian keeps them out of PATH; where a link leads there, its neighbours are of the same release.
        folders.append(Path(on_path).resolve().parent)
    for folder in folders:
        if all(os.access(folder / name, os.X_OK) for name in NEEDED):
            return folder
    raise MissingPostgres(f"{' and '.join(NEEDED)} not found (apt-get install postgresql)")


class Cluster:
    """A running server that listens on a Unix socket in a folder of its own, and nowhere else."""

    def __init__(self, folder: Path, server: subprocess.Popen[bytes]) -> None:
        self.folder = folder
        self._server = server
        self._numbers = itertools.count(1)

    @classmethod
    def start(cls) -> Self:
        """A new cluster, ready for connections. It dies with this process, however that ends."""
        binaries = find_binaries()
        folder = Path(tempfile.mkdtemp(prefix="kentongan-pg-"))
        # initdb and postgres refuse to work as root.
        account = _account_for_root() if os.geteuid() == 0 else {}
        if account:
            os.chown(folder, account["user"], account["group"])
        data = folder / "data"
        initdb = [binaries / "initdb", "-D", data, "-U", "kentongan", "--auth=trust", "--encoding=UTF8", "--locale=C"]
        done = subprocess.run([*initdb, "--no-sync"], capture_output=True, text=True, cwd=folder, **account)
        if done.returncode:
            shutil.rmtree(folder, ignore_errors=True)
            raise RuntimeError(f"initdb: {done.stderr or done.stdout}")
        options = [f"unix_socket_directories={folder}", "listen_addresses=", *FAST]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [binaries / "postgres", "-D", data, *itertools.chain(*(("-c", option) for option in options))],
                stdout=log,
                stderr=log,
                cwd=folder,
                preexec_fn=_die_with_parent,
                **account,
            )
        cluster = cls(folder, server)
        cluster._wait()
        return cluster

    def _wait(self) -> None:
        deadline = time.monotonic() + 30
        while True:
            try:
                self.execute("SELECT 1")
            except psycopg.OperationalError:
                if self._server.poll() is None and time.monotonic() < deadline:
                    time.sleep(0.02)
                    continue
                log = (self.folder / "log").read_text(errors="replace")
                self.stop()
                raise RuntimeError(f"PostgreSQL does not start: {log}") from None
            return

    def execute(self, statement: str, url: str | None = None) -> None:
        """Runs one statement outside a transaction, as superuser."""
        with psycopg.connect(url or self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def url(self, database: str) -> str:
        """The address of a database of this cluster."""
        return f"postgresql://kentongan@/{database}?host={self.folder}"

    def create(self) -> str:
        """The name of a new, empty database. It ends with the cluster."""
        name = f"test_{next(self._numbers)}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        return name

    def stop(self) -> None:
        """Ends the server at once and removes its folder."""
        if self._server.poll() is None:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _account_for_root() -> dict[str, int | list[int]]:
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise MissingPostgres("root cannot run it and there is neither a user postgres nor nobody")


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def not_tested(reason: MissingPostgres) -> NoReturn:
    """Skips the test that needs the server's programs; in CI it fails."""
    if os.environ.get("CI", "").lower() in ("1", "true", "yes"):
        pytest.fail(f"CI must test on PostgreSQL: {reason}", pytrace=False)
    pytest.skip(f"NOT TESTED ON POSTGRESQL: {reason}")
