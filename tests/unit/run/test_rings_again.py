"""A story that was told and comes a step further: when it rings again, what it says then, and that it is once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from scene import ANALYST, MINUTE, OTHER, TOPIC, Scene, scene
from settling import TEXT, every_feed_asked, page
from settling import article as plain_article
from settling import settle as settled

from bot.model import Article, DeliveryKind, DeliveryStatus, Destination, Rhythm
from bot.run.alerting import Needless
from bot.run.alerts import tell_story
from bot.run.choices import merge
from bot.run.deliver import deliver
from bot.run.editing import edit_due
from bot.run.setup import configuration
from bot.run.steps import record_steps
from bot.store import deliveries, pages, subscriptions
from bot.store.deliveries import Delivery
from bot.store.heard import heard
from bot.tell.policy import Heard
from bot.watch import match

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PENDING, SENT, CANCELLED = DeliveryStatus.PENDING, DeliveryStatus.SENT, DeliveryStatus.CANCELLED

RULES = """title: {title}
concepts:
  partner: {{labels: {{indonesia: [Indonesia], nato: [NATO]}}}}
  step: {{steps: {{{steps}}}}}
rules:
  - {{name: partnership, match: partner, group_by: partner{more}}}
"""
STEPS = 'talks: [talks], signed: [signed], in_force: ["entered into force"]'
LAW = "debated: [debated], passed: [passed], ratified: [ratified]"
REST = TEXT.replace("results of the talks", "papers")
"""It tells of no step."""

TALKS = "Japan and Indonesia held talks on the pact."
SIGNED = "Japan and Indonesia signed the pact on 8 March 2026."
IN_FORCE = "The pact with Indonesia entered into force."


def watch(
    stage: Scene,
    folder: Path,
    name: str = "partners",
    title: str = "Japan's partners",
    more: str = "",
    steps: str = STEPS,
) -> None:
    """The rules of a watchlist from now on."""
    (folder / "config" / "watchlists" / f"{name}.yaml").write_text(RULES.format(title=title, more=more, steps=steps))
    stage.engine.config = configuration(folder / "config")


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    """An instant subscriber of a watchlist with steps."""
    async with scene(tmp_path, now) as made:
        watch(made, tmp_path)
        await made.subscription(Rhythm.INSTANT)
        await every_feed_asked(made)
        yield made


async def subscribe(stage: Scene, where: Destination, watchlist: str = "partners") -> None:
    async with stage.engine.database.write() as connection:
        await subscriptions.subscribe(
            connection, where, watchlist, rhythm=Rhythm.INSTANT, at="07:00", now=stage.now, due_at=None
        )


def article(number: int, said: str, outlet: str = "antara") -> Article:
    """The event as an outlet reports it, with a sentence of its own in front."""
    return plain_article(number, f"{said} {REST}", outlet)


async def comes(stage: Scene, number: int, said: str, outlet: str = "antara", *, quiet: bool = False) -> None:
    where = await page(stage, number, quiet=quiet)
    await settled(stage, where, article(number, said, outlet))
    async with stage.engine.database.write() as connection:
        await pages.finish_page(connection, where.id, pages.PageState.READ)


async def passes(stage: Scene, length: timedelta = 2 * MINUTE) -> list[str]:
    """Time passes; what has been sent in all."""
    stage.pass_time(length)
    while await deliver(stage.engine):
        pass
    return stage.courier.texts


async def alerts(stage: Scene) -> list[Delivery]:
    """All alerts ordered so far, the first one first."""
    return [row for row in reversed((await stage.ledger()).values()) if row.kind is DeliveryKind.ALERT]


async def told_talks(stage: Scene) -> None:
    """The story is told as talks, a day before what comes next."""
    await comes(stage, 1, TALKS)
    assert len(await passes(stage)) == 1
    await passes(stage, DAY)


# --- it rings -------------------------------------------------------------------------------------------------------


async def test_a_further_step_rings_again_and_says_what_is_new_before_all_else(stage: Scene) -> None:
    await told_talks(stage)
    await comes(stage, 2, SIGNED, "kyodo")
    _, ringing = await alerts(stage)
    assert ringing.due_at == stage.now + 2 * MINUTE, "held like any alert"
    _, text = await passes(stage)
    seen = f"seen 10 Mar 2026 {stage.now - DAY - 4 * MINUTE:%H:%M} UTC"
    assert text.splitlines() == [
        "Now: signed (8 Mar 2026)",
        "Headline 1 <https://antara.example/1>",
        f"ANTARA News, kyodo <https://kyodo.example/2> · {seen} · Indonesia",
        f"{SIGNED} (kyodo <https://kyodo.example/2>)",
        "told as talks on 10 Mar",
        "Japan's partners",
    ]


async def test_what_rang_again_is_changed_like_any_alert_and_still_says_what_it_rang_for(stage: Scene) -> None:
    await told_talks(stage)
    await comes(stage, 2, SIGNED, "kyodo")
    await passes(stage)
    await comes(stage, 3, SIGNED, "portal")
    stage.pass_time(10 * MINUTE)
    await edit_due(stage.engine)
    texts = {message: text for _, message, text in stage.courier.edited}
    assert texts[1002].startswith("Now: signed (8 Mar 2026)\n")
    assert "\ntold as talks on 10 Mar\nalso in 2 outlets\n" in texts[1002]
    assert "Now:" not in texts[1001]
    assert len(stage.courier.texts) == 2


async def test_what_rang_for_a_step_is_left_to_it_when_the_story_goes_on(stage: Scene) -> None:
    await told_talks(stage)
    await comes(stage, 2, SIGNED, "kyodo")
    await passes(stage)
    await comes(stage, 3, IN_FORCE, "portal")
    await passes(stage, 10 * MINUTE)
    await edit_due(stage.engine)
    assert [message for _, message, _ in stage.courier.edited] == [1001]


async def test_a_story_that_was_told_without_a_step_rings_with_its_first(stage: Scene) -> None:
    await comes(stage, 1, "Nothing more of Indonesia is known.")
    await passes(stage)
    await comes(stage, 2, SIGNED, "kyodo")
    _, text = await passes(stage)
    assert text.startswith("Now: signed") and "\ntold on 10 Mar\n" in text


async def test_each_further_step_rings_once(stage: Scene) -> None:
    await told_talks(stage)
    for number, said in enumerate((SIGNED, SIGNED, TALKS, IN_FORCE, SIGNED, IN_FORCE), 2):
        await comes(stage, number, said, f"outlet{number}")
        await passes(stage)
    assert [text.splitlines()[0][:14] for text in stage.courier.texts] == [
        "Headline 1 <ht",
        "Now: signed (8",
        "Now: in force ",
    ]
    assert [row.key for row in await alerts(stage)] == ["alert:1:7:0", "alert:1:7:0:signed", "alert:1:7:0:in_force"]


async def test_a_step_that_only_a_reports_day_dates_says_so(stage: Scene) -> None:
    await told_talks(stage)
    await comes(stage, 2, IN_FORCE, "kyodo")
    *_, text = await passes(stage)
    assert text.startswith("Now: in force (reported 11 Mar 2026)\n")


async def test_an_alert_that_is_held_tells_the_further_step_itself(stage: Scene) -> None:
    await comes(stage, 1, TALKS)
    await comes(stage, 2, SIGNED, "kyodo")
    (text,) = await passes(stage)
    assert "signed (8 Mar 2026)" in text and "Now:" not in text
    await comes(stage, 3, SIGNED, "portal")
    assert len(await alerts(stage)) == 1


async def test_a_step_that_rises_in_quiet_hours_waits_until_they_end(stage: Scene) -> None:
    await told_talks(stage)
    settings = stage.engine.config.settings.model_validate({"timezone": "UTC", "alerts": {"quiet": "04:00-06:00"}})
    stage.engine.config = replace(stage.engine.config, settings=settings)
    await comes(stage, 2, SIGNED, "kyodo")
    assert len(await passes(stage)) == 1
    *_, ringing = await alerts(stage)
    assert ringing.due_at == stage.now.replace(hour=6, minute=0, second=0)


async def test_a_report_that_is_changed_to_tell_a_further_step_rings_for_those_who_were_told(stage: Scene) -> None:
    await told_talks(stage)
    await subscribe(stage, OTHER)
    changed, config = article(1, SIGNED), stage.engine.config
    found = match(config.watchlists, changed)
    async with stage.engine.database.write() as connection:
        await record_steps(connection, config, 1, changed, stage.now, found, stage.now)
        await tell_story(config, connection, 1, 1, found, False, stage.now, known=True)
    assert [row.destination for row in await alerts(stage)] == [ANALYST, ANALYST]


# --- it does not ----------------------------------------------------------------------------------------------------


async def test_a_first_look_does_not_ring(stage: Scene) -> None:
    await told_talks(stage)
    await comes(stage, 2, SIGNED, "kyodo", quiet=True)
    assert len(await alerts(stage)) == 1


async def test_a_report_that_says_nothing_of_the_step_does_not_ring_for_one_that_was_silent(stage: Scene) -> None:
    await told_talks(stage)
    await comes(stage, 2, SIGNED, "kyodo", quiet=True)
    await comes(stage, 3, "They smiled in Indonesia.", "portal")
    assert len(await alerts(stage)) == 1


async def test_a_rule_of_low_priority_does_not_ring(stage: Scene, tmp_path: Path) -> None:
    await told_talks(stage)
    watch(stage, tmp_path, more=", priority: low")
    await comes(stage, 2, SIGNED, "kyodo")
    assert len(await alerts(stage)) == 1


async def test_what_a_report_retells_of_long_ago_does_not_ring(stage: Scene) -> None:
    await told_talks(stage)
    await comes(stage, 2, "Japan and Indonesia signed a pact on 8 March 2021.", "kyodo")
    assert len(await alerts(stage)) == 1


async def test_a_step_waits_for_as_many_publishers_as_its_rule_asks_for(stage: Scene, tmp_path: Path) -> None:
    await told_talks(stage)
    watch(stage, tmp_path, more=", min_sources: 3")
    await comes(stage, 2, SIGNED, "kyodo")
    assert len(await alerts(stage)) == 1
    await comes(stage, 3, SIGNED, "portal")
    *_, text = await passes(stage)
    assert text.startswith("Now: signed")


async def test_a_step_that_is_taken_back_while_its_alert_is_held_is_not_told(stage: Scene) -> None:
    await told_talks(stage)
    where = await page(stage, 2)
    await settled(stage, where, article(2, SIGNED, "kyodo"))
    await settled(stage, where, article(2, "The pact with Indonesia has yet to be signed.", "kyodo"))
    assert len(await passes(stage)) == 1
    *_, ringing = await alerts(stage)
    assert (ringing.status, ringing.error) == (CANCELLED, Needless.NO_STEP)
    await comes(stage, 3, SIGNED, "portal")
    *_, text = await passes(stage)
    assert text.startswith("Now: signed"), "it is told when it is said again"


async def test_a_step_back_never_rings(stage: Scene) -> None:
    where = await page(stage, 1)
    await settled(stage, where, article(1, SIGNED))
    await passes(stage)
    await settled(stage, where, article(1, TALKS))
    await comes(stage, 2, TALKS, "kyodo")
    await comes(stage, 3, SIGNED, "portal")
    assert len(await passes(stage)) == 1


async def test_a_step_that_waits_to_be_told_is_told_of_the_story_that_its_own_is_put_into(stage: Scene) -> None:
    await stage.story(9, body="Officials of Indonesia spoke of the pact.")
    await stage.order("alert:1:7:0", body=None, story_id=1)
    async with stage.engine.database.write() as connection:
        await deliveries.tell_stories(connection, 1, [1])
    await passes(stage)
    await comes(stage, 1, TALKS)
    await passes(stage)
    await comes(stage, 2, SIGNED, "kyodo")
    await merge(stage.engine.database, stage.engine.config, [1, 2], stage.now)
    *_, text = await passes(stage)
    assert text.startswith("Now: signed")
    assert [row.status for row in await alerts(stage)] == [SENT, SENT, SENT]


async def test_stories_put_into_one_are_told_when_enough_publishers_have_them_together(
    stage: Scene, tmp_path: Path
) -> None:
    watch(stage, tmp_path, more=", min_sources: 2")
    await comes(stage, 1, TALKS)
    other = plain_article(2, "Ministers of Indonesia and Japan sat together in Bogor about a paper on ships.", "kyodo")
    await settled(stage, await page(stage, 2), other)
    assert await passes(stage) == []
    await merge(stage.engine.database, stage.engine.config, [1, 2], stage.now)
    assert len(await passes(stage)) == 1
    assert len(await alerts(stage)) == 1


# --- whom it tells --------------------------------------------------------------------------------------------------


async def test_a_topic_is_a_place_of_its_own(stage: Scene) -> None:
    await subscribe(stage, TOPIC)
    await subscribe(stage, replace(TOPIC, thread=4))
    await comes(stage, 1, TALKS)
    await passes(stage)
    await subscribe(stage, OTHER)
    await comes(stage, 2, SIGNED, "kyodo")
    await passes(stage)
    had = {
        where: [text.splitlines()[0][:5] for to, text in stage.courier.asked if to == where]
        for where, _ in stage.courier.asked
    }
    assert had == {
        ANALYST: ["Headl", "Now: "],
        TOPIC: ["Headl", "Now: "],
        replace(TOPIC, thread=4): ["Headl", "Now: "],
        OTHER: ["Headl"],
    }


# --- two watchlists of one place ------------------------------------------------------------------------------------


ALARMS = """title: Alarms
rules:
  - {name: pact, match: '"8 March"', priority: urgent}
"""


async def test_a_step_that_waits_goes_at_once_and_as_it_is_where_an_urgent_watchlist_has_no_steps(
    stage: Scene, tmp_path: Path
) -> None:
    (tmp_path / "config" / "watchlists" / "zalarms.yaml").write_text(ALARMS)
    stage.engine.config = configuration(tmp_path / "config")
    await subscribe(stage, ANALYST, "zalarms")
    await told_talks(stage)
    await comes(stage, 2, SIGNED, "kyodo")
    _, ringing = await alerts(stage)
    assert (ringing.watchlist, ringing.due_at) == ("partners", stage.now)
    *_, text = await passes(stage, timedelta())
    assert text.startswith("Now: signed")


async def test_steps_of_another_watchlist_neither_silence_a_step_nor_name_what_was_told(
    stage: Scene, tmp_path: Path
) -> None:
    watch(stage, tmp_path, "zlaws", "Laws", steps=LAW)
    await subscribe(stage, ANALYST, "zlaws")
    await told_talks(stage)
    for number, said in enumerate((SIGNED, "Parliament passed the pact with Indonesia.", IN_FORCE), 2):
        await comes(stage, number, said, f"outlet{number}")
        await passes(stage, HOUR)
    assert [(text.splitlines()[0][:11], *text.splitlines()[-2:]) for text in stage.courier.texts[1:]] == [
        ("Now: signed", "told as talks on 10 Mar", "Japan's partners"),
        ("Now: passed", "told on 11 Mar", "Laws"),
        ("Now: in for", "told as signed on 11 Mar", "Japan's partners"),
    ]


async def test_two_watchlists_with_steps_of_the_same_rank_each_tell_theirs(stage: Scene, tmp_path: Path) -> None:
    watch(stage, tmp_path, "zlaws", "Laws", steps=LAW)
    await subscribe(stage, ANALYST, "zlaws")
    await told_talks(stage)
    await comes(stage, 2, "Japan and Indonesia signed the pact. Parliament passed it.", "kyodo")
    assert [text[:11] for text in (await passes(stage))[1:]] == ["Now: signed", "Now: passed"]
    assert [row.key for row in await alerts(stage)] == ["alert:1:7:0", "alert:1:7:0:signed", "alert:1:7:0:passed"]


@pytest.mark.parametrize("steps", [STEPS, "visit: [visited], talks: [talks], signed: [signed]"])
async def test_a_step_that_one_watchlist_told_does_not_ring_from_another_that_calls_it_the_same(
    stage: Scene, tmp_path: Path, steps: str
) -> None:
    watch(stage, tmp_path, "zothers", "Others", steps=steps)
    await subscribe(stage, ANALYST, "zothers")
    await told_talks(stage)
    await comes(stage, 2, SIGNED, "kyodo")
    await passes(stage)
    await comes(stage, 3, SIGNED, "portal")
    assert len(await passes(stage)) == 2


# --- the starting picture -------------------------------------------------------------------------------------------


async def test_a_story_that_a_picture_let_go_of_comes_into_a_later_one_and_into_no_third(stage: Scene) -> None:
    await comes(stage, 1, TALKS, quiet=True)
    async with stage.engine.database.write() as connection:
        await deliveries.release_stories(connection, 1, [1])
    await passes(stage)
    for number in (2, 3):
        await comes(stage, number, TALKS, f"outlet{number}", quiet=True)
        await passes(stage)
    pictures = [row for row in reversed((await stage.ledger()).values()) if row.kind is DeliveryKind.PICTURE]
    async with stage.engine.database.read() as connection:
        assert [await deliveries.stories_told(connection, row.id) for row in pictures] == [[], [1]]


async def test_however_many_chats_are_told_what_they_heard_is_asked_once(
    stage: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    async def counted(*given: object, **more: object) -> dict[Destination, Heard]:
        asked.append(given)
        return await heard(*given, **more)  # type: ignore[arg-type]  # what it was given

    monkeypatch.setattr("bot.run.alerts.heard", counted)
    for thread in range(4, 9):
        await subscribe(stage, replace(TOPIC, thread=thread))
    await comes(stage, 1, TALKS)
    assert (len(asked), len(await alerts(stage))) == (1, 6)
