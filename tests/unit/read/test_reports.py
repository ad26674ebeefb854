# ruff: noqa: E501 - pages are written as sites send them
"""A report says of a page what gave each part of the article, and what was left out and why."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.model import Basis, Entry, Reading, Source
from bot.read import read_page, report_page

from .odd_sites import ODD
from .sites import INDONESIAN, STORIES, STYLES, Story

URL = "https://warta.example/1"
WARTA = Source("warta", "Warta", country="id", language="id", timezone="Asia/Jakarta")
TEXT = (
    "Jepang dan Indonesia pada Senin sepakat memulai pembicaraan resmi mengenai ekspor kapal fregat, kata pejabat kedua negara.",
    "Kesepakatan itu dicapai pada pertemuan ketiga menteri luar negeri dan menteri pertahanan kedua negara di Tokyo.",
    "Kelompok kerja itu akan bertemu untuk pertama kali pada September di Jakarta, dan akan melapor sebelum akhir tahun.",
)


def report(*between: str, head: str = "", end: str = "", entry: Entry | None = None) -> Reading:
    """The report on a page with these parts between its first and second paragraph."""
    paragraphs = [f"<p>{text}</p>" for text in TEXT]
    html = f"<html lang=id><head><title>Jepang ekspor fregat</title>{head}</head><body><article><h1>Jepang ekspor fregat</h1><div class=isi>{paragraphs[0]}{''.join(between)}{paragraphs[1]}{paragraphs[2]}{end}</div></article></body></html>"
    return report_page(html.encode(), URL, entry=entry, source=WARTA)


def why(reading: Reading, text: str) -> str | None:
    return next((str(one.why) for one in reading.removed if one.text == text), None)


@pytest.mark.parametrize(
    ("part", "text", "reason"),
    [
        ("<p><strong>Baca juga: <a href=/2>Menteri bertemu</a></strong></p>", "Baca juga: Menteri bertemu", "names another article"),
        ("<p>Pilihan Editor: <a href=/2>Menteri bertemu di Manila</a></p>", "Pilihan Editor: Menteri bertemu di Manila", "names another article"),
        ("<p>Sedang ramai: <a href=/2>Menteri bertemu di Manila</a></p>", "Sedang ramai: Menteri bertemu di Manila", "names another article"),
        ("<p>Simak Video 'Menteri bertemu di Manila':</p>", "Simak Video 'Menteri bertemu di Manila':", "names another article"),
        ("<p>ADVERTISEMENT</p>", "ADVERTISEMENT", "advertising"),
        ("<p>SCROLL TO CONTINUE WITH CONTENT</p>", "SCROLL TO CONTINUE WITH CONTENT", "advertising"),
        ("<figure><img src=a><figcaption>Kedua menteri di Tokyo</figcaption></figure>", "Kedua menteri di Tokyo", "caption"),
        ("<p>Foto: Kedua menteri di Tokyo</p>", "Foto: Kedua menteri di Tokyo", "caption"),
        ("<div style='display:none'><p>Teks yang tidak terlihat oleh siapa pun di halaman ini.</p></div>", "Teks yang tidak terlihat oleh siapa pun di halaman ini.", "not shown on the page"),
        ("<div class=newsletter><p>Kabar setiap pagi langsung untuk Anda semua.</p></div>", "Kabar setiap pagi langsung untuk Anda semua.", "in a part that names itself something else"),
    ],
)  # fmt: skip
def test_what_is_left_out_is_reported_with_its_reason(part: str, text: str, reason: str) -> None:
    reading = report(part)
    assert reading.article.paragraphs == TEXT
    assert why(reading, text) == reason


def test_what_stands_at_the_end_is_reported_too() -> None:
    reading = report(end="<p>#Jepang #Fregat</p><p>(dhn/mik)</p>")
    assert reading.article.paragraphs == TEXT
    assert [str(one.why) for one in reading.removed if one.text.startswith("#")] == ["hashtags"]
    assert {str(one.why) for one in reading.removed if one.text.startswith("(")} <= {
        "initials at the end",
        "credit or rights",
    }


@pytest.mark.parametrize("line", ["#pakta #jepang", "#Pakta, #Jepang", "#iklan"])
def test_a_line_of_hashtags_at_the_end_is_reported_as_such(line: str) -> None:
    reading = report(end=f"<p>{line}</p>")
    assert reading.article.paragraphs == TEXT
    assert why(reading, line) == "hashtags"


def test_a_wall_ends_the_text() -> None:
    reading = report(
        end="<p>Lanjutkan membaca dengan berlangganan Warta Plus.</p><p>Mulai dari Rp10.000 per bulan, batalkan kapan saja.</p>"
    )
    assert reading.article.paragraphs == TEXT
    assert why(reading, "Mulai dari Rp10.000 per bulan, batalkan kapan saja.") == "cookies or a login"


def test_a_wall_in_the_middle_of_a_whole_article_takes_nothing_away() -> None:
    reading = report("<p>Lanjutkan membaca dengan berlangganan Warta Plus.</p>")
    assert set(TEXT) <= set(reading.article.paragraphs)


def test_every_part_names_what_gave_it() -> None:
    head = '<meta property="article:published_time" content="2024-07-08T10:00:00+07:00"><meta property="article:modified_time" content="2024-07-08T12:00:00+07:00"><meta name=author content="Sri Wahyuni">'
    reading = report(head=head)
    assert (reading.title_from, reading.text_from, reading.date_from) == ("page", "page", "metadata")
    assert (reading.author_from, reading.language_from) == ("metadata", "text")
    assert reading.certainty > 0.9
    article = reading.article
    assert (article.published_raw, article.modified) == (
        "2024-07-08T10:00:00+07:00",
        datetime(2024, 7, 8, 5, tzinfo=UTC),
    )


def test_a_page_stored_when_it_was_published_was_not_modified() -> None:
    head = '<meta property="article:published_time" content="2024-07-08T10:00:00+07:00"><meta property="article:modified_time" content="2024-07-08T10:00:20+07:00">'
    assert report(head=head).article.modified is None


def test_a_feeds_text_is_told_as_such_with_what_the_page_said_instead() -> None:
    entry = Entry(
        "g",
        URL,
        "Jepang ekspor fregat",
        ("Jepang akan mengekspor fregat ke Indonesia.",),
        datetime(2024, 7, 8, tzinfo=UTC),
        "Mon, 08 Jul 2024",
        "Reuters",
    )
    reading = report_page(
        b"<html><body><h1>404</h1><p>Halaman tidak ditemukan</p></body></html>", URL, entry=entry, source=WARTA
    )
    assert (reading.article.basis, reading.text_from, reading.date_from) == (Basis.FEED, "feed", "feed")
    assert (reading.article.agency, reading.article.published_raw) == ("Reuters", "Mon, 08 Jul 2024")
    assert ("Halaman tidak ditemukan", reading.article.note) in reading.removed


def test_the_agency_is_read_from_the_page() -> None:
    assert report(end="<p>Sumber: Antara</p>").article.agency == "Antara"
    assert report().article.agency is None


ALL = [(name, story) for name in (*STYLES, *ODD) for story in STORIES]


@pytest.mark.parametrize(
    ("name", "story"), ALL, ids=lambda value: value.language if isinstance(value, Story) else value
)
def test_a_report_is_of_the_very_reading_and_names_nothing_that_was_kept(name: str, story: Story) -> None:
    body = {**STYLES, **ODD}[name](story).encode()
    reading = report_page(body, story.url)
    assert reading.article == read_page(body, story.url)
    kept = {*reading.article.paragraphs, reading.article.lead}
    assert not [one for one in reading.removed if one.text in kept and one.why != "printed twice"]
    assert reading.removed


def test_a_report_costs_nothing_unless_it_is_asked_for() -> None:
    body = STYLES["portal"](INDONESIAN).encode()
    assert report_page(body, INDONESIAN.url, removed=False).removed == ()


def test_what_follows_the_editors_line_has_left_the_article() -> None:
    reading = report(end="<p>Editor: Budi Santoso</p><p>Warta, kabar terkini dan terpercaya untuk Anda.</p>")
    assert reading.article.paragraphs == TEXT


def test_an_editors_line_above_the_text_ends_nothing() -> None:
    reading = report("<p>Editor: Budi Santoso</p>")
    assert reading.article.paragraphs == TEXT


def test_a_box_made_as_the_one_with_other_articles_is_none_of_the_text() -> None:
    others = "".join(
        f"<div><a href=/{n}><p>Kabar lain nomor {n} dari Jakarta hari ini</p></a><p>Warta</p></div>" for n in range(4)
    )
    today = "<section><h2>Perhatian hari ini</h2><p>Hujan lebat diperkirakan turun di banyak wilayah, kata badan cuaca kepada Warta.</p></section>"
    html = f"<html><head><title>Jepang ekspor fregat</title></head><body><main><h1>Jepang ekspor fregat</h1><div class=isi>{'<br><br>'.join(TEXT)}</div><section><h2>Artikel terkait</h2>{others}</section>{today}</main></body></html>"
    assert read_page(html.encode(), URL).paragraphs == TEXT


def test_links_under_three_headlines_with_their_teasers_are_no_text() -> None:
    box = "".join(
        f"<div class=it><a href=/{n}>Kabar lain nomor {n} dari Jakarta hari ini</a><p>Petani menyalahkan cuaca dan harga pupuk yang naik, sedangkan toko tidak untung.</p></div>"
        for n in range(3)
    )
    assert report(end=f"<div class=lst>{box}</div>").article.paragraphs == TEXT


def test_a_text_of_lines_within_one_element_keeps_its_paragraphs() -> None:
    """Styles that keep line breaks show an empty line and an indent as a new paragraph."""
    one, two = (
        "日本とインドネシアの両政府は５日、護衛艦の輸出に向けた公式協議を始めることで合意した。",
        "合意は、外務・防衛担当閣僚協議の第３回会合で得られた。当局者が明らかにした。",
    )
    html = f"<html><head><title>護衛艦輸出へ協議</title></head><body><article><h1>護衛艦輸出へ協議</h1><p>{one}\n\n　{two}</p></article></body></html>"
    assert read_page(html.encode(), URL).paragraphs == (one, two)
