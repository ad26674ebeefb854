"""Words, places and lists in the words of a person, for what is said of a miss. It judges nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.model import Part
from bot.watch.evaluate import one_line
from bot.watch.expression import Concept, Node, Quoted
from bot.watch.terms import Term
from bot.watch.text import SHIFT, Prepared
from bot.watch.uses import Hit

LONGEST = 160
"""About as much as is read at a glance, in characters."""

_LONGEST_NAME = 40

_MOST_ITEMS = 4

_MOST_PLACES = 3


def name(node: Node) -> str:
    """What a node is called: a concept by its name, a term in quotes, all else as its author wrote it."""
    match node:
        case Quoted(term=term):
            return quoted(term)
        case Concept(name=concept, label=label):
            return concept if label is None else f"{concept}:{label}"
        case _:
            return cut(one_line(node), _LONGEST_NAME)


def quoted(term: Term) -> str:
    """A term in quotes."""
    return f"“{cut(' '.join(term.text.split()), _LONGEST_NAME)}”"


def shown(text: Prepared, first: int, last: int) -> str:
    """The words `first` to `last` as they stand in the article, on one line."""
    start, end, _ = text.place(first, last)
    return cut(" ".join(text.units[first >> SHIFT].text[start:end].split()), _LONGEST_NAME)


def unit(text: Prepared, number: int) -> str:
    """What a unit is called; paragraphs count from 1."""
    part, paragraph, _ = text.units[number]
    return {Part.TITLE: "the title", Part.LEAD: "the standfirst"}.get(part) or f"paragraph {(paragraph or 0) + 1}"


def place(text: Prepared, hit: Hit | None, where: str) -> str:
    """What the part, sentence or paragraph is called in which a hit stands; a part has its name without one."""
    match where:
        case "sentence" if hit is not None:
            return sentences(text, [hit])
        case "paragraph" if hit is not None:
            return unit(text, hit.unit)
        case _:
            return f"the {where}"


def sentences(text: Prepared, hits: Iterable[Hit]) -> str:
    """The sentences in which hits stand, a few of many; the title is one."""
    numbers = sorted({(hit.unit, text.place(hit.first, hit.last)[2] + 1) for hit in hits})
    return listed(
        [
            unit(text, number) if text.units[number].part is Part.TITLE else f"sentence {nth} of {unit(text, number)}"
            for number, nth in numbers
        ],
        most=2,
    )


def places(text: Prepared, hits: Iterable[Hit]) -> str:
    """The units in which hits stand, a few of many."""
    numbers = sorted({hit.unit for hit in hits})
    named = [unit(text, number) for number in numbers if text.units[number].part is not Part.BODY]
    paragraphs = [str((text.units[number].paragraph or 0) + 1) for number in numbers[len(named) :]]
    if paragraphs:
        word = "paragraph" if len(paragraphs) == 1 else "paragraphs"
        named.append(f"{word} {listed(paragraphs, most=_MOST_PLACES)}")
    return listed(named)


def listed(items: Sequence[str], joint: str = "and", most: int = _MOST_ITEMS) -> str:
    """`a, b and c`; of too many the first, and how many more."""
    if len(items) > most:
        items = [*items[: most - 1], f"{len(items) - most + 1} more"]
    *others, last = items
    return f"{', '.join(others)} {joint} {last}" if others else last


def cut(text: str, length: int) -> str:
    """The text, shortened where it is longer."""
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def fitted(clauses: Sequence[str]) -> str:
    """As many of the clauses as may be read at a glance, in one line; nothing of none."""
    kept: list[str] = []
    for clause in dict.fromkeys(clauses):
        if kept and len("; ".join([*kept, clause])) > LONGEST:
            continue
        kept.append(cut(clause, LONGEST))
    return "; ".join(kept)
