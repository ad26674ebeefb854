"""A message with a picture on its way to Telegram: what arrives, and what happens where the picture is refused."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import program
import pytest
from faketelegram import FakeTelegram
from PIL import Image
from pydantic import SecretStr

from bot.errors import Outcome
from bot.model import DeliveryKind, Destination
from bot.store import deliveries
from bot.store.database import open_database
from bot.store.deliveries import Order
from bot.telegram.buttons import Button
from bot.telegram.client import Timeouts
from bot.telegram.gateway import Gateway
from bot.telegram.outcomes import SendFailure
from bot.tell.pictures import Series, VolumePlot, draw
from bot.tell.split import split
from bot.tell.tree import Bold, Message, html, plain, to_json

TOKEN = "123456:the-token-of-the-fake-server-only"
READER = 7
GROUP = -1001
TOPIC = 5
DAYS = tuple(f"2026-11-{day}" for day in range(16, 23))
PLOT = VolumePlot("Nickel & cobalt", DAYS, (Series("Indonesia", (3, 0, 1, 7, 2, 0, 4)), Series("日本", (1,) * 7)))
MESSAGE = Message(Bold("The week"), " in nickel & cobalt", picture=PLOT)


@pytest.fixture(scope="module")
def picture() -> bytes:
    return draw(PLOT, "png")


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram(TOKEN) as server:
        server.chat(READER)
        server.chat(GROUP, "supergroup", is_forum=True, threads={TOPIC})
        yield server


@asynccontextmanager
async def line(telegram: FakeTelegram) -> AsyncIterator[Gateway]:
    gateway = Gateway(
        SecretStr(TOKEN),
        cast(Any, None),
        cast(Any, None),
        cast(Any, None),
        cast(Any, None),
        cast(Any, None),
        api_base_url=telegram.base_url,
        timeouts=Timeouts(connect=1, read=1, write=1, pool=1),
    )
    gateway.wire = replace(gateway.wire, note=None)
    await gateway.check()
    yield gateway
    await gateway.close()


async def test_a_picture_arrives_as_a_photo_with_its_words_keys_and_topic(
    telegram: FakeTelegram, picture: bytes
) -> None:
    async with line(telegram) as gateway:
        sent_id = await gateway.send(
            Destination(GROUP, TOPIC),
            html(MESSAGE),
            plain(MESSAGE),
            picture=picture,
            silent=True,
            buttons=[[Button("More", "m:1")]],
        )
    (sent,) = telegram.messages(GROUP)
    assert (sent.message_id, sent.thread_id, sent.silent) == (sent_id, TOPIC, True)
    assert (sent.text, sent.html) == ("The week in nickel & cobalt", "<b>The week</b> in nickel &amp; cobalt")
    assert [button["text"] for button in sent.buttons] == ["More"]
    assert sent.photo == picture
    shown = Image.open(io.BytesIO(sent.photo))
    assert (shown.format, shown.size, sent.photo_size) == ("PNG", (1280, 720), (1280, 720))
    assert telegram.violations == []


async def test_a_long_message_goes_out_as_a_photo_and_the_rest_of_its_words(
    telegram: FakeTelegram, picture: bytes
) -> None:
    words = "\n".join(f"Line {number} of what happened & what did not." for number in range(60))
    async with line(telegram) as gateway:
        for part in split(Message(Bold("All: "), words, picture=PLOT)):
            shown = picture if part.picture is not None else None
            await gateway.send(Destination(READER), html(part), plain(part), picture=shown)
    sent = telegram.messages(READER)
    assert [one.photo is not None for one in sent] == [True] + [False] * (len(sent) - 1)
    assert " ".join(one.text for one in sent).split() == ["All:", *words.split()]
    assert telegram.violations == []


REFUSALS = {
    "dimensions": {"status": 400, "description": "Bad Request: PHOTO_INVALID_DIMENSIONS"},
    "not processed": {"status": 400, "description": "Bad Request: IMAGE_PROCESS_FAILED"},
    "too large": {"status": 413, "description": "Request Entity Too Large"},
}


@pytest.mark.parametrize("fault", REFUSALS.values(), ids=REFUSALS)
async def test_a_picture_that_is_refused_stays_behind_and_the_words_arrive(
    telegram: FakeTelegram, picture: bytes, fault: dict[str, Any]
) -> None:
    telegram.fail("sendPhoto", **fault)
    async with line(telegram) as gateway:
        await gateway.send(Destination(READER), html(MESSAGE), plain(MESSAGE), picture=picture)
    (sent,) = telegram.messages(READER)
    assert (sent.photo, sent.html) == (None, html(MESSAGE))


async def test_a_group_that_forbids_photos_gets_the_words_and_is_not_paused(
    telegram: FakeTelegram, picture: bytes
) -> None:
    telegram.chat(GROUP, takes_photos=False)
    async with line(telegram) as gateway:
        await gateway.send(Destination(GROUP, TOPIC), html(MESSAGE), plain(MESSAGE), picture=picture)
    (sent,) = telegram.messages(GROUP)
    assert (sent.photo, sent.thread_id) == (None, TOPIC)


@pytest.mark.parametrize(
    ("fault", "outcome", "copies"),
    [
        ({"retry_after": 40}, Outcome.RETRY, 0),
        ({"drop": "before"}, Outcome.UNCERTAIN, 0),
        ({"drop": "after"}, Outcome.UNCERTAIN, 1),
        ({"hang": 1.2, "after_accept": True}, Outcome.UNCERTAIN, 1),
        ({"status": 502, "description": "Bad Gateway"}, Outcome.UNCERTAIN, 0),
        ({"body": b"<html>"}, Outcome.UNCERTAIN, 0),
        ({"status": 403, "description": "Forbidden: bot was blocked by the user"}, Outcome.CHAT_PAUSED, 0),
        ({"migrate_to": -1005}, Outcome.CHAT_MIGRATED, 0),
        ({"status": 401, "description": "Unauthorized"}, Outcome.UNAUTHORIZED, 0),
        ({"status": 400, "description": "Bad Request: message thread not found"}, Outcome.THREAD_GONE, 0),
        ({"status": 400, "description": "Bad Request: something new", "times": 2}, Outcome.BAD_MESSAGE, 0),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_what_became_of_a_photo_is_told_as_truly_as_of_words_and_nothing_is_sent_twice(
    telegram: FakeTelegram, picture: bytes, fault: dict[str, Any], outcome: Outcome, copies: int
) -> None:
    telegram.fail("sendPhoto", **fault)
    async with line(telegram) as gateway:
        with pytest.raises(SendFailure) as caught:
            await gateway.send(Destination(READER), html(MESSAGE), plain(MESSAGE), picture=picture)
    assert caught.value.outcome is outcome
    assert len(telegram.messages(READER)) == copies
    assert telegram.called("sendMessage") == []


async def test_a_caption_whose_markup_is_refused_goes_out_plain_under_its_picture_and_not_too_long(
    telegram: FakeTelegram, picture: bytes
) -> None:
    async with line(telegram) as gateway:
        await gateway.send(Destination(READER), "<b>A < B", "A < B " * 300, picture=picture)
    (sent,) = telegram.messages(READER)
    assert sent.photo == picture and sent.parse_mode is None
    assert len(sent.text) <= 1024 and sent.text.endswith("…")
    assert any("can't parse entities" in breach for breach in telegram.violations)


async def order(path: Path, message: Message) -> None:
    """Puts a message into the outbox of a program that is not running."""
    now = datetime.now(UTC)
    made = Order("k", Destination(program.ADMIN), DeliveryKind.NOTICE, now, body=to_json(message))
    async with open_database(path) as database, database.write() as connection:
        await deliveries.order(connection, made, now)


def test_the_program_draws_an_ordered_picture_in_a_worker_and_sends_it(tmp_path: Path, picture: bytes) -> None:
    with program.world(tmp_path) as w:
        w.subscribe()
        w.once()
        asyncio.run(order(w.program.state / "kentongan.db", Message(Bold("The week"), picture=PLOT)))
        before = w.telegram.messages(program.ADMIN)
        w.once()
        (sent,) = w.telegram.messages(program.ADMIN)[len(before) :]
        assert (sent.text, sent.photo) == ("The week", picture)
        assert w.telegram.violations == []


def test_a_picture_is_the_same_in_every_process(picture: bytes) -> None:
    source = (
        "import sys; from bot.tell.pictures import *; "
        f"sys.stdout.buffer.write(draw(picture_from_json({picture_data()!r}), 'png'))"
    )
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, timeout=60, check=True)
    assert done.stdout == picture


def picture_data() -> dict[str, Any]:
    from bot.tell.pictures import picture_to_json

    return picture_to_json(PLOT)
