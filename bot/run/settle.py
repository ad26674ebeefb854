"""What follows from an article that was read: its matches, its story, the messages. It fetches and sends nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.model import Article, Basis, Match
from bot.run.alerts import tell_story
from bot.run.engine import Configuration, Engine
from bot.run.gather import join_story
from bot.store import AsyncConnection, lines, stories
from bot.store.pages import Page


async def settle(
    engine: Engine,
    config: Configuration,
    connection: AsyncConnection,
    page: Page,
    article: Article,
    found: list[Match],
    now: datetime,
    marks: Sequence[str] = (),
) -> bool:
    """Stores the article and what follows from it. False where another page led to the same address already, or where
    only the feed's text is at hand of a page that was read in full before. `marks` are those of the page's lines."""
    if found:
        await stories.take_turns(connection)
    if await stories.other_article_at(connection, article.url, page.id):
        return False
    if article.basis is Basis.FEED:
        before = await stories.article_of_page(connection, page.id, config.sources)
        if before is not None and before.basis is Basis.PAGE:
            return False
    if article.basis is Basis.PAGE:
        await lines.count_lines(connection, page.source, page.id, marks, now)
    article_id = await stories.save_article(connection, page.id, article, page.first_seen, now)
    await stories.save_matches(connection, article_id, found, now)
    if found:
        story_id = await join_story(engine, config, connection, article_id, article, page.first_seen, now)
        await tell_story(engine, config, connection, story_id, article_id, found, page.quiet, now)
    return True
