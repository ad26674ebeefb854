"""A sheet to draw on, in pixels from its upper left corner, and words that stay on it. It decides on no picture's look.

This module loads matplotlib when a sheet is made, and must not be imported by a process that does not draw.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from bot.tell.pictures import Form

WIDTH, HEIGHT = 1280, 720
"""Telegram shows a photo of this shape whole, across a phone's screen; it stores no more than 1280 pixels a side."""

INK, FAINT, RULE, PAPER = "#1a1a1a", "#5a5a5a", "#d4d4d4", "#ffffff"

Align = Literal["left", "center", "right"]

_DPI = 100
_LATIN = "DejaVu Sans"
_JAPANESE = "IPAexGothic"
_MOST_CHARACTERS = 300
_MOST_MARKS = 2
_MOST_COLOURS = 200
_DOTS = "…"


class Sheet:
    """One picture in the making; see `sheet`."""

    def __init__(self) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self._figure = Figure(figsize=(WIDTH / _DPI, HEIGHT / _DPI), dpi=_DPI, facecolor=PAPER)
        canvas: Any = FigureCanvasAgg(self._figure)
        self._canvas, self._renderer = canvas, canvas.get_renderer()
        self._widths: dict[tuple[str, float, bool], float] = {}
        self._axes = self._figure.add_axes((0, 0, 1, 1), frameon=False)
        self._axes.set_xlim(0, WIDTH)
        self._axes.set_ylim(HEIGHT, 0)
        self._axes.set_axis_off()

    def box(
        self,
        left: float,
        top: float,
        width: float,
        height: float,
        colour: str,
        *,
        round_by: float = 0,
        behind: bool = False,
    ) -> None:
        """A filled rectangle; `behind` all lines."""
        from matplotlib.patches import FancyBboxPatch

        rounded = min(round_by, width / 2, height / 2)
        style = f"round,pad=0,rounding_size={rounded:.2f}" if rounded else "square,pad=0"
        shape = FancyBboxPatch((left, top), width, height, boxstyle=style, facecolor=colour, linewidth=0)
        shape.set_zorder(0 if behind else 2)
        self._axes.add_patch(shape)

    def line(
        self, start: tuple[float, float], end: tuple[float, float], colour: str = RULE, width: float = 1.5
    ) -> None:
        """A straight line, `width` pixels wide."""
        from matplotlib.lines import Line2D

        points = [start[0], end[0]], [start[1], end[1]]
        self._axes.add_line(Line2D(*points, color=colour, linewidth=_points(width), solid_capstyle="butt", zorder=1))

    def dot(self, x: float, y: float, radius: float, colour: str) -> None:
        """A filled circle with a rim of paper, so that two that touch stay two."""
        from matplotlib.patches import Circle

        self._axes.add_patch(Circle((x, y), radius, facecolor=colour, edgecolor=PAPER, linewidth=_points(2), zorder=3))

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """How many pixels wide `text`, already legible, comes out."""
        if not text:
            return 0.0
        key = (text, size, bold)
        if key not in self._widths:
            width, _, _ = self._renderer.get_text_width_height_descent(text, _font(size, bold), False)
            self._widths[key] = float(width)
        return self._widths[key]

    def fitted(self, text: str, size: float, room: float, *, bold: bool = False) -> str:
        """`text` made legible, and cut with an ellipsis where it is wider than `room` pixels; nothing where not even a
        letter fits."""
        text = legible(text)
        if self.width(text, size, bold=bold) <= room:
            return text
        least, most = 0, len(text)
        while least < most:
            middle = (least + most + 1) // 2
            if self.width(text[:middle].rstrip() + _DOTS, size, bold=bold) <= room:
                least = middle
            else:
                most = middle - 1
        while 0 < least < len(text) and unicodedata.combining(text[least]):
            least -= 1
        return text[:least].rstrip() + _DOTS if least else ""

    def write(
        self,
        text: str,
        x: float,
        y: float,
        size: float,
        *,
        room: float,
        align: Align = "left",
        bold: bool = False,
        colour: str = INK,
    ) -> None:
        """Words on one line, at most `room` pixels wide, the middle of their height at `y`."""
        if shown := self.fitted(text, size, room, bold=bold):
            self._axes.text(
                x, y, shown, fontproperties=_font(size, bold), color=colour, horizontalalignment=align,
                verticalalignment="center_baseline", parse_math=False, clip_on=True, zorder=4,
            )  # fmt: skip

    def title(self, text: str, x: float, y: float, size: float, *, room: float) -> None:
        """A title on one line, smaller than `size` where it is long, and cut only where that does not help."""
        text = legible(text)
        sizes = (size, size * 0.9, size * 0.8, size * 0.7)
        fitting = next((one for one in sizes if self.width(text, one, bold=True) <= room), sizes[-1])
        self.write(text, x, y, fitting, room=room, bold=True)

    def printed(self, form: Form) -> bytes:
        """The sheet as a file; the same drawing gives the same bytes."""
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from PIL import Image

        out = BytesIO()
        if form == "svg":
            canvas: Any = FigureCanvasSVG(self._figure)
            canvas.print_svg(out, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
            return out.getvalue()
        self._canvas.draw()
        # A table of colours makes the file half as large; no picture here has as many, but for the edges of letters.
        whole = Image.frombuffer("RGBA", (WIDTH, HEIGHT), bytes(self._canvas.buffer_rgba())).convert("RGB")
        whole.quantize(_MOST_COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        return out.getvalue()


def _points(pixels: float) -> float:
    return pixels * 72 / _DPI


# --- matplotlib -----------------------------------------------------------------------------------------------------


def _load() -> None:
    """Loads matplotlib without its walk through the system's fonts, which takes as long as there are fonts, and without
    the file it would keep of that in the home directory, which a service may not have."""
    if "matplotlib.font_manager" not in sys.modules:
        ours = {"MPL_IGNORE_SYSTEM_FONTS": "1"}
        before = {name: os.environ.get(name) for name in (*ours, "MPLCONFIGDIR")}
        with tempfile.TemporaryDirectory(prefix="kentongan-") as folder:
            os.environ.update(ours, MPLCONFIGDIR=folder)
            try:
                pass
            finally:
                for name, value in before.items():
                    os.environ.pop(name, None) if value is None else os.environ.__setitem__(name, value)
    _fonts()


@contextmanager
def sheet() -> Iterator[Sheet]:
    """An empty sheet. Within the block matplotlib's settings are those it ships with, whatever files of settings lie
    about, and identifiers in an SVG are not random."""
    _load()
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams["svg.hashsalt"] = "kentongan"
        yield Sheet()
    # A figure and its parts refer to each other: without this the pixels of a dozen sheets pile up.
    gc.collect()


@lru_cache(maxsize=1)
def _fonts() -> frozenset[int]:
    """The characters there are glyphs for. Makes the Japanese font known, where it is installed, without importing the
    package that carries it: that would change matplotlib's settings."""
    from matplotlib import font_manager
    from matplotlib.ft2font import FT2Font

    known = set(FT2Font(font_manager.findfont(_LATIN)).get_charmap())
    spec = find_spec("matplotlib_fontja")
    if spec is not None and spec.origin is not None:
        path = Path(spec.origin).with_name("fonts") / "ipaexg.ttf"
        font_manager.fontManager.addfont(path)
        # It has one weight. Asked for the bold one, matplotlib would take it as well, but not without a complaint.
        fonts = font_manager.fontManager.ttflist
        fonts.append(replace(fonts[-1], weight=700))
        known |= set(FT2Font(path).get_charmap())
    return frozenset(known)


@lru_cache(maxsize=32)
def _font(size: float, bold: bool) -> Any:
    from matplotlib.font_manager import FontProperties

    weight = "bold" if bold else "normal"
    return FontProperties(family=[_LATIN, _JAPANESE], size=_points(size), weight=weight)


# --- words ----------------------------------------------------------------------------------------------------------


def legible(text: str) -> str:
    """`text` on one line as the fonts can show it: without control and direction characters, with no more marks on a
    letter than any language needs, an ellipsis for a run of letters no font here has, and of a bounded length."""
    text = unicodedata.normalize("NFC", text[: 4 * _MOST_CHARACTERS])
    known, marks = _fonts(), 0
    out: list[str] = []
    for char in text:
        kind = unicodedata.category(char)
        if kind[0] == "M":
            marks += 1
            if marks <= _MOST_MARKS and ord(char) in known and out:
                out.append(char)
            continue
        marks = 0
        if kind[0] in "ZC":
            out.append("" if kind == "Cf" else " ")
        elif ord(char) in known:
            out.append(char)
        elif kind[0] == "L" or kind[0] == "N":
            out.append(_DOTS if not out or out[-1] != _DOTS else "")
    return " ".join("".join(out).split())[:_MOST_CHARACTERS]
