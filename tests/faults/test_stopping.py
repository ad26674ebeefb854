"""SIGTERM at every stage of the work: the program ends in time with status 0, and the next start loses nothing and
repeats nothing that was confirmed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from harm import STOPS_WITHIN, HarmedWorld, harmed, held, stop
from news import item, title
from program import READER, Program

# One installation lives through all of it, and machines can be busy.
pytestmark = pytest.mark.timeout(300)

KNOWN = 1
OTHER, THIRD = "127.0.0.2", "127.0.0.3"


@pytest.fixture(scope="module")
def w(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HarmedWorld]:
    """A reader of alerts, a reader of digests, and three feeds with their first look behind them."""
    with harmed(tmp_path_factory.mktemp("stopping")) as made:
        made.program.settings["telegram"]["access"] = "open"
        made.program.settings["fetch"] |= {"timeout": "60s", "workers": 2}
        made.program.settings["poll"]["slowest"] = "1s"
        # All at length, so that a digest takes several messages.
        made.program.settings["digests"] = {"stories": 40, "per_section": 40}
        made.program.write_settings()
        made.publish(KNOWN)
        made.feed([made.page(2, host=OTHER)], "/other.xml", "other", host=OTHER)
        made.feed([made.page(3, host=THIRD)], "/third.xml", "third", host=THIRD)
        made.subscribe()
        made.subscribe(READER)
        made.once()
        _digest_due(made, "+1 day")
        yield made


def _list(w: HarmedWorld, *numbers: int) -> None:
    w.feed([item(number) for number in (*numbers, KNOWN)])


def _digest_due(w: HarmedWorld, when: str) -> None:
    w.program.change(
        f"UPDATE subscriptions SET rhythm = 'daily', due_at = datetime('now', '{when}') WHERE chat_id = {READER}"
    )


def _alerted(w: HarmedWorld, number: int) -> list[str]:
    return [sent.text for sent in w.alerts() if title(number) in sent.text]


def test_a_feed_and_a_page_that_drip_and_a_worker_that_does_not_answer(w: HarmedWorld) -> None:
    with w.program.running():
        w.page(100)
        _list(w, 100)
        w.program.wait_until(lambda: _alerted(w, 100))
        for worker in w.program.workers():
            os.kill(worker, signal.SIGSTOP)
        w.web.drip("/other.xml", host=OTHER)
        w.web.drip(item(102).path)
        w.telegram.fail("getUpdates", hang=60)
        w.page(101)
        _list(w, 101, 102, 100)
        dripped = len(w.web.asked("/other.xml"))
        w.program.wait_until(lambda: len(w.web.asked("/other.xml")) > dripped)
        time.sleep(0.5)
        workers = w.program.workers()
        status, seconds = stop(w.program)
    assert (status, seconds < STOPS_WITHIN) == (0, True)
    assert len(workers) >= 2
    assert [worker for worker in workers if w.program.state_of(worker) not in ("", "Z")] == []
    w.telegram.mend()
    w.page(102)
    w.feed([item(103), item(2)], "/other.xml", "other", host=OTHER)
    w.page(103, host=OTHER)
    w.once()
    assert [len(_alerted(w, number)) for number in (100, 101, 102, 103)] == [1, 1, 1, 1]


def test_a_database_that_somebody_holds(w: HarmedWorld) -> None:
    with w.program.running():
        w.page(110)
        with held(w.program):
            _list(w, 110, 100)
            w.program.wait_for("is locked")
            status, seconds = stop(w.program)
    assert (status, seconds < STOPS_WITHIN) == (0, True), seconds
    w.once()
    assert len(_alerted(w, 110)) == 1


def test_the_second_part_of_a_digest_and_its_third_is_told_after_the_next_start(w: HarmedWorld) -> None:
    numbers = range(200, 224)
    for number in numbers:
        w.page(number)
    _list(w, *numbers)
    w.once()
    _digest_due(w, "-1 minute")
    before = len(w.news(READER))

    def hang() -> None:
        w.telegram.fail("sendMessage", hang=60, chat_id=READER)

    w.telegram.fail("sendMessage", chat_id=READER, after=hang)
    calls = len(w.telegram.called("sendMessage"))
    with w.program.running():
        w.telegram.wait_for(lambda t: len(t.called("sendMessage")) >= calls + 2, 40)
        status, seconds = stop(w.program)
    assert (status, seconds < STOPS_WITHIN) == (0, True)
    w.telegram.mend()
    first = [sent.text for sent in w.news(READER)[before:]]
    assert len(first) == 1 and first[0].startswith("1/")
    w.once()
    told = [sent.text.partition("\n")[0] for sent in w.news(READER)[before:]]
    # What may have arrived is not repeated by itself; the rest of it comes.
    assert told[0].startswith("1/") and len(told) == len(set(told))


def test_twice_and_in_a_reload(w: HarmedWorld) -> None:
    with w.program.running() as process:
        watchlist = w.program.config / "watchlists" / "pacts.yaml"
        watchlist.write_text(watchlist.read_text().replace("Japan's pacts", "Tokyo's pacts"))
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.1)
        status, seconds = stop(w.program)
    assert (status, seconds < STOPS_WITHIN) == (0, True)
    assert "Traceback" not in w.program.errors
    w.page(120)
    _list(w, 120, 100)
    w.once()
    assert len(_alerted(w, 120)) == 1
    assert w.telegram.violations == []


def test_a_backup_beside_it_is_whole(w: HarmedWorld, tmp_path: Path) -> None:
    with w.program.running():
        beside = Program(tmp_path)
        beside.config, beside.state = w.program.config, w.program.state
        backup = beside.launch("backup", str(tmp_path / "copy.db"))
        time.sleep(0.3)
        status, _ = stop(w.program)
        assert (status, backup.wait(60)) == (0, 0)
    assert w.program.command("--state", str(_alone(tmp_path)), "doctor").out.count("sound") == 1


def _alone(folder: Path) -> Path:
    state = folder / "restored"
    state.mkdir()
    (folder / "copy.db").rename(state / "kentongan.db")
    return state
