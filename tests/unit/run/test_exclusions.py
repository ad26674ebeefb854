"""A trial's words to exclude: from readers' verdicts and the texts of the stories they are on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast

import click

from bot.cli import trialtext
from bot.run.trial.desk import Desk
from bot.run.trial.exclusions import exclusions
from bot.story.precision import Suggestion
from bot.story.trial import Count, Counts, Stored, Verdicts

NOW = datetime(2026, 1, 1, tzinfo=UTC)
GOOD, BAD = "Officials signed a deal on frigates.", "Football fans saw a cup."


def _stored(number: int, text: str) -> Stored:
    address = f"https://a.example/{number}"
    return Stored(number, number, NOW, None, "a", "en", address, f"Headline {number}", "", json.dumps([text]))


def _desk(rows: dict[int, Stored], known: Sequence[str]) -> Desk:
    async def of(ids: Sequence[int]) -> dict[int, Stored]:
        return {each: rows[each] for each in ids if each in rows}

    side = SimpleNamespace(listed=[SimpleNamespace(term=term) for term in known])
    return cast(Desk, SimpleNamespace(rows=of, sides=[side]))


def _counts(stories: dict[int, int]) -> Counts:
    count = Count(tuple(stories), stories, {}, {}, {}, {}, None)
    return Counts(count, (count,), {})


VERDICTS = {number: (1, 0) if number < 5 else (0, 1) for number in range(10)}
ROWS = {number: _stored(number, GOOD if number < 5 else BAD) for number in range(10)}


async def _found(known: Sequence[str] = (), rows: dict[int, Stored] = ROWS) -> dict[str, Suggestion]:
    stories = {number: number for number in range(12)}
    ((found,),) = await exclusions(_desk(rows, known), [_counts(stories)], VERDICTS)
    return {one.term: one for one in found}


async def test_words_of_the_stories_that_readers_found_not_relevant_are_suggested() -> None:
    found = await _found()
    assert found["football fans"] == Suggestion("football fans", 5, 0)
    assert found.keys().isdisjoint({"frigates", "deal"})


async def test_a_term_of_the_watchlist_is_not_suggested() -> None:
    assert "cup" in await _found()
    assert "cup" not in await _found(known=["cup*"])


async def test_an_article_that_is_gone_meanwhile_is_left_out() -> None:
    assert await _found(rows={}) == {}


def test_a_terminal_shows_how_sure_a_precision_is() -> None:
    assert trialtext._verdicts(Verdicts(9, 8, 2)) == (
        "80% relevant (8 of 10 verdicts on 9 stories; most likely 49% to 94%)"
    )


def test_a_terminal_shows_the_words_with_their_numbers() -> None:
    said = click.unstyle(trialtext._exclusions([Suggestion("football fans", 5, 1), Suggestion("cup", 4, 0)]))
    assert said.endswith("perhaps to be excluded: “football fans” (5 of 6), “cup” (4 of 4)")
