"""Composes a digest or a starting picture at its hour, from what is known then. It sends nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.model import DeliveryKind, Rhythm, Story
from bot.run.digesting import caps_of, covered, current_steps, news_of, weekly
from bot.run.engine import Engine
from bot.store import AsyncConnection, chats, coverage, deliveries, stories
from bot.store.deliveries import Delivery
from bot.store.told import last_told, remember
from bot.story import sources
from bot.tell import Message
from bot.tell.digests import Extras, digest, fitting, shown
from bot.tell.entry import READS
from bot.tell.policy import Ladders


async def brief(engine: Engine, connection: AsyncConnection, delivery: Delivery, now: datetime) -> Message | None:
    """The message of a delivery that tells many stories; None where no rule matches any of them any more. What it does
    not tell is released, so that another may tell it; of what it tells is noted what it is like now."""
    config, watchlist = engine.config, delivery.watchlist or ""
    card = config.card(watchlist)
    chat = await chats.get_chat(connection, delivery.destination.chat)
    zone = ZoneInfo((chat.timezone if chat else None) or config.settings.timezone)
    wanted = await deliveries.stories_told(connection, delivery.id)
    loaded = await stories.load_stories(connection, watchlist, wanted, config.sources)
    found, extras = await _to_tell(connection, delivery, watchlist, loaded, config.ladders())
    # What no rule matches any more, or too few publishers have, is not told here: it may be told when that changes.
    await deliveries.release_stories(connection, delivery.id, set(wanted) - {story.id for story in found})
    if not found:
        return None
    extras = replace(extras, reads=(chat.language if chat else None) or READS)
    earliest = min(report.first_seen for story in found for report in story.reports)
    if delivery.kind is DeliveryKind.PICTURE:
        since, until, title = earliest, now, f"Starting picture: {card.title}"
    else:
        since, until, title = (delivery.since or earliest) if delivery.until else earliest, delivery.until or now, ""
        here = [story.id for story in found]
        seen = await covered(connection, config, watchlist, since, until, where=delivery.destination, told_here=here)
        extras = replace(extras, coverage=seen)
        if await coverage.rhythm_of(connection, delivery.id) is Rhythm.WEEKLY:
            extras = await weekly(connection, config, watchlist, since, until, zone, extras)
    message, caps = fitting(
        caps_of(config),
        lambda caps: digest(found, card, since, until, zone, title=title, caps=caps, extras=extras),
    )
    named = shown(found, card.group_by, caps, extras, until)
    for story in found:
        if story.id in named:
            step = extras.steps.get(story.id)
            outlets = len(sources(story))
            await remember(connection, delivery.id, story.id, outlets, None if step is None else step.rank)
    # Nobody has heard of a story that was only counted: its next report is news.
    await deliveries.release_stories(connection, delivery.id, {story.id for story in found} - named)
    return message


async def _to_tell(
    connection: AsyncConnection, delivery: Delivery, watchlist: str, loaded: list[Story], ladders: Ladders
) -> tuple[list[Story], Extras]:
    """The stories that this place was never told of, and those that have moved since, with what is new in them."""
    where = delivery.destination
    steps = await current_steps(connection, watchlist, loaded)
    if delivery.kind is DeliveryKind.PICTURE:
        return loaded, Extras(steps=steps)
    told = await last_told(connection, [story.id for story in loaded], where.chat, where.thread, but=delivery.id)
    moved = await news_of(connection, watchlist, loaded, told, steps, ladders)
    # An alert may have told of a story since it was put into this digest.
    found = [story for story in loaded if story.id not in told or story.id in moved]
    return found, Extras(steps=steps, moved=moved)
