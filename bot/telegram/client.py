"""python-telegram-bot as this program uses it: no traceback for a proxy's error page, no token in the log.

It holds no logic of ours.
"""

from __future__ import annotations

import json
import logging
import warnings
from dataclasses import dataclass
from typing import Any

from telegram import Bot
from telegram import error as tg
from telegram.request import HTTPXRequest
from telegram.warnings import PTBDeprecationWarning


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. A short `read` makes unknown outcomes: the server may still be busy with a message it took."""

    connect: float = 10.0
    read: float = 25.0
    write: float = 20.0
    pool: float = 10.0


class RawBot(Bot):
    """The library's bot, which also gives updates as they came. `Bot.get_updates` makes objects of all of them at once,
    so that one it cannot read would hold up the others for ever; `do_api_request` takes a 401 for a missing method."""

    def __repr__(self) -> str:
        # The library's own shows the token.
        return "RawBot()"

    async def fetch_updates(self, arguments: dict[str, Any]) -> object:
        """The answer to getUpdates. Raises TelegramError."""
        patience = (self.request.read_timeout or 20.0) + arguments["timeout"]
        return await self._post("getUpdates", arguments, read_timeout=patience)


class QuietRequest(HTTPXRequest):
    """The library's request without its tracebacks: every error page of a proxy would write one."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer, if it is one. Raises TelegramError."""
        try:
            answer = json.loads(payload.decode("utf-8", "replace"))
        except ValueError:
            raise tg.TelegramError("Invalid server response") from None
        if not isinstance(answer, dict):
            raise tg.TelegramError("Invalid server response")
        return answer


def make_bot(token: str, base_url: str, timeouts: Timeouts) -> RawBot:
    """A bot of the server at `base_url`, which may be Telegram's own or any other that speaks its API."""

    def request(connections: int) -> HTTPXRequest:
        return QuietRequest(
            connection_pool_size=connections,
            connect_timeout=timeouts.connect,
            read_timeout=timeouts.read,
            write_timeout=timeouts.write,
            media_write_timeout=timeouts.write,
            pool_timeout=timeouts.pool,
            # Proxies are a matter of our configuration, not of the environment.
            httpx_kwargs={"trust_env": False},
        )

    return RawBot(
        token,
        base_url=f"{base_url}/bot",
        base_file_url=f"{base_url}/file/bot",
        request=request(32),
        get_updates_request=request(1),
    )


def silence_libraries() -> None:
    """Keeps the token out of the log, whatever the log is."""
    # They log the address of each request, and the token is part of it. The program's log filters it out as well; this
    # holds for whoever uses the room without that log.
    for name in ("httpx", "httpcore", "telegram"):
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.WARNING))
    # Raised by the library against itself whenever Telegram asks us to slow down.
    warnings.filterwarnings("ignore", message=".*`retry_after` will be", category=PTBDeprecationWarning)
