"""A machine that stands still while its network goes on: another one leads, and it follows when it moves again."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest
from machines import machines
from town import town

from postgres import Cluster

pytestmark = pytest.mark.timeout(240)


def test_a_leader_that_stands_still_is_replaced_and_follows_when_it_moves_again(
    tmp_path: Path, postgres: Cluster
) -> None:
    with machines(tmp_path, postgres, 2) as m:
        papers = town(m, 4)
        papers.settle()
        m.wait_until(lambda: m.leader() is not None)
        first = m.leader()
        assert first is not None
        still = m.each[first].process
        assert still is not None
        still.send_signal(signal.SIGSTOP)
        try:
            stopped = time.monotonic()
            papers.publish(8)
            m.wait_until(lambda: m.leader() == 1 - first)
            assert time.monotonic() - stopped < 40
            m.wait_until(lambda: not papers.lost())
        finally:
            still.send_signal(signal.SIGCONT)
        m.wait_until(lambda: "this machine leads no more" in m.each[first].errors)
        moved = time.monotonic()
        papers.publish(8)
        m.wait_until(lambda: papers.polled_since(moved) and not papers.lost())
        assert papers.overlaps() == []
        assert papers.repeats() == []
        assert m.leader() == 1 - first
        m.stop()
