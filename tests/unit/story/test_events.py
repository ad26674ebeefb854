"""Which articles report one event, and by what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.model import Article
from bot.story.background import Background
from bot.story.events import Kind, conflict, likeness, place
from bot.story.facts import Facts, facts
from bot.story.traces import sought, traces

NOON = datetime(2026, 5, 26, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
DAY = timedelta(days=1)

ENGLISH = (
    "Japan grants three fast boats to Indonesian Navy under OSA",
    "Japan will give three patrol boats worth 2.4 billion yen to the Indonesian Navy, ambassador Hiroshi Tamakoshi "
    "said on Tuesday in Jakarta. The boats of 18 metres go to Natuna, Tarakan and Bitung.",
    "en",
)
INDONESIAN = (
    "Jepang hibahkan tiga kapal cepat untuk TNI AL",
    "Duta besar Hiroshi Tamakoshi di Jakarta, Selasa, menyerahkan hibah OSA senilai 2,4 miliar yen bagi Indonesia. "
    "Kapal patroli sepanjang 18 meter itu ditempatkan di Natuna, Tarakan, dan Bitung.",
    "id",
)
JAPANESE = (
    "インドネシア海軍に高速艇3隻、OSAで24億円",
    "日本政府は26日、インドネシア海軍に警備艇3隻を供与するとジャカルタで表明した。"
    "全長18メートルで、ナトゥナなどに置く。",
    "ja",
)
PHILIPPINE = (
    "Japan to give Philippines five coastal radars under OSA",
    "Japan will give five radars to the Philippines, envoy Endo Kazuya said on Tuesday in Manila. Palawan gets two.",
    "en",
)


def told(report: tuple[str, str, str], after: timedelta = timedelta()) -> Facts:
    title, text, language = report
    return facts(Article(title, title, (text,), text, published=NOON + after, language=language), (), NOON)


def placed(one: Facts, *others: Facts) -> tuple[Kind, int | None]:
    near = {number: [(number * 10, each)] for number, each in enumerate(others, 1)}
    found = place(one, near, Background(), WEEK)
    return found.kind, found.story


def test_an_indonesian_report_joins_the_story_of_an_english_one() -> None:
    assert placed(told(INDONESIAN), told(PHILIPPINE), told(ENGLISH)) == (Kind.EVENT, 2)


def test_a_japanese_report_joins_the_story_of_an_english_one() -> None:
    assert placed(told(JAPANESE), told(PHILIPPINE), told(ENGLISH)) == (Kind.EVENT, 2)


def test_the_same_grant_to_another_country_is_another_event() -> None:
    assert placed(told(PHILIPPINE), told(ENGLISH)) == (Kind.NEW, None)
    assert conflict(told(PHILIPPINE), told(ENGLISH)) == "places"


def test_another_treaty_of_the_same_countries_is_another_event() -> None:
    one = told(("Japan, Philippines sign ACSA", "Japan and the Philippines signed it.", "en"))
    other = told(("Japan, Philippines sign reciprocal access pact", "Japan and the Philippines signed it.", "en"))
    assert conflict(one, other) == "subjects"
    assert placed(one, other) == (Kind.NEW, None)


def test_visits_on_other_days_are_other_events() -> None:
    one = told(("Hayasaka in Jakarta", "The minister met Sjafrie on Tuesday in Jakarta.", "en"))
    other = told(("Hayasaka in Jakarta", "The minister met Sjafrie on Tuesday in Jakarta.", "en"), timedelta(days=7))
    assert conflict(one, other) == "days"


def test_what_was_published_outside_the_window_is_no_candidate() -> None:
    late = told(ENGLISH, WEEK + DAY)
    assert likeness(told(ENGLISH), late, Background(), WEEK) == 0


def test_likeness_fades_with_the_days_between() -> None:
    text = ("Japan and Indonesia talk of frigates", "Sjafrie wants Mogami frigates from Nagasaki.", "en")
    scores = [likeness(told(text), told(text, number * DAY), Background(), WEEK) for number in (0, 2, 5)]
    assert scores[0] > scores[1] > scores[2] > 0


def test_the_reason_names_what_is_shared() -> None:
    found = place(told(INDONESIAN), {1: [(10, told(ENGLISH))]}, Background(), WEEK)
    assert found.other == 10
    assert found.score >= 1
    assert {"tamakoshi", "bitung", "tarakan"} <= set(found.why["names"])
    assert "2.4e+09 jpy" in found.why["numbers"]
    assert found.why["places"] == ("id",)


def test_the_reason_writes_names_as_the_latin_text_does() -> None:
    found = place(told(JAPANESE), {1: [(10, told(ENGLISH))]}, Background(), WEEK)
    assert "natuna" in found.why["names"]


def test_an_article_near_two_stories_joins_one_and_is_tied_to_the_other() -> None:
    found = place(told(INDONESIAN), {1: [(10, told(ENGLISH))], 2: [(20, told(ENGLISH))]}, Background(), WEEK)
    assert found.story == 1
    assert [(tie.story, tie.other) for tie in found.possible] == [(2, 20)]


def test_a_weak_link_is_a_tie_and_no_join() -> None:
    one = told(("Japan gives boats to Indonesia", "Three fast boats go to Natuna, officials said on Tuesday.", "en"))
    other = told(("Kapal Jepang untuk Natuna", "Rakyat Natuna menyambut hibah Jepang bagi Indonesia.", "id"))
    found = place(one, {1: [(10, other)]}, Background(), WEEK)
    assert found.kind is Kind.NEW
    assert [tie.story for tie in found.possible] == [1]


def test_what_many_articles_say_is_worth_little() -> None:
    background = Background.of([told(ENGLISH)] * 50)
    assert background.rarity("n:tamakoshi") < Background().rarity("n:tamakoshi")


def test_the_oldest_articles_are_forgotten() -> None:
    background = Background(remembered=1)
    background.add(told(ENGLISH))
    once = background.rarity("n:tamakoshi")
    background.add(told(PHILIPPINE))
    assert background.rarity("n:tamakoshi") > once


def test_reports_of_one_event_have_traces_in_common_across_languages() -> None:
    for one in (INDONESIAN, JAPANESE):
        assert sought(told(one), Background()) & traces(told(ENGLISH), Background())
