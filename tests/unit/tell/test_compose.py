"""What readers see: alerts, digests and reasons, as plain text and as HTML."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.model import Article, Basis, Evidence, Match, Part, Priority, Report, Source, Step, Story
from bot.speech import speaking
from bot.tell import Card, alert, html, local, plain, split, why
from bot.tell.compose import Before, Grown
from bot.tell.steplist import Dated
from bot.tell.wording import SENTENCE_CHARS

JAKARTA = ZoneInfo("Asia/Jakarta")
SEEN = datetime(2025, 1, 14, 3, 5, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NAMES = {("partner", "indonesia"): "Indonesia", ("partner", "nato"): "NATO", ("step", "signed"): "signed"}
CARD = Card("japan", "Japan's partners", NAMES, "partner")
ANTARA = Source("antara", "ANTARA News", tier=1, family="antara")


def source(name: str, tier: int = 3) -> Source:
    return Source(name, name.title(), tier=tier, family=name)


def report(
    number: int = 1,
    *,
    of: Source = ANTARA,
    found: dict[str, tuple[str, ...]] | None = None,
    text: str = "Officials of Indonesia met.",
    title: str | None = None,
    published: datetime | None = SEEN,
    seen: datetime = SEEN,
    basis: Basis = Basis.PAGE,
    term: str = "Indonesia",
    language: str = "en",
) -> Report:
    article = Article(
        f"https://{of.name}.example/{number}",
        title or f"Headline {number}",
        (text,),
        text,
        language=language,
        published=published,
        basis=basis,
        source=of,
    )
    at = text.find(term)
    evidence = (Evidence("partner", "indonesia", term, Part.BODY, 0, 0, at, at + len(term), term),) if at >= 0 else ()
    labels = {"partner": ("indonesia",)} if found is None else found
    return Report(number, article, seen, (Match("japan", "partnership", Priority.NORMAL, labels, evidence),))


def story(*reports: Report) -> Story:
    return Story(reports[0].article_id, "japan", reports)


def alerted(*reports: Report, card: Card = CARD, **given: object) -> str:
    return plain(alert(story(*reports), card, JAKARTA, **given))  # type: ignore[arg-type]  # what an alert may be given


# --- alerts ---------------------------------------------------------------------------------------------------------


def test_an_alert_has_link_source_local_time_labels_sentence_and_watchlist() -> None:
    assert html(alert(story(report()), CARD, JAKARTA)) == (
        '<b><a href="https://antara.example/1">Headline 1</a></b>\n'
        'ANTARA News · <tg-time unix="1736823900" format="Dt">14 Jan 2025 10:05 WIB</tg-time> · Indonesia\n'
        "Officials of <b>Indonesia</b> met.\n"
        "<i>Japan&#x27;s partners</i>"
    ).replace("&#x27;", "'")


def test_other_outlets_are_linked_and_those_beyond_three_counted() -> None:
    reports = [report()] + [report(number, of=source(f"outlet{number}")) for number in range(2, 8)]
    line = alerted(*reports).splitlines()[1]
    assert line.startswith(
        "ANTARA News, Outlet2 <https://outlet2.example/2>, Outlet3 <https://outlet3.example/3>, "
        "Outlet4 <https://outlet4.example/4> +3 ·"
    )


def test_an_article_without_a_date_says_when_it_was_seen() -> None:
    assert "ANTARA News · seen 14 Jan 2025 10:05 WIB ·" in alerted(report(published=None))


@pytest.mark.parametrize(("age", "said"), [(36 * HOUR, None), (37 * HOUR, "1 d"), (9 * DAY, "9 d")])
def test_an_old_printed_date_is_said_to_be_old(age: timedelta, said: str | None) -> None:
    text = alerted(report(published=SEEN - age))
    assert (f"(seen {said} later)" in text) if said else ("later" not in text)


def test_a_match_on_the_feeds_summary_says_so() -> None:
    assert "matched on the feed's summary only" in alerted(report(basis=Basis.FEED))
    assert "summary" not in alerted(report())


def test_labels_of_the_grouping_concept_come_first_and_unknown_ones_by_their_names() -> None:
    text = alerted(report(found={"step": ("signed",), "partner": ("nato", "quad")}))
    assert "WIB · NATO, quad, signed" in text


def test_an_alert_without_labels_or_evidence_is_still_whole() -> None:
    assert alerted(report(found={}, term="nothing")) == (
        "Headline 1 <https://antara.example/1>\nANTARA News · 14 Jan 2025 10:05 WIB\nJapan's partners"
    )


def test_markup_in_titles_and_sentences_is_shown_as_written() -> None:
    printed = html(alert(story(report(title="<b>A & B</b>", text="1 < 2 in Indonesia & co.")), CARD, JAKARTA))
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in printed
    assert "1 &lt; 2 in <b>Indonesia</b> &amp; co." in printed


# --- languages ------------------------------------------------------------------------------------------------------

KYODO = report(2, of=source("kyodo", 2), title="Talks end", text="The talks with Indonesia ended.")
JIJI = report(
    1,
    of=source("jiji", 1),
    title="協議が終了",
    text="インドネシアとの協議が終わった。",
    term="インドネシア",
    language="ja",
)


def test_the_languages_are_named_where_there_are_several() -> None:
    assert " · ja, en · 14 Jan" in alerted(JIJI, KYODO)
    assert "Jiji · 14 Jan" in alerted(JIJI)


def test_a_reader_of_another_language_finds_a_headline_and_a_sentence_in_the_own_with_its_outlet() -> None:
    lines = alerted(JIJI, KYODO, language="en").splitlines()
    assert lines[0] == "協議が終了 <https://jiji.example/1> (Talks end <https://kyodo.example/2>)"
    assert lines[2] == "The talks with Indonesia ended. (Kyodo <https://kyodo.example/2>)"


@pytest.mark.parametrize("language", ["ja", "id", None])
def test_a_reader_of_its_language_or_of_none_of_them_finds_the_best_source_alone(language: str | None) -> None:
    lines = alerted(JIJI, KYODO, language=language).splitlines()
    assert lines[0] == "協議が終了 <https://jiji.example/1>"
    assert lines[2] == "インドネシアとの協議が終わった。"


def test_that_only_the_summary_was_at_hand_is_said_of_the_report_that_is_quoted() -> None:
    short = report(2, of=source("kyodo", 2), basis=Basis.FEED)
    assert "feed's summary" in alerted(JIJI, short, language="en")
    assert "feed's summary" not in alerted(JIJI, short, language="ja")


# --- steps ----------------------------------------------------------------------------------------------------------

SIGNED = Step(
    "step", "signed", 3, {}, "2025-01-12", "sentence", Part.BODY, 0, "The pact with Indonesia was signed on Sunday."
)
SAYS = report(3, of=source("kyodo", 2), text=f"{SIGNED.sentence} Nothing else was said.")


def test_an_alert_says_how_far_its_story_has_come() -> None:
    assert " · Indonesia · signed (12 Jan 2025)\n" in alerted(report(), SAYS, step=Dated(SIGNED, SAYS))
    undated = replace(SIGNED, step="in_force", date_from="published")
    assert " · Indonesia · in force\n" in alerted(report(), SAYS, step=Dated(undated, SAYS))


def test_the_step_is_said_once_where_a_rule_captured_it_as_well() -> None:
    captured = report(found={"partner": ("nato",), "step": ("talks", "signed")})
    assert "WIB · NATO · signed (12 Jan 2025)\n" in alerted(captured, step=Dated(SIGNED, captured))


def test_a_story_that_rings_again_says_what_is_new_who_says_so_and_what_was_told() -> None:
    before = Before("in_force", SEEN - DAY)
    message = alert(story(report(), SAYS), CARD, JAKARTA, step=Dated(SIGNED, SAYS), before=before)
    assert html(message) == (
        "<b>Now: signed</b> (12 Jan 2025)\n"
        '<b><a href="https://antara.example/1">Headline 1</a></b>\n'
        'ANTARA News, <a href="https://kyodo.example/3">Kyodo</a> · '
        '<tg-time unix="1736823900" format="Dt">14 Jan 2025 10:05 WIB</tg-time> · Indonesia\n'
        'The pact with <b>Indonesia</b> was signed on Sunday. (<a href="https://kyodo.example/3">Kyodo</a>)\n'
        "<i>told as in force on 13 Jan</i>\n"
        "<i>Japan's partners</i>"
    )


def test_what_was_told_in_another_year_is_said_with_its_year() -> None:
    text = alerted(SAYS, step=Dated(SIGNED, SAYS), before=Before(None, SEEN - 30 * DAY))
    assert "\ntold on 15 Dec 2024\n" in text


def test_a_step_that_the_headline_says_is_shown_with_the_sentence_that_matched() -> None:
    title = replace(SIGNED, part=Part.TITLE, paragraph=None, sentence="Headline 3")
    text = alerted(SAYS, step=Dated(title, SAYS), before=Before(None, SEEN))
    assert text.count("Headline 3") == 1 and SIGNED.sentence in text
    elsewhere = alerted(report(), SAYS, step=Dated(title, SAYS), before=Before(None, SEEN))
    assert "\nHeadline 3 (Kyodo <https://kyodo.example/3>)\n" in elsewhere


# --- what is new of a story that was told ------------------------------------------------------------------------


def test_a_story_that_has_become_urgent_says_so_first_and_its_step_as_a_fact() -> None:
    before = Before(None, SEEN - DAY, further=False, urgent=True)
    lines = alerted(report(), SAYS, step=Dated(SIGNED, SAYS), before=before).splitlines()
    assert lines[0] == "Now urgent" and lines[1].startswith("Headline 1")
    assert lines[2].endswith(" · Indonesia · signed (12 Jan 2025)")
    assert "told on 13 Jan" in lines


def test_what_is_urgent_and_further_says_both() -> None:
    text = alerted(SAYS, step=Dated(SIGNED, SAYS), before=Before("talks", SEEN - DAY, urgent=True))
    assert text.startswith("Now urgent\nNow: signed (12 Jan 2025)\n")


SIX = [report(number, of=source(f"outlet{number}"), language="ja" if number > 4 else "en") for number in range(1, 7)]


@pytest.mark.parametrize(
    ("then", "said"),
    [
        (Grown(2, 1), "also in 5 outlets, 2 languages"),
        (Grown(6, 1), "2 languages"),
        (Grown(6, 2), None),
        (Grown(9, 2), None),
    ],
    ids=["both", "a translation", "nothing", "fewer"],
)
def test_an_alert_that_has_grown_says_in_how_many_outlets_and_languages_it_is(then: Grown, said: str | None) -> None:
    lines = alerted(*SIX, grown=then).splitlines()
    assert (said in lines) if said else not any("also in" in line or "languages" in line for line in lines)


def test_one_more_outlet_is_said_as_one() -> None:
    assert "\nalso in 1 outlet\n" in alerted(report(), SIX[1], grown=Grown(1, 1))


def test_the_words_of_an_alert_are_those_of_its_chat() -> None:
    step, before = replace(SIGNED, step="shown"), Before("drawn", SEEN - DAY, urgent=True)
    given = {"step": Dated(step, SAYS), "before": before, "grown": Grown(1, 1)}
    with speaking("id"):
        text = alerted(*SIX, **given)
    assert text.startswith("Kini mendesak\nKini: shown")
    assert "\npernah dikabarkan sebagai drawn pada " in text
    assert "\njuga di 5 media lain, 2 bahasa\n" in text
    with speaking("ja"):
        text = alerted(*SIX, **given)
    assert text.startswith("緊急になりました\n新たな段階：shown")
    assert "「drawn」として既報\n" in text
    assert "\nほか5媒体でも報道, 2言語\n" in text


# --- the quotation ----------------------------------------------------------------------------------------------------

MET = "Officials of Indonesia and Japan met behind closed doors in Tokyo."
PACT = "The pact lets both navies use the harbours of the other from next spring on."
SHIPS = "Tokyo is to hand over three used destroyers to Jakarta by the end of the decade."


def quoted(*reports: Report, **given: object) -> str:
    """The quotation of an alert, as HTML; empty where it has none."""
    printed = html(alert(story(*reports), CARD, JAKARTA, **given))  # type: ignore[arg-type]  # what an alert may be given
    found = re.search("<blockquote expandable>(.*)</blockquote>", printed, re.DOTALL)
    return found[1] if found else ""


def long(*paragraphs: str, number: int = 1, of: Source = ANTARA, language: str = "en", **given: str) -> Report:
    """A report of several paragraphs; the first one matches."""
    made = report(number, of=of, text=paragraphs[0], language=language, **given)
    return replace(made, article=replace(made.article, paragraphs=paragraphs))


def test_two_key_sentences_besides_the_one_that_matched_can_be_unfolded() -> None:
    assert quoted(long(MET, PACT, SHIPS)) == f"{PACT}\n{SHIPS}"


@pytest.mark.parametrize(
    "paragraphs",
    [
        (MET,),
        (MET, PACT),
        (MET, PACT, PACT),
        (MET, PACT, "Baca juga: Menhan bertemu duta besar Jepang untuk Indonesia di Jakarta."),
        (MET, PACT, "He said that they would come back to the question in the autumn of next year."),
        (MET, PACT, "Officials of Japan and Indonesia met behind closed doors in Tokyo."),
        (MET, PACT, "Headline 1 of the morning."),
        (MET, PACT, "Three used destroyers are to be handed over to Jakarta by the end of the decade and…"),
    ],
    ids=["one", "two", "the same twice", "furniture", "another's he", "the evidence again", "the headline", "cut"],
)
def test_a_text_with_fewer_than_two_sentences_worth_it_is_not_quoted(paragraphs: tuple[str, ...]) -> None:
    assert quoted(long(*paragraphs, title="Headline 1 of the morning")) == ""


def test_a_dateline_is_not_quoted() -> None:
    made = long(MET)
    (match,) = made.matches
    found = tuple(piece._replace(paragraph=1) for piece in match.evidence)
    second = Match(match.watchlist, match.rule, match.priority, match.labels, found)
    article = replace(made.article, paragraphs=(f"JAKARTA, KOMPAS.com - {PACT}", MET, SHIPS))
    assert quoted(replace(made, article=article, matches=(second,))) == f"{PACT}\n{SHIPS}"


def test_the_quotation_is_of_the_report_in_the_language_of_the_chat_and_names_its_outlet() -> None:
    kyodo = long(MET, PACT, SHIPS, number=2, of=source("kyodo", 2))
    link = '(<a href="https://kyodo.example/2">Kyodo</a>)'
    assert quoted(JIJI, kyodo, language="en") == f"{PACT}\n{SHIPS} {link}"
    assert quoted(JIJI, kyodo, language="ja") == ""


def test_japanese_is_quoted_as_well() -> None:
    first, second = (
        "両国の海軍は来春から互いの港を使えるようになる。",
        "日本は中古の護衛艦三隻を十年以内に引き渡す計画だ。",
    )
    made = long(
        "インドネシアとの協議が終わった。", first + second, language="ja", title="協議が終了", term="インドネシア"
    )
    assert quoted(made) == f"{first}\n{second}"


# --- long sentences -------------------------------------------------------------------------------------------------


def sentence_line(text: str, term: str = "Indonesia") -> str:
    printed = html(alert(story(report(text=text, term=term)), CARD, JAKARTA))
    return printed.splitlines()[2]


def test_a_very_long_sentence_is_shown_around_its_first_matched_word() -> None:
    line = sentence_line("word " * 200 + "Indonesia" + " more" * 200)
    assert "<b>Indonesia</b>" in line
    assert line.startswith("…word")
    assert line.endswith("more…")
    assert len(line) <= SENTENCE_CHARS + len("……<b></b>") + SENTENCE_CHARS // 8


def test_a_very_long_sentence_without_spaces_still_shows_its_matched_word() -> None:
    line = sentence_line("防" * 600 + "インドネシア" + "衛" * 600, "インドネシア")
    assert "<b>インドネシア</b>" in line
    assert len(line) < SENTENCE_CHARS + 60


@pytest.mark.parametrize("before", [0, 10, 79, 80, 81, 300, 600, 990])
def test_the_matched_word_is_shown_wherever_it_stands(before: int) -> None:
    text = ("x" * before + " ").lstrip() + "Indonesia" + " y" * ((1000 - before) // 2)
    assert "<b>Indonesia</b>" in sentence_line(text)


# --- reasons --------------------------------------------------------------------------------------------------------


def test_why_names_rule_labels_words_and_sentence_of_each_report() -> None:
    text = plain(why(story(report(1), report(2, of=source("kyodo"), text="To Indonesia they went.")), CARD))
    assert text == (
        "Headline 1 (story 1)\n\n"
        "ANTARA News <https://antara.example/1>: Headline 1\n"
        "rule partnership (Indonesia): “Indonesia”\nOfficials of Indonesia met.\n\n"
        "Kyodo <https://kyodo.example/2>: Headline 2\n"
        "rule partnership (Indonesia): “Indonesia”\nTo Indonesia they went."
    )


def test_why_marks_the_report_that_matched_on_the_feeds_summary() -> None:
    read, told = report(1), report(2, of=source("kyodo"), basis=Basis.FEED)
    *_, first, second = plain(why(story(read, told), CARD)).split("\n\n")
    assert first.splitlines()[-1] == "Officials of Indonesia met."
    assert second.splitlines()[-1] == "matched on the feed's summary only"


def test_times_are_the_readers_own_with_their_zone() -> None:
    assert local(SEEN, JAKARTA) == "14 Jan 2025 10:05 WIB"
    assert local(SEEN, ZoneInfo("Asia/Tokyo")) == "14 Jan 2025 12:05 JST"
    assert local(datetime(2025, 7, 1, tzinfo=UTC), ZoneInfo("Europe/Berlin")) == "1 Jul 2025 02:00 CEST"


@pytest.mark.parametrize("mark", ["\u200d", "\u0300", "\ufe0f", "👨\u200d", "word "])
def test_a_title_of_thousands_of_marks_is_one_message(mark: str) -> None:
    hostile = report(title="Japan visits a" + mark * 5000)
    assert len(split(alert(story(hostile), CARD, ZoneInfo("UTC")))) == 1
