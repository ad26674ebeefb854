"""Takes each update to where it belongs: lets people in or not, runs commands, follows presses and changes of standing.

It decides no right by itself (see `access`) and composes no news.
"""

from __future__ import annotations

import asyncio
import difflib

from telegram import Update
from telegram.error import TelegramError

from bot.errors import KentonganError, Outcome, StoreError
from bot.log import get
from bot.settings import Access
from bot.speech import gettext, speaking, spoken
from bot.store import chats, invites
from bot.telegram import peoplewords, words
from bot.telegram.access import Guard, Role, Ruling, secret_hash
from bot.telegram.asked import VERSION, Answered
from bot.telegram.atwork import at_work
from bot.telegram.buttons import Button, decode
from bot.telegram.choosing import decide
from bot.telegram.commands import COMMANDS
from bot.telegram.editing import is_watchlist, take
from bot.telegram.hours import located
from bot.telegram.incoming import (
    Caller,
    Chatter,
    Command,
    Document,
    Incoming,
    Location,
    Migration,
    Press,
    Standing,
    read_update,
)
from bot.telegram.menupress import pressed_before
from bot.telegram.outcomes import classify
from bot.telegram.presses import PRESSES
from bot.telegram.room import Room, Visit, answer, migrate, resume, say
from bot.telegram.standing import leave, let_in, note_standing
from bot.telegram.subscribing import followed
from bot.tell.ties import read_key

log = get(__name__)

_PROMPT = 1.5
"""Seconds: a button that is pressed turns until its press is answered."""

_TOAST = 200
"""Characters of a toast that Telegram takes."""


class Reception:
    """Handles updates, one call for each. It remembers only who guessed at invitations."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._guard = Guard()

    async def handle(self, update: Update) -> None:
        """Does what the update asks for. Raises StoreError, so that it comes again; other errors end here, in the log
        and a word to whoever asked."""
        incoming = read_update(update, self._room.wire.bot.username)
        if incoming is None:
            return
        with speaking(await self._language(incoming)):
            try:
                await self._take(incoming)
            except StoreError:
                raise
            except Exception as error:
                reason = str(error) if isinstance(error, KentonganError) else None
                log.error("a request failed", kind=type(incoming).__name__, reason=reason, exc_info=reason is None)
                if isinstance(incoming, Command):
                    await say(self._room, incoming.caller.destination, words.failed())

    async def _language(self, incoming: Incoming) -> str | None:
        """The language that the chat chose, else that of the client of whoever asks."""
        if isinstance(incoming, Migration):
            return None
        async with self._room.database.read() as connection:
            chat = await chats.get_chat(connection, incoming.caller.destination.chat)
        return (chat.language if chat else None) or incoming.caller.language

    async def _take(self, incoming: Incoming) -> None:
        match incoming:
            case Command():
                await self._command(incoming)
            case Chatter(caller):
                ruling, admin = await self._admit(caller, opening=False)
                if ruling in (Ruling.ALLOWED, Ruling.NEWCOMER):
                    await say(self._room, caller.destination, words.chatter())
                else:
                    await self._turn_away(caller, ruling, admin)
            case Document():
                await self._document(incoming)
            case Location():
                await self._located(incoming)
            case Press():
                await self._press(incoming)
            case Standing():
                await note_standing(self._room, incoming)
            case Migration(old, new):
                await migrate(self._room, old, new)

    async def _located(self, sent: Location) -> None:
        """A place is the zone of the chat from now on."""
        ruling, admin = await self._admit(sent.caller, opening=False)
        if ruling not in (Ruling.ALLOWED, Ruling.NEWCOMER):
            await self._turn_away(sent.caller, ruling, admin)
            return
        visit = Visit(sent.caller, (), sent.message_id, None, admin, self._room.wire.clock())
        await located(self._room, visit, sent.latitude, sent.longitude)

    # --- the door ---------------------------------------------------------------------------------------------------

    async def _admit(self, caller: Caller, *, opening: bool) -> tuple[Ruling, bool]:
        """The ruling, carried out: a newcomer is let in, a paused chat that writes is active again. And whether the
        caller is an admin."""
        room, chat_id = self._room, caller.destination.chat
        async with room.database.read() as connection:
            chat = await chats.get_chat(connection, chat_id)
            person = await chats.get_chat(connection, caller.user) if caller.user is not None else None
        role = person.role if person else None
        admin = room.door.is_admin(caller.user, role)
        ruling = room.door.rule(caller, here=chat.role if chat else None, role=role, opening=opening)
        if ruling is Ruling.NEWCOMER:
            await let_in(room, caller, Role.ADMIN if admin and caller.private else Role.READER)
        elif ruling is Ruling.ALLOWED and chat is not None and chat.state is chats.ChatState.PAUSED:
            await resume(room, chat_id)
        return ruling, admin

    async def _turn_away(self, caller: Caller, ruling: Ruling, admin: bool) -> None:
        if ruling is Ruling.UNOPENED:
            may_open = admin or self._room.door.access is Access.OPEN
            said = words.unopened if may_open else peoplewords.ask_an_admin
            await say(self._room, caller.destination, said(self._room.wire.bot.username))
        if ruling is not Ruling.STRANGER:
            return
        async with self._room.database.write() as connection:
            first = await chats.tell_stranger_once(connection, caller.destination.chat, self._room.wire.clock())
        if first:
            alone = caller.private or caller.as_chat
            await say(self._room, caller.destination, words.stranger() if alone else peoplewords.cannot_stay())
            if not alone:
                await leave(self._room, caller.destination.chat)

    async def _redeem(self, caller: Caller, secret: str) -> bool:
        """Whether the invitation settled the matter: the caller is in now, or was told why not."""
        room, chat_id, now = self._room, caller.destination.chat, self._room.wire.clock()
        if room.door.access is Access.CLOSED or room.door.is_admin(caller.user, None):
            return False
        if not self._guard.may_try(chat_id, now):
            return True
        async with room.database.write() as connection:
            known = await chats.get_chat(connection, chat_id)
            if known is not None and known.role == chats.REVOKED:
                # Only an admin lets them in again: the link may be the one they came by.
                return False
            role = await invites.redeem_invite(connection, secret_hash(secret), now)
            if role is not None:
                keep = Role.ADMIN if known and known.role == Role.ADMIN else role
                await chats.upsert_chat(connection, chat_id, kind=caller.kind, title=caller.title, role=keep, now=now)
                await chats.speak_first(connection, chat_id, spoken(caller.language))
        if role is not None:
            log.info("an invitation was used", chat=chat_id, role=role)
            return False
        if known is not None:
            return False
        last = self._guard.wrong(chat_id, now)
        await say(room, caller.destination, words.too_many_guesses() if last else words.wrong_invitation())
        return True

    # --- commands ---------------------------------------------------------------------------------------------------

    async def _command(self, asked: Command) -> None:
        room, caller = self._room, asked.caller
        command = COMMANDS.get(asked.name)
        if asked.name == "start" and asked.words and caller.private and await self._redeem(caller, asked.words[0]):
            return
        ruling, admin = await self._admit(caller, opening=command is not None and command.opens)
        if ruling not in (Ruling.ALLOWED, Ruling.NEWCOMER):
            # In a group an unknown command is most likely meant for another bot.
            if command is not None or caller.private:
                await self._turn_away(caller, ruling, admin)
            return
        visit = Visit(caller, asked.words, asked.message_id, asked.reply_to, admin, room.wire.clock())
        if command is None:
            if caller.private:
                close = difflib.get_close_matches(asked.name, COMMANDS, 1, 0.6)
                await answer(room, visit, words.unknown_command(asked.name, close))
        elif command.for_admins and not admin:
            await answer(room, visit, words.admins_only())
        else:
            async with at_work(room, visit):
                await command.run(room, visit)

    async def _document(self, sent: Document) -> None:
        ruling, admin = await self._admit(sent.caller, opening=False)
        if ruling not in (Ruling.ALLOWED, Ruling.NEWCOMER):
            await self._turn_away(sent.caller, ruling, admin)
            return
        visit = Visit(sent.caller, (), sent.message_id, None, admin, self._room.wire.clock())
        if admin and is_watchlist(sent.name):
            async with at_work(self._room, visit):
                await take(self._room, visit, sent)
        else:
            await say(self._room, sent.caller.destination, words.chatter())

    # --- buttons ----------------------------------------------------------------------------------------------------

    async def _press(self, press: Press) -> None:
        """Every press is answered, once, and soon: where what it asks for takes long, before it is done. One that met a
        locked database comes again and is answered then."""
        task = asyncio.create_task(self._pressed(press))
        prompt = bool((await asyncio.wait({task}, timeout=_PROMPT))[0])
        if not prompt:
            await self._toast(press, "")
        try:
            answered = await task
        except StoreError:
            raise
        except Exception:
            if prompt:
                await self._toast(press, words.FAILED)
            raise
        finally:
            task.cancel()
        if prompt:
            await self._toast(press, answered if isinstance(answered, str) else answered.toast)
        if isinstance(answered, Answered):
            await answered.then()

    async def _pressed(self, press: Press) -> str | Answered:
        """A toast, and what comes after it. Rights are those of now, not of the time the button was drawn."""
        ruling, admin = await self._admit(press.caller, opening=False)
        if ruling not in (Ruling.ALLOWED, Ruling.NEWCOMER):
            return words.NOT_FOR_YOU
        room = self._room
        visit = Visit(press.caller, (), press.message_id, None, admin, room.wire.clock())
        tie = read_key(press.data)
        if tie is not None:
            return await decide(room, visit, tie, [[Button(*key) for key in row] for row in press.rows])
        if press.data.startswith(VERSION):
            handler = PRESSES.get(press.data[1:2])
            return await handler(room, visit, press, press.data[2:]) if handler else words.NO_SUCH_BUTTON
        names = [card.name for card in room.newsroom.watchlists()]
        wish = decode(press.data, [*names, *await followed(room, visit.here)])
        return words.NO_SUCH_BUTTON if wish is None else await pressed_before(room, visit, press, wish)

    async def _toast(self, press: Press, text: str) -> None:
        for wait in (0.5, None):
            try:
                await self._room.wire.bot.answer_callback_query(press.query_id, gettext(text)[:_TOAST])
            except TelegramError as error:
                # A broken line is tried once more. Telegram takes an answer within seconds only, and a late one is no
                # failure of what was asked.
                if wait is not None and classify(error).outcome in (Outcome.UNCERTAIN, Outcome.RETRY):
                    await asyncio.sleep(wait)
                    continue
                log.info("a press was not answered", reason=str(error))
            return
