"""Changes single values of a YAML text and leaves all else byte for byte: comments, blank lines, order, quotes, style.

It never hands out a text it has not read back: where the result does not mean what was asked for, it raises.
"""

from __future__ import annotations

import math
import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import ConfigErrors
from bot.yamlfile.located import Located, parse
from bot.yamlfile.nodes import Step, unfold
from bot.yamlfile.splice import append, drop, put

Data = object
"""Plain data: dict with text for keys, list, str, int, float, bool, None."""


@dataclass(frozen=True, slots=True)
class Put:
    """The value at `path` becomes `value`; a key that its mapping does not have yet is added at the end."""

    path: tuple[Step, ...]
    value: Data


@dataclass(frozen=True, slots=True)
class Drop:
    """The key or the list item at `path` goes, with its value and the comments inside it."""

    path: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Append:
    """The list at `path` gets one more item at its end."""

    path: tuple[Step, ...]
    value: Data


Change = Put | Drop | Append


def edited(text: str, changes: Sequence[Change], file: str = "the file") -> str:
    """The text after the changes, made one after the other. Line ends and a byte order mark stay, so hand in the text
    as it is in the file (`path.read_bytes().decode()`).

    Raises ConfigErrors at the line of `file` for a text that is not good YAML, for a path that leads nowhere, and for
    a change that cannot be made without touching other values (in one that an alias repeats); ValueError for data
    that YAML's core schema does not hold.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text = text.removeprefix("\ufeff")
    located = parse(text.encode(), file)
    for change in changes:
        wanted = _wanted(located, change)
        for step in _steps(located.data, change):
            text, located = _made(text, located, step, file)
        if not same(located.data, wanted):
            raise _refused(located, change)
    return mark + text


def _made(text: str, located: Located, change: Change, file: str) -> tuple[str, Located]:
    """The text after one change, with its data: just what was asked for."""
    wanted = _wanted(located, change)
    if same(wanted, located.data):
        return text, located
    # A comment set in far enough would belong to a text of several lines above it: then all is written in one.
    for tall in (True, False):
        try:
            unfold(text, located.tree())
            new = _spliced(text, located.tree(), change, tall)
            after = parse(new.encode(), file)
        except (ConfigErrors, LookupError, UnicodeError):
            continue
        if same(after.data, wanted):
            return new, after
    raise _refused(located, change)


def _spliced(text: str, root: Any, change: Change, tall: bool) -> str:
    if isinstance(change, Put):
        return put(text, root, change.path, change.value, tall)
    if isinstance(change, Append):
        return append(text, root, change.path, change.value, tall)
    return drop(text, root, change.path)


def _refused(located: Located, change: Change) -> ConfigErrors:
    message = "this cannot be changed without touching other values (an alias?): edit the file by hand"
    return ConfigErrors([located.error(message, change.path)])


def _wanted(located: Located, change: Change) -> Any:
    """The data as it should be after the change. Raises ConfigErrors where the path leads nowhere."""
    holder = {"": deepcopy(located.data)}
    inside: Any = holder
    path = ("", *change.path)
    for number, step in enumerate(path[:-1]):
        inside = _inside(located, inside, step, change.path[: max(number - 1, 0)])
    last = path[-1]
    if isinstance(change, Put) and isinstance(last, str):
        if inside is None:  # a key without a value holds a mapping in the making
            inside = _replace(holder, path[:-1], {})
        if isinstance(inside, dict):
            inside[last] = deepcopy(change.value)
            return holder[""]
    target = _inside(located, inside, last, change.path[:-1])
    if isinstance(change, Drop):
        if not change.path:
            raise ConfigErrors([located.error("the whole of a file cannot be removed", ())])
        del inside[last]
    elif isinstance(change, Put):
        inside[last] = deepcopy(change.value)
    elif isinstance(target, list):
        target.append(deepcopy(change.value))
    elif target is None:
        inside[last] = [deepcopy(change.value)]
    else:
        raise ConfigErrors([located.error("this is not a list", change.path)])
    return holder[""]


def _replace(data: Any, path: Sequence[Step], value: Any) -> Any:
    for step in path[:-1]:
        data = data[step]
    data[path[-1]] = value
    return value


def _inside(located: Located, data: Any, step: Step, path: Sequence[Step]) -> Any:
    if isinstance(step, str):
        if isinstance(data, dict) and step in data:
            return data[step]
    elif isinstance(data, list) and 0 <= step < len(data):
        return data[step]
    name = f"'{step}'" if isinstance(step, str) else f"item {step + 1}"
    raise ConfigErrors([located.error(f"there is no {name} here", path)])


def _steps(data: Any, change: Change) -> Iterator[Change]:
    """A change as the smallest ones that have its effect, so that what stays keeps its comments and its style."""
    try:
        for step in change.path:
            data = data[step]
    except (LookupError, TypeError):
        return iter([change])
    return _smaller(data, change.value, change.path) if isinstance(change, Put) else iter([change])


def _smaller(old: Data, new: Data, path: tuple[Step, ...]) -> Iterator[Change]:
    if same(old, new):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        stay = [key for key in old if key in new]
        if stay and stay == list(new)[: len(stay)]:
            yield from (Drop((*path, key)) for key in old if key not in new)
            for key, value in new.items():
                yield from _smaller(old[key], value, (*path, key)) if key in old else [Put((*path, key), value)]
            return
    if isinstance(old, list) and isinstance(new, list) and old and new:
        if all(map(same, old, new)) and len(new) > len(old):
            yield from (Append(path, value) for value in new[len(old) :])
            return
        if len(new) == len(old):
            for number, (before, after) in enumerate(zip(old, new, strict=True)):
                yield from _smaller(before, after, (*path, number))
            return
        gone = _gone(old, new)
        if gone is not None:
            yield from (Drop((*path, number)) for number in reversed(gone))
            return
    yield Put(path, new)


def _gone(old: list[Data], new: list[Data]) -> list[int] | None:
    """The places in the old list of what the new one has no more, or None where it has anything else."""
    gone: list[int] = []
    for number, value in enumerate(old):
        if number - len(gone) >= len(new) or not same(value, new[number - len(gone)]):
            gone.append(number)
    return gone if len(old) - len(gone) == len(new) else None


def same(one: object, other: object) -> bool:
    """Whether two pieces of plain data are the same, down to types, the order of keys, and not-a-number."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other or (isinstance(one, float) and math.isnan(one) and isinstance(other, float) and other != other)


def write(path: Path, text: str) -> None:
    """Replaces the file by the text, byte for byte, in one step: whoever reads it meanwhile sees the old one or the new
    one, and so does whoever reads it after a loss of power. Mode and owner stay. Raises OSError."""
    path = path.resolve()
    try:
        before = path.stat()
    except FileNotFoundError:
        before = None
    new = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        with os.fdopen(handle, "wb") as stream:
            if before is not None:
                with suppress(OSError):  # only root gives files away, and none to users it does not know
                    os.fchown(handle, before.st_uid, before.st_gid)
                os.fchmod(handle, stat.S_IMODE(before.st_mode))
            stream.write(text.encode())
            stream.flush()
            os.fsync(handle)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
