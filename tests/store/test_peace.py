"""What keeps a place in peace, on both engines: its hours, its zone, its mutes, and what waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from rows import ANALYST, a_chat, a_feed, a_story
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryKind, DeliveryStatus, Destination, Priority, Rhythm
from bot.store import chats, deliveries, hours, ledger, mutes, subscriptions
from bot.store.database import Database
from bot.store.deliveries import Order
from bot.store.hours import GATHERED, Peace, Waiting, held, rule_target
from bot.store.mutes import Muted

HOUR = timedelta(hours=1)
OTHER = Destination(8)
TOPIC = Destination(ANALYST.chat, 5)
RULES = ("japan/partnership", "japan/exercise")


async def waiting(
    connection: AsyncConnection, now: datetime, key: str, stories: Sequence[int] = (), **given: object
) -> int:
    """The id of an alert that is due now and not composed."""
    wanted = {"destination": ANALYST, "kind": DeliveryKind.ALERT, "due_at": now, "watchlist": "japan", **given}
    made = await deliveries.order(connection, Order(key, **wanted), now, stories)  # type: ignore[arg-type]
    assert made is not None
    return made


async def due(connection: AsyncConnection, now: datetime, *, every: bool = False) -> Sequence[Waiting]:
    return await hours.due_unwritten(connection, now, every=every)


# --- mutes ----------------------------------------------------------------------------------------------------------


async def kept(
    connection: AsyncConnection, now: datetime, *muted: tuple[Muted, str], where: Destination = ANALYST
) -> bool:
    """Whether story 4 of two sources and two rules is kept from a place that has muted these."""
    await a_chat(connection, now)
    for kind, target in muted:
        await mutes.mute(connection, ANALYST, kind, target, now, until=now + HOUR)
    return await held(connection, where, 4, ("antara", "kyodo"), RULES, now) is not None


async def test_a_muted_story_is_kept_away(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        assert not await kept(connection, now, (Muted.STORY, "5"))
        assert await kept(connection, now, (Muted.STORY, "4"))


async def test_a_story_is_kept_away_when_all_of_its_sources_are_muted(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        assert not await kept(connection, now, (Muted.SOURCE, "antara"))
        assert await kept(connection, now, (Muted.SOURCE, "kyodo"))


async def test_a_story_is_kept_away_when_all_of_its_rules_are_muted(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        assert not await kept(connection, now, (Muted.RULE, RULES[0]))
        assert await kept(connection, now, (Muted.RULE, RULES[1]))


async def test_a_mute_of_everything_keeps_no_story_away(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        assert not await kept(connection, now, (Muted.ALL, ""))
        assert await hours.peace_of(connection, ANALYST, now) is not None


async def test_a_mute_holds_in_its_own_place_alone(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        assert not await kept(connection, now, (Muted.STORY, "4"), (Muted.ALL, ""), where=TOPIC)
        assert await hours.peace_of(connection, TOPIC, now) is None


async def test_a_mute_that_is_over_keeps_nothing_away(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        assert await kept(connection, now, (Muted.STORY, "4"))
        assert await held(connection, ANALYST, 4, (), (), now + HOUR) is None
        await hours.forget_mutes(connection, now + HOUR)
        assert await mutes.mutes_of(connection, ANALYST, now) == []


async def test_a_story_of_no_source_is_not_kept_away_by_what_is_muted(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await kept(connection, now, (Muted.SOURCE, "antara"), (Muted.RULE, RULES[0]))
        assert await held(connection, ANALYST, 4, (), (), now) is None


async def test_a_mute_ends_once_by_its_id_and_only_in_its_place(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await a_chat(connection, now)
        made = await mutes.mute(connection, ANALYST, Muted.STORY, "4", now)
        assert await hours.unmute_one(connection, TOPIC, made, now) is None
        gone = await hours.unmute_one(connection, ANALYST, made, now)
        assert gone is not None and (gone.kind, gone.target) == (Muted.STORY, "4")
        assert await hours.unmute_one(connection, ANALYST, made, now) is None


async def test_the_longest_names_of_a_rule_can_be_muted(database: Database, now: datetime) -> None:
    rule = rule_target("w" * 100, "r" * 100)
    async with database.write() as connection:
        await a_chat(connection, now)
        await mutes.mute(connection, ANALYST, Muted.RULE, rule, now)
        assert await held(connection, ANALYST, 4, ("antara",), (rule,), now) is not None


# --- what waits -----------------------------------------------------------------------------------------------------


async def test_only_what_may_have_to_wait_is_looked_at(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        for where in (ANALYST, OTHER):
            await a_chat(connection, now, where.chat)
            await waiting(connection, now, f"k{where.chat}", destination=where)
        assert await due(connection, now) == []
        assert len(await due(connection, now, every=True)) == 2
        await hours.set_quiet(connection, OTHER.chat, "22:00-06:30", now)
        (found,) = await due(connection, now)
    assert (found.destination, found.quiet, found.held) == (OTHER, "22:00-06:30", False)


async def test_places_where_everything_is_muted_are_looked_at(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await a_chat(connection, now)
        await waiting(connection, now, "k", priority=Priority.URGENT)
        await mutes.mute(connection, ANALYST, Muted.ALL, "", now)
        assert [each.priority for each in await due(connection, now)] == [Priority.URGENT]


async def test_what_is_written_or_tried_or_not_due_goes_on_as_it_is(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await a_chat(connection, now)
        await waiting(connection, now, "written", body=["x"])
        await waiting(connection, now, "later", due_at=now + HOUR)
        await waiting(connection, now, "sent", status=DeliveryStatus.SENT)
        await waiting(connection, now, "notice", kind=DeliveryKind.NOTICE)
        assert await due(connection, now, every=True) == []


async def test_nothing_of_a_paused_chat_is_looked_at(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await a_chat(connection, now)
        await waiting(connection, now, "k")
        await chats.set_chat_state(connection, ANALYST.chat, chats.ChatState.PAUSED, "blocked")
        assert await due(connection, now, every=True) == []


async def test_what_waits_is_due_again_when_the_hours_change_and_other_delays_stay(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        await a_chat(connection, now)
        made = await waiting(connection, now, "held")
        await deliveries.postpone(connection, made, now + HOUR, Peace.QUIET)
        other = await waiting(connection, now, "failed")
        await deliveries.postpone(connection, other, now + HOUR, "composing failed")
        await hours.set_quiet(connection, ANALYST.chat, "00:00-00:00", now)
        (found,) = await due(connection, now)
    assert (found.id, found.held) == (made, True)


async def test_one_message_takes_over_what_several_would_have_told(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await a_chat(connection, now)
        feed = await a_feed(connection, now)
        stories = [(await a_story(connection, feed, number, now))[0] for number in (1, 2)]
        # Two alerts about one story: that it is there, and that it came a step further.
        alerts = [await waiting(connection, now, f"k{at}", [story]) for at, story in enumerate([*stories, stories[0]])]
        order = Order("wake", ANALYST, DeliveryKind.DIGEST, now)
        made = await hours.gather(connection, alerts, order, now)
        assert made is not None
        assert await deliveries.stories_told(connection, made) == sorted(stories)
        assert [await deliveries.stories_told(connection, each) for each in alerts] == [[], [], []]
        cancelled = await ledger.list_deliveries(connection, DeliveryStatus.CANCELLED, 10)
        assert sorted(each.id for each in cancelled) == sorted(alerts)
        assert {each.error for each in cancelled} == {GATHERED}


async def test_nothing_is_taken_over_twice(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await a_chat(connection, now)
        alerts = [await waiting(connection, now, "k")]
        order = Order("wake", ANALYST, DeliveryKind.DIGEST, now)
        assert await hours.gather(connection, [], order, now) is not None
        assert await hours.gather(connection, alerts, order, now) is None
        assert len(await ledger.list_deliveries(connection, DeliveryStatus.PENDING, 10)) == 2


# --- what a chat chooses --------------------------------------------------------------------------------------------


async def test_a_chats_digests_follow_its_clock(database: Database, now: datetime) -> None:
    at = datetime(2026, 3, 10, 12, tzinfo=UTC)
    async with database.write() as connection:
        await a_chat(connection, at)
        daily = await subscriptions.subscribe(
            connection, ANALYST, "japan", rhythm=Rhythm.DAILY, at="07:00", now=at, due_at=at + 19 * HOUR
        )
        await subscriptions.subscribe(
            connection, ANALYST, "trade", rhythm=Rhythm.INSTANT, at="07:00", now=at, due_at=None
        )
        await hours.set_timezone(connection, ANALYST.chat, "Asia/Tokyo", at)
        found = {each.watchlist: each.due_at for each in await subscriptions.of(connection, ANALYST)}
        assert found == {"japan": datetime(2026, 3, 10, 22, tzinfo=UTC), "trade": None}
        await hours.set_timezone(connection, ANALYST.chat, None, at, "Asia/Jakarta")
        (mine, _) = await subscriptions.of(connection, ANALYST)
        assert (mine.id, mine.due_at) == (daily.id, datetime(2026, 3, 11, 0, tzinfo=UTC))


async def test_a_digest_whose_hour_has_come_is_not_lost_to_another_clock(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await a_chat(connection, now)
        await subscriptions.subscribe(
            connection, ANALYST, "japan", rhythm=Rhythm.DAILY, at="07:00", now=now, due_at=now
        )
        await hours.set_timezone(connection, ANALYST.chat, "Asia/Tokyo", now)
        (mine,) = await subscriptions.of(connection, ANALYST)
    assert mine.due_at == now


async def test_what_a_chat_prefers_is_kept(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await a_chat(connection, now)
        await hours.set_say_empty(connection, ANALYST.chat, True)
        await hours.set_buttons(connection, ANALYST.chat, False)
        found = await chats.get_chat(connection, ANALYST.chat)
    assert found is not None and (found.say_empty, found.buttons) == (True, False)


async def test_the_rules_that_can_be_muted_are_those_of_the_watchlists_followed(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        await a_chat(connection, now)
        story, _ = await a_story(connection, await a_feed(connection, now), 1, now)
        assert await hours.rules_followed(connection, ANALYST) == []
        await subscriptions.subscribe(
            connection, ANALYST, "japan", rhythm=Rhythm.INSTANT, at="07:00", now=now, due_at=None
        )
        assert await hours.rules_followed(connection, ANALYST) == ["japan/partnership"]
        assert await hours.headline_of(connection, story) == "Japan and Indonesia hold talks 1"
        assert await hours.headline_of(connection, story + 1) is None
