"""One story of a digest: headline, where it stands, who has it, what happened, each traceable to its article. It
chooses no stories.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.model import Basis, Part, Priority, Step, Story
from bot.speech import gettext as _
from bot.speech import later, ngettext
from bot.story import (
    Quoted,
    best_report,
    evidence_of,
    headline,
    labels,
    languages,
    published,
    report_for,
    sources,
    summary,
)
from bot.story.record import first_seen, report_saying, said_in
from bot.story.steps import FROM_SENTENCE
from bot.tell.moved import News
from bot.tell.rank import Item
from bot.tell.tree import Bold, Italic, Link, Node, Text
from bot.tell.wording import (
    OUTLETS,
    Names,
    clock,
    label_name,
    label_names,
    lateness,
    listed,
    local_day,
    marked,
    outlet,
    outlets,
    short,
    step_name,
    without_year,
)

FEED_ONLY = later("matched on the feed's summary only")
"""What is said of a match wherever it is shown, when the page's own text was not at hand."""

SENTENCES_CHARS = 420
"""Two sentences are shown where both together are no longer; else the better one."""

HEADLINE_CHARS = 140
"""A headline that stands alone is cut there."""

LANGUAGES: Mapping[str, str] = {
    "ar": later("Arabic"), "de": later("German"), "en": later("English"), "es": later("Spanish"),
    "fr": later("French"), "hi": later("Hindi"), "id": later("Indonesian"), "it": later("Italian"),
    "ja": later("Japanese"), "ko": later("Korean"), "ms": later("Malay"), "nl": later("Dutch"),
    "pt": later("Portuguese"), "ru": later("Russian"), "th": later("Thai"), "tl": later("Tagalog"),
    "vi": later("Vietnamese"), "zh": later("Chinese"),
}  # fmt: skip
"""What languages are called, translated where they are said; others by their code."""

READS = "en"
"""The language of a reader who chose none: the one this program speaks."""


def entry(item: Item, names: Names, label: str, zone: ZoneInfo, until: datetime, reads: str = READS) -> list[Node]:
    """A story under the heading of `label`, for somebody who reads the language `reads`."""
    story, best = item.story, best_report(item.story)
    nodes: list[Node] = [Bold(Link(best.article.url, short(headline(story))))]
    read = report_for(story, reads)
    if read.article_id != best.article_id and best.article.language != reads:
        # The headline stays that of the best source; whoever does not read it finds another behind it.
        nodes += [Text(" ("), Link(read.article.url, short(read.article.title)), Text(")")]
    if item.news is not None:
        nodes += [Text("\n"), Italic(*_news(item.news, story, names, zone, until))]
    nodes += [Text("\n"), *outlets(story), Text(_facts(item, names, label, zone, until, reads))]
    for said in _sentences(item, reads):
        nodes += [Text("\n"), *marked(said.sentence)]
        if said.report.article_id != best.article_id:
            nodes += [Text(" ("), Link(said.report.article.url, outlet(said.report)), Text(")")]
    if all(report.article.basis is Basis.FEED for report in story.reports):
        nodes += [Text("\n"), Italic(_(FEED_ONLY))]
    return nodes


def one_line(item: Item, reads: str = READS) -> list[Node]:
    """A story as the headline of its best report in the reader's language, else of its best, with who has it."""
    best = report_for(item.story, reads)
    many = len(sources(item.story))
    more = f" +{many - 1}" if many > 1 else ""
    step = f", {step_name(item.step.step)}" if item.step is not None else ""
    return [
        Link(best.article.url, short(best.article.title, HEADLINE_CHARS)),
        Text(f" ({outlet(best)}{more}{step})"),
    ]


def written_step(step: Step, year: int) -> str:
    """`signed 20 May`: a step with the date it is said to have; where its report says none, the step alone."""
    day = without_year(local_day(step.date), year) if step.date_from == FROM_SENTENCE else ""
    return f"{step_name(step.step)} {day}".strip()


def _facts(item: Item, names: Names, label: str, zone: ZoneInfo, until: datetime, reads: str) -> str:
    """Time, step, languages and the labels that the heading does not say."""
    story, year = item.story, until.astimezone(zone).year
    parts = [_when(story, zone, year)]
    if item.step is not None and not (item.news and item.news.step):
        parts.append(written_step(item.step, year))
    spoken = languages(story)
    if spoken and spoken != (reads,):
        named = listed([_(LANGUAGES.get(each, each)) for each in spoken], 4)
        parts.append(_("in {languages}").format(languages=named))
    parts += _labels(item, names, label)
    return "".join(f" · {part}" for part in parts)


def _labels(item: Item, names: Names, label: str) -> list[str]:
    """`also Australia, NATO; exercise`: what the story is about besides its heading, and what of other concepts."""
    found = labels(item.story)
    group = names.group_by or ""
    also = [label_name(names, group, each) for each in found.get(group, ()) if each != label]
    # The step is said with its date; others of its concept are steps the story merely speaks of.
    steps = {item.step.concept} if item.step is not None else set()
    other = label_names({concept: own for concept, own in found.items() if concept not in {group, *steps}}, names)
    return ([_("also {names}").format(names=listed(also, 5))] if also else []) + ([listed(other, 5)] if other else [])


def _when(story: Story, zone: ZoneInfo, year: int) -> str:
    printed = published(story)
    if printed is None:
        return _("seen {time}").format(time=clock(first_seen(story), zone, year))
    return clock(printed, zone, year) + lateness(story)


# --- what is new ----------------------------------------------------------------------------------------------------


def _news(found: News, story: Story, names: Names, zone: ZoneInfo, until: datetime) -> list[Node]:
    """`Since 13 May 07:00: now signed; 3 new outlets: Kyodo News, ANTARA, Reuters`."""
    year = until.astimezone(zone).year
    parts: list[list[Node]] = []
    if found.step is not None:
        parts.append([Text(_("now {step}").format(step=written_step(found.step, year)))])
    if found.priority is Priority.URGENT:
        parts.append([Text(_("now urgent"))])
    elif found.priority is not None:
        parts.append([Text(_("now by a rule of normal priority"))])
    if found.outlets:
        more = ngettext("{number} new outlet", "{number} new outlets", found.outlets).format(number=found.outlets)
        parts.append([Text(more), *_new_outlets(found)])
    if found.rules or found.labels:
        parts.append([Text(_changed(", ".join(label_names(found.labels or {}, names)), ", ".join(found.rules)))])
    nodes: list[Node] = [Text(_("Since {time}:").format(time=clock(found.since, zone, year)) + " ")]
    for place, part in enumerate(parts):
        nodes += [*([Text("; ")] if place else []), *part]
    return nodes


def _changed(labels: str, rules: str) -> str:
    """What a report that was changed has now."""
    if labels and rules:
        return _("a report was changed: now {labels} by the rule {rules}").format(labels=labels, rules=rules)
    if labels:
        return _("a report was changed: now {labels}").format(labels=labels)
    if rules:
        return _("a report was changed: now found by the rule {rules}").format(rules=rules)
    return _("a report was changed: now found")


def _new_outlets(found: News) -> list[Node]:
    nodes: list[Node] = []
    for place, report in enumerate(found.reports[:OUTLETS]):
        nodes += [Text(", " if place else ": "), Link(report.article.url, outlet(report))]
    if nodes and found.outlets > OUTLETS:
        nodes.append(Text(f" +{found.outlets - OUTLETS}"))
    return nodes


# --- what happened --------------------------------------------------------------------------------------------------


def _sentences(item: Item, reads: str) -> Sequence[Quoted]:
    """At most two sentences that say what happened, from the best report in the reader's language, else the best; of a
    step that is new the one that says so, where it is not the headline."""
    story, step = item.story, item.news.step if item.news is not None else None
    if step is not None:
        report = report_saying(step, story)
        if step.part is not Part.TITLE or report.article_id != best_report(story).article_id:
            return [said_in(report, step)]
    found = summary(story, reads)
    if not found:
        said = evidence_of(story, reads)
        return [said] if said is not None else []
    if sum(len(each.sentence.text) for each in found) <= SENTENCES_CHARS:
        return found
    # The one with more of what was looked for; of equal ones the first.
    return [max(found, key=lambda each: (min(len(each.sentence.marks), 2), -found.index(each)))]
