"""Calls that meet are done as one: a transaction for many rows costs little more than one for a single row. It adds no
waiting: what comes while one is at work is the next one's share.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Together(Generic[Asked, Answer]):
    """`work` does what several callers ask, and returns an answer for each of them in their order; or it raises and
    leaves nothing behind, and each is done again alone, so that one failure stays one. `most` bounds how many at
    once."""

    def __init__(self, work: Callable[[Sequence[Asked]], Awaitable[Sequence[Answer]]], most: int = 100) -> None:
        self._work = work
        self._most = most
        self._waiting: list[tuple[Asked, asyncio.Future[Answer]]] = []
        self._working: asyncio.Task[None] | None = None

    async def __call__(self, asked: Asked) -> Answer:
        """The answer. A caller that is cancelled does not stop what has begun for others."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, answer))
        if self._working is None:
            self._working = asyncio.create_task(self._until_done(), name="together")
        return await answer

    async def _until_done(self) -> None:
        try:
            while self._waiting:
                share, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                await self._do([one for one in share if not one[1].done()])
        finally:
            self._working = None

    async def _do(self, share: Sequence[tuple[Asked, asyncio.Future[Answer]]]) -> None:
        if not share:
            return
        try:
            answers = await self._work([asked for asked, _ in share])
        except Exception as error:  # noqa: BLE001 - it is the caller's, who is told
            if len(share) > 1:
                for one in share:
                    await self._do([one])
            elif not share[0][1].done():
                share[0][1].set_exception(error)
        else:
            for (_, answer), found in zip(share, answers, strict=True):
                if not answer.done():
                    answer.set_result(found)
