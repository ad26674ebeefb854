"""Which scripts a text is written in, and which a language is written in. It knows no words.

Scripts by the names of Unicode's characters (https://www.unicode.org/charts/), languages as `bot.read` tells them.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_PREFIXES = {
    "LATIN": "Latin",
    "FULLWIDTH LATIN": "Latin",
    "CJK": "Han",
    "HIRAGANA": "Kana",
    "KATAKANA": "Kana",
    "HALFWIDTH KATAKANA": "Kana",
    "HANGUL": "Hangul",
    "CYRILLIC": "Cyrillic",
    "ARABIC": "Arabic",
    "THAI": "Thai",
    "DEVANAGARI": "Devanagari",
}
_NATIVE = {
    "ja": {"Han", "Kana"},
    "zh": {"Han"},
    "ko": {"Hangul", "Han"},
    "ru": {"Cyrillic"},
    "uk": {"Cyrillic"},
    "ar": {"Arabic"},
    "th": {"Thai"},
    "hi": {"Devanagari"},
}
_LATIN = frozenset(["de", "en", "es", "fr", "id", "it", "ms", "nl", "pl", "pt", "tl", "tr", "vi"])

NAMES = {
    "ar": "Arabic",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "hi": "Hindi",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "ms": "Malay",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "th": "Thai",
    "tl": "Tagalog",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}


def named(language: str) -> str:
    """A language for people: `Indonesian (id)`, or its code alone."""
    return f"{NAMES[language]} ({language})" if language in NAMES else f"'{language}'"


@lru_cache(maxsize=4096)
def _script(char: str) -> str | None:
    name = unicodedata.name(char, "")
    return next((script for prefix, script in _PREFIXES.items() if name.startswith(prefix)), None)


def scripts(text: str) -> set[str]:
    """The scripts of the letters of `text`, of those that tell languages apart."""
    if text.isascii():
        return {"Latin"} if any(char.isalpha() for char in text) else set()
    return {script for char in text if char.isalpha() and (script := _script(char)) is not None}


def foreign(text: str, language: str) -> str | None:
    """The script that no word of `language` is written in, where `text` has letters of one. Latin letters stand in
    texts of every language (NATO)."""
    if language in _NATIVE:
        allowed = _NATIVE[language] | {"Latin"}
    elif language in _LATIN:
        allowed = {"Latin"}
    else:
        return None
    return next(iter(sorted(scripts(text) - allowed)), None)


def lookalike(text: str) -> str | None:
    """The word that mixes Latin and Cyrillic letters, which look alike and are not; None where there is none."""
    if text.isascii():
        return None
    return next((word for word in text.split() if {"Latin", "Cyrillic"} <= scripts(word)), None)
