"""Alerts that wait: in quiet hours, and while everything is muted; and the one digest they become."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from scene import ANALYST, MINUTE, OTHER, TOPIC, Scene, scene

from bot.model import DeliveryKind, DeliveryStatus, Destination, Priority, Rhythm
from bot.run.briefing import brief
from bot.run.waking import asleep, gather_held, is_wake, rest
from bot.store import deliveries, hours, mutes, subscriptions
from bot.store.deliveries import Delivery, Order
from bot.store.hours import GATHERED, Peace
from bot.store.mutes import Muted
from bot.tell import plain

HOUR = timedelta(hours=1)
NIGHT = "22:00-06:30"


def clock(now: datetime, hour: int, minute: int = 0, day: int = 0) -> datetime:
    return now.replace(hour=hour, minute=minute, second=0, microsecond=0) + timedelta(days=day)


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene(tmp_path, clock(now, 21), "timezone: UTC\nalerts: {hold: 2m}\n") as made:
        async with made.engine.database.write() as connection:
            for where in (ANALYST, OTHER, TOPIC):
                await subscriptions.subscribe(
                    connection, where, "partners", rhythm=Rhythm.INSTANT, at="07:00", now=made.now, due_at=None
                )
        yield made


async def quiet(stage: Scene, text: str | None = NIGHT, chat: int = ANALYST.chat) -> None:
    async with stage.engine.database.write() as connection:
        await hours.set_quiet(connection, chat, text, stage.now)


async def alert(
    stage: Scene, number: int, to: Destination = ANALYST, priority: Priority = Priority.NORMAL, **given: object
) -> str:
    """A story and the alert about it, ordered now as a match orders it; the alert's key."""
    story = await stage.story(number, priority=priority)
    key = f"alert:{story}:{to.chat}:{to.thread}"
    wait = timedelta() if priority is Priority.URGENT else 2 * MINUTE
    order = Order(
        key,
        to,
        DeliveryKind.ALERT,
        stage.now + wait,
        "partners",
        story,
        priority=priority,
        **given,  # type: ignore[arg-type]
    )
    async with stage.engine.database.write() as connection:
        assert await deliveries.order(connection, order, stage.now, [story]) is not None
    return key


async def passes(stage: Scene, at: datetime) -> int:
    """The hour comes, and what is due is gone through."""
    stage.now = at
    async with stage.engine.database.write() as connection:
        return await gather_held(stage.engine, connection, stage.now)


async def due(stage: Scene) -> dict[str, datetime | None]:
    """What waits to be sent, by key, and when it is due."""
    ledger = await stage.ledger()
    return {key: each.due_at for key, each in ledger.items() if each.status is DeliveryStatus.PENDING}


async def wake(stage: Scene) -> tuple[Delivery, str]:
    """The one digest of what waited, composed."""
    (found,) = [each for key, each in (await stage.ledger()).items() if is_wake(key)]
    async with stage.engine.database.write() as connection:
        message = await brief(stage.engine, connection, found, stage.now)
    assert message is not None
    return found, plain(message)


async def test_alerts_of_a_night_become_one_digest_at_its_end(stage: Scene, now: datetime) -> None:
    await quiet(stage)
    stage.now = clock(now, 23)
    keys = [await alert(stage, number) for number in (1, 2, 3)]
    assert await passes(stage, stage.now + 2 * MINUTE) == 0
    end = clock(now, 6, 30, day=1)
    assert await due(stage) == dict.fromkeys(keys, end)
    assert await passes(stage, end) == 1
    found, text = await wake(stage)
    assert (found.kind, found.destination, found.due_at) == (DeliveryKind.DIGEST, ANALYST, end)
    assert text.startswith("While it was quiet: Japan's partners\n")
    assert all(f"Headline {number}" in text for number in (1, 2, 3))
    ledger = await stage.ledger()
    assert {(ledger[key].status, ledger[key].error) for key in keys} == {(DeliveryStatus.CANCELLED, GATHERED)}


async def test_the_digest_of_a_night_begins_with_what_weighs_most(stage: Scene, now: datetime) -> None:
    await quiet(stage)
    stage.now = clock(now, 23)
    await alert(stage, 1, priority=Priority.LOW)
    await alert(stage, 2)
    await passes(stage, stage.now + 2 * MINUTE)
    await passes(stage, clock(now, 6, 30, day=1))
    _, text = await wake(stage)
    assert text.index("Headline 2") < text.index("Headline 1")


async def test_an_urgent_alert_passes_quiet_hours(stage: Scene, now: datetime) -> None:
    await quiet(stage)
    stage.now = clock(now, 23)
    urgent, normal = await alert(stage, 1, priority=Priority.URGENT), await alert(stage, 2)
    await passes(stage, clock(now, 23, 2))
    assert await due(stage) == {urgent: clock(now, 23), normal: clock(now, 6, 30, day=1)}


async def test_an_urgent_alert_waits_for_the_end_of_a_mute_of_all(stage: Scene) -> None:
    key = await alert(stage, 1, priority=Priority.URGENT)
    until = stage.now + HOUR
    async with stage.engine.database.write() as connection:
        await mutes.mute(connection, ANALYST, Muted.ALL, "", stage.now, until=until)
    await passes(stage, stage.now + MINUTE)
    assert await due(stage) == {key: until}
    await passes(stage, until)
    assert await due(stage) == {key: until}


async def test_alerts_of_a_muted_time_become_one_digest(stage: Scene) -> None:
    until = stage.now + HOUR
    async with stage.engine.database.write() as connection:
        await mutes.mute(connection, ANALYST, Muted.ALL, "", stage.now, until=until)
    for number in (1, 2):
        await alert(stage, number)
    await passes(stage, stage.now + 2 * MINUTE)
    assert await passes(stage, until) == 1
    _, text = await wake(stage)
    assert "2 stories" in text


async def test_one_alert_that_waited_stays_an_alert(stage: Scene, now: datetime) -> None:
    await quiet(stage)
    stage.now = clock(now, 23)
    key = await alert(stage, 1)
    await passes(stage, clock(now, 23, 2))
    end = clock(now, 6, 30, day=1)
    assert await passes(stage, end) == 0
    assert await due(stage) == {key: end}


async def test_alerts_that_did_not_wait_stay_alerts(stage: Scene) -> None:
    await quiet(stage)
    keys = [await alert(stage, number) for number in (1, 2)]
    assert await passes(stage, stage.now + 2 * MINUTE) == 0
    assert set(await due(stage)) == set(keys)


async def test_alerts_given_the_end_of_the_night_when_they_were_ordered_are_gathered_too(
    stage: Scene, now: datetime
) -> None:
    await quiet(stage)
    stage.now = clock(now, 23)
    end = clock(now, 6, 30, day=1)
    for number in (1, 2):
        key = await alert(stage, number)
        async with stage.engine.database.write() as connection:
            await deliveries.postpone(connection, (await stage.ledger())[key].id, end)
    assert await passes(stage, end) == 1


async def test_quiet_hours_of_all_hold_where_a_chat_has_none_of_its_own(tmp_path: Path, now: datetime) -> None:
    settings = "timezone: Asia/Jakarta\nalerts: {hold: 2m, quiet: 22:00-06:30}\n"
    async with scene(tmp_path, clock(now, 15, 30), settings) as stage:
        mine, theirs = await alert(stage, 1), await alert(stage, 2, to=OTHER)
        await quiet(stage, "00:00-00:00", OTHER.chat)
        await passes(stage, clock(now, 15, 32))
        assert await due(stage) == {mine: clock(now, 23, 30), theirs: clock(now, 15, 32)}


async def test_the_night_is_that_of_the_chats_own_zone(stage: Scene, now: datetime) -> None:
    await quiet(stage)
    async with stage.engine.database.write() as connection:
        await hours.set_timezone(connection, ANALYST.chat, "Asia/Tokyo", stage.now)
    stage.now = clock(now, 14)
    key = await alert(stage, 1)
    await passes(stage, clock(now, 14, 2))
    assert await due(stage) == {key: clock(now, 21, 30)}


async def test_what_waited_is_told_at_once_when_quiet_hours_are_switched_off(stage: Scene, now: datetime) -> None:
    await quiet(stage)
    stage.now = clock(now, 23)
    for number in (1, 2):
        await alert(stage, number)
    await passes(stage, clock(now, 23, 2))
    stage.now = clock(now, 23, 30)
    await quiet(stage, "00:00-00:00")
    assert await passes(stage, clock(now, 23, 30)) == 1


async def test_what_waited_goes_on_waiting_when_the_night_becomes_longer(stage: Scene, now: datetime) -> None:
    await quiet(stage)
    stage.now = clock(now, 23)
    key = await alert(stage, 1)
    await passes(stage, clock(now, 23, 2))
    await quiet(stage, "22:00-08:00")
    await passes(stage, clock(now, 23, 3))
    assert await due(stage) == {key: clock(now, 8, day=1)}


async def test_each_topic_has_a_digest_of_its_own(stage: Scene, now: datetime) -> None:
    for chat in (ANALYST.chat, TOPIC.chat):
        await quiet(stage, chat=chat)
    stage.now = clock(now, 23)
    for number, to in enumerate((ANALYST, ANALYST, TOPIC, TOPIC), start=1):
        await alert(stage, number, to)
    await passes(stage, clock(now, 23, 2))
    assert await passes(stage, clock(now, 6, 30, day=1)) == 2
    places = {each.destination for key, each in (await stage.ledger()).items() if is_wake(key)}
    assert places == {ANALYST, TOPIC}


async def test_a_digest_waits_for_the_end_of_a_mute_of_all_but_not_of_the_night(stage: Scene, now: datetime) -> None:
    await quiet(stage)
    stage.now = clock(now, 23)
    await stage.order("d", kind=DeliveryKind.DIGEST, body=None)
    await passes(stage, clock(now, 23, 1))
    assert await due(stage) == {"d": clock(now, 23)}
    async with stage.engine.database.write() as connection:
        await mutes.mute(connection, ANALYST, Muted.ALL, "", stage.now, until=clock(now, 23, 40))
    await passes(stage, clock(now, 23, 2))
    assert await due(stage) == {"d": clock(now, 23, 40)}
    assert (await stage.ledger())["d"].error == Peace.MUTED


async def test_a_story_told_in_the_digest_of_a_night_is_told(stage: Scene, now: datetime) -> None:
    await quiet(stage)
    stage.now = clock(now, 23)
    for number in (1, 2):
        await alert(stage, number)
    await passes(stage, clock(now, 23, 2))
    await passes(stage, clock(now, 6, 30, day=1))
    found, _ = await wake(stage)
    async with stage.engine.database.read() as connection:
        assert len(await deliveries.stories_told(connection, found.id)) == 2


async def test_an_hourly_digest_rests_in_the_night_and_a_daily_one_does_not(stage: Scene, now: datetime) -> None:
    await quiet(stage)
    found = {}
    for rhythm in (Rhythm.HOURLY, Rhythm.DAILY):
        async with stage.engine.database.write() as connection:
            (mine,) = await subscriptions.of(connection, ANALYST)
            await subscriptions.set_rhythm(connection, mine.id, rhythm=rhythm, at="23:00", since=stage.now, due_at=None)
            (mine,) = await subscriptions.of(connection, ANALYST)
            found[rhythm] = await rest(connection, stage.engine.config.settings, mine, clock(now, 23))
    assert found == {Rhythm.HOURLY: clock(now, 6, 30, day=1), Rhythm.DAILY: None}


async def test_a_chat_is_asleep_in_its_quiet_hours(stage: Scene, now: datetime) -> None:
    await quiet(stage)
    chat = await stage.chat()
    settings = stage.engine.config.settings
    assert asleep(chat, settings, clock(now, 23))
    assert not asleep(chat, settings, clock(now, 12))
    assert not asleep(None, settings, clock(now, 23))
