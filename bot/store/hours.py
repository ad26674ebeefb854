"""What keeps a chat or topic in peace: its zone, its quiet hours, what is muted there, and the alerts that wait for the
end of it. It decides no hour and sends nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryKind, DeliveryStatus, Destination, Priority, Rhythm
from bot.store.chats import ChatState
from bot.store.deliveries import Order, order
from bot.store.mutes import Mute, Muted, mutes_of
from bot.store.tables import chats, deliveries, matches, mutes, stories, subscriptions, told
from bot.store.told import told_here
from bot.tell.policy import next_digest


class Peace(StrEnum):
    """Why a message that was ordered waits."""

    QUIET = "waits for the end of the quiet hours"
    MUTED = "waits until the place is no longer muted"


_TARGET_CHARS = 200
"""As long as its column."""

GATHERED = "told in the wake-up digest instead"
"""Why an alert that was held is cancelled."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that is due and has not been composed. `quiet` and `timezone` are those its chat chose, None where it
    chose none; `held`: it was due before, and made to wait."""

    id: int
    destination: Destination
    kind: DeliveryKind
    priority: Priority
    watchlist: str | None
    subscription_id: int | None
    created_at: datetime
    quiet: str | None
    timezone: str | None
    held: bool


# --- what a chat chooses --------------------------------------------------------------------------------------------


async def set_quiet(connection: AsyncConnection, chat: int, quiet: str | None, now: datetime) -> None:
    """A chat's own quiet hours, `22:00-06:30`; None: those that hold for all. What waited for the end of others is
    looked at again."""
    await connection.execute(update(chats).where(chats.c.id == chat).values(quiet=quiet))
    await look_again(connection, chat, now)


async def set_timezone(
    connection: AsyncConnection, chat: int, zone: str | None, now: datetime, default: str = "UTC"
) -> None:
    """A chat's own zone; None: the one that holds for all, `default`. Its digests come at their hour on that clock, and
    what waited for an hour of another is looked at again."""
    await connection.execute(update(chats).where(chats.c.id == chat).values(timezone=zone))
    ahead = (subscriptions.c.chat_id == chat) & (subscriptions.c.due_at > now)
    for row in (await connection.execute(select(subscriptions).where(ahead))).all():
        due = next_digest(Rhythm(row.rhythm), row.at, ZoneInfo(zone or default), now)
        await connection.execute(update(subscriptions).where(subscriptions.c.id == row.id).values(due_at=due))
    await look_again(connection, chat, now)


async def set_say_empty(connection: AsyncConnection, chat: int, say: bool) -> None:
    """Whether a digest with nothing in it is one line, or nothing."""
    await connection.execute(update(chats).where(chats.c.id == chat).values(say_empty=say))


async def set_buttons(connection: AsyncConnection, chat: int, shown: bool) -> None:
    """Whether messages to a chat have buttons under them."""
    await connection.execute(update(chats).where(chats.c.id == chat).values(buttons=shown))


async def look_again(connection: AsyncConnection, chat: int, now: datetime) -> None:
    """What was made to wait in a chat is due now: whether it still has to wait is decided anew."""
    waits = (deliveries.c.chat_id == chat) & _unwritten() & deliveries.c.error.in_(list(Peace))
    await connection.execute(update(deliveries).where(waits, deliveries.c.due_at > now).values(due_at=now))


# --- what is muted --------------------------------------------------------------------------------------------------


def rule_target(watchlist: str, rule: str) -> str:
    """What a mute of a rule is about, as long as its column at most."""
    return f"{watchlist}/{rule}"[:_TARGET_CHARS]


async def held(
    connection: AsyncConnection,
    where: Destination,
    story: int,
    sources: Collection[str],
    rules: Collection[str],
    now: datetime,
) -> Mute | None:
    """The mute that keeps a story from a place, however loud it is; None where nothing does; see `keeping_away`."""
    return keeping_away(await mutes_of(connection, where, now), story, sources, rules)


def keeping_away(known: Iterable[Mute], story: int, sources: Collection[str], rules: Collection[str]) -> Mute | None:
    """The one of a place's mutes that keeps a story away: its own; else, where all of its rules, or all of its sources,
    are muted, one of theirs. `sources` are the names of all that report it, `rules` those that count in it, each a
    `rule_target`. A mute of everything keeps no story away, it makes it wait."""
    by_target = {(each.kind, each.target): each for each in known}
    if (Muted.STORY, str(story)) in by_target:
        return by_target[Muted.STORY, str(story)]
    for kind, targets in ((Muted.RULE, rules), (Muted.SOURCE, sources)):
        found = [by_target[kind, target] for target in set(targets) if (kind, target) in by_target]
        if found and len(found) == len(set(targets)):
            return found[0]
    return None


async def peace_of(connection: AsyncConnection, where: Destination, now: datetime) -> Mute | None:
    """The mute of everything in a place, if there is one now."""
    return next((each for each in await mutes_of(connection, where, now) if each.kind is Muted.ALL), None)


async def forget_mutes(connection: AsyncConnection, now: datetime) -> None:
    """Takes away the mutes that are over."""
    await connection.execute(delete(mutes).where(mutes.c.until <= now))


async def unmute_one(connection: AsyncConnection, where: Destination, mute_id: int, now: datetime) -> Mute | None:
    """Ends one mute of a place by its id: what it was; None where it is over already. What waited is due now."""
    found = next((each for each in await mutes_of(connection, where, now) if each.id == mute_id), None)
    if found is not None:
        await connection.execute(delete(mutes).where(mutes.c.id == mute_id))
        await look_again(connection, where.chat, now)
    return found


# --- what waits -----------------------------------------------------------------------------------------------------


def _unwritten() -> ColumnElement[bool]:
    """Nobody has composed it, or tried to send it."""
    waits = (deliveries.c.status == DeliveryStatus.PENDING) & (deliveries.c.attempts == 0)
    return waits & deliveries.c.body.is_(None)


async def due_unwritten(connection: AsyncConnection, now: datetime, *, every: bool) -> Sequence[Waiting]:
    """The messages due now that may have to wait, or have waited, the first ordered first: those of chats with quiet
    hours of their own, of places where everything is muted, and those that were held; `every`: of all chats. Nobody
    composes them before this transaction ends."""
    hushed = exists().where(mutes.c.chat_id == deliveries.c.chat_id, mutes.c.kind == Muted.ALL)
    affected = [chats.c.quiet.is_not(None), hushed, deliveries.c.error.in_(list(Peace))]
    query = (
        select(deliveries, chats.c.quiet, chats.c.timezone)
        .join(chats, chats.c.id == deliveries.c.chat_id)
        .where(
            _unwritten(),
            deliveries.c.due_at <= now,
            deliveries.c.part == 1,
            deliveries.c.kind != DeliveryKind.NOTICE,
            chats.c.state == ChatState.ACTIVE,
        )
        .order_by(deliveries.c.id)
        .with_for_update(of=deliveries)
    )
    if not every:
        query = query.where(or_(*affected))
    return [
        Waiting(
            row.id,
            Destination(row.chat_id, row.thread_id),
            DeliveryKind(row.kind),
            Priority(row.priority),
            row.watchlist,
            row.subscription_id,
            row.created_at,
            row.quiet,
            row.timezone,
            row.error in list(Peace),
        )
        for row in await connection.execute(query)
    ]


async def gather(connection: AsyncConnection, alerts: Collection[int], wanted: Order, now: datetime) -> int | None:
    """Orders one message in place of alerts that wait: it tells what they would have told, and they are cancelled.
    None, and all as it was, where there is one with its key already."""
    query = select(told.c.story_id).where(told.c.delivery_id.in_(list(alerts))).distinct().order_by(told.c.story_id)
    found = [row.story_id for row in await connection.execute(query)]
    made = await order(connection, wanted, now, found)
    if made is None:
        return None
    await connection.execute(delete(told).where(told.c.delivery_id.in_(list(alerts))))
    over = {"status": DeliveryStatus.CANCELLED, "due_at": None, "error": GATHERED}
    await connection.execute(update(deliveries).where(deliveries.c.id.in_(list(alerts))).values(**over))
    return made


# --- what can be muted ----------------------------------------------------------------------------------------------


async def headline_of(connection: AsyncConnection, story: int) -> str | None:
    """A story's headline; None where there is no such story."""
    found: str | None = await connection.scalar(select(stories.c.headline).where(stories.c.id == story))
    return found


async def rules_followed(connection: AsyncConnection, where: Destination) -> Sequence[str]:
    """The rules, each `watchlist/rule`, that have found something in the watchlists a place follows, by name."""
    here = (subscriptions.c.chat_id == where.chat) & (subscriptions.c.thread_id == where.thread)
    query = (
        select(matches.c.watchlist, matches.c.rule)
        .where(matches.c.watchlist.in_(select(subscriptions.c.watchlist).where(here)))
        .distinct()
        .order_by(matches.c.watchlist, matches.c.rule)
    )
    return [rule_target(row.watchlist, row.rule) for row in await connection.execute(query)]


# --- what was told --------------------------------------------------------------------------------------------------


async def gathered(connection: AsyncConnection, where: Destination, since: datetime, until: datetime) -> Sequence[int]:
    """The stories of a place's alerts, ordered in this time, that became one digest."""
    query = select(deliveries.c.story_id).where(
        deliveries.c.chat_id == where.chat,
        deliveries.c.thread_id == where.thread,
        deliveries.c.status == DeliveryStatus.CANCELLED,
        deliveries.c.error == GATHERED,
        deliveries.c.story_id.is_not(None),
        deliveries.c.created_at >= since,
        deliveries.c.created_at <= until,
    )
    return list(await connection.scalars(query.distinct()))


async def told_before(
    connection: AsyncConnection, where: Destination, found: Collection[int], delivery_id: int
) -> frozenset[int]:
    """Those of the stories that a place was told of by a message before this one."""
    had = told_here(where.chat, where.thread).where(told.c.story_id.in_(list(found)), deliveries.c.id < delivery_id)
    return frozenset(await connection.scalars(had))
