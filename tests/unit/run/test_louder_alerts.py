"""A story that several rules match is one alert in a chat, and the most urgent of them says when and how it is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from scene import ANALYST, MINUTE, TOPIC, Failure, Scene, scene
from settling import TEXT, article, page, settle

from bot.errors import Outcome
from bot.model import DeliveryStatus, Destination, Priority, Rhythm
from bot.run.alerting import Needless
from bot.run.deliver import deliver
from bot.run.editing import edit_due
from bot.run.setup import configuration
from bot.store import hours, mutes, subscriptions
from bot.store.deliveries import Delivery
from bot.store.mutes import Muted

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
        await subscriptions.subscribe(
            connection, where, watchlist, rhythm=rhythm, at="07:00", now=stage.now, due_at=due
        )


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


# --- after it was sent ----------------------------------------------------------------------------------------------


async def told_as_normal(stage: Scene) -> None:
    await comes(stage, 1)
    stage.pass_time(2 * MINUTE)
    assert len(await sent(stage)) == 1


async def test_a_story_that_becomes_urgent_after_it_was_told_rings_once_and_says_so(stage: Scene) -> None:
    await told_as_normal(stage)
    await comes(stage, 2, FIRE, "kyodo")
    _, ringing = await alerts(stage)
    assert (ringing.key, ringing.due_at) == ("alert:1:7:0:!urgent", stage.now), "at once"
    _, text = await sent(stage)
    lines = text.splitlines()
    assert lines[0] == "Now urgent" and lines[1].startswith("Headline 2")
    assert lines[-2:] == [f"told on {stage.now.day} {stage.now:%b}", "Alarms"]
    await comes(stage, 3, FIRE, "portal")
    assert len(await sent(stage)) == 2


async def test_what_rang_as_urgent_goes_on_saying_so_when_it_is_changed(stage: Scene) -> None:
    await told_as_normal(stage)
    await comes(stage, 2, FIRE, "kyodo")
    await sent(stage)
    await comes(stage, 3, FIRE, "portal")
    stage.pass_time(10 * MINUTE)
    await edit_due(stage.engine)
    texts = {message: text for _, message, text in stage.courier.edited}
    assert texts[1002].startswith("Now urgent\n") and "\nalso in 1 outlet\n" in texts[1002]


async def test_what_becomes_urgent_rings_in_quiet_hours_and_with_a_sound(stage: Scene) -> None:
    await told_as_normal(stage)
    async with stage.engine.database.write() as connection:
        await hours.set_quiet(connection, ANALYST.chat, "00:00-23:59", stage.now)
    await comes(stage, 2, FIRE, "kyodo")
    assert len(await sent(stage)) == 2


async def test_a_muted_story_does_not_ring_when_it_becomes_urgent(stage: Scene) -> None:
    await told_as_normal(stage)
    async with stage.engine.database.write() as connection:
        await mutes.mute(connection, ANALYST, Muted.STORY, "1", stage.now, user=7)
    await comes(stage, 2, FIRE, "kyodo")
    assert len(await sent(stage)) == 1


async def test_what_is_urgent_no_more_when_its_alert_is_composed_is_not_told(stage: Scene) -> None:
    await told_as_normal(stage)
    where = await page(stage, 2)
    calm = f"{TEXT} A frigate closed fire."
    await settle(stage, where, article(2, f"{calm} {FIRE}", "kyodo"))
    await settle(stage, where, article(2, calm, "kyodo"))
    assert len(await sent(stage)) == 1
    ringing = (await alerts(stage))[-1]
    assert (ringing.status, ringing.error) == (DeliveryStatus.CANCELLED, Needless.NOT_URGENT)


async def test_a_rule_made_urgent_rings_for_no_report_that_it_knows(stage: Scene, tmp_path: Path) -> None:
    where = await page(stage, 1)
    await settle(stage, where, article(1, f"{TEXT} A frigate closed fire."))
    stage.pass_time(2 * MINUTE)
    await sent(stage)
    louder = ALARMS.replace("priority: normal", "priority: urgent")
    (tmp_path / "config" / "watchlists" / "alarms.yaml").write_text(louder)
    stage.engine.config = configuration(tmp_path / "config")
    await settle(stage, where, article(1, f"{TEXT} A frigate closed fire."))
    assert len(await sent(stage)) == 1


# --- who tells it ---------------------------------------------------------------------------------------------------


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
        assert await subscriptions.unsubscribe(connection, ANALYST, "alarms")
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
