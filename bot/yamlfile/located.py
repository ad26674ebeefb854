"""From the bytes of a YAML 1.2 file to plain data in which every value knows its line and column.

It never decides what the data means.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.errors import ConfigError, ConfigErrors
from bot.yamlfile.words import found, one_line

Step = str | int
Place = tuple[int, int]

MOST_NODES = 1_000_000
"""Values in one file with its aliases written out; ten nested aliases of ten would be ten thousand million."""


class Located:
    """The plain data of one file, and where each value of it stands.

    `data` holds dict, list, str, int, float, bool and None only, with text for every key; `file` is the name to show.
    """

    def __init__(
        self, data: object, file: str, values: Mapping[tuple[Step, ...], Place], keys: Mapping[tuple[Step, ...], Place]
    ) -> None:
        self.data = data
        self.file = file
        self._values = values
        self._keys = keys

    def place(self, path: Sequence[Step], key: bool = False) -> Place:
        """Line and column, from 1, of the value at `path` (or of its key); of the nearest parent that exists where
        there is no such value, and 1, 1 in an empty file."""
        steps = tuple(path)
        if key and steps in self._keys:
            return self._keys[steps]
        while steps and steps not in self._values:
            steps = steps[:-1]
        return self._values.get(steps, (1, 1))

    def error(self, message: str, path: Sequence[Step], key: bool = False) -> ConfigError:
        """`message` as an error at the place of `path`."""
        return ConfigError(one_line(message), self.file, *self.place(path, key))


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
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        good = raw[: error.start].decode("utf-8-sig")
        bad = f"the byte 0x{raw[error.start]:02x} is not UTF-8: save the file as UTF-8"
        raise ConfigErrors([ConfigError(bad, file, *_count(good))]) from None
    from ruamel.yaml.nodes import Node

    node = _compose(text, file)
    if node is None:
        return Located({}, file, {}, {})
    assert isinstance(node, Node)
    reading = _Reading(file)
    try:
        data = reading.build(node, ())
    except RecursionError:
        raise ConfigErrors([ConfigError("the file is nested too deeply", file)]) from None
    if reading.errors:
        raise ConfigErrors(reading.errors)
    return Located(data, file, reading.values, reading.keys)


# --- from text to data and places -----------------------------------------------------------------------------------

_PLAIN = {
    "mapping values are not allowed here": "unexpected ':': check the indentation, or put the text in quotes",
    "sequence entries are not allowed here": "a list cannot begin here: put '- ' on a line of its own, indented",
    "but found another document": "a second document begins here ('---'): one file holds one",
}
_UNCLOSED = {
    "while parsing a flow sequence": "this '[' is not closed by a ']' (or a comma is missing before line {line})",
    "while parsing a flow mapping": "this '{{' is not closed by a '}}' (or a comma is missing before line {line})",
    "while scanning a quoted scalar": "this quote is not closed",
}


def _count(text: str) -> Place:
    """The place just after `text`."""
    return text.count("\n") + 1, len(text) - (text.rfind("\n") + 1) + 1


def _compose(text: str, file: str) -> object:
    """The file's node tree, or None for an empty file."""
    import warnings

    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.reader import ReaderError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return YAML(typ="safe", pure=True).compose(text)
    except ReaderError as error:
        character = error.character if isinstance(error.character, int) else ord(error.character)
        message = f"the control character U+{character:04X} is not allowed in YAML"
        raise ConfigErrors([ConfigError(message, file, *_count(text[: error.position]))]) from None
    except MarkedYAMLError as error:
        raise ConfigErrors([_syntax(error, file)]) from None
    except YAMLError as error:
        raise ConfigErrors([ConfigError(f"not YAML: {str(error).splitlines()[0]}", file)]) from None
    except RecursionError:
        raise ConfigErrors([ConfigError("the file is nested too deeply", file)]) from None


def _syntax(error: Any, file: str) -> ConfigError:
    """The parser's complaint in plain words, at the place to mend."""
    problem, context = str(error.problem or ""), str(error.context or "")
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    if "'\\t'" in problem:
        message = "a tab is used for indentation: use spaces"
    elif problem.startswith("found character"):
        message = f"a text cannot begin with {problem.split()[2]}: put it in quotes"
    elif context in _UNCLOSED and error.context_mark and ("stream" in problem or "got" in problem):
        message = _UNCLOSED[context].format(line=line)
        line, column = error.context_mark.line + 1, error.context_mark.column + 1
    elif context.startswith("while parsing a block") and problem.startswith("expected <block end>"):
        message = "this line is indented unlike the lines before it"
    else:
        message = _PLAIN.get(problem, ", ".join(part for part in (context, problem) if part))
    return ConfigError(message, file, line, column)


class _Reading:
    """One walk over a node tree: plain data, the places of all of it, and every error on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.values: dict[tuple[Step, ...], Place] = {}
        self.keys: dict[tuple[Step, ...], Place] = {}
        self.errors: list[ConfigError] = []
        self._open: set[int] = set()

    def build(self, node: Any, path: tuple[Step, ...]) -> object:
        place = node.start_mark.line + 1, node.start_mark.column + 1
        self.values[path] = place
        if len(self.values) > MOST_NODES:
            raise ConfigErrors([ConfigError("the file is too large (its aliases written out)", self.file, *place)])
        if id(node) in self._open:
            self._wrong("this alias contains itself", place)
            return None
        if isinstance(node.value, str):
            return self._scalar(node, place)
        self._open.add(id(node))
        try:
            if node.tag == "tag:yaml.org,2002:seq":
                return [self.build(item, (*path, index)) for index, item in enumerate(node.value)]
            if node.tag == "tag:yaml.org,2002:map":
                return self._mapping(node, path)
            self._wrong(f"the tag {node.tag} is not used here: remove it", place)
            return None
        finally:
            self._open.discard(id(node))

    def _mapping(self, node: Any, path: tuple[Step, ...]) -> dict[str, object]:
        result: dict[str, object] = {}
        for key_node, value_node in node.value:
            place = key_node.start_mark.line + 1, key_node.start_mark.column + 1
            key = self._key(key_node, place)
            if key is None:
                continue
            if key in result:
                first = self.keys[(*path, key)][0]
                self._wrong(f"the key '{key}' is already in line {first}", place)
                continue
            self.keys[(*path, key)] = place
            result[key] = self.build(value_node, (*path, key))
        return result

    def _key(self, node: Any, place: Place) -> str | None:
        if not isinstance(node.value, str):
            self._wrong("a key must be text, found a list or a mapping", place)
            return None
        if node.tag == "tag:yaml.org,2002:merge":
            self._wrong("merge keys ('<<') are not part of YAML 1.2: write the keys out", place)
            return None
        key = self._scalar(node, place)
        if isinstance(key, str):
            return key
        self._wrong(f"a key must be text, found {found(key)}{': put it in quotes' if key is not None else ''}", place)
        return None

    def _scalar(self, node: Any, place: Place) -> str | int | float | bool | None:
        kind = node.tag.removeprefix("tag:yaml.org,2002:")
        value: str = node.value
        try:
            if kind in ("str", "timestamp"):
                return _whole(value)
            if kind == "null":
                return None
            if kind == "bool":
                return value.lower() in ("true", "yes", "on", "y")
            if kind == "int":
                return _integer(value.replace("_", ""))
            if kind == "float":
                return _decimal(value.replace("_", "").lower())
        except UnicodeError:
            self._wrong("this text holds half a character (an escape such as \\ud83d without its second half)", place)
            return None
        except ValueError:
            self._wrong(f"'{value}' is not a number", place)
            return None
        self._wrong(f"the tag {node.tag} is not used here: remove it", place)
        return None

    def _wrong(self, message: str, place: Place) -> None:
        """Notes an error; the value it stands for is then None."""
        self.errors.append(ConfigError(one_line(message), self.file, *place))


def _whole(text: str) -> str:
    """The text with characters that JSON writes as two escapes put together; no database takes the halves."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16") if re.search("[\ud800-\udfff]", text) else text


def _integer(text: str) -> int:
    """YAML 1.2 core schema: decimal (leading zeros count for nothing), 0o octal, 0x hexadecimal."""
    digits = text.lstrip("+-")
    base = {"0x": 16, "0o": 8, "0b": 2}.get(digits[:2].lower(), 10)
    return int(digits, base) * (-1 if text.startswith("-") else 1)


def _decimal(text: str) -> float:
    return float(text.replace(".inf", "inf").replace(".nan", "nan"))
