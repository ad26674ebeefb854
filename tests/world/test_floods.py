"""Floods that must not happen: whatever makes old news look new, nobody's telephone rings for each of it.

One installation; each test has feeds and articles of its own in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fakefeeds import Item
from news import item, page, title
from program import WATCHLIST, World, world

pytestmark = pytest.mark.timeout(300)

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


def items(w: World, numbers: range | list[int]) -> list[Item]:
    """Entries of these articles, each with its page."""
    return [w.page(number) for number in numbers]


@pytest.fixture(scope="module")
def w(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Four rounds: a first look at all feeds, then whatever makes their old news look new."""
    with world(tmp_path_factory.mktemp("floods")) as made:
        made.publish(1)
        made.subscribe()
        made.once()
        _first_look(made)
        _old_news_looks_new(made)
        _and_again(made)
        made.program.write_watchlist(WATCHLIST + "  - {name: talks, match: '\"talks\"', priority: urgent}\n")
        _and_again(made, turn=2)
        yield made
        assert made.telegram.violations == []


def lists(w: World, name: str, found: list[Item]) -> None:
    w.feed(found, f"/{name}.xml", name)


def _first_look(w: World) -> None:
    lists(w, "first", items(w, range(100, 130)))
    lists(w, "week", items(w, [200]))
    for name, start in (("ids", 300), ("dates", 400), ("moved", 500)):
        lists(w, name, items(w, range(start, start + 12)))
    lists(w, "tls", items(w, range(600, 606)))
    lists(w, "turns", items(w, [700]))
    lists(w, "odd", items(w, [800]))
    for number in range(40):
        lists(w, f"chain{number}", items(w, [1]))
    w.once()


def _old_news_looks_new(w: World) -> None:
    w.program.change("UPDATE feeds SET last_success = datetime('now', '-8 days') WHERE source = 'week'")
    lists(w, "week", items(w, range(200, 206)))
    lists(w, "ids", [replace(each, guid=f"urn:new:{each.path}") for each in items(w, range(300, 312))])
    lists(w, "dates", [replace(each, published=NOW) for each in items(w, range(400, 412))])
    for number in range(500, 512):
        w.web.page(f"/2026/{number}", page(number))
    lists(w, "moved", [replace(item(number), path=f"/2026/{number}") for number in range(500, 512)])
    secure = w.web.url("").replace("http://", "https://")
    lists(w, "tls", [replace(each, path=secure + each.path) for each in items(w, range(600, 606))])
    lists(w, "turns", items(w, [700, 701, 702]))
    lists(w, "odd", odd(w))
    for number in range(40):
        lists(w, f"chain{number}", items(w, [900, 1]))
    w.once()


def _and_again(w: World, turn: int = 1) -> None:
    lists(w, "week", items(w, range(200, 207)))
    lists(w, "turns", items(w, [700, 703] if turn == 1 else [700, 701, 702]))
    lists(w, "odd", odd(w)[:: -1 if turn == 1 else 1])
    w.once()


def odd(w: World) -> list[Item]:
    known, plain, future, garbled = items(w, [800, 801, 802, 803])
    return [known, plain, replace(future, published=NOW + 400 * DAY), replace(garbled, published="soon")]


def told(w: World, number: int) -> bool:
    return any(title(number) in sent.text for sent in w.news())


def test_a_first_look_at_thirty_articles_is_one_picture(w: World) -> None:
    assert w.rings(range(100, 130)) == 0
    # One for each round in which there was anything of the kind.
    ((pictures,),) = w.program.rows("SELECT count(*) FROM deliveries WHERE kind = 'picture' AND part = 1")
    assert 1 <= pictures <= 4


def test_after_a_week_off_what_has_piled_up_is_a_picture_and_what_comes_then_an_alert(w: World) -> None:
    assert w.rings(range(200, 206)) == 0 and told(w, 205)
    assert w.rings([206]) == 1


def test_new_ids_for_all_entries_ring_for_none(w: World) -> None:
    assert w.rings(range(300, 312)) == 0


def test_an_archive_that_comes_again_with_new_dates_rings_for_none(w: World) -> None:
    assert w.rings(range(400, 412)) == 0


def test_an_archive_that_comes_again_under_new_addresses_rings_for_none(w: World) -> None:
    assert w.rings(range(500, 512)) == 0


def test_http_that_becomes_https_rings_for_none(w: World) -> None:
    assert w.rings(range(600, 606)) == 0
    assert w.program.rows("SELECT count(*) FROM pages WHERE url LIKE '%/news/60_'") == [(6,)]


def test_two_servers_that_take_turns_ring_once_for_each_article(w: World) -> None:
    assert [w.rings([number]) for number in (700, 701, 702, 703)] == [0, 1, 1, 1]


def test_undated_and_future_entries_ring_once_each(w: World) -> None:
    assert [w.rings([number]) for number in (800, 801, 802, 803)] == [0, 1, 1, 1]


def test_one_article_in_forty_feeds_rings_once(w: World) -> None:
    assert w.rings([900]) == 1


def test_a_new_rule_rings_for_nothing_that_was_read_before(w: World) -> None:
    assert w.program.rows("SELECT DISTINCT rule FROM matches WHERE rule = 'talks'") == []
    assert sum(sent.text.startswith("Now urgent") for sent in w.alerts()) == 0
