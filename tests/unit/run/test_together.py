"""Calls that meet are done as one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.run.together import Together


class _Counter:
    """Doubles numbers, and remembers which came together. It takes a moment."""

    def __init__(self) -> None:
        self.shares: list[list[int]] = []

    async def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.shares.append(list(numbers))
        await asyncio.sleep(0.01)
        if 13 in numbers:
            raise ValueError("thirteen")
        return [2 * number for number in numbers]


async def test_what_is_asked_while_one_is_at_work_is_done_as_one_and_each_gets_its_own_answer() -> None:
    work = _Counter()
    double = Together(work)
    first = asyncio.create_task(double(1))
    await asyncio.sleep(0.005)
    assert await asyncio.gather(double(2), double(3), first) == [4, 6, 2]
    assert work.shares == [[1], [2, 3]]


async def test_a_caller_alone_waits_for_nobody() -> None:
    work = _Counter()
    double = Together(work)
    assert [await double(1), await double(2)] == [2, 4]
    assert work.shares == [[1], [2]]


async def test_no_more_than_the_most_are_done_at_once() -> None:
    work = _Counter()
    double = Together(work, most=2)
    assert await asyncio.gather(*map(double, range(5))) == [0, 2, 4, 6, 8]
    assert work.shares == [[0, 1], [2, 3], [4]]


async def test_a_failure_is_told_to_the_one_who_caused_it_alone() -> None:
    work = _Counter()
    double = Together(work)
    answers = await asyncio.gather(double(1), double(13), double(2), return_exceptions=True)
    assert [str(answer) for answer in answers] == ["2", "thirteen", "4"]
    assert work.shares == [[1, 13, 2], [1], [13], [2]]
    assert await double(2) == 4


async def test_a_caller_who_gives_up_does_not_stop_the_others() -> None:
    work = _Counter()
    double = Together(work)
    impatient, patient = asyncio.create_task(double(1)), asyncio.create_task(double(2))
    await asyncio.sleep(0.005)
    impatient.cancel()
    assert await patient == 4
    with pytest.raises(asyncio.CancelledError):
        await impatient
    assert work.shares == [[1, 2]]
