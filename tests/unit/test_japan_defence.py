"""Judges the shipped watchlist on labelled articles, each half and language apart. It never tunes anything.

The rules are written from the even numbers; the odd ones only measure. `pytest -s` prints every error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from ruamel.yaml import YAML

from bot.model import Article
from bot.watch import Watchlists, load, match

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests" / "corpus" / "japan_defence"
WATCHLIST = "japan-defence"
HALVES = ("even", "odd")

# What each half must reach: precision, recall, labels; a little less than was measured (even 1.000, 0.994, 1.000; odd
# 0.960, 0.923, 0.965). The odd half, from which no rule is written, says what to expect of unseen articles; it is
# harder than a day's news (features, briefs, standfirsts without news, near misses made to mislead).
FLOORS = {"even": (0.98, 0.98, 0.98), "odd": (0.94, 0.90, 0.94)}


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
    """What the watchlist says of a labelled article."""

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


def corpus() -> Iterator[Labelled]:
    for path in sorted(CORPUS.glob("*.yaml")):
        for item in YAML(typ="safe").load(path)["articles"]:
            paragraphs = tuple(item["paragraphs"])
            article = Article(
                url=f"https://news.example/{item['id']}",
                title=item["title"],
                lead=item.get("lead", paragraphs[0]),
                paragraphs=paragraphs,
                language=item["language"],
            )
            half = HALVES[int(item["id"].rpartition("-")[2]) % 2]
            yield Labelled(item["id"], half, item["kind"], article, item["match"], frozenset(item["labels"]))


@lru_cache(maxsize=1)
def shipped() -> Watchlists:
    return load(ROOT / "config")


@lru_cache(maxsize=1)
def verdicts() -> tuple[Verdict, ...]:
    return tuple(judge(labelled) for labelled in corpus())


def judge(labelled: Labelled) -> Verdict:
    found = [answer for answer in match(shipped(), labelled.article) if answer.watchlist == WATCHLIST]
    labels = frozenset(label for answer in found for label in answer.labels.get("partner", ()))
    return Verdict(labelled, tuple(answer.rule for answer in found), labels)


def score(chosen: list[Verdict]) -> Score:
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


def report(chosen: list[Verdict]) -> str:
    lines = []
    for language in sorted({verdict.labelled.article.language or "" for verdict in chosen}):
        part = [verdict for verdict in chosen if verdict.labelled.article.language == language]
        lines.append(f"{language}  {score(part)}")
    lines.append(f"all {score(chosen)}")
    for verdict in chosen:
        if verdict.error:
            labelled = verdict.labelled
            told = (
                f"wanted {sorted(labelled.labels)}, got {sorted(verdict.labels)} by {', '.join(verdict.rules) or '-'}"
            )
            lines.append(f"  {verdict.error:7} {labelled.id} [{labelled.kind}] {labelled.article.title}: {told}")
    return "\n".join(lines)


@pytest.mark.parametrize("half", HALVES)
def test_the_shipped_watchlist_finds_and_refuses_what_a_reader_would(half: str) -> None:
    chosen = [verdict for verdict in verdicts() if verdict.labelled.half == half]
    told = report(chosen)
    print(f"\n{half} half\n{told}")

    result = score(chosen)
    precision, recall, labels = FLOORS[half]
    assert result.precision >= precision, told
    assert result.recall >= recall, told
    assert result.labels >= labels, told


def test_the_corpus_is_large_mixed_and_split_evenly() -> None:
    articles = [verdict.labelled for verdict in verdicts()]
    wanted = sum(labelled.wanted for labelled in articles)

    assert len(articles) >= 180
    assert 0.45 <= wanted / len(articles) <= 0.55
    for language in ("en", "id", "ja"):
        assert sum(labelled.article.language == language for labelled in articles) >= 60
    assert all(bool(labelled.labels) == labelled.wanted for labelled in articles)


def test_every_label_of_the_watchlist_is_expected_by_some_article() -> None:
    labels = set(shipped().lists[WATCHLIST].concepts["partner"].labels)

    assert frozenset(labels) == frozenset().union(*(verdict.labelled.labels for verdict in verdicts()))


def test_a_dateline_with_the_outlets_name_is_no_partner() -> None:
    standfirst = "Jakarta, CNN Indonesia -- Jepang dan Filipina meneken pakta pertahanan."
    article = Article(
        url="", title="Pakta baru", lead=standfirst, paragraphs=(standfirst, "Jepang senang."), language="id"
    )

    found = [answer for answer in match(shipped(), article) if answer.watchlist == WATCHLIST]

    assert {label for answer in found for label in answer.labels["partner"]} == {"philippines"}


def test_all_who_take_part_in_an_exercise_are_labels_though_the_headline_names_two() -> None:
    lead = "Warships from Japan, the Philippines, the United States and Australia began a joint exercise on Monday."

    assert partners("Japan, Philippines begin naval drill", lead) == {"philippines", "united_states", "australia"}


def test_a_comparison_with_other_pacts_adds_no_label() -> None:
    lead = "Japan and the Philippines signed an access agreement, the third after those with Australia and Britain."

    assert partners("Japan, Philippines sign troop pact", lead) == {"philippines"}


def test_headline_and_lead_together_say_what_neither_says_alone() -> None:
    lead = "The agreement lets Japan and Germany share classified information, both said."

    assert partners("Berlin signs deal to share secrets", lead) == {"germany"}


def partners(title: str, lead: str) -> set[str]:
    article = Article(url="", title=title, lead=lead, paragraphs=(lead,), language="en")
    found = [answer for answer in match(shipped(), article) if answer.watchlist == WATCHLIST]
    return {label for answer in found for label in answer.labels["partner"]}


def test_links_to_other_stories_are_no_match() -> None:
    article = Article(
        url="",
        title="Indonesia's Mount Semeru spews ash",
        paragraphs=(
            "Mount Semeru in Indonesia's East Java sent ash into the sky on Saturday night.",
            "Read also: Japan, Indonesia hold 2+2 meeting in Tokyo",
            "Read also: Japanese warships visit Tanjung Priok for joint exercise with Indonesian navy",
            "Read also: Japan's defence minister to inspect Mogami frigate with Indonesian counterpart",
        ),
        lead="Mount Semeru in Indonesia's East Java sent ash into the sky on Saturday night.",
        language="en",
    )

    assert not [answer for answer in match(shipped(), article) if answer.watchlist == WATCHLIST]


def test_the_shipped_sources_are_many_distinct_and_in_real_time_zones() -> None:
    sources = YAML(typ="safe").load(ROOT / "config" / "sources.yaml")["sources"]
    feeds = [feed if isinstance(feed, str) else feed["url"] for source in sources for feed in source["feeds"]]

    assert len(feeds) >= 45
    assert len(set(feeds)) == len(feeds)
    assert len({source["name"] for source in sources}) == len(sources)
    assert {"en", "id", "ja"} <= {source["language"] for source in sources}
    for source in sources:
        ZoneInfo(source["timezone"])
