"""Composes what readers see: an alert, a digest, an explanation. It sends nothing and decides nobody's hour."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.model import Basis, Report, Story
from bot.story import best_report, headline, labels, matched_sentence, published, sources
from bot.story.record import first_seen
from bot.story.sentences import Sentence
from bot.tell.tree import Bold, Italic, Link, Message, Node, Text

SENTENCE_CHARS = 320
"""Longest evidence sentence shown; longer ones are shown around their first matched word."""

DIGEST_STORIES = 100
"""Stories in one digest; the rest are counted in its last line."""

LATE = timedelta(hours=36)
"""An article printed this long before it was first seen is called late."""

TITLE_CHARS = 300
"""Longest headline shown; nothing that calls itself a title is longer, but a hostile feed may send a book."""

OUTLET_CHARS = 60

FEED_ONLY = "matched on the feed's summary only"
"""What is said of a match wherever it is shown, when the page's own text was not at hand."""

OTHER = ""
"""The section of stories without a label."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a message says of a watchlist: its title, what its labels are called, and which concept heads sections."""

    name: str
    title: str
    label_names: Mapping[tuple[str, str], str]
    group_by: str | None


def alert(story: Story, card: Card, zone: ZoneInfo) -> Message:
    """One story: linked headline, sources, local time, labels, and the sentence that matched."""
    return Message(*_story(story, card, zone), Text("\n"), Italic(card.title))


def digest(
    stories: Sequence[Story], card: Card, since: datetime, until: datetime, zone: ZoneInfo, *, title: str = ""
) -> Message:
    """Many stories in sections by label, newest first; each stands once, under its first label."""
    heading = title or card.title
    nodes: list[Node] = [
        Bold(heading),
        Text(f"\n{_window(since, until, zone)}: {_number(len(stories), 'story', 'stories')}"),
    ]
    if not stories:
        return Message(*nodes)
    shown = sorted(stories, key=_moment, reverse=True)[:DIGEST_STORIES]
    for section, members in _sections(shown, card):
        if section != OTHER or card.group_by:
            nodes += [Text("\n\n"), Bold((section or "Other").upper())]
        for story in members:
            nodes += [Text("\n\n"), *_story(story, card, zone)]
    if len(stories) > len(shown):
        nodes.append(Text(f"\n\nand {len(stories) - len(shown)} more"))
    return Message(*nodes)


def why(story: Story, card: Card) -> Message:
    """Which rules matched which articles of a story, and by which words."""
    nodes: list[Node] = [Bold(_short(headline(story), TITLE_CHARS))]
    for report in story.reports:
        nodes += [
            Text("\n\n"),
            Link(report.article.url, _outlet(report)),
            Text(f": {_short(report.article.title, TITLE_CHARS)}"),
        ]
        for match in report.matches:
            names = _label_names(match.labels, card)
            nodes += [Text("\nrule "), Bold(match.rule), Text(f" ({', '.join(names)})" if names else "")]
            words = dict.fromkeys(piece.text for piece in match.evidence)
            nodes.append(Text(": " + ", ".join(f"“{word}”" for word in list(words)[:12])))
        sentence = matched_sentence(report.article, report.matches)
        if sentence is not None:
            nodes += [Text("\n"), *_marked(sentence)]
        if report.article.basis is Basis.FEED:
            nodes += [Text("\n"), Italic(FEED_ONLY)]
    return Message(*nodes)


def _story(story: Story, card: Card, zone: ZoneInfo) -> list[Node]:
    best = best_report(story)
    nodes: list[Node] = [Bold(Link(best.article.url, _short(headline(story), TITLE_CHARS))), Text("\n")]
    nodes += _outlets(story)
    nodes.append(Text(f" · {_when(best, story, zone)}"))
    names = _label_names(labels(story), card)
    if names:
        nodes.append(Text(" · " + ", ".join(names)))
    sentence = matched_sentence(best.article, best.matches)
    if sentence is not None:
        nodes += [Text("\n"), *_marked(sentence)]
    if best.article.basis is Basis.FEED:
        nodes += [Text("\n"), Italic(FEED_ONLY)]
    return nodes


def _outlets(story: Story) -> list[Node]:
    first, *others = sources(story).values()
    nodes: list[Node] = [Text(_outlet(first))]
    for report in others[:3]:
        nodes += [Text(", "), Link(report.article.url, _outlet(report))]
    if len(others) > 3:
        nodes.append(Text(f" +{len(others) - 3}"))
    return nodes


def _outlet(report: Report) -> str:
    source = report.article.source
    return _short(source.title if source else report.article.url.split("/")[2], OUTLET_CHARS)


# Marks and joiners one after another: a letter has a few, a hostile title thousands.
_MARK = "[\u0300-\u036f\u200b-\u200d\u20d0-\u20ff\ufe00-\ufe0f]"
_MARKS = re.compile(f"({_MARK}{{4}}){_MARK}+")


def _short(text: str, most: int) -> str:
    """The text on one line, cut at a word where it is longer than that."""
    # The wide space of Japanese headlines stays: it parts their halves.
    text = _MARKS.sub(r"\1", re.sub(r"[ \t\r\n\f\v]+", " ", text).strip())
    if len(text) <= most:
        return text
    cut = text.rfind(" ", most // 2, most)
    return text[: cut if cut > 0 else most - 1].rstrip() + "…"


def _when(report: Report, story: Story, zone: ZoneInfo) -> str:
    printed, seen = published(story), first_seen(story)
    if printed is None:
        return f"seen {local(seen, zone)}"
    late = f" (seen {(seen - printed).days or 1} d later)" if seen - printed > LATE else ""
    return local(printed, zone) + late


def local(time: datetime, zone: ZoneInfo) -> str:
    """`14 Jan 2025 10:05 WIB`: a time on the reader's own clock, with its zone."""
    shown = time.astimezone(zone)
    return f"{shown.day} {shown:%b %Y %H:%M} {shown.tzname()}"


def _window(since: datetime, until: datetime, zone: ZoneInfo) -> str:
    return f"{local(since, zone)} to {local(until, zone)}"


def _number(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _moment(story: Story) -> datetime:
    return published(story) or first_seen(story)


def _label_names(found: Mapping[str, tuple[str, ...]], card: Card) -> list[str]:
    ordered = sorted(found, key=lambda concept: concept != card.group_by)
    return [card.label_names.get((concept, label), label) for concept in ordered for label in found[concept]]


def _sections(stories: Iterable[Story], card: Card) -> Iterable[tuple[str, list[Story]]]:
    """Sections by the first label of `group_by`, the fullest first, those without a label last."""
    sections: dict[str, list[Story]] = {}
    for story in stories:
        found = labels(story).get(card.group_by or "", ())
        name = card.label_names.get((card.group_by or "", found[0]), found[0]) if found else OTHER
        sections.setdefault(name, []).append(story)
    return sorted(sections.items(), key=lambda item: (item[0] == OTHER, -len(item[1]), item[0]))


def _marked(sentence: Sentence) -> list[Node]:
    """The sentence with its matched words in bold, cut around the first of them where it is very long."""
    text, marks = sentence.text, sentence.marks
    start, end = 0, len(text)
    if end > SENTENCE_CHARS:
        first = marks[0][0] if marks else 0
        start = max(0, min(first - SENTENCE_CHARS // 4, end - SENTENCE_CHARS))
        # At a word's beginning, where words are spaced.
        start = text.rfind(" ", max(0, start - SENTENCE_CHARS // 8), start) + 1 or start
        space = text.rfind(" ", start, start + SENTENCE_CHARS)
        end = space if space > start + SENTENCE_CHARS // 2 else start + SENTENCE_CHARS
    nodes: list[Node] = [Text("…")] if start else []
    at = start
    for begin, stop in marks:
        if begin >= at and stop <= end:
            nodes += [Text(text[at:begin]), Bold(text[begin:stop])]
            at = stop
    nodes.append(Text(text[at:end] + ("…" if end < len(text) else "")))
    return nodes
