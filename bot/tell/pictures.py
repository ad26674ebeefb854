"""Pictures as data: a plot of volumes, a timeline of steps. They are drawn elsewhere, in a process that may be lost.

Making, storing and reading a picture needs no drawing library; only `draw` loads one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from bot.speech import SOURCE, speaking


@dataclass(frozen=True, slots=True)
class Series:
    """One label's count for each day of its plot."""

    label: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class VolumePlot:
    """How much was written of each label, day by day: `days` are ISO days in order, with a count of each in every
    series. What it says besides is in `language`."""

    title: str
    days: tuple[str, ...]
    series: tuple[Series, ...]
    language: str = SOURCE


@dataclass(frozen=True, slots=True)
class Dot:
    """One dated step: `date` is a day, a month or a year (ISO 8601), `sources` how many publishers have it."""

    date: str
    step: str
    text: str
    sources: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Dated steps. `steps` are the names in order, the first step lowest. What it says besides is in `language`."""

    title: str
    steps: tuple[str, ...]
    dots: tuple[Dot, ...]
    language: str = SOURCE


Picture: TypeAlias = VolumePlot | Timeline
Form: TypeAlias = Literal["png", "svg"]


def draw(picture: Picture, form: Form) -> bytes:
    """The picture as a file of 1280 x 720 points; the same picture gives the same bytes. Takes about a second in a
    process that has not drawn yet."""
    from bot.tell import canvas, plot, timeline

    with speaking(picture.language), canvas.sheet() as sheet:
        if isinstance(picture, VolumePlot):
            plot.paint(sheet, picture)
        else:
            timeline.paint(sheet, picture)
        return sheet.printed(form)


# --- storing --------------------------------------------------------------------------------------------------------


def picture_to_json(picture: Picture) -> dict[str, Any]:
    """The picture's data as JSON values."""
    said = {} if picture.language == SOURCE else {"language": picture.language}
    if isinstance(picture, VolumePlot):
        series = [[one.label, list(one.counts)] for one in picture.series]
        return {"volumes": picture.title, "days": list(picture.days), "series": series, **said}
    dots = [[dot.date, dot.step, dot.text, dot.sources] for dot in picture.dots]
    return {"timeline": picture.title, "steps": list(picture.steps), "dots": dots, **said}


def picture_from_json(values: dict[str, Any]) -> Picture:
    """The picture that `picture_to_json` wrote."""
    language = values.get("language", SOURCE)
    if "volumes" in values:
        series = tuple(Series(label, tuple(counts)) for label, counts in values["series"])
        return VolumePlot(values["volumes"], tuple(values["days"]), series, language)
    dots = tuple(Dot(*dot) for dot in values["dots"])
    return Timeline(values["timeline"], tuple(values["steps"]), dots, language)
