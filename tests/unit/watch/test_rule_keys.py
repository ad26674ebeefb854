"""What weights, a threshold and an age do to a rule, and what a mistake in them is answered with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.model import Article
from bot.watch import Watchlists, explain, load, match
from watch.desk import CONCEPTS, article, mistakes, written

HEAD = CONCEPTS.count("\n") + 3
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WEIGHTED = """
  - name: r
    match: japan or defence or partner
    weights: {japan: 1, defence: 2, "partner:nato": 3, '"missile"': 4, '"football"': -5}
    threshold: 6
"""


@pytest.fixture(scope="module")
def weighted(tmp_path_factory: pytest.TempPathFactory) -> Watchlists:
    return load(written(tmp_path_factory.mktemp("weighted"), WEIGHTED))


REACHED = {
    "each weight counts": ("Japan buys a missile for its pertahanan.", "", True),
    "a missing word leaves the score short": ("Japan buys a missile.", "", False),
    "a word counts once however often it stands": ("missile missile missile Japan", "", False),
    "different terms of a concept count each": ("Japan, Japanese: defence and pertahanan.", "", True),
    "a word of the title counts twice": ("Nothing of Japan here.", "A missile", True),
    "a negative weight takes away": ("Japan buys a missile for its defence; football.", "", False),
    "only the label that has a weight counts": ("A missile and Indonesia.", "", False),
}


@pytest.mark.parametrize(("text", "title", "holds"), REACHED.values(), ids=REACHED)
def test_a_threshold(text: str, title: str, holds: bool, weighted: Watchlists) -> None:
    assert bool(match(weighted, article(text, title=title))) == holds


def test_weights_do_not_stand_in_for_the_expression(weighted: Watchlists) -> None:
    assert not match(weighted, article("missile", title="missile"))


def test_a_score_that_falls_short_is_told(weighted: Watchlists) -> None:
    (miss,) = explain(weighted, article("Japan and a missile"))[1]

    assert miss.failed == "threshold 6"
    assert miss.closest is not None and miss.closest.startswith("score 5")


WRONG = {
    "weights: {japan: 1}": "29: weights without threshold: the two belong together",
    "threshold: 3": "29: threshold without weights: the two belong together",
    "weights: {japn: 1}, threshold: 3": "39: unknown concept 'japn' (did you mean 'japan'?)",
    "weights: {japan and defence: 1}, threshold: 3": (
        "39: a weight belongs to a concept, a label or a term in double quotes, not to 'japan and defence'"
    ),
    "weights: {japan: heavy}, threshold: 3": "46: expected a number, found 'heavy'",
    "weights: {japan: 1}, threshold: 0": "61: expected more than 0.0, found 0",
    "max_age: 7": "38: expected a duration such as 50ms, 20s, 10m, 24h or 7d, found the number 7",
    "min_sources: 0": "42: expected at least 1, found 0",
    "min_sources: 1.5": "42: expected a whole number, found the number 1.5",
}


@pytest.mark.parametrize(("keys", "said"), WRONG.items())
def test_a_wrong_key_is_answered_with(keys: str, said: str, tmp_path: Path) -> None:
    assert mistakes(tmp_path, f"  - {{name: r, match: japan, {keys}}}") == [f"{HEAD}:{said}"]


def aged(days: float) -> Article:
    return replace(article("Japan"), published=NOW - timedelta(days=days))


def test_an_article_printed_too_long_ago_is_no_match(tmp_path: Path) -> None:
    ready = load(written(tmp_path, "  - {name: r, match: japan, max_age: 7d}"))

    assert match(ready, aged(6.9), NOW)
    assert not match(ready, aged(7.1), NOW)
    (miss,) = explain(ready, aged(9), seen=NOW)[1]
    assert (miss.failed, miss.closest) == ("max_age 7d", "published 9d before it was seen")


def test_an_article_without_a_date_is_never_too_old(tmp_path: Path) -> None:
    ready = load(written(tmp_path, "  - {name: r, match: japan, max_age: 1h}"))

    assert match(ready, article("Japan"), NOW)
    assert match(ready, aged(9))  # nobody says when it was seen


def test_a_match_carries_how_many_publishers_its_rule_wants(tmp_path: Path) -> None:
    ready = load(written(tmp_path, "  - {name: r, match: japan, min_sources: 3}"))

    assert [found.min_sources for found in match(ready, article("Japan"))] == [3]


CARRYING = "concepts:\n  c: {clitics: true, id: [Jepang, RI], en: [port], labels: {l: {id: [kapal]}, m: [kota]}}"
CLITICS = {
    "a possessive": ("Jepangnya", "id", True),
    "a particle": ("jepanglah", "id", True),
    "both in this order": ("Jepangnyapun", "id", True),
    "not in the other": ("Jepangpunnya", "id", False),
    "after capitals": ("RInya", "id", True),
    "capitals stay capitals": ("rinya", "id", False),
    "on the terms of labels": ("kapalku", "id", True),
    "on terms for all languages": ("kotamu", "en", True),
    "not on those of other languages": ("portmu", "en", False),
    "nothing else": ("Jepangan", "id", False),
}


@pytest.mark.parametrize(("text", "language", "holds"), CLITICS.values(), ids=CLITICS)
def test_clitics(text: str, language: str, holds: bool, tmp_path: Path) -> None:
    ready = load(written(tmp_path, "  - {name: r, match: c}", CARRYING))

    found = match(ready, article(f"Di {text} ada", language=language))

    assert [piece.text for answer in found for piece in answer.evidence] == ([text] if holds else [])


def test_a_rules_version_follows_its_meaning(tmp_path: Path) -> None:
    def version(rule: str, concepts: str = CONCEPTS) -> str:
        ready = load(written(tmp_path, f"  - {rule}", concepts))
        return ready.lists["w"].rules[0].version

    same = version("{name: r, match: japan and defence}")
    assert version("{name: r, match: 'japan  and   defence', group_by: partner}") == same
    others = [
        version("{name: r, match: japan and partner}"),
        version("{name: r, match: japan and defence, max_age: 1d}"),
        version("{name: r, match: japan and defence, min_sources: 2}"),
        version("{name: r, match: japan and defence, weights: {japan: 1}, threshold: 1}"),
        version("{name: r, match: japan and defence, priority: low}"),
        version("{name: r, match: japan and defence}", CONCEPTS.replace("Japanese", "Nippon")),
    ]
    assert len({same, *others}) == 7
