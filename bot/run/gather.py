"""Which story an article belongs to. It decides by what is stored, and tells nobody."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from weakref import WeakKeyDictionary

from bot.errors import WorkerError
from bot.model import Article, Match
from bot.run.engine import Configuration, Engine
from bot.store import AsyncConnection, copies, events, stories, tied
from bot.store.database import Database
from bot.story import Likeness, compare, sketch
from bot.story.background import Background
from bot.story.events import Kind, place
from bot.story.facts import Facts, facts
from bot.story.record import family as publisher
from bot.story.traces import sought, traces
from bot.story.verbatim import sentences

REMEMBERED = 1000
"""Stored articles by which it is known at a start what is common."""

FACTS_LIMIT = timedelta(seconds=4)
"""For one article's facts, which take some milliseconds."""

_backgrounds: WeakKeyDictionary[Database, Background] = WeakKeyDictionary()
"""What is common among the articles of each open database: it is read once and kept up."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What an article says, read without those of its sentences that `furniture` marks."""

    said: Facts
    furniture: frozenset[int] = frozenset()


async def learn(
    engine: Engine, config: Configuration, article: Article, found: Sequence[Match], first_seen: datetime
) -> Learned | None:
    """What an article says, read in a worker process, for `join_story`; to be called before its transaction. None where
    nobody asks for it, or where no worker could tell."""
    if not found or not config.settings.stories.events:
        return None
    background = _backgrounds.get(engine.database)
    family, marks = publisher(article.source, article.url), sentences(article)
    furniture = background.furniture(family, marks) if background is not None else frozenset()
    try:
        said = await engine.cpu.call(FACTS_LIMIT, facts, article, list(found), first_seen, furniture)
    except WorkerError:
        return None
    return Learned(said, furniture)


async def join_story(
    engine: Engine,
    config: Configuration,
    connection: AsyncConnection,
    article_id: int,
    article: Article,
    first_seen: datetime,
    now: datetime,
    found: Sequence[Match] = (),
    learned: Learned | None = None,
) -> int:
    """The article's story: the one it is in, the one it is a copy for, the one of its event, or a new one. `learned` is
    what the article says where a worker has read it."""
    hashes = sketch(article.paragraphs).hashes
    known = story_id = await stories.story_of(connection, article_id)
    filled_anew: Set[int] = frozenset()
    if story_id is None:
        copied = await _join_copy(engine, config, connection, article_id, article, hashes, first_seen, now)
        story_id, filled_anew = copied.story, copied.filled_anew
    if config.settings.stories.events:
        background = await _background(engine.database, connection)
        said = await _said(connection, background, article_id, article, found, first_seen, known is not None, learned)
        story_id = await _place(
            engine, config, connection, article_id, article, said, background, story_id, filled_anew, now
        )
        if known is None:
            background.add(said)
        await events.save_facts(connection, article_id, said, traces(said, background))
    if story_id is None:
        story_id = await _begin(engine, connection, article_id, article, now)
    await stories.join_story(connection, story_id, article_id, hashes, now)
    return story_id


async def _said(
    connection: AsyncConnection,
    background: Background,
    article_id: int,
    article: Article,
    found: Sequence[Match],
    first_seen: datetime,
    known: bool,
    learned: Learned | None,
) -> Facts:
    """What the article says, but for what its family always says: sentences that stood in its earlier articles."""
    marks = sentences(article)
    if known:
        # What it said itself when it was read before is its own.
        before = await events.load_facts(connection, [article_id])
        marks -= before[article_id].sentences if article_id in before else frozenset()
    furniture = background.furniture(publisher(article.source, article.url), marks)
    if learned is not None and learned.furniture == furniture:
        return learned.said
    return facts(article, found, first_seen, furniture)


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


class _Copied(NamedTuple):
    """The story an article is a copy in, if any; and those with an article of the same words but other facts."""

    story: int | None
    filled_anew: Set[int]


async def _join_copy(
    engine: Engine,
    config: Configuration,
    connection: AsyncConnection,
    article_id: int,
    article: Article,
    hashes: frozenset[int],
    first_seen: datetime,
    now: datetime,
) -> _Copied:
    moment = article.published or first_seen
    window = config.settings.stories.copies
    filled_anew: set[int] = set()
    for story_id, seen, other in await copies.candidates(connection, article_id, hashes, now - window, config.sources):
        verdict = compare(article, other, abs(moment - (other.published or seen)), window)
        if verdict.joined:
            other_id = await events.article_at(connection, other.url)
            await events.save_join(connection, article_id, "copy", now, other_id, verdict.contained)
            engine.tally.add("copies")
            return _Copied(story_id, frozenset())
        if verdict.likeness is Likeness.OTHER_FACTS:
            filled_anew.add(story_id)
    return _Copied(None, filled_anew)


async def _place(
    engine: Engine,
    config: Configuration,
    connection: AsyncConnection,
    article_id: int,
    article: Article,
    said: Facts,
    background: Background,
    story_id: int | None,
    filled_anew: Set[int],
    now: datetime,
) -> int:
    """The story of the article's event, or a new one; `story_id` where it is known already. Other stories it is near to
    become ties: one article never merges two stories, and what somebody called two events is not proposed again. Nor
    is it in a story of the same words with other facts (`filled_anew`), however alike: yesterday's weather."""
    window = config.settings.stories.window
    near = await events.near_stories(connection, article_id, sought(said, background), now - window)
    others = {story: members for story, members in near.items() if story != story_id and story not in filled_anew}
    placing = place(said, others, background, window)
    possible = placing.possible
    if story_id is not None:
        possible = placing.all_possible
    elif placing.kind is Kind.EVENT and placing.story is not None:
        story_id = placing.story
        await events.save_join(connection, article_id, "event", now, placing.other, placing.score, placing.why)
        engine.tally.add("events")
    else:
        story_id = await _begin(engine, connection, article_id, article, now)
    if possible:
        apart = await tied.apart_from(connection, story_id)
        await events.save_ties(connection, article_id, [tie for tie in possible if tie.story not in apart], now)
    return story_id
