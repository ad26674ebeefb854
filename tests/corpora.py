"""Judges a shipped watchlist on a folder of labelled articles, so that each watchlist's test need only say what it
must reach. It never tunes anything, and asserts nothing itself.

A corpus is a folder below tests/corpus with one file for each language. Rules are written from the articles with even
numbers; the odd ones only measure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML

from bot.model import Article
from bot.watch import Watchlists, load, match

ROOT = Path(__file__).parents[1]
HALVES = ("even", "odd")


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article, and what a reader says of it."""

    id: str
    half: str
    kind: str
    article: Article
    wanted: bool
    labels: frozenset[str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a watchlist says of a labelled article."""

    labelled: Labelled
    rules: tuple[str, ...]
    labels: frozenset[str]

    @property
    def error(self) -> str | None:
        """`missed`, `wrong`, `labels`, or None where rules and reader agree."""
        if self.labelled.wanted and not self.rules:
            return "missed"
        if self.rules and not self.labelled.wanted:
            return "wrong"
        return "labels" if self.labels != self.labelled.labels else None


@dataclass(frozen=True, slots=True)
class Score:
    """Shares of a set of verdicts: of the matches that are right, of the wanted that are found, and of the right
    matches whose labels are exactly the reader's."""

    precision: float
    recall: float
    labels: float
    number: int

    def __str__(self) -> str:
        return f"precision {self.precision:.3f}  recall {self.recall:.3f}  labels {self.labels:.3f}  ({self.number})"


def corpus(folder: Path) -> list[Labelled]:
    """All labelled articles of the folder's files, in the order of file and file name."""
    return [
        labelled(item) for path in sorted(folder.glob("*.yaml")) for item in YAML(typ="safe").load(path)["articles"]
    ]


def labelled(item: dict[str, object]) -> Labelled:
    """One entry of a corpus file; its id ends in a number, whose last digit says which half it is in."""
    paragraphs = tuple(item["paragraphs"])
    article = Article(
        url=f"https://news.example/{item['id']}",
        title=item["title"],
        lead=item.get("lead", paragraphs[0]),
        paragraphs=paragraphs,
        language=item["language"],
    )
    half = HALVES[int(item["id"].rpartition("-")[2]) % 2]
    return Labelled(item["id"], half, item["kind"], article, item["match"], frozenset(item["labels"]))


@lru_cache(maxsize=1)
def shipped() -> Watchlists:
    """The watchlists the project ships."""
    return load(ROOT / "config")


@lru_cache(maxsize=8)
def verdicts(watchlist: str, concept: str, folder: Path) -> tuple[Verdict, ...]:
    """What the shipped watchlist says of each article of the folder; `concept` is the one whose labels are compared."""
    return tuple(Verdict(item, *judge(watchlist, concept, item.article)) for item in corpus(folder))


def judge(watchlist: str, concept: str, article: Article) -> tuple[tuple[str, ...], frozenset[str]]:
    """The names of the watchlist's rules that match the article, and the labels of the concept they found in it."""
    found = [answer for answer in match(shipped(), article) if answer.watchlist == watchlist]
    labels = frozenset(label for answer in found for label in answer.labels.get(concept, ()))
    return tuple(answer.rule for answer in found), labels


def written(title: str, *paragraphs: str, language: str = "en") -> Article:
    """An article for a single test; its lead is its first paragraph."""
    return Article(url="", title=title, lead=paragraphs[0], paragraphs=paragraphs, language=language)


def score(chosen: Iterable[Verdict]) -> Score:
    """The shares over the chosen verdicts; a share of nothing is 0."""
    chosen = list(chosen)
    matched = [verdict for verdict in chosen if verdict.rules]
    wanted = [verdict for verdict in chosen if verdict.labelled.wanted]
    right = [verdict for verdict in matched if verdict.labelled.wanted]
    exact = [verdict for verdict in right if verdict.error is None]
    return Score(
        len(right) / max(1, len(matched)),
        len(right) / max(1, len(wanted)),
        len(exact) / max(1, len(right)),
        len(chosen),
    )


def report(chosen: Iterable[Verdict], errors: bool = True) -> str:
    """One line of shares for each language and one for all; then, if asked, one line for each error."""
    chosen = list(chosen)
    lines = []
    for language in sorted({verdict.labelled.article.language or "" for verdict in chosen}):
        part = [verdict for verdict in chosen if verdict.labelled.article.language == language]
        lines.append(f"{language}  {score(part)}")
    lines.append(f"all {score(chosen)}")
    if errors:
        lines.extend(f"  {told(verdict)}" for verdict in chosen if verdict.error)
    return "\n".join(lines)


def told(verdict: Verdict) -> str:
    """One line on an error: which, where, and what reader and rules each say."""
    item = verdict.labelled
    rules = ", ".join(verdict.rules) or "-"
    return (
        f"{verdict.error:7} {item.id} [{item.kind}] {item.article.title}: "
        f"wanted {sorted(item.labels)}, got {sorted(verdict.labels)} by {rules}"
    )
