"""The steps of an article: which sentences tell them, when they were, whom they concern."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.model import Article, Part, Source, Step
from bot.story import find_steps
from bot.story.steps import MOST_STEPS
from bot.watch import Watchlists, load, match

CONFIG = """
concepts:
  japan: {en: [Japan, Tokyo], id: [Jepang], ja: [日本]}
  partner:
    labels:
      indonesia: {en: [Indonesia, Jakarta], id: [Indonesia], ja: [インドネシア]}
      india: [India]
      italy: [Italy]
      britain: [Britain]
      france: [France]
  step:
    steps:
      talks: {en: [talks, "met in"], ja: [会談]}
      agreed: {en: [agreed], id: [sepakat]}
      signed: {en: [signed, sign], id: [ditandatangani], ja: [署名]}
      in_force: {en: ["in force"]}
rules:
  - {name: r, match: "paragraph(japan and partner)"}
"""
TUESDAY = datetime(2026, 7, 14, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def watchlists(tmp_path_factory: pytest.TempPathFactory) -> Watchlists:
    return configured(tmp_path_factory.mktemp("config"))


def configured(folder: Path, config: str = CONFIG) -> Watchlists:
    (folder / "watchlists").mkdir()
    (folder / "watchlists" / "w.yaml").write_text(config, "utf-8")
    return load(folder)


def article(*paragraphs: str, title: str = "", language: str = "en", **more: object) -> Article:
    given = {"published": TUESDAY, **more}
    return Article("https://example.org/a", title, paragraphs, language=language, **given)  # type: ignore[arg-type]


def steps(watchlists: Watchlists, wanted: Article) -> list[Step]:
    return find_steps(wanted, match(watchlists, wanted), watchlists).get("w", [])


def told(watchlists: Watchlists, wanted: Article) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(step.step, step.date, step.labels["partner"]) for step in steps(watchlists, wanted)]


def test_a_step_has_its_rank_labels_date_and_sentence(watchlists: Watchlists) -> None:
    (step,) = steps(watchlists, article("It rained. Japan and Indonesia signed the accord on Monday. It was long."))
    assert step == Step(
        "step",
        "signed",
        2,
        {"partner": ("indonesia",)},
        "2026-07-13",
        "sentence",
        Part.BODY,
        0,
        "Japan and Indonesia signed the accord on Monday.",
    )


def test_without_a_date_of_its_own_a_step_has_the_day_of_publication(watchlists: Watchlists) -> None:
    (step,) = steps(watchlists, article("Japan and Indonesia signed the accord."))
    assert (step.date, step.date_from) == ("2026-07-14", "published")


def test_the_day_is_that_of_the_place_where_it_was_written(watchlists: Watchlists) -> None:
    late = datetime(2026, 7, 14, 16, tzinfo=UTC)
    tokyo = Source("s", "S", timezone="Asia/Tokyo")
    wanted = article("Japan and Indonesia signed the accord.", published=late, source=tokyo)
    assert told(watchlists, wanted) == [("signed", "2026-07-15", ("indonesia",))]


def test_the_day_of_a_statement_is_not_that_of_the_event(watchlists: Watchlists) -> None:
    for sentence in (
        "Japan and Indonesia have signed the accord, the ministry said on Monday.",
        "The ministry said on Monday that Japan and Indonesia had signed the accord.",
    ):
        assert told(watchlists, article(sentence)) == [("signed", "2026-07-14", ("indonesia",))]


def test_each_step_of_a_sentence_has_the_date_of_its_clause(watchlists: Watchlists) -> None:
    sentence = "Japan and Indonesia, who signed the accord in January 2023, agreed on Monday to widen it."
    assert told(watchlists, article(sentence)) == [
        ("signed", "2023-01", ("indonesia",)),
        ("agreed", "2026-07-13", ("indonesia",)),
    ]


def test_a_day_to_come_is_no_date_of_what_has_happened(watchlists: Watchlists) -> None:
    sentence = "Japan and Indonesia signed the accord, which expires on 20 August."
    assert told(watchlists, article(sentence)) == [("signed", "2026-07-14", ("indonesia",))]


def test_the_day_before_another_is_counted(watchlists: Watchlists) -> None:
    sentence = "The premier of Japan left on Sunday, a day after Indonesia had signed the accord."
    assert told(watchlists, article(sentence)) == [("signed", "2026-07-11", ("indonesia",))]


def test_for_last_week_the_month_is_given(watchlists: Watchlists) -> None:
    sentence = "Japan and Indonesia signed the accord last week."
    assert told(watchlists, article(sentence)) == [("signed", "2026-07", ("indonesia",))]


def test_what_is_denied_or_to_come_is_no_step(watchlists: Watchlists) -> None:
    assert steps(watchlists, article("Japan and Indonesia have not signed the accord.")) == []
    assert steps(watchlists, article("Japan and Indonesia will sign the accord on Friday.")) == []


def test_a_partner_of_another_clause_is_not_meant(watchlists: Watchlists) -> None:
    sentence = "Japan, which signed an accord with Britain in January 2023, hopes to conclude one with Italy."
    assert told(watchlists, article(sentence)) == [("signed", "2023-01", ("britain",))]


def test_a_sentence_without_a_name_takes_those_of_its_paragraph(watchlists: Watchlists) -> None:
    paragraphs = ("Japan met India in Tokyo.", "Japan looks to Indonesia. The accord was signed on Monday.")
    assert told(watchlists, article(*paragraphs)) == [("signed", "2026-07-13", ("indonesia",))]


def test_of_many_partners_none_is_guessed(watchlists: Watchlists) -> None:
    many = "Japan, Indonesia, India, Italy and Britain are friends."
    assert steps(watchlists, article("The accord was signed on Monday.", many)) == []
    assert len(steps(watchlists, article("The accord was signed on Monday.", "Japan and India are friends."))) == 1


def test_a_background_paragraph_counts_with_a_label_and_a_date(watchlists: Watchlists) -> None:
    lead = "Japan and Indonesia signed the accord on Monday."
    assert told(watchlists, article(lead, "Rain fell.", "Indonesia agreed to it in 2015."))[0] == (
        "agreed", "2015", ("indonesia",)
    )  # fmt: skip
    assert len(told(watchlists, article(lead, "Rain fell.", "Indonesia agreed to it."))) == 1
    assert len(told(watchlists, article(lead, "Rain fell.", "The parties agreed to it in 2015."))) == 1


def test_title_and_text_tell_one_step_once(watchlists: Watchlists) -> None:
    wanted = article("Japan and Indonesia signed the accord on Monday.", title="Japan, Indonesia sign accord")
    (step,) = steps(watchlists, wanted)
    assert (step.date, step.part) == ("2026-07-13", Part.BODY)


def test_a_step_of_long_ago_does_not_swallow_the_one_of_today(watchlists: Watchlists) -> None:
    wanted = article("Japan and Indonesia signed an accord.", "Japan and Indonesia signed one in 2015.")
    assert [date for _, date, _ in told(watchlists, wanted)] == ["2015", "2026-07-14"]


def test_the_month_is_left_out_where_the_day_is_told(watchlists: Watchlists) -> None:
    wanted = article("Japan and Indonesia signed it on 3 July.", "Japan and Indonesia signed it in July 2026.")
    assert [date for _, date, _ in told(watchlists, wanted)] == ["2026-07-03"]


def test_japanese_takes_the_date_before_the_verb(watchlists: Watchlists) -> None:
    sentence = "日本とインドネシアは1月に署名した協定をめぐり13日に会談した。"
    assert told(watchlists, article(sentence, language="ja")) == [
        ("signed", "2026-01", ("indonesia",)),
        ("talks", "2026-07-13", ("indonesia",)),
    ]


@pytest.mark.parametrize(
    ("sentence", "date"),
    [
        ("Japan and Indonesia, meeting this year, agreed on Monday.", "2026-07-13"),
        ("Japan and Indonesia agreed on this year's plan on Monday.", "2026-07-13"),
        ("Japan and Indonesia agreed this year to share it and signed it on Monday.", "2026"),
    ],
)
def test_of_dates_that_agree_the_most_exact_is_taken(watchlists: Watchlists, sentence: str, date: str) -> None:
    assert told(watchlists, article(sentence))[0] == ("agreed", date, ("indonesia",))


def test_the_date_of_an_aside_is_not_that_of_the_sentence(watchlists: Watchlists) -> None:
    sentence = "The minister of Japan, who landed on Sunday, signed the accord with Indonesia."
    assert told(watchlists, article(sentence)) == [("signed", "2026-07-14", ("indonesia",))]


def test_what_is_the_first_since_a_date_was_later(watchlists: Watchlists) -> None:
    sentence = "It is the first time since 2019 that Japan and Indonesia agreed."
    assert told(watchlists, article(sentence)) == [("agreed", "2026-07-14", ("indonesia",))]
    sentence = "Jepang dan Indonesia sejak Senin sepakat."
    assert told(watchlists, article(sentence, language="id")) == [("agreed", "2026-07-13", ("indonesia",))]


def test_japanese_dates_a_named_event_behind_its_topic(watchlists: Watchlists) -> None:
    sentence = "日本とインドネシアの首脳会談が13日、東京で開かれた。"
    assert told(watchlists, article(sentence, language="ja")) == [("talks", "2026-07-13", ("indonesia",))]


def test_japanese_dates_what_was_done_before_it_was_said(watchlists: Watchlists) -> None:
    sentence = "日本の外相は13日、インドネシアの国防相と会談し、新たな枠組みを公表した。"
    assert told(watchlists, article(sentence, language="ja")) == [("talks", "2026-07-13", ("indonesia",))]
    sentence = "日本の外務省は13日、インドネシアが協定に署名したと発表した。"
    assert told(watchlists, article(sentence, language="ja")) == [("signed", "2026-07-14", ("indonesia",))]


def test_japanese_partners_of_another_clause_are_not_meant(watchlists: Watchlists) -> None:
    sentence = "日本はインドネシアへの移転や、Franceと7月に署名した協定に触れた。"
    wanted = article("日本とインドネシアとFranceは近い。", sentence, language="ja")
    assert told(watchlists, wanted) == [("signed", "2026-07", ("france",))]


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("en", "Japan looks to Indonesia.", "Thailand has signed a contract in May."),
        ("en", "Japan looks to Indonesia.", "The Thai navy signed it in May."),
        ("ja", "日本はインドネシアに輸出する。", "5月にはタイが契約に署名しました。"),
        ("id", "Jepang melirik Indonesia.", "Pada Mei, Malaysia sepakat membeli radar."),
    ],
)
def test_another_country_s_deed_is_no_step_of_the_partner(
    watchlists: Watchlists, language: str, first: str, second: str
) -> None:
    full = stretch(language, first, second)
    assert steps(watchlists, full) == []


def stretch(language: str, first: str, second: str) -> Article:
    gap = "" if language == "ja" else " "
    return article(f"{first}{gap}{second}", language=language)


def test_a_place_abroad_is_no_partner(watchlists: Watchlists) -> None:
    friends = "Japan and Indonesia are friends."
    assert told(watchlists, article(friends, title="The two sign accord in India")) == [
        ("signed", "2026-07-14", ("indonesia",))
    ]
    assert told(watchlists, article(friends, title="India signs accord, and they sign it with India")) == []


def test_a_title_tells_what_the_first_paragraph_dates_some_weeks_ago(watchlists: Watchlists) -> None:
    wanted = article("Japan and Indonesia signed the accord in May.", title="Japan, Indonesia sign accord")
    assert told(watchlists, wanted) == [("signed", "2026-05", ("indonesia",))]
    wanted = article("Japan and Indonesia signed one in 2015.", title="Japan, Indonesia sign accord")
    assert [date for _, date, _ in told(watchlists, wanted)] == ["2015", "2026-07-14"]


def test_an_anniversary_is_of_the_year_it_looks_back_to(watchlists: Watchlists) -> None:
    sentence = "A year since Japan and Indonesia signed the accord, little has changed."
    assert told(watchlists, article(sentence)) == [("signed", "2025", ("indonesia",))]
    sentence = "日本とインドネシアが協定に署名して13日で1年となった。"
    assert told(watchlists, article(sentence, language="ja")) == [("signed", "2025-07-13", ("indonesia",))]


def test_what_was_long_ago_without_a_date_is_no_step_of_today(watchlists: Watchlists) -> None:
    assert told(watchlists, article("Years after Japan and Indonesia signed the accord, little has changed.")) == []
    assert told(watchlists, article("Since Japan and Indonesia signed the accord, little has changed.")) == []


def test_an_article_without_a_date_or_a_match_has_no_steps(watchlists: Watchlists) -> None:
    assert steps(watchlists, article("Japan and Indonesia signed the accord.", published=None)) == []
    assert steps(watchlists, article("Indonesia signed the accord.")) == []


def test_a_watchlist_without_steps_has_none(tmp_path: Path) -> None:
    plain = configured(tmp_path, CONFIG.replace("    steps:", "    labels:"))
    wanted = article("Japan and Indonesia signed it.")
    assert find_steps(wanted, match(plain, wanted), plain) == {}


def test_the_shipped_configuration_finds_steps() -> None:
    shipped = load(Path(__file__).parents[3] / "config")
    wanted = article(
        "TOKYO - Defence ministers of Japan and Indonesia signed a defence agreement in Jakarta on Monday.",
        title="Japan, Indonesia sign defence agreement",
    )
    found = find_steps(wanted, match(shipped, wanted), shipped)["japan-defence"]
    assert [(step.step, step.date, step.labels) for step in found] == [
        ("signed", "2026-07-13", {"partner": ("indonesia",)})
    ]


@pytest.mark.parametrize(
    ("title", "language", "step"),
    [
        ("EU and Japan announce security and defence partnership", "en", "agreed"),
        ("Jepang dan Indonesia umumkan kemitraan pertahanan", "id", "agreed"),
    ],
)
def test_the_shipped_words_tell_that_a_partnership_was_announced(title: str, language: str, step: str) -> None:
    shipped = load(Path(__file__).parents[3] / "config")
    wanted = article("It rained.", title=title, language=language)
    found = find_steps(wanted, match(shipped, wanted), shipped)["japan-defence"]
    assert [(one.step, one.date) for one in found] == [(step, "2026-07-14")]


def test_what_is_told_at_the_top_without_a_day_is_of_the_day_of_the_beginning(watchlists: Watchlists) -> None:
    report = article(
        "Japan and Indonesia agreed on Friday to build a ship.",
        "The ministers of Japan and Indonesia met in Jakarta.",
        "A paper of Japan and Indonesia was signed.",
        "Japan and Indonesia held talks.",
    )
    dates = {step.step: (step.date, step.date_from) for step in steps(watchlists, report)}
    assert dates["talks"] == dates["agreed"] == ("2026-07-10", "sentence")


def test_a_list_of_all_treaties_is_read_as_far_as_news_goes(watchlists: Watchlists) -> None:
    days = (f"Japan and Indonesia signed on {1 + number % 28} May {1950 + number % 70}." for number in range(2000))
    assert len(steps(watchlists, article(" ".join(days)))) <= MOST_STEPS
