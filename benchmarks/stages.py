"""Where the time of matching goes: the stages called in turn. It prints nothing."""

from __future__ import annotations

import time
from collections.abc import Sequence

from bot.model import Article
from bot.watch import Watchlists, match
from bot.watch.found import Found
from bot.watch.text import prepare

STAGES = ("prepare", "find", "index", "judge", "read")
"""Of an article: its text, the terms in it, the candidates, which of them match, and their labels and evidence."""


def by_stage(ready: Watchlists, texts: Sequence[Article], rounds: int = 6, size: int = 10) -> dict[str, float]:
    """Seconds an article by stage: the best round of each slice. What judging takes is found by subtraction."""
    slices = [texts[at : at + size] for at in range(0, len(texts), size)]
    best: dict[tuple[int, int], list[float]] = {}
    for _ in range(rounds):
        # All articles pass before any comes again: what is left of one in the processor's caches must not help.
        for kind, run in enumerate((_whole, _first_stages)):
            for number, part in enumerate(slices):
                spent = run(ready, part)
                best[kind, number] = [min(pair) for pair in zip(spent, best.get((kind, number), spent), strict=True)]
    whole, read = (sum(best[0, n][stage] for n in range(len(slices))) / len(texts) for stage in range(2))
    stages = {
        name: sum(best[1, n][stage] for n in range(len(slices))) / len(texts) for stage, name in enumerate(STAGES[:3])
    }
    return {**stages, "judge": whole - sum(stages.values()), "read": read}


def _whole(ready: Watchlists, texts: Sequence[Article]) -> list[float]:
    """Seconds of matching, and of reading the matches."""
    matching = reading = 0.0
    clock = time.process_time
    for article in texts:
        began = clock()
        matches = match(ready, article)
        matched = clock()
        for one in matches:
            _ = one.evidence, one.labels
        matching += matched - began
        reading += clock() - matched
    return [matching, reading]


def _first_stages(ready: Watchlists, texts: Sequence[Article]) -> list[float]:
    """Seconds of preparing, finding, and asking the index."""
    spent = [0.0] * 3
    clock = time.process_time
    for article in texts:
        began = clock()
        text = prepare(article)
        prepared = clock()
        found = Found(ready.lexicon, text)
        searched = clock()
        ready.index.candidates(found)
        spent = [spent[0] + prepared - began, spent[1] + searched - prepared, spent[2] + clock() - searched]
    return spent
