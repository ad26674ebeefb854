"""Which chats are told what admins should know. It writes no message, and puts nothing by for chats that nobody can
reach."""

from __future__ import annotations

from collections.abc import Collection

from bot.model import Destination
from bot.run.engine import Engine
from bot.store import AsyncConnection, chats
from bot.store.chats import ADMIN, Chat, ChatState


async def admin_chats(connection: AsyncConnection, engine: Engine, admins: Collection[int]) -> list[Destination]:
    """The private chats with the bot of `admins` (user ids) and of admins by an invitation that are open. None while
    there is no Telegram: they would hear of it much later, when it is no news any more."""
    open_chats = await chats.list_chats(connection, ChatState.ACTIVE)
    places = [Destination(chat.id) for chat in open_chats if _is_admin(chat, admins)]
    return [place for place in places if engine.courier(place) is not None]


def _is_admin(chat: Chat, admins: Collection[int]) -> bool:
    # A private chat has the id of its user.
    return chat.id in admins or (chat.kind == "private" and chat.role == ADMIN)
