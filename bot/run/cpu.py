"""Worker processes for parsing and extraction, so that no page can hold up or take down the bot. They keep nothing."""

from __future__ import annotations

import asyncio
import multiprocessing
import pickle
import tempfile
import traceback
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeout
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

from bot.errors import KentonganError, WorkerError

P = ParamSpec("P")
R = TypeVar("R")

FEED_LIMIT = timedelta(seconds=10)
"""For one feed: 5,000 entries take about 3 s; a hostile 4 MB feed was seen to take 13 s."""

PAGE_LIMIT = timedelta(seconds=8)
"""For one page: the slowest of 100 real pages took 0.3 s, a hostile 1.4 MB of <span> 4.5 s."""

_TASKS_PER_WORKER = 400
"""Then a worker is replaced: parsers leave fragments of memory behind."""

_MEMORY = 380 << 20
"""Data of a worker in bytes. Warm it holds about 150 MB; a page of 400,000 links wants 1.9 GB, and does not get it."""


_ENDS_WITHIN = 0.5
"""Seconds that a worker has to end before it is killed."""


class NoWorkers(KentonganError):
    """Nothing can be parsed at all: no fault of the feed or page that was to be."""


class Cpu:
    """A pool of worker processes. A task that exceeds its time is killed with its worker, and the pool goes on."""

    def __init__(self, workers: int) -> None:
        # A fork of this process would copy its threads' locks; the server process has none.
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["bot.run.warm"])
        self._workers = workers
        self.died = self.stopped = 0
        """Workers that ended while they parsed: by themselves or by the system, and because they took too long."""
        self._pool, self._running = self._open(), False

    def _open(self) -> Any:
        from pebble import CONSTS, ProcessPool

        # Of one that does not end when it is asked to: nothing is lost with it, and they are asked one after another.
        CONSTS.term_timeout = _ENDS_WITHIN
        return ProcessPool(
            max_workers=self._workers, max_tasks=_TASKS_PER_WORKER, initializer=_start, context=self._context
        )

    async def __aenter__(self) -> Cpu:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.stop()
        await asyncio.to_thread(self._pool.join)

    async def call(self, limit: timedelta, task: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What `task` returns or raises of ours in a worker. Raises WorkerError where it ran out of time or memory,
        died, or failed in a way nobody foresaw, and NoWorkers where no worker can be had; the next call tries anew."""
        from concurrent.futures.process import BrokenProcessPool

        from pebble import ProcessExpired

        wanted: dict[str, Any] = {"args": (task, args, kwargs), "timeout": limit.total_seconds()}
        try:
            try:
                future = await self._schedule(_guarded, **wanted)
            except BrokenProcessPool:
                raise
            except RuntimeError:
                # The pool's own threads failed, and stay so: a worker that died at the wrong moment is enough.
                old, self._pool, self._running = self._pool, self._open(), False
                old.stop()
                future = await self._schedule(_guarded, **wanted)
        except BrokenProcessPool:
            # A broken pool stays broken.
            self._pool, self._running = self._open(), False
            raise NoWorkers(f"no worker process can be started: {_likely_cause()}") from None
        try:
            result: R = await asyncio.wrap_future(future)
        except KentonganError:
            raise
        except (FutureTimeout, TimeoutError):
            self.stopped += 1
            raise WorkerError(f"parsing took more than {limit.total_seconds():g} s and was stopped") from None
        except ProcessExpired:
            self.died += 1
            raise WorkerError("the worker process died while parsing", died=True) from None
        except (asyncio.CancelledError, KeyboardInterrupt):
            future.cancel()
            raise
        except Exception as error:
            raise WorkerError(_one_line(error)) from error
        return result

    async def _schedule(self, *args: Any, **kwargs: Any) -> Any:
        if self._running:
            return self._pool.schedule(*args, **kwargs)
        # The first task starts the workers, once all that they need is loaded: a second in which nothing else is to
        # stand still. Several at once start them once.
        future = await asyncio.to_thread(self._pool.schedule, *args, **kwargs)
        self._running = True
        return future


_LONGEST_TEMPORARY = 107 - len("/pymp-12345678/listener-12345678")
"""Characters of the temporary directory's path: worker processes are called over a local socket there, whose whole
path may have 107 bytes (unix(7))."""


def _likely_cause() -> str:
    folder = tempfile.gettempdir()
    if len(folder) > _LONGEST_TEMPORARY:
        return f"the path of the temporary directory (TMPDIR) is too long, more than {_LONGEST_TEMPORARY} characters"
    return "is there memory left, and room in the temporary directory?"


def _guarded(task: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]) -> R:
    """Runs in a worker. Hands back no error that the parent might not be able to make again: one that fails to be
    unpickled there is the end of the whole pool."""
    try:
        return task(*args, **kwargs)
    except MemoryError:
        raise WorkerError("parsing needed too much memory and was stopped") from None
    except KentonganError as error:
        try:
            pickle.loads(pickle.dumps(error))  # noqa: S301 - our own error, in our own process
        except Exception:  # noqa: BLE001 - whatever it is, it must not reach the parent
            raise WorkerError(_one_line(error)) from None
        raise
    except Exception as error:  # noqa: BLE001 - as above
        raise WorkerError(_one_line(error)) from None


def _one_line(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return " ".join(f"parsing failed: {type(error).__name__}: {error}".split())[:300] + place


def _start() -> None:
    """Runs first in every worker: bounds its memory, and leaves signals to the parent."""
    import resource
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    soft = _MEMORY if hard == resource.RLIM_INFINITY else min(_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
