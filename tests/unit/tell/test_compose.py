"""What readers see: alerts, digests and reasons, as plain text and as HTML."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.model import Article, Basis, Evidence, Match, Part, Priority, Report, Source, Story
from bot.tell import Card, alert, digest, html, local, plain, split, why
from bot.tell.compose import DIGEST_STORIES, SENTENCE_CHARS

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
) -> Report:
    article = Article(
        f"https://{of.name}.example/{number}",
        title or f"Headline {number}",
        (text,),
        text,
        language="en",
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


def alerted(*reports: Report, card: Card = CARD) -> str:
    return plain(alert(story(*reports), card, JAKARTA))


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


# --- digests --------------------------------------------------------------------------------------------------------


def told(*stories: Story, card: Card = CARD, title: str = "") -> str:
    return plain(digest(stories, card, SEEN - DAY, SEEN, JAKARTA, title=title))


def test_a_digest_has_sections_by_label_the_fullest_first_and_those_without_last() -> None:
    text = told(
        story(report(1, found={})),
        story(report(2, found={"partner": ("nato",)})),
        story(report(3)),
        story(report(4)),
    )
    headings = [line for line in text.splitlines() if line.isupper()]
    assert headings == ["INDONESIA", "NATO", "OTHER"]
    assert text.startswith(
        "Japan's partners\n13 Jan 2025 10:05 WIB to 14 Jan 2025 10:05 WIB: 4 stories\n\nINDONESIA\n\nHeadline "
    )


def test_a_story_with_two_labels_stands_once_under_its_first() -> None:
    text = told(story(report(1, found={"partner": ("nato", "indonesia")})))
    assert text.count("Headline 1") == 1
    assert "\nNATO\n" in text
    assert "INDONESIA" not in text
    assert "WIB · NATO, Indonesia" in text


def test_within_a_section_the_newest_story_comes_first() -> None:
    text = told(*(story(report(number, published=SEEN - number * HOUR)) for number in (3, 1, 2)))
    assert [line[:10] for line in text.splitlines() if line.startswith("Headline")] == [
        "Headline 1",
        "Headline 2",
        "Headline 3",
    ]


def test_a_watchlist_without_groups_has_no_headings() -> None:
    text = told(story(report(1)), story(report(2, found={})), card=Card("japan", "All", {}, None))
    assert not [line for line in text.splitlines() if line.isupper()]
    assert text.count("Headline") == 2


def test_a_digest_with_nothing_to_tell_says_so() -> None:
    assert told() == "Japan's partners\n13 Jan 2025 10:05 WIB to 14 Jan 2025 10:05 WIB: 0 stories"


def test_a_digest_counts_what_it_has_no_room_for() -> None:
    text = told(*(story(report(number)) for number in range(1, DIGEST_STORIES + 6)))
    assert text.count("Headline") == DIGEST_STORIES
    assert text.endswith("\n\nand 5 more")
    assert f"{DIGEST_STORIES + 5} stories" in text


def test_one_story_is_not_called_stories() -> None:
    assert ": 1 story\n" in told(story(report()))


def test_a_starting_picture_has_a_title_of_its_own() -> None:
    assert told(story(report()), title="Starting picture").startswith("Starting picture\n")


def test_a_long_digest_is_split_within_telegrams_limits_and_loses_no_story() -> None:
    stories = [story(report(number, text=f"Matter {number} of Indonesia " + "and more " * 20)) for number in range(40)]
    parts = split(digest(stories, CARD, SEEN, SEEN, JAKARTA))
    assert len(parts) > 1
    assert "\n".join(map(plain, parts)).count("Headline") == 40


# --- reasons --------------------------------------------------------------------------------------------------------


def test_why_names_rule_labels_words_and_sentence_of_each_report() -> None:
    text = plain(why(story(report(1), report(2, of=source("kyodo"), text="To Indonesia they went.")), CARD))
    assert text == (
        "Headline 1\n\n"
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
