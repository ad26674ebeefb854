"""Which stories of a digest stand where: sections by label, each story once, no more than a reader has patience for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.model import Part, Story
from bot.story import best_report, labels
from bot.tell.rank import Ranked

OTHER = ""
"""The section of stories without a label."""

_WEIGHT: Mapping[Part, int] = {Part.TITLE: 5, Part.LEAD: 2, Part.BODY: 1}
"""What a word counts for the label it stands for: the headline says what a report is about."""


@dataclass(frozen=True, slots=True)
class Caps:
    """How much of a digest is shown: `stories` at length in all and `per_section` in each, then `more` headlines."""

    stories: int = 20
    per_section: int = 6
    more: int = 30


@dataclass(slots=True)
class Section:
    """The stories that are mainly about one label, the weightiest first: those shown at length, those of which only
    the headline is, and how many there are besides."""

    label: str
    shown: list[Ranked] = field(default_factory=list)
    headlines: list[Ranked] = field(default_factory=list)
    unnamed: int = 0

    @property
    def stories(self) -> int:
        """All of them."""
        return len(self.shown) + len(self.headlines) + self.unnamed


def smaller(caps: Caps) -> Caps:
    """Caps that show about three quarters of the stories."""
    return Caps(caps.stories * 3 // 4, caps.per_section, caps.more * 3 // 4)


def main_label(story: Story, concept: str | None) -> str:
    """The label of a concept that a story is mainly about; `OTHER` without one. It is the one with the most evidence,
    in the headline of the best report above all; of equal ones the first that was found."""
    found = labels(story).get(concept or "", ())
    if not found:
        return OTHER
    best = best_report(story).article_id
    weight: Counter[str] = Counter()
    titled: Counter[str] = Counter()
    for report in story.reports:
        for piece in {piece for match in report.matches for piece in match.evidence if piece.concept == concept}:
            weight[piece.label or ""] += _WEIGHT[piece.part]
            titled[piece.label or ""] += report.article_id == best and piece.part is Part.TITLE
    return max(found, key=lambda label: (titled[label] > 0, weight[label], -found.index(label)))


def sections(ranked: Iterable[Ranked], concept: str | None, caps: Caps) -> Sequence[Section]:
    """The stories, given the weightiest first, in sections: the one with the weightiest story first, stories without a
    label last. Without a concept there is one section, as long as the digest."""
    found: dict[str, Section] = {}
    shown = named = 0
    of_one = caps.per_section if concept else caps.stories
    for each in ranked:
        label = main_label(each.item.story, concept)
        section = found.setdefault(label, Section(label))
        if shown < caps.stories and len(section.shown) < of_one:
            section.shown.append(each)
            shown += 1
        elif named < caps.more:
            section.headlines.append(each)
            named += 1
        else:
            section.unnamed += 1
    return sorted(found.values(), key=lambda section: section.label == OTHER)
