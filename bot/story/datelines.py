"""Where a report begins, after the place, date and agency that newspapers print before it. It changes no text."""

from __future__ import annotations

import re
from typing import NamedTuple

_WORD = r"(?:[(\[][^)\]\n]{1,40}[)\]],?|[A-Z][\w.'’/-]*,?|[a-z]+(?:News|com|\.com|\.id|\.co\.id)\b,?|\d[\d/.:]*,?)"
_DASHED = re.compile(rf"\s*{_WORD}(?:\s+{_WORD}){{0,8}}?\s*[-–—]+\s+(?=[\"“”'‘(A-Z0-9])")
"""JAKARTA, KOMPAS.com -; Jakarta (ANTARA) -; PERTH, May 20 (Reuters) -; TEMPO.CO, Surabaya -; (ANTARA) -"""

_BARE = re.compile(
    r"\s*(?:[A-Z]{3,}[^.()\n]{0,30}|[A-Z][\w ]{2,30}, [A-Z][a-z]{2,8}\.? \d{1,2} )"
    r"\([A-Z][^)\n]{1,30}\)(?:, \d{1,2} [A-Z][a-z]+)?\s+(?=[\"“'‘A-Z0-9])"
)
"""JAKARTA, Feb 3 (AP); New Delhi, Aug 27 (PTI)"""

_JAPANESE = re.compile(
    r"\s*(?:【[^】\n]{1,30}】|［[^］\n]{1,30}］|[（(][^）)\n]{0,30}(?:共同|時事|通信|ロイター|新聞|＝)[^）)\n]{0,12}[）)])"
    r"\s*(?:[-–—]\s)?[\s　]*"
)
"""【ジャカルタ共同】; （シンガポール時事）; ［東京　20日　ロイター］ -"""

LONGEST = 70
"""Characters that a dateline has at most."""


def begin(text: str) -> int:
    """The offset at which the report begins; 0 where nothing stands before it."""
    for form in (_JAPANESE, _DASHED, _BARE):
        found = form.match(text[:LONGEST] if len(text) > LONGEST else text)
        if found is not None and found.end() < len(text):
            return found.end()
    return 0


_DAY = re.compile(r"(?<![\d/.:-])([1-9]|[12]\d|3[01])(?![\d:])")
_PLACE = re.compile(r"[^\W\d_]+")


class Dateline(NamedTuple):
    """The place, its first word, and the day of the month before a report: MANILA, May 12 (Kyodo) -."""

    place: str
    day: int


def dateline(text: str) -> Dateline | None:
    """What stands before the report; None where it names no day, or more than one number."""
    before = text[: begin(text)]
    days, place = _DAY.findall(before), _PLACE.search(before)
    return Dateline(place.group().casefold(), int(days[0])) if len(days) == 1 and place else None
