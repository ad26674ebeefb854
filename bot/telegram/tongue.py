"""The language a chat is spoken to in: /language and its buttons. It translates nothing."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from bot.speech import LANGUAGES, language, later, speaking
from bot.store import chats
from bot.telegram import sender, words
from bot.telegram.asked import VERSION, Command, Pressed
from bot.telegram.buttons import Button, Keyboard
from bot.telegram.incoming import Press
from bot.telegram.outcomes import SendFailure
from bot.telegram.room import Room, Visit, answer
from bot.tell import html, plain

LETTER = "t"


async def choose_language(room: Room, visit: Visit) -> None:
    """Sets the language that is named, or offers all."""
    if not visit.words:
        await answer(room, visit, words.choose_language(LANGUAGES[language()]), buttons=_keys())
        return
    wanted = visit.words[0].casefold()
    code = next((code for code, name in LANGUAGES.items() if wanted in (code, name.casefold())), None)
    if code is None:
        await answer(room, visit, words.unknown_language(visit.words[0], list(LANGUAGES.values())), buttons=_keys())
        return
    await _set(room, visit, code)
    with speaking(code):
        await answer(room, visit, words.language_is(), buttons=_keys())


async def pressed(room: Room, visit: Visit, press: Press, rest: str) -> str:
    """The language of a button is the chat's from now on."""
    if rest not in LANGUAGES:
        return words.NO_SUCH_BUTTON
    await _set(room, visit, rest)
    with speaking(rest):
        message = words.choose_language(LANGUAGES[rest])
        # Where the menu is gone, the choice holds all the same.
        with suppress(SendFailure):
            await sender.edit(room.wire, visit.here, press.message_id, html(message), plain(message), buttons=_keys())
        return words.language_set()


async def _set(room: Room, visit: Visit, code: str) -> None:
    async with room.database.write() as connection:
        await chats.set_chat_preferences(connection, visit.here.chat, language=code)


def _keys() -> Keyboard:
    now = language()
    return [
        [Button(f"{'✓ ' if code == now else ''}{name}", f"{VERSION}{LETTER}{code}") for code, name in LANGUAGES.items()]
    ]


COMMANDS: dict[str, Command] = {"language": Command(choose_language, later("the language I speak here"))}
PRESSES: Mapping[str, Pressed] = {LETTER: pressed}
