"""Texts that are nearly equal and tell of different events, and texts that tell of one event in other words."""

# ruff: noqa: E501 - the texts are one line for each line of print

from __future__ import annotations

from newsroom import article

from bot.model import Article

QUAKE = """A magnitude {m} earthquake struck off the coast of {place} on {day} at a depth of {depth} kilometres, the meteorology
agency said, adding that there was no danger of a tsunami.

Residents of {town} felt the shaking for several seconds and left their houses, but there were no immediate reports of damage
or injuries, said an official of the local disaster agency.

The agency asked the public to stay calm, to keep away from cracked buildings and not to believe rumours spread on social
media, and said that aftershocks were possible in the coming hours."""

EXERCISE = """The joint exercise {name} began on {day} in {place}, the navy said in a statement, with {n} soldiers and {s} ships
taking part in the manoeuvres that will last until the end of the month.

The exercise is meant to strengthen the ability of the two navies to operate together at sea, and includes training in search
and rescue, damage control and communication between ships of different nations.

Rear Admiral {adm}, who commands the task group, said that the crews had prepared for months and that the exercise showed the
trust that had grown between both countries over many years."""

ACCORD = """Japan and {partner} signed an agreement on the transfer of defence equipment in {city} on {day}, their ministers said.
The accord takes effect after ratification by both parliaments, which is expected later this year.

Such agreements regulate how equipment may be used and to whom it may be passed on, and are a condition for exports under the
rules of the government in Tokyo, which were relaxed in several steps over the past decade.

The opposition called for more openness about the talks and said that parliament should be told about each export in advance."""

VISIT = """Defence officials of Japan and {partner} held their yearly talks in Tokyo this week, the ministry said in a statement.
The two sides exchanged views about the region and agreed to go on with exchanges between their armed forces.

Talks of this kind are held with a dozen countries every year and have led to closer cooperation in training, in disaster
relief and in maintenance of equipment, although none of them has been turned into a formal alliance so far."""

GEMPA = """Badan Meteorologi mencatat gempa bermagnitudo {m} mengguncang {place} pada {day} pukul {h} WIB dengan kedalaman {depth}
kilometer, dan gempa tersebut tidak berpotensi menimbulkan tsunami.

Warga {town} merasakan guncangan selama beberapa detik dan berlarian keluar rumah, tetapi belum ada laporan mengenai kerusakan
bangunan maupun korban luka, kata pejabat badan penanggulangan bencana setempat.

Masyarakat diminta tetap tenang, menjauhi bangunan yang retak, dan tidak mempercayai kabar bohong yang beredar di media sosial."""

JISHIN = """{d}日午前、{place}で震度{n}の地震があった。気象庁によると、震源の深さは約{k}キロで、地震の規模を示すマグニチュードは{m}と推定される。

この地震による津波の心配はない。{town}では数秒間にわたって揺れが続き、住民が屋外に避難したが、けが人や建物の被害の情報は入っていない。

気象庁は、揺れの強かった地域では家屋の倒壊や土砂災害の危険性が高まっているとして、今後の地震活動や雨の状況に注意するよう呼びかけている。"""

KIKOU = """海上自衛隊の護衛艦「{ship}」が{d}日、{port}に寄港した。防衛省によると、{nation}海軍の艦艇と共同訓練を行うため、三日間滞在する予定だ。

乗組員は現地の海軍士官学校を訪れて学生と交流し、艦内を市民に公開した。艦長は「両国の絆を深める機会にしたい」と話した。

{ship}は訓練を終えたあと、周辺の海域で警戒監視の任務に戻り、来月の初めに母港へ帰る。"""

Filling = dict[str, str]

ACEH = {"m": "5.2", "place": "Aceh", "day": "Tuesday", "depth": "10", "town": "Meulaboh"}
ORION = {"name": "Orion Shield", "day": "Monday", "place": "Surabaya", "n": "1200", "s": "8", "adm": "Sato"}
GEMPA_ACEH = {"m": "5,2", "place": "Aceh", "day": "Selasa", "h": "10.15", "depth": "10", "town": "Meulaboh"}
AOMORI = {"d": "3", "place": "青森県八戸市", "n": "4", "k": "10", "m": "5.2", "town": "三沢市"}
IZUMO = {"ship": "いずも", "d": "三", "port": "スラバヤ", "nation": "インドネシア"}

NEAR_MISSES: dict[str, tuple[str, Filling, Filling]] = {
    "another earthquake": (
        QUAKE,
        ACEH,
        {"m": "6.1", "place": "Ambon", "day": "Friday", "depth": "112", "town": "Masohi"},
    ),
    "a second earthquake at the same place": (QUAKE, ACEH, ACEH | {"m": "5.4", "depth": "12"}),
    "another exercise": (
        EXERCISE,
        ORION,
        {"name": "Garuda Storm", "day": "Wednesday", "place": "Yokosuka", "n": "900", "s": "5", "adm": "Yudo"},
    ),
    "the exercise a year later": (EXERCISE, ORION, ORION | {"n": "900", "s": "5"}),
    "an accord with another country": (
        ACCORD,
        {"partner": "Indonesia", "city": "Jakarta", "day": "Monday"},
        {"partner": "Philippines", "city": "Manila", "day": "Friday"},
    ),
    "talks with another country, and nothing else": (VISIT, {"partner": "Indonesia"}, {"partner": "Vietnam"}),
    "another earthquake in Indonesian": (
        GEMPA,
        GEMPA_ACEH,
        {"m": "6,1", "place": "Ambon", "day": "Jumat", "h": "03.40", "depth": "112", "town": "Masohi"},
    ),
    "another earthquake in Japanese": (
        JISHIN,
        AOMORI,
        {"d": "17", "place": "熊本県阿蘇市", "n": "5", "k": "30", "m": "6.1", "town": "南阿蘇村"},
    ),
    "another ship in another port": (
        KIKOU,
        IZUMO,
        {"ship": "かが", "d": "九", "port": "マニラ", "nation": "フィリピン"},
    ),
}

REWRITES = {
    "en": """Tokyo and Jakarta will train together at sea every year, their defence ministers announced after a meeting in the
Indonesian capital. They also want to start negotiations about warships.

Gen Nakatani, who is visiting Indonesia for the first time as minister, offered a look at Japanese shipyards to experts from
Jakarta. His host Sjafrie Sjamsoeddin praised the Mogami frigates as modern and cheap to run.

Behind the rapprochement is unease about Chinese patrols near Natuna. Twice a year, navy officers will now compare notes on
suspicious ships and on help after disasters. The text of the accord is to be made public within days.""",
    "id": """Jepang dan Indonesia akan berlatih bersama di laut setiap tahun. Hal itu diumumkan kedua menteri pertahanan usai
bertatap muka di Jakarta, kemarin. Perundingan soal kapal perang juga segera dimulai.

Nakatani menawarkan kunjungan ke galangan kapal Nagasaki bagi para ahli dari Indonesia. Sjafrie memuji fregat Mogami yang modern
dan hemat awak.

Kedekatan ini dilatari kegelisahan atas patroli asing di dekat Natuna. Dua kali setahun perwira kedua negara akan bertukar
catatan tentang kapal mencurigakan dan penanganan bencana.""",
    "ja": """日本の中谷防衛相は火曜日、訪問先のジャカルタでインドネシアのシャフリィ国防相と会談した。両国は防衛協力の深化で合意し、共同訓練を毎年行うことを決めた。

共同訓練は海上で実施し、初回は秋になる見通し。装備移転をめぐる協議も春に始める。インドネシアは海上自衛隊の護衛艦「もがみ」型に関心を寄せており、技術者が長崎を訪問する計画がある。

南シナ海情勢では、力による一方的な現状変更の試みに反対することで一致した。両国の部隊の幹部による定期協議も新設し、災害救援や不審船情報の共有を進める。

中谷氏は防衛大学校に留学する学生とも面会した。共同声明は来週、議会への報告を経て公表される。""",
}


def filled(template: str, filling: Filling) -> Article:
    """The template's article, under a title that says nothing."""
    text = tuple(" ".join(part.split()) for part in template.format(**filling).split("\n\n"))
    return article(title="News", paragraphs=text)
