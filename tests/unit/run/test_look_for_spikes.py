"""A burst rings once; a new watchlist, reprints and quiet chats do not."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from scene import ANALYST, OTHER, SECOND, TOPIC, Scene, scene
from sqlalchemy import func, select, update

from bot.model import Article, DeliveryKind, DeliveryStatus, Destination, Match, Priority, Report, Rhythm, Source, Story
from bot.read import url_key
from bot.run.deliver import deliver
from bot.run.once import once
from bot.run.setup import configuration
from bot.run.spikes import Found, _message, look_for_spikes
from bot.store import AsyncConnection, chats, stories, subscriptions
from bot.store.articles import save_article
from bot.store.chats import ChatState
from bot.store.tables import articles, matches, pages, spikes
from bot.store.tables import stories as story_table
from bot.story.spikes import Spike, Volume
from bot.tell import Card, html, plain, split
from bot.tell.tree import from_json

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
QUIET = "{timezone: UTC, alerts: {quiet: 22:00-06:30}}"


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    """An instant subscriber of a watchlist that is thirty days old, with two stories a day."""
    async with scene(tmp_path, now) as made:
        await made.subscription(Rhythm.INSTANT)
        await history(made, 30)
        yield made


async def history(stage: Scene, days: int) -> None:
    """Two stories on each of so many days before today."""
    moments = [stage.now - day * DAY - (each + 1) * HOUR for day in range(days, 0, -1) for each in range(2)]
    await put(stage, moments, 1000)


async def burst(stage: Scene, number: int = 14, first: int = 1) -> None:
    """So many stories within some seconds."""
    await put(stage, [stage.now + each * SECOND for each in range(number)], first)
    stage.pass_time(number * SECOND)


async def put(stage: Scene, moments: list[datetime], first: int) -> None:
    """Stores stories of one article each, in few statements: a month of them would take a second otherwise."""
    page, made, story, match = [], [], [], []
    for number, when in enumerate(moments, first):
        url = f"https://antara.example/news/{number}"
        place = {"url": url, "source": "antara", "first_seen": when}
        page.append({"id": number, "url_key": url_key(url), "lane": 3, "host": "x", **place})
        story.append({"id": number, "headline": "", "first_seen": when, "latest": when})
        text = {"title": f"Headline {number}", "lead": "", "paragraphs": ["Indonesia."], "basis": "page"}
        made.append({"id": number, "page_id": number, "story_id": number, "read_at": when, **text, **place})
        found = {"watchlist": "partners", "rule": "partnership", "version": "v", "priority": "normal"}
        labels = {"partner": ["indonesia"]}
        match.append({"article_id": number, "labels": labels, "evidence": [], "created_at": when, **found})
    async with stage.engine.database.write() as connection:
        for table, rows in ((pages, page), (story_table, story), (articles, made), (matches, match)):
            await connection.execute(table.insert(), rows)


async def told(stage: Scene) -> list[str]:
    """What the chats have read, after a look and a delivery."""
    await look_for_spikes(stage.engine)
    while await deliver(stage.engine):
        pass
    return stage.courier.texts


async def reprint(stage: Scene, story_id: int, number: int) -> None:
    """One more outlet has the story."""
    url = f"https://outlet{number}.example/{story_id}"
    made = Article(url, "Headline", ("Indonesia.",), "", source=Source(f"outlet{number}", f"Outlet {number}"))
    found = Match("partners", "partnership", Priority.NORMAL, {"partner": ("indonesia",)}, (), "v")
    page = {"url": url, "url_key": url_key(url), "lane": 3, "host": "x", "source": f"outlet{number}"}
    async with stage.engine.database.write() as connection:
        row = await connection.execute(pages.insert().values(first_seen=stage.now, **page).returning(pages.c.id))
        article_id = await save_article(connection, row.scalar_one(), made, stage.now, stage.now)
        await stories.save_matches(connection, article_id, [found], stage.now)
        await stories.join_story(connection, story_id, article_id, [], stage.now)


async def test_a_burst_is_one_notice_with_the_stories_behind_it(stage: Scene) -> None:
    await burst(stage)
    (text,) = await told(stage)
    assert "Indonesia: 14 stories in 24 h, usually 2" in text
    assert text.count("\n• ") == 5
    assert "Headline 14 <https://antara.example/news/14> · ANTARA News" in text
    assert "and 9 more" in text
    (row,) = (await stage.ledger()).values()
    assert (row.kind, row.status) == (DeliveryKind.NOTICE, DeliveryStatus.SENT)


async def test_a_day_like_the_others_is_no_news(stage: Scene) -> None:
    await burst(stage, 4)
    assert await told(stage) == []


async def test_forty_reprints_of_one_story_are_no_spike(stage: Scene) -> None:
    story_id = await stage.story(1)
    for number in range(40):
        await reprint(stage, story_id, number)
    assert await told(stage) == []


async def test_the_story_of_the_most_publishers_stands_first(stage: Scene) -> None:
    await burst(stage)
    async with stage.engine.database.read() as connection:
        query = select(articles.c.story_id).where(articles.c.url == "https://antara.example/news/3")
        story_id = await connection.scalar(query)
    assert story_id is not None
    for number in range(3):
        await reprint(stage, story_id, number)
    (text,) = await told(stage)
    first = text.split("\n• ")[1]
    assert first.startswith("Headline 3 <https://antara.example/news/3> · ANTARA News +3")


async def test_a_new_watchlist_never_rings(tmp_path: Path, now: datetime) -> None:
    async with scene(tmp_path, now) as stage:
        await stage.subscription(Rhythm.INSTANT)
        await history(stage, 13)
        await burst(stage, 50)
        assert await told(stage) == []


async def test_old_articles_of_a_new_watchlist_make_no_past(tmp_path: Path, now: datetime) -> None:
    """A first look lists what was published in a month."""
    async with scene(tmp_path, now) as stage:
        await stage.subscription(Rhythm.INSTANT)
        await history(stage, 30)
        async with stage.engine.database.write() as connection:
            await connection.execute(update(articles).values(published=articles.c.first_seen, first_seen=now))
            await connection.execute(update(matches).values(created_at=now))
        await burst(stage, 50)
        assert await told(stage) == []


async def test_it_is_told_once_within_the_spacing_also_after_a_restart(stage: Scene) -> None:
    await burst(stage)
    assert len(await told(stage)) == 1
    for _ in range(20):
        stage.pass_time(HOUR)
        assert len(await told(stage)) == 1


async def test_a_burst_after_the_spacing_is_told_anew(stage: Scene) -> None:
    await burst(stage)
    await told(stage)
    stage.pass_time(3 * DAY)
    await burst(stage, 20, first=100)
    assert len(await told(stage)) == 2


async def test_two_nodes_that_look_at_once_write_one_notice(stage: Scene) -> None:
    await burst(stage)
    written = await asyncio.gather(*(look_for_spikes(stage.engine) for _ in range(3)))
    assert sorted(written) == [0, 0, 1]
    async with stage.engine.database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(spikes)) == 1


async def test_every_subscribed_place_hears_it_and_no_paused_chat(stage: Scene) -> None:
    async with stage.engine.database.write() as connection:
        for where in (OTHER, TOPIC):
            await subscribed(stage, connection, where)
        await chats.set_chat_state(connection, OTHER.chat, ChatState.PAUSED, "blocked")
    await burst(stage)
    await told(stage)
    assert {where for where, _ in stage.courier.asked} == {ANALYST, TOPIC}


async def subscribed(stage: Scene, connection: AsyncConnection, where: Destination) -> None:
    await subscriptions.subscribe(
        connection, where, "partners", rhythm=Rhythm.DAILY, at="07:00", now=stage.now, due_at=stage.now + DAY
    )


async def test_where_nobody_can_be_told_nothing_is_noted(stage: Scene) -> None:
    await burst(stage)
    stage.engine.couriers.clear()
    assert await look_for_spikes(stage.engine) == 0
    stage.engine.couriers["telegram"] = stage.courier
    assert len(await told(stage)) == 1


async def test_in_quiet_hours_it_waits_for_their_end(tmp_path: Path, now: datetime) -> None:
    night = now.replace(hour=23, minute=0, second=0, microsecond=0)
    async with scene(tmp_path, night, QUIET) as stage:
        await stage.subscription(Rhythm.INSTANT)
        await history(stage, 30)
        await burst(stage)
        assert await told(stage) == []
        stage.now = night.replace(hour=6, minute=30) + DAY
        assert len(await told(stage)) == 1


async def test_switched_off_nobody_is_told(tmp_path: Path, now: datetime) -> None:
    async with scene(tmp_path, now, "{timezone: UTC, spikes: {enabled: false}}") as stage:
        await stage.subscription(Rhythm.INSTANT)
        await history(stage, 30)
        await burst(stage)
        assert await told(stage) == []


async def test_what_an_edited_rule_brings_is_no_spike(stage: Scene) -> None:
    await burst(stage)
    async with stage.engine.database.write() as connection:
        young = matches.c.created_at > stage.now - HOUR
        await connection.execute(update(matches).where(young).values(version="edited"))
    assert await told(stage) == []


async def test_a_label_that_the_watchlist_has_no_more_is_not_told(stage: Scene, tmp_path: Path) -> None:
    await burst(stage)
    file = tmp_path / "config" / "watchlists" / "partners.yaml"
    file.write_text(file.read_text().replace("indonesia: [Indonesia], ", ""))
    stage.engine.config = configuration(tmp_path / "config")
    assert await told(stage) == []


async def test_headlines_of_any_length_and_kind_make_one_message(stage: Scene) -> None:
    await burst(stage)
    async with stage.engine.database.write() as connection:
        await connection.execute(update(articles).values(title="<b>& " * 5000))
    await look_for_spikes(stage.engine)
    (row,) = (await stage.ledger()).values()
    assert row.body is not None
    assert len(split(from_json(row.body))) == 1
    assert "&lt;b&gt;&amp;" in html(from_json(row.body))


def test_a_notice_about_many_labels_is_one_message_that_shows_each_story_once(now: datetime) -> None:
    reports = [
        Report(
            each, Article(f"https://a.example/{each}", "word " * 99, ()), now, (Match("w", "r", Priority.LOW, {}, ()),)
        )
        for each in range(20)
    ]
    behind = tuple(Story(each, "w", (report,)) for each, report in enumerate(reports))
    found = [
        Found(Spike(Volume.SPIKE, ("partner", "label " * 20 + str(each)), 20, 1.0), behind[each * 3 :])
        for each in range(12)
    ]
    message = _message(found, Card("w", "title " * 99, {}, None), DAY)
    assert len(split(message)) == 1
    text = plain(message)
    assert text.count("20 stories in 24 h, usually 1") == 10
    assert "and 2 more" in text
    links = re.findall("<(.*?)>", text)
    assert len(links) == len(set(links)) == 15


async def test_a_single_round_tells_of_a_spike_as_the_service_does(stage: Scene) -> None:
    await burst(stage)
    await once(stage.engine)
    (text,) = stage.courier.texts
    assert "14 stories in 24 h" in text
    await once(stage.engine)
    assert len(stage.courier.texts) == 1
