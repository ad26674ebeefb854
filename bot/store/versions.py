"""Versions of watchlists that came by chat, and the texts they took the place of. It touches no file.

Each function works on a connection of `Database.read()` or `Database.write()`, so that callers compose transactions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import versions

KEPT = 20
"""Versions of one watchlist that are kept, the latest; drafts count as well."""


class State(StrEnum):
    """What a version is: sent and not applied, applied, left alone; or a text that one took the place of, `absent`
    where there was no file, and one of these that was put back."""

    DRAFT = "draft"
    APPLIED = "applied"
    CANCELLED = "cancelled"
    PREVIOUS = "previous"
    ABSENT = "absent"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Version:
    """A text of a watchlist. `base` is the hash of the file that it may take the place of, None for no file."""

    id: int
    watchlist: str
    text: str
    base: str | None
    chat: int
    user: int | None
    state: State
    at: datetime


async def keep(
    connection: AsyncConnection,
    watchlist: str,
    text: str,
    base: str | None,
    *,
    chat: int,
    user: int | None,
    state: State,
    now: datetime,
) -> int:
    """Writes a version down, and forgets the oldest of the watchlist beyond those that are kept. Its id."""
    made = await connection.execute(
        versions.insert()
        .values(watchlist=watchlist, text=text, base=base, chat_id=chat, user_id=user, state=state, at=now)
        .returning(versions.c.id)
    )
    number: int = made.scalar_one()
    latest = select(versions.c.id).where(versions.c.watchlist == watchlist).order_by(versions.c.id.desc()).limit(KEPT)
    old = (versions.c.watchlist == watchlist) & versions.c.id.not_in(latest.scalar_subquery())
    await connection.execute(delete(versions).where(old))
    return number


async def version(connection: AsyncConnection, number: int) -> Version | None:
    """The version of this id; None where it is gone."""
    row = (await connection.execute(select(versions).where(versions.c.id == number))).one_or_none()
    return None if row is None else _version(row)


async def set_state(connection: AsyncConnection, number: int, state: State) -> None:
    """Notes what became of a version."""
    await connection.execute(update(versions).where(versions.c.id == number).values(state=state))


async def before(connection: AsyncConnection, watchlist: str | None, base: str | None) -> Version | None:
    """The latest text that the file with this hash took the place of; None where nobody knows one."""
    query = select(versions).where(
        versions.c.state.in_([State.PREVIOUS, State.ABSENT]),
        versions.c.base == base if base is not None else versions.c.base.is_(None),
        versions.c.watchlist == watchlist,
    )
    row = (await connection.execute(query.order_by(versions.c.id.desc()).limit(1))).one_or_none()
    return None if row is None else _version(row)


async def last_changed(connection: AsyncConnection) -> str | None:
    """The watchlist that was changed last from a chat; None where none was."""
    query = select(versions.c.watchlist).where(versions.c.state.in_([State.PREVIOUS, State.ABSENT]))
    found: str | None = await connection.scalar(query.order_by(versions.c.id.desc()).limit(1))
    return found


def _version(row: Row[Any]) -> Version:
    return Version(row.id, row.watchlist, row.text, row.base, row.chat_id, row.user_id, State(row.state), row.at)
