"""An SQLite file with many matched articles, and what it costs to find the copies of one among them: the query for
likely copies, and their comparison. The file is made anew and thrown away. Times are the processor's, so that a busy
machine does not count.
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
from datetime import UTC, datetime, timedelta
from pathlib import Path

import perturbed
import texts

from bot.model import Article
from bot.store import copies as store
from bot.store.database import open_database
from bot.story import compare, sketch

KNOWN = 400
"""Articles whose copies are looked for; as many are looked up that have none."""
FORMULAS = 2000
"""Sequences that many articles have in common."""
NOW = datetime(2026, 11, 1, tzinfo=UTC)
GOAL = 2.0
"""ms for one article."""


def lookup(number: int) -> None:
    """Prints what one article costs with so many stored."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_lookup(Path(folder) / "archive.db", number))


async def _lookup(path: Path, number: int) -> None:
    known = texts.articles(texts.latin(), KNOWN, characters=2_100)
    others = texts.articles(texts.latin(), KNOWN, characters=2_100, seed=22)
    async with open_database(path):
        pass
    print(f"\n{number} articles of 320 words stored: {_fill(path, known, number):.0f} MB")
    pool = [word for article in others for word in perturbed.pieces_of(" ".join(article.paragraphs), "en")]
    changes = ("cut to 30 %", "30 % of words edited", "half, 10 % edited, boilerplate")
    copies = [perturbed.copied(changes[at % 3], article, at, pool) for at, article in enumerate(known)]
    await _measure(path, "articles that have no copy", others, None)
    await _measure(path, "copies, cut or edited", copies, known)


async def _measure(path: Path, name: str, articles: Sequence[Article], originals: Sequence[Article] | None) -> None:
    asking: list[float] = []
    whole: list[float] = []
    found = 0
    async with open_database(path) as database:
        for warm in (True, False):
            for at, article in enumerate(articles):
                async with database.read() as connection:
                    began = time.process_time()
                    hashes = sketch(article.paragraphs).hashes
                    likely = await store.candidates(connection, 0, hashes, NOW - timedelta(days=30), {})
                    asked = time.process_time()
                    same = next(
                        (
                            each
                            for _, _, each in likely
                            if compare(article, each, timedelta(), timedelta(days=7)).joined
                        ),
                        None,
                    )
                    ended = time.process_time()
                if warm:
                    continue
                asking.append(asked - began)
                whole.append(ended - began)
                if originals is None:
                    found += same is not None
                else:
                    found += same is not None and same.paragraphs == originals[at].paragraphs
    print(
        f"{name:28} {len(articles)}: {_ms(asking)} ms to ask, {_ms(whole)} ms in all "
        f"(95 in 100 within {sorted(whole)[int(len(whole) * 0.95)] * 1000:.2f}); found {found}"
    )


def _ms(times: Sequence[float]) -> str:
    return f"{sum(times) / len(times) * 1000:.2f}"


def _fill(path: Path, known: Sequence[Article], number: int) -> float:
    """MB of the file, with rows as the program would write them: the texts of `known` first, then made-up sketches of
    the same size, one hash in eight of which is a formula. Their texts are those of `known`, for the room they take."""
    dice = random.Random(51)
    formulas = [dice.getrandbits(61) * 4 for _ in range(FORMULAS)]
    bodies = [json.dumps(article.paragraphs) for article in known]
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA synchronous=OFF")
        when = "2026-10-20 00:00:00.000000"
        database.execute("INSERT INTO stories(id, headline, first_seen, latest) VALUES (1, 'News', ?, ?)", (when, when))
        database.executemany(
            "INSERT INTO pages(id, url, url_key, lane, host, source, first_seen) VALUES (?, '', ?, 0, '', '', ?)",
            ((at, str(at), when) for at in range(1, number + 1)),
        )
        database.executemany(
            "INSERT INTO articles(id, page_id, story_id, source, url, title, lead, paragraphs, basis,"
            " first_seen, read_at) VALUES (?, ?, 1, 'wire', ?, 'News', '', ?, 'page', ?, ?)",
            ((at, at, str(at), bodies[(at - 1) % len(bodies)], when, when) for at in range(1, number + 1)),
        )
        rows: list[tuple[int, int]] = []
        for at in range(1, number + 1):
            if at <= len(known):
                hashes = set(sketch(known[at - 1].paragraphs).hashes)
            else:
                hashes = {
                    dice.choice(formulas) if dice.random() < 1 / 8 else dice.getrandbits(61) * 4 for _ in range(80)
                }
            rows += ((value, at) for value in hashes)
        rows.sort()
        database.executemany("INSERT INTO shingles(hash, article_id) VALUES (?, ?)", rows)
        database.commit()
        database.execute("ANALYZE")
        database.commit()
    return path.stat().st_size / 1e6
