"""Which story an article belongs to. It decides by what is stored, and tells nobody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from weakref import WeakKeyDictionary

from bot.model import Article, Match
from bot.run.engine import Configuration, Engine
from bot.store import AsyncConnection, events, stories, tied
from bot.store.database import Database
from bot.story import compare, sketch
from bot.story.background import Background
from bot.story.events import Kind, place
from bot.story.facts import Facts, facts
from bot.story.traces import sought, traces

REMEMBERED = 1000
"""Stored articles by which it is known at a start what is common."""

_backgrounds: WeakKeyDictionary[Database, Background] = WeakKeyDictionary()
"""What is common among the articles of each open database: it is read once and kept up."""


async def join_story(
    engine: Engine,
    config: Configuration,
    connection: AsyncConnection,
    article_id: int,
    article: Article,
    first_seen: datetime,
    now: datetime,
    found: Sequence[Match] = (),
) -> int:
    """The article's story: the one it is in, the one it is a copy for, the one of its event, or a new one."""
    hashes = sketch(article.paragraphs).hashes
    known = story_id = await stories.story_of(connection, article_id)
    if story_id is None:
        story_id = await _join_copy(engine, config, connection, article_id, article, hashes, first_seen, now)
    if config.settings.stories.events:
        said = facts(article, found, first_seen)
        background = await _background(engine.database, connection)
        if story_id is None:
            story_id = await _join_event(engine, config, connection, article_id, article, said, background, now)
        if known is None:
            background.add(said)
        await events.save_facts(connection, article_id, said, traces(said, background))
    if story_id is None:
        story_id = await _begin(engine, connection, article_id, article, now)
    await stories.join_story(connection, story_id, article_id, hashes, now)
    return story_id


async def _begin(engine: Engine, connection: AsyncConnection, article_id: int, article: Article, now: datetime) -> int:
    story_id = await stories.new_story(connection, article.title, now)
    await events.save_join(connection, article_id, "first", now)
    engine.tally.add("stories")
    return story_id


async def _background(database: Database, connection: AsyncConnection) -> Background:
    known = _backgrounds.get(database)
    if known is None:
        known = _backgrounds[database] = Background.of(await events.latest_facts(connection, REMEMBERED))
    return known


async def _join_copy(
    engine: Engine,
    config: Configuration,
    connection: AsyncConnection,
    article_id: int,
    article: Article,
    hashes: frozenset[int],
    first_seen: datetime,
    now: datetime,
) -> int | None:
    moment = article.published or first_seen
    since = now - config.settings.stories.copies
    others = await stories.candidates(connection, article_id, hashes, since, config.sources)
    for story_id, seen, other in others:
        verdict = compare(article, other, abs(moment - (other.published or seen)), config.settings.stories.window)
        if verdict.joined:
            other_id = await events.article_at(connection, other.url)
            await events.save_join(connection, article_id, "copy", now, other_id, verdict.contained)
            engine.tally.add("copies")
            return story_id
    return None


async def _join_event(
    engine: Engine,
    config: Configuration,
    connection: AsyncConnection,
    article_id: int,
    article: Article,
    said: Facts,
    background: Background,
    now: datetime,
) -> int:
    """The story of the article's event, or a new one. Other stories it is near to become ties: one article never
    merges two stories, and what somebody called two events is not proposed again."""
    window = config.settings.stories.window
    near = await events.near_stories(connection, article_id, sought(said, background), now - window)
    placing = place(said, near, background, window)
    if placing.kind is Kind.EVENT and placing.story is not None:
        story_id = placing.story
        await events.save_join(connection, article_id, "event", now, placing.other, placing.score, placing.why)
        engine.tally.add("events")
    else:
        story_id = await _begin(engine, connection, article_id, article, now)
    if placing.possible:
        apart = await tied.apart_from(connection, story_id)
        possible = [tie for tie in placing.possible if tie.story not in apart]
        await events.save_ties(connection, article_id, possible, now)
    return story_id
