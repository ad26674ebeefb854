"""A clock that goes wrong: while the program runs, and between two starts. No flood, nothing told twice, and the
schedule goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from harm import HarmedWorld, harmed, stop
from news import item, title
from program import ADMIN, READER

pytestmark = pytest.mark.timeout(200)

FIRST = (1, 2, 3)


def _news(w: HarmedWorld, *numbers: int) -> None:
    for number in numbers:
        w.page(number)
    w.feed([item(number) for number in (*numbers[::-1], *FIRST)])


def _settled(w: HarmedWorld) -> None:
    """Two readers, three articles that are known, and a digest that was told."""
    w.program.settings["telegram"]["access"] = "open"
    # Else a feed without news for a year is seldom asked.
    w.program.settings["poll"]["slowest"] = "1s"
    w.program.write_settings()
    w.program.clock()
    w.publish(*FIRST)
    w.subscribe()
    w.subscribe(READER)
    w.once()
    w.program.change(
        f"UPDATE subscriptions SET rhythm = 'hourly', due_at = datetime('now', '-1 minute') WHERE chat_id = {READER}"
    )
    _news(w, 4)
    w.once()
    assert w.told(title(4), READER) == 1, w.telegram.texts(READER)
    assert sum(title(4) in sent.text for sent in w.alerts()) == 1


@pytest.mark.parametrize("hours", [-48, 6 * 365 * 24], ids=["two days back", "six years ahead"])
def test_a_clock_that_jumps_while_the_program_runs_stops_nothing_and_repeats_nothing(
    tmp_path: Path, hours: float
) -> None:
    with harmed(tmp_path) as w:
        _settled(w)
        w.program.listen()
        with w.program.running():
            assert w.program.fed(20)
            before = len(w.telegram.messages())
            w.program.clock(hours=hours)
            # Three ticks, on a busy machine.
            assert w.program.fed(15), "the schedule stands still"
            assert [sent.text for sent in w.telegram.messages()[before:]] == []
            _news(w, 4, 5)
            w.telegram.wait_for(lambda t: w.told(title(5)), 40)
            # As ntpd sets it right again.
            w.program.clock()
            assert w.program.fed(15), "the schedule stands still since the clock is right again"
            _news(w, 4, 5, 6)
            w.telegram.wait_for(lambda t: w.told(title(6)), 40)
            status, seconds = stop(w.program)
        assert (status, seconds < 10) == (0, True)
        for number in (4, 5, 6):
            assert sum(title(number) in sent.text for sent in w.alerts(ADMIN)) == 1
            assert w.told(title(number), READER) <= 1
        assert w.telegram.violations == []


@pytest.mark.parametrize("hours", [-48, 6 * 365 * 24], ids=["two days back", "six years ahead"])
def test_a_clock_that_is_wrong_for_one_start_costs_nothing_after_it(tmp_path: Path, hours: float) -> None:
    with harmed(tmp_path) as w:
        _settled(w)
        w.program.clock(hours=hours)
        _news(w, 4, 5)
        w.once()
        w.program.clock()
        before = len(w.telegram.messages())
        _news(w, 4, 5, 6)
        with w.program.running():
            w.telegram.wait_for(lambda t: w.told(title(6)), 40)
        assert sum(title(6) in sent.text for sent in w.alerts(ADMIN)) == 1
        assert [w.told(title(number)) for number in (4, 5)] == [1, 1]
        # No heap of notices: the digest at most.
        assert len(w.telegram.messages()) - before <= 3
