"""How outlets, times, labels and sentences are written, wherever they stand. It composes no message."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.model import Report, Story
from bot.speech import gettext, later, ngettext
from bot.speech.dates import Form, dated
from bot.story import published, sources
from bot.story.record import first_seen
from bot.story.sentences import Sentence
from bot.tell.tree import Bold, Link, Node, Text

SENTENCE_CHARS = 320
"""Longest evidence sentence shown; longer ones are shown around their first matched word."""

TITLE_CHARS = 300
"""Longest headline shown; nothing that calls itself a title is longer, but a hostile feed may send a book."""

OUTLET_CHARS = 60

OUTLETS = 3
"""Outlets linked besides the best one; the rest are counted."""

LATE = timedelta(hours=36)
"""An article printed this long before it was first seen is called late."""

REPEATED = later("sent again: it may have arrived before")
"""Above what is sent once more since nobody knows whether it arrived."""

_STEPS = {
    "visit": later("visit"),
    "talks": later("talks"),
    "agreed": later("agreed"),
    "signed": later("signed"),
    "in_force": later("in force"),
    "exercise": later("exercise"),
    "transfer": later("transfer"),
}
"""The steps of the concepts that come with the program; of others, only their names are known."""


class Names(Protocol):
    """What labels are called, and which concept's come first: a watchlist's card."""

    @property
    def label_names(self) -> Mapping[tuple[str, str], str]: ...

    @property
    def group_by(self) -> str | None: ...


# Marks and joiners one after another: a letter has a few, a hostile title thousands.
_MARK = "[\u0300-\u036f\u200b-\u200d\u20d0-\u20ff\ufe00-\ufe0f]"
_MARKS = re.compile(f"({_MARK}{{4}}){_MARK}+")


def short(text: str, most: int = TITLE_CHARS) -> str:
    """The text on one line, cut at a word where it is longer than `most` characters."""
    # The wide space of Japanese headlines stays: it parts their halves.
    text = _MARKS.sub(r"\1", re.sub(r"[ \t\r\n\f\v]+", " ", text).strip())
    if len(text) <= most:
        return text
    cut = text.rfind(" ", most // 2, most)
    return text[: cut if cut > 0 else most - 1].rstrip() + "…"


def outlet(report: Report) -> str:
    """Who published it."""
    source = report.article.source
    return short(source.title if source else report.article.url.split("/")[2], OUTLET_CHARS)


def outlets(story: Story) -> list[Node]:
    """Who has a story, one for each family, the best one first; the others are links."""
    first, *others = sources(story).values()
    nodes: list[Node] = [Text(outlet(first))]
    for report in others[:OUTLETS]:
        nodes += [Text(", "), Link(report.article.url, outlet(report))]
    if len(others) > OUTLETS:
        nodes.append(Text(f" +{len(others) - OUTLETS}"))
    return nodes


def step_name(step: str) -> str:
    """A step as it is written: `in force`; in other languages where it is one of those that this program brings."""
    return gettext(_STEPS[step]) if step in _STEPS else step.replace("_", " ")


def stories(count: int) -> str:
    """`1 story`, `2 stories`."""
    return ngettext("{number} story", "{number} stories", count).format(number=count)


def articles(count: int) -> str:
    """`1 article`, `2 articles`."""
    return ngettext("{number} article", "{number} articles", count).format(number=count)


def steps(count: int) -> str:
    """`1 step`, `2 steps`."""
    return ngettext("{number} step", "{number} steps", count).format(number=count)


def and_more(count: int) -> str:
    """`and 3 more`."""
    return ngettext("and {number} more", "and {number} more", count).format(number=count)


def listed(names: Sequence[str], most: int) -> str:
    """Names one after another, those beyond `most` counted."""
    shown = ", ".join(names[:most])
    return f"{shown} +{len(names) - most}" if len(names) > most else shown


# --- times ----------------------------------------------------------------------------------------------------------


def local(time: datetime, zone: ZoneInfo) -> str:
    """`14 Jan 2025 10:05 WIB`: a time on the reader's own clock, with its zone."""
    shown = time.astimezone(zone)
    return f"{dated(shown, Form.MOMENT)} {shown.tzname()}"


def local_day(day: str) -> str:
    """`14 Jan 2025`, `Jan 2025` or `2025` of an ISO 8601 day, month or year; any other text as it is."""
    parts = day.split("-")
    try:
        date = datetime(*map(int, [*parts, "1", "1"][:3]))  # type: ignore[arg-type]  # noqa: DTZ001 - a bare day
    except ValueError:
        return day
    return dated(date, {1: Form.YEAR, 2: Form.MONTH}.get(len(parts), Form.DAY))


def without_year(written: str, year: int) -> str:
    """A written time without the year that its reader knows anyway."""
    for part in (f" {year}", f"{year}年"):
        if part in written:
            return written.replace(part, "", 1)
    return written


def clock(time: datetime, zone: ZoneInfo, year: int) -> str:
    """`14 Jan 10:05`: a time on the reader's own clock, without the zone and the year that were said before."""
    shown = time.astimezone(zone)
    return dated(shown, Form.MOMENT_OF_YEAR if shown.year == year else Form.MOMENT)


def lateness(story: Story) -> str:
    """How long after its printed date the story was first seen, where that is long; else nothing."""
    printed, seen = published(story), first_seen(story)
    if printed is None or seen - printed <= LATE:
        return ""
    days = (seen - printed).days or 1
    return " " + ngettext("(seen {number} d later)", "(seen {number} d later)", days).format(number=days)


# --- labels and sentences -------------------------------------------------------------------------------------------


def label_name(names: Names, concept: str, label: str) -> str:
    """What a label is called; its own name where nobody named it."""
    return names.label_names.get((concept, label), label)


def label_names(found: Mapping[str, Iterable[str]], names: Names) -> list[str]:
    """What labels are called, those of the grouping concept first."""
    ordered = sorted(found, key=lambda concept: concept != names.group_by)
    return [label_name(names, concept, label) for concept in ordered for label in found[concept]]


def marked(sentence: Sentence, most: int = SENTENCE_CHARS) -> list[Node]:
    """The sentence with its matched words in bold, cut around the first of them where it is longer than `most`."""
    text, marks = sentence.text, sentence.marks
    start, end = 0, len(text)
    if end > most:
        first = marks[0][0] if marks else 0
        start = max(0, min(first - most // 4, end - most))
        # At a word's beginning, where words are spaced.
        start = text.rfind(" ", max(0, start - most // 8), start) + 1 or start
        space = text.rfind(" ", start, start + most)
        end = space if space > start + most // 2 else start + most
    nodes: list[Node] = [Text("…")] if start else []
    at = start
    for begin, stop in marks:
        if begin >= at and stop <= end:
            nodes += [Text(text[at:begin]), Bold(text[begin:stop])]
            at = stop
    nodes.append(Text(text[at:end] + ("…" if end < len(text) else "")))
    return nodes
