"""Processor time of pieces of work that take turns, so that a busy machine slows all of them alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def race(
    runners: Mapping[str, Callable[[Item], object]], items: Sequence[Item], *, rounds: int = 5, slices: int = 10
) -> dict[str, float]:
    """Each runner's seconds for one item. Every round all of them do every slice of the items in turn; of each slice
    the best round counts."""
    size = max(1, len(items) // slices)
    parts = [items[at : at + size] for at in range(0, len(items), size)]
    best = {name: [float("inf")] * len(parts) for name in runners}
    for _ in range(rounds):
        for number, part in enumerate(parts):
            for name, run in runners.items():
                began = time.process_time()
                for item in part:
                    run(item)
                best[name][number] = min(best[name][number], time.process_time() - began)
    return {name: sum(times) / len(items) for name, times in best.items()}


def once(work: Callable[[], object]) -> float:
    """Seconds for this, done once."""
    began = time.process_time()
    work()
    return time.process_time() - began
