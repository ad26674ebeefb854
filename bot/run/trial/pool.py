"""The worker processes of a trial, and how they are kept busy. It knows nothing of rules."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import TimeoutError as FutureTimeout
from datetime import timedelta
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

from bot.errors import KentonganError, WorkerError
from bot.model import Source
from bot.run.trial import work
from bot.watch.trial import Files

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

MOST_WORKERS = 2
"""Each costs some 80 MB; reading the archive keeps part of a third core busy."""

BATCH_LIMIT = timedelta(minutes=5)
"""For one batch: some 250 articles take a second or less."""


class Workers:
    """The worker processes of one trial. They end with the block, however it ends, and when their parent dies."""

    def __init__(self, files: Files, sources: Mapping[str, Source]) -> None:
        from pebble import ProcessPool

        self.number = min(MOST_WORKERS, os.cpu_count() or 1)
        # A server process forks them with everything imported: what they share is in memory once.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([work.__name__])
        self._pool: Any = ProcessPool(
            max_workers=self.number, initializer=work.start, initargs=(files, sources), context=context
        )

    async def __aenter__(self) -> Workers:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.stop()
        await asyncio.to_thread(self._pool.join)

    async def call(self, task: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What `task` returns in a worker. Raises WorkerError where that took too long or the worker died."""
        from concurrent.futures.process import BrokenProcessPool

        from pebble import ProcessExpired

        try:
            future = self._pool.schedule(task, args=args, kwargs=kwargs, timeout=BATCH_LIMIT.total_seconds())
            result: R = await asyncio.wrap_future(future)
        except KentonganError:
            raise
        except (FutureTimeout, TimeoutError):
            raise WorkerError("a batch of articles took too long to match and was stopped") from None
        except (ProcessExpired, BrokenProcessPool):
            raise WorkerError("a worker process died while matching: is there memory left?", died=True) from None
        return result

    async def side_by_side(self, items: AsyncIterator[T], task: Callable[[T], Awaitable[R]]) -> AsyncGenerator[R, None]:
        """The results in the order of the items; so many are under way that no worker waits for the next."""
        under_way: list[asyncio.Future[R]] = []
        try:
            async for item in items:
                under_way.append(asyncio.ensure_future(task(item)))
                if len(under_way) > 2 * self.number:
                    yield await under_way.pop(0)
            while under_way:
                yield await under_way.pop(0)
        finally:
            for left in under_way:
                left.cancel()
