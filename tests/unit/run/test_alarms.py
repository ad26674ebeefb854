"""What has gone silent is told to the admins once when it begins and once when it ends."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from scene import ANALYST, MINUTE, Scene, scene

from bot.model import Article, Basis, Match, Priority
from bot.run.alarms import Around, look_around
from bot.run.deliver import deliver
from bot.store import AsyncConnection, articles, chats, feeds, stories
from bot.store.tables import entries, matches, pages
from bot.store.tables import feeds as feed_rows

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SETTINGS = f"{{timezone: UTC, telegram: {{admins: [{ANALYST.chat}]}}}}"


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene(tmp_path, now, SETTINGS) as made:
        async with made.engine.database.write() as connection:
            long_ago = {"first_success": now - 40 * DAY, "last_success": now, "due_at": now + HOUR}
            await connection.execute(feed_rows.update().values(**long_ago))
        yield made


async def seen(stage: Scene, first: int, moments: Iterable[datetime], basis: Basis | None = None) -> None:
    """Entries that were seen then, numbered from `first`; with articles whose text is of that origin."""
    async with stage.engine.database.write() as connection:
        (feed,) = (item.feed for item in await feeds.feed_health(connection))
        for number, at in enumerate(moments, first):
            await _entry(stage, connection, feed.id, number, at, basis)


async def _entry(
    stage: Scene, connection: AsyncConnection, feed: int, number: int, at: datetime, basis: Basis | None
) -> None:
    url = f"https://h.example/{number}"
    page = {"url": url, "url_key": url, "lane": 3, "host": "h", "source": "antara", "first_seen": at}
    page_id = await connection.scalar(pages.insert().values(**page).returning(pages.c.id))
    row = {"title_key": url, "fingerprint": url, "title": "T", "paragraphs": []}
    await connection.execute(entries.insert().values(feed_id=feed, page_id=page_id, first_seen=at, **row))
    if basis is not None:
        made = Article(url, "T", ("Text.",), basis=basis, source=stage.engine.config.sources["antara"])
        await articles.save_article(connection, page_id, made, at, at)


async def told(stage: Scene) -> list[str]:
    """What the admin was told since the last time."""
    stage.pass_time(MINUTE)
    before = len(stage.courier.texts)
    while await deliver(stage.engine):
        pass
    return stage.courier.texts[before:]


async def success(stage: Scene) -> None:
    async with stage.engine.database.write() as connection:
        await connection.execute(feed_rows.update().values(last_success=stage.now, due_at=stage.now + HOUR))


async def test_a_source_that_falls_silent_is_told_once_and_so_is_its_return(stage: Scene) -> None:
    await seen(stage, 0, [stage.now - hour * HOUR for hour in range(26 * 24)])
    assert await look_around(stage.engine, Around()) == 0
    stage.pass_time(11 * HOUR)
    await success(stage)
    assert await look_around(stage.engine, Around()) == 0
    stage.pass_time(2 * HOUR)
    assert await look_around(stage.engine, Around()) == 0, "nobody has asked it since"
    await success(stage)
    assert await look_around(stage.engine, Around()) == 1
    (text,) = await told(stage)
    assert text.startswith("Out of the ordinary\n• ANTARA News has listed nothing new since 10 Mar")
    stage.pass_time(DAY)
    await success(stage)
    assert await look_around(stage.engine, Around()) == 0
    await seen(stage, 9999, [stage.now])
    assert await look_around(stage.engine, Around()) == 1
    (text,) = await told(stage)
    assert text.startswith("As usual again\n• ANTARA News lists news again; it was silent since 10 Mar")
    assert await look_around(stage.engine, Around()) == 0


async def test_a_rule_that_finds_nothing_any_more_is_told_and_an_edited_one_is_not(stage: Scene) -> None:
    version = stage.engine.config.watchlists.lists["partners"].rules[0].version
    async with stage.engine.database.write() as connection:
        for number in range(26 * 8):
            at = stage.now - 2 * DAY - number * 3 * HOUR
            url = f"https://h.example/{number}"
            page = {"url": url, "url_key": url, "lane": 3, "host": "h", "source": "antara", "first_seen": at}
            page_id = await connection.scalar(pages.insert().values(**page).returning(pages.c.id))
            made = Article(url, "T", ("Text.",), source=stage.engine.config.sources["antara"])
            article = await articles.save_article(connection, page_id, made, at, at)
            match = Match("partners", "partnership", Priority.NORMAL, {}, (), version)
            await stories.save_matches(connection, article, [match], at)
    assert await look_around(stage.engine, Around()) == 1
    (text,) = await told(stage)
    assert "The rule partners/partnership found 0 in the last 2 days, where 16 are usual." in text
    async with stage.engine.database.write() as connection:
        await connection.execute(matches.update().values(version="another"))
    assert await look_around(stage.engine, Around()) == 1
    assert "finds news again" in (await told(stage))[0]


async def test_a_host_whose_pages_give_no_text_any_more_is_told_until_they_do(stage: Scene) -> None:
    await seen(stage, 0, [stage.now - 2 * DAY - number * HOUR for number in range(40)], Basis.PAGE)
    await seen(stage, 40, [stage.now - number * HOUR for number in range(12)], Basis.FEED)
    assert await look_around(stage.engine, Around()) == 1
    (text,) = await told(stage)
    assert "Of 12 pages of h only 0 gave their text in the last day; 100% is usual." in text
    stage.pass_time(3 * DAY)
    assert await look_around(stage.engine, Around()) == 0, "no page has come since"
    await seen(stage, 60, [stage.now] * 12, Basis.PAGE)
    assert await look_around(stage.engine, Around()) == 1
    assert "Pages of h give their text again." in (await told(stage))[0]


async def test_a_disk_that_is_nearly_full_is_told_until_there_is_room(
    stage: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = [40]

    def usage(folder: Path) -> SimpleNamespace:
        assert folder == tmp_path
        return SimpleNamespace(total=10**9, free=free[0] * 10**6)

    monkeypatch.setattr(shutil, "disk_usage", usage)
    around = Around(tmp_path)
    assert await look_around(stage.engine, around) == 1
    assert "nearly full: 40 MB are free (4.0%)." in (await told(stage))[0]
    free[0] = 60
    assert await look_around(stage.engine, around) == 0, "it would be full again in a moment"
    free[0] = 90
    assert await look_around(stage.engine, around) == 1
    assert "There is room on the disk again." in (await told(stage))[0]


async def test_feeds_that_are_not_polled_in_time_are_told_but_not_right_after_a_start(stage: Scene) -> None:
    stage.pass_time(7 * DAY)
    around = Around(started=stage.now, last_ok=lambda: stage.now)
    stage.pass_time(10 * MINUTE)
    assert await look_around(stage.engine, around) == 0
    stage.pass_time(6 * MINUTE)
    assert await look_around(stage.engine, around) == 1
    assert "Feeds are not polled in time" in (await told(stage))[0]
    await success(stage)
    assert await look_around(stage.engine, around) == 1
    assert "polled in time again" in (await told(stage))[0]


async def test_that_telegram_could_not_be_reached_is_told_when_it_can(stage: Scene) -> None:
    last = [stage.now]
    around = Around(started=stage.now, last_ok=lambda: last[0])
    stage.pass_time(11 * MINUTE)
    await success(stage)
    assert await look_around(stage.engine, around) == 1
    assert await told(stage) == []
    stage.pass_time(20 * MINUTE)
    last[0] = stage.now
    assert await look_around(stage.engine, around) == 1
    (text,) = await told(stage)
    assert "Telegram could not be reached from 10 Mar 2026 04:59 UTC for 32 minutes." in text


async def test_two_changes_are_one_notice_and_nobody_but_admins_hears_it(stage: Scene, tmp_path: Path) -> None:
    async with stage.engine.database.write() as connection:
        await chats.upsert_chat(connection, 99, kind="private", title="", role="reader", now=stage.now)
    around = Around(started=stage.now - HOUR, last_ok=lambda: None)
    await seen(stage, 0, [stage.now - 2 * DAY - number * HOUR for number in range(40)], Basis.PAGE)
    await seen(stage, 40, [stage.now - number * HOUR for number in range(12)], Basis.FEED)
    async with stage.engine.database.write() as connection:
        await connection.execute(feed_rows.update().values(due_at=stage.now - HOUR))
    assert await look_around(stage.engine, around) == 3
    (text,) = await told(stage)
    assert text.count("\n• ") == 2
