"""Splits a message into as many parts as Telegram needs. It prints nothing.

The tree is unrolled into runs, each a piece of text under a stack of styles; the runs are cut into parts; each part is
rolled up again. So a part is a tree, and no tag, entity or surrogate pair can be cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TypeAlias

from bot.tell.tree import Bold, Code, Italic, Link, Message, Node, Quote, Text, Time, clean

LIMIT = 4096
"""Visible characters of one message, counted here in UTF-16 units, the stricter of the two readings in use."""

CAPTION_LIMIT = 1024
"""Visible characters under a picture, after entities are parsed (core.telegram.org/bots/api#sendphoto)."""

ENTITY_LIMIT = 90
"""Telegram drops entities after the hundredth without a word; some room is left."""

LINK_BYTES_LIMIT = 9000
"""All links of a message together; about 9,500 bytes are answered with ENTITIES_TOO_LONG."""


MOST_PARTS = 30
"""Messages that one delivery may become; a digest of a hundred stories takes fifteen to twenty."""

Style: TypeAlias = tuple[object, ...]
Run: TypeAlias = tuple[str, tuple[Style, ...]]


def units(text: str) -> int:
    """Length of `text` in UTF-16 units."""
    return len(text) + sum(1 for char in text if ord(char) > 0xFFFF)


def split(message: Message, limit: int = LIMIT) -> list[Message]:
    """The message in as many parts as Telegram needs: each at most `limit` UTF-16 units of visible text,
    `ENTITY_LIMIT` entities and `LINK_BYTES_LIMIT` bytes of links. Parts end at an empty line, else a line, else a
    sentence, else a word, else anywhere; only white space at the ends of parts is lost. The caller bounds what it
    composes. A picture goes with the first part, which then has at most `CAPTION_LIMIT` units; the keys are under the
    last part."""
    parts: list[list[Run]] = []
    rest = [(clean(text), styles) for text, styles in _unroll(message.nodes, ()) if text]
    captioned = message.picture is not None
    while rest:
        head, rest = _take(rest, min(limit, CAPTION_LIMIT) if captioned and not parts else limit)
        head = _strip(head)
        if head:
            parts.append(head)
    if captioned and not parts:
        parts.append([])
    last = len(parts) - 1
    return [
        Message(
            *_roll(part, 0),
            keys=message.keys if at == last else (),
            picture=message.picture if at == 0 else None,
        )
        for at, part in enumerate(parts)
    ]


def _unroll(nodes: Sequence[Node], styles: tuple[Style, ...]) -> Iterator[Run]:
    # Each style carries a number of its own, so that two neighbouring quotations stay two.
    for number, node in enumerate(nodes):
        match node:
            case Text(text):
                yield text, styles
            case Code(text):
                yield text, (*styles, (Code, number))
            case Time(moment, text, form):
                yield text, (*styles, (Time, number, moment, form))
            case Link(url, children):
                yield from _unroll(children, (*styles, (Link, number, url)))
            case Quote(children, expandable):
                yield from _unroll(children, (*styles, (Quote, number, expandable)))
            case Bold(children) | Italic(children):
                yield from _unroll(children, (*styles, (type(node), number)))


def _roll(runs: Sequence[Run], depth: int) -> Iterator[Node]:
    for style, group in groupby(runs, key=lambda run: run[1][depth] if len(run[1]) > depth else None):
        members = list(group)
        if style is None:
            yield Text("".join(text for text, _ in members))
            continue
        kind = style[0]
        if kind is Code:
            yield Code("".join(text for text, _ in members))
            continue
        if kind is Time:
            yield Time(style[2], "".join(text for text, _ in members), str(style[3]))
            continue
        children = tuple(_roll(members, depth + 1))
        if kind is Link:
            yield Link(str(style[2]), *children)
        elif kind is Quote:
            yield Quote(*children, expandable=bool(style[2]))
        else:
            yield Bold(*children) if kind is Bold else Italic(*children)


def _take(runs: list[Run], limit: int) -> tuple[list[Run], list[Run]]:
    """The longest beginning of `runs` that fits one part, and what is left."""
    room, used, links = limit, 0, 0
    seen: set[tuple[Style, ...]] = set()
    for index, (text, styles) in enumerate(runs):
        fresh = [styles[: depth + 1] for depth in range(len(styles)) if styles[: depth + 1] not in seen]
        links += sum(len(str(stack[-1][2]).encode()) for stack in fresh if stack[-1][0] is Link)
        used += len(fresh)
        if index and (used > ENTITY_LIMIT or links > LINK_BYTES_LIMIT):
            return _cut(runs, index, 0)
        seen.update(fresh)
        if units(text) > room:
            return _cut(runs, index, _fitting(text, room))
        room -= units(text)
    return runs, []


def _fitting(text: str, room: int) -> int:
    """How many characters of `text` fit `room` UTF-16 units."""
    for index, char in enumerate(text):
        room -= units(char)
        if room < 0:
            return index
    return len(text)


_BREAKS = (re.compile(r"\n\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?…])\s|(?<=[。！？」])"), re.compile(r"\s"))
# A character that belongs to the one before it: combining marks, variation selectors, joiners, skin tones, flags.
_LONGEST_CLUSTER = 32
_TIED = re.compile("[\u0300-\u036f\u200d\u20e3\u3099\u309a\ufe00-\ufe0f\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff]")


def _cut(runs: list[Run], index: int, offset: int) -> tuple[list[Run], list[Run]]:
    """Cuts at or before character `offset` of run `index`, at the best place in the last half of what fits."""
    text = "".join(run_text for run_text, _ in runs[:index]) + runs[index][0][:offset]
    following = runs[index][0][offset : offset + 1]
    at = len(text)
    for pattern in _BREAKS:
        ends = [found.end() for found in pattern.finditer(text + following) if found.end() <= len(text)]
        if ends and ends[-1] > len(text) // 2:
            at = ends[-1]
            break
    else:
        # So far back and no further: a title may be nothing but joiners.
        least = max(1, at - _LONGEST_CLUSTER)
        while at > least and (_TIED.match((text + following)[at : at + 1]) or text[at - 1] == "\u200d"):
            at -= 1
    return _divide(runs, max(at, 1))


def _divide(runs: list[Run], at: int) -> tuple[list[Run], list[Run]]:
    head: list[Run] = []
    for index, (text, styles) in enumerate(runs):
        if at < len(text):
            head += [(text[:at], styles)] if at else []
            return head, [(text[at:], styles), *runs[index + 1 :]]
        head.append((text, styles))
        at -= len(text)
    return head, []


def _strip(runs: list[Run]) -> list[Run]:
    """The runs without white space at both ends."""
    runs = list(runs)
    while runs and not runs[0][0].strip():
        runs.pop(0)
    while runs and not runs[-1][0].strip():
        runs.pop()
    if runs:
        runs[0] = (runs[0][0].lstrip(), runs[0][1])
        runs[-1] = (runs[-1][0].rstrip(), runs[-1][1])
    return runs
