"""Which countries and alliances a text names, in English, Indonesian and Japanese. It tells nothing of them."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_TABLE = """
id | Indonesia Indonesian Indonesians Jakarta Bandung Surabaya Batam Natuna |
  Indonesia RI Jakarta TNI Bandung Surabaya Batam Natuna | インドネシア ジャカルタ スラバヤ バンドン バタム ナトゥナ
jp | Japan Japanese Tokyo | Jepang Tokyo | 日本 防衛省 自衛隊
au | Australia Australian Canberra Perth Australia's Aussie | Australia Canberra | 豪州 オーストラリア キャンベラ
nz | New_Zealand NZ Wellington | Selandia_Baru | ニュージーランド NZ
ph | Philippines Philippine Filipino PH Manila Palawan | Filipina Manila | フィリピン マニラ
in | India Indian New_Delhi | India New_Delhi | インド(?!ネシア|太平洋|洋|・太平洋) ニューデリー
us | US U.S. United_States American Washington | AS Amerika_Serikat Amerika | 米国 米軍 アメリカ
gb | UK Britain British London United_Kingdom | Inggris | 英国 イギリス
it | Italy Italian Rome | Italia | イタリア
fr | France French Paris | Prancis | フランス
de | Germany German Berlin | Jerman | ドイツ
cn | China Chinese Beijing | China Tiongkok Beijing | 中国(?!電力) 北京
tw | Taiwan Taiwanese | Taiwan | 台湾
kr | South_Korea South_Korean Seoul | Korea_Selatan Korsel | 韓国
kp | North_Korea North_Korean Pyongyang | Korea_Utara Korut | 北朝鮮
ru | Russia Russian Moscow | Rusia | ロシア
ua | Ukraine Ukrainian Kyiv | Ukraina | ウクライナ
vn | Vietnam Vietnamese Hanoi | Vietnam Hanoi | ベトナム ハノイ
my | Malaysia Malaysian Kuala_Lumpur | Malaysia Kuala_Lumpur | マレーシア
sg | Singapore Singaporean | Singapura | シンガポール
th | Thailand Thai Bangkok | Thailand Bangkok | タイ(?=国|政府|海軍|軍|・|王国) バンコク
ca | Canada Canadian Ottawa | Kanada | カナダ
nl | Netherlands Dutch | Belanda | オランダ
tr | Turkey Turkish Türkiye Ankara | Turki Turkiye | トルコ
pl | Poland Polish Warsaw | Polandia | ポーランド
se | Sweden Swedish | Swedia | スウェーデン
pg | Papua_New_Guinea PNG | Papua_Nugini | パプアニューギニア
fj | Fiji Fijian | Fiji | フィジー
lk | Sri_Lanka | Sri_Lanka | スリランカ
bd | Bangladesh Bangladeshi Dhaka | Bangladesh | バングラデシュ
mn | Mongolia Mongolian | Mongolia | モンゴル
kh | Cambodia Cambodian | Kamboja | カンボジア
bn | Brunei | Brunei | ブルネイ
tl | Timor-Leste | Timor_Leste | 東ティモール
nato | NATO Nato | NATO | NATO 北大西洋条約機構
eu | EU European_Union Brussels | UE Uni_Eropa | EU 欧州連合
asean | ASEAN | ASEAN | ASEAN 東南アジア諸国連合
quad | Quad_leaders Quad_ministers | Quad | クアッド
aukus | AUKUS | AUKUS | AUKUS オーカス
"""
_CITIES = {
    "bandung", "surabaya", "batam", "natuna", "perth", "palawan",
    "スラバヤ", "バンドン", "バタム", "ナトゥナ",
}  # fmt: skip
"""Of the table, what says more than its country."""

_SHORT = {
    "日": "jp", "米": "us", "豪": "au", "比": "ph", "英": "gb", "仏": "fr", "伊": "it", "独": "de", "印": "in",
    "中": "cn", "韓": "kr", "露": "ru", "越": "vn", "加": "ca",
}  # fmt: skip
_RUN = re.compile(
    "日[・･]?[米豪比英仏伊独印韓中露越加・･]{1,5}(?![国心央学で])|[米豪比英仏伊独印中韓露](?=国防|海軍|海兵|陸軍|空軍|政府|艦|側|軍|外相|首相|大統領|両国)|中[露ロ]"
)


def places_in(text: str, language: str | None) -> dict[str, str]:
    """ISO 3166 codes, and words for alliances, of what the text names -> as written there."""
    text = unicodedata.normalize("NFKC", text)
    found: dict[str, str] = {}
    for match in _pattern("ja" if language == "ja" else "id" if language in ("id", "ms") else "en").finditer(text):
        code = match.lastgroup
        if code:
            found.setdefault(code.removesuffix("_"), match.group())
    if language == "ja":
        for match in _RUN.finditer(text):
            for letter in match.group():
                if letter in _SHORT:
                    found.setdefault(_SHORT[letter], match.group())
    return found


@cache
def place_words() -> frozenset[str]:
    """The single words of the table in small letters, which are no further evidence as names."""
    words = re.split(r"[\s_|]+", re.sub(r"\(\?.*?\)", " ", _TABLE))
    return frozenset({word.casefold() for word in words if word} - _CITIES)


@cache
def _pattern(language: str) -> re.Pattern[str]:
    column = {"en": 1, "id": 2, "ja": 3}[language]
    parts = []
    for line in _TABLE.replace(" |\n  ", " | ").strip().splitlines():
        cells = [cell.strip() for cell in line.split("|")] if language != "ja" else line.split("|", 3)
        code, terms = cells[0].strip(), cells[column].split()
        if language != "ja":
            terms = [re.escape(term).replace("_", " ") for term in terms]
        parts.append(f"(?P<{code}_>{'|'.join(sorted(terms, key=len, reverse=True))})")
    inner = "|".join(parts)
    return re.compile(inner if language == "ja" else rf"(?<!\w)(?:{inner})(?!\w)")
