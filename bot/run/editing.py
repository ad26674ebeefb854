"""Changes alerts that stand in their chat when their story grows: more outlets, a language, a correction. It makes
no sound and tells no further step: that rings.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.errors import DeliveryError, Outcome
from bot.log import get
from bot.model import DeliveryKind
from bot.run.choices import asked, possibly
from bot.run.engine import Engine
from bot.speech import speaking
from bot.store import AsyncConnection, chats, edits, feedback, stories
from bot.store.deliveries import Delivery
from bot.store.feedback import Verdict
from bot.store.mutes import Muted, mutes_of
from bot.store.steps import steps_by_article
from bot.story import best_report
from bot.story.standing import standing
from bot.tell import Message, alert, split
from bot.tell.alertkeys import Act, with_keys
from bot.tell.steplist import Dated
from bot.tell.ties import with_ties
from bot.tell.tree import to_json

log = get(__name__)

AT_ONCE = 20
"""Messages looked at in one go: alerts that are due are told between two goes."""


async def edit_due(engine: Engine) -> int:
    """Looks at the messages whose time has come; returns how many. Edits may be repeated freely, so that a crash or an
    unknown outcome is another try."""
    now = engine.clock()
    async with engine.database.read() as connection:
        due = await edits.due_edits(connection, now, AT_ONCE)
    for delivery, shown in due:
        await _one(engine, delivery, shown, now)
    return len(due)


async def _one(engine: Engine, delivery: Delivery, shown: str | None, now: datetime) -> None:
    async with engine.database.read() as connection:
        message = await _message(engine, connection, delivery, now)
    # As it was sent: in parts, of which there must be one.
    parts = split(message) if message is not None else []
    new = _hash(to_json(parts[0])) if len(parts) == 1 else None
    if new is None or new == (shown or _hash(delivery.body)):
        async with engine.database.write() as connection:
            await edits.edit_later(connection, delivery.id, None)
        return
    courier = engine.courier(delivery.destination)
    if courier is None or delivery.message_id is None:
        return
    try:
        await courier.edit(delivery.destination, delivery.message_id, parts[0])
    except DeliveryError as error:
        await _not_edited(engine, delivery, error, now)
        return
    async with engine.database.write() as connection:
        await edits.edited(connection, delivery.id, new, now)
    engine.tally.add("edited")
    log.info("edited", delivery=delivery.id, chat=delivery.destination.chat, story=delivery.story_id)


async def _not_edited(engine: Engine, delivery: Delivery, error: DeliveryError, now: datetime) -> None:
    log.info("not edited", delivery=delivery.id, outcome=error.outcome, reason=str(error))
    async with engine.database.write() as connection:
        if error.outcome is Outcome.MESSAGE_GONE:
            await edits.forget_message(connection, delivery.id)
        elif error.outcome in (Outcome.RETRY, Outcome.UNCERTAIN, Outcome.UNAUTHORIZED):
            wait = error.retry_after or engine.config.settings.alerts.edit_every
            await edits.edit_later(connection, delivery.id, now + wait)
        else:
            await edits.edit_later(connection, delivery.id, None)


async def _message(engine: Engine, connection: AsyncConnection, delivery: Delivery, now: datetime) -> Message | None:
    """What the alert would say now; None where no rule matches the story any more."""
    config, watchlist, where = engine.config, delivery.watchlist or "", delivery.destination
    chat = await chats.get_chat(connection, where.chat)
    found = await stories.load_stories(connection, watchlist, [delivery.story_id or 0], config.sources)
    if not found or chat is None or delivery.kind is not DeliveryKind.ALERT:
        return None
    story, zone = found[0], ZoneInfo(chat.timezone or config.settings.timezone)
    at = standing(story, await steps_by_article(connection, watchlist, story.id), chat.language)
    with speaking(chat.language):
        step = Dated(at.step, at.report) if at else None
        message = alert(story, config.card(watchlist), zone, language=chat.language, step=step)
        message = with_ties(message, await possibly(connection, story.id, watchlist), ask=asked(chat, config.settings))
        if not chat.buttons:
            return message
        best = best_report(story)
        muted = {(each.kind, each.target) for each in await mutes_of(connection, where, now)}
        done = [Act.MUTE_STORY] if (Muted.STORY, str(story.id)) in muted else []
        source = best.article.source.name if best.article.source else ""
        done += [Act.MUTE_SOURCE] if (Muted.SOURCE, source) in muted else []
        said = await feedback.verdict_of(connection, story.id, watchlist, where.chat)
        done += [] if said is None else [Act.RELEVANT if said is Verdict.RELEVANT else Act.NOT_RELEVANT]
        return with_keys(message, best.article.url, delivery.id, done)


def _hash(body: list[object] | None) -> str:
    return hashlib.sha256(json.dumps(body, ensure_ascii=False).encode()).hexdigest()
