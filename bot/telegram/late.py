"""Work for an answer that takes longer than whoever asked waits: it goes on while other messages of the chat are read.
It does not outlive the program.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from bot.log import get

log = get(__name__)

_LATE: set[asyncio.Task[None]] = set()


async def within(seconds: float, work: Coroutine[Any, Any, None]) -> bool:
    """Whether the work was done in so many seconds. One that was not is not given up. Raises what it raises in time."""
    task = asyncio.create_task(work)
    done, _ = await asyncio.wait({task}, timeout=seconds)
    if done:
        task.result()
        return True
    _LATE.add(task)
    task.add_done_callback(_ended)
    return False


def _ended(task: asyncio.Task[None]) -> None:
    _LATE.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("a late answer failed", reason=repr(error))
