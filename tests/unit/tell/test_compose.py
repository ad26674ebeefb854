"""What readers see: alerts, digests and reasons, as plain text and as HTML."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.model import Article, Basis, Evidence, Match, Part, Priority, Report, Source, Step, Story
from bot.tell import Card, alert, html, local, plain, split, why
from bot.tell.compose import Before
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
        "ANTARA News · 14 Jan 2025 10:05 WIB · Indonesia\n"
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
        'ANTARA News, <a href="https://kyodo.example/3">Kyodo</a> · 14 Jan 2025 10:05 WIB · Indonesia\n'
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
