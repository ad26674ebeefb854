"""Articles in a test's words: number 7 always has the same headline, text, page and entry. It serves nothing."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from fakefeeds import Item

_TEXT = """
harbour ministry delegation signal committee fishing frigate budget engineer island minister radar cooperation shipyard
province monsoon hospital training officers patrol window language ambassador cabinet railway archive farmers coastline
library battery schedule reporters pilots market festival bridge council summit laboratory
"""
_WORDS = _TEXT.split()


def path(number: int) -> str:
    """Where an article lives."""
    return f"/news/{number}"


def title(number: int) -> str:
    """Its headline."""
    return f"Japan and Indonesia sign {_WORDS[number % len(_WORDS)]} pact number {number}"


def paragraphs(number: int, count: int = 5) -> list[str]:
    """Its text: the matching paragraph and others of words that no other article has in that order."""
    chance = random.Random(number)
    first = (
        f"TOKYO - Japan and Indonesia signed a {_WORDS[number % len(_WORDS)]} pact on Tuesday after talks number "
        f"{number} between the two governments on ships and aircraft."
    )
    return [first, *(_sentences(chance) for _ in range(count - 1))]


def _sentences(chance: random.Random) -> str:
    chosen = [" ".join(chance.choices(_WORDS, k=14)) for _ in range(3)]
    return " ".join(f"The {words}." for words in chosen)


def page(number: int, *, extra: str = "", name: str | None = None) -> str:
    """Its page, with a menu and a foot around it."""
    return html(name or title(number), [*paragraphs(number), *([extra] if extra else [])])


def html(heading: str, texts: Sequence[str]) -> str:
    """A page as newspapers make them."""
    body = "\n".join(f"<p>{text}</p>" for text in texts)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{heading} | Site</title></head>'
        f'<body><nav><a href="/">Home</a> <a href="/about">About</a></nav><main><article><h1>{heading}</h1>\n{body}\n'
        "</article></main><footer>All rights reserved</footer></body></html>"
    )


def item(number: int, **changes: Any) -> Item:
    """Its entry: a headline and a summary that matches by itself."""
    values: dict[str, Any] = {
        "title": title(number),
        "path": path(number),
        "summary": f"Japan and Indonesia signed a pact, the {number}th of its kind, officials said.",
        **changes,
    }
    return Item(**values)
