"""Marks the messages of a story that has changed, so that they are looked at again. It changes none itself."""

from __future__ import annotations

from datetime import datetime

from bot.settings import Settings
from bot.store import AsyncConnection
from bot.store.edits import mark_for_edit


async def mark_messages(connection: AsyncConnection, settings: Settings, story_id: int, now: datetime) -> int:
    """The alerts about a story that stand in their chats are looked at again, each at most every `alerts.edit_every`;
    how many. Of a story that is older than `stories.window` they stay as they are."""
    since = now - settings.stories.window
    return await mark_for_edit(connection, story_id, now, settings.alerts.edit_every, since)
