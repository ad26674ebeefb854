"""Whether a story is one that a subscription wants, and why not. It decides nothing else, and tells nobody."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.model import Priority, Story, Wants
from bot.story import labels
from bot.tell.policy import loudest

TIERS = (1, 2)
"""The tiers that may be asked for: official and wire, or quality press as well. Asking for the third is asking for
all."""


@dataclass(frozen=True, slots=True)
class LabelName:
    """A label that may be asked for, `concept:label`, and what a reader calls it."""

    id: str
    called: str


class Unwanted(StrEnum):
    """Why a subscription does not want a story. Any of them may pass when more is reported."""

    NOT_URGENT = "not_urgent"
    OTHER_LABELS = "other_labels"
    OTHER_LANGUAGES = "other_languages"
    LOWER_TIER = "lower_tier"


def unwanted(wants: Wants, story: Story, priority: Priority | None) -> Unwanted | None:
    """None where the story is wanted. One label, one report in one of the languages and one report of a source of the
    tier are enough; `priority` is how loudly it speaks."""
    if wants.urgent_only and priority is not Priority.URGENT:
        return Unwanted.NOT_URGENT
    if wants.labels and not {f"{name}:{each}" for name, found in labels(story).items() for each in found} & set(
        wants.labels
    ):
        return Unwanted.OTHER_LABELS
    articles = [report.article for report in story.reports]
    if wants.languages and not any(article.language in wants.languages for article in articles):
        return Unwanted.OTHER_LANGUAGES
    if wants.tier is not None and not any(
        article.source is not None and article.source.tier <= wants.tier for article in articles
    ):
        return Unwanted.LOWER_TIER
    return None


def loudness(story: Story) -> Priority | None:
    """The loudest match of all that count in the story."""
    return loudest(match.priority for report in story.reports for match in report.matches)
