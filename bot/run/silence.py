"""Tells the admins once when feeds stop working, and once when they work again. It never says that of a single failed
poll, and polls nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.log import get, redact
from bot.model import DeliveryKind
from bot.run.admins import admin_chats
from bot.run.engine import Engine
from bot.run.tongue import language_of
from bot.speech import gettext as _
from bot.speech import ngettext, speaking
from bot.store import AsyncConnection, deliveries, facts, feed_past
from bot.store.deliveries import Order
from bot.store.feed_rows import Feed
from bot.tell import Bold, Message, Text
from bot.tell.tree import to_json

log = get(__name__)

SILENT_AFTER = 5
"""Failures in a row that make a feed silent: with `poll.every: 10m` and doubling pauses that is after two and a half
hours, and readers complain about programs that make much of a short outage or never say a word."""

APART = 6
"""Notices lie at least so many times `poll.every` apart (an hour, as delivered): when a line is down every feed falls
silent within some minutes, and that is one notice or two."""

NAMED = 10
"""Feeds that a notice names; of more, how many there are."""

MOST = 0.5
"""A larger share of all feeds than this does not fail by itself: it is the line, the name server or the proxy."""

FACT = "silence"
"""When the last notice was written, and how many there were."""


async def tell_of_silence(engine: Engine, *, round_over: bool = False) -> None:
    """Writes what has changed since the last notice into the outbox: one notice for each admin, feeds noted as told in
    the same transaction. Too soon after the last notice it is left for later; within a single round to its end
    (`round_over`), so that all feeds that fail in it are one notice."""
    if engine.feeds_until is not None and not round_over:
        return
    now = engine.clock()
    async with engine.database.read() as connection:
        if not await _changes(connection):
            return
    async with engine.database.write() as connection:
        known, number = _known(await facts.get_fact(connection, FACT))
        if known is not None and now - known < APART * engine.config.settings.poll.every:
            return
        lost, back = await _news(connection)
        if not lost and not back:
            return
        listed = await feed_past.count_active(connection)
        silent = len(await feed_past.silent(connection, SILENT_AFTER))
        await facts.set_fact(connection, FACT, [now.isoformat(), number + 1], now)
        await feed_past.mark_told(connection, [feed.id for feed in lost], True)
        await feed_past.mark_told(connection, [feed.id for feed in back], False)
        for place in await admin_chats(connection, engine, engine.config.settings.telegram.admins):
            with speaking(await language_of(connection, place.chat)):
                text = redact(_text(lost, back, listed, silent))
                body = to_json(Message(Bold(_("Feeds")), Text(f"\n{text}")))
            key = f"notice:feeds:{number + 1}:{place.chat}"
            await deliveries.order(connection, Order(key, place, DeliveryKind.NOTICE, now, body=body), now)
    log.warning("feeds changed", silent=[feed.url for feed in lost], back=[feed.url for feed in back])


async def _changes(connection: AsyncConnection) -> bool:
    lost, back = await _news(connection)
    return bool(lost or back)


async def _news(connection: AsyncConnection) -> tuple[list[Feed], list[Feed]]:
    """The feeds whose silence, and those whose return, nobody was told of."""
    lost = [feed for feed in await feed_past.silent(connection, SILENT_AFTER) if not feed.told]
    return lost, await feed_past.recovered(connection)


def _text(lost: Sequence[Feed], back: Sequence[Feed], listed: int, silent: int) -> str:
    lines = []
    if silent > 3 and silent > MOST * listed:
        sentence = _("{number} of {all} feeds do not work: perhaps this machine has no way out")
        lines.append(sentence.format(number=silent, all=listed))
    lines += [_lost(feed) for feed in lost[:NAMED]]
    if (more := len(lost) - NAMED) > 0:
        said = ngettext("and {number} more does not work", "and {number} more do not work", more)
        lines.append(said.format(number=more))
    lines += [_("works again: {feed}").format(feed=f"{feed.source} {feed.url}") for feed in back[:NAMED]]
    if (more := len(back) - NAMED) > 0:
        said = ngettext("and {number} more works again", "and {number} more work again", more)
        lines.append(said.format(number=more))
    return "\n".join(lines)


def _lost(feed: Feed) -> str:
    reason = (feed.last_error or "").removeprefix(f"{feed.url}: ")[:300]
    read = feed.last_success
    last = _("last read {time}").format(time=f"{read:%Y-%m-%d %H:%M} UTC") if read else _("never read")
    name = f"{feed.source} {feed.url}"
    if feed.gone:
        sentence = _("gone: {feed}: {reason}; {last}. It is asked once a week; take it off the list")
        return sentence.format(feed=name, reason=reason, last=last)
    sentence = ngettext(
        "does not work: {feed}: {reason}; {number} time in a row, {last}",
        "does not work: {feed}: {reason}; {number} times in a row, {last}",
        feed.failures,
    )
    return sentence.format(feed=name, reason=reason, number=feed.failures, last=last)


def _known(fact: object) -> tuple[datetime | None, int]:
    match fact:
        case [str() as moment, int() as number]:
            return datetime.fromisoformat(moment), number
    return None, 0
