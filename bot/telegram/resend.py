"""The press on the button of a digest that may not have arrived: it is sent again. It judges nobody's rights."""

from __future__ import annotations

from bot.model import DeliveryStatus
from bot.store import ledger
from bot.telegram import words
from bot.telegram.incoming import Press
from bot.telegram.room import Room, Visit


async def send_again(room: Room, visit: Visit, press: Press, rest: str) -> str:
    """The toast; the digest goes out with the next that are due. One of another chat is none of the presser's."""
    if not rest.isascii() or not rest.isdigit() or len(rest) > 18:
        return words.NO_SUCH_BUTTON
    async with room.database.write() as connection:
        found = await ledger.delivery(connection, int(rest))
        if found is None or found.destination.chat != visit.here.chat:
            return words.NO_SUCH_BUTTON
        if found.status is not DeliveryStatus.UNCERTAIN:
            return words.SENT_MEANWHILE
        await ledger.revise_due(connection, found.id, visit.now)
    return words.SENT_AGAIN
