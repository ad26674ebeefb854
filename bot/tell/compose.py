"""Composes what readers see of one story: an alert, an explanation. It sends nothing and decides nobody's hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.model import Basis, Part, Report, Step, Story
from bot.story import (
    Quoted,
    best_report,
    evidence_of,
    headline,
    labels,
    languages,
    matched_sentence,
    published,
    report_for,
)
from bot.story.record import first_seen, said_in
from bot.story.steps import FROM_SENTENCE
from bot.tell.entry import FEED_ONLY
from bot.tell.steplist import Dated
from bot.tell.tree import Bold, Italic, Link, Message, Node, Text
from bot.tell.wording import label_names, lateness, local, local_day, marked, outlet, outlets, short, step_name

WORDS = 12
"""Words that matched, of one rule in one report, as an explanation lists them."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a message says of a watchlist: its title, what its labels are called, and which concept heads sections."""

    name: str
    title: str
    label_names: Mapping[tuple[str, str], str]
    group_by: str | None


@dataclass(frozen=True, slots=True)
class Before:
    """What the place of an alert was told of the story before: as which step, None without one, and when."""

    step: str | None
    at: datetime


def alert(
    story: Story,
    card: Card,
    zone: ZoneInfo,
    *,
    language: str | None = None,
    step: Dated | None = None,
    before: Before | None = None,
) -> Message:
    """One story: linked headline, outlets, languages, local time, labels and step, and the sentence that matched, from
    a report in the reader's `language` where there is one. Told again, with what was told `before`, it begins with the
    step that is new, and its sentence is the one that says so."""
    rise = step if before is not None else None
    best, read = best_report(story), report_for(story, language)
    nodes: list[Node] = _rise(rise.step) if rise is not None else []
    nodes.append(Bold(Link(best.article.url, short(headline(story)))))
    if read.article_id != best.article_id and best.article.language != language:
        # The headline stays that of the best source; whoever does not read it finds another behind it.
        nodes += [Text(" ("), Link(read.article.url, short(read.article.title)), Text(")")]
    nodes += [Text("\n"), *outlets(story), Text(_facts(story, card, zone, None if rise else step))]
    said = _saying(rise, best) or evidence_of(story, language)
    if said is not None:
        nodes += [Text("\n"), *marked(said.sentence)]
        if said.report.article_id != best.article_id:
            nodes += [Text(" ("), Link(said.report.article.url, outlet(said.report)), Text(")")]
    if (said.report if said is not None else best).article.basis is Basis.FEED:
        nodes += [Text("\n"), Italic(FEED_ONLY)]
    if before is not None:
        nodes += [Text("\n"), Italic(_told(before, story, zone))]
    return Message(*nodes, Text("\n"), Italic(card.title))


def _rise(step: Step) -> list[Node]:
    return [Bold(f"Now: {step_name(step.step)}"), Text(f" ({_day(step)})\n")]


def _day(step: Step) -> str:
    """Its date, and whether only its report is known to be of that day."""
    return local_day(step.date) if step.date_from == FROM_SENTENCE else f"reported {local_day(step.date)}"


def _saying(rise: Dated | None, best: Report) -> Quoted | None:
    """The sentence that says the step; None where it is the headline, which stands there already."""
    if rise is None or (rise.step.part is Part.TITLE and rise.report.article_id == best.article_id):
        return None
    return said_in(rise.report, rise.step)


def _told(before: Before, story: Story, zone: ZoneInfo) -> str:
    """`told as talks on 12 May`, with the year where it is another than that of the latest report."""
    at, latest = before.at.astimezone(zone), max(report.first_seen for report in story.reports).astimezone(zone)
    as_what = f" as {step_name(before.step)}" if before.step else ""
    day = f"{at.day} {at:%b}" if at.year == latest.year else f"{at.day} {at:%b %Y}"
    return f"told{as_what} on {day}"


def _facts(story: Story, card: Card, zone: ZoneInfo, step: Dated | None) -> str:
    """Languages where there are several, time, labels and step."""
    spoken, found = languages(story), labels(story)
    parts = [", ".join(spoken)] if len(spoken) > 1 else []
    parts.append(_when(story, zone))
    if step is not None:
        # It is said with its date; others of its concept are steps the story merely speaks of.
        found.pop(step.step.concept, None)
    names = label_names(found, card)
    if names:
        parts.append(", ".join(names))
    if step is not None:
        dated = f" ({local_day(step.step.date)})" if step.step.date_from == FROM_SENTENCE else ""
        parts.append(f"{step_name(step.step.step)}{dated}")
    return "".join(f" · {part}" for part in parts)


def _when(story: Story, zone: ZoneInfo) -> str:
    printed = published(story)
    return f"seen {local(first_seen(story), zone)}" if printed is None else local(printed, zone) + lateness(story)


def why(story: Story, card: Card) -> Message:
    """Which rules matched which articles of a story, and by which words."""
    nodes: list[Node] = [Bold(short(headline(story))), Text(f" (story {story.id})")]
    for report in story.reports:
        nodes += [
            Text("\n\n"),
            Link(report.article.url, outlet(report)),
            Text(f": {short(report.article.title)}"),
        ]
        for match in report.matches:
            names = label_names(match.labels, card)
            nodes += [Text("\nrule "), Bold(match.rule), Text(f" ({', '.join(names)})" if names else "")]
            words = dict.fromkeys(piece.text for piece in match.evidence)
            nodes.append(Text(": " + ", ".join(f"“{word}”" for word in list(words)[:WORDS])))
        sentence = matched_sentence(report.article, report.matches)
        if sentence is not None:
            nodes += [Text("\n"), *marked(sentence)]
        if report.article.basis is Basis.FEED:
            nodes += [Text("\n"), Italic(FEED_ONLY)]
    return Message(*nodes)
