"""When a story that a place was told of comes again, and with what."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from desk_digest import ANTARA, DAY, HOUR, SEEN, report, source, step, story

from bot.model import Match, Priority, Report, Source, Step, Story
from bot.tell.moved import Before, Found, News, news

TOLD = SEEN + HOUR


def of_outlets(before: int, since: int) -> Story:
    """A story that so many outlets had when it was told, and so many more since."""
    reports = [report(number, source(f"o{number}"), seen=SEEN) for number in range(before)]
    return story(*reports, *(report(90 + at, source(f"n{at}"), seen=TOLD + (at + 1) * HOUR) for at in range(since)))


def moved(
    found: Story,
    outlets: int | None = None,
    *,
    then: int | None = None,
    now: Step | None = None,
    priority: Priority | None = Priority.NORMAL,
    rows: tuple[Found, ...] = (),
    noted: bool = True,
) -> News | None:
    had = sum(each.first_seen <= TOLD for each in found.reports) if outlets is None else outlets
    return news(found, Before(had, then, priority, TOLD, noted), now, rows)


def row(
    rule: str = "partnership",
    *labels: str,
    at: datetime = SEEN,
    joined: datetime = SEEN,
    priority: Priority = Priority.NORMAL,
) -> Found:
    return Found(rule, priority, {"partner": labels} if labels else {}, at, joined)


# --- outlets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "since", "says"),
    [(1, 0, 0), (1, 1, 0), (1, 2, 2), (2, 2, 0), (2, 3, 3), (9, 2, 0), (9, 3, 3)],
)
def test_three_new_outlets_are_news_and_two_where_one_had_it(before: int, since: int, says: int) -> None:
    found = moved(of_outlets(before, since))
    assert (found.outlets if found else 0) == says


def test_the_new_outlets_are_named_the_latest_first() -> None:
    found = moved(of_outlets(1, 3))
    assert found is not None
    assert [each.article.source.name for each in found.reports if each.article.source] == ["n2", "n1", "n0"]


def test_reprints_within_a_family_are_no_new_outlets() -> None:
    first = report(1, source("a", family="group"))
    more = [report(5 + at, source(f"b{at}", family="group"), seen=TOLD + HOUR) for at in range(4)]
    assert moved(story(first, *more)) is None


def test_where_nobody_noted_how_many_had_it_those_seen_since_are_new() -> None:
    found = moved(of_outlets(2, 3), outlets=0)
    assert found is not None
    assert found.outlets == 3
    assert moved(of_outlets(2, 2), outlets=0) is None


def test_an_outlet_whose_report_was_seen_before_and_read_after_is_new() -> None:
    found = moved(of_outlets(4, 0), outlets=1)
    assert found is not None
    assert found.outlets == 3


def test_outlets_that_are_gone_are_no_news() -> None:
    assert moved(of_outlets(1, 0), outlets=5) is None


# --- steps ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("then", "now", "is_news"), [(None, 0, True), (2, 3, True), (3, 3, False), (3, 2, False)])
def test_a_higher_step_is_news(then: int | None, now: int, is_news: bool) -> None:
    found = moved(of_outlets(1, 0), then=then, now=step(now))
    assert (found is not None and found.step is not None) is is_news


def test_a_step_is_no_news_where_nobody_noted_the_one_told() -> None:
    assert moved(of_outlets(1, 0), outlets=0, now=step(3), noted=False) is None


def test_a_step_is_news_where_other_rules_noted_a_lower_one() -> None:
    found = moved(of_outlets(1, 0), outlets=0, now=step(3))
    assert found is not None
    assert found.step == step(3)


def test_one_new_outlet_is_told_beside_other_news() -> None:
    found = moved(of_outlets(1, 1), now=step(3))
    assert found is not None
    assert found.outlets == 1


# --- loudness -------------------------------------------------------------------------------------------------------


def loud(priority: Priority) -> Story:
    return story(report(1), report(2, source("o"), priority=priority, seen=TOLD + HOUR))


@pytest.mark.parametrize(
    ("then", "now", "says"),
    [
        (Priority.NORMAL, Priority.URGENT, Priority.URGENT),
        (Priority.URGENT, Priority.URGENT, None),
        (Priority.NORMAL, Priority.LOW, None),
        (Priority.LOW, Priority.LOW, Priority.NORMAL),
    ],
)
def test_a_louder_rule_is_news(then: Priority, now: Priority, says: Priority | None) -> None:
    found = moved(loud(now), priority=then)
    assert (found.priority if found else None) == says


def test_what_a_digest_told_was_as_loud_as_its_rules_were_then() -> None:
    rows = (row(priority=Priority.NORMAL), row("alarm", at=TOLD + HOUR, joined=TOLD + HOUR, priority=Priority.URGENT))
    found = moved(loud(Priority.URGENT), priority=None, rows=rows)
    assert found is not None
    assert found.priority is Priority.URGENT


def test_a_rule_that_waited_for_a_second_publisher_was_not_heard_before() -> None:
    def both(number: int, of: Source, seen: datetime) -> Report:
        plain = report(number, of, seen=seen)
        loud = Match("japan", "alarm", Priority.URGENT, {}, (), "v", min_sources=2)
        return replace(plain, matches=(*plain.matches, loud))

    grown = story(both(1, ANTARA, SEEN), both(2, source("o"), TOLD + HOUR))
    found = moved(grown, priority=None, rows=(row(), row("alarm", priority=Priority.URGENT)))
    assert found is not None
    assert found.priority is Priority.URGENT


def test_where_nobody_knows_how_loud_it_was_it_is_not_louder() -> None:
    assert moved(loud(Priority.URGENT), priority=None) is None


# --- changed reports ------------------------------------------------------------------------------------------------


def test_a_report_changed_since_says_which_rule_and_label_it_has_now() -> None:
    rows = (row("partnership", "indonesia"), row("exercise", "indonesia", "nato", at=TOLD + HOUR))
    found = moved(of_outlets(1, 0), rows=rows)
    assert found is not None
    assert (found.rules, found.labels) == (("exercise",), {"partner": ("nato",)})


def test_a_further_article_that_another_rule_matches_is_no_changed_report() -> None:
    rows = (row(), row("exercise", "nato", at=TOLD + HOUR, joined=TOLD + HOUR))
    assert moved(of_outlets(1, 1), rows=rows) is None


def test_a_report_changed_before_it_was_told_is_no_news() -> None:
    assert moved(of_outlets(1, 0), rows=(row(at=TOLD, joined=SEEN - DAY),)) is None


def test_a_rule_that_counts_anew_says_the_labels_it_has_now() -> None:
    rows = (row("exercise", "indonesia", at=SEEN), row("partnership", "indonesia", at=TOLD + HOUR))
    found = moved(of_outlets(1, 0), rows=rows)
    assert found is not None
    assert found.rules == ("partnership",)
    assert not found.labels
