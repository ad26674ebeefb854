"""Real worker processes: what goes wrong in one of them stays in it."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import tasks

from bot.errors import ExtractError, FeedError, WorkerError
from bot.run.cpu import Cpu

LONG = timedelta(seconds=30)
SHORT = timedelta(seconds=0.5)


@pytest.fixture
async def cpu() -> AsyncIterator[Cpu]:
    async with Cpu(1) as opened:
        yield opened


async def test_a_task_gives_back_what_it_returns(cpu: Cpu) -> None:
    assert await cpu.call(LONG, tasks.double, 4, and_add=1) == 9


async def test_nothing_stands_still_while_the_first_workers_are_started(
    cpu: Cpu, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[bool] = []
    schedule = cpu._pool.schedule

    def watched(*args: Any, **kwargs: Any) -> Any:
        threads.append(threading.current_thread() is threading.main_thread())
        return schedule(*args, **kwargs)

    monkeypatch.setattr(cpu._pool, "schedule", watched)
    for _ in range(2):
        assert await cpu.call(LONG, tasks.double, 4) == 8
    assert threads == [False, True]


async def test_our_own_errors_come_through_with_all_they_carry(cpu: Cpu) -> None:
    with pytest.raises(FeedError, match="this is a web page") as caught:
        await cpu.call(LONG, tasks.no_feed)
    assert caught.value.alternates == ("https://example.org/feed",)
    with pytest.raises(ExtractError, match="the page holds no text"):
        await cpu.call(LONG, tasks.no_article)


async def test_an_error_nobody_foresaw_is_told_in_one_line(cpu: Cpu) -> None:
    with pytest.raises(WorkerError) as caught:
        await cpu.call(LONG, tasks.unforeseen)
    assert re.fullmatch(r"parsing failed: ZeroDivisionError: a bug in two lines \(tasks\.py:\d+\)", str(caught.value))


@pytest.mark.parametrize(
    "task", [tasks.awkward, tasks.our_own_awkward, tasks.no_answer], ids=["error", "error of ours", "result"]
)
async def test_what_cannot_be_handed_back_is_an_error_and_the_pool_goes_on(cpu: Cpu, task: object) -> None:
    with pytest.raises(WorkerError):
        await asyncio.wait_for(cpu.call(timedelta(seconds=10), task), 20)  # type: ignore[arg-type]  # any of several
    assert await cpu.call(LONG, tasks.double, 1) == 2


@pytest.mark.parametrize("task", [tasks.hang, tasks.hang_deaf], ids=["hanging", "deaf to signals"])
async def test_a_task_that_hangs_is_stopped_at_its_limit_and_the_pool_goes_on(cpu: Cpu, task: object) -> None:
    before = await cpu.call(LONG, tasks.pid)
    begun = time.monotonic()
    with pytest.raises(WorkerError, match=r"more than 0\.5 s"):
        await cpu.call(SHORT, task)  # type: ignore[arg-type]  # any of several
    assert time.monotonic() - begun < 10
    after = await cpu.call(LONG, tasks.pid)
    assert after != before


@pytest.mark.parametrize("task", [tasks.die, tasks.give_up], ids=["killed", "exit"])
async def test_a_worker_that_dies_is_an_error_and_the_pool_goes_on(cpu: Cpu, task: object) -> None:
    with pytest.raises(WorkerError, match="died"):
        await cpu.call(LONG, task)  # type: ignore[arg-type]  # any of several
    assert await cpu.call(LONG, tasks.double, 1) == 2


async def test_a_task_that_takes_all_memory_is_stopped(cpu: Cpu) -> None:
    with pytest.raises(WorkerError, match="memory"):
        await cpu.call(LONG, tasks.devour)
    assert await cpu.call(LONG, tasks.double, 1) == 2


async def test_an_interrupt_from_the_terminal_is_the_parents_business(cpu: Cpu) -> None:
    assert await cpu.call(LONG, tasks.interrupted) == "still here"


async def test_a_caller_that_goes_away_frees_the_worker(cpu: Cpu) -> None:
    await cpu.call(LONG, tasks.pid)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(cpu.call(LONG, tasks.hang), 0.3)
    assert await asyncio.wait_for(cpu.call(LONG, tasks.double, 1), 10) == 2


async def test_a_pool_whose_threads_have_failed_is_replaced() -> None:
    from pebble.pool.base_pool import PoolStatus

    async with Cpu(1) as cpu:
        assert await cpu.call(LONG, tasks.double, 1) == 2
        cpu._pool._context.status = PoolStatus.ERROR
        assert await cpu.call(LONG, tasks.double, 2) == 4
