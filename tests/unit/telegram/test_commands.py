"""Reading what people type, and the words that answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.store.feedback import Verdict
from bot.telegram import words
from bot.telegram.commands import COMMANDS, parse_span
from bot.tell import html, plain


@pytest.mark.parametrize(
    ("word", "length"),
    [
        ("90m", timedelta(minutes=90)),
        ("24h", timedelta(hours=24)),
        ("7D", timedelta(days=7)),
        ("2w", timedelta(weeks=2)),
    ],
)
def test_a_length_of_time_is_a_number_and_a_unit(word: str, length: timedelta) -> None:
    assert parse_span(word) == length


@pytest.mark.parametrize("word", ["24", "h", "24 hours", "-1h", "1y", "nickel", "999999999d", "٣h" * 9])
def test_anything_else_is_no_length_of_time(word: str) -> None:
    assert parse_span(word) is None


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(hours=24), "24 hours"),
        (timedelta(days=7), "7 days"),
        (timedelta(weeks=2), "2 weeks"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(hours=1), "hour"),
    ],
)
def test_lengths_of_time_are_said_as_people_say_them(length: timedelta, said: str) -> None:
    assert words.span(length) == said


def test_what_somebody_typed_is_never_markup() -> None:
    assert html(words.unknown_watchlist("<b>&", [])) == (
        "There is no watchlist <code>&lt;b&gt;&amp;</code>. See /watchlists."
    )
    said = plain(words.unknown_watchlist("nikel", ["nickel", "nike"]))
    assert said.endswith("Did you mean one of these? nickel, nike")


def test_the_menu_is_one_that_telegram_takes() -> None:
    assert all(name.islower() and name.isalnum() and len(name) <= 32 for name in COMMANDS)
    assert all(1 <= len(command.about) <= 256 for command in COMMANDS.values())


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_has_a_command_of_its_name(verdict: Verdict) -> None:
    assert verdict.value in COMMANDS and not COMMANDS[verdict].for_admins


def test_a_verdict_is_answered_with_the_headline_and_without_one_where_there_is_none() -> None:
    assert html(words.noted(Verdict.IRRELEVANT, "Tin & <b>")) == "Noted: not relevant. <i>Tin &amp; &lt;b&gt;</i>"
    assert plain(words.noted(Verdict.RELEVANT, "")) == "Noted: relevant."


@pytest.mark.parametrize("headline", ["日本" * 500, "a word\n" * 500])
def test_the_answer_to_a_verdict_is_one_short_line_however_long_the_headline(headline: str) -> None:
    said = plain(words.noted(Verdict.RELEVANT, headline))
    assert len(said) < 150 and len(said.splitlines()) == 1 and said.endswith("…")


def test_no_alert_to_speak_of_names_the_command_that_was_tried() -> None:
    assert plain(words.no_alert(True, Verdict.RELEVANT)).endswith("Reply to an alert with /relevant.")
    assert "/" not in plain(words.no_alert(False, Verdict.RELEVANT))
