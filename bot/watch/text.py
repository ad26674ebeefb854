"""An article prepared for matching: its units, words and sentences under one numbering. It knows nothing of rules."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from bot.model import Article, Part
from bot.watch import sentences, words


@dataclass(frozen=True, slots=True)
class Unit:
    """The title, the standfirst or a paragraph; `first_sentence` is the number of its first sentence."""

    part: Part
    paragraph: int | None
    text: str
    breaks: tuple[int, ...]
    first_sentence: int
    is_lead: bool

    def sentence_at(self, offset: int) -> int:
        """The sentence, counted within this unit, that character `offset` stands in."""
        return bisect_right(self.breaks, offset)

    def sentence_span(self, sentence: int) -> tuple[int, int]:
        """Where the unit's `sentence` begins and ends."""
        edges = (0, *self.breaks, len(self.text))
        return edges[sentence], edges[sentence + 1]


@dataclass(frozen=True, slots=True)
class Prepared:
    """All units on one line. `starts[i]` is where word i begins on the line; `word_units[i]` is its unit.
    A word's position counts through the article; `spans[i]` is its place in the text of its unit."""

    article: Article
    units: tuple[Unit, ...]
    line: str
    starts: list[int]
    word_units: list[int]
    spans: list[tuple[int, int]]

    @property
    def sentence_count(self) -> int:
        """How many sentences there are in all."""
        return self.units[-1].first_sentence + len(self.units[-1].breaks) + 1 if self.units else 0

    def word_at(self, offset: int) -> int:
        """The number of the word that stands at `offset` of the line."""
        return bisect_right(self.starts, offset) - 1


def prepare(article: Article) -> Prepared:
    """The article's title, standfirst and paragraphs as units, folded and numbered."""
    standfirst = article.standfirst
    parts: list[tuple[Part, int | None, str, bool]] = [(Part.TITLE, None, article.title, False)]
    if standfirst:
        parts.append((Part.LEAD, None, standfirst, True))
    parts += [(Part.BODY, n, text, n == 0 and not standfirst) for n, text in enumerate(article.paragraphs)]

    units: list[Unit] = []
    lines: list[str] = []
    starts: list[int] = []
    word_units: list[int] = []
    spans: list[tuple[int, int]] = []
    length = sentence = 0
    for part, paragraph, text, is_lead in parts:
        breaks = sentences.breaks(text, article.language)
        found = words.words(text)
        line, begins = words.line(found, text, breaks)
        starts += [length + begin for begin in begins]
        word_units += [len(units)] * len(found)
        spans += [(word.start, word.end) for word in found]
        units.append(Unit(part, paragraph, text, tuple(breaks), sentence, is_lead))
        lines.append(line)
        length += len(line) + 1
        sentence += len(breaks) + 1
    return Prepared(article, tuple(units), "\n".join(lines), starts, word_units, spans)
