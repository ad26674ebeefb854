"""Whether an expression holds for an article, by which hits, and if not, why not. It finds no terms itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.model import Article, Part
from bot.watch.expression import About, And, AtLeast, Concept, Count, In, Near, Node, Not, Or, Quoted
from bot.watch.lexicon import Hit
from bot.watch.text import Prepared


@dataclass(frozen=True, slots=True)
class Scope:
    """The stretch of an article an expression is judged on: its hits, in the order of the text."""

    text: Prepared
    hits: Sequence[Hit]

    def narrowed(self, hits: Iterable[Hit]) -> Scope:
        """The same article with only these hits."""
        return Scope(self.text, list(hits))


def solve(node: Node, scope: Scope) -> list[Hit] | None:
    """The hits that make the expression true, or None where it does not hold. A true expression without hits (a
    `not`, a fact about the article) gives an empty list."""
    match node:
        case Quoted() | Concept():
            return _hits(node, scope) or None
        case And(operands=operands):
            return _all(operands, scope)
        case Or(operands=operands):
            return _any(operands, scope, 1)
        case AtLeast(number=number, operands=operands):
            return _any(operands, scope, number)
        case Not(operand=operand):
            return [] if solve(operand, scope) is None else None
        case In(where=where, operand=operand):
            return _within(where, operand, scope)
        case Near():
            return _near(node, scope)
        case Count(number=number, operand=operand):
            found = _hits(operand, scope)
            return found if _occurrences(found) >= number else None
        case About(fact=fact, values=values):
            return [] if _fact(scope.text.article, fact) in values else None


def _hits(node: Node, scope: Scope) -> list[Hit]:
    """The hits of a term, a concept, a label, or a group of these."""
    match node:
        case Quoted(term=term):
            return [hit for hit in scope.hits if hit.use.concept is None and hit.use.term == term]
        case Concept(name=name, label=None):
            return [hit for hit in scope.hits if hit.use.concept == name]
        case Concept(name=name, label=label):
            return [hit for hit in scope.hits if hit.use.concept == name and hit.use.label == label]
        case Or(operands=operands):
            return [hit for operand in operands for hit in _hits(operand, scope)]
        case _:
            raise AssertionError(node)


def _all(operands: Iterable[Node], scope: Scope) -> list[Hit] | None:
    found: list[Hit] = []
    for operand in operands:
        hits = solve(operand, scope)
        if hits is None:
            return None
        found += hits
    return found


def _any(operands: Iterable[Node], scope: Scope, number: int) -> list[Hit] | None:
    answers = [hits for operand in operands if (hits := solve(operand, scope)) is not None]
    return [hit for hits in answers for hit in hits] if len(answers) >= number else None


def _within(where: str, operand: Node, scope: Scope) -> list[Hit] | None:
    if where in ("title", "lead", "body"):
        return solve(operand, scope.narrowed(hit for hit in scope.hits if _in_part(scope.text, hit, where)))
    answers = [hits for piece in _pieces(where, operand, scope) if (hits := solve(operand, piece)) is not None]
    return [hit for hits in answers for hit in hits] if answers else None


def _in_part(text: Prepared, hit: Hit, where: str) -> bool:
    unit = text.units[hit.unit]
    return unit.is_lead if where == "lead" else unit.part is (Part.TITLE if where == "title" else Part.BODY)


def _pieces(where: str, operand: Node, scope: Scope) -> Iterator[Scope]:
    """The sentences or paragraphs to judge: those with a hit, and an empty one if the expression could hold there."""
    groups: dict[int, list[Hit]] = {}
    for hit in scope.hits:
        groups.setdefault(hit.sentence if where == "sentence" else hit.unit, []).append(hit)
    for hits in groups.values():
        yield scope.narrowed(hits)
    pieces = scope.text.sentence_count if where == "sentence" else len(scope.text.units)
    if len(groups) < pieces:
        yield scope.narrowed(())


def _near(node: Near, scope: Scope) -> list[Hit] | None:
    """Every hit that takes part in some satisfying choice. A choice lies in a stretch that begins with one of its
    hits, so it is enough to open a window at each hit."""
    columns = [_hits(operand, scope) for operand in node.operands]
    if not all(columns):
        return None
    part: dict[Hit, None] = {}
    for unit in {hit.unit for hit in columns[0]}:
        inside = [[hit for hit in column if hit.unit == unit] for column in columns]
        if not all(inside):
            continue
        for begin in sorted({hit.first for column in inside for hit in column}):
            limit = begin + node.distance
            window = [[hit for hit in column if hit.first >= begin and hit.last <= limit] for column in inside]
            if all(window):
                chosen = _ordered(window) if node.ordered else window
                part.update(dict.fromkeys(hit for column in chosen for hit in column))
    return list(part) or None


def _ordered(window: list[list[Hit]]) -> list[list[Hit]]:
    """Of each column, the hits that belong to a choice in the written order: one begins after the one before it
    began."""
    kept = [sorted(window[0], key=lambda hit: hit.first)]
    for column in window[1:]:
        kept.append([hit for hit in column if kept[-1] and hit.first > kept[-1][0].first])
        kept[-1].sort(key=lambda hit: hit.first)
    if not kept[-1]:
        return []
    for index in range(len(kept) - 2, -1, -1):
        latest = kept[index + 1][-1].first
        kept[index] = [hit for hit in kept[index] if hit.first < latest]
    return kept


def _occurrences(hits: Iterable[Hit]) -> int:
    """How many hits there are when overlapping ones count once."""
    number, end = 0, -1
    for hit in sorted(hits, key=lambda hit: (hit.first, -hit.last)):
        if hit.first > end:
            number += 1
            end = hit.last
    return number


def _fact(article: Article, fact: str) -> str | None:
    source = article.source
    match fact:
        case "lang":
            return article.language
        case "source":
            return source.name if source else None
        case "country":
            return source.country if source else None
        case _:
            return str(source.tier) if source else None


def failed(node: Node, scope: Scope) -> str:
    """The smallest sub-expression that does not hold, in the words of its author. `node` must not hold."""
    match node:
        case And(operands=operands):
            return next(failed(operand, scope) for operand in operands if solve(operand, scope) is None)
        case In(operand=operand) if solve(operand, scope) is None:
            return failed(operand, scope)
        case Near(operands=operands):
            return next((operand.source for operand in operands if not _hits(operand, scope)), node.source)
        case _:
            return node.source
