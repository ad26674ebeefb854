"""What an analyst is told of an article that misses a rule: how near it came, in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Article, Source
from bot.watch import explain, load
from bot.watch.closest import barred, closest, scored
from bot.watch.evaluate import Whole, failed, one_line, solve
from bot.watch.found import Found
from bot.watch.matching import score
from bot.watch.nearness import Nearness
from bot.watch.text import prepare
from watch import expressions
from watch.desk import CONCEPTS, article, watching, written
from watch.expressions import articles, positive, render, trees
from watch.naive import Tree

ANTARA = Source("antara", "ANTARA", country="id", tier=1)
FILLER = "w " * 30
MORE = f"{CONCEPTS}  india: [インド]\n  indonesia: [インドネシア]\n"


def said(folder: Path, expression: str, *paragraphs: str, **rest: object) -> str | None:
    wanted = article(*paragraphs, **rest)  # type: ignore[arg-type] # the desk's own names
    (miss,) = explain(watching(folder, expression, concepts=MORE), wanted)[1]
    return miss.closest


# --- terms and concepts ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("expression", ["japan", "japan and defence", "japan or defence and partner"])
def test_where_nothing_stands_there_nothing_is_said(expression: str, tmp_path: Path) -> None:
    assert said(tmp_path, expression, "handball") is None


def test_an_and_says_what_is_there_and_what_is_not(tmp_path: Path) -> None:
    assert said(tmp_path, "japan and defence and partner", "Japan defence") == "has japan and defence, not partner"


def test_several_that_lack_are_joined_by_or(tmp_path: Path) -> None:
    assert said(tmp_path, "japan and defence and partner", "Japan") == "has japan, not defence or partner"


def test_brackets_around_a_further_and_make_no_difference(tmp_path: Path) -> None:
    assert said(tmp_path, "japan and (defence and partner)", "NATO") == "has partner (“NATO”), not japan or defence"


def test_a_word_is_shown_where_it_is_not_the_name(tmp_path: Path) -> None:
    assert said(tmp_path, "japan and defence", "Jepang") == "has japan (“Jepang”), not defence"
    assert said(tmp_path, "partner:nato and defence", "NATO") == "has partner:nato, not defence"
    assert said(tmp_path, '"jap*" and defence', "JAPANESE") == "has “jap*” (“JAPANESE”), not defence"


def test_of_a_long_list_only_the_names_are_said(tmp_path: Path) -> None:
    words = "Self-defence forces of the European Union and the Republic of Indonesia"
    expression = '"self-defence forc*" and "european uni*" and "republic of indo*" and "zero"'
    assert said(tmp_path, expression, words) == (
        "has “self-defence forc*”, “european uni*” and “republic of indo*”, not “zero”"
    )


def test_of_many_that_are_there_a_few_are_named(tmp_path: Path) -> None:
    expression = 'japan and defence and "one" and "two" and "three" and "four"'
    assert said(tmp_path, expression, "Japan, defence; one two three") == (
        "has japan, defence, “one” and 2 more, not “four”"
    )


def test_the_alternative_that_came_nearest_is_told(tmp_path: Path) -> None:
    expression = "japan and defence or partner:nato and partner:eu and defence"
    assert said(tmp_path, expression, "EU NATO") == "has partner:nato and partner:eu, not defence"
    assert said(tmp_path, expression, "Japan") == "has japan, not defence"
    both = "japan and defence and partner:indonesia or partner:nato and partner:eu and defence"
    assert said(tmp_path, both, "Japan EU NATO") == "has partner:nato and partner:eu, not defence"


def test_what_holds_for_the_lack_of_something_is_not_called_there(tmp_path: Path) -> None:
    assert said(tmp_path, 'japan and not "football" and (not defence or partner) and "x1"', "Japan") == (
        "has japan, not “x1”"
    )


# --- parts, paragraphs, sentences -----------------------------------------------------------------------------------


def test_the_best_paragraph_is_told_and_the_earliest_of_equals(tmp_path: Path) -> None:
    expression = "paragraph(japan and defence and partner)"
    assert said(tmp_path, expression, "x", "Jepang defence", "Japan defence") == (
        "paragraph 2 has japan (“Jepang”) and defence, not partner"
    )


def test_what_stands_in_another_paragraph_is_told_with_it(tmp_path: Path) -> None:
    assert said(tmp_path, "paragraph(japan and defence and partner)", "Japan", "x Japan defence", "y", "Nato") == (
        "paragraph 2 has japan and defence, not partner; partner (“Nato”) stands in paragraph 4"
    )


def test_a_blank_paragraph_is_counted_as_it_is_shown(tmp_path: Path) -> None:
    assert said(tmp_path, "paragraph(japan and defence)", "x", " ", "Japan") == "paragraph 3 has japan, not defence"


def test_a_sentence_is_told_with_its_number_and_its_paragraph(tmp_path: Path) -> None:
    assert said(tmp_path, "sentence(japan and defence)", "x", "So it is. Japan it is. And defence.") == (
        "sentence 2 of paragraph 2 has japan, not defence; defence stands in sentence 3 of paragraph 2"
    )


def test_the_title_is_a_sentence_without_a_number(tmp_path: Path) -> None:
    assert said(tmp_path, "sentence(japan and defence)", title="Well. Japan") == "the title has japan, not defence"


def test_a_part_says_what_stands_elsewhere(tmp_path: Path) -> None:
    assert said(tmp_path, "title(japan and defence)", "x", "A defence", title="Japan") == (
        "the title has japan, not defence; defence stands in paragraph 2"
    )
    assert said(tmp_path, "body(japan and defence)", "defence", title="Japan", lead="Japan w") == (
        "the body has defence, not japan; japan stands in the title and the standfirst"
    )


def test_a_part_with_nothing_of_it_says_only_where_it_stands(tmp_path: Path) -> None:
    assert said(tmp_path, "lead(japan)", "x", "y", "Japan") == "japan stands in paragraph 3, not in the lead"
    assert said(tmp_path, "lead(japan)", "x", "y") is None


def test_a_part_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert said(tmp_path, "title(japan)", "Japan") == "there is no title; japan stands in paragraph 1"


def test_what_must_not_be_in_a_paragraph_is_shown(tmp_path: Path) -> None:
    assert said(tmp_path, "paragraph(japan and not defence)", "x", "Japan, pertahanan") == (
        "paragraph 2 has japan; found “pertahanan” in paragraph 2"
    )


def test_many_places_are_cut_short(tmp_path: Path) -> None:
    assert said(tmp_path, "title(japan)", *["Japan"] * 9, title="x") == (
        "japan stands in paragraphs 1, 2 and 7 more, not in the title"
    )


# --- distance -------------------------------------------------------------------------------------------------------


def test_near_says_how_near_they_came_and_where(tmp_path: Path) -> None:
    far = f"Japan {FILLER} {FILLER} NATO"
    assert said(tmp_path, "near(12, japan, partner)", far, "", f"Japan {FILLER} NATO") == (
        "closest 31 words apart, in paragraph 3"
    )


def test_the_distance_that_is_told_is_the_one_that_would_do(tmp_path: Path) -> None:
    text = "Japan w European Union w w Japan w w defence w Nato"
    told = said(tmp_path, "near(2, japan, defence, partner)", text)
    assert told == "closest 5 words apart, in paragraph 1"
    assert not explain(watching(tmp_path, "near(5, japan, defence, partner)"), article(text))[1]


def test_the_paragraph_in_which_they_came_nearest_is_told(tmp_path: Path) -> None:
    paragraphs = (f"Japan {FILLER} NATO", "Japan w w w NATO")
    assert said(tmp_path, "paragraph(near(3, japan, partner))", *paragraphs) == "closest 4 words apart, in paragraph 2"


def test_near_across_paragraphs_says_where_each_stands(tmp_path: Path) -> None:
    assert said(tmp_path, "near(12, japan, partner)", "Japan", "x", "y", "NATO", title="Japan") == (
        "never in one paragraph: japan in the title and paragraph 1, partner in paragraph 4"
    )


def test_near_without_one_of_them_says_which(tmp_path: Path) -> None:
    assert said(tmp_path, "near(12, japan, partner)", "Japan") == "has japan, not partner"


def test_before_says_that_they_stand_in_the_other_order(tmp_path: Path) -> None:
    assert said(tmp_path, "before(4, japan, partner)", "NATO w Japan") == (
        "only in the other order: closest 2 words apart, in paragraph 1"
    )
    assert said(tmp_path, "before(4, japan, defence, partner)", "NATO w Japan defence") == (
        "never in this order: closest 3 words apart, in paragraph 1"
    )


def test_before_says_that_they_are_nearer_in_the_other_order(tmp_path: Path) -> None:
    assert said(tmp_path, "before(4, japan, partner)", f"NATO Japan {FILLER} NATO") == (
        "closest 31 words apart, in paragraph 1; nearer in the other order"
    )
    assert said(tmp_path, "before(4, japan, partner)", f"Japan {FILLER} NATO") == (
        "closest 31 words apart, in paragraph 1"
    )
    assert said(tmp_path, "before(4, japan, defence, partner)", f"NATO Japan defence {FILLER} NATO") == (
        "closest 32 words apart, in paragraph 1; nearer but not in this order"
    )


def test_one_word_does_not_stand_before_itself(tmp_path: Path) -> None:
    assert said(tmp_path, "before(4, japan, japan)", "Japan") == (
        "never one after the other: they begin with the same word, in paragraph 1"
    )
    assert said(tmp_path, "before(4, japan, japan, japan)", "Japan") == (
        "never one after the other: they begin with the same word, in paragraph 1"
    )


def test_two_that_begin_with_the_same_word_stand_in_no_order(tmp_path: Path) -> None:
    expression = 'before(4, "Japan Airlines", japan)'
    assert said(tmp_path, expression, "x", "Japan Airlines flies") == (
        "never one after the other: they begin with the same word, in paragraph 2"
    )
    assert said(tmp_path, expression, f"Japan {FILLER} Japan Airlines") == (
        "only in the other order: closest 32 words apart, in paragraph 1"
    )
    assert said(tmp_path, expression, f"Japan Airlines {FILLER} Japan") == "closest 32 words apart, in paragraph 1"


# --- numbers, and what must not be there ----------------------------------------------------------------------------


def test_atleast_says_how_many_and_which(tmp_path: Path) -> None:
    assert said(tmp_path, "atleast(2, japan, defence, partner)", "Japan") == "1 of 2: japan"
    assert said(tmp_path, "atleast(2, japan, defence, partner)", "x") is None


def test_count_says_how_many(tmp_path: Path) -> None:
    assert said(tmp_path, "count(japan) >= 3", "Japan, Jepang") == "2 of 3"
    assert said(tmp_path, "defence and count(japan) >= 3", "Japan, Jepang") == "has japan 2 of 3 times, not defence"


def test_not_says_what_was_found_and_where(tmp_path: Path) -> None:
    assert said(tmp_path, 'japan and not "football"', "Japan", "Football. A football.") == (
        "has japan; found “Football” in paragraph 2"
    )


# --- the article and its source -------------------------------------------------------------------------------------

FACTS = {
    "lang(id)": ("ja", ANTARA, "the article is in ja"),
    "lang(id, en)": (None, ANTARA, "its language is uncertain"),
    "source(kyodo)": (None, ANTARA, "the source is antara"),
    "source(antara)": (None, None, "no source"),
    "tier(2)": (None, ANTARA, "the source's tier is 1"),
    "country(jp)": (None, ANTARA, "the source's country is id"),
    "country(my)": (None, Source("x", "X"), "the source has no country"),
}


@pytest.mark.parametrize("expression", FACTS)
def test_a_fact_that_is_otherwise_is_told(expression: str, tmp_path: Path) -> None:
    language, source, told = FACTS[expression]
    text = "日本" if language == "ja" else "Japan"
    answer = said(tmp_path, f"japan and {expression}", text, language=language, source=source)
    assert answer == f"has japan{' (“日本”)' if language else ''}; {told}"


# --- words that a reader sees and the rule does not -----------------------------------------------------------------


def test_a_term_in_capitals_that_stands_there_in_another_case_is_told(tmp_path: Path) -> None:
    assert said(tmp_path, "partner:eu", "the eu") == "“eu” stands there, but the term is in capitals"
    assert said(tmp_path, 'japan and "ASEAN"', "Japan and Asean") == (
        "has japan, not “ASEAN”; “Asean” stands there, but the term is in capitals"
    )


def test_a_term_in_capitals_that_stands_there_without_its_accent_is_told(tmp_path: Path) -> None:
    assert said(tmp_path, '"PERÚ"', "PERU") == "“PERU” stands there, but the term has accents: “PERÚ”"
    assert said(tmp_path, '"PERU"', "PERÚ") == "“PERÚ” stands there, but the term has no accents: “PERU”"


def test_of_a_beginning_in_capitals_only_what_it_begins_with_counts(tmp_path: Path) -> None:
    assert said(tmp_path, '"PERÚ*"', "PERUano") == "“PERUano” stands there, but the term has accents: “PERÚ*”"
    assert said(tmp_path, '"PERÚ*"', "Peruano") == "“Peruano” stands there, but the term is in capitals"


CLITICS = "concepts:\n  ally: {clitics: true, id: [NATO, PERÚ]}\n"

CARRIED = {
    "NATONYA": "after a term in capitals “nya” is in small letters",
    "NATOnyaLAH": "after a term in capitals “nyalah” is in small letters",
    "Natonya": "the term is in capitals",
    "natoNYA": "the term is in capitals",
    "PERUnya": "the term has accents: “PERÚ”",
    "PERU": "the term has accents: “PERÚ”",
    "PERÚNYA": "after a term in capitals “nya” is in small letters",
}


@pytest.mark.parametrize("word", CARRIED)
def test_a_term_in_capitals_that_carries_an_ending_says_whether_case_or_accents_are_the_reason(
    word: str, tmp_path: Path
) -> None:
    rules = watching(tmp_path, "ally", concepts=CLITICS)
    (miss,) = explain(rules, article(word, language="id"))[1]
    assert miss.closest == f"“{word}” stands there, but {CARRIED[word]}"
    assert not explain(rules, article("NATO dan NATOnya", language="id"))[1]


def test_a_word_within_a_longer_listed_word_is_told(tmp_path: Path) -> None:
    assert said(tmp_path, "india", "インドネシア") == "“インド” stands there, but only within “インドネシア”"


EXCEPTIONS = """concepts:
  ally:
    en: [Philippine]
    ja: [日本]
    except: ["Philippine Sea", 日本海, "the Philippine*", ally]
    labels: {sea: [Sea, ally]}
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("in Philippine Sea", "“Philippine” stands there, but only within “Philippine Sea”, which is an exception"),
        ("the Philippines", None),
        ("日本海の", "“日本” stands there, but only within “日本海”"),
        ("an ally", "“ally” stands there, but is an exception"),
    ],
)
def test_a_word_within_an_exception_is_told(text: str, told: str | None, tmp_path: Path) -> None:
    (miss,) = explain(watching(tmp_path, "ally", concepts=EXCEPTIONS), article(text))[1]
    assert miss.closest == told


def test_a_word_that_stands_outside_of_its_exceptions_too_is_no_riddle(tmp_path: Path) -> None:
    rules = watching(tmp_path, 'ally and "pact"', concepts=EXCEPTIONS)
    (miss,) = explain(rules, article("Philippine ships in the Philippine Sea"))[1]
    assert miss.closest == "has ally (“Philippine”), not “pact”"


def test_a_term_of_another_language_is_told(tmp_path: Path) -> None:
    told = "has defence, not japan; “Jepang” stands there, but is listed for id, and the article is in en"
    assert said(tmp_path, "japan and defence", "Jepang defence", language="en") == told
    assert said(tmp_path, "japan and partner", "Jepang", language=None) == "has japan (“Jepang”), not partner"


def test_a_term_of_another_language_in_another_case_is_no_riddle(tmp_path: Path) -> None:
    assert said(tmp_path, "partner:indonesia", "ri", language="en") is None


def test_of_several_reasons_the_plainest_is_told(tmp_path: Path) -> None:
    assert said(tmp_path, "partner", "RI and eu", language="en") == "“eu” stands there, but the term is in capitals"


def test_a_word_that_is_found_elsewhere_is_no_riddle(tmp_path: Path) -> None:
    assert said(tmp_path, "partner:eu and japan", "EU and eu") == "has partner:eu, not japan"


# --- excludes -------------------------------------------------------------------------------------------------------

SPORT = """
concepts:
  sport: [football, "league*", cup]
  past: ["19th century", museum]
  clitic: {clitics: true, id: [NATO]}
"""


def bars(folder: Path, unless: str, *paragraphs: str, **rest: object) -> str | None:
    """What is said of an exclude that kept a rule out."""
    rules = watching(folder, '"Japan"', unless, SPORT)
    rule = rules.lists["w"].rules[0]
    scope = Whole(Found(rules.lexicon, prepare(article("Japan", *paragraphs, **rest))))  # type: ignore[arg-type] # the desk's own names
    assert rule.unless is not None and solve(rule.unless, scope) is not None
    return barred(rule.unless, scope)


def test_an_exclude_says_which_words_of_it_stand_where(tmp_path: Path) -> None:
    assert bars(tmp_path, "title(sport)", title="Football!") == "“Football” stands in the title"
    assert bars(tmp_path, "sport", "A football, a FOOTBALL", "football") == "“football” stands in paragraphs 2 and 3"


def test_words_of_an_exclude_in_the_same_places_are_told_together(tmp_path: Path) -> None:
    assert bars(tmp_path, "sport and past", "A museum of football") == "“museum” and “football” stand in paragraph 2"
    assert bars(tmp_path, "sport", "leagues: football", "a cup") == (
        "“leagues” and “football” stand in paragraph 2; “cup” stands in paragraph 3"
    )


def test_of_an_exclude_the_alternative_that_is_named_is_told(tmp_path: Path) -> None:
    assert bars(tmp_path, "sport or past", "A museum of football") == "“football” stands in paragraph 2"
    assert bars(tmp_path, "title(sport or past)", "football", title="A museum") == "“museum” stands in the title"
    assert bars(tmp_path, "paragraph(past or sport)", "football", "museum") == "“museum” stands in paragraph 3"
    assert bars(tmp_path, "sport and (past or lang(id))", "A museum of football") == (
        "“football” stands in paragraph 2; “museum” stands in paragraph 2"
    )


def test_an_exclude_of_a_sentence_names_the_sentence(tmp_path: Path) -> None:
    assert bars(tmp_path, "sentence(sport and past)", "Well. A museum of football.") == (
        "“museum” and “football” stand in sentence 2 of paragraph 2"
    )


def test_of_a_distance_only_what_takes_part_is_told(tmp_path: Path) -> None:
    assert bars(tmp_path, "near(2, sport, past)", "museum of football", "A cup.") == (
        "“museum” and “football” stand in paragraph 2"
    )


def test_a_fact_that_excludes_is_told(tmp_path: Path) -> None:
    assert bars(tmp_path, "lang(id) and sport", "football", language="id") == (
        "“football” stands in paragraph 2; the article is in id"
    )
    assert bars(tmp_path, "source(antara)", source=ANTARA) == "the source is antara"


def test_an_exclude_that_holds_for_the_lack_of_something_says_nothing_more(tmp_path: Path) -> None:
    assert bars(tmp_path, 'not "visit" and not sport') is None
    assert bars(tmp_path, "sentence(not sport or past)") is None


def test_an_exclude_of_many_words_is_cut_short(tmp_path: Path) -> None:
    words = " ".join(f"league{letter * 30}" for letter in "abcdefgh")
    told = bars(tmp_path, "sport", words)
    assert told is not None and len(told) <= 160 and "and 5 more stand in paragraph 2" in told


# --- scores ---------------------------------------------------------------------------------------------------------

WEIGHTED = """
  - name: r
    match: japan or defence or partner
    weights: {japan: 10, defence: 2, "partner:nato": 3, '"water cannon"': 5, '"football"': -5}
    threshold: 60
"""


def test_a_score_is_told_with_its_parts_the_heaviest_first(tmp_path: Path) -> None:
    ready = load(written(tmp_path, WEIGHTED))
    (miss,) = explain(ready, article("Jepang: football. Defence.", "Japan", title="Water cannon"))[1]
    assert miss.closest == "score 27: japan 20 (2 terms), “water cannon” 10 (title), “football” -5, defence 2"


def test_the_parts_of_a_score_add_up(tmp_path: Path) -> None:
    ready = load(written(tmp_path, WEIGHTED))
    rule = ready.lists["w"].rules[0]
    text = article("Jepang: pertahanan. Defence.", "Japan", title="Water cannon of NATO: defence")
    scope = Whole(Found(ready.lexicon, prepare(text)))
    total = score(rule, scope)
    parts = scored(total, rule.weights, scope).partition(": ")[2].replace(", title)", ")").split(", ")
    assert len(parts) == 4
    assert sum(float(part.partition(" (")[0].split()[-1]) for part in parts) == total


def test_a_score_of_many_parts_is_cut_short(tmp_path: Path) -> None:
    keys = ", ".join(f"'\"word{letter}\"': 1" for letter in "abcdefgh")
    rules = f"  - {{name: r, match: japan, weights: {{{keys}}}, threshold: 9}}"
    (miss,) = explain(load(written(tmp_path, rules)), article("Japan " + " ".join(f"word{c}" for c in "abcdefgh")))[1]
    assert miss.closest == "score 8: “worda” 1, “wordb” 1, “wordc” 1, “wordd” 1 and 4 more"


def test_a_score_of_nothing_has_no_parts(tmp_path: Path) -> None:
    (miss,) = explain(load(written(tmp_path, WEIGHTED)), article("Indonesia"))[1]
    assert miss.closest == "score 0"


# --- any rule, any article ------------------------------------------------------------------------------------------


def test_a_long_answer_is_cut(tmp_path: Path) -> None:
    concepts = " and ".join(f'title("{letter * 60}")' for letter in "abcdef")
    told = said(tmp_path, concepts, *[letter * 60 for letter in "abcdef"], title="x")
    assert told is not None and len(told) <= 160


@settings(max_examples=60, deadline=None)
@given(
    wanted=st.lists(trees.filter(positive), min_size=1, max_size=4), many=st.lists(articles(), min_size=1, max_size=4)
)
def test_every_miss_is_told_in_one_short_line_and_fails_for_what_it_failed(
    wanted: list[Tree], many: list[Article], tmp_path_factory: object
) -> None:
    folder: Path = tmp_path_factory.getbasetemp() / "closest"  # type: ignore[attr-defined] # hypothesis wants no fixture per example
    folder.mkdir(exist_ok=True)
    lines = [
        f"  - {{name: r{number}, match: {json.dumps(render(tree), ensure_ascii=False)}}}"
        for number, tree in enumerate(wanted)
    ]
    ready = load(written(folder, "\n".join(lines), expressions.CONCEPTS))
    rules = {rule.name: rule for rule in ready.lists["w"].rules}
    for text in many:
        for miss in explain(ready, text)[1]:
            node = rules[miss.rule].match
            scope = Whole(Found(ready.lexicon, prepare(text)))
            assert miss.failed == one_line(failed(node, scope))
            assert miss.closest == closest(node, scope)
            assert miss.closest is None or (len(miss.closest.splitlines()) == 1 and len(miss.closest) <= 160)


@settings(max_examples=40, deadline=None)
@given(wanted=trees, many=st.lists(articles(), min_size=1, max_size=4))
def test_every_exclude_is_told_in_at_most_one_short_line(
    wanted: Tree, many: list[Article], tmp_path_factory: object
) -> None:
    folder: Path = tmp_path_factory.getbasetemp() / "excludes"  # type: ignore[attr-defined] # hypothesis wants no fixture per example
    folder.mkdir(exist_ok=True)
    line = f"  - {{name: r, match: japan, unless: {json.dumps(render(wanted), ensure_ascii=False)}}}"
    ready = load(written(folder, line, expressions.CONCEPTS))
    unless = ready.lists["w"].rules[0].unless
    assert unless is not None
    for text in many:
        scope = Whole(Found(ready.lexicon, prepare(text)))
        if solve(unless, scope) is not None:
            told = barred(unless, scope)
            assert told is None or (len(told.splitlines()) == 1 and len(told) <= 160)


@settings(max_examples=40, deadline=None)
@given(wanted=trees.filter(positive), many=st.lists(articles(), min_size=1, max_size=4))
def test_only_what_holds_is_measured_as_there(wanted: Tree, many: list[Article], tmp_path_factory: object) -> None:
    folder: Path = tmp_path_factory.getbasetemp() / "measured"  # type: ignore[attr-defined] # hypothesis wants no fixture per example
    folder.mkdir(exist_ok=True)
    line = f"  - {{name: r, match: {json.dumps(render(wanted), ensure_ascii=False)}}}"
    ready = load(written(folder, line, expressions.CONCEPTS))
    for text in many:
        scope = Whole(Found(ready.lexicon, prepare(text)))
        node = ready.lists["w"].rules[0].match
        measure = Nearness().measure(node, scope)
        assert 0 <= measure <= 1
        assert (measure == 1) == (solve(node, scope) is not None)
