"""An update of Telegram as the few things this bot listens to. It reads, and neither answers nor judges who may ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from telegram import CallbackQuery, Chat, ChatMember, ChatMemberRestricted, ChatMemberUpdated, Message, Update
from telegram.constants import ChatType

from bot.model import Destination

LISTENED_TO = ("message", "edited_message", "channel_post", "callback_query", "my_chat_member")
"""What is asked for on every call: the server remembers the last list, whoever sent it."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks and where. `user` is None where only the chat is known: a channel's post, or an anonymous admin, who
    writes as the group itself (then `as_chat`). `language` is that of the user's
    client, as Telegram tells it."""

    destination: Destination
    kind: str
    title: str
    user: int | None
    as_chat: bool = False
    language: str | None = None

    @property
    def private(self) -> bool:
        """Whether the two are alone."""
        return self.kind == ChatType.PRIVATE

    @property
    def voice(self) -> int:
        """Whose opinion this is: the user's, or the chat's where only that is known."""
        return self.destination.chat if self.user is None else self.user


@dataclass(frozen=True, slots=True)
class Command:
    """`/name words...`, also as an edit of an earlier message; the name in lower case, without the bot's own."""

    caller: Caller
    name: str
    words: tuple[str, ...]
    message_id: int
    reply_to: int | None


@dataclass(frozen=True, slots=True)
class Chatter:
    """Anything else somebody sends to the bot alone."""

    caller: Caller


@dataclass(frozen=True, slots=True)
class Document:
    """A file that somebody sends to the bot alone. `size` is in bytes, None where Telegram does not say."""

    caller: Caller
    file_id: str
    name: str
    size: int | None
    message_id: int


@dataclass(frozen=True, slots=True)
class Location:
    """A place somebody sends to the bot alone, in degrees."""

    caller: Caller
    message_id: int
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Press:
    """A button of the message `message_id`, which shows these buttons (their words and data) at that moment; `rows` has
    them as they stand, each with its words, its data and its address."""

    caller: Caller
    query_id: str
    data: str
    message_id: int
    shown: tuple[tuple[str, object], ...] = ()
    rows: tuple[tuple[tuple[str, str | None, str | None], ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of the bot in a chat: whether it is in, and may write."""

    caller: Caller
    present: bool
    may_write: bool
    administrator: bool


@dataclass(frozen=True, slots=True)
class Migration:
    """A group became a supergroup."""

    old: int
    new: int


Incoming: TypeAlias = Command | Chatter | Document | Location | Press | Standing | Migration


def read_update(update: Update, username: str) -> Incoming | None:
    """What the update says, or None where it is nothing for us: talk in a group, a command for another bot."""
    if update.my_chat_member is not None:
        return _standing(update.my_chat_member)
    if update.callback_query is not None:
        return _press(update.callback_query)
    message = update.message or update.edited_message or update.channel_post
    if message is None:
        return None
    if message.chat.type in (Chat.GROUP, Chat.SUPERGROUP):
        if message.migrate_to_chat_id is not None:
            return Migration(message.chat.id, message.migrate_to_chat_id)
        if message.migrate_from_chat_id is not None:
            return Migration(message.migrate_from_chat_id, message.chat.id)
    return _message(message, username)


def _message(message: Message, username: str) -> Command | Chatter | Document | Location | None:
    if message.from_user is not None and message.from_user.is_bot and message.sender_chat is None:
        return None
    caller = _caller(message)
    sent = message.document
    if sent is not None and caller.private:
        return Document(caller, sent.file_id, sent.file_name or "", sent.file_size, message.message_id)
    if message.location is not None and caller.private and message.edit_date is None:
        return Location(caller, message.message_id, message.location.latitude, message.location.longitude)
    text = message.text or ""
    if not text.startswith("/"):
        return Chatter(caller) if caller.private and message.edit_date is None else None
    first, *words = text.split()
    name, _, addressee = first[1:].partition("@")
    if addressee and addressee.lower() != username.lower():
        return None
    if not name:
        return Chatter(caller) if caller.private else None
    replied = message.reply_to_message
    # In a topic every message is a reply to the topic's first one; that is no choice of the writer.
    reply_to = replied.message_id if replied and replied.message_id != message.message_thread_id else None
    return Command(caller, name.lower(), tuple(words), message.message_id, reply_to)


def _caller(message: Message) -> Caller:
    as_chat = message.sender_chat is not None and message.sender_chat.id == message.chat.id
    user = None if message.from_user is None or message.sender_chat is not None else message.from_user.id
    # A reply in the General topic carries a thread id of its own; only topics are destinations.
    thread = message.message_thread_id if message.is_topic_message else None
    return Caller(
        Destination(message.chat.id, thread or 0),
        str(message.chat.type),
        _title(message.chat),
        user,
        as_chat,
        message.from_user.language_code if message.from_user else None,
    )


def _press(query: CallbackQuery) -> Press | None:
    message = query.message
    if message is None or query.data is None:
        return None
    thread = message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None
    chat = message.chat
    if chat.type == Chat.PRIVATE and query.from_user.id != chat.id:
        return None
    user = query.from_user
    caller = Caller(
        Destination(chat.id, thread or 0), str(chat.type), _title(chat), user.id, language=user.language_code
    )
    keys = message.reply_markup.inline_keyboard if isinstance(message, Message) and message.reply_markup else ()
    shown = tuple((key.text, key.callback_data) for row in keys for key in row)
    rows = tuple(tuple((key.text, _data(key.callback_data), key.url) for key in row) for row in keys)
    return Press(caller, query.id, query.data, message.message_id, shown, rows)


def _data(data: object) -> str | None:
    return data if isinstance(data, str) else None


def _standing(change: ChatMemberUpdated) -> Standing:
    chat, now = change.chat, change.new_chat_member
    present = now.status not in (ChatMember.LEFT, ChatMember.BANNED)
    may_write = present
    if isinstance(now, ChatMemberRestricted):
        present, may_write = now.is_member, now.is_member and now.can_send_messages
    # A channel takes posts of administrators only.
    administrator = now.status in (ChatMember.ADMINISTRATOR, ChatMember.OWNER)
    if chat.type == ChatType.CHANNEL:
        may_write = administrator
    user = change.from_user
    caller = Caller(Destination(chat.id), str(chat.type), _title(chat), user.id, language=user.language_code)
    return Standing(caller, present, may_write, administrator)


def _title(chat: Chat) -> str:
    return chat.title or chat.full_name or ""
