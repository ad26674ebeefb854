"""What each place was told of a story, and what the story was like then. It decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryKind, DeliveryStatus, Priority
from bot.store.tables import deliveries, told

UNHEARD = (DeliveryStatus.CANCELLED, DeliveryStatus.DEAD)
"""What was taken back or given up told nobody anything; what may have arrived did."""

_AT_ONCE = 500
"""Ids asked for in one query."""


@dataclass(frozen=True, slots=True)
class Told:
    """The last message about a story to one place: `outlets` families had it then, 0 where nobody noted it; `step` is
    the rank of its highest step, None without one. `at` is when it was sent, else ordered. `waiting`: it has not been
    composed yet, and will tell what is known then. `priority` is the loudness of an alert. `steps` are those
    of all messages about the story to that place, each a watchlist and a rank among its steps."""

    outlets: int
    step: int | None
    at: datetime
    watchlist: str | None = None
    kind: DeliveryKind = DeliveryKind.ALERT
    priority: Priority = Priority.NORMAL
    waiting: bool = False
    steps: tuple[tuple[str | None, int], ...] = ()


async def remember(
    connection: AsyncConnection, delivery_id: int, story_id: int, outlets: int, step: int | None
) -> None:
    """Notes what a story that a delivery tells is like now. A story the delivery does not tell stays unnoted."""
    here = (told.c.delivery_id == delivery_id) & (told.c.story_id == story_id)
    await connection.execute(update(told).where(here).values(outlets=outlets, step=step))


def told_here(chat: int, thread: int) -> Select[Any]:
    """The stories that a place was told of, or is about to be."""
    return (
        select(told.c.story_id)
        .join(deliveries, deliveries.c.id == told.c.delivery_id)
        .where(
            deliveries.c.chat_id == chat,
            deliveries.c.thread_id == thread,
            deliveries.c.status.not_in(UNHEARD),
        )
    )


async def last_told(
    connection: AsyncConnection, story_ids: Iterable[int], chat: int, thread: int, but: int | None = None
) -> Mapping[int, Told]:
    """The last message of each story to a place, other than the delivery `but`; stories it was never told of are left
    out."""
    wanted = list(dict.fromkeys(story_ids))
    found: dict[int, Told] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        query = (
            select(
                told.c.story_id,
                told.c.outlets,
                told.c.step,
                func.coalesce(deliveries.c.sent_at, deliveries.c.created_at, type_=deliveries.c.sent_at.type).label(
                    "at"
                ),
                deliveries.c.watchlist,
                deliveries.c.kind,
                deliveries.c.priority,
                (deliveries.c.body.is_(None) & (deliveries.c.status == DeliveryStatus.PENDING)).label("waiting"),
            )
            .join(deliveries, deliveries.c.id == told.c.delivery_id)
            .where(
                told.c.story_id.in_(wanted[start : start + _AT_ONCE]),
                deliveries.c.chat_id == chat,
                deliveries.c.thread_id == thread,
                deliveries.c.status.not_in(UNHEARD),
                # Further parts of a long digest tell what its first part tells, and note nothing.
                deliveries.c.part == 1,
                deliveries.c.id != (but or 0),
            )
            .order_by(deliveries.c.id)
        )
        for row in await connection.execute(query):
            before = found[row.story_id].steps if row.story_id in found else ()
            found[row.story_id] = Told(
                row.outlets,
                row.step,
                row.at,
                row.watchlist,
                DeliveryKind(row.kind),
                Priority(row.priority),
                bool(row.waiting),
                before if row.step is None else (*before, (row.watchlist, row.step)),
            )
    return found
