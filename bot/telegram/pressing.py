"""The presses on the keys under an alert: why, mute, a verdict, and each taken back. Rights were judged before; what an
alert is about is looked up at every press.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.log import get
from bot.store import feedback, ledger, mutes, sending
from bot.store.choices import ChoiceError, living
from bot.store.deliveries import Delivery
from bot.store.feedback import Verdict
from bot.store.mutes import Muted
from bot.telegram import sender, words
from bot.telegram.asked import Pressed
from bot.telegram.buttons import Button, Keyboard
from bot.telegram.incoming import Press
from bot.telegram.muted import about_alert, title
from bot.telegram.outcomes import SendFailure
from bot.telegram.room import Room, Visit, answer
from bot.tell.alertkeys import LETTER, UNDOES, Act, key, read

log = get(__name__)

_ANSWERED = {Act.RELEVANT: Act.NOT_RELEVANT, Act.NOT_RELEVANT: Act.RELEVANT}
"""Of two verdicts one holds."""


async def pressed(room: Room, visit: Visit, press: Press, rest: str) -> str:
    """Does what a key asks for, shows on the keys what is so now, and returns the toast."""
    asked = read(rest)
    if asked is None:
        return words.NO_SUCH_BUTTON
    act, number = asked
    async with room.database.read() as connection:
        delivery = await ledger.delivery(connection, number)
    if delivery is None or delivery.destination.chat != visit.here.chat or delivery.story_id is None:
        return words.NO_SUCH_BUTTON
    at = delivery.message_id
    if at is None:
        # A message that people press has arrived, though nobody could know.
        at = press.message_id
        async with room.database.write() as connection:
            await sending.proved(connection, number, at, visit.now)
    match act:
        case Act.WHY:
            found = await room.newsroom.why(visit.here, at)
            await answer(room, visit, *(found or [words.no_alert(True, "why")]))
            return ""
        case Act.MUTE_STORY | Act.UNMUTE_STORY:
            toast = await _story(room, visit, delivery, act is Act.MUTE_STORY)
        case Act.MUTE_SOURCE | Act.UNMUTE_SOURCE:
            toast = await _source(room, visit, at, act is Act.MUTE_SOURCE)
        case Act.RELEVANT | Act.NOT_RELEVANT:
            verdict = Verdict.RELEVANT if act is Act.RELEVANT else Verdict.IRRELEVANT
            judged = await room.newsroom.judge(visit.here, at, visit.caller.voice, verdict, visit.now)
            toast = words.NO_SUCH_BUTTON if judged is None else words.THANKS
        case _:
            toast = await _take_back(room, visit, delivery)
    if toast != words.NO_SUCH_BUTTON:
        await _redraw(room, visit, press, act, number)
    return toast


async def _story(room: Room, visit: Visit, delivery: Delivery, on: bool) -> str:
    async with room.database.write() as connection:
        try:
            story = await living(connection, delivery.story_id or 0)
        except ChoiceError:
            return words.NO_SUCH_BUTTON
        if on:
            who = visit.caller.voice
            await mutes.mute(connection, visit.here, Muted.STORY, str(story), visit.now, user=who)
        else:
            await mutes.unmute(connection, visit.here, Muted.STORY, str(story))
    return words.STORY_MUTED if on else words.UNMUTED


async def _source(room: Room, visit: Visit, message_id: int, on: bool) -> str:
    """The source whose headline the alert has."""
    async with room.database.write() as connection:
        about = await about_alert(connection, room, visit.here, message_id)
        if about is None or not about.sources:
            return words.NO_SUCH_BUTTON
        source = about.best or about.sources[0]
        if on:
            await mutes.mute(connection, visit.here, Muted.SOURCE, source, visit.now, user=visit.caller.voice)
        else:
            await mutes.unmute(connection, visit.here, Muted.SOURCE, source)
    return words.source_muted(title(room, source)) if on else words.UNMUTED


async def _take_back(room: Room, visit: Visit, delivery: Delivery) -> str:
    async with room.database.write() as connection:
        try:
            story = await living(connection, delivery.story_id or 0)
        except ChoiceError:
            return words.NO_SUCH_BUTTON
        await feedback.take_back(connection, story, delivery.watchlist or "", visit.here.chat, visit.caller.voice)
    return words.TAKEN_BACK


async def _redraw(room: Room, visit: Visit, press: Press, act: Act, number: int) -> None:
    keys = changed(press.rows, act, number)
    if keys == [list(map(_button, row)) for row in press.rows]:
        return
    try:
        await sender.set_buttons(room.wire, visit.here, press.message_id, keys)
    except SendFailure as failure:
        log.info("buttons were not redrawn", chat=visit.here.chat, reason=str(failure))


def changed(rows: Sequence[Sequence[tuple[str, str | None, str | None]]], act: Act, number: int) -> Keyboard:
    """The buttons of an alert after a press: the one that was pressed takes it back from now on, or does it again; of
    the two verdicts the other one is free. All others stay as they were."""
    undone = {undo: done for done, undo in UNDOES.items()}
    new: dict[str, Act] = {}

    def becomes(old: Act, now: Act) -> None:
        new[key(old, number).data] = now

    if act in UNDOES:
        becomes(act, UNDOES[act])
        if act in _ANSWERED:
            becomes(UNDOES[_ANSWERED[act]], _ANSWERED[act])
    elif act in undone:
        becomes(act, undone[act])
    return [[_after(button, new, number) for button in row] for row in rows]


def _after(shown: tuple[str, str | None, str | None], new: Mapping[str, Act], number: int) -> Button:
    now = new.get(shown[1] or "")
    if now is None:
        return _button(shown)
    made = key(now, number)
    return Button(made.text, made.data)


def _button(shown: tuple[str, str | None, str | None]) -> Button:
    text, data, url = shown
    return Button(text, data, url)


PRESSES: dict[str, Pressed] = {LETTER: pressed}
