"""Small facts of the running program, by name. It knows the meaning of none."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import insert
from bot.store.tables import facts


async def get_fact(connection: AsyncConnection, name: str) -> object | None:
    """A small fact of the running program, as JSON gives it back; None where it was never set."""
    value: object | None = await connection.scalar(select(facts.c.value).where(facts.c.name == name))
    return value


async def set_fact(connection: AsyncConnection, name: str, value: object, now: datetime) -> None:
    """Writes a fact down in place of the one before. `value` is anything JSON can hold."""
    new = {"value": value, "at": now}
    statement = insert(connection, facts).values(name=name, **new)
    await connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=new))
