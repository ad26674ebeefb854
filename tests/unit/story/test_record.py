"""What a story says of itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.model import Article, Basis, Evidence, Match, Part, Priority, Report, Source, Step, Story
from bot.story import (
    best_report,
    counted,
    evidence_of,
    first_seen,
    headline,
    labels,
    languages,
    published,
    report_for,
    sources,
    summary,
)
from bot.story.record import merge_labels, merged, said_in

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def source(name: str, tier: int, family: str | None = None) -> Source:
    return Source(name, name.upper(), tier=tier, family=name if family is None else family)


def report(
    name: str,
    tier: int = 3,
    minutes: int = 0,
    *,
    family: str | None = None,
    found: tuple[str, ...] = ("indonesia",),
    basis: Basis = Basis.PAGE,
    printed: int | None = None,
    text: str = "Nothing was said.",
    language: str | None = "en",
) -> Report:
    article = Article(
        url=f"https://{name}.example/{minutes}",
        title=f"{name} at {minutes}",
        paragraphs=(text,),
        lead=text,
        language=language,
        basis=basis,
        published=None if printed is None else NOON + printed * MINUTE,
        source=source(name, tier, family),
    )
    evidence = (Evidence("partner", "indonesia", "said", Part.BODY, 0, 0, 12, 16, "said"),)
    match = Match("w", "r", Priority.NORMAL, {"partner": found}, evidence)
    return Report(minutes, article, NOON + minutes * MINUTE, (match,))


def story(*reports: Report) -> Story:
    return Story(1, "w", reports)


# --- what counts ----------------------------------------------------------------------------------------------------


def needing(made: Report, *asked: tuple[str, int]) -> Report:
    """The report with matches of these rules, each asking for so many publishers."""
    matches = tuple(Match("w", rule, Priority.NORMAL, {}, (), min_sources=number) for rule, number in asked)
    return replace(made, matches=matches)


def counting(*reports: Report) -> list[list[str]]:
    """The rules that count, report by report; empty where there is no story to tell."""
    found = counted(story(*reports))
    return [[match.rule for match in report.matches] for report in found.reports] if found else []


def test_a_match_that_asks_for_nobody_else_counts_alone() -> None:
    made = story(report("a"), report("b", minutes=1))
    assert counted(made) == made


def test_a_match_counts_when_so_many_publishers_have_it_and_not_before() -> None:
    two = [needing(report(name), ("r", 3)) for name in "ab"]
    assert counting(*two) == []
    assert counting(*two, needing(report("c"), ("r", 3))) == [["r"], ["r"], ["r"]]


def test_reprints_within_a_family_and_second_reports_of_a_publisher_do_not_count() -> None:
    paper, sister, again = report("a", family="f"), report("b", family="f"), report("a", minutes=2, family="f")
    assert counting(*(needing(made, ("r", 2)) for made in (paper, sister, again))) == []


def test_a_publisher_without_a_family_is_one_by_its_name() -> None:
    unlisted = [needing(report(name, family=""), ("r", 2)) for name in ("a", "a", "b")]
    assert counting(*unlisted[:2]) == []
    assert len(counting(*unlisted)) == 3


def test_only_articles_that_the_same_rule_matches_count() -> None:
    assert counting(needing(report("a"), ("r", 2)), needing(report("b"), ("q", 2))) == []


def test_of_a_story_told_by_another_rule_only_what_counts_is_told() -> None:
    assert counting(needing(report("a"), ("r", 2), ("q", 1)), needing(report("a"), ("r", 2))) == [["q"]]


def test_each_match_asks_for_what_its_rule_asked_for_when_it_was_found() -> None:
    assert counting(needing(report("a"), ("r", 3)), needing(report("b"), ("r", 2))) == [["r"]]


# --- what it says ---------------------------------------------------------------------------------------------------


def test_the_headline_is_that_of_the_best_tier() -> None:
    assert headline(story(report("blog", 3), report("wire", 1, 5), report("daily", 2, 1))) == "wire at 5"


def test_of_one_tier_the_first_report_gives_the_headline() -> None:
    assert headline(story(report("late", 2, 9), report("early", 2, 3), report("blog", 3))) == "early at 3"


def test_within_a_tier_a_page_is_better_than_a_feeds_summary() -> None:
    best = best_report(story(report("a", 1, 0, basis=Basis.FEED), report("b", 1, 4), report("c", 2)))
    assert best.article.title == "b at 4"


def test_an_article_without_a_source_ranks_last() -> None:
    nobody = Report(1, Article("https://x.example/1", "Nobody's", ("x",)), NOON, ())
    assert headline(story(nobody, report("daily", 2, 5))) == "daily at 5"


def test_reprints_of_a_family_count_once_the_best_report_first_then_by_time() -> None:
    made = story(
        report("blog", 3, 0),
        report("jakarta", 3, 1, family="tribun"),
        report("bandung", 3, 2, family="tribun"),
        report("wire", 1, 3),
        report("wire", 1, 4),
    )
    assert [(family, found.article.title) for family, found in sources(made).items()] == [
        ("wire", "wire at 3"),
        ("blog", "blog at 0"),
        ("tribun", "jakarta at 1"),
    ]


def test_a_source_without_a_family_is_one_of_its_own() -> None:
    assert list(sources(story(report("one", family=""), report("two", family="")))) == ["one", "two"]


def test_labels_are_those_of_all_reports_in_the_order_they_were_captured() -> None:
    made = story(report("a", found=("nato", "indonesia")), report("b", 3, 1, found=("eu", "nato")))
    assert labels(made) == {"partner": ("nato", "indonesia", "eu")}


def test_labels_of_several_concepts_stay_apart() -> None:
    found = [Match("w", "r", Priority.LOW, {"partner": ("eu",), "step": ("signed",)}, ())]
    found.append(Match("w", "q", Priority.LOW, {"step": ("agreed", "signed")}, ()))
    assert merge_labels(found) == {"partner": ("eu",), "step": ("signed", "agreed")}
    assert merge_labels([]) == {}


def test_a_story_is_as_old_as_its_first_report_and_its_earliest_date() -> None:
    made = story(report("a", minutes=5, printed=-10), report("b", minutes=2), report("c", minutes=9, printed=-60))
    assert first_seen(made) == NOON + 2 * MINUTE
    assert published(made) == NOON - 60 * MINUTE
    assert published(story(report("a"))) is None


def test_the_summary_is_the_best_reports_own_words() -> None:
    made = story(report("blog", 3, text="The blog said this."), report("wire", 1, text="The wire said that."))
    assert [said.text for said in summary(made)] == ["The wire said that."]


# --- in the reader's language ---------------------------------------------------------------------------------------


def spoken() -> Story:
    """A story of a wire in Indonesian, a paper and a blog in English, and a paper whose language nobody knows."""
    return story(
        report("blog", 3, text="The blog said so."),
        report("wire", 1, 1, text="Kantor berita said begitu.", language="id"),
        report("paper", 2, 2, text="The paper said this."),
        report("nobody", 2, 3, text="Nobody said that.", language=None),
    )


def test_the_languages_are_those_of_its_reports_each_once_the_first_first() -> None:
    assert languages(spoken()) == ("en", "id")
    assert languages(story(report("a", language=None))) == ()


def test_a_reader_is_quoted_the_best_report_in_the_own_language_and_else_the_best() -> None:
    asked = (None, "id", "en", "ja")
    assert [report_for(spoken(), each).article.title for each in asked] == [
        "wire at 1", "wire at 1", "paper at 2", "wire at 1",
    ]  # fmt: skip
    assert [[said.text for said in summary(spoken(), each)] for each in ("en", "ja")] == [
        ["The paper said this."],
        ["Kantor berita said begitu."],
    ]


def test_key_sentences_come_with_their_report_and_the_words_that_matched() -> None:
    (said,) = summary(spoken(), "en")
    assert said.report.article.title == "paper at 2"
    (said,) = summary(story(report("a")))
    assert [said.text[start:end] for start, end in said.sentence.marks] == ["said"]


def test_where_the_own_language_has_only_a_headline_the_best_report_speaks() -> None:
    bare = report("paper", 2, 2)
    bare = replace(bare, article=replace(bare.article, paragraphs=(), lead=""), matches=())
    made = story(report("wire", 1, text="Kantor berita said begitu.", language="id"), bare)
    assert [said.text for said in summary(made, "en")] == ["Kantor berita said begitu."]
    found = evidence_of(made, "en")
    assert found is not None and found.report.article.title == "wire at 0"
    assert summary(story(bare), "en") == [] and evidence_of(story(bare)) is None


def test_the_sentence_that_matched_is_one_in_the_readers_language() -> None:
    found = [evidence_of(spoken(), each) for each in (None, "en")]
    assert [each.text for each in found if each] == ["Kantor berita said begitu.", "The paper said this."]


def test_the_sentence_of_a_step_has_the_words_of_it_that_matched() -> None:
    made = report("wire", text="First of all. Then nothing was said, and said again.")
    pieces = tuple(Evidence(None, None, "said", Part.BODY, 0, 1, at, at + 4, "said") for at in (31, 41))
    outside = Evidence(None, None, "First", Part.BODY, 0, 0, 0, 5, "First")
    made = replace(made, matches=(Match("w", "r", Priority.NORMAL, {}, (outside, *pieces)),))
    step = Step(
        "step", "said", 0, {}, "2026-03-10", "published", Part.BODY, 0, "Then nothing was said, and said again."
    )
    said = said_in(made, step)
    assert (said.report, said.text) == (made, step.sentence)
    assert [said.text[start:end] for start, end in said.sentence.marks] == ["said", "said"]


# --- a record that grows --------------------------------------------------------------------------------------------


def test_a_story_for_three_publishers_is_none_with_two_and_has_all_that_they_said_with_three() -> None:
    outlets = [("blog", 3, "en"), ("wire", 1, "id"), ("paper", 2, "ja")]
    reports = [
        needing(report(name, tier, minutes, language=language), ("r", 3))
        for minutes, (name, tier, language) in enumerate(outlets)
    ]
    assert counted(story(*reports[:2])) is None
    grown = counted(story(*reports))
    assert grown is not None
    assert (headline(grown), list(sources(grown)), languages(grown)) == (
        "wire at 1",
        ["wire", "blog", "paper"],
        ("en", "id", "ja"),
    )


def test_labels_of_several_rules_are_merged() -> None:
    assert merged([{"partner": ("eu",)}, {"partner": ("eu", "nato"), "step": ("talks",)}]) == {
        "partner": ("eu", "nato"),
        "step": ("talks",),
    }
