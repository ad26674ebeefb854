"""Whether a clause tells of another country's deed than those an article is followed for. It knows no watchlist."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

_COUNTRIES = """
Australia Australian | Australia | オーストラリア 豪州 豪
Bangladesh Bangladeshi | Bangladesh | バングラデシュ
Brazil Brazilian | Brasil | ブラジル
Britain British UK | Inggris | 英国 イギリス
Brunei Bruneian | Brunei | ブルネイ
Cambodia Cambodian | Kamboja | カンボジア
Canada Canadian | Kanada | カナダ
China Chinese | China Tiongkok | 中国
Denmark Danish | Denmark | デンマーク
Djibouti Djiboutian | Djibouti | ジブチ
Egypt Egyptian | Mesir | エジプト
Fiji Fijian | Fiji | フィジー
Finland Finnish | Finlandia | フィンランド
France French | Prancis | フランス
Germany German | Jerman | ドイツ
Greece Greek | Yunani | ギリシャ
India Indian | India | インド
Indonesia Indonesian | Indonesia | インドネシア
Israel Israeli | Israel | イスラエル
Italy Italian | Italia | イタリア
Kazakhstan Kazakh | Kazakhstan | カザフスタン
Kenya Kenyan | Kenya | ケニア
Laos Laotian | Laos | ラオス
Malaysia Malaysian | Malaysia | マレーシア
Maldives Maldivian | Maladewa | モルディブ
Mongolia Mongolian | Mongolia | モンゴル
Myanmar | Myanmar | ミャンマー
Nepal Nepalese | Nepal | ネパール
Netherlands Dutch | Belanda | オランダ
New_Zealand | Selandia_Baru | ニュージーランド
North_Korea North_Korean | Korea_Utara Korut | 北朝鮮
Norway Norwegian | Norwegia | ノルウェー
Oman Omani | Oman | オマーン
Pakistan Pakistani | Pakistan | パキスタン
Palau Palauan | Palau | パラオ
Papua_New_Guinea | Papua_Nugini | パプアニューギニア
Philippines Philippine | Filipina | フィリピン
Poland Polish | Polandia | ポーランド
Qatar Qatari | Qatar | カタール
Romania Romanian | Rumania | ルーマニア
Russia Russian | Rusia | ロシア
Saudi_Arabia Saudi | Arab_Saudi | サウジアラビア
Singapore Singaporean | Singapura | シンガポール
South_Africa | Afrika_Selatan | 南アフリカ
South_Korea South_Korean | Korea_Selatan Korsel | 韓国
Spain Spanish | Spanyol | スペイン
Sri_Lanka Sri_Lankan | Sri_Lanka | スリランカ
Sweden Swedish | Swedia | スウェーデン
Taiwan Taiwanese | Taiwan | 台湾
Thailand Thai | Thailand | タイ
Timor-Leste Timorese | Timor_Leste | 東ティモール
Tonga Tongan | Tonga | トンガ
Turkey Turkish Türkiye | Turki Turkiye | トルコ
Ukraine Ukrainian | Ukraina | ウクライナ
United_Arab_Emirates UAE | Uni_Emirat_Arab UEA | アラブ首長国連邦
United_States US American | Amerika_Serikat AS | 米国 米
Vietnam Vietnamese | Vietnam | ベトナム
"""

_OFFICES = (
    "government|navy|army|force|forces|military|police|guard|ministry|minister|secretary|president|premier|cabinet|"
    "parliament|troops|ships|officials|coast|air|defence|defense|foreign|prime|royal|chief|angkatan|laut|udara|darat|"
    "pemerintah|kementerian|militer|parlemen|dan|and"
)
_VERB = (
    "has|have|had|also|already|then|recently|formally|just|last|week|month|year|on|in|earlier|this|was|were|telah|"
    "sudah|juga|resmi|baru|saja|pada|lalu|took|delivery|a|the|its|separate|similar"
)
_SPACED = r"(?:'s|’s)?(?:\s+(?:%s)\b)*\s*(?:\s(?:%s|\w+day|[A-Z][a-z]+)\b){0,5}\s*$"
_JA_ACTS = (
    r"(?:政府|軍|陸軍|海軍|空軍|国防省|国防相|首相|大統領|議会|警察|沿岸警備隊)?(?:が|は|も|と(?!も))[^。]{0,40}$|"
    r"(?:政府|軍|海軍|空軍)?(?:へ|に|に対し|向け)[^、。]{0,12}$"
)


def another_acts(text: str, start: int, language: str | None, ours: Collection[str]) -> bool:
    """Whether the clause before `start`, where a verb begins, has a country for its subject that none of `ours` names:
    texts and labels in small letters. A place is no subject: *signed in Singapore*."""
    japanese = language == "ja" or (language not in ("en", "id") and not text[start : start + 2].isascii())
    before = text[max(0, start - 90) : start]
    for names, pattern in _countries("ja" if japanese else "id" if language == "id" else "en"):
        for found in pattern.finditer(before):
            if _acts(japanese).match(before[found.end() :]) is None or _PLACE.search(before[: found.start()]):
                continue
            if not any(name in one for name in names for one in ours):
                return True
    return False


def strangers_alone(text: str, start: int, end: int, language: str | None, ours: Collection[str]) -> bool:
    """Whether the clause of the verb at `start` to `end` names countries for its subject or its partners, and nothing
    of `ours`: then a name in another clause of the sentence has no part in it. Not for Japanese, whose clauses end
    with their verbs."""
    if language == "ja" or (language not in ("en", "id") and not text[start : start + 2].isascii()):
        return False
    first = max((found.end() for found in _CLAUSE.finditer(text, 0, start)), default=0)
    borders = (_CLAUSE.search(text, end), _JOINED.search(text, end))
    last = min((found.start() for found in borders if found), default=len(text))
    clause = text[first:last]
    # What a match found is a name (Tokyo, Prabowo) or a mere word (defence): only a name takes part.
    found_ours = (re.search(rf"(?<![\w-]){re.escape(one)}(?![\w-])", clause, re.I) for one in ours)
    if any(found is not None and found[0][0].isupper() for found in found_ours):
        return False
    if another_acts(clause, start - first, language, ours):
        return True
    countries = _countries("id" if language == "id" else "en")
    return any(
        _WITH.search(text[end : found.start()]) is not None
        for names, pattern in countries
        for found in pattern.finditer(text, end, last)
        if not any(name in one for name in names for one in ours)
    )


def is_place(text: str, start: int, end: int) -> bool:
    """Whether a name says where something was, and not who did it: *signed in Singapore*, シンガポールで."""
    if text[start:end].isascii():
        return _WHERE.search(text[max(0, start - 30) : start]) is not None
    return re.match(r"(?:市内|国内|都内)?で(?!は|も|、)", text[end : end + 6]) is not None


_CLAUSE = re.compile(
    r"[;—–]|,\s*(?:but|while|who|which|whereas|although|tetapi|namun|sedangkan|sementara)\b|\b(?:while|whereas|"
    r"sedangkan|sementara)\b",
    re.I,
)
_JOINED = re.compile(
    r"(?:,\s+(?:as\s+|and\s+|dan\s+)?|\s+(?:and|as|dan)\s+)(?=(?:[A-Z][\w-]+(?:'s|’s)?\s+){1,3}(?:(?:and|dan)\s+"
    r"(?:[A-Z][\w-]+\s+){1,3})?(?:held|hold|met|began|[a-z]+ed|has|have|had|was|were|is|are|menggelar|meng?adakan|"
    r"bertemu|telah|sudah)\b)"
)
"""Behind a verb: another subject and its verb."""
_WITH = re.compile(r"\b(?:by|with|oleh|dengan)\s+(?:the\s+)?(?:[A-Z][\w-]+(?:,\s+|\s+(?:and|dan)\s+))*$")
"""Between a verb and a country: who did it, or with whom."""

_WHERE = re.compile(r"\b(?:in|at|di)\s+(?:the\s+)?$", re.I)
_PLACE = re.compile(
    r"\b(?:in|at|off|near|from|via|of|over|around|on|di|dari|ke|lepas pantai|sekitar)\s+(?:the\s+)?$", re.I
)
"""Right before a country's name: it is a place or somebody's matter."""


@cache
def _acts(japanese: bool) -> re.Pattern[str]:
    return re.compile(_JA_ACTS if japanese else _SPACED % (_OFFICES, _VERB))


@cache
def _countries(language: str) -> tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]:
    """Each country's names in all languages, in small letters as in texts and labels, and the pattern of one's own."""
    made = []
    for line in _COUNTRIES.strip().splitlines():
        cells = [cell.split() for cell in line.split("|")]
        own = cells[("en", "id", "ja").index(language)]
        names = {name.replace("_", " ").lower() for cell in cells for name in cell}
        inner = "|".join(re.escape(name.replace("_", " ")) for name in own)
        # タイ stands in many words, 米 and 豪 too.
        pattern = (
            rf"(?<![ァ-ヶー一-龠日])(?:{inner})(?![ァ-ヶー])"
            if language == "ja"
            else rf"(?<![\w-])(?:{inner})(?![\w-])"
        )
        made.append((tuple(names | {name.replace(" ", "_") for name in names}), re.compile(pattern)))
    return tuple(made)
