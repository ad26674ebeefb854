"""What is said about a configuration as a whole: equal rules, idle concepts, missing languages, files nobody reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import load_sources
from bot.watch import load
from bot.watch.review import review
from watch.desk import written
from watch.review_desk import FIRST, GOOD, RULES, SOURCES, of_rule, said

# --- equal rules ----------------------------------------------------------------------------------------------------

MORE = f"""{GOOD}\
  nippon: {{ja: [日本], id: [Jepang], en: [Japanese, Japan]}}
  eu: [European Union, EU]
  lone: [Japan Coast Guard]
"""
PAIRS = {
    "the order of an and": ("japan and defence", "defence and japan"),
    "the order of an or": ("title(japan) or lead(defence)", "lead(defence) or title(japan)"),
    "nested groups": ("japan and (defence and partner)", "(japan and defence) and partner"),
    "doubled operands": ("title(japan) and defence", "title(japan) and defence and title(japan)"),
    "another concept of the same terms": ("japan and defence", "nippon and defence"),
    "a label and a concept of the same terms": ("japan and partner:eu", "japan and eu"),
    "a concept and its term": ('"Japan Coast Guard" and defence', "lone and defence"),
    "a concept and an or-group of its terms": ('("EU" or "European Union") and japan', "eu and japan"),
    "a double not": ("japan and not not defence", "japan and defence"),
    "all of some": ("atleast(2, japan, defence)", "japan and defence"),
    "one of some": ("atleast(1, title(japan), lead(defence))", "title(japan) or lead(defence)"),
    "one occurrence": ("count(japan) >= 1 and defence", "japan and defence"),
    "the order of near": ("near(9, japan, defence)", "near(9, defence, japan)"),
    "values in any order": ("japan and lang(id, ja)", "japan and lang(ja, id, id)"),
}


def pair(folder: Path, one: str, other: str, more: str = "") -> list[str]:
    """What is said of two rules, besides that some concept is not used."""
    rules = f"{RULES}  - name: a\n    match: |\n      {one}\n  - name: b\n    match: |\n      {other}\n{more}"
    return [message for message in said(folder, rules, MORE) if "no rule uses" not in message]


@pytest.mark.parametrize(("one", "other"), PAIRS.values(), ids=PAIRS)
def test_two_rules_of_one_meaning_are_told(one: str, other: str, tmp_path: Path) -> None:
    line = MORE.count("\n") + 4
    (message,) = pair(tmp_path, one, other)
    assert message == (
        f"{line + 3}:11: this rule matches the same articles as 'a' (line {line}): keep one of them"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("japan and defence", "japan or defence"),
        ("before(9, japan, defence)", "before(9, defence, japan)"),
        ("near(9, japan, defence)", "near(8, japan, defence)"),
        ("title(japan)", "lead(japan)"),
        ("japan and partner:eu", "japan and partner:nato"),
        ("count(japan) >= 2", "count(japan) >= 3"),
        ("japan and lang(id)", "japan and lang(ja)"),
        ('"NATO" and japan', '"Nato" and japan'),
    ],
)
def test_two_rules_of_different_meaning_are_not_told(one: str, other: str, tmp_path: Path) -> None:
    assert pair(tmp_path, one, other) == []


@pytest.mark.parametrize("key", ["unless: title(partner)", "max_age: 7d", "min_sources: 2"])
def test_two_rules_that_differ_in_another_key_are_not_told(key: str, tmp_path: Path) -> None:
    assert pair(tmp_path, "japan and defence", "defence and japan", f"    {key}\n") == []


def test_two_rules_that_differ_in_loudness_only_are_told(tmp_path: Path) -> None:
    assert len(pair(tmp_path, "japan and defence", "defence and japan", "    priority: low\n")) == 1


def test_equal_rules_of_two_watchlists_are_told(tmp_path: Path) -> None:
    said(tmp_path)
    other = tmp_path / "watchlists" / "x.yaml"
    other.write_text("concepts: {x: [b, a]}\nrules: [{name: x, match: 'title(x and \"cde\")'}]\n", "utf-8")
    third = tmp_path / "watchlists" / "y.yaml"
    third.write_text("concepts: {z: [a, b]}\nrules: [{name: y, match: 'title(\"cde\" and z)'}]\n", "utf-8")
    remarks = [remark for remark in review(tmp_path, load(tmp_path), SOURCES) if "same" in remark.message]
    assert [(remark.file, remark.line, remark.column, remark.message) for remark in remarks] == [
        (str(third), 2, 16, f"this rule matches the same articles as 'x' ({other}:2): keep one of them")
    ]


# --- concepts nobody uses -------------------------------------------------------------------------------------------


def test_a_concept_that_no_rule_uses_is_told(tmp_path: Path) -> None:
    (message,) = said(tmp_path, concepts=f"{GOOD}  idle: [nickel]\n")
    assert message == f"{FIRST - 2}:3: no rule uses the concept 'idle': use it, or remove it"


@pytest.mark.parametrize(
    "key",
    ["unless: idle", "weights: {idle: 1, japan: 1}\n    threshold: 7", "weights: {'idle:a': 9}\n    threshold: 9"],
)
def test_a_concept_of_unless_or_weights_is_used(key: str, tmp_path: Path) -> None:
    concepts = f"{GOOD}  idle: {{labels: {{a: [nickel]}}}}\n"
    messages = of_rule(tmp_path, "japan and title(defence)", f"    {key}\n", concepts)
    assert [message for message in messages if "no rule uses" in message] == []


def test_a_concept_that_only_hides_shorter_words_is_used(tmp_path: Path) -> None:
    assert said(tmp_path, concepts=f"{GOOD}  ocean: [インドネシア海]\n") == []
    assert len(said(tmp_path, concepts=f"{GOOD}  ocean: [太平洋, Indonesia Raya]\n")) == 1


def test_a_shared_concept_need_not_be_used(tmp_path: Path) -> None:
    (tmp_path / "concepts.yaml").write_text("concepts: {nickel: [nickel]}\n", "utf-8")
    assert said(tmp_path) == []


# --- languages ------------------------------------------------------------------------------------------------------


def test_a_concept_in_one_language_beside_others_in_more_is_told_once(tmp_path: Path) -> None:
    concepts = f"{GOOD}  ship: {{en: [frigate, destroyer]}}\n"
    rules = f"{RULES}  - {{name: r, match: japan and ship}}\n  - {{name: s, match: title(defence and ship)}}\n"
    (message,) = said(tmp_path, rules, concepts)
    assert message == (
        f"{FIRST - 2}:3: 'ship' has terms in English (en) only, while 'japan' beside it in the rule 'r' has Indonesian "
        "(id), Japanese (ja), too: it is never found in such articles. Add terms, or write a plain list of terms that "
        "hold in every language"
    )


def test_a_label_in_one_language_beside_other_labels_in_more_is_told(tmp_path: Path) -> None:
    concepts = GOOD.replace("      eu: [EU", "      india: {en: [India]}\n      eu: [EU")
    (message,) = said(tmp_path, concepts=concepts)
    assert message.startswith(
        "8:7: 'partner:india' has terms in English (en) only, while 'japan' beside it in the rule"
    )


@pytest.mark.parametrize(
    ("terms", "match"),
    [
        ("[frigate]", "japan and ship"),
        ("{en: [frigate], id: [fregat]}", "japan and ship"),
        ("{en: [frigate]}", "lang(en) and japan and ship"),
        ("{en: [frigate]}", 'ship and "destroyer" and partner:nato'),
    ],
)
def test_a_concept_that_needs_no_more_languages_is_not_told(terms: str, match: str, tmp_path: Path) -> None:
    assert of_rule(tmp_path, match, concepts=f"{GOOD}  ship: {terms}\n") == []


def test_concepts_that_are_all_in_one_language_are_not_told(tmp_path: Path) -> None:
    concepts = "concepts:\n  a: {ja: [日本]}\n  b: {ja: [防衛], labels: {c: {ja: [協定]}}}\n"
    assert said(tmp_path, "  - {name: r, match: a and b}\n", concepts) == []


# --- files ----------------------------------------------------------------------------------------------------------


def unread(folder: Path, name: str) -> str:
    """What is said of a file or folder (`name/`) added to a good configuration."""
    written(folder, RULES, GOOD)
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("rules: []\n", "utf-8")
    remarks = review(folder, load(folder), SOURCES)
    return "; ".join(f"{Path(remark.file).relative_to(folder)}: {remark.message}" for remark in remarks)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("watchlists/x.yml", "watchlists/x.yml: this file is not read: rename it to x.yaml"),
        ("watchlists/x.YAML", "watchlists/x.YAML: this file is not read: rename it to x.yaml"),
        ("watchlists/x.txt", "watchlists/x.txt: this file is not read: a watchlist is named NAME.yaml"),
        ("watchlists/w.yaml~", "watchlists/w.yaml~: this file is not read: a watchlist is named NAME.yaml"),
        ("watchlists/old/x.yaml", "watchlists/old: files in folders are not read: move them into watchlists/ itself"),
        ("watchlist.yaml", "watchlist.yaml: this file is not read: watchlists are files in the folder watchlists/"),
        ("sources.yml", "sources.yml: this file is not read: rename it to sources.yaml"),
        ("concept.yaml", "concept.yaml: this file is not read (did you mean 'concepts.yaml'?)"),
        ("xyz.yml", "xyz.yml: this file is not read: there are bot.yaml, sources.yaml, concepts.yaml, and watchlists"),
        ("watchlist/x.yaml", "watchlist: this folder is not read (did you mean 'watchlists'?)"),
    ],
)
def test_a_file_that_looks_like_ours_and_is_not_read_is_told(name: str, message: str, tmp_path: Path) -> None:
    assert unread(tmp_path, name).startswith(message)


@pytest.mark.parametrize(
    "name",
    ["schema/x.json", "watchlists/.gitkeep", "watchlists/README.md", ".git", "notes.txt", "feeds.opml", "bot.yaml"],
)
def test_other_files_are_not_told(name: str, tmp_path: Path) -> None:
    assert unread(tmp_path, name) == ""


# --- the shipped configuration --------------------------------------------------------------------------------------


def test_there_is_nothing_to_say_about_the_shipped_configuration() -> None:
    shipped = Path(__file__).parents[3] / "config"
    assert review(shipped, load(shipped), load_sources(shipped)) == []
