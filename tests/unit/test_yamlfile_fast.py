"""The quick reading of YAML says what the careful one says, or nothing."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.yamlfile import Located, careful, fast, parse
from bot.yamlfile.edit import same

CONFIG = Path(__file__).parents[2] / "config"
SHIPPED = sorted(CONFIG.rglob("*.yaml"))


def is_quick(text: str) -> bool:
    try:
        fast.load(text.encode(), text)
    except fast.Unusual:
        return False
    return True


def paths(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for step, child in inner for found in paths(child, (*path, step)))]


def assert_same_on_both_ways(text: str) -> None:
    """Where the quick way gives anything, the careful one gives the same data at the same places."""
    raw = text.encode()
    try:
        data = fast.load(raw, text)
    except fast.Unusual:
        return
    assert same(data, careful.load(text, "f.yaml"))
    quick, slow = Located(data, "f.yaml", raw, quick=True), Located(data, "f.yaml", raw, quick=False)
    for path in paths(data):
        for key in (False, True):
            assert quick.place(path, key) == slow.place(path, key)


# --- the same -------------------------------------------------------------------------------------------------------

SIGNS = "a b:-[]{}\"',\n #&*!|>%@?~.0_1=<\\/x\r\t\u3000日😀\u0085\u2028\ufeff"
_WORDS = (
    "NO yes 0o7 1_000 1:30 ~ null Null true TRUE - ? ?a a? a?b :a a:b a: #x a#b 1e3 1. -.5 .5 .inf -.INF .nan _1 1_ + "
    "-1 0x1F 0b11 2026-01-01 << = *x *y @a `a %a --- ... | |- |+ > |2 >- |# >- [a,b] {a} [a:] {a:b} [a:b] [-] [-a] "
    'http://a/b?c=d {a:,b:} \'1\' "\\/" "\\x41" "\\u65e5" "\\ud83d\\ude00" "\\ud83d" "\\e" 日本 😀'
)
_PHRASES = (
    "a: b;a #b;a  b;a\n  b;a\n\n  b;'a\n  b';\"a\\\n  b\";[a,\n b];[a #b\n];[a, b,];{a: };[a: b];{a: b, c};&x a;&y [1];"
    "&z;!!str a;! a;a - b;a, b;x\ty;- a;[ ];{ };|\n   x\n  y\n;|\n\n   x\n\n\n;>-\n   x\n   y\n\n   z\n;"
    "|+\n   x\n\n;a\r\n  b"
)
_KEYS = 'a;b;c;d;e;f;g;h;\'q\';"r";日;NO;1;null;~;?;*x;<<;d e;&k z;[a];? a;k ;"\\ud83d\\ude00"'
_ENDS = "\n;\n;\n;\n;\n;\n\n;\n# c\n;  # c\n;\r\n;\n      # c\n; \n;\n---\n;\n...\n;"
WORDS = st.sampled_from([*_WORDS.split(), *_PHRASES.split(";")])
KEYS = st.sampled_from(_KEYS.split(";"))
ENDS = st.sampled_from(_ENDS.split(";"))


@st.composite
def documents(draw: st.DrawFn, column: int = 0, depth: int = 0) -> str:
    """Block collections over anything at all, now and then set in wrongly."""
    text = ""
    listed = draw(st.booleans())
    for _ in range(draw(st.integers(1, 3))):
        text += " " * (column if draw(st.integers(0, 40)) else draw(st.integers(0, 6)))
        text += "-" if listed else draw(KEYS) + ":"
        kind = draw(st.integers(0, 9))
        if kind < 3 and depth < 3:
            text += draw(st.sampled_from(["\n", "\n", " # c\n", " &w\n", " |\n"]))
            text += draw(documents(column + draw(st.sampled_from([0, 1, 2, 2, 2])), depth + 1))
        elif kind < 4 and depth < 3:
            text += " " + draw(documents(column + 2, depth + 1)).lstrip(" ")
        elif kind < 5:
            text += draw(ENDS)
        else:
            text += draw(st.sampled_from([" ", " ", " ", "  ", ""])) + draw(WORDS) + draw(ENDS)
    return text


@given(st.text(SIGNS, max_size=25) | documents())
@example("a: >#")
@example("a: |\n# c\n")
@example('"\\ud83d\\ude00": 1\n')
@example("a: &x [1, {b: *x}]\n")
@example("a: &x [1]\nb: [*x, *x]\nc:\n")
@example("{?a: b}")
@example("[a?b, c]")
def test_both_ways_give_the_same_data_at_the_same_places(text: str) -> None:
    assert_same_on_both_ways(text)


@given(st.sampled_from(SHIPPED), st.integers(0, 10_000), st.integers(1, 12), st.data())
def test_a_mistyped_file_is_the_same_on_both_ways(path: Path, start: int, number: int, data: st.DataObject) -> None:
    lines = path.read_text("utf-8").splitlines(keepends=True)
    start %= len(lines)
    text = "".join(lines[start : start + number])
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 3))
        text = (
            text[:at] + data.draw(st.sampled_from(["", "\n", " "]) | WORDS | st.sampled_from(SIGNS)) + text[at + cut :]
        )
    assert_same_on_both_ways(text)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_a_shipped_file_is_read_quickly_and_the_same(path: Path) -> None:
    text = path.read_text("utf-8")
    assert is_quick(text)
    assert same(fast.load(text.encode(), text), careful.load(text, path.name))


@given(st.text("0123456789+-._eExXobaAfFinfNtTruUlL~<=:", min_size=1, max_size=8))
@example("1_000")
@example("0o17")
@example("-.5e+3")
@example(".5e3")
@example("2001-12-14t21:59:43.10-05:00")
def test_a_plain_word_means_the_same_on_both_ways(word: str) -> None:
    assert_same_on_both_ways(f"a: {word}\n")


# --- what is left to the careful way ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "a:\t1\n",
        "a: 1\rb: 2\n",
        "a: x\u2028y\n",
        "%YAML 1.1\n---\na: yes\n",
        "a: 1\n...\n",
        "a: 1\n---\nb: 1\n",
        "? a\n: b\n",
        "a: 1\na: 2\n",
        "1: 2\n",
        "a: !!str 1\n",
        "<<: {a: 1}\n",
        "a: =\n",
        "a: &x 1\nb: &x 2\n",
        "a: &x [*x]\n",
        "a: _\nb: +_\n",
        "text\n",
        "[" * 70 + "]" * 70,
    ],
)
def test_what_is_out_of_the_ordinary_is_read_with_care(text: str) -> None:
    assert not is_quick(text)


@pytest.mark.parametrize("text", ["a: \"日本\"  # c\r\nb: 'x'\r\n", "a: &x [1]\nb: *x\n", "---\na: >-\n  x\n", "[]"])
def test_what_is_ordinary_is_read_quickly(text: str) -> None:
    assert is_quick(text)


def test_aliases_that_multiply_are_left_to_the_careful_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.yamlfile.careful.MOST_NODES", 50)
    assert is_quick("a: &a [1, 1, 1, 1, 1, 1, 1]\nb: &b [*a, *a, *a]\n")
    assert not is_quick("a: &a [1, 1, 1, 1, 1, 1, 1]\nb: &b [*a, *a, *a]\nc: [*b, *b]\n")


def test_without_libyaml_the_careful_way_reads_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "yaml._yaml", None)
    located = parse(b"a: {b: [1]}\n", "f.yaml")
    assert located.data == {"a": {"b": [1]}}
    assert located.place(["a", "b", 0]) == (1, 9)


# --- how much it costs ----------------------------------------------------------------------------------------------


def test_no_places_are_looked_for_where_none_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(fast, "compose", never)
    monkeypatch.setattr(careful, "compose", never)
    assert parse(b"a: [1, 2]\n", "f.yaml").data == {"a": [1, 2]}


def test_a_large_file_takes_little_more_memory_than_its_data() -> None:
    text = "rules:\n" + "".join(f"  - name: rule {n}\n    match: (a{n} or b) and near(5, c, d)\n" for n in range(2000))
    raw = text.encode()
    parse(raw, "warm.yaml")
    tracemalloc.start()
    located = parse(raw, "f.yaml")
    now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(located.data, dict)
    assert len(located.data["rules"]) == 2000
    assert peak < now + 3 * len(raw)
