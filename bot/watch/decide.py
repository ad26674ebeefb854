"""Whether an expression holds for an article: the quick half of judging it. By which hits it holds is another question,
asked of the few rules that do.

Sentences and paragraphs are bits of a number here, and what holds in them is found by `&`, `|` and `~`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.watch.evaluate import Whole, solve
from bot.watch.expression import About, And, AtLeast, Concept, Count, In, Near, Node, Not, Or, Quoted
from bot.watch.lexicon import Found
from bot.watch.proximity import narrowest, near


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


def _in(node: In, scope: Whole) -> bool:
    if node.where in scope.text.parts:
        return holds(node.operand, scope.within(node.where))
    if scope.part or not node.is_simple:
        return solve(node, scope) is not None
    # Where none of what it needs can be, no sentence is looked for.
    if not scope.units(node.needs):
        return False
    by_sentence = node.where == "sentence"
    # All sentences that matter get their bits before `not` asks for those that are left.
    for operand in scope.found.present(node.leaves):
        scope.found.places(operand, by_sentence)
    return _places(node.operand, scope.found, by_sentence) != 0


def _places(node: Node, found: Found, by_sentence: bool) -> int:
    """A bit for each sentence or paragraph in which the expression holds."""
    match node:
        case Quoted(wanted=wanted) | Concept(wanted=wanted):
            return found.places(wanted, by_sentence)
        case Or(words=words) if words is not None:
            bits = 0
            for word in found.present(words):
                bits |= found.places(word, by_sentence)
            return bits
        case And(operands=operands):
            bits = -1
            for operand in operands:
                bits &= _places(operand, found, by_sentence)
                if not bits:
                    return 0
            return bits
        case Or(operands=operands):
            bits = 0
            for operand in operands:
                bits |= _places(operand, found, by_sentence)
            return bits
        case AtLeast(number=number, operands=operands):
            return _enough(number, [_places(operand, found, by_sentence) for operand in operands])
        case Not(operand=negated):
            bits = _places(negated, found, by_sentence)
            return found.every_place(by_sentence) & ~bits
        case _:
            raise AssertionError(node)


def _enough(number: int, bits: list[int]) -> int:
    """Where at least `number` of them have their bit."""
    reached = [-1, *([0] * number)]
    for one in bits:
        for level in range(number, 0, -1):
            reached[level] |= reached[level - 1] & one
    return reached[number]


def _near(node: Near, scope: Whole) -> bool:
    if scope.part:
        return solve(node, scope) is not None
    found = scope.found
    there = tuple(tuple(found.present(group)) for group in node.needs)
    units = scope.units(there) if all(there) else 0
    if not units:
        return False
    key = (there, node.distance if node.ordered else 0)
    reach = found.reaches.get(key)
    if reach is None:
        columns = [[hit for hit in found.hits_of(group) if units >> hit.unit & 1] for group in there]
        if node.ordered:
            reach = 0 if near(columns, node.distance, ordered=True) else _NEVER
        else:
            reach = narrowest(columns) if all(columns) else _NEVER
        found.reaches[key] = reach
    return reach <= node.distance


_NEVER = 1 << 62


def _solved(node: Count | About, scope: Whole) -> bool:
    return solve(node, scope) is not None


_DECIDERS: Mapping[type[Any], Callable[[Any, Whole], bool]] = {
    Quoted: _word,
    Concept: _word,
    And: _and,
    Or: _or,
    Not: _not,
    In: _in,
    Near: _near,
    AtLeast: _at_least,
    Count: _solved,
    About: _solved,
}
