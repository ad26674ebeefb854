"""How near an article came to an expression that does not hold for it, as a number and a place. It puts nothing into
words."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from bot.watch.evaluate import Scope, occurrences, pieces, solve
from bot.watch.expression import PARTS, And, AtLeast, Concept, Count, In, Near, Node, Or, Quoted
from bot.watch.proximity import near
from bot.watch.uses import Hit

_ALL_THERE = 0.75
"""How near `near` is when all it wants stands there, however far apart: the rest of the way is the distance."""


Place: TypeAlias = tuple[Hit | None, Scope]
"""A part, a sentence or a paragraph, with a hit that stands in it; a part may have none."""


class Nearness:
    """Measures how near the nodes of one expression came. It keeps what it measured: the same is asked for again at
    each bracket around it."""

    def __init__(self) -> None:
        # The nodes and scopes are kept as well, so that no other gets their `id`.
        self._measures: dict[tuple[int, int], tuple[Node, Scope, float]] = {}
        self._places: dict[tuple[int, int], tuple[Node, Scope, Place | None]] = {}

    def measure(self, node: Node, scope: Scope) -> float:
        """How near a node came to holding, from 0 to 1."""
        key = id(node), id(scope)
        if key not in self._measures:
            self._measures[key] = node, scope, self._measured(node, scope)
        return self._measures[key][2]

    def _measured(self, node: Node, scope: Scope) -> float:
        match node:
            case And():
                measures = [self.measure(operand, scope) for operand in flat(node)]
                return sum(measures) / len(measures)
            case Or(operands=operands, words=None):
                return max(self.measure(operand, scope) for operand in operands)
            case AtLeast(operands=operands, number=number):
                measures = sorted((self.measure(operand, scope) for operand in operands), reverse=True)
                return sum(measures[:number]) / number
            case _:
                return 1 if solve(node, scope) is not None else self._short_of(node, scope)

    def _short_of(self, node: Node, scope: Scope) -> float:
        match node:
            case Count(operand=operand, number=number):
                return occurrences(hits_of(operand, scope)) / number
            case In(operand=operand):
                place = self.best_place(node, scope)
                # What stands elsewhere is half there.
                return (self.measure(operand, scope) + (self.measure(operand, place[1]) if place else 0)) / 2
            case Near(operands=operands, distance=distance, ordered=ordered):
                columns = [hits_of(operand, scope) for operand in operands]
                if not all(columns):
                    return _ALL_THERE * sum(map(bool, columns)) / len(columns)
                within = reach(columns, scope, ordered=ordered)
                return _ALL_THERE if within is None else _ALL_THERE + (1 - _ALL_THERE) * distance / within[0]
            case _:
                return 0

    def best_place(self, node: In, scope: Scope) -> Place | None:
        """The part, or the earliest of the sentences or paragraphs that came nearest. None for a part without text, and
        where nothing stands anywhere."""
        key = id(node), id(scope)
        if key not in self._places:
            self._places[key] = node, scope, self._find_place(node, scope)
        return self._places[key][2]

    def _find_place(self, node: In, scope: Scope) -> Place | None:
        if node.where in PARTS:
            low, high = scope.text.parts[node.where]
            return (None, next(iter(pieces(node, scope)))) if low < high else None
        best, most = None, -1.0
        for piece in pieces(node, scope, every=True):
            hits = piece.any_of(node.leaves)
            nearness = self.measure(node.operand, piece) if hits else -1.0
            if nearness > most:
                best, most = (min(hits), piece), nearness
        return best

    def wanting(self, node: Node, scope: Scope) -> list[Quoted | Concept | Or]:
        """The terms, concepts and lists of these that the node wants and the scope has not."""
        if self.measure(node, scope) == 1:
            return []
        match node:
            case Quoted() | Concept():
                return [node]
            case Or(words=words) if words is not None:
                return [node]
            case Or(operands=operands):
                nearest = self.measure(node, scope)
                wanted: Iterable[Node] = [operand for operand in operands if self.measure(operand, scope) == nearest]
            case And(operands=operands) | Near(operands=operands) | AtLeast(operands=operands):
                wanted = operands
            case In(operand=operand) | Count(operand=operand):
                wanted = (operand,)
            case _:
                wanted = ()
        unique = {word.source: word for operand in wanted for word in self.wanting(operand, scope)}
        return [*unique.values()]


def flat(node: And) -> Iterator[Node]:
    """What must hold, without the brackets around further ands."""
    for operand in node.operands:
        if isinstance(operand, And):
            yield from flat(operand)
        else:
            yield operand


def hits_of(node: Node, scope: Scope) -> Sequence[Hit]:
    """The hits by which a node holds; none where it does not."""
    return solve(node, scope) or ()


def reach(columns: Sequence[Sequence[Hit]], scope: Scope, *, ordered: bool) -> tuple[int, Hit] | None:
    """The least distance at which `near` would hold, and where; None for none within one unit."""
    widest = len(scope.text.line)
    least = bisect_left(range(widest), True, key=lambda distance: bool(near(columns, distance, ordered)))
    taking_part = near(columns, least, ordered)
    return (least, min(taking_part)) if taking_part else None
