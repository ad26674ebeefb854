"""The line of a file that holds a mistake, with a caret under the place, for a terminal.

It never fails: where there is no such line to show, it shows nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from unicodedata import category, east_asian_width

from bot.errors import ConfigError

WIDEST = 100
"""Columns of a terminal that an excerpt takes; of longer lines the part around the place is shown."""

_AHEAD = 30
"""Columns shown after the place, at least, where the line has them."""
_NEAR = 10 * WIDEST
"""Characters looked at before and after the place: a line may be a whole file."""

_TAB = 4
_CUT = "…"
_LINE_END = re.compile("\r\n|\r|\n")


class Lines:
    """A text cut into its lines once, for any number of excerpts."""

    def __init__(self, text: str) -> None:
        self._lines = _LINE_END.split(text.removeprefix("\ufeff"))

    def excerpt(self, line: int, column: int) -> str:
        """What `excerpt` says of a text."""
        text = self._lines[line - 1] if 0 < line <= len(self._lines) else ""
        if not text.strip():
            return ""
        at = max(column - 1, 0)
        before, after = _cells(text[max(at - _NEAR, 0) : at]), _cells(text[at : at + _NEAR])
        ahead = min(_width(after), max(_AHEAD, WIDEST - _width(before)))
        before = _cut(before[::-1], WIDEST - ahead)[::-1]
        after = _cut(after, WIDEST - _width(before))
        shown = "".join(sign for sign, _ in before + after).rstrip()
        return f"{shown}\n{' ' * _width(before)}^"


def excerpt(source: str | Path, line: int, column: int) -> str:
    """The line of a text, or of a file, and beneath it a caret under the column: two lines without a last line end,
    or nothing where there is no such line or it is blank. Line and column count characters from 1.

    Wide characters (UAX 11) take two columns, combining ones none; tabs become blanks, and what cannot be printed
    becomes U+FFFD, so that no file can send orders to a terminal.
    """
    text = _text(source) if isinstance(source, Path) else source
    return Lines(text).excerpt(line, column)


def excerpts(errors: Iterable[ConfigError]) -> list[str]:
    """An excerpt for each error: its own, or one from the file it names, which is read once for errors in a row."""
    result: list[str] = []
    name, lines = "", Lines("")
    for error in errors:
        if error.excerpt is None and error.file != name:
            name, lines = error.file, Lines(_text(Path(error.file)))
        result.append(lines.excerpt(error.line, error.column) if error.excerpt is None else error.excerpt)
    return result


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""


_Cells = list[tuple[str, int]]


def _cells(text: str) -> _Cells:
    """Each character as it is shown, with the columns it takes."""
    cells: _Cells = []
    at = 0
    for sign in text:
        if sign == "\t":
            cell = (" " * (_TAB - at % _TAB), _TAB - at % _TAB)
        else:
            width = 2 if east_asian_width(sign) in ("W", "F") else 1
            kind = category(sign)
            if kind == "Zs":
                cell = (" " * width, width)
            elif not sign.isprintable():
                cell = ("\ufffd", 1)
            else:
                cell = (sign, 0 if kind in ("Mn", "Me") else width)
        cells.append(cell)
        at += cell[1]
    return cells


def _width(cells: _Cells) -> int:
    return sum(width for _, width in cells)


def _cut(cells: _Cells, room: int) -> _Cells:
    """As many of the cells as there is room for, with a mark where some are left out."""
    if _width(cells) <= room:
        return cells
    kept: _Cells = []
    for cell in cells:
        if cell[1] > room - 1:
            break
        kept.append(cell)
        room -= cell[1]
    return [*kept, (_CUT, 1)]
