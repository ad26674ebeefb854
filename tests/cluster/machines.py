"""Several real programs over one PostgreSQL, between one fake web and one fake Telegram. It asserts nothing about news.

with machines(tmp_path, postgres, 3) as m:
    m.world.publish(1)
    m.start()                       # `kentongan run`, three times
    m.each[0].kill()
"""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from faketelegram import FakeTelegram
from fakeweb import FakeWeb
from program import ADMIN, KENTONGAN, PATIENCE, TOKEN, Program, World

from postgres import Cluster


class Machine(Program):
    """A program with a state directory of its own; its database is PostgreSQL. `config` may be another's."""

    def __init__(self, home: Path, address: str, config: Path | None = None) -> None:
        home.mkdir(parents=True, exist_ok=True)
        super().__init__(home)
        if config is not None:
            self.config = config
        self.address = address
        self.through: str | None = None
        """Where the program reaches the database, if not where the tests do."""
        self.settings["database"] = address  # type: ignore[assignment]

    def _environment(self) -> dict[str, str]:
        through = {"KENTONGAN_DATABASE": self.through} if self.through else {}
        return {**super()._environment(), **through}

    def beside(self, *words: str) -> str:
        """What another command says while the program runs."""
        command = [KENTONGAN, "--config", self.config, "--state", self.state, *words]
        done = subprocess.run(command, capture_output=True, text=True, env=self._environment(), check=False)
        return done.stdout + done.stderr

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database says, past the program."""
        with psycopg.connect(self.address) as connection:
            return connection.execute(query.encode()).fetchall()

    def change(self, statement: str) -> None:
        """Changes the database past the program."""
        with psycopg.connect(self.address) as connection:
            connection.execute(statement.encode())


@dataclass
class Machines:
    """The machines; all read one configuration, unless a test gives one of them another."""

    world: World
    each: list[Machine]
    logs: list[str] = field(default_factory=list)

    def start(self) -> None:
        """All that do not run, and waits until they work."""
        began = [machine for machine in self.each if machine.process is None]
        for machine in began:
            machine.launch("run")
        for machine in began:
            machine.wait_for('"running"')

    def stop(self) -> None:
        """All that run, one after the other; each must end well."""
        for machine in self.each:
            if machine.process is not None:
                status = machine.end()
                assert status == 0, machine.errors

    def kill(self, number: int) -> None:
        """SIGKILL for one, and waits for its end."""
        machine = self.each[number]
        self.logs.append(machine.errors)
        machine.end(signal.SIGKILL)

    def leader(self) -> int | None:
        """Which of them leads, by what they say."""
        # One that was cut off could not take back that it leads.
        found = self.each[0].rows("SELECT name FROM nodes WHERE leads ORDER BY seen_at DESC LIMIT 1")
        pids = {machine.process.pid: number for number, machine in enumerate(self.each) if machine.process}
        leading = [pids.get(int(name.split(":")[-2])) for (name,) in found]
        return next((number for number in leading if number is not None), None)

    def wait_until(self, true: Callable[[], Any], timeout: float = PATIENCE) -> None:
        """Until this holds."""
        end = time.monotonic() + timeout
        while not true():
            assert time.monotonic() < end, f"not within {timeout} s\n" + "\n".join(
                f"--- {number}\n{machine.errors[-4000:]}" for number, machine in enumerate(self.each)
            )
            time.sleep(0.05)


@contextmanager
def machines(home: Path, postgres: Cluster, number: int, *, address: str | None = None) -> Iterator[Machines]:
    """A web without pages, a Telegram without people, and so many machines that know no feeds yet."""
    address = address or postgres.url(postgres.create())
    with FakeWeb() as web, FakeTelegram(TOKEN) as server:
        first = Machine(home / "machine-0", address)
        first.settings["telegram"]["api_base_url"] = server.base_url
        others = [Machine(home / f"machine-{n}", address, first.config) for n in range(1, number)]
        made = Machines(World(web, server, first), [first, *others])
        server.chat(ADMIN)
        for machine in made.each:
            machine.token = TOKEN
        first.write_settings()
        first.write_sources({})
        try:
            yield made
        finally:
            for machine in made.each:
                machine.end(signal.SIGKILL)
