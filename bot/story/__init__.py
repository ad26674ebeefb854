"""What happened: which articles are one report, and what a story says of itself. Pure: it reads no database."""

from bot.story.copies import Likeness, Verdict, compare, titles_alike
from bot.story.record import best_report, counted, first_seen, headline, labels, published, sources, summary
from bot.story.sentences import Sentence, key_sentences, matched_sentence
from bot.story.sketch import Sketch, sketch

__all__ = [
    "Likeness",
    "Sentence",
    "Sketch",
    "Verdict",
    "best_report",
    "compare",
    "counted",
    "first_seen",
    "headline",
    "key_sentences",
    "labels",
    "matched_sentence",
    "published",
    "sketch",
    "sources",
    "summary",
    "titles_alike",
]
