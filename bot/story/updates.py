"""What a new version of an article changes: news, or a comma. It reads no database and tells nobody."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import NamedTuple

from bot.model import Article, Labels, Match, Priority

_LOUDNESS = (Priority.LOW, Priority.NORMAL, Priority.URGENT)


class Update(StrEnum):
    """What reading an article changed. Of one that matches no more the matches go and the story keeps its place: when
    the words come back it is the same story."""

    FIRST = "first"
    NEWS = "news"
    SAME = "same"
    LOST = "lost"
    NO_MATCH = "no_match"


class Known(NamedTuple):
    """What a match said before."""

    watchlist: str
    rule: str
    priority: Priority
    labels: Labels


def judge_update(before: Collection[Known] | None, found: Collection[Match]) -> Update:
    """What the matches `found` are beside those `before`, which is None for an article never read."""
    if not found:
        return Update.LOST if before else Update.NO_MATCH
    if before is None:
        return Update.FIRST
    return Update.NEWS if added(before, found) else Update.SAME


def added(before: Iterable[Known], found: Iterable[Match]) -> list[Match]:
    """The matches that are news: of a rule that did not match, with a label it had not captured, or louder."""
    known = {(each.watchlist, each.rule): each for each in before}
    return [match for match in found if _is_news(known.get((match.watchlist, match.rule)), match)]


def _is_news(before: Known | None, match: Match) -> bool:
    if before is None or _LOUDNESS.index(match.priority) > _LOUDNESS.index(before.priority):
        return True
    return any(set(names) - set(before.labels.get(concept, ())) for concept, names in match.labels.items())


_CORRECTION = re.compile(
    r"\W*(?:correct(?:ion|ed)\b\)?\s*(?:\([^)]*\)\s*)?[:\-–—]|"
    r"(?:editor'?s|editor’s) note\s*[:\-–—].{0,80}\bcorrected\b|"
    r"this (?:story|article|version) (?:has been|was|is) (?:updated to )?correct(?:s|ed)?\b|"
    r"\(?(?:ralat|koreksi)\)?\s*[:\-–—]|(?:artikel|berita) ini (?:telah )?(?:dikoreksi|diralat)|"
    r"[【（(\[]?訂正(?:して|とお詫び|[:：】）)\]　]))",
    re.IGNORECASE,
)


def correction(article: Article) -> str | None:
    """The title or paragraph in which the publisher says that this corrects what it wrote before: `Correction:`,
    `Ralat:`, 訂正. None where nothing says so."""
    ends = (*article.paragraphs[:2], *article.paragraphs[-2:])
    return next((text for text in (article.title, *ends) if _CORRECTION.match(text)), None)
