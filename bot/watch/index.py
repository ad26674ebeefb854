"""Which rules could hold for an article, by what was found in it: all of them are asked at once. It judges none.

Each rule is kept under what it cannot do without: groups of operands of which one each must be found, in the title or
the lead where the rule says so. A byte for each rule and group is set by what was found; the rules all of whose bytes
are set are the candidates. That is some ten thousand times less work than asking each rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from bot.watch.expression import About, And, In, Node, needs
from bot.watch.found import Found
from bot.watch.operands import Operand, Operands
from bot.watch.rows import Rows

GROUPS = 4
"""How many groups of a rule are looked at; few rules have more, and a candidate too many is only judged in vain."""

_NARROW = ("title", "lead")


class Index:
    """The rules by their numbers, under what they need."""

    def __init__(self, trees: Sequence[Node], operands: Operands) -> None:
        import numpy

        # What many rules ask for is found in many articles: of a choice, what few others ask for is best.
        def common(group: frozenset[Operand]) -> int:
            return sum(map(operands.asked.__getitem__, group))

        under: dict[str, dict[Operand, list[int]]] = {part: defaultdict(list) for part in ("", *_NARROW)}
        self._template = numpy.zeros((GROUPS, len(trees)), numpy.bool_)
        for number, tree in enumerate(trees):
            rarest = sorted(_narrowed(tree, common), key=lambda pair: common(pair[1]))[:GROUPS]
            self._template[len(rarest) :, number] = True
            for row, (part, group) in enumerate(rarest):
                for operand in group:
                    under[part][operand].append(row * len(trees) + number)
        self._parts = [part for part in _NARROW if under[part]]
        self._under = Rows(
            under[part].get(operand, ()) for part in ("", *self._parts) for operand in range(len(operands))
        )
        self._operands = len(operands)

    def candidates(self, found: Found) -> Any:
        """The numbers of the rules that could hold, in their order: an array."""
        import numpy

        there = [found.operands]
        for number, part in enumerate(self._parts, start=1):
            there.append(found.operands_in(part) + number * self._operands)
        flags = self._template.copy()
        flags.reshape(-1)[self._under.of(numpy.concatenate(there))] = True
        return numpy.flatnonzero(flags.all(axis=0))


def _narrowed(
    node: Node, common: Callable[[frozenset[Operand]], int], part: str = ""
) -> list[tuple[str, frozenset[Operand]]]:
    """The groups a rule needs, each with the part in which it needs them."""
    match node:
        case And(operands=operands):
            return [group for operand in operands for group in _narrowed(operand, common, part)]
        case In(where=where, operand=operand) if where in _NARROW:
            return _narrowed(operand, common, where)
        case In(operand=operand):
            return _narrowed(operand, common, part)
        case About():
            return []
        case _:
            return [(part, group) for group in needs(node, common)]
