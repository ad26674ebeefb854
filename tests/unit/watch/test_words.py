"""Folding and splitting whole texts at a time says the same as folding and splitting them piece by piece."""

import re

import numpy
from hypothesis import given
from hypothesis import strategies as st

from bot.watch import words
from bot.watch.words import BORDER

PIECES = "abA Zé9.,-'|日本カタのー・’“𠮷ｶﾞは\u3099か\u309aßİΣ한\u1112\u1161\u11ab\u00ad\u0301…½ﬁ\ufe0f\u200d😀_"

texts = (st.text(st.sampled_from(PIECES), max_size=30) | st.text(max_size=20)).map(
    lambda text: text.replace(BORDER, "").replace("|", f" {BORDER} ")
)


@given(texts)
def test_the_line_of_a_text_is_made_like_the_line_of_a_term(text: str) -> None:
    folded = words.fold(text).text
    line = words.line(folded)
    assert words.split(folded).line == (f" {line} " if line else " ")


@given(texts)
def test_a_word_has_its_place_on_the_line_and_in_the_folded_text(text: str) -> None:
    folded = words.fold(text).text
    split = words.split(folded)
    spans = list(zip(split.starts.tolist(), split.ends.tolist(), strict=True))
    assert [folded[start:end] for start, end in spans] == re.findall(f"{BORDER}|{words._WORD.pattern}", folded)
    for at, (start, end) in zip(split.on_line.tolist(), spans, strict=True):
        assert split.line[at : at + end - start] == folded[start:end]


@given(texts)
def test_places_in_the_stored_text_are_the_same_for_one_word_and_for_many(text: str) -> None:
    folded = words.fold(text)
    split = words.split(folded.text)
    if len(split.starts):
        starts, ends = folded.spans(split.starts, split.ends)
        one_by_one = [folded.span(int(at), int(end)) for at, end in zip(split.starts, split.ends, strict=True)]
        assert list(zip(starts.tolist(), ends.tolist(), strict=True)) == one_by_one


@given(texts)
def test_a_character_folds_the_same_whatever_stands_around_it(text: str) -> None:
    folded = words.fold(text)
    found = [(word.text, text[word.start : word.end]) for word in words.words(text)]
    assert [word for word, _ in found] == words._WORD.findall(folded.text)
    assert all(word in words.fold(shown).text for word, shown in found)


def test_a_text_of_plain_letters_moves_nothing() -> None:
    assert words.fold("Nota Bene").spans(numpy.array([5]), numpy.array([9])) == (5, 9)
