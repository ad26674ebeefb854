"""Which words a term finds, and what the evidence shows of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.watch.sentences import breaks
from watch.desk import article, found, mistakes, texts, watching

FOUND = {
    "whole words": ('"defence"', "The defence minister.", ["defence"]),
    "no part of a word": ('"defence"', "A defenceless town, selfdefence.", []),
    "any case": ('"Japan"', "JAPAN, japan", ["JAPAN", "japan"]),
    "accents in the text": ('"defense"', "la défense", ["défense"]),
    "accents in the term": ('"défense"', "our defense", ["defense"]),
    "a decomposed accent": ('"défense"', "la de\u0301fense de", ["de\u0301fense"]),
    "a soft hyphen": ('"defence"', "the de\u00adfence of", ["de\u00adfence"]),
    "zero-width characters": ('"defence"', "the d\u200be\u2060fence", ["d\u200be\u2060fence"]),
    "a no-break space": ('"self defence"', "of self\u00a0defence", ["self\u00a0defence"]),
    "full-width letters": ('"Japan"', "（Ｊａｐａｎ）", ["Ｊａｐａｎ"]),
    "a ligature": ('"final"', "a ﬁnal", ["ﬁnal"]),
    "a hyphen is a border": ('"Jepang"', "Jepang-Indonesia", ["Jepang"]),
    "a slash is a border": ('"Jepang"', "Korea/Jepang", ["Jepang"]),
    "an apostrophe is a border": ('"Tokyo"', "Tokyo's Tokyo’s", ["Tokyo", "Tokyo"]),
    "curly for straight quotes": ('"Tokyo\'s"', "Tokyo’s bay", ["Tokyo’s"]),
    "an underscore is a border": ('"Jepang"', "x_Jepang_y", ["Jepang"]),
    "a phrase over punctuation": ('"self defence"', "self-defence; self “defence”", ["self-defence", "self “defence"]),
    "a phrase over a line break": ('"self defence"', "self\ndefence", ["self\ndefence"]),
    "no phrase over a gap": ('"self defence"', "self of defence", []),
    "words that begin so": ('"pertahan*"', "Pertahanannya, pertahan, bertahan", ["Pertahanannya", "pertahan"]),
    "words that contain it": ('"*tandatangan*"', "Ditandatangani, tangan", ["Ditandatangani"]),
    "a phrase that begins so": ('"joint exercise*"', "joint exercises; joint ex", ["joint exercises"]),
    "capitals only in that case": ('"EU"', "EU, Eu, eu, ＥＵ", ["EU", "ＥＵ"]),
    "capitals with their accents": ('"PERÚ"', "PERÚ, PERU, Perú, PERU\u0301", ["PERÚ", "PERU\u0301"]),
    "capitals of several words": ('"TNI AL"', "TNI-AL, TNI al", ["TNI-AL"]),
    "capitals with digits": ('"F-35"', "F-35 f-35 F 35", ["F-35", "F 35"]),
    "capitals that begin so": ('"KEMHAN*"', "KEMHANAN kemhanan", ["KEMHANAN"]),
    "initials with stops": ('"U.S."', "The U.S. and us", ["U.S"]),
    "Han as a substring": ('"防衛"', "日本の防衛協力", ["防衛"]),
    "Kana as a substring": ('"タイ"', "タイと", ["タイ"]),
    "half-width Kana": ('"インド"', "ｲﾝﾄﾞの", ["ｲﾝﾄﾞ"]),
    "a zero-width space in Han": ('"日本"', "日\u200b本の", ["日\u200b本"]),
    "no substring over punctuation": ('"日本防衛"', "日本、防衛", []),
    "Latin beside Kana": ('"NATO"', "NATOの", ["NATO"]),
    "digits beside Han": ('"2"', "第2回", ["2"]),
    "Latin inside Latin beside Kana": ('"NATO"', "XNATOの", []),
    "a term of both scripts": ('"日ASEAN"', "日ASEAN会議", ["日ASEAN"]),
    "another script": ('"Япония"', "ЯПОНИЯ и", ["ЯПОНИЯ"]),
    "Korean in either form": ('"\uac00"', "\u1100\u1161 x", ["\u1100\u1161"]),
}  # fmt: skip


@pytest.mark.parametrize(("expression", "text", "expected"), FOUND.values(), ids=FOUND)
def test_a_term_finds(expression: str, text: str, expected: list[str], tmp_path: Path) -> None:
    assert texts(watching(tmp_path, expression), article(text)) == expected


def test_a_phrase_stays_within_a_sentence(tmp_path: Path) -> None:
    rules = watching(tmp_path, '"agreed Tokyo"')
    assert texts(rules, article("They all agreed. Tokyo was silent.")) == []
    assert texts(rules, article("They all agreed, Tokyo said.")) == ["agreed, Tokyo"]


def test_a_title_is_one_sentence_whatever_stops_are_in_it(tmp_path: Path) -> None:
    rules = watching(tmp_path, 'sentence("Yes" and "Tokyo")')
    assert texts(rules, article(title="They said yes. Tokyo was silent.")) == ["yes", "Tokyo"]
    assert texts(rules, article("They said yes. Tokyo was silent.")) == []


def test_a_phrase_stays_within_its_paragraph(tmp_path: Path) -> None:
    assert texts(watching(tmp_path, '"self defence"'), article("of self", "defence of", title="self")) == []


LISTED = """
concepts:
  land: {labels: {india: [インド], indonesia: [インドネシア]}}
  defence: [防衛]
  ministry: [防衛省, 国防衛生]
  cooperation: [防衛, 防衛協力]
"""


def test_a_word_within_a_longer_listed_word_is_no_hit(tmp_path: Path) -> None:
    answer = found(watching(tmp_path, "land", concepts=LISTED), article("インドネシアの"))
    assert answer is not None
    assert answer.labels == {"land": ("indonesia",)}
    assert texts(watching(tmp_path, "land:india", concepts=LISTED), article("インドの")) == ["インド"]


def test_a_han_word_that_begins_a_longer_one_of_another_concept_is_a_hit(tmp_path: Path) -> None:
    assert texts(watching(tmp_path, "defence", concepts=LISTED), article("防衛省は")) == ["防衛"]
    assert texts(watching(tmp_path, "defence", concepts=LISTED), article("国防衛生は")) == []
    assert texts(watching(tmp_path, "cooperation", concepts=LISTED), article("防衛協力は")) == ["防衛協力"]


def test_a_longer_word_of_another_watchlist_hides_nothing(tmp_path: Path) -> None:
    rules = watching(tmp_path, '"インド"', concepts="")
    assert texts(rules, article("インドネシアの")) == ["インド"]
    (tmp_path / "watchlists" / "other.yaml").write_text('rules: [{name: o, match: "\\"インドネシア\\""}]', "utf-8")
    from bot.watch import load, match

    assert {yes.watchlist for yes in match(load(tmp_path), article("インドネシアの"))} == {"other", "w"}


def test_a_term_of_one_language_does_not_apply_to_another(tmp_path: Path) -> None:
    rules = watching(tmp_path, "japan")
    assert texts(rules, article("Jepang", language="id")) == ["Jepang"]
    assert texts(rules, article("Jepang", language="en")) == []


def test_a_term_of_one_language_applies_where_the_language_is_uncertain(tmp_path: Path) -> None:
    assert texts(watching(tmp_path, "japan"), article("Jepang, Japan, 日本")) == ["Jepang", "Japan", "日本"]


def test_a_plain_list_holds_for_every_language(tmp_path: Path) -> None:
    assert texts(watching(tmp_path, "defence"), article("pertahanan", language="en")) == ["pertahanan"]


@pytest.mark.parametrize(
    ("term", "message"),
    {
        '""': "an empty term",
        '"  "': "an empty term",
        '"..."': "'...' has no letter or digit to look for",
        '"ab*"': "'ab*' is too short: at least 3 letters before a *",
        '"*abcd*"': "'*abcd*' is too short: at least 5 letters between two *",
        '"*pertahanan"': "'*pertahanan': a * stands at the end of a term, or at both ends",
        '"per*han"': "'per*han': a * stands at the end of a term, or at both ends",
        '"joint *"': "'joint *': no space between a word and its *",
        '"*"': "'*': a * stands at the end of a term, or at both ends",
        '"**"': "'**' has no letter or digit to look for",
        f'"{"a" * 300}"': "a term of 300 characters: at most 200",
    }.items(),
)  # fmt: skip
def test_a_term_that_cannot_be_used_is_refused(term: str, message: str, tmp_path: Path) -> None:
    (mistake,) = mistakes(tmp_path, f"  - {{name: r, match: '\"x\" or {term}'}}")
    assert mistake.endswith(message)


SENTENCES = {
    "an alliance with initials": ("The Japan-U.S. alliance grew. It is old.", 1),
    "a rank before a name": ("Ia menemui Letjen. Sudirman. Lalu pulang.", 1),
    "a country at the end": ("He flew to the U.S. Later he left.", 1),
    "nothing before a stop": (" . Japan ", 1),
    "a list that goes on": ("Kapal, pesawat, dll. dan awaknya tiba.", 0),
}


@pytest.mark.parametrize(("text", "number"), SENTENCES.values(), ids=SENTENCES)
def test_a_sentence_ends_only_where_it_ends(text: str, number: int) -> None:
    assert len(breaks(text, "id")) == number
