"""The console as a chat: where messages go when there is no token."""

from __future__ import annotations

import sys
from typing import TextIO

from bot.model import Destination
from bot.tell import Message, plain


class Console:
    """Prints messages to a stream; bold where it is a terminal."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    async def send(
        self, destination: Destination, message: Message, picture: bytes | None = None, *, silent: bool = False
    ) -> int | None:
        """Prints the message, and of its picture the title; there is no id to give back."""
        stream = self._stream or sys.stdout
        print(plain(message, ansi=stream.isatty()), end="\n\n", file=stream, flush=True)
        return None

    async def edit(self, destination: Destination, message_id: int, message: Message) -> None:
        """What is printed stays as it is."""
