"""What is said about single terms: those that find something else than their author had in mind, and doubled ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.model import Source
from bot.read.language import tell_language
from watch.review_desk import MATCH, of_rule, said

RULE = "  - {name: r, match: x}\n"


def about(folder: Path, terms: str, rules: str = RULE) -> list[str]:
    """What is said of a concept `x` with these terms in line 2; its terms begin in column 6."""
    return said(folder, rules, f"concepts:\n  x: {terms}\n")


def test_a_good_watchlist_is_not_remarked_on(tmp_path: Path) -> None:
    assert said(tmp_path) == []


@pytest.mark.parametrize(
    "terms",
    [
        "{en: [Dr. Smith, U.S. Navy, 'Yahoo! News', St. Petersburg]}",
        "{ja: [日・インドネシア, NATO軍, ガルーダ・シールド]}",
        "{id: [PT. PAL Indonesia, Jl. Sudirman]}",
        "[EU, RI, F-35, 5G, NATO, Nato, U.S., C.]",
        "{ru: [НАТО, Япония], ko: [일본, 日本], th: [ญี่ปุ่น], ar: [اليابان], zh: [日本], hi: [जापान]}",
        "{en: [São Paulo, café, µm-wave, naïve]}",
        "['pertahan*', bertahan, '*andatangan*', tangan]",
        "{en: ['joint exercise*', joint, exercise], id: [Japan, 'joint exercise']}",
        "{ja: [インド, インドネシア, 防衛, 防衛省]}",
        "{en: [Jakarta's, '\"Tokyo\"', (Japan)]}",
    ],
)
def test_good_terms_are_not_remarked_on(terms: str, tmp_path: Path) -> None:
    assert about(tmp_path, terms) == []


SENTENCE = (
    "'{}' holds the end of a sentence, and a phrase is looked for within one sentence: it is found in headlines at "
    "most. Make it two terms, and join them in the rule, as with near( )"
)


@pytest.mark.parametrize(
    ("terms", "column", "term"),
    [
        ("{en: [self-defence. Japan]}", 12, "self-defence. Japan"),
        ("{id: [pertahanan. Jepang]}", 12, "pertahanan. Jepang"),
        ("{ja: [防衛。日本]}", 12, "防衛。日本"),
        ("[defence, defence! Japan]", 16, "defence! Japan"),
    ],
)
def test_a_term_that_holds_the_end_of_a_sentence_is_told(terms: str, column: int, term: str, tmp_path: Path) -> None:
    assert about(tmp_path, terms) == [f"2:{column}: {SENTENCE.format(term)}"]


def test_a_quoted_term_that_holds_the_end_of_a_sentence_is_told_at_its_place(tmp_path: Path) -> None:
    (message,) = of_rule(tmp_path, 'japan and ("defence" or "defence. Japan")')
    assert message == f"{MATCH}:31: {SENTENCE.format('defence. Japan')}"


def test_a_list_for_malay_is_told_where_no_source_writes_it(tmp_path: Path) -> None:
    (message,) = about(tmp_path, "{id: [Jepang], ms: [Jepun]}")
    assert message.startswith("2:21: no article is found to be in Malay (ms)")
    assert "list the terms under id" in message
    malay = Source("bernama", "Bernama", country="my", language="ms")
    assert said(tmp_path, RULE, "concepts:\n  x: {id: [Jepang], ms: [Jepun]}\n", [malay]) == []


def test_malay_is_indeed_found_only_where_the_source_says_so() -> None:
    text = "Kerajaan Malaysia dan Jepun telah menandatangani perjanjian pertahanan di Kuala Lumpur pada hari Isnin."
    assert (tell_language(text).code, tell_language(text, "ms").code) == ("id", "ms")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("jp", "unknown language 'jp' (did you mean 'ja'?); these terms are looked for only where"),
        ("sv", "no article is ever found to be in 'sv': that language is not told from others; these terms"),
        ("xx", "unknown language 'xx'; these terms are looked for only where an article's language is uncertain"),
    ],
)
def test_a_list_for_a_language_no_article_has_is_told(code: str, words: str, tmp_path: Path) -> None:
    (message,) = about(tmp_path, f"{{{code}: [Japan]}}")
    assert message.startswith(f"2:7: {words}")


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ("{en: [にほん]}", "'にほん' is in Kana letters: no article in English (en) has them; list it under ja"),
        ("{id: [日本]}", "'日本' is in Han letters: no article in Indonesian (id) has them; list it under its own"),
        ("{ja: [Япония]}", "'Япония' is in Cyrillic letters: no article in Japanese (ja) has them; list it under its"),
        ("{zh: [にほん]}", "'にほん' is in Kana letters: no article in Chinese (zh) has them; list it under ja"),
        ("{en: [일본]}", "'일본' is in Hangul letters: no article in English (en) has them; list it under ko"),
    ],
)
def test_a_term_in_a_script_that_its_language_does_not_have_is_told(terms: str, words: str, tmp_path: Path) -> None:
    (message,) = about(tmp_path, terms)
    assert message.startswith(f"2:12: {words}")


def test_a_word_of_two_alphabets_that_look_alike_is_told_in_a_plain_list_and_in_a_rule(tmp_path: Path) -> None:
    mixed = "'J\u0430pan' mixes Latin and Cyrillic letters, which look alike: type it anew"
    assert about(tmp_path, "[Japan, J\u0430pan]") == [f"2:14: {mixed}"]
    assert of_rule(tmp_path, 'japan and "J\u0430pan"') == [f"{MATCH}:17: {mixed}"]


@pytest.mark.parametrize(("term", "letters"), [("Xi", "2 letters"), ("us", "2 letters"), ("x", "1 letter")])
def test_a_term_under_three_letters_is_told_unless_in_capitals(term: str, letters: str, tmp_path: Path) -> None:
    (message,) = about(tmp_path, f"{{en: [{term}, {term.upper()}]}}")
    assert message == (
        f"2:12: '{term}' has {letters} and is found in small letters and capitals alike: write {term.upper()} if only "
        "capitals are meant, or a longer phrase"
    )


def test_a_short_quoted_term_is_told_at_its_place(tmp_path: Path) -> None:
    (message,) = of_rule(tmp_path, 'japan and lead("eu" and defence)')
    assert message.startswith(f"{MATCH}:22: 'eu' has 2 letters")


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ("{ja: [「空母」]}", "'「空母」' is looked for as '空母'"),
        ("{ja: [、防衛]}", "'、防衛' is looked for as '防衛'"),
        ("{ja: ['防衛。*']}", "'防衛。*' is looked for as '防衛'"),
        ("{id: [-nya]}", "'-nya' is looked for as the whole word 'nya'"),
        ("{en: ['visual c++']}", "'visual c++' is looked for as the words 'visual c'"),
    ],
)
def test_a_term_whose_signs_do_not_count_is_told_what_is_looked_for(terms: str, words: str, tmp_path: Path) -> None:
    (message,) = about(tmp_path, terms)
    assert message == f"2:12: {words}: punctuation at the ends of a term does not count"


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ("[Japan, defence, Japan]", "2:23: 'Japan' is listed twice (line 2): remove one"),
        ("[Japan, japan]", "2:14: 'japan' finds the same as 'Japan' (line 2): remove one"),
        ("{en: [end-user, end user]}", "2:22: 'end user' finds the same as 'end-user' (line 2): remove one"),
        ("{ja: [防衛, 防衛*]}", "2:16: '防衛*' finds the same as '防衛' (line 2): remove one"),
        ("{id: [pertahanan, 'pertahan*']}", "2:12: 'pertahanan' is found by 'pertahan*' already: remove it"),
        ("['joint exercise*', joint exercises]", "2:26: 'joint exercises' is found by 'joint exercise*' already"),
        ("['*andatangan*', menandatangani]", "2:23: 'menandatangani' is found by '*andatangan*' already: remove it"),
        ("['pertah*', 'pertahan*']", "2:18: 'pertahan*' is found by 'pertah*' already: remove it"),
    ],
)
def test_a_term_that_is_found_by_another_of_its_list_is_told(terms: str, words: str, tmp_path: Path) -> None:
    (message,) = about(tmp_path, terms)
    assert message.startswith(words)


def test_a_concepts_term_that_stands_under_its_label_too_is_told(tmp_path: Path) -> None:
    terms = "{en: [NATO, Japan], labels: {nato: [NATO]}}"
    assert about(tmp_path, terms) == [
        "2:12: 'NATO' stands under the label nato, too, which is enough: remove it"
    ]  # fmt: skip


def test_a_form_that_a_term_with_clitics_finds_is_told(tmp_path: Path) -> None:
    terms = "{clitics: CLITICS, en: [Japan], id: [kapal, kapalnya, kapal selam]}"
    assert about(tmp_path, terms.replace("CLITICS", "true")) == [
        "2:47: 'kapalnya' is found by 'kapal' already: remove it"
    ]
    assert about(tmp_path, terms.replace("CLITICS", "false")) == []


def test_one_term_in_two_languages_or_two_labels_is_not_doubled(tmp_path: Path) -> None:
    assert about(tmp_path, "{labels: {a: {en: [GCAP], id: [GCAP]}, b: {en: [GCAP], id: [GCAP]}}}") == []


def test_a_shared_concept_is_remarked_on_once_however_many_watchlists_there_are(tmp_path: Path) -> None:
    (tmp_path / "concepts.yaml").write_text("concepts:\n  y: [Japan, Japan]\n", "utf-8")
    said(tmp_path, RULE, "concepts:\n  x: [Jepang]\n")
    (tmp_path / "watchlists" / "z.yaml").write_text("rules:\n  - {name: z, match: y}\n", "utf-8")
    (message,) = said(tmp_path, RULE, "concepts:\n  x: [Jepang]\n")
    assert message.startswith("2:14: 'Japan' is listed twice")


def test_the_remarks_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    messages = about(tmp_path, "{en: [Japan, Xi, Japan, にほん]}")
    assert [message.split(" ")[0] for message in messages] == ["2:19:", "2:23:", "2:30:"]
