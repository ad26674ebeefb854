"""Machines that are killed one after the other: the small form of `benchmarks/crash_cluster.py`."""

from __future__ import annotations

from pathlib import Path

from felling import fell
from machines import machines
from town import town

from postgres import Cluster


def test_nothing_is_lost_or_asked_for_twice_at_once_when_machines_are_killed(tmp_path: Path, postgres: Cluster) -> None:
    with machines(tmp_path, postgres, 3) as m:
        papers = town(m, 6)
        papers.settle()
        count = fell(papers, 5, within=75)
        assert count.broken == []
        assert count.kills == 5
        assert count.published > 5
