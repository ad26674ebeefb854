"""Turns the bytes of a feed or a page into text.

Never fails and never guesses from letter statistics: a wrong byte becomes a replacement mark, not another alphabet.
"""

from __future__ import annotations

import codecs
import re
import zlib

MAX_UNPACKED = 20_000_000
"""Bytes an unlabelled gzip body may unpack to; what follows is cut off."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WITHOUT_BOM = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
"""How a document in these encodings begins that lacks the mark (XML 1.0, appendix F)."""
_XML_LABEL = re.compile(rb"""^\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*["']\s*([\w.:-]+)""")
_META_LABEL = re.compile(rb"""<meta\b[^>]{0,400}?\bcharset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_HEADER_LABEL = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_ISO_2022_JP = re.compile(rb"\x1b(?:\$[@B]|\([BJI])")

# Labels mean what browsers take them for (WHATWG Encoding Standard, section 4.2), not what their standards say.
_AS_BROWSERS = {
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "ms_kanji": "cp932",
    "windows-31j": "cp932", "ms932": "cp932", "csshiftjis": "cp932",
    "x-euc-jp": "euc-jp", "eucjp": "euc-jp",
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252",
    "us-ascii": "cp1252", "x-cp1252": "cp1252", "iso-8859-9": "cp1254", "tis-620": "cp874", "iso-8859-11": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs", "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949", "utf8": "utf-8", "unicode": "utf-8", "utf-16": "utf-8", "x-user-defined": "cp1252",
    "macintosh": "mac-roman", "mac": "mac-roman", "csmacintosh": "mac-roman", "x-mac-roman": "mac-roman",
}  # fmt: skip
_STRICTER_FIRST = {
    "euc-jp": ("euc_jp", "euc_jis_2004"),
    "iso-2022-jp": ("iso2022_jp", "iso2022_jp_2004", "iso2022_jp_ext"),
}
"""Codecs tried in turn for one label: the later ones add NEC's row 13 and half-width kana, found under these labels."""


def decode(body: bytes, content_type: str | None = None) -> str:
    """The text of `body`. In order: a byte order mark, or a first `<` of two or four bytes; strict UTF-8, whatever is
    declared; what the XML declaration, the header or the meta tag declares; where nothing is declared and it is no
    UTF-8 with a few wrong bytes, the old encodings (`_undeclared`); UTF-8 with replacement marks. A gzip body is
    unpacked first."""
    body = unpack(body)
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    for beginning, name in _WITHOUT_BOM:
        if body.startswith(beginning):
            return body.decode(name, "replace")
    labels = _labels(body, content_type)
    if not body.isascii():
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError:
            pass
    elif not (_ISO_2022_JP.search(body) and "iso-2022-jp" in labels):
        return body.decode("ascii")
    for label in labels:
        text = _decode_as(body, label)
        if text is not None:
            return text
    return (None if labels else _undeclared(body)) or body.decode("utf-8", "replace")


_UTF8_CHARACTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")


def _mostly_utf8(body: bytes, share: float) -> bool:
    """Whether more than this share of the bytes that are not ASCII belong to characters of UTF-8."""
    return sum(map(len, _UTF8_CHARACTER.findall(body))) > share * len(_HIGH_BYTE.findall(body))


def _undeclared(body: bytes) -> str | None:
    """A text without any label that is not UTF-8: Japanese where the bytes are so many that only a script of two bytes
    a character can be meant and every one of them fits; else windows-1252, the Web's default. None where most of the
    bytes are UTF-8 after all."""
    if _mostly_utf8(body, 0.5):
        return None
    high = len(_HIGH_BYTE.findall(body))
    if high * 10 > len(body):
        fitting = [text for name in ("cp932", "euc_jp") if (text := _strictly(body, name)) is not None]
        if fitting:
            # Read as Shift_JIS, EUC-JP looks like half-width kana, which nobody writes much of.
            return min(fitting, key=lambda text: len(_HALF_WIDTH_KANA.findall(text)))
    return body.decode("cp1252", "replace")


_HALF_WIDTH_KANA = re.compile("[\uff61-\uff9f]")


def _strictly(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except UnicodeDecodeError:
        return None


def unpack(body: bytes) -> bytes:
    """`body`, unpacked when it is gzip that nobody labelled so (every member, up to `MAX_UNPACKED` bytes)."""
    unpacked = b""
    rest = body
    while rest.startswith(b"\x1f\x8b\x08") and len(unpacked) < MAX_UNPACKED:
        member = zlib.decompressobj(wbits=31)
        try:
            unpacked += member.decompress(rest, MAX_UNPACKED - len(unpacked))
        except zlib.error:
            break
        rest = member.unused_data
    return unpacked or body


def _labels(body: bytes, content_type: str | None) -> list[str]:
    found = []
    if xml := _XML_LABEL.search(body[:1024]):
        found.append(xml[1].decode("ascii"))
    if header := _HEADER_LABEL.search(content_type or ""):
        found.append(header[1])
    if meta := _META_LABEL.search(body[:4096]):
        found.append(meta[1].decode("ascii"))
    labels = [label.lower() for label in found]
    return [_AS_BROWSERS.get(label, label) for label in labels]


def _decode_as(body: bytes, label: str) -> str | None:
    """`body` read under `label`, with replacement marks where it is slightly wrong; None where it is no such text."""
    if label == "utf-8":
        return None  # not strictly so, as was tried; the last resort replaces
    if label == "cp1252" and _mostly_utf8(body, 0.8):
        return None  # the label of servers that were never told: UTF-8 with a wrong byte in it
    names = _STRICTER_FIRST.get(label, (label,))
    for name in names:
        try:
            return body.decode(name)
        except LookupError:
            return None
        except UnicodeDecodeError:
            continue
    text = body.decode(names[-1], "replace")
    return text if text.count("\ufffd") * 50 < len(text) else None
