"""What is news in a new version of an article, and which one corrects."""

from __future__ import annotations

import pytest

from bot.model import Article, Match, Priority
from bot.story.updates import Known, Update, correction, judge_update


def match(rule: str = "a", *labels: str, priority: Priority = Priority.NORMAL) -> Match:
    return Match("partners", rule, priority, {"partner": labels}, ())


def known(rule: str = "a", *labels: str) -> Known:
    return Known("partners", rule, Priority.NORMAL, {"partner": labels})


@pytest.mark.parametrize(
    ("before", "found", "update"),
    [
        (None, [match()], Update.FIRST),
        (None, [], Update.NO_MATCH),
        ([], [match()], Update.NEWS),
        ([known()], [], Update.LOST),
        ([known("a", "nato")], [match("a", "nato")], Update.SAME),
        ([known("a", "nato", "eu")], [match("a", "nato")], Update.SAME),
        ([known("a", "nato")], [match("a", "nato", "eu")], Update.NEWS),
        ([known("a")], [match("a"), match("b")], Update.NEWS),
        ([known("a")], [match("a", priority=Priority.URGENT)], Update.NEWS),
        ([known("a")], [match("a", priority=Priority.LOW)], Update.SAME),
    ],
)
def test_a_rule_a_label_or_a_louder_voice_is_news(
    before: list[Known] | None, found: list[Match], update: Update
) -> None:
    assert judge_update(before, found) is update


@pytest.mark.parametrize(
    "line",
    [
        "Correction: the sum is 24 billion yen",
        "CORRECTED-Japan to grant 24 billion yen",
        "(Corrected) - Japan grants",
        "This story has been corrected to fix the name of the minister.",
        "Ralat: Nilai hibah 24 miliar yen",
        "Berita ini telah diralat pada bagian nilai hibah.",
        "【訂正】供与額は24億円",
        "訂正：供与額は24億円",
    ],
)
def test_a_correction_says_so(line: str) -> None:
    assert correction(Article("https://example.org/1", line, ("Text.",))) == line
    assert correction(Article("https://example.org/1", "News", ("Text.", "More.", line))) == line


@pytest.mark.parametrize("line", ["Correctional officers met.", "The court corrected its ruling.", "憲法訂正案を審議"])
def test_what_speaks_of_corrections_is_none(line: str) -> None:
    assert correction(Article("https://example.org/1", line, (line,))) is None
