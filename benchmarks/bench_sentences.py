"""How many articles give two sound key sentences, by simple checks, and what that costs.

python benchmarks/bench_sentences.py [--stories FILE] [--show N]
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bench_copies import CORPUS, reports
from rapidfuzz import fuzz

from bot.model import Article
from bot.story import Sentence, key_passages
from bot.watch import load, match

CONFIG = Path(__file__).parents[1] / "config"
LONGEST = 320
ALIKE = 85
"""Likeness in percent from which on two texts say the same (rapidfuzz)."""

_DATELINE = re.compile(r"^(?:[A-Z]{4,}[ ,]|【|\S+ \([A-Z]+\) - )")


def faults(article: Article, found: Sequence[Sentence]) -> list[str]:
    """What is wrong with the sentences chosen; none where nothing is."""
    texts = [each.text for each in found]
    checks = {
        "fewer than two": len(texts) < 2,
        "no full stop": any(not re.search(r"[.!?。！？][\"”’」』）)]*$", text) for text in texts),
        "cut": any(text.endswith(("...", "…")) for text in texts),
        "too long": any(len(text) > LONGEST for text in texts),
        "a dateline": any(_DATELINE.match(text) for text in texts),
        "the headline again": any(
            fuzz.token_set_ratio(text, article.title) > 95 and len(text) < 1.3 * len(article.title) for text in texts
        ),
        "twice the same": len(texts) == 2 and fuzz.token_sort_ratio(*texts) >= ALIKE,
        "not in its paragraph": any(each.text not in article.paragraphs[each.paragraph or 0] for each in found),
    }
    return [name for name, wrong in checks.items() if wrong]


def main() -> None:
    """Prints the share of articles without a fault, by language."""
    parser = argparse.ArgumentParser(description="How many articles give two sound key sentences.")
    parser.add_argument("--stories", type=Path, default=CORPUS / "stories" / "one.jsonl")
    parser.add_argument("--show", type=int, default=0)
    options = parser.parse_args()
    watchlists = load(CONFIG)
    articles = [article for *_, article in reports(options.stories)]
    found = [match(watchlists, article) for article in articles]
    began = time.process_time()
    chosen = [key_passages(article, matches) for article, matches in zip(articles, found, strict=True)]
    spent = (time.process_time() - began) / len(articles) * 1000
    wrong = [faults(article, sentences) for article, sentences in zip(articles, chosen, strict=True)]
    for language in ("en", "id", "ja"):
        some = [not each for each, article in zip(wrong, articles, strict=True) if article.language == language]
        if some:
            print(f"{language}: two sound sentences of {sum(some)} of {len(some)} articles")
    print(f"faults: {dict(Counter(name for each in wrong for name in each)) or 'none'}; {spent:.2f} ms an article")
    for article, sentences in list(zip(articles, chosen, strict=True))[
        :: max(1, len(articles) // max(1, options.show))
    ]:
        if options.show:
            print(f"\n# {article.title}")
            for each in sentences:
                print(f"  [{each.paragraph}] {each.text} {[each.text[a:b] for a, b in each.marks]}")


if __name__ == "__main__":
    main()
