"""How well articles are put together by event, and how fast: against plain incremental TF-IDF in the same run.

B-cubed (Bagga and Baldwin 1998): of each article, the share of its cluster that reports its event, and the share of
its event that is in its cluster; precision and recall are the means over all articles, F1 is theirs. Pairs are counted
over all pairs of articles, apart for pairs of one language and of two. Articles come one by one, in order of
publication, and again shuffled within each day; nothing is corrected later. What is tuned is tuned on one.jsonl;
two.jsonl is held out.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from archive_of_events import lookup

from bot.model import Article, Match, Source
from bot.store import events
from bot.story import Likeness, compare
from bot.story.background import Background
from bot.story.events import Kind, Placing, place
from bot.story.facts import Facts, facts
from bot.story.traces import sought, traces
from bot.watch import load, match

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "tests" / "corpus" / "stories"
WINDOW = timedelta(days=7)
UNDATED = datetime(2026, 1, 1, tzinfo=UTC)
"""When articles without a date are seen."""
PLAIN = 0.15
"""The threshold of plain TF-IDF, measured best on public news sets (.12 to .18)."""


@dataclass(frozen=True, slots=True)
class Told:
    """An article, its facts, and the event it reports in truth."""

    event: str
    article: Article
    found: Sequence[Match]
    facts: Facts

    @property
    def moment(self) -> datetime:
        return self.facts.moment


def read(path: Path) -> list[Told]:
    """A labelled stream: JSON lines with `event` or `cluster`, `title`, `paragraphs` or `text`, and, where known,
    `language`, `published`, `source`, `family`, `tier`, `agency`. Without dates the order of the lines stays."""
    watchlists = load(ROOT / "config")
    told: list[Told] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        article = _article(row, str(row.get("id", len(told))))
        seen = article.published or UNDATED
        event = str(row["event"] if "event" in row else row["cluster"])
        told.append(Told(event, article, match(watchlists, article), facts(article, (), seen)))
    return sorted(told, key=lambda each: each.moment)


def _article(row: Mapping[str, Any], url: str) -> Article:
    paragraphs = tuple(row.get("paragraphs") or [part for part in row["text"].split("\n") if part.strip()])
    published = datetime.fromisoformat(row["published"]) if row.get("published") else None
    if published is not None and published.tzinfo is None:
        published = published.replace(tzinfo=UTC)
    name = row.get("source")
    return Article(
        url=url,
        title=row.get("title") or "",
        paragraphs=paragraphs,
        lead=paragraphs[0] if paragraphs else "",
        published=published,
        language=row.get("language") or "en",
        agency=row.get("agency"),
        source=Source(name, name, tier=row.get("tier", 3), family=row.get("family") or name) if name else None,
    )


# --- who puts articles together --------------------------------------------------------------------------------------


def kentongan(stream: Sequence[Told], ties: list[tuple[int, int]] | None = None) -> list[int]:
    """The story of each article: copies first, then events, as the program does. `ties` gets what a person is asked:
    the number of the article and the story."""
    stories: dict[int, list[int]] = {}
    placed: list[int] = []
    background = Background()
    found_at: dict[int, list[int]] = defaultdict(list)
    for number, one in enumerate(stream):
        found, filled_anew = _copy(stream, placed, number)
        said = one.facts
        if found is None:
            known = background.furniture(said.family, said.sentences)
            if known:
                said = facts(one.article, (), one.moment, known)
            near = {
                story: [(each, stream[each].facts) for each in stories[story][-events.MEMBERS :]]
                for story in _found_by(stream, number, found_at, placed, sought(said, background))
                if story not in filled_anew
            }
            placing: Placing = place(said, near, background, WINDOW)
            found = placing.story if placing.kind is Kind.EVENT else None
            if ties is not None:
                ties += [(number, tie.story) for tie in placing.possible]
        if found is None:
            found = len(stories)
        stories.setdefault(found, []).append(number)
        placed.append(found)
        background.add(one.facts)
        for trace in traces(one.facts, background):
            found_at[trace].append(number)
    return placed


def _found_by(
    stream: Sequence[Told],
    number: int,
    found_at: Mapping[int, list[int]],
    placed: Sequence[int],
    wanted: frozenset[int],
) -> list[int]:
    """The stories of the articles with the most traces in common, as the program finds them in its database."""
    since = stream[number].moment - WINDOW
    shared = Counter(each for trace in wanted for each in found_at.get(trace, ()) if stream[each].moment >= since)
    nearest = sorted(shared, key=lambda each: (-shared[each], -each))[: events.FOUND]
    return list(dict.fromkeys(placed[each] for each in nearest))[: events.STORIES]


def _copy(stream: Sequence[Told], placed: Sequence[int], number: int) -> tuple[int | None, set[int]]:
    """The story an article is a copy in; and those with one of the same words and other facts."""
    one, filled_anew = stream[number], set[int]()
    for other in range(number - 1, -1, -1):
        apart = abs(one.moment - stream[other].moment)
        # The program compares only texts that have much in common; those of two languages never have.
        if apart <= WINDOW and one.article.language == stream[other].article.language:
            verdict = compare(one.article, stream[other].article, apart, WINDOW)
            if verdict.joined:
                return placed[other], set()
            if verdict.likeness is Likeness.OTHER_FACTS:
                filled_anew.add(placed[other])
    return None, filled_anew


def plain(stream: Sequence[Told], least: float = PLAIN) -> list[int]:
    """The reference: cosine of TF-IDF to the mean of the 3 nearest members, threshold .15, one pool of all languages,
    frequencies of the articles so far. Japanese in pairs of characters."""
    frequencies: Counter[str] = Counter()
    vectors: list[dict[str, float]] = []
    stories: dict[int, list[int]] = {}
    placed: list[int] = []
    for number, one in enumerate(stream):
        counts = Counter(_tokens(one.article))
        frequencies.update(counts.keys())
        vector = {
            word: (1 + math.log(count)) * math.log((number + 2) / frequencies[word]) for word, count in counts.items()
        }
        norm = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
        vector = {word: weight / norm for word, weight in vector.items()}
        best, chosen = least, len(stories)
        for story, members in stories.items():
            near = [each for each in members if abs(stream[each].moment - one.moment) <= WINDOW]
            scores = sorted((_dot(vector, vectors[each]) for each in near), reverse=True)[:3]
            if scores and sum(scores) / len(scores) >= best:
                best, chosen = sum(scores) / len(scores), story
        stories.setdefault(chosen, []).append(number)
        placed.append(chosen)
        vectors.append(vector)
    return placed


def _tokens(article: Article) -> list[str]:
    text = " ".join((article.title, *article.paragraphs)).casefold()
    found = re.findall(r"[a-z0-9\u00c0-\u024f]+", text)
    for run in re.findall("[\u3040-\u30ff\u3400-\u9fff]+", text):
        found += [run[at : at + 2] for at in range(max(1, len(run) - 1))]
    return found


def _dot(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    if len(one) > len(other):
        one, other = other, one
    return sum(weight * other[word] for word, weight in one.items() if word in other)


# --- how well --------------------------------------------------------------------------------------------------------


def b_cubed(truth: Sequence[str], placed: Sequence[int]) -> tuple[float, float, float]:
    """Precision, recall, F1."""
    events, clusters = Counter(truth), Counter(placed)
    both = Counter(zip(truth, placed, strict=True))
    pairs = list(zip(truth, placed, strict=True))
    precision = sum(both[pair] / clusters[pair[1]] for pair in pairs) / len(pairs)
    recall = sum(both[pair] / events[pair[0]] for pair in pairs) / len(pairs)
    return precision, recall, 2 * precision * recall / (precision + recall)


def pairs(stream: Sequence[Told], placed: Sequence[int]) -> dict[str, tuple[int, int, int]]:
    """Pairs of one story that are of one event, pairs of one story, pairs of one event; for one language and two."""
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in range(len(stream)):
        for other in range(one):
            languages = sorted({stream[each].article.language or "?" for each in (one, other)})
            same, joined = stream[one].event == stream[other].event, placed[one] == placed[other]
            for kind in ("within" if len(languages) == 1 else "across", "-".join(languages)):
                counted[kind][0] += same and joined
                counted[kind][1] += joined
                counted[kind][2] += same
    return {kind: (right, joined, same) for kind, (right, joined, same) in counted.items()}


def report(path: Path) -> None:
    """Prints the figures of a stream."""
    began = time.perf_counter()
    stream = read(path)
    reading = (time.perf_counter() - began) / len(stream) * 1000
    events = len({each.event for each in stream})
    print(f"{path.name}: {len(stream)} articles, {events} events; matched and facts taken in {reading:.1f} ms each")
    ways: dict[str, Callable[[Sequence[Told]], list[int]]] = {"kentongan": kentongan, "plain TF-IDF": plain}
    for order in ("published", "shuffled"):
        ordered = stream if order == "published" else shuffled(stream)
        truth = [each.event for each in ordered]
        for name, way in ways.items():
            began = time.perf_counter()
            placed = way(ordered)
            spent = (time.perf_counter() - began) / len(ordered) * 1000
            precision, recall, f1 = b_cubed(truth, placed)
            print(f"  {order:10}{name:14}P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  {spent:6.2f} ms", end="")
            counted = pairs(ordered, placed)
            for kind in ("within", "across"):
                print(f"   {kind} {_shares(counted.get(kind, (0, 0, 0)))}", end="")
            print()
            if order == "published" and name == "kentongan":
                for kind in sorted(counted.keys() - {"within", "across"}):
                    print(f"      pairs {kind:8}{_shares(counted[kind])}  of {counted[kind][2]}")
    _best_plain(stream)
    _spread(stream)
    _asked(stream)


def _best_plain(stream: Sequence[Told]) -> None:
    truth = [each.event for each in stream]
    scored = {
        least: b_cubed(truth, plain(stream, least))[2]
        for least in (0.05, 0.08, 0.1, 0.12, 0.15, 0.18, 0.2, 0.25, 0.3, 0.4)
    }
    best = max(scored, key=lambda least: scored[least])
    print(f"  plain TF-IDF at the best threshold for this set, {best}: F1 {scored[best]:.3f}")


def _asked(stream: Sequence[Told]) -> None:
    ties: list[tuple[int, int]] = []
    placed = kentongan(stream, ties)
    members: dict[int, set[str]] = defaultdict(set)
    for number, story in enumerate(placed):
        members[story].add(stream[number].event)
    right = sum(stream[number].event in members[story] for number, story in ties)
    print(f"  possibly the same event: {len(ties)} asked, {right} of them are")


def _spread(stream: Sequence[Told]) -> None:
    orders = list(map(partial(shuffled, stream), range(5)))
    found = [b_cubed([each.event for each in order], kentongan(order))[2] for order in orders]
    print(f"  five orders within each day: F1 {min(found):.3f} to {max(found):.3f}")


def shuffled(stream: Sequence[Told], seed: int = 5) -> list[Told]:
    """Articles of one day in any order."""
    chance = random.Random(seed)
    return sorted(stream, key=lambda each: (each.moment.date(), chance.random()))


def _shares(counts: tuple[int, int, int]) -> str:
    right, joined, same = counts
    return f"P {right / joined if joined else 1:.3f} R {right / same if same else 1:.3f}"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, action="append", help="a labelled stream of your own (JSON lines)")
    parser.add_argument("--stored", type=int, default=100_000, help="articles in the window when one is looked up")
    parser.add_argument("--part", choices=("quality", "lookup"), help="only this one")
    options = parser.parse_args()
    if options.part != "lookup":
        for path in options.corpus or sorted(CORPUS.glob("*.jsonl")):
            report(path)
    if options.part != "quality":
        lookup([each.facts for each in read(CORPUS / "one.jsonl")], options.stored)


if __name__ == "__main__":
    main()
