"""Telegram's HTML, read as strictly as its server reads it: visible text and entities, or the server's own complaint.

It follows the rules of core.telegram.org/bots/api#html-style; it knows no other markup and never repairs any.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

_STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_ENTITY = re.compile(r"&(?:#(?P<dec>\d{1,7})|#[xX](?P<hex>[0-9a-fA-F]{1,6})|(?P<name>lt|gt|amp|quot));?")
_ATTRIBUTE = re.compile(
    r"""\s*(?P<name>[^\s=>]+)(?:\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[A-Za-z0-9.\-]+)(?=[\s>])))?"""
)


class ParseError(Exception):
    """What the server says after "Bad Request: can't parse entities: "."""


@dataclass
class Parsed:
    """Visible text, its entities with offsets in UTF-16 units, and what the server would have dropped in silence."""

    text: str
    entities: list[dict[str, Any]]
    dropped: list[str] = field(default_factory=list)


def units(text: str) -> int:
    """Length in UTF-16 units, the unit of entity offsets."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _decode(match: re.Match[str]) -> str:
    if name := match["name"]:
        return _NAMED[name]
    code = int(match["dec"]) if match["dec"] else int(match["hex"], 16)
    return chr(code) if 0 < code < 0x10FFFF else match[0]


def unescape(text: str) -> str:
    """`text` with the four named entities and the numeric ones resolved; any other stays as it is written."""
    return _ENTITY.sub(_decode, text)


def link_is_kept(url: str) -> bool:
    """Whether the server makes a link of it: http, https or tg, and a host with a dot."""
    try:
        parts = urlsplit(url if "//" in url or url.startswith("tg:") else f"http://{url}")
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme == "tg" or (parts.scheme in ("http", "https") and "." in host.strip("."))


def parse(html: str) -> Parsed:
    """The message as a reader sees it. Raises ParseError with the server's words."""
    out: list[str] = []
    length = 0
    open_tags: list[tuple[str, int, str, int]] = []
    entities: list[dict[str, Any]] = []
    dropped: list[str] = []
    position = 0

    def say(text: str) -> None:
        nonlocal length
        out.append(text)
        length += units(text)

    for tag in re.finditer(r"<", html):
        start = tag.start()
        if start < position:
            continue
        say(unescape(html[position:start]))
        at = len(html[:start].encode())
        if html[start + 1 : start + 2] != "/":
            name, argument, position = _start_tag(html, start, at)
            open_tags.append((name, length, argument, at))
            continue
        position, name = _end_tag(html, start, at)
        if not open_tags:
            raise ParseError(f"Unexpected end tag at byte offset {at}")
        opened, offset, argument, _ = open_tags.pop()
        if name and name != opened:
            raise ParseError(f'Unmatched end tag at byte offset {at}, expected "</{opened}>", found "</{name}>"')
        _close(opened, offset, argument, length, "".join(out), entities, dropped)
    say(unescape(html[position:]))
    if open_tags:
        raise ParseError(
            f'Can\'t find end tag corresponding to start tag "{open_tags[-1][0]}" at byte offset {open_tags[-1][3]}'
        )
    return _trimmed("".join(out), entities, dropped)


def _start_tag(html: str, start: int, at: int) -> tuple[str, str, int]:
    found = re.compile(r"[^\s>]*").match(html, start + 1)
    assert found is not None
    if found.end() >= len(html):
        raise ParseError(f"Unclosed start tag at byte offset {at}")
    name = found[0].lower()
    if name not in _STYLES:
        raise ParseError(f'Unsupported start tag "{name}" at byte offset {at}')
    position, attributes = found.end(), {}
    while True:
        while position < len(html) and html[position].isspace():
            position += 1
        if position >= len(html):
            raise ParseError(f"Unclosed start tag at byte offset {at}")
        if html[position] == ">":
            break
        attribute = _ATTRIBUTE.match(html, position)
        if attribute is None or html[attribute.end() : attribute.end() + 1] not in (">", " ", "\n", "\t"):
            raise ParseError(f"Unexpected end of name token at byte offset {at}")
        value = next((v for v in (attribute["double"], attribute["single"], attribute["bare"]) if v is not None), None)
        key = attribute["name"].lower()
        if value is None and (name, key) != ("blockquote", "expandable"):
            raise ParseError(
                f'Expected equal sign in declaration of an attribute of the tag "{name}" at byte offset {at}'
            )
        attributes[key] = unescape(value or "")
        position = attribute.end()
    return name, _argument(name, attributes, at), position + 1


def _argument(name: str, attributes: dict[str, str], at: int) -> str:
    if name == "a":
        return attributes.get("href", "")
    if name == "code":
        return attributes.get("class", "")
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise ParseError(f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
    if name == "tg-emoji":
        return attributes.get("emoji-id", "")
    if name == "tg-time":
        if not re.fullmatch(r"\d{1,10}", attributes.get("unix", "")):
            raise ParseError(f'Tag "tg-time" must have attribute "unix" at byte offset {at}')
        return attributes["unix"]
    return "expandable" if name == "blockquote" and "expandable" in attributes else ""


def _end_tag(html: str, start: int, at: int) -> tuple[int, str]:
    found = re.compile(r"</([^\s>]*)\s*>").match(html, start)
    if found is None:
        raise ParseError(f"Unclosed end tag at byte offset {at}")
    return found.end(), found[1].lower()


def _close(
    name: str, offset: int, argument: str, end: int, text: str, entities: list[dict[str, Any]], dropped: list[str]
) -> None:
    if end == offset:
        return
    entity: dict[str, Any] = {"type": _STYLES[name], "offset": offset, "length": end - offset}
    if name == "a":
        url = argument or text.encode("utf-16-le")[offset * 2 :].decode("utf-16-le", "replace")
        if not link_is_kept(url):
            dropped.append(f"the link {url!r} vanishes")
            return
        entity["url"] = url
    elif name == "blockquote" and argument:
        entity["type"] = "expandable_blockquote"
    elif name == "tg-time":
        entity["unix_time"] = int(argument)
    elif name == "tg-emoji":
        entity["custom_emoji_id"] = argument
    inside = [e for e in entities if offset <= e["offset"] and e["offset"] + e["length"] <= end]
    if "blockquote" in entity["type"] and any("blockquote" in e["type"] for e in inside):
        dropped.append("a block quotation inside another")
        return
    if name in ("code", "pre") and any(e["type"] not in ("code", "pre") for e in inside):
        dropped.append(f"markup inside <{name}>")
    entities.append(entity)


def _trimmed(text: str, entities: list[dict[str, Any]], dropped: list[str]) -> Parsed:
    # Control characters become spaces; \r and the direction marks U+2028-202E are dropped; both ends are trimmed.
    clean = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", " ", text)
    if re.search("[\r\u2028-\u202e]", clean):
        dropped.append("a carriage return or a direction mark")
    visible = clean.strip()
    lead = units(clean[: len(clean) - len(clean.lstrip())])
    total = units(visible)
    kept = []
    for entity in sorted(entities, key=lambda e: (e["offset"], -e["length"])):
        begin = max(entity["offset"] - lead, 0)
        end = min(entity["offset"] + entity["length"] - lead, total)
        if end > begin:
            kept.append({**entity, "offset": begin, "length": end - begin})
    return Parsed(visible, kept, dropped)
