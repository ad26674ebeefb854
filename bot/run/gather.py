"""Which story an article belongs to. It decides by what is stored, and tells nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.model import Article
from bot.run.engine import Configuration, Engine
from bot.store import AsyncConnection, stories
from bot.story import compare, sketch

LOOK_BACK = timedelta(days=30)
"""How far back copies of a text are looked for."""


async def join_story(
    engine: Engine,
    config: Configuration,
    connection: AsyncConnection,
    article_id: int,
    article: Article,
    first_seen: datetime,
    now: datetime,
) -> int:
    """The article's story: the one it is in, the one it is a copy for, or a new one."""
    hashes = sketch(article.paragraphs).hashes
    story_id = await stories.story_of(connection, article_id)
    if story_id is None:
        moment = article.published or first_seen
        others = await stories.candidates(connection, article_id, hashes, now - LOOK_BACK, config.sources)
        for other_story, seen, other in others:
            apart = abs(moment - (other.published or seen))
            if compare(article, other, apart, config.settings.stories.window).joined:
                story_id = other_story
                engine.tally.add("copies")
                break
    if story_id is None:
        story_id = await stories.new_story(connection, article.title, now)
        engine.tally.add("stories")
    await stories.join_story(connection, story_id, article_id, hashes, now)
    return story_id
