"""What becomes of alerts when a chat cannot be told as fast as there is news: one digest in place of a queue. It sends
nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.log import get
from bot.model import DeliveryKind, Destination
from bot.run.engine import Engine
from bot.store import AsyncConnection, backlog, deliveries
from bot.store.backlog import Late
from bot.store.deliveries import Order

log = get(__name__)

FEWEST = 5
"""So many alerts of one watchlist make a digest; fewer are read faster one by one."""

REASON = "merged into one digest: more alerts were waiting here than Telegram lets out"


async def merge_backlog(engine: Engine) -> int:
    """Puts the alerts of a place that have waited for longer than `alerts.merge_after` into one digest for each
    watchlist; returns how many alerts that were. Urgent ones, and those that were composed or tried already, go as they
    are."""
    now = engine.clock()
    late = now - engine.config.settings.alerts.merge_after
    async with engine.database.read() as connection:
        if not await backlog.any_late(connection, late):
            return 0
    merged = 0
    async with engine.database.write() as connection:
        places: dict[tuple[Destination, str], list[Late]] = defaultdict(list)
        for one in await backlog.late_alerts(connection, late):
            places[one.destination, one.watchlist].append(one)
        for (where, watchlist), alerts in places.items():
            if len(alerts) >= FEWEST and await _merge(connection, where, watchlist, alerts, now):
                merged += len(alerts)
                log.info("alerts merged", chat=where.chat, topic=where.thread, watchlist=watchlist, alerts=len(alerts))
    return merged


async def _merge(
    connection: AsyncConnection, where: Destination, watchlist: str, alerts: Sequence[Late], now: datetime
) -> bool:
    order = Order(
        key=f"merged:{where.chat}:{where.thread}:{watchlist}:{now:%Y-%m-%dT%H:%M:%S}",
        destination=where,
        kind=DeliveryKind.DIGEST,
        due_at=now,
        watchlist=watchlist,
        subscription_id=alerts[0].subscription_id,
        since=min(alert.created_at for alert in alerts) - timedelta(seconds=1),
        until=now,
    )
    if await deliveries.order(connection, order, now, dict.fromkeys(alert.story for alert in alerts)) is None:
        return False
    for alert in alerts:
        await deliveries.cancel(connection, alert.id, REASON)
    return True
