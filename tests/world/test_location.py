"""A place sent to the bot sets the zone of the chat, of those alone who may use the bot; in the chat's own language."""

from __future__ import annotations

import time
from typing import Any

from gatewayroom import ADMIN, World

STRANGER = 99
BALI = {"latitude": -8.65, "longitude": 115.2}


def sends(world: World, chat: int, **content: Any) -> None:
    with world.telegram._lock:
        public = world.telegram.chat(chat).public()
        number = world.telegram._new_message_id()
    who = {"id": chat, "is_bot": False, "first_name": "Ani", "language_code": "id"}
    message = {"message_id": number, "date": int(time.time()), "chat": public, "from": who, "location": BALI}
    world.telegram.update({"message": message | content})


async def test_a_place_sets_the_zone_and_says_so_in_the_language_of_the_sender(world: World) -> None:
    async with world.running():
        sends(world, ADMIN)
        await world.seen(lambda telegram: telegram.texts(ADMIN))
    chat = await world.chat(ADMIN)
    assert chat is not None and chat.timezone == "Asia/Makassar"
    (said,) = world.telegram.messages(ADMIN)
    assert said.text.startswith("Zona waktu terdekat dengan lokasi yang Anda kirim Asia/Makassar")
    assert said.buttons[-1]["text"] == "Urungkan"


async def test_the_place_of_a_stranger_is_forgotten(world: World) -> None:
    async with world.running():
        sends(world, STRANGER)
        await world.seen(lambda telegram: telegram.texts(STRANGER))
    chat = await world.chat(STRANGER)
    assert chat is None or chat.timezone is None
    assert "Makassar" not in world.telegram.texts(STRANGER)[0]
