"""What an alert quotes besides the sentence that matched: two key sentences of one report, or none. It writes nothing
anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.model import Report
from bot.story import key_passages
from bot.story.passages import Soundness, judged
from bot.tell.tree import Link, Node, Quote, Text
from bot.tell.wording import outlet

SENTENCES = 2
"""One sentence alone is the lead, which mostly says the headline once more; three are the article."""

_LOOKED_AT = 6
"""The best so many are looked at for sound ones."""


def excerpt(report: Report, shown: Sequence[str], *, named: bool) -> Quote | None:
    """The folded quotation below an alert that says `shown` already, its headline and its sentence: nothing repeats
    those, and nothing is quoted that cannot stand alone. None where the text has fewer than two such sentences.
    `named`: with the outlet, whose article it is of."""
    # What stands in the message counts as the headline, which no key sentence repeats.
    article = replace(report.article, title="\n".join([report.article.title, *shown]))
    found = key_passages(article, report.matches, _LOOKED_AT)
    sound = [one for one in found if judged(one.text) is Soundness.SOUND]
    # The first says what happened; of the others one with what was looked for, late ones no rather than early ones.
    best = sorted(sound[1:], key=lambda one: -min(len(one.marks), 2))[: SENTENCES - 1]
    chosen = [one.text for one in sound if one is sound[0] or one in best]
    if len(chosen) < SENTENCES:
        return None
    nodes: list[Node] = [Text("\n".join(" ".join(text.split()) for text in chosen))]
    if named:
        nodes += [Text(" ("), Link(report.article.url, outlet(report)), Text(")")]
    return Quote(*nodes, expandable=True)
