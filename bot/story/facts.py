"""What an article says in a form that reports of one event share, in any language. It compares nothing.

Names, places, numbers, days and subjects survive translation; words are for comparing within a language.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.model import Article, Match
from bot.story.days import days_in
from bot.story.names import fold, names_in, skeleton, skeletons_in
from bot.story.numbers import numbers_in
from bot.story.ordinals import ordinals_in
from bot.story.places import places_in
from bot.story.record import family
from bot.story.subjects import looks_back, subjects_in
from bot.story.usual import GRAMMAR
from bot.story.verbatim import sentences, without

READ, LISTED = 12_000, 5_000
"""Characters of an article whose words are looked at, and in which names, places, numbers and days are; the news stands
at its beginning."""

WORDS = 300
"""Different words that are kept of an article, the most frequent and earliest."""

TOP = 500
"""Characters of a lead that count as one: some texts have no paragraphs."""

NEAR_DAYS = timedelta(days=21)
"""Days further from publication are background: they name other events."""

_WORD = re.compile(r"[^\W\d_]{3,}|\d{2,}")
_OF_MONTH = re.compile(r"\d.*[^\W\d_]{3}|[^\W\d_]{3}.*\d|月|\d[/-]\d")
_JAPANESE = re.compile("[\u30a1-\u30fa\u30fc]{2,}|[\u4e00-\u9fff々]{2,}")


@dataclass(frozen=True, slots=True)
class Facts:
    """`moment` is when it was published, else first seen. `names` are folded Latin names and, with a tilde, the
    consonants of names as they sound in Japanese; `places` ISO codes; `numbers` amounts in one form; `days` ISO 8601
    days; `labels` as `concept:label`; `subjects` words of a table. `words` are counted. `head` are the facts of the
    headline and the first paragraph, each with the letter of its kind (`o` which one of a series), `overview` that its
    headline announces one. `dated` is whether it is known when it was published, `family` who stands behind it,
    `sentences` the marks of those it may have in common with others word for word."""

    language: str
    moment: datetime
    names: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    words: tuple[tuple[str, int], ...] = ()
    agency: str | None = None
    head: frozenset[str] = frozenset()
    overview: bool = False
    dated: bool = True
    family: str = ""
    sentences: frozenset[int] = frozenset()

    def features(self) -> frozenset[str]:
        """All that survives translation, each with the letter of its kind: `n` name, `p` place, `q` quantity, `d` day,
        `s` subject."""
        return frozenset(
            f"{kind}:{value}"
            for kind, values in (
                ("n", self.names), ("p", self.places), ("q", self.numbers), ("d", self.days), ("s", self.subjects),
            )
            for value in values
        )  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """As plain values; `from_json` is the way back."""
        return {
            "language": self.language,
            "moment": self.moment.isoformat(),
            "names": list(self.names),
            "places": list(self.places),
            "numbers": list(self.numbers),
            "days": list(self.days),
            "labels": list(self.labels),
            "subjects": list(self.subjects),
            "words": [list(pair) for pair in self.words],
            "agency": self.agency,
            "head": sorted(self.head),
            "overview": self.overview,
            "dated": self.dated,
            "family": self.family,
            "sentences": sorted(self.sentences),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Facts:
        """What `to_json` made; raises KeyError or ValueError of anything else."""
        return cls(
            language=stored["language"],
            moment=datetime.fromisoformat(stored["moment"]),
            names=tuple(stored["names"]),
            places=tuple(stored["places"]),
            numbers=tuple(stored["numbers"]),
            days=tuple(stored["days"]),
            labels=tuple(stored["labels"]),
            subjects=tuple(stored["subjects"]),
            words=tuple((word, count) for word, count in stored["words"]),
            agency=stored["agency"],
            head=frozenset(stored["head"]),
            overview=stored["overview"],
            dated=stored.get("dated", True),
            family=stored.get("family", ""),
            sentences=frozenset(stored.get("sentences", ())),
        )


def facts(
    article: Article, found: Sequence[Match], first_seen: datetime, furniture: Collection[int] = frozenset()
) -> Facts:
    """The facts of an article with what the watchlists found in it, but for the sentences marked as `furniture`."""
    language = _language(article)
    marks = sentences(article)
    bare = without(article, furniture)
    top = "\n".join((article.title, (article.lead or "".join(article.paragraphs[:1]))[:TOP]))
    text = unicodedata.normalize("NFKC", "\n".join((bare.title, bare.standfirst, *bare.paragraphs)))[:READ]
    dated = article.published is not None
    whole = _kinds(text[:LISTED], language, article.published or first_seen, dated)
    labels = {f"{concept}:{label}" for match in found for concept, names in match.labels.items() for label in names}
    return Facts(
        language=language,
        moment=article.published or first_seen,
        names=whole["n"],
        places=whole["p"],
        numbers=whole["q"],
        days=whole["d"],
        labels=tuple(sorted(labels)),
        subjects=whole["s"],
        words=_words(text, language),
        agency=article.agency,
        head=_head(top, language, article.published or first_seen, dated, whole),
        overview=looks_back(article.title),
        dated=dated,
        family=family(article.source, article.url),
        sentences=marks,
    )


def _language(article: Article) -> str:
    return "id" if article.language == "ms" else article.language or ""


def _kinds(text: str, language: str, moment: datetime, dated: bool) -> dict[str, tuple[str, ...]]:
    days, rest = _days(text, language, moment, dated)
    return {
        "n": _names(text, language),
        "p": tuple(sorted(places_in(text, language))),
        "q": tuple(sorted(numbers_in(rest, language))),
        "d": days,
        "s": tuple(sorted(subjects_in(text, language))),
    }


def _head(
    top: str, language: str, moment: datetime, dated: bool, whole: Mapping[str, tuple[str, ...]]
) -> frozenset[str]:
    # A name is one by the whole text: headlines may be all in capitals.
    made = _kinds(unicodedata.normalize("NFKC", top), language, moment, dated)
    said = fold(top)
    names = (name for name in whole["n"] if name in made["n"] or name in said)
    series = [f"o:{each}" for each in ordinals_in(top, language)]
    return frozenset(
        [f"n:{name}" for name in names] + [f"{kind}:{value}" for kind in "pqds" for value in made[kind]] + series
    )


def _names(text: str, language: str) -> tuple[str, ...]:
    latin = names_in(text)
    if language == "ja":
        return tuple(sorted({*(key for key in latin if key.isascii()), *skeletons_in(text)}))
    heard = {skeleton(key) for key in latin}
    return tuple(sorted({*latin, *(key for key in heard if key)}))


def _days(text: str, language: str, moment: datetime, dated: bool) -> tuple[tuple[str, ...], str]:
    """The days near publication, and the text without its dates. Where publication is not known only days of a named
    month count, however far."""
    found: set[str] = set()
    rest = list(text)
    for start, end, said in days_in(text, language, moment):
        rest[start:end] = " " * (end - start)
        if len(said) == 10 and (
            abs(datetime.fromisoformat(said).date() - moment.date()) <= NEAR_DAYS
            if dated
            else _OF_MONTH.search(text[start:end])
        ):
            found.add(said)
    return tuple(sorted(found)), "".join(rest)


def _words(text: str, language: str) -> tuple[tuple[str, int], ...]:
    counts: Counter[str] = Counter()
    if language == "ja":
        for match in _JAPANESE.finditer(text):
            run = match.group()
            pieces = [run] if run[0] < "\u3400" else [run[at : at + 2] for at in range(len(run) - 1)]
            counts.update(pieces)
    words = (word for word in _WORD.findall(fold(text)) if word[0].isascii() and word not in GRAMMAR)
    counts.update(map(_singular, words) if language in ("en", "") else words)
    return tuple(counts.most_common(WORDS))


def _singular(word: str) -> str:
    """The English word without the mark of many: quakes and quake are one."""
    if len(word) > 4 and word.endswith("s") and word[-2] not in "sui":
        return word[:-3] + "y" if word.endswith("ies") else word[:-1]
    return word
