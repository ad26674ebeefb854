"""Words that occur mainly in those stories of a rule that readers found not relevant. It judges no story."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence

from bot.run.trial.desk import CHUNK, Desk
from bot.story.precision import Judged, Suggestion, suggestions
from bot.story.trial import Counts, Stored, keys

MOST_STORIES = 1000
"""Of one rule, the latest."""

_PARAGRAPHS = 6
"""Of an article's text as many as say what it is about."""


async def exclusions(
    desk: Desk, counts: Sequence[Counts], verdicts: Mapping[int, tuple[int, int]]
) -> list[tuple[tuple[Suggestion, ...], ...]]:
    """Words to exclude by rule, by side. Of each story that was judged its earliest article is read."""
    articles = {key: _judged(counts[key[0]].rules[key[1]].stories, verdicts) for key in keys(counts)}
    texts = await _texts(desk, {article for found in articles.values() for article in found.values()})
    found: list[list[tuple[Suggestion, ...]]] = [[] for _ in counts]
    for side, rule in keys(counts):
        judged = [
            Judged(texts[article], *verdicts[story])
            for story, article in articles[side, rule].items()
            if article in texts
        ]
        known = {listed.term.strip("*") for listed in desk.sides[side].listed}
        found[side].append(tuple(await asyncio.to_thread(suggestions, judged, known)))
    return [tuple(each) for each in found]


def _judged(stories: Mapping[int, int], verdicts: Mapping[int, tuple[int, int]]) -> dict[int, int]:
    """The earliest article of each story that has a verdict: articles come earliest first."""
    result: dict[int, int] = {}
    for article, story in stories.items():
        if story in verdicts:
            result.setdefault(story, article)
    return dict(list(result.items())[-MOST_STORIES:])


async def _texts(desk: Desk, ids: Iterable[int]) -> dict[int, str]:
    wanted, texts = sorted(ids), dict[int, str]()
    for start in range(0, len(wanted), CHUNK):
        rows = await desk.rows(wanted[start : start + CHUNK])
        texts.update((key, _text(stored)) for key, stored in rows.items())
    return texts


def _text(stored: Stored) -> str:
    return "\n".join((stored.title, stored.lead, *json.loads(stored.paragraphs)[:_PARAGRAPHS]))
