"""Changes to YAML files: what was asked for, and not a byte more."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ConfigErrors
from bot.yamlfile import parse
from bot.yamlfile.edit import Append, Change, Drop, Put, edited, same, write

CONFIG = Path(__file__).parents[2] / "config"


def data(text: str) -> Any:
    return parse(text.encode(), "f.yaml").data


# --- values in place ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        ("a: 1  # why\nb: 2\n", Put(("a",), 3), "a: 3  # why\nb: 2\n"),
        ("a: 'x'\n", Put(("a",), "it's"), "a: 'it''s'\n"),
        ('a: "x"\n', Put(("a",), "y"), 'a: "y"\n'),
        ("a: x\n", Put(("a",), "NO"), 'a: "NO"\n'),
        ("a: x\n", Put(("a",), "y: z #"), 'a: "y: z #"\n'),
        ("a: x\n", Put(("a",), None), "a: null\n"),
        ("a:   # why\nb: 1\n", Put(("a",), True), "a: true   # why\nb: 1\n"),
        ("a: |\n  x\n  y\n\nb: 1\n", Put(("a",), "z\nw\n"), "a: |\n  z\n  w\n\nb: 1\n"),
        ("a: x  # why\n", Put(("a",), "z\nw\n"), "a: |  # why\n  z\n  w\n"),
        ("a: x\n    # why\nb: 1\n", Put(("a",), "z\nw"), 'a: "z\\nw"\n    # why\nb: 1\n'),
        ("a: x\nb: 1\n", Put(("a",), "z\nw"), "a: |-\n  z\n  w\nb: 1\n"),
        ("[a, b]: 1\n".replace("[a, b]", "k"), Put(("k",), [1, [2]]), "k:\n  - 1\n  - - 2\n"),
        ("a: 1  # why\nb: 2\n", Put(("a",), {"x": [1]}), "a:  # why\n  x:\n    - 1\nb: 2\n"),
        ("a:\n  # these\n  - x\n  - y\nb: 1\n", Put(("a",), 5), "a: 5\n  # these\nb: 1\n"),
        ("a: {x: 1, y: 2}  # why\n", Put(("a", "y"), "b, c"), 'a: {x: 1, y: "b, c"}  # why\n'),
        ("- a: 1\n  b: 2\n- c\n", Put((0,), 7), "- 7\n- c\n"),
        ("a: {x: }\n", Put(("a", "x"), 1), "a: {x: 1 }\n"),
        ("a: &n 1\n", Put(("a",), 2), "a: 2\n"),
    ],
)
def test_a_value_is_replaced_where_it_stands(before: str, change: Change, after: str) -> None:
    assert edited(before, [change]) == after


@pytest.mark.parametrize(
    ("change", "after"),
    [
        (Put(("b",), 2), "a: &x [1]\nb: 2\nc:\n  - *x  # c\n  - k: *x\n"),
        (Put(("d",), 2), "a: &x [1]\nb: *x\nc:\n  - *x  # c\n  - k: *x\nd: 2\n"),
        (Put(("c", 0), 2), "a: &x [1]\nb: *x\nc:\n  - 2  # c\n  - k: *x\n"),
        (Put(("c", 1, "m"), 2), "a: &x [1]\nb: *x\nc:\n  - *x  # c\n  - k: *x\n    m: 2\n"),
        (Append(("c",), 2), "a: &x [1]\nb: *x\nc:\n  - *x  # c\n  - k: *x\n  - 2\n"),
        (Drop(("c", 0)), "a: &x [1]\nb: *x\nc:\n  - k: *x\n"),
        (Drop(("b",)), "a: &x [1]\nc:\n  - *x  # c\n  - k: *x\n"),
    ],
)
def test_what_an_alias_writes_is_changed_at_the_alias(change: Change, after: str) -> None:
    assert edited("a: &x [1]\nb: *x\nc:\n  - *x  # c\n  - k: *x\n", [change]) == after


def test_an_alias_in_a_flow_list_is_changed_at_the_alias() -> None:
    before = "a: [&x 1, *x,  # c\n    *x, 2]\n"
    assert edited(before, [Put(("a", 2), 3)]) == "a: [&x 1, *x,  # c\n    3, 2]\n"
    assert edited(before, [Drop(("a", 1))]) == "a: [&x 1,  # c\n    *x, 2]\n"


def test_a_mapping_put_over_another_keeps_the_comments_of_what_stays() -> None:
    before = "a:\n  x: 1  # one\n  y: 2  # two\n  # last\nb: 1\n"
    after = "a:\n  x: 1  # one\n  # last\n  z: 3\nb: 1\n"
    assert edited(before, [Put(("a",), {"x": 1, "z": 3})]) == after


def test_a_list_put_over_another_keeps_the_comments_of_what_stays() -> None:
    before = "a:\n  - x  # one\n  - y  # two\n  - z  # three\n"
    assert edited(before, [Put(("a",), ["x", "z"])]) == "a:\n  - x  # one\n  - z  # three\n"
    assert edited(before, [Put(("a",), ["x", "y", "w"])]) == "a:\n  - x  # one\n  - y  # two\n  - w  # three\n"


# --- new entries ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        ("a:\n  - x  # c\n\nb: 1\n", Append(("a",), "y"), "a:\n  - x  # c\n  - y\n\nb: 1\n"),
        ("a:\n- x\n# of b\nb: 1\n", Append(("a",), "y"), "a:\n- x\n- y\n# of b\nb: 1\n"),
        ("a:\n  - x\n# of b\nb: 1\n", Append(("a",), "y"), "a:\n  - x\n  - y\n# of b\nb: 1\n"),
        ("a:\n  - x\n  # - old\nb: 1\n", Append(("a",), "y"), "a:\n  - x\n  # - old\n  - y\nb: 1\n"),
        ("a:\n  - x", Append(("a",), {"u": 1, "v": 2}), "a:\n  - x\n  - u: 1\n    v: 2"),
        ("a: []  # c\n", Append(("a",), "y"), "a: [y]  # c\n"),
        ("a:\n", Append(("a",), "y"), "a:\n  - y\n"),
        ("a: [x, z]\n", Append(("a",), "http://y?z"), 'a: [x, z, "http://y?z"]\n'),
        ("a: [x, z,]\n", Append(("a",), 1), "a: [x, z, 1,]\n"),
        ("a: [\n  x,\n  z\n]\n", Append(("a",), 1), "a: [\n  x,\n  z,\n  1\n]\n"),
        ("a: [\n  x,  # c\n  z,  # d\n]\n", Append(("a",), 1), "a: [\n  x,  # c\n  z,  # d\n  1,\n]\n"),
        ("a: [x, z  # d\n   ]\n", Append(("a",), 1), "a: [x, z,  # d\n    1\n   ]\n"),
        (f"a: [{'x' * 110},\n    y]\n", Append(("a",), "z"), f"a: [{'x' * 110},\n    y, z]\n"),
        (f"a: [{'x' * 110}]\n", Append(("a",), "zzzzzz"), f"a: [{'x' * 110},\n    zzzzzz]\n"),
        ("a: 1\n# end\n", Put(("b",), 2), "a: 1\n# end\nb: 2\n"),
        ("a: {x: 1}\n", Put(("a", "y"), [2]), "a: {x: 1, y: [2]}\n"),
        ("a: {}\n", Put(("a", "y"), 2), "a: {y: 2}\n"),
        ("a:\nb: 1\n", Put(("a", "y"), 2), "a:\n  y: 2\nb: 1\n"),
        ("# new\n", Put(("a",), 2), "# new\na: 2\n"),
    ],
)
def test_an_entry_is_added_at_the_end_in_the_style_of_its_collection(before: str, change: Change, after: str) -> None:
    assert edited(before, [change]) == after


# --- entries removed ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        ("a: 1\n# of b\nb: 2  # two\nc: 3\n", Drop(("b",)), "a: 1\n# of b\nc: 3\n"),
        ("a:\n  - x\n  - y: 1\n    z: 2\n\n  # of w\n  - w\n", Drop(("a", 1)), "a:\n  - x\n\n  # of w\n  - w\n"),
        ("- a: 1\n  b: 2\n", Drop((0, "a")), "- b: 2\n"),
        ("- a: 1\n  # of b\n  b: 2\n", Drop((0, "a")), "-\n  # of b\n  b: 2\n"),
        ("a: 1\nb: 2", Drop(("b",)), "a: 1"),
        ("a:\n  - x\nb: 1\n", Drop(("a", 0)), "a: []\nb: 1\n"),
        ("a: [x, y, z]\n", Drop(("a", 1)), "a: [x, z]\n"),
        ("a: [x, y, z]\n", Drop(("a", 2)), "a: [x, y]\n"),
        ("a: [x,\n    y,\n    z]\n", Drop(("a", 1)), "a: [x,\n    z]\n"),
        ("a: [x,  # c\n    z]\n", Drop(("a", 1)), "a: [x,  # c\n    ]\n"),
        ("a: [\n  x,  # c\n  z,\n]\n", Drop(("a", 1)), "a: [\n  x,  # c\n]\n"),
        ("a: {x: 1, y: 2}\n", Drop(("a", "x")), "a: {y: 2}\n"),
        ("a: [x]\n", Drop(("a", 0)), "a: []\n"),
        ("a: 1\n", Drop(("a",)), "{}\n"),
    ],
)
def test_an_entry_goes_with_its_line_and_nothing_else(before: str, change: Change, after: str) -> None:
    assert edited(before, [change]) == after


# --- the shape of the file ------------------------------------------------------------------------------------------


def test_windows_line_ends_and_a_byte_order_mark_stay() -> None:
    before = "\ufeffa: 1\r\nb:\r\n  - x\r\n"
    after = edited(before, [Put(("a",), {"c": ["d"]}), Append(("b",), "y\nz\n")])
    assert after == "\ufeffa:\r\n  c:\r\n    - d\r\nb:\r\n  - x\r\n  - |\r\n    y\r\n    z\r\n"


def test_no_change_is_no_change() -> None:
    text = "a:   1 # x\r\n\nb: [ 'c' ,]\n"
    assert edited(text, []) == edited(text, [Put(("a",), 1), Put(("b",), ["c"])]) == text


@pytest.mark.parametrize("name", ["sources.yaml", "concepts.yaml", "bot.yaml", "watchlists/japan-defence.yaml"])
def test_a_shipped_file_changes_in_the_lines_meant_only(name: str) -> None:
    before = (CONFIG / name).read_bytes().decode()
    lists = [path for path, value in _all(data(before)) if isinstance(value, list)][:5]
    for path in lists:
        after = edited(before, [Append(path, "Zzz 1"), Drop((*path, 0))])
        untouched = [line for line in before.splitlines(keepends=True) if line in after]
        assert len(before.splitlines()) - len(untouched) <= 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (Put(("z", "c"), 1), "f.yaml:1:1: there is no 'z' here"),
        (Drop(("a", 3)), "f.yaml:1:4: there is no item 4 here"),
        (Append(("k",), 1), "f.yaml:3:4: this is not a list"),
        (Drop(()), "f.yaml:1:1: the whole of a file cannot be removed"),
        (Append(("a",), 3), "f.yaml:1:4: this cannot be changed without touching other values (an alias?)"),
        (Put(("b", 0), 3), "f.yaml:2:4: this cannot be changed without touching other values (an alias?)"),
    ],
)
def test_what_cannot_be_done_is_said_at_its_line(change: Change, message: str) -> None:
    with pytest.raises(ConfigErrors) as caught:
        edited("a: &x [1]\nb: *x\nk: v\n", [change], "f.yaml")
    assert str(caught.value).startswith(message)


def test_data_that_is_not_plain_is_refused() -> None:
    with pytest.raises(ValueError, match="a set cannot be written as YAML"):
        edited("a: 1\n", [Put(("a",), {1})])


def test_a_bad_file_is_refused_with_its_own_mistake() -> None:
    with pytest.raises(ConfigErrors, match="this quote is not closed"):
        edited("a: 'x\n", [Put(("a",), 1)])


# --- any document, any change ---------------------------------------------------------------------------------------


class Writer:
    """Writes random documents in which every value and key stands for itself only, with comments in odd places."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.count = 0
        # A comment set in far would be part of a text of several lines that comes to stand above it.
        self.tall = chance.random() < 0.5

    def token(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}q"

    def comment(self) -> str:
        return f"  # {self.token('c')}" if self.chance.random() < 0.25 else ""

    def between(self) -> str:
        roll = self.chance.random()
        pad = " " * self.chance.choice((0, 2) if self.tall else (0, 2, 4, 9))
        return "\n" if roll < 0.1 else f"{pad}# {self.token('c')}\n" if roll < 0.25 else ""

    def scalar(self) -> str:
        word = self.token("v")
        form = self.chance.choice(("{}", "{}", "'{} it''s'", '"{} \\u65e5"', "{} 日本", "{}: x".replace(": x", ":x")))
        return form.format(word)

    def flow(self, depth: int) -> str:
        kind = self.chance.random()
        if depth > 2 or kind < 0.5:
            return self.scalar().replace(":x", "")
        if kind < 0.8:
            return "[" + self.parts([self.flow(depth + 1) for _ in range(self.chance.randint(0, 4))]) + "]"
        pairs = [f"{self.token('k')}: {self.flow(depth + 1)}" for _ in range(self.chance.randint(0, 3))]
        return "{" + self.parts(pairs) + "}"

    def parts(self, parts: list[str]) -> str:
        text = ""
        for number, part in enumerate(parts):
            comma = "," if number + 1 < len(parts) or self.chance.random() < 0.2 else ""
            ending = self.chance.choice((" ", " ", "", f"{self.comment()}\n          "))
            text += part + comma + (ending or (" " if comma else ""))
        return text

    def block(self, column: int, depth: int) -> str:
        pad, text = " " * column, ""
        listed = self.chance.random() < 0.5
        for _ in range(self.chance.randint(1, 4)):
            head = "-" if listed else self.token("k") + ":"
            text += self.between() if column and text else ""
            text += pad + head + self.value(column, depth, listed)
        return text

    def value(self, column: int, depth: int, listed: bool) -> str:
        roll = self.chance.random()
        if roll < 0.3 and depth < 3:
            inner = self.block(column + 2, depth + 1)
            if listed and not inner.lstrip(" ").startswith("#") and self.chance.random() < 0.6:
                return " " + inner.lstrip(" ")
            return f"{self.comment()}\n{inner}"
        if roll < 0.5:
            return f" {self.flow(0)}{self.comment()}\n"
        if roll < 0.6:
            return f"{self.comment()}\n"
        if roll < 0.7 and self.tall:
            pad = " " * (column + 3)
            sign = self.chance.choice(("|", ">", "|-", ">-"))
            return f" {sign}\n{pad}{self.token('v')}\n{pad}{self.token('v')}\n"
        return f" {self.scalar()}{self.comment()}\n"


def _all(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    inner: list[Any] = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    return [(path, value), *(found for step, child in inner for found in _all(child, (*path, step)))]


NEW = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12) | st.just("a\nb\n"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def _changed(document: Any, change: Change) -> Any:
    copy = json.loads(json.dumps(document))
    inside = copy
    for step in change.path[:-1]:
        inside = inside[step]
    if isinstance(change, Drop):
        del inside[change.path[-1]]
    elif isinstance(change, Put):
        inside[change.path[-1]] = change.value
    else:
        inside[change.path[-1]].append(change.value)
    return copy


@given(st.randoms(use_true_random=False), NEW, st.booleans())
def test_any_change_of_any_document_does_what_it_says_and_leaves_the_other_lines(
    chance: Random, new: Any, windows: bool
) -> None:
    text = Writer(chance).block(0, 0)
    text = text.replace("\n", "\r\n") if windows else text
    document = data(text)
    path, value = chance.choice(_all(document)[1:])
    changes: list[Change] = [Put(path, new), Drop(path)]
    changes += [Append(path, new)] * 3 if isinstance(value, list) else []
    changes += [Put((*path, "fresh"), new)] * 3 if isinstance(value, dict) else []
    change = chance.choice(changes)
    after = edited(text, [change])
    assert same(data(after), _changed(document, change))
    if isinstance(change, Append) or change.path[-1] == "fresh":
        assert re.findall(r"# c\d+q", after) == re.findall(r"# c\d+q", text)
    while isinstance(change, Drop) and path and len(_at(document, path[:-1])) == 1:
        path = path[:-1]  # a list without its only item is another list
    _assert_lines_stay(text, after, path)


def _assert_lines_stay(text: str, after: str, path: tuple[str | int, ...]) -> None:
    """The lines before that of the value before, and after that of the value after, are what they were."""
    located = parse(text.encode(), "f.yaml")
    order = [other for other, _ in _all(located.data)]
    lines = text.splitlines(keepends=True)
    before = order[max(order.index(path) - 1, 0)]
    assert after.startswith("".join(lines[: located.place(before, key=True)[0] - 1]))
    behind = [other for other in order[order.index(path) :] if other[: len(path)] != path]
    assert after.endswith("".join(lines[located.place(behind[0], key=True)[0] :] if behind else []))


# --- writing ----------------------------------------------------------------------------------------------------------


def test_a_file_is_replaced_as_a_whole_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: 1\n")
    path.chmod(0o640)
    node = path.stat().st_ino
    write(path, "\ufeffa: 2\r\n")
    assert path.read_bytes() == b"\xef\xbb\xbfa: 2\r\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.stat().st_ino != node
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_to_a_file_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real, link = tmp_path / "real" / "a.yaml", tmp_path / "a.yaml"
    real.write_text("a: 1\n")
    link.symlink_to(real)
    write(link, "a: 2\n")
    assert link.is_symlink()
    assert real.read_text() == "a: 2\n"


def test_a_file_that_cannot_be_written_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: 1\n")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write(path, "a: 2\n")
    assert path.read_text() == "a: 1\n"
    assert list(tmp_path.iterdir()) == [path]
