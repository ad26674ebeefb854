"""A trial's outcome as text for a terminal: first what it comes to, then what to mend, then samples. It decides
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import click

from bot.cli.marking import marked
from bot.cli.show import one_line, safe

if TYPE_CHECKING:
    from bot.run.trial.outcome import Dominant, Sample, Tried, Version
    from bot.story.change import Change
    from bot.story.precision import Suggestion
    from bot.story.trial import Count, Span, Verdicts
    from bot.watch.trial import Listed

_BARS = "▁▂▃▄▅▆▇█"
_WIDEST = 62
"""Bars in a line: of more days several share one."""

_NAMED = 10
_PLACES = 30
"""Dead terms named for one concept, label and language, and of how many of these; JSON has all of them."""

_REASON = 160
"""Characters of a reason; JSON has all of it."""


def text(tried: Tried) -> str:
    """The whole outcome."""
    return "\n".join(_lines(tried))


def _lines(tried: Tried) -> Iterator[str]:
    span = tried.span
    yield click.style(f"{tried.watchlist}: {tried.before.title}", bold=True)
    if not tried.articles:
        yield f"the archive holds no article first seen since {_local(tried, tried.asked)}: nothing to try on"
        return
    languages = ", ".join(f"{number} {language or 'uncertain'}" for language, number in _most(tried.languages))
    since, until = _local(tried, span.since), _local(tried, span.until)
    yield f"{tried.articles} articles ({languages}), first seen from {since} to {until}"
    latest = tried.after or tried.before
    yield from _version(tried.before, span, "as it is" if tried.after else "")
    if tried.after is not None and tried.change is not None:
        yield from _version(tried.after, span, "new version")
        yield from _change(tried, tried.change, tried.after)
    yield from _samples(latest)
    yield from _dead(latest.dead)
    if tried.estimated:
        yield "\nalerts are estimated: so many articles are new that their stories were told apart by a first look only"


def _version(found: Version, span: Span, name: str) -> Iterator[str]:
    every = found.counts.every
    yield ""
    if name:
        yield click.style(name, bold=True)
    names = ["all rules", *(f"{rule.name}{'' if rule.rings else ' (low)'}" for rule in found.rules)]
    counts = list(zip(names, [every, *found.counts.rules], strict=True))
    rows = [(head, *_figures(count, span)) for head, count in counts]
    yield from _table(("rule", "matches", "a day", "alerts a day", "matches on each day"), rows)
    for head, count in counts:
        if count.verdicts is not None:
            yield f"readers on {head}: {_verdicts(count.verdicts)}"
    if every.labels:
        yield "labels: " + "; ".join(_labels(every.labels))
    for rule, causes in zip(found.rules, found.dominant, strict=True):
        yield from (_cause(rule.name, cause) for cause in causes)
    for rule, words in zip(found.rules, found.exclusions, strict=False):
        if words:
            yield click.style(f"{rule.name}: {_exclusions(words)}", fg="yellow")


def _figures(count: Count, span: Span) -> tuple[str, ...]:
    days = [count.matches_on.get(day, 0) for day in span.days()]
    step = -(-len(days) // _WIDEST)
    numbers = [sum(days[start : start + step]) for start in range(0, len(days), step)]
    return str(len(count.ids)), f"{span.a_day(len(count.ids)):g}", f"{span.a_day(len(count.rung)):g}", bars(numbers)


def bars(numbers: Sequence[int]) -> str:
    """A bar for each number, the largest one full; of nothing a dot."""
    most = max(numbers, default=0)
    return "".join(_BARS[(number * len(_BARS) - 1) // most] if number else "·" for number in numbers)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    from rich.cells import cell_len

    widths = [max(cell_len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    for row in [head, *rows]:
        first, *numbers, last = row
        cells = [first + " " * (widths[0] - cell_len(first))]
        cells += [number.rjust(width) for number, width in zip(numbers, widths[1:], strict=False)]
        line = "  ".join([*cells, last])
        yield click.style(line, dim=True) if row is head else line


def _verdicts(found: Verdicts) -> str:
    given = found.relevant + found.irrelevant
    low, high = found.interval
    return (
        f"{found.precision:.0%} relevant ({found.relevant} of {given} verdicts on {found.stories} stories; "
        f"most likely {low:.0%} to {high:.0%})"
    )


def _labels(labels: Mapping[tuple[str, str], int]) -> Iterator[str]:
    listed = sorted(labels.items(), key=lambda pair: (pair[0][0], -pair[1], pair[0][1]))
    for concept, pairs in groupby(listed, key=lambda pair: pair[0][0]):
        yield f"{concept} " + ", ".join(f"{label} {number}" for (_, label), number in pairs)


def _cause(rule: str, found: Dominant) -> str:
    place = found.place
    where = "quoted in the rule" if place.concept is None else ":".join(filter(None, (place.concept, place.label)))
    said = f"{rule}: without “{place.term}” ({where}) {found.share:.0%} of its matches would be lost"
    return click.style(said, fg="yellow")


def _exclusions(found: Sequence[Suggestion]) -> str:
    words = ", ".join(f"“{one.term}” ({one.irrelevant} of {one.irrelevant + one.relevant})" for one in found)
    return f"mainly in stories that readers found not relevant, so perhaps to be excluded: {words}"


def _dead(dead: Iterable[Listed]) -> Iterator[str]:
    dead = list(dead)
    if not dead:
        return
    yield ""
    yield click.style(f"{len(dead)} terms stand in no article:", fg="yellow")
    groups = [
        (place, list(found))
        for place, found in groupby(dead, key=lambda each: (each.concept, each.label, each.language))
    ]
    for (concept, label, language), found in groups[:_PLACES]:
        place = ":".join(filter(None, (concept, label))) or "quoted in rules"
        terms = [each.term for each in found]
        more = f" and {len(terms) - _NAMED} more" if len(terms) > _NAMED else ""
        yield f"  {place}{f' ({language})' if language else ''}: {', '.join(terms[:_NAMED])}{more}"
    if len(groups) > _PLACES:
        yield f"  and {sum(len(found) for _, found in groups[_PLACES:])} more terms; --json lists all"


# --- what changes ---------------------------------------------------------------------------------------------------


def _change(tried: Tried, found: Change, after: Version) -> Iterator[str]:
    span = tried.span
    was, now = (span.a_day(len(version.counts.every.rung)) for version in (tried.before, after))
    yield ""
    yield click.style("what the new version changes", bold=True)
    yield f"{len(found.added)} articles added, {len(found.dropped)} dropped; alerts a day {was:g} before, {now:g} after"
    rows = [
        (
            each.name if each.was in (None, each.name) else f"{each.name} (was {each.was})",
            each.fate.value,
            f"+{each.added}",
            f"-{each.dropped}",
            "",
        )
        for each in found.rules
    ]
    yield from (line.rstrip() for line in _table(("rule", "is", "added", "dropped", ""), rows))
    if found.labels or found.relabelled:
        pairs = (f"{concept}:{label} {a} to {b}" for (concept, label), (a, b) in found.labels.items())
        said = f"labels differ in {found.relabelled} articles that match in both"
        yield "; in all ".join(filter(None, (said, ", ".join(pairs))))
    for name, colour, samples in (("added", "green", tried.added), ("dropped", "red", tried.dropped)):
        for sample in samples:
            yield ""
            yield from _sample(sample, click.style(name, fg=colour))


def _samples(found: Version) -> Iterator[str]:
    for rule, samples in zip(found.rules, found.samples, strict=True):
        if samples:
            yield ""
            yield click.style(f"samples of {rule.name}", bold=True)
            for sample in samples:
                yield from _sample(sample, "")


def _sample(found: Sample, head: str) -> Iterator[str]:
    from bot.model import Basis
    from bot.tell import FEED_ONLY

    stored = found.stored
    date = f"{stored.published:%Y-%m-%d}" if stored.published else "undated"
    yield "  ".join(filter(None, (head, date, stored.source or "-", click.style(one_line(stored.title), bold=True))))
    yield f"    {one_line(stored.url)}"
    if found.sentence is not None:
        yield "    " + marked(safe(found.sentence.text), found.sentence.marks)
    if stored.basis == Basis.FEED:
        yield f"    {FEED_ONLY}"
    for rule, failed in found.why:
        yield f"    {rule}: {failed if len(failed) <= _REASON else failed[:_REASON] + ' ...'}"


def _local(tried: Tried, moment: object) -> str:
    from datetime import datetime

    assert isinstance(moment, datetime)
    return f"{moment.astimezone(tried.span.zone):%Y-%m-%d %H:%M}"


def _most(counts: Mapping[str | None, int]) -> list[tuple[str | None, int]]:
    return sorted(counts.items(), key=lambda pair: -pair[1])
