"""The room towards Telegram against the fake server, with a real database and a newsroom of a few lines."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from gatewayroom import ADMIN, CHANNEL, FAST, GROUP, READER, TOKEN, World

from bot.errors import KentonganError, Outcome, StoreError
from bot.model import DeliveryKind, Destination, Rhythm, Source
from bot.settings import Access
from bot.store import chats, facts, ledger
from bot.store.feedback import Verdict
from bot.telegram.gateway import Gateway
from bot.telegram.inbox import OFFSET_FACT
from bot.telegram.outcomes import SendFailure
from bot.telegram.pace import Limits
from bot.tell import Bold, Message
from bot.tell.pictures import Series, VolumePlot

# --- commands -------------------------------------------------------------------------------------------------------


async def test_an_admin_needs_no_invitation(world: World) -> None:
    async with world.running():
        (welcome,) = await world.answer(ADMIN, "/start")
        assert "/subscribe" in welcome.text
        chat = await world.chat(ADMIN)
        assert chat is not None and chat.role == "admin"


async def test_help_names_every_command_and_tells_readers_nothing_of_admins(world: World) -> None:
    await world.let_in(READER)
    async with world.running():
        (for_admin,) = await world.answer(ADMIN, "/help")
        (for_reader,) = await world.answer(READER, "/help")
    menu = [command["command"] for command in world.telegram.commands["all_private_chats"]]
    assert all(f"/{name}" in for_reader.text for name in menu)
    assert "/invite" in for_admin.text and "/invite" not in for_reader.text


async def test_watchlists_are_listed_with_those_followed_here_marked(world: World) -> None:
    async with world.running():
        await world.answer(ADMIN, "/subscribe nickel", number=2)
        (listed,) = await world.answer(ADMIN, "/watchlists")
    assert "Nickel & steel nickel · followed here\n▁▃▁█▁▁█ 7 stories in the last 7 days, 1.0 a day" in listed.text
    assert "Japan's defence japan-defence\nNo story in the last 7 days." in listed.text


async def test_subscribing_by_name_subscribes_at_once_and_shows_the_latest(world: World) -> None:
    async with world.running():
        done, latest = await world.answer(ADMIN, "/subscribe JAPAN-defence", number=2)
    assert done.text == "Now following Japan's defence: I tell you at once."
    assert latest.text == "Latest of japan-defence"
    assert await world.subscriptions(ADMIN) == [(0, "japan-defence", Rhythm.INSTANT)]
    assert world.newsroom.subscriptions == [(Destination(ADMIN), "japan-defence")]


async def test_a_starting_picture_that_was_not_handed_over_is_put_by_and_counts_as_shown(world: World) -> None:
    async with world.running():
        await world.answer(ADMIN, "/start")
        world.telegram.fail("sendMessage")
        world.telegram.fail("sendMessage", status=500, description="Internal Server Error")
        world.telegram.say(ADMIN, "/subscribe nickel")
        await world.quiet()
    assert world.telegram.texts(ADMIN)[1:] == ["Now following Nickel & steel: I tell you at once."]
    assert await world.subscriptions(ADMIN) and world.newsroom.subscriptions == [(Destination(ADMIN), "nickel")]
    async with world.database.read() as connection:
        (row,) = await ledger.list_deliveries(connection, None, 9)
    assert (row.status, row.kind, "Latest of nickel" in str(row.body)) == ("uncertain", "notice", True)


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ({"status": 500, "description": "Internal Server Error"}, "uncertain"),
        ({"drop": "before"}, "uncertain"),
        ({"retry_after": 40}, "pending"),
        ({"status": 401, "description": "Unauthorized"}, "pending"),
    ],
    ids=str,
)
async def test_an_answer_that_is_not_handed_over_waits_in_the_outbox(
    world: World, fault: dict[str, Any], status: str
) -> None:
    async with world.running():
        await world.answer(ADMIN, "/start")
        world.telegram.fail("sendMessage", **fault)
        world.telegram.say(ADMIN, "/watchlists")
        await world.quiet()
        world.telegram.fail("sendMessage", **fault)
        world.telegram.say(ADMIN, "/invite")
        await world.quiet()
    async with world.database.read() as connection:
        rows = await ledger.list_deliveries(connection, None, 9)
    assert [(row.status, "Nickel" in str(row.body)) for row in rows] == [(status, True)], "a secret is put by nowhere"


async def test_a_menu_is_redrawn_and_a_press_answered_over_a_broken_line(world: World) -> None:
    async with world.running():
        (menu,) = await world.answer(ADMIN, "/subscriptions")
        world.telegram.fail("editMessageText", status=500, description="Internal Server Error")
        world.telegram.fail("answerCallbackQuery", drop="before")
        query = world.telegram.press(menu, "＋ Follow another")
        await world.seen(lambda t: query in t.answers)
        assert "Watchlists" in world.telegram.messages(ADMIN)[0].text


async def test_subscribing_twice_changes_nothing_and_says_so(world: World) -> None:
    async with world.running():
        await world.answer(ADMIN, "/subscribe nickel", number=2)
        (again,) = await world.answer(ADMIN, "/subscribe nickel")
        await world.quiet()
    assert again.text.startswith("You follow")
    assert len(await world.subscriptions(ADMIN)) == 1
    assert len(world.newsroom.subscriptions) == 1


async def test_a_mistyped_watchlist_gets_a_suggestion(world: World) -> None:
    async with world.running():
        (hint,) = await world.answer(ADMIN, "/subscribe nikel")
        (other,) = await world.answer(ADMIN, "/subscribe <b>&zzz")
    assert hint.text == "There is no watchlist nikel. Did you mean nickel?"
    assert other.text == "There is no watchlist <b>&zzz. See /watchlists."


async def test_the_rest_that_a_digest_has_not_told_counts_papers_of_one_family_once(world: World) -> None:
    world.newsroom.listed = [Source("east", "East", family="tribun"), Source("west", "West", family="tribun")]

    async def pictures(outlets: list[str]) -> int:
        """How many are ordered when a daily reader, since when these outlets had a story, wants alerts again."""
        await world.press("How often")
        await world.press("Daily")
        await world.report(outlets)
        await world.press("How often")
        await world.press("At once")
        async with world.database.read() as connection:
            return sum(made.kind is DeliveryKind.PICTURE for made in await ledger.list_deliveries(connection, None, 9))

    async with world.running():
        await world.answer(ADMIN, "/subscribe nickel", number=2)
        assert await pictures(["east", "west"]) == 0
        assert await pictures(["east", "kyodo"]) == 1


async def test_a_stranger_who_presses_a_button_in_a_group_changes_nothing(world: World) -> None:
    world.telegram.chat(GROUP, "supergroup")
    async with world.running():
        (menu,) = await world.answer(GROUP, "/subscribe", user_id=ADMIN)
        query = world.telegram.press(menu, "＋ Nickel & steel", user_id=99)
        await world.seen(lambda t: query in t.answers)
    assert await world.subscriptions(GROUP) == []
    assert "Only people" in world.telegram.answers[query]["text"]


async def test_unsubscribing_ends_it_also_for_a_watchlist_that_is_no_longer_configured(world: World) -> None:
    async with world.running():
        await world.answer(ADMIN, "/subscribe nickel", number=2)
        world.newsroom.cards = world.newsroom.cards[:1]
        (menu,) = await world.answer(ADMIN, "/unsubscribe")
        assert menu.buttons[0]["text"] == "nickel"
        (gone,) = await world.answer(ADMIN, "/unsubscribe nickel")
        (nothing,) = await world.answer(ADMIN, "/unsubscribe")
    assert gone.text == "No longer following nickel."
    assert "follows nothing" in nothing.text
    assert await world.subscriptions(ADMIN) == []


async def test_a_digest_takes_a_name_and_a_length_in_any_order(world: World) -> None:
    async with world.running():
        await world.answer(ADMIN, "/digest nickel 7d")
        await world.answer(ADMIN, "/digest 90m NICKEL")
        await world.answer(ADMIN, "/digest nickel")
        (unreadable,) = await world.answer(ADMIN, "/digest nickel 7y")
        (too_long,) = await world.answer(ADMIN, "/digest nickel 99d")
        world.newsroom.empty = True
        (nothing,) = await world.answer(ADMIN, "/digest nickel 24h")
    assert world.newsroom.asked[:3] == [
        ("nickel", timedelta(days=7)),
        ("nickel", timedelta(minutes=90)),
        ("nickel", timedelta(days=1)),
    ]
    assert "7y" in unreadable.text and "24h" in unreadable.text
    assert "31 days" in too_long.text
    assert nothing.text == "Nothing on Nickel & steel in the last 24 hours."


async def test_the_picture_of_an_answer_is_shown_above_its_words(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    plot = VolumePlot("Nickel", ("2026-11-22",), (Series("Indonesia", (3,)),))

    async def digest(*_: object) -> list[Message]:
        return [Message(Bold("Nickel"), " this week", picture=plot)]

    monkeypatch.setattr(world.newsroom, "digest", digest)
    async with world.running():
        (shown,) = await world.answer(ADMIN, "/digest nickel 7d")
    assert (shown.text, shown.photo_size) == ("Nickel this week", (1280, 720))


async def test_a_digest_without_a_name_covers_what_is_followed_here(world: World) -> None:
    async with world.running():
        (nothing,) = await world.answer(ADMIN, "/digest")
        await world.answer(ADMIN, "/subscribe nickel", number=2)
        await world.answer(ADMIN, "/subscribe japan-defence", number=2)
        both = await world.answer(ADMIN, "/digest 2d", number=2)
    assert "follows nothing" in nothing.text
    assert {sent.text.split(" over")[0] for sent in both} == {"Digest of nickel", "Digest of japan-defence"}


async def test_why_explains_the_message_replied_to_or_else_the_latest(world: World) -> None:
    async with world.running():
        (alert,) = await world.answer(ADMIN, "/status")
        (explained,) = await world.answer(ADMIN, "/why", reply_to=alert.message_id)
        (latest,) = await world.answer(ADMIN, "/why")
        world.newsroom.empty = True
        (nothing,) = await world.answer(ADMIN, "/why")
    assert (alert.text, explained.text) == ("All is well", f"Because of {alert.message_id}")
    assert latest.text == "Because of None"
    assert "no alert" in nothing.text


async def test_a_verdict_is_on_the_message_replied_to_or_else_the_latest(world: World) -> None:
    async with world.running():
        (alert,) = await world.answer(ADMIN, "/status")
        (noted,) = await world.answer(ADMIN, "/irrelevant", reply_to=alert.message_id)
        (latest,) = await world.answer(ADMIN, "/relevant")
        world.newsroom.empty = True
        (unknown,) = await world.answer(ADMIN, "/irrelevant", reply_to=alert.message_id)
        (nothing,) = await world.answer(ADMIN, "/relevant")
    assert world.newsroom.judged[:2] == [
        (ADMIN, alert.message_id, ADMIN, Verdict.IRRELEVANT),
        (ADMIN, None, ADMIN, Verdict.RELEVANT),
    ]
    assert (noted.text, latest.text) == ("Noted: not relevant. Nickel <up>", "Noted: relevant. Nickel <up>")
    assert unknown.text == "I know no alert behind that message. Reply to an alert with /irrelevant."
    assert nothing.text == "There has been no alert here yet."


async def test_in_a_group_each_judges_for_oneself_an_anonymous_admin_for_the_group_and_a_stranger_not(
    world: World,
) -> None:
    await world.let_in(GROUP, "supergroup")
    await world.let_in(READER)
    async with world.running():
        world.telegram.say(GROUP, "/relevant", user_id=99)
        await world.answer(GROUP, "/relevant", user_id=READER)
        await world.answer(GROUP, "/irrelevant", anonymous=True)
    assert world.newsroom.judged == [
        (GROUP, None, READER, Verdict.RELEVANT),
        (GROUP, None, GROUP, Verdict.IRRELEVANT),
    ]


async def test_an_unknown_command_gets_a_hint_in_private_and_none_in_a_group(world: World) -> None:
    await world.let_in(GROUP, "supergroup")
    async with world.running():
        (hint,) = await world.answer(ADMIN, "/digets")
        (words,) = await world.answer(ADMIN, "good morning")
        world.telegram.say(GROUP, "/digets", user_id=ADMIN)
        world.telegram.say(GROUP, "good morning", user_id=ADMIN)
        await world.quiet()
    assert "/digest?" in hint.text and "/help" in words.text
    assert world.telegram.messages(GROUP) == []


async def test_a_message_edited_into_a_command_works_and_one_for_another_bot_is_ignored(world: World) -> None:
    await world.let_in(GROUP, "supergroup")
    async with world.running():
        first = world.telegram.say(ADMIN, "/statsu")
        await world.seen(lambda t: t.messages(ADMIN))
        (edited,) = await world.answer(ADMIN, "/status", edit_of=first)
        world.telegram.say(GROUP, "/status@another_bot", user_id=ADMIN)
        (ours,) = await world.answer(GROUP, "/status@Kentongan_Test_Bot", user_id=ADMIN)
    assert edited.text == ours.text == "All is well"
    assert len(world.telegram.messages(GROUP)) == 1


async def test_a_command_that_breaks_is_answered_and_the_next_one_works(world: World) -> None:
    async with world.running():
        world.newsroom.error = ValueError("a bug")
        (sorry,) = await world.answer(ADMIN, "/digest nickel")
        world.newsroom.error = None
        (fine,) = await world.answer(ADMIN, "/digest nickel")
    assert sorry.text == "That did not work; try again later."
    assert fine.text.startswith("Digest of nickel")


# --- the door -------------------------------------------------------------------------------------------------------


async def test_a_stranger_is_told_once_and_never_again_even_after_a_restart(world: World) -> None:
    async with world.running():
        (line,) = await world.answer(99, "/start")
        world.telegram.say(99, "/subscribe nickel")
        world.telegram.say(99, "hello?")
        await world.quiet()
    async with world.running():
        world.telegram.say(99, "/start")
        await world.quiet()
    assert "private news bot" in line.text
    assert len(world.telegram.messages(99)) == 1
    assert await world.chat(99) is None


async def test_an_invitation_lets_one_person_in_and_only_its_hash_is_kept(world: World) -> None:
    async with world.running():
        (link,) = await world.answer(ADMIN, "/invite")
        secret = link.links[0].split("?start=")[1]
        assert link.links[0].startswith("https://t.me/kentongan_test_bot?start=") and len(secret) >= 22
        (welcome,) = await world.answer(READER, f"/start {secret}")
        await world.answer(READER, "/subscribe nickel", number=2)
        (refused,) = await world.answer(88, f"/start {secret}")
    assert "Kentongan watches" in welcome.text
    assert await world.subscriptions(READER) == [(0, "nickel", Rhythm.INSTANT)]
    assert "not valid" in refused.text
    assert await world.chat(88) is None
    assert secret.encode() not in Path(world.database.name).read_bytes()


async def test_an_invited_admin_may_invite_and_a_reader_may_not(world: World) -> None:
    async with world.running():
        (link,) = await world.answer(ADMIN, "/invite admin")
        await world.answer(READER, f"/start {link.links[0].split('=')[1]}")
        (second,) = await world.answer(READER, "/invite reader")
        await world.answer(88, f"/start {second.links[0].split('=')[1]}")
        (refused,) = await world.answer(88, "/invite")
        (unknown,) = await world.answer(ADMIN, "/invite king")
    assert refused.text == "Only an admin of this bot can do that."
    assert "king" in unknown.text


async def test_wrong_invitations_are_answered_five_times_an_hour_and_then_met_with_silence(world: World) -> None:
    async with world.running():
        (link,) = await world.answer(ADMIN, "/invite")
        for guess in range(5):
            await world.answer(99, f"/start guess{guess}")
        world.telegram.say(99, f"/start {link.links[0].split('=')[1]}")
        await world.quiet()
    texts = world.telegram.texts(99)
    assert len(texts) == 5 and "Try again in an hour" in texts[-1]
    assert await world.chat(99) is None


async def test_an_expired_invitation_opens_nothing(world: World) -> None:
    async with world.running(clock=lambda: datetime.now(UTC) - timedelta(days=8)):
        (link,) = await world.answer(ADMIN, "/invite")
    async with world.running():
        (refused,) = await world.answer(READER, f"/start {link.links[0].split('=')[1]}")
    assert "not valid" in refused.text


async def test_a_closed_bot_makes_and_takes_no_invitations(world: World) -> None:
    async with world.running():
        (link,) = await world.answer(ADMIN, "/invite")
    async with world.running(access=Access.CLOSED):
        (line,) = await world.answer(READER, f"/start {link.links[0].split('=')[1]}")
        (off,) = await world.answer(ADMIN, "/invite")
    assert "private news bot" in line.text and "switched off" in off.text


async def test_an_open_bot_lets_anybody_in(world: World) -> None:
    async with world.running(access=Access.OPEN):
        await world.answer(99, "/subscribe nickel", number=2)
        (refused,) = await world.answer(99, "/invite")
    assert await world.subscriptions(99) == [(0, "nickel", Rhythm.INSTANT)]
    assert "Only an admin" in refused.text


async def test_a_group_is_let_in_by_an_admin_and_then_serves_the_people_the_bot_knows(world: World) -> None:
    await world.let_in(READER)
    world.telegram.chat(GROUP, "supergroup")
    async with world.running():
        (not_yet,) = await world.answer(GROUP, "/subscribe nickel", user_id=READER)
        (how,) = await world.answer(GROUP, "/status", user_id=ADMIN)
        await world.answer(GROUP, "/start", user_id=ADMIN)
        (answered,) = await world.answer(GROUP, "/status", user_id=READER)
        world.telegram.say(GROUP, "/status", user_id=99)
        await world.quiet()
        (anonymous,) = await world.answer(GROUP, "/status", anonymous=True)
    assert "An admin of this bot must send /start@" in not_yet.text and "/start@" in how.text
    assert answered.text == anonymous.text == "All is well"
    assert answered.reply_to is not None
    assert len(world.telegram.messages(GROUP)) == 5


async def test_each_topic_of_a_forum_has_its_own_subscriptions(world: World) -> None:
    async with world.running():
        done, latest = await world.answer(
            GROUP, "/subscribe nickel", number=2, user_id=ADMIN, chat_type="supergroup", thread_id=5
        )
    assert (done.thread_id, latest.thread_id) == (5, 5)
    assert await world.subscriptions(GROUP) == [(5, "nickel", Rhythm.INSTANT)]


async def test_a_channel_is_let_in_when_an_admin_makes_the_bot_its_administrator(world: World) -> None:
    async with world.running():
        world.telegram.invite(-100901, 99, "channel", "administrator")
        world.telegram.invite(CHANNEL, ADMIN, "channel", "administrator")
        await world.answer(CHANNEL, "/subscribe nickel", number=2, chat_type="channel")
    assert await world.subscriptions(CHANNEL) == [(0, "nickel", Rhythm.INSTANT)]
    assert await world.chat(-100901) is None


# --- standing -------------------------------------------------------------------------------------------------------


async def test_a_blocked_chat_is_paused_keeps_its_subscriptions_and_comes_back(world: World) -> None:
    await world.let_in(READER)
    async with world.running():
        await world.answer(READER, "/subscribe nickel", number=2)
        world.telegram.block(READER)
        await world.quiet()
        chat = await world.chat(READER)
        assert chat is not None and (chat.state, chat.state_reason) == ("paused", "blocked")
        world.telegram.unblock(READER)
        await world.quiet()
        chat = await world.chat(READER)
    assert chat is not None and chat.state == "active"
    assert len(await world.subscriptions(READER)) == 1


async def test_a_chat_that_refuses_an_answer_is_paused_and_writing_again_wakes_it(world: World) -> None:
    await world.let_in(GROUP, "supergroup")
    async with world.running():
        world.telegram.mute(GROUP)
        world.telegram.say(GROUP, "/status", user_id=ADMIN)
        await world.quiet()
        chat = await world.chat(GROUP)
        assert chat is not None and (chat.state, chat.state_reason) == ("paused", "no_rights")
        world.telegram.chat(GROUP).state = "ok"
        await world.answer(GROUP, "/status", user_id=ADMIN)
        chat = await world.chat(GROUP)
    assert chat is not None and chat.state == "active"


async def test_a_group_that_becomes_a_supergroup_keeps_its_subscriptions(world: World) -> None:
    async with world.running():
        await world.answer(-44, "/subscribe nickel", number=2, user_id=ADMIN, chat_type="group")
        world.telegram.migrate(-44, GROUP)
        await world.quiet()
        await world.answer(GROUP, "/status", user_id=ADMIN)
    assert await world.subscriptions(GROUP) == [(0, "nickel", Rhythm.INSTANT)]
    assert await world.chat(-44) is None


async def test_an_answer_follows_a_group_whose_migration_was_missed(world: World) -> None:
    await world.let_in(-44, "group")
    async with world.running():
        world.telegram.migrate(-44, GROUP, silently=True)
        world.telegram.say(-44, "/status", user_id=ADMIN)
        await world.seen(lambda t: t.texts(GROUP) == ["All is well"])
    assert await world.chat(GROUP) is not None


async def test_an_answer_to_a_deleted_topic_goes_to_the_group(world: World) -> None:
    await world.let_in(GROUP, "supergroup")
    async with world.running():
        world.telegram.chat(GROUP, is_forum=True)
        world.telegram.say(GROUP, "/status", user_id=ADMIN, thread_id=5)
        world.telegram.chats[GROUP].threads.clear()
        (sent,) = await world.seen(lambda t: t.messages(GROUP))
    assert sent.thread_id == 0


# --- listening ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 401, "description": "Unauthorized"},
        {"status": 404, "description": "Not Found"},
        {"status": 409, "description": "Conflict: terminated by other getUpdates request"},
        {"status": 502, "body": b"<html>bad gateway</html>"},
        {"status": 500, "description": "Internal Server Error"},
        {"retry_after": 1},
        {"body": b"<html>"},
        {"body": b'{"ok": true, "result": [{"nonsense": 1}]}'},
        {"body": b"[]"},
        {"drop": "before"},
        {"drop": "after"},
        {"hang": 0.3},
    ],
    ids=lambda fault: "-".join(f"{value}"[:20] for value in fault.values()),
)
async def test_listening_goes_on_after_two_bad_answers(world: World, fault: dict[str, Any]) -> None:
    world.telegram.fail("getUpdates", times=2 if "retry_after" not in fault else 1, **fault)
    async with world.running():
        (fine,) = await world.answer(ADMIN, "/status")
    assert fine.text == "All is well"


async def test_an_update_the_library_cannot_read_holds_up_no_other(world: World) -> None:
    async with world.running():
        world.telegram.update({"message": {"nonsense": True}})
        world.telegram.update({"a_kind_from_the_future": {"x": 1}})
        (fine,) = await world.answer(ADMIN, "/status")
        await world.quiet()
    assert fine.text == "All is well"


async def test_the_offset_is_stored_after_handling_so_a_killed_bot_gets_the_update_again(world: World) -> None:
    world.newsroom.gate = asyncio.Event()
    killed = world.gateway()
    killed.start()
    world.telegram.say(ADMIN, "/digest nickel")
    while not world.newsroom.asked:
        await asyncio.sleep(0.01)
    assert killed._task is not None
    killed._task.cancel()
    await asyncio.wait([killed._task])
    await killed.close()
    assert world.telegram.pending_updates == 1 and world.telegram.texts(ADMIN) == []
    world.newsroom.gate.set()
    async with world.running():
        await world.seen(lambda t: t.texts(ADMIN) == ["Digest of nickel over 1 day, 0:00:00"])
        await world.quiet()
    assert len(world.newsroom.asked) == 2


async def test_a_handled_update_is_not_handled_again_after_a_restart(world: World) -> None:
    async with world.running():
        await world.answer(ADMIN, "/status")
        await world.quiet()
    async with world.database.read() as connection:
        stored = await facts.get_fact(connection, OFFSET_FACT)
    async with world.running():
        await world.answer(ADMIN, "/help")
    assert isinstance(stored, list) and stored[:2] == [123456, 1001]
    assert world.telegram.texts(ADMIN).count("All is well") == 1


async def test_a_number_kept_from_last_week_throws_no_update_away(world: World) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=7)
    async with world.database.write() as connection:
        await facts.set_fact(connection, OFFSET_FACT, [123456, 999_999, int(long_ago.timestamp())], long_ago)
    async with world.running(waits=replace(FAST, poll=1)):
        (fine,) = await world.answer(ADMIN, "/status")
        await world.quiet()
        world.telegram._next_update = 5
        await world.seen(lambda t: t.called("getUpdates")[-1].params["offset"] == "0")
        await world.answer(ADMIN, "/help")
    assert fine.text == "All is well"


async def test_stopping_lets_a_command_end(world: World) -> None:
    world.newsroom.gate = asyncio.Event()
    gateway = world.gateway()
    gateway.start()
    world.telegram.say(ADMIN, "/digest nickel")
    while not world.newsroom.asked:
        await asyncio.sleep(0.01)
    stopping = asyncio.create_task(gateway.stop())
    await asyncio.sleep(0.05)
    world.newsroom.gate.set()
    await stopping
    assert len(world.telegram.messages(ADMIN)) == 1
    async with world.running():
        await world.answer(ADMIN, "/status")
    assert len(world.telegram.messages(ADMIN)) == 2, "the command was not answered a second time after the restart"


async def test_a_locked_database_loses_no_update(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    get_chat, failures = chats.get_chat, iter([True, True])

    async def locked(connection: Any, chat_id: int) -> chats.Chat | None:
        if next(failures, False):
            raise StoreError("the database is locked")
        return await get_chat(connection, chat_id)

    monkeypatch.setattr(chats, "get_chat", locked)
    async with world.running():
        (fine,) = await world.answer(ADMIN, "/status")
    assert fine.text == "All is well"


async def test_a_webhook_left_behind_is_taken_away(world: World) -> None:
    world.telegram.webhook = "https://example.org/hook"
    async with world.running():
        await world.answer(ADMIN, "/status")
    assert world.telegram.webhook is None


async def test_every_poll_says_which_updates_it_wants(world: World) -> None:
    async with world.running():
        await world.answer(ADMIN, "/status")
    assert all("my_chat_member" in call.params["allowed_updates"] for call in world.telegram.called("getUpdates"))


async def test_a_slow_answer_to_one_chat_holds_up_no_other(world: World) -> None:
    await world.let_in(READER)
    world.newsroom.gate = asyncio.Event()
    gateway = world.gateway()
    await gateway.check()
    world.telegram.say(ADMIN, "/digest nickel")
    world.telegram.say(READER, "/status")
    draining = asyncio.create_task(gateway.drain_updates())
    await world.seen(lambda t: t.texts(READER) == ["All is well"])
    assert not draining.done()
    world.newsroom.gate.set()
    assert await draining == 2
    await gateway.stop()


# --- starting and stopping ------------------------------------------------------------------------------------------


async def test_a_slow_answer_shows_that_somebody_types_but_not_in_a_channel(world: World) -> None:
    world.newsroom.gate = asyncio.Event()
    async with world.running():
        world.telegram.invite(CHANNEL, ADMIN, "channel", "administrator")
        world.telegram.say(CHANNEL, "/digest nickel", chat_type="channel")
        world.telegram.say(ADMIN, "/digest nickel")
        await world.seen(lambda t: t.called("sendChatAction"))
        world.newsroom.gate.set()
        await world.quiet()
        assert [str(call.params["chat_id"]) for call in world.telegram.called("sendChatAction")] == [str(ADMIN)]


async def test_no_network_at_the_start_is_no_failure(world: World) -> None:
    world.telegram.stop()
    async with world.running() as gateway:
        await asyncio.sleep(0.1)
        assert gateway.last_ok is None
        world.telegram.start()
        (fine,) = await world.answer(ADMIN, "/status")
        assert gateway.last_ok is not None
    assert fine.text == "All is well"


async def test_a_wrong_token_is_one_line_in_the_log_and_is_asked_again(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.telegram.unauthorized = True
    with caplog.at_level(logging.DEBUG):
        async with world.running():
            await world.seen(lambda t: len(t.called("getMe")) >= 3)
            world.telegram.unauthorized = False
            await world.answer(ADMIN, "/status")
    said = [record.__dict__["why"] for record in caplog.records if record.getMessage() == "not connected to Telegram"]
    assert said == ["Telegram refuses the token"]
    assert TOKEN not in caplog.text and TOKEN.split(":")[1] not in caplog.text


@pytest.mark.parametrize("answer", ["unauthorized", "gone", "garbage"])
async def test_checking_the_line_fails_in_one_clean_sentence(world: World, answer: str) -> None:
    if answer == "unauthorized":
        world.telegram.unauthorized = True
    elif answer == "gone":
        world.telegram.stop()
    else:
        world.telegram.fail("getMe", body=b"<html>")
    gateway = world.gateway()
    with pytest.raises(KentonganError) as caught:
        await gateway.check()
    await gateway.close()
    assert "127.0.0.1" in str(caught.value) and "\n" not in str(caught.value)
    assert TOKEN not in repr(caught.value) and caught.value.__cause__ is None and caught.value.__suppress_context__


async def test_the_token_shows_in_no_repr(world: World) -> None:
    gateway = world.gateway()
    assert TOKEN not in repr(gateway)
    assert TOKEN not in repr(gateway.wire)
    await gateway.close()


async def test_one_round_handles_what_waits_and_confirms_it(world: World) -> None:
    for _ in range(30):
        world.telegram.update({"message": {"nonsense": True}})
    world.telegram.say(ADMIN, "/status")
    gateway = world.gateway()
    assert await gateway.check() == "kentongan_test_bot"
    assert await gateway.drain_updates() == 31
    await gateway.close()
    assert world.telegram.texts(ADMIN) == ["All is well"]
    assert world.telegram.pending_updates == 0


# --- sending --------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def line(world: World, **options: Any) -> AsyncIterator[Gateway]:
    gateway = world.gateway(**options)
    await gateway.check()
    yield gateway
    await gateway.close()


async def test_a_message_goes_out_with_its_links_and_without_a_preview(world: World) -> None:
    async with line(world) as gateway:
        sent_id = await gateway.send(
            Destination(ADMIN), '<b>A &amp; B</b> <a href="https://e.org/x">x</a>', "A & B", silent=True
        )
    (sent,) = world.telegram.messages(ADMIN)
    assert (sent.message_id, sent.text, sent.links) == (sent_id, "A & B x", ["https://e.org/x"])
    assert sent.silent and not sent.preview


@pytest.mark.parametrize(
    ("fault", "outcome", "copies"),
    [
        ({"retry_after": 40}, Outcome.RETRY, 0),
        ({"drop": "before"}, Outcome.UNCERTAIN, 0),
        ({"drop": "after"}, Outcome.UNCERTAIN, 1),
        ({"hang": 1.2, "after_accept": True}, Outcome.UNCERTAIN, 1),
        ({"status": 502, "description": "Bad Gateway"}, Outcome.UNCERTAIN, 0),
        ({"status": 500, "description": "Internal Server Error", "after_accept": True}, Outcome.UNCERTAIN, 1),
        ({"body": b"<html>"}, Outcome.UNCERTAIN, 0),
        ({"status": 403, "description": "Forbidden: bot was blocked by the user"}, Outcome.CHAT_PAUSED, 0),
        ({"migrate_to": -1005}, Outcome.CHAT_MIGRATED, 0),
        ({"status": 401, "description": "Unauthorized"}, Outcome.UNAUTHORIZED, 0),
        ({"status": 400, "description": "Bad Request: message thread not found"}, Outcome.THREAD_GONE, 0),
        ({"status": 400, "description": "Bad Request: something new", "times": 2}, Outcome.BAD_MESSAGE, 0),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_what_became_of_a_message_is_told_truly(
    world: World, fault: dict[str, Any], outcome: Outcome, copies: int
) -> None:
    world.telegram.fail("sendMessage", **fault)
    async with line(world) as gateway:
        with pytest.raises(SendFailure) as caught:
            await gateway.send(Destination(ADMIN), "x", "x")
    assert caught.value.outcome is outcome
    assert len(world.telegram.messages(ADMIN)) == copies


async def test_a_server_that_is_not_there_surely_took_nothing(world: World) -> None:
    async with line(world) as gateway:
        world.telegram.stop()
        with pytest.raises(SendFailure) as caught:
            await gateway.send(Destination(ADMIN), "x", "x")
    # The first attempt may find the old connection closed; nobody can know then.
    assert caught.value.outcome in (Outcome.RETRY, Outcome.UNCERTAIN)
    world.telegram.start()


async def test_after_retry_after_nothing_is_sent_to_that_chat_too_early(world: World) -> None:
    world.telegram.fail("sendMessage", retry_after=30, chat_id=ADMIN)
    world.telegram.chat(READER)
    async with line(world) as gateway:
        for _ in range(2):
            with pytest.raises(SendFailure) as caught:
                await gateway.send(Destination(ADMIN), "x", "x")
            assert caught.value.retry_after is not None
            assert timedelta(seconds=29) < caught.value.retry_after <= timedelta(seconds=30)
        await gateway.send(Destination(READER), "x", "x")
    assert len(world.telegram.called("sendMessage")) == 2


async def test_words_whose_markup_is_refused_go_out_plain_once(world: World, caplog: pytest.LogCaptureFixture) -> None:
    async with line(world) as gateway:
        await gateway.send(Destination(ADMIN), "<b>A < B", "A < B")
    (sent,) = world.telegram.messages(ADMIN)
    assert sent.text == "A < B" and sent.parse_mode is None
    assert "our bug" in caplog.text
    assert any("can't parse entities" in breach for breach in world.telegram.violations)
    world.telegram.violations.clear()


async def test_editing_twice_the_same_is_no_failure_and_a_gone_message_is_said(world: World) -> None:
    async with line(world) as gateway:
        sent = await gateway.send(Destination(ADMIN), "one", "one")
        await gateway.edit(Destination(ADMIN), sent, "<b>two</b>", "two")
        await gateway.edit(Destination(ADMIN), sent, "<b>two</b>", "two")
        assert world.telegram.texts(ADMIN) == ["two"]
        with pytest.raises(SendFailure) as caught:
            await gateway.edit(Destination(ADMIN), 9999, "x", "x")
    assert caught.value.outcome is Outcome.MESSAGE_GONE and caught.value.permanent


async def test_our_pace_meets_no_refusal_from_a_server_that_enforces_its_limits(world: World) -> None:
    world.telegram.flood_limits = True
    chats_in_all = range(100, 130)
    for chat in chats_in_all:
        world.telegram.chat(chat)
    world.telegram.chat(GROUP, "supergroup")

    async def two(chat: int) -> None:
        for _ in range(2):
            await gateway.send(Destination(chat), "x", "x", patience=timedelta(seconds=20))

    async def burst(chat: int) -> None:
        await asyncio.gather(*(gateway.send(Destination(chat), "x", "x", patience=timedelta(9)) for _ in range(6)))

    async with line(world, limits=Limits()) as gateway:
        await asyncio.gather(*map(two, chats_in_all), burst(GROUP), burst(ADMIN))
    assert len(world.telegram.called("sendMessage")) == 60 + 12
    assert all(call.answered == 200 for call in world.telegram.called("sendMessage"))


async def test_stopping_waits_for_a_message_on_its_way(world: World) -> None:
    world.telegram.fail("sendMessage", after=lambda: asyncio.run(asyncio.sleep(0.4)))
    gateway = world.gateway()
    gateway.start()
    await world.seen(lambda t: t.called("getUpdates"))
    sending = asyncio.create_task(gateway.send(Destination(ADMIN), "x", "x"))
    await world.seen(lambda t: t.called("sendMessage"))
    await gateway.stop()
    assert await sending == world.telegram.messages(ADMIN)[0].message_id


async def test_a_press_whose_work_takes_long_is_answered_before_it_is_done(world: World) -> None:
    world.newsroom.gate = asyncio.Event()
    async with world.running():
        (menu,) = await world.answer(ADMIN, "/subscriptions")
        world.newsroom.slow_week = world.newsroom.gate
        query = world.telegram.press(menu, "＋ Follow another")
        await world.seen(lambda t: query in t.answers)
        assert "Watchlists" not in world.telegram.messages(ADMIN)[0].text
        world.newsroom.gate.set()
        await world.seen(lambda t: "Watchlists" in t.messages(ADMIN)[0].text)
