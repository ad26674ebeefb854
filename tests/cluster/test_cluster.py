"""Two and three real programs over one PostgreSQL: work is shared, nothing comes twice, whoever dies is replaced."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from machines import machines
from program import ADMIN, WATCHLIST

from postgres import Cluster


def test_machines_share_the_work_and_every_alert_comes_once(tmp_path: Path, postgres: Cluster) -> None:
    with machines(tmp_path, postgres, 2) as m:
        hosts = [f"127.0.1.{n}" for n in range(1, 13)]
        for host in hosts:
            m.world.web.open(host)
            m.world.web.feed("/rss.xml", [], host=host)
            m.world.list_feed(m.world.web.url("/rss.xml", host), f"paper{host.rpartition('.')[2]}")
        m.world.subscribe()
        m.start()
        m.wait_until(lambda: m.world.telegram.texts(ADMIN))
        m.wait_until(lambda: not m.each[0].rows("SELECT 1 FROM feeds WHERE last_success IS NULL"))
        for number, host in enumerate(hosts, 1):
            page = m.world.page(number)
            m.world.web.feed("/rss.xml", [page], host=host)
        m.wait_until(lambda: len(m.world.alerts()) == len(hosts))
        visits = m.each[0].rows("SELECT visits FROM nodes")
        assert len(visits) == 2
        assert all(count > 0 for (count,) in visits)
        time.sleep(2)
        m.stop()
        assert len(m.world.alerts()) == len(hosts)
        assert min(min(m.world.web.gaps(host), default=0) for host in hosts) >= 0
        assert m.each[0].rows("SELECT count(*) FROM nodes") == [(0,)]
        assert m.world.telegram.violations == []


def test_another_machine_leads_when_the_leader_dies(tmp_path: Path, postgres: Cluster) -> None:
    with machines(tmp_path, postgres, 2) as m:
        m.world.publish()
        m.world.subscribe()
        m.start()
        m.wait_until(lambda: m.leader() is not None)
        first = m.leader()
        assert first is not None
        m.wait_until(lambda: m.world.telegram.texts(ADMIN))
        # What a first look finds rings for nobody.
        m.wait_until(lambda: m.each[0].rows("SELECT 1 FROM feeds WHERE last_success IS NOT NULL"))
        m.kill(first)
        began = time.monotonic()
        m.wait_until(lambda: m.leader() == 1 - first)
        assert time.monotonic() - began < 15
        m.world.publish(1)
        m.wait_until(lambda: len(m.world.alerts()) == 1)
        m.world.telegram.say(ADMIN, "/help")
        m.wait_until(lambda: any("What I do" in text for text in m.world.telegram.texts(ADMIN)))
        m.start()
        m.world.publish(1, 2)
        m.wait_until(lambda: len(m.world.alerts()) == 2)
        m.stop()


def test_machines_with_different_configurations_are_told_of_until_they_agree(tmp_path: Path, postgres: Cluster) -> None:
    with machines(tmp_path, postgres, 2) as m:
        other = m.each[1]
        other.config = tmp_path / "other"
        shutil.copytree(m.each[0].config, other.config)
        (other.config / "watchlists" / "more.yaml").write_text(WATCHLIST.replace("Japan's pacts", "More"))
        m.world.telegram.say(ADMIN, "/start")
        m.start()
        told = "The machines do not run the same configuration or release: "
        m.wait_until(lambda: any(told in text for text in m.world.telegram.texts(ADMIN)), 60)
        doctor = m.each[0].beside("doctor")
        assert "BAD  machines: " in doctor
        assert "put the same configuration files" in doctor
        (other.config / "watchlists" / "more.yaml").unlink()
        again = "The machines run the same configuration and release again."
        m.wait_until(lambda: any(again in text for text in m.world.telegram.texts(ADMIN)), 60)
        m.stop()


def test_a_single_round_leaves_the_work_to_the_machines(tmp_path: Path, postgres: Cluster) -> None:
    with machines(tmp_path, postgres, 1) as m:
        m.start()
        m.wait_until(lambda: m.leader() == 0)
        said = m.each[0].beside("once")
        assert "a machine is at work on" in said
        m.stop()
        assert m.each[0].command("once").status == 0
