"""Paints a timeline: a row for each step, the first lowest, and in it a dot for each time the step was reported.

It never lets words overlap: those that find no place beside their dot are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from math import sqrt

from bot.speech import gettext
from bot.speech.dates import Form, dated
from bot.tell.axis import Axis, span_of
from bot.tell.beside import Mark, Row, write_beside
from bot.tell.canvas import FAINT, HEIGHT, RULE, WIDTH, Sheet
from bot.tell.pictures import Dot, Timeline

MOST_ROWS = 16

_TITLE, _STEP, _SMALL = 34.0, 26.0, 22.0
_MARGIN, _TOP, _BOTTOM = 28.0, 80.0, 648.0
_HEAD = 42.0
_GUTTER = 250.0
_EMPTY_ROW = 40.0
_SMALLEST, _LARGEST = 9.0, 22.0
_BAR = 5.0
_BAND = "#f3f5f8"

# From the first step to the last: dark enough on white, and told apart by lightness alone.
_EARLY, _LATE = (0x3A, 0x86, 0xC8), (0x0B, 0x2A, 0x5B)


def paint(sheet: Sheet, picture: Timeline) -> None:
    """Paints the timeline; nothing of it leaves the sheet. A dot without a date that exists is left out."""
    dots = [dot for dot in picture.dots if span_of(dot.date) is not None]
    key = _key(sheet, dots)
    sheet.title(picture.title, _MARGIN, _HEAD, _TITLE, room=key - _MARGIN - 24)
    if not dots:
        sheet.write(gettext("no dated steps"), WIDTH / 2, HEIGHT / 2, _STEP, room=WIDTH, align="center", colour=FAINT)
        return
    rows = rows_of(picture.steps, dots)
    dots = [dot for dot in dots if dot.step in rows]
    names = max(sheet.width(sheet.fitted(step, _STEP, _GUTTER, bold=True), _STEP, bold=True) for step in rows)
    left = _MARGIN + names + 24
    axis = Axis.over([span for dot in dots if (span := span_of(dot.date))], left + 34, WIDTH - _MARGIN - 34)
    colours = dict(zip(rows, _shades(len(rows)), strict=True))
    _background(sheet, rows, colours, left - 24)
    _ticks(sheet, axis)
    marks = _marks(dots, rows, axis)
    for mark in marks:
        if mark.half > mark.radius:
            box = mark.box
            sheet.box(box.left, box.top, 2 * mark.half, 2 * _BAR, colours[mark.dot.step], round_by=_BAR)
        else:
            sheet.dot(mark.x, mark.y, mark.radius, colours[mark.dot.step])
    write_beside(sheet, marks, axis.long, left, WIDTH - _MARGIN)


# --- rows -----------------------------------------------------------------------------------------------------------


def rows_of(steps: Sequence[str], dots: Sequence[Dot]) -> dict[str, Row]:
    """The rows from the lowest: the steps in their order, then any that a dot names besides. Of very many, those that
    have dots; of these, the last. Rows with more dots are higher."""
    dots_of = Counter(dot.step for dot in dots)
    shown = list(dict.fromkeys((*steps, *dots_of)))
    if len(shown) > MOST_ROWS:
        shown = [step for step in shown if dots_of[step]][-MOST_ROWS:]
    whole = _BOTTOM - _TOP
    empty = min(_EMPTY_ROW, whole / len(shown))
    left = whole - empty * sum(not dots_of[step] for step in shown)
    weights = {step: 2 + min(dots_of[step], 8) / 2 for step in shown if dots_of[step]}
    rows: dict[str, Row] = {}
    bottom = _BOTTOM
    for rank, step in enumerate(shown):
        height = left * weights[step] / sum(weights.values()) if step in weights else empty
        rows[step] = Row(rank, bottom - height, bottom)
        bottom -= height
    return rows


def _background(sheet: Sheet, rows: dict[str, Row], colours: dict[str, str], right: float) -> None:
    for step, row in rows.items():
        if row.rank % 2 == 0:
            sheet.box(_MARGIN - 12, row.top, WIDTH - 2 * _MARGIN + 24, row.height, _BAND, behind=True)
        size = min(_STEP, row.height - 6)
        sheet.write(step, right, row.middle, size, room=_GUTTER, align="right", bold=True, colour=colours[step])


def _ticks(sheet: Sheet, axis: Axis) -> None:
    year = None
    for day, name in axis.ticks():
        x = axis.x(day)
        sheet.line((x, _TOP), (x, _BOTTOM + 6), RULE, 1.5)
        sheet.write(name, x, _BOTTOM + 22, _SMALL, room=140, align="center", colour=FAINT)
        if name != (this := dated(day, Form.YEAR)) and day.year != year:
            sheet.write(this, x, _BOTTOM + 50, _SMALL, room=140, align="center", colour=FAINT)
        year = day.year


def _shades(number: int) -> Iterator[str]:
    for rank in range(number):
        share = rank / max(number - 1, 1)
        mixed = (round(early + (late - early) * share) for early, late in zip(_EARLY, _LATE, strict=True))
        yield "#" + "".join(f"{value:02x}" for value in mixed)


# --- dots -----------------------------------------------------------------------------------------------------------


def _radius(sources: int) -> float:
    return min(_SMALLEST + 3.2 * sqrt(max(sources, 1) - 1), _LARGEST)


def _marks(dots: Sequence[Dot], rows: dict[str, Row], axis: Axis) -> list[Mark]:
    """The dots in their rows; those of one time above each other, as far as the row is high. A month or a year that is
    wider than a dot becomes a bar at the foot of its row."""
    marks: list[Mark] = []
    for dot in sorted(dots, key=lambda dot: (dot.date, rows[dot.step].rank, -dot.sources, dot.text)):
        span, row = span_of(dot.date), rows[dot.step]
        assert span is not None
        start, end = axis.x(span[0]), axis.x(span[1])
        x, radius = (start + end) / 2, min(_radius(dot.sources), row.height / 2 - 2)
        if (end - start) / 2 > radius:
            there = [Mark(dot, row, x, y, _BAR, (end - start) / 2) for y in _feet(row)]
        else:
            there = [Mark(dot, row, x, y, radius, radius) for y in _offsets(row, radius)]
        free = (mark for mark in there if not any(mark.box.meets(other.box) for other in marks))
        marks.append(next(free, there[0]))
    return marks


def _feet(row: Row) -> list[float]:
    most = max(1, int(row.height // (3 * _BAR)))
    return [row.bottom - _BAR - 2 - number * (2 * _BAR + 2) for number in range(most)]


def _offsets(row: Row, radius: float) -> list[float]:
    pitch = radius + 1
    lanes = range(1, int((row.height / 2 - radius) // pitch) + 1)
    return [row.middle, *(row.middle + way * number * pitch for number in lanes for way in (-1, 1))]


def _key(sheet: Sheet, dots: Sequence[Dot]) -> float:
    """What the sizes mean, in the upper right corner, where they differ. Returns where it begins."""
    most = max((dot.sources for dot in dots), default=1)
    right = WIDTH - _MARGIN
    if most < 2:
        return right
    words = gettext("sources")
    sheet.write(words, right, _HEAD, _SMALL, room=200, align="right", colour=FAINT)
    x = right - sheet.width(words, _SMALL) - 10
    for sources in (most, 1):
        number = str(sources)
        sheet.write(number, x, _HEAD, _SMALL, room=120, align="right", colour=FAINT)
        x -= min(sheet.width(number, _SMALL), 120) + 6 + _radius(sources)
        sheet.dot(x, _HEAD, _radius(sources), FAINT)
        x -= _radius(sources) + 14
    return x
