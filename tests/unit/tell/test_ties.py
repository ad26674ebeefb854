"""What a message says of stories that may be the same event, and its keys on their way to the chat."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.tell import Bold, Message, html, plain, split
from bot.tell.ties import HEADLINE_CHARS, MOST, Possible, key_data, read_key, with_ties
from bot.tell.tree import Key, from_json, to_json

ALERT = Message(Bold("Japan and Indonesia sign"), "\nANTARA News")
ONE = Possible(5, 12, "Jepang dan Indonesia menandatangani")


def test_a_message_names_the_other_story_and_its_number() -> None:
    assert plain(with_ties(ALERT, [ONE], ask=False)).splitlines()[-1] == (
        "possibly the same event: Jepang dan Indonesia menandatangani (story 12)"
    )


def test_keys_are_only_where_somebody_may_decide() -> None:
    assert with_ties(ALERT, [ONE], ask=False).keys == ()
    asked = with_ties(ALERT, [ONE], ask=True)
    assert [[key.text for key in row] for row in asked.keys] == [["Same event", "Not the same"]]
    assert [read_key(key.data) for key in asked.keys[0]] == [(5, True), (5, False)]


def test_a_message_without_ties_stays_as_it_was() -> None:
    assert with_ties(ALERT, [], ask=True) is ALERT


def test_of_many_only_the_likeliest_are_named_and_their_keys_say_which() -> None:
    many = [Possible(number, 100 + number, f"Headline {number}") for number in range(1, 9)]
    asked = with_ties(ALERT, many, ask=True)
    assert plain(asked).count("possibly the same event") == len(asked.keys) == MOST
    assert asked.keys[1][0].text == "Same event as 102"


def test_a_hostile_headline_stays_one_short_line_and_is_no_markup() -> None:
    said = with_ties(ALERT, [Possible(1, 2, "<b>x</b>\n\n" + "word " * 400)], ask=False)
    assert "&lt;b&gt;x&lt;/b&gt; word" in html(said)
    assert len(plain(said).splitlines()[-1]) < HEADLINE_CHARS + 60


@given(st.integers(1, 2**63 - 1), st.booleans())
def test_a_key_comes_back_as_it_was_made_and_fits_in_64_bytes(tie: int, same: bool) -> None:
    data = key_data(tie, same=same)
    assert len(data.encode()) <= 64 and read_key(data) == (tie, same)


@given(st.text(max_size=64))
def test_forged_data_is_never_an_error(data: str) -> None:
    assert read_key(data) is None or data.startswith("1t")


def test_a_number_that_no_database_holds_is_no_key() -> None:
    assert [read_key(f"1ty{number}") for number in ("0", "05", str(2**63), "٣", "-1")] == [None] * 5


def test_keys_are_kept_in_the_outbox() -> None:
    asked = with_ties(ALERT, [ONE], ask=True)
    assert from_json(to_json(asked)) == asked
    assert from_json(to_json(ALERT)) == ALERT


def test_the_keys_of_a_long_message_are_under_its_last_part() -> None:
    parts = split(Message("word " * 2000, keys=[[Key("Same event", "1ty5")]]))
    assert len(parts) > 1
    assert [bool(part.keys) for part in parts] == [False] * (len(parts) - 1) + [True]
