"""Machines that are changed one after the other: restarts, other configurations, and a schema from a newer release."""

from __future__ import annotations

import time
from pathlib import Path

from machines import machines
from program import WATCHLIST
from town import town

from bot.store.migrations import HEAD
from postgres import Cluster

STOPS_WITHIN = 10.0


def test_machines_that_are_restarted_in_turn_lose_and_repeat_nothing(tmp_path: Path, postgres: Cluster) -> None:
    with machines(tmp_path, postgres, 3) as m:
        papers = town(m, 6)
        papers.settle()
        for machine in m.each:
            papers.publish(3)
            time.sleep(1)
            began = time.monotonic()
            assert machine.end() == 0, machine.errors
            assert time.monotonic() - began <= STOPS_WITHIN
            papers.publish(2)
            m.start()
        papers.publish(2)
        m.wait_until(lambda: not papers.lost())
        papers.digest_falls_due()
        m.wait_until(lambda: papers.in_digests() == len(papers.published))
        assert papers.repeats() == []
        assert papers.digests_repeated() == []
        assert papers.overlaps() == []
        assert papers.stuck() == []
        assert m.world.telegram.violations == []
        m.stop()


def test_machines_with_different_configurations_both_work(tmp_path: Path, postgres: Cluster) -> None:
    with machines(tmp_path, postgres, 2) as m:
        papers = town(m, 12)
        other = m.each[1]
        other.config = tmp_path / "other"
        (other.config / "watchlists").mkdir(parents=True)
        for name in ("bot.yaml", "sources.yaml"):
            (other.config / name).write_bytes((m.each[0].config / name).read_bytes())
        (other.config / "watchlists" / "pacts.yaml").write_text(WATCHLIST + "# another\n")
        papers.settle()
        papers.publish(12)
        m.wait_until(lambda: not papers.lost())
        m.wait_until(lambda: all(count > 0 for (count,) in m.each[0].rows("SELECT visits FROM nodes")))
        assert papers.repeats() == []
        assert papers.overlaps() == []
        m.stop()


def test_machines_go_on_and_start_on_a_newer_schema_that_only_adds(tmp_path: Path, postgres: Cluster) -> None:
    with machines(tmp_path, postgres, 2) as m:
        papers = town(m, 4)
        papers.settle()
        m.each[0].change("ALTER TABLE articles ADD COLUMN of_the_next_release text")
        m.each[0].change("CREATE TABLE of_the_next_release (id bigint)")
        m.each[0].change(f"UPDATE facts SET value = to_json('{HEAD}'::text) WHERE name = 'oldest_program'")
        m.each[0].change("UPDATE alembic_version SET version_num = '9999'")
        papers.publish(4)
        m.wait_until(lambda: not papers.lost())
        assert m.each[0].end() == 0
        m.start()
        papers.publish(4)
        m.wait_until(lambda: not papers.lost())
        m.stop()
        assert m.each[0].rows("SELECT version_num FROM alembic_version") == [("9999",)]


def test_a_newer_schema_that_this_release_cannot_work_on_is_refused(tmp_path: Path, postgres: Cluster) -> None:
    with machines(tmp_path, postgres, 1) as m:
        m.start()
        m.stop()
        m.each[0].change("UPDATE facts SET value = to_json('9998'::text) WHERE name = 'oldest_program'")
        m.each[0].change("UPDATE alembic_version SET version_num = '9999'")
        ended = m.each[0].command("run")
        assert ended.status != 0
        assert "was made by a newer release" in ended.err
