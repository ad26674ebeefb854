"""Every command in every kind of chat, and every button of every answer: all are answered, and the server has nothing
to object to.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from faketelegram import FakeTelegram, Sent
from pydantic import SecretStr
from scene import Scene, scene
from settling import TEXT, article, page, settle

from bot.app import TelegramCourier
from bot.run.deliver import deliver
from bot.run.digest import digest
from bot.run.editing import edit_due
from bot.run.library import Library
from bot.run.more import Briefs
from bot.run.newsroom import Newsroom
from bot.run.rules import Rules
from bot.run.setup import configuration
from bot.store import chats
from bot.telegram.client import Timeouts
from bot.telegram.commands import COMMANDS
from bot.telegram.gateway import Gateway
from bot.telegram.inbox import Waits
from bot.telegram.pace import Limits

TOKEN = "123456:the-token-of-the-fake-server-only"
ADMIN, GROUP, CHANNEL, FORUM, TOPIC = 1, -100500, -100900, -100700, 5
WATCHLIST = """title: Partners & <friends>
description: Who works with whom.
concepts:
  partner: {labels: {indonesia: [Indonesia], nato: [NATO]}}
  stage: {steps: {talks: [talks], signed: [signed]}}
rules:
  - {name: any, match: partner, group_by: partner}
"""
WORDS = {
    "subscribe": ["", "partners", "partners daily 07:30 nato silent", "nothing"],
    "unsubscribe": ["", "nothing"],
    "digest": ["", "partners 24h", "7d", "soon"],
    "search": ["", '7d "Indonesia"', "partner and (", '"<b>"'],
    "story": ["", "1", "999"],
    "chronicle": ["", "Indonesia", "nowhere"],
    "export": ["csv 30d", "json", "xml"],
    "mute": ["", "2h", "until 18:00", "story", "source", "rule", "nonsense <b>"],
    "quiet": ["", "22:00-06:30", "off", "default", "9-5"],
    "timezone": ["", "Jakarta", "Asia/Tokyo", "xyzzy"],
    "language": ["", "id", "en", "klingon"],
    "invite": ["", "admin 2 3d", "king"],
    "watchlist": ["", "partners", "nothing"],
    "undo": ["", "partners"],
    "start": ["", "manage", "forged"],
}
PLACES = {
    "private": (ADMIN, "private", None),
    "group": (GROUP, "supergroup", None),
    "channel": (CHANNEL, "channel", None),
    "topic": (FORUM, "supergroup", TOPIC),
}
MOST_PRESSES = 150


@dataclass
class Tour:
    """A bot that tells everything to a fake server, in all kinds of chats."""

    stage: Scene
    telegram: FakeTelegram
    gateway: Gateway
    pressed: set[str] = field(default_factory=set)

    async def told(self) -> None:
        while await deliver(self.stage.engine) + await digest(self.stage.engine) + await edit_due(self.stage.engine):
            pass

    async def quiet(self) -> None:
        await asyncio.to_thread(self.telegram.wait_handled, 20.0)

    async def say(self, place: str, text: str) -> None:
        chat, kind, thread = PLACES[place]
        user = None if kind in ("private", "channel") else ADMIN
        self.telegram.say(chat, text, user, kind, thread)
        await self.quiet()

    async def press_all(self, place: str) -> None:
        """Presses each button that stands in the chat, those of the answers too; each kind of button a few times."""
        chat = PLACES[place][0]
        for _ in range(MOST_PRESSES):
            found = next(self._fresh(chat), None)
            if found is None:
                return
            message, data = found
            query = self.telegram.press_data(chat, message.message_id, data, ADMIN)
            await asyncio.to_thread(self.telegram.wait_for, lambda t, query=query: query in t.answers, 20.0)
            await self.quiet()
            toast = self.telegram.answers[query].get("text", "")
            assert "did not work" not in toast and "tidak berhasil" not in toast, data

    def _fresh(self, chat: int) -> Iterator[tuple[Sent, str]]:
        for message in self.telegram.messages(chat):
            for button in message.buttons:
                data = button.get("callback_data")
                # The kind of button: its version, letter, and what it asks for.
                kind = f"{chat}:{(data or '')[:3]}:{button['text']}"
                if data is not None and kind not in self.pressed:
                    self.pressed.add(kind)
                    yield message, data


@pytest.fixture
async def tour(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Tour]:
    caplog.set_level(logging.ERROR)
    now = datetime.now(UTC)
    with FakeTelegram(TOKEN) as telegram:
        async with scene(tmp_path, now) as stage:
            config = tmp_path / "config"
            (config / "watchlists" / "partners.yaml").write_text(WATCHLIST)
            stage.engine.config = configuration(config)
            engine = stage.engine

            async def reload() -> bool:
                engine.config = configuration(config)
                return True

            gateway = Gateway(
                SecretStr(TOKEN),
                engine.database,
                Newsroom(engine),
                Library(engine),
                Briefs(engine),
                Rules(engine, config, reload),
                api_base_url=telegram.base_url,
                admins=[ADMIN],
                waits=Waits(poll=5, first=0.02, longest=0.1, for_a_person=0.1),
                timeouts=Timeouts(connect=2, read=5, write=5, pool=2),
                limits=Limits(in_all=100_000, burst=100_000, spacing=timedelta(0), in_group=100_000),
            )
            engine.couriers.pop("console", None)
            engine.couriers["telegram"] = TelegramCourier(gateway)
            async with engine.database.write() as connection:
                for chat in await chats.list_chats(connection):
                    await chats.set_chat_state(connection, chat.id, chats.ChatState.PAUSED, "not here")
            gateway.start()
            for place, (chat, kind, _) in PLACES.items():
                telegram.chat(chat, kind, members={ADMIN: "creator"}, title=f"A {place} & <b>")
            telegram.chat(FORUM, is_forum=True, threads={TOPIC})
            telegram.invite(CHANNEL, ADMIN, "channel", "administrator")
            yield Tour(stage, telegram, gateway)
            await gateway.stop()
        assert telegram.violations == []
        assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("place", PLACES)
async def test_every_command_and_every_button_is_answered(tour: Tour, place: str) -> None:
    for text in ("/start", "/subscribe partners"):
        await tour.say(place, text)
    tour.stage.pass_time(timedelta(minutes=1))
    await settle(tour.stage, await page(tour.stage, 1), article(1, f"{TEXT} The talks ended."))
    tour.stage.pass_time(timedelta(minutes=3))
    await tour.told()
    assert any(
        "callback_data" in button for sent in tour.telegram.messages(PLACES[place][0]) for button in sent.buttons
    )
    await settle(tour.stage, await page(tour.stage, 2), article(2, f"{TEXT} The talks ended.", "kyodo"))
    tour.stage.pass_time(timedelta(minutes=10))
    await tour.told()
    for name in COMMANDS:
        for words in WORDS.get(name, [""]):
            before = len(tour.telegram.messages(PLACES[place][0]))
            await tour.say(place, f"/{name} {words}".strip())
            assert len(tour.telegram.messages(PLACES[place][0])) > before, f"/{name} {words} was not answered"
    await tour.press_all(place)
