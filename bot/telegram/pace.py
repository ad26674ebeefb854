"""How fast may we send: so many in all, so many to one chat. It counts and waits, and sends nothing.

Telegram names about 30 messages a second in all, one a second to one chat, and 20 a minute to one group
(core.telegram.org/bots/faq). When the server counts a message lies somewhere between our call and its answer, so a
message weighs from its beginning until so long after its end: then no window of the server can hold more than ours.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model import Destination

_NONE = timedelta(0)
_SECOND = timedelta(seconds=1)
_KEPT_CHATS = 2000


@dataclass(frozen=True, slots=True)
class Limits:
    """`in_all` messages in any second; one to a chat every `spacing` after a first `burst`; and to a group or channel
    `in_group` in any minute."""

    in_all: int = 25
    spacing: timedelta = _SECOND
    burst: int = 3
    in_group: int = 20


class TooBusy(Exception):
    """The next free moment is later than the caller wants to wait for."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"the next free moment is in {wait.total_seconds():.1f} s")
        self.wait = wait


@dataclass(slots=True, eq=False)
class Turn:
    """One message: when its call began, and when the answer was there."""

    chat: int
    began: datetime
    ended: datetime | None = None


class _Window:
    """At most `most` turns at work or ended within `length`."""

    def __init__(self, most: int, length: timedelta) -> None:
        self._most, self._length = most, length
        self._turns: list[Turn] = []

    def wait(self, now: datetime) -> timedelta:
        self._turns = [turn for turn in self._turns if turn.ended is None or now - turn.ended < self._length]
        if len(self._turns) < self._most:
            return _NONE
        return min(turn.ended or now for turn in self._turns) + self._length - now

    def add(self, turn: Turn) -> None:
        self._turns.append(turn)

    def busy(self, now: datetime) -> bool:
        return self.wait(now) > _NONE or bool(self._turns)


class Pace:
    """The memory of what was sent lately. It starts empty: a restart costs at most one refused message."""

    def __init__(self, clock: Callable[[], datetime], limits: Limits | None = None) -> None:
        self._clock = clock
        self._limits = limits or Limits()
        self._all = _Window(self._limits.in_all, _SECOND)
        self._groups: dict[int, _Window] = {}
        # When a chat's allowance would be whole again, were nothing more sent to it.
        self._whole: dict[int, datetime] = {}
        self._held: dict[int | None, datetime] = {}
        self._last_refusal: tuple[int, datetime] | None = None

    def next_slot(self, now: datetime, destination: Destination) -> timedelta:
        """How long from `now`, at least, until one more message may go there; nothing if at once."""
        chat, limits = destination.chat, self._limits
        waits = [_NONE, self._all.wait(now)]
        waits += [self._held[key] - now for key in (chat, None) if key in self._held]
        if chat in self._whole:
            waits.append(self._whole[chat] - limits.spacing * (limits.burst - 1) - now)
        if chat in self._groups:
            waits.append(self._groups[chat].wait(now))
        return max(waits)

    def begin(self, now: datetime, destination: Destination) -> Turn:
        """Counts a message that goes out now."""
        chat = destination.chat
        self._forget(now)
        turn = Turn(chat, now)
        self._all.add(turn)
        if chat < 0:
            window = self._groups.setdefault(chat, _Window(self._limits.in_group, timedelta(minutes=1)))
            window.add(turn)
        self._whole[chat] = max(self._whole.get(chat, now), now) + self._limits.spacing
        return turn

    def end(self, now: datetime, turn: Turn) -> None:
        """The answer to that message is there, or will never be."""
        turn.ended = now
        if turn.chat in self._whole:
            self._whole[turn.chat] += max(now - turn.began, _NONE)

    def hold(self, chat: int, now: datetime, wait: timedelta) -> None:
        """Telegram asked for a pause in `chat`. Two chats refused within a second mean that we are too fast in all."""
        self._held[chat] = max(self._held.get(chat, now), now + wait)
        if self._last_refusal is not None:
            other, at = self._last_refusal
            if other != chat and now - at <= _SECOND:
                # What only one chat must wait for can be hours; all others wait a moment.
                self._held[None] = now + min(wait, timedelta(seconds=30))
        self._last_refusal = (chat, now)

    @asynccontextmanager
    async def turn(self, destination: Destination, patience: timedelta) -> AsyncIterator[None]:
        """Waits for a free moment, which is taken for the length of the block. Raises TooBusy where the wait would be
        longer than `patience`."""
        deadline = self._clock() + patience
        while (wait := self.next_slot(now := self._clock(), destination)) > _NONE:
            if now + wait > deadline:
                raise TooBusy(wait)
            await asyncio.sleep(wait.total_seconds())
        turn = self.begin(now, destination)
        try:
            yield
        finally:
            self.end(self._clock(), turn)

    def _forget(self, now: datetime) -> None:
        if len(self._whole) > _KEPT_CHATS:
            self._whole = {chat: at for chat, at in self._whole.items() if at > now}
            self._held = {chat: at for chat, at in self._held.items() if at > now}
            self._groups = {chat: window for chat, window in self._groups.items() if window.busy(now)}
