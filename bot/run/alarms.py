"""Notices what has gone silent or out of hand: a source quiet beyond its usual gap, a rule far below its usual rate, a
host whose pages give no text any more, a disk nearly full, Telegram out of reach, the schedule late, machines that run
different configurations. It tells the admins once when that begins and once when it ends, and mends nothing.

Feeds that fail are told of by `silence`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.log import get
from bot.model import DeliveryKind
from bot.run.admins import admin_chats
from bot.run.cluster import ALIVE
from bot.run.disk import disk_of
from bot.run.engine import Configuration, Engine
from bot.run.tongue import language_of
from bot.speech import speaking
from bot.store import AsyncConnection, alarms, chats, deliveries, nodes
from bot.store.alarms import Alarm, Kind
from bot.store.deliveries import Order
from bot.story.ordinary import HISTORY, collapsed, far_below, longest_silence, mended
from bot.tell.alarming import notice
from bot.tell.tree import to_json

log = get(__name__)

EVERY = timedelta(minutes=15)
"""How often is looked."""

KEPT = timedelta(days=90)
"""How long alarms that are over are kept."""

LATELY, BEFORE = timedelta(days=1), timedelta(days=14)
"""Pages of the last day are held against those of two weeks before."""

LATE = timedelta(minutes=15)
"""A feed that has been due for longer than this, while the program runs, is not polled in time."""

OUT_OF_REACH = timedelta(minutes=10)
"""So long without an answer from Telegram is an outage, and not a hiccup."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Something out of the ordinary at this moment. `began` is since when, as far as that is known."""

    kind: Kind
    target: str
    detail: Mapping[str, Any]
    began: datetime


@dataclass(frozen=True, slots=True)
class Around:
    """What is not in the database: where the state lies, since when the program runs, when Telegram last answered (None
    where there is no Telegram, or it never did)."""

    state_dir: Path | None = None
    started: datetime | None = None
    last_ok: Callable[[], datetime | None] = lambda: None


async def look_around(engine: Engine, around: Around) -> int:
    """Writes down what has begun and what is over since the last look, and a notice of it for each admin in the same
    transaction. Returns how many changes there were."""
    now, config = engine.clock(), engine.config
    async with engine.database.read() as connection:
        known = await alarms.open_alarms(connection)
        seen, over = await _look(engine, config, connection, around, known, now)
    if not seen and not over:
        return 0
    async with engine.database.write() as connection:
        # Another program may have looked as well.
        still = {alarm.id for alarm in await alarms.open_alarms(connection)}
        begun = [
            await alarms.begin(connection, each.kind, each.target, each.detail, each.began)
            for each in seen
            if not any(alarm.id in still and (alarm.kind, alarm.target) == (each.kind, each.target) for alarm in known)
        ]
        ended = [alarm for alarm in over if alarm.id in still]
        for alarm in ended:
            await alarms.end(connection, alarm.id, now)
        await alarms.forget_ended(connection, now - KEPT)
        await _tell(engine, config, connection, begun, ended, now)
    for alarm in begun:
        log.warning("out of the ordinary", what=alarm.kind.value, of=alarm.target, **alarm.detail)
    for alarm in ended:
        log.info("as usual again", what=alarm.kind.value, of=alarm.target, since=alarm.began_at.isoformat())
    return len(begun) + len(ended)


async def _tell(
    engine: Engine,
    config: Configuration,
    connection: AsyncConnection,
    begun: Sequence[Alarm],
    ended: Sequence[Alarm],
    now: datetime,
) -> None:
    # That Telegram cannot be reached is told when it can.
    begun = [alarm for alarm in begun if alarm.kind is not Kind.TELEGRAM]
    if not begun and not ended:
        return
    names = {name: source.title for name, source in config.sources.items()}
    mark = (begun or ended)[0].id
    for place in await admin_chats(connection, engine, config.settings.telegram.admins):
        chat = await chats.get_chat(connection, place.chat)
        zone = ZoneInfo((chat.timezone if chat else None) or config.settings.timezone)
        with speaking(await language_of(connection, place.chat)):
            body = to_json(notice(begun, ended, names, zone, now))
        key = f"notice:alarm:{mark}:{'begun' if begun else 'ended'}:{now:%Y-%m-%dT%H:%M:%S}:{place.chat}"
        await deliveries.order(connection, Order(key, place, DeliveryKind.NOTICE, now, body=body), now)


# --- what is seen ---------------------------------------------------------------------------------------------------


async def _look(
    engine: Engine,
    config: Configuration,
    connection: AsyncConnection,
    around: Around,
    known: Sequence[Alarm],
    now: datetime,
) -> tuple[list[Seen], list[Alarm]]:
    """What is out of the ordinary and was not, and which of the known alarms are over."""
    seen: list[Seen] = []
    over: list[Alarm] = []

    def judge(kind: Kind, now_so: Mapping[str, Seen], holds: Callable[[Alarm], bool] = lambda alarm: False) -> None:
        going_on = alarms.by_target(known, kind)
        seen.extend(each for target, each in now_so.items() if target not in going_on)
        over.extend(alarm for target, alarm in going_on.items() if target not in now_so and not holds(alarm))

    judge(Kind.SOURCE_QUIET, await _quiet(connection, config, now))
    judge(Kind.RULE_LOW, await _low(connection, config, now))
    lately = await alarms.pages_read(connection, now - LATELY, now)
    judge(
        Kind.EXTRACTION,
        await _unread(connection, lately, now),
        # As long as its pages do not give their text again, and while there are none.
        lambda alarm: not mended(lately.get(alarm.target, (0, 0))) and now - alarm.began_at < BEFORE,
    )
    if around.state_dir is not None:
        disk = await asyncio.to_thread(disk_of, around.state_dir)
        detail = {"free": disk.free, "share": round(disk.share, 3)}
        found = {"": Seen(Kind.DISK, "", detail, now)} if disk.nearly_full() else {}
        judge(Kind.DISK, found, lambda alarm: disk.nearly_full(before=True))
    judge(Kind.LATE, await _late(connection, around, now))
    judge(Kind.TELEGRAM, _out_of_reach(engine, around, now))
    judge(Kind.MACHINES, await _different(engine, connection, now))
    return seen, over


async def _quiet(connection: AsyncConnection, config: Configuration, now: datetime) -> dict[str, Seen]:
    found = {}
    for each in await alarms.sources_listened_to(connection, now - HISTORY):
        limit = longest_silence(each.moments, now) if each.source in config.sources else None
        # It was asked again since, and had nothing.
        if limit is not None and each.read_at - each.moments[-1] > limit:
            detail = {"usual_hours": round(limit / timedelta(hours=2)), "last": each.moments[-1].isoformat()}
            found[each.source] = Seen(Kind.SOURCE_QUIET, each.source, detail, each.moments[-1])
    return found


async def _low(connection: AsyncConnection, config: Configuration, now: datetime) -> dict[str, Seen]:
    versions = {
        (name, rule.name): rule.version for name, listed in config.watchlists.lists.items() for rule in listed.rules
    }
    found = {}
    for each in await alarms.rules_matched(connection, now - HISTORY):
        version = versions.get((each.watchlist, each.rule))
        # What an earlier version of the rule found says nothing about this one, and what a clock that was ahead wrote
        # down nothing about any day.
        moments = [seen for of, seen in each.seen if of == version and seen <= now]
        if not moments:
            continue
        days = [0] * min(HISTORY.days, (now - moments[0]).days + 1)
        for moment in moments:
            back = (now - moment).days
            if back < len(days):
                days[-1 - back] += 1
        far = far_below(days)
        if far is not None:
            target = f"{each.watchlist}/{each.rule}"
            detail = {"days": far[0], "usual": round(far[1], 1), "found": far[2]}
            found[target] = Seen(Kind.RULE_LOW, target, detail, now)
    return found


async def _unread(connection: AsyncConnection, lately: Mapping[str, tuple[int, int]], now: datetime) -> dict[str, Seen]:
    before = await alarms.pages_read(connection, now - LATELY - BEFORE, now - LATELY)
    found = {}
    for host, counts in lately.items():
        if collapsed(before.get(host, (0, 0)), counts):
            detail = {"read": counts[0], "pages": counts[1], "usual": round(before[host][0] / before[host][1], 2)}
            found[host] = Seen(Kind.EXTRACTION, host, detail, now)
    return found


async def _late(connection: AsyncConnection, around: Around, now: datetime) -> dict[str, Seen]:
    due = await alarms.oldest_due(connection)
    if due is None or around.started is None:
        return {}
    # What was due while the program was off is being caught up with.
    since = max(due, around.started)
    return {"": Seen(Kind.LATE, "", {}, since)} if now - since > LATE else {}


async def _different(engine: Engine, connection: AsyncConnection, now: datetime) -> dict[str, Seen]:
    if engine.database.dialect == "sqlite":
        return {}
    how = nodes.differ(await nodes.alive(connection, ALIVE))
    return {} if how is None else {"": Seen(Kind.MACHINES, "", {"machines": how}, now)}


def _out_of_reach(engine: Engine, around: Around, now: datetime) -> dict[str, Seen]:
    if "telegram" not in engine.couriers or around.started is None:
        return {}
    since = max(filter(None, (around.last_ok(), around.started)))
    return {"": Seen(Kind.TELEGRAM, "", {}, since)} if now - since > OUT_OF_REACH else {}
