"""Which articles report one event, and by what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Article
from bot.story import events
from bot.story.background import Background
from bot.story.events import Kind, conflict, likeness, place
from bot.story.facts import Facts, facts
from bot.story.similar import in_common
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


def test_another_of_a_series_is_another_event() -> None:
    one = told(("Batam port talks, round 2", "Ridwan Kadir opened them in Batam on Tuesday.", "en"))
    other = told(("Third round of Batam port talks", "Ridwan Kadir opened them in Batam on Tuesday.", "en"))
    assert conflict(one, other) == "series"
    assert placed(one, other) == (Kind.NEW, None)


def test_what_is_enough_where_news_is_mixed_is_not_where_all_news_is_alike() -> None:
    alike = Background.of(told((f"Boats {each}", ENGLISH[1], "en")) for each in range(40))
    assert alike.usual_likeness("en") > 3 * Background().usual_likeness("en")
    assert likeness(told(ENGLISH), told(PHILIPPINE), alike, WEEK) < likeness(
        told(ENGLISH), told(PHILIPPINE), Background(), WEEK
    ) or conflict(told(ENGLISH), told(PHILIPPINE))


def test_a_rare_name_that_both_headlines_have_says_more(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "The actor entered a clinic near the coast and asked for patience, his agent said. Filming is on hold."
    one, same, other = (
        told((f"{name} seeks treatment", text, "en")) for name in ("Dean Calloway", "Actor Calloway", "Marcus Thorne")
    )
    named, unnamed = (likeness(one, each, Background(), WEEK) for each in (same, other))
    monkeypatch.setattr(events, "SAME_NAMES", (1.0, 1.0))
    assert named > 1.2 * likeness(one, same, Background(), WEEK)
    assert unnamed == likeness(one, other, Background(), WEEK)


def test_articles_of_one_moment_are_not_kept_apart_by_weekdays() -> None:
    one = told(("Hayasaka in Jakarta", "The minister met Sjafrie on Tuesday in Jakarta.", "en"))
    other = told(("Hayasaka in Jakarta", "The minister met Sjafrie on Friday in Jakarta.", "en"))
    assert conflict(one, other) is None
    late = told(("Hayasaka in Jakarta", "The minister met Sjafrie on Friday in Jakarta.", "en"), timedelta(hours=1))
    assert conflict(one, late) == "days"


def test_without_a_date_of_publication_only_named_days_count() -> None:
    text = "He came on Monday, after the storm of 14 March 2011."
    article = Article("u", "Storm", (text,), text, language="en")
    assert facts(article, (), NOON).days == ("2011-03-14",)


def test_a_story_of_which_most_articles_are_in_conflict_is_not_joined() -> None:
    boats = ("Boats for Natuna", "Japan will give three patrol boats, ambassador Hiroshi Tamakoshi said.", "en")
    unclear = told(boats)
    rounds = [told((f"Round {each}: boats for Natuna", boats[1], "en")) for each in (2, 2)]
    one = told(("Round 3: boats for Natuna", boats[1], "en"))
    window = {1: [(number, each) for number, each in enumerate((unclear, *rounds))]}
    assert place(unclear, window, Background(), WEEK).kind is Kind.EVENT
    assert place(one, window, Background(), WEEK).kind is Kind.NEW


def test_an_event_that_many_report_is_still_found_by_its_names() -> None:
    reports = [
        told((f"Tamakoshi meets Wibowo {each}", "Hiroshi Tamakoshi met Santo Wibowo in Jakarta.", "en"))
        for each in range(60)
    ]
    background = Background.of(reports)
    assert background.seen("n:tamakoshi") > 0.5
    later = told(("Wibowo and Tamakoshi talk", "Envoy Tamakoshi saw Wibowo.", "en"), timedelta(days=3))
    assert sought(later, background) & traces(reports[0], background)


def test_a_subject_in_common_is_no_more_than_a_word() -> None:
    farm = told(("Minister visits a farm", "Orchards there suffer from drought and from a broken antenna.", "en"))
    canal = told(("Pact on a canal", "Barges will carry gravel past the old antenna before winter.", "en"))
    facts_alike, words_alike = in_common(farm, canal, Background())
    assert 0 < facts_alike <= words_alike


def test_across_languages_a_country_and_its_subjects_alone_join_nothing() -> None:
    talks = (
        "Japan, Indonesia to open talks on transfer of defence equipment",
        "Japan and Indonesia agreed in Jakarta to open formal talks on the transfer of coastal radars. The two defence "
        "ministers said that the first topic would be maintenance.",
        "en",
    )
    envoy = (
        "Wamenhan Terima Dubes Jepang, Bahas Alih Teknologi",
        "Wakil Menteri Pertahanan menerima Duta Besar Jepang untuk Indonesia di Jakarta untuk membahas alih teknologi. "
        "Keduanya membicarakan radar pantai dan perawatan kapal.",
        "id",
    )
    assert placed(told(envoy), told(talks)) == (Kind.NEW, None)
    met = (envoy[0], f"{envoy[1]} Mogami senilai 2,4 miliar yen.", "id")
    same = (talks[0], f"{talks[1]} Mogami ships cost 2.4 billion yen.", "en")
    assert placed(told(met), told(same)) == (Kind.EVENT, 1)


def test_across_languages_many_names_and_amounts_say_more_than_few() -> None:
    few = ("Ferry sinks off Selayar", "The ferry Cahaya sank off Selayar on Monday with many on board.", "en")
    many = (few[0], f"{few[1]} Captain Andi Mahmud and 96 passengers had left Bira for Pamatata.", "en")
    kapal = (
        "Kapal tenggelam di Selayar",
        "Kapal Cahaya tenggelam di Selayar, Senin. Nakhoda Andi Mahmud dan 96 penumpang berangkat dari Bira.",
        "id",
    )
    one, other = told(kapal), told(many)
    more = likeness(one, other, Background(), WEEK)
    assert more > likeness(one, told(few), Background(), WEEK)
    assert events._by_count(one, other, Background()) == events.MANY[-1]
    assert events._by_count(one, told(few), Background()) == events.MANY[2]
