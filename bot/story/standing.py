"""How far a story has come, and which of its reports says so. It reads no database, and finds no steps in a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.model import Report, Step, Story
from bot.story.chronicle import current_step
from bot.story.record import report_for

Steps = Mapping[int, Sequence[Step]]
"""The steps that articles report, by article."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A story's highest step that is its news, dated as well as any report dates it, and the report that says it in the
    step's sentence."""

    step: Step
    report: Report


def standing(story: Story, steps: Steps, language: str | None = None) -> Standing | None:
    """Where the story stands by its reports alone, whatever other articles say; None without a step of its own. Of the
    reports that say so it is the best one in the reader's language, else the best one."""
    told = [step for report in story.reports for step in steps.get(report.article_id, ())]
    now = current_step(told, story)
    if now is None:
        return None
    saying = {
        report.article_id: own for report in story.reports if (own := _saying(report, now, steps, story)) is not None
    }
    report = report_for(
        replace(story, reports=tuple(each for each in story.reports if each.article_id in saying)), language
    )
    return Standing(replace(saying[report.article_id], date=now.date, date_from=now.date_from), report)


def own_step(story: Story, steps: Steps, article_id: int) -> int | None:
    """The rank of the step that is news in this report of the story; None where none is."""
    own = current_step(steps.get(article_id, ()), story)
    return None if own is None else own.rank


def _saying(report: Report, now: Step, steps: Steps, story: Story) -> Step | None:
    """How a report says where the story stands: as its own news, or in the very sentence that was found."""
    own = current_step(steps.get(report.article_id, ()), story)
    if own is not None and (own.concept, own.step) == (now.concept, now.step):
        return own
    return now if now in steps.get(report.article_id, ()) else None
