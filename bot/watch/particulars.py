"""By what a rule holds: its labels and evidence. It decides nothing, and is asked only of rules that hold."""

from __future__ import annotations

from collections.abc import Iterable

from bot.model import Evidence, Labels
from bot.watch.evaluate import Whole, solve
from bot.watch.expression import Groups, Node
from bot.watch.found import Found
from bot.watch.rules import Watchlist
from bot.watch.uses import Hit

MOST_EVIDENCE = 200
"""Pieces of evidence of one match, the first of the text: nobody reads more, and each is a row's worth of storage."""


def particulars(
    watchlist: Watchlist, node: Node, words: Groups | None, scope: Whole
) -> tuple[Labels, tuple[Evidence, ...]]:
    """The labels that an expression which holds has captured, and its hits as readers see them. `words`: what it asks
    for if it asks for words alone."""
    if words is None:
        return _particulars(watchlist, solve(node, scope) or (), scope.found)
    # Where only words are asked for, and the same ones were found, the answer is the same.
    there, told = scope.found.there, scope.found.told
    operands = frozenset([operand for group in words for operand in group if operand in there])
    known = told.get(operands)
    if known is None:
        hits = [hit for operand in operands for hit in there[operand]]
        known = told[operands] = _particulars(watchlist, hits, scope.found)
    return known


def _particulars(watchlist: Watchlist, hits: Iterable[Hit], found: Found) -> tuple[Labels, tuple[Evidence, ...]]:
    # Two spellings of one term (NATO, Nato) may find the same words: that is one piece of evidence.
    unique: list[Hit] = []
    last = None
    for hit in sorted(hits):
        first, end, _, _, _, use = hit
        place = first, end, use.concept, use.label
        if place != last:
            unique.append(hit)
            last = place
    return _labels(watchlist, unique), tuple(map(found.evidence, unique[:MOST_EVIDENCE]))


def _labels(watchlist: Watchlist, hits: Iterable[Hit]) -> Labels:
    """The captured labels by concept, in the order of the watchlist."""
    labelled = [hit.use for hit in hits if hit.use.label is not None]
    if not labelled:
        return {}
    captured = {(use.concept, use.label) for use in labelled}
    names = {concept for concept, _ in captured if concept is not None}
    return {
        name: tuple(label for label in watchlist.concepts[name].labels if (name, label) in captured)
        for name in (sorted(names, key=list(watchlist.concepts).index) if len(names) > 1 else names)
    }
