"""What readers are answered about stories that were merged, and whom an alert asks about ties."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from scene import ANALYST, MINUTE, Scene, scene

from bot.model import DeliveryKind, DeliveryStatus
from bot.run.choices import asked, merge
from bot.run.newsroom import Newsroom
from bot.settings import Settings
from bot.store import chats, deliveries, feedback
from bot.store.chats import Chat
from bot.store.deliveries import Order
from bot.store.feedback import Verdict
from bot.store.tied import Fate
from bot.tell import plain


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene(tmp_path, now) as made:
        yield made


async def alerted(stage: Scene, story: int, message_id: int) -> None:
    """The analyst got an alert about a story."""
    order = Order(
        key=f"alert:{story}",
        destination=ANALYST,
        kind=DeliveryKind.ALERT,
        due_at=None,
        watchlist="partners",
        story_id=story,
        status=DeliveryStatus.SENT,
    )
    async with stage.engine.database.write() as connection:
        made = await deliveries.order(connection, order, stage.now, [story])
        assert made is not None
        table = deliveries.deliveries
        await connection.execute(table.update().where(table.c.id == made).values(message_id=message_id))


async def test_why_of_an_alert_whose_story_was_merged_tells_the_merged_story(stage: Scene) -> None:
    one, two = await stage.story(1), await stage.story(2)
    await alerted(stage, two, 55)
    await merge(stage.engine.database, stage.engine.config, [one, two], stage.now)
    (said,) = await Newsroom(stage.engine).why(ANALYST, 55)
    assert "matter 1" in plain(said) and "matter 2" in plain(said)


async def test_a_verdict_on_an_alert_whose_story_was_merged_is_one_on_the_merged_story(stage: Scene) -> None:
    one, two = await stage.story(1), await stage.story(2)
    await alerted(stage, two, 55)
    await merge(stage.engine.database, stage.engine.config, [one, two], stage.now)
    said = await Newsroom(stage.engine).judge(ANALYST, 55, 7, Verdict.RELEVANT, stage.now)
    assert said == "Headline 1"
    async with stage.engine.database.read() as connection:
        assert await feedback.verdicts(connection, "partners", stage.now - MINUTE) == {one: (1, 0)}


async def test_a_newsroom_decides_both_ways_and_says_what_is_gone(stage: Scene) -> None:
    newsroom = Newsroom(stage.engine)
    assert await newsroom.decide(999, True, stage.now) is Fate.GONE
    assert await newsroom.decide(999, False, stage.now) is Fate.GONE


def test_an_alert_asks_admins_alone_and_groups_where_one_may_be(now: datetime) -> None:
    settings = Settings.model_validate({"telegram": {"admins": [5]}})

    def chat(number: int, kind: str, role: str = "reader") -> Chat:
        return Chat(number, kind, "", role, now)

    assert asked(chat(-1, "supergroup"), settings) and asked(chat(-2, "channel"), settings)
    assert asked(chat(5, "private"), settings) and asked(chat(6, "private", chats.ADMIN), settings)
    assert not asked(chat(7, "private"), settings)
    assert not asked(chat(0, "console"), settings) and not asked(None, settings)
