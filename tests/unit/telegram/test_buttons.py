"""What is written on buttons, and what comes back from them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.model import Rhythm
from bot.telegram.buttons import Action, Wish, decode, encode, name_key

NAMES = st.text(min_size=1, max_size=100)


@given(NAMES, st.sampled_from(Rhythm), st.booleans())
def test_a_button_comes_back_as_it_was_made_and_fits_in_64_bytes(name: str, rhythm: Rhythm, listed: bool) -> None:
    for wish in (
        Wish(Action.SUBSCRIBE, name, listed=listed),
        Wish(Action.UNSUBSCRIBE, name, listed=listed),
        Wish(Action.RHYTHM, name, rhythm=rhythm),
    ):
        data = encode(wish)
        assert len(data.encode()) <= 64
        assert decode(data, ["another", name]) == wish


@given(st.text(max_size=64))
def test_forged_data_is_never_an_error(data: str) -> None:
    assert decode(data, ["nickel"]) is None or data[3:] == name_key("nickel")


def test_a_button_of_another_version_or_of_a_watchlist_that_is_gone_asks_for_nothing() -> None:
    data = encode(Wish(Action.SUBSCRIBE, "nickel"))
    assert decode("2" + data[1:], ["nickel"]) is None
    assert decode(data, ["steel"]) is None
    assert decode("1rx" + name_key("nickel"), ["nickel"]) is None
