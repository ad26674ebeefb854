"""How long `kentongan try` takes for an archive, and how much memory: the command itself, with a new version of the
watchlist, on a database made for the purpose.

    python benchmarks/bench_try.py [ARTICLES]

Articles are about 4 kB, spread over 30 days. 15 in 100 are on the subject: an article of the tests' corpora, and
paragraphs of others of its language; the rest is generated. None is in a story yet, so that all that match are grouped.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot.store.database import open_database

ROOT = Path(__file__).parents[1]
WATCHLIST = "japan-defence"
ON_SUBJECT = 0.15
SYLLABLES = [c + v for c in "bdgklmnprstj" for v in "aeiou"]
WORDS = [a + b for a in SYLLABLES for b in SYLLABLES] + [
    a + b + c for a in SYLLABLES for b in ("na", "tu", "rik") for c in SYLLABLES
]
LENGTH = {"en": 4000, "id": 4000, "ja": 1400}
"""Characters of an article; Japanese ones take three bytes each."""


def main() -> None:
    """Makes the archive, runs the command, prints what it took."""
    parser = argparse.ArgumentParser(description="What trying a watchlist on a large archive takes.")
    parser.add_argument("articles", nargs="?", type=int, default=100_000, help="how many articles the archive has")
    number = parser.parse_args().articles
    with tempfile.TemporaryDirectory(prefix="kentongan-bench-") as folder:
        home = Path(folder)
        shutil.copytree(ROOT / "config", home / "config")
        draft = home / "draft.yaml"
        text = (home / "config" / "watchlists" / f"{WATCHLIST}.yaml").read_text("utf-8")
        draft.write_text(text.replace("near(3,", "near(6,"), "utf-8")
        size = make(home / "state" / "kentongan.db", number)
        print(f"{number} articles of {size / number / 1000:.1f} kB")
        for extra in ([], ["--file", str(draft)]):
            measure(home, extra)


def measure(home: Path, extra: list[str]) -> None:
    """One run of the command."""
    words = ["-m", "bot", "--config", str(home / "config"), "--state", str(home / "state"), "try", WATCHLIST, "--json"]
    began = time.monotonic()
    with (home / "out").open("wb") as out:
        process = subprocess.Popen([sys.executable, *words, *extra], stdout=out, cwd=ROOT)
        seconds: dict[int, float] = {}
        most = 0
        while process.poll() is None:
            most = max(most, watch(process.pid, seconds))
            time.sleep(0.2)
    took = time.monotonic() - began
    found = json.loads((home / "out").read_bytes())
    print(
        f"{'with --file' if extra else 'alone':12} {took:6.1f} s, {sum(seconds.values()):6.1f} s of CPU "
        f"(parent {seconds[process.pid]:.1f}), {most / 1000:.0f} MB; "
        f"{found['matches']} matches, {found['alerts']} alerts{', estimated' if found['estimated'] else ''}"
    )


def watch(pid: int, seconds: dict[int, float]) -> int:
    """The memory of a process and all below it in kB, shared pages counted once; its CPU time goes to `seconds`."""
    total = 0
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        seconds[pid] = (int(fields[11]) + int(fields[12])) / 100
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
        below = [task.read_text().split() for task in Path(f"/proc/{pid}/task").glob("*/children")]
    except (OSError, StopIteration):
        return total
    return total + sum(watch(int(child), seconds) for children in below for child in children)


# --- the archive ----------------------------------------------------------------------------------------------------


def make(path: Path, number: int) -> int:
    """Fills a new database; the bytes of all paragraphs."""

    async def create() -> None:
        async with open_database(path):
            pass

    asyncio.run(create())
    size = 0
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        for row in rows(number):
            size += len(row["text"].encode())
            connection.execute(
                "INSERT INTO articles (id, page_id, source, url, title, lead, paragraphs, published, language, basis, "
                "first_seen, read_at) VALUES (:id, :id, :source, :url, :title, :lead, :text, :seen, :language, 'page', "
                ":seen, :seen)",
                row,
            )
    return size


def rows(number: int) -> Iterator[dict[str, Any]]:
    """The articles, the oldest first."""
    chance = random.Random(5)
    other = [filler(chance, 340) for _ in range(6000)]
    subject: dict[str, list[dict[str, Any]]] = {}
    for file in sorted((ROOT / "tests" / "corpus").glob("*/*.yaml")):
        for item in YAML(typ="safe").load(file)["articles"]:
            subject.setdefault(item["language"], []).append(item)
    related = {language: [p for item in items for p in item["paragraphs"]] for language, items in subject.items()}
    now = datetime.now(UTC).replace(tzinfo=None)
    for id in range(1, number + 1):  # noqa: A001 - the column's name
        language = chance.choices(["en", "id", "ja"], [5, 4, 2])[0]
        item = chance.choice(subject[language])
        on_subject = chance.random() < ON_SUBJECT
        paragraphs = list(item["paragraphs"]) if on_subject else []
        while sum(map(len, paragraphs)) < LENGTH[language]:
            near = on_subject and chance.random() < 0.35
            paragraphs.append(chance.choice(related[language] if near else other))
        seen = now - timedelta(days=29.9) * (1 - id / (number + 1))
        yield {
            "id": id,
            "source": f"source{chance.randrange(60)}",
            "url": f"https://news.example/{id}",
            "title": item["title"] if on_subject else filler(chance, 60),
            "lead": paragraphs[0],
            "text": json.dumps(paragraphs, ensure_ascii=False),
            "language": language,
            "seen": seen.isoformat(" "),
        }


def filler(chance: random.Random, size: int) -> str:
    """About so many characters of made-up words, the first of which are the most frequent."""
    words = (WORDS[int(len(WORDS) ** chance.random()) - 1] for _ in range(size // 7))
    return " ".join(words).capitalize() + "."


if __name__ == "__main__":
    main()
