"""What a new version of a watchlist changes, and which articles are shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.model import Priority
from bot.story.change import Fate, change, sample
from bot.story.trial import Captured, Counts, Hit, RuleFacts, Span, count

START = datetime(2026, 3, 1, tzinfo=UTC)
SPAN = Span(START, START + timedelta(days=1), UTC)


def rules(*names: str) -> list[RuleFacts]:
    """A rule is written `name` or `name=wording`; its wording is its meaning."""
    pairs = (name.partition("=") for name in names)
    return [RuleFacts(name, Priority.NORMAL, 1, said or name, said or name) for name, _, said in pairs]


def counts(facts: Sequence[RuleFacts], matched: dict[int, tuple[int, ...]], label: str = "nato") -> Counts:
    labels: Captured = frozenset({("partner", label)})
    hits = [Hit(at, at, START, "a", tuple((rule, labels) for rule in found)) for at, found in matched.items()]
    return count(hits, facts, SPAN, {})


def test_an_article_is_added_where_no_rule_matched_it_and_one_does() -> None:
    facts = rules("one", "two")
    found = change(counts(facts, {1: (0,), 2: (0,)}), counts(facts, {1: (1,), 3: (0,)}), facts, facts)
    assert (found.added, found.dropped) == ((3,), (2,))


def test_each_rule_says_what_it_gained_and_lost() -> None:
    facts = rules("one", "two")
    found = change(counts(facts, {1: (0,), 2: (0,)}), counts(facts, {1: (1,), 3: (0,)}), facts, facts)
    assert [(each.name, each.fate, each.added, each.dropped) for each in found.rules] == [
        ("one", Fate.KEPT, 1, 2),
        ("two", Fate.KEPT, 1, 0),
    ]


def test_rules_are_told_apart_as_changed_renamed_added_and_dropped() -> None:
    old, new = rules("same", "edited=a", "old_name=x", "gone"), rules("same", "edited=b", "new_name=x", "fresh")
    found = change(counts(old, {}), counts(new, {}), old, new)
    assert [(each.name, each.was, each.fate) for each in found.rules] == [
        ("same", "same", Fate.KEPT),
        ("edited", "edited", Fate.CHANGED),
        ("new_name", "old_name", Fate.RENAMED),
        ("fresh", None, Fate.ADDED),
        ("gone", "gone", Fate.DROPPED),
    ]


def test_a_rule_written_alike_over_a_changed_concept_is_renamed_too() -> None:
    before = [RuleFacts("old", Priority.NORMAL, 1, "words", "one")]
    after = [RuleFacts("new", Priority.NORMAL, 1, "words", "other")]
    (found,) = change(counts(before, {}), counts(after, {}), before, after).rules
    assert (found.was, found.fate) == ("old", Fate.RENAMED)


def test_two_copies_of_one_rule_are_not_both_its_new_name() -> None:
    old, new = rules("old=x"), rules("first=x", "second=x")
    found = change(counts(old, {}), counts(new, {}), old, new)
    assert [each.fate for each in found.rules] == [Fate.RENAMED, Fate.ADDED]


def test_articles_that_match_in_both_under_other_labels_are_counted() -> None:
    facts = rules("one")
    found = change(counts(facts, {1: (0,)}, "eu"), counts(facts, {1: (0,), 2: (0,)}, "nato"), facts, facts)
    assert found.relabelled == 1
    assert found.labels == {("partner", "eu"): (1, 0), ("partner", "nato"): (0, 2)}


def test_a_sample_prefers_different_stories_and_keeps_the_order() -> None:
    stories = {at: 1 if at <= 90 else at for at in range(1, 100)}
    chosen = sample(range(1, 100), stories)
    assert len(chosen) == 10
    assert chosen == sorted(chosen)
    assert len({stories[at] for at in chosen}) == 10


def test_a_sample_is_spread_and_the_same_on_every_run() -> None:
    ids = list(range(1, 1001))
    chosen = sample(ids, dict(zip(ids, ids, strict=True)))
    assert chosen == sample(ids, dict(zip(ids, ids, strict=True)))
    assert chosen[0] < 300 < 700 < chosen[-1]


def test_a_sample_of_few_is_all_of_them() -> None:
    assert sample([5, 3], {5: 1, 3: 1}) == [5, 3]
