"""Settings from the environment laid over those of a file: `KENTONGAN_A__B` is the key `a.b`.

It never reads `os.environ` by itself, and never prints the value of a variable that is none of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from bot.errors import ConfigError
from bot.settings.models import SECTIONS, Settings
from bot.yamlfile import one_line, suggest

PREFIX = "KENTONGAN_"
TOKEN = "KENTONGAN_TELEGRAM__TOKEN"  # noqa: S105 - a name, not a secret
TOKEN_FILE = "KENTONGAN_TELEGRAM__TOKEN_FILE"  # noqa: S105 - likewise


_SWITCHES = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


@dataclass(frozen=True, slots=True)
class Override:
    """One setting given by an environment variable."""

    variable: str
    path: tuple[str, ...]
    value: object


def variable_error(message: str, variable: str) -> ConfigError:
    """An error that names a variable instead of a file and a line."""
    message = one_line(message)
    error = ConfigError(message, variable)
    error.args = (f"{variable}: {message}",)
    return error


def overrides(environ: Mapping[str, str]) -> tuple[list[Override], list[ConfigError]]:
    """What the environment sets, and every variable that looks like a setting and is none.

    Variables without `__` that are no setting are left alone: other programs (Kubernetes' service variables) make such
    names, too.
    """
    leaves = _leaves(Settings)
    sections = {_variable((name,)): name for name in SECTIONS}
    found: list[Override] = []
    errors: list[ConfigError] = []
    for name in sorted(environ):
        if name in leaves:
            path, annotation = leaves[name]
            found.append(Override(name, path, _from_text(environ[name], annotation)))
        elif name in sections:
            example = next(other for other, (path, _) in leaves.items() if path[0] == sections[name])
            errors.append(variable_error(f"is a section, not a setting: set its keys one by one, as {example}", name))
        elif name.startswith(PREFIX) and "__" in name and name not in (TOKEN, TOKEN_FILE):
            errors.append(
                variable_error(f"there is no such setting{suggest(name, [*leaves, TOKEN, TOKEN_FILE])}", name)
            )
    return found, errors


def laid_over(data: object, settings: list[Override]) -> object:
    """The file's data with the environment's values in it; a section that is no mapping is left for the file's own
    error."""
    if not isinstance(data, dict):
        return data
    result: dict[str, Any] = {key: dict(value) if isinstance(value, dict) else value for key, value in data.items()}
    for setting in settings:
        if len(setting.path) == 1:
            result[setting.path[0]] = setting.value
            continue
        section, key = setting.path
        if result.get(section) is None:
            result[section] = {}
        if isinstance(result[section], dict):
            result[section][key] = setting.value
    return result


def _variable(path: tuple[str, ...]) -> str:
    return PREFIX + "__".join(path).upper()


def _leaves(model: type[BaseModel], above: tuple[str, ...] = ()) -> dict[str, tuple[tuple[str, ...], Any]]:
    result: dict[str, tuple[tuple[str, ...], Any]] = {}
    for name, field in model.model_fields.items():
        path = (*above, name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            result |= _leaves(field.annotation, path)
        else:
            result[_variable(path)] = path, field.annotation
    return result


def _from_text(text: str, annotation: Any) -> object:
    """A variable's text as the value that YAML would give; what does not fit stays text, and validation says so."""
    text = text.strip()
    if get_origin(annotation) is tuple:
        inner = text[1:-1] if text[:1] == "[" and text[-1:] == "]" else text
        parts = [part.strip().strip("\"'") for part in inner.split(",")]
        return [_from_text(part, get_args(annotation)[0]) for part in parts if part]
    plain = _plain(annotation)
    if type(None) in plain and text.lower() in ("", "null"):
        return None
    if bool in plain:
        return _SWITCHES.get(text.lower(), text)
    if int in plain and text.isascii() and text.removeprefix("-").isdigit():
        return int(text)
    return text


def _plain(annotation: Any) -> set[Any]:
    """The plain types an annotation is made of."""
    args = get_args(annotation)
    if get_origin(annotation) is Annotated:
        return _plain(args[0])
    return {annotation} if not args else {kind for part in args for kind in _plain(part)}
