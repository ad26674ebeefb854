"""How fast may we send, and who goes first: so many in all, so many to one chat. It counts and waits, sends nothing.

Telegram names about 30 messages a second in all, one a second to one chat, and 20 a minute to one group
(core.telegram.org/bots/faq). When the server counts a message lies somewhere between our call and its answer, so a
message weighs from its beginning until so long after its end: then no window of the server can hold more than ours.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from itertools import count

from bot.model import Destination

_NONE = timedelta(0)
_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)
_KEPT_CHATS = 2000
_LONGEST_REST = timedelta(seconds=30)
_AGAIN = timedelta(seconds=3)


def never_back(clock: Callable[[], datetime]) -> Callable[[], datetime]:
    """A clock that goes on where this one is set back: else a chat would wait for the old time to come again."""
    last, lost = clock(), _NONE

    def now() -> datetime:
        nonlocal last, lost
        read = clock()
        lost = max(lost, last - read)
        last = read + lost
        return last

    return now


class Rank(IntEnum):
    """Who goes first of those that wait: somebody who asked, then what is urgent."""

    ANSWER = 0
    URGENT = 1
    ALERT = 2
    DIGEST = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """`in_all` messages in any second, evenly spread; one to a chat every `spacing` after a `burst`; to a group or
    channel `in_group` in any minute. One of the burst, and two to a group, are kept for answers."""

    in_all: int = 27
    spacing: timedelta = _SECOND
    burst: int = 3
    in_group: int = 20
    kept: int = 1
    kept_in_group: int = 2


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


@dataclass(slots=True, eq=False)
class _Waiting:
    rank: Rank
    number: int
    destination: Destination
    free: asyncio.Future[Turn] = field(repr=False)


class _Window:
    """At most `most` turns at work or ended within `length`."""

    def __init__(self, most: int, length: timedelta) -> None:
        self._most, self._length = most, length
        self._turns: list[Turn] = []

    def wait(self, now: datetime, kept: int = 0) -> timedelta:
        self._turns = [turn for turn in self._turns if turn.ended is None or now - turn.ended < self._length]
        surplus = len(self._turns) - max(1, self._most - kept)
        if surplus < 0:
            return _NONE
        # So many must be over before there is room; of one that is on its way nobody knows when it is.
        ends = sorted(turn.ended or now for turn in self._turns)
        return max(ends[surplus] + self._length - now, _NONE)

    def add(self, turn: Turn) -> None:
        self._turns.append(turn)

    def busy(self, now: datetime) -> bool:
        return self.wait(now) > _NONE or bool(self._turns)


class Pace:
    """The memory of what was sent lately, and the line of those that wait. It starts empty; see `remember`."""

    def __init__(self, clock: Callable[[], datetime], limits: Limits | None = None) -> None:
        self._clock = clock
        self._limits = limits or Limits()
        self._all = _Window(self._limits.in_all, _SECOND)
        self._groups: dict[int, _Window] = {}
        # When a chat's allowance would be whole again, were nothing more sent to it.
        self._whole: dict[int, datetime] = {}
        self._held: dict[int | None, datetime] = {}
        self._last_refusal: tuple[int, datetime] | None = None
        # How long all waited when it last seemed that we are too fast in all.
        self._rest = _NONE
        self._last_begun: datetime | None = None
        self._line: list[_Waiting] = []
        self._numbers = count()
        self._alarm: asyncio.TimerHandle | None = None

    def next_slot(self, now: datetime, destination: Destination, rank: Rank = Rank.ANSWER) -> timedelta:
        """How long from `now`, at least, until one more message may go there; nothing if at once."""
        return max(self._wait_for_all(now), self._wait_for_chat(now, destination.chat, rank))

    def _wait_for_all(self, now: datetime) -> timedelta:
        waits = [_NONE, self._all.wait(now)]
        if self._last_begun is not None:
            # Evenly: whoever asks in the midst of a burst waits for the next of many moments, not for the next second.
            waits.append(self._last_begun + _SECOND / self._limits.in_all - now)
        if None in self._held:
            waits.append(self._held[None] - now)
        return max(waits)

    def _wait_for_chat(self, now: datetime, chat: int, rank: Rank) -> timedelta:
        limits, answer = self._limits, rank is Rank.ANSWER
        waits = [_NONE]
        if chat in self._held:
            waits.append(self._held[chat] - now)
        if chat in self._whole:
            burst = limits.burst if answer else max(1, limits.burst - limits.kept)
            waits.append(self._whole[chat] - limits.spacing * (burst - 1) - now)
        if chat in self._groups:
            waits.append(self._groups[chat].wait(now, 0 if answer else limits.kept_in_group))
        return max(waits)

    def begin(self, now: datetime, destination: Destination) -> Turn:
        """Counts a message that goes out now."""
        self._forget(now)
        self._last_begun = now
        turn = self._count(now, destination.chat)
        self._all.add(turn)
        return turn

    def _count(self, at: datetime, chat: int) -> Turn:
        turn = Turn(chat, at)
        if chat < 0:
            self._groups.setdefault(chat, _Window(self._limits.in_group, _MINUTE)).add(turn)
        self._whole[chat] = max(self._whole.get(chat, at), at) + self._limits.spacing
        return turn

    def end(self, now: datetime, turn: Turn) -> None:
        """The answer to that message is there, or will never be."""
        turn.ended = now
        if turn.chat in self._whole:
            self._whole[turn.chat] += max(now - turn.began, _NONE)
        self._serve()

    def remember(self, chat: int, at: datetime) -> None:
        """Counts what was sent before this memory began; the oldest first."""
        self._count(at, chat).ended = at

    def hold(self, chat: int, now: datetime, wait: timedelta) -> None:
        """Telegram asked for a pause in `chat`. Two chats refused within a second may mean that we are too fast in all:
        then all rest, a second at first and twice as long whenever it happens again right after. What the refused chats
        were told says nothing of the others: it can be hours."""
        self._held[chat] = max(self._held.get(chat, now), now + wait)
        other, at = self._last_refusal or (chat, now)
        self._last_refusal = (chat, now)
        over = self._held.get(None, now - _AGAIN)
        if other == chat or now - at > _SECOND or now < over:
            return
        again = now - over < _AGAIN
        self._rest = min(wait, self._rest * 2 if again else _SECOND, _LONGEST_REST)
        self._held[None] = now + self._rest

    @asynccontextmanager
    async def turn(
        self, destination: Destination, patience: timedelta, rank: Rank = Rank.ANSWER
    ) -> AsyncIterator[None]:
        """Waits for a free moment, which is taken for the length of the block. Of those that wait the one of the
        highest rank goes first whose chat is free, of several the one that came first. Raises TooBusy where the wait
        would be longer than `patience`."""
        turn = await self._take(destination, patience, rank)
        try:
            yield
        finally:
            self.end(self._clock(), turn)

    async def _take(self, destination: Destination, patience: timedelta, rank: Rank) -> Turn:
        wait = self._wait_for_chat(self._clock(), destination.chat, rank)
        if wait > patience:
            raise TooBusy(wait)
        mine = _Waiting(rank, next(self._numbers), destination, asyncio.get_running_loop().create_future())
        self._line.append(mine)
        self._line.sort(key=lambda each: (each.rank, each.number))
        self._serve()
        try:
            async with asyncio.timeout(patience.total_seconds()):
                return await mine.free
        except BaseException as error:
            if mine.free.done() and not mine.free.cancelled():
                # It came in the moment in which nobody waited for it any more.
                self.end(self._clock(), mine.free.result())
            if isinstance(error, TimeoutError):
                wait = self.next_slot(self._clock(), destination, rank)
                raise TooBusy(max(wait, _SECOND)) from None
            raise
        finally:
            if mine in self._line:
                self._line.remove(mine)

    def _serve(self) -> None:
        """Gives turns to those in the line that may go now, and looks again when the next one may."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        self._line = [one for one in self._line if not one.free.done()]
        soonest: timedelta | None = None
        while self._line:
            now = self._clock()
            soonest = self._wait_for_all(now)
            if soonest > _NONE:
                break
            waits = [(self._wait_for_chat(now, one.destination.chat, one.rank), one) for one in self._line]
            ready = next((one for wait, one in waits if wait <= _NONE), None)
            if ready is None:
                soonest = min(wait for wait, _ in waits)
                break
            self._line.remove(ready)
            ready.free.set_result(self.begin(now, ready.destination))
            soonest = None
        if soonest is not None and self._line:
            later = max(soonest.total_seconds(), 0.001)
            self._alarm = asyncio.get_running_loop().call_later(later, self._serve)

    def _forget(self, now: datetime) -> None:
        if len(self._whole) > _KEPT_CHATS:
            self._whole = {chat: at for chat, at in self._whole.items() if at > now}
            self._held = {chat: at for chat, at in self._held.items() if at > now}
            self._groups = {chat: window for chat, window in self._groups.items() if window.busy(now)}
