"""Which steps an article reports, stored beside its matches. It decides none: that is the story room's business."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.model import Article, Match
from bot.run.engine import Configuration
from bot.store import AsyncConnection
from bot.store.steps import save_steps
from bot.story.steps import find_steps


async def record_steps(
    connection: AsyncConnection,
    config: Configuration,
    article_id: int,
    article: Article,
    first_seen: datetime,
    found: Sequence[Match],
    now: datetime,
) -> None:
    """Stores the article's steps in place of those it had: none where nothing matches any more. An article without a
    printed date is of the day when it was first seen."""
    dated = article if article.published is not None else replace(article, published=first_seen)
    await save_steps(connection, article_id, find_steps(dated, found, config.watchlists), now)
