"""A page that is read again: what is news, and what is a comma."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from scene import MINUTE, OTHER, Scene, scene
from settling import TEXT, article, page, rows, settle
from sqlalchemy import select

from bot.model import DeliveryKind, DeliveryStatus, Rhythm
from bot.run.deliver import deliver
from bot.store import stories, subscriptions
from bot.store.tables import matches

HOUR = timedelta(hours=1)


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene(tmp_path, now) as made:
        yield made


async def _subscribe_other(stage: Scene) -> None:
    async with stage.engine.database.write() as connection:
        await subscriptions.subscribe(
            connection, OTHER, "partners", rhythm=Rhythm.INSTANT, at="07:00", now=stage.now, due_at=None
        )


async def _matched_at(stage: Scene) -> list[datetime]:
    async with stage.engine.database.read() as connection:
        return list((await connection.execute(select(matches.c.created_at))).scalars())


async def test_a_comma_is_no_alert_even_for_a_chat_that_never_had_the_story(stage: Scene) -> None:
    where = await page(stage, 1)
    await settle(stage, where, article(1))
    await _subscribe_other(stage)
    before = await _matched_at(stage)
    stage.pass_time(HOUR)
    await settle(stage, where, article(1, TEXT.replace("talks in", "talks, in")))
    assert await rows(stage) == []
    assert await _matched_at(stage) == before, "a digest must not take it for news"


async def test_a_new_label_is_told_a_chat_that_never_had_the_story(stage: Scene) -> None:
    where = await page(stage, 1)
    await settle(stage, where, article(1))
    await _subscribe_other(stage)
    stage.pass_time(HOUR)
    await settle(stage, where, article(1, TEXT + " NATO will send observers to the talks."))
    assert await rows(stage) == [(DeliveryKind.ALERT, DeliveryStatus.PENDING)]
    assert await _matched_at(stage) == [stage.now]


async def test_a_new_label_is_no_second_alert_where_the_story_was_told(stage: Scene) -> None:
    await stage.subscription(Rhythm.INSTANT)
    where = await page(stage, 1)
    await settle(stage, where, article(1))
    stage.pass_time(2 * MINUTE)
    await deliver(stage.engine)
    await settle(stage, where, article(1, TEXT + " NATO will send observers to the talks."))
    assert [kind for kind, _ in await rows(stage)] == [DeliveryKind.ALERT]


async def test_a_page_that_comes_to_match_is_told(stage: Scene) -> None:
    await stage.subscription(Rhythm.INSTANT)
    where = await page(stage, 1)
    await settle(stage, where, article(1, "It rained in Bandung."))
    assert await rows(stage) == []
    await settle(stage, where, article(1))
    assert await rows(stage) == [(DeliveryKind.ALERT, DeliveryStatus.PENDING)]


async def test_a_page_that_matches_no_more_keeps_its_place_in_its_story(stage: Scene) -> None:
    where = await page(stage, 1)
    await settle(stage, where, article(1))
    await settle(stage, where, article(1, "It rained in Bandung."))
    assert await _matched_at(stage) == []
    async with stage.engine.database.read() as connection:
        assert await stories.story_of(connection, 1) == 1
        assert await stories.load_stories(connection, "partners", [1], {}) == []


async def test_a_new_title_without_news_becomes_the_headline_and_tells_nobody(stage: Scene) -> None:
    where = await page(stage, 1)
    await settle(stage, where, article(1))
    await _subscribe_other(stage)
    await settle(stage, where, replace(article(1), title="Correction: Headline 1"))
    assert await rows(stage) == []
    async with stage.engine.database.read() as connection:
        (story,) = await stories.load_stories(connection, "partners", [1], {})
    assert story.reports[0].article.title == "Correction: Headline 1"


async def test_a_correction_is_counted(stage: Scene) -> None:
    where = await page(stage, 1)
    await settle(stage, where, article(1))
    await settle(stage, where, article(1, "Correction: an earlier version misnamed the minister. " + TEXT))
    assert stage.engine.tally.counts["corrections"] == 1
