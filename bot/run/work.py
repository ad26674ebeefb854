"""Lanes and who works them. An offer carries no truth, only "somebody look at this lane": the rows say what is due.

So an offer may be lost or repeated; what matters is that a lane is never visited twice at the same time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, Protocol, TypeVar
from zlib import crc32

from bot.errors import KentonganError
from bot.log import get
from bot.store import AsyncConnection
from bot.store.database import when_kept

log = get(__name__)

T = TypeVar("T")

LANES = 256
"""Shares of the hosts. More lanes than machines, few enough to list."""

TELL_LANE = LANES
"""The lane of messages: digests and deliveries."""

Visit = Callable[[int], Awaitable[None]]


def lane_of(host: str) -> int:
    """The lane of a host; every machine computes the same."""
    return crc32(host.encode()) % LANES


async def all_of(parts: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Does the parts side by side; what they returned. Raises the first error when all of them have ended: a visit that
    went on in the background would meet the next one of its lane."""
    done: list[T] = []
    for result in await asyncio.gather(*parts, return_exceptions=True):
        if isinstance(result, BaseException):
            raise result
        done.append(result)
    return done


class Work(Protocol):
    """Whoever works the lanes."""

    async def offer(self, *lanes: int) -> None:
        """Somebody look at these lanes, soon. Several offers before a visit are one visit; an offer during a visit is
        one more visit after it."""

    async def offer_within(self, connection: AsyncConnection, *lanes: int) -> None:
        """The same as a part of a transaction: nobody looks before what there is to find is kept, and nobody at all
        where it is undone."""

    async def run(self) -> None:
        """Visits offered lanes until cancelled."""

    async def reap(self) -> None:
        """Frees what died with another machine."""

    async def finish(self, seconds: float) -> bool:
        """After that: waits for the visits under way, at most so long, then cancels them. True where all ended by
        themselves."""


class LocalWork:
    """Lanes worked by this process. `at_once` bounds how many; `aloud`: visits that fail are said in the log, not only
    kept in `failure`."""

    def __init__(self, visit: Visit, at_once: int = 32, *, aloud: bool = True) -> None:
        self._visit = visit
        self._at_once = at_once
        self._offered: dict[int, None] = {}
        self._running: dict[int, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        self._aloud = aloud
        self._said = ""
        self.failure: Exception | None = None
        """Why the last visit that failed did so; a service goes on, a single round must not go round for ever."""

    async def offer(self, *lanes: int) -> None:
        """See `Work.offer`."""
        self._offered.update(dict.fromkeys(lanes))
        self._wake.set()

    async def offer_within(self, connection: AsyncConnection, *lanes: int) -> None:
        """See `Work.offer_within`."""

        def offer() -> None:
            self._offered.update(dict.fromkeys(lanes))
            self._wake.set()

        when_kept(connection, offer)

    async def run(self) -> None:
        """See `Work.run`. Visits under way go on when this is cancelled; `finish` waits for them."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            for lane in [lane for lane in self._offered if lane not in self._running]:
                # Messages never wait for slow hosts.
                if lane == TELL_LANE or len(self._running) < self._at_once:
                    del self._offered[lane]
                    self._running[lane] = asyncio.create_task(self._one_visit(lane), name=f"lane {lane}")

    async def _one_visit(self, lane: int) -> None:
        try:
            await self._visit(lane)
        # A visit that fails leaves its rows leased; the tick offers the lane again.
        except KentonganError as error:
            self.failure = error
            # A full disk is said once, not with every visit.
            if self._aloud and self._said != str(error):
                log.error("visit failed", lane=lane, reason=str(error))
            self._said = str(error)
        except Exception as error:
            self.failure = error
            log.exception("visit failed", lane=lane, reason=str(error))
        else:
            self._said = ""
        finally:
            del self._running[lane]
            self._wake.set()

    async def reap(self) -> None:
        """There is no other machine."""

    async def idle(self) -> None:
        """Waits until nothing is offered and no visit is under way."""
        while self._offered or self._running:
            running = list(self._running.values())
            if running:
                await asyncio.wait(running)
            else:
                await asyncio.sleep(0)

    async def finish(self, seconds: float) -> bool:
        """See `Work.finish`."""
        self._offered.clear()
        running = list(self._running.values())
        if not running:
            return True
        _, pending = await asyncio.wait(running, timeout=seconds)
        for task in pending:
            task.cancel()
        if pending:
            await asyncio.wait(pending)
        return not pending
