"""Our limits hold in every window of a server that counts a message somewhere between call and answer."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Destination
from bot.telegram.pace import Limits, Pace, TooBusy

START = datetime(2026, 3, 10, 5, tzinfo=UTC)
PRIVATE = Destination(7)
GROUP = Destination(-100)


def pace() -> Pace:
    return Pace(lambda: START)


def send(pace: Pace, destination: Destination, at: datetime, took: float = 0.0) -> datetime:
    """Sends as soon as it may be, from `at` on; when it went out."""
    while (wait := pace.next_slot(at, destination)) > timedelta(0):
        at += wait
    turn = pace.begin(at, destination)
    pace.end(at + timedelta(seconds=took), turn)
    return at


def send_all(pace: Pace, destinations: list[Destination]) -> list[float]:
    """Sends one after the other; when each went out, in seconds."""
    at, times = START, []
    for destination in destinations:
        at = send(pace, destination, at)
        times.append(at)
    return seconds(times)


def seconds(times: list[datetime]) -> list[float]:
    return [round((at - START).total_seconds(), 3) for at in times]


def test_a_private_chat_takes_three_at_once_and_then_one_a_second() -> None:
    assert send_all(pace(), [PRIVATE] * 6) == [0, 0, 0, 1, 2, 3]


def test_a_burst_is_whole_again_after_a_rest() -> None:
    ours = pace()
    for _ in range(4):
        send(ours, PRIVATE, START)
    later = START + timedelta(seconds=10)
    assert [send(ours, PRIVATE, later) for _ in range(3)] == [later] * 3


def test_a_group_takes_twenty_in_any_minute() -> None:
    ours = Pace(lambda: START, Limits(spacing=timedelta(0)))
    assert send_all(ours, [GROUP] * 41) == [0] * 20 + [60] * 20 + [120]


def test_one_busy_chat_does_not_hold_up_another() -> None:
    ours = pace()
    for _ in range(10):
        send(ours, PRIVATE, START)
    assert ours.next_slot(START, Destination(8)) == timedelta(0)


def test_all_chats_together_take_twenty_five_in_a_second() -> None:
    assert send_all(pace(), [Destination(chat) for chat in range(1, 52)]) == [0] * 25 + [1] * 25 + [2]


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


def test_two_chats_refused_within_a_second_hold_up_all() -> None:
    ours = pace()
    ours.hold(7, START, timedelta(seconds=5))
    ours.hold(8, START + timedelta(seconds=0.5), timedelta(seconds=5))
    assert ours.next_slot(START + timedelta(seconds=0.5), GROUP) == timedelta(seconds=5)


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
