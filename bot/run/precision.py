"""How well each rule does by what readers said of its stories, and what could keep the unwanted ones out. It changes no
rule.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model import Story
from bot.run.engine import Configuration
from bot.speech import gettext as _
from bot.speech import ngettext
from bot.store import feedback, stories
from bot.store.database import Database
from bot.story import best_report
from bot.story.precision import Judged, Precision, Suggestion, suggestions
from bot.tell import Bold, Node, Text

LOOKING_BACK = timedelta(days=90)
"""Older verdicts are mostly on rules that have been changed since."""

MOST_STORIES = 400
"""Judged stories read of one watchlist, the latest: each comes with its text."""

_AT_ONCE = 25
"""Stories of one query: between two others have their turn."""

MOST_RULES = 12
"""Rules listed in a chat; the rest are counted."""

_TERMS = 3
_PARAGRAPHS = 6
"""Of a story's text as many paragraphs as say what it is about."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What readers said of one rule, and the words that would be worth an exclusion."""

    precision: Precision
    exclusions: tuple[Suggestion, ...]


async def readings(database: Database, config: Configuration, now: datetime) -> list[Reading]:
    """Every rule whose stories have a verdict of the last 90 days, in the order of watchlists and rules. Raises
    StoreError."""
    result: list[Reading] = []
    for name, watchlist in config.watchlists.lists.items():
        async with database.read() as connection:
            said = await feedback.verdicts(connection, name, now - LOOKING_BACK)
            latest = sorted(said, reverse=True)[:MOST_STORIES]
            found: list[Story] = []
            for start in range(0, len(latest), _AT_ONCE):
                chunk = latest[start : start + _AT_ONCE]
                found += await stories.load_stories(connection, name, chunk, config.sources)
        if found:
            rules = [rule.name for rule in watchlist.rules]
            result += await asyncio.to_thread(_readings, name, rules, found, said)
    return result


def _readings(
    watchlist: str, rules: Sequence[str], found: Sequence[Story], said: Mapping[int, tuple[int, int]]
) -> list[Reading]:
    by_rule: dict[str, list[Story]] = defaultdict(list)
    for story in found:
        for rule in {match.rule for report in story.reports for match in report.matches}:
            by_rule[rule].append(story)
    return [_reading(watchlist, rule, by_rule[rule], said) for rule in rules if by_rule[rule]]


def _reading(watchlist: str, rule: str, found: Sequence[Story], said: Mapping[int, tuple[int, int]]) -> Reading:
    relevant = sum(said[story.id][0] for story in found)
    given = sum(sum(said[story.id]) for story in found)
    own = {
        piece.text
        for story in found
        for report in story.reports
        for match in report.matches
        if match.rule == rule
        for piece in match.evidence
    }
    judged = (Judged(_text(story), *said[story.id]) for story in found)
    precision = Precision(watchlist, rule, relevant, given, len(found))
    return Reading(precision, tuple(suggestions(judged, own)))


def _text(story: Story) -> str:
    article = best_report(story).article
    return "\n".join((article.title, article.standfirst, *article.paragraphs[:_PARAGRAPHS]))


# --- for readers ----------------------------------------------------------------------------------------------------


def nodes(found: Sequence[Reading]) -> list[Node]:
    """What readers said of the rules, for a message: those that do worst first. Nothing where they said nothing."""
    if not found:
        return []
    worst = sorted(found, key=lambda reading: (reading.precision.interval[1], reading.precision.rule))
    result: list[Node] = [Text("\n"), Bold(_("Readers, {number} days").format(number=LOOKING_BACK.days))]
    for reading in worst[:MOST_RULES]:
        result.append(Text(f"\n{_said(reading.precision)}"))
        if reading.exclusions:
            result.append(Text(f"\n{_exclusions(reading.exclusions)}"))
    if len(worst) > MOST_RULES:
        more = len(worst) - MOST_RULES
        said = ngettext("and {number} rule that does better", "and {number} rules that do better", more)
        result.append(Text("\n" + said.format(number=more)))
    return result


def _said(found: Precision) -> str:
    low, high = found.interval
    sentence = ngettext(
        "{rule}: {share} relevant ({relevant} of {number} verdict; most likely {low} to {high})",
        "{rule}: {share} relevant ({relevant} of {number} verdicts; most likely {low} to {high})",
        found.given,
    )
    return sentence.format(
        rule=f"{found.watchlist}/{found.rule}",
        share=f"{found.share:.0%}",
        relevant=found.relevant,
        number=found.given,
        low=f"{low:.0%}",
        high=f"{high:.0%}",
    )


def _exclusions(found: Sequence[Suggestion]) -> str:
    one_of = _("“{term}” ({number} of {all})")
    terms = ", ".join(
        one_of.format(term=one.term, number=one.irrelevant, all=one.irrelevant + one.relevant) for one in found[:_TERMS]
    )
    return _("mainly in what was not relevant, so perhaps to be excluded: {terms}").format(terms=terms)
