"""What happened so far: which reports tell of one step of one event, when it was, and how it is shown."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count, permutations

import pytest

from bot.model import Article, Basis, Match, Part, Priority, Report, Source, Step, Story
from bot.story.accounts import Account, last_day
from bot.story.chronicle import Entry, chronicle, current_step
from bot.story.gathering import gathered

RANKS = ("visit", "talks", "agreed", "signed", "in_force", "exercise")
INDONESIA = [("partner", "indonesia")]
TIERS = {"antara": 1, "kyodo": 1, "times": 2}

_ids = count(1)


def when(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T06:00").replace(tzinfo=UTC)


def step(
    date: str,
    name: str = "signed",
    *labels: str,
    at: Part | int = 0,
    said: bool = True,
    sentence: str = "",
) -> Step:
    """A step told in a part, or in a paragraph of the body; `said` where its sentence says the date."""
    part, paragraph = (Part.BODY, at) if isinstance(at, int) else (at, None)
    named = {"partner": labels or ("indonesia",)}
    return Step(
        "step", name, RANKS.index(name), named, date, "sentence" if said else "published", part, paragraph, sentence
    )


def told(
    one: Step,
    published: str,
    *,
    by: str = "blog",
    story: int = 1,
    article: int = 0,
    title: str = "",
    apart: frozenset[int] = frozenset(),
    **more: object,
) -> Account:
    """An article's word for a step; each is another article unless `article` says which."""
    number = article or next(_ids) + 1000
    found = Article(
        f"https://{by}.example/{number}",
        title or f"Title {number}",
        (),
        published=when(published),
        source=Source(by, by, tier=TIERS.get(by, 3), family=by),
        **more,  # type: ignore[arg-type]  # fields of an article
    )
    return Account(one, story, number, found, when(published), apart)


def lines(*accounts: Account) -> list[tuple[str, str]]:
    return [(entry.date, entry.step) for entry in chronicle(accounts, INDONESIA)]


def only(*accounts: Account) -> Entry:
    (entry,) = chronicle(accounts, INDONESIA)
    return entry


# --- one event, many reports ------------------------------------------------------------------------------------------


def test_reports_of_one_signing_in_three_languages_are_one_line_with_all_sources_the_earliest_first() -> None:
    entry = only(
        told(step("2026-11-19"), "2026-11-20", by="times", language="en"),
        told(step("2026-11-19"), "2026-11-19", by="kyodo", language="ja"),
        told(step("2026-11-20", said=False), "2026-11-20", by="antara", story=2, language="id"),
    )
    assert (entry.date, entry.date_from) == ("2026-11-19", "sentence")
    assert [source.article.language for source in entry.sources] == ["ja", "en", "id"]
    assert entry.stories == (1, 2)


def test_a_publisher_is_one_source_by_its_earliest_report() -> None:
    entry = only(
        told(step("2026-11-19"), "2026-11-20", by="kyodo", article=2),
        told(step("2026-11-19"), "2026-11-19", by="kyodo", article=1),
    )
    assert [source.article_id for source in entry.sources] == [1]


def test_two_steps_of_one_day_are_two_lines_in_their_order() -> None:
    assert lines(told(step("2026-11-19", "signed"), "2026-11-19"), told(step("2026-11-19", "talks"), "2026-11-19")) == [
        ("2026-11-19", "talks"),
        ("2026-11-19", "signed"),
    ]


def test_two_visits_a_week_apart_are_two_lines() -> None:
    first, second = step("2026-11-05", "visit"), step("2026-11-12", "visit")
    assert len(lines(told(first, "2026-11-05", story=1), told(second, "2026-11-12", story=2))) == 2


def test_days_one_apart_are_one_event_by_the_zones_of_its_reporters() -> None:
    assert lines(
        told(step("2026-11-19"), "2026-11-19", by="kyodo", story=1),
        told(step("2026-11-19"), "2026-11-19", by="times", story=2),
        told(step("2026-11-20"), "2026-11-20", by="antara", story=3),
    ) == [("2026-11-19", "signed")]


def test_days_three_apart_are_one_event_within_a_story_only() -> None:
    first, last = step("2026-11-14", "exercise"), step("2026-11-17", "exercise")
    assert len(lines(told(first, "2026-11-14"), told(last, "2026-11-17"))) == 1
    assert len(lines(told(first, "2026-11-14"), told(last, "2026-11-17", story=2))) == 2


def test_two_days_that_one_article_tells_of_are_two_events() -> None:
    first, second = step("2026-11-14", "talks"), step("2026-11-15", "talks")
    assert len(lines(told(first, "2026-11-16", article=1), told(second, "2026-11-16", article=1))) == 2


def test_the_day_of_most_publishers_is_the_date() -> None:
    accounts = [
        told(step("2026-11-20"), "2026-11-20", by="kyodo"),
        told(step("2026-11-19"), "2026-11-20", by="blog"),
        told(step("2026-11-19"), "2026-11-20", by="times"),
    ]
    assert {only(*order).date for order in permutations(accounts)} == {"2026-11-19"}


def test_neighbouring_days_do_not_become_one_event_link_by_link() -> None:
    accounts = [told(step(f"2026-11-{10 + each}", "talks"), f"2026-11-{10 + each}", story=each) for each in range(1, 7)]
    assert len(lines(*accounts)) >= 3


# --- dates of three precisions ----------------------------------------------------------------------------------------


def test_a_month_is_that_of_the_day_in_it() -> None:
    assert lines(
        told(step("2018-05", at=4), "2026-11-20", story=2), told(step("2018-05-17", at=4), "2026-11-01", story=1)
    ) == [("2018-05-17", "signed")]


def test_a_report_that_says_only_the_month_may_be_the_first_source() -> None:
    entry = only(
        told(step("2026-11-02"), "2026-11-05", by="times"),
        told(step("2026-11", at=Part.LEAD), "2026-11-03", by="kyodo"),
    )
    assert [source.family for source in entry.sources] == ["kyodo", "times"]


def test_a_year_is_that_of_the_month_in_it() -> None:
    assert lines(
        told(step("2018", at=4), "2026-11-20", story=2), told(step("2018-05", at=4), "2026-11-01", story=1)
    ) == [("2018-05", "signed")]


def test_a_month_is_not_that_of_a_day_in_another() -> None:
    assert len(lines(told(step("2018-06"), "2026-11-20"), told(step("2018-05-17"), "2026-11-01"))) == 2


def test_a_month_that_a_sentence_says_goes_before_the_day_of_publication() -> None:
    entry = only(
        told(step("2026-11-20", said=False), "2026-11-20", by="kyodo"), told(step("2026-11"), "2026-11-20", by="blog")
    )
    assert (entry.date, entry.date_from) == ("2026-11", "sentence")


@pytest.mark.parametrize(
    ("said", "last"),
    [("2024", "2024-12-31"), ("2024-02", "2024-02-29"), ("2023-12", "2023-12-31"), ("2024-02-03", "2024-02-03")],
)
def test_a_month_and_a_year_end_with_their_last_day(said: str, last: str) -> None:
    assert last_day(said).isoformat() == last


def test_lines_stand_in_the_order_of_their_dates_the_vaguer_first() -> None:
    dates = ["2018-05-17", "2026", "2018", "2018-05"]
    steps = [step(date, RANKS[place]) for place, date in enumerate(dates)]
    accounts = [told(one, "2026-11-20", story=place) for place, one in enumerate(steps)]
    assert [date for date, _ in lines(*accounts)] == ["2018", "2018-05", "2018-05-17", "2026"]


# --- reports without a date -------------------------------------------------------------------------------------------


def test_a_step_without_a_date_is_of_its_first_report() -> None:
    entry = only(told(step("2026-11-21", said=False), "2026-11-21"), told(step("2026-11-20", said=False), "2026-11-20"))
    assert (entry.date, entry.date_from) == ("2026-11-20", "published")


def test_reports_without_a_date_are_one_event_in_whatever_order_they_come() -> None:
    first, last = (told(step(day, said=False), day) for day in ("2026-11-12", "2026-11-20"))
    assert lines(last, first) == lines(first, last) == [("2026-11-12", "signed")]


def test_a_report_without_a_date_is_news_of_the_event_of_its_story() -> None:
    dated, undated = step("2026-11-12"), step("2026-11-20", said=False)
    assert len(lines(told(dated, "2026-11-12"), told(undated, "2026-11-20"))) == 1
    assert len(lines(told(dated, "2026-11-12"), told(undated, "2026-11-20", story=2))) == 2


def test_a_report_without_a_date_is_of_its_own_story_rather_than_of_a_better_attested_one() -> None:
    accounts = [
        told(step("2026-11-18", "visit"), "2026-11-18", by="kyodo", story=1),
        told(step("2026-11-18", "visit"), "2026-11-18", by="times", story=1),
        told(step("2026-11-14", "visit"), "2026-11-15", by="antara", story=2),
        told(step("2026-11-19", "visit", said=False), "2026-11-19", by="blog", story=2),
    ]
    assert [len(entry.sources) for entry in chronicle(accounts, INDONESIA)] == [2, 2]


def test_a_passing_word_without_a_date_retells_what_was_reported_before() -> None:
    passing = told(step("2026-11-20", at=5, said=False), "2026-11-20", story=2)
    entry = only(told(step("2026-03-02"), "2026-03-02"), passing)
    assert (entry.date, len(entry.sources)) == ("2026-03-02", 1)


def test_a_passing_word_of_what_nobody_else_tells_is_a_line() -> None:
    passing = told(step("2026-11-20", at=5, said=False), "2026-11-20", story=2)
    assert lines(passing) == [("2026-11-20", "signed")]
    assert len(lines(told(step("2026-03-02", "talks"), "2026-03-02"), passing)) == 2


def test_a_signing_at_the_top_of_a_report_is_a_new_one_though_there_was_one_before() -> None:
    new = told(step("2026-11-20", at=0, said=False), "2026-11-20", story=2)
    assert lines(told(step("2026-03-02"), "2026-03-02"), new) == [("2026-03-02", "signed"), ("2026-11-20", "signed")]


# --- what is retold ---------------------------------------------------------------------------------------------------


def test_a_report_that_retells_a_signing_of_last_year_gives_a_line_last_year() -> None:
    entry = only(told(step("2025-11-19", at=3), "2026-11-20"))
    assert (entry.date, entry.recalled) == ("2025-11-19", True)


def test_a_retold_signing_joins_the_line_that_is_there_which_keeps_its_own_headline_and_sentence() -> None:
    then = told(step("2025-11-19", sentence="They signed."), "2025-11-19", by="blog", title="They sign")
    now = told(step("2025-11-19", at=3, sentence="They had signed."), "2026-11-20", by="kyodo", story=2)
    entry = only(now, then)
    assert (entry.headline, entry.sentence, entry.recalled) == ("They sign", "They signed.", False)
    assert [source.family for source in entry.sources] == ["blog", "kyodo"]


def test_a_headline_that_looks_back_is_no_new_signing() -> None:
    title = told(step("2026-11-20", at=Part.TITLE, said=False), "2026-11-20", article=1)
    assert lines(title, told(step("2025-11-19", at=0), "2026-11-20", article=1)) == [("2025-11-19", "signed")]


def test_a_headline_is_news_where_its_article_mentions_an_old_date_further_down() -> None:
    title = told(step("2026-11-20", at=Part.TITLE, said=False), "2026-11-20", article=1)
    assert len(lines(title, told(step("2025-11-19", at=5), "2026-11-20", article=1))) == 2


def test_a_headline_of_this_year_does_not_look_back_on_it() -> None:
    title = told(step("2026-11-20", at=Part.TITLE, said=False), "2026-11-20", article=1)
    assert lines(title, told(step("2026", at=0), "2026-11-20", article=1)) == [("2026-11-20", "signed")]


# --- whom it concerns -------------------------------------------------------------------------------------------------


def test_an_event_of_three_names_all_of_them() -> None:
    entry = only(
        told(step("2026-11-19", "exercise", "indonesia", "australia"), "2026-11-19", by="kyodo"),
        told(step("2026-11-19", "exercise", "indonesia"), "2026-11-19", by="antara", story=2),
    )
    assert entry.labels == {"partner": ("indonesia", "australia")}


def test_a_report_of_the_same_story_that_names_another_party_alone_is_a_source() -> None:
    entry = only(
        told(step("2026-11-19", "exercise", "indonesia", "australia"), "2026-11-19", by="kyodo"),
        told(step("2026-11-19", "exercise", "australia"), "2026-11-19", by="times"),
    )
    assert [source.family for source in entry.sources] == ["kyodo", "times"]


def test_signings_of_one_day_with_different_partners_stay_apart() -> None:
    with_both = [
        told(step("2026-11-19", "signed", "indonesia"), "2026-11-19", article=1),
        told(step("2026-11-19", "signed", "australia"), "2026-11-19", article=1),
    ]
    assert only(*with_both).labels == {"partner": ("indonesia",)}


def test_talks_of_one_day_in_two_groups_stay_apart() -> None:
    assert (
        len(
            lines(
                told(step("2026-11-19", "talks", "indonesia", "australia"), "2026-11-19", story=1),
                told(step("2026-11-19", "talks", "indonesia", "india"), "2026-11-19", story=2),
            )
        )
        == 2
    )


def test_what_concerns_others_alone_is_left_out() -> None:
    assert lines(told(step("2026-11-19", "talks", "australia"), "2026-11-19")) == []


# --- what is quoted ---------------------------------------------------------------------------------------------------


def test_headline_and_sentence_are_of_the_best_source_then_the_earliest_report() -> None:
    entry = only(
        told(step("2026-11-19", sentence="of a blog"), "2026-11-19", by="blog", title="Blog"),
        told(step("2026-11-19", sentence="of Antara"), "2026-11-21", by="antara", title="Antara"),
        told(step("2026-11-19", sentence="of Kyodo"), "2026-11-20", by="kyodo", title="Kyodo"),
    )
    assert (entry.headline, entry.sentence) == ("Kyodo", "of Kyodo")


def test_a_headline_is_quoted_only_where_no_sentence_says_it() -> None:
    title = told(step("2026-11-19", at=Part.TITLE, said=False, sentence="Title"), "2026-11-19", by="kyodo")
    body = told(step("2026-11-19", sentence="A sentence."), "2026-11-19", by="blog")
    assert (only(title).sentence, only(title, body).sentence) == ("Title", "A sentence.")


def test_the_sentence_names_the_label_that_was_asked_for() -> None:
    entry = only(
        told(step("2026-11-19", "exercise", "australia", sentence="Australia"), "2026-11-19", by="kyodo"),
        told(step("2026-11-19", "exercise", "indonesia", "australia", sentence="both"), "2026-11-20", by="blog"),
    )
    assert entry.sentence == "both"


def test_a_chronicle_is_the_same_in_whatever_order_its_articles_come() -> None:
    accounts = [
        told(step("2026-11-19", sentence="a"), "2026-11-19", by="kyodo", article=1),
        told(step("2026-11-20", sentence="b"), "2026-11-20", by="times", article=2, story=2),
        told(step("2026-11", sentence="c"), "2026-11-22", by="blog", article=3, story=3),
        told(step("2026-11-21", said=False, sentence="d"), "2026-11-21", by="antara", article=4),
        told(step("2026-11-25", "signed", "indonesia", "india", sentence="e"), "2026-11-25", article=5, story=5),
    ]
    made = {repr(chronicle(order, INDONESIA)) for order in permutations(accounts)}
    assert len(made) == 1


def test_every_account_is_told_once_at_most() -> None:
    accounts = [told(step(f"2026-11-{day:02}"), f"2026-11-{day:02}", story=day) for day in range(1, 29)]
    inside = [one.article_id for line in gathered(accounts) for one in line.accounts]
    assert sorted(inside) == sorted(one.article_id for one in accounts)


# --- where a story stands ---------------------------------------------------------------------------------------------


def story(*published: str | None, label: str = "indonesia") -> Story:
    match = Match("w", "r", Priority.NORMAL, {"partner": (label,)}, ())
    reports = tuple(
        Report(
            number,
            Article(f"https://a.example/{number}", "T", (), published=None if day is None else when(day)),
            when(day or "2026-11-20"),
            (match,),
        )
        for number, day in enumerate(published)
    )
    return Story(1, "w", reports)


def test_a_story_stands_at_its_highest_step() -> None:
    steps = [step("2026-11-19", "talks"), step("2026-11-19", "signed"), step("2026-11-18", "agreed")]
    found = current_step(steps, story("2026-11-20"))
    assert found is not None and found.step == "signed"


def test_a_retold_signing_is_no_step_of_a_story_of_talks() -> None:
    steps = [step("2026-11-19", "talks"), step("2025-11-19", "signed", at=0)]
    found = current_step(steps, story("2026-11-20"))
    assert found is not None and found.step == "talks"


@pytest.mark.parametrize(("date", "at", "news"), [
    ("2026-11-17", 1, True),
    ("2026-11-16", 1, False),
    ("2026-11-10", 0, True),
    ("2026-11-10", Part.TITLE, True),
    ("2026-11-09", 0, False),
    ("2026-11-24", 1, True),
    ("2026-11-25", 1, False),
    ("2026-11", 1, True),
    ("2026-10", 1, False),
    ("2026", 0, False),
])  # fmt: skip
def test_a_step_is_news_from_some_days_before_the_first_report_to_the_last(
    date: str, at: Part | int, news: bool
) -> None:
    assert (current_step([step(date, at=at)], story("2026-11-20", "2026-11-23")) is not None) == news


def test_what_stands_further_down_is_another_events_step() -> None:
    talks, signed = step("2026-11-20", "talks", at=0), step("2026-11-20", "signed", at=1)
    assert current_step([talks, signed], story("2026-11-20")) is talks
    assert current_step([signed], story("2026-11-20")) is signed
    assert current_step([step("2026-11-20", "signed", at=2)], story("2026-11-20")) is None


def test_last_weeks_month_is_news_at_the_beginning_of_the_next() -> None:
    assert current_step([step("2026-10")], story("2026-11-03")) is not None


def test_a_step_known_by_publication_alone_is_news() -> None:
    assert current_step([step("2026-11-20", said=False)], story("2026-11-20")) is not None


def test_the_headline_of_an_anniversary_is_no_news() -> None:
    title = step("2026-11-20", at=Part.TITLE, said=False)
    assert current_step([title, step("2025-11-19", at=0)], story("2026-11-20")) is None
    assert current_step([title, step("2025-11-19", at=4)], story("2026-11-20")) is title


def test_a_step_of_a_label_the_story_does_not_have_is_not_its_own() -> None:
    assert current_step([step("2026-11-19", "signed", "india")], story("2026-11-20")) is None


def test_a_story_without_a_printed_date_is_of_when_it_was_seen() -> None:
    assert current_step([step("2026-11-19")], story(None)) is not None


def test_a_story_without_steps_stands_nowhere() -> None:
    assert current_step([], story("2026-11-20")) is None


def test_a_better_dated_step_stands_for_one_without_a_date() -> None:
    dated, undated = step("2026-11-19"), step("2026-11-20", said=False)
    assert current_step([undated, dated], story("2026-11-20")) is dated


def test_a_report_from_the_feed_alone_is_no_headline_where_there_is_a_page() -> None:
    feed = told(step("2026-11-19"), "2026-11-19", by="kyodo", title="Feed", basis=Basis.FEED)
    page = told(step("2026-11-19"), "2026-11-20", by="antara", title="Page")
    assert only(feed, page).headline == "Page"


# --- one article, several events --------------------------------------------------------------------------------------


def test_an_article_that_names_two_signings_of_a_day_has_a_word_for_each() -> None:
    accounts = [
        told(step("2026-11-19", "signed", "indonesia", "australia"), "2026-11-19", by="kyodo", story=3),
        told(step("2026-11-19", "signed", "indonesia"), "2026-11-19", by="antara", story=1),
        told(step("2026-11-19", "signed", "australia"), "2026-11-19", by="times", story=2),
    ]
    for order in permutations(accounts):
        entry = only(*order)
        assert entry.labels == {"partner": ("indonesia",)}
        assert {source.family for source in entry.sources} == {"antara", "kyodo"}


def test_reports_of_one_story_that_name_a_party_each_are_one_event_where_another_names_both() -> None:
    entry = only(
        told(step("2026-11-19", "exercise", "indonesia"), "2026-11-19", by="antara"),
        told(step("2026-11-19", "exercise", "australia"), "2026-11-19", by="times"),
        told(step("2026-11-19", "exercise", "indonesia", "australia"), "2026-11-19", by="kyodo"),
    )
    assert len(entry.sources) == 3


def test_a_sentence_that_looks_back_on_a_month_does_not_add_its_other_parties_to_an_event() -> None:
    entry = only(
        told(step("2026-07-14", "signed", "indonesia"), "2026-07-14"),
        told(step("2026-07", "signed", "indonesia", "india", at=4), "2026-08-20", by="times", story=2),
    )
    assert (entry.labels, len(entry.sources)) == ({"partner": ("indonesia",)}, 2)


def test_a_month_said_in_the_story_of_an_event_adds_its_parties() -> None:
    entry = only(
        told(step("2026-07-14", "exercise", "indonesia"), "2026-07-14"),
        told(step("2026-07", "exercise", "indonesia", "australia"), "2026-07-20", by="times"),
    )
    assert (entry.date, entry.labels) == ("2026-07-14", {"partner": ("indonesia", "australia")})


def test_what_a_sentence_says_of_parties_that_no_line_has_is_a_line() -> None:
    accounts = [
        told(step("2026-07-14", "signed", "australia"), "2026-07-14"),
        told(step("2026-07", "signed", "indonesia", "australia", at=4), "2026-08-20", by="times", story=2),
    ]
    assert lines(*accounts) == [("2026-07", "signed")]


def test_a_year_says_less_than_the_day_of_a_report() -> None:
    entry = only(
        told(step("2026-06-30", "visit", said=False), "2026-06-30"),
        told(step("2026", "visit", at=4), "2026-08-20", story=2),
    )
    assert (entry.date, entry.date_from, len(entry.stories)) == ("2026-06-30", "published", 2)


# --- what somebody decided --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("second", "said"), [("2026-11-19", True), ("2026-11-20", True), ("2026-11-20", False)])
def test_stories_that_somebody_called_two_events_are_two_lines(second: str, said: bool) -> None:
    one = told(step("2026-11-19"), "2026-11-19", story=1, apart=frozenset({2}))
    other = told(step(second, said=said), "2026-11-20", story=2, apart=frozenset({1}))
    assert len(lines(one, other)) == 2


def test_a_story_that_is_another_event_may_still_look_back_on_it() -> None:
    one = told(step("2026-03-19"), "2026-03-19", story=1, apart=frozenset({2}))
    other = told(step("2026-03-19", at=4), "2026-11-20", by="times", story=2, apart=frozenset({1}))
    assert len(only(one, other).sources) == 2
