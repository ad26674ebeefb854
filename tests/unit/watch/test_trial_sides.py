"""A watchlist beside its new version: what is read, what is met, and a rule without one of its terms."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import ConfigErrors
from bot.model import Article, Source
from bot.watch import match
from bot.watch.trial import NEW, Files, Listed, Place, Side, Trial, read_files

SEEN = datetime(2026, 3, 1, tzinfo=UTC)

SHARED = """\
concepts:
  nation: {en: [Japan, Tokyo], ja: [日本]}
  unused: [nowhere]
"""

LIVE = """\
title: Pacts
concepts:
  pact: {en: [pact, treaty], id: [perjanjian]}
  partner: {labels: {india: {en: [India], ja: [インド]}, indonesia: {en: [Indonesia], ja: [インドネシア]}}}
rules:
  - name: pact
    match: paragraph(nation and (pact or "deal"))
  - name: partner
    match: partner:india
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "watchlists").mkdir()
    (tmp_path / "concepts.yaml").write_text(SHARED)
    (tmp_path / "watchlists" / "pacts.yaml").write_text(LIVE)
    return tmp_path


def read_sides(config: Path, name: str, file: Path | None = None) -> tuple[Side, ...]:
    return read_files(config, name, file).sides()


def side(config: Path) -> Side:
    (found,) = read_sides(config, "pacts")
    return found


def article(text: str, language: str | None = "en") -> Article:
    return Article("https://a.example/1", "A title", (text,), lead=text, language=language)


def test_the_new_version_may_lie_anywhere_under_any_name(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "My Draft 2.yaml"
    file.write_text(LIVE.replace("title: Pacts", "title: Pacts, better"))
    live, new = read_sides(config, "pacts", file)
    assert (live.watchlist.name, new.watchlist.name) == ("pacts", "pacts" + NEW)
    assert new.watchlist.title == "Pacts, better"


def test_the_mistakes_of_the_new_version_are_shown_at_their_places(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"
    file.write_text(LIVE.replace("nation and", "natoin and"))
    with pytest.raises(ConfigErrors) as caught:
        read_sides(config, "pacts", file)
    assert str(caught.value).startswith(f"{file}:7:22: unknown concept 'natoin'")


def test_both_versions_answer_to_one_article(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"
    file.write_text(LIVE.replace('"deal"', '"accord"'))
    trial = Trial(read_sides(config, "pacts", file))
    matches, _ = trial.ask(article("Japan signs a deal."), SEEN)
    assert [(each.watchlist, each.rule) for each in matches] == [("pacts", "pact")]
    matches, _ = trial.ask(article("Japan signs an accord."), SEEN)
    assert [(each.watchlist, each.rule) for each in matches] == [("pacts" + NEW, "pact")]


def test_listed_are_own_concepts_used_ones_and_quoted_terms(config: Path) -> None:
    listed = side(config).listed
    assert Listed("nation", None, "ja", "日本") in listed
    assert Listed("pact", None, "id", "perjanjian") in listed
    assert Listed(None, None, None, "deal") in listed
    assert not any(each.concept == "unused" for each in listed)


def test_a_term_is_met_once_and_only_where_it_stands(config: Path) -> None:
    found = side(config)
    trial = Trial([found])
    _, met = trial.ask(article("Japan, Japan. Perjanjian!"), SEEN)
    assert [found.listed[number] for _, number in met] == [Listed("nation", None, "en", "Japan")]
    assert trial.ask(article("Japan."), SEEN)[1] == []


def test_a_word_inside_a_longer_listed_one_is_not_met(config: Path) -> None:
    found = side(config)
    _, met = Trial([found]).ask(article("インドネシアが来た。", "ja"), SEEN)
    assert [found.listed[number].term for _, number in met] == ["インドネシア"]


@pytest.mark.parametrize(
    ("place", "text", "holds"),
    [
        (Place("nation", None, "Japan"), "Japan signs a pact.", False),
        (Place("nation", None, "Japan"), "Japan and Tokyo sign a pact.", True),
        (Place("nation", None, "Tokyo"), "Japan signs a pact.", True),
        (Place(None, None, "deal"), "Japan signs a deal.", False),
        (Place(None, None, "deal"), "Japan signs a deal, a pact.", True),
    ],
)
def test_a_rule_without_a_term(config: Path, place: Place, text: str, holds: bool) -> None:
    found = side(config)
    assert bool(match(found.without(found.watchlist.rules[0], place), article(text))) == holds


def test_without_a_longer_word_the_shorter_one_is_found(config: Path) -> None:
    found = side(config)
    text = article("インドネシアが来た。", "ja")
    rule = found.watchlist.rules[1]
    assert not match(found.without(rule, Place("partner", "india", "India")), text)
    assert match(found.without(rule, Place("partner", "indonesia", "インドネシア")), text)


def test_causes_are_the_terms_of_the_evidence_and_of_the_weights(config: Path) -> None:
    rule = '  - name: heavy\n    match: nation\n    weights: {"\\"treaty\\"": 5, pact: 1}\n    threshold: 5\n'
    file = config / "watchlists" / "pacts.yaml"
    file.write_text(LIVE + rule)
    trial = Trial(read_sides(config, "pacts"))
    matches, _ = trial.ask(article("Japan honours the treaty."), SEEN)
    heavy = next(each for each in matches if each.rule == "heavy")
    assert trial.causes(heavy) == {
        Place("nation", None, "Japan"),
        Place("pact", None, "treaty"),
        Place(None, None, "treaty"),
    }


def test_a_renamed_rule_means_the_same_and_an_edited_one_does_not(config: Path) -> None:
    before = side(config)
    meaning = before.meaning(before.watchlist.rules[0])
    file = config / "watchlists" / "pacts.yaml"
    file.write_text(LIVE.replace("name: pact", "name: treaty"))
    after = side(config)
    assert after.meaning(after.watchlist.rules[0]) == meaning
    file.write_text(LIVE.replace("treaty]", "treaty, accord]"))
    after = side(config)
    assert after.meaning(after.watchlist.rules[0]) != meaning


EXCEPTED = LIVE.replace("id: [perjanjian]}", "id: [perjanjian], except: [EXCEPTIONS]}")


def test_a_rule_over_a_concept_of_other_exceptions_means_something_else(config: Path) -> None:
    meanings = []
    for exceptions in ("pact deal", "deal pact", "deal pact, pact deal", "pact deal, deal pact"):
        (config / "watchlists" / "pacts.yaml").write_text(EXCEPTED.replace("EXCEPTIONS", exceptions))
        found = side(config)
        meanings.append([found.meaning(rule) for rule in found.watchlist.rules])
    before, other, both, turned = meanings
    assert len({before[0], other[0], both[0]}) == 3
    assert turned == both
    assert before[1] == other[1] == both[1]


def test_an_exception_holds_for_the_version_that_has_it(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"
    file.write_text(EXCEPTED.replace("EXCEPTIONS", "pact of steel, treaty port"))
    live, new = sides = read_sides(config, "pacts", file)
    trial = Trial(sides)
    matches, met = trial.ask(article("Japan has a pact of steel."), SEEN)
    assert [each.watchlist for each in matches] == ["pacts"]
    # An exception is no term, and a term that stands only in one was not met.
    assert {(name, sides[name != "pacts"].listed[number].term) for name, number in met} == {
        ("pacts", "Japan"),
        ("pacts", "pact"),
        ("pacts" + NEW, "Japan"),
    }
    assert {listed.term for listed in new.listed} == {listed.term for listed in live.listed}
    matches, _ = trial.ask(article("Japan has a pact."), SEEN)
    assert [each.watchlist for each in matches] == ["pacts", "pacts" + NEW]


def test_exceptions_stay_where_a_term_is_taken_away(config: Path) -> None:
    (config / "watchlists" / "pacts.yaml").write_text(EXCEPTED.replace("EXCEPTIONS", "pact of steel"))
    found = side(config)
    alone = found.without(found.watchlist.rules[0], Place("pact", None, "treaty"))
    assert not match(alone, article("Japan has a pact of steel."))
    assert match(alone, article("Japan has a pact."))


def test_words_quoted_in_other_rules_go_on_hiding_what_they_hide(config: Path) -> None:
    file = config / "watchlists" / "pacts.yaml"
    file.write_text(
        LIVE + "  - name: short\n    match: '\"インド\" or pact'\n  - name: long\n    match: '\"インドネシア\"'\n"
    )
    found = side(config)
    short = found.watchlist.rules[2]
    assert not match(found.without(short, Place("pact", None, "pact")), article("インドネシアが来た。", "ja"))


def test_a_quoted_word_that_is_taken_away_hides_nothing(config: Path) -> None:
    file = config / "watchlists" / "pacts.yaml"
    file.write_text('title: Pacts\nrules:\n  - name: both\n    match: \'"インド" or "インドネシア"\'\n')
    found = side(config)
    (rule,) = found.watchlist.rules
    text = article("インドネシアが来た。", "ja")
    assert match(found.without(rule, Place(None, None, "インドネシア")), text)
    assert match(found.without(rule, Place(None, None, "インド")), text)


def only_rule(config: Path, match: str, **settings: str) -> Side:
    rule = "".join(f"    {key}: {value}\n" for key, value in {"match": match, **settings}.items())
    file = config / "watchlists" / "pacts.yaml"
    file.write_text(f"title: Pacts\nconcepts:\n  nation: [Japan]\nrules:\n  - name: only\n{rule}")
    return side(config)


def test_a_source_named_like_the_term_that_is_taken_away_stays(config: Path) -> None:
    found = only_rule(config, """'("antara" or "pact") and source("antara")'""")
    without = found.without(found.watchlist.rules[0], Place(None, None, "antara"))
    text = replace(article("A pact."), source=Source("antara", "Antara"))
    assert match(without, text)
    assert not match(without, replace(text, paragraphs=("Antara reports.",), lead="Antara reports."))


def test_a_term_is_taken_away_from_the_longest_of_rules(config: Path) -> None:
    words = ['"pact"'] * 400 + [f'"w{number:024d}"' for number in range(470)]
    found = only_rule(config, f"'{' or '.join(words)}'")
    assert not match(found.without(found.watchlist.rules[0], Place(None, None, "pact")), article("A pact."))


def test_a_term_that_an_exclude_and_a_weight_quote_is_taken_away_from_both(config: Path) -> None:
    weights = """{nation: 1, '"pact"': 1}"""
    found = only_rule(config, "nation", unless="""'"pact" or "deal"'""", weights=weights, threshold="2")
    (rule,) = found.watchlist.rules
    text = article("Japan, a pact.")
    assert not match(found.without(rule, Place(None, None, "pact")), text)
    unweighted = replace(rule, threshold=1.0)
    assert not match(found.without(unweighted, Place(None, None, "deal")), text)
    assert match(found.without(unweighted, Place(None, None, "pact")), text)


def test_causes_are_counted_from_all_that_was_found_however_often(config: Path) -> None:
    found = only_rule(config, """'nation and "pact"'""")
    trial = Trial([found])
    # More than is kept as evidence stands before the other term.
    (answer,), _ = trial.ask(article("Japan. " * 300 + "A pact."), SEEN)
    assert trial.causes(answer) == {Place("nation", None, "Japan"), Place(None, None, "pact")}


def test_versions_are_those_that_were_read_whatever_becomes_of_the_files(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "draft.yaml"
    file.write_text(LIVE.replace("title: Pacts", "title: Draft"))
    files = read_files(config, "pacts", file)
    for path in (file, config / "concepts.yaml", config / "watchlists" / "pacts.yaml"):
        path.write_text("rules: {")
    sent: Files = pickle.loads(pickle.dumps(files))
    assert [each.watchlist.title for each in sent.sides()] == ["Pacts", "Draft"]


def test_mistakes_are_shown_at_their_places_in_a_file_that_is_gone(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "draft.yaml"
    file.write_text(LIVE.replace("nation and", "natoin and"))
    files = read_files(config, "pacts", file)
    file.unlink()
    with pytest.raises(ConfigErrors) as caught:
        files.sides()
    assert str(caught.value).startswith(f"{file}:7:22: unknown concept 'natoin'")
    assert caught.value.errors[0].excerpt == (
        '    match: paragraph(natoin and (pact or "deal"))\n                     ^'
    )


def test_mistakes_of_both_versions_are_named_in_one_run(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "draft.yaml"
    file.write_text("rules: {")
    (config / "watchlists" / "pacts.yaml").write_text("a: b: c")
    with pytest.raises(ConfigErrors) as caught:
        read_sides(config, "pacts", file)
    assert {Path(error.file).name for error in caught.value.errors} == {"draft.yaml", "pacts.yaml"}


def test_a_file_that_cannot_be_read_is_said(config: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigErrors, match="the file cannot be read: is a directory"):
        read_files(config, "pacts", tmp_path)


def test_a_rule_of_another_priority_means_something_else(config: Path) -> None:
    meanings = []
    for priority in ("normal", "low"):
        found = only_rule(config, "nation", priority=priority)
        meanings.append(found.meaning(found.watchlist.rules[0]))
    assert meanings[0] != meanings[1]
