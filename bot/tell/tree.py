"""A message as a tree, and its two printed forms: Telegram HTML and plain text. It never cuts a printed string.

Limits and tags are those of the Bot API (core.telegram.org/bots/api#html-style); the ones it does not print are named
where they stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from bot.tell.pictures import Picture, picture_from_json, picture_to_json


@dataclass(frozen=True, slots=True)
class Text:
    """Words as they are; nothing in them is markup."""

    text: str


@dataclass(frozen=True, slots=True)
class Bold:
    """Children in bold."""

    children: tuple[Node, ...]

    def __init__(self, *children: Node | str) -> None:
        object.__setattr__(self, "children", _nodes(children))


@dataclass(frozen=True, slots=True)
class Italic:
    """Children in italics."""

    children: tuple[Node, ...]

    def __init__(self, *children: Node | str) -> None:
        object.__setattr__(self, "children", _nodes(children))


@dataclass(frozen=True, slots=True)
class Code:
    """Words in a fixed width; no markup inside."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Children that open `url`. An address Telegram would not accept leaves the children without a link."""

    url: str
    children: tuple[Node, ...]

    def __init__(self, url: str, *children: Node | str) -> None:
        object.__setattr__(self, "url", url)
        object.__setattr__(self, "children", _nodes(children))


@dataclass(frozen=True, slots=True)
class Quote:
    """A block quotation, folded at first when `expandable`. Quotations do not nest."""

    children: tuple[Node, ...]
    expandable: bool

    def __init__(self, *children: Node | str, expandable: bool = False) -> None:
        object.__setattr__(self, "children", _nodes(children))
        object.__setattr__(self, "expandable", expandable)


@dataclass(frozen=True, slots=True)
class Time:
    """A moment that each reader sees on their own clock; `text` is what others read, with its zone. `form` is that of
    core.telegram.org/bots/api#html-style."""

    moment: datetime
    text: str
    form: str = "dt"


Node: TypeAlias = Text | Bold | Italic | Code | Link | Quote | Time


@dataclass(frozen=True, slots=True)
class Key:
    """What can be pressed under a message: its words, and what comes back, at most 64 bytes, or an address that opens.
    A terminal shows none."""

    text: str
    data: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A whole message; it may be longer than Telegram takes at once (see `split`). `keys` are rows of them; a
    `picture` stands above the words."""

    nodes: tuple[Node, ...]
    keys: tuple[tuple[Key, ...], ...] = ()
    picture: Picture | None = None

    def __init__(self, *nodes: Node | str, keys: Sequence[Sequence[Key]] = (), picture: Picture | None = None) -> None:
        object.__setattr__(self, "nodes", _nodes(nodes))
        object.__setattr__(self, "keys", tuple(map(tuple, keys)))
        object.__setattr__(self, "picture", picture)


def _nodes(children: Sequence[Node | str]) -> tuple[Node, ...]:
    return tuple(Text(child) if isinstance(child, str) else child for child in children)


# --- printing -------------------------------------------------------------------------------------------------------

# Control characters, and the marks that reverse or isolate the direction of text: a title must not rearrange the
# message it stands in. Newline and tab stay; zero-width joiners stay, since scripts and emoji need them.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")


def clean(text: str) -> str:
    """`text` without control characters and direction overrides."""
    return _UNSAFE.sub(" ", text)


def escape(text: str) -> str:
    """`text` as Telegram HTML; only the named entities that the Bot API knows are used."""
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def usable_link(url: str) -> bool:
    """Whether Telegram makes a link of `url`; it silently drops any other, such as a host without a dot."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    # https://bank.example@evil.example/ and look-alike letters show one address and open another.
    if parts.username is not None or not host.isascii():
        return False
    return parts.scheme in ("http", "https", "tg") and (parts.scheme == "tg" or "." in host) and not _UNSAFE.search(url)


def html(message: Message) -> str:
    """The message as Telegram HTML (parse mode HTML)."""
    return "".join(_html(node) for node in message.nodes).strip()


def _html(node: Node) -> str:
    match node:
        case Text(text):
            return escape(text)
        case Code(text):
            return f"<code>{escape(text)}</code>"
        case Bold():
            return f"<b>{_inner(node)}</b>"
        case Italic():
            return f"<i>{_inner(node)}</i>"
        case Quote(_, expandable):
            return f"<blockquote{' expandable' if expandable else ''}>{_inner(node)}</blockquote>"
        case Link(url, _):
            return f'<a href="{escape(url)}">{_inner(node)}</a>' if usable_link(url) else _inner(node)
        case Time(moment, text, form):
            unix = int(moment.timestamp())
            # A hostile date of before 1970 or after 2038 is none that every reader's client can show.
            if not 0 < unix < 2**31:
                return escape(text)
            return f'<tg-time unix="{unix}" format="{escape(form)}">{escape(text)}</tg-time>'


def _inner(node: Bold | Italic | Quote | Link) -> str:
    return "".join(_html(child) for child in node.children)


def words_of(message: Message) -> Message:
    """The words of a message that has a picture, for below it or without it: its title where there are no others."""
    without = Message(*message.nodes, keys=message.keys)
    if message.picture is None or html(without):
        return without
    return Message(Bold(" ".join(clean(message.picture.title).split()) or "…"), keys=message.keys)


def plain(message: Message, *, ansi: bool = False) -> str:
    """The message for a terminal or a log: links written out behind their words; bold by escape codes if `ansi`; of a
    picture its title."""
    words = ""
    for before, node in zip((None, *message.nodes), message.nodes, strict=False):
        part = _plain(node, ansi)
        # In a chat a quotation is a block; what follows begins on a line of its own.
        words += f"\n{part}" if isinstance(before, Quote) and not part.startswith("\n") else part
    words = words.strip()
    if message.picture is None:
        return words
    title = " ".join(clean(message.picture.title).split())
    return f"[picture: {title}]\n{words}".strip()


def _plain(node: Node, ansi: bool) -> str:
    match node:
        case Text(text) | Code(text) | Time(_, text):
            return clean(text)
        case Quote():
            inner = "".join(_plain(child, ansi) for child in node.children).strip("\n")
            return "\n".join(f"  | {line}" for line in inner.split("\n"))
        case Link(url, children):
            return "".join(_plain(child, ansi) for child in children) + f" <{clean(url)}>"
        case Bold(children) | Italic(children):
            inner = "".join(_plain(child, ansi) for child in children)
            code = "1" if isinstance(node, Bold) else "3"
            return f"\x1b[{code}m{inner}\x1b[0m" if ansi else inner


# --- storing --------------------------------------------------------------------------------------------------------

_KINDS: dict[str, type[Bold | Italic]] = {"b": Bold, "i": Italic}
_KEYS = "keys"
_PICTURE = "picture"


def to_json(message: Message) -> list[Any]:
    """The tree as JSON values, for the outbox: a picture's data come first, keys last, where there are any."""
    picture = [{_PICTURE: picture_to_json(message.picture)}] if message.picture is not None else []
    keys = [[[key.text, key.data, *([key.url] if key.url else [])] for key in row] for row in message.keys]
    return [*picture, *map(_to_json, message.nodes), *([{_KEYS: keys}] if keys else [])]


def _to_json(node: Node) -> Any:
    match node:
        case Text(text):
            return text
        case Code(text):
            return {"code": text}
        case Time(moment, text, form):
            return {"time": moment.isoformat(), "text": text, "form": form}
        case Link(url, children):
            return {"a": [_to_json(child) for child in children], "url": url}
        case Quote(children, expandable):
            return {"quote": [_to_json(child) for child in children], "expandable": expandable}
        case Bold(children):
            return {"b": [_to_json(child) for child in children]}
        case Italic(children):
            return {"i": [_to_json(child) for child in children]}


def from_json(values: Sequence[Any]) -> Message:
    """The tree that `to_json` wrote."""
    picture = picture_from_json(values[0][_PICTURE]) if values and _holds(values[0], _PICTURE) else None
    keys = values[-1][_KEYS] if values and _holds(values[-1], _KEYS) else []
    nodes = map(_from_json, values[picture is not None : len(values) - bool(keys)])
    return Message(*nodes, keys=[[Key(*key) for key in row] for row in keys], picture=picture)


def _holds(value: Any, name: str) -> bool:
    return isinstance(value, dict) and name in value


def _from_json(value: Any) -> Node:
    if isinstance(value, str):
        return Text(value)
    if "code" in value:
        return Code(value["code"])
    if "time" in value:
        return Time(datetime.fromisoformat(value["time"]), value["text"], value["form"])
    if "a" in value:
        return Link(value["url"], *map(_from_json, value["a"]))
    if "quote" in value:
        return Quote(*map(_from_json, value["quote"]), expandable=value["expandable"])
    ((kind, children),) = value.items()
    return _KINDS[kind](*map(_from_json, children))
