"""A long digest goes out in numbered parts, and its keys lead back to it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from desk_digest import CARD, DAY, JAKARTA, SEEN, plain_story
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Basis
from bot.tell import plain
from bot.tell.digests import Extras, digest, in_parts
from bot.tell.footer import Coverage, footer
from bot.tell.more import DATA, Ask, Asked, more_keys, read_more, section_key
from bot.tell.sections import Section
from bot.tell.split import LIMIT, units
from bot.tell.tree import Key, Message


def test_a_message_that_fits_has_no_number() -> None:
    message = Message("short", keys=[[Key("k", "d")]])
    assert in_parts(message) == [message]


def test_the_parts_of_a_long_message_say_which_of_how_many_they_are_and_fit() -> None:
    message = Message("\n\n".join(["word " * 150] * 20), keys=[[Key("k", "d")]])
    parts = in_parts(message)
    assert len(parts) > 3
    assert [plain(part).splitlines()[0] for part in parts] == [f"{at}/{len(parts)}" for at in range(1, len(parts) + 1)]
    assert all(units(plain(part)) <= LIMIT for part in parts)
    assert [bool(part.keys) for part in parts] == [False] * (len(parts) - 1) + [True]
    assert sum(plain(part).count("word") for part in parts) == 3000


@pytest.mark.parametrize(
    "rest", ["", "m", "m5", "w", "w5.0123abcd", "m5.0123ABCD", "mx.0123abcd", "w٣", "q5", "m5.0123abcde"]
)
def test_a_key_of_a_digest_that_this_never_made_is_not_read(rest: str) -> None:
    assert read_more(rest) is None


@given(st.integers(0, 10**18 - 1), st.text(max_size=40))
def test_the_keys_of_a_digest_are_read_back_and_short_enough(delivery: int, label: str) -> None:
    section = Section(label, unnamed=3)
    data = [key.data for row in more_keys(delivery, [(section, label or "Other")]) for key in row]
    assert all(len(each.encode()) <= 64 and each.startswith(DATA) for each in data)
    assert [read_more(each[len(DATA) :]) for each in data] == [
        Asked(Ask.MORE, delivery, section_key(label)),
        Asked(Ask.WHY, delivery),
    ]


def test_a_section_that_is_shown_in_full_has_no_key() -> None:
    assert [[key.text for key in row] for row in more_keys(5, [(Section("id"), "Indonesia")])] == [["Why this order?"]]


@pytest.mark.parametrize(
    ("sources", "failing", "said"),
    [
        (2, (), "2 sources asked, all healthy"),
        (1, (), "1 source asked, healthy"),
        (3, ("NHK",), "3 sources asked, 2 healthy"),
    ],
)
def test_the_last_lines_say_how_many_sources_are_healthy(sources: int, failing: tuple[str, ...], said: str) -> None:
    coverage = Coverage(articles=3, sources=sources, failing=failing)
    assert plain(Message(*footer([], coverage))).splitlines()[0] == f"Read: 3 articles; {said}"


def test_stories_matched_on_the_feeds_summary_alone_are_counted() -> None:
    told = plain_story(1)
    told = replace(
        told, reports=tuple(replace(each, article=replace(each.article, basis=Basis.FEED)) for each in told.reports)
    )
    text = plain(digest([told, plain_story(2)], CARD, SEEN - DAY, SEEN, JAKARTA, extras=Extras(coverage=Coverage())))
    assert text.endswith("2 stories: 1 matched on the feed's summary only")
