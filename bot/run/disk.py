"""How much room the disk has that the state lies on, and when that is too little. It frees none."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

NEARLY_FULL, ROOM_AGAIN = 0.05, 0.08
"""The share of a disk that is free: below the first it is called nearly full, until it is above the second."""

ENOUGH = 5_000_000_000
"""Bytes: as much free space is enough on any disk."""


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes of one disk."""

    free: int
    total: int

    @property
    def share(self) -> float:
        """How much of it is free, 0 to 1."""
        return self.free / max(1, self.total)

    def nearly_full(self, *, before: bool = False) -> bool:
        """Whether there is too little room; where that was so `before`, until there is clearly more."""
        return self.share < (ROOM_AGAIN if before else NEARLY_FULL) and self.free < ENOUGH


def disk_of(folder: Path) -> Disk:
    """The disk that a folder lies on, or would lie on, where it is still to be made. Raises OSError."""
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    usage = shutil.disk_usage(there)
    return Disk(usage.free, usage.total)
