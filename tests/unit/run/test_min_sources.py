"""Rules that ask for several publishers: when their stories are told, and that it is once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from scene import ANALYST, MINUTE, Scene, scene
from settling import TEXT, article, every_feed_asked, page, rows, settle

from bot.model import DeliveryKind, DeliveryStatus, Rhythm
from bot.run.deliver import deliver
from bot.run.digest import digest
from bot.run.newsroom import Newsroom
from bot.run.setup import configuration
from bot.store import pages, subscriptions
from bot.tell import plain

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

SOURCES = """sources:
  - {name: antara, tier: 1, feeds: [https://antara.example/rss]}
  - {name: kyodo, tier: 1, feeds: [https://kyodo.example/rss]}
  - {name: portal, feeds: [https://portal.example/rss]}
  - {name: east, family: tribun, feeds: [https://east.example/rss]}
  - {name: west, family: tribun, feeds: [https://west.example/rss]}
"""
PAIR = "- {name: pair, match: partner, group_by: partner, min_sources: 2}"
RULES = """title: Japan's partners
concepts:
  partner: {labels: {indonesia: [Indonesia], nato: [NATO]}}
rules:
"""
ALERT, PICTURE, DIGEST = DeliveryKind.ALERT, DeliveryKind.PICTURE, DeliveryKind.DIGEST
PENDING, SENT = DeliveryStatus.PENDING, DeliveryStatus.SENT


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    """An instant subscriber of a watchlist whose one rule asks for two publishers."""
    async with scene(tmp_path, now) as made:
        (tmp_path / "config" / "sources.yaml").write_text(SOURCES)
        watch(made, tmp_path, PAIR)
        await made.subscription(Rhythm.INSTANT)
        yield made


def watch(stage: Scene, folder: Path, *rules: str) -> None:
    """These are the watchlist's rules from now on."""
    lines = "".join(f"  {rule}\n" for rule in rules)
    (folder / "config" / "watchlists" / "partners.yaml").write_text(RULES + lines)
    stage.engine.config = configuration(folder / "config")


async def comes(stage: Scene, number: int, outlet: str, more: str = "", *, quiet: bool = False) -> None:
    """An outlet reports the event, in these words and some more."""
    where = await page(stage, number, quiet=quiet)
    await settle(stage, where, article(number, f"{TEXT} {more}".strip(), outlet))
    async with stage.engine.database.write() as connection:
        await pages.finish_page(connection, where.id, pages.PageState.READ)


async def told(stage: Scene) -> list[str]:
    """What has been sent when all that is due now is sent."""
    await every_feed_asked(stage)
    while await deliver(stage.engine):
        pass
    return stage.courier.texts


async def daily(stage: Scene, due_at: datetime) -> None:
    """The subscriber wants a digest each day."""
    async with stage.engine.database.write() as connection:
        (made,) = await subscriptions.of(connection, ANALYST)
        await subscriptions.set_rhythm(
            connection, made.id, rhythm=Rhythm.DAILY, at="07:00", since=stage.now, due_at=due_at
        )


# --- alerts ---------------------------------------------------------------------------------------------------------


async def test_the_second_publisher_makes_it_an_alert_and_the_third_no_second_one(stage: Scene) -> None:
    await comes(stage, 1, "antara")
    assert await rows(stage) == []
    await comes(stage, 2, "kyodo", "The talks took two days.")
    assert await rows(stage) == [(ALERT, PENDING)]
    stage.pass_time(2 * MINUTE)
    (text,) = await told(stage)
    assert "antara, kyodo" in text.lower().replace(" <https://kyodo.example/2>", "")
    await comes(stage, 3, "portal", "Nobody else was there.")
    stage.pass_time(2 * MINUTE)
    await told(stage)
    assert await rows(stage) == [(ALERT, SENT)]


async def test_two_papers_of_one_family_are_one_publisher(stage: Scene) -> None:
    await comes(stage, 1, "east")
    await comes(stage, 2, "west", "The talks took two days.")
    assert await rows(stage) == []
    await comes(stage, 3, "portal", "Nobody else was there.")
    assert await rows(stage) == [(ALERT, PENDING)]


async def test_an_outlet_that_reports_again_is_one_publisher(stage: Scene) -> None:
    await comes(stage, 1, "antara")
    await comes(stage, 2, "antara", "The talks took two days.")
    assert await rows(stage) == []


async def test_two_publishers_of_two_events_are_none(stage: Scene) -> None:
    await comes(stage, 1, "antara")
    await settle(stage, await page(stage, 2), article(2, "A quite different text about Indonesia.", "kyodo"))
    assert await rows(stage) == []


async def test_another_rule_of_the_watchlist_tells_the_story_before(stage: Scene, tmp_path: Path) -> None:
    watch(stage, tmp_path, PAIR, '- {name: talks, match: "\\"two days\\""}')
    await comes(stage, 1, "antara", "The talks took two days.")
    assert await rows(stage) == [(ALERT, PENDING)]
    stage.pass_time(2 * MINUTE)
    (text,) = await told(stage)
    assert "two days" in text
    assert "Indonesia" not in text.splitlines()[1], "a label of the match that does not count"
    await comes(stage, 2, "kyodo")
    assert await rows(stage) == [(ALERT, SENT)]


async def test_a_report_whose_own_matches_do_not_count_raises_no_alert(stage: Scene, tmp_path: Path) -> None:
    """The story is told by an older report, which nobody was told of: it was matched by a rule of low priority."""
    watch(stage, tmp_path, PAIR, '- {name: talks, match: "\\"two days\\"", priority: low}')
    await comes(stage, 1, "antara", "The talks took two days.")
    await comes(stage, 2, "antara")
    assert await rows(stage) == []


async def test_a_held_alert_is_hastened_when_an_urgent_rule_has_its_publishers(stage: Scene, tmp_path: Path) -> None:
    urgent = PAIR.replace("min_sources", "priority: urgent, min_sources")
    watch(stage, tmp_path, urgent, "- {name: any, match: partner}")
    await comes(stage, 1, "antara")
    (held,) = (await stage.ledger()).values()
    assert held.due_at == stage.now + 2 * MINUTE, "one publisher is not urgent yet"
    await comes(stage, 2, "kyodo", "The talks took two days.")
    (hastened,) = (await stage.ledger()).values()
    assert hastened.due_at == stage.now


async def test_a_rule_of_low_priority_raises_no_alert_with_its_publishers_either(stage: Scene, tmp_path: Path) -> None:
    watch(stage, tmp_path, PAIR.replace("min_sources", "priority: low, min_sources"))
    await comes(stage, 1, "antara")
    await comes(stage, 2, "kyodo", "The talks took two days.")
    assert await rows(stage) == []


async def test_an_alert_is_not_sent_when_a_publisher_has_changed_its_report_in_time(stage: Scene) -> None:
    await comes(stage, 1, "antara")
    where = await page(stage, 2)
    await settle(stage, where, article(2, TEXT, "kyodo"))
    await settle(stage, where, article(2, "It rained in Bandung.", "kyodo"))
    stage.pass_time(2 * MINUTE)
    assert await told(stage) == []
    await comes(stage, 3, "portal", "Nobody else was there.")
    stage.pass_time(2 * MINUTE)
    assert len(await told(stage)) == 1


# --- pictures -------------------------------------------------------------------------------------------------------


async def test_a_first_look_at_the_second_publisher_puts_the_story_into_the_picture(stage: Scene) -> None:
    await comes(stage, 1, "antara")
    await comes(stage, 2, "kyodo", "The talks took two days.", quiet=True)
    assert await rows(stage) == [(PICTURE, PENDING)]
    stage.pass_time(MINUTE)
    (text,) = await told(stage)
    assert "1 story" in text


async def test_a_story_of_a_first_look_is_news_when_the_second_publisher_has_it(stage: Scene) -> None:
    await comes(stage, 1, "antara", quiet=True)
    assert await rows(stage) == []
    await comes(stage, 2, "kyodo", "The talks took two days.")
    assert await rows(stage) == [(ALERT, PENDING)]


async def test_a_new_subscriber_is_not_shown_what_does_not_count_and_is_told_it_later(stage: Scene) -> None:
    newsroom = Newsroom(stage.engine)
    await comes(stage, 1, "antara")
    assert await newsroom.latest("partners", ANALYST, stage.now) == []
    await newsroom.subscribed(ANALYST, "partners", stage.now)
    await comes(stage, 2, "kyodo", "The talks took two days.")
    assert await rows(stage) == [(ALERT, PENDING)]


# --- digests --------------------------------------------------------------------------------------------------------


async def test_a_digest_asked_for_holds_only_what_counts(stage: Scene) -> None:
    newsroom = Newsroom(stage.engine)

    async def said() -> str:
        (message,) = await newsroom.digest("partners", DAY, ANALYST, stage.now)
        return plain(message)

    await comes(stage, 1, "antara")
    assert "0 stories" in await said()
    await comes(stage, 2, "kyodo", "The talks took two days.")
    assert "1 story" in await said()


async def test_a_story_that_grows_after_a_digest_is_in_the_next_one_once(stage: Scene) -> None:
    hour = stage.now + HOUR
    await daily(stage, hour)
    await comes(stage, 1, "antara")
    stage.now = hour
    await digest(stage.engine)
    assert await told(stage) == []
    stage.now = hour + 12 * HOUR
    await comes(stage, 2, "kyodo", "The talks took two days.")
    for day in (1, 2, 3):
        stage.now = hour + day * DAY
        await digest(stage.engine)
        (text,) = await told(stage)
        assert "1 story" in text
    assert await rows(stage) == [(DIGEST, SENT)]


async def test_a_scheduled_digest_counts_families_and_not_names(stage: Scene) -> None:
    await daily(stage, stage.now + HOUR)
    stage.pass_time(MINUTE)
    await comes(stage, 1, "east")
    await comes(stage, 2, "west", "The talks took two days.")
    stage.pass_time(HOUR)
    await digest(stage.engine)
    assert await rows(stage) == []


# --- what was meant to be told and was not --------------------------------------------------------------------------


async def test_a_story_that_a_picture_left_out_is_told_when_it_counts_again(stage: Scene) -> None:
    await settle(stage, await page(stage, 1, quiet=True), article(1))
    changed = await page(stage, 2, quiet=True)
    await settle(stage, changed, article(2, TEXT, "kyodo"))
    await settle(stage, changed, article(2, "It rained in Bandung.", "kyodo"))
    navy = TEXT.replace("Officials of Indonesia", "The admirals of NATO").replace("ministry", "navy")[::-1]
    assert await rows(stage) == [(PICTURE, PENDING)]
    for number, outlet in ((3, "portal"), (4, "antara")):
        await settle(stage, await page(stage, number, quiet=True), article(number, f"NATO: {navy}", outlet))
    async with stage.engine.database.write() as connection:
        for found in await pages.claim_pages(connection, [3], stage.now + HOUR, timedelta(), 100):
            await pages.finish_page(connection, found.id, pages.PageState.READ)
    stage.pass_time(MINUTE)
    (text,) = await told(stage)
    assert "1 story" in text
    assert "Headline 1" not in text
    await comes(stage, 5, "portal", "Nobody else was there.")
    assert (ALERT, PENDING) in await rows(stage)
