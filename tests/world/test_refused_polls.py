"""A token that is refused for a while, and a second program that reads the same bot's updates: nothing that was written
meanwhile is lost or answered twice, the log says it once, and the bot goes on by itself.
"""

from __future__ import annotations

import logging

import pytest
from gatewayroom import ADMIN, READER, TOKEN, World

from bot.telegram.gateway import Gateway
from bot.telegram.inbox import Trouble

NO_UPDATES = "no updates from Telegram"
AGAIN = "updates from Telegram come in again"
SECOND = {"status": 409, "description": "Conflict: terminated by other getUpdates request"}


def said(caplog: pytest.LogCaptureFixture, message: str) -> list[str]:
    """Why, of each line with this message."""
    return [
        str(record.__dict__.get("why") or record.__dict__["after"])
        for record in caplog.records
        if record.getMessage() == message
    ]


async def written_meanwhile(world: World, gateway: Gateway, trouble: Trouble, polls: int) -> None:
    """Two chats write while nothing comes in, once the bot has asked that often in vain."""
    before = len(world.telegram.called("getUpdates"))
    await world.seen(lambda t: len(t.called("getUpdates")) >= before + polls and gateway.trouble is trouble)
    assert world.telegram.messages(ADMIN)[1:] == [] and world.telegram.messages(READER) == []
    for chat in (ADMIN, READER):
        for _ in range(2):
            world.telegram.say(chat, "/status")


async def all_answered_once(world: World) -> None:
    await world.seen(lambda t: len(t.messages(ADMIN)) >= 3 and len(t.messages(READER)) >= 2)
    await world.quiet()
    assert [sent.text for sent in world.telegram.messages(ADMIN)] == ["All is well"] * 3
    assert [sent.text for sent in world.telegram.messages(READER)] == ["All is well"] * 2


async def test_a_token_refused_while_the_bot_runs_loses_no_update_and_is_one_line_in_the_log(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.let_in(READER)
    with caplog.at_level(logging.INFO):
        async with world.running() as gateway:
            await world.answer(ADMIN, "/status")
            world.telegram.unauthorized = True
            # The poll that waits at the server was let in before.
            world.telegram.update({"a_kind_from_the_future": {}})
            await written_meanwhile(world, gateway, Trouble.UNAUTHORIZED, polls=4)
            world.telegram.unauthorized = False
            await all_answered_once(world)
            assert gateway.trouble is None
    assert said(caplog, NO_UPDATES) == said(caplog, AGAIN) == [Trouble.UNAUTHORIZED]
    assert TOKEN not in caplog.text and TOKEN.split(":")[1] not in caplog.text


async def test_a_second_program_that_polls_is_one_line_in_the_log_and_the_bot_goes_on_when_it_ends(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.let_in(READER)
    with caplog.at_level(logging.INFO):
        async with world.running() as gateway:
            await world.answer(ADMIN, "/status")
            world.telegram.fail("getUpdates", times=10_000, **SECOND)
            world.telegram.update({"a_kind_from_the_future": {}})
            await written_meanwhile(world, gateway, Trouble.SECOND_POLLER, polls=4)
            world.telegram.mend()
            await all_answered_once(world)
            assert gateway.trouble is None
    assert said(caplog, NO_UPDATES) == said(caplog, AGAIN) == [Trouble.SECOND_POLLER]


async def test_one_conflict_after_a_restart_is_not_worth_an_error(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.telegram.fail("getUpdates", times=1, **SECOND)
    with caplog.at_level(logging.INFO):
        async with world.running():
            (fine,) = await world.answer(ADMIN, "/status")
    assert fine.text == "All is well"
    assert said(caplog, NO_UPDATES) == []


async def test_a_web_address_that_somebody_set_meanwhile_is_taken_away_again(world: World) -> None:
    async with world.running():
        await world.answer(ADMIN, "/status")
        world.telegram.webhook = "https://example.org/hook"
        world.telegram.update({"a_kind_from_the_future": {}})
        await world.answer(ADMIN, "/status")
    assert world.telegram.webhook is None
