"""What follows from a page that was read: matches, stories and deliveries, over a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from scene import ANALYST, MINUTE, Scene, scene
from settling import TEXT, article, every_feed_asked, page, rows, settle

from bot.model import Basis, DeliveryKind, DeliveryStatus, Rhythm
from bot.run.deliver import deliver
from bot.store import articles, deliveries, pages, subscriptions
from bot.telegram.subscribing import tell_the_rest


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene(tmp_path, now) as made:
        await made.subscription(Rhythm.INSTANT)
        yield made


async def test_a_match_is_an_alert_that_waits_for_copies(stage: Scene) -> None:
    assert await settle(stage, await page(stage, 1), article(1))
    (row,) = (await stage.ledger()).values()
    assert (row.kind, row.due_at, row.body) == (DeliveryKind.ALERT, stage.now + 2 * MINUTE, None)


async def test_what_matches_nothing_is_kept_and_told_nobody(stage: Scene) -> None:
    assert await settle(stage, await page(stage, 1), article(1, "It rained in Bandung."))
    assert await stage.ledger() == {}


async def test_a_copy_joins_the_story_and_is_no_second_alert(stage: Scene) -> None:
    await settle(stage, await page(stage, 1), article(1))
    await settle(stage, await page(stage, 2), article(2, TEXT + " The talks took two days.", outlet="portal"))
    assert await rows(stage) == [(DeliveryKind.ALERT, DeliveryStatus.PENDING)]
    stage.pass_time(2 * MINUTE)
    await deliver(stage.engine)
    (text,) = stage.courier.texts
    assert "antara, portal" in text.lower().replace(" news", "")


async def test_another_event_is_another_alert(stage: Scene) -> None:
    await settle(stage, await page(stage, 1), article(1))
    await settle(stage, await page(stage, 2), article(2, "A quite different text about Indonesia.", outlet="portal"))
    assert len(await rows(stage)) == 2


async def test_two_pages_that_lead_to_one_address_are_one_article(stage: Scene) -> None:
    assert await settle(stage, await page(stage, 1), article(1))
    assert not await settle(stage, await page(stage, 2), article(1))
    assert len(await rows(stage)) == 1


async def test_a_page_read_in_full_is_not_replaced_by_its_feeds_summary(stage: Scene) -> None:
    where = await page(stage, 1)
    assert await settle(stage, where, article(1))
    assert not await settle(stage, where, article(1, "Indonesia.", basis=Basis.FEED))
    async with stage.engine.database.read() as connection:
        kept = await articles.article_of_page(connection, where.id, {})
    assert kept is not None
    assert kept.basis is Basis.PAGE


async def test_a_page_read_in_full_later_replaces_the_summary_in_the_same_story(stage: Scene) -> None:
    where = await page(stage, 1)
    await settle(stage, where, article(1, "Indonesia.", basis=Basis.FEED))
    await settle(stage, where, article(1))
    assert len(await rows(stage)) == 1


async def test_a_first_look_goes_into_one_picture(stage: Scene) -> None:
    for number, text in enumerate(("One of Indonesia.", "Two of Indonesia.", "Three of NATO."), 1):
        where = await page(stage, number, quiet=True)
        await settle(stage, where, article(number, text))
        async with stage.engine.database.write() as connection:
            await pages.finish_page(connection, where.id, pages.PageState.READ)
    assert await rows(stage) == [(DeliveryKind.PICTURE, DeliveryStatus.PENDING)]
    stage.pass_time(2 * MINUTE)
    await deliver(stage.engine)
    assert stage.courier.asked == [], "a feed has not been asked yet"
    await every_feed_asked(stage)
    stage.pass_time(MINUTE)
    await deliver(stage.engine)
    (text,) = stage.courier.texts
    assert text.startswith("Starting picture: Japan's partners")
    assert "3 stories" in text


async def test_a_picture_waits_for_the_pages_of_the_first_look(stage: Scene) -> None:
    await every_feed_asked(stage)
    waiting = await page(stage, 1, quiet=True)
    second = await page(stage, 2, quiet=True)
    await settle(stage, second, article(2, "Two of Indonesia."))
    async with stage.engine.database.write() as connection:
        await pages.finish_page(connection, second.id, pages.PageState.READ)
    stage.pass_time(5 * MINUTE)
    await deliver(stage.engine)
    assert stage.courier.asked == []
    async with stage.engine.database.write() as connection:
        await pages.finish_page(connection, waiting.id, pages.PageState.FAILED, "503")
    stage.pass_time(MINUTE)
    await deliver(stage.engine)
    assert len(stage.courier.asked) == 1


async def test_an_alert_that_was_cancelled_comes_back_when_its_story_matches_again(stage: Scene) -> None:
    where = await page(stage, 1)
    await settle(stage, where, article(1))
    await settle(stage, where, article(1, "It rained in Bandung."))
    stage.pass_time(2 * MINUTE)
    await deliver(stage.engine)
    assert await rows(stage) == [(DeliveryKind.ALERT, DeliveryStatus.CANCELLED)]
    await settle(stage, where, article(1))
    stage.pass_time(2 * MINUTE)
    await deliver(stage.engine)
    assert await rows(stage) == [(DeliveryKind.ALERT, DeliveryStatus.SENT)]


async def test_a_digest_subscription_gets_no_alert(stage: Scene) -> None:
    async with stage.engine.database.write() as connection:
        (made,) = await subscriptions.of(connection, ANALYST)
        await subscriptions.set_rhythm(
            connection, made.id, rhythm=Rhythm.DAILY, at="07:00", since=stage.now, due_at=stage.now + timedelta(days=1)
        )
    await settle(stage, await page(stage, 1), article(1))
    assert await stage.ledger() == {}


async def test_quiet_hours_hold_an_alert_until_they_end(stage: Scene) -> None:
    settings = stage.engine.config.settings.model_validate({"timezone": "UTC", "alerts": {"quiet": "04:00-06:00"}})
    stage.engine.config = replace(stage.engine.config, settings=settings)
    await settle(stage, await page(stage, 1), article(1))
    async with stage.engine.database.write() as connection:
        await deliveries.release_holds(connection, stage.now, stage.now + 2 * MINUTE)
    await deliver(stage.engine)
    assert stage.courier.asked == []
    (row,) = (await stage.ledger()).values()
    assert row.due_at == stage.now.replace(hour=6, minute=0, second=0)


async def test_the_end_of_a_subscription_ends_what_it_has_not_been_told(stage: Scene) -> None:
    await settle(stage, await page(stage, 1), article(1))
    (held,) = (await stage.ledger()).values()
    async with stage.engine.database.write() as connection:
        assert await subscriptions.unsubscribe(connection, held.destination, held.watchlist or "")
    assert await rows(stage) == [(DeliveryKind.ALERT, DeliveryStatus.CANCELLED)]


async def test_who_changes_from_a_digest_to_alerts_is_told_what_the_digest_had_not(stage: Scene) -> None:
    async with stage.engine.database.write() as connection:
        (made,) = await subscriptions.of(connection, ANALYST)
        await subscriptions.set_rhythm(
            connection, made.id, rhythm=Rhythm.DAILY, at="07:00", since=stage.now, due_at=stage.now + timedelta(days=1)
        )
    stage.pass_time(MINUTE)
    await settle(stage, await page(stage, 1), article(1))
    stage.pass_time(MINUTE)
    async with stage.engine.database.write() as connection:
        (made,) = await subscriptions.of(connection, ANALYST)
        await tell_the_rest(connection, made, stage.now)
    assert await rows(stage) == [(DeliveryKind.PICTURE, DeliveryStatus.PENDING)]
    await every_feed_asked(stage)
    async with stage.engine.database.write() as connection:
        for found in await pages.claim_pages(connection, [3], stage.now + MINUTE, timedelta(), 100):
            await pages.finish_page(connection, found.id, pages.PageState.READ)
    await deliver(stage.engine)
    (text,) = stage.courier.texts
    assert "1 story" in text
