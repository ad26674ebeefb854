"""The line at fault with a caret under the place."""

from __future__ import annotations

import pickle
import tracemalloc
from pathlib import Path
from unicodedata import east_asian_width

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ConfigError, ConfigErrors
from bot.yamlfile import excerpt, excerpts, parse


@pytest.mark.parametrize(
    ("text", "line", "column", "shown"),
    [
        ("a: 1\nb: x\n", 2, 4, "b: x\n   ^"),
        ("a: 1\r\nb: x\r\n", 2, 1, "b: x\n^"),
        ("\ufeffa: 1\n", 1, 4, "a: 1\n   ^"),
        ("\ta: 1\n", 1, 2, "    a: 1\n    ^"),
        ("a\tb: 1\n", 1, 3, "a   b: 1\n    ^"),
        ("a: [日本, x]\n", 1, 9, "a: [日本, x]\n          ^"),
        ("a: cafe\u0301 x\n", 1, 10, "a: cafe\u0301 x\n        ^"),
        ("a\u3000b\n", 1, 3, "a  b\n   ^"),
        ("a: 'x\n", 1, 99, "a: 'x\n     ^"),
        ("a: \x1b[31mx\n", 1, 4, "a: \ufffd[31mx\n   ^"),
        ("a: 1\n\n", 2, 1, ""),
        ("a: 1\n", 7, 1, ""),
        ("", 1, 1, ""),
    ],
)
def test_the_caret_stands_under_the_column(text: str, line: int, column: int, shown: str) -> None:
    assert excerpt(text, line, column) == shown


def test_of_a_long_line_the_part_around_the_place_is_shown() -> None:
    shown, caret = excerpt("x" * 500 + "!" + "y" * 500, 1, 501).splitlines()
    assert len(shown) == 100
    assert shown.startswith("…x")
    assert shown.endswith("y…")
    assert shown[len(caret) - 1] == "!"


@given(st.text("ab日\t\u0301 ", max_size=300), st.integers(1, 320))
def test_no_excerpt_is_wider_than_its_window_and_the_caret_is_in_it(text: str, column: int) -> None:
    lines = excerpt(text, 1, column).splitlines()
    if lines:
        shown, caret = lines
        assert sum(0 if sign == "\u0301" else 2 if east_asian_width(sign) == "W" else 1 for sign in shown) <= 100
        assert caret.strip() == "^"
        assert len(caret) <= 101


def test_a_file_of_one_endless_line_is_no_hindrance() -> None:
    text = "x" * 1_000_000
    tracemalloc.start()
    assert excerpt(text, 1, 900_000).startswith("…x")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 * len(text)


def test_an_excerpt_is_taken_from_a_file_or_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"a: caf\xe9\n")
    assert excerpt(tmp_path / "a.yaml", 1, 7) == "a: caf\ufffd\n      ^"
    assert excerpt(tmp_path / "none.yaml", 1, 1) == ""


def test_errors_bring_their_excerpts() -> None:
    with pytest.raises(ConfigErrors) as caught:
        parse(b"a: 1\nb: @x\n", "f.yaml")
    assert caught.value.errors[0].excerpt == "b: @x\n   ^"
    located = parse(b"a: 1\nb: [x, y]\n", "f.yaml")
    assert located.error("no", ["b", 1]).excerpt == "b: [x, y]\n       ^"
    assert located.error_at("no", (1, 2)).excerpt == "a: 1\n ^"
    assert located.error_at("no", (9, 1)).excerpt is None


def test_bytes_that_are_no_text_are_shown_in_their_line() -> None:
    with pytest.raises(ConfigErrors) as caught:
        parse(b"a: 1\nb: caf\xe9\n", "f.yaml")
    assert caught.value.errors[0].excerpt == "b: caf\ufffd\n      ^"


def test_the_excerpts_of_many_errors_come_from_them_or_from_their_files(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: 1\nb: 2\n")
    errors = [
        ConfigError("x", str(path), 2, 4),
        ConfigError("x", "elsewhere", 1, 1, "mine\n^"),
        ConfigError("x", str(path), 1, 1),
        ConfigError("x", "KENTONGAN_A", 1, 1),
    ]
    assert excerpts(errors) == ["b: 2\n   ^", "mine\n^", "a: 1\n^", ""]


def test_an_error_stays_one_line_and_survives_a_pickle() -> None:
    error = ConfigError("wrong", "f.yaml", 2, 4, "b: 2\n   ^")
    assert str(error) == "f.yaml:2:4: wrong"
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.line, again.column, again.excerpt) == ("f.yaml:2:4: wrong", 2, 4, "b: 2\n   ^")
