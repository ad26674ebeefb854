"""Takes the feeds of an OPML file over into `sources.yaml`: first as a plan, then in one step. It asks no server, and
leaves all that the file says already as its owner wrote it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.errors import ConfigError, ConfigErrors
from bot.read.encoding import decode
from bot.run.import_desk import Added, Desk, Passed
from bot.settings import load_settings, load_sources
from bot.settings.opml import read_opml
from bot.yamlfile import excerpt, parse
from bot.yamlfile.edit import Append, Change, Put, edited, same, write
from bot.yamlfile.render import entry as rendered

LARGEST_FILE = 10_000_000
"""Bytes of an OPML file; the lists of feed readers have some 200 a feed."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do: `text` is what `sources.yaml` would be, made of `before`."""

    path: Path
    before: bytes | None
    text: str
    added: tuple[Added, ...] = ()
    known: tuple[Passed, ...] = ()
    left_out: tuple[Passed, ...] = ()
    empty: int = 0


def plan_import(config_dir: Path, file: Path) -> Plan:
    """What importing `file` would change. Nothing is written. Raises ConfigErrors for a configuration or a list that is
    not in order; of the list one error, at its line."""
    path = config_dir / "sources.yaml"
    before = path.read_bytes() if path.exists() else None
    sources = load_sources(config_dir) if before is not None else ()
    listed = read_opml(_text(file), str(file))
    desk = Desk(str(file), sources, load_settings(config_dir).fetch.allow_networks)
    for feed in listed.feeds:
        desk.take(feed)
    text = _with((before or b"").decode(), desk, str(path))
    _validate(text, path)
    return Plan(path, before, text, tuple(desk.added), tuple(desk.known), tuple(desk.left_out), listed.empty)


def carry_out(plan: Plan) -> None:
    """Replaces `sources.yaml` in one step. Raises ConfigErrors where it was changed meanwhile or cannot be written."""
    if not plan.added:
        return
    file = str(plan.path)
    now = plan.path.read_bytes() if plan.path.exists() else None
    if now != plan.before:
        raise ConfigErrors([ConfigError("the file was changed meanwhile: nothing was added, try again", file)])
    try:
        write(plan.path, plan.text)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigErrors([ConfigError(f"the file cannot be changed: {reason}", file)]) from None


# --- the list -------------------------------------------------------------------------------------------------------


def _text(file: Path) -> str:
    """The file as text. Raises ConfigErrors."""
    try:
        with file.open("rb") as stream:
            body = stream.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise ConfigErrors([ConfigError("there is no such file", str(file))]) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigErrors([ConfigError(f"the file cannot be read: {reason}", str(file))]) from None
    text = decode(body) if len(body) <= LARGEST_FILE else ""
    if len(body) > LARGEST_FILE or len(text) > LARGEST_FILE:
        raise ConfigErrors([ConfigError(f"larger than {LARGEST_FILE} bytes: no list of feeds is", str(file))])
    if "\ufffd" in text and "\ufffd".encode() not in body:
        at = text.index("\ufffd")
        line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        message = "a character that is none in the encoding of this file: save it as UTF-8"
        raise ConfigErrors([ConfigError(message, str(file), line, column, excerpt(text, line, column) or None)])
    return text


# --- the file -------------------------------------------------------------------------------------------------------


def _with(text: str, desk: Desk, file: str) -> str:
    """The text of `sources.yaml` with what is new."""
    changes: list[Change] = [Append(("sources", number, "feeds"), item) for number, item in desk.more]
    text = edited(text, changes, file) if changes else text
    new = list(desk.fresh.values())
    if not new:
        return text
    data = parse(text.encode(), file).data
    there = data.get("sources") if isinstance(data, dict) else None
    if not there:
        return edited(text, [Put(("sources",), new)], file)
    first = edited(text, [Append(("sources",), new[0])], file)
    return _in_one_go(first, new, len(there), file) or edited(
        first, [Append(("sources",), one) for one in new[1:]], file
    )


def _in_one_go(text: str, new: Sequence[Mapping[str, Any]], before: int, file: str) -> str | None:
    """The text, which has the first new source, with all of them, set apart by an empty line where the others are. Each
    single change costs a reading of the whole file. None where the file is written in another way than line by line."""
    located = parse(text.encode(), file)
    wanted = deepcopy(located.data)
    assert isinstance(wanted, dict)
    wanted["sources"] += deepcopy(list(new[1:]))
    eol = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(eol)
    line, column = located.place(("sources", before))
    start, last = line - 1, located.place(("sources", before - 1))[0] - 1
    head = lines[start][: column - 1]
    if head.strip() != "-":
        return None
    indent = len(head) - len(head.lstrip())
    apart = [""] if last > 0 and not lines[last - 1].strip() else []
    made = [[*apart, *rendered("-", dict(one), indent, True)] for one in new]
    end = start + len(made[0]) - len(apart)
    after = ["", *lines[end:]] if apart and len(lines) > end and lines[end].strip() else lines[end:]
    result = eol.join([*lines[:start], *(row for one in made for row in one), *after])
    try:
        data = parse(result.encode(), file).data
    except ConfigErrors:
        return None
    return result if same(data, wanted) else None


def _validate(text: str, path: Path) -> None:
    """Reads the text as the program would. Raises ConfigErrors, at the place in the file that it would become."""
    with TemporaryDirectory(prefix="kentongan-") as folder:
        (Path(folder) / path.name).write_bytes(text.encode())
        try:
            load_sources(Path(folder))
        except ConfigErrors as errors:
            moved = [ConfigError(e.message, str(path), e.line, e.column, e.excerpt) for e in errors.errors]
            raise ConfigErrors(moved) from None
