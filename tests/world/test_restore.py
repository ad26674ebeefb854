"""A backup that is put back: what was told since it was made does not ring again, and nothing is thrown away."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest
from news import item, title
from program import world

pytestmark = pytest.mark.timeout(200)


def test_what_was_told_since_the_backup_does_not_ring_again(tmp_path: Path) -> None:
    with world(tmp_path) as w:
        w.publish(1)
        w.subscribe()
        w.once()
        file = tmp_path / "backup.db"
        assert w.program.command("backup", str(file)).status == 0
        w.page(2)
        w.feed([item(2), item(1)])
        w.once()
        assert sum(title(2) in sent.text for sent in w.alerts()) == 1
        result = w.program.command("restore", str(file))
        assert result.status == 0 and "what was there before is in" in result.out
        (aside,) = w.program.state.glob("before-restore-*")
        assert (aside / "kentongan.db").exists()
        w.page(3)
        w.feed([item(3), item(2), item(1)])
        w.once()
        assert sum(title(2) in sent.text for sent in w.alerts()) == 1, "it rang again"
        assert any(title(3) in sent.text and sent not in w.alerts() for sent in w.news())
        w.page(4)
        w.feed([item(4), item(3), item(2), item(1)])
        w.once()
        assert sum(title(4) in sent.text for sent in w.alerts()) == 1
        assert w.telegram.violations == []


def test_what_is_no_backup_is_refused_and_all_stays_as_it_was(tmp_path: Path) -> None:
    with world(tmp_path) as w:
        w.publish(1)
        w.once()
        before = (w.program.state / "kentongan.db").read_bytes()
        bad = tmp_path / "bad.db"
        bad.write_bytes(b"no database at all" * 100)
        for file in (bad, tmp_path / "missing.db"):
            result = w.program.command("restore", str(file))
            assert result.status == 1 and len(result.err.splitlines()) == 1 and str(file) in result.err, result.err
        assert (w.program.state / "kentongan.db").read_bytes() == before
        assert [path.name for path in w.program.state.iterdir() if "restore" in path.name] == []
        with (w.program.state / "kentongan.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            result = w.program.command("restore", str(bad))
        assert result.status == 1 and result.err.startswith("kentongan: another kentongan")
