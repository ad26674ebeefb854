"""Takes the outbox's messages to Telegram. It decides neither when to send nor what becomes of a failure."""

from __future__ import annotations

from bot.model import Destination
from bot.telegram.gateway import Gateway
from bot.tell import Message, html, plain


class TelegramCourier:
    """Hands over one composed message, short enough for one, at a time."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def send(self, destination: Destination, message: Message) -> int:
        """The message's id in its chat. Raises DeliveryError; with the outcome `retry` and a `retry_after` also where
        our own pace leaves no room now."""
        return await self._gateway.send(destination, html(message), plain(message))
