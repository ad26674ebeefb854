"""Answers readers' questions from the store: digests, reasons, how the bot is doing. It changes nothing but what
counts as told, and what readers say of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.model import DeliveryKind, DeliveryStatus, Destination, Source, Story
from bot.run.choices import join_tie, part_tie
from bot.run.digesting import caps_of, current_steps, extras_of
from bot.run.drawing import drawn
from bot.run.engine import Configuration, Engine
from bot.run.precision import nodes, readings
from bot.run.wanting import wanted_here
from bot.run.week import labels_of, stories_a_day
from bot.speech import gettext, later
from bot.store import chats, deliveries, feedback, feeds, ledger, stories
from bot.store.alarms import open_alarms
from bot.store.choices import ChoiceError, living
from bot.store.deliveries import Order
from bot.store.tied import Fate
from bot.store.told import remember
from bot.story import headline, sources
from bot.tell import Bold, Message, digest, local, why
from bot.tell.alarming import begun
from bot.tell.hush import Hours
from bot.tell.wanted import LabelName

STARTING_DAYS = 7
STARTING_STORIES = 5
"""What a new subscriber is shown: the latest stories of the last days, never a flood."""

_AT_ONCE = 50
"""Stories read at a time for that: a week may have thousands."""

_MOST_ALARMS = 5


@dataclass(frozen=True, slots=True)
class Card:
    """A watchlist as a reader meets it."""

    name: str
    title: str
    rules: int
    description: str = ""
    labels: Sequence[LabelName] = ()


class Newsroom:
    """Answers for one running engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def sources(self) -> Mapping[str, Source]:
        """The sources of the running configuration by name."""
        return self._engine.config.sources

    def quiet(self) -> Hours | None:
        """Those of the settings."""
        return self._engine.config.settings.alerts.quiet

    def watchlists(self) -> Sequence[Card]:
        """The watchlists of the running configuration."""
        config = self._engine.config
        return [
            Card(each.name, each.title, len(each.rules), each.description, labels_of(each, config.card(each.name)))
            for each in config.watchlists.lists.values()
        ]

    def languages(self) -> Sequence[str]:
        """The languages of the running configuration's sources."""
        return sorted({source.language for source in self._engine.config.sources.values() if source.language})

    async def week(self, destination: Destination, now: datetime) -> Mapping[str, Sequence[int]]:
        """How many stories each watchlist had on each of the last seven days, by the place's clock."""
        config = self._engine.config
        zone = await self._zone(config, destination)
        async with self._engine.database.read() as connection:
            return await stories_a_day(connection, config, zone, now)

    async def drawn(self, message: Message) -> bytes | None:
        """The message's picture as PNG, drawn in a worker process."""
        return await drawn(self._engine, message)

    async def digest(self, watchlist: str, since: timedelta, destination: Destination, now: datetime) -> list[Message]:
        """What a digest of that long would say now, told or not."""
        config = self._engine.config
        zone = await self._zone(config, destination)
        async with self._engine.database.read() as connection:
            found = await stories.stories_between(connection, watchlist, now - since, now, config.sources)
            found = await wanted_here(connection, destination, found, loud_or_not=True)
            extras = await extras_of(connection, config, watchlist, found, now - since, now, zone)
        caps = caps_of(config)
        return [digest(found, config.card(watchlist), now - since, now, zone, caps=caps, extras=extras)]

    async def latest(self, watchlist: str, destination: Destination, now: datetime) -> list[Message]:
        """The latest stories, for somebody who has just subscribed."""
        config = self._engine.config
        found = await self._latest(config, watchlist, destination, now)
        if not found:
            return []
        card = config.card(watchlist)
        zone = await self._zone(config, destination)
        since = min(report.first_seen for story in found for report in story.reports)
        return [digest(found, card, since, now, zone, title=gettext("Latest: {title}").format(title=card.title))]

    async def subscribed(self, destination: Destination, watchlist: str, now: datetime) -> None:
        """Notes that the latest stories were shown: they are not told again."""
        found = await self._latest(self._engine.config, watchlist, destination, now)
        if not found:
            return
        order = Order(
            key=f"latest:{destination.chat}:{destination.thread}:{watchlist}:{now:%Y-%m-%dT%H:%M:%S}",
            destination=destination,
            kind=DeliveryKind.PICTURE,
            due_at=None,
            watchlist=watchlist,
            status=DeliveryStatus.SENT,
        )
        async with self._engine.database.write() as connection:
            made = await deliveries.order(connection, order, now, [story.id for story in found])
            steps = await current_steps(connection, watchlist, found)
            for story in found:
                if made is None:
                    break
                step = steps.get(story.id)
                await remember(connection, made, story.id, len(sources(story)), None if step is None else step.rank)

    async def why(self, destination: Destination, message_id: int | None) -> list[Message]:
        """Why the alert with this message id was sent, or else the chat's latest alert."""
        config = self._engine.config
        async with self._engine.database.read() as connection:
            delivery = await ledger.delivery_by_message(connection, destination.chat, message_id)
            if delivery is None or delivery.watchlist is None:
                return []
            wanted = await deliveries.stories_told(connection, delivery.id)
            found = await stories.load_stories(connection, delivery.watchlist, wanted, config.sources)
        return [why(story, config.card(delivery.watchlist)) for story in found[:STARTING_STORIES]]

    async def judge(
        self, destination: Destination, message_id: int | None, user: int, verdict: feedback.Verdict, now: datetime
    ) -> str | None:
        """Notes what a user says of the story of the alert with this message id, or else of the chat's latest alert.
        Its headline, empty where no rule matches the story any more; None where there is no such alert: a digest tells
        many stories, and nobody can know which one is meant."""
        async with self._engine.database.write() as connection:
            delivery = await ledger.delivery_by_message(connection, destination.chat, message_id)
            # Of all messages only an alert is about one story.
            if delivery is None or delivery.story_id is None or delivery.watchlist is None:
                return None
            watchlist = delivery.watchlist
            try:
                story = await living(connection, delivery.story_id)
            except ChoiceError:
                return None
            if not await feedback.record(connection, story, watchlist, destination.chat, user, verdict, now):
                return None
            found = await stories.load_stories(connection, watchlist, [story], self._engine.config.sources)
        return headline(found[0]) if found else ""

    async def decide(self, tie: int, same: bool, now: datetime) -> Fate:
        """The two stories of a tie are one event, or they are not. What became of that."""
        database = self._engine.database
        if same:
            return (await join_tie(database, self._engine.config, tie, now)).fate
        return (await part_tie(database, self._engine.config, tie, now)).fate

    async def status(self, now: datetime) -> list[Message]:
        """Feeds healthy and failing, what was read and sent."""
        zone = ZoneInfo(self._engine.config.settings.timezone)
        async with self._engine.database.read() as connection:
            health = await feeds.feed_health(connection)
            statuses = await ledger.counts(connection)
            alarms = await open_alarms(connection)
        failing = [item.feed for item in health if item.feed.last_error]
        last = max((item.feed.last_success for item in health if item.feed.last_success), default=None)
        lines = [
            gettext("feeds: {healthy} healthy, {failing} failing").format(
                healthy=len(health) - len(failing), failing=len(failing)
            ),
            gettext("entries: {number}").format(number=sum(item.entries for item in health)),
            gettext("articles read: {number}").format(number=sum(item.pages_read for item in health)),
            gettext("messages: {counts}").format(counts=_counted(statuses)),
            gettext("last poll: {time}").format(time=local(last, zone)) if last else gettext("last poll: none yet"),
            *(
                gettext("failing: {feed}: {reason}").format(feed=feed.source, reason=feed.last_error)
                for feed in failing[:5]
            ),
        ]
        names = {name: source.title for name, source in self._engine.config.sources.items()}
        lines += [f"• {begun(alarm, names, zone)}" for alarm in alarms[:_MOST_ALARMS]]
        found = nodes(await readings(self._engine.database, self._engine.config, now))
        return [Message(Bold(gettext("Status")), "\n" + "\n".join(lines), *found)]

    async def _latest(
        self, config: Configuration, watchlist: str, destination: Destination, now: datetime
    ) -> list[Story]:
        since = now - timedelta(days=STARTING_DAYS)
        found: list[Story] = []
        async with self._engine.database.read() as connection:
            there = await stories.story_ids_between(connection, watchlist, since, now)
            for end in range(len(there), 0, -_AT_ONCE):
                chunk = there[max(0, end - _AT_ONCE) : end]
                loaded = await stories.load_stories(connection, watchlist, chunk, config.sources)
                here = await wanted_here(connection, destination, loaded)
                # What is of these days may not count.
                found += (one for one in here if any(since < report.first_seen <= now for report in one.reports))
                if len(found) >= STARTING_STORIES:
                    break
        return sorted(found, key=lambda story: story.reports[-1].first_seen, reverse=True)[:STARTING_STORIES]

    async def _zone(self, config: Configuration, destination: Destination) -> ZoneInfo:
        async with self._engine.database.read() as connection:
            chat = await chats.get_chat(connection, destination.chat)
        return ZoneInfo((chat.timezone if chat else None) or config.settings.timezone)


_IN_STATUS = {
    DeliveryStatus.PENDING: later("{number} pending"),
    DeliveryStatus.SENDING: later("{number} sending"),
    DeliveryStatus.SENT: later("{number} sent"),
    DeliveryStatus.UNCERTAIN: later("{number} uncertain"),
    DeliveryStatus.DEAD: later("{number} dead"),
    DeliveryStatus.CANCELLED: later("{number} cancelled"),
}


def _counted(statuses: Mapping[str, int]) -> str:
    """How many messages are in which status."""
    parts = [
        gettext(_IN_STATUS[DeliveryStatus(status)]).format(number=count) for status, count in sorted(statuses.items())
    ]
    return ", ".join(parts) or gettext("none")
