"""Editing a watchlist from the chat, for admins: its file as a document, the edited file back, a preview, a button that
applies it, and the way back. It writes no file itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

from telegram.constants import FileSizeLimit
from telegram.error import TelegramError

from bot.errors import KentonganError
from bot.log import get
from bot.speech import gettext, later
from bot.telegram import editwords as say_so
from bot.telegram import sender, words
from bot.telegram.asked import VERSION, Answered, Command, Pressed
from bot.telegram.buttons import Button, Keyboard
from bot.telegram.documents import answer_with_file
from bot.telegram.incoming import Document, Press
from bot.telegram.late import within
from bot.telegram.naming import named_card
from bot.telegram.outcomes import SendFailure
from bot.telegram.paging import number_of
from bot.telegram.room import Room, Visit, answer
from bot.tell.rulebook import Applied, Done, Mistakes, Proposal
from bot.tell.rulechange import preview

log = get(__name__)

LETTER = "w"
SUFFIXES = (".yaml", ".yml")
MOST_BYTES = min(1_000_000, FileSizeLimit.FILESIZE_DOWNLOAD)

SOON = 40.0
"""Seconds in which a preview is answered; one that takes longer comes when it is done."""


def is_watchlist(name: str) -> bool:
    """Whether a file of this name may be a watchlist."""
    return name.lower().endswith(SUFFIXES)


# --- commands -------------------------------------------------------------------------------------------------------


async def watchlist(room: Room, visit: Visit) -> None:
    """Sends a watchlist's file, to be edited and sent back."""
    if not visit.caller.private:
        await answer(room, visit, words.privately())
        return
    if not visit.words:
        await answer(room, visit, say_so.which(room.rules.names()))
        return
    card = await named_card(room, visit, visit.words[0].removesuffix(".yaml"))
    if card is None:
        return
    content = await room.rules.file(card.name)
    if content is None:
        await answer(room, visit, say_so.no_file(card.name))
        return
    await answer_with_file(room, visit, f"{card.name}.yaml", BytesIO(content), say_so.how_to_send_back())


async def undo(room: Room, visit: Visit) -> None:
    """Puts the version of a watchlist before the present one back."""
    if not visit.caller.private:
        await answer(room, visit, words.privately())
        return
    name = visit.words[0].removesuffix(".yaml") if visit.words else None
    done = await room.rules.undo(name, visit.here.chat, visit.caller.user, visit.now)
    await answer(room, visit, say_so.done(done), buttons=_after(done))


# --- a file that comes ----------------------------------------------------------------------------------------------


async def take(room: Room, visit: Visit, sent: Document) -> None:
    """Answers an admin's file: with its mistakes, or with what it would change and a button that applies it."""
    name = PurePosixPath(sent.name).name
    if name != sent.name or (sent.size or 0) > MOST_BYTES:
        await answer(room, visit, say_so.not_taken(sent.name, MOST_BYTES // 1000))
        return
    stem = name[: name.rindex(".")]
    known = next((each for each in room.rules.names() if each.lower() == stem.lower()), stem)
    content = await _downloaded(room, visit, sent)
    if content is None:
        return
    await _soon(room, visit, _propose(room, visit, known, content))


async def _downloaded(room: Room, visit: Visit, sent: Document) -> bytes | None:
    try:
        file = await room.wire.bot.get_file(sent.file_id)
        if (file.file_size or 0) <= MOST_BYTES:
            content = bytes(await file.download_as_bytearray())
            if len(content) <= MOST_BYTES:
                return content
        await answer(room, visit, say_so.not_taken(sent.name, MOST_BYTES // 1000))
    except TelegramError as error:
        # Its own words may hold the address, and that the token.
        log.warning("a file could not be fetched", chat=visit.here.chat, reason=type(error).__name__)
        await answer(room, visit, say_so.not_fetched())
    return None


async def _propose(room: Room, visit: Visit, name: str, content: bytes) -> None:
    try:
        found = await room.rules.propose(name, content, visit.here.chat, visit.caller.user, visit.now)
    except KentonganError as error:
        log.error("a watchlist could not be tried", watchlist=name, reason=str(error))
        await answer(room, visit, words.failed())
        return
    match found:
        case Mistakes():
            await answer(room, visit, say_so.mistakes(name, found))
        case Proposal(version, what):
            await answer(room, visit, preview(what), buttons=_choice(version))


async def _soon(room: Room, visit: Visit, work: Coroutine[Any, Any, None]) -> None:
    """Waits for an answer for a while. One that takes longer is not given up: it comes when it is done."""
    if not await within(SOON, work):
        await answer(room, visit, say_so.takes_longer())


# --- buttons --------------------------------------------------------------------------------------------------------


def _choice(version: int) -> Keyboard:
    return [
        [
            Button(gettext(say_so.APPLY), f"{VERSION}{LETTER}A{version}"),
            Button(gettext(say_so.CANCEL), f"{VERSION}{LETTER}C{version}"),
        ]
    ]


def _after(done: Applied) -> Keyboard | None:
    """The way back, where there is one; the name is in the data, for it is what is undone."""
    data = f"{VERSION}{LETTER}U{done.watchlist}"
    back = done.done in (Done.APPLIED, Done.UNDONE, Done.NOT_TAKEN) and len(data.encode()) <= 64
    return [[Button(gettext(say_so.UNDO), data)]] if back else None


async def pressed(room: Room, visit: Visit, press: Press, rest: str) -> str | Answered:
    """Applies or leaves a version, or takes one back, for admins; the message says what became of it."""
    if not visit.admin or not visit.caller.private:
        return words.ADMINS_ONLY
    ask, what = rest[:1], rest[1:]
    number, chat, user = number_of(what), visit.here.chat, visit.caller.user
    if ask == "A" and number is not None:
        doing: Awaitable[Applied] = room.rules.apply(number, chat, user, visit.now)
    elif ask == "C" and number is not None:
        doing = room.rules.cancel(number)
    elif ask == "U" and what:
        doing = room.rules.undo(what, chat, user, visit.now)
    else:
        return words.NO_SUCH_BUTTON

    async def then() -> None:
        done = await doing
        await answer(room, visit, say_so.done(done), buttons=_after(done))
        if done.done not in (Done.NOT_WRITTEN,):
            await _without_buttons(room, visit, press)

    return Answered(say_so.WORKING, then)


async def _without_buttons(room: Room, visit: Visit, press: Press) -> None:
    try:
        await sender.set_buttons(room.wire, visit.here, press.message_id, None)
    except SendFailure as failure:
        log.info("buttons were not taken away", chat=visit.here.chat, reason=str(failure))


COMMANDS: dict[str, Command] = {
    "watchlist": Command(watchlist, later("a watchlist to edit and send back: /watchlist NAME"), for_admins=True),
    "undo": Command(undo, later("put the version of a watchlist before this one back"), for_admins=True),
}

PRESSES: dict[str, Pressed] = {LETTER: pressed}
