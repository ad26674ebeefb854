"""Searches of the archive, chronicles and files, over a real database."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from scene import Scene, scene

from bot.model import Basis
from bot.run import library
from bot.run.export import COLUMNS, Writer, export, safe_cell
from bot.run.library import Library, labels_of
from bot.run.steps import backfill_steps
from bot.store import asked, feedback
from bot.store.asked import Mistake, Search, Unlabelled
from bot.store.choices import ChoiceError
from bot.store.tables import articles
from bot.tell import plain

DAY = timedelta(days=1)
MONTH = timedelta(days=30)


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene(tmp_path, now) as made:
        yield made


def written(form: str, row: dict[str, str]) -> bytes:
    """A file of one row."""
    writer = Writer(form)
    writer.add([row])
    with writer.end()[0] as file:
        return file.read()


async def found(stage: Scene, expression: str, since: timedelta = MONTH) -> Search:
    result = await Library(stage.engine).search(expression, since, stage.now)
    assert not isinstance(result, Mistake)
    return result[1]


# --- searching ------------------------------------------------------------------------------------------------------


async def test_a_search_finds_words_with_the_latest_first(stage: Scene) -> None:
    for number in (1, 2, 3):
        await stage.story(number)
        stage.pass_time(timedelta(hours=1))
    result = await found(stage, '"matter"')
    assert [hit.title for hit in result.hits] == ["Headline 3", "Headline 2", "Headline 1"]
    assert result.articles == 3
    assert result.whole


async def test_a_search_knows_the_concepts_of_the_watchlists(stage: Scene) -> None:
    story = await stage.story()
    (hit,) = (await found(stage, "partner:indonesia")).hits
    assert hit.story == story
    assert hit.sentence[slice(*hit.marks[0])] == "Indonesia"
    assert hit.outlet == "ANTARA News"


async def test_what_was_first_seen_before_the_time_asked_for_is_not_found(stage: Scene) -> None:
    await stage.story(1)
    stage.pass_time(2 * DAY)
    await stage.story(2)
    assert [hit.title for hit in (await found(stage, "partner", DAY)).hits] == ["Headline 2"]


async def test_an_empty_archive_is_read_to_its_end(stage: Scene) -> None:
    result = await found(stage, "partner")
    assert result.hits == ()
    assert result.whole


async def test_a_mistake_says_where_it_is(stage: Scene) -> None:
    result = await Library(stage.engine).search("partner and indonsia", MONTH, stage.now)
    assert isinstance(result, Mistake)
    assert result.offset == len("partner and ")
    assert "indonsia" in result.message


async def test_a_search_that_takes_too_long_says_how_far_it_came(stage: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "_CHUNK", 1)
    for number in (1, 2, 3):
        await stage.story(number)
        stage.pass_time(timedelta(hours=1))
    clock = iter([0.0, 1.0, 99.0]).__next__
    result = await Library(stage.engine, clock).search("partner", MONTH, stage.now)
    assert not isinstance(result, Mistake)
    assert [hit.title for hit in result[1].hits] == ["Headline 3", "Headline 2"]
    assert not result[1].whole
    assert result[1].reached == stage.now - timedelta(hours=2)


async def test_a_search_with_too_many_hits_keeps_the_latest(stage: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "MOST_HITS", 2)
    for number in (1, 2, 3):
        await stage.story(number)
        stage.pass_time(timedelta(hours=1))
    assert [hit.title for hit in (await found(stage, "partner")).hits] == ["Headline 3", "Headline 2"]


async def test_more_articles_than_one_query_reads_are_all_read(stage: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "_IDS", 2)
    for number in range(5):
        await stage.story(number)
    assert len((await found(stage, "partner")).hits) == 5


async def test_a_search_is_found_again_by_its_key(stage: Scene) -> None:
    await stage.story()
    shelf = Library(stage.engine)
    result = await shelf.search("partner", MONTH, stage.now)
    assert not isinstance(result, Mistake)
    assert await shelf.kept(result[0]) == result[1]
    assert await shelf.kept("000000000000") is None


async def test_searches_older_than_a_month_are_forgotten(stage: Scene) -> None:
    shelf = Library(stage.engine)
    first = await shelf.search("partner", MONTH, stage.now)
    assert not isinstance(first, Mistake)
    stage.pass_time(31 * DAY)
    await shelf.search("partner", MONTH, stage.now)
    assert await shelf.kept(first[0]) is None


async def test_of_too_many_searches_the_oldest_are_forgotten(stage: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "MOST", 2)
    shelf, keys = Library(stage.engine), []
    for _ in range(3):
        result = await shelf.search("partner", MONTH, stage.now)
        assert not isinstance(result, Mistake)
        keys.append(result[0])
        stage.pass_time(DAY)
    assert [await shelf.kept(key) is not None for key in keys] == [False, True, True]


# --- stories and chronicles -----------------------------------------------------------------------------------------


async def test_a_story_that_is_not_there_is_refused(stage: Scene) -> None:
    story = await stage.story()
    shelf = Library(stage.engine)
    assert (await shelf.story(story)).headline == "Headline 1"
    with pytest.raises(ChoiceError):
        await shelf.story(story + 1)


@pytest.mark.parametrize("word", ["indonesia", "Indonesia", "partner:indonesia", " INDONESIA "])
async def test_a_label_is_known_by_its_name_and_by_what_it_is_called(stage: Scene, word: str) -> None:
    config = stage.engine.config
    assert labels_of(config, config.watchlists.lists["partners"], word) == [("partner", "indonesia")]


async def test_a_word_that_is_no_label_names_those_there_are(stage: Scene) -> None:
    answer = await Library(stage.engine).chronicle("indonsia", ["partners"])
    assert isinstance(answer, Unlabelled)
    assert answer.there == ("indonesia", "nato")
    assert answer.close == "indonesia"


async def test_a_label_without_steps_has_an_empty_chronicle(stage: Scene) -> None:
    answer = await Library(stage.engine).chronicle("nato", ["partners"])
    assert not isinstance(answer, Unlabelled)
    assert [plain(message) for message in answer] == ["Japan's partners: NATO\nno step was found yet"]


async def test_a_watchlist_that_was_not_asked_tells_nothing(stage: Scene) -> None:
    assert await Library(stage.engine).chronicle("nato", []) == Unlabelled("", ())


# --- files ----------------------------------------------------------------------------------------------------------


async def test_a_file_has_a_row_for_each_article(stage: Scene) -> None:
    story = await stage.story()
    async with stage.engine.database.write() as connection:
        await feedback.record(connection, story, "partners", 7, 7, feedback.Verdict.IRRELEVANT, stage.now)
    stage.pass_time(DAY)
    file, number = await export(
        stage.engine.database, stage.engine.config, "json", ["partners"], stage.now - MONTH, stage.now
    )
    (row,) = json.loads(file.read())
    assert number == 1
    assert tuple(row) == COLUMNS
    assert row["story"] == story
    assert row["labels"] == {"partner": ["indonesia"]}
    assert row["rules"] == ["partnership"]
    assert (row["relevant"], row["irrelevant"]) == (0, 1)
    assert row["sentence"] == "Officials of Indonesia spoke of matter 1."


async def test_a_file_for_a_spreadsheet_says_the_same(stage: Scene) -> None:
    await stage.story()
    stage.pass_time(DAY)
    file, _ = await export(
        stage.engine.database, stage.engine.config, "csv", ["partners"], stage.now - MONTH, stage.now
    )
    content = file.read()
    assert content.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert row["title"] == "Headline 1"
    assert row["labels"] == "partner:indonesia"
    assert row["basis"] == Basis.PAGE


async def test_what_was_seen_before_the_time_asked_for_is_not_in_the_file(stage: Scene) -> None:
    await stage.story(1)
    stage.pass_time(20 * DAY)
    await stage.story(2)
    stage.pass_time(DAY)
    made: Callable[[timedelta], object] = lambda since: export(  # noqa: E731 - one question, asked twice
        stage.engine.database, stage.engine.config, "json", ["partners"], stage.now - since, stage.now
    )
    assert (await made(10 * DAY))[1] == 1  # type: ignore[misc]  # a coroutine
    assert (await made(MONTH))[1] == 2  # type: ignore[misc]  # a coroutine


async def test_a_file_that_is_too_large_is_none(stage: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.run.export.MOST_BYTES", 10)
    await stage.story()
    stage.pass_time(DAY)
    assert await Library(stage.engine).export("csv", ["partners"], stage.now - MONTH, stage.now) is None


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\u3000=1", "＝1"])
def test_a_cell_is_never_a_formula(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "plain", "1-2", "a=b", "https://x.example/?a=1"])
def test_an_ordinary_cell_stays_as_it_is(cell: str) -> None:
    assert safe_cell(cell) == cell


def test_a_title_with_quotes_commas_and_lines_comes_back_as_it_was() -> None:
    title = 'He said "no",\nthen = left; 日本'
    row = dict.fromkeys(COLUMNS, "") | {"title": title, "headline": "=cmd"}
    (back,) = csv.DictReader(io.StringIO(written("csv", row).decode("utf-8-sig"), newline=""))
    assert back["title"] == title
    assert back["headline"] == "'=cmd"


# --- chronicles of steps --------------------------------------------------------------------------------------------

STEPPED = """title: Japan's partners
concepts:
  partner: {labels: {indonesia: [Indonesia], nato: [NATO]}}
  step: {steps: {talks: [talked, talks], signed: [signed]}}
rules:
  - {name: partnership, match: partner, group_by: partner}
"""


async def test_a_chronicle_tells_the_steps_and_draws_them(
    tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scene.WATCHLIST", STEPPED)
    async with scene(tmp_path, now) as stage:
        await stage.story(1, body="Japan and Indonesia signed an agreement on frigates.")
        while await backfill_steps(stage.engine.database, stage.engine.config, stage.now):
            pass
        answer = await Library(stage.engine).chronicle("Indonesia", ["partners"])
    assert not isinstance(answer, Unlabelled)
    (message,) = answer
    assert "signed" in plain(message)
    assert message.picture is not None


async def test_reports_of_one_story_are_one_hit_with_the_others_counted(stage: Scene) -> None:
    first = await stage.story(1)
    stage.pass_time(timedelta(hours=1))
    second = await stage.story(2)
    async with stage.engine.database.write() as connection:
        await connection.execute(articles.update().where(articles.c.story_id == second).values(story_id=first))
    (hit,) = (await found(stage, "partner")).hits
    assert (hit.title, hit.more, hit.story) == ("Headline 2", 1, first)


async def test_of_a_story_that_goes_on_only_the_articles_of_the_time_are_in_the_file(stage: Scene) -> None:
    first = await stage.story(1)
    stage.pass_time(20 * DAY)
    second = await stage.story(2)
    stage.pass_time(DAY)
    async with stage.engine.database.write() as connection:
        await connection.execute(articles.update().where(articles.c.story_id == second).values(story_id=first))
    file, number = await export(
        stage.engine.database, stage.engine.config, "json", ["partners"], stage.now - 10 * DAY, stage.now
    )
    assert number == 1
    assert json.loads(file.read())[0]["title"] == "Headline 2"


def test_half_a_character_does_not_stop_a_file() -> None:
    row = dict.fromkeys(COLUMNS, "") | {"title": "\ud83d broken"}
    assert b"broken" in written("csv", row)
    assert json.loads(written("json", row))[0]["title"] == "? broken"
