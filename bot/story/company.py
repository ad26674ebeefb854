"""Words that tell of a step only in company: to approve is one of arms, to reach one of an agreement, in English,
Indonesian and Japanese. It judges no tense.
"""

from __future__ import annotations

import re

_EN_DEAL = (
    r"(?:agreement|accord|deal|pact|consensus|understanding|settlement|compromise|bargain|treaty|negotiati(?:ons?|ng)|"
    r"terms|common ground|talks)\b"
)
_EN_ARMS = (
    r"(?:transfer\w*|export\w*|sales?|sell(?:ing)?|grants?|donat\w+|giv(?:e|ing)|lend\w*|lease|provid(?:e|ing)|"
    r"provision|suppl(?:y|ying)|hand(?:ing)? over|shipments?|gift)\b"
)
_ID_DEAL = r"(?:kesepakatan|persetujuan|konsensus|titik temu|kata sepakat|mufakat|perundingan|negosiasi)\b"
_ID_ARMS = (
    r"(?:ekspor|mengekspor|penjualan|menjual|hibah|menghibahkan|pengalihan|mengalihkan|transfer|pengiriman|mengirim\w*|"
    r"memberi|memberikan|pemberian|pemindahan|meminjamkan|pinjaman|pengadaan|pembelian|membeli|penyerahan|"
    r"menyerahkan)\b"
)
GOODS = (
    r"\b(?:radars?|(?:patrol |speed|rubber )?boats?|cutters?|missiles?|drones?|launchers?|trucks?|batch|shipments?|"
    r"equipment|helicopters?|systems?|vehicles?|munitions|interceptors?|kapal patroli|perahu|rudal|nirawak|pesawat|"
    r"peralatan|kendaraan|helikopter|kapal hibah|kapal bantuan|vests)\b|レーダー|巡視船|巡視艇|哨戒艇|ミサイル|無人機|"
    r"装備品|車両|高速艇|警備艇|ヘリ"
)
"""What is delivered where it arrives; all else that arrives pays a visit."""

VISITS = re.compile(r"^(?:arrive[sd] in .*|tiba di .*|に到着)$", re.I)

_EN_BOND = (
    r"(?:(?!(?:plan|plans|talks|negotiations?|to|of|for|on|with|that|start|launch|signing|and|visit|sale)\b)"
    r"[\w'’-]+\s+)"
)
_EN_STATES = r"(?:security|defen[cs]e|military|strategic|logistics|access|arms|weapons|maritime|naval)"

COMPANY = (
    (
        re.compile(r"^(?:announce[sd]?|unveiled)$", re.I),
        re.compile(
            rf"^\s+(?!plans?\b|talks\b){_EN_BOND}{{0,5}}?(?:{_EN_STATES}\s+(?:and\s+{_EN_STATES}\s+)?"
            r"(?:cooperation\s+|co-operation\s+|transfer\s+)?(?:partnership|pact|agreement|accord|deal|arrangement)|"
            r"pact|treaty)\b(?!\s+(?:would|will|to\b|talks|negotiations|could|may))",
            re.I,
        ),
        None,
    ),
    (
        re.compile(r"^(?:mengumumkan|umumkan)$", re.I),
        re.compile(
            r"^\s+(?:(?!rencana|akan|bahwa|untuk)[\w-]+\s+){0,1}?(?:kesepakatan|pakta|perjanjian|kemitraan)\s+"
            r"(?:kerja sama\s+)?(?:keamanan|pertahanan|strategis|militer|akses)\b",
            re.I,
        ),
        None,
    ),
    (
        re.compile(
            r"^(?:reach(?:ed|es)?|struck|strikes?|clinch(?:ed|es)?|seal(?:ed|s)?|conclude[sd]?|completed|finished|"
            r"wrapped up|closed)$",
            re.I,
        ),
        re.compile(rf"^\W*(?:[\w'’-]+\s+){{0,5}}?{_EN_DEAL}", re.I),
        re.compile(
            r"\b(?:agreement|accord|deal|consensus|understanding|settlement|compromise)\s+"
            r"(?:(?:[\w'’-]+\s+){0,5}(?:was|were|been)\s+(?:\w+ly\s+)?)?$",
            re.I,
        ),
    ),
    (
        re.compile(
            r"^(?:approve[sd]?|clear(?:ed|s)|decide[sd]|authori[sz]e[sd]|green-lit|green-lighted|endorsed|permitted|"
            r"signed off on|waved through)$",
            re.I,
        ),
        re.compile(rf"^[^.;]{{0,100}}?\b{_EN_ARMS}", re.I),
        re.compile(rf"\b{_EN_ARMS}[^.;]{{0,80}}$", re.I),
    ),
    (
        re.compile(
            r"^(?:mencapai|capai|dicapai|tercapai|meraih|diraih|membuahkan|menghasilkan|merampungkan|menuntaskan|"
            r"menyelesaikan|rampung|menutup)$",
            re.I,
        ),
        re.compile(rf"^\s+(?:[\w-]+\s+){{0,3}}?{_ID_DEAL}", re.I),
        re.compile(rf"\b{_ID_DEAL}\s+(?:[\w-]+\s+){{0,5}}$", re.I),
    ),
    (
        re.compile(
            r"^(?:menyetujui|setujui|disetujui|memutuskan|putuskan|diputuskan|merestui|mengesahkan|mengizinkan)$", re.I
        ),
        re.compile(rf"^[^.;]{{0,50}}?\b{_ID_ARMS}", re.I),
        re.compile(rf"\b{_ID_ARMS}[^.;]{{0,80}}$", re.I),
    ),
    (
        re.compile(r"^(?:を決め|を決定|が決ま|を承認|が承認|を認め|が認め|を了承|を許可|閣議決定)$"),
        None,
        re.compile(r"(?:輸出|移転|供与|売却|譲渡|譲与|無償|提供|貸与|導入|購入|採用)[^。]{0,12}$"),
    ),
    (
        re.compile(r"^arrive[sd]$|^tiba$|^到着$", re.I),
        None,
        re.compile(rf"(?:{GOODS})[^.;。]{{0,70}}$", re.I),
    ),
)
"""Words that reach, approve or decide: the word, and what must stand after it, or before it, for it to be of states
and their arms."""

ENDS = re.compile(
    r"^(?:conclude[sd]?|completed|finished|wrapped up|closed|merampungkan|menuntaskan|menyelesaikan|menutup)$", re.I
)
"""Words that bring talks to an end, which is an agreement."""


def ends(term: str) -> bool:
    """Whether a word says that something was brought to its end: then what is named after it is what was ended."""
    return ENDS.match(term) is not None


def lacks_company(sentence: str, start: int, end: int) -> bool:
    """Whether a word that reaches or approves something does so of no agreement and no transfer."""
    if VISITS.match(sentence[start:end]):
        return re.search(GOODS, sentence[:start], re.I) is not None
    for word, after, before in COMPANY:
        if word.match(sentence[start:end]):
            behind = after is not None and after.search(sentence[end:]) is not None
            return not behind and (before is None or before.search(sentence[:start]) is None)
    return False
