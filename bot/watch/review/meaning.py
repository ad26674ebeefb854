"""What expressions mean, whatever they are called and in whatever order they are written: equal ones have one number.

It judges nothing, and knows the terms of concepts as sets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import TypeAlias

from bot.watch.expression import About, And, AtLeast, Concept, Count, In, Near, Node, Not, Or, Quoted
from bot.watch.review.sheet import Sheet
from bot.watch.rules import Rule
from bot.watch.uses import Use

_Listed: TypeAlias = tuple[str, tuple[str, ...] | None, bool, frozenset[str] | None]
"""A term: the pattern, its capitals, whether its last word may carry clitics, and the languages it is listed for."""

Exceptions: TypeAlias = frozenset[_Listed]
Wanted: TypeAlias = frozenset[tuple[*_Listed, Exceptions]]
"""Terms, each with what it does not count within: the exceptions of its concept, and of a Han word the longer ones of
its concept that begin with it, which hide it there and would not in another concept."""

NONE: Exceptions = frozenset()


class Numbers:
    """Gives equal values one number, so that large ones are compared once."""

    def __init__(self) -> None:
        self._known: dict[Hashable, int] = {}

    def of(self, value: Hashable) -> int:
        """The number of this value."""
        return self._known.setdefault(value, len(self._known))


class Meaning:
    """The meaning of one watchlist's expressions. Those of several watchlists compare where they share `numbers`."""

    def __init__(self, sheet: Sheet, numbers: Numbers) -> None:
        self._sheet = sheet
        self._numbers = numbers
        # By identity; the nodes are kept, so that no other one can take the place of one in memory.
        self._nodes: dict[int, tuple[Node, int]] = {}
        self._leaves: dict[object, Wanted] = {}
        self._groups: dict[object, Wanted] = {}
        self._offered: dict[int, tuple[Node, Wanted]] = {}

    def of(self, node: Node) -> int:
        """The node's number."""
        known = self._nodes.get(id(node))
        if known is None:
            known = self._nodes[id(node)] = node, self._number(node)
        return known[1]

    def of_rule(self, rule: Rule) -> int:
        """The number of all that decides what a rule matches: not its name, and not how loudly it is told."""
        unless = None if rule.unless is None else self.of(rule.unless)
        weights = tuple(sorted((self.of(node), weight) for node, weight in rule.weights))
        whole = self.of(rule.match), unless, weights, rule.threshold, rule.max_age, rule.min_sources
        return self._numbers.of(("rule", *whole))

    def wanted(self, node: Node) -> Wanted | None:
        """The terms of a term, a concept, a label or an or-group of these; None for any other node."""
        match node:
            case Quoted(wanted=operand) | Concept(wanted=operand):
                return self._leaf(operand, node)
            case Or(operands=operands, words=words) if words is not None:
                if words not in self._groups:
                    parts = [self.wanted(operand) or frozenset() for operand in operands]
                    self._groups[words] = frozenset().union(*parts)
                return self._groups[words]
            case _:
                return None

    def offered(self, node: Node) -> Wanted | None:
        """The terms any one of which makes a node hold: `wanted`, and of other or-groups what words they have."""
        wanted = self.wanted(node)
        if wanted is not None or not isinstance(node, Or):
            return wanted
        known = self._offered.get(id(node))
        if known is None:
            parts = [self.wanted(operand) or frozenset() for operand in flat([node], Or)]
            known = self._offered[id(node)] = node, frozenset().union(*parts)
        return known[1]

    def _leaf(self, operand: object, node: Quoted | Concept) -> Wanted:
        known = self._leaves.get(operand)
        if known is None:
            within = self._within(node.name) if isinstance(node, Concept) else lambda _: NONE
            known = frozenset((*_listed(use), within(use)) for use in self._sheet.uses(node))
            self._leaves[operand] = known
        return known

    def _within(self, name: str) -> Callable[[Use], Exceptions]:
        """What each term of a concept does not count within."""
        concept = self._sheet.watchlist.concepts[name]
        exceptions = frozenset(map(_listed, concept.exceptions))
        han = {use.term.pattern for use in concept.all_uses() if use.term.han}
        longer: dict[str, set[_Listed]] = defaultdict(set)
        for use in concept.all_uses() if han else ():
            for end in range(1, len(use.term.pattern)):
                if use.term.pattern[:end] in han:
                    longer[use.term.pattern[:end]].add(_listed(use))
        return lambda use: exceptions | longer[use.term.pattern] if use.term.pattern in longer else exceptions

    def _number(self, node: Node) -> int:
        wanted = self.wanted(node)
        if wanted is not None:
            return self._numbers.of(wanted)
        match node:
            case And(operands=operands):
                return self._joined("and", operands, And)
            case Or(operands=operands):
                return self._any(operands)
            case AtLeast(number=1, operands=operands):
                return self._any(operands)
            case AtLeast(number=number, operands=operands) if number == len(operands):
                return self._joined("and", operands, And)
            case AtLeast(number=number, operands=operands):
                return self._numbers.of(("atleast", number, tuple(sorted(map(self.of, operands)))))
            case Not(operand=Not(operand=operand)):
                return self.of(operand)
            case Not(operand=operand):
                return self._numbers.of(("not", self.of(operand)))
            case In(where=where, operand=operand):
                return self._numbers.of((where, self.of(operand)))
            case Near(distance=distance, operands=operands, ordered=ordered):
                numbers = [self.of(operand) for operand in operands]
                return self._numbers.of(("near", distance, tuple(numbers) if ordered else frozenset(numbers)))
            case Count(number=1, operand=operand):
                return self.of(operand)
            case Count(number=number, operand=operand):
                return self._numbers.of(("count", number, self.of(operand)))
            case About(fact=fact, values=values):
                return self._numbers.of((fact, values))
        raise AssertionError(node)

    def _joined(self, kind: str, operands: Iterable[Node], same: type[And] | type[Or]) -> int:
        numbers = {self.of(operand) for operand in flat(operands, same)}
        return numbers.pop() if len(numbers) == 1 else self._numbers.of((kind, frozenset(numbers)))

    def _any(self, operands: Iterable[Node]) -> int:
        """An or-group: what of it are words is one set of terms, however it is cut into concepts."""
        rest: list[Node] = []
        terms: Wanted = frozenset()
        for operand in flat(operands, Or):
            wanted = self.wanted(operand)
            if wanted is None:
                rest.append(operand)
            else:
                terms |= wanted
        numbers = {self.of(operand) for operand in rest} | ({self._numbers.of(terms)} if terms else set())
        return numbers.pop() if len(numbers) == 1 else self._numbers.of(("or", frozenset(numbers)))


def _listed(use: Use) -> _Listed:
    return use.term.pattern, use.term.exact, use.term.clitics, use.languages


def flat(operands: Iterable[Node], kind: type[And] | type[Or]) -> list[Node]:
    """The operands, those of nested nodes of the same kind in their place."""
    found: list[Node] = []
    for operand in operands:
        if isinstance(operand, kind):
            found += flat(operand.operands, kind)
        else:
            found.append(operand)
    return found
