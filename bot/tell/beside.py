"""Finds places for words beside the dots of a timeline. It moves no dot, and lets no words touch anything."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.tell.axis import day_words
from bot.tell.canvas import FAINT, INK, Sheet, legible
from bot.tell.pictures import Dot

MOST_WORDS = 25
"""Dots with words; a picture with more is read no better."""

_SIZE, _LINE = 22.0, 26.0
_MOST_LINES = 3
_MOST_TRIED = 80
_ROOMS = (160.0, 230.0, 310.0, 400.0, 500.0)
_ROOMS_OF_FEW = (400.0, 500.0, 310.0, 230.0, 160.0)
"""Widths tried, in pixels: with few dots nobody has to be brief."""

_FEW = 10

_GAP = 7.0
_AFTER_DAY = 9.0
_CLEAR = 16.0


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the sheet."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two overlap."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


@dataclass(frozen=True, slots=True)
class Row:
    """A step's row; ranks count from 0, the lowest."""

    rank: int
    top: float
    bottom: float

    @property
    def height(self) -> float:
        """Its height in pixels."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """The height of its middle on the sheet."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Mark:
    """A dot as it is shown: its middle, its radius, and half its width, which is more than the radius for a bar."""

    dot: Dot
    row: Row
    x: float
    y: float
    radius: float
    half: float

    @property
    def box(self) -> Box:
        """What it covers."""
        return Box(self.x - self.half, self.y - self.radius, self.x + self.half, self.y + self.radius)


@dataclass(frozen=True, slots=True)
class _Words:
    """A day, and words in lines, the first of which begins behind the day. `whole`: nothing was cut off."""

    day: str
    indent: float
    lines: tuple[str, ...]
    widths: tuple[float, ...]
    whole: bool

    @property
    def width(self) -> float:
        return max(self.widths)

    @property
    def height(self) -> float:
        return _LINE * len(self.lines)


def write_beside(sheet: Sheet, marks: Sequence[Mark], with_year: bool, left: float, right: float) -> int:
    """Writes the day and the words of as many dots as have room between `left` and `right`; returns how many. Dots
    with more sources choose first, then those of later steps, then later ones."""
    taken = [mark.box for mark in marks]
    rooms = _ROOMS_OF_FEW if len(marks) <= _FEW else _ROOMS
    written = 0
    by_weight = sorted(marks, key=lambda mark: (mark.dot.sources, mark.row.rank, mark.dot.date), reverse=True)
    for mark in by_weight[:_MOST_TRIED]:
        if written == MOST_WORDS:
            break
        for words in _forms(sheet, mark, with_year, rooms):
            place = _place(mark, words, left, right, marks, taken)
            if place is not None:
                taken.append(place)
                _write(sheet, words, place, flush_right=place.right <= mark.x - mark.half)
                written += 1
                break
    return written


def _write(sheet: Sheet, words: _Words, place: Box, *, flush_right: bool) -> None:
    for number, (line, width) in enumerate(zip(words.lines, words.widths, strict=True)):
        x = place.right - width if flush_right else place.left
        y = place.top + (number + 0.5) * _LINE
        if number == 0:
            sheet.write(words.day, x, y, _SIZE, room=width, colour=FAINT)
            x += words.indent
        sheet.write(line, x, y, _SIZE, room=place.right - x + 1, colour=INK)


def _forms(sheet: Sheet, mark: Mark, with_year: bool, rooms: Sequence[float]) -> Iterator[_Words]:
    """The ways to write a dot's words, best first: whole, then cut, then on one line."""
    day = day_words(mark.dot.date, with_year)
    text = legible(mark.dot.text)
    lines = max(1, min(_MOST_LINES, int((mark.row.height - 4) // _LINE)))
    cut = []
    for room in rooms:
        words = _wrapped(sheet, day, text, room, lines)
        if words.whole:
            yield words
        else:
            cut.append(words)
    yield from sorted(cut, key=lambda words: -words.width)
    if lines > 1:
        yield from (_wrapped(sheet, day, text, room, 1) for room in reversed(_ROOMS))


# Letters that a line may end behind, with the marks that no line begins with; and words of other scripts.
_WIDE = r"\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
_TOKEN = re.compile(rf"[{_WIDE}][、。，．・ー」』）】！？]*|[^\s{_WIDE}]+\s?|\s")


def _wrapped(sheet: Sheet, day: str, text: str, room: float, most: int) -> _Words:
    indent = sheet.width(day, _SIZE) + _AFTER_DAY
    tokens = _TOKEN.findall(text)
    lines: list[str] = []
    at = 0
    while at < len(tokens) and len(lines) < most - 1:
        begin, left = at, room - (indent if not lines else 0)
        while at < len(tokens) and (left := left - sheet.width(tokens[at], _SIZE)) >= 0:
            at += 1
        if at == begin and lines:
            # A word wider than the room is cut where the line ends.
            break
        lines.append("".join(tokens[begin:at]).strip())
    rest = "".join(tokens[at:]).strip()
    shown = sheet.fitted(rest, _SIZE, room - (indent if not lines else 0)) if rest else ""
    if shown or not lines:
        lines.append(shown)
    widths = [sheet.width(line, _SIZE) for line in lines]
    widths[0] += indent if lines[0] else indent - _AFTER_DAY
    return _Words(day, indent, tuple(lines), tuple(widths), shown == rest)


def _place(
    mark: Mark, words: _Words, left: float, right: float, marks: Sequence[Mark], taken: Sequence[Box]
) -> Box | None:
    """Where the words touch nothing and can belong to no other dot: right of theirs, left of it, above or below it,
    within its row."""
    row, width, height = mark.row, words.width, words.height
    level = mark.y - height / 2
    highest, lowest = row.top + 1, row.bottom - 1 - height
    tops = (min(max(level, highest), lowest), highest, lowest) if highest <= lowest else (level,)
    after, before = mark.x + mark.half + _GAP, mark.x - mark.half - _GAP - width
    under = (mark.x - mark.half, mark.x + mark.half - width)
    others = [other for other in marks if other.row == row and other is not mark and other.half == other.radius]
    for top, start in ((top, start) for starts in ((after, before), under) for top in tops for start in starts):
        box = Box(start, top, start + width, top + height)
        if box.left < left or box.right > right:
            continue
        clear = Box(start - _CLEAR * (start != after), box.top, box.right + _CLEAR * (start != before), box.bottom)
        if start in under and any(clear.left < other.x < clear.right for other in others):
            continue
        if not any(clear.meets(other) for other in taken if other != mark.box) and not box.meets(mark.box):
            return box
    return None
