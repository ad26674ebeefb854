"""A mistake in an expression is told in the language of whoever wrote it; a command line says it in English."""

from __future__ import annotations

import re
from types import MappingProxyType

import pytest

from bot.speech import LANGUAGES, SOURCE, speaking
from bot.watch import ExpressionError
from bot.watch.config import vocabulary
from bot.watch.grammar import parse
from bot.watch.operands import Operands

MISTAKEN = [
    "",
    "drone",
    '"drone" and "indonesia',
    '"drone" "indonesia"',
    '"drone" and',
    "and or",
    "near(2)",
    'nearly(3, "a", "b")',
    'near(0, "drone", "ship")',
    '"d*"',
    '"*dro*"',
    '""',
    '"..."',
    'not "drone"',
    'count("drone") >= 0',
    'tier("a")',
    'title(title("drone"))',
    '"drone" & "ship"',
    "「drone」",
    "sentence",
    'atleast(9, "drone", "ship")',
    "partner:france",
    "(" * 60,
]
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|\w+\(.*?\)|>= ?\d*|\bnear\b|\bcount\b")
"""What is written in the language of rules."""


def mistake(expression: str) -> ExpressionError:
    with pytest.raises(ExpressionError) as raised:
        parse(expression, vocabulary("w", MappingProxyType({}), Operands()))
    return raised.value


@pytest.mark.parametrize("expression", MISTAKEN)
@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != SOURCE])
def test_a_mistake_is_told_in_another_language(expression: str, code: str) -> None:
    found = mistake(expression)
    with speaking(code):
        told = found.told()
    assert told != found.message
    if code == "ja":
        assert re.findall(r"[A-Za-z]{2,}", QUOTED.sub("", told)) == []


@pytest.mark.parametrize("expression", MISTAKEN)
def test_its_message_stays_english_whoever_is_spoken_to(expression: str) -> None:
    with speaking("ja"):
        found = mistake(expression)
    assert found.message == str(found) == found.told()
    assert found.message.isascii() or expression in found.message or "「" in found.message
