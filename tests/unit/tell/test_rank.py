"""What makes a story matter: the order of a digest, and the reasons for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from desk_digest import ANTARA, DAY, HOUR, SEEN, plain_story, report, source, step, story

from bot.model import Part, Priority, Story
from bot.tell.moved import News
from bot.tell.rank import Item, judged, rank

OUTLETS = [source(f"outlet{number}") for number in range(16)]


def order(*items: Item | Story) -> list[int]:
    wanted = [item if isinstance(item, Item) else Item(item) for item in items]
    return [each.item.story.id for each in rank(wanted, SEEN)]


def everywhere(number: int, outlets: int = 8, priority: Priority = Priority.NORMAL) -> Story:
    return story(*(report(number + place, of, priority=priority) for place, of in enumerate(OUTLETS[:outlets])))


def test_an_urgent_story_stands_above_all_else_together() -> None:
    loud = plain_story(1, of=OUTLETS[0], priority=Priority.URGENT, published=SEEN - 9 * DAY, title="x", body=("y",))
    best = story(report(2, title="Indonesia signs"), *(report(9 + at, of) for at, of in enumerate(OUTLETS)))
    assert order(Item(best, step(9)), loud) == [1, 2]


def test_a_normal_rule_outweighs_seven_more_outlets() -> None:
    assert order(everywhere(1, 7, Priority.LOW), plain_story(90, of=OUTLETS[0])) == [90, 1]


@pytest.mark.parametrize(("first", "second"), [(2, 1), (4, 2), (8, 7)])
def test_more_outlets_stand_higher(first: int, second: int) -> None:
    assert order(everywhere(50, second), everywhere(100, first)) == [100, 50]


def test_above_eight_outlets_more_say_nothing() -> None:
    assert judged(Item(everywhere(1, 8)), SEEN).score == judged(Item(everywhere(1, 16)), SEEN).score


def test_a_later_step_stands_higher_and_any_step_above_none() -> None:
    stories = [plain_story(number) for number in (1, 2, 3)]
    assert order(stories[0], Item(stories[1], step(0)), Item(stories[2], step(3))) == [3, 2, 1]


def test_official_sources_stand_above_quality_press_and_that_above_others() -> None:
    found = [plain_story(tier, of=source(f"tier{tier}", tier)) for tier in (3, 2, 1)]
    assert order(*found) == [1, 2, 3]


def test_what_the_headline_names_stands_higher() -> None:
    assert order(plain_story(1), plain_story(2, title="Indonesia")) == [2, 1]


def test_a_new_story_stands_above_one_that_moved_and_that_above_a_late_one() -> None:
    late = plain_story(1, published=SEEN - 37 * HOUR)
    moved = Item(plain_story(2), news=News(SEEN, 3))
    assert order(late, moved, plain_story(3)) == [3, 2, 1]


def test_equal_stories_stand_by_time_then_by_id() -> None:
    earlier = plain_story(1, published=SEEN - HOUR)
    assert order(earlier, plain_story(3), plain_story(2)) == [2, 3, 1]


def test_the_order_does_not_depend_on_the_order_given() -> None:
    items = [plain_story(number, published=SEEN - timedelta(hours=number % 3)) for number in range(1, 9)]
    assert order(*items) == order(*reversed(items))


def test_reasons_are_short_words_the_heaviest_first() -> None:
    found = story(report(1, title="Indonesia signs", priority=Priority.URGENT), *everywhere(5, 3).reports)
    assert judged(Item(found, step()), SEEN).reasons == (
        "urgent rule",
        "4 outlets",
        "signed",
        "official source or wire",
        "in the headline",
        "new",
    )


def test_a_story_without_merits_has_no_reasons() -> None:
    bare = plain_story(1, of=OUTLETS[0], priority=Priority.LOW, published=SEEN - 9 * DAY)
    found = judged(Item(bare), SEEN)
    assert (found.score, found.reasons) == (0, ())


def test_a_word_of_the_body_is_not_in_the_headline() -> None:
    assert all(piece.part is Part.BODY for piece in plain_story().reports[0].matches[0].evidence)
    assert "in the headline" not in judged(Item(plain_story(of=ANTARA)), SEEN).reasons
