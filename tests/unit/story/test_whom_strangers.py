"""A clause that names only strangers concerns nobody who is named elsewhere in its sentence."""

from __future__ import annotations

import pytest

from bot.story.whom import strangers_alone

OURS = {"japan", "indonesia", "tokyo", "defence", "pact"}


def alone(sentence: str, language: str = "en") -> bool:
    """Whether the clause of the word in square brackets names strangers alone."""
    start, end = sentence.index("["), sentence.index("]") - 1
    return strangers_alone(sentence.replace("[", "").replace("]", ""), start, end, language, OURS)


@pytest.mark.parametrize(
    "sentence",
    [
        "China and Cambodia [signed] a defence pact, as Japan and Indonesia held talks.",
        "China and Cambodia [signed] a pact on Tuesday and Japan and Indonesia held talks.",
        "While China and Cambodia [signed] a pact, Japan and Indonesia held talks.",
        "A pact was [signed] by China and Cambodia, while Japan and Indonesia held talks.",
    ],
)
def test_a_clause_of_strangers_is_theirs_alone(sentence: str) -> None:
    assert alone(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "While China protested, Japan and Indonesia [signed] a pact.",
        "The pact was [signed] by China, Japan and Indonesia.",
        "Japan, China and Indonesia [signed] a pact.",
        "Tokyo [signed] a pact with Vietnam.",
        "The pact was [signed] on Tuesday, while Japan and Indonesia held talks.",
    ],
)
def test_a_clause_that_names_one_of_ours_or_nobody_is_not_of_strangers(sentence: str) -> None:
    assert not alone(sentence)
