"""Looks for labels with far more stories than usual, and tells those who follow them: once. It sends nothing itself,
and what it tells of counts as told to nobody: each story goes its own way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.errors import StoreError
from bot.log import get
from bot.model import DeliveryKind, Story, Subscription
from bot.run.engine import Configuration, Engine
from bot.run.tongue import language_of
from bot.settings import Settings
from bot.speech import gettext, ngettext, speaking
from bot.store import AsyncConnection, deliveries, stories, subscriptions
from bot.store import spikes as store
from bot.store.deliveries import Order
from bot.story import best_report, headline
from bot.story import sources as publishers
from bot.story.spikes import Known, Label, Limits, Sighting, Spike, Volume, counted_stories, spike
from bot.tell import Bold, Card, Italic, Link, Message, Node, Text
from bot.tell.fill import fill
from bot.tell.policy import after_quiet
from bot.tell.tree import to_json
from bot.tell.wording import and_more
from bot.tell.wording import stories as counted

log = get(__name__)

SHOWN = 5
"""Stories linked for each label."""

AT_LENGTH = 3
"""Labels of one notice whose stories are shown; with titles of `TITLE_CHARS` that stays below Telegram's 4,096."""

NAMED = 10
"""Labels of one notice that are named at all."""

TITLE_CHARS = 120
OUTLET_CHARS = 40
LABEL_CHARS = 40

LOADED = 60
"""The newest stories of a label that are looked at for those to show."""


@dataclass(frozen=True, slots=True)
class Found:
    """A label's spike and the stories to show for it, those of the most publishers first."""

    spike: Spike
    stories: tuple[Story, ...]


async def look_for_spikes(engine: Engine) -> int:
    """Writes a notice for each subscriber of each watchlist one of whose labels has a spike, and notes the spike in the
    same transaction, so that neither a restart nor another node repeats it. Returns how many notices were written."""
    # What is loaded anew meanwhile counts from the next look on.
    config = engine.config
    if not config.settings.spikes.enabled:
        return 0
    written = 0
    for watchlist in config.watchlists.lists:
        try:
            written += await _look(engine, config, watchlist)
        except StoreError:
            raise
        except Exception as error:
            # One bad thing stays one bad thing.
            log.exception("step failed", watchlist=watchlist, reason=str(error))
    return written


async def _look(engine: Engine, config: Configuration, watchlist: str) -> int:
    now, limits = engine.clock(), _limits(config.settings)
    async with engine.database.read() as connection:
        if not await _subscribers(connection, engine, config, watchlist):
            return 0
        found = await _found(connection, config, watchlist, now, limits)
    if not found:
        return 0
    async with engine.database.write() as connection:
        await store.take_turns(connection)
        last = await store.last_spikes(connection, watchlist)
        found = [one for one in found if not _lately(last.get(one.spike.label), now, limits)]
        places = await _subscribers(connection, engine, config, watchlist)
        if not found or not places:
            return 0
        marks = [
            await store.record_spike(connection, watchlist, one.spike.label, one.spike.count, one.spike.usual, now)
            for one in found
        ]
        for subscription in places:
            with speaking(await language_of(connection, subscription.destination.chat)):
                body = to_json(_message(found, config.card(watchlist), limits.window))
            await deliveries.order(connection, _order(subscription, config.settings, marks[0], body, now), now)
    for one in found:
        label = "/".join(one.spike.label)
        log.info("spike", watchlist=watchlist, label=label, stories=one.spike.count, usual=round(one.spike.usual, 2))
    engine.tally.add("spikes", len(found))
    return len(places)


def _limits(settings: Settings) -> Limits:
    wanted = settings.spikes
    return Limits(wanted.window, wanted.baseline, wanted.threshold, wanted.at_least, wanted.spacing)


def _lately(last: datetime | None, now: datetime, limits: Limits) -> bool:
    return last is not None and now - last < limits.spacing


async def _subscribers(
    connection: AsyncConnection, engine: Engine, config: Configuration, watchlist: str
) -> list[Subscription]:
    """Who can be told now. Nothing is put by for chats that nobody carries to: it would be no news any more."""
    everybody = await subscriptions.subscribers_of(connection, watchlist, config.settings.timezone)
    return [each for each in everybody if engine.courier(each.destination) is not None]


def _order(subscription: Subscription, settings: Settings, mark: int, body: list[object], now: datetime) -> Order:
    where = subscription.destination
    return Order(
        key=f"notice:spike:{mark}:{where.chat}:{where.thread}",
        destination=where,
        kind=DeliveryKind.NOTICE,
        due_at=after_quiet(now, settings.alerts.quiet, ZoneInfo(subscription.timezone)),
        watchlist=subscription.watchlist,
        subscription_id=subscription.id,
        body=body,
    )


# --- what is unusual ------------------------------------------------------------------------------------------------


async def _found(
    connection: AsyncConnection, config: Configuration, watchlist: str, now: datetime, limits: Limits
) -> list[Found]:
    recent, _ = await store.sightings(connection, watchlist, now - limits.window, config.sources)
    busy = _busy(recent, _labels(config, watchlist), limits.at_least)
    if not busy:
        # On most days it ends here: the whole baseline is read only where there may be something.
        return []
    verdicts = await _verdicts(connection, config, watchlist, busy, now, limits)
    for verdict in verdicts:
        log.debug(
            "volume", watchlist=watchlist, label="/".join(verdict.label), count=verdict.count, verdict=verdict.volume
        )
    told = [verdict for verdict in verdicts if verdict.volume is Volume.SPIKE]
    return [Found(one, await _stories(connection, config, watchlist, one)) for one in told]


def _labels(config: Configuration, watchlist: str) -> frozenset[Label]:
    """The labels whose volume means something: stages of events are no subjects."""
    concepts = config.watchlists.lists[watchlist].concepts.values()
    return frozenset((concept.name, label) for concept in concepts if not concept.steps for label in concept.labels)


def _busy(recent: Iterable[Sighting], labels: frozenset[Label], at_least: int) -> list[Label]:
    """The labels that have enough stories lately, however old these are."""
    lately: dict[Label, set[int]] = {}
    for one in recent:
        for concept, names in one.labels.items():
            for name in names:
                lately.setdefault((concept, name), set()).add(one.story)
    return [label for label, found in lately.items() if label in labels and len(found) >= at_least]


async def _verdicts(
    connection: AsyncConnection,
    config: Configuration,
    watchlist: str,
    labels: Sequence[Label],
    now: datetime,
    limits: Limits,
) -> list[Spike]:
    begin = now - (limits.windows + 1) * limits.window
    everything, whole = await store.sightings(connection, watchlist, begin, config.sources)
    rules = [rule.name for rule in config.watchlists.lists[watchlist].rules]
    since = await store.first_match(connection, watchlist, rules) or now
    if not whole:
        since = max(since, everything[-1].matched)
    known = Known(max(begin, since), await _blind(connection, config.settings, now, limits))
    counted = counted_stories(everything, known.since + limits.window)
    last = await store.last_spikes(connection, watchlist)
    verdicts = []
    for label in labels:
        changed = await _changed(connection, watchlist, label, everything, begin, now - limits.window)
        verdicts.append(spike(label, counted.get(label, {}), known, changed, last.get(label), now, limits))
    return sorted(verdicts, key=lambda verdict: (-verdict.count, verdict.label))


async def _blind(connection: AsyncConnection, settings: Settings, now: datetime, limits: Limits) -> frozenset[int]:
    """The windows of the baseline in which nothing was seen at all. Of those whose articles are forgotten already
    nobody can say."""
    kept = settings.retention.articles
    places = []
    for place in range(limits.windows):
        until = now - (place + 1) * limits.window
        if kept is not None and now - (until - limits.window) > kept:
            break
        if not await store.saw_anything(connection, until - limits.window, until):
            places.append(place)
    return frozenset(places)


async def _changed(
    connection: AsyncConnection,
    watchlist: str,
    label: Label,
    everything: Iterable[Sighting],
    begin: datetime,
    lately: datetime,
) -> datetime | None:
    """When the youngest of the rules that bring the label now got its present meaning; None: before the baseline."""
    concept, name = label
    first: dict[tuple[str, str], datetime] = {}
    bringing: dict[str, tuple[datetime, str]] = {}
    for one in everything:
        meaning = one.rule, one.version
        first[meaning] = min(one.matched, first.get(meaning, one.matched))
        if one.moment > lately and name in one.labels.get(concept, ()):
            bringing[one.rule] = max(bringing.get(one.rule, (one.matched, one.version)), (one.matched, one.version))
    moments = []
    for rule, (_, version) in bringing.items():
        before = await store.rule_since(connection, watchlist, rule, version, begin)
        moments.append(before or first[rule, version])
    return max(moments, default=None)


# --- what is said ---------------------------------------------------------------------------------------------------


async def _stories(
    connection: AsyncConnection, config: Configuration, watchlist: str, found: Spike
) -> tuple[Story, ...]:
    newest = list(found.stories[:LOADED])
    loaded = await stories.load_stories(connection, watchlist, newest, config.sources)
    return tuple(sorted(loaded, key=lambda story: (-len(publishers(story)), newest.index(story.id))))


def _message(found: Sequence[Found], card: Card, window: timedelta) -> Message:
    """The labels with their numbers, and the stories behind the first of them, each story once."""
    nodes: list[Node] = [Bold(gettext("More than usual"))]
    shown: set[int] = set()
    for place, one in enumerate(found[:NAMED]):
        nodes += [Text("\n\n" if place < AT_LENGTH else "\n"), *_numbers(one.spike, card.label_names, window)]
        if place >= AT_LENGTH:
            continue
        fresh = [story for story in one.stories if story.id not in shown][:SHOWN]
        for story in fresh:
            nodes += [Text("\n• "), *_line(story)]
        shown.update(story.id for story in fresh)
        more = one.spike.count - len(fresh)
        if fresh and more > 0:
            nodes.append(Text(f"\n{and_more(more)}"))
    if len(found) > NAMED:
        nodes.append(Text(f"\n{and_more(len(found) - NAMED)}"))
    return Message(*nodes, Text("\n\n"), Italic(_cut(card.title, TITLE_CHARS)))


def _numbers(found: Spike, names: Mapping[Label, str], window: timedelta) -> list[Node]:
    name = _cut(names.get(found.label, found.label[1]), LABEL_CHARS)
    return fill(
        gettext("{label}: {stories} in {time}, usually {usual}"),
        label=Bold(name),
        stories=counted(found.count),
        time=_length(window),
        usual=_usual(found.usual),
    )


def _usual(mean: float) -> str:
    if mean < 0.05:
        return gettext("none")
    return f"{mean:.0f}" if mean >= 10 else f"{mean:.1f}".removesuffix(".0")


def _length(window: timedelta) -> str:
    hours = window / timedelta(hours=1)
    if hours > 48 and hours % 24 == 0:
        days = round(hours / 24)
        return ngettext("day", "{number} days", days).format(number=days)
    if hours >= 1:
        return gettext("{hours} h").format(hours=round(hours))
    return gettext("{minutes} min").format(minutes=round(hours * 60))


def _line(story: Story) -> list[Node]:
    best = best_report(story)
    outlets = publishers(story)
    source = best.article.source
    outlet = _cut(source.title, OUTLET_CHARS) if source else ""
    more = f" +{len(outlets) - 1}" if len(outlets) > 1 else ""
    tail = f" · {outlet}{more}" if outlet else ""
    return [Link(best.article.url, _cut(headline(story), TITLE_CHARS)), Text(tail)]


def _cut(text: str, most: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
