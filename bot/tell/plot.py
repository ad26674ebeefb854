"""Paints a plot of volumes: a panel of bars for each label, all of one scale. It counts nothing.

A panel each, rather than lines across each other, since eight lines cannot be told apart on a phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.speech import gettext, later
from bot.tell.axis import day_words
from bot.tell.canvas import FAINT, HEIGHT, INK, RULE, WIDTH, Sheet
from bot.tell.pictures import Series, VolumePlot

MOST_PANELS = 8

# Okabe and Ito's colours for every kind of colour vision, without the yellow that is lost on white
# (jfly.uni-koeln.de/color).
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#404040", "#8a6d3b")
_OTHER = "#8c8c8c"

_TITLE, _LABEL, _SMALL = 36.0, 28.0, 23.0
_MARGIN, _TOP, _BOTTOM = 28.0, 84.0, 14.0
_COLUMN_GAP, _ROW_GAP = 36.0, 10.0


@dataclass(frozen=True, slots=True)
class _Panel:
    """Where one label's bars stand: `left` to `right`, from `base` up to `top`; words start at `edge`."""

    edge: float
    left: float
    right: float
    top: float
    base: float

    def height(self, count: float, scale: int) -> float:
        return (self.base - self.top) * count / scale


def paint(sheet: Sheet, picture: VolumePlot) -> None:
    """Paints the plot; nothing of it leaves the sheet."""
    days = tuple(picture.days)
    series = panels_of(picture)
    total = sum(sum(one.counts) for one in series)
    sheet.title(picture.title, _MARGIN, 44, _TITLE, room=WIDTH - 2 * _MARGIN)
    if not days or not total:
        sheet.write(
            gettext("nothing in this time"), WIDTH / 2, HEIGHT / 2, _LABEL, room=WIDTH, align="center", colour=FAINT
        )
        return
    ticks = ticks_to(max(max(one.counts) for one in series))
    columns = 1 if len(series) <= 3 else 2
    rows = -(-len(series) // columns)
    for number, (one, panel) in enumerate(zip(series, _panels(sheet, len(series), columns, ticks), strict=True)):
        lowest = number // columns == rows - 1 or number + columns >= len(series)
        colour = _OTHER if one.label.startswith(gettext(_OTHERS)) else _COLOURS[number]
        _bars(sheet, panel, one, colour, ticks)
        if lowest:
            _dates(sheet, panel, days)


_OTHERS = later("other labels")


def panels_of(picture: VolumePlot) -> tuple[Series, ...]:
    """The series as they are shown, in the order given: at most `MOST_PANELS`, of which the last sums those with the
    least to show. Each has a count for each day, none below zero."""
    length = len(picture.days)
    whole = [
        Series(one.label, tuple(max(0, count) for count in one.counts[:length]) + (0,) * (length - len(one.counts)))
        for one in picture.series
    ]
    if len(whole) <= MOST_PANELS:
        return tuple(whole)
    by_volume = sorted(range(len(whole)), key=lambda at: (-sum(whole[at].counts), at))
    shown, rest = sorted(by_volume[: MOST_PANELS - 1]), by_volume[MOST_PANELS - 1 :]
    summed = tuple(sum(whole[at].counts[day] for at in rest) for day in range(length))
    return (*(whole[at] for at in shown), Series(f"{gettext(_OTHERS)} ({len(rest)})", summed))


def ticks_to(highest: int) -> tuple[int, ...]:
    """Round whole numbers from 0 to the first that is not below `highest`; three or fewer steps."""
    highest = max(highest, 1)
    unit = 10 ** (len(str(highest)) - 1)
    steps = [step for step in (unit // 2, unit // 4, unit, 2 * unit, unit * 5 // 2, 5 * unit, 1) if step >= 1]
    steps = [step for step in steps if 3 * step >= highest and (step < 10 or step % 5 == 0)]
    step = min(steps, key=lambda step: (-(-highest // step) * step, -step))
    return tuple(step * at for at in range(-(-highest // step) + 1))


def _panels(sheet: Sheet, number: int, columns: int, ticks: Sequence[int]) -> list[_Panel]:
    rows = -(-number // columns)
    width = (WIDTH - 2 * _MARGIN - _COLUMN_GAP * (columns - 1)) / columns
    dates = _SMALL + 14
    height = (HEIGHT - _TOP - _BOTTOM - dates - _ROW_GAP * (rows - 1)) / rows
    numbers = sheet.width(compact(ticks[-1]), _SMALL) + 10
    panels = []
    for at in range(number):
        edge = _MARGIN + (at % columns) * (width + _COLUMN_GAP)
        top = _TOP + (at // columns) * (height + _ROW_GAP)
        panels.append(_Panel(edge, edge + numbers, edge + width, top + _LABEL + 24, top + height))
    return panels


def _bars(sheet: Sheet, panel: _Panel, one: Series, colour: str, ticks: Sequence[int]) -> None:
    total = gettext("{number} in all").format(number=compact(sum(one.counts)))
    beside = sheet.width(total, _SMALL) + 16
    line = panel.top - _LABEL / 2 - 20
    sheet.write(one.label, panel.edge, line, _LABEL, room=panel.right - panel.edge - beside, bold=True)
    sheet.write(total, panel.right, line, _SMALL, room=beside, align="right", colour=FAINT)
    scale = ticks[-1]
    slot = (panel.right - panel.left) / len(one.counts)
    told = sheet.width(compact(scale), _SMALL) <= slot - 4
    # Numbers on the bars say more than lines behind them.
    roomy = not told and panel.height(ticks[1], scale) >= _SMALL + 6
    for tick in ticks if roomy else (0, scale):
        y = panel.base - panel.height(tick, scale)
        sheet.line((panel.left, y), (panel.right, y), RULE if tick else FAINT)
        sheet.write(compact(tick), panel.left - 8, y, _SMALL, room=200, align="right", colour=FAINT)
    peak = max(range(len(one.counts)), key=lambda day: (one.counts[day], day))
    thick = max(slot - max(2.0, slot * 0.25), 1.0)
    for day, count in enumerate(one.counts):
        if not count:
            continue
        high = max(panel.height(count, scale), 2.0)
        sheet.box(panel.left + day * slot + (slot - thick) / 2, panel.base - high, thick, high, colour)
        if told or day == peak:
            middle, above = panel.left + (day + 0.5) * slot, panel.base - high - _SMALL / 2 - 1
            sheet.write(compact(count), middle, above, _SMALL, room=200, align="center")


def _dates(sheet: Sheet, panel: _Panel, days: Sequence[str]) -> None:
    """The days' names under a panel, as many as stand apart, counted back from the last day."""
    slot = (panel.right - panel.left) / len(days)
    room = max(sheet.width(_name(day), _SMALL) for day in days) + 18
    every = max(1, int(-(-room // slot)))
    if 1 < every <= 7 < len(days):
        every = 7
    y = panel.base + _SMALL / 2 + 9
    for at in range(len(days) - 1, -1, -every):
        name = _name(days[at])
        half = sheet.width(name, _SMALL) / 2
        x = min(max(panel.left + (at + 0.5) * slot, panel.edge + half), panel.right + _COLUMN_GAP / 3 - half)
        sheet.write(name, x, y, _SMALL, room=slot * every + 20, align="center", colour=INK)


def _name(day: str) -> str:
    return day_words(day, False) or day[:10]


def compact(number: int) -> str:
    """A whole number in few characters: 950, 12k, 3.4M."""
    for size, letter in ((10**9, "G"), (10**6, "M"), (10**4, "k")):
        if number >= size:
            unit = 1000 if letter == "k" else size
            value = number / unit
            return f"{value:.0f}{letter}" if value >= 10 else f"{value:.1f}".removesuffix(".0") + letter
    return str(number)
