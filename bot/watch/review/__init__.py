"""What can be said about a configuration that holds no error: what never matches, what is said twice, what is missing.

It reads configuration files only, and changes nothing of what they mean.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bot.model import Source
from bot.read.language import LANGUAGES
from bot.watch.review.coverage import one_language, same_rules, unused
from bot.watch.review.folder import unread
from bot.watch.review.meaning import Meaning, Numbers
from bot.watch.review.rules import Known, about_rules
from bot.watch.review.sheet import Remark, Sheet, sheets
from bot.watch.review.terms import about_terms, weighted
from bot.watch.review.unseen import Looking
from bot.watch.rules import Watchlists

__all__ = ["Looking", "Remark", "Sheet", "in_order", "review", "sheets"]

BY_SOURCE = frozenset({"ms"})
"""Languages that articles get only where their source is said to write in them."""


def review(config_dir: Path, watchlists: Watchlists, sources: Iterable[Source]) -> list[Remark]:
    """Everything to say about these watchlists, which were loaded from `config_dir`, and about its files; in the order
    of files and lines. Raises ConfigErrors where a file no longer can be read."""
    opened = sheets(config_dir, watchlists)
    listed = tuple(sources)
    languages = (frozenset(LANGUAGES) - BY_SOURCE) | {source.language for source in listed if source.language}
    known = Known(languages, listed)
    numbers = Numbers()
    meanings = [Meaning(sheet, numbers) for sheet in opened]
    counted = {home for sheet in opened for home in weighted(sheet)}
    remarks = [*unread(config_dir), *same_rules(opened, meanings)]
    done: set[object] = set()
    for sheet, meaning in zip(opened, meanings, strict=True):
        remarks += about_terms(sheet, languages, counted, done)
        remarks += about_rules(sheet, meaning, known)
        remarks += unused(sheet)
        remarks += one_language(sheet)
    return in_order(remarks)


def in_order(remarks: Iterable[Remark]) -> list[Remark]:
    """Each remark once, by file, line and column. Shared concepts are looked at with each watchlist."""
    unique = dict.fromkeys(remarks)
    return sorted(unique, key=lambda remark: (remark.file, remark.line, remark.column))
