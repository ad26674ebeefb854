"""Which chats are told what admins should know."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from scene import ANALYST, OTHER, TOPIC, Scene, scene

from bot.model import Destination
from bot.run.admins import admin_chats
from bot.store import chats
from bot.store.chats import ChatState

INVITED = Destination(21)


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    """A scene where one chat is that of an admin by invitation."""
    async with scene(tmp_path, now) as made:
        async with made.engine.database.write() as connection:
            await chats.upsert_chat(connection, INVITED.chat, kind="private", title="", role="admin", now=now)
        yield made


async def told(stage: Scene, *admins: int) -> set[Destination]:
    async with stage.engine.database.read() as connection:
        return set(await admin_chats(connection, stage.engine, admins))


async def test_admins_by_the_settings_and_by_an_invitation_are_told(stage: Scene) -> None:
    assert await told(stage, ANALYST.chat) == {ANALYST, INVITED}


async def test_an_admin_who_never_opened_a_chat_is_not_told(stage: Scene) -> None:
    assert await told(stage, 99) == {INVITED}


async def test_a_chat_that_has_shut_the_bot_out_is_not_told(stage: Scene) -> None:
    async with stage.engine.database.write() as connection:
        await chats.set_chat_state(connection, OTHER.chat, ChatState.PAUSED, "blocked")
    assert await told(stage, ANALYST.chat, OTHER.chat) == {ANALYST, INVITED}


async def test_a_group_is_nobodys_private_chat_though_an_admin_let_the_bot_in(stage: Scene) -> None:
    async with stage.engine.database.write() as connection:
        await chats.upsert_chat(connection, TOPIC.chat, kind="group", title="", role="admin", now=stage.now)
    assert await told(stage) == {INVITED}


async def test_without_telegram_nobody_is_told_whoever_the_admins_are(stage: Scene) -> None:
    stage.engine.couriers = {"console": stage.courier}
    assert await told(stage, ANALYST.chat) == set()
