"""A chat in which the bot may not write is left alone for some hours and tried again; nobody tells when it may."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from scene import ANALYST, Failure, Scene, scene

from bot.errors import Outcome
from bot.model import DeliveryStatus
from bot.run.deliver import deliver
from bot.store import chats
from bot.store.chats import REVOKED, RIGHTS_AGAIN, ChatState


class NoRights(Failure):
    """What a courier answers that was told it may not write there."""

    @property
    def comes_back(self) -> bool:
        return True


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene(tmp_path, now) as made:
        yield made


async def test_it_is_tried_again_after_hours_and_goes_on(stage: Scene) -> None:
    await stage.order()
    stage.courier.script = [NoRights(Outcome.CHAT_PAUSED), NoRights(Outcome.CHAT_PAUSED)]
    for _ in range(2):
        await deliver(stage.engine)
        assert (await stage.chat()).state is ChatState.PAUSED
        stage.pass_time(RIGHTS_AGAIN - timedelta(seconds=1))
        await deliver(stage.engine)
        assert (await stage.chat()).state is ChatState.PAUSED
        stage.pass_time(timedelta(seconds=1))
    await deliver(stage.engine)
    (sent,) = (await stage.ledger()).values()
    assert sent.status is DeliveryStatus.SENT and (await stage.chat()).state is ChatState.ACTIVE


async def test_a_chat_that_was_blocked_is_not_tried_again_by_itself(stage: Scene) -> None:
    await stage.order()
    stage.courier.script = [Failure(Outcome.CHAT_PAUSED)]
    await deliver(stage.engine)
    stage.pass_time(timedelta(days=30))
    await deliver(stage.engine)
    assert (await stage.chat()).state is ChatState.PAUSED


async def test_a_chat_that_was_revoked_meanwhile_stays_so(stage: Scene) -> None:
    await stage.order()
    stage.courier.script = [NoRights(Outcome.CHAT_PAUSED)]
    await deliver(stage.engine)
    async with stage.engine.database.write() as connection:
        await chats.set_role(connection, ANALYST.chat, REVOKED)
    stage.pass_time(RIGHTS_AGAIN * 2)
    await deliver(stage.engine)
    assert (await stage.chat()).state is ChatState.PAUSED
