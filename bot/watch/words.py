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
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

BORDER = "\x00"
"""What parts two texts that are folded as one, with a space on either side: a word of its own, which no term holds."""

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
_ASCII_TABLE = bytes(code if code == ord(BORDER) or chr(code).isalnum() else 32 for code in range(128)) + bytes(128)

# A character with the marks that belong to it (combining marks of any script, half-width voicing marks, the second
# half of a decomposed Korean syllable). ASCII, Hiragana, Katakana and the common Han characters fold to themselves
# (or by lower()), unless a mark follows.
_MARK = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u1160-\u11ff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "\u3099\u309a\ufe00-\ufe0f\ufe20-\ufe2f\uff9e\uff9f\U000e0100-\U000e01ef"
)
_STABLE = "\x01-\x7f\u3041-\u3096\u30a1-\u30fa\u30fc\u4e00-\u9fff"
_MOST_MARKS = 24
"""Marks that are taken to belong to one character; no language has as many, and ordering them costs their square."""

_MARKED_WORD = re.compile(f"[{CJK}][{_MARK}]*|[^\\W_{CJK}](?:[^\\W_{CJK}]|[{_MARK}])*")
_CLUSTER = re.compile(f"[^{BORDER}{_STABLE}][{_MARK}]{{0,{_MOST_MARKS}}}|[{_STABLE}][{_MARK}]{{1,{_MOST_MARKS}}}")

_MARKS = re.compile(f"[{_MARK}]")
_MARKED = re.compile(f"[^{BORDER}][{_MARK}]")

_UNFOLDED = "\x01"
"""Stands for a character that folding makes several of or none, or that depends on its marks; no folded text has it."""
_ODD = re.compile(_UNFOLDED)
_UNKNOWN = 0xFFFFFFFF

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
    if folded.at is None and folded.text.isascii():
        return [Word(found[0], found.start(), found.end()) for found in _ASCII_WORD.finditer(folded.text)]
    return [Word(found[0], *folded.span(*found.span())) for found in _WORD.finditer(folded.text)]


@dataclass(frozen=True)
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

    def spans(self, starts: Any, ends: Any) -> tuple[Any, Any]:
        """The same for many: arrays of beginnings and of ends."""
        return (starts, ends) if self.at is None else (self._places(starts, 0), self._places(ends - 1, 1))

    def _places(self, offsets: Any, after: int) -> Any:
        import numpy

        at, begins, widths = self._steps
        step = at.searchsorted(offsets, "right") - 1
        inside = widths[step] > 0
        return begins[step] + numpy.where(inside, after * widths[step], offsets - at[step] + after)

    @cached_property
    def _steps(self) -> tuple[Any, Any, Any]:
        import numpy

        starts, widths = zip(*self.steps, strict=True)
        return numpy.array(self.at), numpy.array(starts), numpy.array(widths)

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
    folded = _fold_singles(text)
    pieces: list[str] = []
    at: list[int] = [0]
    steps: list[tuple[int, int]] = [(0, 0)]
    done = length = 0
    for found in _ODD.finditer(folded):
        start = found.start()
        if start < done:
            continue
        # A mark belongs to the character before it.
        if start > done and _MARKED.match(text, start - 1):
            start -= 1
        cluster = _CLUSTER.match(text, start)
        assert cluster is not None
        end, shown = cluster.end(), _fold_cluster(cluster[0])
        pieces += (folded[done:start], shown)
        length += start - done
        if len(shown) != 1 or end - start != 1:
            # Every folded character of this cluster stands for the whole cluster; after it, one for one again.
            at += (length, length + len(shown))
            steps += ((start, end - start), (end, 0))
        length += len(shown)
        done = end
    if not done:
        return Folded(folded)
    pieces.append(folded[done:])
    return Folded("".join(pieces), at, tuple(steps))


def _fold_singles(text: str) -> str:
    """The text with each character folded that becomes one character whatever follows it; `_UNFOLDED` stands for the
    others."""
    import numpy

    singles = _singles()
    codes = numpy.frombuffer(text.encode("utf-32-le", "surrogatepass"), numpy.uint32)
    codes = numpy.minimum(codes, _BEYOND)
    folded = singles[codes]
    unknown = folded == _UNKNOWN
    if unknown.any():
        for code in set(codes[unknown].tolist()):
            char = chr(code)
            alone = _fold_cluster(char) if not _MARKS.match(char) else ""
            singles[code] = ord(alone) if len(alone) == 1 else ord(_UNFOLDED)
        folded = singles[codes]
    shown: str = folded.tobytes().decode("utf-32-le", "surrogatepass")
    return shown


@lru_cache(maxsize=1)
def _singles() -> Any:
    """What each character of the basic plane becomes, as far as it was met."""
    import numpy

    singles = numpy.full(_BEYOND + 1, _UNKNOWN, numpy.uint32)
    singles[ord(BORDER)] = ord(BORDER)
    singles[_BEYOND] = ord(_UNFOLDED)
    return singles


def line(folded: str) -> str:
    """The line of a short folded text, without spaces at its ends: what `split` puts there."""
    return " ".join(_RUN.findall(folded))


class Split(NamedTuple):
    """A folded text in words; a `BORDER` is one. `line` is its line with a space at either end. Of each word the
    beginning on the line, and its beginning and end in the folded text: three arrays of one length."""

    line: str
    on_line: Any
    starts: Any
    ends: Any


def split(folded: str) -> Split:
    """The words of a folded text. Whole arrays at a time: an article has a thousand words."""
    import numpy

    if folded.isascii():
        letters = numpy.frombuffer(b" %b " % folded.encode("ascii").translate(_ASCII_TABLE), numpy.uint8)
        is_word = letters != _SPACE
        changes = numpy.flatnonzero(is_word[1:] != is_word[:-1])
        starts, ends = changes[::2], changes[1::2]
        # Of every space between two words the first is kept, and the one before all.
        kept = is_word[1:] | is_word[:-1]
        line = f" {letters[1:][kept].tobytes().decode('ascii')}"
        lengths = ends - starts + 1
        return Split(line, lengths.cumsum() - lengths + 1, starts, ends)
    codes = numpy.frombuffer(folded.encode("utf-32-le", "surrogatepass"), numpy.uint32)
    kinds = _kinds()[numpy.minimum(codes, _BEYOND)]
    if codes.max() >= _BEYOND:
        # Beyond the basic plane folding leaves letters only, and from here on they are Han.
        kinds = numpy.where((codes >= 0x20000) & (codes <= 0x3FFFF), _ALONE, kinds)
    around = numpy.zeros(len(kinds) + 2, numpy.uint8)
    around[1:-1] = kinds
    before, after = around[:-2], around[2:]
    joined, alone = kinds == _JOINED, kinds >= _ALONE
    begins = alone | (joined & (before != _JOINED))
    ends = numpy.flatnonzero(alone | (joined & (after != _JOINED))) + 1
    # On the line a space stands before every word but those that go on with Han or Kana.
    shown = kinds != _NONE
    spaced = begins & ~((kinds == _ALONE) & (before == _ALONE))
    places = shown.cumsum() + spaced.cumsum() - 1
    letters = numpy.full(int(places[-1]) + 2 if shown.any() else 1, _SPACE, numpy.uint32)
    letters[places[shown]] = codes[shown]
    line = letters.tobytes().decode("utf-32-le", "surrogatepass")
    return Split(line, places[begins], numpy.flatnonzero(begins), ends)


_SPACE = 32


_BEYOND = 0x10000
_NONE, _JOINED, _ALONE, _PARTING = 0, 1, 2, 3
"""What a character is to words: nothing, part of one, one by itself, or a border."""


@lru_cache(maxsize=1)
def _kinds() -> Any:
    """The kind of each character of the basic plane, and, last, that of a letter beyond it."""
    import numpy

    every = "".join(map(chr, range(_BEYOND)))
    kinds = numpy.full(_BEYOND + 1, _NONE, numpy.uint8)
    for found in _RUN.finditer(every):
        kinds[found.start() : found.end()] = _ALONE if _CJK.match(found[0]) else _JOINED
    kinds[ord(BORDER)] = _PARTING
    kinds[_BEYOND] = _JOINED
    return kinds
