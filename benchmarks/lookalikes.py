"""Templates of newspapers, ministries and agencies, filled with different facts: pairs of texts that are nearly equal
and are never one report. It measures nothing.
"""

# ruff: noqa: E501 - the texts are one line for each line of print

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from bot.model import Article, Source

Facts = Mapping[str, Sequence[str]]

PLACES = ("Aceh", "Ambon", "Kupang", "Manado", "Padang", "Ternate", "Bengkulu", "Palu")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
HARI = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu")
PARTNERS = ("Indonesia", "Malaysia", "Vietnam", "Thailand", "Bangladesh", "Fiji", "Mongolia", "Kenya")
NUMBERS = ("3", "5", "7", "9", "12", "14", "18", "21", "24")
MITRA = ("Filipina", "Malaysia", "Vietnam", "Thailand", "Bangladesh", "Fiji", "Mongolia", "Kenya")
KUNI = ("フィリピン", "マレーシア", "ベトナム", "タイ", "バングラデシュ", "フィジー", "モンゴル", "ケニア")

TEMPLATES: Mapping[str, tuple[str, str, Facts]] = {
    "weather": (
        "en",
        """Heavy rain and strong winds are forecast for {place} on {day}, the meteorology agency said in its daily bulletin, with
temperatures between {low} and {high} degrees Celsius and waves of up to {wave} metres in open waters.
Residents in low-lying areas were asked to stay alert for floods and landslides, and fishermen with small boats were told not to go
to sea until the winds have calmed down.
The agency said it would update its forecast every six hours and asked the public to rely on its official channels only.""",
        {
            "place": PLACES,
            "day": DAYS,
            "low": ("21", "22", "23", "24"),
            "high": ("29", "31", "32", "33"),
            "wave": ("2.5", "3", "4", "1.5"),
        },
    ),
    "markets": (
        "en",
        """The {index} closed {points} points higher at {level} on {day}, led by gains in bank and mining shares, as investors awaited
the policy meeting of the central bank later this month.
Turnover came to {turnover} trillion, in line with the average of the past month, and foreigners were net buyers for the third
session in a row, brokers said.
Analysts expect the market to move within a narrow range in the coming days, with eyes on the currency and on commodity prices.""",
        {
            "index": ("Jakarta Composite", "Nikkei", "Straits Times Index", "PSEi"),
            "points": ("12.4", "31.8", "45.1", "8.7"),
            "level": ("7,214.3", "7,302.9", "7,150.6", "7,288.0"),
            "day": DAYS,
            "turnover": ("9.8", "11.2", "10.4"),
        },
    ),
    "exercise": (
        "en",
        """Exercise {name} began in {place} on {day} with an opening ceremony attended by officers of the participating navies, the
defence ministry said in a press release.
About {number} personnel take part in the two-week training, which covers maritime security, humanitarian assistance and disaster
relief, and communication between ships.
The ministry said the exercise contributes to mutual understanding and to a free and open Indo-Pacific, and that it is not directed
against any country.""",
        {
            "name": ("Super Garuda Shield", "Kakadu", "Komodo", "La Perouse", "Cope West"),
            "place": PLACES,
            "day": DAYS,
            "number": ("400", "1,200", "2,500", "900"),
        },
    ),
    "monthly counts": (
        "en",
        """Government ships entered the contiguous zone on {number} days in {month}, the coast guard said in its monthly report, and were
seen in territorial waters on {other} of them.
Patrol vessels warned the ships by radio to leave and stayed between them and fishing boats in the area until they turned away.
The government lodged a protest through diplomatic channels, a spokesman said, and repeated that the islands are an inherent part of
the country's territory under international law.""",
        {
            "number": NUMBERS,
            "month": ("January", "February", "April", "June", "September", "November"),
            "other": ("1", "2", "4", "6"),
        },
    ),
    "grants": (
        "en",
        """On {day}, the exchange of notes concerning the grant under the Official Security Assistance to {country} took place in the
capital between the ambassador of Japan and the vice minister of defence.
Under the grant of up to {amount} million yen, {goods} will be provided to the armed forces of the country for improving their
ability to monitor and respond to activities in the waters around it.
Official Security Assistance was established in 2023 with the aim of deepening security cooperation and creating a desirable
security environment, and is provided to armed forces of like-minded countries.""",
        {
            "day": ("May 4", "May 18", "June 2", "July 30"),
            "country": PARTNERS,
            "amount": ("400", "900", "1,200", "1,600"),
            "goods": ("coastal radars", "patrol boats", "rescue boats", "drones"),
        },
    ),
    "grants, only country and sum": (
        "en",
        """The exchange of notes concerning the grant under the Official Security Assistance to {country} took place on Tuesday between
the ambassador of Japan and the vice minister of defence.
Under the grant of up to {amount} million yen, coastal radars and related equipment will be provided to the armed forces of the
country for improving their ability to monitor the waters around it.
Official Security Assistance was established in 2023 with the aim of deepening security cooperation and creating a desirable
security environment, and is provided to armed forces of like-minded countries.""",
        {"country": PARTNERS, "amount": ("400", "900", "1,200", "1,600")},
    ),
    "talks, only the date": (
        "en",
        """The defence ministries of Japan and Australia held working-level talks in Tokyo on {day}, a statement said. The two sides
exchanged views about the region and went through the list of joint projects.
They confirmed that training between their forces would be continued and that the transfer of equipment would be discussed further
in a separate committee, which meets at irregular intervals.
Such talks are held regularly under the reciprocal access agreement that took effect in August 2023.""",
        {"day": ("May 4", "May 18", "June 2", "July 30", "August 21", "October 9")},
    ),
    "cuaca": (
        "id",
        """Badan Meteorologi, Klimatologi, dan Geofisika memprakirakan hujan disertai angin kencang di wilayah {place} pada {hari}, dengan
suhu udara antara {low} hingga {high} derajat Celsius.
Tinggi gelombang di perairan terbuka dapat mencapai {wave} meter sehingga nelayan dengan perahu kecil diimbau tidak melaut sampai
angin mereda.
Masyarakat di dataran rendah diminta waspada terhadap banjir dan tanah longsor serta mengikuti informasi dari kanal resmi saja.""",
        {
            "place": PLACES,
            "hari": HARI,
            "low": ("21", "22", "23", "24"),
            "high": ("29", "31", "32", "33"),
            "wave": ("2,5", "3", "4", "1,5"),
        },
    ),
    "kurs": (
        "id",
        """Nilai tukar rupiah terhadap dolar AS pada penutupan perdagangan {hari} menguat {poin} poin menjadi Rp{kurs} per dolar AS, seiring
sikap pelaku pasar yang menanti rapat dewan gubernur bank sentral.
Analis memperkirakan rupiah bergerak dalam rentang sempit pada pekan ini karena pasar masih mencermati data inflasi dan harga
komoditas dunia.
Bank sentral menegaskan akan terus berada di pasar untuk menjaga stabilitas nilai tukar dan mendorong pendalaman pasar keuangan.""",
        {"hari": HARI, "poin": ("12", "31", "45", "8", "23"), "kurs": ("16.214", "16.302", "16.150", "16.288")},
    ),
    "latihan": (
        "id",
        """Latihan bersama {nama} resmi dibuka di {place}, {hari}, dalam sebuah upacara yang dihadiri para perwira angkatan laut kedua negara,
demikian keterangan tertulis Dinas Penerangan.
Sebanyak {jumlah} prajurit terlibat dalam latihan selama dua pekan yang mencakup keamanan maritim, bantuan kemanusiaan, dan
komunikasi antarkapal.
Latihan ini disebut sebagai wujud saling percaya dan tidak ditujukan kepada negara mana pun.""",
        {
            "nama": ("Garuda Shield", "Komodo", "Keris", "Kakadu"),
            "place": PLACES,
            "hari": HARI,
            "jumlah": ("400", "1.200", "2.500", "900"),
        },
    ),
    "hibah": (
        "id",
        """Pemerintah Jepang dan {mitra} menandatangani pertukaran nota hibah Bantuan Keamanan Resmi (OSA) senilai {nilai} juta yen untuk
meningkatkan kemampuan pengawasan maritim angkatan bersenjata negara penerima.
Hibah tersebut digunakan untuk pengadaan radar pantai dan peralatan pendukungnya yang akan diserahkan secara bertahap setelah
pelatihan operator selesai dilaksanakan.
OSA dibentuk pada 2023 sebagai kerangka kerja sama untuk mempererat hubungan keamanan dengan negara-negara sehaluan.""",
        {"mitra": MITRA, "nilai": ("400", "900", "1.200", "1.600")},
    ),
    "地震": (
        "ja",
        """{day}日午前、{place}で震度{n}の地震があった。気象庁によると、震源の深さは約{k}キロで、地震の規模を示すマグニチュードは{m}と推定される。
この地震による津波の心配はない。周辺の自治体によると、けが人や建物の被害の情報は入っていない。
気象庁は、揺れの強かった地域では家屋の倒壊や土砂災害の危険性が高まっているとして、今後の地震活動や雨の状況に注意するよう呼びかけている。""",
        {
            "day": ("3", "8", "17", "26"),
            "place": ("青森県八戸市", "熊本県阿蘇市", "石川県輪島市", "茨城県水戸市"),
            "n": ("3", "4", "5"),
            "k": ("10", "30", "50"),
            "m": ("4.6", "5.2", "6.1"),
        },
    ),
    "株": (
        "ja",
        """{day}日の東京株式市場で日経平均株価は続伸し、終値は前日比{points}円高の{level}円だった。米国の株高を受けて半導体関連の銘柄に買いが先行した。
東証株価指数も上昇した。東証プライムの売買代金は概算で{turnover}兆円だった。値上がり銘柄の数は全体の六割を超えた。
市場では来週の金融政策決定会合を見極めたいとの声が多く、積極的に上値を追う動きは限られた。""",
        {
            "day": ("3", "8", "17", "26"),
            "points": ("124", "318", "451", "87"),
            "level": ("39214", "40302", "38150", "41288"),
            "turnover": ("3", "4", "5"),
        },
    ),
    "領海": (
        "ja",
        """海上保安庁によると、{month}月に沖縄県の尖閣諸島周辺の接続水域で外国の公船が確認された日数は{n}日だった。このうち{k}日は領海に侵入した。
巡視船が領海から出るよう警告し、付近の漁船との間に入って安全を確保した。公船はその後、領海の外に出たという。
政府は外交ルートを通じて抗議し、尖閣諸島は歴史的にも国際法上も日本固有の領土であるとの立場を改めて伝えた。""",
        {"month": ("一", "三", "五", "八"), "n": ("二十一", "二十四", "二十九", "十八"), "k": ("二", "四", "六")},
    ),
    "供与": (
        "ja",
        """政府は{kuni}の軍に対し、沿岸監視レーダーなどを無償で提供する「政府安全保障能力強化支援」を実施することを決め、書簡を交換した。供与額は{amount}億円。
警戒監視の能力を高め、周辺海域の状況を把握できるようにする狙いがある。機材の引き渡しは操作要員の訓練を終えた後、段階的に行う予定だ。
この支援は同志国の軍を対象とする枠組みで、二〇二三年に創設された。政府は望ましい安全保障環境をつくるため対象国を広げている。""",
        {"kuni": KUNI, "amount": ("4", "9", "12", "16")},
    ),
}


def pairs(name: str, number: int) -> Iterator[tuple[Article, Article]]:
    """So many pairs of the template's texts, no two of which have a fact in common where they can differ."""
    language, template, facts = TEMPLATES[name]
    chance = random.Random(f"{name}:31")
    for at in range(number):
        both = [_apart(values, chance) for values in facts.values()]
        yield tuple(  # type: ignore[misc]  # two of them
            _article(language, template, dict(zip(facts, (each[side] for each in both), strict=True)), f"{at}-{side}")
            for side in (0, 1)
        )


def one_fact(name: str, number: int) -> Iterator[tuple[Article, Article]]:
    """So many pairs that differ in one of their facts only, each fact in turn."""
    language, template, facts = TEMPLATES[name]
    chance = random.Random(f"{name}:32")
    names = list(facts)
    for at in range(number):
        filling = {fact: chance.choice(values) for fact, values in facts.items()}
        fact = names[at % len(names)]
        other = filling | {fact: chance.choice([value for value in facts[fact] if value != filling[fact]])}
        yield _article(language, template, filling, f"{at}-0"), _article(language, template, other, f"{at}-1")


def _apart(values: Sequence[str], chance: random.Random) -> tuple[str, str]:
    return chance.choice(list(combinations(values, 2)))


def _article(language: str, template: str, filling: Mapping[str, str], mark: str) -> Article:
    text = template.format(**filling)
    space = "" if language == "ja" else " "
    ends = ("。\n", "。") if language == "ja" else (".\n", ". ")
    parts = text.replace(ends[0], ends[0].rstrip() + "\0").split("\0")
    paragraphs = tuple(space.join(part.split()) if space else part for part in parts)
    title = paragraphs[0][:40]
    outlet = Source(f"outlet-{mark[-1]}", "", family=f"outlet-{mark[-1]}")
    return Article(f"https://example.org/{mark}", title, paragraphs, paragraphs[0], language=language, source=outlet)
