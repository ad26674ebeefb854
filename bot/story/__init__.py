"""What happened: which articles are one report, and what a story says of itself. Pure: it reads no database."""

from bot.story.copies import Likeness, Verdict, compare, titles_alike
from bot.story.passages import key_passages, key_sentences
from bot.story.record import best_report, counted, first_seen, headline, labels, published, sources, summary
from bot.story.sentences import Sentence, matched_sentence
from bot.story.sketch import Sketch, sketch
from bot.story.steps import find_steps

__all__ = [
    "Likeness",
    "Sentence",
    "Sketch",
    "Verdict",
    "best_report",
    "compare",
    "counted",
    "find_steps",
    "first_seen",
    "headline",
    "key_passages",
    "key_sentences",
    "labels",
    "matched_sentence",
    "published",
    "sketch",
    "sources",
    "summary",
    "titles_alike",
]
