"""The network is cut between one machine and PostgreSQL, in network namespaces: nobody is told of it, and what is sent
goes nowhere. The machine gives up what it may no longer do, another goes on, and nothing comes twice.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from machines import Machines, machines
from server import NoNamespaces, Server, behind_lines, over_line
from town import Town, town

from postgres import MissingPostgres, not_tested

QUIET = 12.0
"""Seconds after which a machine without a database asks and sends nothing more."""


@pytest.fixture(scope="module")
def lined() -> Iterator[Server]:
    if os.geteuid() != 0:
        pytest.skip("a network namespace takes root")
    try:
        with behind_lines(2) as started:
            yield started
    except MissingPostgres as error:
        not_tested(error)
    except NoNamespaces as reason:
        # The machine's own limit, in CI too: no package brings it.
        pytest.skip(f"NOT TESTED WITH A CUT NETWORK: {reason}")


@pytest.fixture
def m(tmp_path: Path, lined: Server) -> Iterator[Machines]:
    name = lined.create()
    with machines(tmp_path, lined, 2, address=lined.url(name)) as made:
        for number, machine in enumerate(made.each):
            machine.through = over_line(lined, name, number)
        yield made
    assert lined.lines is not None
    for number in range(2):
        lined.lines.mend(number)


def settled(m: Machines) -> tuple[Town, int]:
    """A town at work, and which machine leads."""
    papers = town(m, 6)
    papers.settle()
    papers.publish(6)
    m.wait_until(lambda: not papers.lost())
    m.wait_until(lambda: m.leader() is not None)
    leader = m.leader()
    assert leader is not None
    return papers, leader


def test_a_leader_that_is_cut_off_is_replaced_and_follows_when_it_is_back(m: Machines, lined: Server) -> None:
    papers, old = settled(m)
    assert lined.lines is not None
    lined.lines.cut(old)
    cut = time.monotonic()
    papers.publish(6)
    m.wait_until(lambda: "this machine leads no more" in m.each[old].errors, 20)
    m.wait_until(lambda: m.leader() == 1 - old, 30)
    papers.publish(6)
    # What it had asked for when it was cut off is a host's for as long as a whole exchange may take.
    m.wait_until(lambda: papers.polled_since(cut) and not papers.lost(), 60)
    lined.lines.mend(old)
    m.wait_until(lambda: "the database is back" in m.each[old].errors, 30)
    papers.publish(6)
    m.wait_until(lambda: not papers.lost(), 30)
    assert m.leader() == 1 - old
    assert len(papers.repeats()) <= 1
    assert papers.overlaps() == []
    assert m.world.telegram.violations == []
    m.stop()


def test_a_follower_that_is_cut_off_gives_up_its_visits_and_its_lanes_are_taken_over(
    m: Machines, lined: Server
) -> None:
    papers, leader = settled(m)
    other = 1 - leader
    assert lined.lines is not None
    lined.lines.cut(other)
    m.wait_until(lambda: "visits are given up" in m.each[other].errors, QUIET)
    quiet = time.monotonic()
    papers.publish(6)
    m.wait_until(lambda: papers.polled_since(quiet) and not papers.lost(), 60)
    assert m.leader() == leader
    lined.lines.mend(other)
    m.wait_until(lambda: "the database is back" in m.each[other].errors, 30)
    visits = m.each[other].rows("SELECT sum(visits) FROM nodes WHERE NOT leads")
    m.wait_until(lambda: m.each[other].rows("SELECT sum(visits) FROM nodes WHERE NOT leads") > visits, 30)
    assert papers.repeats() == []
    assert papers.overlaps() == []
    m.stop()
