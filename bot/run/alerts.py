"""The messages that a matched story leads to: rows in the outbox. It composes and sends nothing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.log import get
from bot.model import DeliveryKind, Match, Priority, Report, Story, Subscription
from bot.run.engine import Configuration
from bot.settings import Settings
from bot.store import AsyncConnection, deliveries, stories, subscriptions
from bot.store.deliveries import Order
from bot.store.heard import heard
from bot.store.steps import steps_by_article
from bot.story import headline
from bot.story.standing import own_step, standing
from bot.tell import Telling, alert_due, telling
from bot.tell.policy import loudest
from bot.tell.wanted import loudness, unwanted

log = get(__name__)

PICTURE_HOLD = timedelta(seconds=20)
"""How long a starting picture waits for its first pages; it goes on waiting while feeds have never been
asked and pages of a first look not been tried."""

_NAMED = 100
"""So much of a step's name, in characters, is in the key of its alert, which is as long as its column at most."""


async def tell_story(
    config: Configuration,
    connection: AsyncConnection,
    story_id: int,
    article_id: int,
    found: list[Match],
    quiet: bool,
    now: datetime,
    *,
    known: bool = False,
    rules_before: Collection[tuple[str, str]] = (),
) -> int:
    """Writes the deliveries that a matched story leads to, and returns how many alerts are among them. The article
    speaks as loudly as its matches that count. `known`: it was read before, and no rule and no label has come in since:
    only a further step is news then, and only to those who were told of the story. `rules_before` are the watchlists
    and rules that matched it when it was read before."""
    known_steps = config.ladders()
    alerts = 0
    for watchlist in dict.fromkeys(hit.watchlist for hit in found):
        story, report, own, now_at = None, None, None, None
        for story in await stories.load_stories(connection, watchlist, [story_id], config.sources):
            await stories.set_headline(connection, story_id, headline(story))
            report = next((each for each in story.reports if each.article_id == article_id), None)
            steps = await steps_by_article(connection, watchlist, story_id)
            own, now_at = own_step(story, steps, article_id), standing(story, steps)
        priority = loudest(hit.priority for hit in report.matches) if report else None
        # Once for all: an order to one place is nothing that another one hears of.
        places = await heard(connection, story_id, watchlist, known_steps)
        for subscription in await subscriptions.subscribers_of(connection, watchlist, config.settings.timezone):
            where = subscription.destination
            had = places.get(where)
            if known and had is None:
                continue
            decision = telling(
                subscription,
                priority,
                quiet=quiet,
                heard=had,
                own=own,
                known=not _newly_urgent(report, rules_before),
                wanted=story is None or _wanted(subscription, story, priority if had is None else loudness(story)),
            )
            log.debug("telling", story=story_id, chat=where.chat, decision=decision)
            if decision is Telling.PICTURE:
                await _into_picture(connection, subscription, story_id, now)
            elif decision in (Telling.ALERT, Telling.STEP, Telling.LOUDER, Telling.URGENT):
                assert priority is not None, "no alert without a match that counts"
                step = now_at.step.step if decision is Telling.STEP and now_at else None
                news = deliveries.NOW_URGENT if decision is Telling.URGENT else step
                order = _alert(subscription, config.settings, story_id, priority, now, news)
                if decision is Telling.LOUDER:
                    await deliveries.take_over(connection, order, now)
                elif await deliveries.order(connection, order, now, [story_id]) is not None:
                    alerts += 1
    return alerts


def _newly_urgent(report: Report | None, rules_before: Collection[tuple[str, str]]) -> bool:
    """Whether an urgent rule matches the report that did not match it before; it may have been less then."""
    return report is not None and any(
        match.priority is Priority.URGENT and (match.watchlist, match.rule) not in rules_before
        for match in report.matches
    )


def _wanted(subscription: Subscription, story: Story, priority: Priority | None) -> bool:
    why = unwanted(subscription.wants, story, priority)
    if why is not None:
        log.debug("unwanted", story=story.id, chat=subscription.destination.chat, reason=why)
    return why is None


async def counting(config: Configuration, connection: AsyncConnection, story_id: int) -> frozenset[str]:
    """The watchlists with a rule that counts in the story: enough publishers have it."""
    found = [
        await stories.load_stories(connection, name, [story_id], config.sources) for name in config.watchlists.lists
    ]
    return frozenset(story.watchlist for told in found for story in told)


async def tell_merged(
    config: Configuration, connection: AsyncConnection, story_id: int, before: frozenset[str], now: datetime
) -> int:
    """Tells a story whose parts had too few publishers for a rule each and have enough together: for the watchlists
    that counted in none of them. Returns how many alerts were written."""
    alerts = 0
    for watchlist in sorted(await counting(config, connection, story_id) - before):
        for story in await stories.load_stories(connection, watchlist, [story_id], config.sources):
            last = story.reports[-1]
            quiet = await stories.all_quiet(connection, [report.article_id for report in story.reports])
            alerts += await tell_story(config, connection, story_id, last.article_id, list(last.matches), quiet, now)
    return alerts


def _alert(
    subscription: Subscription,
    settings: Settings,
    story_id: int,
    priority: Priority,
    now: datetime,
    news: str | None = None,
) -> Order:
    """The alert about a story; with `news`, one about its rise to a step of that name, or about its being urgent now.
    No second one of a key is ever sent. It ends with the name: two watchlists may have quite another step at the same
    rank."""
    where = subscription.destination
    return Order(
        key=f"alert:{story_id}:{where.chat}:{where.thread}" + (f":{news[:_NAMED]}" if news is not None else ""),
        destination=where,
        kind=DeliveryKind.ALERT,
        # Whether it must wait for the end of quiet hours is decided when it is due.
        due_at=alert_due(priority, now, settings.alerts.hold),
        watchlist=subscription.watchlist,
        story_id=story_id,
        subscription_id=subscription.id,
        priority=priority,
    )


async def _into_picture(connection: AsyncConnection, subscription: Subscription, story_id: int, now: datetime) -> None:
    """Adds a story to the subscription's starting picture, and begins one where none is open."""
    picture = await deliveries.open_picture(connection, subscription.id)
    if picture is not None:
        await deliveries.tell_stories(connection, picture, [story_id])
        return
    order = Order(
        # The moment too: a story that a picture let go of, since too few told it, may come into a later one.
        key=f"picture:{subscription.id}:{story_id}:{now:%Y-%m-%dT%H:%M:%S.%f}",
        destination=subscription.destination,
        kind=DeliveryKind.PICTURE,
        due_at=now + PICTURE_HOLD,
        watchlist=subscription.watchlist,
        subscription_id=subscription.id,
        since=now,
    )
    await deliveries.order(connection, order, now, [story_id])
