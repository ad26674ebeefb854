"""Queries about the machines at work on one database: that they live, what they run, who leads. It decides nothing.

All hours are the server's own, so that machines whose clocks differ agree about who is alive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Interval, delete, func, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import nodes


@dataclass(frozen=True, slots=True)
class Node:
    """A machine. `config` is the hash of its configuration's files; `visits` is how many visits to lanes it has ended
    since its start; `age` is how long ago it last gave a sign of life."""

    id: int
    name: str
    version: str
    config: str
    started_at: datetime
    age: timedelta
    last_tick: datetime | None
    leads: bool
    visits: int


async def join_in(connection: AsyncConnection, name: str, version: str, config: str) -> int:
    """A machine begins to work; its id."""
    now = func.clock_timestamp()
    statement = nodes.insert().values(name=name, version=version, config=config, started_at=now, seen_at=now)
    return int((await connection.execute(statement.returning(nodes.c.id))).scalar_one())


async def beat(
    connection: AsyncConnection, node: int, *, config: str, leads: bool, visits: int, last_tick: datetime | None
) -> bool:
    """A sign of life. False where the row is gone: it was taken for dead long ago."""
    new = {"seen_at": func.clock_timestamp(), "config": config, "leads": leads, "visits": visits}
    statement = update(nodes).where(nodes.c.id == node).values(**new, last_tick=last_tick)
    return (await connection.execute(statement.returning(nodes.c.id))).first() is not None


async def leave(connection: AsyncConnection, node: int) -> None:
    """The machine has ended its work."""
    await connection.execute(delete(nodes).where(nodes.c.id == node))


async def alive(connection: AsyncConnection, within: timedelta) -> Sequence[Node]:
    """The machines that gave a sign of life not longer ago than `within`, the oldest first."""
    age = type_coerce(func.clock_timestamp() - nodes.c.seen_at, Interval()).label("age")
    query = select(nodes, age).where(nodes.c.seen_at > func.clock_timestamp() - within).order_by(nodes.c.id)
    return [
        Node(row.id, row.name, row.version, row.config, row.started_at, row.age, row.last_tick, row.leads, row.visits)
        for row in await connection.execute(query)
    ]


def differ(found: Sequence[Node]) -> str | None:
    """How the configurations or releases of these machines differ, in one line; None where they agree."""
    if len({(node.config, node.version) for node in found}) < 2:
        return None
    said = [f"{node.name} has configuration {node.config[:8]}, release {node.version}" for node in found]
    return "; ".join(said)


async def forget_dead(connection: AsyncConnection, after: timedelta) -> None:
    """Rows of machines that gave no sign of life for so long."""
    await connection.execute(delete(nodes).where(nodes.c.seen_at < func.clock_timestamp() - after))
