"""Queries about hosts that want no request for a while (Retry-After): a restart is no excuse to ask again. It decides
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import insert
from bot.store.tables import holds


async def remember_holds(connection: AsyncConnection, until: Mapping[str, datetime]) -> None:
    """Until when each of these hosts wants no request. The latest word counts."""
    if not until:
        return
    statement = insert(connection, holds)
    new = {"until": statement.excluded.until}
    rows = [{"host": host, "until": moment} for host, moment in until.items()]
    await connection.execute(statement.on_conflict_do_update(index_elements=["host"], set_=new), rows)


async def holds_left(connection: AsyncConnection, now: datetime) -> dict[str, datetime]:
    """The hosts that want no request yet. What is over is forgotten."""
    await connection.execute(delete(holds).where(holds.c.until <= now))
    return {row.host: row.until for row in await connection.execute(select(holds))}
