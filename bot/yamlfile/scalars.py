"""What a scalar of a YAML 1.2 file says: text, a number, true, false or nothing.

Source of the rules: the core schema of YAML 1.2 (10.3.2) as ruamel.yaml's resolver widens it, with `1_000` and leading
zeros as decimals. It never sees tags or places.
"""

from __future__ import annotations

import re

Scalar = str | int | float | bool | None

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
_FLOAT = re.compile(
    r"[-+]?[0-9][0-9_]*(?:\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)"
    r"|[-+]?\.[0-9_]+(?:[eE][-+][0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_INTEGER = re.compile(r"[-+]?(?:0b[01_]+|0o[0-7_]+|0x[0-9a-fA-F_]+|[0-9_]+)")

FIRST = frozenset("-+.0123456789~nNtTfF")
"""What a plain scalar that is not text, but no empty one, begins with."""


def plain(text: str) -> Scalar:
    """What a scalar without quotes stands for. Raises ValueError for what looks like a number and is none (`_`)."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text) and not text.startswith("_"):
        return integer(text)
    if _FLOAT.fullmatch(text):
        return decimal(text)
    return text


def integer(text: str) -> int:
    """Decimal (leading zeros count for nothing), 0o octal, 0x hexadecimal, 0b binary. Raises ValueError."""
    text = text.replace("_", "")
    digits = text.lstrip("+-")
    base = {"0x": 16, "0o": 8, "0b": 2}.get(digits[:2].lower(), 10)
    return int(digits, base) * (-1 if text.startswith("-") else 1)


def decimal(text: str) -> float:
    """A decimal fraction, `.inf` or `.nan`. Raises ValueError."""
    return float(text.replace("_", "").lower().replace(".inf", "inf").replace(".nan", "nan"))


def whole(text: str) -> str:
    """The text with characters that JSON writes as two escapes put together; no database takes the halves. Raises
    UnicodeError for a half without its other half."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16") if re.search("[\ud800-\udfff]", text) else text
