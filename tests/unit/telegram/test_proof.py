"""A message that somebody presses has arrived, whatever became of the answer that said so."""

from __future__ import annotations

from pathlib import Path

from hoursroom import chamber
from sqlalchemy import select

from bot.model import DeliveryStatus
from bot.store import sending
from bot.store.tables import deliveries, mutes
from bot.telegram import pressing
from bot.tell.alertkeys import Act, key


async def test_an_alert_in_doubt_that_is_pressed_is_not_sent_again(tmp_path: Path) -> None:
    async with chamber(tmp_path) as room:
        story = await room.alert(1, message=50)
        async with room.room.database.write() as connection:
            doubt = {"status": DeliveryStatus.UNCERTAIN, "message_id": None, "due_at": room.now}
            await connection.execute(deliveries.update().values(**doubt))
            number = await connection.scalar(select(deliveries.c.id))
        assert isinstance(number, int)
        toast, _, _ = await room.presses(pressing.pressed, key(Act.MUTE_STORY, number).data)
        assert toast == "I say no more of this story here."
        async with room.room.database.read() as connection:
            row = (await connection.execute(select(deliveries))).one()
            assert (row.status, row.message_id, row.due_at) == (DeliveryStatus.SENT, 55, None)
            assert await connection.scalar(select(mutes.c.target)) == str(story)


async def test_what_is_known_to_have_arrived_stays_as_it_is(tmp_path: Path) -> None:
    async with chamber(tmp_path) as room:
        await room.alert(1, message=50)
        async with room.room.database.write() as connection:
            number = await connection.scalar(select(deliveries.c.id))
            assert isinstance(number, int)
            assert not await sending.proved(connection, number, 99, room.now)
            assert await connection.scalar(select(deliveries.c.message_id)) == 50
