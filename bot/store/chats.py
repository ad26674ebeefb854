"""The chats that were let in, and strangers. It decides nobody's rights and sends nothing.

Each function works on a connection of `Database.read()` or `Database.write()`, so that callers compose transactions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryStatus
from bot.store.database import insert
from bot.store.feedback import carry_over
from bot.store.tables import (
    chats,
    deliveries,
    feedback,
    invites,
    mutes,
    saved,
    strangers,
    subscriptions,
    versions,
)

ADMIN = "admin"
"""The role of the chat of somebody who may do everything."""

REVOKED = "revoked"
"""The role of a chat that was let in once and may do nothing any more."""


RIGHTS_AGAIN = timedelta(hours=6)
"""How long a chat is left alone in which the bot may not write: nobody tells it when it may."""


class ChatState(StrEnum):
    """A paused chat keeps everything and is told nothing; `Chat.state_reason` says why."""

    ACTIVE = "active"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat that was let in. `kind` is Telegram's word; nothing is sent before `not_before`; `timezone` and `language`
    are None where the chat chose none. `owner_id` is the person who let it in; `quiet` its own quiet hours;
    `say_empty`: a digest with nothing in it is said."""

    id: int
    kind: str
    title: str
    role: str
    joined_at: datetime
    state: ChatState = ChatState.ACTIVE
    state_reason: str | None = None
    not_before: datetime | None = None
    timezone: str | None = None
    language: str | None = None
    owner_id: int | None = None
    quiet: str | None = None
    buttons: bool = True
    say_empty: bool = False


# --- chats ----------------------------------------------------------------------------------------------------------


async def upsert_chat(
    connection: AsyncConnection,
    chat_id: int,
    *,
    kind: str,
    title: str,
    role: str,
    now: datetime,
    owner: int | None = None,
) -> Chat:
    """Lets a chat in, or brings kind, title and role of a known one up to date, and its owner where one is given; all
    else it had stays."""
    new = {"kind": kind, "title": title, "role": role, **({} if owner is None else {"owner_id": owner})}
    statement = insert(connection, chats).values(id=chat_id, joined_at=now, **new)
    statement = statement.on_conflict_do_update(index_elements=["id"], set_=new)
    return _chat((await connection.execute(statement.returning(*chats.c))).one())


async def get_chat(connection: AsyncConnection, chat_id: int) -> Chat | None:
    """The chat, or None where it was never let in."""
    row = (await connection.execute(select(chats).where(chats.c.id == chat_id))).one_or_none()
    return None if row is None else _chat(row)


async def list_chats(connection: AsyncConnection, state: ChatState | None = None) -> list[Chat]:
    """Every chat, or those in one state, in the order they joined."""
    query = select(chats).order_by(chats.c.joined_at, chats.c.id)
    if state is not None:
        query = query.where(chats.c.state == state)
    return [_chat(row) for row in await connection.execute(query)]


async def set_chat_state(
    connection: AsyncConnection, chat_id: int, state: ChatState, reason: str | None = None
) -> bool:
    """Pauses a chat for a reason, or makes it active again, unless it is revoked. True where that changed its state."""
    change = update(chats).where(chats.c.id == chat_id)
    new: dict[str, Any] = {"state": state, "state_reason": reason}
    if state is ChatState.ACTIVE:
        change = change.where(chats.c.role != REVOKED)
        # While it was paused, its wait was that of the pause.
        new["not_before"] = None
    changed = await connection.execute(change.where(chats.c.state != state).values(**new).returning(chats.c.id))
    if changed.first() is not None:
        return True
    await connection.execute(change.values(state_reason=reason))
    return False


async def set_chat_preferences(
    connection: AsyncConnection, chat_id: int, *, timezone: str | None = None, language: str | None = None
) -> None:
    """Sets the given ones of a chat's own time zone and language."""
    given = {"timezone": timezone, "language": language}
    new = {name: value for name, value in given.items() if value is not None}
    if new:
        await connection.execute(update(chats).where(chats.c.id == chat_id).values(**new))


async def speak_first(connection: AsyncConnection, chat_id: int, language: str) -> None:
    """The language of a chat, until somebody chooses another; one that was chosen stays."""
    unsaid = (chats.c.id == chat_id) & chats.c.language.is_(None)
    await connection.execute(update(chats).where(unsaid).values(language=language))


async def set_not_before(connection: AsyncConnection, chat_id: int, not_before: datetime | None) -> None:
    """Keeps a chat silent until then (Telegram's `retry_after`), or lifts that."""
    await connection.execute(update(chats).where(chats.c.id == chat_id).values(not_before=not_before))


async def due_to_try(connection: AsyncConnection, now: datetime) -> list[int]:
    """Paused chats whose wait is over: they may be written to again, or not."""
    query = select(chats.c.id).where(
        chats.c.state == ChatState.PAUSED, chats.c.not_before <= now, chats.c.role != REVOKED
    )
    return list(await connection.scalars(query))


async def set_role(connection: AsyncConnection, chat_id: int, role: str) -> bool:
    """What a chat may do from now on. One that is revoked is paused and keeps everything; one that is let in again is
    active. False where there is no such chat."""
    state, why = (ChatState.PAUSED, REVOKED) if role == REVOKED else (ChatState.ACTIVE, None)
    before = await get_chat(connection, chat_id)
    if before is None:
        return False
    await connection.execute(update(chats).where(chats.c.id == chat_id).values(role=role))
    if role == REVOKED or before.role == REVOKED:
        await set_chat_state(connection, chat_id, state, why)
        await set_not_before(connection, chat_id, None)
    return True


_KEPT = ("title", "role", "joined_at", "timezone", "language", "owner_id", "quiet", "buttons", "say_empty")
"""What a group had chosen, which holds for the supergroup it becomes."""


async def migrate_chat(connection: AsyncConnection, old: int, new: int) -> None:
    """Moves all that belongs to a group to the supergroup it became. Message ids are forgotten: a supergroup counts its
    own, so an old one would name another message (https://core.telegram.org/bots/api#chat, migrate_to_chat_id)."""
    before = await get_chat(connection, old)
    if before is None or old == new:
        return
    kept = {name: getattr(before, name) for name in _KEPT}
    # Messages of the supergroup may have come first: what the group had chosen still holds.
    statement = insert(connection, chats).values(id=new, kind="supergroup", **kept)
    await connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=kept))
    if before.role == REVOKED:
        await set_chat_state(connection, new, ChatState.PAUSED, REVOKED)
    await _merge_subscriptions(connection, old, new)
    moved = deliveries.c.chat_id == old
    await _rename_keys(connection, old, new)
    await connection.execute(update(deliveries).where(moved).values(chat_id=new, message_id=None))
    await connection.execute(update(invites).where(invites.c.created_by == old).values(created_by=new))
    # Where only the group spoke it was noted as the one who did.
    for spoken in (mutes, saved, versions, feedback):
        itself = (spoken.c.chat_id == old) & (spoken.c.user_id == old)
        await connection.execute(update(spoken).where(itself).values(user_id=new))
    await carry_over(connection, old, new)
    for table, of in ((mutes, ("thread_id", "kind", "target")), (saved, ("user_id", "story_id"))):
        theirs = table.alias()
        same = [table.c[name] == theirs.c[name] for name in of]
        double = exists().where(theirs.c.chat_id == new, *same)
        await connection.execute(update(table).where(table.c.chat_id == old, ~double).values(chat_id=new))
        await connection.execute(delete(table).where(table.c.chat_id == old))
    await connection.execute(update(versions).where(versions.c.chat_id == old).values(chat_id=new))
    await connection.execute(delete(strangers).where(strangers.c.chat_id.in_([old, new])))
    await connection.execute(delete(chats).where(chats.c.id == old))


async def _rename_keys(connection: AsyncConnection, old: int, new: int) -> None:
    """The key stops a second message: what the group was told of, the supergroup was. Where both have an order for one
    thing, it is not sent twice: of two that wait the supergroup's stays. One in doubt is no reason to keep silent."""
    theirs, renamed = deliveries.alias(), func.replace(deliveries.c.key, f":{old}:", f":{new}:")
    moved, waiting = deliveries.c.chat_id == old, deliveries.c.status == DeliveryStatus.PENDING
    over = {"status": DeliveryStatus.CANCELLED, "due_at": None, "error": "told by another of this chat"}
    had = select(renamed).where(moved, deliveries.c.status == DeliveryStatus.SENT)
    told_before = (deliveries.c.chat_id == new) & deliveries.c.key.in_(had)
    await connection.execute(update(deliveries).where(told_before, waiting).values(**over))
    told = theirs.c.status.in_([DeliveryStatus.PENDING, DeliveryStatus.SENT])
    twin = exists().where(theirs.c.key == renamed, theirs.c.chat_id == new, told)
    await connection.execute(update(deliveries).where(moved, waiting, twin).values(**over))
    taken = exists().where(theirs.c.key == renamed)
    await connection.execute(update(deliveries).where(moved, ~taken).values(key=renamed))


async def _merge_subscriptions(connection: AsyncConnection, old: int, new: int) -> None:
    ours, theirs = subscriptions.alias(), subscriptions.alias()
    doubles = (
        select(ours.c.id, theirs.c.id)
        .join(theirs, (ours.c.thread_id == theirs.c.thread_id) & (ours.c.watchlist == theirs.c.watchlist))
        .where(ours.c.chat_id == old, theirs.c.chat_id == new)
    )
    for first, second in (await connection.execute(doubles)).all():
        told = deliveries.c.subscription_id == second
        await connection.execute(update(deliveries).where(told).values(subscription_id=first))
        await connection.execute(delete(subscriptions).where(subscriptions.c.id == second))
    await connection.execute(update(subscriptions).where(subscriptions.c.chat_id == old).values(chat_id=new))


def _chat(row: Row[Any]) -> Chat:
    fields = dict(row._mapping)
    return Chat(**{**fields, "state": ChatState(fields["state"])})


# --- strangers --------------------------------------------------------------------------------------


async def tell_stranger_once(connection: AsyncConnection, chat_id: int, now: datetime) -> bool:
    """True the first time only: then a stranger is to be told that the door is closed."""
    statement = insert(connection, strangers).values(chat_id=chat_id, told_at=now).on_conflict_do_nothing()
    return (await connection.execute(statement.returning(strangers.c.chat_id))).first() is not None
