"""Which story of a digest stands where: once, under what it is mainly about, no more than fit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from desk_digest import SEEN, evidence, plain_story, report, source, story

from bot.model import Evidence, Part, Priority, Report, Story
from bot.tell.rank import Item, rank
from bot.tell.sections import OTHER, Caps, main_label, sections

WIDE = Caps(stories=100, per_section=100, more=100)


def shown(stories: list[Story], caps: Caps = WIDE, concept: str | None = "partner") -> list[tuple[str, list[int]]]:
    found = sections(rank(map(Item, stories), SEEN), concept, caps)
    return [(each.label, [one.item.story.id for one in each.shown]) for each in found]


def with_evidence(made: Report, *pieces: Evidence) -> Report:
    match = made.matches[0]
    return replace(
        made, matches=(type(match)(match.watchlist, match.rule, match.priority, match.labels, tuple(pieces)),)
    )


def in_body(label: str, times: int) -> list[Evidence]:
    return [
        replace_piece(evidence("Indonesia", Part.BODY, 0, label)[0], start=at * 20, end=at * 20 + 9)
        for at in range(times)
    ]


def replace_piece(piece: Evidence, **changes: int) -> Evidence:
    return piece._replace(**changes)  # type: ignore[arg-type]  # the fields of a piece of evidence


def test_a_story_stands_under_the_label_with_the_most_evidence() -> None:
    made = with_evidence(report(1, labels=("indonesia", "nato")), *in_body("indonesia", 1), *in_body("nato", 2))
    assert main_label(story(made), "partner") == "nato"


def test_the_label_in_the_headline_wins_over_more_words_below() -> None:
    title = evidence("Indonesia", Part.TITLE, None, "nato")
    made = with_evidence(report(1, labels=("indonesia", "nato")), *in_body("indonesia", 9), *title)
    assert main_label(story(made), "partner") == "nato"


def test_of_equal_labels_the_first_is_taken() -> None:
    made = with_evidence(report(1, labels=("nato", "indonesia")))
    assert main_label(story(made), "partner") == "nato"


@pytest.mark.parametrize("concept", [None, "country"])
def test_without_a_label_of_the_concept_a_story_is_other(concept: str | None) -> None:
    assert main_label(plain_story(), concept) == OTHER


def test_two_rules_that_found_the_same_word_count_it_once() -> None:
    twice = with_evidence(report(1, labels=("indonesia", "nato")), *in_body("indonesia", 1), *in_body("nato", 2))
    again = replace(twice, matches=(*twice.matches, with_evidence(twice, *in_body("indonesia", 1)).matches[0]))
    assert main_label(story(again), "partner") == "nato"


def test_the_section_of_the_weightiest_story_comes_first_and_other_last() -> None:
    stories = [
        plain_story(1, labels=(), priority=Priority.URGENT),
        plain_story(2),
        plain_story(3),
        plain_story(4, labels=("nato",), of=source("a", 1), title="Indonesia", priority=Priority.URGENT),
    ]
    assert shown(stories) == [("nato", [4]), ("indonesia", [2, 3]), (OTHER, [1])]


def test_each_story_stands_once() -> None:
    stories = [plain_story(number, labels=("indonesia", "nato")) for number in range(1, 30)]
    found = sections(rank(map(Item, stories), SEEN), "partner", Caps(5, 3, 4))
    ids = [one.item.story.id for each in found for one in (*each.shown, *each.headlines)]
    assert len(ids) == len(set(ids))
    assert sum(each.stories for each in found) == len(stories)


def test_a_full_section_names_the_rest_by_headline_and_leaves_room_to_others() -> None:
    stories = [plain_story(number) for number in range(1, 9)] + [plain_story(9, of=source("z"), labels=("nato",))]
    first, second = sections(rank(map(Item, stories), SEEN), "partner", Caps(stories=20, per_section=6, more=30))
    assert (len(first.shown), len(first.headlines), first.unnamed) == (6, 2, 0)
    assert [one.item.story.id for one in second.shown] == [9]


def test_above_all_caps_stories_are_only_counted() -> None:
    stories = [plain_story(number) for number in range(1, 11)]
    (only,) = sections(rank(map(Item, stories), SEEN), "partner", Caps(stories=4, per_section=6, more=3))
    assert (len(only.shown), len(only.headlines), only.unnamed) == (4, 3, 3)


def test_what_is_cut_is_what_weighs_least() -> None:
    stories = [plain_story(number, of=source(f"o{number}", tier=1 + number % 3)) for number in range(1, 10)]
    (only,) = sections(rank(map(Item, stories), SEEN), "partner", Caps(stories=3, per_section=9, more=9))
    assert {one.item.story.id % 3 for one in only.shown} == {0}


def test_where_nothing_is_grouped_the_one_section_is_as_long_as_the_digest() -> None:
    stories = [plain_story(number) for number in range(1, 11)]
    (only,) = sections(rank(map(Item, stories), SEEN), None, Caps(stories=8, per_section=2, more=9))
    assert (len(only.shown), len(only.headlines)) == (8, 2)
