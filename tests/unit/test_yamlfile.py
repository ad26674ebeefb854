"""YAML 1.2 with places: what is read, where it stands, and how mistakes are told."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, field_validator

from bot.errors import ConfigErrors
from bot.yamlfile import Located, parse, read, suggest, validate


def yaml(text: str) -> Located:
    return parse(text.encode(), "f.yaml")


def mistakes(text: str | bytes) -> list[str]:
    with pytest.raises(ConfigErrors) as caught:
        parse(text if isinstance(text, bytes) else text.encode(), "f.yaml")
    return str(caught.value).splitlines()


# --- reading --------------------------------------------------------------------------------------------------------


def test_an_empty_file_is_an_empty_mapping() -> None:
    assert yaml("").data == {}
    assert yaml("# only a comment\n").data == {}


def test_norway_and_switches_stay_text() -> None:
    assert yaml("[NO, yes, on, Off, y]").data == ["NO", "yes", "on", "Off", "y"]


def test_true_false_and_null_are_what_they_say() -> None:
    assert yaml("[true, False, null, ~, ]").data == [True, False, None, None]


def test_numbers_are_read_as_yaml_1_2_has_them() -> None:
    assert yaml("[1, -5, 010, 0o10, 0x1F, 1.5, 1e3, .inf]").data == [1, -5, 10, 8, 31, 1.5, 1000.0, float("inf")]


def test_dates_and_hours_stay_text() -> None:
    assert yaml("[2026-01-01, 22:30, 12:30:45]").data == ["2026-01-01", "22:30", "12:30:45"]


def test_quoted_numbers_are_text() -> None:
    assert yaml("['1', \"true\"]").data == ["1", "true"]


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    assert parse(b"\xef\xbb\xbfa: 1\n", "f.yaml").data == {"a": 1}


def test_windows_line_ends_do_not_move_places() -> None:
    located = parse(b"a: 1\r\nb: 2\r\n", "f.yaml")
    assert located.data == {"a": 1, "b": 2}
    assert located.place(["b"]) == (2, 4)


def test_an_alias_repeats_its_anchor() -> None:
    assert yaml("a: &x [1, 2]\nb: *x\n").data == {"a": [1, 2], "b": [1, 2]}


def test_a_file_is_read_from_disk_under_the_name_shown(tmp_path: Path) -> None:
    path = tmp_path / "bot.yaml"
    path.write_text("a: [1\n")
    with pytest.raises(ConfigErrors, match=r"^config/bot\.yaml:1:4: "):
        read(path, "config/bot.yaml")


def test_a_missing_file_and_a_folder_are_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigErrors, match=r"^x\.yaml:1:1: there is no such file$"):
        read(tmp_path / "x.yaml", "x.yaml")
    with pytest.raises(ConfigErrors, match=r"^x\.yaml:1:1: the file cannot be read: is a directory$"):
        read(tmp_path, "x.yaml")


KEYS = st.text("abcxyz日本", min_size=1, max_size=6)
TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=15,
)


@given(st.dictionaries(KEYS, TREES, min_size=1, max_size=4))
def test_json_is_yaml_and_comes_back_as_it_was(data: dict[str, Any]) -> None:
    import json

    assert yaml(json.dumps(data)).data == data


@given(st.binary(max_size=200) | st.text("ab:-[]{}\"'\t\n #&*!|>%@`0 ", max_size=60).map(str.encode))
def test_any_bytes_give_data_or_our_error(raw: bytes) -> None:
    try:
        parse(raw, "f.yaml")
    except ConfigErrors as error:
        assert error.errors


# --- places ---------------------------------------------------------------------------------------------------------

TEXT = "title: x\nrules:\n  - name: a\n    match: b\n  - {name: c, match: [d, e]}\n"


def test_places_of_values_and_keys_count_from_one() -> None:
    located = yaml(TEXT)
    assert located.place(["title"]) == (1, 8)
    assert located.place(["rules", 0, "match"]) == (4, 12)
    assert located.place(["rules", 0, "match"], key=True) == (4, 5)
    assert located.place(["rules", 1, "match", 1]) == (5, 26)


def test_a_path_that_does_not_exist_is_placed_at_its_nearest_parent() -> None:
    located = yaml(TEXT)
    assert located.place(["rules", 1, "unless", 4]) == located.place(["rules", 1])
    assert located.place(["rules", 0, "unless"], key=True) == located.place(["rules", 0])
    assert yaml("").place(["a"]) == (1, 1)


def test_a_key_written_as_two_escapes_has_its_place() -> None:
    located = yaml('a: 1\n"\\ud83d\\ude00": [x]\n')
    assert located.place(["😀", 0]) == (2, 18)
    assert located.place(["😀"], key=True) == (2, 1)


def test_a_value_left_out_is_placed_just_after_its_colon() -> None:
    located = yaml("a:   # soon\nb: {c: , d: 1}\ne:\n")
    assert [located.place(path) for path in (["a"], ["b", "c"], ["e"])] == [(1, 3), (2, 7), (3, 3)]


def test_an_error_carries_file_line_and_column() -> None:
    error = yaml(TEXT).error("unknown concept 'b'", ["rules", 0, "match"])
    assert str(error) == "f.yaml:4:12: unknown concept 'b'"


# --- mistakes in the writing ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\n\tb: 2\n", "f.yaml:2:1: a tab is used for indentation: use spaces"),
        ('a: "x\n', "f.yaml:1:4: this quote is not closed"),
        ("a: b: c\n", "f.yaml:1:5: unexpected ':': check the indentation, or put the text in quotes"),
        ("a: @x\n", "f.yaml:1:4: a text cannot begin with '@': put it in quotes"),
        ("a:\n  b: 1\n c: 2\n", "f.yaml:3:2: this line is indented unlike the lines before it"),
        ("a: 1\n---\nb: 2\n", "f.yaml:2:1: a second document begins here ('---'): one file holds one"),
        ("a: !foo 3\n", "f.yaml:1:4: the tag !foo is not used here: remove it"),
        ("a: &x [*x]\n", "f.yaml:1:4: this alias contains itself"),
        ("a: *x\n", "f.yaml:1:4: found undefined alias 'x'"),
        ('a: !!int "x"\n', "f.yaml:1:4: 'x' is not a number"),
        ("a: \x01\n", "f.yaml:1:4: the control character U+0001 is not allowed in YAML"),
        (
            'a: "\\ud83d"\n',
            "f.yaml:1:4: this text holds half a character (an escape such as \\ud83d without its second half)",
        ),
        ("true: 1\n", "f.yaml:1:1: a key must be text, found the boolean true: put it in quotes"),
        ("[a]: 1\n", "f.yaml:1:1: a key must be text, found a list or a mapping"),
        ("<<: 1\n", "f.yaml:1:1: merge keys ('<<') are not part of YAML 1.2: write the keys out"),
        ("[" * 1000, "f.yaml:1:1: the file is nested too deeply"),
    ],
)
def test_a_mistake_in_the_writing_is_told_plainly_at_its_place(text: str, line: str) -> None:
    assert mistakes(text) == [line]


def test_an_open_bracket_is_told_where_it_was_opened() -> None:
    assert mistakes("a: 1\nb: [1,\n  2\n")[0].startswith("f.yaml:2:4: this '[' is not closed by a ']'")


def test_bytes_that_are_not_utf_8_are_told_at_their_place() -> None:
    assert mistakes(b"a: 1\nb: caf\xe9\n") == ["f.yaml:2:7: the byte 0xe9 is not UTF-8: save the file as UTF-8"]


def test_every_duplicate_key_is_told_with_the_line_of_the_first() -> None:
    assert mistakes("a: 1\nb: {c: 1, c: 2}\na: 3\n") == [
        "f.yaml:2:11: the key 'c' is already in line 2",
        "f.yaml:3:1: the key 'a' is already in line 1",
    ]


def test_aliases_that_multiply_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.yamlfile.careful.MOST_NODES", 500)
    bomb = (
        "a: &a [1, 1, 1, 1, 1, 1, 1, 1]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nc: [*b, *b, *b, *b, *b, *b, *b, *b]\n"
    )
    assert "too large" in mistakes(bomb)[0]


# --- mistakes in the meaning ----------------------------------------------------------------------------------------


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Feed(Strict):
    url: str
    every: str | None = None


class Source(Strict):
    name: str
    feeds: tuple[str | Feed, ...] = ()
    tier: Annotated[StrictInt, Field(ge=1, le=3)] = 3
    robots: StrictBool = True
    access: Literal["closed", "open"] = "open"
    terms: dict[str, list[str] | dict[str, list[str]]] = {}

    @field_validator("name")
    @classmethod
    def _no_bad_name(cls, value: str) -> str:
        if value == "bad":
            raise ValueError("'bad' is a bad name")
        return value


class File(Strict):
    sources: list[Source] = []


def complaints(source: str) -> list[str]:
    """The mistakes of one source written in flow style after `sources: [`, which is 10 characters."""
    with pytest.raises(ConfigErrors) as caught:
        validate(yaml(f"sources: [{source}]"), File)
    return [error.removeprefix("f.yaml:1:") for error in str(caught.value).splitlines()]


def test_good_data_becomes_the_model() -> None:
    file = validate(yaml("sources: [{name: NO, feeds: [u, {url: v}]}]"), File)
    assert file.sources[0].name == "NO"
    assert file.sources[0].feeds == ("u", Feed(url="v"))


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("{name: true}", "18: expected text, found the boolean true: put it in quotes"),
        ("{name: 1.5}", "18: expected text, found the number 1.5: put it in quotes"),
        ("{name: }", "17: expected text, found nothing"),
        ("{name: bad}", "18: 'bad' is a bad name"),
        ("{}", "11: 'name' is missing"),
        ("5", "11: expected a mapping, found the number 5"),
        ("{name: a, teir: 1}", "21: unknown key 'teir' (did you mean 'tier'?)"),
        ("{name: a, zzz: 1}", "21: unknown key 'zzz'"),
        ("{name: a, tier: 4}", "27: expected at most 3, found 4"),
        ("{name: a, tier: '1'}", "27: expected a whole number, found '1'"),
        ("{name: a, tier: true}", "27: expected a whole number, found the boolean true"),
        ("{name: a, robots: NO}", "29: expected true or false, found 'NO'"),
        ("{name: a, access: opne}", "29: expected 'closed' or 'open', found 'opne' (did you mean 'open'?)"),
        ("{name: a, feeds: u}", "28: expected a list, found 'u'"),
        ("{name: a, feeds: [3]}", "29: expected text or a mapping, found the number 3: put it in quotes"),
        ("{name: a, feeds: [{every: 1m}]}", "29: 'url' is missing"),
        ("{name: a, feeds: [{url: u, evry: x}]}", "38: unknown key 'evry' (did you mean 'every'?)"),
        ("{name: a, terms: {x: [y, NO, true]}}", "40: expected text, found the boolean true: put it in quotes"),
        ("{name: a, terms: {x: {en: y}}}", "37: expected a list, found 'y'"),
    ],
)
def test_a_wrong_value_is_told_once_in_plain_words_at_its_place(source: str, complaint: str) -> None:
    assert complaints(source) == [complaint]


def test_all_mistakes_are_told_in_one_go_in_the_order_of_the_file() -> None:
    assert [line.split(":")[0] for line in complaints("{tier: 9, name: 1}, {robots: x}")] == ["18", "27", "31", "40"]


def test_a_part_of_a_file_is_validated_with_its_own_places() -> None:
    with pytest.raises(ConfigErrors, match=r"^f\.yaml:2:16: expected text, found the number 3"):
        validate(yaml("a:\n  - {b: {name: 3}}\n"), Source, ["a", 0, "b"])


def test_a_suggestion_is_made_only_for_a_word_that_is_alike() -> None:
    assert suggest("defense", ["defence", "japan"]) == " (did you mean 'defence'?)"
    assert suggest("Partner", ["partner"]) == " (did you mean 'partner'?)"
    assert suggest("zebra", ["defence", "japan"]) == ""
