"""Words below a picture that stands in its chat are changed as what they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from telegram.error import BadRequest, TelegramError

from bot.model import Destination
from bot.telegram.outcomes import SendFailure
from bot.telegram.pace import Limits, Pace
from bot.telegram.sender import Wire, edit_caption

HERE = Destination(7)


class Bot:
    """Answers an edit of a caption with an error, if it is given one, and keeps what it is asked."""

    def __init__(self, error: TelegramError | None = None) -> None:
        self.error, self.captions, self.texts = error, list[str](), list[str]()

    async def edit_message_caption(self, chat: int, message_id: int, *, caption: str, **given: object) -> None:
        self.captions.append(caption)
        if self.error is not None:
            raise self.error

    async def edit_message_text(self, text: str, chat: int, message_id: int, **given: object) -> None:
        self.texts.append(text)


async def edits(bot: Bot) -> None:
    limits = Limits(spacing=timedelta(0))
    wire = Wire(cast(Any, bot), Pace(lambda: datetime.now(UTC), limits), lambda: datetime.now(UTC))
    await edit_caption(wire, HERE, 5, "<b>words</b>", "words")


async def test_the_words_below_a_picture_are_edited_as_its_caption() -> None:
    bot = Bot()
    await edits(bot)
    assert (bot.captions, bot.texts) == (["<b>words</b>"], [])


async def test_a_picture_that_stayed_behind_left_words_that_are_edited_as_such() -> None:
    bot = Bot(BadRequest("There is no caption in the message to edit"))
    await edits(bot)
    assert bot.texts == ["<b>words</b>"]


async def test_the_same_words_are_no_failure_and_a_message_that_is_gone_is_one() -> None:
    await edits(Bot(BadRequest("Message is not modified: specified new message content is the same")))
    with pytest.raises(SendFailure):
        await edits(Bot(BadRequest("Message to edit not found")))
