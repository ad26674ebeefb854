"""What is said about rules: those that never match or always do, and parts of them that can never hold."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.watch import load
from bot.watch import match as matching
from bot.watch.review import review
from watch.desk import article
from watch.review_desk import GOOD, MATCH, RULES, SOURCES, of_rule, said

JAPAN = '"Japan" or "Japanese" or "Jepang" or "日本"'
"""All the terms of the good concept `japan`."""

CONTRADICTION = "this can never hold: '{}' is at odds with what stands beside it"


@pytest.mark.parametrize(
    "match",
    [
        "japan and defence",
        "title(japan) and not title(defence)",
        "japan and not title(japan)",
        "sentence(japan and not defence) and defence",
        "title(japan) and body(not japan)",
        "lead(japan) and title(not japan and defence)",
        "not paragraph(japan and defence) and japan and defence",
        "partner and not partner:nato",
        "near(2, japan, defence) and not near(1, japan, defence)",
        "near(2, japan, defence) and not before(2, japan, defence)",
        "count(japan) >= 2 and not count(japan) >= 3",
        "atleast(2, japan, defence, partner) and not (japan and defence)",
        "atleast(2, japan, defence, lang(id))  and japan",
        "before(3, japan, japan)",
        'near(2, japan, "joint military exercise")',
        "japan and lang(id, ja, en) and source(antara, kyodo) and tier(1, 2) and country(jp, id)",
        "lang(ja) and japan and partner:nato",
        "japan and (lang(id) or lang(ja))",
        "not lang(id) and japan and not lang(ja)",
    ],
)
def test_a_good_rule_is_not_remarked_on(match: str, tmp_path: Path) -> None:
    assert of_rule(tmp_path, match) == []


# --- contradictions -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("match", "odd"),
    [
        ("japan and not japan", "not japan"),
        ("not japan and defence and japan", "not japan"),
        ("sentence(japan and not japan)", "not japan"),
        ("title(japan) and not japan", "not japan"),
        ("near(3, japan, defence) and not defence", "not defence"),
        ("count(japan) >= 2 and not japan", "not japan"),
        ("sentence(japan and defence) and not paragraph(defence and japan)", "not paragraph(defence and japan)"),
        ("title(japan and defence) and not sentence(japan)", "not sentence(japan)"),
        ("near(3, japan, defence) and not paragraph(japan and defence)", "not paragraph(japan and defence)"),
        ("near(3, japan, defence) and not near(4, defence, japan)", "not near(4, defence, japan)"),
        ("before(3, japan, defence) and not near(3, japan, defence)", "not near(3, japan, defence)"),
        ("count(japan) >= 3 and not count(japan) >= 2", "not count(japan) >= 2"),
        ("partner:nato and not partner", "not partner"),
        ("atleast(2, japan, defence, partner) and not (japan or defence)", "not (japan or defence)"),
        ("partner and (japan and defence) and not (defence and japan)", "not (defence and japan)"),
        ('"Jepang" and defence and not ("Jepang" or "Tokyo")', 'not ("Jepang" or "Tokyo")'),
        ("lang(id) and japan and not lang(id, ja)", "not lang(id, ja)"),
        ("japan or (defence and not defence)", "not defence"),
        ("partner and (not partner:nato) and not (not (not partner))", "not (not (not partner))"),
    ],
)
def test_a_match_at_odds_with_itself_is_told_at_the_part_at_odds(match: str, odd: str, tmp_path: Path) -> None:
    (message,) = of_rule(tmp_path, match)
    assert message == f"{MATCH}:{7 + match.index(odd)}: {CONTRADICTION.format(odd)}"


def test_two_languages_or_tiers_at_once_are_told(tmp_path: Path) -> None:
    (message,) = of_rule(tmp_path, "lang(ja) and japan and lang(id)")
    assert message == f"{MATCH}:30: {CONTRADICTION.format('lang(id)')}"
    (message,) = of_rule(tmp_path, "(tier(1) and japan) and tier(2)")
    assert message == f"{MATCH}:31: {CONTRADICTION.format('tier(2)')}"


@pytest.mark.parametrize(
    ("match", "unless", "column", "odd"),
    [
        ("japan and defence", "japan", 13, "japan"),
        ("title(japan) and defence", "partner or japan", 24, "japan"),
        ("paragraph(japan and defence)", "title(partner) or (defence and japan)", 32, "defence and japan"),
        ("japan and partner:nato", "partner", 13, "partner"),
        ("near(3, japan, defence)", "not lead(japan) or near(5, japan, defence)", 32, "near(5, japan, defence)"),
        ("japan", f"({JAPAN})", 14, JAPAN),
        ("defence and japan", f"({JAPAN})", 14, JAPAN),
        ("japan", f"title(partner) or {JAPAN}", 13, f"title(partner) or {JAPAN}"),
        ("japan or defence", "defence or partner or japan", 13, "defence or partner or japan"),
    ],
)
def test_an_unless_that_always_holds_is_told(match: str, unless: str, column: int, odd: str, tmp_path: Path) -> None:
    (message,) = of_rule(tmp_path, match, f"    unless: {unless}\n")
    assert message == f"{MATCH + 1}:{column}: this rule can never match: where its match holds, '{odd}' holds, too"


@pytest.mark.parametrize(
    ("match", "unless"),
    [
        ("japan and defence", "title(japan)"),
        ("japan or defence", "japan"),
        ("partner", "partner:nato"),
        ("title(japan)", "title(japan and defence)"),
        ("lead(japan)", "body(japan)"),
        ("paragraph(japan and defence)", "sentence(japan and defence)"),
        ("paragraph(japan and not defence)", "not defence"),
        ("atleast(2, japan, defence, partner)", "japan and partner"),
        ("japan", '("Japan" or "Jepang" or "日本")'),
        ("japan", 'title("Japan") or "Japanese" or "Jepang" or "日本"'),
        ("japan or defence", "japan or title(defence)"),
    ],
)
def test_an_unless_that_may_fail_is_not_remarked_on(match: str, unless: str, tmp_path: Path) -> None:
    assert of_rule(tmp_path, match, f"    unless: {unless}\n") == []


HIDDEN = "  state: {ja: [国, 国会]}\n  parts: {labels: {a: {ja: [国]}, b: {ja: [国会]}}}\n  lone: {ja: [国]}\n"


@pytest.mark.parametrize(
    ("match", "unless", "text"),
    [
        ("lone", "parts:a", "国会"),
        ('near(1, "で", lone)', 'near(1, "で", state)', "で国会"),
    ],
)
def test_an_unless_whose_han_word_a_longer_one_hides_may_fail(
    match: str, unless: str, text: str, tmp_path: Path
) -> None:
    messages = of_rule(tmp_path, match, f"    unless: '{unless}'\n", GOOD + HIDDEN)
    assert [message for message in messages if "never match" in message] == []
    assert [answer.rule for answer in matching(load(tmp_path), article(text, language="ja"))] == ["r"]


@pytest.mark.parametrize("unless", ["parts", '"国" or "国会"', '"国会" or parts:b or parts:a'])
def test_an_unless_of_the_same_han_words_always_holds(unless: str, tmp_path: Path) -> None:
    messages = of_rule(tmp_path, "state", f"    unless: '{unless}'\n", GOOD + HIDDEN)
    assert sum("never match" in message for message in messages) == 1


def test_an_unless_at_odds_with_itself_is_told(tmp_path: Path) -> None:
    (message,) = of_rule(tmp_path, "japan", "    unless: defence and not defence\n")
    assert message == f"{MATCH + 1}:25: {CONTRADICTION.format('not defence')}"


@pytest.mark.timeout(20)
def test_an_expression_of_a_thousand_parts_is_judged_in_seconds(tmp_path: Path) -> None:
    match = " and ".join(f'("a{n}a" or not ("b{n}b" and "c{n}c"))' for n in range(120))
    unless = " or ".join(f'("a{n}a" and not ("b{n}b" or "x{n}x"))' for n in range(120))
    begin = time.monotonic()
    of_rule(tmp_path, match, f"    unless: {unless!r}\n")
    assert time.monotonic() - begin < 10


# --- rules judged on every article ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("match", "culprit"),
    [
        ("lang(id) or japan", "lang(id)"),
        ("japan or (not defence and lang(id))", "not defence"),
        ("title(japan or not defence)", "not defence"),
        ("tier(1)", "tier(1)"),
        ("atleast(2, japan, defence, lang(id))", "lang(id)"),
    ],
)
def test_a_rule_that_needs_no_term_is_told_with_the_part_at_fault(match: str, culprit: str, tmp_path: Path) -> None:
    (message,) = of_rule(tmp_path, match)
    assert message == (
        f"{MATCH}:{7 + match.index(culprit)}: this rule is judged on every article, since '{culprit}' can hold without "
        "any term being found: join it with 'and' to what you look for"
    )


# --- distances and numbers ------------------------------------------------------------------------------------------


def test_a_phrase_longer_than_the_distance_is_told(tmp_path: Path) -> None:
    (message,) = of_rule(tmp_path, 'near(1, japan, "joint military exercise")')
    assert message == (
        f"{MATCH}:22: '\"joint military exercise\"' has 3 words and more, which never stand within 1 word of one "
        "another: near( ) needs a distance of at least 2"
    )


def test_a_concept_with_one_short_enough_term_is_not_told(tmp_path: Path) -> None:
    concepts = f'{GOOD}  long: ["one two three", one]\n  longer: ["one two three", "one two three four"]\n'
    assert of_rule(tmp_path, "near(1, japan, long) or near(2, japan, longer)", concepts=concepts) == []
    (message,) = of_rule(tmp_path, "near(9, japan, long) or near(1, japan, longer)", concepts=concepts)
    assert message.startswith(f"{MATCH + 2}:46: 'longer' has 3 words and more")


def test_more_words_in_order_than_the_distance_holds_are_told(tmp_path: Path) -> None:
    (message,) = of_rule(tmp_path, "before(1, japan, defence, partner)")
    assert message == (
        f"{MATCH}:7: 3 terms one after the other never stand within 1 word: write 2 or more"
    )  # fmt: skip
    assert of_rule(tmp_path, "before(2, japan, defence, partner)") == []
    assert of_rule(tmp_path, "near(1, japan, defence, partner)") == []
    assert of_rule(tmp_path, 'before(3, japan, defence, "a trade pact")')[0].endswith("write 4 or more")
    assert of_rule(tmp_path, 'before(4, japan, defence, "a trade pact")') == []


@pytest.mark.parametrize(
    ("match", "column", "words"),
    [
        ("near(5, japan, japan)", 22, "'japan' stands here twice, and one occurrence is enough for both: remove one"),
        ("atleast(2, japan, defence, japan)", 34, "'japan' stands here twice, and both hold at once: remove one; for"),
        ("atleast(2, title(japan), defence, title(japan))", 41, "'title(japan)' stands here twice, and both hold"),
    ],
)  # fmt: skip
def test_an_operand_that_stands_twice_is_told_where_that_changes_the_meaning(
    match: str, column: int, words: str, tmp_path: Path
) -> None:
    (message,) = of_rule(tmp_path, match)
    assert message.startswith(f"{MATCH}:{column}: {words}")


# --- names of sources, countries, tiers and languages ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "value", "words"),
    [
        ("source(antra, kyodo)", "antra", "no source in sources.yaml is named 'antra' (did you mean 'antara'?)"),
        ("source(kyodo, Antara)", "Antara", "no source in sources.yaml is named 'Antara'"),
        ('source("reuters")', '"reuters"', "no source in sources.yaml is named 'reuters'"),
        ("country(id, au)", "au", "no source in sources.yaml has 'country: au', so this never holds"),
        ("country(UK)", "UK", "unknown country 'uk' (did you mean 'gb'?)"),
        ("tier(1, 3)", "3", "no source in sources.yaml is of tier 3: this never holds"),
        ("lang(id, jp)", "jp", "unknown language 'jp' (did you mean 'ja'?), so this never holds"),
        ("lang(sv)", "sv", "no article is ever found to be in 'sv'"),
        ("lang(ms)", "ms", "no article is found to be in Malay (ms)"),
    ],
)
def test_a_name_that_nothing_has_is_told(fact: str, value: str, words: str, tmp_path: Path) -> None:
    match = f'"Japan" and {fact}'
    (message,) = of_rule(tmp_path, match)
    assert message.startswith(f"{MATCH}:{7 + match.index(value)}: {words}")


def test_names_are_not_told_where_there_are_no_sources(tmp_path: Path) -> None:
    rules = f"{RULES}  - {{name: r, match: 'japan and source(antara) and tier(1) and country(id)'}}\n"
    assert said(tmp_path, rules, sources=()) == []


# --- lang( ) beside concepts ----------------------------------------------------------------------------------------


def test_a_label_without_terms_in_the_language_asked_for_is_told(tmp_path: Path) -> None:
    concepts = f"{GOOD}  ship:\n    labels:\n      frigate: {{en: [frigate], id: [fregat]}}\n      any: [F-35]\n"
    rule = "lang(ja) and (japan and (ship:frigate or ship:any))"
    (message,) = of_rule(tmp_path, rule, concepts=concepts)
    assert message == (
        f"{MATCH + 4}:32: 'ship:frigate' is never found here: lang( ) leaves articles in Japanese (ja) only, and its "
        "terms are listed for en, id"
    )
    assert of_rule(tmp_path, "lang(ja, id) and (japan and (ship:frigate or ship:any))", concepts=concepts) == []


# --- weights --------------------------------------------------------------------------------------------------------


def weighted(folder: Path, weights: str, threshold: float, match: str = "japan") -> list[str]:
    return of_rule(folder, match, f"    weights: {weights}\n    threshold: {threshold}\n")


def test_a_threshold_that_all_weights_together_do_not_reach_is_told(tmp_path: Path) -> None:
    (message,) = weighted(tmp_path, "{partner:nato: 1, partner:eu: 2, japan: -5}", 13)
    assert message == (
        f"{MATCH + 2}:16: no article can reach 13: all terms of the weights together, each found in the title, come "
        "to 12"
    )
    assert weighted(tmp_path, "{partner:nato: 1, partner:eu: 2, japan: -5}", 12) == []


def test_a_threshold_that_every_match_reaches_is_told(tmp_path: Path) -> None:
    (message,) = weighted(tmp_path, "{japan: 3, defence: 1}", 3)
    assert message.startswith(f"{MATCH + 2}:16: every article for which match holds reaches 3: raise it")
    assert weighted(tmp_path, "{japan: 3, defence: 1}", 4) == []
    assert weighted(tmp_path, "{japan: 3, defence: -1}", 3) == []
    assert len(weighted(tmp_path, "{japan: 3, defence: 1}", 6, "title(japan)")) == 1
    assert weighted(tmp_path, "{japan: 3, defence: 1}", 3, "japan or defence") == []
    assert len(weighted(tmp_path, "{japan: 3, defence: 1}", 1, "japan or title(defence)")) == 1


def test_a_threshold_that_articles_of_one_language_do_not_reach_is_told(tmp_path: Path) -> None:
    (message,) = weighted(tmp_path, "{japan: 1, defence: 1}", 5)
    assert message == (
        f"{MATCH + 2}:16: articles in some languages cannot reach 5: Indonesian (id) at most 4, Japanese (ja) at most "
        "4. Add terms, or lower it"
    )


@pytest.mark.parametrize(
    "match",
    [
        "lang(en) and japan",
        "lang(en) and (japan or partner)",
        "japan and (lang(en) or tier(2) and lang(en, fr))",
        "japan and not lang(id, ja)",
        "japan and not (lang(id) or lang(ja))",
        "japan and not not lang(en)",
        "title(japan and lang(en))",
        'atleast(2, "Japan", lang(en), lang(fr))',
        "ship",
    ],
)
def test_a_threshold_is_not_told_for_languages_that_match_leaves_out(match: str, tmp_path: Path) -> None:
    # English has joint exercises, too, and so more terms than the others.
    concepts = f"{GOOD}  ship: {{en: [frigate]}}\n"
    rule = f"{RULES}  - name: r\n    match: {match!r}\n    weights: {{japan: 1, defence: 1}}\n    threshold: 5\n"
    messages = said(tmp_path, f"{rule}  - {{name: s, match: title(ship)}}\n", concepts)
    assert [message for message in messages if "reach" in message] == []


def test_a_threshold_is_not_told_for_languages_that_unless_leaves_out(tmp_path: Path) -> None:
    more = "    weights: {japan: 1, defence: 1}\n    threshold: 5\n"
    (message,) = of_rule(tmp_path, "japan", f"    unless: lang(ja) or title(partner)\n{more}")
    assert "cannot reach 5: Indonesian (id) at most 4. Add" in message
    assert of_rule(tmp_path, "japan", f"    unless: not lang(en)\n{more}") == []


@pytest.mark.parametrize("match", ["lang(en, id, ja) and japan", "lang(en) or japan", "japan and not lang(en)"])
def test_a_threshold_is_told_for_languages_that_match_leaves(match: str, tmp_path: Path) -> None:
    messages = weighted(tmp_path, "{japan: 1, defence: 1}", 5, match)
    assert (
        len([message for message in messages if "Indonesian (id) at most 4, Japanese (ja) at most 4" in message]) == 1
    )


# --- keys -----------------------------------------------------------------------------------------------------------


def test_a_group_by_that_match_does_not_ask_for_is_told(tmp_path: Path) -> None:
    (message,) = of_rule(tmp_path, "japan and defence", "    group_by: partner\n")
    assert message == (
        f"{MATCH + 1}:15: match does not ask for 'partner', so no article gets a label of it to stand under"
    )


def test_a_remark_about_an_expression_stands_at_its_place_in_every_style_of_yaml(tmp_path: Path) -> None:
    styles = [
        "match: japan and not japan",
        "match: 'japan and not japan'",
        'match: "japan\n      and not japan"',
        "match: >\n      (japan\n      and\n\n      not japan)",
    ]
    rules = RULES + "".join(f"  - name: r{number}\n    {style}\n" for number, style in enumerate(styles))
    folder = tmp_path
    messages = [message for message in said(folder, rules) if "never hold" in message]
    lines = (folder / "watchlists" / "w.yaml").read_text("utf-8").splitlines()
    for message in messages:
        line, column, _ = message.split(":", 2)
        assert lines[int(line) - 1][int(column) - 1 :].startswith("not")
    assert len(messages) == len(styles)


@pytest.mark.timeout(60)
def test_thousands_of_rules_are_reviewed_in_seconds(tmp_path: Path) -> None:
    rules = "".join(
        f'  - {{name: r{n}, match: \'"t{n}x" and ("u{n % 97}x" or "v{n}x")\', unless: \'title("w{n}x")\'}}\n'
        for n in range(2_000)
    )
    (tmp_path / "watchlists").mkdir()
    (tmp_path / "watchlists" / "w.yaml").write_text(f"rules:\n{rules}", "utf-8")
    ready = load(tmp_path)
    begin = time.monotonic()
    assert review(tmp_path, ready, SOURCES) == []
    assert time.monotonic() - begin < 8  # half a second on a quiet machine
