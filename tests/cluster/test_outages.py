"""PostgreSQL is killed, stopped, away while machines work: they go on by themselves, nothing is lost or told twice."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from machines import Machines, machines
from server import Server, server
from town import Town, town

from postgres import MissingPostgres, not_tested


@pytest.fixture(scope="module")
def own() -> Iterator[Server]:
    try:
        with server() as started:
            yield started
    except MissingPostgres as error:
        not_tested(error)


def settle_accounts(m: Machines, papers: Town, timeout: float = 60) -> None:
    """Everything was told, once, and no host was asked twice at once."""
    m.wait_until(lambda: not papers.lost(), timeout)
    assert papers.repeats() == []
    assert papers.overlaps() == []
    assert m.world.telegram.violations == []


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGQUIT], ids=["killed", "stopped at once"])
def test_a_database_that_was_started_again_is_worked_on_by_itself(
    tmp_path: Path, own: Server, how: signal.Signals
) -> None:
    with machines(tmp_path, own, 2) as m:
        papers = town(m, 4)
        papers.settle()
        papers.publish(4)
        m.wait_until(lambda: m.world.alerts())
        own.away(how)
        papers.publish(4)
        own.back()
        came = time.monotonic()
        m.wait_until(lambda: papers.polled_since(came), 40)
        papers.publish(4)
        settle_accounts(m, papers)
        assert papers.stuck() == []
        m.stop()


def test_a_database_that_is_away_for_half_a_minute_costs_no_news(tmp_path: Path, own: Server) -> None:
    with machines(tmp_path, own, 2) as m:
        papers = town(m, 4)
        papers.settle()
        papers.publish(4)
        own.away()
        went = time.monotonic()
        time.sleep(15)
        papers.publish(4)
        asked = [request for host in papers.hosts for request in papers.asked(host) if request.time > went + 10]
        time.sleep(15)
        assert asked == []
        own.back()
        came = time.monotonic()
        m.wait_until(lambda: papers.polled_since(came), 40)
        settle_accounts(m, papers)
        m.stop()
