"""Articles for the tests of stories, and ways in which outlets change each other's texts. It holds no tests."""

# ruff: noqa: E501 - the texts are one line for each line of print

from __future__ import annotations

import random
import re
from dataclasses import replace

from bot.model import Article, Source

ENGLISH = """Japan and Indonesia agreed on Tuesday to deepen their defence cooperation, with the two governments saying that joint
exercises at sea would be held every year and that talks on the transfer of naval equipment would begin this spring.

The agreement was reached in Jakarta at a meeting of Defence Minister Gen Nakatani and his counterpart Sjafrie Sjamsoeddin,
who told reporters afterwards that both sides shared a deep concern about attempts to change the order of the region by force.

Under the plan, officers of the two navies will meet twice a year, beginning in June, to discuss maritime security, disaster
relief and the exchange of information about vessels that enter their waters without permission or switch off their signals.

Indonesia has shown interest in the Mogami class of frigates, which Japan builds with a small crew and a reduced radar signature,
and officials said a delegation of engineers would visit the shipyard in Nagasaki before the end of the year to study the design.

Nakatani also laid a wreath at the heroes' cemetery in Kalibata and met students who are about to leave for the National Defense
Academy in Yokosuka, where nineteen Indonesians have been trained since the programme started more than two decades ago.

Analysts in both capitals said the pace of the talks was unusual, and pointed to a series of incidents near the Natuna islands
in which coast guard ships of a third country had followed fishing boats for days and hindered the work of survey vessels.

A joint statement is expected to be published next week, after parliament in Jakarta has been informed about its contents, and
a first working group on equipment is to convene in Tokyo in the second week of July under the chairmanship of both ministries."""

INDONESIAN = """Menteri Pertahanan Sjafrie Sjamsoeddin menerima kunjungan Menteri Pertahanan Jepang Gen Nakatani di kantor Kementerian
Pertahanan, Jakarta, Selasa, untuk membahas kerja sama industri pertahanan dan latihan bersama antara kedua angkatan laut.

Dalam pertemuan itu kedua menteri sepakat bahwa latihan bersama di laut akan digelar setiap tahun dan pembicaraan mengenai
alih teknologi kapal perang akan dimulai pada musim semi tahun ini dengan melibatkan galangan kapal dari kedua negara.

Sjafrie mengatakan Indonesia tertarik pada kapal fregat kelas Mogami yang dibangun Jepang dengan awak yang sedikit dan bentuk
badan kapal yang sulit ditangkap radar, dan sebuah tim insinyur akan mengunjungi galangan di Nagasaki sebelum akhir tahun.

Para perwira kedua angkatan laut akan bertemu dua kali setahun mulai bulan Juni untuk membicarakan keamanan maritim, bantuan
bencana, dan pertukaran informasi mengenai kapal asing yang memasuki perairan tanpa izin atau mematikan tanda pengenalnya.

Nakatani juga meletakkan karangan bunga di Taman Makam Pahlawan Kalibata dan menemui para taruna yang akan berangkat ke Akademi
Pertahanan Nasional di Yokosuka, tempat sembilan belas perwira Indonesia pernah belajar sejak program itu dibuka.

Pengamat di kedua ibu kota menilai pembicaraan berjalan lebih cepat dari biasanya dan menyebut rangkaian kejadian di sekitar
Kepulauan Natuna, ketika kapal penjaga pantai negara lain membuntuti kapal nelayan selama berhari-hari.

Pernyataan bersama diperkirakan terbit pekan depan setelah Dewan Perwakilan Rakyat menerima penjelasan mengenai isinya."""

JAPANESE = """中谷元防衛大臣は火曜日、ジャカルタでインドネシアのシャフリィ国防大臣と会談し、両国の防衛協力を一段と深めることで一致した。

両大臣は海上での共同訓練を毎年実施するとともに、艦艇に関する装備移転について今年の春から協議を始めることを確認した。

会談では南シナ海を含む地域の情勢についても意見が交わされ、力による一方的な現状変更の試みに強く反対する立場が示された。

インドネシア側は少人数で運用でき、レーダーに映りにくい護衛艦に関心を示しており、年内に技術者の代表団が長崎の造船所を訪れる見通しだ。

両国の海軍と海上自衛隊の幹部は六月から年に二回会合を開き、海上の安全や災害救援、不審な船舶に関する情報の共有を話し合う。

中谷大臣は英雄墓地に花を供えたほか、横須賀の防衛大学校へ留学する学生たちと懇談し、両国の架け橋になってほしいと激励した。

専門家は、漁船が他国の沿岸警備船に数日間追われるなどの事案が相次いだことが、協議を早める背景にあると指摘している。

共同声明は議会への説明を終えた来週にも公表される予定で、装備に関する作業部会の初会合は七月に東京で開かれる。"""

TEXTS = {"en": ENGLISH, "id": INDONESIAN, "ja": JAPANESE}
TITLES = {
    "en": "Japan, Indonesia to deepen defence cooperation",
    "id": "Menhan Jepang dan Indonesia sepakati latihan bersama",
    "ja": "日本とインドネシア、防衛協力の深化で一致",
}

BOILERPLATE = (
    "Sign up for our newsletter to get the day's most important stories in your inbox every morning.",
    "This story was originally published by a partner of this site and appears here with permission.",
    "Read more about defence, diplomacy and trade in the region on our special page, updated every day.",
    "Copyright of this text belongs to its publisher; it may not be reproduced without written consent.",
)


def paragraphs(language: str) -> list[str]:
    return [" ".join(part.split()) for part in TEXTS[language].split("\n\n")]


def article(language: str = "en", **changes: object) -> Article:
    text = tuple(paragraphs(language))
    made = Article(
        url="https://example.org/1",
        title=TITLES[language],
        paragraphs=text,
        lead=text[0],
        language=language,
        source=Source("wire", "The Wire", tier=1, family="wire"),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # the fields of an article


def cut(whole: Article, share: float) -> Article:
    """The beginning of an article: so much of its words (of its characters, in Japanese)."""
    if whole.language == "ja":
        text = "\n".join(whole.paragraphs)
        kept = text[: int(len(text) * share)]
    else:
        words = re.findall(r"\S+\s*", "\n".join(whole.paragraphs))
        kept = "".join(words[: int(len(words) * share)])
    return replace(whole, paragraphs=tuple(kept.split("\n")))


def reordered(whole: Article, seed: int = 1) -> Article:
    first, *others = whole.paragraphs
    random.Random(seed).shuffle(others)
    return replace(whole, paragraphs=(first, *others))


def surrounded(whole: Article) -> Article:
    return replace(whole, paragraphs=(*BOILERPLATE[:2], *whole.paragraphs, *BOILERPLATE[2:]))


def edited(whole: Article, share: float, seed: int = 1) -> Article:
    """An article with that share of its words replaced, dropped or doubled: as editors do, no number for a number."""
    dice = random.Random(seed)
    pieces = []
    for paragraph in whole.paragraphs:
        if whole.language == "ja":
            # Edits fall on stretches: a Japanese word has about two characters.
            words = [paragraph[at : at + 2] for at in range(0, len(paragraph), 2)]
            new = ["また", "さらに", "同", "なお", "この", "あの", "その"]
        else:
            words = paragraph.split(" ")
            new = ["reportedly", "further", "various", "several", "recent", "official", "broad"]
        kept = []
        for word in words:
            roll = dice.random()
            if roll >= share:
                kept.append(word)
            elif roll < share / 2:
                kept.append(dice.choice(new))
            elif roll < share * 0.75:
                kept += [word, dice.choice(new)]
        pieces.append(("" if whole.language == "ja" else " ").join(kept))
    return replace(whole, paragraphs=tuple(pieces))
