"""What stays of an article's text when the rest is forgotten: the sentences that messages quote. It decides nothing
about when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from bot.model import Article, Evidence, Match, Part
from bot.story.passages import key_sentences
from bot.story.sentences import matched_sentence


class _Stretch(NamedTuple):
    """A kept sentence: where it stood, in which text, and its place among the kept ones of that text."""

    start: int
    end: int
    place: int
    at: int
    """Where it begins now."""


@dataclass(frozen=True, slots=True)
class Shortened:
    """What is kept: `matches` in the order given, each with the evidence that lies in the kept text."""

    lead: str
    paragraphs: tuple[str, ...]
    evidence: tuple[tuple[Evidence, ...], ...]


def shortened(article: Article, matches: Sequence[Match]) -> Shortened:
    """The article reduced to the key sentences and matched sentences of its matches, by watchlist, each a paragraph of
    its own; evidence is moved along, and that in other sentences goes. What messages quote of it stays the same."""
    sentences = _quoted(article, matches)
    in_lead = _stretches(article.standfirst, sentences, apart=False) if article.standfirst else []
    lead = " ".join(article.standfirst[one.start : one.end] for one in in_lead)
    kept: list[str] = []
    moved: dict[int, list[_Stretch]] = {}
    for number, paragraph in enumerate(article.paragraphs):
        found = _stretches(paragraph, sentences, apart=True, place=len(kept))
        texts = [paragraph[one.start : one.end] for one in found]
        if found and not kept and lead and texts[0] == lead:
            # The first paragraph must not be the standfirst, or evidence in the standfirst would point nowhere.
            lead += " "
        kept += texts
        moved[number] = found
    if not article.standfirst and article.lead:
        lead = kept[0] if kept and moved.get(0) else ""
    evidence = tuple(
        tuple(piece for old in match.evidence if (piece := _moved(old, in_lead, moved)) is not None)
        for match in matches
    )
    return Shortened(lead, tuple(kept), evidence)


def _quoted(article: Article, matches: Iterable[Match]) -> tuple[str, ...]:
    by_watchlist: dict[str, list[Match]] = defaultdict(list)
    for match in matches:
        by_watchlist[match.watchlist].append(match)
    sentences: dict[str, None] = {}
    for group in by_watchlist.values():
        sentences.update(dict.fromkeys(key_sentences(article, group)))
        found = matched_sentence(article, group)
        if found is not None:
            sentences[found.text] = None
    return tuple(sentence for sentence in sentences if sentence)


def _stretches(text: str, sentences: Iterable[str], *, apart: bool, place: int = 0) -> list[_Stretch]:
    """Where the sentences stand in a text, without overlaps: as texts of their own (`apart`), or one after another."""
    found = sorted((at, at + len(sentence)) for sentence in sentences if (at := text.find(sentence)) >= 0)
    result: list[_Stretch] = []
    for start, end in found:
        if result and start < result[-1].end:
            continue
        at = 0 if apart or not result else result[-1].at + (result[-1].end - result[-1].start) + 1
        result.append(_Stretch(start, end, place + len(result), at))
    return result


def _moved(piece: Evidence, in_lead: list[_Stretch], moved: dict[int, list[_Stretch]]) -> Evidence | None:
    if piece.part is Part.TITLE:
        return piece
    body = piece.part is Part.BODY
    for one in moved.get(piece.paragraph or 0, []) if body else in_lead:
        if one.start <= piece.start and piece.end <= one.end:
            shift = one.at - one.start
            return piece._replace(
                paragraph=one.place if body else None,
                sentence=0 if body else one.place,
                start=piece.start + shift,
                end=piece.end + shift,
            )
    return None


def with_shortened(article: Article, kept: Shortened) -> Article:
    """The article with only the kept text."""
    return replace(article, lead=kept.lead, paragraphs=kept.paragraphs)
