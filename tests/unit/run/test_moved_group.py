"""What was about to be told to a group when it became a supergroup is told there once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from scene import Failure, Scene, scene

from bot.errors import Outcome
from bot.model import DeliveryStatus, Destination
from bot.run.deliver import deliver
from bot.run.fate import IN_DOUBT
from bot.store import chats

GROUP, SUPERGROUP = Destination(-100), Destination(-100777)


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene(tmp_path, now) as made:
        yield made


async def test_an_alert_that_met_the_migration_goes_to_the_supergroup_once(stage: Scene) -> None:
    story = await stage.story()
    await stage.order(f"alert:{story}:{GROUP.chat}:0", to=GROUP, story_id=story)
    stage.courier.script = [Failure(Outcome.CHAT_MIGRATED, new_chat_id=SUPERGROUP.chat)]
    for _ in range(3):
        await deliver(stage.engine)
    assert [where.chat for where, _ in stage.courier.asked] == [GROUP.chat, SUPERGROUP.chat]
    assert list(await stage.ledger()) == [f"alert:{story}:{SUPERGROUP.chat}:0"]


async def test_a_story_that_waits_for_both_of_two_chats_that_become_one_is_told_once(stage: Scene) -> None:
    story = await stage.story()
    async with stage.engine.database.write() as connection:
        await chats.upsert_chat(connection, SUPERGROUP.chat, kind="supergroup", title="", role="reader", now=stage.now)
    for where in (GROUP, SUPERGROUP):
        await stage.order(f"alert:{story}:{where.chat}:0", to=where, story_id=story)
    async with stage.engine.database.write() as connection:
        await chats.migrate_chat(connection, GROUP.chat, SUPERGROUP.chat)
    await deliver(stage.engine)
    assert len(stage.courier.asked) == 1
    assert sorted(row.status for row in (await stage.ledger()).values()) == [
        DeliveryStatus.CANCELLED,
        DeliveryStatus.SENT,
    ]


async def test_what_the_group_was_told_is_not_told_by_what_waited_for_the_supergroup(stage: Scene) -> None:
    story = await stage.story()
    await stage.order(f"alert:{story}:{GROUP.chat}:0", to=GROUP, story_id=story)
    await deliver(stage.engine)
    async with stage.engine.database.write() as connection:
        await chats.upsert_chat(connection, SUPERGROUP.chat, kind="supergroup", title="", role="reader", now=stage.now)
    await stage.order(f"alert:{story}:{SUPERGROUP.chat}:0", to=SUPERGROUP, story_id=story)
    async with stage.engine.database.write() as connection:
        await chats.migrate_chat(connection, GROUP.chat, SUPERGROUP.chat)
    await deliver(stage.engine)
    assert [where.chat for where, _ in stage.courier.asked] == [GROUP.chat]


async def test_what_waits_is_sent_where_the_other_may_not_have_arrived(stage: Scene) -> None:
    story = await stage.story()
    async with stage.engine.database.write() as connection:
        await chats.upsert_chat(connection, SUPERGROUP.chat, kind="supergroup", title="", role="reader", now=stage.now)
    await stage.order(f"alert:{story}:{SUPERGROUP.chat}:0", to=SUPERGROUP, story_id=story)
    stage.courier.script = [Failure(Outcome.UNCERTAIN), Failure(Outcome.UNCERTAIN)]
    for _ in range(2):
        await deliver(stage.engine)
        stage.pass_time(IN_DOUBT)
    assert len(stage.courier.asked) == 2
    await stage.order(f"alert:{story}:{GROUP.chat}:0", to=GROUP, story_id=story)
    async with stage.engine.database.write() as connection:
        await chats.migrate_chat(connection, GROUP.chat, SUPERGROUP.chat)
    await deliver(stage.engine)
    assert len([text for text in stage.courier.texts if "the line broke twice" not in text]) == 3
