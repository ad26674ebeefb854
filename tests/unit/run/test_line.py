"""A line that does not work for a while: little is put in doubt, nothing is lost, and nothing comes more than twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from scene import ANALYST, OTHER, SECOND, TOPIC, Failure, Scene, scene

from bot.errors import Outcome
from bot.model import DeliveryKind, DeliveryStatus
from bot.run.deliver import deliver
from bot.run.line import LONGEST, SHORTEST, Line
from bot.store import chats
from bot.store.chats import ChatState

PLACES = (ANALYST, OTHER, TOPIC)


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene(tmp_path, now) as made:
        yield made


async def works_for(stage: Scene, length: timedelta, *, broken: bool) -> None:
    """The program works for so long, on a line that is broken or not."""
    end = stage.now + length
    while stage.now < end:
        stage.courier.script = [Failure(Outcome.UNCERTAIN)] * 99 if broken else []
        await deliver(stage.engine)
        stage.pass_time(5 * SECOND)


@pytest.mark.parametrize("minutes", [1, 3, 20])
async def test_nothing_is_lost_in_an_outage_and_little_is_in_doubt(stage: Scene, minutes: int) -> None:
    keys = [f"alert {number}" for number in range(12)]
    for number, key in enumerate(keys):
        await stage.order(key, to=PLACES[number % 3], story_id=None)
    await works_for(stage, timedelta(minutes=minutes), broken=True)
    in_doubt = [row for row in (await stage.ledger()).values() if row.status is DeliveryStatus.UNCERTAIN]
    assert len([row for row in in_doubt if row.kind is DeliveryKind.ALERT]) <= 3
    before = len(stage.courier.texts)
    await works_for(stage, timedelta(hours=1), broken=False)
    arrived = stage.courier.texts[before:]
    assert all(any(key in text for text in arrived) for key in keys)
    # The server may have taken them all the same: an alert is sent twice at most.
    tried = Counter(text.split("\n")[-1] for text in stage.courier.texts if "may not have arrived" not in text)
    assert all(tried[key] <= 2 for key in keys)


async def test_an_alert_that_met_two_unknown_outcomes_is_offered_with_its_headline(stage: Scene) -> None:
    await stage.order("Headline of it")
    await works_for(stage, timedelta(minutes=2), broken=True)
    await works_for(stage, timedelta(hours=1), broken=False)
    offered = [text for text in stage.courier.texts if "the line broke twice" in text]
    assert offered and offered[-1].endswith("Headline of it")


def test_a_shaky_line_is_tried_ever_more_seldom_until_it_answers(now: datetime) -> None:
    line = Line()
    line.in_doubt(now)
    assert not line.shaky and not line.rests(now)
    line.in_doubt(now)
    assert line.shaky and line.rests(now + SHORTEST - SECOND) and not line.rests(now + SHORTEST)
    for _ in range(20):
        line.in_doubt(now)
    assert line.rests(now + LONGEST - SECOND) and not line.rests(now + LONGEST)
    line.works()
    assert not line.shaky and not line.rests(now)


async def test_one_chat_with_bad_luck_holds_up_no_other(stage: Scene) -> None:
    for number in range(6):
        await stage.order(f"alert {number}", to=PLACES[number % 3])
    stage.courier.script = [Failure(Outcome.UNCERTAIN)]
    await deliver(stage.engine)
    assert len(set(stage.courier.texts)) == 6


async def test_a_chat_that_may_be_written_to_again_waits_no_longer(stage: Scene) -> None:
    async with stage.engine.database.write() as connection:
        await chats.set_chat_state(connection, ANALYST.chat, ChatState.PAUSED, "no_rights")
        await chats.set_not_before(connection, ANALYST.chat, stage.now + timedelta(hours=6))
        await chats.set_chat_state(connection, ANALYST.chat, ChatState.ACTIVE)
    await stage.order("alert")
    await deliver(stage.engine)
    assert stage.courier.texts == ["alert"]


async def test_a_wait_that_telegram_asked_for_stays_when_an_active_chat_is_called_active(stage: Scene) -> None:
    async with stage.engine.database.write() as connection:
        await chats.set_not_before(connection, ANALYST.chat, stage.now + timedelta(hours=6))
        await chats.set_chat_state(connection, ANALYST.chat, ChatState.ACTIVE)
    await stage.order("alert")
    await deliver(stage.engine)
    assert stage.courier.texts == []
