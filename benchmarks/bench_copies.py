"""How surely copies are told from other articles, and what it costs with 100,000 of them stored.

    python benchmarks/bench_copies.py [PART ...] [--articles N] [--stories FILE] [--show N]

Parts are `copies`, `apart` and `lookup`; all of them without arguments. `copies`: articles changed as outlets change
each other's (benchmarks/perturbed.py), and how many are found. `apart`: texts that are nearly equal and tell of
different events (benchmarks/lookalikes.py), independent reports of one event, and articles taken at random, and how
many are held for copies. Beside it, in the same run, what is usual: Jaccard of all sequences of three words (what
MinHash estimates), at least one half. `lookup`: the query for likely copies and their comparison, in an SQLite file.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import lookalikes
import perturbed
import texts
from archive_of_copies import lookup

from bot.model import Article, Source
from bot.story import compare
from bot.story.sketch import tokens

CORPUS = Path(__file__).parents[1] / "tests" / "corpus"
PARTS = ("copies", "apart", "lookup")
WINDOW = timedelta(days=30)
USUAL = 0.5
"""The Jaccard from which on MinHash is commonly taken to say copy."""
SEEDS = 3
"""Times each article is changed anew."""
PAIRS = 40
"""Pairs of each template."""
RANDOM_PAIRS = 2000

Pair = tuple[Article, Article]


def main() -> None:
    """Runs what is asked for."""
    parser = argparse.ArgumentParser(description="How surely copies are told from other articles, and how fast.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all by default")
    parser.add_argument("--articles", type=int, default=100_000, help="stored ones of the part `lookup`")
    parser.add_argument("--stories", type=Path, default=CORPUS / "stories" / "one.jsonl", help="reports by event")
    parser.add_argument("--show", type=int, default=0, help="name so many pairs that are judged wrongly")
    options = parser.parse_args()
    parts = options.parts or PARTS
    if unknown := set(parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    events = reports(options.stories)
    if "copies" in parts:
        copies(events, options.show)
    if "apart" in parts:
        apart(events, options.show)
    if "lookup" in parts:
        lookup(options.articles)


# --- articles -------------------------------------------------------------------------------------------------------


def reports(path: Path) -> list[tuple[str, bool, Article]]:
    """The reports of a file by event: event, whether it is an agency's text at a customer's, article."""
    found = []
    for line in path.read_text().splitlines():
        row = json.loads(line)
        outlet = Source(row["source"], row["source"], tier=row["tier"], family=row["family"])
        made = Article(
            f"https://example.org/{row['id']}",
            row["title"],
            tuple(row["paragraphs"]),
            row["paragraphs"][0],
            language=row["language"],
            source=outlet,
        )
        found.append((row["event"], bool(row.get("agency")), made))
    return found


def pages() -> list[Article]:
    """The articles of the tests' pages, from a hundred words on."""
    found = []
    for path in sorted((CORPUS / "pages").glob("*.json")):
        row = json.loads(path.read_text())
        outlet = Source(path.stem, path.stem, family=path.stem)
        text = tuple(row["paragraphs"])
        made = Article(row["url"], row["title"], text, text[0] if text else "", language=row["language"], source=outlet)
        if words_of(made) >= 100:
            found.append(made)
    return found


def newspapers() -> list[Article]:
    """Generated ones, of two languages."""
    found = texts.articles(texts.latin(), 30, characters=2_200) + texts.articles(texts.japanese(), 30, characters=900)
    return [
        Article(f"https://example.org/g{at}", each.title, each.paragraphs, each.paragraphs[0], language=each.language)
        for at, each in enumerate(found)
    ]


def words_of(article: Article) -> int:
    """Words; two characters of Japanese count as one."""
    found = tokens(article.paragraphs)
    return len(found) // 2 if article.language == "ja" else len(found)


# --- how surely -----------------------------------------------------------------------------------------------------


def joined(pair: Pair) -> bool:
    """Whether ours says copy."""
    return compare(*pair, timedelta(hours=3), WINDOW).joined


def usual(pair: Pair) -> bool:
    """Whether half of all sequences of three words are in both."""
    one, other = (_sequences(article) for article in pair)
    return bool(one | other) and len(one & other) / len(one | other) >= USUAL


def _sequences(article: Article) -> set[tuple[str, ...]]:
    found, size = tokens(article.paragraphs), 5 if article.language == "ja" else 3
    return {tuple(found[at : at + size]) for at in range(len(found) - size + 1)}


def tell(name: str, pairs: Iterable[Pair], right: bool, show: int) -> tuple[int, int]:
    """Prints a line and returns how many pairs are judged copies, of how many."""
    listed = list(pairs)
    said = [joined(pair) for pair in listed]
    reference = sum(map(usual, listed))
    total = len(listed)
    print(f"{name:44} {total:6} {share(sum(said), total):>8} {share(reference, total):>8}")
    wrong = [pair for pair, each in zip(listed, said, strict=True) if each != right]
    for one, other in wrong[:show]:
        verdict = compare(one, other, timedelta(), WINDOW)
        print(f"    {verdict.likeness} {verdict.contained:.2f}: {one.url} {one.title} | {other.url} {other.title}")
    return sum(said), total


def share(number: int, total: int) -> str:
    """As shown in the tables."""
    return f"{number / total:.3f}" if total else "-"


def copies(events: Sequence[tuple[str, bool, Article]], show: int) -> None:
    """Prints how many copies are found, by set and change."""
    sets: dict[str, tuple[list[Article], Callable[[Article], bool]]] = {
        "pages of the tests": (pages(), lambda _: True),
        "generated": (newspapers(), lambda _: True),
        "reports of 120 words on": ([each for *_, each in events], lambda each: words_of(each) >= 120),
        "shorter reports": ([each for *_, each in events], lambda each: words_of(each) < 120),
    }
    print(f"\n{'copies found':44} {'pairs':>6} {'ours':>8} {'usual':>8}")
    for name, (every, wanted) in sets.items():
        for language in ("en", "id", "ja"):
            some = [each for each in every if wanted(each) and each.language == language]
            if some:
                print(f"{name}, {language}: {len(some)} articles of {sum(map(words_of, some)) // len(some)} words")
                for change in perturbed.CHANGES:
                    tell(f"  {change}", changed(change, some), True, show)
    print("reports of the file")
    tell("  an agency's text at its customers", syndicated(events), True, show)


def changed(change: str, articles: Sequence[Article]) -> Iterator[Pair]:
    """Each article beside changed ones."""
    pool = {each.url: perturbed.pieces_of(" ".join(each.paragraphs), each.language) for each in articles}
    for article in articles:
        words = [word for url, found in pool.items() if url != article.url for word in found] or pool[article.url]
        for seed in range(SEEDS):
            yield article, perturbed.copied(change, article, seed, words)


def syndicated(events: Sequence[tuple[str, bool, Article]]) -> Iterator[Pair]:
    """Each text that names an agency, beside the report of its event that is most like it."""
    for event, agency, article in events:
        beside = [each for name, _, each in events if name == event and each is not article]
        same = [each for each in beside if each.language == article.language]
        if agency and same:
            own = _sequences(article)
            yield article, max(same, key=lambda each: len(own & _sequences(each)))


def apart(events: Sequence[tuple[str, bool, Article]], show: int) -> None:
    """Prints how many articles of different events, or of one event in other words, are held for copies."""
    print(f"\n{'held for copies, wrongly':44} {'pairs':>6} {'ours':>8} {'usual':>8}")
    for title, made in (("other facts", lookalikes.pairs), ("one other fact", lookalikes.one_fact)):
        print(f"one template, {title}")
        for name in lookalikes.TEMPLATES:
            tell(f"  {name}", made(name, PAIRS), False, show)
    for change in ("cut to half", "boilerplate around", "10 % of words edited"):
        tell(f"one template, other facts, {change}", _beside(change), False, show)
    rewritten = [
        (one, other)
        for (event, agency, one), (same, also, other) in combinations(events, 2)
        if event == same and one.language == other.language and not agency and not also
    ]
    tell("one event, other words", rewritten, False, show)
    chance = random.Random(41)
    drawn = (chance.sample(events, 2) for _ in range(RANDOM_PAIRS))
    tell("at random", [(one[2], other[2]) for one, other in drawn if one[0] != other[0]], False, show)
    generated = texts.articles(texts.latin(), 100) + texts.articles(texts.japanese(), 100)
    tell("at random, generated", [tuple(chance.sample(generated, 2)) for _ in range(RANDOM_PAIRS // 4)], False, show)  # type: ignore[misc]  # two of them


def _beside(change: str) -> Iterator[Pair]:
    for name, (language, _, _) in lookalikes.TEMPLATES.items():
        for at, (one, other) in enumerate(lookalikes.pairs(name, PAIRS // 4)):
            words = perturbed.pieces_of(" ".join(other.paragraphs), language)
            yield one, perturbed.copied(change, other, at, words)


if __name__ == "__main__":
    main()
