"""The reading that explains: ruamel.yaml's own parser, with every mistake of a file in plain words at its place.

It is slow (a fifth of a millisecond a line) and never guesses; `fast` reads the files that hold no mistake.
"""

from __future__ import annotations

from typing import Any

from bot.errors import ConfigError, ConfigErrors
from bot.yamlfile.nodes import Place, place_of
from bot.yamlfile.scalars import Scalar, decimal, integer, whole
from bot.yamlfile.words import found, one_line

MOST_NODES = 1_000_000
"""Values in one file with its aliases written out; ten nested aliases of ten would be ten thousand million."""

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
_DEEP = "the file is nested too deeply"


def load(text: str, file: str) -> object:
    """The file's data, an empty mapping for an empty file. Raises ConfigErrors with every mistake found."""
    node = compose(text, file)
    if node is None:
        return {}
    reading = _Reading(file)
    try:
        data = reading.build(node)
    except RecursionError:
        raise ConfigErrors([ConfigError(_DEEP, file)]) from None
    if reading.errors:
        raise ConfigErrors(reading.errors)
    return data


def compose(text: str, file: str) -> Any:
    """The file's node tree, or None for an empty file. Raises ConfigErrors where the text is not YAML 1.2."""
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
        raise ConfigErrors([ConfigError(message, file, *after(text[: error.position]))]) from None
    except MarkedYAMLError as error:
        raise ConfigErrors([_syntax(error, file)]) from None
    except YAMLError as error:
        raise ConfigErrors([ConfigError(f"not YAML: {str(error).splitlines()[0]}", file)]) from None
    except RecursionError:
        raise ConfigErrors([ConfigError(_DEEP, file)]) from None


def after(text: str) -> Place:
    """The place just after `text`."""
    return text.count("\n") + 1, len(text) - (text.rfind("\n") + 1) + 1


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
    """One walk over a node tree: plain data, and every error on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.errors: list[ConfigError] = []
        self._nodes = 0
        self._open: set[int] = set()

    def build(self, node: Any) -> object:
        place = place_of(node)
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise ConfigErrors([ConfigError("the file is too large (its aliases written out)", self.file, *place)])
        if id(node) in self._open:
            self._wrong("this alias contains itself", place)
            return None
        if isinstance(node.value, str):
            return self._scalar(node, place)
        self._open.add(id(node))
        try:
            if node.tag == "tag:yaml.org,2002:seq":
                return [self.build(item) for item in node.value]
            if node.tag == "tag:yaml.org,2002:map":
                return self._mapping(node)
            self._wrong(f"the tag {node.tag} is not used here: remove it", place)
            return None
        finally:
            self._open.discard(id(node))

    def _mapping(self, node: Any) -> dict[str, object]:
        result: dict[str, object] = {}
        lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            place = place_of(key_node)
            key = self._key(key_node, place)
            if key is None:
                continue
            if key in result:
                self._wrong(f"the key '{key}' is already in line {lines[key]}", place)
                continue
            lines[key] = place[0]
            result[key] = self.build(value_node)
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

    def _scalar(self, node: Any, place: Place) -> Scalar:
        kind = node.tag.removeprefix("tag:yaml.org,2002:")
        value: str = node.value
        try:
            if kind in ("str", "timestamp"):
                return whole(value)
            if kind == "null":
                return None
            if kind == "bool":
                return value.lower() in ("true", "yes", "on", "y")
            if kind == "int":
                return integer(value)
            if kind == "float":
                return decimal(value)
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
