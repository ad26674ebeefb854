"""By what a rule holds: its labels and evidence. It decides nothing, and is asked only of rules that hold."""

from __future__ import annotations

from collections.abc import Iterable

from bot.model import Evidence, Labels
from bot.watch.evaluate import Whole, solve
from bot.watch.expression import Node
from bot.watch.lexicon import Hit
from bot.watch.rules import Watchlist


def particulars(watchlist: Watchlist, node: Node, scope: Whole) -> tuple[Labels, tuple[Evidence, ...]]:
    """The labels that an expression which holds has captured, and its hits as readers see them."""
    # Two spellings of one term (NATO, Nato) may find the same words: that is one piece of evidence.
    unique: list[Hit] = []
    last = None
    for hit in sorted(solve(node, scope) or ()):
        place = hit.first, hit.last, hit.use.concept, hit.use.label
        if place != last:
            unique.append(hit)
            last = place
    return _labels(watchlist, unique), tuple(map(scope.found.evidence, unique))


def _labels(watchlist: Watchlist, hits: Iterable[Hit]) -> Labels:
    """The captured labels by concept, in the order of the watchlist."""
    captured = {(hit.use.concept, hit.use.label) for hit in hits if hit.use.label is not None}
    if not captured:
        return {}
    names = {concept for concept, _ in captured}
    return {
        name: tuple(label for label in concept.labels if (name, label) in captured)
        for name, concept in watchlist.concepts.items()
        if name in names
    }
