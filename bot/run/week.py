"""What a watchlist's card shows besides its title: the labels it knows, and the stories of the last days. It writes
nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.run.engine import Configuration
from bot.store import AsyncConnection, stories
from bot.store.wants import matched_stories
from bot.tell import Card
from bot.tell.wanted import LabelName
from bot.watch.expression import Concept, leaves
from bot.watch.rules import Watchlist

DAYS = 7


def labels_of(watchlist: Watchlist, card: Card) -> Sequence[LabelName]:
    """The labels that its rules may capture, in the order of the file; those of the concept that heads the sections of
    its digests first. Stages of an event are none of them."""
    asked = {leaf.name for rule in watchlist.rules for leaf in leaves(rule.match) if isinstance(leaf, Concept)}
    concepts = [each for each in watchlist.concepts.values() if each.labels and not each.steps and each.name in asked]
    concepts.sort(key=lambda concept: concept.name != card.group_by)
    return [
        LabelName(f"{concept.name}:{label}", card.label_names.get((concept.name, label), label))
        for concept in concepts
        for label in concept.labels
    ]


async def stories_a_day(
    connection: AsyncConnection, config: Configuration, zone: ZoneInfo, now: datetime
) -> dict[str, list[int]]:
    """How many stories each watchlist had on each of the last seven days of that zone, today last. A story counts on
    the day its first report of that time was seen, and once."""
    today = now.astimezone(zone).date()
    begin = datetime.combine(today - timedelta(days=DAYS - 1), datetime.min.time(), zone)
    seen = await matched_stories(connection, begin.astimezone(now.tzinfo), now)
    doubtful = [one for one in seen if one.min_sources > 1]
    counted = set()
    for watchlist in {one.watchlist for one in doubtful}:
        wanted = [one.story for one in doubtful if one.watchlist == watchlist]
        found = await stories.load_stories(connection, watchlist, wanted, config.sources)
        counted |= {(watchlist, story.id) for story in found}
    days: dict[str, list[int]] = {name: [0] * DAYS for name in config.watchlists.lists}
    for one in seen:
        if one.watchlist in days and (one.min_sources <= 1 or (one.watchlist, one.story) in counted):
            back = (today - one.at.astimezone(zone).date()).days
            days[one.watchlist][DAYS - 1 - min(max(back, 0), DAYS - 1)] += 1
    return days
