"""The lines that a source's pages repeat are counted, once for each page, and forgotten in time; on both engines."""

from __future__ import annotations

from datetime import datetime, timedelta

from rows import a_feed, a_page, article
from sqlalchemy import func, select

from bot.model import Basis
from bot.store import articles, lines
from bot.store.database import Database
from bot.store.tables import lines as table

DAY = timedelta(days=1)


async def _pages(database: Database, source: str) -> int:
    async with database.read() as connection:
        query = select(table.c.pages).where(table.c.source == source, table.c.mark == "")
        return await connection.scalar(query) or 0


async def _count(database: Database, now: datetime, pages: range, *marks: str, source: str = "antara") -> None:
    """Pages with the ids of the range, each with these lines and one of its own."""
    async with database.write() as connection:
        for page in pages:
            await lines.count_lines(connection, source, page, (*marks, f"tbody{page}", f"lown{page}"), now)


async def _learned(database: Database, source: str = "antara") -> frozenset[str]:
    async with database.read() as connection:
        return await lines.learned_lines(connection, source)


async def test_a_line_of_four_pages_is_learnt_for_its_source_alone(database: Database, now: datetime) -> None:
    await _count(database, now, range(3), "lbox")
    assert await _learned(database) == frozenset()
    await _count(database, now, range(3, 4), "lbox")
    assert await _learned(database) == {"lbox"}
    assert await _learned(database, "kyodo") == frozenset()


async def test_a_sentence_must_stand_on_half_of_ten_pages(database: Database, now: datetime) -> None:
    await _count(database, now, range(9), "sbox")
    assert await _learned(database) == frozenset()
    await _count(database, now, range(9, 10), "sbox")
    assert await _learned(database) == {"sbox"}
    await _count(database, now, range(10, 21))
    assert await _learned(database) == frozenset()


async def test_a_page_that_changed_is_counted_once(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        page_id = await a_page(connection, await a_feed(connection, now), 1, now)
        for _ in range(5):
            await lines.count_lines(connection, "antara", page_id, ("lbox",), now)
            await articles.save_article(connection, page_id, article(1), now, now)
    assert await _pages(database, "antara") == 1


async def test_a_page_of_which_only_the_feed_was_known_is_counted(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        page_id = await a_page(connection, await a_feed(connection, now), 1, now)
        await articles.save_article(connection, page_id, article(1, basis=Basis.FEED), now, now)
        await lines.count_lines(connection, "antara", page_id, ("lbox",), now)
    assert await _pages(database, "antara") == 1


async def test_a_copy_of_a_page_is_not_counted(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        for page in range(3):
            await lines.count_lines(connection, "antara", page, ("tsame", "lbox"), now)
    assert await _pages(database, "antara") == 1


async def test_a_long_line_that_all_pages_print_does_not_make_them_copies_for_ever(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        for page in range(10):
            await lines.count_lines(connection, "antara", page, ("tabout-us", "lbox"), now)
    assert await _learned(database) == {"lbox"}


async def test_lines_of_single_pages_are_forgotten_while_the_count_stays_recent(
    database: Database, now: datetime
) -> None:
    await _count(database, now, range(lines.RECENT), "lbox")
    assert await _pages(database, "antara") == lines.RECENT // 2
    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(table)) == 2
    assert await _learned(database) == {"lbox"}


async def test_a_line_that_the_site_prints_no_longer_is_unlearnt(database: Database, now: datetime) -> None:
    await _count(database, now, range(10), "lold")
    await _count(database, now, range(10, 200), "lnew")
    assert await _learned(database) == {"lnew"}


async def test_what_no_page_printed_for_long_is_forgotten(database: Database, now: datetime) -> None:
    await _count(database, now, range(6), "lbox")
    await _count(database, now + lines.FORGET + DAY, range(6, 20))
    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).where(table.c.mark == "lbox")) == 0
