"""What is composed while nobody asks is in the language of the chat it is for: nothing English is left but what the
sources wrote."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from scene import ANALYST, MINUTE, OTHER, TOPIC, Scene, scene

import bot.speech
from bot.model import DeliveryKind, Destination, Priority, Rhythm
from bot.run.deliver import deliver
from bot.run.digest import digest
from bot.run.spikes import look_for_spikes
from bot.store import chats, deliveries, hours, subscriptions
from bot.store.deliveries import Order

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OTHERS = ("id", "ja")
QUOTED = {"headline", "officials", "of", "indonesia", "spoke", "matter", "japan", "partners", "antara", "news"}
"""Words of the articles, of the watchlist, and of the source."""

GIVEN = {"utc", "status", "digest", "feed", "http", "https"}
"""Names that are the same in each of the languages."""


def words(text: str) -> set[str]:
    """The Latin words of a text, without those of addresses, of fields and of commands."""
    bare = re.sub(r"https?://\S+|\{[^}]*\}|/[a-z]+|[a-z]+\.(?:ya?ml|example)\S*", " ", text)
    return {word.lower() for word in re.findall(r"[A-Za-z]{2,}", bare)}


@cache
def english(code: str) -> frozenset[str]:
    """The words of the texts of this program that no translation into that language has."""
    mine: set[str] = set()
    theirs: set[str] = set()
    with (Path(bot.speech.__file__).parent / f"{code}.po").open("rb") as file:
        for message in read_po(file, locale=code):
            mine |= words(" ".join(message.id) if isinstance(message.id, tuple) else message.id)
            theirs |= words(" ".join(message.string) if isinstance(message.string, tuple) else str(message.string))
    return frozenset(mine - theirs - QUOTED - GIVEN)


def left_in_english(text: str, code: str) -> set[str]:
    """What of the text its reader would not expect: in Japanese any Latin word but the quoted ones."""
    found = words(text) - QUOTED - GIVEN
    return found if code == "ja" else found & english(code)


@pytest.fixture(params=OTHERS)
async def stage(request: pytest.FixtureRequest, tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    """Chats of one language and one of none; everything they are sent goes through the courier."""
    async with scene(tmp_path, now, "timezone: UTC\nalerts: {hold: 2m}\n") as made:
        await speak(made, request.param)
        yield made


async def speak(stage: Scene, code: str) -> None:
    async with stage.engine.database.write() as connection:
        for where in (ANALYST, TOPIC):
            await chats.set_chat_preferences(connection, where.chat, language=code)


async def code_of(stage: Scene) -> str:
    return (await stage.chat()).language or ""


async def sent(stage: Scene, to: Destination = ANALYST) -> str:
    """What a chat has read, all of it."""
    while await deliver(stage.engine):
        pass
    texts = [text for where, text in stage.courier.asked if where == to]
    assert texts, "it was told something"
    return "\n".join(texts)


async def follow(stage: Scene, to: Destination, rhythm: Rhythm, due_at: datetime | None) -> None:
    async with stage.engine.database.write() as connection:
        await subscriptions.subscribe(
            connection, to, "partners", rhythm=rhythm, at="07:00", now=stage.now, due_at=due_at
        )


async def daily(stage: Scene, stories: int) -> None:
    """A digest of so many stories comes to a chat with a language and to one without."""
    for to in (ANALYST, OTHER):
        await follow(stage, to, Rhythm.DAILY, stage.now + HOUR)
    stage.pass_time(MINUTE)
    for number in range(1, stories + 1):
        await stage.story(number, priority=Priority.LOW if number % 2 else Priority.NORMAL)
    stage.pass_time(HOUR)
    await digest(stage.engine)


async def test_a_digest_is_in_the_language_of_its_chat(stage: Scene) -> None:
    await daily(stage, 30)
    text = await sent(stage)
    assert left_in_english(text, await code_of(stage)) == set()
    assert "Headline 30" in text


async def test_a_chat_without_a_language_is_told_in_english(stage: Scene) -> None:
    await daily(stage, 30)
    assert "by low-priority rules only" in await sent(stage, OTHER)


async def test_an_empty_digest_is_in_the_language_of_its_chat(stage: Scene) -> None:
    async with stage.engine.database.write() as connection:
        await hours.set_say_empty(connection, ANALYST.chat, True)
    await daily(stage, 0)
    assert left_in_english(await sent(stage), await code_of(stage)) == set()


async def test_a_wake_up_is_in_the_language_of_its_chat(stage: Scene) -> None:
    stage.now = stage.now.replace(hour=23, minute=0)
    async with stage.engine.database.write() as connection:
        await hours.set_quiet(connection, ANALYST.chat, "22:00-06:30", stage.now)
    await follow(stage, ANALYST, Rhythm.INSTANT, None)
    for number in (1, 2, 3):
        story = await stage.story(number)
        order = Order(f"alert:{story}", ANALYST, DeliveryKind.ALERT, stage.now, "partners", story)
        async with stage.engine.database.write() as connection:
            await deliveries.order(connection, order, stage.now, [story])
    while await deliver(stage.engine):
        pass
    assert stage.courier.asked == []
    stage.pass_time(8 * HOUR)
    text = await sent(stage)
    assert left_in_english(text, await code_of(stage)) == set()
    assert all(f"Headline {number}" in text for number in (1, 2, 3))


async def test_an_alert_is_in_the_language_of_its_chat(stage: Scene) -> None:
    story = await stage.story()
    order = Order("alert", ANALYST, DeliveryKind.ALERT, stage.now, "partners", story)
    async with stage.engine.database.write() as connection:
        await deliveries.order(connection, order, stage.now, [story])
    text = await sent(stage)
    assert left_in_english(text, await code_of(stage)) == set()


async def test_a_notice_of_a_burst_is_in_the_language_of_its_chat(stage: Scene) -> None:
    today = stage.now
    await follow(stage, ANALYST, Rhythm.INSTANT, None)
    for day in range(30, 0, -1):
        stage.now = today - day * DAY
        await stage.story(100 + day)
    stage.now = today
    for number in range(1, 15):
        await stage.story(number)
    stage.pass_time(MINUTE)
    assert await look_for_spikes(stage.engine) == 1
    assert left_in_english(await sent(stage), await code_of(stage)) == set()


async def test_a_starting_picture_is_in_the_language_of_its_chat(stage: Scene) -> None:
    stories = [await stage.story(number) for number in (1, 2)]
    order = Order("picture", ANALYST, DeliveryKind.PICTURE, stage.now, "partners")
    async with stage.engine.database.write() as connection:
        await deliveries.order(connection, order, stage.now, stories)
    stage.pass_time(HOUR)
    assert left_in_english(await sent(stage), await code_of(stage)) == set()
