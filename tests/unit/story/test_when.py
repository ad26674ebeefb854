"""Which date of a Japanese sentence is that of a word in it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.story.days import days_in
from bot.story.when import day_of

PUBLISHED = datetime(2026, 5, 20, 3, tzinfo=UTC)


def day(text: str, word: str) -> str | None:
    start = text.index(word)
    return day_of(text, start, start + len(word), days_in(text, "ja", PUBLISHED), "ja", PUBLISHED)


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("首脳会談が18日、東京で行われた。", "会談", "2026-05-18"),
        ("首脳会談が東京で18日に行われた。", "会談", "2026-05-18"),
        ("署名式が19日、ジャカルタで行われた。", "署名", "2026-05-19"),
        ("共同訓練は12日、豪北部で始まった。", "共同訓練", "2026-05-12"),
        ("防衛協議が4月30日に東京で開かれた。", "協議", "2026-04-30"),
        ("引き渡し式が16日に行われた。", "引き渡し", "2026-05-16"),
        ("2プラス2が先月30日、東京で開かれた。", "2プラス2", "2026-04-30"),
        ("両国は防衛相会談を18日、東京で行った。", "会談", "2026-05-18"),
    ],
)
def test_a_date_behind_a_noun_and_before_its_verb_is_that_of_the_noun(text: str, word: str, expected: str) -> None:
    assert day(text, word) == expected


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("両国の合意は18日に発表された。", "合意"),
        ("両国は会談したが、18日に対立した。", "会談した"),
        ("両国は2021年3月に署名した協定に基づき、装備品の移転を協議した。", "協議"),
        ("両国は2021年3月に署名した協定を改定することで合意した。", "合意"),
    ],
)
def test_the_date_of_another_verb_is_not_that_of_a_word(text: str, word: str) -> None:
    assert day(text, word) is None


def test_the_day_of_a_meeting_is_that_of_what_was_done_at_it() -> None:
    assert day("両国は18日に開かれた首脳会談で、協定に署名した。", "署名") == "2026-05-18"
    assert day("両国は18日、交渉してきた協定に署名した。", "署名") == "2026-05-18"
