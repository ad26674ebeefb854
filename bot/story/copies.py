"""Whether two articles are one report: a syndicated copy, a shortened or lengthened one. It knows no database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from bot.model import Article
from bot.story.sketch import Sketch, sketch, tokens
from bot.watch.words import has_cjk

if TYPE_CHECKING:
    from rapidfuzz.distance import Opcode

CONTAINED = 0.25
"""Share of the smaller sketch that two copies have in common at least. Measured: copies cut to 30 % and copies with
30 % of their words edited all lie above it, 400 rewritten reports of one event and 400 random pairs all below."""

OWN_CONTAINED = 0.4
"""The same for two articles of one outlet, which have its own lines and its own background paragraphs in common."""

SHARED = 4
"""Fewest hashes in common: below that a share says nothing."""

SHORT = 60
"""Texts of fewer words need like titles as well."""

WHOLE = 25
"""Words from which on two outlets' equal texts are one report whatever its headline; shorter ones may be a formula."""

LIKE_TITLES = 85
"""Likeness of two titles in percent (rapidfuzz, words in any order) that supports a short text."""

SWAPPED_FACTS = 2
SWAPPED_SHARE = 0.2
"""Numbers or names that stand in place of others, and their share of all replacements, from which on two texts are one
template filled twice (weather, markets, "exercise X begins"), not one report. Editors replace other words."""

ONLY_FACTS = 0.5
"""The share from which on one of them is enough: little else differs."""

LONGEST_SWAP = 4
"""Words that stand in place of others: longer stretches are other sentences, not other facts."""

FLANK = 3
"""Words in common right before or after a swapped fact: it stands in the same place of the same sentence."""

COMPARED = 4000
"""Words of each text looked at for facts; the cost grows with the product of both."""


class Likeness(StrEnum):
    """Why two articles are one report, or why not."""

    COPY = "copy"
    SAME_TEXT = "same_text"
    OTHER_TEXT = "other_text"
    OTHER_FACTS = "other_facts"
    TOO_FAR_APART = "too_far_apart"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, and the share of the smaller text found in the larger one."""

    likeness: Likeness
    contained: float

    @property
    def joined(self) -> bool:
        """Whether the two belong to one story."""
        return self.likeness in (Likeness.COPY, Likeness.SAME_TEXT)


def compare(one: Article, other: Article, apart: timedelta, window: timedelta) -> Verdict:
    """Whether `one` and `other`, published `apart` from each other, are copies of one report."""
    if apart > window:
        return Verdict(Likeness.TOO_FAR_APART, 0.0)
    words, other_words = tokens(one.paragraphs), tokens(other.paragraphs)
    if words == other_words and words:
        # One outlet's text under two unlike titles is what stands on all of its pages.
        like = _titles_alike(one, other) or (_weight(words) >= WHOLE and one.source != other.source)
        return Verdict(Likeness.SAME_TEXT if like else Likeness.OTHER_TEXT, 1.0)
    first, second = sketch(one.paragraphs), sketch(other.paragraphs)
    contained = _contained(first, second)
    short = min(first.words, second.words) < SHORT
    own = one.source is not None and one.source == other.source
    if contained < (OWN_CONTAINED if own else CONTAINED) or (
        short and not (contained >= 2 * CONTAINED and _titles_alike(one, other))
    ):
        return Verdict(Likeness.OTHER_TEXT, contained)
    if _other_facts(one, other, words, other_words):
        return Verdict(Likeness.OTHER_FACTS, contained)
    return Verdict(Likeness.COPY, contained)


def _contained(one: Sketch, other: Sketch) -> float:
    shared = len(one.hashes & other.hashes)
    return shared / min(len(one.hashes), len(other.hashes)) if shared >= SHARED else 0.0


def _weight(words: list[str]) -> int:
    return len(words) - sum(map(has_cjk, words)) // 2


def titles_alike(one: str, other: str) -> bool:
    """Whether two headlines say the same, in any order of words."""
    return bool(fuzz.token_sort_ratio(one.casefold(), other.casefold()) >= LIKE_TITLES)


def _titles_alike(one: Article, other: Article) -> bool:
    """Whether the titles are nearly the same words, with the same numbers."""
    numbers, other_numbers = (sorted(_NUMBER.findall(article.title)) for article in (one, other))
    alike = fuzz.token_sort_ratio(one.title.casefold(), other.title.casefold()) >= LIKE_TITLES
    return alike and numbers == other_numbers


# --- facts ----------------------------------------------------------------------------------------------------------

_NUMBER = re.compile(r"\d+")
_NAME = re.compile(r"[^\W\d_]+")
_KATAKANA = re.compile("[\u30a1-\u30fa\u30fc]+")
_NUMERAL = re.compile("[〇一二三四五六七八九十百千万億兆]+")


def _names(article: Article) -> frozenset[str]:
    """Words that are never written small in the article: names of people, places, ships, in Latin script."""
    text = " ".join(article.paragraphs)
    found = _NAME.findall(text)
    small = {word for word in found if word[0].islower()}
    return frozenset(word.casefold() for word in found if word[0].isupper() and word.casefold() not in small)


def _pieces(words: list[str]) -> list[str]:
    """The words with runs of Katakana and of Japanese numerals put together again: most are names, loan words, and
    amounts."""
    pieces: list[str] = []
    for kind, group in groupby(words[:COMPARED], key=_kind):
        run = list(group)
        pieces += ["".join(run)] if kind else run
    return pieces


def _kind(word: str) -> int:
    return 1 if _KATAKANA.fullmatch(word) else 2 if _NUMERAL.fullmatch(word) else 0


def _other_facts(one: Article, other: Article, words: list[str], other_words: list[str]) -> bool:
    """Whether the two texts are alike but for numbers and names: where one has some, the other has different ones."""
    names, other_names = _names(one), _names(other)
    first, second = _pieces(words), _pieces(other_words)
    steps = list(Levenshtein.opcodes(first, second))
    # Before the first words in common, outlets put their own place and date.
    begin = next((step.src_start for step in steps if step.tag == "equal" and _length(step) >= FLANK), len(first))
    replaced = 0
    swapped: set[tuple[str, ...]] = set()
    for number, step in enumerate(steps):
        if step.tag != "replace" or step.src_start < begin:
            continue
        replaced += 1
        before, after = first[step.src_start : step.src_end], second[step.dest_start : step.dest_end]
        beside = [_length(each) for each in steps[max(0, number - 1) : number + 2] if each.tag == "equal"]
        if max(len(before), len(after)) > LONGEST_SWAP or max(beside, default=0) < FLANK or _same_name(before, after):
            continue
        if any(_is_fact(word, names) for word in before) and any(_is_fact(word, other_names) for word in after):
            swapped.add((*before, "", *after))
    if len(swapped) >= SWAPPED_FACTS:
        return len(swapped) >= SWAPPED_SHARE * replaced
    return bool(swapped) and len(swapped) >= ONLY_FACTS * replaced


def _length(step: Opcode) -> int:
    return step.src_end - step.src_start


def _same_name(before: list[str], after: list[str]) -> bool:
    """Whether two spellings differ as house styles do: Jan and January, U.S. and US, PM and Prime Minister."""
    one, other = sorted(("".join(before), "".join(after)), key=len)
    if one.isnumeric():
        return False
    if len(before) == len(after) and all(
        a.startswith(b) or b.startswith(a) for a, b in zip(before, after, strict=True)
    ):
        return True
    return one in other or one in ("".join(word[0] for word in part) for part in (before, after))


def _is_fact(word: str, names: frozenset[str]) -> bool:
    return word[0].isdigit() or word in names or (len(word) > 1 and _kind(word) == 1) or _kind(word) == 2
