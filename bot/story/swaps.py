"""Whether two texts of nearly the same words tell of other facts: a template filled twice (weather, markets, "exercise
X begins"), another number of dead, the opposite outcome. It does not say whether they are copies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from rapidfuzz.distance import Levenshtein

from bot.model import Article
from bot.story.datelines import begin, dateline
from bot.story.opposites import NOT, NUMBERS, denied, opposed
from bot.story.sketch import tokens

if TYPE_CHECKING:
    from rapidfuzz.distance import Opcode

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

NEARLY_EQUAL = 3
"""Places in which two texts differ up to which a single "not" tells them apart; of more, it is one edit of many."""

FEW_PLACES = 12
"""The same for an outcome in place of its opposite: approved, rejected."""

MONTH_ENDS = 27
"""Days of two months that may be neighbours: the 31st and the 1st."""

DENIAL = 3
"""Words in the place of a denial."""

COMPARED = 4000
"""Words of each text looked at for facts; the cost grows with the product of both."""

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


def other_facts(one: Article, other: Article) -> bool:
    """Whether the two texts are alike but for numbers and names: where one has some, the other has different ones."""
    if _days_apart(one, other):
        return True
    names, other_names = _names(one), _names(other)
    every = list(_gaps(_pieces(_undated(one)), _pieces(_undated(other))))
    gaps = [gap for gap in every if gap.before and gap.after]
    if any(gap.reversed(len(every)) for gap in every):
        return True
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

    def reversed(self, places: int) -> bool:
        """Whether the one says the opposite of the other there, in texts that differ in so many places."""
        if self.beside < FLANK or max(len(self.before), len(self.after)) > LONGEST_SWAP:
            return False
        if places <= FEW_PLACES and opposed(self.before, self.after):
            return True
        short = max(len(self.before), len(self.after)) <= DENIAL
        return places <= NEARLY_EQUAL and short and denied(self.before, self.after)

    @property
    def same_name(self) -> bool:
        return _same_name(self.before, self.after) or _same_day(self.before, self.after)


def _gaps(first: list[str], second: list[str]) -> Iterator[_Gap]:
    """Where the two differ and each has words of its own, or one denies. What stands before the first word in common is
    left out unless it is one number: there outlets put their own place and date; likewise what stands after the last
    words in common, where they put their own lines."""
    blocks = [block for block in Levenshtein.opcodes(first, second) if block.tag == "equal"]
    if blocks and blocks[0].src_start == blocks[0].dest_start == 1 and _has_number(first[:1]):
        yield _Gap(first[:1], second[:1], _length(blocks[0]))
    last = max((at for at, block in enumerate(blocks) if _length(block) >= FLANK), default=0)
    tail = len(first) - blocks[last].src_end if blocks else 0
    for left, right in pairwise(blocks if tail <= TAIL else blocks[: last + 1]):
        before, after = first[left.src_end : right.src_start], second[left.dest_end : right.dest_start]
        if (before and after) or NOT.intersection((*before, *after)):
            yield _Gap(before, after, max(_length(left), _length(right)), first[right.src_start])
    if blocks and 0 < len(first) - blocks[-1].src_end == len(second) - blocks[-1].dest_end <= LONGEST_SWAP:
        yield _Gap(first[blocks[-1].src_end :], second[blocks[-1].dest_end :], _length(blocks[-1]))


def _undated(article: Article) -> list[str]:
    """The article's words without the place, date and agency that stand before its first sentence."""
    first, *others = article.paragraphs
    return tokens((first[begin(first) :], *others))


def _days_apart(one: Article, other: Article) -> bool:
    """Whether the same place's datelines name days that are not the same and not neighbours. Another place is a
    reprint's own."""
    begins = [dateline(article.paragraphs[0]) for article in (one, other) if article.paragraphs]
    if len(begins) < 2 or begins[0] is None or begins[1] is None or begins[0].place != begins[1].place:
        return False
    return 1 < abs(begins[0].day - begins[1].day) < MONTH_ENDS


def _has_number(words: Sequence[str]) -> bool:
    return any(word[0].isdigit() or _kind(word) == 2 or word in NUMBERS for word in words)


def _numbers_shared(one: Article, other: Article) -> float:
    """The share of the numbers of the text with fewer of them that the other has as well."""
    found = [{word for word in _pieces(_undated(each)) if _has_number([word])} for each in (one, other)]
    return len(found[0] & found[1]) / max(1, min(map(len, found)))


def _length(step: Opcode) -> int:
    return step.src_end - step.src_start


_DEMONYMS = frozenset(("n", "an", "ian", "ese", "nese", "i", "ish", "s"))
_CUT = 4
"""Letters of the longest word that stands for one it begins: Jan, Sept, Gen."""


def _same_name(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether two spellings differ as house styles do: Jan and January, U.S. and US, PM and Prime Minister, 12 and
    twelve, Mali and Malian; but Mali is not Somalia."""
    one, other = sorted(("".join(before), "".join(after)), key=len)
    if one.isnumeric() or _value(one) is not None or _value(other) is not None:
        return _value(one) is not None and _value(one) == _value(other)
    if one == other or one in ("".join(word[0] for word in part) for part in (before, after)):
        return True
    if len(before) == len(after):
        return all(map(_same_word, before, after))
    return set(before) <= set(after) or set(after) <= set(before)


def _same_word(one: str, other: str) -> bool:
    one, other = sorted((one, other), key=len)
    return one == other or (other.startswith(one) and (len(one) <= _CUT or other[len(one) :] in _DEMONYMS))


def _value(word: str) -> int | None:
    """The number that a word is, in digits or letters: 3, 3rd, third."""
    digits = _ORDINAL.sub("", word)
    return int(digits) if digits.isdecimal() and len(digits) < _DIGITS else NUMBERS.get(word)


_DIGITS = 18
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)$")


def _same_day(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether one has a day's name where the other has its date: on Wednesday, on Aug 5."""
    return _has_number(before) != _has_number(after) and bool(_WEEKDAYS & {*before, *after})


def _is_fact(word: str, names: frozenset[str]) -> bool:
    return (
        word[0].isdigit()
        or word in NUMBERS
        or word in names
        or (len(word) > 1 and _kind(word) == 1)
        or _kind(word) == 2
    )
