"""Words for what a person wrote and may have meant. Nothing here knows files or places."""

from __future__ import annotations

from collections.abc import Iterable


def suggest(word: str, known: Iterable[str]) -> str:
    """` (did you mean 'defence'?)` for the known word most like this one, or nothing where none is alike."""
    near = nearest(word, known)
    return f" (did you mean '{near}'?)" if near else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like this one; nothing where none is alike, or where it is the word itself."""
    from difflib import get_close_matches

    names = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), names, n=1, cutoff=0.65)
    return names[near[0]] if near and names[near[0]] != word else ""


def found(value: object) -> str:
    """What a value is, in words: `the boolean true`, `the number 1.5`, `'text'`, `a list`."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return f"'{value if len(value) <= 60 else value[:57] + '...'}'"
    return "a list" if isinstance(value, list | tuple) else "a mapping"


def one_line(message: str) -> str:
    """The message with line ends and other control characters escaped, so that it stays the one line it should be."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in message)
