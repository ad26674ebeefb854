"""The fake web and the fake Telegram with a finger on the trigger: each kills the program once, at a chosen moment.

The program knows nothing of it. A trap that never springs fails its test: the program then ends by itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from fakeweb import FakeWeb, Request


class Moment(StrEnum):
    """When, seen from an answer. `accepted`: the server took the message, and its answer never arrives."""

    BEFORE = "before"
    DURING = "during"
    ACCEPTED = "accepted"
    AFTER = "after"


@dataclass(frozen=True)
class Trap:
    """Where and when. `path` is asked of the web, or else `method` of Telegram, in `chat`; `delay` is seconds after the
    moment, for `after`."""

    moment: Moment
    path: str | None = None
    method: str | None = None
    chat: int | None = None
    delay: float = 0.0

    def __str__(self) -> str:
        where = "feed" if self.path and self.path.endswith(".xml") else "page" if self.path else f"{self.method}"
        return f"{where}-{self.moment}-{self.delay:g}"


class _Kept:
    """Stands in for the connection, so that the answer can be cut."""

    def __init__(self) -> None:
        self.body = b""

    def write(self, body: bytes) -> None:
        self.body += body

    async def drain(self) -> None:
        return


class DeadlyWeb(FakeWeb):
    """A fake web that can kill whoever asks."""

    def __init__(self, kill: Callable[[], object]) -> None:
        super().__init__()
        self._kill = kill
        self._trap: Trap | None = None

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    def arm(self, trap: Trap) -> None:
        """The next request for the trap's path springs it."""
        self._trap = trap

    def disarm(self) -> None:
        """Whoever asks next lives."""
        self._trap = None

    def _find(self, request: Request) -> Any:
        answer = super()._find(request)
        trap = self._trap
        if trap is None or request.path != trap.path:
            return answer
        self._trap = None

        async def deadly(request: Request, writer: Any) -> None:
            if trap.moment is Moment.BEFORE:
                self._kill()
                return
            kept: Any = _Kept()
            await answer(request, kept)
            half = len(kept.body) // 2 if trap.moment is Moment.DURING else len(kept.body)
            writer.write(kept.body[:half])
            await writer.drain()
            kill_after(self._kill, trap.delay)

        return deadly


def kill_after(kill: Callable[[], object], seconds: float) -> None:
    """At once, or a little later and in the background."""
    if seconds:
        threading.Timer(seconds, kill).start()
    else:
        kill()
