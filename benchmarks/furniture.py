"""What real pages carry besides the article: scripts, style, menus, teasers. Pages of tests are a twentieth as large as
those of newspapers, which would flatter every figure of time and memory.
"""

from __future__ import annotations

import json
import random
from dataclasses import replace
from functools import lru_cache

from samples import Sample

REAL_SIZE = 170_000
"""Bytes of a news page, on average (measured on 100 of them)."""

_SYLLABLES = [consonant + vowel for consonant in "bdgklmnprst" for vowel in "aeiou"]


def furnished(sample: Sample, number: int, size: int = REAL_SIZE) -> Sample:
    """The page with furniture to about `size` bytes, other for each `number`. One that is larger stays as it is."""
    room = size - len(sample.body)
    if room < size // 4:
        return sample
    menu, foot, script = _furniture(number, round(room, -4))
    head, found, rest = sample.body.partition(b"<body")
    attributes, closed, inside = rest.partition(b">")
    before, end, after = inside.rpartition(b"</body>")
    if not (found and closed and end):
        return sample
    parts = (head, found, attributes, closed, menu, before, foot, script, end, after)
    return replace(sample, body=b"".join(parts))


@lru_cache(64)
def _furniture(number: int, room: int) -> tuple[bytes, bytes, bytes]:
    chance = random.Random(number)
    menu, foot = _menu(chance, room // 6).encode(), _foot(chance, room // 4).encode()
    return menu, foot, _script(chance, room - len(menu) - len(foot)).encode()


def _words(chance: random.Random, count: int) -> str:
    return " ".join("".join(chance.choices(_SYLLABLES, k=3)) for _ in range(count)).capitalize()


def _menu(chance: random.Random, size: int) -> str:
    items: list[str] = []
    while sum(map(len, items)) < size:
        below = "".join(f'<li class="sub"><a href="/{n}">{_words(chance, 2)}</a></li>' for n in range(8))
        items.append(f'<li class="item"><a href="/s" data-track="menu">{_words(chance, 1)}</a><ul>{below}</ul></li>')
    return f'<nav class="mega-menu"><ul>{"".join(items)}</ul></nav>'


def _foot(chance: random.Random, size: int) -> str:
    cards: list[str] = []
    while sum(map(len, cards)) < size:
        cards.append(
            f'<div class="card"><a href="/c{chance.random()}"><img src="c.jpg" loading="lazy" alt=""><h3>'
            f'{_words(chance, 8)}</h3></a><span class="time">{chance.randrange(1, 23)}h</span></div>'
        )
    return f'<section class="recommended"><h2>Recommended</h2>{"".join(cards)}</section><footer>2025</footer>'


def _script(chance: random.Random, size: int) -> str:
    data = {f"key{n}": _words(chance, 12) for n in range(max(1, size // 90))}
    return f"<script>window.__STATE__ = {json.dumps(data)}</script>"
