"""Stories merged and split by an operator, ties decided, and what becomes of messages; on both engines."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import pytest
from rows import ANALYST, MINUTE, SOURCES, a_chat, a_feed, a_story
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryKind, DeliveryStatus, Destination, Priority
from bot.run import choices as deciding
from bot.run.engine import Configuration
from bot.settings import Settings
from bot.store import choices, deliveries, feedback, stories, tables, tied
from bot.store.choices import ChoiceError
from bot.store.database import Database
from bot.store.deliveries import Order
from bot.store.feedback import Verdict
from bot.store.record import record
from bot.store.tied import Fate, State
from bot.watch.operands import Operands
from bot.watch.rules import build

OTHER = Destination(8)
CONFIG = Configuration(Settings(), SOURCES, build([], Operands()))
ALERT, DIGEST = DeliveryKind.ALERT, DeliveryKind.DIGEST


async def some(connection: AsyncConnection, now: datetime, count: int) -> list[tuple[int, int]]:
    """So many stories of one article each, a minute apart: the ids of story and article."""
    feed_id = await a_feed(connection, now)
    for chat in (ANALYST.chat, OTHER.chat):
        await a_chat(connection, now, chat)
    return [await a_story(connection, feed_id, number, now + number * MINUTE) for number in range(1, count + 1)]


async def told(
    connection: AsyncConnection,
    story: int,
    now: datetime,
    where: Destination = ANALYST,
    kind: DeliveryKind = ALERT,
    status: DeliveryStatus = DeliveryStatus.SENT,
    also: tuple[int, ...] = (),
    **given: Any,
) -> int:
    """A message about a story, sent unless said otherwise."""
    order = Order(
        key=f"{kind}:{story}:{where.chat}:{where.thread}",
        destination=where,
        kind=kind,
        due_at=now if status is DeliveryStatus.PENDING else None,
        watchlist="japan",
        story_id=story if kind is ALERT else None,
        status=status,
        **given,
    )
    made = await deliveries.order(connection, order, now, [story, *also])
    assert made is not None
    return made


async def tie(connection: AsyncConnection, article: int, story: int, now: datetime, score: float = 0.4) -> int:
    values = {"article_id": article, "story_id": story, "score": score, "why": {"names": ["prabowo"]}, "at": now}
    made = await connection.scalar(tables.ties.insert().values(**values).returning(tables.ties.c.id))
    assert isinstance(made, int)
    return made


async def row(connection: AsyncConnection, delivery: int) -> Any:
    return (await connection.execute(select(tables.deliveries).where(tables.deliveries.c.id == delivery))).one()


async def members(connection: AsyncConnection, story: int) -> list[int]:
    articles = tables.articles
    query = select(articles.c.id).where(articles.c.story_id == story).order_by(articles.c.id)
    return list((await connection.execute(query)).scalars())


async def states(connection: AsyncConnection) -> dict[tuple[int, int], str]:
    """What is said of every tie, by its article and its story."""
    return {(each.article_id, each.story_id): each.state for each in await connection.execute(select(tables.ties))}


WAITING = DeliveryStatus.PENDING


# --- merging --------------------------------------------------------------------------------------------------------


async def test_merged_stories_are_one_with_all_articles_and_their_times(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        (one, a), (two, b), (three, c) = await some(connection, now, 3)
        assert await choices.merge(connection, two, [one, three], now) == two
        assert await members(connection, two) == [a, b, c]
        found = (await connection.execute(select(tables.stories).where(tables.stories.c.id == two))).one()
        assert (found.first_seen, found.latest) == (now + MINUTE, now + 3 * MINUTE)
        (story,) = await stories.load_stories(connection, "japan", [one, two, three], SOURCES)
        assert story.id == two and len(story.reports) == 3


async def test_the_id_of_a_merged_story_answers_with_the_one_it_is_in_over_any_number_of_merges(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        (one, _), (two, _), (three, _) = await some(connection, now, 3)
        await choices.merge(connection, two, [one], now)
        await choices.merge(connection, three, [one], now)
        assert [await choices.living(connection, each) for each in (one, two, three)] == [three] * 3
        assert (await record(connection, one, SOURCES)).merged_from == (one, two)


async def test_merging_a_story_with_itself_or_one_it_holds_or_an_unknown_one_is_refused(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        (one, _), (two, _), (three, _) = await some(connection, now, 3)
        await choices.merge(connection, one, [two], now)
        for into, others, said in (
            (one, [one], "part of story"),
            (one, [two], "part of story"),
            (two, [one], "part of story"),
            (one, [three, three], "twice"),
            (one, [999], "no story 999"),
            (999, [one], "no story 999"),
        ):
            with pytest.raises(ChoiceError, match=said):
                await choices.merge(connection, into, others, now)


async def test_a_moved_article_says_that_an_operator_put_it_there_and_what_it_had_come_by(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        (one, a), (two, b) = await some(connection, now, 2)
        values = {"article_id": b, "kind": "event", "other_id": 77, "score": 0.8, "why": {"days": ["2026-03-10"]}}
        await connection.execute(tables.joins.insert().values(at=now, **values))
        await choices.merge(connection, one, [two], now)
        assert (await record(connection, one, SOURCES)).joined[b].kind == "operator"
        assert (await record(connection, one, SOURCES)).joined[b].why == {"days": ["2026-03-10"]}
        assert (await record(connection, one, SOURCES)).joined[b].by == 77
        assert a not in (await record(connection, one, SOURCES)).joined


async def test_an_article_without_a_reason_of_its_own_is_put_beside_the_first_of_the_story(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        (one, a), (two, b) = await some(connection, now, 2)
        await choices.merge(connection, one, [two], now)
        joined = (await record(connection, one, SOURCES)).joined[b]
        assert (joined.kind, joined.by, joined.score, joined.why) == ("operator", a, None, {})


async def test_a_chat_that_had_either_story_has_had_the_merged_one(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        (one, _), (two, _) = await some(connection, now, 2)
        delivery = await told(connection, two, now, OTHER)
        await connection.execute(tables.told.update().values(outlets=3, step=2))
        assert not await stories.was_told(connection, one, OTHER.chat, 0)
        await choices.merge(connection, one, [two], now)
        assert await stories.was_told(connection, one, OTHER.chat, 0)
        assert not await stories.was_told(connection, one, ANALYST.chat, 0)
        # What was told of the story that is gone stays, and what it was like then comes along.
        assert await deliveries.stories_told(connection, delivery) == [one, two]
        kept = (await connection.execute(select(tables.told).where(tables.told.c.story_id == one))).one()
        assert (kept.outlets, kept.step) == (3, 2)
        begin = now - MINUTE
        assert await stories.untold_since(connection, "japan", OTHER.chat, 0, begin, now + 5 * MINUTE) == []
        assert await stories.untold_since(connection, "japan", ANALYST.chat, 0, begin, now + 5 * MINUTE) == [one]


async def test_a_waiting_alert_is_cancelled_where_the_chat_has_had_the_other_story(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        (one, _), (two, _) = await some(connection, now, 2)
        sent = await told(connection, one, now)
        waiting = await told(connection, two, now, status=WAITING)
        await choices.merge(connection, one, [two], now)
        found = await row(connection, waiting)
        assert (found.status, found.due_at) == ("cancelled", None)
        assert found.error == f"its story was put into story {one}, which this chat has had"
        assert (await row(connection, sent)).status == "sent"


async def test_a_waiting_alert_tells_the_merged_story_where_the_chat_has_had_neither(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        (one, _), (two, _) = await some(connection, now, 2)
        await told(connection, one, now, OTHER)
        waiting = await told(connection, two, now, status=WAITING, body=["as composed before"])
        await choices.merge(connection, one, [two], now)
        found = await row(connection, waiting)
        assert (found.status, found.story_id, found.body, found.due_at) == ("pending", one, None, now)
        assert one in await deliveries.stories_told(connection, waiting)


async def test_of_two_waiting_alerts_one_is_left_as_loud_and_as_early_as_either(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        (one, _), (two, _) = await some(connection, now, 2)
        kept = await told(connection, one, now + 2 * MINUTE, status=WAITING)
        urgent = await told(connection, two, now, status=WAITING, priority=Priority.URGENT)
        await choices.merge(connection, one, [two], now)
        found = await row(connection, kept)
        assert (found.status, found.priority, found.due_at) == ("pending", "urgent", now)
        assert (await row(connection, urgent)).status == "cancelled"


async def test_a_waiting_message_about_the_story_that_stays_is_cancelled_where_the_chat_has_had_the_one_that_goes(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        (one, _), (two, _), (three, _) = await some(connection, now, 3)
        held = await told(connection, one, now, status=WAITING)
        digest = await told(connection, one, now, kind=DIGEST, status=WAITING, also=(three,))
        elsewhere = await told(connection, one, now, OTHER, status=WAITING)
        await told(connection, two, now)
        await choices.merge(connection, one, [two], now)
        found = await row(connection, held)
        assert found.status == "cancelled"
        assert found.error == f"story {two} was put into its story, and this chat has had that"
        assert await deliveries.stories_told(connection, digest) == [three]
        assert (await row(connection, elsewhere)).status == "pending"


@pytest.mark.parametrize("status", [DeliveryStatus.SENDING, DeliveryStatus.UNCERTAIN, DeliveryStatus.SENT])
async def test_a_message_that_may_have_arrived_is_left_alone(
    database: Database, now: datetime, status: DeliveryStatus
) -> None:
    async with database.write() as connection:
        (one, _), (two, _) = await some(connection, now, 2)
        await told(connection, one, now)
        other = await told(connection, two, now, status=status)
        await choices.merge(connection, one, [two], now)
        found = await row(connection, other)
        assert (found.status, found.story_id) == (status, two)


async def test_a_waiting_digest_leaves_out_what_its_chat_has_had_and_one_that_told_only_that_is_cancelled(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        (one, _), (two, _), (three, _) = await some(connection, now, 3)
        await told(connection, one, now)
        both = await told(connection, two, now, kind=DIGEST, status=WAITING, also=(three,))
        only = await told(connection, two, now, kind=DeliveryKind.PICTURE, status=WAITING)
        free = await told(connection, two, now, OTHER, kind=DIGEST, status=WAITING)
        await choices.merge(connection, one, [two], now)
        assert await deliveries.stories_told(connection, both) == [three]
        assert (await row(connection, both)).status == "pending"
        assert (await row(connection, only)).status == "cancelled"
        assert await deliveries.stories_told(connection, free) == [one, two]


async def test_verdicts_go_with_the_story_and_of_two_by_one_reader_the_last_one_counts(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        (one, _), (two, _) = await some(connection, now, 2)
        await feedback.record(connection, one, "japan", 7, 7, Verdict.RELEVANT, now)
        await feedback.record(connection, two, "japan", 7, 7, Verdict.IRRELEVANT, now + MINUTE)
        await feedback.record(connection, two, "japan", 8, 8, Verdict.RELEVANT, now)
        await choices.merge(connection, one, [two], now)
        assert await feedback.verdicts(connection, "japan", now) == {one: (1, 1)}


# --- splitting ------------------------------------------------------------------------------------------------------


async def test_split_articles_are_a_story_of_their_own_and_stay_apart_both_ways(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        (one, a), (two, b), (three, c) = await some(connection, now, 3)
        await choices.merge(connection, one, [two, three], now)
        made = await choices.split(connection, one, [b, c], now)
        assert (await members(connection, one), await members(connection, made)) == ([a], [b, c])
        assert await states(connection) == {(b, one): "apart", (c, one): "apart", (a, made): "apart"}
        assert await tied.apart_from(connection, one) == {made}
        assert await tied.apart_from(connection, made) == {one}
        found = (await connection.execute(select(tables.stories).where(tables.stories.c.id == made))).one()
        assert (found.first_seen, found.latest) == (now + 2 * MINUTE, now + 3 * MINUTE)
        joined = (await record(connection, made, SOURCES)).joined
        assert [(joined[each].kind, joined[each].by) for each in (b, c)] == [("operator", None), ("operator", b)]


async def test_splitting_off_everything_or_what_is_elsewhere_is_refused(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        (one, a), (two, b), (_, c) = await some(connection, now, 3)
        await choices.merge(connection, one, [two], now)
        with pytest.raises(ChoiceError, match="nothing would be left"):
            await choices.split(connection, one, [a, b], now)
        with pytest.raises(ChoiceError, match=f"not in story {one}: article {c}"):
            await choices.split(connection, one, [a, c], now)
        with pytest.raises(ChoiceError, match="no story 999"):
            await choices.split(connection, 999, [a], now)
        assert await members(connection, one) == [a, b]


async def test_a_story_taken_out_again_keeps_what_was_told_of_it_and_no_more(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        (one, _), (two, b) = await some(connection, now, 2)
        await told(connection, one, now, OTHER)
        await told(connection, two, now)
        await choices.merge(connection, one, [two], now)
        made = await choices.split(connection, one, [b], now)
        assert await stories.was_told(connection, made, ANALYST.chat, 0)
        # This chat was told of one event only: the other one may still ring.
        assert not await stories.was_told(connection, made, OTHER.chat, 0)


async def test_a_story_taken_out_inherits_nothing_of_another_of_the_same_title(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        (one, _), (two, b), (three, c) = await some(connection, now, 3)
        await connection.execute(tables.articles.update().values(title="Japan, Indonesia sign pact"))
        await connection.execute(tables.stories.update().values(headline="Japan, Indonesia sign pact"))
        await told(connection, two, now)
        await choices.merge(connection, one, [two, three], now)
        made = await choices.split(connection, one, [c], now)
        assert not await stories.was_told(connection, made, ANALYST.chat, 0)
        again = await choices.split(connection, one, [b], now)
        assert await stories.was_told(connection, again, ANALYST.chat, 0)


async def test_a_step_that_only_the_articles_taken_out_report_was_not_told_of_what_is_left(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        (one, a), (two, b) = await some(connection, now, 2)
        await choices.merge(connection, one, [two], now)
        for article, rank in ((a, 1), (b, 4)):
            values = {"step": "talks", "concept": "step", "labels": {}, "date": "2026-03-10", "date_from": "sentence"}
            values |= {"watchlist": "japan", "part": "lead", "sentence": "They met.", "at": now}
            await connection.execute(tables.steps.insert().values(article_id=article, rank=rank, **values))
        await told(connection, one, now)
        await connection.execute(tables.told.update().values(outlets=2, step=4))
        await choices.split(connection, one, [b], now)
        kept = (await connection.execute(select(tables.told).where(tables.told.c.story_id == one))).one()
        assert kept.step == 1


async def test_what_waits_to_be_composed_tells_both_halves_of_a_split_story(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        (one, _), (two, b) = await some(connection, now, 2)
        await choices.merge(connection, one, [two], now)
        alert = await told(connection, one, now, status=WAITING, priority=Priority.URGENT)
        digest = await told(connection, one, now, OTHER, kind=DIGEST, status=WAITING)
        made = await choices.split(connection, one, [b], now)
        assert await deliveries.stories_told(connection, digest) == [one, made]
        assert await deliveries.stories_told(connection, alert) == [one]
        new = (await connection.execute(select(tables.deliveries).where(tables.deliveries.c.story_id == made))).one()
        assert (new.status, new.kind, new.priority, new.chat_id) == ("pending", "alert", "urgent", ANALYST.chat)


# --- ties -----------------------------------------------------------------------------------------------------------


async def test_a_tie_that_is_joined_puts_the_later_story_into_the_earlier(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        (one, a), (two, b) = await some(connection, now, 2)
        number = await tie(connection, a, two, now)
    decided = await deciding.join_tie(database, CONFIG, number, now)
    assert (decided.fate, decided.story, decided.other) == (Fate.JOINED, one, two)
    again = await deciding.join_tie(database, CONFIG, number, now)
    assert again.fate is Fate.JOINED_BEFORE
    assert (await deciding.part_tie(database, CONFIG, number, now)).fate is Fate.JOINED_BEFORE
    async with database.read() as connection:
        assert await members(connection, one) == [a, b]
        assert await tied.open_ties(connection) == []


async def test_a_tie_that_is_parted_holds_for_all_articles_of_both_stories(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        (one, a), (two, b), (three, c) = await some(connection, now, 3)
        await choices.merge(connection, one, [two], now)
        number = await tie(connection, c, one, now)
    assert (await deciding.part_tie(database, CONFIG, number, now)).fate is Fate.APART
    assert (await deciding.join_tie(database, CONFIG, number, now)).fate is Fate.APART_BEFORE
    async with database.read() as connection:
        assert await states(connection) == {(a, three): "apart", (b, three): "apart", (c, one): "apart"}
        assert await tied.open_ties(connection) == []


async def test_a_tie_that_is_gone_is_no_error(database: Database, now: datetime) -> None:
    assert (await deciding.join_tie(database, CONFIG, 999, now)).fate is Fate.GONE
    assert (await deciding.part_tie(database, CONFIG, 999, now)).fate is Fate.GONE


async def test_a_tie_to_a_story_that_its_own_took_in_is_settled(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        (one, a), (two, _) = await some(connection, now, 2)
        await choices.merge(connection, one, [two], now)
        number = await tie(connection, a, two, now)
    for decided in (
        await deciding.join_tie(database, CONFIG, number, now),
        await deciding.part_tie(database, CONFIG, number, now),
    ):
        assert (decided.fate, decided.story) == (Fate.JOINED_BEFORE, one)


async def test_ties_follow_a_story_into_another_and_a_word_that_they_are_apart_is_kept(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        (one, _), (two, _), (_, c), (four, d), (five, e) = await some(connection, now, 5)
        weak = await tie(connection, c, one, now, 0.3)
        strong = await tie(connection, c, two, now, 0.5)
        await tied.keep_apart(connection, four, two, now)
        await tie(connection, d, one, now, 0.6)
        await tie(connection, e, two, now, 0.2)
        await choices.merge(connection, one, [two], now)
        found = await tied.open_ties_of(connection, one)
        assert [each.id for each in found] == [strong, found[1].id] and weak != strong
        assert found[1].story_id == five
        assert (await states(connection))[d, one] == State.APART
        assert four in await tied.apart_from(connection, one)


async def test_the_last_word_counts_stories_kept_apart_may_be_merged_by_name(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        (one, _), (two, _) = await some(connection, now, 2)
        await tied.keep_apart(connection, one, two, now)
        await choices.merge(connection, one, [two], now)
        assert set((await states(connection)).values()) == {State.JOINED}
        assert await tied.apart_from(connection, one) == set()


async def test_a_message_names_only_stories_that_its_watchlist_matched_each_once(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        (one, a), (two, b), (three, c) = await some(connection, now, 3)
        await connection.execute(
            tables.matches.update().where(tables.matches.c.article_id == c).values(watchlist="asean")
        )
        number = await tie(connection, a, two, now, 0.5)
        await tie(connection, b, one, now, 0.4)
        await tie(connection, a, three, now, 0.6)
        found = await deciding.possibly(connection, one, "japan")
        assert [(each.tie, each.story, each.headline) for each in found] == [
            (number, two, "Japan and Indonesia hold talks 2")
        ]
        assert len(await tied.open_ties_of(connection, one)) == 3


async def test_two_operators_at_once_do_not_put_two_stories_into_each_other(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        (one, a), (two, b) = await some(connection, now, 2)
    both = await asyncio.gather(
        deciding.merge(database, CONFIG, [one, two], now),
        deciding.merge(database, CONFIG, [two, one], now),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in both) == ["ChoiceError", "int"]
    kept = next(each for each in both if isinstance(each, int))
    async with database.read() as connection:
        assert await members(connection, kept) == [a, b]
        assert {await choices.living(connection, each) for each in (one, two)} == {kept}


async def test_what_is_refused_changes_nothing(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        (one, _), (two, b) = await some(connection, now, 2)
    with pytest.raises(ChoiceError):
        await deciding.merge(database, CONFIG, [one, two, 999], now)
    async with database.read() as connection:
        assert await members(connection, two) == [b]


# --- the record -----------------------------------------------------------------------------------------------------


async def test_the_headline_of_what_was_merged_is_of_the_best_source(database: Database, now: datetime) -> None:
    from rows import KYODO

    async with database.write() as connection:
        feed_id = await a_feed(connection, now)
        one, _ = await a_story(connection, feed_id, 1, now, source=KYODO, title="Second rate")
        two, _ = await a_story(connection, feed_id, 2, now + MINUTE, title="From the wire")
    assert await deciding.merge(database, CONFIG, [one, two], now) == one
    async with database.read() as connection:
        found = await record(connection, two, SOURCES)
        assert found.id == one and found.headline == "From the wire"
        assert found.story is not None and len(found.story.reports) == 2


async def test_a_story_without_articles_still_answers(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        made = await stories.new_story(connection, "Gone", now)
        found = await record(connection, made, SOURCES)
        assert found.story is None and found.headline == "Gone"
