"""Composes a digest or a starting picture at its hour, from what is known then. It sends nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.model import DeliveryKind, Priority, Rhythm, Step, Story
from bot.run.digesting import caps_of, covered, current_steps, news_of, weekly
from bot.run.engine import Configuration, Engine
from bot.run.waking import is_wake, unmuted
from bot.run.wanting import wanted_here
from bot.speech import gettext
from bot.store import AsyncConnection, chats, coverage, deliveries, stories, subscriptions
from bot.store.deliveries import Delivery
from bot.store.mutes import mutes_of
from bot.store.told import last_told, remember
from bot.story import sources
from bot.tell import Card, Message
from bot.tell.digests import Extras, digest, empty, fitting, shown, while_quiet
from bot.tell.entry import READS
from bot.tell.footer import Coverage
from bot.tell.moved import News
from bot.tell.policy import Ladders
from bot.tell.wanted import loudness
from bot.tell.wording import listed


async def brief(engine: Engine, connection: AsyncConnection, delivery: Delivery, now: datetime) -> Message | None:
    """The message of a delivery that tells many stories; None where no rule matches any of them any more, and the chat
    wants no word of that. What it does not tell is released, so that another may tell it; of what it tells is noted
    what it is like now."""
    config = engine.config
    chat = await chats.get_chat(connection, delivery.destination.chat)
    zone = ZoneInfo((chat.timezone if chat else None) or config.settings.timezone)
    wanted = await deliveries.stories_told(connection, delivery.id)
    known = await loaded(connection, config, delivery, wanted)
    known = unmuted(known, await mutes_of(connection, delivery.destination, now))
    known = await wanted_here(connection, delivery.destination, known)
    found, extras = await _to_tell(connection, delivery, known, config.ladders())
    # What no rule matches any more, or too few publishers have, is not told here: it may be told when that changes.
    await deliveries.release_stories(connection, delivery.id, set(wanted) - {story.id for story in found})
    card = card_of(config, delivery.watchlist, found)
    said = await _window(connection, config, delivery, found, card, zone, now)
    if not found:
        say = chat is not None and chat.say_empty and delivery.kind is DeliveryKind.DIGEST
        return empty(card, said.since, said.until, zone, said.coverage) if say and not is_wake(delivery.key) else None
    extras = replace(extras, reads=(chat.language if chat else None) or READS, coverage=said.coverage)
    if await coverage.rhythm_of(connection, delivery.id) is Rhythm.WEEKLY and delivery.kind is DeliveryKind.DIGEST:
        extras = await weekly(connection, config, card.name, said.since, said.until, zone, extras)
    keys = delivery.id if chat is None or chat.buttons else None
    message, caps = fitting(
        caps_of(config),
        lambda caps: digest(
            found, card, said.since, said.until, zone, title=said.title, caps=caps, extras=extras, keys=keys
        ),
    )
    named = shown(found, card.group_by, caps, extras, said.until)
    for story in found:
        if story.id in named:
            step = extras.steps.get(story.id)
            outlets = len(sources(story))
            await remember(connection, delivery.id, story.id, outlets, None if step is None else step.rank)
    # Nobody has heard of a story that was only counted: its next report is news.
    await deliveries.release_stories(connection, delivery.id, {story.id for story in found} - named)
    return message


@dataclass(frozen=True, slots=True)
class _Window:
    """What stretch of time a message is about, under which title, and what that brought besides its stories."""

    since: datetime
    until: datetime
    title: str
    coverage: Coverage | None = None


async def _window(
    connection: AsyncConnection,
    config: Configuration,
    delivery: Delivery,
    found: Sequence[Story],
    card: Card,
    zone: ZoneInfo,
    now: datetime,
) -> _Window:
    earliest = min((report.first_seen for story in found for report in story.reports), default=now)
    if delivery.kind is DeliveryKind.PICTURE:
        return _Window(earliest, now, gettext("Starting picture: {title}").format(title=card.title))
    until = delivery.until or now
    since = (delivery.since or earliest) if delivery.until else earliest
    title = (
        while_quiet(card, [config.card(name).title for name in watchlists_of(found)]) if is_wake(delivery.key) else ""
    )
    here = [story.id for story in found]
    seen = await covered(
        connection, config, delivery.watchlist, since, until, where=delivery.destination, told_here=here
    )
    return _Window(since, until, title, seen)


def watchlists_of(found: Sequence[Story]) -> list[str]:
    """The watchlists of some stories, by name."""
    return sorted({story.watchlist for story in found})


def card_of(config: Configuration, watchlist: str | None, found: Sequence[Story]) -> Card:
    """What a message about these stories says of their watchlist; of several it knows the labels of all, and has
    sections where they agree on them."""
    names = [watchlist] if watchlist is not None else watchlists_of(found)
    cards = [config.card(name) for name in names] or [config.card("")]
    if len(cards) == 1:
        return cards[0]
    labels = {key: called for card in reversed(cards) for key, called in card.label_names.items()}
    groups = {card.group_by for card in cards}
    return Card("", listed([card.title for card in cards], 3), labels, groups.pop() if len(groups) == 1 else None)


async def loaded(
    connection: AsyncConnection, config: Configuration, delivery: Delivery, wanted: Sequence[int]
) -> list[Story]:
    """The stories as the delivery's watchlist has them; where it has none, each as the one of those followed there that
    is loudest about it."""
    if delivery.watchlist is not None:
        return await stories.load_stories(connection, delivery.watchlist, wanted, config.sources)
    best: dict[int, Story] = {}
    followed = await subscriptions.of(connection, delivery.destination)
    for name in dict.fromkeys(one.watchlist for one in followed):
        for story in await stories.load_stories(connection, name, wanted, config.sources):
            if story.id not in best or _order(story) < _order(best[story.id]):
                best[story.id] = story
    return [best[story] for story in sorted(best)]


def _order(story: Story) -> int:
    return list(Priority).index(loudness(story) or Priority.LOW)


async def _to_tell(
    connection: AsyncConnection, delivery: Delivery, loaded: Sequence[Story], ladders: Ladders
) -> tuple[list[Story], Extras]:
    """The stories that this place was never told of, and those that have moved since, with what is new in them."""
    where = delivery.destination
    steps: dict[int, Step] = {}
    moved: dict[int, News] = {}
    told = await last_told(connection, [story.id for story in loaded], where.chat, where.thread, but=delivery.id)
    for watchlist in watchlists_of(loaded):
        of_one = [story for story in loaded if story.watchlist == watchlist]
        steps |= await current_steps(connection, watchlist, of_one)
        if delivery.kind is not DeliveryKind.PICTURE:
            moved |= await news_of(connection, watchlist, of_one, told, steps, ladders)
    if delivery.kind is DeliveryKind.PICTURE:
        return list(loaded), Extras(steps=steps)
    # An alert may have told of a story since it was put into this digest.
    found = [story for story in loaded if story.id not in told or story.id in moved]
    return found, Extras(steps=steps, moved=moved)
