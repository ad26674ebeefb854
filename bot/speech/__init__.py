"""What the program says to people, in their language: GNU gettext over the catalogues in this folder. It says nothing.

Whoever composes for somebody does so within `speaking`; the language is that of the task, so that two chats that are
told at once are each told in theirs. English is the language of the source.
"""

from __future__ import annotations

import gettext as gnu
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from io import BytesIO

LANGUAGES: Mapping[str, str] = {"en": "English", "id": "Bahasa Indonesia", "ja": "日本語"}
"""The languages the program speaks, by code, each as it calls itself."""

SOURCE = "en"

_language: ContextVar[str] = ContextVar("language", default=SOURCE)


def spoken(code: str | None) -> str:
    """The language to speak to somebody whose client or choice says `code`, such as `id`, `ja-JP` or `pt-br`; English
    where that is none of ours."""
    base = (code or "").lower().replace("_", "-").split("-")[0]
    # Telegram's clients call Indonesian by its old code as well.
    base = "id" if base == "in" else base
    return base if base in LANGUAGES else SOURCE


@contextmanager
def speaking(code: str | None) -> Iterator[None]:
    """What is composed within is in the language of `code`, or the nearest."""
    token = _language.set(spoken(code))
    try:
        yield
    finally:
        _language.reset(token)


def language() -> str:
    """The language that is spoken now."""
    return _language.get()


def gettext(text: str) -> str:
    """`text` in the language that is spoken; itself where it has no translation."""
    return _catalogue(_language.get()).gettext(text) if text else text


def ngettext(one: str, many: str, number: int) -> str:
    """The form for that number in the language that is spoken, to be filled by `str.format`."""
    return _catalogue(_language.get()).ngettext(one, many, number)


def later(text: str) -> str:
    """Marks a text that is translated where it is said."""
    return text


@cache
def _catalogue(code: str) -> gnu.NullTranslations:
    if code == SOURCE:
        return gnu.NullTranslations()
    # Read from its source: a compiled one beside it would be one more thing to forget.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with files(__name__).joinpath(f"{code}.po").open("rb") as file:
        catalogue = read_po(file, locale=code)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gnu.GNUTranslations(compiled)
