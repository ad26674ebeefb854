"""Who may ask the bot for something, and where."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Destination
from bot.settings import Access
from bot.telegram.access import Door, Guard, Ruling, new_secret, secret_hash
from bot.telegram.incoming import Caller

NOW = datetime(2026, 3, 10, tzinfo=UTC)
PRIVATE = Caller(Destination(7), "private", "Ani", 7)
IN_GROUP = Caller(Destination(-5), "supergroup", "Desk", 7)
AS_GROUP = Caller(Destination(-5), "supergroup", "Desk", None, as_chat=True)
CHANNEL = Caller(Destination(-6), "channel", "News", None, as_chat=True)
ADMINS = frozenset({7})


@pytest.mark.parametrize("access", list(Access))
def test_an_admin_of_the_configuration_always_comes_in(access: Access) -> None:
    assert Door(access, ADMINS).rule(PRIVATE, here=None, role=None, opening=False) is Ruling.NEWCOMER


@pytest.mark.parametrize(
    ("access", "ruling"),
    [(Access.CLOSED, Ruling.STRANGER), (Access.INVITE, Ruling.STRANGER), (Access.OPEN, Ruling.NEWCOMER)],
)
def test_anybody_else_comes_in_only_by_an_open_door(access: Access, ruling: Ruling) -> None:
    assert Door(access).rule(PRIVATE, here=None, role=None, opening=True) is ruling


def test_who_was_let_in_stays_in() -> None:
    assert Door(Access.CLOSED).rule(PRIVATE, here="reader", role="reader", opening=False) is Ruling.ALLOWED


@pytest.mark.parametrize(
    ("door", "role", "opening", "ruling"),
    [
        (Door(admins=ADMINS), None, True, Ruling.NEWCOMER),
        (Door(admins=ADMINS), None, False, Ruling.UNOPENED),
        (Door(), "admin", True, Ruling.NEWCOMER),
        (Door(), "reader", True, Ruling.UNOPENED),
        (Door(), None, True, Ruling.STRANGER),
        (Door(Access.OPEN), None, True, Ruling.NEWCOMER),
        (Door(Access.OPEN), None, False, Ruling.UNOPENED),
    ],
)
def test_a_group_is_opened_by_an_admin(door: Door, role: str | None, opening: bool, ruling: Ruling) -> None:
    assert door.rule(IN_GROUP, here=None, role=role, opening=opening) is ruling


@pytest.mark.parametrize(
    ("caller", "role", "ruling"),
    [
        (IN_GROUP, "reader", Ruling.ALLOWED),
        (IN_GROUP, None, Ruling.IGNORED),
        (AS_GROUP, None, Ruling.ALLOWED),
        (CHANNEL, None, Ruling.ALLOWED),
    ],
)
def test_in_an_opened_group_people_of_the_house_are_served(caller: Caller, role: str | None, ruling: Ruling) -> None:
    assert Door().rule(caller, here="reader", role=role, opening=False) is ruling


@pytest.mark.parametrize("access", list(Access))
def test_whoever_is_revoked_is_a_stranger_and_only_an_admin_opens_a_revoked_group(access: Access) -> None:
    door = Door(access, ADMINS)
    stranger = replace(PRIVATE, user=8)
    assert door.rule(stranger, here="revoked", role="revoked", opening=True) is Ruling.STRANGER
    assert door.rule(replace(IN_GROUP, user=8), here="reader", role="revoked", opening=True) is Ruling.IGNORED
    assert door.rule(replace(IN_GROUP, user=8), here="revoked", role="reader", opening=True) is Ruling.IGNORED
    assert door.rule(AS_GROUP, here="revoked", role=None, opening=True) is Ruling.IGNORED
    assert door.rule(IN_GROUP, here="revoked", role=None, opening=True) is Ruling.NEWCOMER


def test_a_secret_fits_a_deep_link_and_its_hash_does_not_give_it_away() -> None:
    secret = new_secret()
    assert re.fullmatch(r"[A-Za-z0-9_-]{22,64}", secret)
    assert secret not in secret_hash(secret) and new_secret() != secret


def test_five_wrong_guesses_close_the_door_for_an_hour_and_for_nobody_else() -> None:
    guard = Guard()
    assert [guard.wrong(7, NOW) for _ in range(5)] == [False] * 4 + [True]
    assert not guard.may_try(7, NOW + timedelta(minutes=59))
    assert guard.may_try(8, NOW)
    assert guard.may_try(7, NOW + timedelta(minutes=61))
