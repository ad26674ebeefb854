"""Readers' verdicts on stories, on both engines."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from rows import MINUTE, a_feed, a_story
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import chats, feedback, tables
from bot.store.database import Database
from bot.store.feedback import Verdict

GOOD, BAD = Verdict.RELEVANT, Verdict.IRRELEVANT
GROUP, SUPERGROUP = -100, -1001
ANN, BEN = 7, 8


async def _stories(connection: AsyncConnection, now: datetime, count: int = 1) -> list[int]:
    feed_id = await a_feed(connection, now)
    return [(await a_story(connection, feed_id, number, now))[0] for number in range(1, count + 1)]


async def test_verdicts_are_counted_by_story(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        one, other, _ = await _stories(connection, now, 3)
        for story, user, verdict in ((one, ANN, GOOD), (one, BEN, BAD), (other, ANN, BAD), (other, BEN, BAD)):
            assert await feedback.record(connection, story, "japan", GROUP, user, verdict, now)
        assert await feedback.verdicts(connection, "japan", now) == {one: (1, 1), other: (0, 2)}


async def test_of_a_users_verdicts_on_a_story_the_last_one_counts(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        (story,) = await _stories(connection, now)
        for number, verdict in enumerate((GOOD, BAD, BAD)):
            await feedback.record(connection, story, "japan", GROUP, ANN, verdict, now + number * MINUTE)
        assert await feedback.verdicts(connection, "japan", now) == {story: (0, 1)}
        # It was given when it was last given.
        assert await feedback.verdicts(connection, "japan", now + 2 * MINUTE) == {story: (0, 1)}


async def test_one_users_verdicts_in_two_chats_are_two(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        (story,) = await _stories(connection, now)
        for chat in (GROUP, ANN):
            await feedback.record(connection, story, "japan", chat, ANN, GOOD, now)
        assert await feedback.verdicts(connection, "japan", now) == {story: (2, 0)}


async def test_each_watchlist_has_verdicts_of_its_own(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        (story,) = await _stories(connection, now)
        await feedback.record(connection, story, "japan", GROUP, ANN, GOOD, now)
        await feedback.record(connection, story, "asean", GROUP, ANN, BAD, now)
        assert await feedback.verdicts(connection, "japan", now) == {story: (1, 0)}
        assert await feedback.verdicts(connection, "asean", now) == {story: (0, 1)}
        assert await feedback.verdicts(connection, "nato", now) == {}


async def test_verdicts_given_before_do_not_count(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        old, new = await _stories(connection, now, 2)
        await feedback.record(connection, old, "japan", GROUP, ANN, GOOD, now - timedelta(seconds=1))
        await feedback.record(connection, new, "japan", GROUP, ANN, GOOD, now)
        assert await feedback.verdicts(connection, "japan", now) == {new: (1, 0)}


async def test_verdicts_of_a_group_go_with_it_to_the_supergroup_it_becomes(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await _group(connection, now)
        (story,) = await _stories(connection, now)
        await feedback.record(connection, story, "japan", GROUP, ANN, GOOD, now)
        await feedback.record(connection, story, "japan", 7, ANN, GOOD, now)
        await chats.migrate_chat(connection, GROUP, SUPERGROUP)
        # What is said of the same alert from now on is the same reader's verdict on it.
        await feedback.record(connection, story, "japan", SUPERGROUP, ANN, BAD, now + timedelta(days=1))
        assert await _held(connection) == [(SUPERGROUP, ANN, BAD), (7, ANN, GOOD)]


@pytest.mark.parametrize("later", [GROUP, SUPERGROUP])
async def test_of_a_verdict_before_and_one_after_a_move_the_last_one_counts(
    database: Database, now: datetime, later: int
) -> None:
    async with database.write() as connection:
        await _group(connection, now)
        story, other = await _stories(connection, now, 2)
        for chat in (GROUP, SUPERGROUP):
            hour = now + timedelta(hours=chat == later)
            await feedback.record(connection, story, "japan", chat, ANN, GOOD if chat == later else BAD, hour)
        await feedback.record(connection, story, "asean", GROUP, ANN, BAD, now)
        await feedback.record(connection, story, "japan", GROUP, BEN, BAD, now)
        await feedback.record(connection, other, "japan", SUPERGROUP, ANN, BAD, now)
        await chats.migrate_chat(connection, GROUP, SUPERGROUP)
        assert await feedback.verdicts(connection, "japan", now) == {story: (1, 1), other: (0, 1)}
        assert await feedback.verdicts(connection, "asean", now) == {story: (0, 1)}
        assert {chat for chat, _, _ in await _held(connection)} == {SUPERGROUP}


async def _group(connection: AsyncConnection, now: datetime) -> None:
    await chats.upsert_chat(connection, GROUP, kind="group", title="", role="reader", now=now)


async def _held(connection: AsyncConnection) -> list[tuple[int, int, str]]:
    """Every verdict there is: its chat, its user and what it says."""
    said = tables.feedback
    query = select(said.c.chat_id, said.c.user_id, said.c.verdict).order_by(said.c.chat_id)
    return [tuple(row) for row in await connection.execute(query)]


async def test_a_verdict_on_a_story_that_is_gone_is_not_taken_and_harms_nothing(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        (story,) = await _stories(connection, now)
        assert not await feedback.record(connection, story + 1, "japan", GROUP, ANN, GOOD, now)
        assert await feedback.record(connection, story, "japan", GROUP, ANN, GOOD, now)


async def test_with_a_story_its_verdicts_go(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        one, other = await _stories(connection, now, 2)
        for story in (one, other):
            await feedback.record(connection, story, "japan", GROUP, ANN, GOOD, now)
        await connection.execute(delete(tables.articles).where(tables.articles.c.story_id == one))
        await connection.execute(delete(tables.stories).where(tables.stories.c.id == one))
        assert await connection.scalar(select(func.count()).select_from(tables.feedback)) == 1
        assert await feedback.verdicts(connection, "japan", now) == {other: (1, 0)}
