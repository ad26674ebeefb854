"""Texts as matching sees them: folded words with their places in the stored text. It knows nothing of rules.

A folded text becomes a *line*: its words with one space between them. Han and Kana characters are words of one
character each and stand on the line without spaces between them, so that a Latin term finds whole words by the spaces
at its ends, and a Han or Kana term is a plain substring. Terms are folded by the same functions, so the two cannot
drift apart.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

BORDER = "\x00"
"""What parts two texts that are folded as one: a word of its own, which no term holds."""

# Han and Kana with their iteration and length marks; the middle dot (U+30FB) is punctuation.
CJK = (
    "\u3005-\u3007\u3040-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_WORD = re.compile(f"[{CJK}]|[^\\W_{CJK}]+")
_RUN = re.compile(f"{BORDER}|[{CJK}]+|[^\\W_{CJK}]+")
_CJK = re.compile(f"[{CJK}]")
_HAN = re.compile("[\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_ASCII_WORD = re.compile("[a-z0-9]+")
_ASCII_BORDERS = {code: " " for code in range(1, 128) if not chr(code).isalnum()}

# A character with the marks that belong to it (combining marks of any script, half-width voicing marks, the second
# half of a decomposed Korean syllable). ASCII, Hiragana, Katakana and the common Han characters fold to themselves
# (or by lower()), so they are visited only where a mark follows.
_MARK = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u1160-\u11ff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "\u3099\u309a\ufe00-\ufe0f\ufe20-\ufe2f\uff9e\uff9f\U000e0100-\U000e01ef"
)
_STABLE = "\x01-\x7f\u3041-\u3096\u30a1-\u30fa\u30fc\u4e00-\u9fff"
_MOST_MARKS = 24
"""Marks that are taken to belong to one character; no language has as many, and ordering them costs their square."""

_MARKED_WORD = re.compile(f"[{CJK}][{_MARK}]*|[^\\W_{CJK}](?:[^\\W_{CJK}]|[{_MARK}])*")
_CLUSTER = re.compile(f"[^{BORDER}{_STABLE}][{_MARK}]{{0,{_MOST_MARKS}}}|[{_STABLE}][{_MARK}]{{1,{_MOST_MARKS}}}")

# What only tells how to show the character before it.
_SELECTORS = re.compile("[\u034f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_VOICING = "\u3099\u309a"


@lru_cache(maxsize=65536)
def _fold_cluster(cluster: str) -> str:
    """One character with its marks: NFKC, case folded, without accents; nothing for an invisible one (soft hyphen,
    zero-width joiner, direction mark: Unicode's Cf), which splits words only for the eye, and a space for punctuation,
    so that most texts are ASCII once folded."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", cluster).casefold())
    kept = (c for c in folded if c in _VOICING or unicodedata.category(c) not in ("Mn", "Cf"))
    return "".join(c if c.isalnum() else " " for c in unicodedata.normalize("NFC", "".join(kept)))


def exact(text: str) -> tuple[str, ...]:
    """The words of `text` in their own case and with their accents, in NFKC: what a term in capitals compares."""
    visible = "".join(c for c in _SELECTORS.sub("", text) if unicodedata.category(c) != "Cf")
    shown = unicodedata.normalize("NFKC", visible)
    return tuple(_MARKED_WORD.findall(shown))


def has_cjk(text: str) -> bool:
    """Whether a Han or Kana character stands in `text`."""
    return not text.isascii() and _CJK.search(text) is not None


def is_han(text: str) -> bool:
    """Whether `text` is written in Han characters alone."""
    return _HAN.fullmatch(text) is not None


class Word(NamedTuple):
    """A folded word and its place in the text it came from. A tuple, since a text has thousands."""

    text: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """The words of `text`; hyphens, slashes, apostrophes and all other punctuation are boundaries."""
    folded = fold(text)
    if folded.at is None:
        return [Word(found[0], found.start(), found.end()) for found in _ASCII_WORD.finditer(folded.text)]
    return [Word(found[0], *folded.span(*found.span())) for found in _WORD.finditer(folded.text)]


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. `at` and `steps` tell where folding changed a length: the offset in the folded text, the offset
    in the stored text, and the width there of the one character that all of the following stand for (0 where each
    stands for itself); None for a text of ASCII, where nothing moves."""

    text: str
    at: list[int] | None = None
    steps: tuple[tuple[int, int], ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the stored text of folded characters `start` to `end` (one at least)."""
        return self._place(start, False), self._place(end - 1, True)

    def _place(self, offset: int, after: bool) -> int:
        if self.at is None:
            return offset + after
        step = bisect_right(self.at, offset) - 1
        start, width = self.steps[step]
        return start + (width if after else 0) if width else start + offset - self.at[step] + after


def fold(text: str) -> Folded:
    """`text` folded: case, accents, Unicode form and invisible characters no longer count."""
    if text.isascii():
        return Folded(text.lower())
    pieces: list[str] = []
    at: list[int] = [0]
    steps: list[tuple[int, int]] = [(0, 0)]
    done = length = 0
    for found in _CLUSTER.finditer(text):
        start, end = found.span()
        folded = _fold_cluster(found[0])
        plain = text[done:start].lower()
        pieces += (plain, folded)
        length += len(plain)
        if len(folded) != 1 or end - start != 1:
            # Every folded character of this cluster stands for the whole cluster; after it, one for one again.
            at += (length, length + len(folded))
            steps += ((start, end - start), (end, 0))
        length += len(folded)
        done = end
    pieces.append(text[done:].lower())
    return Folded("".join(pieces), at, tuple(steps))


def line(folded: str) -> str:
    """The line of a folded text, without spaces at its ends."""
    if folded.isascii():
        return " ".join(folded.translate(_ASCII_BORDERS).split())
    return " ".join(_RUN.findall(folded))


def line_starts(line: str) -> list[int]:
    """Where each word of a line begins; a `BORDER` is a word."""
    import numpy

    if not line.isascii():
        return _numbered(line)[0]
    letters = numpy.frombuffer(line.encode("ascii"), numpy.uint8)
    starts: list[int] = (numpy.flatnonzero(letters[:-1] == _SPACE) + 1).tolist()
    return starts


def word_places(folded: str) -> tuple[list[int], list[int]]:
    """Where each word of a folded text begins and ends; a `BORDER` is a word. They are the words of its line, in the
    same order."""
    import numpy

    if not folded.isascii():
        return _numbered(folded)
    letters = numpy.frombuffer(f" {folded.translate(_ASCII_BORDERS)} ".encode("ascii"), numpy.uint8)
    is_word = letters != _SPACE
    changes = numpy.flatnonzero(is_word[1:] != is_word[:-1]).tolist()
    return changes[::2], changes[1::2]


_SPACE = 32


def _numbered(text: str) -> tuple[list[int], list[int]]:
    import numpy

    codes = numpy.frombuffer(text.encode("utf-32-le", "surrogatepass"), numpy.uint32)
    kinds = _kinds()[numpy.minimum(codes, _BEYOND)]
    if codes.max() >= _BEYOND:
        # Beyond the basic plane folding leaves letters only, and from here on they are Han.
        kinds = numpy.where((codes >= 0x20000) & (codes <= 0x3FFFF), _ALONE, kinds)
    around = numpy.zeros(len(kinds) + 2, numpy.uint8)
    around[1:-1] = kinds
    joined = around == _JOINED
    alone = kinds == _ALONE
    starts = numpy.flatnonzero(alone | (joined[1:-1] & ~joined[:-2]))
    ends = numpy.flatnonzero(alone | (joined[1:-1] & ~joined[2:])) + 1
    return starts.tolist(), ends.tolist()


_BEYOND = 0x10000
_NONE, _JOINED, _ALONE = 0, 1, 2
"""What a character is to words: nothing, part of one, or one by itself."""


@lru_cache(maxsize=1)
def _kinds() -> Any:
    """The kind of each character of the basic plane, and, last, that of a letter beyond it."""
    import numpy

    every = "".join(map(chr, range(_BEYOND)))
    kinds = numpy.full(_BEYOND + 1, _NONE, numpy.uint8)
    for found in _RUN.finditer(every):
        kinds[found.start() : found.end()] = _ALONE if found[0] == BORDER or _CJK.match(found[0]) else _JOINED
    kinds[_BEYOND] = _JOINED
    return kinds
