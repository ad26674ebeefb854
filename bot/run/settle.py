"""What follows from an article that was read: its matches, its story, the messages. It fetches and sends nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.log import stopwatch
from bot.model import Article, Basis, Match
from bot.run.alerts import tell_story
from bot.run.engine import Configuration, Engine
from bot.run.gather import Learned, join_story
from bot.run.marking import mark_messages
from bot.run.steps import record_steps
from bot.run.work import TELL_LANE
from bot.store import AsyncConnection, articles, lines, stories, updates
from bot.store.pages import Page
from bot.story.updates import Update, added, correction, judge_update


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an article: its id, its story where it has one, what was news in it, how many alerts were ordered,
    and the seconds that took."""

    article: int
    story: int | None
    change: Update
    corrected: bool
    alerts: int
    seconds: float


async def settle(
    engine: Engine,
    config: Configuration,
    connection: AsyncConnection,
    page: Page,
    article: Article,
    found: list[Match],
    now: datetime,
    marks: Sequence[str] = (),
    said: Learned | None = None,
) -> Settled | None:
    """Stores the article and what follows from it. None where another page led to the same address already, or where
    only the feed's text is at hand of a page that was read in full before. `marks` are those of the page's lines,
    `said` what the article says, where a worker has read it.

    A page read again is news where a rule or a label came in: who was not told of the story is told now, and its
    matches count as new for digests. Where its story takes a further step, who was told of it before hears of that.
    Anything else changes what is stored and tells nobody. Where nothing matches any more the matches go; the article
    stays in its story, which is told no further without another that matches."""
    took = stopwatch()
    if found:
        await stories.take_turns(connection)
    if await articles.other_article_at(connection, article.url, page.id):
        return None
    if article.basis is Basis.FEED:
        before = await articles.article_of_page(connection, page.id, config.sources)
        if before is not None and before.basis is Basis.PAGE:
            return None
    if article.basis is Basis.PAGE:
        await lines.count_lines(connection, page.source, page.id, marks, now)
    known = await updates.known_matches(connection, page.id)
    article_id = await articles.save_article(connection, page.id, article, page.first_seen, now)
    await stories.save_matches(connection, article_id, found, now)
    await updates.renew_matches(connection, article_id, added(known or (), found), now)
    if found or known:
        await record_steps(connection, config, article_id, article, page.first_seen, found, now)
    change = judge_update(known, found)
    story_id: int | None
    alerts = 0
    if found:
        story_id = await join_story(engine, config, connection, article_id, article, page.first_seen, now, found, said)
        # Nobody is told of a comma, though a chat may never have had this story; of a further step who has had it is.
        same = change is Update.SAME
        rules = {(each.watchlist, each.rule) for each in known or ()}
        quiet = page.quiet or await stories.repeats_old_news(connection, article_id)
        alerts = await tell_story(
            config, connection, story_id, article_id, found, quiet, now, known=same, rules_before=rules
        )
        if alerts:
            engine.tally.add("alerts", alerts)
    else:
        story_id = await stories.story_of(connection, article_id) if known else None
    if story_id is not None:
        # A report that is corrected to match no more is one outlet less.
        await mark_messages(connection, config.settings, story_id, now)
        await engine.offer(connection, TELL_LANE)
    corrected = known is not None and correction(article) is not None
    if known is not None:
        engine.tally.add("corrections", int(corrected))
    return Settled(article_id, story_id, change, corrected, alerts, took())
