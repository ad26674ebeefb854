"""Keeps messages back while their place wants peace, and gathers at its end what waited into one digest. It composes
nothing and sends nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.log import get
from bot.model import DeliveryKind, Destination, Priority, Rhythm, Story, Subscription
from bot.run.engine import Engine
from bot.settings import Settings
from bot.store import AsyncConnection, deliveries, hours
from bot.store.chats import Chat
from bot.store.deliveries import Order
from bot.store.hours import Peace, Waiting, keeping_away, rule_target
from bot.store.mutes import Mute
from bot.tell import hush

log = get(__name__)

FEWEST = 2
"""One alert that waited stays an alert, with all its buttons."""

FOR_EVER = timedelta(days=1)
"""How often messages to a place that is muted without an end are looked at."""


def is_wake(key: str) -> bool:
    """Whether this is the key of a digest of what waited."""
    return key.startswith("wake:")


async def gather_held(engine: Engine, connection: AsyncConnection, now: datetime) -> int:
    """Goes through what is due and not composed, place by place. Where everything is muted it waits for the end of
    that; in quiet hours alerts that are not urgent wait for theirs; of a place that has waited, they become one digest.
    Returns how many digests were ordered."""
    settings = engine.config.settings
    due = await hours.due_unwritten(connection, now, every=settings.alerts.quiet is not None)
    made = 0
    for where, waiting in groupby(sorted(due, key=_place), _place):
        made += await _at(connection, settings, Destination(*where), list(waiting), now)
    return made


def _place(each: Waiting) -> tuple[int, int]:
    return each.destination.chat, each.destination.thread


async def _at(
    connection: AsyncConnection, settings: Settings, where: Destination, waiting: Sequence[Waiting], now: datetime
) -> int:
    mute = await hours.peace_of(connection, where, now)
    if mute is not None:
        await _wait(connection, waiting, mute.until or now + FOR_EVER, Peace.MUTED)
        return 0
    alerts = [each for each in waiting if each.kind is DeliveryKind.ALERT and each.priority is not Priority.URGENT]
    quiet = hush.hours_of(waiting[0].quiet, settings.alerts.quiet)
    zone = ZoneInfo(waiting[0].timezone or settings.timezone)
    over = hush.until(quiet, zone, now)
    if over is not None:
        await _wait(connection, alerts, over, Peace.QUIET)
        return 0
    # One that was ordered within the hours may have been given their end as its own hour at once.
    waited = [
        each
        for each in alerts
        if each.held or hush.until(quiet, zone, each.created_at + settings.alerts.hold) is not None
    ]
    if (
        len(waited) < FEWEST
        or await hours.gather(connection, [each.id for each in waited], _digest(waited, now), now) is None
    ):
        return 0
    log.info("what waited is told as one", chat=where.chat, topic=where.thread, alerts=len(waited))
    return 1


async def _wait(connection: AsyncConnection, waiting: Sequence[Waiting], over: datetime, why: Peace) -> None:
    for each in waiting:
        await deliveries.postpone(connection, each.id, over, why)


def _digest(waited: Sequence[Waiting], now: datetime) -> Order:
    """The digest of what waited; of one watchlist where all of it is."""
    where, watchlists = waited[0].destination, {each.watchlist for each in waited}
    alone = len(watchlists) == 1
    return Order(
        key=f"wake:{where.chat}:{where.thread}:{now:%Y-%m-%dT%H:%M:%S}",
        destination=where,
        kind=DeliveryKind.DIGEST,
        due_at=now,
        watchlist=waited[0].watchlist if alone else None,
        subscription_id=waited[0].subscription_id if alone else None,
        since=min(each.created_at for each in waited),
        until=now,
    )


# --- what is kept away ------------------------------------------------------------------------------------------------


def unmuted(found: Sequence[Story], known: Sequence[Mute]) -> list[Story]:
    """Those that no mute of the place keeps away."""
    return [story for story in found if not known or muted(story, known) is None]


def muted(story: Story, known: Sequence[Mute]) -> Mute | None:
    """The mute of a place that keeps the story away from it."""
    names = [report.article.source.name for report in story.reports if report.article.source is not None]
    rules = [rule_target(match.watchlist, match.rule) for report in story.reports for match in report.matches]
    return keeping_away(known, story.id, names, rules)


# --- digests --------------------------------------------------------------------------------------------------------


async def rest(
    connection: AsyncConnection, settings: Settings, subscription: Subscription, now: datetime
) -> datetime | None:
    """Until when a digest whose hour has come is put off, its window growing meanwhile: an hourly one waits for the end
    of the quiet hours, and any for the end of a mute of everything. None where it need not wait."""
    mute = await hours.peace_of(connection, subscription.destination, now)
    if mute is not None:
        return mute.until or now + FOR_EVER
    if subscription.rhythm is not Rhythm.HOURLY:
        return None
    quiet = hush.hours_of(subscription.quiet, settings.alerts.quiet)
    return hush.until(quiet, ZoneInfo(subscription.timezone), now)


def asleep(chat: Chat | None, settings: Settings, now: datetime) -> bool:
    """Whether it is quiet hours in a chat: what is sent then, unless it is urgent, makes no sound."""
    quiet = hush.hours_of(chat.quiet if chat else None, settings.alerts.quiet)
    return hush.until(quiet, ZoneInfo((chat.timezone if chat else None) or settings.timezone), now) is not None
