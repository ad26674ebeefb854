"""What happened: which articles are one report, and what a story says of itself. Pure: it reads no database."""

from bot.story.copies import Likeness, Verdict, compare, titles_alike
from bot.story.passages import key_passages, key_sentences
from bot.story.record import (
    Quoted,
    best_report,
    counted,
    evidence_of,
    first_seen,
    headline,
    labels,
    languages,
    published,
    report_for,
    sources,
    summary,
)
from bot.story.sentences import Sentence, matched_sentence
from bot.story.sketch import Sketch, sketch
from bot.story.steps import find_steps

__all__ = [
    "Likeness",
    "Quoted",
    "Sentence",
    "Sketch",
    "Verdict",
    "best_report",
    "compare",
    "counted",
    "evidence_of",
    "find_steps",
    "first_seen",
    "headline",
    "key_passages",
    "key_sentences",
    "labels",
    "languages",
    "matched_sentence",
    "published",
    "report_for",
    "sketch",
    "sources",
    "summary",
    "titles_alike",
]
