"""Whose report an article is: agencies in datelines, in brackets, in bylines, and those that are retold."""

from __future__ import annotations

import pytest

from bot.read.agencies import find_agency, known
from bot.read.endings import trim_end

REST = ("Kedua negara sepakat melanjutkan pembicaraan.", "Tidak ada tanggal yang disebut.")


@pytest.mark.parametrize(
    ("first", "agency"),
    [
        ("TOKYO (Reuters) - Japan will export frigates.", "Reuters"),
        ("TOKYO, Kyodo - Japan will export frigates.", "Kyodo"),
        ("Jakarta (ANTARA) - Kementerian Pertahanan membeli kapal.", "Antara"),
        ("Jepang akan mengekspor fregat, dilansir dari Kyodo, Senin (5/8).", "Kyodo"),
        ("Dikutip dari laman resmi Nikkei Asia, Jepang akan mengekspor fregat.", "Nikkei Asia"),
        ("Jepang akan mengekspor fregat, mengutip AFP pada Senin.", "AFP"),
        ("Seperti diberitakan kantor berita Yonhap, Korea membuat kapal.", "Yonhap"),
        ("【ワシントン共同】米商務省は2日、規制を強化すると発表した。", "Kyodo"),
        ("【ソウル聯合ニュース】韓国政府は2日、発表した。", "Yonhap"),
        ("[東京 5日 ロイター] - 日本政府は護衛艦を輸出する。", "Reuters"),
        ("【8月5日 AFP】日本政府は護衛艦を輸出する。", "AFP"),
        ("Jepang akan mengekspor fregat, dikutip dari keterangan resmi.", None),
        ("Hal itu dilaporkan oleh Menteri Pertahanan.", None),
        ("Mengutip Presiden, fregat itu dibangun di Surabaya.", None),
        ("TOKYO - Japan will export frigates, an official told Reuters.", None),
        ("The Angkatan Laut (AL) will export frigates.", None),
    ],
)
def test_the_dateline_and_the_first_paragraph_tell_whose_report_it_is(first: str, agency: str | None) -> None:
    assert find_agency((first, *REST), [], ["example"]) == agency


def test_an_agencys_own_report_is_no_reprint() -> None:
    assert find_agency(("Jakarta (ANTARA) - Menteri berbicara.", *REST), [], ["ANTARA News", "antaranews"]) is None


def test_brackets_behind_the_last_sentence_are_a_credit_and_initials_are_not() -> None:
    assert find_agency((*REST, "Kapal itu besar. (ANTARA/JIBI)"), [], []) == "Antara"
    assert find_agency((*REST, "首相が述べた。（共同）"), [], []) == "Kyodo"
    assert find_agency((*REST, "Kapal itu besar. (dw/ap)"), [], []) is None


def test_a_byline_or_a_line_of_its_own_names_the_agency() -> None:
    assert find_agency(REST, ["By Reuters"], []) == "Reuters"
    assert find_agency(REST, ["Sumber: Antara"], []) == "Antara"
    assert find_agency(REST, ["配信：ロイター"], []) == "Reuters"
    assert find_agency(REST, ["Sri Wahyuni", "5 Agustus 2019"], []) is None


def test_an_agency_is_known_beside_other_words() -> None:
    assert (known("ANTARA/JIBI"), known("oleh AFP"), known("CNN, Senin"), known("Apple")) == (
        "Antara", "AFP", "CNN", None
    )  # fmt: skip


@pytest.mark.parametrize(
    ("last", "kept"),
    [
        ("Kapal itu besar, katanya. (dhn/mik)", "Kapal itu besar, katanya."),
        ("Kapal itu besar, katanya. (ANTARA/JIBI)", "Kapal itu besar, katanya."),
        ('"Kapal itu besar," katanya. [abd]', '"Kapal itu besar," katanya.'),
        ("The ship is large. #Japan #Indonesia", "The ship is large."),
        ("艦は大きい。 #日本 #護衛艦", "艦は大きい。"),
        ("Kapal itu besar. ***", "Kapal itu besar."),
        ("Kapal itu milik Angkatan Laut (AL)", "Kapal itu milik Angkatan Laut (AL)"),
        ("The ship has hull number #12", "The ship has hull number #12"),
        ("The talks go on. (They began in May.)", "The talks go on. (They began in May.)"),
        ("He likes C#", "He likes C#"),
    ],
)
def test_hashtags_and_initials_behind_the_last_sentence_are_taken_off(last: str, kept: str) -> None:
    assert trim_end((*REST, last))[0] == (*REST, kept)


@pytest.mark.parametrize(
    "line",
    ["(dhn/mik)", "(kml)", "#Jepang #Fregat", "(Warta.example/Yudi Hartono)", "（社会部・中村）",
     "Amelia Stroud reported from Manila and Kenji Mori from Tokyo."],
)  # fmt: skip
def test_a_last_line_of_hashtags_or_initials_is_dropped(line: str) -> None:
    assert trim_end((*REST, line))[0] == REST


def test_a_text_of_hashtags_alone_is_left() -> None:
    assert trim_end(("#Jepang",))[0] == ("#Jepang",)
