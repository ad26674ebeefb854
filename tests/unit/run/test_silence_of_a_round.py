"""Feeds that stop working in one round of `kentongan once` are one notice, told at the end of that round."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scene import ANALYST, Scene, scene

from bot.errors import FetchError, FetchReason
from bot.run.once import once
from bot.run.silence import SILENT_AFTER
from bot.store import feeds
from bot.store.feeds import ListedFeed

FEEDS = [f"https://antara.example/{name}.xml" for name in ("world", "asia", "sport")]
SETTINGS = f"{{timezone: UTC, poll: {{every: 1s, jitter: 0%}}, telegram: {{admins: [{ANALYST.chat}]}}}}"


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    """Three feeds of a host that does not answer: each request takes longer than notices must lie apart."""
    async with scene(tmp_path, now, SETTINGS) as made:

        @asynccontextmanager
        async def lend(url: str, **_: Any) -> AsyncIterator[None]:
            made.pass_time(timedelta(seconds=10))
            raise FetchError(f"{url}: no answer", FetchReason.TIMEOUT)
            yield

        client = SimpleNamespace(lend=lend, host_not_before=lambda host: None, new_holds=dict, remembered=len)
        made.engine.client = client  # type: ignore[assignment]
        listed = [ListedFeed(url, "antara", "antara.example", 3, None) for url in FEEDS]
        async with made.engine.database.write() as connection:
            await feeds.sync_feeds(connection, listed, now)
        yield made


async def test_feeds_that_fail_in_one_round_are_one_notice_told_at_its_end(stage: Scene) -> None:
    for _ in range(SILENT_AFTER - 1):
        await once(stage.engine, every_feed=True)
    assert stage.courier.texts == []
    await once(stage.engine, every_feed=True)
    (text,) = stage.courier.texts
    assert [url in text for url in FEEDS] == [True] * len(FEEDS)


async def test_the_next_round_does_not_repeat_it(stage: Scene) -> None:
    for _ in range(SILENT_AFTER + 2):
        await once(stage.engine, every_feed=True)
    assert len(stage.courier.texts) == 1
