"""A configuration that is swapped in the middle of a step: the step ends with the one it began with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from scene import ANALYST, MINUTE, Scene, scene

from bot.errors import FetchError, FetchReason
from bot.model import Rhythm
from bot.run import digest as step
from bot.run import newsroom as room
from bot.run.engine import Engine
from bot.run.newsroom import Newsroom
from bot.run.poll import poll
from bot.settings import Settings
from bot.store import feeds, stories, subscriptions
from bot.store.feed_rows import Feed
from bot.tell import plain
from bot.web import Fetched

FEED = b"""<rss version="2.0"><channel><title>News</title>
<item><title>Talks</title><link>https://antara.example/1</link></item></channel></rss>"""


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene(tmp_path, now, "{timezone: UTC, poll: {every: 10m, jitter: 0%}}") as made:
        yield made


def reload(engine: Engine) -> None:
    """As if everything had been written anew: another pace, another zone, no source, no watchlist."""
    fresh = Settings.model_validate({"timezone": "Asia/Tokyo", "poll": {"every": "90m", "jitter": "0%"}})
    lists = replace(engine.config.watchlists, lists={})
    engine.config = replace(engine.config, settings=fresh, sources={}, watchlists=lists)


class Outside:
    """A web and a worker; the configuration is swapped while the web is asked."""

    def __init__(self, engine: Engine, answer: Fetched | Exception) -> None:
        self._engine, self._answer = engine, answer
        self.sources: list[object] = []

    @asynccontextmanager
    async def lend(self, url: str, **_: Any) -> AsyncIterator[Fetched]:
        reload(self._engine)
        if isinstance(self._answer, Exception):
            raise self._answer
        yield self._answer

    def new_holds(self) -> dict[str, datetime]:
        return {}

    def remembered(self, holds: dict[str, datetime]) -> None:
        assert not holds

    async def call(self, limit: float, function: Callable[..., Any], *given: Any, **rest: Any) -> Any:
        self.sources.append(rest["source"])
        return function(*given, **rest)


async def polled(stage: Scene, answer: Fetched | Exception) -> tuple[Outside, Feed]:
    """Polls the one feed; who was outside, and the feed as it is stored then."""
    engine = stage.engine
    outside = Outside(engine, answer)
    engine.client = engine.feed_cpu = outside  # type: ignore[assignment]  # stands for both
    await poll(engine, await _feed(stage))
    return outside, await _feed(stage)


async def _feed(stage: Scene) -> Feed:
    async with stage.engine.database.read() as connection:
        (health,) = await feeds.feed_health(connection)
    return health.feed


URL = "https://antara.example/rss"
ANSWERS = {
    "read": Fetched(URL, 200, False, FEED),
    "unchanged": Fetched(URL, 304, True, b""),
    "failed": FetchError("no connection", FetchReason.CONNECT),
}


@pytest.mark.parametrize("outcome", ANSWERS)
async def test_a_poll_keeps_the_pace_it_began_with(stage: Scene, outcome: str) -> None:
    _, feed = await polled(stage, ANSWERS[outcome])
    assert feed.due_at == stage.now + 10 * MINUTE


async def test_a_poll_keeps_the_source_it_began_with(stage: Scene) -> None:
    source = stage.engine.config.sources["antara"]
    outside, _ = await polled(stage, ANSWERS["read"])
    assert outside.sources == [source]


@pytest.mark.parametrize(("ask", "reads"), [("digest", "stories_between"), ("latest", "load_stories")])
async def test_an_answer_keeps_the_names_and_the_zone_it_began_with(
    stage: Scene, monkeypatch: pytest.MonkeyPatch, ask: str, reads: str
) -> None:
    await stage.story()
    stage.pass_time(MINUTE)

    async def meanwhile(*given: Any) -> Any:
        found = await getattr(stories, reads)(*given)
        reload(stage.engine)
        return found

    async def answer() -> list[str]:
        newsroom = Newsroom(stage.engine)
        if ask == "latest":
            return [*map(plain, await newsroom.latest("partners", ANALYST, stage.now))]
        return [*map(plain, await newsroom.digest("partners", timedelta(days=1), ANALYST, stage.now))]

    wanted = await answer()
    assert "Japan's partners" in wanted[0]
    patched = type("Stories", (), {**vars(stories), reads: staticmethod(meanwhile)})
    monkeypatch.setattr(room, "stories", patched)
    assert await answer() == wanted


async def test_a_digest_keeps_the_sources_it_began_with(stage: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    await stage.subscription(Rhythm.HOURLY, due_at=stage.now)
    began, asked = stage.engine.config.sources, []

    async def meanwhile(*given: Any) -> Any:
        due = await subscriptions.due(*given)
        reload(stage.engine)
        return due

    async def untold(*given: Any) -> list[int]:
        asked.append(given[-1])
        return []

    kept = type("Subscriptions", (), {**vars(subscriptions), "due": staticmethod(meanwhile)})
    monkeypatch.setattr(step, "subscriptions", kept)
    monkeypatch.setattr(step, "stories", type("Stories", (), {**vars(stories), "untold_since": staticmethod(untold)}))
    assert await step.digest(stage.engine) == 1
    assert asked == [began]
