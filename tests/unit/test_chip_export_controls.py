"""Judges the shipped watchlist on semiconductor export controls, each half and language apart. It never tunes anything.

The rules are written from the even numbers; the odd ones only measure.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import corpora

WATCHLIST = "chip-export-controls"
CORPUS = Path(__file__).parents[1] / "corpus" / "chip_export_controls"

# What each half must reach: precision, recall, labels; a little less than was measured (even 1.000, 0.980, 0.980; odd
# 0.980, 0.962, 0.940). The odd half, from which no rule is written, says what to expect of unseen articles.
FLOORS = {"even": (0.98, 0.96, 0.96), "odd": (0.96, 0.94, 0.92)}


def found(title: str, *paragraphs: str, language: str = "en") -> tuple[tuple[str, ...], frozenset[str]]:
    """The rules that match an article written for one test, and its parties."""
    return corpora.judge(WATCHLIST, "party", corpora.written(title, *paragraphs, language=language))


@pytest.mark.parametrize("half", corpora.HALVES)
def test_the_shipped_watchlist_finds_and_refuses_what_a_reader_would(half: str) -> None:
    chosen = [verdict for verdict in corpora.verdicts(WATCHLIST, "party", CORPUS) if verdict.labelled.half == half]
    told = corpora.report(chosen, errors=half == "even")
    print(f"\n{half} half\n{told}")

    result = corpora.score(chosen)
    precision, recall, labels = FLOORS[half]
    assert result.precision >= precision, told
    assert result.recall >= recall, told
    assert result.labels >= labels, told


def test_the_corpus_is_large_mixed_and_split_evenly() -> None:
    articles = corpora.corpus(CORPUS)
    wanted = sum(labelled.wanted for labelled in articles)

    assert len(articles) >= 200
    assert 0.45 <= wanted / len(articles) <= 0.55
    for language in ("en", "id", "ja"):
        assert sum(labelled.article.language == language for labelled in articles) >= 60
    assert all(bool(labelled.labels) == labelled.wanted for labelled in articles)


def test_every_label_of_the_watchlist_is_expected_by_some_article() -> None:
    labels = set(corpora.shipped().lists[WATCHLIST].concepts["party"].labels)

    assert labels == set().union(*(labelled.labels for labelled in corpora.corpus(CORPUS)))


def test_a_controlled_metal_counts_though_chips_are_not_in_the_headline() -> None:
    lead = "China has stopped issuing permits for shipments of gallium, traders said."

    rules, parties = found("Gallium price doubles", lead)

    assert "minerals" in rules
    assert parties == {"china"}


def test_export_controls_on_other_goods_are_no_match_though_chips_are_mentioned() -> None:
    lead = "Indonesia will keep its export ban on nickel ore, the minister said."
    passing = "The export curbs on chips between the United States and China were not discussed."

    assert found("Indonesia keeps export ban on nickel ore", lead, passing)[0] == ()


def test_earnings_that_mention_the_controls_in_passing_are_no_match() -> None:
    lead = "Nvidia reported quarterly revenue of $57 billion, ahead of expectations."
    passing = "The outlook assumes no shipments to China, where export controls limit what it can sell."

    assert found("Nvidia revenue beats forecasts", lead, passing)[0] == ()


def test_the_cost_of_a_control_in_the_headline_outweighs_the_earnings_beside_it() -> None:
    lead = "Nvidia said a new US licence requirement for sales of its H20 chip to China would cost it $5.5 billion."

    rules, parties = found("Nvidia profit hit as export curbs halt H20 sales", lead)

    assert "control" in rules
    assert parties == {"united_states", "china"}


def test_smuggled_chips_are_a_match_and_smuggled_lobsters_are_none() -> None:
    chips = "Federal prosecutors charged two men with smuggling Nvidia processors to China without a licence."
    lobsters = "Customs officers arrested two men for smuggling lobsters to China without a licence."

    assert "enforcement" in found("Two charged over GPUs", chips)[0]
    assert found("Two charged over lobsters", lobsters)[0] == ()


def test_a_dateline_with_the_outlets_name_is_no_party() -> None:
    lead = "Jakarta, CNBC Indonesia - Amerika Serikat memperketat larangan ekspor cip AI ke China."

    assert found("AS perketat ekspor cip", lead, language="id")[1] == {"united_states", "china"}


def test_links_to_other_stories_are_no_match() -> None:
    paragraphs = (
        "SK Hynix of South Korea named a new head of its memory chip division on Friday.",
        "Read also: US tightens chip export curbs on China",
        "Read also: Two charged with smuggling Nvidia chips to China without export licences",
        "Read also: Dutch restrict sales of ASML machines as export controls bite",
    )

    assert found("SK Hynix names new head of chip division", *paragraphs)[0] == ()


def test_crisps_and_pet_chips_are_no_semiconductors() -> None:
    crisps = "Malaysia has tightened export licences for potato chips, makers said."
    pets = "犬を海外に連れて行くには、マイクロチップと輸出検疫の許可が必要になると日本の農水省が発表した。"

    assert found("Malaysia curbs exports of potato chips", crisps)[0] == ()
    assert found("犬のマイクロチップ、輸出に許可制", pets, language="ja")[0] == ()
