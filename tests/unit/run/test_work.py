"""The contract of `Work`, for every implementation of it; and what each promises besides."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.run.jobs import ProcrastinateWork
from bot.run.work import LANES, TELL_LANE, LocalWork, Visit, Work, all_of, lane_of
from bot.store import AsyncConnection
from bot.store.database import Database, open_database
from bot.store.facts import get_fact, set_fact
from postgres import Cluster

LANE, OTHER = 3, 4
PATIENCE = 5.0


Make = Callable[[Visit], Work]


class Visits:
    """Records visits. Each waits until it is let go, unless `quick`."""

    def __init__(self, *, quick: bool = True) -> None:
        self.done: Counter[int] = Counter()
        self.begun: Counter[int] = Counter()
        self.running: Counter[int] = Counter()
        self.overlaps = 0
        self.fail: set[int] = set()
        self._gate = asyncio.Event()
        if quick:
            self._gate.set()

    async def __call__(self, lane: int) -> None:
        self.begun[lane] += 1
        self.running[lane] += 1
        self.overlaps += self.running[lane] > 1
        try:
            await self._gate.wait()
            # Time for another visit to begin, where nothing kept it from doing so.
            for _ in range(3):
                await asyncio.sleep(0)
            if lane in self.fail:
                raise ValueError("a visit that fails")
            self.done[lane] += 1
        finally:
            self.running[lane] -= 1

    def hold(self) -> None:
        self._gate.clear()

    def let_go(self) -> None:
        self._gate.set()


async def until(holds: Callable[[], bool]) -> None:
    """Waits until something holds; fails after `PATIENCE` seconds."""
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.005)


async def settled() -> None:
    """Long enough for a visit that should not happen to happen."""
    await asyncio.sleep(0.05)


@asynccontextmanager
async def at_work(make: Make, visits: Visits) -> AsyncIterator[Work]:
    work = make(visits)
    runner = asyncio.create_task(work.run())
    try:
        yield work
    finally:
        visits.let_go()
        runner.cancel()
        await asyncio.gather(runner, return_exceptions=True)


@pytest.fixture(params=["local", "procrastinate"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def kept(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """The database that the work is about."""
    address: str | Path = tmp_path / "kentongan.db"
    if kind == "procrastinate":
        postgres: Cluster = request.getfixturevalue("postgres")
        address = postgres.url(postgres.create())
    async with open_database(address) as database:
        yield database


@pytest.fixture
async def make(kind: str, kept: Database) -> AsyncIterator[Make]:
    """Makes work of every kind; the tests below hold for all."""
    if kind == "local":
        yield LocalWork
        return
    made: list[ProcrastinateWork] = []

    def making(visit: Visit) -> Work:
        made.append(ProcrastinateWork(kept, visit, nothing_in_hand))
        return made[-1]

    yield making
    for work in made:
        await work.finish(PATIENCE)


async def nothing_in_hand(connection: AsyncConnection, lane: int) -> None:
    """A visit here takes nothing that could be left behind."""


# --- the contract ---------------------------------------------------------------------------------------------------


async def test_five_offers_before_a_run_are_one_visit(make: Make) -> None:
    visits = Visits()
    work = make(visits)
    for _ in range(5):
        await work.offer(LANE)
    runner = asyncio.create_task(work.run())
    await until(lambda: visits.done[LANE] == 1)
    await settled()
    assert visits.begun == {LANE: 1}
    runner.cancel()


async def test_offers_during_a_visit_are_one_more_visit_after_it(make: Make) -> None:
    visits = Visits(quick=False)
    async with at_work(make, visits) as work:
        await work.offer(LANE)
        await until(lambda: visits.running[LANE] == 1)
        for _ in range(5):
            await work.offer(LANE)
        await settled()
        assert visits.begun[LANE] == 1
        visits.let_go()
        await until(lambda: visits.done[LANE] == 2)
        await settled()
        assert visits.begun[LANE] == 2


async def test_a_visit_that_raises_does_not_shut_its_lane(make: Make) -> None:
    visits = Visits()
    visits.fail = {LANE}
    async with at_work(make, visits) as work:
        await work.offer(LANE)
        await until(lambda: visits.begun[LANE] == 1 and visits.running[LANE] == 0)
        visits.fail = set()
        await work.offer(LANE)
        await until(lambda: visits.done[LANE] == 1)


async def test_two_visits_of_a_lane_never_overlap(make: Make) -> None:
    visits = Visits()
    async with at_work(make, visits) as work:
        for number in range(200):
            await work.offer(number % 5)
            if number % 3 == 0:
                await asyncio.sleep(0)
        await until(lambda: len(visits.done) == 5 and not any(visits.running.values()))
    assert visits.overlaps == 0


async def test_a_slow_lane_holds_up_no_other(make: Make) -> None:
    slow, quick = Visits(quick=False), Visits()

    async def visit(lane: int) -> None:
        await (slow if lane == LANE else quick)(lane)

    work = make(visit)
    runner = asyncio.create_task(work.run())
    await work.offer(LANE)
    await until(lambda: slow.running[LANE] == 1)
    await work.offer(OTHER)
    await until(lambda: quick.done[OTHER] == 1)
    slow.let_go()
    await until(lambda: slow.done[LANE] == 1)
    runner.cancel()


async def test_an_offer_made_by_a_visit_to_its_own_lane_is_one_more_visit(make: Make) -> None:
    made: list[Work] = []
    begun: list[int] = []

    async def visit(lane: int) -> None:
        begun.append(lane)
        if len(begun) == 1:
            await made[0].offer(lane)

    made.append(make(visit))
    runner = asyncio.create_task(made[0].run())
    await made[0].offer(LANE)
    await until(lambda: len(begun) == 2)
    await settled()
    assert begun == [LANE, LANE]
    runner.cancel()


async def test_an_offer_within_a_transaction_is_a_visit_when_that_is_kept(make: Make, kept: Database) -> None:
    visits = Visits()
    async with at_work(make, visits) as work:
        async with kept.write() as connection:
            await work.offer_within(connection, LANE, OTHER)
            await settled()
            assert visits.begun == {}
        await until(lambda: visits.done == {LANE: 1, OTHER: 1})


async def test_an_offer_within_a_transaction_that_is_undone_is_none(make: Make, kept: Database) -> None:
    visits = Visits()
    async with at_work(make, visits) as work:
        with pytest.raises(ZeroDivisionError):
            async with kept.write() as connection:
                await work.offer_within(connection, LANE)
                raise ZeroDivisionError
        await work.offer(OTHER)
        await until(lambda: visits.done[OTHER] == 1)
        await settled()
        assert visits.begun == {OTHER: 1}


async def test_what_is_offered_already_spoils_no_transaction(make: Make, kept: Database, now: datetime) -> None:
    visits = Visits()
    work = make(visits)
    await work.offer(LANE)
    async with kept.write() as connection:
        await set_fact(connection, "tick", 1, now)
        await work.offer_within(connection, LANE, OTHER)
    async with kept.read() as connection:
        assert await get_fact(connection, "tick") == 1
    runner = asyncio.create_task(work.run())
    await until(lambda: visits.done == {LANE: 1, OTHER: 1})
    runner.cancel()


# --- ProcrastinateWork ----------------------------------------------------------------------------------------------


@pytest.fixture
async def shared(postgres: Cluster) -> AsyncIterator[Database]:
    async with open_database(postgres.url(postgres.create())) as database:
        yield database


async def _jobs(database: Database) -> int:
    async with database.read() as connection:
        return int((await connection.exec_driver_sql("SELECT count(*) FROM procrastinate_jobs")).scalar_one())


async def _dies_in_a_visit(database: Database) -> None:
    """A worker whose machine is gone in the midst of a visit: its job is there, its signs of life end."""
    visits = Visits(quick=False)
    work = ProcrastinateWork(database, visits, nothing_in_hand)
    runner = asyncio.create_task(work.run())
    await work.offer(LANE)
    await until(lambda: visits.running[LANE] == 1)
    async with database.write() as connection:
        await connection.exec_driver_sql("DELETE FROM procrastinate_workers")
    runner.cancel()
    work.drop()
    await work.finish(0)
    async with database.write() as connection:
        job = "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, status)"
        name = f"lane {LANE}"
        await connection.exec_driver_sql(
            f"{job} VALUES ('lanes', 'visit', '{name}', '{name}', '{{\"lane\": {LANE}}}', 'doing')"
        )


async def test_the_lane_of_a_machine_that_died_is_shut_until_it_is_reaped_and_freed_before(shared: Database) -> None:
    await _dies_in_a_visit(shared)
    freed: list[int] = []

    async def free(connection: AsyncConnection, lane: int) -> None:
        freed.append(lane)

    visits = Visits()
    work = ProcrastinateWork(shared, visits, free)
    runner = asyncio.create_task(work.run())
    # An offer that waits behind the dead job.
    await work.offer(LANE, OTHER)
    await until(lambda: visits.done[OTHER] == 1)
    await settled()
    assert visits.begun[LANE] == 0
    await work.reap()
    assert freed == [LANE]
    await until(lambda: visits.done[LANE] == 1)
    await settled()
    assert visits.begun[LANE] == 1
    runner.cancel()
    await work.finish(PATIENCE)


async def test_all_machines_may_reap_at_once(shared: Database) -> None:
    await _dies_in_a_visit(shared)
    visits = Visits()
    works = [ProcrastinateWork(shared, visits, nothing_in_hand) for _ in range(3)]
    await asyncio.gather(*(work.reap() for work in works))
    runners = [asyncio.create_task(work.run()) for work in works]
    await until(lambda: visits.done[LANE] == 1)
    await settled()
    assert (visits.begun[LANE], visits.overlaps) == (1, 0)
    for runner, work in zip(runners, works, strict=True):
        runner.cancel()
        await work.finish(PATIENCE)


async def test_what_a_failed_visit_had_in_hand_is_freed_while_the_lane_is_still_its_own(shared: Database) -> None:
    visits = Visits()
    visits.fail = {LANE}
    jobs: list[int] = []

    async def free(connection: AsyncConnection, lane: int) -> None:
        doing = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'"
        jobs.append((await connection.exec_driver_sql(doing)).scalar_one())

    work = ProcrastinateWork(shared, visits, free)
    runner = asyncio.create_task(work.run())
    await work.offer(LANE)
    await until(lambda: jobs == [1])
    runner.cancel()
    await work.finish(PATIENCE)


async def test_a_lane_whose_visit_ended_and_whose_job_did_not_is_freed_and_one_that_is_visited_is_not(
    shared: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.run.jobs.ABANDONED", 0.3)
    visits, freed = Visits(), list[int]()

    async def free(connection: AsyncConnection, lane: int) -> None:
        freed.append(lane)

    work = ProcrastinateWork(shared, visits, free)
    runner = asyncio.create_task(work.run())
    await work.offer(LANE)
    await until(lambda: visits.done[LANE] == 1)
    async with asyncio.timeout(PATIENCE):
        while await _jobs(shared):
            await asyncio.sleep(0.005)
    # As a server that is killed forgets the last moments, or is away just then.
    async with shared.write() as connection:
        job = "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, status, worker_id)"
        name = f"lane {LANE}"
        await connection.exec_driver_sql(
            f"{job} SELECT 'lanes', 'visit', '{name}', '{name}', '{{\"lane\": {LANE}}}', 'doing', max(id) "
            "FROM procrastinate_workers"
        )
    visits.hold()
    await work.offer(OTHER)
    await until(lambda: visits.running[OTHER] == 1)
    for _ in range(2):
        await work.reap()
        await asyncio.sleep(0.35)
    await work.reap()
    assert freed == [LANE]
    visits.let_go()
    await until(lambda: visits.done[LANE] == 2)
    runner.cancel()
    await work.finish(PATIENCE)


async def test_what_a_visit_had_in_hand_is_freed_as_soon_as_that_can_be_written(shared: Database) -> None:
    visits, attempts = Visits(), list[int]()
    visits.fail = {LANE}

    async def free(connection: AsyncConnection, lane: int) -> None:
        attempts.append(lane)
        if len(attempts) < 3:
            raise StoreError("the database is away")

    work = ProcrastinateWork(shared, visits, free)
    runner = asyncio.create_task(work.run())
    await work.offer(LANE)
    await until(lambda: attempts == [LANE] * 3)
    runner.cancel()
    await work.finish(PATIENCE)


async def test_a_lane_that_was_taken_from_a_machine_that_stood_still_is_held_no_more(shared: Database) -> None:
    found = list[Collection[int]]()

    async def look(lane: int) -> None:
        async with shared.write() as connection:
            found.append(await work.holding(connection, [lane, OTHER]))

    async def visit(lane: int) -> None:
        await look(lane)
        async with shared.write() as connection:
            await connection.exec_driver_sql("DELETE FROM procrastinate_jobs WHERE status = 'doing'")
        await look(lane)

    work = ProcrastinateWork(shared, visit, nothing_in_hand)
    runner = asyncio.create_task(work.run())
    await work.offer(LANE)
    await until(lambda: len(found) == 2)
    assert found == [[LANE], []]
    runner.cancel()
    await work.finish(PATIENCE)


async def test_a_lane_is_not_taken_while_something_in_it_is_being_claimed(shared: Database) -> None:
    order = list[str]()

    async def visit(lane: int) -> None:
        async with shared.write() as connection:
            await work.holding(connection, [lane])
            taking = asyncio.create_task(take())
            await asyncio.sleep(0.2)
            order.append("claimed")
        await taking

    async def take() -> None:
        async with shared.write() as connection:
            await connection.exec_driver_sql("DELETE FROM procrastinate_jobs WHERE status = 'doing'")
        order.append("taken")

    work = ProcrastinateWork(shared, visit, nothing_in_hand)
    runner = asyncio.create_task(work.run())
    await work.offer(LANE)
    await until(lambda: len(order) == 2)
    assert order == ["claimed", "taken"]
    runner.cancel()
    await work.finish(PATIENCE)


async def test_only_the_machine_that_leads_visits_the_lane_of_messages(shared: Database) -> None:
    mine, theirs = Visits(), Visits()
    leader, follower = (ProcrastinateWork(shared, each, nothing_in_hand) for each in (mine, theirs))
    runners = [asyncio.create_task(work.run()) for work in (leader, follower)]
    await follower.offer(TELL_LANE)
    await settled()
    assert (mine.begun, theirs.begun) == ({}, {})
    leader.tell()
    await until(lambda: mine.done[TELL_LANE] == 1)
    await leader.tell_no_more(1)
    await leader.offer(TELL_LANE)
    follower.tell()
    await until(lambda: theirs.done[TELL_LANE] == 1)
    for runner, work in zip(runners, (leader, follower), strict=True):
        runner.cancel()
        await work.finish(PATIENCE)


async def test_a_database_that_restarts_ends_no_work(shared: Database) -> None:
    visits = Visits()
    work = ProcrastinateWork(shared, visits, nothing_in_hand)
    runner = asyncio.create_task(work.run())
    await work.offer(LANE)
    await until(lambda: visits.done[LANE] == 1)
    async with shared.write() as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        await connection.exec_driver_sql(f"{others} AND pid <> pg_backend_pid()")
    await work.offer(OTHER)
    await until(lambda: visits.done[OTHER] == 1)
    runner.cancel()
    await work.finish(PATIENCE)


# --- LocalWork ------------------------------------------------------------------------------------------------------


async def test_no_more_lanes_are_worked_at_once_than_allowed() -> None:
    visits = Visits(quick=False)
    async with at_work(lambda visit: LocalWork(visit, at_once=2), visits) as work:
        for lane in range(5):
            await work.offer(lane)
        await until(lambda: sum(visits.running.values()) == 2)
        await settled()
        assert sum(visits.running.values()) == 2
        visits.let_go()
        await until(lambda: sum(visits.done.values()) == 5)


async def test_idle_waits_for_offers_and_for_visits() -> None:
    visits = Visits()
    async with at_work(LocalWork, visits) as work:
        assert isinstance(work, LocalWork)
        await work.offer(LANE)
        await work.offer(OTHER)
        await asyncio.wait_for(work.idle(), PATIENCE)
        assert visits.done == {LANE: 1, OTHER: 1}


async def test_finish_waits_for_visits_that_end_by_themselves() -> None:
    visits = Visits(quick=False)
    async with at_work(LocalWork, visits) as work:
        assert isinstance(work, LocalWork)
        await work.offer(LANE)
        await until(lambda: visits.running[LANE] == 1)
        asyncio.get_running_loop().call_later(0.05, visits.let_go)
        assert await work.finish(PATIENCE) is True
        assert visits.done == {LANE: 1}


async def test_finish_cancels_visits_that_take_too_long() -> None:
    visits = Visits(quick=False)
    async with at_work(LocalWork, visits) as work:
        assert isinstance(work, LocalWork)
        await work.offer(LANE)
        await until(lambda: visits.running[LANE] == 1)
        assert await work.finish(0.05) is False
        assert visits.running[LANE] == 0
        assert visits.done[LANE] == 0


async def test_finish_without_visits_is_done_at_once() -> None:
    assert await LocalWork(Visits()).finish(PATIENCE) is True


async def test_a_visit_goes_on_when_the_run_is_cancelled_until_it_is_finished() -> None:
    visits = Visits(quick=False)
    work = LocalWork(visits)
    runner = asyncio.create_task(work.run())
    await work.offer(LANE)
    await until(lambda: visits.running[LANE] == 1)
    runner.cancel()
    await asyncio.gather(runner, return_exceptions=True)
    assert visits.running[LANE] == 1
    visits.let_go()
    assert await work.finish(PATIENCE) is True
    assert visits.done[LANE] == 1


async def test_why_a_visit_failed_is_kept() -> None:
    visits = Visits()
    visits.fail = {LANE}
    async with at_work(LocalWork, visits) as work:
        assert isinstance(work, LocalWork)
        await work.offer(LANE)
        await work.idle()
        assert str(work.failure) == "a visit that fails"


# --- lanes ----------------------------------------------------------------------------------------------------------


def test_every_machine_computes_the_same_lane() -> None:
    assert (lane_of("www.antaranews.com"), lane_of("")) == (crc("www.antaranews.com"), 0)
    assert 0 <= lane_of("日本.example") < LANES


def crc(host: str) -> int:
    """The CRC-32 of ISO 3309, bit by bit."""
    value = 0xFFFFFFFF
    for byte in host.encode():
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xEDB88320 if value & 1 else 0)
    return (value ^ 0xFFFFFFFF) % 256


async def test_parts_that_run_side_by_side_all_end_before_the_first_error_is_raised() -> None:
    ended = []

    async def part(number: int) -> None:
        await asyncio.sleep(0.01 * number)
        ended.append(number)
        if number in (1, 2):
            raise ValueError(number)

    with pytest.raises(ValueError, match="1"):
        await all_of(map(part, (0, 1, 2, 3)))
    assert ended == [0, 1, 2, 3]


async def test_messages_do_not_wait_for_slow_hosts() -> None:
    visits = Visits(quick=False)
    work = LocalWork(visits, at_once=2)
    runner = asyncio.create_task(work.run())
    for lane in (1, 2, 3, TELL_LANE):
        await work.offer(lane)
    await asyncio.sleep(0.05)
    assert TELL_LANE in visits.begun and 3 not in visits.begun
    runner.cancel()
    await work.finish(0)
