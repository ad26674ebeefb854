"""Which of many mistakes or warnings a person is shown: of those that are alike the first ones, and how many more there
are. Programs get all of them elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.errors import ConfigError

MOST = 20
"""Shown of one kind in one file: more than a screenful of the same tells nothing new, and hides what is different."""

_NAMED = 100
"""Characters shown of what the rest are like."""

# What differs between two of a kind: names in quotes, numbers, and what may be meant instead.
_VARYING = re.compile(r" \(did you mean .*?\?\)|(?<!\w)'.*?'(?!\w)|“[^”]*”|\"[^\"]*\"|\d[\d.,]*")


def few(problems: Iterable[ConfigError]) -> tuple[list[ConfigError], list[str]]:
    """The problems to show, in their order, and a line for each file and kind of which there are more."""
    kinds: dict[tuple[str, str], list[ConfigError]] = {}
    shown: list[ConfigError] = []
    for problem in problems:
        alike = kinds.setdefault((problem.file, _VARYING.sub("'", problem.message)), [])
        alike.append(problem)
        if len(alike) <= MOST:
            shown.append(problem)
    return shown, [_more(alike) for alike in kinds.values() if len(alike) > MOST]


def lines_of(problems: Sequence[ConfigError]) -> list[str]:
    """The problems to show and what there is more of, a line each."""
    shown, more = few(problems)
    return [*map(str, shown), *more]


def _more(alike: Sequence[ConfigError]) -> str:
    first = alike[0]
    said = first.message if len(first.message) <= _NAMED else f"{first.message[:_NAMED]}…"
    return f"{first.file}: and {len(alike) - MOST} more like that of line {first.line} ({said})"
