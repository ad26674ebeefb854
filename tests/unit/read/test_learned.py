# ruff: noqa: E501 - pages are written as sites send them
"""What a source's pages repeat is learnt from them, and taken off the next ones; what articles say is not."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from bot.model import Reading
from bot.read import furniture, is_copy, report_page

_DUTCH = (
    "de minister zei dat het schip volgend jaar naar de haven van Rotterdam vaart terwijl de marine nieuwe plannen "
    "maakt voor onderzoek kust water brug stad regering overleg partij besluit"
)
_INDONESIAN = (
    "menteri mengatakan kapal itu akan berlayar ke pelabuhan Surabaya tahun depan sementara angkatan laut menyusun "
    "rencana baru untuk penelitian pantai jembatan kota pemerintah rapat partai keputusan anggaran"
)
_JAPANESE = "大臣 艦艇 来年 港湾 海軍 計画 研究 沿岸 橋梁 都市 政府 協議 政党 決定 予算 訓練 演習 条約 輸出 会談 議会 首相 委員会 報告書"
WORDS = {"nl": _DUTCH.split(), "id": _INDONESIAN.split(), "ja": _JAPANESE.split()}


def sentence(dice: random.Random, language: str) -> str:
    if language == "ja":
        return "は".join(dice.sample(WORDS["ja"], 3)) + "を" + "の".join(dice.sample(WORDS["ja"], 4)) + "と述べた。"
    return " ".join(dice.choices(WORDS[language], k=dice.randint(9, 16))).capitalize() + "."


class Site:
    """A made-up source: its articles are of random sentences, and `furniture` puts lines of its own among them."""

    def __init__(self, language: str, furnish: Callable[[list[str], int], list[str]], seed: int = 1) -> None:
        self.language, self.furnish, self.dice = language, furnish, random.Random(seed)
        self.counts: Counter[str] = Counter()
        self.pages = 0

    def article(self) -> list[str]:
        return [
            " ".join(sentence(self.dice, self.language) for _ in range(self.dice.randint(1, 3)))
            for _ in range(self.dice.randint(5, 10))
        ]

    def read(self, paragraphs: Sequence[str], learned: Iterable[str] = ()) -> Reading:
        title = sentence(self.dice, self.language)[:60]
        body = "".join(f"<p>{one}</p>" for one in paragraphs)
        html = f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1><div class=c>{body}</div></article></body></html>"
        return report_page(html.encode(), "https://site.example/a", learned=frozenset(learned))

    def publish(self, paragraphs: Sequence[str]) -> None:
        """One more page of the source, counted as the store counts."""
        lines = self.read(paragraphs, self.learned).lines
        if is_copy(lines, self.counts):
            self.counts.update(line for line in lines if line.startswith("t"))
            return
        self.counts.update(lines)
        self.pages += 1

    @property
    def learned(self) -> frozenset[str]:
        return furniture(self.counts, self.pages)

    def grow(self, pages: int) -> None:
        for number in range(pages):
            self.publish(self.furnish(self.article(), number))


def score(site: Site, pages: int, learned: bool) -> tuple[int, int]:
    """Paragraphs lost and lines of furniture left on pages the source has not counted."""
    lost = left = 0
    for number in range(1000, 1000 + pages):
        paragraphs = site.article()
        kept = site.read(site.furnish(paragraphs, number), site.learned if learned else ()).article.paragraphs
        lost += len([one for one in paragraphs if one not in kept])
        left += len([one for one in kept if one not in paragraphs])
    return lost, left


def dutch(paragraphs: list[str], number: int) -> list[str]:
    """A box in the middle, a slogan on top, a disclaimer below."""
    box = ["Beluister ook onze podcast", "Elke ochtend het belangrijkste nieuws in uw brievenbus, zonder kosten."]
    return ["Onafhankelijk sinds 1899", *paragraphs[:2], *box, *paragraphs[2:], "Foto van de redactie Noord"]


def portal(paragraphs: list[str], number: int) -> list[str]:
    """Inserts between the paragraphs, one of which not every page has."""
    insert = ["Ngobrol santai bareng redaksi tiap Rabu malam"] if number % 4 else []
    return [
        paragraphs[0],
        "Geser ke atas untuk lanjut",
        *paragraphs[1:3],
        *insert,
        *paragraphs[3:],
        "Mau kabar lain? Buka kanal kami",
    ]


def shimbun(paragraphs: list[str], number: int) -> list[str]:
    return ["音声で聞く、きょうの一本", *paragraphs, "ご意見は本紙読者室まで", "紙面ビューアーで読む"]


SITES = {"nl": dutch, "id": portal, "ja": shimbun}


def test_what_a_source_repeats_is_taken_off_and_every_paragraph_is_kept() -> None:
    """On the pages of three makes that no pattern was written for: the gain, counted with and without learning."""
    for language, furnish in SITES.items():
        site = Site(language, furnish)
        before = score(site, 20, learned=True)
        site.grow(40)
        plain, after = score(site, 20, learned=False), score(site, 20, learned=True)
        assert before[1] >= 20 and plain[1] >= 20, (
            f"{language}: the pages have furniture, and nothing else takes it off"
        )
        assert after == (0, 0), language


def test_a_line_is_learnt_from_the_fourth_page_on() -> None:
    site = Site("nl", dutch)
    site.grow(3)
    assert not site.learned
    site.grow(1)
    kept = site.read(dutch(site.article(), 5), site.learned).article.paragraphs
    assert not {"Onafhankelijk sinds 1899", "Beluister ook onze podcast"} & set(kept)


def test_a_paragraph_that_a_series_prints_again_is_kept() -> None:
    """An agency ends every report of one story with the same background, among a source's other articles."""
    background = "Beijing beschouwt het eiland als een afvallige provincie."
    site = Site("nl", lambda paragraphs, number: [*paragraphs, background] if number % 3 == 0 else paragraphs)
    site.grow(60)
    assert background in site.read([*site.article(), background], site.learned).article.paragraphs


def test_a_paragraph_that_two_articles_share_is_kept_on_a_source_of_few_pages() -> None:
    shared = "Het overleg duurt tot vrijdag"
    site = Site(
        "nl", lambda paragraphs, number: [*paragraphs[:2], shared, *paragraphs[2:]] if number < 2 else paragraphs
    )
    site.grow(4)
    assert shared in site.read([site.article()[0], shared, *site.article()], site.learned).article.paragraphs


def test_a_long_paragraph_is_never_furniture_however_often_it_is_printed() -> None:
    long = "De oorlog begon in 2022 en heeft volgens de Verenigde Naties miljoenen mensen op de vlucht gejaagd, terwijl steden in het oosten zijn verwoest, de haven gesloten bleef en onderhandelingen keer op keer zijn mislukt, zeggen waarnemers."
    site = Site("nl", lambda paragraphs, number: [*paragraphs, long])
    site.grow(40)
    assert long in site.read([*site.article(), long], site.learned).article.paragraphs


def test_an_article_that_is_published_again_and_again_teaches_nothing() -> None:
    site = Site("nl", dutch)
    again = [*site.article(), "De brug blijft dicht", "Volgend jaar verder"]
    for _ in range(3):
        site.publish(again)
    assert max(site.counts[line] for line in site.counts if not line.startswith("t")) == 1


def test_a_form_that_every_page_fills_in_stays_whole() -> None:
    """Bulletins of one shape, where what repeats is a large part of the text."""
    form = [
        "Waterstand bij Lobith",
        "Wind uit het westen",
        "Kans op regen groot",
        "Zicht boven zee goed",
        "Temperatuur onder normaal",
    ]
    site = Site("nl", lambda paragraphs, number: [paragraphs[0][:90] + ".", *form])
    site.grow(20)
    assert set(form) <= set(
        site.read(
            ["Morgen wordt het kouder langs de kust van Zeeland en het water zakt.", *form], site.learned
        ).article.paragraphs
    )


def test_what_is_learnt_is_learnt_before_anything_is_taken_off() -> None:
    """Else a line would be forgotten once it is known."""
    site = Site("nl", dutch)
    site.grow(10)
    page = dutch(site.article(), 1)
    assert site.read(page, site.learned).lines == site.read(page).lines


def test_a_standfirst_that_all_pages_have_is_no_lead() -> None:
    def slogan(paragraphs: list[str], number: int) -> list[str]:
        return [
            "</p><p class=standfirst>Nieuws waar u op kunt bouwen, al meer dan honderd jaar lang</p><p>",
            *paragraphs,
        ]

    site = Site("nl", slogan)
    paragraphs = site.article()
    assert site.read(slogan(paragraphs, 0)).article.lead.startswith("Nieuws waar")
    site.grow(12)
    assert site.read(slogan(paragraphs, 0), site.learned).article.lead == paragraphs[0]


def test_a_report_says_that_a_line_repeats() -> None:
    site = Site("nl", dutch)
    site.grow(10)
    removed = site.read(dutch(site.article(), 1), site.learned).removed
    assert ("Beluister ook onze podcast", "repeats across the source's pages") in removed
