"""What stands as it does at the moment of a scrape: backlog, alarms, disk, memory, and what befell workers."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
import tasks
from scene import ANALYST, MINUTE, OTHER, SECOND, Scene, scene
from settling import page
from sqlalchemy import update

from bot.errors import WorkerError
from bot.run.alarms import Around, look_around
from bot.run.cpu import Cpu
from bot.run.disk import disk_of
from bot.run.doctor import _disk
from bot.run.metrics import Gauges, registry
from bot.run.processes import own_memory, workers_memory
from bot.store import alarms, chats
from bot.store.alarms import Kind
from bot.store.chats import ChatState
from bot.store.tables import feeds, pages

MB = 1 << 20


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene(tmp_path, now) as made:
        idle = cast(Cpu, SimpleNamespace(died=0, stopped=0))
        made.engine.cpu = made.engine.feed_cpu = idle
        yield made


async def seen(stage: Scene, around: Around | None = None, ticked: timedelta | None = None) -> dict[str, float]:
    """The gauges by name, without the program's own, as a scrape brings them."""
    tick = None if ticked is None else stage.now - ticked
    gauges = Gauges(stage.engine, around or Around(), lambda: tick)
    await gauges.look()
    found = registry(stage.engine, None, gauges).collect()
    return {
        (sample.labels.get("kind") or sample.name).removeprefix("kentongan_"): sample.value
        for family in found
        for sample in family.samples
    }


async def test_what_is_due_is_counted_with_the_time_it_has_waited(stage: Scene) -> None:
    await page(stage, 1)
    async with stage.engine.database.write() as connection:
        await connection.execute(update(feeds).values(due_at=stage.now - 7 * MINUTE))
        await connection.execute(update(pages).values(due_at=stage.now - 9 * MINUTE))
    await stage.order("one", wait=-3 * MINUTE)
    await stage.order("two", to=OTHER)
    await stage.order("later", wait=SECOND)
    found = await seen(stage)
    assert (found["due_feeds"], found["due_pages"], found["due_deliveries"]) == (1, 1, 2)
    assert (found["lane_wait_seconds"], found["delivery_wait_seconds"]) == (540, 180)


async def test_what_is_in_hand_or_later_waits_for_nobody(stage: Scene) -> None:
    await page(stage, 1)
    async with stage.engine.database.write() as connection:
        await connection.execute(update(feeds).values(due_at=stage.now + MINUTE))
        await connection.execute(update(pages).values(due_at=stage.now + MINUTE))
    found = await seen(stage)
    assert {found[name] for name in ("due_feeds", "due_pages", "due_deliveries", "lane_wait_seconds")} == {0}


@pytest.mark.parametrize("why", ["paused", "peace", "nobody carries"])
async def test_a_message_that_cannot_go_is_no_backlog(stage: Scene, why: str) -> None:
    await stage.order("one", wait=-3 * MINUTE)
    async with stage.engine.database.write() as connection:
        if why == "paused":
            await chats.set_chat_state(connection, ANALYST.chat, ChatState.PAUSED, "blocked")
        if why == "peace":
            await chats.set_not_before(connection, ANALYST.chat, stage.now + SECOND)
    if why == "nobody carries":
        stage.engine.couriers.clear()
    found = await seen(stage)
    assert (found["due_deliveries"], found["delivery_wait_seconds"]) == (0, 0)


async def test_alarms_are_counted_by_their_kind_and_kinds_without_one_are_none(stage: Scene) -> None:
    async with stage.engine.database.write() as connection:
        for source in ("antara", "kyodo"):
            await alarms.begin(connection, Kind.SOURCE_QUIET, source, {}, stage.now)
        over = await alarms.begin(connection, Kind.DISK, "", {}, stage.now)
        await alarms.end(connection, over.id, stage.now)
    found = await seen(stage)
    assert {kind.value: found[kind.value] for kind in Kind} == {**dict.fromkeys(map(str, Kind), 0), "source_quiet": 2}


async def test_the_schedule_and_telegram_are_as_old_as_their_last_sign_or_the_start(stage: Scene) -> None:
    around = Around(started=stage.now - 9 * MINUTE, last_ok=lambda: stage.now - MINUTE)
    found = await seen(stage, around, 4 * SECOND)
    assert (found["tick_age_seconds"], found["telegram_silence_seconds"]) == (4, 60)
    found = await seen(stage, Around(started=stage.now - 9 * MINUTE))
    assert (found["tick_age_seconds"], found["telegram_silence_seconds"]) == (540, 540)
    # The clock was set back.
    assert (await seen(stage, around, -9 * MINUTE))["tick_age_seconds"] == 540
    del stage.engine.couriers["telegram"]
    assert "telegram_silence_seconds" not in await seen(stage)


async def test_a_database_that_does_not_answer_has_no_backlog_and_no_old_one_is_shown(
    stage: Scene, tmp_path: Path
) -> None:
    gauges = Gauges(stage.engine, Around(), lambda: stage.now)
    await gauges.look()
    await stage.engine.database.close()
    (tmp_path / "kentongan.db").write_bytes(b"no database at all" * 1000)
    await gauges.look()
    names = {family.name for family in registry(stage.engine, None, gauges).collect()}
    assert "kentongan_memory_bytes" in names and "kentongan_due_feeds" not in names
    assert "kentongan_alarms" not in names


async def test_a_look_that_hangs_shows_nothing_old(stage: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    gauges = Gauges(stage.engine, Around(), lambda: stage.now)
    await gauges.look()

    async def hangs() -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(gauges, "_store", hangs)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await gauges.look()
    names = {family.name for family in registry(stage.engine, None, gauges).collect()}
    assert "kentongan_feeds_read" in names and not {"kentongan_due_feeds", "kentongan_memory_bytes"} & names


async def test_the_alarm_the_metric_and_doctor_agree_on_when_a_disk_is_nearly_full(
    stage: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for free, full in ((0, True), (49, True), (51, False), (900, False)):
        usage = SimpleNamespace(total=10**9, free=free * 10**6)
        monkeypatch.setattr(shutil, "disk_usage", lambda folder, usage=usage: usage)
        around = Around(tmp_path)
        assert (await seen(stage, around))["disk_nearly_full"] == int(full)
        assert _disk(tmp_path).ok is not full
        assert (await look_around(stage.engine, around) == 1) is full
        async with stage.engine.database.write() as connection:
            for alarm in await alarms.open_alarms(connection):
                await alarms.end(connection, alarm.id, stage.now)


def test_a_large_disk_is_not_full_while_there_is_enough_on_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(total=10**13, free=6 * 10**9))
    assert not disk_of(tmp_path).nearly_full()


def test_a_directory_that_is_still_to_be_made_lies_on_the_disk_of_the_one_it_will_be_in(tmp_path: Path) -> None:
    assert disk_of(tmp_path / "to" / "be" / "made").total == shutil.disk_usage(tmp_path).total


async def test_the_memory_of_this_process_and_of_its_workers_is_seen() -> None:
    async with Cpu(1) as cpu:
        assert await cpu.call(timedelta(seconds=30), tasks.double, 4) == 8
        own, workers = own_memory(), workers_memory()
    assert own is not None and own.peak >= own.now > 10 * MB
    # A pool's worker, and the server that it came from.
    assert max(each.now for each in workers) > 10 * MB
    assert all(each.peak >= each.now for each in workers)


async def test_workers_that_die_and_workers_that_are_stopped_are_counted(stage: Scene) -> None:
    async with Cpu(1) as cpu:
        stage.engine.cpu = cpu
        with pytest.raises(WorkerError):
            await cpu.call(timedelta(seconds=30), tasks.die)
        with pytest.raises(WorkerError):
            await cpu.call(timedelta(seconds=0.3), tasks.hang)
        found = await seen(stage)
    assert (found["worker_deaths_total"], found["worker_stops_total"]) == (1, 1)
