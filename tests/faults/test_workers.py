"""Worker processes that the kernel kills, and an event loop that stands still."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator

import httpx
import pytest
from harm import HarmedWorld, harmed, stop
from news import item, title

pytestmark = pytest.mark.timeout(200)

BLOCKED = 9.0
"""Seconds: a tick comes every 5."""


@pytest.fixture(scope="module")
def w(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HarmedWorld]:
    """A bot that runs, whose workers are warm."""
    with harmed(tmp_path_factory.mktemp("workers")) as made:
        made.program.settings["poll"]["slowest"] = "1s"
        made.program.settings["fetch"]["workers"] = 2
        made.program.settings["desk"] = {"enabled": True, "port": _free_port()}
        made.program.environment["FAULTS_SLEEP"] = str(BLOCKED)
        made.program.listen()
        made.program.write_settings()
        made.publish(1)
        made.subscribe()
        made.once()
        with made.program.running():
            _tell(made, 2)
            yield made


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _tell(w: HarmedWorld, *numbers: int) -> None:
    """New articles, and their alerts, each once."""
    for number in numbers:
        w.page(number)
    w.feed([item(number) for number in (*numbers, 1)])
    w.telegram.wait_for(lambda t: all(w.told(title(number)) for number in numbers), 60)
    assert [w.told(title(number)) for number in numbers] == [1] * len(numbers)


def test_workers_that_are_killed_are_replaced_and_nothing_is_lost(w: HarmedWorld) -> None:
    for number in (10, 11):
        before = w.program.workers()
        assert before
        for worker in before:
            os.kill(worker, signal.SIGKILL)
        _tell(w, number, number + 10)
        assert not set(before) & set(w.program.workers())
    assert w.program.process is not None and w.program.process.poll() is None


def test_a_worker_that_is_killed_while_it_parses_is_replaced_and_its_page_is_read(w: HarmedWorld) -> None:
    for worker in w.program.workers():
        os.kill(worker, signal.SIGSTOP)
    w.page(30)
    asked = len(w.web.asked("/rss.xml"))
    w.feed([item(30), item(1)])
    w.program.wait_until(lambda: len(w.web.asked("/rss.xml")) > asked)
    time.sleep(0.5)
    for worker in w.program.workers():
        os.kill(worker, signal.SIGKILL)
    w.telegram.wait_for(lambda t: w.told(title(30)), 60)
    assert w.told(title(30)) == 1


def test_the_server_that_forks_workers_may_be_killed_as_well(w: HarmedWorld) -> None:
    assert w.program.process is not None
    for server in {w.program.parent_of(worker) for worker in w.program.workers()}:
        os.kill(server, signal.SIGKILL)
    for worker in w.program.workers():
        os.kill(worker, signal.SIGKILL)
    _tell(w, 40)


def test_a_loop_that_stands_still_feeds_no_watchdog_answers_nobody_and_goes_on_after(w: HarmedWorld) -> None:
    process = w.program.process
    assert process is not None
    health = f"http://127.0.0.1:{w.program.settings['desk']['port']}/healthz"
    assert httpx.get(health, timeout=5, trust_env=False).status_code == 200
    assert w.program.fed(15)
    process.send_signal(signal.SIGUSR1)
    time.sleep(0.2)
    with pytest.raises(httpx.TimeoutException):
        httpx.get(health, timeout=2, trust_env=False)
    assert not w.program.fed(BLOCKED - 2.5)
    assert w.program.fed(15)
    assert httpx.get(health, timeout=5, trust_env=False).status_code == 200
    _tell(w, 50)
    status, seconds = stop(w.program)
    assert (status, seconds < 10) == (0, True)
