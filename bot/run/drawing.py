"""Draws a message's picture in a worker process. The main process never loads the drawing library."""

from __future__ import annotations

from datetime import timedelta

from bot.errors import KentonganError
from bot.log import get
from bot.run.engine import Engine
from bot.tell import Message
from bot.tell.pictures import draw

log = get(__name__)

DRAW_LIMIT = timedelta(seconds=20)
"""For one picture: the first of a worker takes a second or two, since it loads the library; a busy machine more."""


async def drawn(engine: Engine, message: Message) -> bytes | None:
    """The message's picture as PNG; None where it has none, or where drawing failed, which is logged: words are worth
    sending without their picture."""
    if message.picture is None:
        return None
    try:
        return await engine.cpu.call(DRAW_LIMIT, draw, message.picture, "png")
    except KentonganError as error:
        log.warning("picture not drawn", title=message.picture.title, reason=str(error))
        engine.tally.add("pictures_failed")
        return None
