"""Whether the line to Telegram works: after several messages in a row whose fate nobody knows, one at a time is tried,
ever more seldom, until one arrives. What waits meanwhile is in no doubt. It sends nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

SHAKY = 2
"""So many in a row, and it is the line. One alone may be that message's, or that chat's, misfortune."""

SHORTEST, LONGEST = timedelta(seconds=15), timedelta(minutes=2)
"""Between two tries on a line that does not work: doubled each time."""


@dataclass(slots=True)
class Line:
    """What the last messages came to."""

    doubts: int = 0
    until: datetime | None = None

    @property
    def shaky(self) -> bool:
        """Whether only one message at a time should be tried."""
        return self.doubts >= SHAKY

    def rests(self, now: datetime) -> bool:
        """Whether nothing should be tried yet."""
        # Not where the clock was set back since.
        return self.until is not None and now < self.until <= now + LONGEST

    def in_doubt(self, now: datetime) -> None:
        """Nobody knows whether a message arrived."""
        self.doubts += 1
        if self.shaky:
            self.until = now + min(SHORTEST * 2 ** min(self.doubts - SHAKY, 10), LONGEST)

    def works(self) -> None:
        """The server answered: it took a message, or said why not."""
        self.doubts, self.until = 0, None
