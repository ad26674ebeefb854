"""Our limits hold in every window of a server that counts a message somewhere between call and answer."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Destination
from bot.telegram.pace import Limits, Pace, Rank, TooBusy

START = datetime(2026, 3, 10, 5, tzinfo=UTC)
PRIVATE = Destination(7)
GROUP = Destination(-100)


def pace() -> Pace:
    return Pace(lambda: START)


def send(pace: Pace, destination: Destination, at: datetime, took: float = 0.0, rank: Rank = Rank.ANSWER) -> datetime:
    """Sends as soon as it may be, from `at` on; when it went out."""
    while (wait := pace.next_slot(at, destination, rank)) > timedelta(0):
        at += wait
    turn = pace.begin(at, destination)
    pace.end(at + timedelta(seconds=took), turn)
    return at


def send_all(pace: Pace, destinations: list[Destination], rank: Rank = Rank.ANSWER) -> list[float]:
    """Sends one after the other; when each went out, in tenths of seconds."""
    at, times = START, []
    for destination in destinations:
        at = send(pace, destination, at, rank=rank)
        times.append(at)
    return seconds(times)


def seconds(times: list[datetime]) -> list[float]:
    return [int((at - START).total_seconds() * 10) / 10 for at in times]


def test_a_private_chat_takes_three_at_once_and_then_one_a_second() -> None:
    assert send_all(pace(), [PRIVATE] * 6) == [0, 0, 0, 1, 2, 3]


def test_one_of_the_three_is_kept_for_an_answer() -> None:
    ours = pace()
    assert send_all(ours, [PRIVATE] * 5, Rank.ALERT) == [0, 0, 1, 2, 3]
    now = START + timedelta(seconds=3.1)
    assert ours.next_slot(now, PRIVATE, Rank.ALERT) > timedelta(0)
    assert ours.next_slot(now, PRIVATE, Rank.ANSWER) == timedelta(0)


def test_two_of_the_twenty_of_a_group_are_kept_for_answers() -> None:
    ours = Pace(lambda: START, Limits(spacing=timedelta(0)))
    at = send_all(ours, [GROUP] * 19, Rank.ALERT)[-1]
    assert at >= 60
    assert ours.next_slot(START + timedelta(seconds=61), GROUP, Rank.ANSWER) == timedelta(0)


def test_a_burst_is_whole_again_after_a_rest() -> None:
    ours = pace()
    for _ in range(4):
        send(ours, PRIVATE, START)
    later = START + timedelta(seconds=10)
    assert seconds([send(ours, PRIVATE, later) for _ in range(3)]) == [10] * 3


def test_a_group_takes_twenty_in_any_minute() -> None:
    ours = Pace(lambda: START, Limits(spacing=timedelta(0)))
    found = send_all(ours, [GROUP] * 41)
    assert [int(at // 60) for at in found] == [0] * 20 + [1] * 20 + [2]


def test_one_busy_chat_does_not_hold_up_another() -> None:
    ours = pace()
    for _ in range(10):
        send(ours, PRIVATE, START)
    assert ours.next_slot(START + timedelta(seconds=10), Destination(8)) == timedelta(0)


def test_all_chats_together_take_twenty_seven_in_a_second_evenly() -> None:
    found = send_all(pace(), [Destination(chat) for chat in range(1, 56)])
    assert [int(at) for at in found] == [0] * 27 + [1] * 27 + [2]
    assert [sum(tenth <= at < tenth + 0.1 for at in found[:27]) for tenth in (0, 0.4, 0.8)] == [3, 3, 3]


async def test_of_those_that_wait_an_answer_goes_before_alerts_that_came_first() -> None:
    loop = asyncio.get_running_loop()
    ours = Pace(lambda: START + timedelta(seconds=loop.time()), Limits(in_all=5))
    went: list[int] = []

    async def go(chat: int, rank: Rank) -> None:
        async with ours.turn(Destination(chat), timedelta(seconds=10), rank):
            went.append(chat)

    async with asyncio.TaskGroup() as tasks:
        for chat in (1, 2, 3, 4):
            tasks.create_task(go(chat, Rank.DIGEST))
        await asyncio.sleep(0)
        tasks.create_task(go(8, Rank.ALERT))
        tasks.create_task(go(9, Rank.ANSWER))
    assert went == [1, 9, 8, 2, 3, 4]


async def test_a_chat_that_must_wait_holds_up_nobody_behind_it() -> None:
    loop = asyncio.get_running_loop()
    ours = Pace(lambda: START + timedelta(seconds=loop.time()))
    ours.hold(1, START + timedelta(seconds=loop.time()), timedelta(seconds=1))
    went: list[int] = []

    async def go(chat: int) -> None:
        async with ours.turn(Destination(chat), timedelta(seconds=10), Rank.URGENT if chat == 1 else Rank.DIGEST):
            went.append(chat)

    async with asyncio.TaskGroup() as tasks:
        for chat in (1, 2, 3):
            tasks.create_task(go(chat))
    assert went == [2, 3, 1]


async def test_who_stops_waiting_takes_no_turn() -> None:
    loop = asyncio.get_running_loop()
    ours = Pace(lambda: START + timedelta(seconds=loop.time()), Limits(in_all=1))
    async with ours.turn(PRIVATE, timedelta(seconds=1)):
        with pytest.raises(TooBusy):
            async with ours.turn(Destination(8), timedelta(seconds=0.05)):
                pytest.fail("sent too early")
    async with ours.turn(Destination(9), timedelta(seconds=3)):
        pass


def test_what_was_sent_before_counts() -> None:
    ours = Pace(lambda: START)
    for second in range(20):
        ours.remember(-100, START - timedelta(seconds=40 - second))
    assert ours.next_slot(START, GROUP) == timedelta(seconds=20)


def test_a_refused_chat_waits_and_only_that_one() -> None:
    ours = pace()
    ours.hold(7, START, timedelta(hours=12))
    assert ours.next_slot(START, PRIVATE) == timedelta(hours=12)
    assert ours.next_slot(START, GROUP) == timedelta(0)


def test_a_second_refusal_never_shortens_the_first() -> None:
    ours = pace()
    ours.hold(7, START, timedelta(hours=12))
    ours.hold(7, START, timedelta(seconds=1))
    assert ours.next_slot(START, PRIVATE) == timedelta(hours=12)


def test_two_chats_refused_within_a_second_hold_up_all_for_a_moment_however_long_they_must_wait() -> None:
    ours, second = pace(), timedelta(seconds=1)
    ours.hold(7, START, timedelta(hours=5))
    ours.hold(8, START + second / 2, timedelta(hours=5))
    assert ours.next_slot(START + second / 2, GROUP) == second
    assert ours.next_slot(START + second / 2, PRIVATE) > timedelta(hours=4)


def test_whoever_is_refused_again_after_a_rest_rests_twice_as_long() -> None:
    ours, second = pace(), timedelta(seconds=1)
    now, rests, chat = START, [], 10
    for _ in range(7):
        for _ in range(2):
            ours.hold(chat, now, timedelta(minutes=5))
            chat += 1
        rests.append(ours.next_slot(now, GROUP) / second)
        now += ours.next_slot(now, GROUP) + second
    assert rests == [1, 2, 4, 8, 16, 30, 30]
    ours.hold(98, now + timedelta(minutes=1), timedelta(minutes=5))
    ours.hold(99, now + timedelta(minutes=1), timedelta(minutes=5))
    assert ours.next_slot(now + timedelta(minutes=1), GROUP) == second


def test_refusals_of_what_was_on_its_way_lengthen_no_rest() -> None:
    ours, second = pace(), timedelta(seconds=1)
    for chat in range(10, 20):
        ours.hold(chat, START + (chat - 10) * second / 20, timedelta(minutes=5))
    assert ours.next_slot(START + second / 2, GROUP) <= second


def test_a_message_still_on_its_way_keeps_its_place() -> None:
    ours = Pace(lambda: START, Limits(in_all=1))
    turn = ours.begin(START, PRIVATE)
    later = START + timedelta(seconds=30)
    assert ours.next_slot(later, Destination(8)) > timedelta(0)
    ours.end(later, turn)
    assert ours.next_slot(later + timedelta(seconds=1), Destination(8)) == timedelta(0)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 0.3), st.floats(0, 3), st.floats(0, 1), st.sampled_from([-100, 7, 8, 9])),
        min_size=30,
        max_size=120,
    )
)
def test_whenever_the_server_counts_no_window_of_its_own_is_overrun(
    wishes: list[tuple[float, float, float, int]],
) -> None:
    ours = Pace(lambda: START, Limits(in_all=5, in_group=4, spacing=timedelta(0)))
    at, counted = START, []
    for pause, took, where, chat in wishes:
        at = send(ours, Destination(chat), at + timedelta(seconds=pause), took)
        counted.append((at + timedelta(seconds=took * where), chat))
    counted.sort()
    for index, (end, chat) in enumerate(counted):
        seen = counted[: index + 1]
        assert sum(1 for when, _ in seen if end - when < timedelta(seconds=1)) <= 5
        if chat < 0:
            assert sum(1 for when, other in seen if other == chat and end - when < timedelta(minutes=1)) <= 4


async def test_a_turn_that_comes_too_late_is_given_back_with_the_wait() -> None:
    ours = pace()
    ours.hold(7, START, timedelta(minutes=5))
    with pytest.raises(TooBusy) as caught:
        async with ours.turn(PRIVATE, timedelta(seconds=3)):
            pytest.fail("sent too early")
    assert caught.value.wait == timedelta(minutes=5)


async def test_a_short_wait_is_waited_out() -> None:
    loop = asyncio.get_running_loop()
    ours = Pace(lambda: START + timedelta(seconds=loop.time()), Limits(in_all=1))
    began = loop.time()
    for chat in (1, 2):
        async with ours.turn(Destination(chat), timedelta(seconds=3)):
            pass
    assert 1.0 <= loop.time() - began < 2.0
