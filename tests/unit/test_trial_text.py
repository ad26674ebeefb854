"""What `try` prints for people."""

from __future__ import annotations

import pytest

from bot.cli.marking import marked
from bot.cli.trialtext import bars


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [([], ""), ([0, 0], "··"), ([1, 0, 8], "▁·█"), ([1], "█"), ([1000, 1, 500], "█▁▄"), ([2, 2, 2], "███")],
)
def test_a_bar_for_each_number_the_largest_full_and_none_for_nothing(numbers: list[int], shown: str) -> None:
    assert bars(numbers) == shown


def test_matched_words_stand_between_marks_where_there_is_no_terminal() -> None:
    assert marked("Japan signs a pact.", [(14, 18), (0, 5), (0, 5)]) == "»Japan« signs a »pact«."
    assert marked("plain", []) == "plain"
