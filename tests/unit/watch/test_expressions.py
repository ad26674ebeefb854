"""What an expression means: parts, units, distance, counting, labels, and what a miss says."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.model import Part, Source
from bot.watch import Watchlists, explain, load, match, search
from watch.desk import article, found, reason, texts, watching, written

ANTARA = Source("antara", "ANTARA", country="id", tier=1)
NHK = Source("nhk-world", "NHK", country="jp", tier=2)


def holds(folder: Path, expression: str, *paragraphs: str, **rest: object) -> bool:
    return found(watching(folder, expression), article(*paragraphs, **rest)) is not None  # type: ignore[arg-type] # the desk's own names


def test_not_binds_tightest_then_and_then_or(tmp_path: Path) -> None:
    rules = watching(tmp_path, '"a1" or "b1" and not "c1"')
    assert found(rules, article("a1 c1"))
    assert not found(rules, article("b1 c1"))
    assert found(rules, article("b1"))
    assert not found(watching(tmp_path, '("a1" or "b1") and not "c1"'), article("a1 c1"))


def test_the_words_and_or_not_are_read_in_any_case(tmp_path: Path) -> None:
    assert holds(tmp_path, '"a1" AND NOT "c1" Or "b1"', "a1")


def test_each_part_holds_its_own_text_only(tmp_path: Path) -> None:
    whole = article("one", "two", title="headline", lead="standfirst")
    for part, word in {"title": "headline", "lead": "standfirst", "body": "two"}.items():
        assert texts(watching(tmp_path, f'{part}("{word}")'), whole) == [word]
        for other in {"title", "lead", "body"} - {part}:
            assert texts(watching(tmp_path, f'{other}("{word}")'), whole) == []


def test_the_lead_is_the_first_paragraph_where_there_is_no_standfirst(tmp_path: Path) -> None:
    rules = watching(tmp_path, 'lead("one")')
    assert found(rules, article("one", "two"))
    assert found(rules, article("one", "two", lead="one"))
    assert not found(rules, article("one", "two", lead="standfirst"))
    assert not found(watching(tmp_path, 'lead("two")'), article("one", "two"))


def test_the_body_is_all_paragraphs_the_first_included(tmp_path: Path) -> None:
    assert holds(tmp_path, 'body("one" and "two")', "one", "two", lead="one")


def test_evidence_of_a_first_paragraph_is_of_the_body(tmp_path: Path) -> None:
    answer = found(watching(tmp_path, 'lead("one")'), article("zero one", lead="zero one"))
    assert answer is not None
    (evidence,) = answer.evidence
    assert (evidence.part, evidence.paragraph, evidence.sentence) == (Part.BODY, 0, 0)
    assert (evidence.start, evidence.end, evidence.text) == (5, 8, "one")


def test_evidence_of_a_standfirst_is_of_the_lead(tmp_path: Path) -> None:
    answer = found(watching(tmp_path, '"one"'), article("two", lead="Zero. And one."))
    assert answer is not None
    (evidence,) = answer.evidence
    assert (evidence.part, evidence.paragraph, evidence.sentence) == (Part.LEAD, None, 1)


def test_a_sentence_holds_what_stands_in_one_sentence(tmp_path: Path) -> None:
    rules = watching(tmp_path, "sentence(japan and defence)")
    assert found(rules, article("Japan has a defence budget. So what."))
    assert not found(rules, article("It is Japan. The defence budget grows."))
    assert found(watching(tmp_path, "paragraph(japan and defence)"), article("It is Japan. The defence budget grows."))


def test_a_paragraph_ends_where_the_next_begins(tmp_path: Path) -> None:
    assert not holds(tmp_path, "paragraph(japan and defence)", "Japan", "defence", title="defence", lead="Japan x")
    assert holds(tmp_path, "paragraph(japan and defence)", title="Japan defence")
    assert holds(tmp_path, "paragraph(japan and defence)", "x", lead="Japan. Defence.")


def test_not_inside_a_sentence_means_absent_from_that_sentence(tmp_path: Path) -> None:
    rules = watching(tmp_path, "sentence(japan and not defence)")
    assert found(rules, article("Japan it is. Japan has a defence budget."))
    assert not found(rules, article("Japan has a defence budget. Nothing else."))


def test_a_blank_title_is_no_sentence(tmp_path: Path) -> None:
    assert not holds(tmp_path, "japan and sentence(not japan or defence)", "Japan is here.")
    assert holds(tmp_path, "japan and sentence(not japan or defence)", "Japan is here. Nothing else.")


def test_a_scope_inside_a_part_is_judged_in_that_part(tmp_path: Path) -> None:
    rules = watching(tmp_path, "body(sentence(japan and defence))")
    assert not found(rules, article("Japan.", title="Japan defence"))
    assert found(rules, article("Japan defence.", title="x"))


def words_between(number: int) -> str:
    return "Japan " + "w " * number + "Indonesia"


def test_near_counts_from_the_first_word_to_the_last(tmp_path: Path) -> None:
    rules = watching(tmp_path, "near(3, japan, partner)")
    assert found(rules, article(words_between(2)))
    assert not found(rules, article(words_between(3)))


def test_near_counts_to_the_last_word_of_a_phrase(tmp_path: Path) -> None:
    rules = watching(tmp_path, 'near(3, japan, "European Union")')
    assert found(rules, article("Japan w European Union"))
    assert not found(rules, article("Japan w w European Union"))


def test_near_needs_all_of_its_operands_in_one_stretch(tmp_path: Path) -> None:
    rules = watching(tmp_path, "near(3, japan, partner, defence)")
    assert found(rules, article("Japan Indonesia w defence"))
    assert not found(rules, article("Japan Indonesia w w defence"))


def test_near_counts_each_han_character_as_a_word(tmp_path: Path) -> None:
    rules = watching(tmp_path, "near(5, japan, defence)")
    assert found(rules, article("日本のの防衛"))
    assert not found(rules, article("日本ののの防衛"))


def test_near_crosses_sentences_and_not_paragraphs(tmp_path: Path) -> None:
    assert holds(tmp_path, "near(3, japan, partner)", "It is Japan. Indonesia agrees.")
    assert not holds(tmp_path, "near(3, japan, partner)", "It is Japan", "Indonesia agrees.")
    assert not holds(tmp_path, "near(3, japan, partner)", "Indonesia agrees.", title="It is Japan")


def test_near_takes_groups(tmp_path: Path) -> None:
    rules = watching(tmp_path, 'near(2, japan or "Tokyo", partner:nato or partner:eu)')
    assert texts(rules, article("Tokyo NATO w w w w Japan Indonesia")) == ["Tokyo", "NATO"]


def test_before_wants_the_written_order(tmp_path: Path) -> None:
    rules = watching(tmp_path, "before(3, japan, partner)")
    assert texts(rules, article("Japan w Indonesia")) == ["Japan", "Indonesia"]
    assert not found(rules, article("Indonesia w Japan"))


def test_near_shows_every_occurrence_that_takes_part_and_no_other(tmp_path: Path) -> None:
    rules = watching(tmp_path, "near(2, japan, partner)")
    text = "Japan w w w w Indonesia Japan NATO w w w w Indonesia"
    assert texts(rules, article(text)) == ["Indonesia", "Japan", "NATO"]
    assert texts(rules, article("Japan Indonesia w NATO")) == ["Japan", "Indonesia"]


def test_one_occurrence_may_stand_for_two_operands_of_near_but_not_of_before(tmp_path: Path) -> None:
    assert holds(tmp_path, "near(2, japan, japan)", "Japan")
    assert not holds(tmp_path, "before(2, japan, japan)", "Japan")
    assert holds(tmp_path, "before(2, japan, japan)", "Japan Japan")


def test_before_of_three_keeps_the_hits_of_whole_chains(tmp_path: Path) -> None:
    rules = watching(tmp_path, "before(4, japan, defence, partner)")
    assert texts(rules, article("defence Japan w defence Indonesia")) == ["Japan", "defence", "Indonesia"]
    assert not found(rules, article("Japan w w defence w Indonesia"))


def test_at_least_two_of_three(tmp_path: Path) -> None:
    rules = watching(tmp_path, "atleast(2, japan, defence, partner)")
    assert found(rules, article("Japan defence"))
    assert found(rules, article("NATO defence"))
    assert not found(rules, article("Japan Japan"))


def test_count_takes_every_text_once(tmp_path: Path) -> None:
    rules = watching(tmp_path, "count(japan) >= 3")
    assert found(rules, article("Japan", title="Japan", lead="Japan x"))
    assert not found(rules, article("Japan", title="Japan", lead="Japan"))


def test_overlapping_occurrences_count_once(tmp_path: Path) -> None:
    rules = watching(tmp_path, 'count("defence minister" or "minister" or defence) >= 2')
    assert not found(rules, article("The defence minister."))
    assert found(rules, article("The defence minister and the minister."))


def test_count_may_stand_in_a_part(tmp_path: Path) -> None:
    assert holds(tmp_path, "title(count(japan) >= 2)", title="Japan and Japan")
    assert not holds(tmp_path, "title(count(japan) >= 2)", "Japan", title="Japan")


def test_a_label_is_asked_for_by_name(tmp_path: Path) -> None:
    assert holds(tmp_path, "partner:nato", "NATO")
    assert not holds(tmp_path, "partner:nato", "Indonesia")


def test_facts_about_the_article_and_its_source(tmp_path: Path) -> None:
    for expression in (
        "lang(id, ja)",
        "source(kyodo, antara)",
        'source("antara")',
        "tier(1)",
        "tier(3, 1)",
        "country(ID)",
    ):
        rules = watching(tmp_path, f"japan and {expression}")
        assert found(rules, article("Jepang", language="id", source=ANTARA)), expression
        assert not found(rules, article("Japan", language="en", source=NHK)), expression
        assert not found(rules, article("Japan")), expression


def test_a_source_with_a_hyphen_needs_no_quotes(tmp_path: Path) -> None:
    assert holds(tmp_path, "japan and source(nhk-world)", "Japan", source=NHK)


def labels(folder: Path, expression: str, *paragraphs: str, **rest: str) -> dict[str, tuple[str, ...]]:
    answer = found(watching(folder, expression), article(*paragraphs, **rest))  # type: ignore[arg-type] # texts only
    return dict(answer.labels) if answer else {}


THREE = ("Japan and Indonesia on defence.", "Japan talks to NATO on defence.", "The EU of Japan.")


def test_labels_are_those_of_every_paragraph_that_satisfies(tmp_path: Path) -> None:
    assert labels(tmp_path, "paragraph(japan and defence and partner)", *THREE) == {"partner": ("indonesia", "nato")}


def test_labels_of_a_bare_and_are_those_anywhere(tmp_path: Path) -> None:
    assert labels(tmp_path, "japan and defence and partner", *THREE) == {"partner": ("indonesia", "nato", "eu")}


def test_labels_of_a_part_are_those_in_it(tmp_path: Path) -> None:
    assert labels(tmp_path, "title(partner)", *THREE, title="EU") == {"partner": ("eu",)}


def test_a_branch_that_does_not_hold_gives_no_labels(tmp_path: Path) -> None:
    assert labels(tmp_path, "(title(partner) and lead(japan)) or defence", *THREE, title="EU", lead="x") == {}


@pytest.mark.parametrize(
    ("expression", "texts", "failed"),
    [
        ("japan and defence", ("Japan",), "defence"),
        ("japan and (defence or partner)", ("Japan",), "defence or partner"),
        ("japan and not defence", ("Japan defence",), "not defence"),
        ("paragraph(japan and defence)", ("Japan",), "defence"),
        ("paragraph(japan and defence)", ("Japan", "defence"), None),
        ("paragraph(japan and defence and partner)", ("Japan NATO", "defence NATO"), None),
        ("sentence(defence and not partner)", ("Japan defence NATO. Japan.",), None),
        ("lead(japan)", ("x", "Japan"), None),
        ("lead(japan)", ("x", "y"), "japan"),
        ("lead(paragraph(japan and defence))", ("x", "Japan defence"), None),
        ("near(3, japan, partner)", ("Japan",), "partner"),
        ("near(3, japan, partner)", ("Japan w w w NATO",), None),
        ("sentence(near(3, japan, partner))", ("Japan. NATO.",), None),
        ("atleast(2, japan, defence, partner)", ("Japan",), None),
        ("count(japan) >= 3", ("Japan",), None),
        ("japan and lang(ja)", ("Japan",), "lang(ja)"),
        ("(japan) and (partner:nato)", ("Japan",), "partner:nato"),
    ],
)  # fmt: skip
def test_a_miss_names_the_smallest_part_that_failed(
    expression: str, texts: tuple[str, ...], failed: str | None, tmp_path: Path
) -> None:
    assert reason(watching(tmp_path, expression), article(*texts)) == (failed or expression)


def test_an_exclude_wins_and_is_judged_on_the_whole_article(tmp_path: Path) -> None:
    rules = watching(tmp_path, "title(japan)", 'body("football")')
    assert found(rules, article("handball", title="Japan"))
    assert reason(rules, article("x", "the football", title="Japan")) == 'unless body("football")'


def test_an_exclude_may_ask_for_absence(tmp_path: Path) -> None:
    rules = watching(tmp_path, "japan", "not title(japan)")
    assert found(rules, article("x", title="Japan"))
    assert not found(rules, article("Japan", title="x"))


def test_evidence_names_one_term_per_place_and_the_same_on_every_run(tmp_path: Path) -> None:
    assert texts(watching(tmp_path, "partner"), article("NATO")) == ["NATO"]
    answer = found(watching(tmp_path, '"signed" or "signe*" or "sign*"'), article("signed"))
    assert answer is not None
    assert [evidence.term for evidence in answer.evidence] == ["sign*"]


def test_matches_come_in_the_order_of_the_rules(tmp_path: Path) -> None:
    rules = "\n".join(f"  - {{name: r{n}, match: {word}}}" for n, word in enumerate(("partner", "japan", "defence")))
    ready = load(written(tmp_path, rules))
    assert [yes.rule for yes in match(ready, article("Japan defence NATO"))] == ["r0", "r1", "r2"]


def test_explain_answers_for_every_rule_of_one_watchlist(tmp_path: Path) -> None:
    ready = load(written(tmp_path, "  - {name: a, match: japan}\n  - {name: b, match: defence}"))
    matches, misses = explain(ready, article("Japan"), "w")
    assert [yes.rule for yes in matches] == ["a"]
    assert [(no.rule, no.failed) for no in misses] == [("b", "defence")]
    assert explain(ready, article("Japan"), "other") == ([], [])


def test_search_takes_concepts_of_every_watchlist(tmp_path: Path) -> None:
    ready: Watchlists = watching(tmp_path, "japan")
    (answer,) = match(search(ready, "partner and near(2, japan, defence)"), article("Japan defence NATO"))
    assert (answer.watchlist, answer.labels) == ("search", {"partner": ("nato",)})


def version(folder: Path, expression: str, concepts: str | None = None) -> str:
    answer = found(
        watching(folder, expression, concepts=concepts) if concepts else watching(folder, expression), article("Japan")
    )
    assert answer is not None
    return answer.version


def test_a_rules_version_changes_with_its_meaning_and_not_with_its_spaces(tmp_path: Path) -> None:
    first = version(tmp_path, "japan or partner")
    assert version(tmp_path, "japan   or partner") == first
    assert version(tmp_path, "japan or partner or defence") != first
    assert version(tmp_path, "japan", "concepts: {japan: [Japan]}") != version(
        tmp_path, "japan", "concepts: {japan: [Japan, x]}"
    )
