"""What people who look on are told of pages and entries."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from rows import a_feed, a_page, article, entry, page_of
from sqlalchemy import update

from bot.read import keys, url_key
from bot.run.health import a_day, reason
from bot.store import articles, looking, pages
from bot.store.database import Database
from bot.store.looking import Brought
from bot.store.pages import PageState
from bot.store.tables import entries

WEEK = timedelta(days=7)


async def test_pages_that_failed_or_gave_only_the_feeds_text_are_told_newest_first(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        ids = [await a_page(connection, feed_id, number, now) for number in range(1, 5)]
        await pages.finish_page(connection, ids[0], PageState.FAILED, "answered 404")
        await articles.save_article(connection, ids[1], article(2), now, now)
        await pages.finish_page(connection, ids[1], PageState.READ)
        await articles.save_article(connection, ids[2], article(3, basis="feed", note="a consent page"), now, now)
        await pages.finish_page(connection, ids[2], PageState.SUMMARY)
        found = await looking.page_troubles(connection, now - WEEK)
        assert [(one.feed_id, one.url[-1], one.why) for one in found] == [
            (feed_id, "3", "a consent page"),
            (feed_id, "1", "answered 404"),
        ]
        assert await looking.page_troubles(connection, now + WEEK) == []


async def test_entries_count_by_their_date_or_else_by_when_they_were_seen(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        for number, published in enumerate([now - timedelta(days=30), now - timedelta(days=1), None], 1):
            await a_page(connection, feed_id, number, now)
            await connection.execute(
                update(entries).where(entries.c.title == f"Story {number}").values(published=published)
            )
        assert await looking.entries_brought(connection, now - WEEK) == {feed_id: Brought(2, now - timedelta(days=30))}


async def test_an_address_leads_to_what_its_feed_said_of_it(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        made = entry(1, author="A. Writer")
        await pages.add_entries(connection, feed_id, [(made, keys(made), page_of(made))], False, now)
        assert made.url is not None
        source, found = await looking.listed_as(connection, url_key(made.url)) or ("", None)
        assert (source, found) == ("antara", replace(made, guid=None, url=None))
        assert await looking.listed_as(connection, url_key("https://antara.example/none")) is None


def test_a_rate_is_over_the_time_that_the_entries_cover(now: datetime) -> None:
    assert a_day(None, now) is None
    assert a_day(Brought(20, now - timedelta(hours=2)), now) == 20
    assert a_day(Brought(20, now - timedelta(days=4)), now) == 5
    assert a_day(Brought(14, now - timedelta(days=300)), now) == 2


def test_errors_of_several_pages_are_one_reason() -> None:
    first = "https://a.example/1: not asked, a.example wants no request before 2026-03-10 05:00:00 UTC"
    second = "https://a.example/2?x=1: not asked, a.example wants no request before 2026-03-10 06:00:00 UTC"
    assert reason(first) == reason(second) == "not asked, a.example wants no request before … UTC"
    assert reason("https://a.example/1: redirects to http://10.0.0.1/x: refused") == "redirects to …: refused"
    assert reason("a consent page") == "a consent page"
