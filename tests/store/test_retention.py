"""What is forgotten, on both engines."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from rows import SOURCES, a_feed, a_page, a_story, article, entry, match
from sqlalchemy import Table, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.read import keys
from bot.store import lines, pages, retention, stories
from bot.store.articles import save_article
from bot.store.database import Database
from bot.store.tables import article_facts, articles, entries, features, shingles
from bot.store.tables import lines as lines_table
from bot.store.tables import pages as pages_table

DAY = timedelta(days=1)


async def an_article(connection: AsyncConnection, feed_id: int, number: int, seen: datetime, now: datetime) -> int:
    page_id = await a_page(connection, feed_id, number, now)
    await connection.execute(update(entries).where(entries.c.page_id == page_id).values(first_seen=seen))
    return await save_article(connection, page_id, article(number), seen, now)


async def no_text(connection: AsyncConnection) -> list[str]:
    """The titles of entries without a text."""
    rows = await connection.execute(select(entries.c.title, entries.c.paragraphs).order_by(entries.c.id))
    return [row.title for row in rows if not row.paragraphs]


# --- articles that no rule matched ----------------------------------------------------------------------------------


async def test_old_articles_that_nothing_matched_go_and_their_entries_stay_without_text(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        old, _ = [await an_article(connection, feed_id, *each, now) for each in ((1, now - 2 * DAY), (2, now))]
        found = await retention.old_unmatched(connection, now - DAY, 100)
        assert [place.id for place in found] == [old]
        assert await retention.forget_articles(connection, [old]) == 1
        assert [row.url[-1] for row in await connection.execute(select(articles.c.url))] == ["2"]
        # The feed still lists it: it must not come back as new.
        assert len(await pages.known_entries(connection, feed_id, [keys(entry(1))])) == 1
        assert await no_text(connection) == ["Story 1"]


async def test_what_a_rule_matched_stays_with_its_sketch(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        _, article_id = await a_story(connection, await a_feed(connection, now), 1, now - 2 * DAY)
        assert await retention.old_unmatched(connection, now - DAY, 100) == []
        # Nor does one go that a rule has matched since it was looked for.
        assert await retention.forget_articles(connection, [article_id]) == 0
        assert await connection.scalar(select(func.count()).select_from(shingles)) == 10


async def test_a_walk_goes_on_where_it_stood_though_articles_share_a_moment(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        ids = [await an_article(connection, feed_id, number, now - 2 * DAY, now) for number in range(3)]
        first = await retention.old_unmatched(connection, now - DAY, 2)
        rest = await retention.old_unmatched(connection, now - DAY, 2, first[-1])
        assert [place.id for place in (*first, *rest)] == ids


# --- what feeds said ------------------------------------------------------------------------------------------------


async def test_old_entries_whose_page_became_no_article_lose_their_text(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        await an_article(connection, feed_id, 1, now - 2 * DAY, now)
        for number in (2, 3, 4):
            await a_page(connection, feed_id, number, now)
        await connection.execute(update(entries).where(entries.c.title != "Story 4").values(first_seen=now - 2 * DAY))
        # The third still waits to be read.
        await connection.execute(update(pages_table).where(pages_table.c.url.like("%/2")).values(due_at=None))
        found, last = await retention.old_entries(connection, now - DAY, 100)
        await retention.forget_entries(connection, found)
        assert await no_text(connection) == ["Story 2"]
        assert last is not None
        assert await retention.old_entries(connection, now - DAY, 100, last) == ([], None)
        assert await retention.old_entries(connection, now - DAY, 100) == ([], last)


# --- articles that a rule matched -----------------------------------------------------------------------------------


async def test_of_old_matched_articles_only_the_kept_sentences_stay(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        story_id, article_id = await a_story(connection, feed_id, 1, now - 2 * DAY, match(), match("seas"))
        await a_story(connection, feed_id, 2, now)
        found = await retention.old_full_texts(connection, now - DAY, 100)
        assert [place.id for place in found] == [article_id]
        (text,) = await retention.full_texts(connection, [article_id])
        (_, first), (_, second) = text.matches
        moved = [piece._replace(start=0, end=9) for piece in first.evidence]
        await retention.shorten(connection, text, "Indonesia held talks.", ["Indonesia held talks."], [moved, []])
        (story,) = await stories.load_stories(connection, "japan", [story_id], SOURCES)
        (report,) = story.reports
        assert (report.article.title, report.article.paragraphs) == (article(1).title, ("Indonesia held talks.",))
        assert report.article.note == retention.TEXT_GONE
        assert list(report.matches[0].evidence) == moved
        assert report.matches[0].labels == {"partner": ("indonesia",)}
        (other,) = await stories.load_stories(connection, "seas", [story_id], SOURCES)
        assert other.reports[0].matches[0].evidence == ()
        assert second.watchlist == "seas"
        assert await no_text(connection) == ["Story 1"]
        assert await retention.old_full_texts(connection, now - DAY, 100) == []


async def test_an_article_that_is_read_again_has_its_text_again(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        _, article_id = await a_story(connection, await a_feed(connection, now), 1, now - 2 * DAY)
        (text,) = await retention.full_texts(connection, [article_id])
        await retention.shorten(connection, text, "", [], [[]])
        await save_article(connection, text.page_id, article(1), now - 2 * DAY, now)
        assert [place.id for place in await retention.old_full_texts(connection, now - DAY, 100)] == [article_id]


async def test_an_article_that_is_read_again_meanwhile_stays_whole(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        _, article_id = await a_story(connection, await a_feed(connection, now), 1, now - 2 * DAY)
        (text,) = await retention.full_texts(connection, [article_id])
        await save_article(connection, text.page_id, article(1), now - 2 * DAY, now)
        await retention.shorten(connection, text, "", [], [[]])
        (same,) = await retention.full_texts(connection, [article_id])
        assert (same.article, same.matches) == (text.article, text.matches)


# --- what only young articles need ----------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["shingles", "features", "article_facts"])
async def test_what_no_window_reaches_any_more_goes_and_the_match_stays(
    database: Database, now: datetime, table: str
) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        _, old = await a_story(connection, feed_id, 1, now - 2 * DAY)
        _, young = await a_story(connection, feed_id, 2, now)
        await connection.execute(shingles.delete())
        for article_id in (old, young):
            rows = {
                "shingles": shingles.insert().values(hash=7, article_id=article_id),
                "features": features.insert().values(hash=7, article_id=article_id),
                "article_facts": article_facts.insert().values(article_id=article_id, facts={}),
            }
            await connection.execute(rows[table])
        look, forget = retention.old_sketches, retention.forget_sketches
        if table == "article_facts":
            look, forget = retention.old_facts, retention.forget_facts
        found = await look(connection, now - DAY, 100)
        assert [place.id for place in found] == [old]
        await forget(connection, [old])
        left = [row.article_id for row in await connection.execute(select(_table(table).c.article_id))]
        assert left == [young]
        assert await look(connection, now - DAY, 100) == []


def _table(name: str) -> Table:
    return {"shingles": shingles, "features": features, "article_facts": article_facts}[name]


async def test_lines_of_a_source_that_is_read_no_more_go(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        for number, when in ((1, now - 99 * DAY), (2, now)):
            page_id = await a_page(connection, await a_feed(connection, now), number, now)
            await lines.count_lines(connection, f"source {number}", page_id, [f"mark {number}"], when)
        assert await retention.sources_of_old_lines(connection, now - 60 * DAY) == ["source 1"]
        # The page itself is counted as a line.
        assert await retention.forget_lines(connection, "source 1", now - 60 * DAY) == 2
        assert await retention.forget_lines(connection, "source 2", now - 60 * DAY) == 0
        left = {row.source for row in await connection.execute(select(lines_table.c.source))}
        assert left == {"source 2"}
