"""Shows in a chat that an answer is on its way, where it takes longer than a moment. It answers nothing itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram.constants import ChatAction, ChatType
from telegram.error import TelegramError

from bot.log import get
from bot.telegram.room import Room, Visit

log = get(__name__)

AFTER = 0.7
"""Seconds: an answer that comes sooner needs no sign."""
_AGAIN = 4.5
"""Seconds: a client shows that somebody types for 5 (core.telegram.org/bots/api#sendchataction)."""


@asynccontextmanager
async def at_work(room: Room, visit: Visit, after: float = AFTER) -> AsyncIterator[None]:
    """Shows that somebody types there while a block goes on, from so many seconds after its beginning. Telegram knows
    no such sign in channels. That it cannot be shown is no failure."""

    async def show() -> None:
        await asyncio.sleep(after)
        while True:
            try:
                await room.wire.bot.send_chat_action(
                    visit.here.chat, ChatAction.TYPING, message_thread_id=visit.here.thread or None
                )
            except TelegramError as error:
                log.info("that we are at work is not shown", reason=str(error))
                return
            await asyncio.sleep(_AGAIN)

    if visit.caller.kind == ChatType.CHANNEL:
        yield
        return
    task = asyncio.create_task(show())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
