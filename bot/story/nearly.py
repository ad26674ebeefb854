"""Turns of phrase by which a thing all but happened, is only wished for or drafted, or was reported in error. It judges
no verb by itself: what it does not know, the reading of modal words decides.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Case(NamedTuple):
    """Why a word does not tell what happened (a value of `Doubt`), where the text before and after it looks so."""

    why: str
    before: re.Pattern[str] | None = None
    after: re.Pattern[str] | None = None


def _of(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.I)


_VERBS = r"(?:\w{3,}ed|made|won|struck|met|held|took|sold|bought|sent|gave|put|began|begun)"

_WHAT = r"(?:(?!(?:has|had|was|were|is|are|who|which|that|after|when|since)\b)[^\s,;]+\s+)"
_DONE = r"(?<!able )(?<!managed )(?<!pleased )(?<!glad )(?<!happy )(?<!proud )"

_EN = (
    # nearly signed; nearly reached an agreement; but: almost all ministers signed
    Case("negated", _of(rf"\b(?:almost|nearly|all but)\s+(?:{_VERBS}\s+(?:(?!(?:and|but)\b)\S+\s+){{0,3}})?$")),
    Case("negated", _of(r"\b(?:c[ao]me|coming|so) close to\s+(?:\S+\s+){0,3}$")),
    Case("negated", _of(r"\bon the (?:verge|brink|cusp) of\s+(?:\S+\s+){0,3}$")),
    # Had Japan signed the treaty, it would ...
    Case("on a condition", _of(r"^\W*had\s+(?!(?:already|long|never|not)\b)(?:(?!had\b)[^\s?!]+\s+){1,8}$")),
    # ... would have sailed had Japan signed it
    Case(
        "on a condition",
        re.compile(r"\bwould\b[^.;]*\s(?<!,\s)(?<!and\s)had\s+(?:[A-Z]|(?:the|it|they|he|she|both)\s)[^,.;]*$"),
    ),
    Case("to come", _of(rf"\b{_DONE}to (?:have|see|get)\s+{_WHAT}{{1,9}}$")),
    Case(
        "to come",
        _of(
            r"\b(?:want(?:s|ed)?|expect(?:s|ed)?|would like)\s+(?:the|a|an|its|their|this|such|another)\s+"
            r"(?:(?!(?:has|had|was|were|is|are|who|which|that|after|and)\b)[^\s,;]+\s+){0,5}$"
        ),
    ),
    Case("denied", _of(r"\b(?:in(?:correctly|accurately)|wrongly|mistakenly|falsely|erroneously)\s+"
                       r"(?:report|stat|sa[iy]|claim|suggest|announc|wr[oi]t)")),
    Case("denied", _of(r"\b(?:reports?|claims?|news|statements?)\b"),
         _of(r"\b(?:premature|inaccurate|incorrect|wrong|misleading|mistaken|erroneous)\b")),
    Case("denied", _of(r"\brul(?:e|es|ed|ing) out\b(?!.*\b(?:but|and then)\b)")),
    Case("to come", _of(r"\bunder (?:the|a|its|this) (?:draft|proposal|proposed|planned|bill)\b")),
    Case("to come", _of(r"\b(?:draft|proposal|bill)\s+(?:says|states|stipulates|provides|foresees|envisages)\b")),
    Case("another meaning", None, _of(r"^\s+to (?:disagree|differ)\b")),
    # a signed copy; but: they signed copies
    Case("another meaning", _of(r"(?:^\W*|\b(?:an?|the|of|with|his|her|their|its|these|some|two|from|for)\s+)$"),
         _of(r"^\s+(?:cop(?:y|ies)|photo(?:s|graphs?)?|shirts?|jerseys?|balls?|books?)\b")),
)  # fmt: skip

_ID = (
    Case("negated", _of(r"\b(?:hampir|nyaris)\s+(?:saja\s+)?$")),
    Case("denied", _of(r"\b(?:keliru|salah)\s+(?:me(?:laporkan|mberitakan|nyebut|nulis)|di(?:laporkan|beritakan))\b")),
    Case("denied", _of(r"\b(?:kabar|berita|laporan|klaim|informasi)\b"),
         _of(r"\b(?:tidak benar|tak benar|keliru|bohong|hoaks|hoax|terlalu dini|menyesatkan)\b")),
    Case("to come", _of(r"\b(?:menurut|dalam|berdasarkan) (?:rancangan|draf|usulan)\b")),
    Case("to come", _of(r"\b(?:ingin|menargetkan|mengharapkan|menghendaki)\s+"
                        r"(?:(?!(?:telah|sudah|dan|setelah|karena)\b)\S+\s+){1,6}$")),
    Case("another meaning", None, _of(r"^\s+(?:untuk )?tidak sepakat\b")),
)  # fmt: skip

_JA = (
    # who asks when it was signed takes it that it was
    Case("a question", re.compile(r"^(?!.*(?:いつ|どこ|何|なぜ|どの|だれ|誰)[^、。]{0,15}$)"), re.compile(
        r"^[^。、]{0,6}か(?:どうか)?(?:について)?[はをも、]?.{0,12}"
        r"(?:明らかにし(?:てい)?な|明らかになっていな|明らかではな|不明|[分わ]か(?:ってい|ら)な|確認(?:でき|されて)?(?:てい)?な)")),
    Case("to come", re.compile(r"(?:草案|素案|原案|法案|改正案)(?:で|によると|に基づき)")),
    Case("negated", re.compile(r"(?:あと一歩で|寸前で|もう少しで)[^。、]{0,20}$")),
    Case("negated", None, re.compile(r"^(?:する|の)?(?:寸前|目前|間近)(?!に)")),
)  # fmt: skip

_CASES = {"en": _EN, "id": _ID, "ja": _JA}
_ALL = (*_EN, *_ID, *_JA)


def nearly(sentence: str, start: int, end: int, language: str | None) -> str | None:
    """Why what the characters `start` to `end` say did not happen, a value of `Doubt`; None where nothing here says
    so. A text of another or an uncertain language is read as all."""
    led, tail = sentence[:start], sentence[end:]
    for case in _CASES.get(language or "", _ALL):
        if (case.before is None or case.before.search(led)) and (case.after is None or case.after.search(tail)):
            return case.why
    return None
