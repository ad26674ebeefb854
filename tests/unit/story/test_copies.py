"""Which articles are one report: copies as outlets change them, and templates filled twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsroom import TEXTS, article, cut, edited, paragraphs, reordered, surrounded
from templates import NEAR_MISSES, REWRITES, filled

from bot.model import Article, Source
from bot.story import Likeness, compare, sketch
from bot.story.copies import WHOLE
from bot.story.sketch import Sketch, tokens

WINDOW = timedelta(days=7)
NOW = timedelta()
OTHER_OUTLET = Source("portal", "The Portal", tier=3, family="portal")
LANGUAGES = list(TEXTS)


def other(made: Article) -> Article:
    """The same under another headline, at another outlet."""
    return replace(made, title="What you need to know today", source=OTHER_OUTLET, url="https://portal.example/9")


def likeness(one: Article, two: Article) -> Likeness:
    there, back = compare(one, two, NOW, WINDOW).likeness, compare(two, one, NOW, WINDOW).likeness
    assert there is back, "it must not matter which article came first"
    return there


# --- copies ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_text_under_another_headline_is_one_report(language: str) -> None:
    assert likeness(article(language), other(article(language))) is Likeness.SAME_TEXT


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("share", [0.5, 0.3])
def test_a_copy_cut_to_a_part_is_one_report(language: str, share: float) -> None:
    assert likeness(article(language), other(cut(article(language), share))) is Likeness.COPY


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_copy_with_its_paragraphs_in_another_order_is_one_report(language: str) -> None:
    for seed in range(10):
        assert likeness(article(language), other(reordered(article(language), seed))) is Likeness.COPY


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_copy_with_an_outlets_own_lines_around_it_is_one_report(language: str) -> None:
    assert likeness(article(language), other(surrounded(article(language)))) is Likeness.COPY


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("share", [0.1, 0.2, 0.3])
def test_a_copy_with_words_edited_is_one_report(language: str, share: float) -> None:
    found = [likeness(article(language), other(edited(article(language), share, seed))) for seed in range(10)]
    # A text of 200 words has some 60 hashes: one in ten may fall below the bound.
    assert found.count(Likeness.COPY) >= 9
    assert set(found) <= {Likeness.COPY, Likeness.OTHER_TEXT}


@pytest.mark.parametrize("language", LANGUAGES)
def test_half_a_copy_edited_and_surrounded_is_one_report(language: str) -> None:
    half = surrounded(edited(cut(article(language), 0.5), 0.1))
    assert likeness(article(language), other(half)) is Likeness.COPY


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("JAKARTA, Feb 3 (Wire)", "Tokyo (Kantor Berita), 4 Februari"),
        ("Jakarta -", "TEMPO.CO, Surabaya -"),
        ("", "JAKARTA, KOMPAS.com 12/3/2026"),
    ],
)
def test_datelines_of_outlets_differ_and_tell_nothing(ours: str, theirs: str) -> None:
    first, *rest = paragraphs("en")
    one, two = (article(paragraphs=(f"{dateline} {first}".strip(), *rest)) for dateline in (ours, theirs))
    assert likeness(one, other(two)) is Likeness.COPY


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Defence Minister", "Def. Min."),
        ("Tuesday", "Tue"),
        ("third country", "3rd country"),
        ("Gen Nakatani", "Nakatani"),
    ],
)
def test_house_styles_differ_and_tell_nothing(ours: str, theirs: str) -> None:
    made = article()
    assert ours in "\n".join(made.paragraphs)
    styled = replace(made, paragraphs=tuple(text.replace(ours, theirs) for text in made.paragraphs))
    assert likeness(made, other(styled)) is Likeness.COPY


# --- not copies -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_a_template_filled_with_other_numbers_and_names_stays_apart(name: str) -> None:
    template, first, second = NEAR_MISSES[name]
    one, two = filled(template, first), filled(template, second)
    verdict = compare(one, two, NOW, WINDOW)
    assert verdict.contained > 0.5, "the two must be nearly equal, or the test shows nothing"
    assert likeness(one, two) is Likeness.OTHER_FACTS


@pytest.mark.parametrize("language", REWRITES)
def test_an_independent_report_of_the_same_event_is_no_copy(language: str) -> None:
    rewrite = article(language, paragraphs=tuple(REWRITES[language].split("\n\n")))
    assert likeness(article(language), other(rewrite)) is Likeness.OTHER_TEXT


@pytest.mark.parametrize(("one", "two"), [("en", "id"), ("en", "ja"), ("id", "ja")])
def test_a_translation_is_no_copy(one: str, two: str) -> None:
    assert likeness(article(one), other(article(two))) is Likeness.OTHER_TEXT


def test_two_articles_that_share_only_an_outlets_own_lines_stay_apart() -> None:
    one = surrounded(article("en"))
    two = surrounded(article("en", paragraphs=tuple(REWRITES["en"].split("\n\n"))))
    assert likeness(one, two) is Likeness.OTHER_TEXT


def test_what_stands_on_every_page_of_an_outlet_makes_no_two_articles_one() -> None:
    """A wall in front of the text: the same words under each title."""
    wall = article(paragraphs=tuple(paragraphs("en")[:3]), title="Talks begin in Tokyo")
    other_page = replace(wall, title="Heavy rain in Bandung", url="https://example.org/2")
    assert likeness(wall, other_page) is Likeness.OTHER_TEXT


# --- short texts ----------------------------------------------------------------------------------------------------

SHORT = (
    "Japan and Indonesia will hold joint naval exercises in the Java Sea this autumn, both ministries said in a note.",
)
SHORT_JA = ("日本とインドネシアは今年の秋、ジャワ海で海軍の共同訓練を行うと両国の防衛省が発表した。",)


def test_short_texts_need_like_titles() -> None:
    short = article(paragraphs=SHORT)
    assert likeness(short, other(short)) is Likeness.OTHER_TEXT
    relisted = replace(other(short), title="Japan, Indonesia to Deepen Defence Cooperation")
    assert likeness(short, relisted) is Likeness.SAME_TEXT


def test_a_short_text_slightly_edited_is_one_report_under_a_like_title() -> None:
    short = article(paragraphs=SHORT)
    longer = article(paragraphs=(SHORT[0] + " No date was given yet.",), source=OTHER_OUTLET)
    assert likeness(short, longer) is Likeness.COPY


def test_a_japanese_text_is_short_by_its_words_not_its_characters() -> None:
    short = article("ja", paragraphs=SHORT_JA)
    assert len(tokens(short.paragraphs)) > WHOLE
    assert sketch(short.paragraphs).words < WHOLE
    assert likeness(short, replace(short, title="円安が進む", source=OTHER_OUTLET)) is Likeness.OTHER_TEXT


def test_two_outlets_equal_texts_of_some_length_are_one_report_whatever_their_headlines() -> None:
    brief = article(paragraphs=SHORT * 2)
    assert likeness(brief, replace(brief, title="Navies to meet", source=OTHER_OUTLET)) is Likeness.SAME_TEXT


def test_a_short_text_under_titles_with_other_numbers_stays_apart() -> None:
    one = article(paragraphs=SHORT, title="Gempa magnitudo 5,2 guncang Aceh malam ini")
    two = replace(one, title="Gempa magnitudo 6,1 guncang Aceh malam ini")
    assert likeness(one, two) is Likeness.OTHER_TEXT


@pytest.mark.parametrize("text", [(), ("",), ("…",)])
def test_articles_without_words_are_never_one(text: tuple[str, ...]) -> None:
    empty = article(paragraphs=text)
    assert likeness(empty, empty) is Likeness.OTHER_TEXT


# --- the window -----------------------------------------------------------------------------------------------------


def test_the_same_text_after_the_window_is_another_report() -> None:
    same = other(article())
    assert compare(article(), same, WINDOW, WINDOW).joined
    assert compare(article(), same, WINDOW + timedelta(seconds=1), WINDOW).likeness is Likeness.TOO_FAR_APART
    assert compare(article(), same, timedelta(days=30), timedelta(days=30)).joined


# --- the sketch -----------------------------------------------------------------------------------------------------


def test_a_sketch_does_not_depend_on_case_accents_or_the_breaks_between_paragraphs() -> None:
    plain = sketch(("The Café at the corner is closed. It opens on Monday at the earliest, they said.",))
    other_form = sketch(("THE CAFE\u0301 AT THE CORNER IS CLOSED.", "it opens on Monday — at the earliest, they said"))
    assert plain.hashes
    assert plain == other_form


def test_a_sketch_keeps_a_share_of_the_words_and_fits_a_signed_column() -> None:
    found = sketch(paragraphs("en"))
    assert 0.15 * found.words < len(found.hashes) < 0.35 * found.words
    assert all(0 <= value < 2**63 for value in found.hashes)


def test_a_text_of_fewer_words_than_a_sequence_has_an_empty_sketch() -> None:
    assert sketch(("Breaking news",)) == Sketch(frozenset(), 2)
    assert sketch(()) == Sketch(frozenset(), 0)


@given(st.lists(st.text(max_size=30), max_size=4))
def test_any_text_has_a_sketch_and_is_not_refused(text: list[str]) -> None:
    made = article(paragraphs=tuple(text))
    verdict = compare(made, made, NOW, WINDOW)
    assert verdict.joined == bool(tokens(made.paragraphs))


# --- what the benchmark taught ---------------------------------------------------------------------------------------


def test_a_text_with_another_date_alone_stays_apart() -> None:
    text = "The ministries held talks in Tokyo on May {day}, a statement said, and went through their joint projects. "
    rest = "They confirmed that training would be continued and that equipment would be discussed in a committee. " * 2
    one, two = (article(title="Talks", paragraphs=(text.format(day=day) + rest,)) for day in (4, 18))
    assert likeness(one, other(two)) is Likeness.OTHER_FACTS


def test_a_number_at_the_very_beginning_tells_two_reports_apart() -> None:
    text = (
        "{}日の東京株式市場で平均株価は続伸した。米国の株高を受けて半導体関連の銘柄に買いが先行し、値上がり銘柄は六割。"
    )
    rest = "市場では来週の金融政策決定会合を見極めたいとの声が多く、売買代金は低調だった。"
    one, two = (article("ja", title="株", paragraphs=(text.format(day) + rest,)) for day in (3, 17))
    assert likeness(one, other(two)) is Likeness.OTHER_FACTS


def test_lines_after_the_end_tell_nothing() -> None:
    closed = article(paragraphs=(*paragraphs("en"), "Opposition lawmakers had no part in the talks."))
    signed = article(paragraphs=(*paragraphs("en"), "Reporting by Wire staff; editing by the Newsroom"))
    assert likeness(closed, other(signed)) is Likeness.COPY


def test_the_beginning_of_a_report_is_a_copy_under_any_headline_and_a_formula_is_none() -> None:
    opening = article(paragraphs=(paragraphs("en")[0],))
    assert likeness(article(), other(opening)) is Likeness.COPY
    assert likeness(article(), replace(opening, title="Quite another headline")) is Likeness.OTHER_TEXT


def test_a_day_by_its_name_or_by_its_date_is_the_same_day() -> None:
    dated = tuple(text.replace("on Tuesday", "on Feb 3") for text in paragraphs("en"))
    assert likeness(article(), other(article(paragraphs=dated))) is Likeness.COPY


# --- numbers in words, outcomes, datelines ---------------------------------------------------------------------------

ATTACK = (
    "Three people were killed and seven others wounded when gunmen attacked a bus in northern Mali on Tuesday, the "
    "army said in a statement. The attackers opened fire shortly after dawn on a road that links two garrison towns "
    "and fled before soldiers arrived, according to the statement, which did not say who was behind the assault. "
    "The upper house approved a law against such groups last year, and there was no warning. Local residents said "
    "the passengers were traders on their way to a weekly market."
)


def attack(*changes: tuple[str, str], dateline: str = "") -> Article:
    text = ATTACK
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return replace(article("en"), title="Attack on a bus", paragraphs=(dateline + text,), lead="")


@pytest.mark.parametrize(
    "changes",
    [
        (("Three people", "Nine people"), ("seven others", "twenty others")),
        (("Mali", "Somalia"),),
        (("approved", "rejected"),),
        (("upper", "lower"),),
        (("killed", "rescued"), ("wounded", "freed")),
        (("no warning", "a warning"),),
    ],
    ids=["numbers in words", "a name in another", "rejected", "the other house", "rescued", "denied"],
)
def test_the_same_words_that_say_something_else_are_other_facts(changes: tuple[tuple[str, str], ...]) -> None:
    assert likeness(attack(), other(attack(*changes))) is Likeness.OTHER_FACTS


def test_numbers_in_digits_and_in_words_are_the_same() -> None:
    assert (
        likeness(attack(), other(attack(("Three people", "3 people"), ("seven others", "7 others")))) is Likeness.COPY
    )


def test_a_formula_under_datelines_of_one_place_and_other_days_is_another_report() -> None:
    one = attack(dateline="MANILA, May 12 (Kyodo) - ")
    assert likeness(one, other(attack(dateline="MANILA, May 18 (Kyodo) - "))) is Likeness.OTHER_FACTS
    assert likeness(one, other(attack(dateline="MANILA, May 13 (Kyodo) - "))) is Likeness.COPY
    assert likeness(one, other(attack(dateline="SINGAPORE, May 18 (Wire) - "))) is Likeness.COPY
