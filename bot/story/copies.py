"""Whether two articles are one report: a syndicated copy, a shortened or lengthened one. It knows no database."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from bot.model import Article
from bot.story.datelines import begin
from bot.story.sketch import sequences, sketch, tokens
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
"""Texts of fewer words need like titles as well, unless they stand in the other word for word."""

WHOLE = 25
"""Words from which on two outlets' equal texts are one report whatever its headline; shorter ones may be a formula."""

VERBATIM = 0.9
"""Share of a short text that stands in another outlet's longer one word for word: then it is its beginning, whatever
the headlines."""

LIKE_TITLES = 85
"""Likeness of two titles in percent (rapidfuzz, words in any order) that supports a short text."""

SWAPPED_FACTS = 2
SWAPPED_SHARE = 0.2
"""Numbers or names that stand in place of others, and their share of all replacements, from which on two texts are one
template filled twice (weather, markets, "exercise X begins"), not one report. Editors replace other words."""

ONLY_FACTS = 0.5
"""The share from which on one of them is enough: little else differs."""

SHARED_NUMBERS = 0.75
"""Where a number stands in place of another, a share of equal numbers below which nothing else is asked."""

LONGEST_SWAP = 4
"""Words that stand in place of others: longer stretches are other sentences, not other facts."""

FLANK = 2
"""Words in common right before or after a swapped fact: it stands in the same place of the same sentence."""

TAIL = 6
"""Words after the last stretch in common that may still be facts of its sentence."""

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
    own = one.source is not None and one.source == other.source
    least = min(_weight(words), _weight(other_words))
    if least < SHORT:
        # So few sequences that all of them are compared.
        contained = _contained(sequences(one.paragraphs), sequences(other.paragraphs))
        verbatim = contained >= VERBATIM and least >= WHOLE and not own
        enough = verbatim or (contained >= 2 * CONTAINED and _titles_alike(one, other))
    else:
        contained = _contained(sketch(one.paragraphs).hashes, sketch(other.paragraphs).hashes)
        enough = contained >= (OWN_CONTAINED if own else CONTAINED)
    if not enough:
        return Verdict(Likeness.OTHER_TEXT, contained)
    if _other_facts(one, other):
        return Verdict(Likeness.OTHER_FACTS, contained)
    return Verdict(Likeness.COPY, contained)


def _contained(one: Set[Hashable], other: Set[Hashable]) -> float:
    shared = len(one & other)
    return shared / min(len(one), len(other)) if shared >= SHARED else 0.0


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
_OPENERS = frozenset((
    "a", "after", "also", "although", "an", "and", "as", "at", "both", "but", "by", "despite", "during", "each",
    "for", "from", "he", "her", "his", "however", "i", "if", "in", "it", "its", "last", "many", "meanwhile", "more",
    "most", "no", "of", "officials", "official", "on", "one", "our", "reporting", "several", "she", "since", "so",
    "some", "such", "that", "the", "their", "then", "there", "these", "they", "this", "those", "to", "under",
    "until", "we", "when", "while", "with", "you", "adapun", "akan", "baca", "bahkan", "dalam", "dan", "dari",
    "demikian", "dengan", "di", "hal", "ia", "ini", "itu", "juga", "kami", "kata", "kedua", "ketika", "meski",
    "mereka", "namun", "oleh", "para", "pada", "saat", "sebanyak", "sebelumnya", "sejumlah", "selain", "sementara",
    "setelah", "tetapi", "untuk", "yang",
))  # fmt: skip
"""Words that begin sentences and are no names."""
_WEEKDAYS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday senin selasa rabu kamis jumat sabtu minggu".split()  # noqa: SIM905
)
_PLACES = frozenset("県府市区町村郡島港湾沖基州")
_HAN = re.compile("[\u4e00-\u9fff々]")
_NUMERAL = re.compile("[〇一二三四五六七八九十百千万億兆]+")


def _names(article: Article) -> frozenset[str]:
    """Words that are never written small in the article: names of people, places, ships, in Latin script."""
    text = " ".join(article.paragraphs)
    found = _NAME.findall(text)
    small = {word for word in found if word[0].islower()}
    return frozenset(word.casefold() for word in found if word[0].isupper() and word.casefold() not in small) - _OPENERS


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


def _other_facts(one: Article, other: Article) -> bool:
    """Whether the two texts are alike but for numbers and names: where one has some, the other has different ones."""
    names, other_names = _names(one), _names(other)
    gaps = list(_gaps(_pieces(_undated(one)), _pieces(_undated(other))))
    words, other_words = set(tokens(one.paragraphs)), set(tokens(other.paragraphs))
    swapped: set[tuple[str, ...]] = set()
    numbers = 0
    for gap in gaps:
        if max(len(gap.before), len(gap.after)) > LONGEST_SWAP or gap.beside < FLANK or gap.same_name:
            continue
        before = {word for word in gap.before if gap.place or _is_fact(word, names)}
        after = {word for word in gap.after if gap.place or _is_fact(word, other_names)}
        # Where paragraphs stand in another order, other sentences face each other: what they say is in both texts.
        moved = len(gap.before) + len(gap.after) > 2 and before <= other_words and after <= words
        if before and after and not moved:
            swapped.add((*gap.before, "", *gap.after))
            numbers += _has_number(gap.before) and _has_number(gap.after)
    if numbers and _numbers_shared(one, other) < SHARED_NUMBERS:
        return True
    if len(swapped) >= SWAPPED_FACTS:
        return len(swapped) >= SWAPPED_SHARE * len(gaps)
    return bool(swapped) and len(swapped) >= ONLY_FACTS * len(gaps)


@dataclass(frozen=True, slots=True)
class _Gap:
    """Words of one text in the place of words of the other, the longest stretch in common beside them, and the word in
    common after them."""

    before: Sequence[str]
    after: Sequence[str]
    beside: int
    follower: str = ""

    @property
    def place(self) -> bool:
        """Whether both are Han characters before 県, 市 or the like: names that nothing else tells from words."""
        return self.follower in _PLACES and all(map(_HAN.fullmatch, (*self.before, *self.after)))

    @property
    def same_name(self) -> bool:
        return _same_name(self.before, self.after) or _same_day(self.before, self.after)


def _gaps(first: list[str], second: list[str]) -> Iterator[_Gap]:
    """Where the two differ and each has words of its own. What stands before the first word in common is left out
    unless it is one number: there outlets put their own place and date; likewise what stands after the last words in
    common, where they put their own lines."""
    blocks = [block for block in Levenshtein.opcodes(first, second) if block.tag == "equal"]
    if blocks and blocks[0].src_start == blocks[0].dest_start == 1 and _has_number(first[:1]):
        yield _Gap(first[:1], second[:1], _length(blocks[0]))
    last = max((at for at, block in enumerate(blocks) if _length(block) >= FLANK), default=0)
    tail = len(first) - blocks[last].src_end if blocks else 0
    for left, right in pairwise(blocks if tail <= TAIL else blocks[: last + 1]):
        before, after = first[left.src_end : right.src_start], second[left.dest_end : right.dest_start]
        if before and after:
            yield _Gap(before, after, max(_length(left), _length(right)), first[right.src_start])
    if blocks and 0 < len(first) - blocks[-1].src_end == len(second) - blocks[-1].dest_end <= LONGEST_SWAP:
        yield _Gap(first[blocks[-1].src_end :], second[blocks[-1].dest_end :], _length(blocks[-1]))


def _undated(article: Article) -> list[str]:
    """The article's words without the place, date and agency that stand before its first sentence."""
    first, *others = article.paragraphs
    return tokens((first[begin(first) :], *others))


def _has_number(words: Sequence[str]) -> bool:
    return any(word[0].isdigit() or _kind(word) == 2 for word in words)


def _numbers_shared(one: Article, other: Article) -> float:
    """The share of the numbers of the text with fewer of them that the other has as well."""
    found = [{word for word in _pieces(_undated(each)) if _has_number([word])} for each in (one, other)]
    return len(found[0] & found[1]) / max(1, min(map(len, found)))


def _length(step: Opcode) -> int:
    return step.src_end - step.src_start


def _same_name(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether two spellings differ as house styles do: Jan and January, U.S. and US, PM and Prime Minister."""
    one, other = sorted(("".join(before), "".join(after)), key=len)
    if one.isnumeric():
        return False
    if len(before) == len(after) and all(
        a.startswith(b) or b.startswith(a) for a, b in zip(before, after, strict=True)
    ):
        return True
    return one in other or one in ("".join(word[0] for word in part) for part in (before, after))


def _same_day(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether one has a day's name where the other has its date: on Wednesday, on Aug 5."""
    return _has_number(before) != _has_number(after) and bool(_WEEKDAYS & {*before, *after})


def _is_fact(word: str, names: frozenset[str]) -> bool:
    return word[0].isdigit() or word in names or (len(word) > 1 and _kind(word) == 1) or _kind(word) == 2
