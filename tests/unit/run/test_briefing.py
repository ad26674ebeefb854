"""A digest is composed: what it tells, what it leaves out and says so, what it notes, and when a story comes again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from scene import ANALYST, MINUTE, OTHER, Scene, scene
from sqlalchemy import select, update

from bot.model import (
    Article,
    DeliveryKind,
    DeliveryStatus,
    Destination,
    Evidence,
    Match,
    Part,
    Priority,
    Rhythm,
    Source,
    Step,
)
from bot.read import url_key
from bot.run.briefing import brief
from bot.run.digest import digest
from bot.run.digesting import volume_plot
from bot.store import articles, chats, deliveries, stories
from bot.store.deliveries import Order, delivery_of
from bot.store.steps import save_steps
from bot.store.tables import articles as article_rows
from bot.store.tables import deliveries as rows
from bot.store.tables import feeds, matches, pages, told
from bot.store.told import remember
from bot.tell import Message, plain

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SETTINGS = "timezone: Asia/Jakarta\ndigests: {stories: 3, per_section: 2, headlines: 2}\n"


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene(tmp_path, now, SETTINGS) as made:
        yield made


async def comes(
    stage: Scene,
    number: int,
    outlet: str = "antara",
    story: int | None = None,
    *,
    rule: str = "partnership",
    priority: Priority = Priority.NORMAL,
    label: str = "indonesia",
    min_sources: int = 1,
) -> int:
    """Stores a report that the watchlist matches now, in a story of its own or in another; returns its story."""
    text = f"Officials of Indonesia spoke of matter {number} for a day."
    url = f"https://{outlet}.example/{number}"
    article = Article(url, f"Headline {number}", (text,), text, language="en", source=Source(outlet, outlet))
    evidence = (Evidence("partner", label, "Indonesia", Part.BODY, 0, 0, 13, 22, "Indonesia"),)
    match = Match("partners", rule, priority, {"partner": (label,)}, evidence, "v", min_sources)
    async with stage.engine.database.write() as connection:
        page = {"url": url, "url_key": url_key(url), "lane": 3, "host": "h", "source": outlet}
        row = await connection.execute(pages.insert().values(first_seen=stage.now, **page).returning(pages.c.id))
        article_id = await articles.save_article(connection, row.scalar_one(), article, stage.now, stage.now)
        await stories.save_matches(connection, article_id, [match], stage.now)
        if story is None:
            story = await stories.new_story(connection, article.title, stage.now)
        await stories.join_story(connection, story, article_id, [], stage.now)
    return story


async def signs(stage: Scene, number: int, rank: int = 3, name: str = "signed", day: str = "2026-03-09") -> None:
    """The report says that it was signed."""
    sentence = f"Officials of Indonesia spoke of matter {number} for a day."
    step = Step("step", name, rank, {}, day, "sentence", Part.BODY, 0, sentence)
    async with stage.engine.database.write() as connection:
        found = select(pages.c.id).where(pages.c.url.like(f"%/{number}"))
        article_id = await connection.scalar(select(article_rows.c.id).where(article_rows.c.page_id.in_(found)))
        assert article_id is not None
        await save_steps(connection, article_id, {"partners": [step]}, stage.now)


async def alerted(stage: Scene, story: int, outlets: int = 1, step: int | None = None, **given: object) -> None:
    """The place was told of the story as an alert, now."""
    order = Order(
        key=f"alert:{story}:{given.get('to', ANALYST)}",
        destination=given.pop("to", ANALYST),  # type: ignore[arg-type]  # a destination
        kind=DeliveryKind.ALERT,
        due_at=None,
        watchlist="partners",
        story_id=story,
        body=["told"],
        status=DeliveryStatus.SENT,
    )
    async with stage.engine.database.write() as connection:
        made = await deliveries.order(connection, order, stage.now, [story])
        assert made is not None
        await remember(connection, made, story, outlets, step)


async def hour(stage: Scene, at: datetime) -> list[str]:
    """The hour comes: the digests that are ordered, composed, and counted as sent."""
    stage.now = at
    await digest(stage.engine)
    return [plain(message) for message in await composed(stage)]


async def composed(stage: Scene) -> list[Message]:
    found: list[Message] = []
    async with stage.engine.database.write() as connection:
        waiting = rows.c.body.is_(None) & (rows.c.status == DeliveryStatus.PENDING) & (rows.c.kind != "alert")
        for row in (await connection.execute(select(rows).where(waiting).order_by(rows.c.id))).all():
            message = await brief(stage.engine, connection, delivery_of(row), stage.now)
            status = DeliveryStatus.CANCELLED if message is None else DeliveryStatus.SENT
            done = {"status": status, "body": ["composed"], "due_at": None, "sent_at": stage.now}
            await connection.execute(update(rows).where(rows.c.id == row.id).values(**done))
            found += [message] if message is not None else []
    return found


async def noted(stage: Scene) -> list[tuple[int, int, int | None]]:
    async with stage.engine.database.read() as connection:
        query = select(told.c.story_id, told.c.outlets, told.c.step).order_by(told.c.delivery_id, told.c.story_id)
        return [(row.story_id, row.outlets, row.step) for row in await connection.execute(query)]


async def daily(stage: Scene, rhythm: Rhythm = Rhythm.DAILY) -> datetime:
    """Somebody subscribes; the first hour is in one hour."""
    first = stage.now + HOUR
    await stage.subscription(rhythm, due_at=first)
    stage.pass_time(MINUTE)
    return first


# --- what it tells --------------------------------------------------------------------------------------------------


async def test_a_digest_notes_how_many_outlets_and_which_step_it_told(stage: Scene) -> None:
    first = await daily(stage)
    story = await comes(stage, 1)
    await comes(stage, 2, "kyodo", story)
    other = await comes(stage, 3, "nhk")
    await signs(stage, 2)
    (text,) = await hour(stage, first)
    assert "2 stories" in text
    assert "signed 9 Mar" in text
    assert await noted(stage) == [(story, 2, 3), (other, 1, None)]


async def test_the_caps_of_the_settings_hold(stage: Scene) -> None:
    first = await daily(stage)
    for number in range(1, 8):
        await comes(stage, number)
    (text,) = await hour(stage, first)
    assert "and 5 more on Indonesia:" in text
    assert "7 stories: 2 in full, 2 as headlines and 3 only counted (below the cap)" in text
    assert len(await noted(stage)) == 4, "nobody heard of those that were only counted"
    assert await hour(stage, first + DAY) == []


async def test_a_first_digest_tells_what_came_since_the_subscription(stage: Scene) -> None:
    await comes(stage, 1)
    stage.pass_time(HOUR)
    first = await daily(stage)
    await comes(stage, 2)
    (text,) = await hour(stage, first)
    assert "1 story" in text
    assert "Headline 2" in text


async def test_low_priority_stories_reach_digests(stage: Scene) -> None:
    first = await daily(stage)
    await comes(stage, 1, priority=Priority.LOW)
    (text,) = await hour(stage, first)
    assert "1 story: 1 by low-priority rules only" in text


async def test_times_are_in_the_chats_own_zone(stage: Scene) -> None:
    async with stage.engine.database.write() as connection:
        await chats.set_chat_preferences(connection, ANALYST.chat, timezone="Asia/Tokyo")
    first = await daily(stage)
    await comes(stage, 1)
    (text,) = await hour(stage, first)
    assert "JST: 1 story" in text
    assert "WIB" not in text


async def test_a_story_that_no_rule_matches_any_more_is_released(stage: Scene) -> None:
    first = await daily(stage)
    gone, kept = await comes(stage, 1), await comes(stage, 2)
    stage.now = first
    await digest(stage.engine)
    async with stage.engine.database.write() as connection:
        old = select(article_rows.c.id).where(article_rows.c.story_id == gone)
        await connection.execute(matches.delete().where(matches.c.article_id.in_(old)))
    (message,) = await composed(stage)
    assert "1 story" in plain(message)
    assert [story for story, _, _ in await noted(stage)] == [kept]


async def test_a_digest_of_which_nothing_is_left_is_none(stage: Scene) -> None:
    first = await daily(stage)
    await comes(stage, 1)
    stage.now = first
    await digest(stage.engine)
    async with stage.engine.database.write() as connection:
        await connection.execute(matches.delete())
    assert await composed(stage) == []


# --- not again, unless it moved -------------------------------------------------------------------------------------


async def test_a_story_told_as_an_alert_stands_in_no_digest_and_is_counted_there(stage: Scene) -> None:
    first = await daily(stage)
    story = await comes(stage, 1)
    await alerted(stage, story)
    await comes(stage, 2)
    (text,) = await hour(stage, first)
    assert "Headline 1" not in text
    assert "Left out: 1 told as alerts already" in text


async def test_a_story_told_as_an_alert_comes_when_it_has_moved(stage: Scene) -> None:
    first = await daily(stage)
    story = await comes(stage, 1)
    await alerted(stage, story)
    stage.pass_time(MINUTE)
    await comes(stage, 2, "kyodo", story)
    stage.pass_time(MINUTE)
    await comes(stage, 3, "nhk", story)
    (text,) = await hour(stage, first)
    assert "1 story, 1 of them told before and moved since" in text
    assert "2 new outlets: nhk <https://nhk.example/3>, kyodo <https://kyodo.example/2>" in text
    assert "Left out" not in text


async def test_one_more_outlet_is_no_reason_to_tell_it_again(stage: Scene) -> None:
    first = await daily(stage)
    story = await comes(stage, 1)
    await alerted(stage, story)
    stage.pass_time(MINUTE)
    await comes(stage, 2, "kyodo", story)
    assert await hour(stage, first) == []


async def test_outlets_of_several_days_add_up(stage: Scene) -> None:
    first = await daily(stage)
    story = await comes(stage, 1)
    assert len(await hour(stage, first)) == 1
    stage.now = first + HOUR
    await comes(stage, 2, "kyodo", story)
    assert await hour(stage, first + DAY) == []
    stage.now = first + DAY + HOUR
    await comes(stage, 3, "nhk", story)
    (text,) = await hour(stage, first + 2 * DAY)
    assert "2 new outlets" in text
    assert await hour(stage, first + 3 * DAY) == []


async def test_a_higher_step_brings_a_story_back_once(stage: Scene) -> None:
    first = await daily(stage)
    story = await comes(stage, 1)
    await signs(stage, 1, 1, "talks")
    (text,) = await hour(stage, first)
    assert "talks 9 Mar" in text
    stage.now = first + HOUR
    await comes(stage, 2, "kyodo", story)
    await signs(stage, 2)
    (text,) = await hour(stage, first + DAY)
    assert "now signed 9 Mar; 1 new outlet: kyodo" in text
    assert await hour(stage, first + 2 * DAY) == []


async def test_a_louder_rule_brings_a_story_back(stage: Scene) -> None:
    first = await daily(stage)
    story = await comes(stage, 1, priority=Priority.LOW)
    assert len(await hour(stage, first)) == 1
    stage.now = first + HOUR
    await comes(stage, 2, "kyodo", story, rule="alarm", priority=Priority.URGENT)
    (text,) = await hour(stage, first + DAY)
    assert "now urgent" in text


async def test_a_changed_report_brings_a_story_back(stage: Scene) -> None:
    first = await daily(stage)
    await comes(stage, 1)
    assert len(await hour(stage, first)) == 1
    async with stage.engine.database.write() as connection:
        changed = {"created_at": first + HOUR, "labels": {"partner": ["indonesia", "nato"]}}
        await connection.execute(update(matches).values(**changed))
    (text,) = await hour(stage, first + DAY)
    assert "a report was changed: now Indonesia, NATO by the rule partnership" in text
    assert await hour(stage, first + 2 * DAY) == []


async def test_what_another_place_was_told_is_new_here(stage: Scene) -> None:
    first = await daily(stage)
    await alerted(stage, await comes(stage, 1), to=OTHER)
    (text,) = await hour(stage, first)
    assert "1 story" in text
    assert "Left out" not in text


async def test_another_topic_of_the_same_chat_is_another_place(stage: Scene) -> None:
    first = await daily(stage)
    await alerted(stage, await comes(stage, 1), to=Destination(ANALYST.chat, 5))
    assert len(await hour(stage, first)) == 1


async def test_what_an_alert_that_waits_will_tell_is_not_told_again(stage: Scene) -> None:
    first = await daily(stage)
    story = await comes(stage, 1)
    order = Order(f"alert:{story}:7:0", ANALYST, DeliveryKind.ALERT, first + DAY, watchlist="partners", story_id=story)
    async with stage.engine.database.write() as connection:
        await deliveries.order(connection, order, stage.now, [story])
    stage.pass_time(MINUTE)
    for number, outlet in ((2, "kyodo"), (3, "nhk"), (4, "afp")):
        await comes(stage, number, outlet, story)
    assert await hour(stage, first) == []


async def test_what_was_told_while_the_digest_waited_to_be_composed_is_not_told_again(stage: Scene) -> None:
    first = await daily(stage)
    story, other = await comes(stage, 1), await comes(stage, 2)
    stage.now = first
    await digest(stage.engine)
    await alerted(stage, story)
    (message,) = await composed(stage)
    assert "1 story" in plain(message)
    assert "Headline 2" in plain(message)
    assert [each for each, _, _ in await noted(stage)] == [other, story]


# --- what was left out ----------------------------------------------------------------------------------------------


async def test_a_story_that_waits_for_a_second_publisher_is_counted(stage: Scene) -> None:
    first = await daily(stage)
    await comes(stage, 1)
    await comes(stage, 2, min_sources=2)
    (text,) = await hour(stage, first)
    assert "Left out: 1 waits for a second publisher" in text
    assert "Headline 2" not in text


async def test_what_was_read_and_who_failed_is_said(stage: Scene) -> None:
    first = await daily(stage)
    await comes(stage, 1)
    async with stage.engine.database.write() as connection:
        await connection.execute(update(feeds).values(failures=3))
    (text,) = await hour(stage, first)
    assert text.endswith(
        "Read: 1 article; 1 source asked, 0 healthy\n1 source could not be read when last asked: ANTARA News"
    )


# --- the week -------------------------------------------------------------------------------------------------------


async def test_a_weekly_digest_has_the_steps_and_the_volume_of_the_week(stage: Scene) -> None:
    first = await daily(stage, Rhythm.WEEKLY)
    told_already = await comes(stage, 1)
    await alerted(stage, told_already)
    await signs(stage, 1, day=f"{stage.now:%Y-%m-%d}")
    await comes(stage, 2)
    stage.now = first
    await digest(stage.engine)
    (message,) = await composed(stage)
    text = plain(message)
    assert f"• {stage.now.day} {stage.now:%b}: signed: Headline 1 <https://antara.example/1>" in text
    assert message.picture is not None
    assert message.picture.title == "Japan's partners: stories a day"


async def test_a_daily_digest_has_neither(stage: Scene) -> None:
    first = await daily(stage)
    await comes(stage, 1)
    await signs(stage, 1)
    stage.now = first
    await digest(stage.engine)
    (message,) = await composed(stage)
    assert message.picture is None
    assert "STEPS" not in plain(message)


async def test_the_plot_counts_stories_by_the_readers_day(stage: Scene) -> None:
    stage.now = datetime(2026, 1, 5, 16, 30, tzinfo=UTC)
    story = await comes(stage, 1)
    await comes(stage, 2, "kyodo", story)
    stage.now += HOUR
    await comes(stage, 3)
    async with stage.engine.database.read() as connection:
        config = stage.engine.config
        plot = await volume_plot(connection, config, "partners", stage.now, ZoneInfo("Asia/Jakarta"))
        none = await volume_plot(connection, config, "other", stage.now, ZoneInfo("Asia/Jakarta"))
    assert plot is not None
    assert plot.days[-2:] == ("2026-01-05", "2026-01-06")
    assert len(plot.days) == 28
    (series,) = plot.series
    assert (series.label, series.counts[-3:]) == ("Indonesia", (0, 1, 1))
    assert none is None


# --- starting pictures ----------------------------------------------------------------------------------------------


async def test_a_starting_picture_tells_all_it_was_given_and_notes_it(stage: Scene) -> None:
    story = await comes(stage, 1)
    order = Order("picture:1", ANALYST, DeliveryKind.PICTURE, stage.now, watchlist="partners", since=stage.now)
    async with stage.engine.database.write() as connection:
        await deliveries.order(connection, order, stage.now, [story])
    (message,) = await composed(stage)
    assert plain(message).startswith("Starting picture: Japan's partners\n")
    assert await noted(stage) == [(story, 1, None)]
