"""A feed of 5,000 entries, from its first look to one new entry anywhere in it: no flood, and nothing is missed.

One installation lives through all rounds; the tests ask what came of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from fakefeeds import Item
from footprint import ROLES, Most, watched
from program import World, world

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

LARGE = 5_000
TOP, MIDDLE, END = 100, 101, 102
NOW = datetime.now(UTC).replace(microsecond=0)


def old(w: World, number: int) -> Item:
    """An old entry: only the first are on the subject, and have pages of their own."""
    if number < 5:
        return w.page(number)
    return Item(f"Notice {number} of the harbour", f"/notice/{number}", "", NOW - timedelta(hours=number))


def serve(w: World, items: list[Item]) -> None:
    w.feed(items, "/large.xml", "large")


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Most]]:
    with world(tmp_path_factory.mktemp("large")) as made:
        made.publish(50)
        made.subscribe()
        made.once()
        with watched(lambda: made.program.pids) as most:
            _rounds(made)
        yield made, most
        assert made.telegram.violations == []


@pytest.fixture
def w(lived: tuple[World, Most]) -> World:
    return lived[0]


def _rounds(w: World) -> None:
    entries = [old(w, number) for number in range(LARGE)]
    serve(w, entries)
    # Five thousand pages.
    w.once(timeout=400)
    serve(w, [w.page(TOP), *entries])
    w.once()
    serve(w, [w.page(TOP), *entries[: LARGE // 2], w.page(MIDDLE), *entries[LARGE // 2 :]])
    w.once()
    last = [w.page(TOP), *entries[: LARGE // 2], w.page(MIDDLE), *entries[LARGE // 2 :], w.page(END)]
    serve(w, last)
    w.once()
    serve(w, last[LARGE // 2 :])
    w.once()
    serve(w, last)
    w.once()


def test_a_first_look_at_five_thousand_entries_rings_for_none(w: World) -> None:
    assert w.rings(range(5)) == 0


def test_a_first_look_reads_every_entry(w: World) -> None:
    assert w.program.rows("SELECT count(*) FROM articles WHERE source = 'large'") == [(LARGE + 3,)]


def test_one_new_entry_at_the_top_in_the_middle_or_at_the_end_rings_once(w: World) -> None:
    assert [w.rings([number]) for number in (TOP, MIDDLE, END)] == [1, 1, 1]


def test_entries_that_drop_out_and_return_do_not_ring(w: World) -> None:
    assert len(w.alerts()) == 3


def test_no_process_of_any_round_passes_400_megabytes(lived: tuple[World, Most]) -> None:
    _, most = lived
    assert len(most) == len(ROLES)
    assert max(resident for resident, _ in most.values()) < 400_000_000, most
