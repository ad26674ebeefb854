"""Changes alerts that stand in their chat when their story grows: more outlets, a language, a correction. It makes
no sound; what is news enough to ring is an alert of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.errors import DeliveryError, Outcome, StoreError
from bot.log import get, stopwatch
from bot.model import DeliveryKind, Story
from bot.run.alerting import news_of
from bot.run.choices import asked, possibly
from bot.run.composing import ids
from bot.run.engine import Courier, Engine
from bot.run.trouble import chat_closed
from bot.run.work import all_of
from bot.speech import speaking
from bot.store import AsyncConnection, chats, edits, feedback, stories
from bot.store.chats import RIGHTS_AGAIN
from bot.store.choices import ChoiceError, living
from bot.store.deliveries import Delivery, rings_again
from bot.store.edits import Edit
from bot.store.feedback import Verdict
from bot.store.heard import heard
from bot.store.mutes import Muted, mutes_of
from bot.store.steps import steps_by_article
from bot.story import best_report
from bot.story.standing import Standing, standing
from bot.tell import Message, alert, split
from bot.tell.alertkeys import Act, with_keys
from bot.tell.compose import Before, Grown
from bot.tell.steplist import Dated
from bot.tell.ties import with_ties
from bot.tell.tree import from_json, to_json

log = get(__name__)

AT_ONCE = 20
"""Messages looked at in one go: alerts that are due are told between two goes."""

OF_ONE_CHAT = 3
"""Of them of one chat: a second each is what Telegram's limits want, and nobody waits for a changed message."""

SET_ASIDE = timedelta(hours=1)
"""How long a message is left alone that could not be composed: that is our bug."""


async def edit_due(engine: Engine) -> int:
    """Looks at the messages whose time has come; returns how many. Edits may be repeated freely, so that a crash or an
    unknown outcome is another try."""
    now = engine.clock()
    async with engine.database.read() as connection:
        due = await edits.due_edits(connection, now, AT_ONCE)
    found: dict[int, list[Edit]] = defaultdict(list)
    for one in due:
        if engine.courier(one.delivery.destination) is not None:
            found[one.delivery.destination.chat].append(one)
    return sum(await all_of(_in_chat(engine, queue[:OF_ONE_CHAT], now) for queue in found.values()))


async def _in_chat(engine: Engine, queue: Sequence[Edit], now: datetime) -> int:
    """How many messages of a chat were looked at, one after another. What it would not take for one it would not take
    for the next either."""
    for number, one in enumerate(queue, start=1):
        if engine.stopping:
            return number - 1
        courier = engine.courier(one.delivery.destination)
        try:
            if courier is not None and not await _one(engine, courier, one, now):
                return number
        except StoreError:
            raise
        except Exception as error:
            # One bad thing stays one bad thing: it is set aside.
            log.exception("step failed", delivery=one.delivery.id, reason=str(error))
            async with engine.database.write() as connection:
                await edits.edit_later(connection, one.delivery.id, now + SET_ASIDE)
    return len(queue)


async def _one(engine: Engine, courier: Courier, one: Edit, now: datetime) -> bool:
    """Changes one message where that is needed. False where its chat takes no more for now."""
    delivery, took = one.delivery, stopwatch()
    async with engine.database.read() as connection:
        message = await _message(engine, connection, one, now)
    # As it was sent: below its picture, and in parts, of which there must be one.
    parts = split(_pictured(message, delivery)) if message is not None else []
    new = _hash(to_json(parts[0])) if len(parts) == 1 else None
    if new is None or new == (one.shown or _hash(delivery.body)) or delivery.message_id is None:
        async with engine.database.write() as connection:
            await edits.nothing_to_edit(connection, one)
        return True
    try:
        await courier.edit(delivery.destination, delivery.message_id, parts[0])
    except DeliveryError as error:
        if error.outcome is not Outcome.NOT_MODIFIED:
            return await _not_edited(engine, one, error, took())
    async with engine.database.write() as connection:
        await edits.edited(connection, one, new, engine.clock(), engine.config.settings.alerts.edit_every)
    engine.tally.add("edited")
    log.info("edited", **ids(delivery), outcome="edited", seconds=took())
    return True


async def _not_edited(engine: Engine, one: Edit, error: DeliveryError, seconds: float) -> bool:
    """Notes why a message was not changed. One that may be tried again is; what stops its chat stops it for all."""
    delivery, now, chat = one.delivery, engine.clock(), one.delivery.destination.chat
    log.info("not edited", **ids(delivery), outcome=error.outcome, reason=str(error), seconds=seconds)
    later = now + (error.retry_after or engine.config.settings.alerts.edit_every)
    async with engine.database.write() as connection:
        match error.outcome:
            case Outcome.MESSAGE_GONE:
                await edits.forget_message(connection, delivery.id)
                return True
            case Outcome.BAD_MESSAGE | Outcome.THREAD_GONE:
                await edits.nothing_to_edit(connection, one)
                return True
            case Outcome.UNCERTAIN:
                await edits.edit_later(connection, delivery.id, later)
                return True
            case Outcome.CHAT_PAUSED:
                # It stays due: who unblocks the bot finds it changed.
                await chats.set_chat_state(connection, chat, chats.ChatState.PAUSED, str(error))
                await chats.set_not_before(connection, chat, now + RIGHTS_AGAIN if error.comes_back else None)
                await chat_closed(engine, connection, chat, str(error), now)
            case Outcome.CHAT_MIGRATED if error.new_chat_id is not None:
                await chats.migrate_chat(connection, chat, error.new_chat_id)
                # Its messages stayed behind in the chat that is no more.
                await edits.forget_message(connection, delivery.id)
            case _:
                await edits.edit_later(connection, delivery.id, later)
                if error.flooded:
                    await chats.set_not_before(connection, chat, later)
    return False


async def _message(engine: Engine, connection: AsyncConnection, one: Edit, now: datetime) -> Message | None:
    """What the alert would say now; None where no rule matches the story any more."""
    config, delivery, where = engine.config, one.delivery, one.delivery.destination
    watchlist = delivery.watchlist or ""
    chat = await chats.get_chat(connection, where.chat)
    if chat is None or delivery.kind is not DeliveryKind.ALERT:
        return None
    try:
        number = await living(connection, delivery.story_id or 0)
    except ChoiceError:
        return None
    found = await stories.load_stories(connection, watchlist, [number], config.sources)
    if not found:
        return None
    story, zone = found[0], ZoneInfo(chat.timezone or config.settings.timezone)
    at = standing(story, await steps_by_article(connection, watchlist, story.id), chat.language)
    before = await _rung(engine, connection, one, story, at)
    if before is not None and not (before.further or before.urgent):
        return None
    with speaking(chat.language):
        step = Dated(at.step, at.report) if at else None
        card, grown = config.card(watchlist), _then(story, one)
        message = alert(story, card, zone, language=chat.language, step=step, before=before, grown=grown)
        message = with_ties(message, await possibly(connection, story.id, watchlist), ask=asked(chat, config.settings))
        return await _keyed(connection, message, story, delivery, now) if chat.buttons else message


async def _rung(
    engine: Engine, connection: AsyncConnection, one: Edit, story: Story, at: Standing | None
) -> Before | None:
    """What an alert rang again for, None for a first one. One whose step is not the story's any more has nothing to say
    now: what is further rings, and what was taken back has rung."""
    delivery, ladders = one.delivery, engine.config.ladders()
    if not rings_again(delivery.key):
        return None
    where = delivery.destination
    had = await heard(connection, story.id, story.watchlist, ladders, where=where, earlier_than=delivery.id)
    if where not in had:
        return None
    if (at.step.rank if at else None) != one.step:
        return Before(None, had[where].at, further=False)
    return news_of(engine.config, delivery, story, had[where], at)


async def _keyed(
    connection: AsyncConnection, message: Message, story: Story, delivery: Delivery, now: datetime
) -> Message:
    """The message with its keys, each showing what holds now."""
    best, where = best_report(story), delivery.destination
    muted = {(each.kind, each.target) for each in await mutes_of(connection, where, now)}
    done = [Act.MUTE_STORY] if (Muted.STORY, str(story.id)) in muted else []
    source = best.article.source.name if best.article.source else ""
    done += [Act.MUTE_SOURCE] if (Muted.SOURCE, source) in muted else []
    said = await feedback.verdict_of(connection, story.id, story.watchlist, where.chat)
    done += [] if said is None else [Act.RELEVANT if said is Verdict.RELEVANT else Act.NOT_RELEVANT]
    return with_keys(message, best.article.url, delivery.id, done)


def _pictured(message: Message, delivery: Delivery) -> Message:
    return Message(*message.nodes, keys=message.keys, picture=from_json(delivery.body or []).picture)


def _then(story: Story, one: Edit) -> Grown | None:
    """What the story had when it was told; None where nobody noted it."""
    told = one.delivery.sent_at or one.delivery.created_at
    known = {report.article.language for report in story.reports if report.first_seen <= told}
    return Grown(one.outlets, len(known - {None})) if one.outlets else None


def _hash(body: list[object] | None) -> str:
    return hashlib.sha256(json.dumps(body, ensure_ascii=False).encode()).hexdigest()
