"""How well steps (signed, agreed, delivered ...) and their dates are found, on labelled sentences.

    python benchmarks/bench_steps.py [--corpus FILE] [--config FOLDER] [--wrong]

The sentences with an even id were tuned on, those with an odd one are held out: of these only figures are shown.
A sentence's date may be null: then nothing says when, and the date of publication is right.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.model import Article
from bot.story.steps import tell
from bot.watch import Watchlists, load, occurrences

ROOT = Path(__file__).parents[1]
SENTENCES = ROOT / "tests" / "corpus" / "steps" / "sentences.jsonl"
WATCHLIST, CONCEPT = "japan-defence", "step"


@dataclass(slots=True)
class Count:
    """What was found rightly, wrongly, and not at all."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, found: set[str], wanted: set[str]) -> None:
        """Counts one sentence."""
        self.right += len(found & wanted)
        self.wrong += len(found - wanted)
        self.missed += len(wanted - found)

    def line(self) -> str:
        """Precision, recall and F1."""
        precision = self.right / (self.right + self.wrong) if self.right + self.wrong else 0.0
        recall = self.right / (self.right + self.missed) if self.right + self.missed else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        counts = f"{self.right:3} right {self.wrong:3} wrong {self.missed:3} missed"
        return f"{precision:9.3f} {recall:7.3f} {f1:7.3f}   {counts}"


@dataclass(slots=True)
class Half:
    """The figures of one half."""

    whole: Count = field(default_factory=Count)
    plain: Count = field(default_factory=Count)
    by_step: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    by_language: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    plain_by_language: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    traps: Counter[str] = field(default_factory=Counter)
    caught: Counter[str] = field(default_factory=Counter)
    days: Counter[str] = field(default_factory=Counter)


def main() -> None:
    """Measures both halves."""
    parser = argparse.ArgumentParser(description="How well steps and their dates are found.")
    parser.add_argument("--corpus", type=Path, default=SENTENCES)
    parser.add_argument("--config", type=Path, default=ROOT / "config")
    parser.add_argument("--wrong", action="store_true", help="show what went wrong in the tuned half")
    options = parser.parse_args()
    watchlists = load(options.config)
    rows = [json.loads(line) for line in options.corpus.read_text("utf-8").splitlines() if line.strip()]
    for name, odd in (("tuned on (even)", 0), ("held out (odd)", 1)):
        own = [row for row in rows if row["id"] % 2 == odd]
        show(f"{name}: {len(own)} sentences", measure(watchlists, own, options.wrong and not odd))


def measure(watchlists: Watchlists, rows: Sequence[Mapping[str, Any]], wrong: bool = False) -> Half:
    """The figures of these sentences."""
    half = Half()
    for row in rows:
        article, begins = _article(row)
        wanted = set(row["steps"])
        told = [one for one in tell(article, watchlists, WATCHLIST, [CONCEPT]) if one.place.start + one.start >= begins]
        found = {one.step for one in told}
        places = occurrences(watchlists, article, WATCHLIST, [CONCEPT])
        plain = {piece.label for piece in places if piece.label and piece.start >= begins}
        half.whole.add(found, wanted)
        half.plain.add(plain, wanted)
        half.by_language[row["language"]].add(found, wanted)
        half.plain_by_language[row["language"]].add(plain, wanted)
        for step in found | wanted:
            half.by_step[step].add(found & {step}, wanted & {step})
        if not wanted:
            kind = (row.get("why") or "other").partition(":")[0].split()[0]
            half.traps[kind] += 1
            half.caught[kind] += not found
        dates = {step: {one.date for one in told if one.step == step} for step in found & wanted}
        bad = list(_dates(row, dates, half.days))
        if wrong and (found != wanted or bad):
            print(f"{row['id']} {row['language']} {row['sentence']}")
            print(f"   wanted {sorted(wanted)} found {sorted(found)} {bad}")
    return half


def _article(row: Mapping[str, Any]) -> tuple[Article, int]:
    """The sentence as an article of one paragraph, and where it begins in it."""
    before = row.get("before", "")
    gap = "" if row["language"] == "ja" or not before else " "
    published = datetime.fromisoformat(row["published"]).replace(hour=3, tzinfo=UTC)
    text = f"{before}{gap}{row['sentence']}"
    return Article("https://example.org/", "", (text,), published=published, language=row["language"]), len(before)


def _dates(row: Mapping[str, Any], dates: Mapping[str, set[str | None]], days: Counter[str]) -> Iterable[str]:
    """Counts right and wrong dates of the steps found rightly. Where a week is named its month is as right as none."""
    for step, found in dates.items():
        wanted = row["dates"].get(step) if "dates" in row else row.get("date")
        kind = "named" if wanted is not None else "not named"
        days[kind] += 1
        if wanted in found or (wanted is None and "week" in row.get("why", "")):
            days[f"{kind}, right"] += 1
        else:
            yield f"{step}: {wanted} not {found}"


def show(title: str, half: Half) -> None:
    """Prints the figures."""
    print(f"\n{title}\n{'':22} {'precision':>9} {'recall':>7} {'F1':>7}")
    print(f"{'all':22} {half.whole.line()}")
    print(f"{'plain lexicon':22} {half.plain.line()}")
    for language in sorted(half.by_language):
        print(f"{language:22} {half.by_language[language].line()}")
        print(f"{language + ' plain lexicon':22} {half.plain_by_language[language].line()}")
    for step in sorted(half.by_step):
        print(f"{step:22} {half.by_step[step].line()}")
    for kind, number in half.days.items():
        if not kind.endswith("right"):
            right = half.days[f"{kind}, right"]
            print(f"dates {kind:16} {right} of {number} right ({right / number:.3f})")
    total, caught = sum(half.traps.values()), sum(half.caught.values())
    print(f"traps kept out         {caught} of {total}: ", end="")
    print(", ".join(f"{kind} {half.caught[kind]}/{number}" for kind, number in sorted(half.traps.items())))


if __name__ == "__main__":
    main()
