"""How the bot stands in a chat: let in, removed, without rights, added where nobody knows it. It answers no command."""

from __future__ import annotations

from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.log import get
from bot.settings import Access
from bot.speech import spoken
from bot.store import chats
from bot.telegram import menus, peoplewords
from bot.telegram.access import Role
from bot.telegram.incoming import Caller, Standing
from bot.telegram.outcomes import Pause
from bot.telegram.room import Room, pause, resume, say

log = get(__name__)


async def note_standing(room: Room, change: Standing) -> None:
    """Does what follows from the bot having been added, removed, or given and refused rights."""
    caller = change.caller
    chat_id = caller.destination.chat
    async with room.database.read() as connection:
        known = await chats.get_chat(connection, chat_id)
        person = await chats.get_chat(connection, caller.user) if caller.user is not None else None
    if known is not None and known.role == chats.REVOKED:
        return
    if known is None:
        if change.present and not caller.private:
            await _added(room, change, person)
    elif not change.present:
        await pause(room, chat_id, Pause.BLOCKED if caller.private else Pause.KICKED)
    elif not change.may_write:
        await pause(room, chat_id, Pause.NO_RIGHTS, room.wire.clock() + chats.RIGHTS_AGAIN)
    else:
        await resume(room, chat_id)


async def _added(room: Room, change: Standing, person: chats.Chat | None) -> None:
    """The bot is in a chat that nobody let in. An admin who brings it there lets it in; people it knows are told how
    that is done; where nobody knows it, it says why it cannot stay, and leaves."""
    caller = change.caller
    channel = caller.kind == ChatType.CHANNEL
    if room.door.is_admin(caller.user, person.role if person else None):
        # Nobody is named in a channel's posts, and it may post there as an administrator only.
        if not channel or change.administrator:
            await let_in(room, caller, Role.READER)
            async with room.database.read() as connection:
                chat = await chats.get_chat(connection, caller.destination.chat)
            if chat is not None and caller.user is not None:
                await menus.offer(room, caller.user, chat)
        return
    if room.door.access is Access.OPEN:
        return
    chat_id, known = caller.destination.chat, person is not None and person.role != chats.REVOKED
    async with room.database.write() as connection:
        first = await chats.tell_stranger_once(connection, chat_id, room.wire.clock())
    if known and not channel:
        await say(room, caller.destination, peoplewords.ask_an_admin(room.wire.bot.username))
        return
    if first and not channel:
        await say(room, caller.destination, peoplewords.cannot_stay())
    await leave(room, chat_id)


async def let_in(room: Room, caller: Caller, role: str) -> None:
    """The chat may use the bot from now on, whatever it was before."""
    chat_id = caller.destination.chat
    async with room.database.write() as connection:
        await chats.upsert_chat(
            connection,
            chat_id,
            kind=caller.kind,
            title=caller.title,
            role=role,
            now=room.wire.clock(),
            owner=caller.user,
        )
        await chats.set_chat_state(connection, chat_id, chats.ChatState.ACTIVE)
        if caller.private and caller.language:
            await chats.speak_first(connection, chat_id, spoken(caller.language))
    log.info("a chat was let in", chat=chat_id, kind=caller.kind, role=role)


async def leave(room: Room, chat_id: int) -> None:
    """The bot is no longer in a group or channel. That it could not leave is no failure."""
    try:
        await room.wire.bot.leave_chat(chat_id)
        log.info("left a chat that nobody let in", chat=chat_id)
    except TelegramError as error:
        log.info("a chat could not be left", chat=chat_id, reason=str(error))
