"""Entries and the pages they link to, on both engines."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest
from rows import MINUTE, a_feed, a_page, article, entry, listed, page_of
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Entry
from bot.read import KnownEntry, keys
from bot.store import pages
from bot.store.database import Database, open_database
from bot.store.pages import NewPage, Page, PageState
from bot.store.tables import entries
from bot.store.words import storable_noun, usable_address
from postgres import Cluster

LANE = 3


async def _add(connection: AsyncConnection, feed_id: int, made: Entry, now: datetime, *, quiet: bool = False) -> int:
    return await pages.add_entries(connection, feed_id, [(made, keys(made), page_of(made))], quiet, now)


async def _claim(connection: AsyncConnection, now: datetime, limit: int = 50) -> list[Page]:
    return await pages.claim_pages(connection, [LANE], now, 5 * MINUTE, limit)


async def _known(connection: AsyncConnection, feed_id: int, made: Entry) -> KnownEntry:
    (found,) = await pages.known_entries(connection, feed_id, [keys(made)])
    return found


async def test_a_new_entry_brings_a_page_that_is_due_at_once(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        assert await _add(connection, feed_id, entry(), now, quiet=True)
        (page,) = await _claim(connection, now)
        assert (page.url, page.host, page.source, page.lane) == (
            "https://antara.example/news/1",
            "antara.example",
            "antara",
            LANE,
        )
        assert (page.due_at, page.attempts, page.quiet, page.first_seen) == (now, 0, True, now)


async def test_an_address_listed_by_two_feeds_is_one_page(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        one = await a_feed(connection, now, number=1)
        other = await a_feed(connection, now, number=2)
        assert await _add(connection, one, entry(), now)
        tracked = replace(entry(), url="http://www.antara.example/news/1?utm_source=rss")
        assert not await _add(connection, other, tracked, now + MINUTE)
        (page,) = await _claim(connection, now + MINUTE)
        assert page.first_seen == now
        assert len((await connection.execute(select(entries))).all()) == 2


@pytest.mark.parametrize(
    "again",
    [
        entry(url="https://elsewhere.example/", title="Other"),
        entry(guid="other", title="Other"),
        entry(guid="other", url="https://elsewhere.example/"),
    ],
    ids=["guid", "url", "title"],
)
async def test_an_entry_is_found_by_any_of_its_keys(database: Database, now: datetime, again: Entry) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        await _add(connection, feed_id, entry(), now)
        await _add(connection, feed_id, entry(2), now)
        assert (await _known(connection, feed_id, again)).keys == keys(entry())


async def test_entries_of_another_feed_are_not_known(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        one = await a_feed(connection, now, number=1)
        other = await a_feed(connection, now, number=2)
        await _add(connection, one, entry(), now)
        assert await pages.known_entries(connection, other, [keys(entry())]) == []


async def test_more_entries_than_a_query_takes_parameters_are_all_found(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        for number in (1, 700, 1400):
            await _add(connection, feed_id, entry(number), now)
        found = await pages.known_entries(connection, feed_id, [keys(entry(number)) for number in range(1500)])
        assert len(found) == 3


async def test_a_changed_entry_has_its_page_read_again(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        page_id = await a_page(connection, feed_id, 1, now, quiet=True)
        await pages.finish_page(connection, page_id, PageState.READ)
        assert await _claim(connection, now) == []
        new = entry(title="Changed")
        known = await _known(connection, feed_id, entry())
        await pages.change_entry(connection, known, new, keys(new), False, now + MINUTE)
        (page,) = await _claim(connection, now + MINUTE)
        assert (page.id, page.quiet, page.attempts) == (page_id, False, 0)
        known = await _known(connection, feed_id, new)
        assert (known.changes, known.keys) == (1, keys(new))


async def test_what_changes_in_a_flood_is_read_again_quietly(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        page_id = await a_page(connection, feed_id, 1, now)
        await pages.finish_page(connection, page_id, PageState.READ)
        known = await _known(connection, feed_id, entry())
        await pages.change_entry(connection, known, entry(), keys(entry()), True, now)
        (page,) = await _claim(connection, now)
        assert page.quiet


async def test_a_page_that_still_waits_is_not_made_due_by_a_change(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        page_id = await a_page(connection, feed_id, 1, now, quiet=True)
        await pages.finish_page(connection, page_id, PageState.FAILED, "503", now + 5 * MINUTE)
        known = await _known(connection, feed_id, entry())
        await pages.change_entry(connection, known, entry(), keys(entry()), False, now)
        assert await _claim(connection, now) == []
        (page,) = await _claim(connection, now + 5 * MINUTE)
        assert page.quiet


async def test_pages_are_claimed_longest_waiting_first_and_no_more_than_asked(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        for number, seen in ((1, now), (2, now - MINUTE), (3, now - 2 * MINUTE)):
            await _add(connection, feed_id, entry(number), seen)
        assert [page.url[-1] for page in await _claim(connection, now, 2)] == ["3", "2"]
        assert [page.url[-1] for page in await _claim(connection, now, 2)] == ["1"]


async def test_a_claimed_page_is_away_until_its_lease_ends_or_it_is_released(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        await _add(connection, feed_id, entry(), now)
        (page,) = await _claim(connection, now)
        assert await _claim(connection, now + 4 * MINUTE) == []
        (leased,) = await _claim(connection, now + 5 * MINUTE)
        assert leased.attempts == 1
        await pages.release_pages(connection, [page.id], now)
        (released,) = await _claim(connection, now)
        assert (released.due_at, released.attempts) == (now, 1)


async def test_a_finished_page_is_never_due_again(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        page_id = await a_page(connection, feed_id, 1, now)
        await pages.finish_page(connection, page_id, PageState.READ)
        assert await _claim(connection, now + 1000 * MINUTE) == []


async def test_why_a_page_failed_is_kept_whatever_the_words(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        page_id = await a_page(connection, feed_id, 1, now)
        await pages.finish_page(connection, page_id, PageState.FAILED, "bad \x00 \udcff", now)
        kept = await connection.scalar(select(pages.pages.c.error).where(pages.pages.c.id == page_id))
        assert kept == "bad \ufffd \ufffd"


async def test_the_entry_of_a_page_is_the_one_with_the_most_text(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        one = await a_feed(connection, now, number=1)
        other = await a_feed(connection, now, number=2)
        page_id = await a_page(connection, one, 1, now)
        long = entry(title="Long", paragraphs=("A longer text.", "Of two."), author="Ann", published=now)
        await _add(connection, other, long, now)
        assert await pages.entry_of(connection, page_id) == replace(long, guid=None, url=None)
        assert await pages.entry_of(connection, page_id + 1) is None


async def test_only_quiet_pages_that_nobody_has_tried_hold_a_picture_back(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        first, second, _ = [await a_page(connection, feed_id, number, now, quiet=number < 3) for number in (1, 2, 3)]
        assert await pages.quiet_pages_waiting(connection) == 2
        await pages.finish_page(connection, first, PageState.FAILED, "503", now)
        await pages.finish_page(connection, second, PageState.READ)
        assert await pages.quiet_pages_waiting(connection) == 0


async def test_what_two_nodes_claim_at_once_is_one_nodes_and_what_is_left_the_next_claims(
    postgres: Cluster, postgres_tables: str, now: datetime
) -> None:
    """SQLite has one writer; only PostgreSQL lets two transactions claim side by side."""
    async with open_database(postgres_tables) as one, open_database(postgres_tables) as other:
        async with one.write() as connection:
            await connection.execute(pages.pages.delete())
            feed_id = await a_feed(connection, now)
            for number in range(5):
                await _add(connection, feed_id, entry(number), now)
        async with one.write() as first, other.write() as second:
            mine = await _claim(first, now, 3)
            theirs = await asyncio.wait_for(_claim(second, now, 3), 5)
        async with other.write() as connection:
            theirs += await _claim(connection, now, 3)
        assert (len(mine), len(theirs)) == (3, 2)
        assert not {page.id for page in mine} & {page.id for page in theirs}


# --- what feeds and pages may carry ---------------------------------------------------------------------------------


async def test_an_entry_full_of_what_no_database_takes_is_stored(database: Database, now: datetime) -> None:
    bad, good = "a\x00b\ud800c", "a\ufffdb\ufffdc"
    made = storable_noun(Entry(bad, f"https://antara.example/{bad}", bad, (bad, bad), now, bad, bad))
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        await _add(connection, feed_id, made, now)
        (page,) = await _claim(connection, now)
        stored = await pages.entry_of(connection, page.id)
    assert stored is not None
    assert (stored.title, stored.paragraphs, stored.author) == (good, (good, good), good)


def test_cleaning_moves_no_character() -> None:
    text = "Jepang\x00 dan \ud83c Indonesia"
    assert storable_noun(article(paragraphs=(text,))).paragraphs[0].index("Indonesia") == text.index("Indonesia")


def test_a_sound_article_is_left_as_it_is() -> None:
    assert storable_noun(article()) == article()


@pytest.mark.parametrize(
    "url",
    [
        "https://antara.example/" + "x" * 2048,
        "https://antara.example/" + "本" * 700,
        "https://" + "a" * 254 + "/",
        "https://[::1/",
        "https:///news",
    ],
    ids=["long", "long in bytes", "long host", "broken", "no host"],
)
def test_an_entry_with_an_unusable_address_is_an_entry_without_a_link(url: str) -> None:
    assert not usable_address(url)
    assert storable_noun(entry(url=url)).url is None


async def test_the_longest_usable_address_fits_every_column(database: Database, now: datetime) -> None:
    host = ".".join(["a" * 62] * 4)[:253]
    url = f"https://{host}/".ljust(2048, "x")
    made = storable_noun(entry(url=url))
    assert made.url == url
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        page = NewPage(url, keys(made).url_key or "", host, LANE, listed().source)
        assert await pages.add_entries(connection, feed_id, [(made, keys(made), page)], False, now)


def test_a_language_longer_than_its_column_is_an_uncertain_one() -> None:
    assert storable_noun(article(language="x-klingon-long")).language is None
