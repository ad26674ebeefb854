"""Brings updates in, each handled before it is confirmed, so that a crash repeats one rather than losing it.

It knows nothing of what an update says, and outlives every error of the server but its own cancellation.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from telegram import Update
from telegram import error as tg

from bot.errors import KentonganError, StoreError
from bot.log import get
from bot.store import facts
from bot.store.database import Database
from bot.telegram.client import RawBot
from bot.telegram.incoming import LISTENED_TO

log = get(__name__)

OFFSET_FACT = "telegram_offset"
_OFFSET_LIFE = timedelta(days=6)
_BATCH = 25
_LARGE_BATCH = 100
_AT_ONCE = 32
_NOTED_WITHIN = 2.0
_SOON = 0.25
"""Seconds after which others are listened to while an update is still being handled; most take a hundredth of that."""

_HANDLING_LIMIT = 60.0


class Trouble(StrEnum):
    """Why nothing comes in."""

    UNAUTHORIZED = "Telegram refuses the token"
    SECOND_POLLER = "another program reads this bot's updates"
    SLOW_DOWN = "Telegram asks to slow down"
    UNREACHABLE = "Telegram cannot be reached"
    GARBAGE = "Telegram's answer makes no sense"
    STORE = "the database cannot be used"
    BUG = "our bug"


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds: the length of a long poll, the first wait after an error, the longest, and the longest where only a
    person can help (401, 409)."""

    poll: int = 25
    first: float = 1.0
    longest: float = 60.0
    for_a_person: float = 300.0

    def after(self, trouble: Trouble, failures: int, error: BaseException) -> float:
        """How long to wait after the `failures`-th error in a row."""
        if isinstance(error, tg.RetryAfter):
            return error._retry_after.total_seconds()
        slow = trouble in (Trouble.UNAUTHORIZED, Trouble.SECOND_POLLER)
        first = self.first * (5 if slow else 1)
        wait: float = min(first * 2 ** min(failures - 1, 16), self.for_a_person if slow else self.longest)
        return wait


def trouble_of(error: BaseException) -> Trouble:
    """What stands in the way, in words for the log."""
    match error:
        case tg.InvalidToken():
            return Trouble.UNAUTHORIZED
        case tg.Conflict():
            return Trouble.SECOND_POLLER
        case tg.RetryAfter():
            return Trouble.SLOW_DOWN
        case tg.BadRequest():
            return Trouble.BUG
        case tg.NetworkError():
            return Trouble.UNREACHABLE
        case tg.TelegramError():
            return Trouble.GARBAGE
        case StoreError():
            return Trouble.STORE
        case _:
            return Trouble.BUG


class Inbox:
    """Asks for updates, hands them to `handle`, and remembers how far it came."""

    def __init__(
        self,
        bot: RawBot,
        database: Database,
        handle: Callable[[Update], Awaitable[None]],
        clock: Callable[[], datetime],
        waits: Waits,
    ) -> None:
        self._bot = bot
        self._database = database
        self._handle = handle
        self._clock = clock
        self._waits = waits
        # What the next call confirms; 0 for nothing new, None before the stored one is known.
        self._offset: int | None = None
        self._noted: int | None = None
        # The updates that came since the last confirmation, and whether they are handled; and by chat, who does it.
        self._handled: dict[int, bool] = {}
        self._again: set[int] = set()
        self._chats: dict[int, asyncio.Task[None]] = {}
        self._gate = asyncio.Semaphore(_AT_ONCE)
        self._closing = False
        self.last_ok: datetime | None = None
        """When the server last answered well: the measure of health."""
        self.trouble: Trouble | None = None
        """What stands in the way now."""

    async def run(self) -> None:
        """Listens until `settle` or cancelled; `settle` ends what is being handled then."""
        failures = 0
        while not self._closing:
            try:
                await self.round(self._waits.poll, _SOON)
            except Exception as error:  # noqa: BLE001 - whatever it was, listening goes on
                trouble = trouble_of(error)
                failures = failures + 1 if trouble is self.trouble else 1
                self.trouble = trouble
                wait = self._said(error, trouble, failures)
                await self._ask_for_updates_here(error)
                await asyncio.sleep(wait)
                continue
            if self.trouble is not None:
                log.info("updates from Telegram come in again", after=self.trouble.value)
            failures, self.trouble = 0, None

    async def _ask_for_updates_here(self, error: Exception) -> None:
        """While the updates go to somebody's web address, the server gives them to nobody who asks, for as long as that
        is not undone."""
        if isinstance(error, tg.Conflict) and "webhook" in str(error).lower():
            with suppress(tg.TelegramError):
                await self._bot.delete_webhook()

    def _said(self, error: Exception, trouble: Trouble, failures: int) -> float:
        """Says in the log why nothing comes in, and returns how long to wait."""
        wait = self._waits.after(trouble, failures, error)
        # One line when it begins; one conflict after a restart is normal, a second is not.
        if failures == (2 if trouble is Trouble.SECOND_POLLER else 1):
            log.error("no updates from Telegram", why=trouble.value, error=_line(error), next_try_s=round(wait))
        return wait

    async def settle(self, within: float) -> None:
        """Asks for nothing more, waits that many seconds for what is being handled, and writes down how far that came.
        What is not done by then is given up, and comes again at the next start."""
        self._closing = True
        under_way = list(self._chats.values())
        if under_way:
            await asyncio.wait(under_way, timeout=within)
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)
        with suppress(StoreError, TimeoutError):
            async with asyncio.timeout(_NOTED_WITHIN):
                await self._note()

    async def round(self, wait_s: int, soon: float | None = None) -> int:
        """One getUpdates, waiting up to `wait_s` seconds, handled to the end and then confirmed in the database, or
        only `soon` seconds long: what takes longer is handled on while others come in, and confirmed by a later round.
        Returns how many updates came. Raises TelegramError, StoreError."""
        if self._offset is None:
            self._offset = await self._stored_offset()
        under_way = self._lowest()
        if under_way is None:
            raw = await self._fetch(self._offset, wait_s)
            # It is confirmed now. After a week without updates the server numbers anew, maybe lower, and a number kept
            # for longer would then throw updates away (core.telegram.org/bots/api#update, update_id).
            if self._offset or not raw:
                self._handled.clear()
            self._offset = 0
        else:
            # The server gives what is not confirmed once more, and what came since.
            raw = await self._fetch(under_way, 0, _LARGE_BATCH)
        if self._closing:
            return 0
        self.last_ok = self._clock()
        fresh = [item for item in raw if self._is_fresh(int(item["update_id"]))]
        if not fresh and under_way is None:
            return 0
        self._begin(fresh)
        await self._some_end(soon)
        await self._note()
        return len(fresh)

    def _is_fresh(self, number: int) -> bool:
        return number not in self._handled or number in self._again

    def _lowest(self) -> int | None:
        """The first update that came and has not been handled to its end; None where all have."""
        return min((number for number, done in self._handled.items() if not done), default=None)

    def _reached(self) -> int:
        """What the server need not give again ends before this number."""
        lowest = self._lowest()
        return max(self._handled) + 1 if lowest is None else lowest

    async def _note(self) -> None:
        """Writes down how far we came: to the first update that is not handled."""
        # More than once where one ends while that is written: nobody would confirm it, and it would come for ever.
        while self._handled and (offset := self._reached()) != self._noted:
            now = self._clock()
            async with self._database.write() as connection:
                await facts.set_fact(connection, OFFSET_FACT, [self._bot.id, offset, int(now.timestamp())], now)
            self._noted = offset
            if self._lowest() is None:
                self._offset = offset

    async def confirm(self) -> None:
        """Tells the server how far we came, so that it forgets what was handled. Raises TelegramError."""
        if self._offset:
            await self._fetch(self._offset, 0, limit=1)

    async def _stored_offset(self) -> int:
        async with self._database.read() as connection:
            stored = await facts.get_fact(connection, OFFSET_FACT)
        match stored:
            case [int(bot), int(offset), int(at)]:
                # Another token's numbers mean nothing here, nor do those of another week.
                fresh = self._clock() - datetime.fromtimestamp(at, UTC) < _OFFSET_LIFE
                return offset if bot == self._bot.id and fresh else 0
        return 0

    async def _fetch(self, offset: int, wait_s: int, limit: int = _BATCH) -> list[dict[str, Any]]:
        answer = await self._bot.fetch_updates(
            {"offset": offset, "timeout": wait_s, "limit": limit, "allowed_updates": list(LISTENED_TO)}
        )
        if not isinstance(answer, list) or not all(isinstance(u, dict) and "update_id" in u for u in answer):
            raise tg.TelegramError("updates without a number")
        return answer

    def _begin(self, fresh: list[dict[str, Any]]) -> None:
        """Handles the updates of one chat in their order, chats side by side: a slow one holds up nobody else."""
        of_chats: dict[int, list[Update]] = {}
        for item in fresh:
            update = self._parse(item)
            self._again.discard(int(item["update_id"]))
            self._handled[int(item["update_id"])] = update is None
            if update is not None:
                of_chats.setdefault(_chat_of(update), []).append(update)
        for chat, updates in of_chats.items():
            before = self._chats.get(chat)
            self._chats[chat] = asyncio.create_task(self._one_chat(updates, before), name=f"updates of {chat}")

    async def _one_chat(self, updates: list[Update], before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        async with self._gate:
            for place, update in enumerate(updates):
                try:
                    await self._handle_one(update)
                except StoreError:
                    # These are asked for once more, in their order.
                    self._again.update(each.update_id for each in updates[place:])
                    raise
                self._handled[update.update_id] = True

    async def _some_end(self, soon: float | None) -> None:
        """Waits until what is being handled has ended, at most `soon` seconds. Raises the error of one that must come
        again."""
        if self._chats:
            await asyncio.wait(self._chats.values(), timeout=soon)
        ended = {chat: task for chat, task in self._chats.items() if task.done()}
        for chat in ended:
            del self._chats[chat]
        errors = [error for task in ended.values() if not task.cancelled() and (error := task.exception()) is not None]
        if errors:
            raise errors[0]

    async def _handle_one(self, update: Update) -> None:
        try:
            async with asyncio.timeout(_HANDLING_LIMIT):
                await self._handle(update)
        except StoreError:
            raise
        except Exception:
            log.exception("an update could not be handled", update=update.update_id)

    def _parse(self, item: dict[str, Any]) -> Update | None:
        try:
            return Update.de_json(item, self._bot)
        except Exception:
            log.exception("an update could not be read", update=item.get("update_id"))
            return None


def _chat_of(update: Update) -> int:
    chat = update.effective_chat
    return chat.id if chat else 0


def _line(error: BaseException) -> str:
    """The error in one line. The library puts the token into the text of one of its errors."""
    if isinstance(error, tg.InvalidToken):
        return "401 or 404; check the token"
    return str(error) if isinstance(error, KentonganError | tg.TelegramError) else f"{type(error).__name__}: {error}"
