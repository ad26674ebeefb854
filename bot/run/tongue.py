"""The language of a chat, for what is composed while nobody asks. It translates nothing."""

from __future__ import annotations

from bot.speech import spoken
from bot.store import AsyncConnection, chats


async def language_of(connection: AsyncConnection, chat: int) -> str:
    """The code of the language that a chat is spoken to in; English where it has chosen none, and nobody knows."""
    known = await chats.get_chat(connection, chat)
    return spoken(known.language if known else None)
