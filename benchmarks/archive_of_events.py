"""An SQLite file with many articles in the window, and what it costs to find the stories of one of them.

Each article is one of a labelled stream in which names and words are replaced by others of a made-up vocabulary, the
nth of which is drawn in proportion to 1/n: most of it is rare, some of it is in every other article, as in news. Each
four in a row share theirs and are one story. The file is made anew and thrown away.
"""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from bot.store import events
from bot.store.database import open_database
from bot.story.background import Background
from bot.story.events import place
from bot.story.facts import Facts
from bot.story.traces import sought, traces

VOCABULARY = 60_000
OF_ONE_STORY = 4
ASKED = 300
WINDOW = timedelta(days=7)
START = datetime(2026, 10, 1, tzinfo=UTC)


def lookup(models: Sequence[Facts], number: int) -> None:
    """Prints what one article costs with so many stored."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_lookup(Path(folder) / "archive.db", models, number))


async def _lookup(path: Path, models: Sequence[Facts], number: int) -> None:
    async with open_database(path):
        pass
    weights = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))
    background = Background()
    step = max(1, number // 2000)
    for at in range(0, number, step):
        background.add(_varied(models, at, number, weights))
    began = time.perf_counter()
    _fill(path, models, number, weights, background)
    print(f"{number} articles in the window, filled in {time.perf_counter() - began:.0f} s")
    asking: list[float] = []
    whole: list[float] = []
    found = 0
    chance = random.Random(3)
    asked = [chance.randrange(number) for _ in range(ASKED)]
    async with open_database(path) as database:
        for warm in (True, False):
            for at in asked:
                one = _varied(models, at, number, weights)
                wanted = sought(one, background)
                async with database.read() as connection:
                    began = time.perf_counter()
                    stories = await events.found_by(connection, at + 1, wanted, START)
                    between = time.perf_counter()
                    near = await events.near_stories(connection, at + 1, wanted, START)
                    place(one, near, background, WINDOW)
                    ended = time.perf_counter()
                if not warm:
                    asking.append(between - began)
                    whole.append(ended - between)
                    found += at // OF_ONE_STORY + 1 in stories
    for name, times in (("the candidate query", asking), ("candidates, their facts, and the decision", whole)):
        late = sorted(times)[int(len(times) * 0.95)] * 1000
        print(f"  {name}: {sum(times) / len(times) * 1000:.2f} ms (95 in 100 within {late:.2f})")
    print(f"  its own story is among the candidates of {found} of {ASKED}")


def _varied(models: Sequence[Facts], at: int, number: int, weights: Sequence[float]) -> Facts:
    story = at // OF_ONE_STORY
    model = models[story % len(models)]
    chance = random.Random(story)
    drawn = chance.choices(range(VOCABULARY), cum_weights=weights, k=len(model.names) + len(model.words))
    names = {name: f"{name[:1]}name{each}" for name, each in zip(model.names, drawn, strict=False)}
    words = zip(model.words, drawn[len(model.names) :], strict=False)
    kept = {f"word{each}": count for (_, count), each in words if (each + at) % 3}
    return replace(
        model,
        moment=START + WINDOW * (at / number),
        names=tuple(dict.fromkeys(names.values())),
        words=tuple(kept.items()),
        numbers=tuple(f"{chance.randrange(1, 500)} ship" for _ in model.numbers),
        head=frozenset(f"n:{names[each[2:]]}" if each[2:] in names else each for each in model.head),
    )


def _fill(path: Path, models: Sequence[Facts], number: int, weights: Sequence[float], background: Background) -> None:
    """Rows as the program would write them; the facts themselves are those of the models, for the room they take."""
    bodies = [json.dumps(model.to_json()) for model in models]
    when = START.strftime("%Y-%m-%d %H:%M:%S.%f")
    rows = sorted(
        (value, at + 1) for at in range(number) for value in traces(_varied(models, at, number, weights), background)
    )
    ids = range(1, number + 1)
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA synchronous=OFF")
        database.executemany(
            "INSERT INTO stories(id, headline, first_seen, latest) VALUES (?, 'News', ?, ?)",
            ((story + 1, when, when) for story in range(number // OF_ONE_STORY + 1)),
        )
        database.executemany(
            "INSERT INTO pages(id, url, url_key, lane, host, source, first_seen) VALUES (?, '', ?, 0, '', '', ?)",
            ((at, str(at), when) for at in ids),
        )
        database.executemany(
            "INSERT INTO articles(id, page_id, story_id, source, url, title, lead, paragraphs, basis, first_seen,"
            " read_at) VALUES (?, ?, ?, 'wire', ?, 'News', '', ?, 'page', ?, ?)",
            ((at, at, (at - 1) // OF_ONE_STORY + 1, str(at), json.dumps(["x" * 2000]), when, when) for at in ids),
        )
        database.executemany(
            "INSERT INTO article_facts(article_id, facts) VALUES (?, ?)",
            ((at, bodies[(at - 1) // OF_ONE_STORY % len(bodies)]) for at in ids),
        )
        database.executemany("INSERT INTO features(hash, article_id) VALUES (?, ?)", rows)
        database.commit()
        database.execute("ANALYZE")
        database.commit()
