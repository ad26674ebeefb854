"""Letting people in and out: /invite and /people, for admins, in their private chat. It lets nobody in by itself.

Every press is judged anew: whoever is no admin any more finds their old menus without effect.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from telegram.helpers import create_deep_linked_url

from bot.log import get
from bot.settings import Access
from bot.speech import gettext, later
from bot.store import chats, invites, subscriptions
from bot.store.chats import REVOKED, Chat
from bot.store.invites import CODE, Invite
from bot.telegram import menuwords, sender, words
from bot.telegram import peoplewords as say_so
from bot.telegram.access import INVITE_LIFE, LIVES, MOST_USES, Role, new_secret, secret_hash
from bot.telegram.asked import VERSION, Command, Pressed
from bot.telegram.buttons import Button, Keyboard
from bot.telegram.incoming import Press
from bot.telegram.outcomes import SendFailure
from bot.telegram.paging import parse_span, zone_of
from bot.telegram.room import Room, Visit, answer
from bot.tell import Message, html, plain

log = get(__name__)

LETTER = "p"
ROWS = 8
_PRESS = re.compile(r"(?P<ask>[lciRBAEXz])(?P<page>\d{1,4})(?::(?P<what>-?\d{1,19}|[0-9a-f]{8}))?")
"""Small letters show: the list, a chat, an invitation; capitals change: revoke, let in again, make an admin or a
reader, end an invitation. `z` closes."""
_ROLES = {"R": REVOKED, "B": Role.READER, "A": Role.ADMIN, "E": Role.READER}


# --- invitations ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Wanted:
    role: str = Role.READER
    uses: int = 1
    life: timedelta = INVITE_LIFE


async def invite(room: Room, visit: Visit) -> None:
    """A link that lets people in. Only the hash of its secret is kept, so it is shown once."""
    if not visit.caller.private:
        await answer(room, visit, words.privately())
        return
    if room.door.access is Access.CLOSED:
        await answer(room, visit, words.invitations_off())
        return
    wanted = _Wanted()
    for word in visit.words:
        read = _read(word, wanted)
        if read is None:
            await answer(room, visit, say_so.usage(word))
            return
        wanted = read
    if not (1 <= wanted.uses <= MOST_USES and LIVES[0] <= wanted.life <= LIVES[1]):
        await answer(room, visit, say_so.limits())
        return
    secret, until = new_secret(), visit.now + wanted.life
    hashed = secret_hash(secret)
    async with room.database.write() as connection:
        await invites.create_invite(
            connection,
            hashed,
            created_by=visit.here.chat,
            now=visit.now,
            expires_at=until,
            uses=wanted.uses,
            role=wanted.role,
        )
    log.info("an invitation was made", by=visit.here.chat, role=wanted.role, uses=wanted.uses, code=hashed[:CODE])
    made = Invite(hashed[:CODE], wanted.role, wanted.uses, visit.here.chat, visit.now, until)
    link = create_deep_linked_url(room.wire.bot.username, secret)
    await answer(room, visit, say_so.invitation(link, made, await zone_of(room, visit)), secret=True)


def _read(word: str, wanted: _Wanted) -> _Wanted | None:
    """With what a word says: a role, a number of people, a length of time; None where it says nothing."""
    if word.lower() in list(Role):
        return _Wanted(Role(word.lower()), wanted.uses, wanted.life)
    if word.isascii() and word.isdigit() and len(word) <= 9:
        return _Wanted(wanted.role, int(word), wanted.life)
    span = parse_span(word)
    return None if span is None else _Wanted(wanted.role, wanted.uses, span)


# --- people ---------------------------------------------------------------------------------------------------------


async def people(room: Room, visit: Visit) -> None:
    """Who may use the bot: people, groups, channels and open invitations."""
    if not visit.caller.private:
        await answer(room, visit, words.privately())
        return
    message, keys = await _list(room, visit, 0)
    await answer(room, visit, message, buttons=keys)


async def pressed(room: Room, visit: Visit, press: Press, rest: str) -> str:
    """Shows or changes what a button says."""
    found = _PRESS.fullmatch(rest)
    if not (visit.admin and visit.caller.private):
        return words.ADMINS_ONLY
    if found is None:
        return words.NO_SUCH_BUTTON
    ask, page, what = found["ask"], int(found["page"]), found["what"] or ""
    toast = ""
    if ask == "z":
        try:
            await sender.delete(room.wire, visit.here, press.message_id)
        except SendFailure as failure:
            log.info("a menu was not closed", chat=visit.here.chat, reason=str(failure))
        return menuwords.CLOSED
    if ask in _ROLES:
        toast = await _set_role(room, visit, what, _ROLES[ask])
    elif ask == "X":
        toast = await _revoke_invite(room, visit, what)
    message, keys = await _screen(room, visit, "c" if ask in _ROLES else ask, page, what)
    try:
        await sender.edit(room.wire, visit.here, press.message_id, html(message), plain(message), buttons=keys)
    except SendFailure as failure:
        log.info("a menu was not redrawn", chat=visit.here.chat, reason=str(failure))
    return toast


async def _set_role(room: Room, visit: Visit, what: str, role: str) -> str:
    number = _number(what)
    if number is None:
        return say_so.GONE
    if number == visit.caller.user:
        return say_so.NOT_ONESELF
    if number in room.door.admins:
        return say_so.NOT_CONFIGURED
    if number < 0 and role == Role.ADMIN:
        return words.NO_SUCH_BUTTON
    async with room.database.write() as connection:
        changed = await chats.set_role(connection, number, role)
    if not changed:
        return say_so.GONE
    log.info("a role was changed", chat=number, role=role, by=visit.caller.user)
    return say_so.DONE


async def _revoke_invite(room: Room, visit: Visit, code: str) -> str:
    async with room.database.write() as connection:
        gone = await invites.revoke_invite(connection, code)
    if gone:
        log.info("an invitation was revoked", code=code, by=visit.caller.user)
    return say_so.DONE if gone else say_so.GONE


# --- screens --------------------------------------------------------------------------------------------------------


async def _screen(room: Room, visit: Visit, ask: str, page: int, what: str) -> tuple[Message, Keyboard]:
    zone = await zone_of(room, visit)
    if ask == "c" and (number := _number(what)) is not None:
        async with room.database.read() as connection:
            chat = await chats.get_chat(connection, number)
            owner = await chats.get_chat(connection, chat.owner_id) if chat and chat.owner_id else None
            known = await subscriptions.of(connection, number)
        if chat is not None:
            return _card(room, visit, chat, owner, list(dict.fromkeys(one.watchlist for one in known)), zone, page)
    if ask == "i":
        async with room.database.read() as connection:
            found = next((one for one in await invites.open_invites(connection, visit.now) if one.code == what), None)
        if found is not None:
            keys = [[_key(say_so.REVOKE, "X", page, found.code)], _ways_out(page)]
            return say_so.invite_card(found, zone), keys
    return await _list(room, visit, page)


async def _list(room: Room, visit: Visit, page: int) -> tuple[Message, Keyboard]:
    async with room.database.read() as connection:
        known = [chat for chat in await chats.list_chats(connection) if chat.id != 0]
        made = await invites.open_invites(connection, visit.now)
    known.sort(key=lambda chat: (chat.role == REVOKED, chat.kind != "private"))
    rows: list[Button] = [
        _key(say_so.listed(chat, chat.id in room.door.admins), "c", page, str(chat.id)) for chat in known
    ]
    rows += [_key(say_so.invited(one), "i", page, one.code) for one in made]
    pages = max(1, -(-len(rows) // ROWS))
    page = min(page, pages - 1)
    shown = [_at(button, page) for button in rows[page * ROWS : (page + 1) * ROWS]]
    keys = [[button] for button in shown]
    turns = [_key(menuwords.NEWER, "l", page - 1)] if page else []
    if page + 1 < pages:
        turns.append(_key(menuwords.OLDER, "l", page + 1))
    keys += [turns] if turns else []
    keys.append([_key(menuwords.CLOSE, "z", 0)])
    revoked = sum(chat.role == REVOKED for chat in known)
    return say_so.people(len(known) - revoked, revoked, len(made), menuwords.page(page + 1, pages)), keys


def _card(
    room: Room, visit: Visit, chat: Chat, owner: Chat | None, follows: Sequence[str], zone: ZoneInfo, page: int
) -> tuple[Message, Keyboard]:
    configured = chat.id in room.door.admins
    keys: list[list[Button]] = []
    what = str(chat.id)
    if chat.role == REVOKED and not configured:
        keys.append([_key(say_so.RESTORE, "B", page, what)])
    elif not configured and chat.id != visit.caller.user:
        keys.append([_key(say_so.REVOKE, "R", page, what)])
        if chat.id > 0:
            other = ("E", say_so.MAKE_READER) if chat.role == Role.ADMIN else ("A", say_so.MAKE_ADMIN)
            keys[0].append(_key(other[1], other[0], page, what))
    return say_so.card(chat, owner, follows, zone, configured=configured), [*keys, _ways_out(page)]


def _ways_out(page: int) -> list[Button]:
    return [_key(menuwords.BACK, "l", page), _key(menuwords.CLOSE, "z", 0)]


def _key(text: str, ask: str, page: int, what: str = "") -> Button:
    return Button(gettext(text)[:64], f"{VERSION}{LETTER}{ask}{page}" + (f":{what}" if what else ""))


def _at(button: Button, page: int) -> Button:
    """The same button, leading back to this page."""
    data = re.sub(r"^(...)\d+", rf"\g<1>{page}", button.data or "")
    return Button(button.text, data)


def _number(what: str) -> int | None:
    digits = what.removeprefix("-")
    return int(what) if digits.isdigit() and len(digits) <= 19 else None


COMMANDS: dict[str, Command] = {
    "invite": Command(invite, later("a link that lets people in: /invite reader 5 7d"), for_admins=True),
    "people": Command(people, later("who may use this bot"), for_admins=True),
}

PRESSES: dict[str, Pressed] = {LETTER: pressed}
