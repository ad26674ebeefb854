"""The steps of a window as a short dated list, each with its source. It finds and judges none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import Report, Step
from bot.speech import gettext as _
from bot.speech import ngettext
from bot.story.steps import FROM_SENTENCE
from bot.tell.tree import Bold, Link, Node, Text
from bot.tell.wording import Names, label_names, local_day, outlet, short, step_name, without_year

MOST = 15
"""Steps listed; the rest are counted."""

TITLE_CHARS = 110


@dataclass(frozen=True, slots=True)
class Dated:
    """A step, the report that says so, and how many outlets have it."""

    step: Step
    report: Report
    outlets: int = 1


def step_list(found: Sequence[Dated], names: Names, year: int) -> list[Node]:
    """The steps by date, each a line that links its report."""
    nodes: list[Node] = [Bold(_("Steps").upper())]
    for each in found[:MOST]:
        step = each.step
        day = without_year(local_day(step.date), year)
        # Where no sentence says when, it is known to have happened by the day of the report.
        when = day if step.date_from == FROM_SENTENCE else _("by {day}").format(day=day)
        concerned = ", ".join(label_names(step.labels, names))
        nodes += [
            Text(f"\n• {when}: "),
            Bold(step_name(step.step)),
            Text(f"{f', {concerned}' if concerned else ''}: "),
            Link(each.report.article.url, short(each.report.article.title, TITLE_CHARS)),
            Text(f" ({outlet(each.report)}{f' +{each.outlets - 1}' if each.outlets > 1 else ''})"),
        ]
    if len(found) > MOST:
        more = ngettext("and {number} step more", "and {number} steps more", len(found) - MOST)
        nodes.append(Text("\n… " + more.format(number=len(found) - MOST)))
    return nodes
