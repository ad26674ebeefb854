"""How many articles a second one core matches, against one regular expression per group of terms in the same run.

Rules and articles are generated: half of the rules are plain `and`s, a quarter has an `unless`, a quarter asks for
near, sentence, paragraph or title. Words follow Zipf's law, articles are about 4 kB, evidence and labels are on. The
ratio is what counts; absolute figures depend on the machine.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from bot.model import Article
from bot.watch import Watchlists, load, match
from bot.watch.text import prepare

SYLLABLES = [
    c + v for c in ("b", "d", "g", "k", "l", "m", "n", "p", "r", "s", "t", "j") for v in ("a", "e", "i", "o", "u")
]
RULES = (10, 100, 1_000)
ARTICLES = 200


@dataclass(frozen=True, slots=True)
class World:
    """A vocabulary with the frequencies of a language, and its own chance."""

    chance: random.Random
    words: Sequence[str]
    weights: Sequence[float]

    def text(self, size: int) -> str:
        """Sentences of about `size` characters."""
        words = self.chance.choices(self.words, cum_weights=self.weights, k=size // 6)
        cut = [word + ("." if self.chance.random() < 0.05 else "") for word in words]
        return " ".join(word.capitalize() if i == 0 or cut[i - 1][-1] == "." else word for i, word in enumerate(cut))

    def article(self) -> Article:
        """About 4 kB in twelve paragraphs."""
        paragraphs = tuple(self.text(340) for _ in range(12))
        return Article("https://example.org/a", self.text(60), paragraphs, language="en")

    def term(self) -> str:
        """A word of middling or low frequency, one time in five a phrase of two."""
        words = self.chance.choices(self.words[200:], k=2 if self.chance.random() < 0.2 else 1)
        return " ".join(words)


def world(seed: int = 7) -> World:
    """20,000 words; the n-th is 1/n as frequent as the first."""
    chance = random.Random(seed)
    words = list(
        dict.fromkeys("".join(chance.choices(SYLLABLES, k=chance.choice((1, 2, 2, 3, 3, 4)))) for _ in range(40_000))
    )
    words = words[:20_000]
    return World(chance, words, list(accumulate(1 / (n + 3) for n in range(len(words)))))


Groups = list[list[str]]


def rule(world: World) -> tuple[str, Groups]:
    """A rule's expression with its `unless`, as YAML, and its and-groups for the regular expressions."""
    groups = [[world.term() for _ in range(world.chance.randint(2, 8))] for _ in range(world.chance.randint(2, 3))]
    written = ["(" + " or ".join(f'"{term}"' for term in group) + ")" for group in groups]
    kind = world.chance.random()
    expression = " and ".join(written)
    if kind >= 0.75:
        expression = world.chance.choice(
            [
                f"near(20, {', '.join(written)})",
                f"sentence({expression})",
                f"paragraph({expression})",
                f"title({expression})",
            ]
        )
    unless = f'\n    unless: title("{world.term()}")' if 0.5 <= kind < 0.75 else ""
    return f"match: {_quoted(expression)}{unless}", groups


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def rule_set(world: World, number: int) -> tuple[Watchlists, list[Groups], float]:
    """Rules ready to match, their groups of terms, and the seconds it took to load them."""
    rules = [rule(world) for _ in range(number)]
    lines = [f"  - name: r{n}\n    {text}" for n, (text, _) in enumerate(rules)]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "watchlists").mkdir()
        (Path(folder) / "watchlists" / "bench.yaml").write_text("rules:\n" + "\n".join(lines), "utf-8")
        began = time.perf_counter()
        ready = load(folder)
        return ready, [groups for _, groups in rules], time.perf_counter() - began


def regular(rules: Sequence[Groups]) -> Callable[[Article], int]:
    """The obvious peer: each group of terms one regular expression, a rule done with at its first missing group."""
    compiled = [
        [re.compile(r"\b(?:" + "|".join(map(re.escape, group)) + r")\b", re.IGNORECASE) for group in groups]
        for groups in rules
    ]

    def run(article: Article) -> int:
        text = "\n".join((article.title, *article.paragraphs))
        return sum(all(group.search(text) for group in groups) for groups in compiled)

    return run


def seconds(work: Callable[[Article], object], articles: Sequence[Article]) -> float:
    """The best of three rounds, per article."""
    best = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        for article in articles:
            work(article)
        best = min(best, time.perf_counter() - began)
    return best / len(articles)


def main(sizes: Sequence[int]) -> None:
    """Prints one line for each number of rules."""
    words = world()
    articles = [words.article() for _ in range(ARTICLES)]
    match(rule_set(words, 1)[0], articles[0])
    print(f"preparing an article: {seconds(prepare, articles) * 1e6:.0f} us")
    for number in sizes:
        ready, groups, loading = rule_set(words, number)
        ours = seconds(lambda article, ready=ready: match(ready, article), articles)
        few = articles[: max(2, min(ARTICLES, 4_000 // number))]
        theirs = seconds(regular(groups), few)
        found = sum(len(match(ready, article)) for article in articles) / len(articles)
        print(
            f"{number:>7} rules: {1 / ours:>6.0f} articles/s ({ours * 1e6:.0f} us, {found:.1f} matches each), "
            f"{theirs / ours:>6.0f} times one regular expression per group; loaded in {loading:.2f} s"
        )


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or RULES)
