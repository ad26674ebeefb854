"""One request at a time to a host, with pauses, and none while it asks for peace. It never decides what to read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

_MOST_HOSTS = 4096
"""Hosts remembered; past that, those with nothing left to wait for are forgotten."""


class Turns(Protocol):
    """The turns at hosts that others ask as well, besides this process."""

    async def take(self, host: str, pause: timedelta) -> timedelta | None:
        """Waits for the turn, and for as long as the pause that we keep there ourselves. None when it is ours; else for
        how long the host wants no request at all."""

    async def give_back(self, host: str, peace: timedelta) -> None:
        """Ends the turn; nobody asks the host for so long."""


@dataclass(slots=True)
class _Host:
    delay: float
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    ended: float = float("-inf")
    not_before: datetime | None = None
    users: int = 0


class Pace:
    """The pauses of all hosts. `delay` runs from the end of one request to the start of the next. `turns` are those of
    others who ask the same hosts, where there are others."""

    def __init__(self, delay: timedelta, turns: Turns | None = None) -> None:
        self._delay = delay.total_seconds()
        self._turns = turns
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str, now: datetime) -> AsyncIterator[None]:
        """Waits for this host's turn and keeps it until the block ends."""
        state = self._state(host, now)
        state.users += 1
        loop = asyncio.get_running_loop()
        asked = loop.time()

        def moment() -> datetime:
            return now + timedelta(seconds=loop.time() - asked)

        try:
            async with state.lock:
                await asyncio.sleep(max(0.0, state.ended + state.delay - loop.time()))
                async with self._among_others(host, state, moment):
                    try:
                        yield
                    finally:
                        state.ended = loop.time()
        finally:
            state.users -= 1

    @asynccontextmanager
    async def _among_others(self, host: str, state: _Host, now: Callable[[], datetime]) -> AsyncIterator[None]:
        if self._turns is None:
            yield
            return
        peace = await self._turns.take(host, timedelta(seconds=state.delay))
        if peace is not None:
            # Whoever asks looks at this before the request, and makes none.
            state.not_before = now() + peace
            yield
            return
        try:
            yield
        finally:
            held = timedelta() if state.not_before is None else state.not_before - now()
            await self._turns.give_back(host, max(held, timedelta(seconds=state.delay)))

    def slow_down(self, host: str, delay: timedelta, now: datetime) -> None:
        """The pause its owner asks for; never shorter than our own."""
        self._state(host, now).delay = max(self._delay, delay.total_seconds())

    def hold(self, host: str, until: datetime, now: datetime) -> None:
        """No request to the host before `until`. The latest word counts."""
        self._state(host, now).not_before = until

    def not_before(self, host: str, now: datetime) -> datetime | None:
        """Until when the host wants no request; None when it may be asked now."""
        state = self._hosts.get(host)
        return state.not_before if state and state.not_before and state.not_before > now else None

    def _state(self, host: str, now: datetime) -> _Host:
        state = self._hosts.get(host)
        if state is None:
            if len(self._hosts) >= _MOST_HOSTS:
                self._forget(now)
            state = self._hosts[host] = _Host(self._delay)
        return state

    def _forget(self, now: datetime) -> None:
        """Drops idle hosts; when none is idle, the oldest that nobody is using."""
        clock = asyncio.get_running_loop().time()
        unused = [name for name, state in self._hosts.items() if not state.users]
        idle = [name for name in unused if self._is_idle(self._hosts[name], clock, now)]
        for name in idle or unused[:1]:
            del self._hosts[name]

    @staticmethod
    def _is_idle(state: _Host, clock: float, now: datetime) -> bool:
        return state.ended + state.delay <= clock and (state.not_before is None or state.not_before <= now)
