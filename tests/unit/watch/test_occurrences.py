"""Where a concept's terms stand, asked without a rule; and steps, which take no term from another concept."""

from __future__ import annotations

from pathlib import Path

from bot.watch import load, occurrences
from watch.desk import article, found, watching

STEPS = """
concepts:
  japan: {en: [Japan], ja: [日本]}
  drill: [訓練, 渡した]
  step:
    except: {en: ["signed up"]}
    steps:
      signed: {en: [signed], id: [ditandatangani]}
      exercise: [共同訓練, 訓練を実施]
      delivered: [引き渡した]
"""


def test_the_terms_of_a_concept_are_found_where_no_rule_asks_for_it(tmp_path: Path) -> None:
    rules = watching(tmp_path, "japan", concepts=STEPS)
    text = article("Rain.", "He signed up. Then Japan signed it.", title="Japan signed", language="en")
    places = occurrences(rules, text, "w", ["step", "unknown"])
    assert [(place.label, place.part, place.paragraph, place.sentence, place.start) for place in places] == [
        ("signed", "title", None, 0, 6),
        ("signed", "body", 1, 1, 25),
    ]


def test_occurrences_speak_the_language_of_the_article(tmp_path: Path) -> None:
    rules = watching(tmp_path, "japan", concepts=STEPS)
    assert occurrences(rules, article("It was ditandatangani.", language="en"), "w", ["step"]) == []
    assert occurrences(rules, article("signed", language="en"), "other", ["step"]) == []


def test_a_step_hides_no_term_of_another_concept(tmp_path: Path) -> None:
    rules = watching(tmp_path, "drill", concepts=STEPS)
    assert found(rules, article("共同訓練があった。", language="ja")) is not None
    assert found(rules, article("艦を引き渡した。", language="ja")) is not None


def test_no_term_of_another_concept_hides_a_step(tmp_path: Path) -> None:
    concepts = STEPS.replace("[訓練, 渡した]", "[日米共同訓練]")
    rules = watching(tmp_path, "drill", concepts=concepts)
    places = occurrences(rules, article("日米共同訓練があった。", language="ja"), "w", ["step"])
    assert [place.text for place in places] == ["共同訓練"]


def test_of_one_step_concept_the_longer_term_still_hides_the_shorter(tmp_path: Path) -> None:
    concepts = STEPS.replace("[共同訓練, 訓練を実施]", "[共同訓練, 訓練]")
    rules = watching(tmp_path, "drill", concepts=concepts)
    places = occurrences(rules, article("共同訓練があった。", language="ja"), "w", ["step"])
    assert [place.text for place in places] == ["共同訓練"]


def test_the_shipped_steps_stand_in_their_order() -> None:
    shipped = load(Path(__file__).parents[3] / "config")
    for watchlist in shipped.lists.values():
        assert list(watchlist.concepts["step"].labels) == [
            "visit", "talks", "agreed", "signed", "in_force", "exercise", "transfer", "delivered"
        ]  # fmt: skip
        assert watchlist.concepts["step"].steps
