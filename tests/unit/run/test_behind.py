"""What becomes of alerts that cannot leave as fast as there is news, and who hears of a chat that cannot be reached."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from scene import ANALYST, OTHER, TOPIC, Failure, Scene, scene

from bot.errors import Outcome
from bot.model import DeliveryKind, DeliveryStatus, Destination, Priority
from bot.run.deliver import deliver
from bot.run.merging import FEWEST, REASON
from bot.store import chats, deliveries
from bot.tell.tree import from_json

LATE = timedelta(minutes=11)


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene(tmp_path, now) as made:
        yield made


async def everything(stage: Scene) -> None:
    while await deliver(stage.engine):
        pass


async def alerts(stage: Scene, number: int, to: Destination = ANALYST, priority: Priority = Priority.NORMAL) -> None:
    """So many stories, each with an alert that is due now."""
    for _ in range(number):
        made = len(await stage.ledger())
        story = await stage.story(made + 1)
        key = f"alert:{story}:{to.chat}:{to.thread}"
        delivery = await stage.order(key, to=to, body=None, story_id=story, priority=priority)
        async with stage.engine.database.write() as connection:
            await deliveries.tell_stories(connection, delivery, [story])


# --- behind ---------------------------------------------------------------------------------------------------------


async def test_alerts_that_had_to_wait_become_one_digest_of_all_their_stories(stage: Scene) -> None:
    await alerts(stage, FEWEST)
    stage.pass_time(LATE)
    await everything(stage)
    (text,) = stage.courier.texts
    assert f"{FEWEST} stories" in text
    rows = (await stage.ledger()).values()
    assert {row.error for row in rows if row.kind is DeliveryKind.ALERT} == {REASON}
    assert {row.status for row in rows if row.kind is DeliveryKind.ALERT} == {DeliveryStatus.CANCELLED}


async def test_few_alerts_go_one_by_one_however_late(stage: Scene) -> None:
    await alerts(stage, FEWEST - 1)
    await alerts(stage, 1, OTHER)
    stage.pass_time(LATE)
    await everything(stage)
    assert len(stage.courier.texts) == FEWEST


async def test_alerts_that_have_not_waited_long_go_one_by_one(stage: Scene) -> None:
    await alerts(stage, FEWEST)
    stage.pass_time(LATE / 2)
    await everything(stage)
    assert len(stage.courier.texts) == FEWEST


async def test_an_urgent_alert_is_never_merged(stage: Scene) -> None:
    await alerts(stage, 1, priority=Priority.URGENT)
    await alerts(stage, FEWEST)
    stage.pass_time(LATE)
    await everything(stage)
    assert len(stage.courier.texts) == 2


async def test_a_chat_that_asked_for_hours_of_peace_reads_one_digest_afterwards(stage: Scene) -> None:
    async with stage.engine.database.write() as connection:
        await chats.set_not_before(connection, ANALYST.chat, stage.now + timedelta(hours=12))
    await alerts(stage, FEWEST)
    await alerts(stage, 1, OTHER)
    await everything(stage)
    assert [where for where, _ in stage.courier.asked] == [OTHER]
    stage.pass_time(timedelta(hours=12))
    await everything(stage)
    assert [where for where, _ in stage.courier.asked] == [OTHER, ANALYST]


# --- out of reach ---------------------------------------------------------------------------------------------------


async def test_who_let_a_group_in_hears_once_that_its_topic_is_gone(stage: Scene) -> None:
    async with stage.engine.database.write() as connection:
        known = {"kind": "supergroup", "title": "Desk", "role": "reader", "now": stage.now}
        await chats.upsert_chat(connection, TOPIC.chat, owner=ANALYST.chat, **known)  # type: ignore[arg-type]
    for key in ("one", "two"):
        stage.courier.script = [Failure(Outcome.THREAD_GONE)]
        await stage.order(key, to=TOPIC)
        await everything(stage)
    said = [text for where, text in stage.courier.asked if where == ANALYST]
    assert said == [
        "A topic of Desk is closed or was deleted. What was meant for it goes to the chat itself (topic 3)."
    ]


async def test_who_let_a_group_in_hears_that_the_bot_can_no_longer_write_there(stage: Scene) -> None:
    async with stage.engine.database.write() as connection:
        known = {"kind": "supergroup", "title": "Desk", "role": "reader", "now": stage.now}
        await chats.upsert_chat(connection, TOPIC.chat, owner=ANALYST.chat, **known)  # type: ignore[arg-type]
    stage.courier.script = [Failure(Outcome.CHAT_PAUSED)]
    await stage.order(to=TOPIC)
    await everything(stage)
    (said,) = [text for where, text in stage.courier.asked if where == ANALYST]
    assert said.startswith("I can no longer write to Desk: ")


@pytest.mark.parametrize("kind", [DeliveryKind.DIGEST, DeliveryKind.PICTURE])
async def test_a_digest_in_doubt_is_offered_to_its_reader_once(stage: Scene, kind: DeliveryKind) -> None:
    stage.courier.script = [Failure(Outcome.UNCERTAIN)]
    made = await stage.order(kind=kind)
    for _ in range(3):
        await everything(stage)
        stage.pass_time(timedelta(hours=1))
    (offer,) = [row for row in (await stage.ledger()).values() if row.kind is DeliveryKind.NOTICE]
    assert offer.body is not None
    ((key,),) = from_json(offer.body).keys
    assert key.data == f"2s{made}"
