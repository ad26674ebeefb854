"""What becomes of a delivery that was not confirmed. It writes nothing down."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.errors import DeliveryError, Outcome
from bot.model import DeliveryKind, DeliveryStatus
from bot.store.deliveries import Delivery

BACK_OFF = timedelta(seconds=10)
SLOWEST = timedelta(minutes=30)

GIVE_UP = timedelta(hours=24)
"""After so long an undelivered message is dead, and shown as such."""

FEWEST_TRIES = 5
"""But not before so many tries: it may be old because its chat was paused, or the bot switched off."""

IN_DOUBT = timedelta(seconds=60)
"""How long an alert that may have arrived waits before its one repeat."""

NOTICE_AGAIN = timedelta(minutes=2)
"""The longest a notice in doubt waits: with it a line is found to work again."""


def fate(delivery: Delivery, error: DeliveryError, now: datetime) -> tuple[DeliveryStatus, datetime | None]:
    """The status and the next try of an unconfirmed delivery."""
    if error.outcome == Outcome.UNCERTAIN:
        if delivery.kind is DeliveryKind.NOTICE:
            # It costs nobody anything if it comes twice, and must come.
            return DeliveryStatus.UNCERTAIN, now + min(IN_DOUBT * 2 ** min(delivery.attempts, 10), NOTICE_AGAIN)
        again = delivery.kind is DeliveryKind.ALERT and delivery.status is not DeliveryStatus.UNCERTAIN
        return DeliveryStatus.UNCERTAIN, now + IN_DOUBT if again else None
    if error.outcome == Outcome.NOT_MODIFIED:
        return DeliveryStatus.SENT, None
    if error.outcome in (Outcome.BAD_MESSAGE, Outcome.MESSAGE_GONE):
        return DeliveryStatus.DEAD, None
    # A repeat that was surely not delivered is still only a repeat: it stays in doubt.
    status = DeliveryStatus.UNCERTAIN if delivery.status is DeliveryStatus.UNCERTAIN else DeliveryStatus.PENDING
    if error.outcome == Outcome.CHAT_PAUSED or (
        error.outcome == Outcome.CHAT_MIGRATED and error.new_chat_id is not None
    ):
        return status, now
    old = now - delivery.created_at > GIVE_UP and delivery.attempts + 1 >= FEWEST_TRIES
    # Who was asked for patience has done nothing wrong, however long it takes.
    if old and error.outcome != Outcome.UNAUTHORIZED and error.retry_after is None:
        return DeliveryStatus.DEAD, None
    wait = error.retry_after or min(BACK_OFF * 2 ** min(delivery.attempts, 10), SLOWEST)
    return status, now + wait
