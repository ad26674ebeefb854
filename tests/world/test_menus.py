"""The menus: following, changing how one is told, and managing a group or channel from the private chat."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from faketelegram import Sent
from gatewayroom import ADMIN, CHANNEL, GROUP, READER, FakeCard, World

from bot.model import Destination, Rhythm, Subscription, Wants
from bot.store import chats, subscriptions
from bot.telegram.buttons import Action, Wish, encode
from bot.tell.wanted import LabelName

LABELS = [LabelName(f"partner:{name.lower()}", name) for name in ("Indonesia", "NATO", "Australia")]


@pytest.fixture(autouse=True)
def labels(world: World) -> None:
    """The first watchlist has labels and says what it is about."""
    first, *others = world.newsroom.cards
    world.newsroom.cards = [replace(first, labels=LABELS, description="With whom Japan arms."), *others]


async def one(world: World, chat: int = ADMIN) -> Subscription:
    async with world.database.read() as connection:
        (found,) = await subscriptions.of(connection, chat, "Asia/Jakarta")
    return found


async def presses(world: World, message: Sent, *buttons: str, user: int | None = None) -> str:
    """Presses one after another; the last toast."""
    toast = ""
    for button in buttons:
        query = world.telegram.press(message, button, user_id=user)
        await world.seen(lambda t, query=query: query in t.answers)
        toast = world.telegram.answers[query].get("text", "")
    return toast


def shown(world: World, message: Sent) -> Sent:
    return next(each for each in world.telegram.messages(message.chat_id) if each.message_id == message.message_id)


def keys(message: Sent) -> list[str]:
    return [button["text"] for button in message.buttons]


# --- following ------------------------------------------------------------------------------------------------------


async def test_subscribing_by_button_shows_the_latest_and_then_how_it_is_told(world: World) -> None:
    async with world.running():
        (menu,) = await world.answer(ADMIN, "/subscribe")
        assert keys(menu) == ["＋ Japan's defence", "＋ Nickel & steel", "‹ Back", "Close"]
        assert "With whom Japan arms." in menu.text
        assert await presses(world, menu, "＋ Nickel & steel") == "Subscribed."
        await world.seen(lambda t: "Latest of nickel" in t.texts(ADMIN))
        card = shown(world, menu)
        assert card.text.startswith("Nickel & steel\n\nat once") and "How often" in keys(card)
        await presses(world, menu, "‹ Back", "＋ Follow another")
        assert "✓ Nickel & steel" in keys(shown(world, menu))
    assert await world.subscriptions(ADMIN) == [(0, "nickel", Rhythm.INSTANT)]
    assert len(world.newsroom.subscriptions) == 1


async def test_a_menu_is_one_message_and_goes_away(world: World) -> None:
    async with world.running():
        (menu,) = await world.answer(ADMIN, "/subscriptions")
        await presses(world, menu, "＋ Follow another", "‹ Back")
        assert len(world.telegram.messages(ADMIN)) == 1
        assert await presses(world, menu, "Close") == "Closed."
        assert world.telegram.messages(ADMIN) == []


async def test_many_watchlists_have_pages(world: World) -> None:
    world.newsroom.cards = [FakeCard(f"list-{number:02}", f"List {number:02}", 1) for number in range(9)]
    async with world.running():
        (menu,) = await world.answer(ADMIN, "/watchlists")
        assert "page 1 of 3" in menu.text and "List 04" not in menu.text
        await presses(world, menu, "Next ›", "Next ›")
        assert keys(shown(world, menu)) == ["＋ List 08", "‹ Previous", "‹ Back", "Close"]


async def test_words_behind_the_name_say_how_to_be_told(world: World) -> None:
    async with world.running(timezone="Asia/Jakarta"):
        said, _ = await world.answer(ADMIN, "/subscribe japan-defence weekdays 7:30 nato indonesia urgent silent", 2)
        found = await one(world)
        (unknown,) = await world.answer(ADMIN, "/subscribe japan-defence sometimes")
    assert (found.rhythm, found.at) == (Rhythm.WEEKDAYS, "07:30")
    assert found.wants == Wants(labels=("partner:nato", "partner:indonesia"), urgent_only=True, silent=True)
    assert found.due_at is not None and found.due_at.astimezone(UTC).strftime("%H:%M") == "00:30"
    assert "only NATO, Indonesia" in said.text and "The clock is that of Asia/Jakarta." in said.text
    assert "I do not understand sometimes." in unknown.text and "indonesia, nato, australia" in unknown.text


# --- changing -------------------------------------------------------------------------------------------------------


async def test_rhythm_and_hour_are_chosen_by_buttons(world: World) -> None:
    async with world.running(digest_at="06:30", timezone="Asia/Jakarta"):
        menu, _ = await world.answer(ADMIN, "/subscribe nickel", number=2)
        assert "Hour" not in keys(menu)
        await presses(world, menu, "How often", "Daily")
        found = await one(world)
        assert found.rhythm is Rhythm.DAILY
        assert found.due_at is not None and found.due_at.strftime("%H:%M") == "23:30"
        assert "in one digest a day, at 06:30" in shown(world, menu).text
        await presses(world, menu, "Hour", "21", ":15")
        assert {"✓ 21", "✓ :15"} <= set(keys(shown(world, menu)))
        found = await one(world)
        assert found.at == "21:15" and found.due_at is not None and found.due_at.strftime("%H:%M") == "14:15"


async def test_labels_languages_sources_urgent_and_silent_are_chosen_by_buttons(world: World) -> None:
    async with world.running():
        menu, _ = await world.answer(ADMIN, "/subscribe japan-defence", number=2)
        await presses(world, menu, "Labels", "NATO", "Indonesia", "Australia", "✓ NATO")
        assert "✓ Indonesia" in keys(shown(world, menu)) and "any of the 2 labels" in shown(world, menu).text
        await presses(world, menu, "‹ Back", "Languages", "Japanese", "‹ Back")
        await presses(world, menu, "Sources", "Official and wire only")
        await presses(world, menu, "Only urgent", "Silent")
        assert (await one(world)).wants == Wants(
            ("partner:indonesia", "partner:australia"), urgent_only=True, languages=("ja",), tier=1, silent=True
        )
        card = shown(world, menu)
        assert card.text.endswith(
            "at once · only urgent · only Indonesia, Australia · only in Japanese · only official sources and wires"
            " · without a sound"
        )
        await presses(world, menu, "✓ Only urgent", "✓ Silent", "Sources", "All sources")
        await presses(world, menu, "Labels", "All", "‹ Back", "Languages", "All")
        assert (await one(world)).wants == Wants()


async def test_a_press_that_comes_twice_changes_nothing_more(world: World) -> None:
    async with world.running():
        menu, _ = await world.answer(ADMIN, "/subscribe japan-defence", number=2)
        await presses(world, menu, "Labels")
        data = next(key["callback_data"] for key in shown(world, menu).buttons if key["text"] == "NATO")
        for _ in range(2):
            query = world.telegram.press_data(ADMIN, menu.message_id, data)
            await world.seen(lambda t, query=query: query in t.answers)
        assert (await one(world)).wants.labels == ("partner:nato",)


async def test_a_subscription_ends_after_a_question_and_old_menus_are_answered_politely(world: World) -> None:
    async with world.running():
        menu, _ = await world.answer(ADMIN, "/subscribe nickel", number=2)
        (other,) = await world.answer(ADMIN, "/subscriptions")
        await presses(world, other, "Nickel & steel")
        await presses(world, menu, "Unsubscribe")
        assert await world.subscriptions(ADMIN)
        assert await presses(world, menu, "Yes, unsubscribe") == "Unsubscribed."
        assert await world.subscriptions(ADMIN) == []
        assert "no longer" in await presses(world, other, "Silent")
        assert "follows nothing" in shown(world, other).text


async def test_a_watchlist_that_is_gone_can_be_left(world: World) -> None:
    async with world.running():
        await world.answer(ADMIN, "/subscribe nickel", number=2)
        world.newsroom.cards = world.newsroom.cards[:1]
        (menu,) = await world.answer(ADMIN, "/subscriptions")
        await presses(world, menu, "nickel")
        assert "no longer configured" in shown(world, menu).text
        await presses(world, menu, "Unsubscribe", "Yes, unsubscribe")
    assert await world.subscriptions(ADMIN) == []


async def test_a_subscription_moves_to_the_topic_it_is_asked_for_in(world: World) -> None:
    topic: Any = {"user_id": ADMIN, "chat_type": "supergroup"}
    async with world.running():
        await world.answer(GROUP, "/subscribe nickel", number=2, thread_id=5, **topic)
        (menu,) = await world.answer(GROUP, "/subscriptions", thread_id=9, **topic)
        assert "topic 5" in menu.text
        assert await presses(world, menu, "Nickel & steel", "Tell it in this topic", user=ADMIN) == "Set."
    assert await world.subscriptions(GROUP) == [(9, "nickel", Rhythm.INSTANT)]


# --- buttons of the first version -----------------------------------------------------------------------------------


@pytest.mark.parametrize("listed", [True, False])
async def test_a_button_of_the_first_version_still_works(world: World, listed: bool) -> None:
    async with world.running():
        (menu,) = await world.answer(ADMIN, "/subscriptions")

        async def press(wish: Wish) -> str:
            query = world.telegram.press_data(ADMIN, menu.message_id, encode(wish))
            await world.seen(lambda t: query in t.answers)
            return str(world.telegram.answers[query]["text"])

        assert await press(Wish(Action.SUBSCRIBE, "nickel", listed=listed)) == "Subscribed."
        await world.seen(lambda t: "Latest of nickel" in t.texts(ADMIN))
        assert await press(Wish(Action.RHYTHM, "nickel", rhythm=Rhythm.DAILY)) == "I tell you in one digest a day."
        assert (await one(world)).rhythm is Rhythm.DAILY
        assert "Hour" in keys(shown(world, menu))
        assert await press(Wish(Action.UNSUBSCRIBE, "nickel", listed=listed)) == "Unsubscribed."
        assert await press(Wish(Action.UNSUBSCRIBE, "nickel", listed=listed)) == "Nothing to change."
    assert await world.subscriptions(ADMIN) == []


async def test_an_old_button_of_a_watchlist_that_is_gone_is_answered_politely(world: World) -> None:
    async with world.running():
        (menu,) = await world.answer(ADMIN, "/subscribe")
        world.newsroom.cards = world.newsroom.cards[:1]
        query = world.telegram.press(menu, "＋ Nickel & steel")
        await world.seen(lambda t: query in t.answers)
        assert world.telegram.answers[query]["text"] == "That is no longer there."
        for data in ("9zz", "2m", "2mF", "2mZ1.1.1.", "2mF1.1", "2mB!.0.0.0+", "2mF-zzzzzzzzzzzzz.0.0.x"):
            forged = world.telegram.press_data(ADMIN, menu.message_id, data)
            await world.seen(lambda t, forged=forged: forged in t.answers)
            assert world.telegram.answers[forged]["text"] == "That is no longer there."


# --- whose menu it is -----------------------------------------------------------------------------------------------


async def test_a_menu_in_a_group_belongs_to_whoever_opened_it(world: World) -> None:
    await world.let_in(READER)
    world.telegram.chat(GROUP, "supergroup")
    async with world.running():
        (menu,) = await world.answer(GROUP, "/subscribe", user_id=ADMIN, chat_type="supergroup")
        toast = await presses(world, menu, "＋ Nickel & steel", user=READER)
        assert "somebody else" in toast and await world.subscriptions(GROUP) == []
        await presses(world, menu, "＋ Nickel & steel", user=ADMIN)
    assert await world.subscriptions(GROUP) == [(0, "nickel", Rhythm.INSTANT)]


async def test_a_menu_of_a_channel_obeys_its_administrators_only(world: World) -> None:
    await world.let_in(READER)
    world.telegram.chat(CHANNEL, "channel", members={ADMIN: "creator", READER: "member"})
    async with world.running():
        world.telegram.invite(CHANNEL, ADMIN, "channel", "administrator")
        (menu,) = await world.answer(CHANNEL, "/subscribe", chat_type="channel")
        assert "Only an administrator" in await presses(world, menu, "＋ Nickel & steel", user=READER)
        await presses(world, menu, "＋ Nickel & steel", user=ADMIN)
    assert await world.subscriptions(CHANNEL) == [(0, "nickel", Rhythm.INSTANT)]


async def managed(world: World) -> Sent:
    """The list of what a channel follows, opened by its administrator in the private chat."""
    (menu,) = await world.answer(READER, "/manage")
    await presses(world, menu, "Our channel")
    return menu


@pytest.fixture
async def channel(world: World) -> None:
    """A channel whose administrator is a reader."""
    await world.let_in(READER)
    await world.let_in(CHANNEL, "channel")
    world.telegram.chat(CHANNEL, "channel", members={READER: "administrator"})
    async with world.database.write() as connection:
        now = datetime.now(UTC)
        await chats.upsert_chat(connection, CHANNEL, kind="channel", title="Our channel", role="reader", now=now)


async def test_a_channel_is_set_up_from_the_private_chat_of_its_administrator(world: World, channel: None) -> None:
    async with world.running():
        menu = await managed(world)
        assert "of Our channel" in shown(world, menu).text
        await presses(world, menu, "＋ Follow another", "＋ Nickel & steel", "Silent")
        await world.seen(lambda t: "Latest of nickel" in t.texts(CHANNEL))
        assert (await one(world, CHANNEL)).wants.silent
        assert world.newsroom.subscriptions == [(Destination(CHANNEL), "nickel")]
        assert await world.subscriptions(READER) == []


async def test_rights_are_asked_for_anew_before_anything_is_changed(world: World, channel: None) -> None:
    async with world.running():
        menu = await managed(world)
        await presses(world, menu, "＋ Follow another")
        world.telegram.chat(CHANNEL, members={READER: "member"})
        assert "Only an administrator" in await presses(world, menu, "＋ Nickel & steel")
        world.telegram.fail("getChatAdministrators", status=500, description="Internal Server Error")
        assert "Try again" in await presses(world, menu, "＋ Nickel & steel")
    assert await world.subscriptions(CHANNEL) == []


async def test_the_menu_of_another_chat_works_for_nobody_else(world: World, channel: None) -> None:
    async with world.running():
        menu = await managed(world)
        data = shown(world, menu).buttons[0]["callback_data"]
        (mine,) = await world.answer(ADMIN, "/subscriptions")
        query = world.telegram.press_data(ADMIN, mine.message_id, data)
        await world.seen(lambda t: query in t.answers)
    assert world.telegram.answers[query]["text"] == "That is no longer there."


async def test_who_manages_nothing_is_shown_how_to_add_the_bot(world: World) -> None:
    async with world.running():
        (menu,) = await world.answer(ADMIN, "/start manage")
        (group,) = await world.answer(GROUP, "/start manage", user_id=ADMIN, chat_type="supergroup")
    links = [key.get("url", "") for key in menu.buttons]
    assert any(link.endswith("?startgroup=manage") for link in links)
    assert any(link.endswith("?startchannel&admin=post_messages") for link in links)
    assert group.buttons[0]["url"].endswith("?start=manage")
