"""Turns markup into blocks of plain text.

Never judges what a block is worth; a border of inline markup never puts a space into a word, a border of a block always
parts words.
"""

from __future__ import annotations

import html as entities
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree, html

from .floods import without_floods
from .tags import TAG

_PARAGRAPH_LIKE = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "pre", "blockquote", "td", "dd", "dt"})
_BLOCKS = _PARAGRAPH_LIKE | frozenset(
    [
        "address",
        "article",
        "aside",
        "body",
        "caption",
        "center",
        "dir",
        "details",
        "dialog",
        "div",
        "dl",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "main",
        "menu",
        "nav",
        "ol",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_SILENT = frozenset(
    [
        "audio",
        "base",
        "button",
        "canvas",
        "datalist",
        "head",
        "iframe",
        "input",
        "link",
        "map",
        "math",
        "meta",
        "meter",
        "noembed",
        "noframes",
        "noscript",
        "object",
        "option",
        "picture",
        "progress",
        "rp",
        "rt",
        "script",
        "select",
        "style",
        "svg",
        "template",
        "textarea",
        "title",
        "video",
    ]
)
"""Elements whose content is no running text. `rt` and `rp` are readings of the characters beside them."""

_OF_HEAD = frozenset({"", "base", "link", "meta", "noscript", "script", "style", "template", "title"})

_SPACE = re.compile(r"[ \t\r\n\f\v\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f]+")
_INVISIBLE = re.compile(
    "[\u00ad\u200b\u200e\u200f\u2060\ufeff\u0000-\u0008\u000e-\u001f"
    "\u007f-\u0084\u0086-\u009f\u202a-\u202e\u2066-\u2069\ue000\ue001\ufffe\uffff]"
)
# What the parser lets pass and no text of a tree may have, as it stands and as a reference.
_NO_CHARACTER = re.compile(
    r"[\v\f]|&#(?:0*(?:[1-8]|1[124-9]|2\d|3[01]|6553[45])|[xX]0*(?:[1-8bBcCeEfF]|1[0-9a-fA-F]|[fF]{3}[eEfF]))(?:;|(?![0-9a-fA-F]))"
)
_CJK = "\u3000-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"
_WIDE = re.compile(rf"[{_CJK}]")
_BREAK_IN_CJK = re.compile(rf"(?<=[{_CJK}])[ \t]*[\r\n]+[ \t]*(?=[{_CJK}])")
_LINE = "\n"
_LINK_ON, _LINK_OFF = "\ue000", "\ue001"
_LINKED = re.compile(f"{_LINK_ON}([^{_LINK_OFF}]*){_LINK_OFF}?")
_EMPTY_LINE = re.compile(r"\n[ \u3000]*\n\s*|\n(?=\u3000)|\n(?=[◆■▼●○◇□])")
"""Where line breaks part paragraphs: two in a row, or one before an indent or a bullet of Japanese print."""
_INDENT = re.compile(r"\r?\n[ \t]{0,40}\r?\n[ \t\r\n]{0,40}\u3000")
"""An empty line and an indent within one stretch of text: styles that keep line breaks show a new paragraph."""
_ENDED = re.compile(r"[.!?。！？…][\"'”’」』）)\]]*$")
LINE_PARAGRAPH = 60
"""Weight that lines must have on average to be paragraphs of their own (the lines of a verse or an address have
less)."""
_LABELLED = re.compile(r"[^\W\d_][\w ]{1,22}\s?[:：](?=\s?\S)|[©【▶►■●]|copyright\b", re.IGNORECASE)
"""How a line begins that is no part of the sentence before it."""
_DATED = re.compile(
    r"(?:[^\W\d_]+,?\s)?(?:\d{1,2}\s[^\W\d_]{3,10}|[^\W\d_]{3,10}\.?\s\d{1,2}),?\s(?:19|20)\d\d(?:\W.{0,20})?$"
    r"|(?:19|20)\d\d(?:年\d{1,2}月\d{1,2}日|[/.-]\d{1,2}[/.-]\d{1,2})(?:\W.{0,20})?$"
)
"""A line that is a date, perhaps with its hour."""


@dataclass(slots=True)
class Block:
    """A stretch of text between two borders of blocks. `linked` counts its characters inside links; `element` is the
    innermost block element around it."""

    text: str
    element: html.HtmlElement
    linked: int

    @property
    def heading(self) -> bool:
        """Whether this stands in a heading element."""
        return tag_of(self.element) in {"h1", "h2", "h3", "h4", "h5", "h6"}

    @property
    def link_share(self) -> float:
        """The share of the text that is a link, 0 to 1."""
        return min(1.0, self.linked / max(1, len(self.text)))


def parse(text: str) -> html.HtmlElement | None:
    """The tree of an HTML document or fragment; None where there is nothing to parse. Deep nesting is allowed: the
    caller bounds size and time."""
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    text = _NO_CHARACTER.sub(" ", _INVISIBLE.sub("", without_floods(text)))
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    _empty_head(tree)
    return tree


def _empty_head(tree: html.HtmlElement) -> None:
    """Moves into the body what the parser left in the head: it knows no `article` or `nav`, and so does not see the
    head end there where its end tag is left out."""
    head = tree.find("head")
    strays = [] if head is None else [child for child in head if tag_of(child) not in _OF_HEAD]
    if head is None or not strays:
        return
    moved = head[head.index(strays[0]) :]
    body = tree.find("body")
    if body is None:
        body = etree.SubElement(tree, "body")
    for place, child in enumerate(moved):
        body.insert(place, child)


def tag_of(element: etree._Element) -> str:
    """The tag in lower case; empty for comments and processing instructions."""
    return element.tag.lower() if isinstance(element.tag, str) else ""


def tidy(text: str) -> str:
    """`text` on one line: runs of white space become one space, invisible characters go, a line break between Han or
    Kana characters leaves nothing. NFC."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip(" ")
    text = _BREAK_IN_CJK.sub("", _INVISIBLE.sub("", text))
    return unicodedata.normalize("NFC", _SPACE.sub(" ", text)).strip(" \u3000")


def text_of(element: html.HtmlElement) -> str:
    """All the text under `element` on one line, without scripts and readings."""
    return " ".join(block.text for block in blocks(element))


def blocks(root: html.HtmlElement) -> list[Block]:
    """The texts under `root` in the order of the page; empty ones are left out."""
    found: list[Block] = []
    buffer: list[str] = []
    owners = [root]
    rows: set[html.HtmlElement] = set()
    links = 0

    def flush() -> None:
        if buffer:
            found.extend(_pieces("".join(buffer), owners[-1]))
            buffer[:] = [_LINK_ON] if links else []

    walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        tag = tag_of(element)
        if event == "start":
            if tag in _SILENT:
                walker.skip_subtree()
            elif tag in {"td", "th"} and owners[-1] in rows:
                buffer.append(" ")
            elif is_block(tag):
                flush()
                owners.append(element)
                if tag == "tr" and _is_row(element):
                    rows.add(element)
            elif tag == "br":
                buffer.append(_LINE)
            elif tag == "a" and element.get("href"):
                links += 1
                buffer.append(_LINK_ON)
            if element.text and tag not in _SILENT:
                buffer.append(_flat(element.text, tag == "pre"))
            continue
        if event == "end" and tag not in _SILENT:
            if tag in {"td", "th"} and owners[-1] in rows:
                buffer.append(" ")
            elif is_block(tag):
                flush()
                owners.pop()
            elif tag == "a" and element.get("href"):
                links -= 1
                buffer.append("" if links else _LINK_OFF)
        if element.tail and element is not root:
            buffer.append(_flat(element.tail, False))
    flush()
    return found


def is_block(tag: str) -> bool:
    """Whether an element of this name parts the text before it from the text after it."""
    return tag in _BLOCKS or "-" in tag


def is_silent(tag: str) -> bool:
    """Whether what stands in an element of this name (or in a comment, which has none) is no text of the page."""
    return not tag or tag in _SILENT


def _is_row(element: html.HtmlElement) -> bool:
    """Whether a table's row is one of figures and words, not a part of the page's layout."""
    cells = [child for child in element if tag_of(child) in {"td", "th"}]
    if not 2 <= len(cells) <= 12 or any(
        is_block(tag_of(one)) or tag_of(one) in {"br", "img"} for cell in cells for one in cell.iterdescendants()
    ):
        return False
    return all(len(cell.text_content()) <= 120 for cell in cells)


def plain(markup: str) -> str:
    """One line of plain text from a feed's title or name: tags go, entities are resolved once, and once more with
    their tags where markup was escaped twice."""
    for _ in range(2):
        if TAG.search(markup):
            tree = parse(f"<div>{markup}</div>")
            markup = "" if tree is None else text_of(tree)
        else:
            markup = entities.unescape(markup)
            if not TAG.search(markup):
                break
    return tidy(markup)


def paragraphs(markup: str) -> tuple[str, ...]:
    """The paragraphs of a feed's summary or content; text without markup is parted at its empty lines."""
    for _ in range(2):
        if not TAG.search(markup):
            markup = entities.unescape(markup)
            if not TAG.search(markup):
                return tuple(line for line in map(tidy, re.split(r"\n\s*\n", markup)) if line)
        tree = parse(f"<div>{markup}</div>")
        if tree is None:
            return ()
        for caption in tree.xpath(".//figcaption"):
            caption.drop_tree()
        texts = tuple(block.text for block in blocks(tree))
        markup = "\n\n".join(texts)
        if not TAG.search(markup):
            return texts
    return tuple(line for line in map(tidy, TAG.sub(" ", markup).split("\n\n")) if line)


def weight(text: str) -> int:
    """How much a text says, in letters of Latin script: a Han or Kana character counts for three."""
    return len(text) if text.isascii() else len(text) + 2 * len(_WIDE.findall(text))


def _flat(text: str, preformatted: bool) -> str:
    if preformatted:
        return text.replace("\r\n", "\n")
    parts = _INDENT.split(text) if "\u3000" in text else [text]
    return "\n\n\u3000".join(_SPACE.sub(" ", _BREAK_IN_CJK.sub("", part)) for part in parts)


def _pieces(raw: str, owner: html.HtmlElement) -> Iterator[Block]:
    """The paragraphs in one stretch of text; line breaks part them only where they are meant to."""
    linked = False
    for part in _EMPTY_LINE.split(raw):
        for line in _lines(part):
            marked = (_LINK_ON if linked else "") + line
            linked = marked.rfind(_LINK_ON) > marked.rfind(_LINK_OFF)
            text = tidy(line)
            if text:
                linked_text = _LINKED.findall(marked) if _LINK_ON in marked else ()
                yield Block(text, owner, sum(len(tidy(found)) for found in linked_text))


def _lines(part: str) -> list[str]:
    """`part` as paragraphs: its lines where each is a paragraph of its own (long, and ended as a sentence), else one;
    a line that begins with a label (`Editor: ...`) or a copyright sign stands alone."""
    lines = [line for line in part.split(_LINE) if tidy(line)]
    texts = [tidy(_strip_marks(line)) for line in lines]
    sentences = len(lines) > 1 and all(_ENDED.search(text) for text in texts)
    if sentences and sum(map(weight, texts)) >= LINE_PARAGRAPH * len(lines):
        return lines
    joined: list[str] = []
    alone = True
    for line in lines:
        text = tidy(_strip_marks(line))
        labelled = bool(_LABELLED.match(text) or _DATED.match(text))
        if alone or labelled:
            joined.append(line)
        else:
            joined[-1] += _LINE + line
        alone = labelled
    return [_BREAK_IN_CJK.sub("", paragraph) for paragraph in joined]


def _strip_marks(line: str) -> str:
    return line.replace(_LINK_ON, "").replace(_LINK_OFF, "")
