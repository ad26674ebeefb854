"""What is behind the keys of a digest, what it is for a chat that mutes, and one line for a digest without news."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from scene import ANALYST, MINUTE, OTHER, Scene, scene
from sqlalchemy import select, update

from bot.model import DeliveryKind, DeliveryStatus, Priority, Rhythm
from bot.run.briefing import brief
from bot.run.more import Briefs
from bot.run.setup import configuration
from bot.store import deliveries, hours, ledger, mutes, subscriptions
from bot.store.deliveries import Order
from bot.store.hours import rule_target
from bot.store.mutes import Muted
from bot.store.tables import articles, matches
from bot.store.tables import deliveries as rows
from bot.tell import Message, plain
from bot.tell.more import section_key

HOUR = timedelta(hours=1)
SETTINGS = "timezone: UTC\ndigests: {stories: 2, per_section: 2, headlines: 1}\n"


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene(tmp_path, now, SETTINGS) as made:
        async with made.engine.database.write() as connection:
            await subscriptions.subscribe(
                connection, ANALYST, "partners", rhythm=Rhythm.DAILY, at="07:00", now=now, due_at=None
            )
        yield made


async def sent(
    stage: Scene, *stories: int, key: str = "digest:1:x", watchlist: str | None = "partners"
) -> tuple[int, Message | None]:
    """A digest of these stories, composed and sent: its id and its message."""
    since, stage.now = stage.now - HOUR, stage.now + MINUTE
    order = Order(key, ANALYST, DeliveryKind.DIGEST, stage.now, watchlist, since=since, until=stage.now)
    async with stage.engine.database.write() as connection:
        made = await deliveries.order(connection, order, stage.now, stories)
        assert made is not None
        found = await ledger.delivery(connection, made)
        assert found is not None
        message = await brief(stage.engine, connection, found, stage.now)
        told = {"status": DeliveryStatus.SENT, "body": ["told"], "sent_at": stage.now}
        await connection.execute(update(rows).where(rows.c.id == made).values(**told))
    return made, message


async def section(stage: Scene, delivery: int, label: str = "indonesia", to: object = ANALYST) -> list[str]:
    found = await Briefs(stage.engine).section(delivery, section_key(label), to, stage.now)  # type: ignore[arg-type]
    return [plain(message) for message in found]


async def test_a_section_tells_all_of_its_stories_also_those_that_were_only_counted(stage: Scene) -> None:
    stories = [await stage.story(number) for number in range(1, 5)]
    made, message = await sent(stage, *stories)
    assert message is not None and "without a line here" in plain(message)
    (text,) = await section(stage, made)
    assert text.startswith("Indonesia: 4 stories\n")
    assert all(f"Headline {number}" in text for number in range(1, 5))


async def test_a_section_of_another_chats_digest_is_not_shown(stage: Scene) -> None:
    made, _ = await sent(stage, await stage.story())
    assert await section(stage, made, to=OTHER) == []
    assert await section(stage, made + 1) == []
    assert await section(stage, made, "nato") == []


async def test_an_alert_has_no_sections(stage: Scene) -> None:
    assert await section(stage, await stage.order("a")) == []


async def test_the_reasons_stand_in_the_order_of_the_digest(stage: Scene) -> None:
    quiet, loud = await stage.story(1, priority=Priority.LOW), await stage.story(2, priority=Priority.URGENT)
    made, _ = await sent(stage, quiet, loud)
    (found,) = await Briefs(stage.engine).order(made, ANALYST, stage.now)
    text = plain(found)
    assert text.startswith("Japan's partners: why this order\n\n1. Headline 2")
    assert "(urgent rule, official source or wire" in text
    assert text.index("Headline 2") < text.index("Headline 1")


async def test_a_digest_has_keys_for_what_it_cuts_and_for_its_order(stage: Scene) -> None:
    made, message = await sent(stage, *[await stage.story(number) for number in range(1, 4)])
    assert message is not None
    assert [[(key.text, key.data) for key in row] for row in message.keys] == [
        [("Indonesia: all 3", f"2dm{made}.{section_key('indonesia')}")],
        [("Why this order?", f"2dw{made}")],
    ]


async def test_a_chat_without_buttons_has_none_under_its_digests(stage: Scene) -> None:
    async with stage.engine.database.write() as connection:
        await hours.set_buttons(connection, ANALYST.chat, False)
    _, message = await sent(stage, await stage.story())
    assert message is not None and message.keys == ()


# --- what is muted --------------------------------------------------------------------------------------------------


async def test_a_muted_story_is_in_no_digest_and_counts_as_untold(stage: Scene) -> None:
    muted, other = await stage.story(1), await stage.story(2)
    async with stage.engine.database.write() as connection:
        await mutes.mute(connection, ANALYST, Muted.STORY, str(muted), stage.now)
    made, message = await sent(stage, muted, other)
    assert message is not None and "Headline 1" not in plain(message)
    async with stage.engine.database.read() as connection:
        assert await deliveries.stories_told(connection, made) == [other]


async def test_what_a_muted_rule_alone_finds_is_in_no_digest(stage: Scene) -> None:
    async with stage.engine.database.write() as connection:
        rule = rule_target("partners", "partnership")
        await mutes.mute(connection, ANALYST, Muted.RULE, rule, stage.now)
    _, message = await sent(stage, await stage.story())
    assert message is None


# --- nothing new ----------------------------------------------------------------------------------------------------


async def test_a_digest_without_news_is_nothing_or_one_line_as_the_chat_prefers(stage: Scene) -> None:
    assert (await sent(stage, key="digest:1:a"))[1] is None
    async with stage.engine.database.write() as connection:
        await hours.set_say_empty(connection, ANALYST.chat, True)
    _, message = await sent(stage, key="digest:1:b")
    assert message is not None
    text = plain(message)
    assert text.startswith("Japan's partners: nothing new from ") and text.endswith("0 articles read.")
    assert "\n" not in text


# --- several watchlists ---------------------------------------------------------------------------------------------


async def test_what_waited_of_several_watchlists_is_one_ranked_digest(stage: Scene, tmp_path: Path) -> None:
    folder = tmp_path / "config"
    text = (folder / "watchlists" / "partners.yaml").read_text()
    (folder / "watchlists" / "trade.yaml").write_text(text.replace("Japan's partners", "Trade"))
    stage.engine.config = configuration(folder)
    stories = [await stage.story(number) for number in (1, 2)]
    async with stage.engine.database.write() as connection:
        await subscriptions.subscribe(
            connection, ANALYST, "trade", rhythm=Rhythm.INSTANT, at="07:00", now=stage.now, due_at=None
        )
        # The second story is found by the other watchlist alone, and louder.
        second = select(articles.c.id).where(articles.c.story_id == stories[1])
        louder = {"watchlist": "trade", "priority": Priority.URGENT}
        await connection.execute(update(matches).where(matches.c.article_id.in_(second)).values(**louder))
    made, message = await sent(stage, *stories, key="wake:7:0:x", watchlist=None)
    assert message is not None
    text = plain(message)
    assert text.startswith("While it was quiet\n") and "2 stories" in text
    assert text.index("Headline 2") < text.index("Headline 1")
    async with stage.engine.database.read() as connection:
        assert await deliveries.stories_told(connection, made) == sorted(stories)
    (found,) = await Briefs(stage.engine).order(made, ANALYST, stage.now)
    assert plain(found).startswith("Japan's partners, Trade: why this order")
