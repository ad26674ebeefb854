"""Chats, strangers, invitations and facts, on both engines."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Column, Table, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryKind, Destination, Rhythm, Subscription
from bot.store import chats, facts, invites, stories, subscriptions
from bot.store import deliveries as ledger
from bot.store.chats import Chat, ChatState
from bot.store.database import Database
from bot.store.deliveries import Order
from bot.store.tables import Utc, deliveries, metadata, strangers
from bot.store.tables import invites as rows

HOUR = timedelta(hours=1)
GROUP, SUPERGROUP = -4001, -1001234567890123


async def _let_in(connection: AsyncConnection, chat_id: int, now: datetime, kind: str = "private") -> Chat:
    return await chats.upsert_chat(connection, chat_id, kind=kind, title=f"chat {chat_id}", role="reader", now=now)


async def _deliver(connection: AsyncConnection, chat_id: int, subscription_id: int, now: datetime) -> None:
    key = f"alert:{subscription_id}"
    await connection.execute(
        deliveries.insert().values(
            key=key, chat_id=chat_id, subscription_id=subscription_id, kind="alert", message_id=55, created_at=now
        )
    )


# --- chats ----------------------------------------------------------------------------------------------------------


async def test_a_chat_that_is_let_in_is_active_and_has_no_choices_yet(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        chat = await _let_in(connection, SUPERGROUP, now)
        assert chat == Chat(SUPERGROUP, "private", f"chat {SUPERGROUP}", "reader", now)
        assert await chats.get_chat(connection, SUPERGROUP) == chat


async def test_a_known_chat_keeps_its_state_choices_and_first_day(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await _let_in(connection, 7, now)
        await chats.set_chat_preferences(connection, 7, timezone="Asia/Tokyo")
        await chats.set_chat_state(connection, 7, ChatState.PAUSED, "blocked")
        chat = await chats.upsert_chat(connection, 7, kind="group", title="News", role="admin", now=now + HOUR)
    assert (chat.kind, chat.title, chat.role) == ("group", "News", "admin")
    assert (chat.joined_at, chat.timezone, chat.state, chat.state_reason) == (
        now,
        "Asia/Tokyo",
        ChatState.PAUSED,
        "blocked",
    )


async def test_an_unknown_chat_is_none(database: Database) -> None:
    async with database.read() as connection:
        assert await chats.get_chat(connection, 7) is None


async def test_chats_are_listed_as_they_joined_and_by_state(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        for number, chat_id in enumerate((9, 3, 5)):
            await _let_in(connection, chat_id, now + number * HOUR)
        await chats.set_chat_state(connection, 3, ChatState.PAUSED, "kicked")
        assert [chat.id for chat in await chats.list_chats(connection)] == [9, 3, 5]
        assert [chat.id for chat in await chats.list_chats(connection, ChatState.ACTIVE)] == [9, 5]


async def test_pausing_twice_is_a_change_once_and_keeps_the_newest_reason(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await _let_in(connection, 7, now)
        assert await chats.set_chat_state(connection, 7, ChatState.PAUSED, "blocked") is True
        assert await chats.set_chat_state(connection, 7, ChatState.PAUSED, "kicked") is False
        chat = await chats.get_chat(connection, 7)
        assert chat is not None
        assert chat.state_reason == "kicked"


async def test_a_chat_that_is_active_again_has_no_reason_left(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await _let_in(connection, 7, now)
        await chats.set_chat_state(connection, 7, ChatState.PAUSED, "blocked")
        assert await chats.set_chat_state(connection, 7, ChatState.ACTIVE) is True
        chat = await chats.get_chat(connection, 7)
        assert chat is not None
        assert (chat.state, chat.state_reason) == (ChatState.ACTIVE, None)


async def test_choosing_a_language_leaves_the_time_zone_alone(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        for chat_id in (7, 8):
            await _let_in(connection, chat_id, now)
        await chats.set_chat_preferences(connection, 7, timezone="Asia/Tokyo")
        await chats.set_chat_preferences(connection, 7, language="id")
        await chats.set_chat_preferences(connection, 7)
        one, other = await chats.list_chats(connection)
    assert (one.timezone, one.language) == ("Asia/Tokyo", "id")
    assert (other.timezone, other.language) == (None, None)


async def test_a_chat_is_kept_silent_until_an_hour_and_freed_again(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        for chat_id in (7, 8):
            await _let_in(connection, chat_id, now)
        await chats.set_not_before(connection, 7, now + HOUR)
        assert [chat.not_before for chat in await chats.list_chats(connection)] == [now + HOUR, None]
        await chats.set_not_before(connection, 7, None)
        assert [chat.not_before for chat in await chats.list_chats(connection)] == [None, None]


# --- a group that becomes a supergroup ------------------------------------------------------------------------------


async def test_a_group_that_becomes_a_supergroup_takes_everything_along(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await _let_in(connection, GROUP, now, kind="group")
        await chats.set_chat_preferences(connection, GROUP, timezone="Asia/Tokyo", language="id")
        before = await _subscribe(connection, GROUP, "japan-defence", now)
        await _deliver(connection, GROUP, before.id, now)
        await chats.tell_stranger_once(connection, GROUP, now)
        await invites.create_invite(
            connection, "hash", created_by=GROUP, now=now, expires_at=now + HOUR, uses=1, role="reader"
        )
    async with database.write() as connection:
        await chats.migrate_chat(connection, GROUP, SUPERGROUP)
    async with database.read() as connection:
        (chat,) = await chats.list_chats(connection)
        assert (chat.id, chat.kind, chat.timezone, chat.language, chat.joined_at) == (
            SUPERGROUP,
            "supergroup",
            "Asia/Tokyo",
            "id",
            now,
        )
        (after,) = await subscriptions.of(connection, SUPERGROUP)
        assert (after.id, after.rhythm, after.since) == (before.id, before.rhythm, before.since)
        delivery = (await connection.execute(select(deliveries))).one()
        assert (delivery.chat_id, delivery.subscription_id) == (SUPERGROUP, before.id)
        assert await connection.scalar(select(rows.c.created_by)) == SUPERGROUP
        assert (await connection.execute(select(strangers))).all() == []


async def test_message_ids_of_the_group_are_forgotten_for_they_would_name_others(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        for chat_id in (GROUP, 7):
            await _let_in(connection, chat_id, now)
            await _deliver(connection, chat_id, (await _subscribe(connection, chat_id, "japan-defence", now)).id, now)
        await chats.migrate_chat(connection, GROUP, SUPERGROUP)
        query = select(deliveries.c.chat_id, deliveries.c.message_id).order_by(deliveries.c.chat_id)
        assert [tuple(row) for row in await connection.execute(query)] == [(SUPERGROUP, None), (7, 55)]


async def test_a_supergroup_that_spoke_first_keeps_one_subscription_of_each_kind(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        await _let_in(connection, GROUP, now)
        await _let_in(connection, SUPERGROUP, now + HOUR)
        old = await _subscribe(connection, GROUP, "japan-defence", now)
        double = await _subscribe(connection, SUPERGROUP, "japan-defence", now + HOUR)
        other = await _subscribe(connection, SUPERGROUP, "asean", now + HOUR)
        await _deliver(connection, SUPERGROUP, double.id, now)
        await chats.migrate_chat(connection, GROUP, SUPERGROUP)
        found = await subscriptions.of(connection, SUPERGROUP)
        assert [subscription.id for subscription in found] == [other.id, old.id]
        assert await connection.scalar(select(deliveries.c.subscription_id)) == old.id
        assert [(chat.id, chat.joined_at) for chat in await chats.list_chats(connection)] == [(SUPERGROUP, now)]


async def test_a_group_nobody_let_in_may_become_a_supergroup_without_effect(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        await chats.migrate_chat(connection, GROUP, SUPERGROUP)
        assert await chats.list_chats(connection) == []


async def test_a_migration_that_is_announced_twice_happens_once(database: Database, now: datetime) -> None:
    """Telegram says it in the old group and in the new one."""
    async with database.write() as connection:
        await _let_in(connection, GROUP, now)
        await _subscribe(connection, GROUP, "japan-defence", now)
        for _ in range(2):
            await chats.migrate_chat(connection, GROUP, SUPERGROUP)
        assert len(await subscriptions.of(connection, SUPERGROUP)) == 1


async def test_no_table_keeps_the_id_of_a_group_that_became_a_supergroup(database: Database, now: datetime) -> None:
    """A table that comes later, with chats in it, must move them too: it is filled and looked at like the others."""
    elsewhere = {"chats", "strangers"}
    async with database.write() as connection:
        for chat_id in (GROUP, 7):
            await _let_in(connection, chat_id, now)
        story = await stories.new_story(connection, "Story", now)
        held = [table for table in metadata.sorted_tables if _chat_columns(table) and table.name not in elsewhere]
        for table in held:
            await connection.execute(table.insert().values(**_row(table, story, now)))
        await chats.migrate_chat(connection, GROUP, SUPERGROUP)
        for table in held:
            for column in _chat_columns(table):
                found = set(await connection.scalars(select(column)))
                assert SUPERGROUP in found and GROUP not in found, f"{column} still names the group"
    assert {"deliveries", "subscriptions", "mutes", "saved", "versions", "feedback", "invites"} <= {
        table.name for table in held
    }


def _chat_columns(table: Table) -> list[Column[Any]]:
    return [column for column in table.c if column.name in ("chat_id", "created_by")]


def _row(table: Table, story: int, now: datetime) -> dict[str, object]:
    """A row of a table, with the group in it and as little as it takes otherwise."""
    row: dict[str, object] = {}
    for column in table.c:
        if column in _chat_columns(table):
            row[column.name] = GROUP
        elif column.name == "story_id":
            row[column.name] = story
        elif not (column.nullable or column.default is not None or (column.primary_key and column.name == "id")):
            kind = column.type.python_type if not isinstance(column.type, Utc) else datetime
            row[column.name] = now if kind is datetime else "x" if kind is str else 1
    return row


async def test_what_a_group_was_told_of_is_not_ordered_again_for_the_supergroup(
    database: Database, now: datetime
) -> None:
    async with database.write() as connection:
        await _let_in(connection, GROUP, now)
        for key in (f"alert:5:{GROUP}:0", f"alert:6:{GROUP}:3:signed"):
            order = Order(key, Destination(GROUP), DeliveryKind.ALERT, now)
            assert await ledger.order(connection, order, now) is not None
        await chats.migrate_chat(connection, GROUP, SUPERGROUP)
        for key in (f"alert:5:{SUPERGROUP}:0", f"alert:6:{SUPERGROUP}:3:signed"):
            order = Order(key, Destination(SUPERGROUP), DeliveryKind.ALERT, now)
            assert await ledger.order(connection, order, now) is None


async def _subscribe(connection: AsyncConnection, chat_id: int, watchlist: str, now: datetime) -> Subscription:
    return await subscriptions.subscribe(
        connection, Destination(chat_id), watchlist, rhythm=Rhythm.INSTANT, at="07:30", now=now, due_at=None
    )


# --- strangers and invitations --------------------------------------------------------------------------------------


async def test_a_stranger_is_told_once(database: Database, now: datetime) -> None:
    async with database.write() as connection:
        assert await chats.tell_stranger_once(connection, 7, now) is True
        assert await chats.tell_stranger_once(connection, 7, now + HOUR) is False
        assert await chats.tell_stranger_once(connection, 8, now) is True


async def _invite(database: Database, now: datetime, uses: int = 1) -> None:
    async with database.write() as connection:
        await invites.create_invite(
            connection, "hash", created_by=1, now=now, expires_at=now + HOUR, uses=uses, role="editor"
        )


async def test_an_invitation_gives_its_role_as_often_as_it_has_uses(database: Database, now: datetime) -> None:
    await _invite(database, now, uses=2)
    async with database.write() as connection:
        roles = [await invites.redeem_invite(connection, "hash", now) for _ in range(3)]
    assert roles == ["editor", "editor", None]


async def test_an_invitation_ends_with_its_hour(database: Database, now: datetime) -> None:
    await _invite(database, now)
    async with database.write() as connection:
        assert await invites.redeem_invite(connection, "hash", now + HOUR) is None
        assert await invites.redeem_invite(connection, "hash", now + HOUR - timedelta(microseconds=1)) == "editor"


async def test_an_unknown_invitation_gives_nothing(database: Database, now: datetime) -> None:
    await _invite(database, now)
    async with database.write() as connection:
        assert await invites.redeem_invite(connection, "other", now) is None


async def test_of_several_who_use_one_invitation_at_once_one_gets_in(database: Database, now: datetime) -> None:
    await _invite(database, now)

    async def redeem() -> str | None:
        async with database.write() as connection:
            return await invites.redeem_invite(connection, "hash", now)

    roles = await asyncio.gather(*(redeem() for _ in range(5)))
    assert sorted(roles, key=str) == [None, None, None, None, "editor"]


async def test_a_use_that_is_undone_is_left_for_the_next(database: Database, now: datetime) -> None:
    await _invite(database, now)
    with pytest.raises(ZeroDivisionError):
        async with database.write() as connection:
            await invites.redeem_invite(connection, "hash", now)
            raise ZeroDivisionError
    async with database.write() as connection:
        assert await invites.redeem_invite(connection, "hash", now) == "editor"


async def test_the_same_secret_twice_is_an_error(database: Database, now: datetime) -> None:
    await _invite(database, now)
    with pytest.raises(IntegrityError):
        await _invite(database, now)


# --- facts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [0, 12345678901234, "日本", None, True, [1, "a"], {"at": 1.5}])
async def test_a_fact_comes_back_as_it_was_set(database: Database, now: datetime, value: object) -> None:
    async with database.write() as connection:
        await facts.set_fact(connection, "offset", "before", now)
        await facts.set_fact(connection, "offset", value, now)
        assert await facts.get_fact(connection, "offset") == value


async def test_a_fact_nobody_set_is_none(database: Database) -> None:
    async with database.read() as connection:
        assert await facts.get_fact(connection, "offset") is None
