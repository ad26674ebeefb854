"""An alert about a story that may be the same event as another says so, and asks whom it may."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from scene import ANALYST, OTHER, Failure, Scene, scene

from bot.errors import Outcome
from bot.model import DeliveryKind, Destination
from bot.run.deliver import deliver
from bot.run.fate import IN_DOUBT
from bot.store import chats, deliveries, tables
from bot.store.deliveries import Order
from bot.tell import Message, plain


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene(tmp_path, now) as made:
        yield made


class Keeping:
    """Keeps whole messages, and answers by a script."""

    def __init__(self, *script: Exception) -> None:
        self.script = list(script)
        self.sent: dict[int, Message] = {}

    async def send(
        self, destination: Destination, message: Message, picture: bytes | None = None, *, silent: bool = False
    ) -> int:
        if self.script:
            raise self.script.pop(0)
        self.sent[destination.chat] = message
        return 1


async def alerts(stage: Scene, *to: Destination) -> int:
    """Waiting alerts about a story that is tied to another; the other's number."""
    one, two = await stage.story(1), await stage.story(2)
    async with stage.engine.database.write() as connection:
        article = tables.articles.c
        first = await connection.scalar(
            tables.articles.select().where(article.story_id == one).with_only_columns(article.id)
        )
        values: dict[str, Any] = {"article_id": first, "story_id": two, "score": 0.4, "why": {}, "at": stage.now}
        await connection.execute(tables.ties.insert().values(**values))
        await chats.upsert_chat(connection, ANALYST.chat, kind="private", title="", role=chats.ADMIN, now=stage.now)
        for where in to:
            order = Order(f"alert:{where.chat}", where, DeliveryKind.ALERT, stage.now, "partners", one)
            await deliveries.order(connection, order, stage.now, [one])
    return two


async def test_an_admin_is_asked_and_a_reader_is_told(stage: Scene) -> None:
    stage.engine.couriers["telegram"] = kept = Keeping()
    other = await alerts(stage, ANALYST, OTHER)
    await deliver(stage.engine)
    line = f"possibly the same event: Headline 2 (story {other})"
    assert all(plain(message).splitlines()[-1] == line for message in kept.sent.values())
    (*_, asked), (*_, told) = kept.sent[ANALYST.chat].keys, kept.sent[OTHER.chat].keys
    assert [key.text for key in asked] == ["Same event", "Not the same"]
    assert [key.text for key in told] == ["Relevant", "Not relevant"]


async def test_a_repeat_asks_as_well(stage: Scene) -> None:
    stage.engine.couriers["telegram"] = kept = Keeping(Failure(Outcome.UNCERTAIN))
    await alerts(stage, ANALYST)
    await deliver(stage.engine)
    stage.pass_time(IN_DOUBT)
    await deliver(stage.engine)
    assert plain(kept.sent[ANALYST.chat]).startswith("sent again") and kept.sent[ANALYST.chat].keys
