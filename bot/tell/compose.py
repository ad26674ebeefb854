"""Composes what readers see of one story: an alert, an explanation. It sends nothing and decides nobody's hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.model import Basis, Part, Report, Step, Story
from bot.speech import gettext as _
from bot.speech import ngettext
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
    sources,
)
from bot.story.record import first_seen, said_in
from bot.story.steps import FROM_SENTENCE
from bot.tell.entry import FEED_ONLY
from bot.tell.excerpt import excerpt
from bot.tell.fill import fill
from bot.tell.steplist import Dated
from bot.tell.tree import Bold, Italic, Link, Message, Node, Text, Time
from bot.tell.wording import (
    label_names,
    lateness,
    local,
    local_day,
    marked,
    outlet,
    outlets,
    short,
    step_name,
    without_year,
)

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
    """What the place of an alert was told of the story before: as which step, None without one, and when. What rings
    again is that the story has come `further`, or is `urgent` now."""

    step: str | None
    at: datetime
    further: bool = True
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Grown:
    """What a story had when it was told: so many outlets, so many languages. An alert that stands in its chat says
    what has come in since."""

    outlets: int
    languages: int


def alert(
    story: Story,
    card: Card,
    zone: ZoneInfo,
    *,
    language: str | None = None,
    step: Dated | None = None,
    before: Before | None = None,
    grown: Grown | None = None,
) -> Message:
    """One story: linked headline, outlets, languages, local time, labels and step, and the sentence that matched, from
    a report in the reader's `language` where there is one, with two key sentences of it to unfold. Told again, with
    what was told `before`, it begins with what is new; of a step that is, its sentence is the one that says so."""
    rise = step if before is not None and before.further else None
    best, read = best_report(story), report_for(story, language)
    nodes: list[Node] = _news(before, rise)
    nodes.append(Bold(Link(best.article.url, short(headline(story)))))
    if read.article_id != best.article_id and best.article.language != language:
        # The headline stays that of the best source; whoever does not read it finds another behind it.
        nodes += [Text(" ("), Link(read.article.url, short(read.article.title)), Text(")")]
    nodes += [Text("\n"), *outlets(story), *_facts(story, card, zone, None if rise else step)]
    said = _saying(rise, best) or evidence_of(story, language)
    if said is not None:
        nodes += [Text("\n"), *marked(said.sentence)]
        if said.report.article_id != best.article_id:
            nodes += [Text(" ("), Link(said.report.article.url, outlet(said.report)), Text(")")]
    shown = [headline(story), *([said.text] if said is not None else [])]
    quote = excerpt(read, shown, named=read.article_id != best.article_id)
    if quote is not None:
        nodes += [Text("\n"), quote]
    if (said.report if said is not None else best).article.basis is Basis.FEED:
        nodes += [Text("\n"), Italic(_(FEED_ONLY))]
    if before is not None:
        nodes += [Text("\n"), Italic(_told(before, story, zone))]
    if grown is not None and (more := _more(story, grown)):
        nodes += [Text("\n"), Italic(more)]
    return Message(*nodes, Text("\n"), Italic(card.title))


def _news(before: Before | None, rise: Dated | None) -> list[Node]:
    """What it rings again for."""
    nodes: list[Node] = []
    if before is not None and before.urgent:
        nodes += [Bold(_("Now urgent")), Text("\n")]
    if rise is not None:
        nodes += [Bold(_("Now: {step}").format(step=step_name(rise.step.step))), Text(f" ({_day(rise.step)})\n")]
    return nodes


def _day(step: Step) -> str:
    """Its date, and whether only its report is known to be of that day."""
    day = local_day(step.date)
    return day if step.date_from == FROM_SENTENCE else _("reported {day}").format(day=day)


def _saying(rise: Dated | None, best: Report) -> Quoted | None:
    """The sentence that says the step; None where it is the headline, which stands there already."""
    if rise is None or (rise.step.part is Part.TITLE and rise.report.article_id == best.article_id):
        return None
    return said_in(rise.report, rise.step)


def _told(before: Before, story: Story, zone: ZoneInfo) -> str:
    """`told as talks on 12 May`, with the year where it is another than that of the latest report."""
    at, latest = before.at.astimezone(zone), max(report.first_seen for report in story.reports).astimezone(zone)
    day = local_day(at.date().isoformat())
    day = without_year(day, at.year) if at.year == latest.year else day
    if before.step is None:
        return _("told on {day}").format(day=day)
    return _("told as {step} on {day}").format(step=step_name(before.step), day=day)


def _more(story: Story, then: Grown) -> str:
    """`also in 6 outlets, 2 languages`, where it has more of either than when it was told."""
    others, spoken = len(sources(story)) - 1, len(languages(story))
    wider = others + 1 > then.outlets
    parts = []
    if wider and others:
        parts.append(ngettext("also in {number} outlet", "also in {number} outlets", others).format(number=others))
    if spoken > 1 and (wider or spoken > then.languages):
        parts.append(ngettext("{number} language", "{number} languages", spoken).format(number=spoken))
    return ", ".join(parts)


def _facts(story: Story, card: Card, zone: ZoneInfo, step: Dated | None) -> list[Node]:
    """Languages where there are several, time, labels and step."""
    spoken, found = languages(story), labels(story)
    parts: list[list[Node]] = [[Text(", ".join(spoken))]] if len(spoken) > 1 else []
    parts.append(_when(story, zone))
    if step is not None:
        # It is said with its date; others of its concept are steps the story merely speaks of.
        found.pop(step.step.concept, None)
    names = label_names(found, card)
    if names:
        parts.append([Text(", ".join(names))])
    if step is not None:
        dated = f" ({local_day(step.step.date)})" if step.step.date_from == FROM_SENTENCE else ""
        parts.append([Text(f"{step_name(step.step.step)}{dated}")])
    return [node for part in parts for node in (Text(" · "), *part)]


def _when(story: Story, zone: ZoneInfo) -> list[Node]:
    printed = published(story)
    if printed is None:
        return fill(_("seen {time}"), time=_clock(first_seen(story), zone))
    return [_clock(printed, zone), Text(lateness(story))]


def _clock(moment: datetime, zone: ZoneInfo) -> Time:
    """On the clock of whoever reads it; in words on that of the chat, with its zone."""
    return Time(moment, local(moment, zone), "Dt")


def why(story: Story, card: Card) -> Message:
    """Which rules matched which articles of a story, and by which words."""
    about = _("(story {number})").format(number=story.id)
    nodes: list[Node] = [Bold(short(headline(story))), Text(f" {about}")]
    for report in story.reports:
        nodes += [
            Text("\n\n"),
            Link(report.article.url, outlet(report)),
            Text(f": {short(report.article.title)}"),
        ]
        for match in report.matches:
            names = label_names(match.labels, card)
            nodes += [Text("\n"), *fill(_("rule {rule}"), rule=Bold(match.rule))]
            nodes.append(Text(f" ({', '.join(names)})" if names else ""))
            words = dict.fromkeys(piece.text for piece in match.evidence)
            nodes.append(Text(": " + ", ".join(f"“{word}”" for word in list(words)[:WORDS])))
        sentence = matched_sentence(report.article, report.matches)
        if sentence is not None:
            nodes += [Text("\n"), *marked(sentence)]
        if report.article.basis is Basis.FEED:
            nodes += [Text("\n"), Italic(_(FEED_ONLY))]
    return Message(*nodes)
