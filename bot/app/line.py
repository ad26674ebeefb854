"""The line to Telegram: who carries messages, where there is a token and this machine leads. It decides nothing about
them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.model import DeliveryKind, Destination, Priority
from bot.run.engine import Engine
from bot.run.library import Library
from bot.run.more import Briefs
from bot.run.newsroom import Newsroom
from bot.run.rules import Rules
from bot.settings import Settings
from bot.store.sending import on_their_way, sent_since
from bot.tell import Message, html, plain
from bot.tell.tree import words_of

if TYPE_CHECKING:
    # Importing Telegram's library costs half a second; without a token it is never needed.
    from pydantic import SecretStr

    from bot.telegram.gateway import Gateway

SEND_PATIENCE = timedelta(seconds=20)
"""How long a message waits for its turn under Telegram's limits before it is put back; far below the lease."""

EDIT_PATIENCE = timedelta(seconds=3)
"""How long a change of a message waits for its turn: alerts that come meanwhile wait for it."""


class TelegramCourier:
    """Carries messages to Telegram."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway

    @asynccontextmanager
    async def turn(
        self,
        destination: Destination,
        kind: DeliveryKind,
        priority: Priority,
        patience: timedelta = SEND_PATIENCE,
    ) -> AsyncIterator[None]:
        """Waits until Telegram's limits let a message go there, and keeps its place meanwhile. Raises DeliveryError
        where that is not soon."""
        from bot.telegram.outcomes import SendFailure, busy
        from bot.telegram.pace import Rank, TooBusy

        alert = Rank.URGENT if priority is Priority.URGENT else Rank.ALERT
        rank = alert if kind in (DeliveryKind.ALERT, DeliveryKind.NOTICE) else Rank.DIGEST
        try:
            async with self.gateway.wire.pace.turn(destination, patience, rank):
                yield
        except TooBusy as wait:
            raise SendFailure(busy(wait.wait)) from None

    async def send(
        self, destination: Destination, message: Message, picture: bytes | None = None, *, silent: bool = False
    ) -> int | None:
        """The message's id in its chat; its turn has been taken."""
        from bot.telegram.buttons import keyboard
        from bot.telegram.sender import TAKEN

        words = words_of(message)
        return await self.gateway.send(
            destination,
            html(words),
            plain(words),
            picture=picture,
            silent=silent,
            buttons=keyboard(message.keys),
            patience=TAKEN,
        )

    async def edit(self, destination: Destination, message_id: int, message: Message) -> None:
        """Other words and keys in a message that stands in its chat, when nothing else waits to be sent."""
        from bot.telegram.buttons import keyboard
        from bot.telegram.sender import TAKEN

        words, buttons = words_of(message), keyboard(message.keys)
        async with self.turn(destination, DeliveryKind.DIGEST, Priority.LOW, EDIT_PATIENCE):
            await self.gateway.edit(
                destination,
                message_id,
                html(words),
                plain(words),
                buttons=buttons,
                patience=TAKEN,
                pictured=message.picture is not None,
            )


class Line:
    """The line to Telegram, where there is a token: open on the one machine that leads."""

    def __init__(self, engine: Engine, token: SecretStr | None, rules: Rules) -> None:
        self.rules = rules
        self._engine = engine
        self._token = token
        self.courier: TelegramCourier | None = None
        """Who carries messages, while it is open."""

    async def open(self) -> TelegramCourier | None:
        """Who carries messages from now on; None where there is no token. Raises StoreError."""
        if self._token is None:
            return None
        courier = _telegram(self._engine, self._token, self.rules)
        await _remember(self._engine, courier)
        self._engine.couriers["telegram"] = self.courier = courier
        self._engine.turn = courier.turn
        return courier

    async def hear_no_more(self) -> None:
        """Readers are heard no more; messages are carried still."""
        if self.courier is not None:
            await self.courier.gateway.hear_no_more()

    async def close(self) -> None:
        """Nobody carries messages any more."""
        courier, self.courier = self.courier, None
        if courier is not None:
            self._engine.couriers.pop("telegram", None)
            await courier.gateway.stop()

    def last_ok(self) -> datetime | None:
        """When Telegram last answered well; None where it was not asked."""
        return self.courier.gateway.last_ok if self.courier else None


async def _remember(engine: Engine, telegram: TelegramCourier) -> None:
    """What was sent a moment ago, before this start, Telegram still counts."""
    now = engine.clock()
    async with engine.database.read() as connection:
        said = await sent_since(connection, now - timedelta(minutes=1))
        # When these left nobody wrote down: as if it were now.
        said += [(chat, now) for chat in await on_their_way(connection, now - timedelta(minutes=2))]
    for chat, at in said:
        # Not later than now, where the clock was ahead then.
        telegram.gateway.wire.pace.remember(chat, min(at, now))


def _telegram(engine: Engine, token: SecretStr, rules: Rules) -> TelegramCourier:
    from bot.telegram.gateway import Gateway

    settings = engine.config.settings
    gateway = Gateway(
        token,
        engine.database,
        Newsroom(engine),
        Library(engine),
        Briefs(engine),
        rules,
        api_base_url=settings.telegram.api_base_url,
        admins=settings.telegram.admins,
        access=settings.telegram.access,
        timezone=settings.timezone,
        clock=engine.clock,
    )
    return TelegramCourier(gateway)


async def ask_telegram(token: SecretStr, settings: Settings) -> str:
    """The name of the bot at Telegram, for `kentongan doctor`. Raises KentonganError."""
    from bot.telegram.gateway import bot_name

    return await bot_name(token, settings.telegram.api_base_url)
