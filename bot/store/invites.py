"""Invitations: links that let people in. Only the hash of a link's secret is kept. It decides nobody's rights.

Each function works on a connection of `Database.read()` or `Database.write()`, so that callers compose transactions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import invites

CODE = 8
"""Characters of the hash that name an invitation among people; they open nothing."""


@dataclass(frozen=True, slots=True)
class Invite:
    """An open invitation. `created_by` is the chat of the admin who made it."""

    code: str
    role: str
    uses_left: int
    created_by: int
    created_at: datetime
    expires_at: datetime


async def create_invite(
    connection: AsyncConnection,
    secret_hash: str,
    *,
    created_by: int,
    now: datetime,
    expires_at: datetime,
    uses: int,
    role: str,
) -> None:
    """Writes an invitation down. The secret itself is never stored. Raises IntegrityError for a hash that exists."""
    await connection.execute(
        invites.insert().values(
            secret_hash=secret_hash,
            created_by=created_by,
            created_at=now,
            expires_at=expires_at,
            uses_left=uses,
            role=role,
        )
    )


async def redeem_invite(connection: AsyncConnection, secret_hash: str, now: datetime) -> str | None:
    """Takes one use of an invitation: its role, or None where it is unknown, used up or expired. Of several that ask at
    once no more succeed than there are uses."""
    valid = (invites.c.secret_hash == secret_hash) & (invites.c.uses_left > 0) & (invites.c.expires_at > now)
    statement = update(invites).where(valid).values(uses_left=invites.c.uses_left - 1).returning(invites.c.role)
    role: str | None = (await connection.execute(statement)).scalar_one_or_none()
    return role


async def open_invites(connection: AsyncConnection, now: datetime) -> Sequence[Invite]:
    """The invitations that still let somebody in, those that end first before the others."""
    query = select(invites).where(invites.c.uses_left > 0, invites.c.expires_at > now).order_by(invites.c.expires_at)
    return [
        Invite(row.secret_hash[:CODE], row.role, row.uses_left, row.created_by, row.created_at, row.expires_at)
        for row in await connection.execute(query)
    ]


async def revoke_invite(connection: AsyncConnection, code: str) -> bool:
    """Ends an invitation. False where there is none of that code."""
    named = func.substr(invites.c.secret_hash, 1, CODE) == code
    gone = await connection.execute(delete(invites).where(named).returning(invites.c.secret_hash))
    return gone.first() is not None
