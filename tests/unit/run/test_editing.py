"""An alert that stands in its chat is changed when its story grows: seldom, and without a sound."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from scene import ANALYST, Failure, Scene, ScriptedCourier, scene
from settling import TEXT, every_feed_asked, page, settle
from settling import article as plain_article
from sqlalchemy import func, select

from bot.errors import Outcome
from bot.model import Destination, Rhythm
from bot.run.choices import join_tie, merge, part_tie, split
from bot.run.deliver import deliver
from bot.run.editing import OF_ONE_CHAT, edit_due
from bot.store import chats, feedback, hours, mutes
from bot.store.feedback import Verdict
from bot.store.mutes import Muted
from bot.store.tables import articles, deliveries, ties, told
from bot.tell import Message

EVERY = timedelta(minutes=5)
OTHER_EVENT = (
    "A ferry with two hundred passengers ran aground off the coast of Indonesia before dawn, the harbour master said; "
    "all of them were taken ashore by fishing boats, and the owner of the ship has sent divers to look at its hull."
)


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene(tmp_path, now) as made:
        await made.subscription(Rhythm.INSTANT)
        await every_feed_asked(made)
        yield made


async def alerted(stage: Scene) -> None:
    """One report, told."""
    await settle(stage, await page(stage, 1), plain_article(1, TEXT))
    stage.pass_time(timedelta(minutes=3))
    while await deliver(stage.engine):
        pass
    assert len(stage.courier.asked) == 1


async def copied(stage: Scene, number: int, outlet: str) -> None:
    await settle(stage, await page(stage, number), plain_article(number, TEXT, outlet))


async def test_a_story_that_gains_an_outlet_changes_its_message_and_rings_nobody(stage: Scene) -> None:
    await alerted(stage)
    await copied(stage, 2, "kyodo")
    assert await edit_due(stage.engine) == 0, "not so soon"
    stage.pass_time(EVERY)
    assert await edit_due(stage.engine) == 1
    ((where, message_id, text),) = stage.courier.edited
    assert (where, message_id) == (ANALYST, 1001)
    assert "KYODO" in text.upper()
    assert len(stage.courier.asked) == 1
    stage.pass_time(EVERY)
    assert await edit_due(stage.engine) == 0


async def test_what_shows_all_already_is_left_as_it_is(stage: Scene) -> None:
    await alerted(stage)
    await settle(stage, await page(stage, 1), plain_article(1, TEXT))
    stage.pass_time(EVERY)
    await edit_due(stage.engine)
    assert stage.courier.edited == []


async def test_two_outlets_within_the_pause_are_one_change(stage: Scene) -> None:
    await alerted(stage)
    for number, outlet in ((2, "kyodo"), (3, "portal")):
        await copied(stage, number, outlet)
    stage.pass_time(EVERY)
    assert await edit_due(stage.engine) == 1
    assert len(stage.courier.edited) == 1


async def test_a_message_that_is_gone_is_not_asked_for_again(stage: Scene) -> None:
    await alerted(stage)
    await copied(stage, 2, "kyodo")
    stage.pass_time(EVERY)
    stage.courier.script = [Failure(Outcome.MESSAGE_GONE)]
    await edit_due(stage.engine)
    await copied(stage, 3, "portal")
    stage.pass_time(EVERY)
    assert await edit_due(stage.engine) == 0


async def test_a_change_that_nobody_knows_the_fate_of_is_made_again(stage: Scene) -> None:
    await alerted(stage)
    await copied(stage, 2, "kyodo")
    stage.pass_time(EVERY)
    stage.courier.script = [Failure(Outcome.UNCERTAIN)]
    await edit_due(stage.engine)
    stage.pass_time(EVERY)
    assert await edit_due(stage.engine) == 1
    assert len(stage.courier.edited) == 2


async def test_an_old_alert_stays_as_it_is(stage: Scene) -> None:
    await alerted(stage)
    settings = stage.engine.config.settings
    stories = settings.stories.model_copy(update={"window": timedelta(days=1)})
    stage.engine.config = replace(stage.engine.config, settings=settings.model_copy(update={"stories": stories}))
    stage.pass_time(timedelta(days=2))
    await copied(stage, 2, "kyodo")
    stage.pass_time(EVERY)
    assert await edit_due(stage.engine) == 0


# --- what it says -----------------------------------------------------------------------------------------------------


@dataclass
class Keeping(ScriptedCourier):
    """Keeps the messages themselves that are edited; a function may be called while one is under way."""

    messages: list[Message] = field(default_factory=list)
    meanwhile: list[Callable[[], Awaitable[None]]] = field(default_factory=list)

    async def edit(self, destination: Destination, message_id: int, message: Message) -> None:
        self.messages.append(message)
        if self.meanwhile:
            await self.meanwhile.pop()()
        await super().edit(destination, message_id, message)


def keeping(stage: Scene) -> Keeping:
    stage.courier = kept = Keeping()
    stage.engine.couriers["telegram"] = kept
    return kept


async def test_a_change_says_in_how_many_outlets_the_story_is(stage: Scene) -> None:
    await alerted(stage)
    for number, outlet in ((2, "kyodo"), (3, "portal")):
        await copied(stage, number, outlet)
    stage.pass_time(EVERY)
    await edit_due(stage.engine)
    ((_, _, text),) = stage.courier.edited
    assert "\nalso in 2 outlets\n" in text
    assert "also in" not in stage.courier.texts[0]


async def test_an_alert_and_its_changes_are_in_the_language_of_the_chat(stage: Scene) -> None:
    async with stage.engine.database.write() as connection:
        await chats.set_chat_preferences(connection, ANALYST.chat, language="id")
    await alerted(stage)
    assert " · terpantau " in stage.courier.texts[0]
    await copied(stage, 2, "kyodo")
    stage.pass_time(EVERY)
    await edit_due(stage.engine)
    ((_, _, text),) = stage.courier.edited
    assert "\njuga di 1 media lain\n" in text and "seen" not in text


async def test_the_keys_stay_as_they_were_pressed(stage: Scene) -> None:
    kept = keeping(stage)
    await alerted(stage)
    async with stage.engine.database.write() as connection:
        await mutes.mute(connection, ANALYST, Muted.STORY, "1", stage.now, user=7)
        await feedback.record(connection, 1, "partners", ANALYST.chat, 7, Verdict.RELEVANT, stage.now)
    await copied(stage, 2, "kyodo")
    stage.pass_time(EVERY)
    await edit_due(stage.engine)
    _, (muted, _), verdict = [[key.text for key in row] for row in kept.messages[0].keys]
    assert muted == "✓ Story muted · undo"
    assert verdict == ["✓ Relevant · undo", "Not relevant"]


async def test_a_chat_that_wants_no_buttons_any_more_loses_them_with_the_change(stage: Scene) -> None:
    kept = keeping(stage)
    await alerted(stage)
    async with stage.engine.database.write() as connection:
        await hours.set_buttons(connection, ANALYST.chat, False)
    await copied(stage, 2, "kyodo")
    stage.pass_time(EVERY)
    await edit_due(stage.engine)
    assert [message.keys for message in kept.messages] == [()]


async def test_a_change_keeps_what_was_noted_of_the_message_and_lets_a_further_one_ring(stage: Scene) -> None:
    await alerted(stage)
    await copied(stage, 2, "kyodo")
    stage.pass_time(EVERY)
    await edit_due(stage.engine)
    async with stage.engine.database.read() as connection:
        assert await connection.scalar(select(told.c.outlets)) == 1


# --- what changes it --------------------------------------------------------------------------------------------------


async def two_told(stage: Scene) -> None:
    """Two stories, each with its alert."""
    await alerted(stage)
    await settle(stage, await page(stage, 9), plain_article(9, OTHER_EVENT, "portal"))
    stage.pass_time(timedelta(minutes=3))
    while await deliver(stage.engine):
        pass
    assert len(stage.courier.asked) == 2
    stage.pass_time(EVERY)


async def changed(stage: Scene) -> dict[int, str]:
    """What is changed when it is due, by message."""
    await edit_due(stage.engine)
    return {message: text for _, message, text in stage.courier.edited}


async def test_stories_that_are_put_together_change_the_messages_of_both(stage: Scene) -> None:
    await two_told(stage)
    await merge(stage.engine.database, stage.engine.config, [1, 2], stage.now)
    texts = await changed(stage)
    assert sorted(texts) == [1001, 1002]
    assert all("also in 1 outlet" in text for text in texts.values())


async def test_a_story_that_articles_are_taken_out_of_changes_its_message(stage: Scene) -> None:
    await alerted(stage)
    await copied(stage, 2, "kyodo")
    stage.pass_time(EVERY)
    await edit_due(stage.engine)
    stage.courier.edited.clear()
    stage.pass_time(EVERY)
    async with stage.engine.database.read() as connection:
        second = await connection.scalar(select(func.max(articles.c.id)))
    await split(stage.engine.database, stage.engine.config, 1, [second or 0], stage.now)
    (text,) = (await changed(stage)).values()
    assert "kyodo" not in text.lower()


async def tie(stage: Scene) -> int:
    """The number of a tie between the two stories."""
    async with stage.engine.database.write() as connection:
        values = {"article_id": 1, "story_id": 2, "score": 0.4, "why": {}, "at": stage.now}
        made = await connection.execute(ties.insert().values(**values).returning(ties.c.id))
        return int(made.scalar_one())


async def test_a_tie_that_is_decided_is_asked_of_in_no_message(stage: Scene) -> None:
    kept = keeping(stage)
    async with stage.engine.database.write() as connection:
        await chats.upsert_chat(connection, ANALYST.chat, kind="private", title="", role=chats.ADMIN, now=stage.now)
    await two_told(stage)
    number = await tie(stage)
    await copied(stage, 2, "kyodo")
    assert "possibly the same event" in (await changed(stage))[1001]
    assert kept.messages[-1].keys[-1][0].text == "Same event"
    stage.pass_time(EVERY)
    await part_tie(stage.engine.database, stage.engine.config, number, stage.now)
    assert "possibly" not in (await changed(stage))[1001]
    assert "Same event" not in [key.text for row in kept.messages[-1].keys for key in row]


async def test_a_tie_that_is_joined_changes_the_messages_of_both(stage: Scene) -> None:
    await two_told(stage)
    await join_tie(stage.engine.database, stage.engine.config, await tie(stage), stage.now)
    assert sorted(await changed(stage)) == [1001, 1002]


async def test_a_report_that_is_corrected_changes_the_message_and_rings_nobody(stage: Scene) -> None:
    where = await page(stage, 1)
    await settle(stage, where, plain_article(1, TEXT))
    stage.pass_time(timedelta(minutes=3))
    await deliver(stage.engine)
    await settle(stage, where, replace(plain_article(1, TEXT), title="Correction: no pact yet"))
    stage.pass_time(EVERY)
    assert (await changed(stage))[1001].startswith("Correction: no pact yet")
    assert len(stage.courier.asked) == 1


async def test_a_report_that_matches_no_more_is_one_outlet_less(stage: Scene) -> None:
    await settle(stage, await page(stage, 1), plain_article(1, TEXT))
    where = await page(stage, 2)
    await settle(stage, where, plain_article(2, TEXT, "kyodo"))
    stage.pass_time(timedelta(minutes=3))
    await deliver(stage.engine)
    assert "kyodo" in stage.courier.texts[0]
    await settle(stage, where, plain_article(2, TEXT.replace("Indonesia", "Ruritania"), "kyodo"))
    stage.pass_time(EVERY)
    assert "kyodo" not in (await changed(stage))[1001]


class Flooded(Failure):
    """The server itself asks for a wait."""

    @property
    def flooded(self) -> bool:
        return True


# --- what goes wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [Outcome.RETRY, Outcome.UNCERTAIN, Outcome.UNAUTHORIZED])
async def test_a_change_that_did_not_arrive_is_made_later(stage: Scene, outcome: Outcome) -> None:
    await alerted(stage)
    await copied(stage, 2, "kyodo")
    stage.pass_time(EVERY)
    stage.courier.script = [Failure(outcome)]
    assert await edit_due(stage.engine) == 1
    assert await edit_due(stage.engine) == 0, "not at once"
    stage.pass_time(EVERY)
    assert await edit_due(stage.engine) == 1
    assert len(stage.courier.edited) == 2


async def test_a_chat_that_asks_for_peace_has_it_for_alerts_as_well(stage: Scene) -> None:
    await two_told(stage)
    await merge(stage.engine.database, stage.engine.config, [1, 2], stage.now)
    stage.courier.script = [Flooded(Outcome.RETRY, timedelta(hours=2))]
    assert len(await changed(stage)) == 1, "the second one waits with the first"
    assert (await stage.chat()).not_before == stage.now + timedelta(hours=2)
    stage.pass_time(timedelta(hours=1))
    assert await edit_due(stage.engine) == 0
    stage.pass_time(timedelta(hours=1))
    assert sorted(await changed(stage)) == [1001, 1002]


async def test_a_chat_whose_turn_does_not_come_soon_is_no_flood_and_its_alerts_do_not_wait(stage: Scene) -> None:
    await alerted(stage)
    await copied(stage, 2, "kyodo")
    stage.pass_time(EVERY)
    stage.courier.script = [Failure(Outcome.RETRY, timedelta(seconds=30))]
    assert await edit_due(stage.engine) == 1
    assert (await stage.chat()).not_before is None
    assert await edit_due(stage.engine) == 0
    stage.pass_time(timedelta(seconds=30))
    assert await edit_due(stage.engine) == 1


async def test_one_bad_message_stays_one(stage: Scene) -> None:
    await two_told(stage)
    await merge(stage.engine.database, stage.engine.config, [1, 2], stage.now)
    stage.courier.script = [ValueError("a bug")]
    assert sorted(await changed(stage)) == [1001, 1002]
    assert await edit_due(stage.engine) == 0


async def test_few_messages_of_one_chat_are_changed_in_one_go(stage: Scene) -> None:
    await alerted(stage)
    async with stage.engine.database.write() as connection:
        rows = (await connection.execute(deliveries.select())).mappings().all()
        for number in range(5):
            copy = {name: value for name, value in rows[0].items() if name != "id"}
            copy |= {"key": f"alert:copy:{number}", "message_id": 2000 + number}
            await connection.execute(deliveries.insert().values(**copy))
    await copied(stage, 2, "kyodo")
    stage.pass_time(EVERY)
    assert [await edit_due(stage.engine) for _ in range(3)] == [OF_ONE_CHAT, 6 - OF_ONE_CHAT, 0]


async def test_what_a_blocked_chat_missed_is_changed_when_it_is_back(stage: Scene) -> None:
    await alerted(stage)
    await copied(stage, 2, "kyodo")
    stage.pass_time(EVERY)
    stage.courier.script = [Failure(Outcome.CHAT_PAUSED)]
    await edit_due(stage.engine)
    assert (await stage.chat()).state is chats.ChatState.PAUSED
    assert await edit_due(stage.engine) == 0
    async with stage.engine.database.write() as connection:
        await chats.set_chat_state(connection, ANALYST.chat, chats.ChatState.ACTIVE)
    assert await edit_due(stage.engine) == 1
    assert len(stage.courier.edited) == 2


async def test_a_message_that_shows_it_already_is_done(stage: Scene) -> None:
    await alerted(stage)
    await copied(stage, 2, "kyodo")
    stage.pass_time(EVERY)
    stage.courier.script = [Failure(Outcome.NOT_MODIFIED)]
    await edit_due(stage.engine)
    await settle(stage, await page(stage, 1), plain_article(1, TEXT))
    stage.pass_time(EVERY)
    await edit_due(stage.engine)
    assert len(stage.courier.edited) == 1


async def test_what_comes_in_while_a_message_is_changed_is_a_change_of_its_own(stage: Scene) -> None:
    kept = keeping(stage)
    await alerted(stage)
    await copied(stage, 2, "kyodo")
    stage.pass_time(EVERY)
    kept.meanwhile = [lambda: copied(stage, 3, "portal")]
    assert await edit_due(stage.engine) == 1
    assert await edit_due(stage.engine) == 0, "not so soon"
    stage.pass_time(EVERY)
    assert await edit_due(stage.engine) == 1
    assert "portal" in kept.edited[-1][2]


async def test_without_a_line_to_telegram_changes_wait_and_nobody_turns_in_circles(stage: Scene) -> None:
    await alerted(stage)
    await copied(stage, 2, "kyodo")
    stage.pass_time(EVERY)
    del stage.engine.couriers["telegram"]
    assert await edit_due(stage.engine) == 0
    stage.engine.couriers["telegram"] = stage.courier
    assert await edit_due(stage.engine) == 1
