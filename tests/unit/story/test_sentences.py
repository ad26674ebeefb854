"""The sentences an alert quotes, with the words that a real watchlist found in them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.model import Article, Match
from bot.story import Sentence, key_passages, key_sentences, matched_sentence
from bot.watch import load, match

WATCHLIST = """title: Partners
concepts:
  japan: {en: [Japan, Japanese], id: [Jepang], ja: [日本, 防衛省]}
  defence: {en: [defence, "joint exercise*"], id: [pertahanan, "latihan bersama"], ja: [防衛, 防衛協力]}
  partner:
    labels:
      indonesia: {en: [Indonesia, Indonesian], id: [Indonesia], ja: [インドネシア]}
      nato: [NATO]
rules:
  - {name: anywhere, match: japan and defence and partner}
  - {name: quoted, match: '"coast guard"'}
"""

Find = Callable[[Article], list[Match]]


@pytest.fixture
def find(tmp_path: Path) -> Find:
    """What the watchlist finds in an article."""
    (tmp_path / "watchlists").mkdir()
    (tmp_path / "watchlists" / "partners.yaml").write_text(WATCHLIST)
    watchlists = load(tmp_path)
    return lambda article: match(watchlists, article)


def article(*paragraphs: str, title: str = "News", lead: str | None = None, language: str | None = "en") -> Article:
    lead = paragraphs[0] if lead is None and paragraphs else lead or ""
    return Article("https://example.org/1", title, paragraphs, lead, language=language)


def marked(sentence: Sentence | None) -> str:
    """The sentence with brackets around what is marked."""
    assert sentence is not None
    text, at = "", 0
    for start, end in sentence.marks:
        text += f"{sentence.text[at:start]}[{sentence.text[start:end]}]"
        at = end
    return text + sentence.text[at:]


def shown(find: Find, made: Article) -> str:
    found = find(made)
    assert found, "the article must match, or the test shows nothing"
    return marked(matched_sentence(made, found))


def test_the_sentence_with_the_most_concepts_is_shown_with_its_words_marked(find: Find) -> None:
    made = article(
        "Japan spoke first. Nobody minded.",
        "Talks went on. Japanese and Indonesian officials praised the joint exercises. Then they left.",
    )
    assert shown(find, made) == "[Japanese] and [Indonesian] officials praised the [joint exercises]."


def test_of_equal_sentences_the_first_of_the_body_is_shown_not_the_title(find: Find) -> None:
    made = article(
        "Japan plans defence talks with Indonesia.",
        "Japan plans defence talks with Indonesia, again.",
        title="Japan plans defence talks with Indonesia",
    )
    assert shown(find, made) == "[Japan] plans [defence] talks with [Indonesia]."


def test_a_title_that_alone_says_it_is_shown(find: Find) -> None:
    made = article("It is planned for June.", "More later.", title="Japan, Indonesia plan defence talks")
    assert shown(find, made) == "[Japan], [Indonesia] plan [defence] talks"


def test_a_standfirst_is_quoted_like_the_body(find: Find) -> None:
    made = article("Nothing here.", lead="Not this. Japan and NATO talk about defence.")
    assert shown(find, made) == "[Japan] and [NATO] talk about [defence]."


def test_offsets_hold_in_an_indonesian_text_with_abbreviations(find: Find) -> None:
    made = article(
        "Letjen. Purn. Sjafrie tiba. Jepang dan Indonesia membahas pertahanan di Jl. Merdeka, Jakarta. Lalu pulang.",
        language="id",
    )
    assert shown(find, made) == "[Jepang] dan [Indonesia] membahas [pertahanan] di Jl. Merdeka, Jakarta."


def test_offsets_hold_in_a_japanese_text_and_words_side_by_side_are_one_mark(find: Find) -> None:
    made = article("会談が始まった。日本防衛省はインドネシアとの防衛協力を進める。以上。", language="ja")
    assert shown(find, made) == "[日本防衛省]は[インドネシア]との[防衛協力]を進める。"


def test_offsets_count_in_the_text_as_it_is_stored(find: Find) -> None:
    """Combining accents, an emoji and a soft hyphen stand before and within the words."""
    made = article("  🇯🇵 Café\u0301 Ja\u00adpan met Indonesia for defence talks. ")
    assert shown(find, made) == "🇯🇵 Café\u0301 [Ja\u00adpan] met [Indonesia] for [defence] talks."


def test_the_words_of_several_rules_are_marked_once_each(find: Find) -> None:
    made = article("Japan and Indonesia let their coast guard join the defence talks.")
    assert len(find(made)) == 2
    assert shown(find, made) == "[Japan] and [Indonesia] let their [coast guard] join the [defence] talks."


def test_without_evidence_there_is_no_sentence() -> None:
    assert matched_sentence(article("Japan."), []) is None


def test_key_sentences_are_the_first_of_the_lead_and_the_one_that_matched(find: Find) -> None:
    made = article("The two ministers met. They dined.", "Japan and Indonesia begin defence talks. The end.")
    assert key_sentences(made, find(made)) == ["The two ministers met.", "Japan and Indonesia begin defence talks."]


def test_key_sentences_repeat_neither_each_other_nor_the_title(find: Find) -> None:
    same = article("Japan and Indonesia begin defence talks.", "The end.")
    assert key_sentences(same, find(same)) == ["Japan and Indonesia begin defence talks."]
    title = article("Ministers met.", title="Japan and Indonesia begin defence talks")
    assert key_sentences(title, find(title)) == ["Ministers met."]


def test_an_article_without_a_text_has_no_key_sentences() -> None:
    assert key_sentences(article(), []) == []


# --- key passages ---------------------------------------------------------------------------------------------------

REAL = Path(__file__).parents[2] / "corpus" / "stories" / "one.jsonl"


def real(id: str) -> Article:
    row = next(row for row in map(json.loads, REAL.read_text().splitlines()) if row["id"] == id)
    return article(*row["paragraphs"], title=row["title"], language=row["language"])


@pytest.mark.parametrize(
    ("id", "begins"),
    [
        ("one-001", "Australia and Japan signed a memorandum"),
        ("one-006", "日本政府は26日、"),
        ("one-018", "Pada 30 Maret 2021, menteri pertahanan"),
        ("one-028", "Komisi I Dewan Perwakilan Rakyat meminta"),
        ("one-114", "Mitsubishi Heavy Industries Ltd. and"),
        ("one-126", "Badan Keamanan Laut (Bakamla) RI"),
    ],
)
def test_key_sentences_of_real_articles_are_two_without_their_dateline(id: str, begins: str) -> None:
    made = real(id)
    first, second = key_passages(made, [])
    assert first.text.startswith(begins)
    for each in (first, second):
        assert each.text in made.paragraphs[each.paragraph or 0], "it must be found where it says it stands"
        assert each.text[-1] in ".。"


PLAIN = "Japan and Indonesia agreed on Tuesday to hold exercises at sea every year."
NEXT = "The first of them is to take place in the Java Sea in autumn."


@pytest.mark.parametrize(
    "line",
    [
        "Foto: Menteri Pertahanan menerima tamunya di Jakarta, Selasa (9/6).",
        "Baca juga: Menteri Pertahanan menerima tamunya di Jakarta.",
        "Read more about defence and diplomacy on our special page.",
        "(Reporting by a Reporter in Tokyo; editing by an Editor)",
        "The two ministers also talked about the sale of...",
        "“We are maritime democracies that face the same ocean.”",
        "and that the talks would go on in the second week of the month.",
    ],
)
def test_lines_that_say_nothing_of_what_happened_are_passed_over(line: str) -> None:
    assert key_sentences(article(line, PLAIN, line, NEXT), []) == [PLAIN, NEXT]


def test_a_sentence_that_only_repeats_the_headline_is_passed_over() -> None:
    title = "Japan and Indonesia to hold exercises at sea every year"
    repeated = "Japan and Indonesia are to hold exercises at sea every year."
    assert key_sentences(article(repeated, NEXT, title=title), []) == [NEXT]


def test_a_sentence_longer_than_a_reader_takes_in_gives_way_to_a_shorter_one() -> None:
    long = PLAIN[:-1] + ", and" * 80 + " so on."
    assert key_sentences(article(long, PLAIN, NEXT), []) == [PLAIN, NEXT]


def test_matched_words_are_marked_where_a_dateline_is_left_out(find: Find) -> None:
    made = article("JAKARTA, May 20 (Wire) - Japan and Indonesia opened defence talks on Tuesday morning.", NEXT)
    assert [marked(each) for each in key_passages(made, find(made))] == [
        "[Japan] and [Indonesia] opened [defence] talks on Tuesday morning.",
        NEXT,
    ]
