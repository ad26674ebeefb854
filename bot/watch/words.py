"""Texts as matching sees them: folded words with their places in the stored text. It knows nothing of rules.

A text becomes a *line*: its folded words with one space between them, a space at both ends, and ` \\n ` between
sentences. Han and Kana characters are words of one character each and stand without spaces between them, so that a
Latin term finds whole words by the spaces at its ends, a Han or Kana term is a plain substring, and no phrase reaches
into the next sentence. Terms are folded by the same functions, so the two cannot drift apart.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

# Han and Kana with their iteration and length marks; the middle dot (U+30FB) is punctuation.
CJK = (
    "\u3005-\u3007\u3040-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_WORD = re.compile(f"[{CJK}]|[^\\W_{CJK}]+")
_CJK = re.compile(f"[{CJK}]")
_HAN = re.compile("[\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")

# A character with the marks that belong to it (combining marks of any script, half-width voicing marks); ASCII only
# where a mark follows, because alone it folds by lower().
_MARK = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a"
    "\ufe00-\ufe0f\ufe20-\ufe2f\uff9e\uff9f"
)
_CLUSTER = re.compile(f"[^\x00-\x7f][{_MARK}]*|[\x00-\x7f][{_MARK}]+")

# Soft hyphen, zero-width space and joiners, word joiner, byte order mark: they split words only for the eye.
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_VOICING = "\u3099\u309a"


@lru_cache(maxsize=65536)
def _fold_cluster(cluster: str) -> str:
    """One character with its marks: NFKC, case folded, without accents; nothing for an invisible one."""
    return _bare(unicodedata.normalize("NFKC", cluster).casefold())


def _bare(text: str) -> str:
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    kept = (c for c in decomposed if c not in _INVISIBLE and (c in _VOICING or unicodedata.category(c) != "Mn"))
    return unicodedata.normalize("NFC", "".join(kept))


def exact(text: str) -> tuple[str, ...]:
    """The words of `text` in their own case and with their accents, in NFKC: what a term in capitals compares."""
    shown = unicodedata.normalize("NFKC", "".join(c for c in text if c not in _INVISIBLE))
    return tuple(_WORD.findall(shown))


def has_cjk(text: str) -> bool:
    """Whether a Han or Kana character stands in `text`."""
    return _CJK.search(text) is not None


def is_han(text: str) -> bool:
    """Whether `text` is written in Han characters alone."""
    return _HAN.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word and its place in the text it came from."""

    text: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """The words of `text`; hyphens, slashes, apostrophes and all other punctuation are boundaries."""
    if text.isascii():
        return [Word(found[0], found.start(), found.end()) for found in _WORD.finditer(text.lower())]
    folded, places = _fold_with_places(text)
    result = []
    for found in _WORD.finditer(folded):
        start, end = _place(places, found.start()), _place(places, found.end() - 1, after=True)
        result.append(Word(found[0], start, end))
    return result


# Places: where folding changed a length, (offset in the folded text, offset in the text, width in the text).
_Places = tuple[list[int], list[tuple[int, int, int]]]


def _fold_with_places(text: str) -> tuple[str, _Places]:
    pieces: list[str] = []
    at: list[int] = [0]
    steps: list[tuple[int, int, int]] = [(0, 0, 1)]
    done = length = 0
    for found in _CLUSTER.finditer(text):
        start, end = found.span()
        folded = _fold_cluster(found[0])
        plain = text[done:start].lower()
        pieces += (plain, folded)
        length += len(plain)
        if len(folded) != end - start:
            # Every folded character of this cluster stands for the whole cluster; after it, one for one again.
            at += (length, length + len(folded))
            steps += ((length, start, end - start), (length + len(folded), end, 1))
        length += len(folded)
        done = end
    pieces.append(text[done:].lower())
    return "".join(pieces), (at, steps)


def _place(places: _Places, offset: int, *, after: bool = False) -> int:
    """Where the folded character at `offset` begins in the text, or ends if `after`."""
    at, steps = places
    base, start, width = steps[bisect_right(at, offset) - 1]
    if width != 1:
        return start + width if after else start
    return start + offset - base + (1 if after else 0)


def line(found: list[Word], text: str, breaks: list[int]) -> tuple[str, list[int]]:
    """The line of these words of `text`, and where in it each word begins. `breaks` are the offsets at which a new
    sentence begins."""
    pieces: list[str] = [" "]
    starts: list[int] = []
    length = 1
    cuts = iter(breaks)
    cut = next(cuts, None)
    previous: Word | None = None
    for word in found:
        if previous is not None:
            gap = " "
            if cut is not None and word.start >= cut:
                gap = " \n "
                while cut is not None and word.start >= cut:
                    cut = next(cuts, None)
            elif previous.end == word.start and has_cjk(previous.text) and has_cjk(word.text):
                gap = ""
            pieces.append(gap)
            length += len(gap)
        else:
            while cut is not None and word.start >= cut:
                cut = next(cuts, None)
        starts.append(length)
        pieces.append(word.text)
        length += len(word.text)
        previous = word
    pieces.append(" ")
    return "".join(pieces), starts
