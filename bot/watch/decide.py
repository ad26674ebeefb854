"""Whether an expression holds for an article: the quick half of judging it. By which hits it holds is another question,
asked of the few rules that do.

Sentences and paragraphs are bits of a number here, and what holds in them is found by `&`, `|` and `~`. What one rule
had to work out of an article is kept for the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from bot.watch.evaluate import Whole, occurrences, solve
from bot.watch.expression import About, And, AtLeast, Concept, Count, Groups, In, Near, Node, Not, Or, Quoted
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
    return _places(scope, "paragraph").of(node) != 0


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
    paragraphs = _places(scope, "paragraph")
    if node.where == "paragraph":
        return paragraphs.of(node.operand) != 0
    # Where no paragraph has all it needs, no sentence is looked for.
    if not paragraphs.of_each(node.needs):
        return False
    sentences = _places(scope, "sentence")
    # All sentences that matter get their bits before `not` asks for those that are left.
    sentences.number(node.leaves)
    return sentences.of(node.operand) != 0


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


def _places(scope: Whole, where: str) -> _Places:
    """The sentences or the paragraphs of a scope; one object for all rules."""
    known: _Places | None = scope.known.get(where)
    if known is None:
        known = scope.known[where] = _Places(scope.found, scope.part, by_sentence=where == "sentence")
    return known


class _Places:
    """The sentences or the paragraphs of an article or a part of it: for an expression, a bit for each one in which it
    holds. It must not know the scope that keeps it: what refers to each other in a ring outlives the article."""

    def __init__(self, found: Found, part: str, *, by_sentence: bool) -> None:
        self._found = found
        self._part = part
        self._by_sentence = by_sentence
        self._bits: dict[Operand, int] = {}
        self._every = -1, 0

    def number(self, operands: Iterable[Operand]) -> None:
        """Gives all places of these words their bits."""
        for operand in self._found.present(operands):
            if operand not in self._bits:
                self._of_operand(operand)

    def of_each(self, groups: Groups) -> int:
        """Where one of each group stands."""
        bits = -1
        for group in groups:
            bits &= self._of_any(group)
            if not bits:
                break
        return bits

    def of(self, node: Node) -> int:
        """Where the expression holds."""
        return _PLACES[type(node)](self, node)

    def _word(self, node: Quoted | Concept) -> int:
        bits = self._bits.get(node.wanted)
        return self._of_operand(node.wanted) if bits is None else bits

    def _or(self, node: Or) -> int:
        if node.words is None:
            return _enough(1, [self.of(operand) for operand in node.operands])
        return self._of_any(node.words)

    def _of_any(self, operands: Iterable[Operand]) -> int:
        bits, known = 0, self._bits
        for operand in self._found.present(operands):
            here = known.get(operand)
            bits |= self._of_operand(operand) if here is None else here
        return bits

    def _and(self, node: And) -> int:
        bits = -1
        for operand in node.operands:
            bits &= _PLACES[type(operand)](self, operand)
            if not bits:
                break
        return bits

    def _at_least(self, node: AtLeast) -> int:
        return _enough(node.number, [self.of(operand) for operand in node.operands])

    def _not(self, node: Not) -> int:
        bits = self.of(node.operand)
        # There are more of them as further words are asked for.
        number, every = self._every
        if number != self._found.numbered:
            every = self._found.every_place(self._by_sentence, self._part)
            self._every = self._found.numbered, every
        return every & ~bits

    def _count(self, node: Count) -> int:
        return self._least(node.number, "counts", tuple(self._found.present(_operands(node.operand))))

    def _of_operand(self, operand: Operand) -> int:
        """Where a word stands."""
        bits = self._bits.get(operand)
        if bits is None:
            bits = self._found.places(operand, self._by_sentence)
            if self._part:
                bits &= self._found.places_of(self._part, self._by_sentence)
            self._bits[operand] = bits
        return bits

    def _near(self, node: Near) -> int:
        if not self.of_each(node.needs):
            return 0
        there = tuple(tuple(self._found.present(group)) for group in node.needs)
        if not node.ordered:
            return self._least(-node.distance, "reaches", there)
        key = "before", there, node.distance, self._by_sentence, self._part
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
        key = kind, there, self._by_sentence, self._part
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
        low, high = self._found.text.parts[self._part]
        for hit in self._found.hits_of(operands):
            if low <= hit.unit < high:
                by_place[self._found.place_of(hit, self._by_sentence)].append(hit)
        return by_place


_PLACES: Mapping[type[Any], Callable[[_Places, Any], int]] = {
    Quoted: _Places._word,
    Concept: _Places._word,
    And: _Places._and,
    Or: _Places._or,
    Not: _Places._not,
    Near: _Places._near,
    AtLeast: _Places._at_least,
    Count: _Places._count,
}


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
