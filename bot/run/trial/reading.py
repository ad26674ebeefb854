"""Reads the archive and has every article judged. It decides nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.run.trial.desk import CHUNK, Desk
from bot.run.trial.work import Met, judge
from bot.store import archive
from bot.watch.trial import Place


@dataclass(slots=True)
class Gathered:
    """What one pass over the archive gathers."""

    met: list[Met] = field(default_factory=list)
    languages: Counter[str | None] = field(default_factory=Counter)
    causes: dict[tuple[int, int], Counter[Place]] = field(default_factory=dict)
    terms: set[tuple[str, int]] = field(default_factory=set)
    articles: int = 0
    _seen: dict[Hashable, Any] = field(default_factory=dict)

    def alike(self, met: Met) -> Met:
        """The same article, with answer and family as one object for all that have the same: each came out of a worker
        process as one of its own, and there may be hundreds of thousands."""
        answers, family = (self._seen.setdefault(each, each) for each in (met.answers, met.family))
        return met._replace(answers=answers, family=family)


async def gather(desk: Desk, stretch: archive.Stretch) -> Gathered:
    """Judges every article of a part of the archive."""
    gathered = Gathered()
    async with (
        aclosing(archive.chunks(desk.database, stretch, CHUNK)) as chunks,
        aclosing(desk.workers.side_by_side(chunks, lambda rows: desk.workers.call(judge, rows))) as results,
    ):
        async for result in results:
            gathered.met += map(gathered.alike, result.met_articles)
            gathered.languages += result.languages
            gathered.terms.update(result.met_terms)
            for key, counted in result.causes.items():
                gathered.causes.setdefault(key, Counter()).update(counted)
            gathered.articles = gathered.languages.total()
            desk.progress("matching", gathered.articles, stretch.articles)
    gathered.met.sort(key=lambda each: (each.first_seen, each.id))
    return gathered


async def early(desk: Desk, met: Sequence[Met], stories: dict[int, int], since: datetime) -> list[Met]:
    """The articles of the matched stories that were seen before the time that is looked at: a story that rang by
    them rings no more, and their publishers count."""
    wanted = sorted({stories[each.id] for each in met if any(each.answers) and stories[each.id] > 0})
    async with desk.database.read() as connection:
        ids = await archive.seen_before(connection, wanted, since)
    found: list[Met] = []
    for start in range(0, len(ids), CHUNK):
        rows = await desk.rows(ids[start : start + CHUNK])
        judged = await desk.workers.call(judge, list(rows.values()))
        found += judged.met_articles
    stories.update({each.id: each.story_id for each in found if each.story_id is not None})
    return found
