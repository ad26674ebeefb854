"""Which of an article's steps are the same one told again, and which of the sentences is kept. It reads no text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.model import Labels, Part, Step
from bot.story.days import first_day

FROM_SENTENCE, FROM_PUBLICATION = "sentence", "published"
"""Where a step's date comes from."""

SAME = timedelta(days=10)
"""A report without a date of its own, printed so soon after a dated one, tells of the same step."""

QUARTER = timedelta(days=92)
"""A title may tell as its news what the article's beginning dates so long before."""


def once(steps: Sequence[Step]) -> list[Step]:
    """Of the same step with the same labels and date one; and none that a better dated one tells again."""
    best: dict[tuple[str, str, tuple[tuple[str, tuple[str, ...]], ...], str], Step] = {}
    for step in steps:
        key = step.concept, step.step, _pairs(step.labels), step.date
        if key not in best or _worth(step) > _worth(best[key]):
            best[key] = step
    listed = list(best.values())
    kept = [step for step in listed if not any(_tells_again(step, other) for other in listed)]
    return sorted(kept, key=lambda step: (step.date, step.rank, step.step))


def _pairs(labels: Labels) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(sorted((concept, tuple(values)) for concept, values in labels.items()))


def _worth(step: Step) -> tuple[bool, bool, int]:
    """The sentence that says the date before one that does not, the body before the title, the earlier one first."""
    return step.date_from == FROM_SENTENCE, step.part is not Part.TITLE, -(step.paragraph or 0)


def _tells_again(step: Step, other: Step) -> bool:
    """Whether another step says all that this one says, and when it was more exactly."""
    if other is step or (step.concept, step.step) != (other.concept, other.step) or not _within(step, other):
        return False
    if step.date == other.date:
        # Of two with the same labels there is one by now.
        return _names(step.labels) < _names(other.labels)
    if step.part is Part.TITLE and other.part is not Part.TITLE and not other.paragraph and _retold(step, other):
        return True
    if step.date_from == FROM_SENTENCE:
        return other.date_from == FROM_SENTENCE and other.date.startswith(step.date)
    if other.date_from != FROM_SENTENCE:
        return False
    return other.date == step.date[: len(other.date)] or first_day(step.date) - first_day(other.date) <= SAME


def _retold(step: Step, other: Step) -> bool:
    """Whether an undated title is told at once below with its date: *Japan delivers radar*, which was last month."""
    dated = step.date_from == FROM_PUBLICATION and other.date_from == FROM_SENTENCE
    return dated and first_day(step.date) - first_day(other.date) <= QUARTER


def _within(step: Step, other: Step) -> bool:
    return _names(step.labels) <= _names(other.labels)


def _names(labels: Mapping[str, tuple[str, ...]]) -> frozenset[tuple[str, str]]:
    return frozenset((concept, label) for concept, values in labels.items() for label in values)
