"""Turns at hosts among machines, and the machines themselves: on PostgreSQL, by its server's clock."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.errors import StoreError
from bot.store import leader, nodes, turns
from bot.store.database import Database, open_database
from bot.store.leader import LeaderLock
from bot.store.turns import Taken

pytestmark = pytest.mark.parametrize("address", ["postgresql"], indirect=True)

LEASE, SHORT, LONG = timedelta(seconds=30), timedelta(seconds=0.1), timedelta(minutes=5)


async def take(database: Database, node: str, *hosts: str, lease: timedelta = LEASE) -> dict[str, Taken | None]:
    async with database.write() as connection:
        return await turns.take(connection, node, hosts, lease)


async def give_back(database: Database, node: str, host: str, peace: timedelta) -> None:
    async with database.write() as connection:
        await turns.give_back(connection, node, {host: peace})


async def test_one_machine_at_a_time_has_the_turn_at_a_host(database: Database) -> None:
    assert await take(database, "a", "one.example", "two.example") == {"one.example": None, "two.example": None}
    found = await take(database, "b", "two.example", "three.example")
    assert found["three.example"] is None
    taken = found["two.example"]
    assert taken is not None
    assert LEASE - timedelta(seconds=5) < taken.busy <= LEASE
    assert taken.peace <= timedelta(0)


async def test_a_pause_holds_for_all_machines(database: Database) -> None:
    await take(database, "a", "one.example")
    await give_back(database, "a", "one.example", LONG)
    for node in ("a", "b"):
        taken = (await take(database, node, "one.example"))["one.example"]
        assert taken is not None
        assert LONG - timedelta(seconds=5) < taken.peace <= LONG
        assert taken.busy <= timedelta(0)


async def test_after_the_pause_anybody_may_ask(database: Database) -> None:
    await take(database, "a", "one.example")
    await give_back(database, "a", "one.example", SHORT)
    await asyncio.sleep(0.15)
    assert await take(database, "b", "one.example") == {"one.example": None}


async def test_the_turn_of_a_machine_that_died_ends_by_itself_and_is_not_its_own_any_more(database: Database) -> None:
    await take(database, "a", "one.example", lease=SHORT)
    await asyncio.sleep(0.15)
    assert await take(database, "b", "one.example") == {"one.example": None}
    # It was only slow, and comes back.
    await give_back(database, "a", "one.example", timedelta(0))
    assert (await take(database, "c", "one.example"))["one.example"] is not None


async def test_machines_that_want_the_same_hosts_at_once_share_them_out(database: Database) -> None:
    hosts = [f"host-{number}.example" for number in range(50)]
    found = await asyncio.gather(
        take(database, "a", *hosts),
        take(database, "b", *reversed(hosts)),
        take(database, "c", *hosts[25:], *hosts[:25]),
    )
    for host in hosts:
        assert [each[host] for each in found].count(None) == 1


async def test_hosts_that_nobody_asks_any_more_are_forgotten(database: Database) -> None:
    await take(database, "a", "one.example", lease=SHORT)
    await take(database, "a", "two.example")
    await asyncio.sleep(0.15)
    async with database.write() as connection:
        await turns.forget_turns(connection, timedelta(0))
    assert (await take(database, "b", "two.example"))["two.example"] is not None
    assert (await take(database, "b", "one.example"))["one.example"] is None


async def test_a_machine_is_there_as_long_as_it_says_so(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        first = await nodes.join_in(connection, "one", "1.0", "aa")
        second = await nodes.join_in(connection, "two", "1.1", "bb")
    await asyncio.sleep(0.3)
    async with database.write() as connection:
        assert await nodes.beat(connection, second, config="cc", leads=True, visits=7, last_tick=now)
    async with database.read() as connection:
        (found,) = await nodes.alive(connection, timedelta(seconds=0.2))
        assert [node.name for node in await nodes.alive(connection, LONG)] == ["one", "two"]
    assert (found.name, found.version, found.config, found.leads, found.visits) == ("two", "1.1", "cc", True, 7)
    assert found.last_tick == now
    async with database.write() as connection:
        await nodes.leave(connection, second)
        await nodes.forget_dead(connection, timedelta(seconds=0.1))
        assert not await nodes.beat(connection, first, config="aa", leads=False, visits=0, last_tick=None)


async def test_one_machine_leads_and_another_does_when_its_connection_ends(address: str | Path) -> None:
    async with open_database(address) as database, LeaderLock(database) as second:
        async with LeaderLock(database) as first:
            assert [await first.held(), await second.held(), await first.held()] == [True, False, True]
        assert await second.held()


async def test_a_leader_whose_connection_was_cut_leads_no_more(address: str | Path) -> None:
    async with open_database(address) as database, LeaderLock(database) as lock:
        assert await lock.held()
        async with database.write() as connection:
            others = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
            await connection.execute(text(others))
        assert not await lock.held()
        # It may try again.
        assert await lock.held()


async def test_the_lock_of_a_leader_that_stands_still_is_taken_from_it_and_of_no_other(
    address: str | Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leader, "STANDS_STILL", 0.5)
    async with open_database(address) as database, LeaderLock(database) as first, LeaderLock(database) as second:
        for _ in range(4):
            assert await first.held()
            assert not await second.held()
            await asyncio.sleep(0.2)
        await asyncio.sleep(0.5)
        assert not await second.held()
        assert await second.held()
        assert not await first.held()
        assert not await first.held()


async def test_a_round_that_leads_for_long_keeps_the_lead(address: str | Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leader, "STANDS_STILL", 0.6)
    monkeypatch.setattr(leader, "LOOK", 0.1)
    async with open_database(address) as database, LeaderLock(database) as first, LeaderLock(database) as second:
        assert await first.held()
        async with first.kept():
            for _ in range(6):
                await asyncio.sleep(0.2)
                assert not await second.held()
        assert await first.held()


async def test_a_round_whose_lead_is_lost_is_given_up(address: str | Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leader, "LOOK", 0.1)
    async with open_database(address) as database, LeaderLock(database) as lock:
        assert await lock.held()
        with pytest.raises(StoreError, match="another machine has taken the lead"):
            async with lock.kept():
                async with database.write() as connection:
                    others = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                    await connection.execute(text(others))
                await asyncio.sleep(10)


async def test_a_server_that_does_not_answer_is_waited_for_no_longer_than_said(
    address: str | Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leader, "ASKING", 0.5)
    async with open_database(address) as database, LeaderLock(database) as lock:
        assert await lock.held()
        async with database.read() as connection:
            held = "SELECT pid FROM pg_locks WHERE locktype = 'advisory'"
            server = int((await connection.execute(text(held))).scalar_one())
        os.kill(server, signal.SIGSTOP)
        try:
            began = time.monotonic()
            assert not await lock.held()
            assert time.monotonic() - began < 2
        finally:
            os.kill(server, signal.SIGCONT)
        async with asyncio.timeout(20):
            while not await lock.held():
                await asyncio.sleep(0.1)


async def test_the_turns_of_a_machine_that_gave_no_sign_of_life_end_and_those_of_others_do_not(
    database: Database,
) -> None:
    async with database.write() as connection:
        for name in ("dead", "alive"):
            await nodes.join_in(connection, name, "1", "hash")
        await connection.execute(
            text("UPDATE nodes SET seen_at = clock_timestamp() - interval '1 minute' WHERE name = 'dead'")
        )
    for node in ("dead", "alive", "a single round"):
        await take(database, node, f"{node.replace(' ', '-')}.example")
    async with database.write() as connection:
        await turns.end_turns_of_dead(connection, timedelta(seconds=12), SHORT)
    await asyncio.sleep(0.15)
    found = await take(database, "b", "dead.example", "alive.example", "a-single-round.example")
    assert [host for host, taken in found.items() if taken is None] == ["dead.example"]
