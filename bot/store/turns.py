"""Whose turn it is at a host, where several machines ask the same hosts. It waits for nobody.

All hours are the server's own: the machines' clocks need not agree.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Interval, delete, func, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import insert
from bot.store.tables import host_turns, nodes


@dataclass(frozen=True, slots=True)
class Taken:
    """A host that is not free: `busy` for so long at most, since another machine asks it, or to be left in peace for
    so long."""

    busy: timedelta
    peace: timedelta


async def take(
    connection: AsyncConnection, node: str, hosts: Collection[str], lease: timedelta
) -> dict[str, Taken | None]:
    """Takes the turn at each of these hosts where nobody has it and its pause is over, for `lease` at most; None for
    those that are taken now, and for the others why not."""
    now = func.clock_timestamp()
    # In one order, so that two machines that ask for the same hosts do not wait for each other.
    rows = [{"host": host, "node": node, "busy_until": now + lease, "free_at": now} for host in sorted(hosts)]
    statement = insert(connection, host_turns).values(rows)
    free = (host_turns.c.busy_until <= now) & (host_turns.c.free_at <= now)
    new = {"node": statement.excluded.node, "busy_until": statement.excluded.busy_until}
    statement = statement.on_conflict_do_update(index_elements=["host"], set_=new, where=free)
    answer: dict[str, Taken | None] = {
        row.host: None for row in await connection.execute(statement.returning(host_turns.c.host))
    }
    others = [host for host in hosts if host not in answer]
    if others:
        busy = type_coerce(host_turns.c.busy_until - now, Interval()).label("busy")
        peace = type_coerce(host_turns.c.free_at - now, Interval()).label("peace")
        query = select(host_turns.c.host, busy, peace).where(host_turns.c.host.in_(others))
        answer |= {row.host: Taken(row.busy, row.peace) for row in await connection.execute(query)}
    return answer


async def give_back(connection: AsyncConnection, node: str, pauses: Mapping[str, timedelta]) -> None:
    """Ends the turn at these hosts, each of which is to be left in peace for so long. A turn that another machine has
    meanwhile stays its own."""
    now = func.clock_timestamp()
    rows = [
        {"host": host, "node": node, "busy_until": now, "free_at": now + pause}
        for host, pause in sorted(pauses.items())
    ]
    statement = insert(connection, host_turns).values(rows)
    new = {"busy_until": statement.excluded.busy_until, "free_at": statement.excluded.free_at}
    mine = host_turns.c.node == node
    await connection.execute(statement.on_conflict_do_update(index_elements=["host"], set_=new, where=mine))


async def end_turns_of_dead(connection: AsyncConnection, silent: timedelta, peace: timedelta) -> None:
    """Ends the turns of machines that gave no sign of life for so long: nothing of theirs is under way any more. Each
    host is to be left in peace for `peace`."""
    now = func.clock_timestamp()
    dead = select(nodes.c.name).where(nodes.c.seen_at < now - silent)
    theirs = (host_turns.c.busy_until > now) & host_turns.c.node.in_(dead)
    # In the order in which turns are taken, so that no two wait for each other.
    await connection.execute(select(host_turns.c.host).where(theirs).order_by(host_turns.c.host).with_for_update())
    await connection.execute(update(host_turns).where(theirs).values(busy_until=now, free_at=now + peace))


async def forget_turns(connection: AsyncConnection, after: timedelta) -> None:
    """Hosts that nobody has asked for so long."""
    old = func.clock_timestamp() - after
    await connection.execute(delete(host_turns).where(host_turns.c.busy_until < old, host_turns.c.free_at < old))
