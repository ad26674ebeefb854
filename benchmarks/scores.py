"""How near a text comes to the one wanted: shingles of words (of characters, where words are not spaced), or pieces
that must and must not be there. Shingles are scored by page, and a set has the means, as in the scrapinghub benchmark;
pieces are counted over the whole set, as in trafilatura's evaluation. F1 is made from the set's precision and recall.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from samples import Sample

SHINGLE = 4
_WORDS = re.compile(r"\w+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Score:
    """Shares of a page, or of a set: of what was found, what is wanted (None where nothing was found); of what is
    wanted, what was found (None where nothing is)."""

    precision: float | None
    recall: float | None
    pieces: tuple[int, int, int] | None = None
    """Of pieces: those rightly there, those wrongly there, those that are wanted."""

    @property
    def f1(self) -> float:
        """0 where nothing is right."""
        both = (self.precision or 0.0) + (self.recall or 0.0)
        return 2 * (self.precision or 0.0) * (self.recall or 0.0) / both if both else 0.0


def score(sample: Sample, text: str) -> Score:
    """Of one page."""
    if sample.wanted:
        shown = _spaces(text)
        right = sum(_spaces(piece) in shown for piece in sample.wanted)
        wrong = sum(_spaces(piece) in shown for piece in sample.unwanted)
        return _of_pieces(right, wrong, len(sample.wanted))
    wanted, found = shingles(sample.text), shingles(text)
    both = (wanted & found).total()
    return Score(
        both / found.total() if found else None,
        both / wanted.total() if wanted else None,
    )


def mean(scores: Iterable[Score]) -> Score:
    """Of a set."""
    listed = list(scores)
    pieces = [one.pieces for one in listed if one.pieces is not None]
    if pieces:
        right, wrong, wanted = map(sum, zip(*pieces, strict=True))
        return _of_pieces(right, wrong, wanted)
    precisions = [one.precision for one in listed if one.precision is not None]
    recalls = [one.recall for one in listed if one.recall is not None]
    return Score(
        sum(precisions) / len(precisions) if precisions else None, sum(recalls) / len(recalls) if recalls else None
    )


def _of_pieces(right: int, wrong: int, wanted: int) -> Score:
    return Score(right / (right + wrong) if right + wrong else None, right / wanted, (right, wrong, wanted))


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Runs of four words, or of four characters of a text that is mostly Japanese, each with how often it occurs."""
    letters = sum(map(str.isalpha, text))
    if letters and len(_UNSPACED.findall(text)) > letters / 2:
        tokens = [character for character in text if character.isalnum()]
    else:
        tokens = _WORDS.findall(text)
    if not tokens:
        return Counter()
    return Counter(tuple(tokens[at : at + SHINGLE]) for at in range(max(1, len(tokens) - SHINGLE + 1)))


def _spaces(text: str) -> str:
    return " ".join(text.split())
