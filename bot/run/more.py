"""What is behind the keys of a digest that was sent: a section's stories as headlines, and the reasons of the order. It
changes nothing, and tells no story for the first time: whoever asked sees it, and its next report is news.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model import DeliveryKind, Destination, Story
from bot.run.briefing import card_of, loaded, watchlists_of
from bot.run.digest import LATECOMERS
from bot.run.digesting import current_steps
from bot.run.engine import Configuration, Engine
from bot.run.waking import is_wake, unmuted
from bot.run.wanting import wanted_here
from bot.store import AsyncConnection, chats, deliveries, hours, ledger, stories
from bot.store.deliveries import Delivery
from bot.store.mutes import mutes_of
from bot.tell import Card, Message
from bot.tell.digests import headlines, reasons, section_name
from bot.tell.entry import READS
from bot.tell.more import section_key
from bot.tell.moved import News
from bot.tell.rank import Item, Ranked, rank
from bot.tell.sections import Caps, sections

ALL = Caps(0, 0, 1_000_000)
"""Every story as a headline."""

MOST = 100
"""Stories of which one answer speaks: the weightiest."""


class Briefs:
    """Answers for one running engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def section(self, delivery: int, section: str, where: Destination, now: datetime) -> list[Message]:
        """All stories of one section of a digest of this chat, as headlines, the weightiest first; none where it is no
        digest of this chat, or nothing is left of it."""
        found = await self._digest(delivery, where, now)
        if found is None:
            return []
        for each in sections(found.ranked, found.card.group_by, ALL):
            if section_key(each.label) == section:
                return [headlines(each.headlines[:MOST], section_name(each, found.card), found.reads)]
        return []

    async def order(self, delivery: int, where: Destination, now: datetime) -> list[Message]:
        """Why the stories of a digest of this chat stand in their order; none where it is no digest of this chat, or
        nothing is left of it."""
        found = await self._digest(delivery, where, now)
        return [] if found is None else [reasons(found.ranked[:MOST], found.card.title, found.reads)]

    async def _digest(self, delivery_id: int, where: Destination, now: datetime) -> _Digest | None:
        config = self._engine.config
        async with self._engine.database.read() as connection:
            delivery = await ledger.delivery(connection, delivery_id)
            if delivery is None or delivery.destination != where or delivery.kind not in _KINDS:
                return None
            chat = await chats.get_chat(connection, where.chat)
            wanted = await _all_of(connection, config, delivery)
            known = await loaded(connection, config, delivery, wanted)
            found = await wanted_here(connection, where, unmuted(known, await mutes_of(connection, where, now)))
            ranked = await _ranked(connection, delivery, found)
        if not ranked:
            return None
        return _Digest(card_of(config, delivery.watchlist, found), ranked, (chat.language if chat else None) or READS)


_KINDS = (DeliveryKind.DIGEST, DeliveryKind.PICTURE)


@dataclass(frozen=True, slots=True)
class _Digest:
    """A digest that was sent, as it is known now, for somebody who reads that language."""

    card: Card
    ranked: Sequence[Ranked]
    reads: str


async def _all_of(connection: AsyncConnection, config: Configuration, delivery: Delivery) -> list[int]:
    """The stories a digest told, and those it only counted: these were released, and are told to nobody since."""
    found = set(await deliveries.stories_told(connection, delivery.id))
    where, since, until = delivery.destination, delivery.since, delivery.until
    if since is None or until is None:
        return sorted(found)
    if is_wake(delivery.key):
        return sorted(found | set(await hours.gathered(connection, where, since, until)))
    if delivery.watchlist is not None:
        begin = since - LATECOMERS
        found |= set(
            await stories.untold_since(
                connection, delivery.watchlist, where.chat, where.thread, begin, until, config.sources
            )
        )
    return sorted(found)


async def _ranked(connection: AsyncConnection, delivery: Delivery, found: Sequence[Story]) -> list[Ranked]:
    """As the digest ranked them; a story that was told before it had moved."""
    end = delivery.until or delivery.created_at
    before = await hours.told_before(connection, delivery.destination, [story.id for story in found], delivery.id)
    items = []
    for watchlist in watchlists_of(found):
        of_one = [story for story in found if story.watchlist == watchlist]
        steps = await current_steps(connection, watchlist, of_one)
        items += [
            Item(story, steps.get(story.id), News(delivery.created_at) if story.id in before else None)
            for story in of_one
        ]
    return rank(items, end)
