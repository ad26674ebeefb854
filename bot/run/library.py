"""Looks things up for readers: searches of the archive, the record of a story, chronicles. It changes nothing but the
searches that are kept for their next pages.

search: parse | archive, newest first | match (a thread) | one hit for each story
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import BinaryIO

from bot.model import Article, Basis
from bot.run.engine import Configuration, Engine
from bot.run.export import TooMuch, export
from bot.store import archive, asked
from bot.store.asked import Hit, Mistake, Search, Unlabelled
from bot.store.database import Database
from bot.store.record import Record, record
from bot.store.steps import accounts
from bot.story import matched_sentence
from bot.story.chronicle import chronicle
from bot.story.trial import Stored
from bot.tell import Card, Message
from bot.tell.chronicle import message
from bot.watch import ExpressionError, Watchlist, Watchlists, match
from bot.watch import search as compiled
from bot.yamlfile import nearest

MOST_HITS = 100
"""Stories of one search that are kept for its pages."""

PATIENCE = 20.0
"""Seconds for which the archive is read: whoever asked waits in a chat. What is older is said to be unread."""

_CHUNK = 50
"""Articles matched at a stretch in the thread: between two the loop has its turn."""

_IDS = 500
"""Ids read in one query."""

_TITLE = 300
_SENTENCE = 700
"""Characters kept of a hit; a message shows less."""

_MARKS = 8
"""Places marked in a sentence: a message may have some hundred marks in all."""


class Library:
    """Answers for one running engine. One search is worked on at a time: they wait for each other, and for nothing
    else."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._clock = clock
        self._turn = asyncio.Lock()

    async def search(self, expression: str, since: timedelta, now: datetime) -> tuple[str, Search] | Mistake:
        """What the expression finds in the archive, and the key by which it is found again; or why it cannot be
        read."""
        config = self._engine.config
        async with self._turn:
            try:
                wanted = await asyncio.to_thread(compiled, config.watchlists, expression)
            except ExpressionError as error:
                return Mistake(error.told(), error.offset)
            found = await searched(
                self._engine.database, config, wanted, expression, now - since, now, self._clock, PATIENCE
            )
        async with self._engine.database.write() as connection:
            return await asked.keep(connection, found, now), found

    async def kept(self, key: str) -> Search | None:
        """A search of before."""
        async with self._engine.database.read() as connection:
            return await asked.kept(connection, key)

    async def story(self, story_id: int) -> Record:
        """All that is kept of a story, or of the one it was put into. Raises ChoiceError where there is none."""
        async with self._engine.database.read() as connection:
            return await record(connection, story_id, self._engine.config.sources)

    def card(self, watchlist: str) -> Card:
        """What messages say of a watchlist."""
        return self._engine.config.card(watchlist)

    async def chronicle(self, label: str, watchlists: Collection[str]) -> list[Message] | Unlabelled:
        """The chronicle of a label in each of these watchlists that knows it, with its picture."""
        config = self._engine.config
        lists = [one for name, one in config.watchlists.lists.items() if name in watchlists]
        told = [await self._told(config, one, pairs) for one in lists if (pairs := labels_of(config, one, label))]
        if told:
            # A watchlist that knows the label and nothing of it has nothing to add to one that does.
            return [made for made, steps in told if steps] or [told[0][0]]
        there = [name for one in lists for _, name in _labels(one)]
        return Unlabelled(nearest(label, dict.fromkeys(there)), tuple(dict.fromkeys(there)))

    async def export(
        self, form: str, watchlists: Collection[str], since: datetime, now: datetime
    ) -> tuple[BinaryIO, int] | None:
        """A file, `csv` or `json`, of what these watchlists matched, to be closed by whoever asked, and how many rows
        it has; None where that is more than can be sent."""
        try:
            return await export(self._engine.database, self._engine.config, form, watchlists, since, now)
        except TooMuch:
            return None

    async def _told(
        self, config: Configuration, watchlist: Watchlist, pairs: Sequence[tuple[str, str]]
    ) -> tuple[Message, int]:
        async with self._engine.database.read() as connection:
            said = await accounts(connection, watchlist.name, pairs, config.sources)
        entries = await asyncio.to_thread(chronicle, said, pairs)
        card = config.card(watchlist.name)
        title = f"{card.title}: {card.label_names.get(pairs[0], pairs[0][1])}"
        return message(entries, card, pairs, title, stages(watchlist)), len(entries)


# --- searching ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Found:
    """Hits by story, in the order in which they were found: the latest first."""

    hits: dict[tuple[int | None, int], Hit] = field(default_factory=dict)

    def add(self, stored: Stored, hit: Hit) -> None:
        key = (stored.story_id, 0 if stored.story_id is not None else stored.id)
        known = self.hits.get(key)
        self.hits[key] = hit if known is None else replace(known, more=known.more + 1)


async def searched(
    database: Database,
    config: Configuration,
    wanted: Watchlists,
    expression: str,
    since: datetime,
    until: datetime,
    clock: Callable[[], float],
    patience: float,
) -> Search:
    """What a compiled expression finds among the articles first seen in this time, read from the latest for
    `patience` seconds of the clock."""
    end = clock() + patience
    found, read, reached = _Found(), 0, since
    async for rows in _backwards(database, since, until):
        for start in range(0, len(rows), _CHUNK):
            chunk = rows[start : start + _CHUNK]
            for stored, hit in await asyncio.to_thread(_hits, wanted, chunk, config):
                found.add(stored, hit)
            read += len(chunk)
            if len(found.hits) >= MOST_HITS or clock() > end:
                reached = chunk[-1].first_seen
                break
        else:
            continue
        break
    hits = tuple(found.hits.values())[:MOST_HITS]
    return Search(expression, since, until, reached, read, hits)


async def _backwards(database: Database, since: datetime, until: datetime) -> AsyncGenerator[list[Stored], None]:
    """The articles of this time, the latest first, a stretch of ids at a time: ids grow as articles come."""
    async with database.read() as connection:
        whole = await archive.stretch(connection, since, until)
    last = whole.last if whole.articles else whole.first - 1
    while last >= whole.first:
        first = max(whole.first, last - _IDS + 1)
        async for rows in archive.chunks(database, replace(whole, first=first, last=last), _IDS):
            yield sorted(rows, key=lambda stored: (stored.first_seen, stored.id), reverse=True)
        last = first - 1


def _hits(wanted: Watchlists, rows: Sequence[Stored], config: Configuration) -> list[tuple[Stored, Hit]]:
    """Runs in a thread: reading an article takes a millisecond or more."""
    result = []
    for stored in rows:
        article = stored.article(config.sources)
        matches = match(wanted, article, stored.first_seen)
        if not matches:
            continue
        sentence = matched_sentence(article, matches)
        text = sentence.text[:_SENTENCE] if sentence else ""
        marks = tuple(mark for mark in sentence.marks if mark[1] <= len(text))[:_MARKS] if sentence else ()
        hit = Hit(
            story=stored.story_id,
            title=article.title[:_TITLE],
            url=article.url,
            outlet=_outlet(article),
            seen=article.published or stored.first_seen,
            sentence=text,
            marks=marks,
            feed_only=article.basis is Basis.FEED,
        )
        result.append((stored, hit))
    return result


def _outlet(article: Article) -> str:
    return article.source.title if article.source else article.url.split("/")[2]


# --- labels ---------------------------------------------------------------------------------------------------------


def labels_of(config: Configuration, watchlist: Watchlist, word: str) -> list[tuple[str, str]]:
    """The labels that a word means in a watchlist, each with its concept: by name, by `concept:label`, or by what a
    reader calls it. Upper and lower case are the same."""
    wanted = word.strip().casefold()
    names = config.card(watchlist.name).label_names
    return [
        pair
        for pair in _labels(watchlist)
        if wanted in (pair[1].casefold(), pair[1].replace("_", " ").casefold(), ":".join(pair).casefold())
        or names.get(pair, "").casefold() == wanted
    ]


def _labels(watchlist: Watchlist) -> list[tuple[str, str]]:
    return [(one.name, label) for one in watchlist.concepts.values() if not one.steps for label in one.labels]


def stages(watchlist: Watchlist) -> list[str]:
    """The names of a watchlist's steps in order."""
    return [step for concept in watchlist.concepts.values() if concept.steps for step in concept.labels]
