"""The keys under an alert: what comes back from each, and what they show after a press."""

from __future__ import annotations

import pytest

from bot.speech import LANGUAGES, speaking
from bot.telegram.buttons import keyboard
from bot.telegram.pressing import changed
from bot.tell import Message
from bot.tell.alertkeys import UNDOES, Act, key, label, read, with_keys
from bot.tell.tree import Key

MESSAGE = with_keys(Message("News", keys=[[Key("Same event", "1ty5")]]), "https://kyodo.example/1", 12)
ROWS = tuple(tuple((each.text, each.data or None, each.url) for each in row) for row in MESSAGE.keys)


def texts(rows: object) -> list[str]:
    return [button.text for row in rows for button in row]  # type: ignore[attr-defined]  # rows of buttons


def as_shown(rows: object) -> tuple[tuple[tuple[str, str | None, str | None], ...], ...]:
    return tuple(tuple((each.text, each.data, each.url) for each in row) for row in rows)  # type: ignore[attr-defined]


@pytest.mark.parametrize("act", list(Act))
def test_a_key_comes_back_as_what_it_was_in_few_bytes(act: Act) -> None:
    data = key(act, 10**17).data
    assert data.startswith("2a") and len(data.encode()) <= 64
    assert read(data[2:]) == (act, 10**17)


@pytest.mark.parametrize("data", ["", "w", "w0", "x12", "w-1", "w12345678901234567890", "wabc", "w1 "])
def test_forged_data_is_nothing(data: str) -> None:
    assert read(data) is None


def test_an_alert_has_its_keys_above_others_and_opens_its_article() -> None:
    shown = keyboard(MESSAGE.keys)
    assert shown is not None
    assert texts(shown) == ["Open", "Why", "Mute story", "Mute source", "Relevant", "Not relevant", "Same event"]
    assert (shown[0][0].url, shown[0][0].data) == ("https://kyodo.example/1", None)


@pytest.mark.parametrize("act", list(UNDOES))
def test_a_pressed_key_says_what_is_so_and_takes_it_back(act: Act) -> None:
    after = changed(ROWS, act, 12)
    assert label(UNDOES[act]) in texts(after)
    assert texts(changed(as_shown(after), UNDOES[act], 12)) == texts(keyboard(MESSAGE.keys))


def test_of_two_verdicts_the_last_holds() -> None:
    once = changed(ROWS, Act.RELEVANT, 12)
    twice = changed(as_shown(once), Act.NOT_RELEVANT, 12)
    assert texts(twice)[4:6] == ["Relevant", label(Act.TAKE_BACK_NOT_RELEVANT)]


def test_every_key_has_words_in_every_language() -> None:
    for code in LANGUAGES:
        with speaking(code):
            assert len({label(act) for act in Act}) == len(Act)
