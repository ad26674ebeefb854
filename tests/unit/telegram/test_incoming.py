"""Which updates the bot listens to, and what it takes them for."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Update

from bot.model import Destination
from bot.telegram.incoming import Chatter, Command, Incoming, Location, Migration, Press, Standing, read_update

ANI = {"id": 7, "is_bot": False, "first_name": "Ani"}
GROUP = {"id": -5, "type": "supergroup", "title": "Desk", "is_forum": True}


def read(kind: str, **content: Any) -> Incoming | None:
    update = Update.de_json({"update_id": 1, kind: content}, None)
    assert update is not None
    return read_update(update, "our_bot")


def message(text: str = "", chat: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    private = {"id": 7, "type": "private", "first_name": "Ani"}
    base = {"message_id": 3, "date": 1, "chat": chat or private, "from": ANI}
    return base | ({"text": text} if text else {}) | more


def test_a_command_is_its_name_in_lower_case_and_its_words() -> None:
    command = read("message", **message("/Digest  nickel\n24h"))
    assert isinstance(command, Command)
    assert (command.name, command.words, command.caller.user) == ("digest", ("nickel", "24h"), 7)


def test_an_edited_message_and_a_channel_post_can_be_commands_too() -> None:
    assert isinstance(read("edited_message", **message("/help", edit_date=2)), Command)
    channel = {"id": -6, "type": "channel", "title": "News"}
    post = read("channel_post", message_id=3, date=1, chat=channel, sender_chat=channel, text="/help")
    assert isinstance(post, Command) and post.caller.user is None and post.caller.as_chat


@pytest.mark.parametrize(("text", "heard"), [("/help@OUR_bot", True), ("/help@other_bot", False), ("/", False)])
def test_only_commands_for_this_bot_are_heard_in_a_group(text: str, heard: bool) -> None:
    assert isinstance(read("message", **message(text, GROUP)), Command) is heard


def test_talk_is_heard_in_private_only() -> None:
    assert isinstance(read("message", **message("hello")), Chatter)
    assert isinstance(read("message", **message(sticker=None)), Chatter)
    assert read("message", **message("hello", GROUP)) is None


def test_another_bots_words_are_not_heard() -> None:
    robot = {"id": 8, "is_bot": True, "first_name": "R", "username": "r_bot"}
    assert read("message", **message("/help", GROUP) | {"from": robot}) is None


def test_a_topic_is_a_destination_and_a_reply_in_general_is_not() -> None:
    topic = read("message", **message("/help", GROUP, message_thread_id=9, is_topic_message=True))
    reply = read("message", **message("/help", GROUP, message_thread_id=9))
    assert isinstance(topic, Command) and topic.caller.destination == Destination(-5, 9)
    assert isinstance(reply, Command) and reply.caller.destination == Destination(-5)


def test_a_reply_names_its_message_but_the_root_of_a_topic_is_no_reply() -> None:
    root = {"message_id": 9, "date": 1, "chat": GROUP}
    in_topic = message("/why", GROUP, message_thread_id=9, is_topic_message=True, reply_to_message=root)
    reply = message("/why", GROUP, reply_to_message=root)
    first, second = read("message", **in_topic), read("message", **reply)
    assert isinstance(first, Command) and first.reply_to is None
    assert isinstance(second, Command) and second.reply_to == 9


def test_an_anonymous_admin_speaks_as_the_group_and_a_channel_in_a_group_as_nobody() -> None:
    robot = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    admin = read("message", **message("/help", GROUP) | {"from": robot, "sender_chat": GROUP})
    channel = {"id": -6, "type": "channel", "title": "News"}
    other = read("message", **message("/help", GROUP) | {"from": robot, "sender_chat": channel})
    assert isinstance(admin, Command) and (admin.caller.user, admin.caller.as_chat) == (None, True)
    assert isinstance(other, Command) and (other.caller.user, other.caller.as_chat) == (None, False)


def test_an_opinion_is_the_users_or_the_chats_where_nobody_is_named() -> None:
    channel = {"id": -6, "type": "channel", "title": "News"}
    by_ani = read("message", **message("/relevant", GROUP))
    by_the_group = read("message", **message("/relevant", GROUP, sender_chat=GROUP))
    post = read("channel_post", message_id=3, date=1, chat=channel, sender_chat=channel, text="/relevant")
    assert [said.caller.voice for said in (by_ani, by_the_group, post) if isinstance(said, Command)] == [7, -5, -6]


def test_a_migration_reads_the_same_from_both_sides() -> None:
    assert read("message", **message(chat=GROUP, migrate_to_chat_id=-9)) == Migration(-5, -9)
    assert read("message", **message(chat=GROUP, migrate_from_chat_id=-9)) == Migration(-9, -5)


def test_a_press_on_a_message_too_old_to_see_still_counts() -> None:
    old = {"message_id": 3, "date": 0, "chat": GROUP}
    press = read("callback_query", **{"id": "1", "from": ANI, "chat_instance": "1", "message": old, "data": "x"})
    assert isinstance(press, Press) and (press.caller.destination.chat, press.data) == (-5, "x")
    inline = {"id": "1", "from": ANI, "chat_instance": "1", "inline_message_id": "i", "data": "x"}
    assert read("callback_query", **inline) is None


@pytest.mark.parametrize(
    ("chat", "member", "present", "may_write"),
    [
        ("private", {"status": "member"}, True, True),
        ("private", {"status": "kicked", "until_date": 0}, False, False),
        ("supergroup", {"status": "left"}, False, False),
        ("channel", {"status": "member"}, True, False),
    ],
)
def test_the_bots_standing_says_whether_it_may_write(
    chat: str, member: dict[str, Any], present: bool, may_write: bool
) -> None:
    us = {"id": 1, "is_bot": True, "first_name": "Bot", "username": "our_bot"}
    where = {"id": -5, "type": chat, "title": "Desk"}
    members = {"old_chat_member": {"user": us, "status": "left"}, "new_chat_member": {"user": us} | member}
    standing = read("my_chat_member", **{"chat": where, "from": ANI, "date": 1, **members})
    assert isinstance(standing, Standing)
    assert (standing.present, standing.may_write) == (present, may_write)


def test_a_place_is_heard_in_private_once_and_not_while_it_moves() -> None:
    place = {"latitude": -6.2, "longitude": 106.8}
    sent = read("message", **message(location=place))
    assert isinstance(sent, Location)
    assert (sent.latitude, sent.longitude, sent.message_id) == (-6.2, 106.8, 3)
    assert read("edited_message", **message(location=place, edit_date=2)) is None
    assert read("message", **message(chat=GROUP, location=place)) is None
