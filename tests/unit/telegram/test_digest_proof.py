"""A digest whose key somebody presses has arrived: nobody is asked any more whether to send it again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from hoursroom import HERE, Chamber, chamber

from bot.model import DeliveryKind, DeliveryStatus
from bot.store import deliveries, doubt, ledger
from bot.store.deliveries import Delivery, Order
from bot.store.tables import deliveries as rows
from bot.telegram import digestkeys
from bot.tell import Message
from bot.tell.more import DATA, Ask


class OneAnswer:
    """Answers about every digest."""

    async def order(self, *_: Any) -> list[Message]:
        return [Message("because")]


async def doubtful(room: Chamber, *keys: str) -> int:
    """Parts of a digest that may have arrived; the id of the first."""
    async with room.room.database.write() as connection:
        made = [
            await deliveries.order(
                connection, Order(key, HERE, DeliveryKind.DIGEST, room.now, body=["x"], part=number), room.now
            )
            for number, key in enumerate(keys, start=1)
        ]
        await connection.execute(rows.update().values(status=DeliveryStatus.UNCERTAIN, due_at=None))
    assert made[0] is not None
    return made[0]


async def pressed(room: Chamber, number: int) -> Delivery | None:
    """The digest after a press on its key for the reasons of its order."""
    room.room.briefs = OneAnswer()  # type: ignore[misc, assignment]  # it is asked for nothing else
    await room.presses(digestkeys.pressed, f"{DATA}{Ask.WHY}{number}")
    async with room.room.database.read() as connection:
        return await ledger.delivery(connection, number)


async def test_a_digest_in_doubt_that_is_pressed_has_arrived_and_nobody_is_asked(tmp_path: Path) -> None:
    async with chamber(tmp_path) as room:
        number = await doubtful(room, "digest:1:x")
        found = await pressed(room, number)
        assert found is not None and (found.status, found.message_id) == (DeliveryStatus.SENT, 55)
        async with room.room.database.read() as connection:
            assert await doubt.unasked(connection, room.now - timedelta(days=1)) == []


async def test_the_key_of_a_digest_in_parts_does_not_prove_its_first_part(tmp_path: Path) -> None:
    async with chamber(tmp_path) as room:
        found = await pressed(room, await doubtful(room, "digest:1:x", "digest:1:x#2"))
        assert found is not None and (found.status, found.message_id) == (DeliveryStatus.UNCERTAIN, None)
