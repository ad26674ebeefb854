"""What the rules' answers to an archive come to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.model import Priority, Source
from bot.story.trial import Answer, Hit, RuleFacts, Span, Stored, count

START = datetime(2026, 3, 1, tzinfo=UTC)
SPAN = Span(START, START + timedelta(days=10), ZoneInfo("Asia/Jakarta"))
INDONESIA = frozenset({("partner", "indonesia")})


def rule(name: str = "pact", priority: Priority = Priority.NORMAL, min_sources: int = 1) -> RuleFacts:
    return RuleFacts(name, priority, min_sources, name, name)


def hit(
    number: int, *rules: int, story: int | None = None, hours: float = 1, family: str = "a", early: bool = False
) -> Hit:
    answer: Answer = tuple((each, INDONESIA) for each in rules or (0,))
    return Hit(number, story or number, START + timedelta(hours=hours), family, answer, early)


def test_matches_are_counted_by_article_and_alerts_by_story() -> None:
    counts = count([hit(1, story=7), hit(2, story=7), hit(3)], [rule()], SPAN, {})
    assert counts.every.ids == (1, 2, 3)
    assert set(counts.every.rung) == {7, 3}


def test_days_are_those_of_the_configured_zone() -> None:
    counts = count([hit(1, hours=16.5), hit(2, hours=17.5)], [rule()], SPAN, {})
    assert counts.every.matches_on == {date(2026, 3, 1): 1, date(2026, 3, 2): 1}


def test_a_low_rule_matches_and_never_rings() -> None:
    counts = count([hit(1, 0), hit(2, 1)], [rule("quiet", Priority.LOW), rule("loud", Priority.URGENT)], SPAN, {})
    assert [len(each.ids) for each in counts.rules] == [1, 1]
    assert [len(each.rung) for each in counts.rules] == [0, 1]
    assert set(counts.every.rung) == {2}


def test_a_rule_counts_once_its_story_has_enough_publishers() -> None:
    lonely = [hit(1, story=1, family="a"), hit(2, story=1, family="a")]
    backed = [hit(3, story=3, family="a", hours=2), hit(4, story=3, family="b", hours=50)]
    counts = count([*lonely, *backed], [rule(min_sources=2)], SPAN, {})
    assert counts.every.ids == (3, 4)
    assert counts.every.rung == {3: START + timedelta(hours=50)}


def test_publishers_of_another_rule_do_not_help() -> None:
    hits = [hit(1, 0, story=1, family="a"), hit(2, 1, story=1, family="b")]
    counts = count(hits, [rule("one", min_sources=2), rule("other")], SPAN, {})
    assert counts.rules[0].ids == ()
    assert counts.rules[1].ids == (2,)


def test_a_story_that_rang_before_rings_no_more_and_its_publishers_count() -> None:
    before = Hit(1, 1, START - timedelta(days=1), "a", ((0, INDONESIA),), early=True)
    counts = count([before, hit(2, story=1)], [rule()], SPAN, {})
    assert counts.every.ids == (2,)
    assert counts.every.rung == {}
    counts = count([before, hit(2, story=1, family="b")], [rule(min_sources=2)], SPAN, {})
    assert set(counts.every.rung) == {1}


def test_labels_of_a_rule_that_does_not_count_are_not_counted() -> None:
    other = frozenset({("partner", "nato")})
    found = Hit(1, 1, START, "a", ((0, INDONESIA), (1, other)))
    counts = count([found], [rule("one", min_sources=2), rule("other")], SPAN, {})
    assert counts.every.labels == {("partner", "nato"): 1}


def test_readers_verdicts_give_the_precision_of_each_rule_that_told_the_story() -> None:
    verdicts = {1: (3, 1), 2: (0, 4), 9: (5, 5)}
    counts = count([hit(1, 0), hit(2, 1), hit(3, 1)], [rule("one"), rule("other")], SPAN, verdicts)
    assert counts.every.verdicts is not None
    assert (counts.every.verdicts.stories, counts.every.verdicts.precision) == (2, 0.375)
    assert counts.rules[0].verdicts is not None
    assert counts.rules[0].verdicts.precision == 0.75


def test_without_verdicts_there_is_no_precision() -> None:
    assert count([hit(1)], [rule()], SPAN, {}).every.verdicts is None


@pytest.mark.parametrize(("hours", "a_day"), [(2, 6), (24, 6), (48, 3)])
def test_less_than_a_day_counts_as_one(hours: int, a_day: float) -> None:
    assert Span(START, START + timedelta(hours=hours), UTC).a_day(6) == a_day


def test_an_article_of_no_listed_source_is_a_publisher_of_its_own() -> None:
    stored = Stored(1, None, START, None, "", "en", "https://a.example/1", "t", "l", '["p"]')
    assert stored.family({}) == "https://a.example/1"
    assert stored._replace(source="gone").family({}) == "gone"
    assert stored._replace(source="a").family({"a": Source("a", "A", family="house")}) == "house"
    assert stored.article({}).paragraphs == ("p",)
