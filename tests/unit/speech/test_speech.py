"""All that people are told can be said in every language, with the same names in it, and nobody hears another's."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import bot.speech
from bot.speech import LANGUAGES, SOURCE, gettext, ngettext, speaking, spoken

FOLDER = Path(bot.speech.__file__).parent
KEYWORDS = {"_": None, "gettext": None, "later": None, "ngettext": (1, 2)}
OTHERS = [code for code in LANGUAGES if code != SOURCE]


def said() -> set[str | tuple[str, ...]]:
    """Every text of the program that is marked to be translated."""
    found = extract_from_dir(FOLDER.parent, method_map=[("**.py", "python")], keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found if message}


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def catalogue(code: str) -> Iterator[tuple[str | tuple[str, ...], tuple[str, ...]]]:
    with (FOLDER / f"{code}.po").open("rb") as file:
        for message in read_po(file, locale=code):
            if message.id:
                forms = message.string if isinstance(message.string, tuple) else (message.string,)
                yield message.id if isinstance(message.id, str) else tuple(message.id), tuple(map(str, forms))


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_is_translated_and_no_other(code: str) -> None:
    found = dict(catalogue(code))
    assert said() - set(found) == set()
    assert set(found) - said() == set()
    assert [text for text, forms in found.items() if not all(forms)] == []


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_has_the_names_of_its_text(code: str) -> None:
    for text, forms in catalogue(code):
        wanted = names(text if isinstance(text, str) else text[-1])
        assert all(names(form) == wanted for form in forms), text


def test_numbers_have_the_form_of_their_language() -> None:
    assert ngettext("hour", "{number} hours", 1) == "hour"
    assert ngettext("hour", "{number} hours", 2) == "{number} hours"
    with speaking("id"):
        assert [ngettext("hour", "{number} hours", number) for number in (1, 2)] == ["{number} jam"] * 2


@pytest.mark.parametrize(
    ("code", "language"), [("id-ID", "id"), ("in", "id"), ("ja_JP", "ja"), ("en-GB", "en"), ("fr", "en"), (None, "en")]
)
def test_somebody_is_spoken_to_in_the_nearest_language(code: str | None, language: str) -> None:
    assert spoken(code) == language


async def test_two_who_are_told_at_once_are_each_told_in_their_language() -> None:
    async def told(code: str) -> str:
        with speaking(code):
            await asyncio.sleep(0)
            return gettext("Subscribed.")

    assert len(set(await asyncio.gather(*map(told, LANGUAGES)))) == len(LANGUAGES)
    assert gettext("Subscribed.") == "Subscribed."
