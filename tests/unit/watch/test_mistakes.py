"""What a person who makes a mistake is told: every mistake at once, each at its line and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.watch import ExpressionError, load, search
from watch.desk import CONCEPTS, mistakes, watching, written

HEAD = CONCEPTS.count("\n") + 3  # lines before the first rule


def wrong(folder: Path, expression: str) -> str:
    """What is said of one expression, with the character it is said of in brackets."""
    ready = watching(folder, "japan")
    with pytest.raises(ExpressionError) as caught:
        search(ready, expression)
    offset = caught.value.offset
    return f"{caught.value.message} [{expression[offset : offset + 1]}]"


ABSENT = "a rule that only says what must be absent matches nearly everything: add what to find"
WORDS = "terms, concepts, labels and (a or b)"
SAID = {
    "": "an empty expression []",
    "   ": "an empty expression [ ]",
    "japan and": "the expression ends too early []",
    "(japan": "the expression ends too early []",
    "japan)": "unexpected ')' [)]",
    "and japan": "'and' has nothing to its left [a]",
    "japan and or defence": "'or' has nothing to its left [o]",
    "japan defence": "'and' or 'or' is missing before 'defence' [d]",
    'japan "x"': "'and' or 'or' is missing before '\"x\"' [\"]",
    "japan and 'x'": "terms are quoted with \", not with ' [']",
    'japan and "x': 'a quotation that is not closed ["]',
    "japan & defence": "unexpected '&': write and [&]",
    "japan, defence": "unexpected ',' [,]",
    "defense": "unknown concept 'defense' (did you mean 'defence'?) [d]",
    "japan and partnr:nato": "unknown concept 'partnr' (did you mean 'partner'?) [p]",
    "japan and partner:nat": "concept 'partner' has no label 'nat' (did you mean 'nato'?) [n]",
    "japan:tokyo": "concept 'japan' has no label 'tokyo' [t]",
    "japan and title": "unknown concept 'title' ('title' is a word of the rule language: title(...)) [t]",
    "japan and titel(japan)": "unknown function 'titel' (did you mean 'title'?) [t]",
    "title(japan, defence)": "title( ) takes one expression; join several with and / or [t]",
    "title(body(japan))": "body( ) cannot stand inside title( ) [t]",
    "sentence(title(japan))": "title( ) cannot stand inside sentence( ) [s]",
    "paragraph(japan and sentence(defence))": "sentence( ) cannot stand inside paragraph( ) [p]",
    "sentence(japan and lang(id))": "lang( ) cannot stand inside sentence( ) [s]",
    "near(japan, defence)": "near is written near(12, a, b) [n]",
    "near(12, japan)": "near is written near(12, a, b) [n]",
    "near(٣, japan, defence)": "unexpected '٣': write numbers in the digits 0 to 9 [٣]",
    "near(1٣, japan, defence)": "unexpected '٣': write numbers in the digits 0 to 9 [٣]",
    "japan and tier(１)": "unexpected '１': write numbers in the digits 0 to 9 [１]",
    "near(0, japan, defence)": "a distance of 0 words: from 1 to 1000 [0]",
    "near(9, japan, not defence)": f"near( ) takes {WORDS}, not 'not defence' [n]",
    "near(9, japan, japan and defence)": f"near( ) takes {WORDS}, not 'japan and defence' [n]",
    "atleast(3, japan, defence)": "atleast(3, ...) of 2 expressions [3]",
    "count(japan)": "count is written count(concept) >= 3 [c]",
    "count(japan) > 3": "unexpected '>': write count(concept) >= 3 [>]",
    "count(japan) >= 0": "count( ) >= 0 always holds [c]",
    "count(japan and defence) >= 2": f"count( ) takes {WORDS}, not 'japan and defence' [c]",
    "title(japan) >= 2": ">= belongs to count( ), not to title( ) [2]",
    "tier(japan)": "tier( ) takes numbers, not 'japan' [j]",
    "lang(1)": "lang( ) takes names, not '1' [1]",
    "12": "unexpected '12' [1]",
    "japan or (12)": "unexpected '12' [1]",
    "atleast(1, japan, 12)": "a number where an expression belongs: '12' [1]",
    "near(9, and, japan)": "unknown concept 'and' ('and' stands between two expressions) [a]",
    "not japan": f"{ABSENT} [n]",
    "not japan and not defence": f"{ABSENT} [n]",
    "title(not japan)": f"{ABSENT} [t]",
    'japan and "ab*"': "'ab*' is too short: at least 3 letters before a * [\"]",
}  # fmt: skip


@pytest.mark.parametrize(("expression", "said"), SAID.items())
def test_a_wrong_expression_is_answered_with(expression: str, said: str, tmp_path: Path) -> None:
    assert wrong(tmp_path, expression) == said


def test_every_mistake_of_an_expression_is_said_at_once(tmp_path: Path) -> None:
    rules = '  - {name: r, match: japn and (defense or partner:nat) and "ab*"}'
    assert mistakes(tmp_path, rules) == [
        f"{HEAD}:22: unknown concept 'japn' (did you mean 'japan'?)",
        f"{HEAD}:32: unknown concept 'defense' (did you mean 'defence'?)",
        f"{HEAD}:51: concept 'partner' has no label 'nat' (did you mean 'nato'?)",
        f"{HEAD}:60: 'ab*' is too short: at least 3 letters before a *",
    ]


def test_mistakes_of_terms_rules_and_keys_are_said_at_once(tmp_path: Path) -> None:
    rules = "  - {name: r, match: japn, unles: japan}\n  - {name: r, match: japan and, group_by: japan}\n  - {name: s}"
    concepts = 'concepts:\n  japan: {en: [Japan, "", 7], xx1: [a]}\n  and: [x]\n  empty: []'
    said = mistakes(tmp_path, rules, concepts)
    places = "2:23 2:27 2:31 3:3 4:10 6:22 6:28 7:12 7:31 7:43 8:5"
    assert [message.split(": ", 1)[0] for message in said] == places.split()


KEYS = "expected a language such as en or labels or steps or clitics or except"
CONCEPT_MISTAKES = {
    "{labels: []}": "1:24: expected a mapping of labels, found a list",
    "{labels: {a: }}": "1:27: expected a list of terms, found nothing",
    "{labels: {a: [x]}, steps: {a: [y]}}": "1:42: 'a' is a label and a step",
    "{labels: {a-b: [x]}}": "1:25: a label name is made of letters, digits and _, and begins with a letter: 'a-b'",
    "{lables: {a: [x]}}": f"1:16: {KEYS}, found 'lables' (did you mean 'labels'?)",
    "{en: Japan}": "1:20: expected a list of terms, found 'Japan'",
    "{en: [5]}": "1:21: expected a term, found the number 5: put it in quotes",
    "{en: [true]}": "1:21: expected a term, found the boolean true: put it in quotes",
    "{EN: [x]}": f"1:16: {KEYS}, found 'EN' (did you mean 'en'?)",
    "": "1:14: expected a list of terms, found nothing",
    "{clitics: 1, id: [x]}": "1:25: expected true or false, found the number 1",
    "{en: [x], except: x}": "1:33: expected a list of terms, found 'x'",
    "{en: [x], except: {en: [5]}}": "1:39: expected a term, found the number 5: put it in quotes",
    "{clitics: true}": "1:15: expected a list of terms, found a mapping",
}  # fmt: skip


@pytest.mark.parametrize(("concept", "said"), CONCEPT_MISTAKES.items())
def test_a_wrong_concept_is_answered_with(concept: str, said: str, tmp_path: Path) -> None:
    assert mistakes(tmp_path, "  - {name: r, match: '\"x\"'}", f"concepts: {{p: {concept}}}") == [said]


def test_norway_is_a_word(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "  - {name: r, match: p}", "concepts: {p: [NO, no, yes, off]}") == []


STYLES = {
    "plain": ("    match: japan and defense", 22),
    "single quotes": ("    match: 'japan and defense'", 23),
    "single quotes with doubled ones": ("    match: '\"it''s\" and defense'", 25),
    "double quotes": ('    match: "japan and defense"', 23),
    "double quotes with escapes": ('    match: "\\"a\\u0062c\\" and\\tdefense"', 31),
    "a literal block": ("    match: |\n      japan and\n      defense", 7),
    "a literal block with blank lines": ("    match: |\n\n      japan and\n\n         defense", 10),
    "a folded block": ("    match: >-\n      japan\n      and defense", 11),
    "a folded block with a paragraph": ("    match: >\n      japan and\n\n      defense\n", 7),
    "a folded block with an indicator and a comment": ("    match: >2-  # why\n        japan and defense", 19),
    "plain over two lines": ("    match: japan\n      and defense", 11),
    "quoted over two lines": ('    match: "japan\n      and defense"', 11),
    "beside characters outside the basic plane": ('    match: "\\"😀日本\\" and defense"', 25),
}


@pytest.mark.parametrize(("rule", "column"), STYLES.values(), ids=STYLES)
def test_a_mistake_is_shown_at_its_place_in_every_style_of_yaml(rule: str, column: int, tmp_path: Path) -> None:
    (said,) = mistakes(tmp_path, f"  - name: r\n{rule}")
    written_as = (tmp_path / "watchlists" / "w.yaml").read_text("utf-8").splitlines()
    row = next(number for number, line in enumerate(written_as, 1) if "defense" in line)
    assert said == f"{row}:{column}: unknown concept 'defense' (did you mean 'defence'?)"


def test_an_expression_that_ends_too_early_is_shown_at_its_end(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "  - name: r\n    match: japan and  # more\n") == [
        f"{HEAD + 1}:21: the expression ends too early"
    ]
    assert mistakes(tmp_path, "  - name: r\n    match: |\n      japan and\n    priority: low\n") == [
        f"{HEAD + 2}:16: the expression ends too early"
    ]


def test_a_mistake_in_unless_does_not_hide_one_in_match(tmp_path: Path) -> None:
    assert len(mistakes(tmp_path, "  - {name: r, match: japn, unless: defense}")) == 2


def test_mistakes_of_all_files_are_said_at_once(tmp_path: Path) -> None:
    written(tmp_path, "  - {name: r, match: japn}")
    (tmp_path / "watchlists" / "x.yaml").write_text("rules: [{name: r, match: nothing}]", "utf-8")
    (tmp_path / "concepts.yaml").write_text("concepts: {a: []}", "utf-8")
    with pytest.raises(Exception, match=r"(?s)concepts\.yaml:1:15: .*w\.yaml.*x\.yaml"):
        load(tmp_path)


HOSTILE = {
    "nested near": "near(2, " * 10_000,
    "nested brackets": "(" * 9_000 + "japan" + ")" * 9_000,
    "nots": "not " * 4_900 + "japan",
    "a long list": " or ".join(["japan"] * 2_200),
    "many arguments": "lang(" + "en," * 6_000 + "id)",
    "quotes": '"' * 19_999,
    "opening quotes": "“" * 19_999,
    "a long number": "count(japan) >= " + "9" * 19_000,
    "a long term": '"' + "x" * 19_000 + '"',
    "a long name": "x" * 20_000,
    "too long": "japan or " * 10_000 + "japan",
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("expression", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_expression_is_refused_in_a_short_message(expression: str, tmp_path: Path) -> None:
    assert len(wrong(tmp_path, expression)) < 400
