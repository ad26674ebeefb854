"""Every column that can hold a chat or a person is known, so that whoever adds one thinks of groups that move."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlalchemy.dialects import sqlite

from bot.store import chats, feedback, saved, stories
from bot.store.database import Database
from bot.store.feedback import Verdict
from bot.store.tables import metadata

GROUP, SUPERGROUP, PERSON = -100, -100777, 7

CHATS = {
    "chats.id",
    "deliveries.chat_id",
    "feedback.chat_id",
    "invites.created_by",
    "mutes.chat_id",
    "saved.chat_id",
    "strangers.chat_id",
    "subscriptions.chat_id",
    "versions.chat_id",
}
"""Those that `migrate_chat` rewrites, or, of strangers, drops."""
PEOPLE = {"chats.owner_id", "feedback.user_id", "mutes.user_id", "saved.user_id", "versions.user_id"}
"""A person's, or, where only the group spoke, the group's."""
NEITHER = {
    "deliveries.message_id",
    "deliveries.thread_id",
    "features.hash",
    "mutes.thread_id",
    "shingles.hash",
    "subscriptions.thread_id",
}


def test_a_new_column_of_large_numbers_is_said_to_hold_chats_people_or_neither() -> None:
    """One that holds chats belongs into `migrate_chat` as well: the test of it in `test_chats` fills every table."""
    columns = {column for table in metadata.sorted_tables for column in table.c}
    assert {str(column) for column in columns if _may_hold_a_chat(column)} == CHATS | PEOPLE | NEITHER


def _may_hold_a_chat(column: Column[Any]) -> bool:
    """Those that refer to a chat, and numbers that are large on SQLite too: our own ids are not."""
    if any(key.target_fullname == "chats.id" for key in column.foreign_keys):
        return True
    return column.type.compile(sqlite.dialect()) == "BIGINT"


async def test_what_a_group_said_as_itself_is_the_supergroups_own(database: Database, now: datetime) -> None:
    """An anonymous admin finds again what was saved, and takes back the verdict that was given."""
    async with database.write() as connection:
        await chats.upsert_chat(connection, GROUP, kind="group", title="", role="reader", now=now)
        story = await stories.new_story(connection, "Story", now)
        await saved.save(connection, GROUP, GROUP, story, "nickel", now)
        await saved.save(connection, GROUP, PERSON, story, "nickel", now)
        await feedback.record(connection, story, "nickel", GROUP, GROUP, Verdict.RELEVANT, now)
        await chats.migrate_chat(connection, GROUP, SUPERGROUP)
        for voice in (SUPERGROUP, PERSON):
            assert await saved.is_saved(connection, SUPERGROUP, voice, story)
        await feedback.take_back(connection, story, "nickel", SUPERGROUP, SUPERGROUP)
        assert await feedback.verdict_of(connection, story, "nickel", SUPERGROUP) is None
