"""A subscription's hour comes: what is ordered, and that no story falls between two digests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from scene import ANALYST, MINUTE, OTHER, SECOND, Scene, scene

from bot.model import DeliveryKind, DeliveryStatus, Rhythm
from bot.run.deliver import deliver
from bot.run.digest import digest
from bot.store import chats, subscriptions
from bot.store.chats import ChatState

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene(tmp_path, now) as made:
        yield made


async def hour_comes(stage: Scene, at: datetime) -> None:
    """The hour comes, is served and told."""
    stage.now = at
    await digest(stage.engine)
    while await deliver(stage.engine):
        pass


async def due_at(stage: Scene) -> datetime | None:
    async with stage.engine.database.read() as connection:
        (found,) = await subscriptions.of(connection, ANALYST)
    return found.due_at


async def test_before_its_hour_nothing_is_ordered(stage: Scene) -> None:
    await stage.subscription(Rhythm.DAILY, due_at=stage.now + HOUR)
    await stage.story()
    assert await digest(stage.engine) == 0


async def test_at_its_hour_a_digest_tells_what_is_new_and_the_next_hour_is_set(stage: Scene) -> None:
    hour = stage.now.replace(hour=7, minute=0, second=0)
    await stage.subscription(Rhythm.DAILY, due_at=hour)
    stage.now += MINUTE
    await stage.story(1)
    await stage.story(2)
    await hour_comes(stage, hour)
    (text,) = stage.courier.texts
    assert "2 stories" in text
    assert await due_at(stage) == hour + DAY
    (row,) = (await stage.ledger()).values()
    assert (row.kind, row.status) == (DeliveryKind.DIGEST, DeliveryStatus.SENT)


async def test_an_hour_without_news_sends_nothing_and_passes(stage: Scene) -> None:
    await stage.subscription(Rhythm.HOURLY, due_at=stage.now)
    await hour_comes(stage, stage.now)
    assert stage.courier.asked == []
    assert await due_at(stage) == stage.now + SECOND
    assert await stage.ledger() == {}


async def test_a_story_is_told_in_one_digest_only(stage: Scene) -> None:
    await stage.subscription(Rhythm.HOURLY, due_at=stage.now)
    stage.now += SECOND
    await stage.story(1)
    await hour_comes(stage, stage.now)
    await stage.story(2)
    await hour_comes(stage, stage.now + HOUR)
    await hour_comes(stage, stage.now + HOUR)
    assert ["1 story" in text for text in stage.courier.texts] == [True, True]
    assert ["Headline 1" in text for text in stage.courier.texts] == [True, False]


async def test_a_match_stored_while_a_digest_was_ordered_is_in_the_next_one(stage: Scene) -> None:
    """Its transaction began before the digest's, and ended after it."""
    await stage.subscription(Rhythm.HOURLY, due_at=stage.now)
    began = stage.now + MINUTE
    await hour_comes(stage, began + 10 * SECOND)
    stage.now = began
    await stage.story(1)
    await hour_comes(stage, began + HOUR)
    assert len(stage.courier.asked) == 1


async def test_both_hours_are_told_when_the_clock_goes_back(stage: Scene) -> None:
    """02:00 comes twice in Berlin: an hourly digest of each is due."""
    async with stage.engine.database.write() as connection:
        await chats.set_chat_preferences(connection, ANALYST.chat, timezone="Europe/Berlin")
    first = datetime(2026, 10, 25, 0, tzinfo=UTC)
    stage.now = first - 30 * MINUTE
    await stage.subscription(Rhythm.HOURLY, due_at=first)
    stage.now = first - 20 * MINUTE
    await stage.story(1)
    await hour_comes(stage, first)
    stage.now = first + 20 * MINUTE
    await stage.story(2)
    await hour_comes(stage, first + HOUR)
    assert [text.count("Headline") for text in stage.courier.texts] == [1, 1]


async def test_what_a_repeated_hour_may_not_tell_is_left_to_the_next_digest(stage: Scene) -> None:
    hour = stage.now.replace(hour=7, minute=0, second=0)
    made = await stage.subscription(Rhythm.DAILY, due_at=hour)
    stage.now += MINUTE
    await stage.story(1)
    await hour_comes(stage, hour)
    stage.now = hour + MINUTE
    await stage.story(2)
    # Its reader chose the same hour of the same day anew.
    async with stage.engine.database.write() as connection:
        await subscriptions.set_next_digest(connection, made.id, hour, hour)
    await hour_comes(stage, hour + HOUR)
    assert len(stage.courier.asked) == 1
    await hour_comes(stage, hour + DAY)
    assert "Headline 2" in stage.courier.texts[-1]


async def test_a_subscription_that_cannot_be_served_holds_up_no_other(stage: Scene) -> None:
    hour = stage.now + HOUR
    await stage.subscription(Rhythm.DAILY, due_at=hour)
    async with stage.engine.database.write() as connection:
        await chats.set_chat_preferences(connection, ANALYST.chat, timezone="Mars/Olympus")
        await subscriptions.subscribe(
            connection, OTHER, "partners", rhythm=Rhythm.DAILY, at="07:00", now=stage.now, due_at=hour + SECOND
        )
    stage.now += MINUTE
    await stage.story(1)
    await hour_comes(stage, hour + SECOND)
    assert [where for where, _ in stage.courier.asked] == [OTHER]
    assert await digest(stage.engine) == 0


async def test_a_paused_chats_hour_waits_and_then_tells_everything(stage: Scene) -> None:
    hour = stage.now.replace(hour=7, minute=0, second=0)
    await stage.subscription(Rhythm.DAILY, due_at=hour)
    stage.now += MINUTE
    await stage.story(1)
    async with stage.engine.database.write() as connection:
        await chats.set_chat_state(connection, ANALYST.chat, ChatState.PAUSED, "blocked")
    await hour_comes(stage, hour + 3 * DAY)
    assert stage.courier.asked == []
    async with stage.engine.database.write() as connection:
        await chats.set_chat_state(connection, ANALYST.chat, ChatState.ACTIVE)
    await hour_comes(stage, hour + 3 * DAY + HOUR)
    assert "Headline 1" in stage.courier.texts[0]
    assert await due_at(stage) == hour + 4 * DAY
