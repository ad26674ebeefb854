"""How feeds are doing, as `sources` tells it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from scene import Scene, scene

from bot.cli import sources
from bot.run.health import FeedState, feed_states
from bot.store import feeds

ADDRESS = "https://antara.example/rss"


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene(tmp_path, now) as made:
        yield made


async def fail(stage: Scene, error: str, *, gone: bool = False) -> None:
    later = stage.now + timedelta(hours=1)
    async with stage.engine.database.write() as connection:
        (health,) = await feeds.feed_health(connection)
        await feeds.record_failure(connection, health.feed.id, stage.now, later, error, gone=gone)


async def state(stage: Scene, folder: Path) -> FeedState:
    (found,) = await feed_states(folder / "config", folder)
    return found


async def test_a_feed_that_was_never_asked_is_new(stage: Scene, tmp_path: Path) -> None:
    assert (await state(stage, tmp_path)).state == "new"


async def test_a_feed_that_fails_is_failing(stage: Scene, tmp_path: Path) -> None:
    await fail(stage, f"{ADDRESS}: answered 503")
    assert (await state(stage, tmp_path)).state == "failing"


async def test_a_feed_that_its_server_calls_gone_is_gone_and_keeps_its_reason(stage: Scene, tmp_path: Path) -> None:
    await fail(stage, f"{ADDRESS}: answered 410 Gone", gone=True)
    found = await state(stage, tmp_path)
    assert (found.state, found.last_error) == ("gone", f"{ADDRESS}: answered 410 Gone")


async def test_a_gone_feed_that_fails_in_another_way_is_failing(stage: Scene, tmp_path: Path) -> None:
    await fail(stage, "answered 410 Gone", gone=True)
    await fail(stage, "answered 503")
    assert (await state(stage, tmp_path)).state == "failing"


@pytest.mark.usefixtures("logging_as_before")
@pytest.mark.parametrize("shown", ["text", "json"])
def test_gone_is_printed_for_people_and_for_programs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], shown: str
) -> None:
    async def states(*_: Any) -> list[FeedState]:
        return [FeedState("antara", ADDRESS, "gone", last_error=f"{ADDRESS}: answered 410 Gone", failures=3)]

    monkeypatch.setattr("bot.run.health.feed_states", states)
    ask: Callable[..., Any] = sources.sources.main
    ask(["--json"] if shown == "json" else [], standalone_mode=False)
    out = capsys.readouterr().out
    assert '"state": "gone"' in out if shown == "json" else out.startswith("gone      antara ")
