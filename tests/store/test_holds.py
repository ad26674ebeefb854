"""Hosts that want no request, on both engines."""

from __future__ import annotations

from datetime import datetime

from rows import MINUTE

from bot.store import holds
from bot.store.database import Database


async def test_the_latest_word_of_a_host_counts_until_it_is_over(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await holds.remember_holds(connection, {})
        await holds.remember_holds(connection, {"a.example": now + MINUTE, "b.example": now + 9 * MINUTE})
        await holds.remember_holds(connection, {"a.example": now + 5 * MINUTE})
        assert await holds.holds_left(connection, now) == {
            "a.example": now + 5 * MINUTE,
            "b.example": now + 9 * MINUTE,
        }
        assert await holds.holds_left(connection, now + 5 * MINUTE) == {"b.example": now + 9 * MINUTE}
        assert await holds.holds_left(connection, now) == {"b.example": now + 9 * MINUTE}
