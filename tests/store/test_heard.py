"""What a place has heard of a story, and which article reports which step, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from rows import ANALYST, MINUTE, a_chat, a_feed, a_story
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryKind, DeliveryStatus, Destination, Part, Priority, Step
from bot.store import deliveries, ledger
from bot.store.database import Database
from bot.store.deliveries import NOW_URGENT, Delivery, Order, rings_again
from bot.store.heard import heard
from bot.store.steps import save_steps, steps_by_article
from bot.store.tables import articles as article_rows
from bot.store.tables import deliveries as rows
from bot.store.told import remember
from bot.tell.policy import Heard

HOUR = timedelta(hours=1)
SENT, ALERT = DeliveryStatus.SENT, DeliveryKind.ALERT
TALKS = Step("step", "talks", 1, {"partner": ("indonesia",)}, "2026-03-10", "published", Part.BODY, 0, "They talked.")
SIGNED = replace(TALKS, step="signed", rank=3, date="2026-03-08", date_from="sentence", part=Part.TITLE, paragraph=None)


async def story(connection: AsyncConnection, now: datetime, number: int = 1) -> int:
    await a_chat(connection, now)
    return (await a_story(connection, await a_feed(connection, now), number, now))[0]


async def tells(connection: AsyncConnection, story_id: int, at: datetime, key: str = "k", **given: object) -> int:
    """A message about the story to the analyst, sent unless it is said otherwise."""
    made = Order(key, ANALYST, ALERT, None, "japan", story_id, status=SENT, body=["words"])
    made = replace(made, **given)  # type: ignore[arg-type]  # the fields of an order
    delivery_id = await deliveries.order(connection, made, at, [story_id])
    assert delivery_id is not None
    return delivery_id


async def at_analyst(connection: AsyncConnection, story_id: int, but: int | None = None) -> Heard | None:
    return (await heard(connection, story_id, "japan", {}, where=ANALYST, but=but)).get(ANALYST)


async def only(connection: AsyncConnection, delivery_id: int) -> Delivery:
    return next(each for each in await ledger.list_deliveries(connection, None, 100) if each.id == delivery_id)


async def test_a_place_that_was_told_nothing_has_heard_nothing(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        one, other = await story(connection, now), await story(connection, now, 2)
        await tells(connection, one, now)
        await tells(connection, other, now, "elsewhere", destination=replace(ANALYST, thread=5))
        gone = await tells(connection, other, now, "gone", status=DeliveryStatus.PENDING)
        await deliveries.cancel(connection, gone, "no rule matches it any more")
        assert await at_analyst(connection, one) is not None
        assert await at_analyst(connection, other) is None


async def test_the_highest_step_that_was_told_is_what_was_heard_with_the_last_time_it_was(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        one = await story(connection, now)
        for hours, step in enumerate((None, 1, 3, 3, 1)):
            delivery = await tells(connection, one, now + hours * HOUR, f"{hours}")
            await remember(connection, delivery, one, hours + 1, step)
        assert await at_analyst(connection, one) == Heard(now + 3 * HOUR, 3)


async def test_without_a_step_it_was_heard_when_it_was_told_last(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        one = await story(connection, now)
        for hours in (0, 1):
            await remember(connection, await tells(connection, one, now + hours * HOUR, f"{hours}"), one, 1, None)
        assert await at_analyst(connection, one) == Heard(now + HOUR)


async def test_what_nobody_noted_is_known_to_be_unknown(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        one = await story(connection, now)
        await tells(connection, one, now)
        assert await at_analyst(connection, one) == Heard(now, noted=False)


async def test_an_alert_that_nobody_has_tried_to_send_is_held_as_loud_as_it_is(
    database: Database, now: datetime
) -> None:
    waiting = {"status": DeliveryStatus.PENDING, "due_at": now + MINUTE, "priority": Priority.URGENT}
    async with database.write() as connection:
        one = await story(connection, now)
        held = await tells(connection, one, now, "k", **waiting, body=None)
        assert await at_analyst(connection, one) == Heard(now, None, False, True, Priority.URGENT, Priority.URGENT)
        assert await at_analyst(connection, one, but=held) is None
        await connection.execute(update(rows).values(body=["words"]))
        assert await at_analyst(connection, one) == Heard(now, None, False, False, Priority.URGENT, Priority.URGENT)
        await connection.execute(update(rows).values(attempts=1))
        assert await at_analyst(connection, one) == Heard(now, None, False, False, None, Priority.URGENT)


async def test_a_digest_that_is_not_composed_yet_will_tell_and_is_no_alert(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        one = await story(connection, now)
        await tells(connection, one, now, kind=DeliveryKind.DIGEST, status=DeliveryStatus.PENDING, body=None)
        assert await at_analyst(connection, one) == Heard(now, None, False, True, None, Priority.URGENT)


LADDERS = {"japan": (("talks", "signed"),), "twin": (("talks", "signed"),), "law": (("drafted", "signed", "passed"),)}


async def test_a_step_that_another_watchlist_told_counts_by_its_name(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        one = await story(connection, now)
        for hours, (watchlist, step) in enumerate((("law", 0), ("law", 1), ("law", 2))):
            delivery = await tells(connection, one, now + hours * HOUR, f"{hours}", watchlist=watchlist)
            await remember(connection, delivery, one, 1, step)
            had = (await heard(connection, one, "japan", LADDERS))[ANALYST]
            assert had == (Heard(now, None), Heard(now + HOUR, 1), Heard(now + HOUR, 1))[hours]
        assert (await heard(connection, one, "law", LADDERS))[ANALYST] == Heard(now + 2 * HOUR, 2)


@pytest.mark.parametrize("watchlist", ["twin", "gone", None])
async def test_a_step_counts_as_it_is_where_the_watchlists_know_the_same_or_one_is_gone(
    database: Database, now: datetime, watchlist: str | None
) -> None:
    async with database.write() as connection:
        one = await story(connection, now)
        await remember(connection, await tells(connection, one, now, watchlist=watchlist), one, 1, 1)
        assert (await heard(connection, one, "japan", LADDERS))[ANALYST] == Heard(now, 1)


async def test_only_what_tells_the_same_steps_is_waited_for(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        one = await story(connection, now)
        await remember(connection, await tells(connection, one, now), one, 1, 0)
        waiting = {"status": DeliveryStatus.PENDING, "body": None}
        await tells(connection, one, now, "w", kind=DeliveryKind.DIGEST, watchlist="japan", **waiting)
        assert {
            name: (await heard(connection, one, name, LADDERS))[ANALYST].waiting for name in ("japan", "twin", "law")
        } == {"japan": True, "twin": True, "law": False}


async def test_all_places_are_asked_at_once_and_one_alone(database: Database, now: datetime) -> None:
    topic = replace(ANALYST, thread=5)
    async with database.write() as connection:
        one = await story(connection, now)
        await remember(connection, await tells(connection, one, now), one, 1, 1)
        await tells(connection, one, now + HOUR, "t", destination=topic)
        assert await heard(connection, one, "japan", LADDERS) == {
            ANALYST: Heard(now, 1),
            topic: Heard(now + HOUR, noted=False),
        }
        assert list(await heard(connection, one, "japan", LADDERS, where=topic)) == [topic]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"priority": Priority.NORMAL}, Priority.NORMAL),
        ({"priority": Priority.URGENT}, Priority.URGENT),
        ({"status": DeliveryStatus.UNCERTAIN}, Priority.NORMAL),
        ({"status": DeliveryStatus.PENDING}, Priority.URGENT),
        ({"kind": DeliveryKind.DIGEST}, Priority.URGENT),
        ({"kind": DeliveryKind.DIGEST, "key": "wake:7:0:2026"}, Priority.NORMAL),
        ({"kind": DeliveryKind.DIGEST, "key": "merged:7:0:japan:2026"}, Priority.NORMAL),
    ],
    ids=["normal", "urgent", "in doubt", "on its way", "a digest", "what waited", "what was merged"],
)
async def test_how_loudly_a_story_was_told_is_known_of_alerts_and_of_what_was_made_of_them(
    database: Database, now: datetime, given: dict[str, object], told: Priority
) -> None:
    async with database.write() as connection:
        one = await story(connection, now)
        await tells(connection, one, now, **given)
        had = await at_analyst(connection, one)
        assert had is not None and had.told is told


async def test_a_digest_after_an_alert_makes_nothing_louder(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        one = await story(connection, now)
        await tells(connection, one, now)
        await tells(connection, one, now + HOUR, "d", kind=DeliveryKind.DIGEST)
        had = await at_analyst(connection, one)
        assert had is not None and had.told is Priority.NORMAL


async def test_what_was_shown_without_a_message_of_its_own_does_not_wait(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        one = await story(connection, now)
        await tells(connection, one, now, kind=DeliveryKind.PICTURE, body=None)
        assert await at_analyst(connection, one) == Heard(now, None, False, told=Priority.URGENT)


# --- an alert that becomes another's --------------------------------------------------------------------------------


async def test_a_held_alert_becomes_the_louder_one(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        one = await story(connection, now)
        waiting = {"status": DeliveryStatus.PENDING, "due_at": now + MINUTE, "body": None}
        held = await tells(connection, one, now, "k", **waiting)
        other = await tells(connection, one, now, "other", **waiting, destination=Destination(7, 5))
        louder = Order("k", ANALYST, ALERT, now, "alarms", one, priority=Priority.URGENT)
        await deliveries.take_over(connection, louder, now)
        found = await only(connection, held)
        assert (found.watchlist, found.due_at) == ("alarms", now)
        assert await at_analyst(connection, one) == Heard(now, None, False, True, Priority.URGENT, Priority.URGENT)
        untouched = await only(connection, other)
        assert (untouched.watchlist, untouched.due_at) == ("japan", now + MINUTE)


async def test_an_alert_that_is_taken_over_is_never_later_for_it(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        one = await story(connection, now)
        held = await tells(connection, one, now, status=DeliveryStatus.PENDING, due_at=now - MINUTE, body=None)
        await deliveries.take_over(connection, Order("k", ANALYST, ALERT, now, "alarms", one), now)
        assert (await only(connection, held)).due_at == now - MINUTE


async def test_an_alert_about_a_further_step_goes_sooner_and_stays_with_its_watchlist(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        one = await story(connection, now)
        key = f"alert:{one}:{ANALYST.chat}:0:signed"
        held = await tells(connection, one, now, key, status=DeliveryStatus.PENDING, due_at=now + HOUR, body=None)
        louder = Order("k", ANALYST, ALERT, now, "alarms", one, priority=Priority.URGENT)
        await deliveries.take_over(connection, louder, now)
        found = await only(connection, held)
        assert (found.watchlist, found.due_at) == ("japan", now)
        assert await at_analyst(connection, one) == Heard(now, None, False, True, Priority.URGENT, Priority.URGENT)


async def test_an_alert_that_is_composed_stays_as_it_is_and_goes_sooner(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        one = await story(connection, now)
        held = await tells(connection, one, now, status=DeliveryStatus.PENDING, due_at=now + HOUR)
        await deliveries.take_over(connection, Order("k", ANALYST, ALERT, now, "alarms", one), now)
        found = await only(connection, held)
        assert (found.watchlist, found.due_at, found.body) == ("japan", now, ["words"])


def test_the_key_of_an_alert_says_whether_it_tells_a_further_step() -> None:
    assert rings_again("alert:12:-100123:7:in_force")
    assert rings_again("alert:12:-100123:7:3")
    assert rings_again(f"alert:12:-100123:7:{NOW_URGENT}")
    assert not rings_again("alert:12:-100123:7")
    assert not rings_again("latest:7:0:japan:2026-03-10T05:00:00")


# --- steps ----------------------------------------------------------------------------------------------------------


async def test_the_steps_of_a_story_are_kept_apart_by_article_and_watchlist(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        feed = await a_feed(connection, now)
        one, first = await a_story(connection, feed, 1, now)
        other, second = await a_story(connection, feed, 2, now)
        elsewhere, third = await a_story(connection, feed, 3, now)
        await connection.execute(update(article_rows).where(article_rows.c.id == second).values(story_id=one))
        await save_steps(connection, first, {"japan": [TALKS, SIGNED], "asean": [TALKS]}, now)
        await save_steps(connection, second, {"japan": [SIGNED]}, now)
        await save_steps(connection, third, {"japan": [TALKS]}, now)
        assert await steps_by_article(connection, "japan", one) == {first: [SIGNED, TALKS], second: [SIGNED]}
        assert await steps_by_article(connection, "japan", elsewhere) == {third: [TALKS]}
        assert await steps_by_article(connection, "japan", other) == {}
