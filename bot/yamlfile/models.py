"""From located data to a pydantic model, with every mistake in plain words at its own place.

It never reads a file, and no word of pydantic's reaches the person who made the mistake.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, Union, get_args, get_origin

from bot.errors import ConfigErrors
from bot.yamlfile.located import Located
from bot.yamlfile.nodes import Step
from bot.yamlfile.words import found, suggest

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

    M = TypeVar("M", bound=BaseModel)
else:
    M = TypeVar("M")

_EXPECTED = {
    "string": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list": "a list",
    "tuple": "a list",
    "set": "a list",
    "frozen_set": "a list",
    "dict": "a mapping",
    "mapping": "a mapping",
    "model": "a mapping",
    "model_attributes": "a mapping",
    "dataclass": "a mapping",
    "none_required": "nothing",
}
_LIMITS = {
    "greater_than": ("more than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
}


def validate(located: Located, model: type[M], path: Sequence[Step] = ()) -> M:
    """The data at `path` as a `model`, which should forbid extra keys and use pydantic's Strict types for numbers and
    booleans (its text is strict by itself). Raises ConfigErrors with every mistake at its own place."""
    from pydantic import ValidationError

    value = _at(located.data, path)
    try:
        return model.model_validate(value)
    except ValidationError as error:
        mistakes = problems(error, model, value)
    raise ConfigErrors([located.error(text, (*path, *steps), key) for steps, key, text in mistakes]) from None


def problems(error: Any, model: type[BaseModel], value: object) -> list[tuple[tuple[Step, ...], bool, str]]:
    """A pydantic ValidationError in plain words: path within `value`, whether the key is meant, and the message."""
    details: list[ErrorDetails] = error.errors(include_url=False)
    located = [(_real(detail["loc"], value), detail) for detail in details]
    result: list[tuple[tuple[Step, ...], bool, str]] = []
    wanted: dict[tuple[Step, ...], list[str]] = {}
    for (steps, key), detail in located:
        expected = _expected(detail["type"])
        if any(_overrules(other, inner["type"], steps, detail["type"]) for (other, _), inner in located):
            continue
        if expected is None or key:
            result.append((steps, key or detail["type"] == "extra_forbidden", _plain(detail, model)))
        else:
            # The branches of a union each complain; one line names them all.
            names = wanted.setdefault(steps, [])
            names.extend([expected] if expected not in names else [])
    for steps, names in wanted.items():
        result.append((steps, False, _mismatch(names, _at(value, steps))))
    return result


def _overrules(inner: tuple[Step, ...], inner_kind: str, steps: tuple[Step, ...], kind: str) -> bool:
    """Whether a mistake makes another one moot: one inside a value shows that the value is of a right kind, whatever
    other branches of a union say; and a list is not too short because its wrong items were left out."""
    if inner[: len(steps)] != steps:
        return False
    if _expected(kind) is not None:
        return len(inner) > len(steps) or _expected(inner_kind) is None
    return kind == "too_short" and len(inner) > len(steps)


def _at(data: Any, path: Iterable[Step]) -> Any:
    for step in path:
        data = data[step]
    return data


def _real(loc: Iterable[Step], data: Any) -> tuple[tuple[Step, ...], bool]:
    """A pydantic location without the names of union branches, which are no part of the data."""
    steps: list[Step] = []
    key = False
    for step in loc:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            key = key or step == "[key]"
        else:
            steps.append(step)
    return tuple(steps), key


def _expected(kind: str) -> str | None:
    for ending in ("_type", "_parsing", "_from_float", "_unicode"):
        if kind.endswith(ending) and kind.removesuffix(ending) in _EXPECTED:
            return _EXPECTED[kind.removesuffix(ending)]
    return _EXPECTED.get(kind)


def _mismatch(names: list[str], value: object) -> str:
    quotes = ": put it in quotes" if "text" in names and isinstance(value, int | float) else ""
    return f"expected {' or '.join(names)}, found {found(value)}{quotes}"


def _plain(detail: ErrorDetails, model: type[BaseModel]) -> str:
    kind, context, value = detail["type"], detail.get("ctx", {}), detail["input"]
    last = str(detail["loc"][-1]) if detail["loc"] else ""
    if kind == "extra_forbidden":
        return f"unknown key '{last}'{suggest(last, _known(model, detail['loc'][:-1]))}"
    if kind == "missing":
        return f"'{last}' is missing"
    if kind in ("literal_error", "enum"):
        choices = str(context["expected"])
        hint = (
            suggest(value, choices.replace(" or ", ", ").replace("'", "").split(", ")) if isinstance(value, str) else ""
        )
        return f"expected {choices}, found {found(value)}{hint}"
    if kind in _LIMITS:
        word, bound = _LIMITS[kind]
        return f"expected {word} {context[bound]}, found {value}"
    if kind in ("string_too_short", "too_short"):
        least = context["min_length"]
        return "must not be empty" if least == 1 else f"too short: at least {least}"
    if kind == "value_error":
        return str(context["error"])
    text = detail["msg"]
    if text.startswith("Input should be"):
        return f"expected{text.removeprefix('Input should be')}, found {found(value)}"
    return text


def _known(model: type[BaseModel], loc: Sequence[Step]) -> set[str]:
    """The keys that the models at `loc` do know."""
    return {
        name
        for inner in _models(model, tuple(loc))
        for field_name, field in inner.model_fields.items()
        for name in [field.alias or field_name]
    }


def _models(annotation: Any, loc: tuple[Step, ...]) -> Iterator[type[BaseModel]]:
    """The models that an annotation may mean at `loc`; union branches may or may not have a step of their own."""
    from pydantic import BaseModel

    origin, args = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not loc:
            yield annotation
            return
        for name, field in annotation.model_fields.items():
            if loc[0] in (name, field.alias):
                yield from _models(field.annotation, loc[1:])
    elif origin is Annotated:
        yield from _models(args[0], loc)
    elif origin in (Union, UnionType):
        for branch in args:
            yield from _models(branch, loc)
            if loc:
                yield from _models(branch, loc[1:])
    elif args and loc:
        inner = args[1] if isinstance(origin, type) and issubclass(origin, Mapping) else args[0]
        yield from _models(inner, loc[1:])
