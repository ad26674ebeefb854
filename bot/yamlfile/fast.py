"""The reading that is quick: libyaml's events made into data at once, for files that hold nothing out of the ordinary.

It explains nothing: whatever it does not know for certain to be the same in YAML 1.1 (libyaml's) and 1.2 it leaves to
`careful`, and so does every mistake.
"""

from __future__ import annotations

import re
from typing import Any

from bot.yamlfile import careful
from bot.yamlfile.scalars import FIRST, plain

DEEPEST = 60
"""Levels of nesting; no configuration needs ten, and `careful` has an opinion on a thousand."""

_UNUSUAL = re.compile("[^\r\n -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""Tabs, control characters, a byte order mark inside, and what is a line's end in YAML 1.1 only."""

_LONE_RETURN = re.compile("\r(?!\n)")
_BLOCK_WITH_NUMBER_SIGN = re.compile(r"[|>][-+0-9]*#")
_QUESTION = re.compile(r"\?(?=[\s,\]}]|\Z)(?<![^\s\[{,]\?)")
"""What marks a key; the character comes first, for speed."""

_NAME = re.compile(r"[&*][A-Za-z0-9_-]+(?=[\s,\]}]|$)")


class Unusual(Exception):
    """The file must be read with care."""


def load(raw: bytes, text: str) -> object:
    """The data of a file given both as UTF-8 and as text, an empty mapping for an empty file. Raises Unusual."""
    if _is_unusual(text):
        raise Unusual
    try:
        from yaml import YAMLError
        from yaml._yaml import CParser
    except ImportError:  # a system for which PyYAML is built without libyaml
        raise Unusual from None
    try:
        return _Building(text).document(CParser(raw))
    except (YAMLError, ValueError, RecursionError):
        raise Unusual from None


def _is_unusual(text: str) -> bool:
    """Whether the text holds directives, the end of a document, or anything else that calls for care."""
    return bool(
        text.startswith(("%", "..."))
        or "\n%" in text
        or "\n..." in text
        or _UNUSUAL.search(text)
        or _LONE_RETURN.search(text)
        or _QUESTION.search(text)
        or _BLOCK_WITH_NUMBER_SIGN.search(text)
    )


def compose(raw: bytes) -> Any:
    """The node tree of a file that `load` has read, for the places in it; None for an empty file."""
    from yaml import CBaseLoader

    return CBaseLoader(raw).get_single_node()


class _Building:
    """Data in the making."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.nodes = 0
        self.anchors: dict[str, object] = {}

    def document(self, parser: Any) -> object:
        """The only document of the stream."""
        from yaml.events import DocumentEndEvent, DocumentStartEvent, StreamEndEvent

        get = parser.get_event
        get()
        start = get()
        if type(start) is StreamEndEvent:
            return {}
        if type(start) is not DocumentStartEvent or start.version or start.tags:
            raise Unusual
        data = self.tree(get)
        if type(get()) is not DocumentEndEvent or type(get()) is not StreamEndEvent:
            raise Unusual
        return data

    def tree(self, get: Any) -> object:
        """The value that the next events describe. One loop without calls: it is run for each value of a file."""
        from yaml.events import AliasEvent, MappingStartEvent, ScalarEvent, SequenceStartEvent

        root: list[object] = []
        inside: Any = root  # the list or mapping being filled, and the key that waits for its value
        key: str | None = None
        above: list[tuple[Any, str | None]] = []
        while True:
            event = get()
            kind = type(event)
            self.nodes += 1
            value: Any
            if kind is ScalarEvent:
                value = event.value
                if event.tag is not None or inside is root:
                    raise Unusual
                if event.implicit[0] and (value[:1] in FIRST or value in ("", "<<", "=")):
                    value = _meaning(value)
                if event.anchor is not None:
                    self.name(event, value)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                value = {} if kind is MappingStartEvent else []
                if event.tag is not None or len(above) >= DEEPEST:
                    raise Unusual
                if event.anchor is not None:
                    self.name(event, value)
            elif kind is AliasEvent:
                value = self.again(event, above, inside)
            else:  # the end of a list or mapping; the one around it goes on
                inside, key = above.pop()
                if inside is root:
                    return root[0]
                continue
            if type(inside) is list:
                inside.append(value)
            elif key is None:
                if type(value) is not str or value in inside:
                    raise Unusual
                key = value
                continue
            else:
                inside[key] = value
                key = None
            if kind is MappingStartEvent or kind is SequenceStartEvent:
                above.append((inside, key))
                inside, key = value, None

    def name(self, event: Any, value: object) -> None:
        """Keeps a value under its anchor."""
        if event.anchor in self.anchors or not _NAME.match(self.text, event.start_mark.index):
            raise Unusual
        self.anchors[event.anchor] = value

    def again(self, event: Any, above: list[tuple[Any, str | None]], inside: object) -> object:
        """A copy of what an alias stands for."""
        if event.anchor not in self.anchors or not _NAME.match(self.text, event.start_mark.index):
            raise Unusual
        value = self.anchors[event.anchor]
        if value is inside or any(value is outer for outer, _ in above):
            raise Unusual
        self.nodes -= 1  # it is counted below, as the value
        return self.copied(value, len(above))

    def copied(self, value: object, depth: int) -> object:
        """The value anew, counted like the original."""
        self.nodes += 1
        if self.nodes > careful.MOST_NODES or depth > DEEPEST:
            raise Unusual
        if isinstance(value, dict):
            return {key: self.copied(inner, depth + 1) for key, inner in value.items()}
        return [self.copied(inner, depth + 1) for inner in value] if isinstance(value, list) else value


def _meaning(text: str) -> object:
    """What a plain scalar stands for, where it may be more than text."""
    if text in ("<<", "="):
        raise Unusual
    return plain(text)
