"""Peace of hosts among several machines: the pause, Retry-After and a redirect into a host in use hold for all."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

from machines import machines
from news import page, path
from town import town
from webhttp import Request, Response

from postgres import Cluster

SLACK = 0.05
"""Seconds by which the clocks of a host and of the server may differ on a busy machine."""


def test_the_pause_of_a_host_holds_across_machines_and_after_a_kill(tmp_path: Path, postgres: Cluster) -> None:
    with machines(tmp_path, postgres, 2) as m:
        m.world.program.settings["fetch"]["per_host_delay"] = "2s"
        papers = town(m, 2)
        papers.settle()
        papers.publish(4)
        m.wait_until(lambda: not papers.lost())
        m.kill(0)
        killed = time.monotonic()
        papers.publish(2)
        m.wait_until(lambda: papers.polled_since(killed) and not papers.lost())
        m.start()
        papers.publish(2)
        m.wait_until(lambda: not papers.lost())
        assert papers.overlaps() == []
        assert min(papers.pauses()) > 2 - SLACK
        m.stop()


def test_what_one_machine_is_told_to_wait_holds_for_the_others(tmp_path: Path, postgres: Cluster) -> None:
    with machines(tmp_path, postgres, 2) as m:
        papers = town(m, 2)
        papers.settle()
        host, wait = papers.hosts[0], 8
        refused: list[float] = []

        async def refuse(_: Request) -> Response:
            if refused:
                return Response(b"", 404)
            refused.append(time.monotonic())
            return Response(b"", 429, {"Retry-After": str(wait)})

        m.world.web.respond("/rss.xml", refuse, host=host)
        m.wait_until(lambda: refused)
        # The host is asked for its own feed, and for pages to which the feed of the other one leads.
        other, moved = papers.hosts[1], [path(3), path(5)]
        for where in moved:
            m.world.web.page(where, page(3), host=host)
        papers.publish(4)
        for where in moved:
            m.world.web.redirect(where, m.world.web.url(where, host), host=other)
        m.wait_until(lambda: {request.path for request in papers.asked(host)} & set(moved))
        early = [request.path for request in papers.asked(host) if refused[0] < request.time < refused[0] + wait - 0.2]
        assert early == []
        assert [at for at in papers.polls(other) if refused[0] < at < refused[0] + wait]
        m.stop()


def test_a_redirect_into_a_host_that_another_machine_asks_waits_for_its_turn(tmp_path: Path, postgres: Cluster) -> None:
    with machines(tmp_path, postgres, 2) as m:
        papers = town(m, 4)
        papers.slowness = (0.4, 0.8)
        papers.settle()
        for _ in range(3):
            papers.publish(8)
            m.wait_until(lambda: not papers.lost())
        moved = [
            after
            for host in papers.hosts
            for before, after in itertools.pairwise(papers.asked(host))
            if after.path.startswith("/news/") and before.path == "/rss.xml"
        ]
        assert len(moved) > 3
        assert papers.overlaps() == []
        m.stop()
