"""The table of outcomes: which status and which next try each leads to."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from scene import MINUTE, SECOND, Failure

from bot.errors import Outcome
from bot.model import DeliveryKind, DeliveryStatus, Destination
from bot.run.fate import FEWEST_TRIES, GIVE_UP, IN_DOUBT, SLOWEST, fate
from bot.store.deliveries import Delivery

PENDING, UNCERTAIN, DEAD, SENT = (
    DeliveryStatus.PENDING,
    DeliveryStatus.UNCERTAIN,
    DeliveryStatus.DEAD,
    DeliveryStatus.SENT,
)
ALERT, DIGEST, PICTURE = DeliveryKind.ALERT, DeliveryKind.DIGEST, DeliveryKind.PICTURE
NOW_AGAIN, NEVER = timedelta(), None
LONG_AGO = GIVE_UP + SECOND


def delivery(now: datetime, kind: DeliveryKind, status: DeliveryStatus, age: timedelta, attempts: int) -> Delivery:
    return Delivery(
        1,
        "k",
        Destination(7),
        kind,
        "w",
        1,
        None,
        None,
        ["k"],
        1,
        status,
        now,
        attempts,
        0,
        None,
        None,
        now - age,
        None,
    )


@pytest.mark.parametrize(
    ("outcome", "kind", "before", "after", "again"),
    [
        (Outcome.RETRY, ALERT, PENDING, PENDING, 10 * SECOND),
        (Outcome.RETRY, DIGEST, PENDING, PENDING, 10 * SECOND),
        (Outcome.RETRY, ALERT, UNCERTAIN, UNCERTAIN, 10 * SECOND),
        (Outcome.UNCERTAIN, ALERT, PENDING, UNCERTAIN, IN_DOUBT),
        (Outcome.UNCERTAIN, ALERT, UNCERTAIN, UNCERTAIN, NEVER),
        (Outcome.UNCERTAIN, DIGEST, PENDING, UNCERTAIN, NEVER),
        (Outcome.UNCERTAIN, PICTURE, PENDING, UNCERTAIN, NEVER),
        (Outcome.CHAT_PAUSED, ALERT, PENDING, PENDING, NOW_AGAIN),
        (Outcome.CHAT_PAUSED, DIGEST, PENDING, PENDING, NOW_AGAIN),
        (Outcome.CHAT_PAUSED, ALERT, UNCERTAIN, UNCERTAIN, NOW_AGAIN),
        (Outcome.CHAT_MIGRATED, ALERT, PENDING, PENDING, 10 * SECOND),
        (Outcome.THREAD_GONE, ALERT, PENDING, PENDING, 10 * SECOND),
        (Outcome.UNAUTHORIZED, ALERT, PENDING, PENDING, 10 * SECOND),
        (Outcome.BAD_MESSAGE, ALERT, PENDING, DEAD, NEVER),
        (Outcome.BAD_MESSAGE, ALERT, UNCERTAIN, DEAD, NEVER),
        (Outcome.MESSAGE_GONE, ALERT, PENDING, DEAD, NEVER),
        (Outcome.NOT_MODIFIED, ALERT, PENDING, SENT, NEVER),
    ],
)
def test_an_outcome_leads_to_a_status_and_a_next_try(
    now: datetime,
    outcome: Outcome,
    kind: DeliveryKind,
    before: DeliveryStatus,
    after: DeliveryStatus,
    again: timedelta | None,
) -> None:
    found = fate(delivery(now, kind, before, timedelta(), 0), Failure(outcome), now)
    assert found == (after, None if again is None else now + again)


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("kind", DeliveryKind)
@pytest.mark.parametrize("attempts", [0, 1, 500])
def test_nothing_is_tried_again_without_a_pause_unless_the_chat_itself_changed(
    now: datetime, outcome: Outcome, kind: DeliveryKind, attempts: int
) -> None:
    _, again = fate(delivery(now, kind, PENDING, timedelta(), attempts), Failure(outcome), now)
    assert again is None or again - now >= 10 * SECOND or outcome is Outcome.CHAT_PAUSED


def test_a_group_that_moved_is_told_at_once(now: datetime) -> None:
    failure = Failure(Outcome.CHAT_MIGRATED, new_chat_id=-5)
    assert fate(delivery(now, ALERT, PENDING, LONG_AGO, 50), failure, now) == (PENDING, now)


def test_the_wait_telegram_asks_for_is_kept_to_the_second_however_long(now: datetime) -> None:
    failure = Failure(Outcome.RETRY, retry_after=43_837 * SECOND)
    assert fate(delivery(now, ALERT, PENDING, timedelta(), 3), failure, now) == (PENDING, now + 43_837 * SECOND)


def test_the_pause_doubles_and_stays_below_half_an_hour(now: datetime) -> None:
    tries = [
        fate(delivery(now, ALERT, PENDING, timedelta(), number), Failure(Outcome.RETRY), now) for number in range(12)
    ]
    waits = [again - now for _, again in tries if again]
    assert waits[:4] == [10 * SECOND, 20 * SECOND, 40 * SECOND, 80 * SECOND]
    assert waits[-1] == SLOWEST == 30 * MINUTE


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Outcome.RETRY, DEAD),
        (Outcome.THREAD_GONE, DEAD),
        (Outcome.CHAT_PAUSED, PENDING),
        (Outcome.UNAUTHORIZED, PENDING),
        (Outcome.UNCERTAIN, UNCERTAIN),
    ],
)
def test_after_a_day_only_what_waiting_cannot_mend_is_given_up(
    now: datetime, outcome: Outcome, status: DeliveryStatus
) -> None:
    assert fate(delivery(now, ALERT, PENDING, LONG_AGO, FEWEST_TRIES), Failure(outcome), now)[0] is status


def test_an_old_message_has_its_tries_first(now: datetime) -> None:
    old = [delivery(now, ALERT, PENDING, LONG_AGO, attempts) for attempts in range(FEWEST_TRIES)]
    fates = [fate(each, Failure(Outcome.RETRY), now)[0] for each in old]
    assert fates == [PENDING] * (FEWEST_TRIES - 1) + [DEAD]
