"""Steps of articles as they are stored, and of those that were stored before there were steps, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rows import a_feed, a_story, article, match
from sqlalchemy import select, update

from bot.run import steps as run
from bot.run.engine import Configuration
from bot.run.setup import configuration
from bot.store import tables
from bot.store.database import Database

CONCEPTS = """concepts:
  partner: {labels: {indonesia: [Indonesia], india: [India]}}
"""
STEPS = """  step: {steps: {talks: [talks], signed: [signed]}}
"""
RULES = """rules:
  - {name: partnership, match: partner}
"""
TITLE = "Japan and Indonesia"
PUBLISHED = datetime(2026, 3, 9, 20, tzinfo=UTC)

Made = Callable[..., Configuration]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """The configuration of one watchlist, with these concepts of steps."""
    (tmp_path / "config" / "watchlists").mkdir(parents=True)
    (tmp_path / "config" / "sources.yaml").write_text("sources: []\n")

    def make(steps: str = STEPS, *more: str) -> Configuration:
        for name in ("japan", *more):
            (tmp_path / "config" / "watchlists" / f"{name}.yaml").write_text(CONCEPTS + steps + RULES)
        return configuration(tmp_path / "config")

    return make


async def told(database: Database) -> list[tuple[int, str, str, str]]:
    query = select(tables.steps).order_by(tables.steps.c.article_id, tables.steps.c.rank)
    async with database.read() as connection:
        rows = (await connection.execute(query)).all()
    return [(row.article_id, row.step, row.date, row.date_from) for row in rows]


async def stored(database: Database, now: datetime, *texts: str, first: int = 1) -> list[int]:
    """The ids of articles of these texts, each alone in its story."""
    ids = []
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        for number, text in enumerate(texts, first):
            given = {"title": TITLE, "paragraphs": (text,), "lead": text, "published": PUBLISHED}
            _, article_id = await a_story(connection, feed_id, number, now, match(), **given)
            ids.append(article_id)
    return ids


TALKS, SIGNED = "Japan and Indonesia held talks.", "Japan and Indonesia signed a pact."


# --- as they come -----------------------------------------------------------------------------------------------------


async def test_the_steps_of_an_article_are_recorded(database: Database, now: datetime, made: Made) -> None:
    config = made()
    (number,) = await stored(database, now, TALKS)
    one = article(1, title=TITLE, paragraphs=(SIGNED,), lead=SIGNED, published=PUBLISHED)
    async with database.write() as connection:
        await run.record_steps(connection, config, number, one, now, [match()], now)
    assert await told(database) == [(number, "signed", "2026-03-09", "published")]


async def test_an_article_without_a_date_has_its_steps_on_the_day_it_was_seen(
    database: Database, now: datetime, made: Made
) -> None:
    config = made()
    (number,) = await stored(database, now, TALKS)
    async with database.write() as connection:
        await run.record_steps(connection, config, number, article(1), now, [match()], now)
    assert await told(database) == [(number, "talks", "2026-03-10", "published")]


async def test_an_article_that_matches_no_more_loses_its_steps(database: Database, now: datetime, made: Made) -> None:
    config = made()
    (number,) = await stored(database, now, TALKS)
    async with database.write() as connection:
        await run.record_steps(connection, config, number, article(1), now, [match()], now)
        await run.record_steps(connection, config, number, article(1), now, [], now)
    assert await told(database) == []


# --- as they are stored -----------------------------------------------------------------------------------------------


async def test_articles_of_before_are_read_in_batches_until_none_is_left(
    database: Database, now: datetime, made: Made
) -> None:
    config = made()
    ids = await stored(database, now, TALKS, SIGNED, "Indonesia has many islands.", TALKS, SIGNED)
    counts = [await run.backfill_steps(database, config, now, 2) for _ in range(4)]
    assert counts == [2, 2, 1, 0]
    assert [(number, step) for number, step, *_ in await told(database)] == [
        (ids[0], "talks"), (ids[1], "signed"), (ids[3], "talks"), (ids[4], "signed")
    ]  # fmt: skip


async def test_what_was_read_is_not_read_again(database: Database, now: datetime, made: Made) -> None:
    config = made()
    await stored(database, now, TALKS)
    assert await run.read_archive(database, config, lambda: now) == 1
    async with database.write() as connection:
        await connection.execute(tables.steps.delete())
    assert await run.read_archive(database, config, lambda: now) == 0
    assert await told(database) == []


async def test_articles_that_come_later_are_left_to_their_own_transaction(
    database: Database, now: datetime, made: Made
) -> None:
    config = made()
    assert await run.backfill_steps(database, config, now) == 0
    await stored(database, now, TALKS)
    assert await run.backfill_steps(database, config, now) == 0


async def test_articles_that_come_in_the_midst_of_it_are_left_to_their_own_transaction(
    database: Database, now: datetime, made: Made
) -> None:
    config = made()
    await stored(database, now, TALKS, SIGNED, TALKS)
    assert await run.backfill_steps(database, config, now, 2) == 2
    await stored(database, now, TALKS, SIGNED, first=4)
    assert [await run.backfill_steps(database, config, now, 2) for _ in range(2)] == [1, 0]


async def test_all_are_read_again_once_the_words_of_a_step_changed(
    database: Database, now: datetime, made: Made
) -> None:
    (number,) = await stored(database, now, "Japan and Indonesia inked a pact.")
    await run.read_archive(database, made(), lambda: now)
    assert await told(database) == []
    changed = made(STEPS.replace("signed: [signed]", "signed: [signed, inked]"))
    assert await run.read_archive(database, changed, lambda: now) == 1
    assert [step for _, step, *_ in await told(database)] == ["signed"]
    assert number


async def test_all_are_read_again_by_a_release_that_reads_sentences_otherwise(
    database: Database, now: datetime, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stored(database, now, TALKS)
    await run.read_archive(database, made(), lambda: now)
    monkeypatch.setattr(run, "READING", run.READING + 1)
    assert await run.read_archive(database, made(), lambda: now) == 1


async def test_another_order_of_the_steps_changes_their_ranks(database: Database, now: datetime, made: Made) -> None:
    await stored(database, now, TALKS)
    await run.read_archive(database, made(), lambda: now)
    turned = "  step: {steps: {signed: [signed], talks: [talks]}}\n"
    await run.read_archive(database, made(turned), lambda: now)
    async with database.read() as connection:
        assert list((await connection.execute(select(tables.steps.c.rank))).scalars()) == [1]


async def test_steps_go_with_the_concept_that_named_them(database: Database, now: datetime, made: Made) -> None:
    await stored(database, now, TALKS)
    await run.read_archive(database, made(), lambda: now)
    assert await run.read_archive(database, made(""), lambda: now) == 1
    assert await told(database) == []


async def test_a_watchlist_without_steps_is_never_read(database: Database, now: datetime, made: Made) -> None:
    await stored(database, now, TALKS)
    assert await run.read_archive(database, made(""), lambda: now) == 0


async def test_a_watchlist_that_is_new_makes_no_other_be_read_again(
    database: Database, now: datetime, made: Made
) -> None:
    await stored(database, now, TALKS)
    await run.read_archive(database, made(), lambda: now)
    assert await run.read_archive(database, made(STEPS, "again"), lambda: now) == 0


async def test_an_article_read_again_meanwhile_keeps_what_it_says_now(
    database: Database, now: datetime, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = made()
    (number,) = await stored(database, now, TALKS)
    given = run._steps

    async def meanwhile(*words: object) -> object:
        async with database.write() as connection:
            later = now + timedelta(minutes=1)
            await connection.execute(update(tables.articles).values(read_at=later))
            one = article(1, title=TITLE, paragraphs=(SIGNED,), lead=SIGNED, published=PUBLISHED)
            await run.record_steps(connection, config, number, one, now, [match()], now)
        return await given(*words)  # type: ignore[arg-type]  # what it was given

    monkeypatch.setattr(run, "_steps", meanwhile)
    assert await run.read_archive(database, config, lambda: now) == 1
    assert [step for _, step, *_ in await told(database)] == ["signed"]


async def test_who_reads_the_archive_hears_how_far_it_is(
    database: Database, now: datetime, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "BATCH", 2)
    await stored(database, now, TALKS, SIGNED, TALKS)
    heard: list[int] = []
    await run.read_archive(database, made(), lambda: now, heard.append)
    assert heard == [2, 3]
