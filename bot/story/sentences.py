"""Sentences that say what happened: taken from an article as they stand, never written anew."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.model import Article, Evidence, Match, Part
from bot.watch.sentences import breaks


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article, and the stretches of it, as offsets, that a rule found. `part` and `paragraph` say
    where it stands, as in `Evidence`."""

    text: str
    marks: tuple[tuple[int, int], ...]
    part: Part = Part.BODY
    paragraph: int | None = None


def unit_text(article: Article, part: Part, paragraph: int | None) -> str:
    """The text that an evidence's offsets count in."""
    if part is Part.TITLE:
        return article.title
    return article.standfirst if part is Part.LEAD else article.paragraphs[paragraph or 0]


def matched_sentence(article: Article, matches: Iterable[Match]) -> Sentence | None:
    """The sentence that shows best why the article matched: the most different concepts in it; the body
    before the title, which the reader sees anyway. None without evidence."""
    groups: dict[tuple[Part, int | None, int], list[Evidence]] = {}
    for match in matches:
        for piece in match.evidence:
            groups.setdefault((piece.part, piece.paragraph, piece.sentence), []).append(piece)
    if not groups:
        return None

    def worth(place: tuple[Part, int | None, int]) -> tuple[int, bool, int, int]:
        part, paragraph, sentence = place
        kinds = {(piece.concept, piece.label) for piece in groups[place]}
        return len({concept for concept, _ in kinds}), part is not Part.TITLE, -(paragraph or 0), -sentence

    part, paragraph, number = place = max(groups, key=worth)
    if part is Part.TITLE:
        opening = _opening(article, groups[place])
        if opening is not None:
            return opening
    text = unit_text(article, part, paragraph)
    start, end = _span(text, article.language, number)
    marks = sorted({(piece.start - start, piece.end - start) for piece in groups[place]})
    return _stripped(text[start:end], [mark for mark in marks if mark[0] >= 0 and mark[1] <= end - start])


def _opening(article: Article, found: Iterable[Evidence]) -> Sentence | None:
    """For an article whose headline says it all: the first sentence of the lead, where it says the same words, so that
    a message does not print the headline twice."""
    start, end = _span(article.lead, article.language, 0)
    text = article.lead[start:end]
    marks = [
        place.span() for word in {piece.text for piece in found} for place in re.finditer(re.escape(word), text, re.I)
    ]
    return _stripped(text, sorted(marks)) if marks else None


def _span(text: str, language: str | None, number: int) -> tuple[int, int]:
    edges = (0, *breaks(text, language), len(text))
    number = min(number, len(edges) - 2)
    return edges[number], edges[number + 1]


def _stripped(text: str, marks: list[tuple[int, int]]) -> Sentence:
    lead = len(text) - len(text.lstrip())
    merged: list[tuple[int, int]] = []
    for start, end in marks:
        if merged and start - lead <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end - lead))
        else:
            merged.append((start - lead, end - lead))
    return Sentence(text.strip(), tuple(merged))
