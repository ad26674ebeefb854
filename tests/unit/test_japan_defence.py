"""Judges the shipped watchlist on labelled articles, each half and language apart. It never tunes anything.

The rules are written from the even numbers; the odd ones only measure. `pytest -s` prints every error.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from ruamel.yaml import YAML

from bot.model import Article
from corpora import HALVES, ROOT, Verdict, judge, report, score, shipped, verdicts, written

CORPUS = ROOT / "tests" / "corpus" / "japan_defence"
WATCHLIST, CONCEPT = "japan-defence", "partner"

# What each half must reach: precision, recall, labels; a little less than was measured (even 1.000, 1.000, 1.000; odd
# 0.968, 0.968, 0.960). The odd half, from which no rule is written, says what to expect of unseen articles; it is
# harder than a day's news (features, briefs, standfirsts without news, near misses made to mislead).
FLOORS = {"even": (0.99, 0.99, 0.99), "odd": (0.95, 0.95, 0.95)}


def all_verdicts() -> tuple[Verdict, ...]:
    return verdicts(WATCHLIST, CONCEPT, CORPUS)


def partners(article: Article) -> set[str]:
    return set(judge(WATCHLIST, CONCEPT, article)[1])


@pytest.mark.parametrize("half", HALVES)
def test_the_shipped_watchlist_finds_and_refuses_what_a_reader_would(half: str) -> None:
    chosen = [verdict for verdict in all_verdicts() if verdict.labelled.half == half]
    told = report(chosen)
    print(f"\n{half} half\n{told}")

    result = score(chosen)
    precision, recall, labels = FLOORS[half]
    assert result.precision >= precision, told
    assert result.recall >= recall, told
    assert result.labels >= labels, told


def test_the_corpus_is_large_mixed_and_split_evenly() -> None:
    articles = [verdict.labelled for verdict in all_verdicts()]
    wanted = sum(labelled.wanted for labelled in articles)

    assert len(articles) >= 180
    assert 0.45 <= wanted / len(articles) <= 0.55
    for language in ("en", "id", "ja"):
        assert sum(labelled.article.language == language for labelled in articles) >= 60
    assert all(bool(labelled.labels) == labelled.wanted for labelled in articles)


def test_every_label_of_the_watchlist_is_expected_by_some_article() -> None:
    labels = set(shipped().lists[WATCHLIST].concepts[CONCEPT].labels)

    assert frozenset(labels) == frozenset().union(*(verdict.labelled.labels for verdict in all_verdicts()))


def test_a_dateline_with_the_outlets_name_is_no_partner() -> None:
    standfirst = "Jakarta, CNN Indonesia -- Jepang dan Filipina meneken pakta pertahanan."

    assert partners(written("Pakta baru", standfirst, "Jepang senang.", language="id")) == {"philippines"}


def test_the_city_where_one_meets_is_no_partner() -> None:
    lead = "The ministers spoke of maritime security on the sidelines of a regional forum."

    assert partners(written("Japan, Vietnam defence chiefs meet in Manila", lead)) == {"vietnam"}


def test_the_city_alone_stands_for_the_partner() -> None:
    lead = "The minister will sign an access agreement and inspect a frigate."

    assert partners(written("Japan's defence minister in Manila for talks", lead)) == {"philippines"}


def test_all_who_take_part_in_an_exercise_are_labels_though_the_headline_names_two() -> None:
    lead = "Warships from Japan, the Philippines, the United States and Australia began a joint exercise on Monday."
    article = written("Japan, Philippines begin naval drill", lead)

    assert partners(article) == {"philippines", "united_states", "australia"}


def test_a_comparison_with_other_pacts_adds_no_label() -> None:
    lead = "Japan and the Philippines signed an access agreement, the third after those with Australia and Britain."

    assert partners(written("Japan, Philippines sign troop pact", lead)) == {"philippines"}


def test_headline_and_lead_together_say_what_neither_says_alone() -> None:
    lead = "The agreement lets Japan and Germany share classified information, both said."

    assert partners(written("Berlin signs deal to share secrets", lead)) == {"germany"}


def test_the_ministry_of_another_country_is_not_taken_for_indonesias() -> None:
    lead = "KYIV - Ukraina dan Jepang meneken perjanjian untuk menguji drone pencegat."
    article = written("Kyiv-Tokyo Teken Kerja Sama Drone, Kemhan Ukraina Puas", lead, language="id")

    assert partners(article) == {"ukraine"}


def test_who_loses_the_contest_is_no_partner() -> None:
    lead = "Australia chose the Mogami-class frigate built by Mitsubishi Heavy Industries, officials said."

    assert partners(written("Japan beats Germany to win Australian frigate contract", lead)) == {"australia"}


def test_waters_named_after_a_country_are_no_partner_but_its_navy_is() -> None:
    sea = "Kapal induk Prancis dan kapal perusak Jepang menggelar latihan bersama di Laut Filipina."
    navy = "Kapal perusak Jepang menggelar latihan bersama Angkatan Laut Filipina."

    assert partners(written("Kapal Induk Berlatih dengan Jepang", sea, language="id")) == {"france"}
    assert partners(written("Kapal Perusak Jepang Berlatih", navy, language="id")) == {"philippines"}


def test_police_who_hunt_criminals_together_are_no_match() -> None:
    lead = "Kapolri Jenderal Listyo Sigit Prabowo menerima kunjungan kepala kepolisian Jepang di Jakarta, Kamis."

    assert not partners(written("Polri dan Kepolisian Jepang Perkuat Kerja Sama", lead, language="id"))


def test_a_pact_of_a_partner_with_a_third_country_is_no_match_though_japan_comments() -> None:
    lead = "オーストラリアとパプアニューギニアは相互防衛条約に署名した。日本の防衛相は歓迎した。"

    assert not partners(written("豪とパプアが防衛条約", "両国は条約に署名した。", lead, language="ja"))


def test_a_ship_that_is_merely_based_in_japan_does_not_make_japan_a_party() -> None:
    lead = "The USS Higgins, based in Yokosuka, Japan, sailed through the strait on Saturday, the 7th Fleet said."

    assert not partners(written("U.S. Navy destroyer transits Taiwan Strait", lead))


def test_a_match_on_the_ships_deck_does_not_make_a_port_call_sport() -> None:
    lead = "Awak kapal latih Jepang dan Angkatan Laut Vietnam akan bertanding voli dan berlatih komunikasi di laut."

    assert partners(written("Kapal Latih Jepang Kunjungi Cam Ranh", lead, language="id")) == {"vietnam"}


def test_the_government_that_a_japanese_paper_leaves_unnamed_is_japans() -> None:
    lead = "政府はウクライナとの装備移転の協定に向け、交渉に入る方針を固めた。"

    assert partners(written("ウクライナと装備移転で交渉へ", lead, language="ja")) == {"ukraine"}


def test_another_countrys_government_is_not_taken_for_japans() -> None:
    lead = "フランス政府はウクライナに戦闘機を供与する協定に署名した。"

    assert not partners(written("ウクライナに戦闘機", lead, language="ja"))


def test_stocks_of_missiles_do_not_make_a_report_one_on_shares() -> None:
    lead = "Japan and the United States agreed to raise output of interceptor missiles as stocks run low."

    assert partners(written("Washington, Tokyo to build more interceptors", lead)) == {"united_states"}


def test_a_quiz_is_no_match_though_it_asks_about_frigates() -> None:
    lead = "How many frigates does Australia buy from Japan under the defence deal?"

    assert not partners(written("Weekend quiz: Japan, Australia and the rest of the week", lead))


def test_japans_word_on_a_war_of_others_is_no_cooperation() -> None:
    lead = "Thai and Cambodian soldiers exchanged fire along their border for a third day."

    assert not partners(written("Thai army, Cambodian troops trade fire; Japan urges calm", lead))


def test_links_to_other_stories_are_no_match() -> None:
    article = written(
        "Indonesia's Mount Semeru spews ash",
        "Mount Semeru in Indonesia's East Java sent ash into the sky on Saturday night.",
        "Read also: Japan, Indonesia hold 2+2 meeting in Tokyo",
        "Read also: Japanese warships visit Tanjung Priok for joint exercise with Indonesian navy",
        "Read also: Japan's defence minister to inspect Mogami frigate with Indonesian counterpart",
    )

    assert not partners(article)


def test_the_shipped_sources_are_many_distinct_and_in_real_time_zones() -> None:
    sources = YAML(typ="safe").load(ROOT / "config" / "sources.yaml")["sources"]
    feeds = [feed if isinstance(feed, str) else feed["url"] for source in sources for feed in source["feeds"]]

    assert len(feeds) >= 45
    assert len(set(feeds)) == len(feeds)
    assert len({source["name"] for source in sources}) == len(sources)
    assert {"en", "id", "ja"} <= {source["language"] for source in sources}
    for source in sources:
        ZoneInfo(source["timezone"])
