"""Whether an expression holds for an article, by which hits, and if not, why not. It finds no terms itself."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.model import Article
from bot.watch.expression import About, And, AtLeast, Concept, Count, In, Near, Node, Not, Or, Quoted
from bot.watch.found import Found
from bot.watch.operands import Operand
from bot.watch.proximity import near
from bot.watch.text import SHIFT, Prepared
from bot.watch.uses import Hit


class Scope:
    """The stretch of an article an expression is judged on: the hits that stand in it."""

    def __init__(self, text: Prepared, hits: Mapping[Operand, Sequence[Hit]]) -> None:
        self.text = text
        self._hits = hits

    def of(self, operand: Operand) -> Sequence[Hit]:
        """The hits of an operand, in the order of the text."""
        return self._hits.get(operand, ())

    def any_of(self, operands: Collection[Operand]) -> Sequence[Hit]:
        """The hits of any of the operands."""
        return [hit for operand in self.present(operands) for hit in self.of(operand)]

    def present(self, operands: Collection[Operand]) -> Iterable[Operand]:
        """Those of the operands that may have hits here."""
        return [operand for operand in operands if operand in self._hits]

    def units(self, needed: Iterable[Collection[Operand]]) -> int:
        """A bit for each unit that may hold one of each group."""
        units = -1
        for group in needed:
            units &= sum({1 << hit.unit for operand in self.present(group) for hit in self.of(operand)})
        return units


class Whole(Scope):
    """All of an article, or one part of it."""

    def __init__(self, found: Found, part: str = "") -> None:
        super().__init__(found.text, {})
        self.found = found
        self.part = part
        self.known: dict[str, Any] = {}
        """What deciding an expression here found out, for the others."""
        self._parts: dict[str, Whole] = {}
        if part:
            self._low, self._high = (unit << SHIFT for unit in found.text.parts[part])

    def of(self, operand: Operand) -> Sequence[Hit]:
        """The hits of an operand, in the order of the text."""
        hits = self.found.hits(operand)
        return hits if not self.part else _between(hits, self._low, self._high)

    def has_any(self, operands: Collection[Operand]) -> bool:
        """Whether one of the operands is here."""
        if self.part:
            return any(map(self.of, operands))
        return self.found.has_any(operands)

    def any_of(self, operands: Collection[Operand]) -> Sequence[Hit]:
        """The hits of any of the operands."""
        return super().any_of(operands) if self.part else self.found.hits_of(operands)

    def present(self, operands: Collection[Operand]) -> Iterable[Operand]:
        """Those of the operands that may have hits here."""
        return self.found.present(operands)

    def units(self, needed: Iterable[Collection[Operand]]) -> int:
        """A bit for each unit that may hold one of each group."""
        units = self.found.places_of(self.part, by_sentence=False) if self.part else -1
        for group in needed:
            there = 0
            for operand in self.found.present(group):
                there |= self.found.places(operand, by_sentence=False)
            units &= there
            if not units:
                break
        return units

    def within(self, part: str) -> Whole:
        """The same for one part."""
        known = self._parts.get(part)
        if known is None:
            known = self._parts[part] = Whole(self.found, part)
        return known


def _between(hits: Sequence[Hit], low: int, high: int) -> Sequence[Hit]:
    """Of hits in the order of the text those whose first word is from `low` on and before `high`."""
    return hits[bisect_left(hits, (low,)) : bisect_left(hits, (high,))]


def solve(node: Node, scope: Scope) -> Sequence[Hit] | None:
    """The hits that make the expression true, or None where it does not hold. A true expression without hits (a
    `not`, a fact about the article) gives an empty list."""
    return _SOLVERS[type(node)](node, scope)


def _word(node: Quoted | Concept, scope: Scope) -> Sequence[Hit] | None:
    return scope.of(node.wanted) or None


def _and(node: And, scope: Scope) -> Sequence[Hit] | None:
    found: list[Hit] = []
    for operand in node.operands:
        hits = solve(operand, scope)
        if hits is None:
            return None
        found += hits
    return found


def _or(node: Or, scope: Scope) -> Sequence[Hit] | None:
    if node.words is not None:
        return scope.any_of(node.words) or None
    return _any(node.operands, scope, 1)


def _at_least(node: AtLeast, scope: Scope) -> Sequence[Hit] | None:
    return _any(node.operands, scope, node.number)


def _any(operands: Iterable[Node], scope: Scope, number: int) -> list[Hit] | None:
    answers = [hits for operand in operands if (hits := solve(operand, scope)) is not None]
    return [hit for hits in answers for hit in hits] if len(answers) >= number else None


def _not(node: Not, scope: Scope) -> Sequence[Hit] | None:
    return [] if solve(node.operand, scope) is None else None


def _in(node: In, scope: Scope) -> Sequence[Hit] | None:
    found: list[Hit] = []
    holds = False
    for piece in pieces(node, scope):
        hits = solve(node.operand, piece)
        if hits is not None:
            holds = True
            found += hits
    return found if holds else None


def _near(node: Near, scope: Scope) -> Sequence[Hit] | None:
    units = scope.units(node.needs)
    if not units:
        return None
    columns = []
    for group in node.needs:
        hits = [hit for hit in scope.any_of(group) if units >> hit.unit & 1]
        if not hits:
            return None
        columns.append(hits)
    return near(columns, node.distance, node.ordered) or None


def _count(node: Count, scope: Scope) -> Sequence[Hit] | None:
    found = solve(node.operand, scope) or ()
    return found if occurrences(found) >= node.number else None


def _about(node: About, scope: Scope) -> Sequence[Hit] | None:
    return [] if _fact(scope.text.article, node.fact) in node.values else None


_SOLVERS: Mapping[type[Any], Callable[[Any, Scope], Sequence[Hit] | None]] = {
    Quoted: _word,
    Concept: _word,
    And: _and,
    Or: _or,
    Not: _not,
    In: _in,
    Near: _near,
    AtLeast: _at_least,
    Count: _count,
    About: _about,
}


def pieces(node: In, scope: Scope, *, every: bool = False) -> Iterator[Scope]:
    """The part to judge; or the sentences or paragraphs in which the expression may hold: those that have what it
    needs. One without any hit stands for all of these, if it can hold there. `every`: those too that lack something."""
    text = scope.text
    if node.where in text.parts:
        assert isinstance(scope, Whole)  # a part stands in no part, sentence or paragraph
        yield scope.within(node.where)
        return
    units = -1 if every else scope.units(node.needs)
    if not units:
        return
    groups: dict[tuple[int, int], dict[Operand, list[Hit]]] = defaultdict(lambda: defaultdict(list))
    for operand in scope.present(node.leaves):
        for hit in scope.of(operand):
            unit = hit.unit
            if units >> unit & 1:
                sentence = text.sentence(unit, hit.start) if node.where == "sentence" else 0
                groups[unit, sentence][operand].append(hit)
    for place in sorted(groups):
        yield Scope(text, groups[place])
    nothing = Scope(text, {})
    if every or (not node.needs and solve(node.operand, nothing) is not None):
        # What is no part of an article, an empty title say, has no sentences.
        units_here = range(*text.parts[scope.part]) if isinstance(scope, Whole) else range(0)
        number = sum(len(text.breaks(unit)) + 1 for unit in units_here) if node.where == "sentence" else len(units_here)
        if len(groups) < number:
            yield nothing


def occurrences(hits: Iterable[Hit]) -> int:
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


def failed(node: Node, scope: Scope) -> Node:
    """The smallest sub-expression that does not hold. `node` must not hold."""
    return _failing(node, [scope])


def held(node: Node, scope: Scope) -> str:
    """The smallest alternative of an exclude that holds, in the words of its author: of `title(sport or history)` the
    `title(sport)`. `node` must hold."""
    match node:
        case Or(operands=operands):
            return next(held(operand, scope) for operand in operands if solve(operand, scope) is not None)
        case And(operands=operands):
            # What is there says more than what is not.
            there = [held(operand, scope) for operand in operands if not isinstance(operand, Not)]
            return " and ".join(there) or one_line(node)
        case In(where=where, operand=Or(operands=operands)):
            within = (
                replace(node, source=f"{where}({operand.source})", operand=operand, needs=()) for operand in operands
            )
            return next((held(part, scope) for part in within if solve(part, scope) is not None), one_line(node))
        case _:
            return one_line(node)


def one_line(node: Node) -> str:
    """An expression in the words of its author."""
    return " ".join(node.source.split())


def _failing(node: Node, scopes: Sequence[Scope]) -> Node:
    """The smallest node at or below this one that holds in none of the scopes."""
    match node:
        case And(operands=operands):
            return next((_failing(operand, scopes) for operand in operands if _nowhere(operand, scopes)), node)
        case In(operand=operand):
            inside = [piece for scope in scopes for piece in pieces(node, scope, every=True)]
            smallest = _failing(operand, inside)
            # What the article has, though not in the right place or not together, is not what failed.
            apart = smallest is operand and isinstance(operand, And)
            return smallest if not apart and _nowhere(smallest, scopes) else node
        case Near(operands=operands):
            return next((operand for operand in operands if _nowhere(operand, scopes)), node)
        case _:
            return node


def _nowhere(node: Node, scopes: Iterable[Scope]) -> bool:
    return all(solve(node, scope) is None for scope in scopes)
