"""A press on a key of an alert: two stories are one event, or they are not. Who may say so is decided by the door, and
what follows from it by the newsroom.
"""

from __future__ import annotations

from bot.log import get
from bot.store.tied import Fate
from bot.telegram import sender, words
from bot.telegram.buttons import Keyboard, settled
from bot.telegram.outcomes import SendFailure
from bot.telegram.room import Room, Visit

log = get(__name__)


async def decide(room: Room, visit: Visit, key: tuple[int, bool], shown: Keyboard) -> str:
    """The toast for a press on the key of a tie, carried out where the presser is an admin. The tie's keys become one
    that shows what was decided."""
    tie, same = key
    if not visit.admin:
        return words.NOT_YOURS_TO_DECIDE
    fate = await room.newsroom.decide(tie, same, visit.now)
    log.info("a tie was decided", tie=tie, fate=fate, by=visit.caller.user)
    await _redraw(room, visit, tie, fate, shown)
    return words.DECIDED[fate]


async def _redraw(room: Room, visit: Visit, tie: int, fate: Fate, shown: Keyboard) -> None:
    same = None if fate is Fate.GONE else fate in (Fate.JOINED, Fate.JOINED_BEFORE)
    keys = settled(shown, tie, same)
    if [list(row) for row in keys] == [list(row) for row in shown]:
        return
    try:
        await sender.set_buttons(room.wire, visit.here, visit.message_id, keys)
    except SendFailure as failure:
        log.info("buttons were not redrawn", chat=visit.here.chat, reason=str(failure))
