"""The presses on the keys under a digest: all headlines of a section, and why its stories stand in this order. It
composes no news: those come from whoever wrote the digest."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.model import Destination
from bot.store import sending
from bot.telegram import hourwords as words
from bot.telegram.asked import Pressed
from bot.telegram.incoming import Press
from bot.telegram.room import Room, Visit, answer
from bot.tell import Message
from bot.tell.more import DATA, Ask, read_more


class Briefs(Protocol):
    """Answers about digests that were sent; an empty list means that there is nothing to say any more."""

    async def section(self, delivery: int, section: str, where: Destination, now: datetime) -> list[Message]:
        """All stories of one section of a digest of this chat, as headlines; `section` is a `section_key`."""
        ...

    async def order(self, delivery: int, where: Destination, now: datetime) -> list[Message]:
        """Why the stories of a digest of this chat stand in their order."""
        ...


async def pressed(room: Room, visit: Visit, press: Press, rest: str) -> str:
    """Sends what a key of a digest asks for, and returns the toast."""
    asked = read_more(rest)
    if asked is None:
        return words.NO_SUCH_BUTTON
    if asked.ask is Ask.MORE and asked.section is not None:
        found = await room.briefs.section(asked.delivery, asked.section, visit.here, visit.now)
    else:
        found = await room.briefs.order(asked.delivery, visit.here, visit.now)
    if not found:
        return words.NOTHING_LEFT
    # Of this chat, as something was found: a message that people press has arrived, though nobody could know.
    async with room.database.write() as connection:
        await sending.proved(connection, asked.delivery, press.message_id, visit.now)
    await answer(room, visit, *found)
    return ""


PRESSES: dict[str, Pressed] = {DATA[1]: pressed}
