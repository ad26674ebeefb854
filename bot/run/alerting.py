"""Composes an alert at its hour, from what is known then. It sends nothing and orders nothing."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.model import Priority, Step, Story
from bot.run.choices import asked, possibly
from bot.run.engine import Configuration, Engine
from bot.run.wanting import wanted_here
from bot.speech import gettext, speaking
from bot.store import AsyncConnection, chats, deliveries, stories
from bot.store.deliveries import NOW_URGENT, Delivery, rings_again
from bot.store.heard import heard
from bot.store.hours import held, rule_target
from bot.store.steps import steps_by_article
from bot.store.told import remember
from bot.story import best_report, sources
from bot.story.standing import Standing, standing
from bot.tell import Italic, Message, Text, alert
from bot.tell.alertkeys import with_keys
from bot.tell.compose import Before
from bot.tell.policy import Heard, gets_urgent, rises
from bot.tell.steplist import Dated
from bot.tell.ties import with_ties
from bot.tell.wanted import loudness
from bot.tell.wording import REPEATED


class Needless(StrEnum):
    """Why an alert that was ordered is not sent."""

    NO_MATCH = "no rule matches it any more"
    MUTED = "the place has muted it: the story, its rules, or its sources"
    UNWANTED = "the place wants other stories of this watchlist"
    NO_STEP = "the step it would tell was told meanwhile, or is reported no more"
    NOT_URGENT = "it is urgent no more, or was told so meanwhile"


async def compose_alert(
    engine: Engine, connection: AsyncConnection, delivery: Delivery, now: datetime
) -> Message | Needless:
    """The message of an alert; of what it tells is noted what it is like now."""
    config, watchlist, where = engine.config, delivery.watchlist or "", delivery.destination
    chat = await chats.get_chat(connection, where.chat)
    zone = ZoneInfo((chat.timezone if chat else None) or config.settings.timezone)
    language = chat.language if chat else None
    wanted = await deliveries.stories_told(connection, delivery.id)
    found = await stories.load_stories(connection, watchlist, wanted, config.sources)
    if not found:
        return Needless.NO_MATCH
    # What no rule matches any more, or too few publishers have, is not told here: it may be told when that changes.
    await deliveries.release_stories(connection, delivery.id, set(wanted) - {story.id for story in found})
    story = found[0]
    names = {report.article.source.name for report in story.reports if report.article.source is not None}
    rules = {rule_target(watchlist, match.rule) for report in story.reports for match in report.matches}
    if await held(connection, where, story.id, names, rules, now) is not None:
        return Needless.MUTED
    if not await wanted_here(connection, where, [story]):
        return Needless.UNWANTED
    at = standing(story, await steps_by_article(connection, watchlist, story.id), language)
    had = None
    if rings_again(delivery.key):
        told = await heard(connection, story.id, watchlist, config.ladders(), where=where, but=delivery.id)
        had = told.get(where)
    before = news_of(config, delivery, story, had, at) if had is not None else None
    if before is not None and not (before.further or before.urgent):
        return Needless.NOT_URGENT if delivery.key.endswith(f":{NOW_URGENT}") else Needless.NO_STEP
    await remember(connection, delivery.id, story.id, len(sources(story)), at.step.rank if at else None)
    message = alert(
        story,
        config.card(watchlist),
        zone,
        language=language,
        step=Dated(at.step, at.report) if at else None,
        before=before,
    )
    possible = await possibly(connection, story.id, watchlist)
    message = with_ties(message, possible, ask=asked(chat, config.settings))
    if chat is None or chat.id == 0 or not chat.buttons:
        return message
    return with_keys(message, best_report(story).article.url, delivery.id)


def news_of(config: Configuration, delivery: Delivery, story: Story, had: Heard, at: Standing | None) -> Before:
    """What an alert about a story that its place knows has to say: a further step, that it is urgent now, or
    nothing."""
    return Before(
        _named(config, story.watchlist, at.step, had.step) if at else None,
        had.at,
        further=rises(had, at.step.rank if at else None),
        urgent=delivery.priority is Priority.URGENT and gets_urgent(had, loudness(story)),
    )


def _named(config: Configuration, watchlist: str, like: Step, rank: int | None) -> str | None:
    """What the step of this rank is called, of the concept of another one."""
    listed = config.watchlists.lists.get(watchlist)
    concept = listed.concepts.get(like.concept) if listed else None
    names = list(concept.labels) if concept else []
    return names[rank] if rank is not None and rank < len(names) else None


async def as_repeat(engine: Engine, delivery: Delivery, message: Message) -> Message:
    """The message of a delivery that may have arrived before, saying so."""
    async with engine.database.read() as connection:
        chat = await chats.get_chat(connection, delivery.destination.chat)
    with speaking(chat.language if chat else None):
        nodes = (Italic(gettext(REPEATED)), Text("\n"), *message.nodes)
    return Message(*nodes, keys=message.keys, picture=message.picture)
