"""A visit to a lane: what goes wrong with one address stays there, and the visit ends as a whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from scene import Scene, scene

from bot.errors import StoreError
from bot.model import Entry
from bot.read import keys, url_key
from bot.run import visit as room
from bot.run.claims import LEASE
from bot.run.engine import Engine, FeedResult
from bot.run.visit import visit
from bot.store import feeds, pages
from bot.store.feed_rows import Feed
from bot.store.pages import NewPage, Page, PageState

LANE = 3


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene(tmp_path, now) as made:
        async with made.engine.database.write() as connection:
            (feed,) = (health.feed for health in await feeds.feed_health(connection))
            for number in range(1, 5):
                host = f"host{number % 2}.example"
                url = f"https://{host}/{number}"
                entry = Entry(None, url, f"Title {number}")
                page = NewPage(url, url_key(url), host, LANE, "antara")
                await pages.add_entries(connection, feed.id, [(entry, keys(entry), page)], False, now)
        yield made


class Steps:
    """Stands for the two steps: finishes what it is given, or fails as told."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.fail: dict[str, Exception] = {}
        self.running: set[str] = set()
        self.together = 0
        self.takes = 0.01

    async def poll(self, engine: Engine, feed: Feed) -> FeedResult:
        async with engine.database.write() as connection:
            await feeds.record_failure(connection, feed.id, engine.clock(), engine.clock() + LEASE, "x")
        return FeedResult(feed.source, feed.url, "failed", error="x")

    async def read(self, engine: Engine, page: Page) -> None:
        self.begun.append(page.url)
        assert page.host not in self.running, "one host is asked for one thing at a time"
        self.running.add(page.host)
        self.together = max(self.together, len(self.running))
        await asyncio.sleep(self.takes)
        self.running.discard(page.host)
        if page.url in self.fail:
            raise self.fail[page.url]
        async with engine.database.write() as connection:
            await pages.finish_page(connection, page.id, PageState.READ)


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    made = Steps()
    monkeypatch.setattr(room, "poll", made.poll)
    monkeypatch.setattr(room, "read", made.read)
    return made


async def run(stage: Scene) -> None:
    await visit(stage.engine, LANE)


async def left(stage: Scene) -> list[str]:
    """What is due, now and when the leases have ended."""
    async with stage.engine.database.write() as connection:
        return [page.url for page in await pages.claim_pages(connection, [LANE], stage.now + LEASE, LEASE, 100)]


async def test_a_visit_works_all_that_is_due_hosts_side_by_side(stage: Scene, steps: Steps) -> None:
    await run(stage)
    assert len(steps.begun) == 4
    assert steps.together == 2
    assert await left(stage) == []


async def test_a_page_that_breaks_its_step_holds_up_no_other_and_comes_back(stage: Scene, steps: Steps) -> None:
    steps.fail = {"https://host1.example/1": ValueError("a bug")}
    await run(stage)
    assert len(steps.begun) == 4
    assert await left(stage) == ["https://host1.example/1"]


async def test_a_page_that_breaks_its_step_every_time_is_given_up_in_the_end(stage: Scene, steps: Steps) -> None:
    url = "https://host1.example/1"
    steps.fail = {url: ValueError("a bug")}
    for _ in range(10):
        await run(stage)
        stage.pass_time(timedelta(hours=4))
    assert steps.begun.count(url) == 5
    assert await left(stage) == []


async def test_a_feed_that_breaks_its_step_is_shown_as_failing(
    stage: Scene, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def poll(engine: Engine, feed: Feed) -> FeedResult:
        raise ValueError("a bug")

    monkeypatch.setattr(room, "poll", poll)
    await run(stage)
    async with stage.engine.database.read() as connection:
        (health,) = await feeds.feed_health(connection)
    assert (health.feed.last_error, health.feed.failures) == ("a bug", 1)
    assert health.feed.due_at > stage.now


async def test_a_database_that_fails_ends_the_visit_with_nothing_left_running(stage: Scene, steps: Steps) -> None:
    steps.fail = {"https://host1.example/1": StoreError("the disk is full")}
    with pytest.raises(StoreError, match="full"):
        await run(stage)
    # The other host's work has ended with the visit: the lane's next visit meets nobody.
    begun = len(steps.begun)
    assert steps.running == set()
    await asyncio.sleep(0.05)
    assert len(steps.begun) == begun


async def test_what_a_visit_has_no_time_for_is_due_again_at_once(
    stage: Scene, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "LONGEST", timedelta(seconds=1))
    steps.takes = 1.1
    await run(stage)
    assert len(steps.begun) == 2
    async with stage.engine.database.write() as connection:
        given_back = await pages.claim_pages(connection, [LANE], stage.now, LEASE, 100)
    assert [(page.url[-1], page.attempts) for page in given_back] == [("3", 0), ("4", 0)]


async def test_a_program_that_is_about_to_end_finishes_what_is_in_hand_and_gives_the_rest_back(
    stage: Scene, steps: Steps
) -> None:
    steps.takes = 0.2
    working = asyncio.create_task(run(stage))
    while len(steps.begun) < 2:
        await asyncio.sleep(0.01)
    stage.engine.stopping = True
    await working
    assert len(steps.begun) == 2
    assert len(await left(stage)) == 2
