"""What is old is forgotten a little at a time, while stories, matches and what messages quote stay."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from scene import Scene, scene
from settling import TEXT, article, page, settle
from sqlalchemy import func, select, update

from bot.run import retention as run
from bot.run.once import once
from bot.run.retention import forget
from bot.store import retention, stories
from bot.store.tables import articles, entries, features, feeds, matches, pages, shingles, steps
from bot.story import key_sentences

DAY = timedelta(days=1)
SETTINGS = "{timezone: UTC, retention: {articles: 90d, matched: 365d}, stories: {window: 7d, copies: 30d}}"
NOTHING = "The harvest of rice was good in all parts of the province this year, the office of statistics said. " * 4


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene(tmp_path, now, SETTINGS) as made:
        yield made


async def comes(stage: Scene, number: int, text: str = TEXT) -> None:
    await settle(stage, await page(stage, number), article(number, text))


async def count(stage: Scene, table: object) -> int:
    async with stage.engine.database.read() as connection:
        found = await connection.scalar(select(func.count()).select_from(table))  # type: ignore[arg-type]  # a table
    return found or 0


async def test_texts_that_nothing_matched_go_after_their_time_and_matched_ones_stay(stage: Scene) -> None:
    await comes(stage, 1)
    await comes(stage, 2, NOTHING)
    assert (await forget(stage.engine))["articles"] == 0
    stage.pass_time(91 * DAY)
    assert (await forget(stage.engine))["articles"] == 1
    assert (await count(stage, articles), await count(stage, entries)) == (1, 2)
    assert (await forget(stage.engine))["articles"] == 0


async def test_more_than_one_transaction_holds_is_forgotten_as_well(
    stage: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "CHUNK", 2)
    for number in range(5):
        await comes(stage, number, NOTHING)
    stage.pass_time(91 * DAY)
    assert (await forget(stage.engine))["articles"] == 5
    assert await count(stage, articles) == 0


async def test_what_copies_are_found_by_goes_when_no_window_reaches_it(stage: Scene) -> None:
    await comes(stage, 1)
    assert await count(stage, shingles) > 10
    stage.pass_time(30 * DAY)
    await forget(stage.engine)
    assert await count(stage, shingles) > 10
    stage.pass_time(8 * DAY)
    await forget(stage.engine)
    assert await count(stage, shingles) + await count(stage, features) == 0
    assert await count(stage, matches) == 1


async def test_of_a_matched_text_what_messages_quote_stays(stage: Scene) -> None:
    long = f"{TEXT} {NOTHING}"
    await comes(stage, 1, long)
    before, texts = await story(stage)
    had = await count(stage, steps)
    stage.pass_time(366 * DAY)
    assert (await forget(stage.engine))["texts"] == 1
    after, kept = await story(stage)
    assert (after, await count(stage, steps)) == (before, had)
    assert len(kept) < len(texts)
    assert (await forget(stage.engine))["texts"] == 0


async def story(stage: Scene) -> tuple[object, str]:
    """What the one story says of itself, and all its text."""
    async with stage.engine.database.read() as connection:
        ids = list((await connection.execute(select(articles.c.story_id))).scalars())
        (found,) = await stories.load_stories(connection, "partners", ids, {})
    (report,) = found.reports
    says = report.article.title, key_sentences(report.article, report.matches), report.matches[0].labels
    return says, "\n".join(report.article.paragraphs)


async def test_matched_texts_that_copies_are_compared_with_are_never_cut(tmp_path: Path, now: datetime) -> None:
    async with scene(tmp_path, now, "{timezone: UTC, retention: {matched: 1d}, stories: {copies: 30d}}") as stage:
        await comes(stage, 1)
        stage.pass_time(29 * DAY)
        assert (await forget(stage.engine))["texts"] == 0
        stage.pass_time(2 * DAY)
        assert (await forget(stage.engine))["texts"] == 1


async def test_what_is_kept_for_ever_is_not_forgotten(tmp_path: Path, now: datetime) -> None:
    settings = "{timezone: UTC, retention: {articles: forever, matched: forever}}"
    async with scene(tmp_path, now, settings) as stage:
        await comes(stage, 1)
        await comes(stage, 2, NOTHING)
        stage.pass_time(9999 * DAY)
        await forget(stage.engine)
        async with stage.engine.database.read() as connection:
            notes = set((await connection.execute(select(articles.c.note))).scalars())
        assert (await count(stage, articles), notes) == (2, {None})


async def test_if_asked_only_when_due_it_is_done_once_a_day(stage: Scene) -> None:
    assert await forget(stage.engine, if_due=True)
    assert await forget(stage.engine, if_due=True) == {}
    stage.pass_time(DAY)
    assert await forget(stage.engine, if_due=True)


async def test_a_file_stops_growing_where_as_much_goes_as_comes(stage: Scene) -> None:
    """SQLite fills the space of what is gone, so the file needs no vacuum to stay as it is."""
    sizes = []
    for day in range(6):
        for number in range(12):
            # Long enough that texts make the file, and not the skeletons of pages and entries that stay.
            await comes(stage, day * 100 + number, NOTHING * 100)
        stage.pass_time(91 * DAY)
        await forget(stage.engine)
        sizes.append(await stage.engine.database.size())
    assert sizes[-1] < sizes[1] * 1.25


async def test_a_failure_in_the_middle_leaves_the_rest_for_the_next_day(
    stage: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await comes(stage, 1, NOTHING)
    stage.pass_time(91 * DAY)
    with monkeypatch.context() as patch:

        async def broken(*_: object) -> None:
            raise RuntimeError("no space left")

        patch.setattr(retention, "sources_of_old_lines", broken)
        with pytest.raises(RuntimeError):
            await forget(stage.engine)
    assert await count(stage, articles) == 0
    assert await forget(stage.engine, if_due=True)


async def test_single_rounds_forget_once_a_day(stage: Scene) -> None:
    await round_with(stage, 1)
    stage.pass_time(91 * DAY)
    await round_with(stage, 2)
    assert await count(stage, articles) == 1
    stage.pass_time(90 * DAY + timedelta(hours=1))
    await round_with(stage, 3)
    assert await count(stage, articles) == 1
    stage.pass_time(90 * DAY - timedelta(hours=1))
    await forget(stage.engine)
    stage.pass_time(timedelta(hours=2))
    await round_with(stage, 4)
    assert await count(stage, articles) == 2
    stage.pass_time(timedelta(hours=22))
    await round_with(stage, 5)
    assert await count(stage, articles) == 2


async def round_with(stage: Scene, number: int) -> None:
    """A round that finds nothing due, after one more article that nothing matches was read."""
    await comes(stage, number, NOTHING)
    async with stage.engine.database.write() as connection:
        await connection.execute(update(pages).values(due_at=None))
        await connection.execute(update(feeds).values(due_at=stage.now + 1000 * DAY))
    await once(stage.engine)
