"""A story that several rules match is one alert in a chat, and the most urgent of them says when and how it is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from scene import ANALYST, MINUTE, TOPIC, Failure, Scene, scene
from settling import TEXT, article, page, settle

from bot.errors import Outcome
from bot.model import Destination, Priority, Rhythm
from bot.run.deliver import deliver
from bot.run.setup import configuration
from bot.store import chats
from bot.store.deliveries import Delivery

PARTNERS = """title: Partners
concepts:
  partner: {labels: {indonesia: [Indonesia], nato: [NATO]}}
rules:
  - {name: any, match: partner}
"""
ALARMS = """title: Alarms
rules:
  - {name: fire, match: '"opened fire"', priority: urgent}
  - {name: quiet, match: '"closed fire"', priority: normal}
"""
FIRE = "A frigate opened fire."


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    """A subscriber of two watchlists: one tells of partners, the other of alarms."""
    async with scene(tmp_path, now) as made:
        folder = tmp_path / "config" / "watchlists"
        (folder / "partners.yaml").write_text(PARTNERS)
        (folder / "alarms.yaml").write_text(ALARMS)
        made.engine.config = configuration(tmp_path / "config")
        for watchlist in ("partners", "alarms"):
            await subscribe(made, ANALYST, watchlist)
        yield made


async def subscribe(stage: Scene, where: Destination, watchlist: str, rhythm: Rhythm = Rhythm.INSTANT) -> None:
    due = None if rhythm is Rhythm.INSTANT else stage.now + timedelta(days=1)
    async with stage.engine.database.write() as connection:
        await chats.subscribe(connection, where, watchlist, rhythm=rhythm, at="07:00", now=stage.now, due_at=due)


async def comes(stage: Scene, number: int, more: str = "", outlet: str = "antara") -> None:
    await settle(stage, await page(stage, number), article(number, f"{TEXT} {more}".strip(), outlet))


async def alerts(stage: Scene) -> list[Delivery]:
    return [*reversed((await stage.ledger()).values())]


async def sent(stage: Scene) -> list[str]:
    """What has been sent when all that is due now is."""
    while await deliver(stage.engine):
        pass
    return stage.courier.texts


async def test_two_watchlists_of_a_chat_tell_a_story_once_and_the_urgent_one_tells_it(stage: Scene) -> None:
    await comes(stage, 1, FIRE)
    (alert,) = await alerts(stage)
    assert (alert.watchlist, alert.due_at) == ("alarms", stage.now)
    (text,) = await sent(stage)
    assert text.splitlines()[-1] == "Alarms" and FIRE in text


async def test_a_held_alert_becomes_that_of_the_watchlist_with_the_urgent_rule(stage: Scene) -> None:
    await comes(stage, 1)
    (held,) = await alerts(stage)
    assert (held.watchlist, held.due_at) == ("partners", stage.now + 2 * MINUTE)
    stage.pass_time(MINUTE)
    await comes(stage, 2, FIRE, "kyodo")
    (alert,) = await alerts(stage)
    assert (alert.id, alert.watchlist, alert.due_at) == (held.id, "alarms", stage.now)
    (text,) = await sent(stage)
    assert text.splitlines()[-1] == "Alarms"
    stage.pass_time(2 * MINUTE)
    assert len(await sent(stage)) == 1


async def test_a_rule_as_loud_as_the_one_before_changes_nothing(stage: Scene) -> None:
    await comes(stage, 1)
    await comes(stage, 2, "A frigate closed fire.", "kyodo")
    (held,) = await alerts(stage)
    assert (held.watchlist, held.due_at) == ("partners", stage.now + 2 * MINUTE)


async def test_a_story_that_was_told_is_not_told_again_by_a_louder_rule(stage: Scene) -> None:
    await comes(stage, 1)
    stage.pass_time(2 * MINUTE)
    await sent(stage)
    await comes(stage, 2, FIRE, "kyodo")
    assert len(await alerts(stage)) == 1


async def test_whoever_wants_the_urgent_watchlist_as_a_digest_has_the_other_undisturbed(stage: Scene) -> None:
    await subscribe(stage, TOPIC, "partners")
    await subscribe(stage, TOPIC, "alarms", Rhythm.DAILY)
    await comes(stage, 1)
    await comes(stage, 2, FIRE, "kyodo")
    found = {alert.destination: (alert.watchlist, alert.due_at) for alert in await alerts(stage)}
    assert found == {ANALYST: ("alarms", stage.now), TOPIC: ("partners", stage.now + 2 * MINUTE)}


async def test_each_topic_of_a_forum_is_told_by_its_own_watchlist(stage: Scene) -> None:
    fourth = Destination(TOPIC.chat, 4)
    await subscribe(stage, TOPIC, "partners")
    await subscribe(stage, fourth, "alarms")
    await comes(stage, 1, FIRE)
    found = {alert.destination: alert.watchlist for alert in await alerts(stage)}
    assert found == {ANALYST: "alarms", TOPIC: "partners", fourth: "alarms"}


async def test_the_end_of_the_urgent_subscription_ends_the_alert_it_took_over(stage: Scene) -> None:
    await comes(stage, 1)
    await comes(stage, 2, FIRE, "kyodo")
    async with stage.engine.database.write() as connection:
        assert await chats.unsubscribe(connection, ANALYST, "alarms")
    assert await sent(stage) == []


async def test_an_alert_that_is_composed_and_could_not_be_sent_is_not_rewritten(stage: Scene) -> None:
    await comes(stage, 1)
    stage.pass_time(2 * MINUTE)
    stage.courier.script = [Failure(Outcome.RETRY)]
    await deliver(stage.engine)
    await comes(stage, 2, FIRE, "kyodo")
    (alert,) = await alerts(stage)
    assert alert.watchlist == "partners" and alert.body is not None


async def test_the_priority_of_the_louder_rule_is_kept_with_the_alert(stage: Scene) -> None:
    await comes(stage, 1)
    await comes(stage, 2, FIRE, "kyodo")
    async with stage.engine.database.read() as connection:
        rows = await connection.exec_driver_sql("SELECT priority FROM deliveries")
    assert list(rows.scalars()) == [Priority.URGENT]
