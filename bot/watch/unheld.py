"""Why a term that a reader sees in an article is no hit, in words. It finds no terms."""

from __future__ import annotations

import unicodedata

from bot.watch import wording, words
from bot.watch.terms import CLITICS, Term
from bot.watch.text import SHIFT, Prepared
from bot.watch.uses import Use


def why_not(use: Use, first: int, last: int, longer: tuple[int, int] | None, text: Prepared) -> tuple[int, int, str]:
    """Why a use that stands in the words `first` to `last` is no hit: how plain the reason is, where, and the reason.
    `longer` is the longer listed word, or the exception, that hides it, if one does."""
    word = wording.shown(text, first, last)
    if not use.speaks(text.article.language):
        codes = wording.listed(sorted(use.languages or ()), "or")
        language = text.article.language
        return 2, first, f"“{word}” stands there, but is listed for {codes}, and the article is in {language}"
    if longer is not None:
        if longer == (first, last):
            return 1, first, f"“{word}” stands there, but is an exception"
        # Only Han and Kana are hidden by anything but an exception.
        note = "" if use.term.cjk else ", which is an exception"
        return 1, first, f"“{word}” stands there, but only within “{wording.shown(text, *longer)}”{note}"
    start, end, _ = text.place(first, last)
    return 0, first, f"“{word}” stands there, but {_unlike(use.term, text.units[first >> SHIFT].text[start:end])}"


def _unlike(term: Term, written: str) -> str:
    """In what `written`, which would be a term in capitals if its case and accents did not count, differs from it."""
    shown = " ".join(words.exact(written))
    ending = _ending(term, written)
    if ending:
        stem, carried = shown[: -len(ending)], shown[-len(ending) :]
        if stem.isupper() and not carried.islower():
            return f"after a term in capitals “{ending}” is in small letters"
    elif term.text.endswith("*") and not term.text.startswith("*"):
        # What follows a beginning may be in any case.
        stem = shown[: len(" ".join(term.exact or ()))]
    else:
        stem = shown
    if not stem.isupper():
        return "the term is in capitals"
    if _has_accents(term.text):
        return f"the term has accents: {wording.quoted(term)}"
    return f"the term has no accents: {wording.quoted(term)}"


def _ending(term: Term, written: str) -> str:
    """The clitics that a term carries where it is written so."""
    if not term.clitics:
        return ""
    line = words.line(words.fold(written).text)
    endings = dict(zip((pattern.strip() for pattern in term.patterns), CLITICS, strict=True))
    return endings.get(line, "")


def _has_accents(text: str) -> bool:
    return any(unicodedata.category(char) == "Mn" for char in unicodedata.normalize("NFKD", text))
