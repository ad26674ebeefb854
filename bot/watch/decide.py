"""Whether an expression holds for an article: the quick half of judging it. By which hits it holds is another question,
asked of the few rules that do.

Sentences and paragraphs are bits of a number here, and what holds in them is found by `&`, `|` and `~`. What one rule
had to work out of an article is kept for the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.watch.evaluate import Whole, occurrences, solve
from bot.watch.expression import About, And, AtLeast, Concept, Count, In, Near, Node, Not, Or, Quoted
from bot.watch.found import Found
from bot.watch.operands import Operand
from bot.watch.proximity import narrowest, near
from bot.watch.uses import Hit


def holds(node: Node, scope: Whole) -> bool:
    """Whether the expression is true."""
    return _DECIDERS[type(node)](node, scope)


def _word(node: Quoted | Concept, scope: Whole) -> bool:
    return scope.has_any((node.wanted,))


def _and(node: And, scope: Whole) -> bool:
    for operand in node.operands:  # noqa: SIM110 - a generator costs as much as what it asks
        if not _DECIDERS[type(operand)](operand, scope):
            return False
    return True


def _or(node: Or, scope: Whole) -> bool:
    if node.words is not None:
        return scope.has_any(node.words)
    return any(holds(operand, scope) for operand in node.operands)


def _at_least(node: AtLeast, scope: Whole) -> bool:
    return sum(holds(operand, scope) for operand in node.operands) >= node.number


def _not(node: Not, scope: Whole) -> bool:
    return not holds(node.operand, scope)


def _near(node: Near, scope: Whole) -> bool:
    return bool(scope.units(node.needs)) and bool(_Places(scope, by_sentence=False).of(node))


def _count(node: Count, scope: Whole) -> bool:
    found = scope.found
    there = tuple(found.present(_operands(node.operand)))
    if not there:
        return False
    key = "count", there, scope.part
    known: int | None = found.known.get(key)
    if known is None:
        known = found.known[key] = occurrences(scope.any_of(there))
    return known >= node.number


def _about(node: About, scope: Whole) -> bool:
    return solve(node, scope) is not None


def _in(node: In, scope: Whole) -> bool:
    if node.where in scope.text.parts:
        return holds(node.operand, scope.within(node.where))
    # Where none of what it needs can be, no sentence is looked for.
    if not scope.units(node.needs):
        return False
    places = _Places(scope, by_sentence=node.where == "sentence")
    # All sentences that matter get their bits before `not` asks for those that are left.
    for operand in scope.found.present(node.leaves):
        places.of_operand(operand)
    return places.of(node.operand) != 0


_DECIDERS: Mapping[type[Any], Callable[[Any, Whole], bool]] = {
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


class _Places:
    """The sentences or the paragraphs of a scope: for an expression, a bit for each one in which it holds."""

    def __init__(self, scope: Whole, *, by_sentence: bool) -> None:
        self._scope = scope
        self._found: Found = scope.found
        self._by_sentence = by_sentence

    def of(self, node: Node) -> int:
        """Where the expression holds."""
        match node:
            case Quoted(wanted=wanted) | Concept(wanted=wanted):
                return self.of_operand(wanted)
            case Or(words=words) if words is not None:
                bits = 0
                for word in self._found.present(words):
                    bits |= self.of_operand(word)
                return bits
            case And(operands=operands):
                bits = -1
                for operand in operands:
                    bits &= self.of(operand)
                    if not bits:
                        return 0
                return bits
            case Or(operands=operands):
                return _enough(1, [self.of(operand) for operand in operands])
            case AtLeast(number=number, operands=operands):
                return _enough(number, [self.of(operand) for operand in operands])
            case Not(operand=negated):
                bits = self.of(negated)
                return self._found.every_place(self._by_sentence, self._scope.part) & ~bits
            case Near():
                return self._near(node)
            case Count(number=number, operand=counted):
                return self._least(number, "counts", tuple(self._found.present(_operands(counted))))
            case _:
                raise AssertionError(node)

    def of_operand(self, operand: Operand) -> int:
        """Where a word stands."""
        bits = self._found.places(operand, self._by_sentence)
        return bits & self._found.places_of(self._scope.part, self._by_sentence) if self._scope.part else bits

    def _near(self, node: Near) -> int:
        there = tuple(tuple(self._found.present(group)) for group in node.needs)
        if not all(there):
            return 0
        if not node.ordered:
            return self._least(-node.distance, "reaches", there)
        key = "before", there, node.distance, self._by_sentence, self._scope.part
        if key not in self._found.known:
            columns = [self._by_place(group) for group in there]
            self._found.known[key] = sum(
                1 << place
                for place in set(columns[0]).intersection(*columns[1:])
                if near([column[place] for column in columns], node.distance, ordered=True)
            )
        bits: int = self._found.known[key]
        return bits

    def _least(self, number: int, kind: str, there: tuple[Any, ...]) -> int:
        """The places whose measure is at least `number`: how often something stands there, or, below zero, how near to
        each other several things come."""
        key = kind, there, self._by_sentence, self._scope.part
        measures: dict[int, int] | None = self._found.known.get(key)
        if measures is None:
            measures = self._counts(there) if kind == "counts" else self._reaches(there)
            self._found.known[key] = measures
        cut = (*key, number)
        if cut not in self._found.known:
            self._found.known[cut] = sum(1 << place for place, measure in measures.items() if measure >= number)
        bits: int = self._found.known[cut]
        return bits

    def _counts(self, there: tuple[Operand, ...]) -> dict[int, int]:
        return {place: occurrences(hits) for place, hits in self._by_place(there).items()}

    def _reaches(self, there: tuple[tuple[Operand, ...], ...]) -> dict[int, int]:
        columns = [self._by_place(group) for group in there]
        places = set(columns[0]).intersection(*columns[1:])
        return {place: -narrowest([column[place] for column in columns]) for place in places}

    def _by_place(self, operands: Sequence[Operand]) -> Mapping[int, list[Hit]]:
        """The hits of any of the operands, by the number of the place's bit."""
        by_place: dict[int, list[Hit]] = defaultdict(list)
        for hit in self._scope.any_of(operands):
            by_place[self._found.place_of(hit, self._by_sentence)].append(hit)
        return by_place


def _operands(node: Node) -> frozenset[Operand]:
    """What a word, or a list of words, looks for."""
    match node:
        case Quoted(wanted=wanted) | Concept(wanted=wanted):
            return frozenset([wanted])
        case Or(words=words) if words is not None:
            return words
        case _:
            raise AssertionError(node)


def _enough(number: int, bits: list[int]) -> int:
    """Where at least `number` of them have their bit."""
    reached = [-1, *([0] * number)]
    for one in bits:
        for level in range(number, 0, -1):
            reached[level] |= reached[level - 1] & one
    return reached[number]
