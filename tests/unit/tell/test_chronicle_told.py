"""A chronicle as its readers see it: a message with linked sources, and the timeline above it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.model import Article, Part, Source, Step
from bot.story.accounts import Account
from bot.story.chronicle import Entry
from bot.tell.chronicle import MOST, message, timeline
from bot.tell.compose import Card
from bot.tell.pictures import Dot, Timeline
from bot.tell.split import split
from bot.tell.tree import Message, Quote, html, plain

CARD = Card("w", "Pacts", {("partner", "indonesia"): "Indonesia", ("partner", "australia"): "Australia"}, "partner")
ASKED = [("partner", "indonesia")]
NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
STEPS = ("talks", "signed", "in_force")


def account(number: int = 1, published: datetime = NOW) -> Account:
    step = Step("step", "signed", 1, {}, "2026-11-19", "sentence", Part.BODY, 0, "They signed.")
    source = Source(f"s{number}", f"Paper {number}", tier=1)
    return Account(
        step, 7, number, Article(f"https://s{number}.example/1", "T", (), published=published, source=source), published
    )


ENTRY = Entry(
    date="2026-11-19",
    date_from="sentence",
    concept="step",
    step="in_force",
    rank=2,
    labels={"partner": ("indonesia",)},
    headline="A pact & more",
    sentence="It took effect on Thursday.",
    stories=(7,),
    sources=(account(),),
    latest=NOW,
)


def told(*entries: Entry) -> Message:
    return message(entries, CARD, ASKED, "Pacts: Indonesia", STEPS)


def test_a_step_is_told_with_its_date_headline_quoted_sentence_and_linked_source() -> None:
    assert html(told(ENTRY)) == (
        "<b>Pacts: Indonesia</b>\n1 step, 19 Nov 2026\n\n<b>19 Nov 2026: in force</b>\nA pact &amp; more\n"
        '<blockquote>It took effect on Thursday.</blockquote><a href="https://s1.example/1">Paper 1</a>'
    )


@pytest.mark.parametrize(("date", "shown"), [("2018-05-17", "17 May 2018"), ("2018-05", "May 2018"), ("2018", "2018")])
def test_a_date_is_as_exact_as_what_is_known(date: str, shown: str) -> None:
    assert f"\n{shown}: in force" in plain(told(replace(ENTRY, date=date)))


def test_labels_beside_the_one_asked_for_are_named() -> None:
    entry = replace(ENTRY, labels={"partner": ("australia", "indonesia")})
    assert "in force · also Australia\n" in plain(told(entry))


def test_a_date_of_publication_says_so() -> None:
    assert "dated by the first report" in plain(told(replace(ENTRY, date_from="published")))
    assert "dated by" not in plain(told(ENTRY))


def test_what_only_later_articles_tell_says_so() -> None:
    assert "recalled later" in plain(told(replace(ENTRY, date="2018-05")))
    assert "recalled later" not in plain(told(ENTRY))


def test_a_sentence_that_is_the_headline_is_not_read_twice() -> None:
    entry = replace(ENTRY, sentence=" A pact  & more ")
    assert not any(isinstance(node, Quote) for node in told(entry).nodes)


def test_sources_beyond_four_are_counted() -> None:
    entry = replace(ENTRY, sources=tuple(account(number) for number in range(1, 8)))
    text = plain(told(entry))
    assert "Paper 4 <https://s4.example/1> +3" in text
    assert "Paper 5" not in text


def test_the_latest_steps_are_told_and_the_rest_counted() -> None:
    entries = [replace(ENTRY, date=str(1900 + number), headline=f"Pact {number}.") for number in range(MOST + 5)]
    text = plain(told(*entries))
    assert text.endswith("and 5 more before these")
    assert f"Pact {MOST + 4}." in text and "Pact 5." in text and "Pact 4." not in text
    assert f"{MOST + 5} steps, 1900 to {1900 + MOST + 4}" in text


def test_an_empty_chronicle_says_so_and_has_no_picture() -> None:
    made = told()
    assert plain(made) == "Pacts: Indonesia\nno step was found yet"
    assert made.picture is None


def test_the_picture_shows_every_step_and_stage() -> None:
    other = replace(ENTRY, step="handed_over", sources=(account(1), account(2)))
    assert told(ENTRY, other).picture == Timeline(
        "Pacts: Indonesia",
        ("talks", "signed", "in force", "handed over"),
        (Dot("2026-11-19", "in force", "A pact & more", 1), Dot("2026-11-19", "handed over", "A pact & more", 2)),
    )


def test_the_picture_words_what_is_recalled_by_its_sentence() -> None:
    (dot,) = timeline([replace(ENTRY, date="2018")], "T", STEPS).dots
    assert dot.text == "It took effect on Thursday."


def test_a_long_chronicle_is_told_in_parts_that_telegram_takes() -> None:
    long = replace(ENTRY, sentence="Word " * 400, headline="Headline " * 60)
    parts = split(told(*[long] * 60))
    assert len(parts) > 1
    assert parts[0].picture is not None
