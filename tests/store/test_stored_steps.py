"""Steps beside their articles, by story, and by label, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from rows import SOURCES, a_feed, a_story, match
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Part, Step
from bot.store import choices, events, tables, tied
from bot.store import steps as store
from bot.store.database import Database
from bot.story.events import Tie

SIGNED = Step(
    "step", "signed", 3, {"partner": ("indonesia",)}, "2026-05", "sentence", Part.BODY, 2, "They signed it in May."
)
TALKS = replace(SIGNED, step="talks", rank=1, date="2026-04-02", part=Part.TITLE, paragraph=None)
LABEL = [("partner", "indonesia")]


async def _rows(connection: AsyncConnection) -> int:
    return await connection.scalar(select(func.count()).select_from(tables.steps)) or 0


async def test_steps_come_back_as_they_were_saved_in_the_order_of_their_dates(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        story_id, article_id = await a_story(connection, feed_id, 1, now)
        await store.save_steps(connection, article_id, {"japan": [SIGNED, TALKS]}, now)
        assert await store.steps_of_stories(connection, "japan", [story_id]) == {story_id: [TALKS, SIGNED]}


async def test_saved_steps_take_the_place_of_those_before_of_all_watchlists(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        story_id, article_id = await a_story(connection, feed_id, 1, now)
        await store.save_steps(connection, article_id, {"japan": [SIGNED], "chips": [SIGNED]}, now)
        await store.save_steps(connection, article_id, {"japan": [TALKS]}, now)
        assert await store.steps_of_stories(connection, "chips", [story_id]) == {}
        assert await store.steps_of_stories(connection, "japan", [story_id]) == {story_id: [TALKS]}
        await store.save_steps(connection, article_id, {}, now)
        assert await _rows(connection) == 0


async def test_steps_of_one_watchlist_leave_those_of_others(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        story_id, article_id = await a_story(connection, feed_id, 1, now)
        await store.save_steps(connection, article_id, {"japan": [SIGNED], "chips": [SIGNED]}, now)
        await store.save_steps_of(connection, "japan", article_id, [], now)
        assert await store.steps_of_stories(connection, "japan", [story_id]) == {}
        assert await store.steps_of_stories(connection, "chips", [story_id]) == {story_id: [SIGNED]}


async def test_an_article_of_another_story_keeps_its_steps(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        one, article_id = await a_story(connection, feed_id, 1, now)
        other, second = await a_story(connection, feed_id, 2, now)
        await store.save_steps(connection, article_id, {"japan": [SIGNED]}, now)
        await store.save_steps(connection, second, {"japan": [TALKS]}, now)
        await store.save_steps(connection, article_id, {}, now)
        assert await store.steps_of_stories(connection, "japan", [one, other]) == {other: [TALKS]}


async def test_steps_go_with_their_article(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        _, article_id = await a_story(connection, feed_id, 1, now)
        await store.save_steps(connection, article_id, {"japan": [SIGNED]}, now)
        await connection.execute(delete(tables.articles))
        assert await _rows(connection) == 0


# --- by label ---------------------------------------------------------------------------------------------------------


async def test_accounts_say_whose_word_it_is(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        story_id, article_id = await a_story(connection, feed_id, 1, now, published=now)
        await store.save_steps(connection, article_id, {"japan": [SIGNED]}, now)
        (account,) = await store.accounts(connection, "japan", LABEL, SOURCES)
    assert (account.step, account.story, account.article_id) == (SIGNED, story_id, article_id)
    assert (account.article.title, account.article.language) == ("Japan and Indonesia hold talks 1", "en")
    assert (account.article.source, account.article.published, account.first_seen) == (SOURCES["antara"], now, now)


async def test_accounts_are_those_of_the_label_and_of_what_its_stories_say_beside(
    database: Database, now: datetime
) -> None:
    of_india = replace(SIGNED, labels={"partner": ("india",)})
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        _, first = await a_story(connection, feed_id, 1, now)
        _, second = await a_story(connection, feed_id, 2, now)
        await store.save_steps(connection, first, {"japan": [SIGNED, of_india]}, now)
        await store.save_steps(connection, second, {"japan": [of_india], "chips": [SIGNED]}, now)
        found = await store.accounts(connection, "japan", LABEL, SOURCES)
    assert [(one.article_id, one.step) for one in found] == [(first, SIGNED), (first, of_india)]


async def test_a_label_whose_name_begins_another_is_not_that_one(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        _, article_id = await a_story(connection, feed_id, 1, now)
        steps = [replace(SIGNED, labels={"partner": ("newXzealand", "niue")})]
        await store.save_steps(connection, article_id, {"japan": steps}, now)
        for other in ("new", "new_zealand", "iue"):
            assert await store.accounts(connection, "japan", [("partner", other)], SOURCES) == []
        assert len(await store.accounts(connection, "japan", [("partner", "niue")], SOURCES)) == 1


async def test_an_article_whose_matches_do_not_count_yet_tells_nothing(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        one, first = await a_story(connection, feed_id, 1, now, match(min_sources=2))
        _, second = await a_story(connection, feed_id, 2, now, match(min_sources=2), source=SOURCES["kyodo"])
        for article_id in (first, second):
            await store.save_steps(connection, article_id, {"japan": [SIGNED]}, now)
        assert await store.accounts(connection, "japan", LABEL, SOURCES) == []
        await connection.execute(update(tables.articles).where(tables.articles.c.id == second).values(story_id=one))
        assert len(await store.accounts(connection, "japan", LABEL, SOURCES)) == 2


async def test_an_article_that_matches_no_more_tells_nothing(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        _, article_id = await a_story(connection, feed_id, 1, now)
        await store.save_steps(connection, article_id, {"japan": [SIGNED]}, now)
        await connection.execute(delete(tables.matches))
        assert await store.accounts(connection, "japan", LABEL, SOURCES) == []


async def test_merged_and_split_stories_tell_their_steps_where_their_articles_are_now(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        one, first = await a_story(connection, feed_id, 1, now)
        other, second = await a_story(connection, feed_id, 2, now)
        await store.save_steps(connection, first, {"japan": [SIGNED]}, now)
        await store.save_steps(connection, second, {"japan": [TALKS]}, now)
        await choices.merge(connection, one, [other], now)
        assert await store.steps_of_stories(connection, "japan", [one, other]) == {one: [TALKS, SIGNED]}
        assert {account.story for account in await store.accounts(connection, "japan", LABEL, SOURCES)} == {one}
        made = await choices.split(connection, one, [second], now)
        assert await store.steps_of_stories(connection, "japan", [one, made]) == {one: [SIGNED], made: [TALKS]}
        assert {account.story for account in await store.accounts(connection, "japan", LABEL, SOURCES)} == {one, made}


async def test_accounts_know_which_stories_somebody_called_another_event(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        made = [await a_story(connection, feed_id, number, now) for number in (1, 2, 3)]
        for _, article_id in made:
            await store.save_steps(connection, article_id, {"japan": [SIGNED]}, now)
        (one, _), (other, second), (third, _) = made
        await tied.keep_apart(connection, one, other, now)
        # It is enough that one side says so; and an open tie says nothing.
        await connection.execute(delete(tables.ties).where(tables.ties.c.article_id == second))
        await events.save_ties(connection, second, [Tie(third, third, 0.7, {})], now)
        found = {each.story: each.apart for each in await store.accounts(connection, "japan", LABEL, SOURCES)}
    assert found == {one: {other}, other: {one}, third: set()}


async def test_stories_beyond_what_one_query_takes_are_found(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        story_id, article_id = await a_story(connection, feed_id, 1, now)
        await store.save_steps(connection, article_id, {"japan": [SIGNED]}, now)
        many = [*range(story_id + 1, story_id + 1500), story_id]
        assert list(await store.steps_of_stories(connection, "japan", many)) == [story_id]


# --- articles of before -----------------------------------------------------------------------------------------------


async def test_articles_to_read_come_in_order_with_what_was_found_in_them(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        first, second, third = [(await a_story(connection, feed_id, number, now))[1] for number in (1, 2, 3)]
        found, done = await store.unread(connection, "japan", 0, third, 2, SOURCES)
        assert ([one.id for one in found], done) == ([first, second], second)
        assert (found[0].matches, found[0].first_seen) == ((match(),), now)
        assert found[0].article.paragraphs == ("Japan and Indonesia held talks.", "Nothing else happened.")
        rest, done = await store.unread(connection, "japan", done, third, 2, SOURCES)
        assert ([one.id for one in rest], done) == ([third], third)
        assert await store.unread(connection, "chips", 0, third, 2, SOURCES) == ([], third)


async def test_an_article_whose_text_is_gone_keeps_the_steps_it_has(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        _, first = await a_story(connection, feed_id, 1, now)
        _, second = await a_story(connection, feed_id, 2, now)
        await store.save_steps(connection, first, {"japan": [SIGNED]}, now)
        await connection.execute(update(tables.articles).values(note=store.TEXT_GONE))
        found, _ = await store.unread(connection, "japan", 0, second, 50, SOURCES)
        assert [one.id for one in found] == [second]


async def test_an_article_that_was_read_again_meanwhile_is_not_unchanged(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        _, first = await a_story(connection, feed_id, 1, now)
        _, second = await a_story(connection, feed_id, 2, now)
        found, _ = await store.unread(connection, "japan", 0, second, 50, SOURCES)
        later = now + timedelta(minutes=1)
        await connection.execute(update(tables.articles).where(tables.articles.c.id == first).values(read_at=later))
        assert await store.unchanged(connection, found) == {second}
