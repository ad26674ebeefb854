"""Rules that ask for several publishers: what is loaded for telling, on both engines."""

from __future__ import annotations

from datetime import datetime, timedelta

from rows import ANALYST, ANTARA, KYODO, MINUTE, SOURCES, a_chat, a_feed, a_page, a_story, article, match
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryKind, Match, Source
from bot.store import articles, deliveries, stories
from bot.store.database import Database
from bot.store.deliveries import Order

HOUR = timedelta(hours=1)
PAIR = match(rule="pair", min_sources=2)
ALONE = match(rule="alone")


class Desk:
    """One story that grows: article 1 is ANTARA's, an hour old; each further one is seen when it is added."""

    def __init__(self, connection: AsyncConnection, now: datetime) -> None:
        self.connection, self.now, self.story, self.articles = connection, now, 0, 0

    async def add(self, source: Source, *found: Match) -> None:
        self.articles += 1
        feed_id = await a_feed(self.connection, self.now)
        if not self.story:
            self.story, _ = await a_story(self.connection, feed_id, 1, self.now - HOUR, *found, source=source)
            return
        page_id = await a_page(self.connection, feed_id, self.articles, self.now)
        made = article(self.articles, source=source)
        article_id = await articles.save_article(self.connection, page_id, made, self.now, self.now)
        await stories.save_matches(self.connection, article_id, found, self.now)
        await stories.join_story(self.connection, self.story, article_id, [], self.now)

    async def loaded(self) -> list[tuple[str, list[str]]]:
        """The last digit of each article's address, and its rules."""
        found = await stories.load_stories(self.connection, "japan", [self.story], SOURCES)
        return [
            (report.article.url[-1], [match.rule for match in report.matches])
            for story in found
            for report in story.reports
        ]

    async def in_the_last_minute(self) -> int:
        since = self.now - MINUTE
        return len(await stories.stories_between(self.connection, "japan", since, self.now, SOURCES))

    async def untold(self) -> list[int]:
        since = self.now - MINUTE
        return await stories.untold_since(self.connection, "japan", ANALYST.chat, 0, since, self.now, SOURCES)


async def test_what_a_match_asks_for_is_stored(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        desk = Desk(connection, now)
        await desk.add(ANTARA, PAIR)
        await desk.add(KYODO, PAIR)
        (story,) = await stories.load_stories(connection, "japan", [desk.story], SOURCES)
        assert [report.matches for report in story.reports] == [(PAIR,), (PAIR,)]


async def test_a_story_is_not_there_until_so_many_publishers_have_it(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        desk = Desk(connection, now)
        await desk.add(ANTARA, PAIR)
        await desk.add(ANTARA, PAIR)
        assert await desk.loaded() == []
        assert await desk.in_the_last_minute() == 0
        assert await desk.untold() == []
        await desk.add(KYODO, PAIR)
        assert await desk.loaded() == [("1", ["pair"]), ("2", ["pair"]), ("3", ["pair"])]
        assert await desk.in_the_last_minute() == 1
        assert await desk.untold() == [desk.story]


async def test_a_source_that_is_no_longer_listed_is_a_publisher_by_its_name(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        desk = Desk(connection, now)
        await desk.add(Source("gone", "Gone"), PAIR)
        await desk.add(Source("gone", "Gone"), PAIR)
        assert await desk.loaded() == []
        await desk.add(Source("too", "Too"), PAIR)
        assert len(await desk.loaded()) == 3


async def test_another_rule_tells_the_story_by_its_own_articles(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        desk = Desk(connection, now)
        await desk.add(ANTARA, PAIR, ALONE)
        await desk.add(ANTARA, PAIR)
        assert await desk.loaded() == [("1", ["alone"])]


async def test_a_window_with_nothing_but_matches_that_do_not_count_is_empty(database: Database, now: datetime) -> None:
    """What counts in the story is an hour old."""
    async with database.write() as connection:
        desk = Desk(connection, now)
        await desk.add(ANTARA, ALONE)
        await desk.add(ANTARA, PAIR)
        assert await desk.in_the_last_minute() == 0
        assert await desk.untold() == []
        await desk.add(KYODO, PAIR)
        assert await desk.in_the_last_minute() == 1
        assert await desk.untold() == [desk.story]


async def test_a_match_that_counts_alone_is_news_whatever_else_matched(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        desk = Desk(connection, now)
        await desk.add(ANTARA, PAIR)
        await desk.add(ANTARA, PAIR, ALONE)
        assert await desk.untold() == [desk.story]


async def test_a_story_that_grew_is_told_to_a_destination_once(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await a_chat(connection, now)
        desk = Desk(connection, now)
        await desk.add(ANTARA, PAIR)
        await desk.add(KYODO, PAIR)
        order = Order("k", ANALYST, DeliveryKind.DIGEST, now, "japan")
        await deliveries.order(connection, order, now, await desk.untold())
        await desk.add(Source("portal", "Portal"), PAIR)
        assert await desk.untold() == []
