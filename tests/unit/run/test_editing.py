"""An alert that stands in its chat is changed when its story grows: seldom, and without a sound."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from scene import ANALYST, Failure, Scene, scene
from settling import TEXT, every_feed_asked, page, settle
from settling import article as plain_article

from bot.errors import Outcome
from bot.model import Rhythm
from bot.run.deliver import deliver
from bot.run.editing import edit_due
from bot.store.tables import deliveries
from bot.tell.tree import from_json

EVERY = timedelta(minutes=5)


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene(tmp_path, now) as made:
        await made.subscription(Rhythm.INSTANT)
        await every_feed_asked(made)
        yield made


async def alerted(stage: Scene) -> None:
    """One report, told."""
    await settle(stage, await page(stage, 1), plain_article(1, TEXT))
    stage.pass_time(timedelta(minutes=3))
    while await deliver(stage.engine):
        pass
    assert len(stage.courier.asked) == 1


async def copied(stage: Scene, number: int, outlet: str) -> None:
    await settle(stage, await page(stage, number), plain_article(number, TEXT, outlet))


async def test_a_story_that_gains_an_outlet_changes_its_message_and_rings_nobody(stage: Scene) -> None:
    await alerted(stage)
    await copied(stage, 2, "kyodo")
    assert await edit_due(stage.engine) == 0, "not so soon"
    stage.pass_time(EVERY)
    assert await edit_due(stage.engine) == 1
    ((where, message_id, text),) = stage.courier.edited
    assert (where, message_id) == (ANALYST, 1001)
    assert "KYODO" in text.upper()
    assert len(stage.courier.asked) == 1
    stage.pass_time(EVERY)
    assert await edit_due(stage.engine) == 0


async def test_what_shows_all_already_is_left_as_it_is(stage: Scene) -> None:
    await alerted(stage)
    await settle(stage, await page(stage, 1), plain_article(1, TEXT))
    stage.pass_time(EVERY)
    await edit_due(stage.engine)
    assert stage.courier.edited == []


async def test_two_outlets_within_the_pause_are_one_change(stage: Scene) -> None:
    await alerted(stage)
    for number, outlet in ((2, "kyodo"), (3, "portal")):
        await copied(stage, number, outlet)
    stage.pass_time(EVERY)
    assert await edit_due(stage.engine) == 1
    assert len(stage.courier.edited) == 1


async def test_a_message_that_is_gone_is_not_asked_for_again(stage: Scene) -> None:
    await alerted(stage)
    await copied(stage, 2, "kyodo")
    stage.pass_time(EVERY)
    stage.courier.script = [Failure(Outcome.MESSAGE_GONE)]
    await edit_due(stage.engine)
    await copied(stage, 3, "portal")
    stage.pass_time(EVERY)
    assert await edit_due(stage.engine) == 0


async def test_a_change_that_nobody_knows_the_fate_of_is_made_again(stage: Scene) -> None:
    await alerted(stage)
    await copied(stage, 2, "kyodo")
    stage.pass_time(EVERY)
    stage.courier.script = [Failure(Outcome.UNCERTAIN)]
    await edit_due(stage.engine)
    stage.pass_time(EVERY)
    assert await edit_due(stage.engine) == 1
    assert len(stage.courier.edited) == 2


async def test_an_old_alert_stays_as_it_is(stage: Scene) -> None:
    await alerted(stage)
    settings = stage.engine.config.settings
    stories = settings.stories.model_copy(update={"window": timedelta(days=1)})
    stage.engine.config = replace(stage.engine.config, settings=settings.model_copy(update={"stories": stories}))
    stage.pass_time(timedelta(days=2))
    await copied(stage, 2, "kyodo")
    stage.pass_time(EVERY)
    assert await edit_due(stage.engine) == 0


async def test_the_keys_stay_as_they_were_pressed(stage: Scene) -> None:
    await alerted(stage)
    async with stage.engine.database.read() as connection:
        body = await connection.scalar(deliveries.select().with_only_columns(deliveries.c.body))
    assert [key.text for row in from_json(body).keys for key in row][:2] == ["Open", "Why"]
