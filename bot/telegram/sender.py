"""Hands one finished message over, or says what became of it. It composes nothing, and repeats nothing but words whose
markup was refused."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO, TypeVar

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.errors import Outcome
from bot.log import get
from bot.model import Destination
from bot.telegram.buttons import Keyboard
from bot.telegram.outcomes import SendFailure, busy, classify
from bot.telegram.pace import Pace, TooBusy
from bot.tell.split import CAPTION_LIMIT, LIMIT, units

log = get(__name__)

PATIENCE = timedelta(seconds=3)
"""How long a send waits for its turn before it is given back; longer waits belong into a `due_at`."""

AGAIN = (0.5, 1.5)
"""Seconds before an edit is tried again on a broken line."""

TAKEN = timedelta(0)
"""The patience of a caller who has taken a turn already."""

_NO_CAPTION = "there is no caption in the message to edit"

_T = TypeVar("_T")
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class Wire:
    """The line to Telegram: the library's bot, our pace, and the time."""

    bot: Bot
    pace: Pace
    clock: Callable[[], datetime]
    note: Callable[[int], Awaitable[None]] | None = None
    """Writes down that something is said in a group or channel, for Telegram counts it over a restart as well."""


async def send(
    wire: Wire,
    destination: Destination,
    html: str,
    plain: str,
    *,
    picture: bytes | None = None,
    silent: bool = False,
    buttons: Keyboard | None = None,
    reply_to: int | None = None,
    patience: timedelta = PATIENCE,
) -> int:
    """The id of the message as it stands in the chat now. Links show no preview; `plain` goes out in place of `html`
    where the server cannot read our markup. A `picture`, a PNG, stands above the words, of which there may then be
    1024 UTF-16 units; one that the server will not take stays behind, and the words go out without it. Raises
    SendFailure."""
    keys = markup(buttons)
    common: dict[str, Any] = {
        "message_thread_id": destination.thread or None,
        "disable_notification": silent,
        "reply_parameters": ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None,
    }

    async def show(text: str, mode: str | None) -> int:
        message = await wire.bot.send_photo(
            destination.chat,
            picture or b"",
            caption=text,
            parse_mode=mode,
            filename="picture.png",
            reply_markup=keys if mode else None,
            **common,
        )
        return message.message_id

    async def post(text: str, mode: str | None) -> int:
        message = await wire.bot.send_message(
            destination.chat,
            text,
            parse_mode=mode,
            link_preview_options=_NO_PREVIEW,
            # Where the server does not take our markup, the buttons may be what it means.
            reply_markup=keys if mode else None,
            **common,
        )
        return message.message_id

    if picture is not None:
        try:
            return await _say(wire, destination, html, plain, show, patience, CAPTION_LIMIT)
        except SendFailure as failure:
            if not failure.picture:
                raise
            log.warning("Telegram does not take the picture: the words go out alone", reason=str(failure))
    return await _say(wire, destination, html, plain, post, patience)


async def send_file(
    wire: Wire,
    destination: Destination,
    name: str,
    file: BinaryIO,
    caption: str = "",
    *,
    buttons: Keyboard | None = None,
    patience: timedelta = PATIENCE,
) -> int:
    """The id of a message that is a file, of at most 50 MB, with plain words below it. Raises SendFailure."""

    async def hand_over() -> int:
        message = await wire.bot.send_document(
            destination.chat,
            # It is read while it is sent, from its start.
            InputFile(file, filename=name, read_file_handle=False),
            caption=_fitting(caption, CAPTION_LIMIT) or None,
            message_thread_id=destination.thread or None,
            reply_markup=markup(buttons),
        )
        return message.message_id

    return await _call(wire, destination, hand_over, patience)


async def edit(
    wire: Wire,
    destination: Destination,
    message_id: int,
    html: str,
    plain: str,
    *,
    buttons: Keyboard | None = None,
    patience: timedelta = PATIENCE,
) -> None:
    """Puts new words, and these buttons or none, into a message of ours; the same words as before will do. Raises
    SendFailure, with the outcome `message_gone` where there is nothing left that can be edited."""

    async def rewrite(text: str, mode: str | None) -> None:
        await wire.bot.edit_message_text(
            text,
            destination.chat,
            message_id,
            parse_mode=mode,
            link_preview_options=_NO_PREVIEW,
            reply_markup=markup(buttons),
        )

    try:
        await _say(wire, destination, html, plain, rewrite, patience, again=True)
    except SendFailure as failure:
        if failure.outcome is not Outcome.NOT_MODIFIED:
            raise


async def edit_caption(
    wire: Wire,
    destination: Destination,
    message_id: int,
    html: str,
    plain: str,
    *,
    buttons: Keyboard | None = None,
    patience: timedelta = PATIENCE,
) -> None:
    """Puts other words, at most 1024 UTF-16 units, and these buttons or none, below a picture of ours. Where the server
    did not take the picture, it is a message of words, and is edited as such. Raises SendFailure like `edit`."""

    async def rewrite(text: str, mode: str | None) -> None:
        await wire.bot.edit_message_caption(
            destination.chat, message_id, caption=text, parse_mode=mode, reply_markup=markup(buttons)
        )

    try:
        await _say(wire, destination, html, plain, rewrite, patience, CAPTION_LIMIT, again=True)
    except SendFailure as failure:
        if _NO_CAPTION in str(failure).lower():
            await edit(wire, destination, message_id, html, plain, buttons=buttons)
        elif failure.outcome is not Outcome.NOT_MODIFIED:
            raise


async def set_buttons(wire: Wire, destination: Destination, message_id: int, buttons: Keyboard | None) -> None:
    """Changes the buttons of a message of ours and nothing else. Raises SendFailure."""

    async def redraw() -> None:
        await wire.bot.edit_message_reply_markup(destination.chat, message_id, reply_markup=markup(buttons))

    try:
        await _again(wire, destination, redraw, PATIENCE)
    except SendFailure as failure:
        if failure.outcome is not Outcome.NOT_MODIFIED:
            raise


async def delete(wire: Wire, destination: Destination, message_id: int) -> None:
    """Takes a message of ours back; one that is gone already is no failure. Raises SendFailure."""

    async def remove() -> None:
        await wire.bot.delete_message(destination.chat, message_id)

    try:
        await _again(wire, destination, remove, PATIENCE)
    except SendFailure as failure:
        if failure.outcome is not Outcome.MESSAGE_GONE:
            raise


def markup(buttons: Keyboard | None) -> InlineKeyboardMarkup | None:
    """Our buttons as the library's."""
    if not buttons:
        return None
    rows = [[InlineKeyboardButton(b.text, url=b.url, callback_data=b.data) for b in row] for row in buttons]
    return InlineKeyboardMarkup(rows)


async def _say(
    wire: Wire,
    destination: Destination,
    html: str,
    plain: str,
    call: Callable[[str, str | None], Awaitable[_T]],
    patience: timedelta,
    limit: int = LIMIT,
    again: bool = False,
) -> _T:
    hand = _again if again else _call
    try:
        return await hand(wire, destination, lambda: call(html, ParseMode.HTML), patience)
    except SendFailure as failure:
        if not failure.markup:
            raise
        log.error("our bug: Telegram cannot read our markup, so the words go out plain", reason=str(failure))
    # The turn that was taken is used up.
    patience = patience or PATIENCE
    return await hand(wire, destination, lambda: call(_fitting(plain, limit) or "…", None), patience)


async def _again(wire: Wire, destination: Destination, call: Callable[[], Awaitable[_T]], patience: timedelta) -> _T:
    """The same for what may be asked twice with no harm: a broken line is tried again, twice and soon. Whoever has
    taken a turn has a row that says when to try again."""
    for wait in () if patience == TAKEN else AGAIN:
        try:
            return await _call(wire, destination, call, patience)
        except SendFailure as failure:
            if failure.outcome not in (Outcome.UNCERTAIN, Outcome.RETRY) or failure.retry_after is not None:
                raise
            await asyncio.sleep(wait)
    return await _call(wire, destination, call, patience)


async def _call(wire: Wire, destination: Destination, call: Callable[[], Awaitable[_T]], patience: timedelta) -> _T:
    if patience != TAKEN and wire.note is not None and destination.chat < 0:
        await wire.note(destination.chat)
    turn = nullcontext() if patience == TAKEN else wire.pace.turn(destination, patience)
    try:
        async with turn:
            return await call()
    except TooBusy as late:
        raise SendFailure(busy(late.wait)) from None
    except TelegramError as error:
        verdict = classify(error)
        if verdict.retry_after is not None:
            wire.pace.hold(destination.chat, wire.clock(), verdict.retry_after)
        # The library's own error adds nothing, and may one day carry the address with the token in it.
        raise SendFailure(verdict) from None


def _fitting(text: str, limit: int) -> str:
    """The beginning of `text` that fits `limit` UTF-16 units."""
    while units(text) > limit:
        text = text[: limit - 1 - (units(text) - len(text))].rstrip() + "…"
    return text
