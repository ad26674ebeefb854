"""A subscription that wants only some of a watchlist is told of that, at once and in digests, and of nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from scene import ANALYST, MINUTE, Scene, scene
from settling import TEXT, article, page, settle

from bot.model import DeliveryStatus, Rhythm, Wants
from bot.run.alerting import Needless
from bot.run.deliver import deliver
from bot.run.digest import digest
from bot.run.newsroom import Newsroom
from bot.run.setup import configuration
from bot.store import subscriptions
from bot.store.wants import move, set_wants
from bot.tell import plain

WATCHLIST = """title: Partners
description: Who works with whom.
concepts:
  partner: {labels: {indonesia: [Indonesia], nato: [NATO]}}
  stage: {steps: {talks: [talks], signed: [signed]}}
rules:
  - {name: any, match: partner, group_by: partner}
  - {name: fire, match: 'partner and "opened fire"', priority: urgent}
  - {name: stages, match: partner and stage, priority: low}
"""
OTHER = "The secretary general of NATO said on Tuesday that the alliance will buy more ships from the yards of Korea."


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene(tmp_path, now) as made:
        (tmp_path / "config" / "watchlists" / "partners.yaml").write_text(WATCHLIST)
        made.engine.config = configuration(tmp_path / "config")
        async with made.engine.database.write() as connection:
            await subscriptions.subscribe(
                connection, ANALYST, "partners", rhythm=Rhythm.INSTANT, at="07:00", now=now, due_at=None
            )
        yield made


async def wants(stage: Scene, wished: Wants, rhythm: Rhythm = Rhythm.INSTANT) -> None:
    async with stage.engine.database.write() as connection:
        (one,) = [each for each in await subscriptions.of(connection, ANALYST) if each.watchlist == "partners"]
        await set_wants(connection, one.id, wished)
        due = None if rhythm is Rhythm.INSTANT else stage.now + timedelta(hours=1)
        await subscriptions.set_rhythm(connection, one.id, rhythm=rhythm, at="07:00", since=stage.now, due_at=due)


async def sent(stage: Scene) -> list[str]:
    stage.pass_time(3 * MINUTE)
    while await deliver(stage.engine):
        pass
    return stage.courier.texts


async def test_only_the_labels_that_are_wanted_are_told_at_once(stage: Scene) -> None:
    await wants(stage, Wants(labels=("partner:nato",)))
    await settle(stage, await page(stage, 1), article(1, TEXT))
    assert await sent(stage) == []
    await settle(stage, await page(stage, 2), article(2, OTHER))
    (text,) = await sent(stage)
    assert "NATO" in text


async def test_only_urgent_is_told_when_the_rule_that_matches_is(stage: Scene) -> None:
    await wants(stage, Wants(urgent_only=True))
    await settle(stage, await page(stage, 1), article(1, TEXT))
    assert await sent(stage) == []
    await settle(stage, await page(stage, 2), article(2, f"{OTHER} A frigate opened fire."))
    assert len(await sent(stage)) == 1


async def test_what_is_no_longer_wanted_when_its_hour_comes_is_not_sent(stage: Scene) -> None:
    await settle(stage, await page(stage, 1), article(1, TEXT))
    await wants(stage, Wants(labels=("partner:nato",)))
    assert await sent(stage) == []
    (alert,) = (await stage.ledger()).values()
    assert (alert.status, alert.error) == (DeliveryStatus.CANCELLED, Needless.UNWANTED)


async def test_a_digest_leaves_out_what_is_not_wanted_and_tells_it_when_it_is(stage: Scene) -> None:
    await wants(stage, Wants(labels=("partner:nato",)), Rhythm.HOURLY)
    stage.pass_time(MINUTE)
    await settle(stage, await page(stage, 1), article(1, TEXT))
    await settle(stage, await page(stage, 2), article(2, OTHER))
    stage.pass_time(timedelta(hours=1))
    await digest(stage.engine)
    (text,) = await sent(stage)
    assert "NATO" in text and "Indonesia" not in text


async def test_the_starting_picture_shows_what_is_wanted_only(stage: Scene) -> None:
    await settle(stage, await page(stage, 1), article(1, TEXT))
    newsroom = Newsroom(stage.engine)
    stage.pass_time(MINUTE)
    assert await newsroom.latest("partners", ANALYST, stage.now)
    await wants(stage, Wants(languages=("ja",)))
    assert await newsroom.latest("partners", ANALYST, stage.now) == []


async def test_the_starting_picture_shows_the_latest_of_many(stage: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.run.newsroom._AT_ONCE", 2)
    for number in range(1, 8):
        await stage.story(number)
        stage.pass_time(MINUTE)
    (shown,) = await Newsroom(stage.engine).latest("partners", ANALYST, stage.now)
    text = plain(shown)
    assert [number for number in range(1, 8) if f"Headline {number}" in text] == [3, 4, 5, 6, 7]


async def test_a_card_has_the_labels_of_its_rules_and_the_stories_of_a_week(stage: Scene) -> None:
    await settle(stage, await page(stage, 1), article(1, TEXT))
    stage.pass_time(timedelta(days=2))
    await settle(stage, await page(stage, 2), article(2, OTHER))
    newsroom = Newsroom(stage.engine)
    card = next(card for card in newsroom.watchlists() if card.name == "partners")
    assert card.description == "Who works with whom."
    assert [(each.id, each.called) for each in card.labels] == [
        ("partner:indonesia", "Indonesia"),
        ("partner:nato", "NATO"),
    ]
    assert (await newsroom.week(ANALYST, stage.now))["partners"] == [0, 0, 0, 0, 1, 0, 1]


async def test_what_waits_moves_to_the_topic_with_its_subscription(stage: Scene) -> None:
    await settle(stage, await page(stage, 1), article(1, TEXT))
    async with stage.engine.database.write() as connection:
        one = next(each for each in await subscriptions.of(connection, ANALYST.chat) if each.watchlist == "partners")
        assert await move(connection, one.id, 12)
        assert not await move(connection, one.id, 12)
    (alert,) = (await stage.ledger()).values()
    assert alert.destination.thread == 12
