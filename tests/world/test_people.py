"""Who may use the bot: invitations with uses and an end, the list of people, and groups that nobody let in."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from faketelegram import Sent
from gatewayroom import ADMIN, CHANNEL, GROUP, READER, World

from bot.model import DeliveryKind, Destination, Rhythm
from bot.settings import Access
from bot.store import chats, deliveries, invites
from bot.store.chats import REVOKED, ChatState
from bot.store.database import open_database
from bot.store.deliveries import Order

STRANGER = 99


async def presses(world: World, message: Sent, *buttons: str) -> str:
    """Presses one after another; the last toast."""
    toast = ""
    for button in buttons:
        query = world.telegram.press(message, button)
        await world.seen(lambda t, query=query: query in t.answers)
        toast = world.telegram.answers[query].get("text", "")
    return toast


def shown(world: World, message: Sent) -> Sent:
    return next(each for each in world.telegram.messages(message.chat_id) if each.message_id == message.message_id)


def button(message: Sent, *parts: str) -> str:
    """The words on the button that has these in them."""
    return next(str(key["text"]) for key in message.buttons if all(part in key["text"] for part in parts))


# --- invitations ----------------------------------------------------------------------------------------------------


async def test_an_invitation_has_a_role_a_number_of_uses_and_an_end(world: World) -> None:
    async with world.running(timezone="Asia/Jakarta"):
        (made,) = await world.answer(ADMIN, "/invite 2 12h reader")
        secret = made.links[0].split("=")[1]
        assert "lets 2 people in as readers, until" in made.text and "WIB" in made.text
        for person in (READER, 8):
            await world.answer(person, f"/start {secret}")
        (refused,) = await world.answer(9, f"/start {secret}")
    assert "not valid" in refused.text
    assert [(await world.chat(person)) is not None for person in (READER, 8, 9)] == [True, True, False]


@pytest.mark.parametrize("words", ["king", "0", "101", "30m", "91d", "reader 5 5d often", "-1", "٣"])
async def test_what_cannot_be_an_invitation_is_said_in_one_line(world: World, words: str) -> None:
    async with world.running():
        (said,) = await world.answer(ADMIN, f"/invite {words}")
    assert not said.links and ("/invite reader 5 7d" in said.text or "1 to 100 people" in said.text)


async def test_the_last_use_lets_one_in_when_two_ask_at_once(tmp_path: Path) -> None:
    now = datetime(2026, 3, 10, tzinfo=UTC)
    async with open_database(tmp_path / "a.db") as one, open_database(tmp_path / "a.db") as other:
        async with one.write() as connection:
            await invites.create_invite(
                connection, "hash", created_by=1, now=now, expires_at=now + timedelta(days=1), uses=3, role="reader"
            )

        async def use(database: object) -> str | None:
            async with (one if database is one else other).write() as connection:
                return await invites.redeem_invite(connection, "hash", now)

        found = await asyncio.gather(*(use(each) for each in (one, other) * 4))
    assert sorted(map(str, found)) == ["None"] * 5 + ["reader"] * 3


# --- people ---------------------------------------------------------------------------------------------------------


async def test_a_person_is_revoked_and_let_in_again_with_all_they_had(world: World) -> None:
    await world.let_in(READER)
    async with world.running():
        await world.answer(READER, "/subscribe nickel", number=2)
        (menu,) = await world.answer(ADMIN, "/people")
        await presses(world, menu, button(menu, str(READER)))
        assert "Follows nickel." in shown(world, menu).text
        assert await presses(world, menu, "Revoke") == "Done."
        chat = await world.chat(READER)
        assert chat is not None and (chat.role, chat.state) == (REVOKED, ChatState.PAUSED)
        (line,) = await world.answer(READER, "/digest nickel")
        world.telegram.say(READER, "/start")
        world.telegram.say(READER, "hello?")
        await world.quiet()
        assert "private news bot" in line.text and world.telegram.texts(READER)[-1] == line.text
        assert await presses(world, menu, "Let in again") == "Done."
        (answered,) = await world.answer(READER, "/digest nickel")
    assert answered.text.startswith("Digest of nickel")
    assert await world.subscriptions(READER) == [(0, "nickel", Rhythm.INSTANT)]


async def test_nothing_goes_to_whoever_is_revoked_and_no_old_link_lets_them_in(world: World) -> None:
    async with world.running(access=Access.OPEN):
        (made,) = await world.answer(ADMIN, "/invite 5")
        secret = made.links[0].split("=")[1]
        await world.answer(READER, f"/start {secret}")
        async with world.database.write() as connection:
            await chats.set_role(connection, READER, REVOKED)
        await world.answer(READER, f"/start {secret}")
        (due, group) = (Destination(READER), Destination(GROUP))
        async with world.database.write() as connection:
            now = datetime.now(UTC)
            await chats.migrate_chat(connection, READER, GROUP)
            await deliveries.order(connection, Order("k", group, DeliveryKind.NOTICE, now, body=["x"]), now)
            found = await deliveries.due_deliveries(connection, now, 9)
    assert due.chat == READER and found == []
    moved = await world.chat(GROUP)
    assert moved is not None and (moved.role, moved.state) == (REVOKED, ChatState.PAUSED)


async def test_a_revoked_group_stays_silent_until_an_admin_opens_it_again(world: World) -> None:
    await world.let_in(READER)
    await world.let_in(GROUP, "supergroup")
    async with world.running():
        (menu,) = await world.answer(ADMIN, "/people")
        await presses(world, menu, button(menu, "group"), "Revoke")
        world.telegram.say(GROUP, "/status", user_id=READER)
        world.telegram.invite(GROUP, READER)
        await world.quiet()
        assert world.telegram.messages(GROUP) == []
        await world.answer(GROUP, "/start", user_id=ADMIN)
        (status,) = await world.answer(GROUP, "/status", user_id=READER)
    assert status.text == "All is well"


async def test_an_admin_is_made_and_unmade_but_not_the_configured_one_nor_oneself(world: World) -> None:
    await world.let_in(READER)
    async with world.running():
        (menu,) = await world.answer(ADMIN, "/people")
        await presses(world, menu, button(menu, str(READER)), "Make an admin")
        (theirs,) = await world.answer(READER, "/people")
        mine = button(theirs, str(READER))
        await presses(world, theirs, mine)
        assert {key["text"] for key in shown(world, theirs).buttons} == {"‹ Back", "Close"}
        for data, toast in ((f"2pR0:{READER}", "yourself"), (f"2pR0:{ADMIN}", "configuration")):
            query = world.telegram.press_data(READER, theirs.message_id, data)
            await world.seen(lambda t, query=query: query in t.answers)
            assert toast in world.telegram.answers[query]["text"]
        await presses(world, menu, "Make a reader")
        assert "Only an admin" in await presses(world, theirs, "‹ Back")
        (refused,) = await world.answer(READER, "/people")
    assert refused.text == "Only an admin of this bot can do that."


async def test_an_open_invitation_is_listed_and_taken_back(world: World) -> None:
    async with world.running():
        (made,) = await world.answer(ADMIN, "/invite admin 3")
        secret = made.links[0].split("=")[1]
        (menu,) = await world.answer(ADMIN, "/people")
        assert secret not in menu.text and "1 open invitation" in menu.text
        await presses(world, menu, button(menu, "Invitation", "admin"))
        assert "lets 3 more people in as admin" in shown(world, menu).text
        assert await presses(world, menu, "Revoke") == "Done."
        (refused,) = await world.answer(READER, f"/start {secret}")
    assert "not valid" in refused.text


async def test_many_people_have_pages_and_nonsense_is_answered_politely(world: World) -> None:
    for number in range(100, 118):
        await world.let_in(number)
    async with world.running():
        (menu,) = await world.answer(ADMIN, "/people")
        await presses(world, menu, "Next ›", "Next ›")
        page = shown(world, menu)
        assert "page 3 of 3" in page.text
        await presses(world, menu, button(page, "117"), "‹ Back")
        assert "page 3 of 3" in shown(world, menu).text
        for data in (
            "2p",
            "2pR",
            "2pR0",
            "2pR0:",
            "2pR0:5555",
            "2pA0:-5",
            "2pX0:zzzzzzzz",
            "2pl99999",
            "2pc0:" + "9" * 30,
        ):
            query = world.telegram.press_data(ADMIN, menu.message_id, data)
            await world.seen(lambda t, query=query: query in t.answers)
        assert await presses(world, menu, "Close") == "Closed."


# --- groups ---------------------------------------------------------------------------------------------------------


async def test_a_group_that_nobody_let_in_is_told_why_and_left(world: World) -> None:
    async with world.running():
        world.telegram.invite(GROUP, STRANGER)
        await world.seen(lambda t: GROUP in t.left)
        world.telegram.invite(CHANNEL, STRANGER, "channel", "administrator")
        await world.seen(lambda t: CHANNEL in t.left)
        await world.quiet()
    assert "it leaves this group" in world.telegram.texts(GROUP)[0] and len(world.telegram.texts(GROUP)) == 1
    assert world.telegram.messages(CHANNEL) == []
    assert await world.chat(GROUP) is None


async def test_a_group_is_left_even_where_nothing_can_be_said(world: World) -> None:
    async with world.running():
        world.telegram.chat(GROUP, "supergroup")
        world.telegram.fail("sendMessage", status=403, description="Forbidden: not enough rights to send text messages")
        world.telegram.invite(GROUP, STRANGER)
        await world.seen(lambda t: GROUP in t.left)


async def test_a_group_is_let_in_by_the_admin_who_adds_the_bot_and_offered_for_setting_up(world: World) -> None:
    async with world.running():
        await world.answer(ADMIN, "/start")
        world.telegram.invite(GROUP, ADMIN)
        await world.seen(lambda t: len(t.messages(ADMIN)) == 2)
        offer = world.telegram.messages(ADMIN)[-1]
        assert offer.buttons[0]["text"] == "Set it up"
    chat = await world.chat(GROUP)
    assert chat is not None and chat.owner_id == ADMIN and GROUP not in world.telegram.left


async def test_a_reader_who_adds_the_bot_is_told_who_can_open_the_group(world: World) -> None:
    await world.let_in(READER)
    async with world.running():
        world.telegram.invite(GROUP, READER)
        await world.seen(lambda t: t.texts(GROUP))
        world.telegram.say(GROUP, "/help", user_id=STRANGER)
        await world.quiet()
        await world.answer(GROUP, "/start", user_id=ADMIN)
    assert "An admin of this bot must send" in world.telegram.texts(GROUP)[0]
    assert GROUP not in world.telegram.left and await world.chat(GROUP) is not None


async def test_an_open_bot_stays_where_it_is_added(world: World) -> None:
    async with world.running(access=Access.OPEN):
        world.telegram.invite(GROUP, STRANGER)
        (how,) = await world.answer(GROUP, "/help", user_id=STRANGER)
        await world.answer(GROUP, "/start", user_id=STRANGER)
    assert "Send /start@" in how.text and GROUP not in world.telegram.left
