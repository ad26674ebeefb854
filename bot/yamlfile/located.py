"""From the bytes of a YAML 1.2 file to plain data in which every value knows its line and column.

It never decides what the data means.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.errors import ConfigError, ConfigErrors
from bot.yamlfile import careful, fast
from bot.yamlfile.excerpt import Lines, excerpt
from bot.yamlfile.nodes import Place, Step, child, is_empty, place_of
from bot.yamlfile.words import one_line


class Located:
    """The plain data of one file, and where each value of it stands.

    `data` holds dict, list, str, int, float, bool and None only, with text for every key; `file` is the name to show.
    Places are looked for when the first is asked for: a file without mistakes needs none.
    """

    def __init__(self, data: object, file: str, raw: bytes, quick: bool) -> None:
        self.data = data
        self.file = file
        self._raw = raw
        self._quick = quick
        self._nodes: Any = None
        self._lines: Lines | None = None

    def place(self, path: Sequence[Step], key: bool = False) -> Place:
        """Line and column, from 1, of the value at `path` (or of its key); of the nearest parent that exists where
        there is no such value, and 1, 1 in an empty file."""
        node = self.tree()
        if node is None:
            return 1, 1
        before, steps = None, tuple(path)
        for number, step in enumerate(steps):
            entry = child(node, step)
            if entry is None:
                break
            _, before, node = entry
            if key and number + 1 == len(steps) and before is not None:
                return place_of(before)
        return place_of(node) if before is None else self._after_colon(before, node)

    def error(self, message: str, path: Sequence[Step], key: bool = False) -> ConfigError:
        """`message` as an error at the place of `path`."""
        return self.error_at(message, self.place(path, key))

    def error_at(self, message: str, place: Place) -> ConfigError:
        """`message` as an error at a line and column, with the excerpt of that line."""
        if self._lines is None:
            self._lines = Lines(self._raw.decode())
        return ConfigError(one_line(message), self.file, *place, self._lines.excerpt(*place) or None)

    def _after_colon(self, key: Any, value: Any) -> Place:
        """The place of a key's value; where there is none, just after the colon (a parser names the next token)."""
        if is_empty(value):
            colon = re.compile(r" *:").match(self._raw.decode(), key.end_mark.index)
            if colon is not None:
                return key.end_mark.line + 1, key.end_mark.column + 1 + colon.end() - colon.start()
        return place_of(value)

    def tree(self) -> Any:
        """The parser's nodes, for marks that places do not have; None for an empty file."""
        if self._nodes is None:
            if self._quick:
                self._nodes = fast.compose(self._raw)
            else:
                self._nodes = careful.compose(self._raw.decode(), self.file)
        return self._nodes


def read(path: Path, shown: str | None = None) -> Located:
    """The file's data with its places; an empty file is an empty mapping.

    `shown` is the name used in messages, by default the path itself. Raises ConfigErrors for a file that cannot be
    read, is not UTF-8, is not YAML 1.2, or holds duplicate keys, keys that are not text, or tags.
    """
    file = shown or str(path)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise ConfigErrors([ConfigError("there is no such file", file)]) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigErrors([ConfigError(f"the file cannot be read: {reason}", file)]) from None
    return parse(raw, file)


def parse(raw: bytes, file: str) -> Located:
    """The same for bytes that are already at hand; raises ConfigErrors as `read` does."""
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        good = raw[: error.start].decode()
        bad = f"the byte 0x{raw[error.start]:02x} is not UTF-8: save the file as UTF-8"
        place = careful.after(good)
        shown = excerpt(raw.decode("utf-8", "replace"), *place) or None
        raise ConfigErrors([ConfigError(bad, file, *place, shown)]) from None
    try:
        return Located(fast.load(raw, text), file, raw, quick=True)
    except fast.Unusual:
        pass
    try:
        return Located(careful.load(text, file), file, raw, quick=False)
    except ConfigErrors as errors:
        lines = Lines(text)
        for mistake in errors.errors:
            mistake.excerpt = lines.excerpt(mistake.line, mistake.column) or None
        raise
