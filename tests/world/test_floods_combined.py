"""Floods of several causes at once: a site that changes everything in a day, a source that is renamed or taken out of
the list for a day, a feed that is empty for a day. Old news rings for nobody, however small the feed is.

One installation; each test has feeds and articles of its own in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fakefeeds import Item
from news import item, page, title
from program import World, world

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

NOW = datetime.now(UTC)
ELSEWHERE = "127.0.0.2"
OLD = timedelta(days=20)

LARGE, SMALL = 12, 6
"""Entries of a feed: more than make a flood by themselves, and fewer."""

CASES = {"codes": 1000, "domain": 1100, "updated": 1200, "empty": 1300, "name": 1500, "gone": 1600}


def numbers(start: int) -> list[int]:
    """Those of a case's large feed and of its small one."""
    return [*range(start, start + LARGE), *range(start + 50, start + 50 + SMALL)]


def both(w: World, name: str, found: Sequence[Item], *, fresh: Sequence[Item] = ()) -> None:
    """The large feed of a case and the small one list these, and each one of the fresh ones."""
    w.feed([*fresh[:1], *found[:LARGE]], f"/{name}.xml", name)
    w.feed([*fresh[1:], *found[LARGE:]], f"/{name}-small.xml", f"{name}-small")


def fresh(w: World, start: int) -> list[Item]:
    """One new article for each feed of a case."""
    return [w.page(start + 40), w.page(start + 90)]


def dated(number: int) -> Item:
    return item(number, published=NOW - OLD - number % 100 * timedelta(hours=1))


@pytest.fixture(scope="module")
def w(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A first look at all feeds; all that can go wrong; all as it was before, and one new article in each feed."""
    with world(tmp_path_factory.mktemp("floods")) as made:
        made.publish(1)
        made.subscribe()
        made.once()
        _first_look(made)
        _everything_at_once(made)
        _as_before(made)
        yield made
        assert made.telegram.violations == []


def _first_look(w: World) -> None:
    for name, start in CASES.items():
        for number in numbers(start):
            w.page(number)
        both(w, name, [dated(number) for number in numbers(start)])
    w.once()


def _everything_at_once(w: World) -> None:
    for number in numbers(CASES["codes"]):
        w.web.page(f"/read.php?id={number}", page(number))
    both(w, "codes", [_recoded(number) for number in numbers(CASES["codes"])])
    w.web.open(ELSEWHERE)
    for number in numbers(CASES["domain"]):
        w.web.page(f"/2026/{number}", page(number), host=ELSEWHERE)
    both(w, "domain", [_moved(w, number) for number in numbers(CASES["domain"])])
    for number in numbers(CASES["updated"]):
        w.web.page(f"/news/{number}", page(number, name=f"UPDATE 1 - {title(number)}"))
    both(w, "updated", [_updated(number) for number in numbers(CASES["updated"])])
    both(w, "empty", [])
    w.feeds["renamed"] = w.feeds.pop("name")
    w.feeds["renamed-small"] = w.feeds.pop("name-small")
    w.feeds.pop("gone")
    w.feeds.pop("gone-small")
    w.program.write_sources(w.feeds)
    w.once()


def _as_before(w: World) -> None:
    for name, start in CASES.items():
        if name != "name":
            both(w, name, [dated(number) for number in numbers(start)], fresh=fresh(w, start))
    start = CASES["name"]
    new, old = fresh(w, start), [dated(number) for number in numbers(start)]
    w.feed([new[0], *old[:LARGE]], "/name.xml", "renamed")
    w.feed([new[1], *old[LARGE:]], "/name-small.xml", "renamed-small")
    w.once()


def _recoded(number: int) -> Item:
    """New ids, new addresses, new dates, all in one day."""
    return replace(dated(number), guid=f"urn:{number}", path=f"/read.php?id={number}", published=NOW)


def _moved(w: World, number: int) -> Item:
    return replace(dated(number), path=w.web.url(f"/2026/{number}", ELSEWHERE), guid=f"new-{number}")


def _updated(number: int) -> Item:
    return replace(dated(number), title=f"UPDATE 1 - {title(number)}", published=NOW)


@pytest.mark.parametrize("case", CASES)
def test_old_news_rings_for_nobody_and_what_is_new_afterwards_rings_once(w: World, case: str) -> None:
    start = CASES[case]
    alerts = [sent.text for sent in w.alerts()]
    old = [number for number in numbers(start) if any(title(number) in text for text in alerts)]
    assert old == []
    assert [sum(title(number) in text for text in alerts) for number in (start + 40, start + 90)] == [1, 1]
