"""By what a rule holds: its labels and evidence. It decides nothing, and is asked only of rules that hold."""

from __future__ import annotations

from collections.abc import Iterable

from bot.model import Evidence, Labels
from bot.watch.evaluate import Whole, solve
from bot.watch.expression import And, Concept, Node, Or, Quoted
from bot.watch.found import Found
from bot.watch.operands import Operand
from bot.watch.rules import Watchlist
from bot.watch.uses import Hit

MOST_EVIDENCE = 200
"""Pieces of evidence of one match, the first of the text: nobody reads more, and each is a row's worth of storage."""


def particulars(watchlist: Watchlist, node: Node, scope: Whole) -> tuple[Labels, tuple[Evidence, ...]]:
    """The labels that an expression which holds has captured, and its hits as readers see them."""
    # Where only words are asked for, and the same ones were found, the answer is the same.
    key = _words(node, scope.found)
    known = scope.found.told.get((watchlist.name, key)) if key is not None else None
    if known is None:
        known = _particulars(watchlist, node, scope)
        if key is not None:
            scope.found.told[watchlist.name, key] = known
    return known


def _words(node: Node, found: Found) -> frozenset[Operand] | None:
    """What was found of an expression that only joins words by `and`; None for any other."""
    words: list[Operand] = []
    for operand in node.operands if isinstance(node, And) else (node,):
        if isinstance(operand, Or) and operand.words is not None:
            words += found.present(operand.words)
        elif isinstance(operand, Quoted | Concept):
            words.append(operand.wanted)
        else:
            return None
    return frozenset(words)


def _particulars(watchlist: Watchlist, node: Node, scope: Whole) -> tuple[Labels, tuple[Evidence, ...]]:
    # Two spellings of one term (NATO, Nato) may find the same words: that is one piece of evidence.
    unique: list[Hit] = []
    last = None
    for hit in sorted(solve(node, scope) or ()):
        place = hit.first, hit.last, hit.use.concept, hit.use.label
        if place != last:
            unique.append(hit)
            last = place
    return _labels(watchlist, unique), tuple(map(scope.found.evidence, unique[:MOST_EVIDENCE]))


def _labels(watchlist: Watchlist, hits: Iterable[Hit]) -> Labels:
    """The captured labels by concept, in the order of the watchlist."""
    captured = {(hit.use.concept, hit.use.label) for hit in hits if hit.use.label is not None}
    if not captured:
        return {}
    names = {concept for concept, _ in captured if concept is not None}
    return {
        name: tuple(label for label in watchlist.concepts[name].labels if (name, label) in captured)
        for name in (sorted(names, key=list(watchlist.concepts).index) if len(names) > 1 else names)
    }
