"""Answers with a file. A file is too large for the outbox, so it is tried again from here for some minutes, and whoever
asked is told when that did not help.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import BinaryIO

from bot.errors import Outcome
from bot.model import Destination
from bot.speech import gettext
from bot.telegram import librarywords as say_so
from bot.telegram import sender
from bot.telegram.late import within
from bot.telegram.outcomes import SendFailure
from bot.telegram.room import ANSWER_PATIENCE, LATER, Room, Visit, answer, migrate, note_failure
from bot.tell.wording import REPEATED

SOON = 20.0
"""Seconds after which other messages of the chat are read while a file is still tried."""
_TRIES = 6
_LONGEST = timedelta(minutes=5)
_AGAIN = timedelta(seconds=5)


async def answer_with_file(room: Room, visit: Visit, name: str, file: BinaryIO, caption: str) -> None:
    """Sends the file where the command came from, and closes it. One that may have arrived comes once more, and says
    so."""
    await within(SOON, _until_sent(room, visit, name, file, caption))


async def _until_sent(room: Room, visit: Visit, name: str, file: BinaryIO, caption: str) -> None:
    with file:
        await _try_to_send(room, visit, name, file, caption)


async def _try_to_send(room: Room, visit: Visit, name: str, file: BinaryIO, caption: str) -> None:
    here, doubts = visit.here, 0
    for attempt in range(_TRIES):
        words = f"{gettext(REPEATED)}\n{caption}" if doubts else caption
        try:
            await sender.send_file(room.wire, here, name, file, words, patience=ANSWER_PATIENCE)
        except SendFailure as failure:
            doubts += failure.outcome is Outcome.UNCERTAIN
            wait = _wait(failure, attempt)
            if failure.outcome is Outcome.THREAD_GONE and here.thread:
                here = replace(here, thread=0)
            elif failure.new_chat_id is not None:
                await migrate(room, here.chat, failure.new_chat_id)
                here = Destination(failure.new_chat_id, here.thread)
            elif wait is None or doubts > 1:
                await note_failure(room, here.chat, failure)
                await _give_up(room, replace(visit, caller=replace(visit.caller, destination=here)), failure)
                return
            else:
                await asyncio.sleep(wait.total_seconds())
        else:
            return


def _wait(failure: SendFailure, attempt: int) -> timedelta | None:
    """How long until the next try; None where that cannot help, or not soon."""
    if attempt == _TRIES - 1:
        return None
    if failure.outcome is Outcome.UNCERTAIN:
        return LATER
    if failure.outcome not in (Outcome.RETRY, Outcome.UNAUTHORIZED):
        return None
    wait = failure.retry_after or _AGAIN * 2**attempt
    return wait if wait <= _LONGEST else None


async def _give_up(room: Room, visit: Visit, failure: SendFailure) -> None:
    if failure.pause is None:
        in_doubt = failure.outcome is Outcome.UNCERTAIN
        await answer(room, visit, say_so.file_in_doubt() if in_doubt else say_so.file_refused())
