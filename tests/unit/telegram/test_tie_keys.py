"""The buttons under an alert that asks whether two stories are one event."""

from __future__ import annotations

from bot.store.tied import Fate
from bot.telegram import words
from bot.telegram.buttons import Button, keyboard, settled
from bot.tell.ties import key_data
from bot.tell.tree import Key

YES, NO = ("Same event", key_data(5, same=True)), ("Not the same", key_data(5, same=False))
ASKED = [[Button(*YES), Button(*NO)]]
OTHER = (("Same event as 9", key_data(6, same=True)), ("Not the same as 9", key_data(6, same=False)))


def test_a_message_without_keys_has_no_keyboard() -> None:
    assert keyboard(()) is None
    assert keyboard([[Key(*YES), Key(*NO)]]) == [[Button(*YES), Button(*NO)]]


def test_what_was_decided_is_ticked_and_the_other_choice_goes() -> None:
    assert settled(ASKED, 5, True) == [[Button("✓ Same event", YES[1])]]
    assert settled(ASKED, 5, False) == [[Button("✓ Not the same", NO[1])]]


def test_a_ticked_key_that_is_pressed_again_stays_as_it_is() -> None:
    once = settled(ASKED, 5, True)
    assert settled(once, 5, True) == once


def test_keys_of_another_tie_and_other_buttons_stay_as_they_were() -> None:
    menu = [Button("Nickel", "2mF1..")]
    link = [Button("Open", None, "https://kyodo.example/1"), menu[0]]
    others = [Button(*OTHER[0]), Button(*OTHER[1])]
    assert settled([link, others, *ASKED, menu], 5, False) == [
        link,
        others,
        [Button("✓ Not the same", NO[1])],
        [menu[0]],
    ]


def test_keys_of_a_tie_that_is_gone_go() -> None:
    others = [Button(*OTHER[0]), Button(*OTHER[1])]
    assert settled([*ASKED, others], 5, None) == [others]


def test_every_fate_has_a_toast_that_telegram_takes() -> None:
    assert set(words.DECIDED) == set(Fate)
    assert all(len(toast) <= 200 for toast in (*words.DECIDED.values(), words.NOT_YOURS_TO_DECIDE))
