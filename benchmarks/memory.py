"""How much memory each process of the program reaches when the web is hostile and the archive large.

    python benchmarks/memory.py [--articles N] [--feeds N] [--seconds N]

The whole program runs between a fake web and a fake Telegram, over an archive of N articles, each in a story of its own
and every fifth matched, while its reader searches, exports and tries a watchlist. The exit status is 1 where a process
passed the limit. It measures no time.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "world")]

from fakefeeds import Item  # noqa: E402 - the fake web is in the tests
from footprint import Most, watched  # noqa: E402
from news import html, item, page, paragraphs, path  # noqa: E402
from program import ADMIN, KENTONGAN, World, world  # noqa: E402

LIMIT = 400_000_000
"""Bytes that no process may pass."""

LARGE_FEED, LONG_ARTICLE, TERMS, EVERY_MATCHED = 5_000, 120_000, 10_000, 5
START = 100_000
"""The number of the first article of the web; those of the archive are below."""

COMMANDS = ('/search 30d "number" and "harbour"', "/export csv 30d", "/export json 30d", '/search 30d "nowhere*"')


def main() -> None:
    """Runs it, prints the most of each kind of process."""
    parser = argparse.ArgumentParser(description="The memory that each process of the program reaches.")
    parser.add_argument("--articles", type=int, default=200_000, help="how many articles the archive has")
    parser.add_argument("--feeds", type=int, default=300)
    parser.add_argument("--seconds", type=int, default=120, help="how long it runs after its first round")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kentongan-bench-") as folder, world(Path(folder)) as w:
        most = run(w, options.articles, options.feeds, options.seconds)
    for role, (rss, pss) in sorted(most.items()):
        print(f"{role:22} {rss:>13,} bytes at most, {pss:>13,} with shared pages divided")
    over = [role for role, (rss, _) in most.items() if rss > LIMIT]
    print(f"over {LIMIT:,}: {', '.join(over)}" if over else f"none is over {LIMIT:,}")
    sys.exit(1 if over else 0)


def run(w: World, articles: int, feeds: int, seconds: int) -> Most:
    """Bytes by kind of process."""
    w.program.settings["fetch"] |= {"workers": 2, "timeout": "20s"}
    w.program.settings["poll"] |= {"every": "20s"}
    w.program.write_settings()
    w.publish(1)
    w.subscribe()
    w.once()
    w.publish(1, 2)
    w.once()
    began = time.monotonic()
    fill(w.program.state / "kentongan.db", articles)
    size = (w.program.state / "kentongan.db").stat().st_size
    print(f"{articles} articles, {size / 1e6:.0f} MB, made in {time.monotonic() - began:.0f} s", flush=True)
    w.program.write_watchlist(many_terms(), "terms")
    hostile(w, feeds)
    roots: dict[str, int] = {}
    with watched(lambda: dict(roots)) as most, w.program.running() as process:
        roots["run"] = process.pid
        end = time.monotonic() + seconds
        for turn in range(1_000):
            w.telegram.say(ADMIN, COMMANDS[turn % len(COMMANDS)])
            commands(w, roots, turn)
            if turn >= len(COMMANDS) - 1 and time.monotonic() > end:
                break
        print(f"{turn + 1} rounds of commands; {len(w.telegram.messages())} messages", flush=True)
        print(f"{asked(w)} of {len(evil()) + 2} hostile pages and {feeds_asked(w)} feeds asked for", flush=True)
    return most


def asked(w: World) -> int:
    """How many hostile pages the program has asked for."""
    return len({request.path for request in w.web.requests if request.path.startswith("/evil/")} - {"/evil/bomb.xml"})


def feeds_asked(w: World) -> int:
    """How many feeds the program has asked for."""
    return len({request.path for request in w.web.requests if request.path.endswith(".xml")})


def commands(w: World, roots: dict[str, int], turn: int) -> None:
    """What an operator does in another terminal: a trial of a watchlist, a search, or a look at all that is said."""
    words = [
        ["try", "pacts", "--json"],
        ["search", '"number" and "harbour"', "--json"],
        ["digest", "pacts", "--json"],
        ["try", "terms", "--json"],
    ][turn % 4]
    out = w.program.state.parent / "other"
    with out.open("wb") as file:
        started = subprocess.Popen(
            [KENTONGAN, "--config", w.program.config, "--state", w.program.state, *words],
            stdout=file,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
        roots[words[0]] = started.pid
        began = time.monotonic()
        try:
            status = started.wait(600)
        finally:
            started.kill()
            roots.pop(words[0])
    print(f"{words[0]}: status {status}, {time.monotonic() - began:.0f} s, {out.stat().st_size:,} bytes", flush=True)


# --- the archive ------------------------------------------------------------------------------------------------------


def fill(database: Path, number: int) -> None:
    """Copies of the one article that the program has read and matched, with texts, addresses and stories of their
    own."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("PRAGMA synchronous=OFF")
        model = connection.execute("SELECT article_id FROM matches ORDER BY id DESC LIMIT 1").fetchone()
        assert model, "the program matched nothing"
        seen = "datetime('now', '-' || (numbers.n % 29) || ' days') || '.000000'"
        connection.execute("CREATE TEMP TABLE numbers(n INTEGER PRIMARY KEY, paragraphs TEXT)")
        texts = (bodies(n) for n in range(1, number + 1))
        connection.executemany("INSERT INTO numbers VALUES (?, ?)", ((n + 1_000, text) for n, text in enumerate(texts)))
        copy(connection, "stories", f"id = (SELECT story_id FROM articles WHERE id = {model[0]})", id="numbers.n",
             first_seen=seen, latest=seen, headline="'News number ' || numbers.n")  # fmt: skip
        copy(connection, "pages", f"id = (SELECT page_id FROM articles WHERE id = {model[0]})", id="numbers.n",
             url="'http://127.0.0.1/old/' || numbers.n", url_key="'k' || numbers.n", first_seen=seen)  # fmt: skip
        copy(connection, "articles", f"id = {model[0]}", id="numbers.n", page_id="numbers.n", story_id="numbers.n",
             url="'http://127.0.0.1/old/' || numbers.n", title="'News number ' || numbers.n", first_seen=seen,
             read_at=seen, published=seen, paragraphs="numbers.paragraphs")  # fmt: skip
        connection.execute(f"DELETE FROM numbers WHERE n % {EVERY_MATCHED} != 0")
        copy(connection, "matches", f"article_id = {model[0]}", id="numbers.n", article_id="numbers.n",
             created_at=seen)  # fmt: skip
        connection.execute("DROP TABLE numbers")


def copy(connection: sqlite3.Connection, table: str, where: str, **changes: str) -> None:
    """A row for each number, like the one that is there but for these columns."""
    names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(changes.get(name, f"model.{name}") for name in names)
    connection.execute(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} "
        f"FROM numbers, (SELECT * FROM {table} WHERE {where} LIMIT 1) AS model"
    )


_BODIES: list[str] = []


def bodies(number: int) -> str:
    """Paragraphs as JSON: 2 kB each, of a thousand different ones."""

    if not _BODIES:
        _BODIES.extend(json.dumps(paragraphs(n, 7)) for n in range(1_000))
    return _BODIES[number % len(_BODIES)]


# --- the web ----------------------------------------------------------------------------------------------------------


def many_terms() -> str:
    """A watchlist of ten thousand terms in a hundred concepts."""
    chance = random.Random(3)
    syllables = [c + v for c in "bdgklmnprst" for v in "aeiou"]
    words = iter(sorted({"".join(chance.choices(syllables, k=4)) for _ in range(TERMS * 2)})[:TERMS])
    concepts = "".join(f"  c{n}: [{', '.join(next(words) for _ in range(TERMS // 100))}]\n" for n in range(100))
    return f"title: Terms\nconcepts:\n{concepts}rules:\n" + "".join(
        f"  - {{name: r{n}, match: c{n} and c{n + 1}}}\n" for n in range(0, 100, 2)
    )


def hostile(w: World, feeds: int) -> None:
    """Feeds of ten articles, and such as no newspaper has."""
    for feed in range(feeds):
        numbers = range(START + feed * 10, START + feed * 10 + 10)
        for number in numbers:
            w.web.page(path(number), page(number))
        w.feed([item(number) for number in numbers], f"/feed{feed}.xml", f"paper{feed}")
    for name, body in evil().items():
        w.web.page(f"/evil/{name}", body)
    w.web.gzip_bomb("/evil/bomb", megabytes=20)
    w.web.gzip_bomb("/evil/bomb.xml", megabytes=20)
    w.web.endless("/evil/endless")
    rows = [Item(f"Japan and Indonesia sign a pact: {name}", f"/evil/{name}") for name in (*evil(), "bomb", "endless")]
    w.feed(rows, "/evil.xml", "evil")
    for name in "abc":
        large = [Item(f"Notice {name} {n}", f"/large/{name}/{n}", "A short notice. " * 8) for n in range(LARGE_FEED)]
        w.feed(large, f"/large-{name}.xml", f"large{name}")
    w.web.page("/deep.xml", b"<rss><channel>" + b"<item><title>" * 300_000)
    for bad in ("/evil/bomb.xml", "/deep.xml", "/evil/endless"):
        w.list_feed(w.web.url(bad), "evil")


def evil() -> dict[str, bytes]:
    """Pages that cost a parser much, by name."""
    long = html("Japan and Indonesia sign a pact", [("The treaty of Japan and Indonesia. " * 28)] * 123)
    return {
        "long": long.encode(),
        "megabytes": html("Japan", ["Japan and Indonesia signed a pact. " * 150] * 1_000).encode()[:5_000_000],
        "spans": b"<article>" + b"<span>" * 700_000,
        "links": b"<article>" + b'<a href="/x">Japan</a> ' * 200_000,
        "nested": b"<div>" * 900_000,
        "paragraphs": b"<article>" + b"<p>Japan pact Indonesia" * 220_000,
        "attributes": b"<p " + b"a=1 " * 1_200_000 + b">",
        "entities": b"<p>" + b"&amp;" * 1_000_000,
        "oneword": b"<article><p>" + b"x" * 5_000_000,
        "table": b"<table>" + b"<tr><td>1<td>2" * 350_000,
        "packed": gzip.compress(b"x" * 5_000_000),
    }


if __name__ == "__main__":
    main()
