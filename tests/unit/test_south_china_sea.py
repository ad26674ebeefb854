"""Judges the shipped watchlist on incidents in the South China Sea, each half of the corpus apart. It never tunes
anything.

The rules are written from the even numbers; the odd ones only measure. `pytest -s` prints every error.
"""

from __future__ import annotations

import pytest

from bot.model import Priority
from bot.watch import match
from corpora import HALVES, ROOT, judge, report, score, shipped, verdicts, written

CORPUS = ROOT / "tests" / "corpus" / "south_china_sea"
WATCHLIST = "south-china-sea"

# What each half must reach: precision, recall, labels; a little less than was measured (even 1.000, 1.000, 0.911; odd
# 0.979, 1.000, 0.936). The odd half shares its kinds of news with the even one. In ten further sets of 23 to 40
# articles, each measured once before anything was learnt from it, recall rose from 0.71 to 0.93 and precision from 0.94
# to 1.00, with 0.68 and 0.75 as the worst; most of the missed were features that name no party in headline or lead.
FLOORS = {"even": (0.98, 0.98, 0.88), "odd": (0.95, 0.97, 0.90)}


@pytest.mark.parametrize("half", HALVES)
def test_the_shipped_watchlist_finds_and_refuses_what_a_reader_would(half: str) -> None:
    chosen = [verdict for verdict in verdicts(WATCHLIST, "actor", CORPUS) if verdict.labelled.half == half]
    told = report(chosen)
    print(f"\n{half} half\n{told}")

    result = score(chosen)
    precision, recall, labels = FLOORS[half]
    assert result.precision >= precision, told
    assert result.recall >= recall, told
    assert result.labels >= labels, told


def test_the_corpus_is_large_mixed_and_split_evenly() -> None:
    articles = [verdict.labelled for verdict in verdicts(WATCHLIST, "actor", CORPUS)]
    wanted = sum(labelled.wanted for labelled in articles)

    assert len(articles) >= 180
    assert 0.45 <= wanted / len(articles) <= 0.55
    for language in ("en", "id", "ja"):
        assert sum(labelled.article.language == language for labelled in articles) >= 55
    assert all(bool(labelled.labels) == labelled.wanted for labelled in articles)


def test_every_party_of_the_watchlist_is_expected_by_some_article() -> None:
    parties = set(shipped().lists[WATCHLIST].concepts["actor"].labels)
    expected = (verdict.labelled.labels for verdict in verdicts(WATCHLIST, "actor", CORPUS))

    assert frozenset(parties) == frozenset().union(*expected)


def test_water_cannon_is_urgent_and_a_protest_is_not() -> None:
    used = written(
        "Chinese ship fires water cannon at Philippine boat off Scarborough Shoal",
        "A Chinese coast guard ship fired water cannon at a Philippine boat off Scarborough Shoal on Monday.",
    )
    resented = written(
        "Manila protests over Chinese vessels in West Philippine Sea",
        "The Philippines has protested over the illegal presence of Chinese vessels in the West Philippine Sea.",
    )

    assert Priority.URGENT in {answer.priority for answer in match(shipped(), used) if answer.watchlist == WATCHLIST}
    assert Priority.URGENT not in {
        answer.priority for answer in match(shipped(), resented) if answer.watchlist == WATCHLIST
    }
    assert judge(WATCHLIST, "actor", resented)[0]


def test_the_name_of_the_sea_does_not_make_china_a_party() -> None:
    article = written(
        "Malaysia detains Vietnamese boats in South China Sea",
        "Malaysia detained three Vietnamese fishing boats in the South China Sea off Terengganu on Sunday.",
    )

    assert judge(WATCHLIST, "actor", article)[1] == {"malaysia", "vietnam"}


def test_a_report_is_filed_under_the_reef_in_its_headline_not_under_one_it_recalls() -> None:
    article = written(
        "Chinese ship rams Philippine boat at Sabina Shoal",
        "A Chinese coast guard ship rammed a Philippine boat on Monday, the Philippine coast guard said.",
        "Boats collided at Second Thomas Shoal last year.",
    )

    assert judge(WATCHLIST, "place", article)[1] == {"sabina"}


def test_talks_that_recall_clashes_are_no_match() -> None:
    article = written(
        "ASEAN, China resume talks on code of conduct",
        "ASEAN and China resumed talks on a code of conduct for the South China Sea on Monday.",
        "Chinese coast guard ships have rammed Philippine boats and fired water cannon at Scarborough Shoal.",
    )

    assert not judge(WATCHLIST, "actor", article)[0]


def test_the_same_thing_in_another_sea_is_no_match() -> None:
    article = written(
        "Chinese coast guard ships chase Japanese fishing boat near Senkakus",
        "Chinese coast guard ships chased a Japanese fishing boat near the Senkaku islands in the East China Sea.",
        "China has behaved likewise in the South China Sea.",
    )

    assert not judge(WATCHLIST, "actor", article)[0]


def test_off_natuna_a_foreign_boat_is_a_match_and_a_smuggler_of_the_place_is_not() -> None:
    foreign = written(
        "Kapal ikan asing ditangkap di Natuna",
        "KRI Kujang menangkap sebuah kapal ikan asing di perairan Natuna, Senin.",
        language="id",
    )
    domestic = written(
        "Kapal pembawa rokok ditangkap di Natuna",
        "Bea Cukai menangkap sebuah kapal pembawa rokok tanpa cukai di perairan Natuna, Senin.",
        language="id",
    )

    assert judge(WATCHLIST, "actor", foreign)[0]
    assert not judge(WATCHLIST, "actor", domestic)[0]


def test_a_storm_that_drives_ships_together_there_is_no_match() -> None:
    article = written(
        "台風で中国漁船同士が衝突　南シナ海",
        "南シナ海で5日、台風を避けようとした中国漁船2隻が衝突し、中国海警局の船が乗組員を捜している。",
        language="ja",
    )

    assert not judge(WATCHLIST, "actor", article)[0]
