"""Where in a YAML file a character of a text stands. It never decides what the text means."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate

from bot.yamlfile import Place

_HEXADECIMAL = {"x": 2, "u": 4, "U": 8}
_BLANK_ESCAPES = "nrt vbfeaLPN_\t\n"


def place_in_scalar(raw: str, place: Place, text: str, offset: int) -> Place:
    """Line and column, from 1, of character `offset` of `text`, which the file `raw` writes at `place`: plain, quoted,
    literal or folded.

    All styles change blanks only (line ends, indentation, folding), but for escapes in quotes. So the characters that
    are not blank are counted off in both.
    """
    line, column = place
    starts = _line_starts(raw)
    at = starts[line - 1] + column - 1
    style = raw[at : at + 1]
    if style in ("|", ">"):
        at, style = starts[min(line, len(starts) - 1)], ""
    elif style in ('"', "'"):
        at += 1
    else:
        style = ""
    wanted = sum(not char.isspace() for char in text[:offset])
    last = at
    while at < len(raw):
        width, shown = _character(raw, at, style)
        if shown:
            if wanted == 0:
                break
            wanted -= 1
            last = at + width
        at += width
        if wanted == 0 and offset >= len(text.rstrip()):
            at = last
            break
    row = bisect_right(starts, min(at, len(raw))) - 1
    return row + 1, at - starts[row] + 1


@lru_cache(maxsize=1)
def _line_starts(raw: str) -> list[int]:
    """Where each line begins, and where the last one ends: asked for each mistake in a file."""
    return [*accumulate(map(len, raw.splitlines(keepends=True)), initial=0)]


def _character(raw: str, at: int, style: str) -> tuple[int, bool]:
    """How many characters of the file write the one at `at`, and whether it is not blank."""
    char = raw[at]
    if style == "'" and raw[at : at + 2] == "''":
        return 2, True
    if style == '"' and char == "\\":
        escape = raw[at + 1 : at + 2]
        digits = _HEXADECIMAL.get(escape, 0)
        if digits:
            return 2 + digits, not chr(int(raw[at + 2 : at + 2 + digits], 16)).isspace()
        return 2, escape not in _BLANK_ESCAPES
    return 1, not char.isspace()
