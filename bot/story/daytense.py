"""Whether a sentence tells of a day as one that was, by the verbs about it. It looks for no days and reads no clock."""

from __future__ import annotations

import re

_BORDER = re.compile(
    r"[.;:]\s|,\s(?!\d)|\b(?:and(?=\s+(?-i:[a-z]))|but|while|which|who|tetapi|namun|sedangkan|sementara|yang)\b", re.I
)
"""Where a clause ends in English and Indonesian."""
_REACH = 120
_EN_AHEAD = re.compile(
    r"\b(?i:will|shall|would|should|might|can|could|must|plan\w*|schedul\w+|slated|due|expect\w*|set(?!\s+up)|intend\w*|"
    r"aim\w*|hop(?:e|es|ed|ing)|upcoming|forthcoming|next|coming|deadline|ahead|propos\w+|invit\w+|"
    r"to\s+(?!the\b|a\b|an\b|its\b|their\b|them\b|him\b|her\b)(?-i:[a-z]+)|(?:until|till|by|before)(?=\s*$))\b|\bmay\b"
)
_EN_PAST = re.compile(
    r"\b(?:(?!need\b|indeed\b|speed\b|hundred\b|unmanned\b|armed\b|advanced\b|combined\b|united\b|"
    r"announced\b|confirmed\b|reported\b|stated\b|added\b|disclosed\b|revealed\b)[a-z]{2,}ed|"
    r"held|met|began|took|came|went|made|gave|sent|saw|flew|left|was|were|had|did|struck|sealed|won|became|"
    r"spoke|drew|led|brought|bought|sold|put into force)\b"
)
"""Verbs of statements say nothing of the day that is stated."""
_ID_AHEAD = re.compile(
    r"\b(?:akan|bakal|mendatang|depan|nanti|rencana\w*|direncanakan|berencana|dijadwalkan|jadwal\w*|hendak|segera|besok|"
    r"bisa|dapat|diharapkan|diperkirakan|berharap|ingin|untuk|agar|target\w*|"
    r"(?:sebelum|hingga|sampai|jelang|menjelang)(?=\s*(?:tanggal\s*)?$))\b",
    re.I,
)
_ID_PAST = re.compile(
    r"\b(?:telah|sudah|usai|seusai|setelah|teken|bertemu|ditandatangani|diteken|disepakati|diserahkan|"
    r"(?!menteri|mereka|meski|melalui|mengenai|menurut|media|menjadi|memorandum|menhan|menlu|meter|menit|mengatakan|"
    r"menyatakan|mengumumkan|menyebut|menjelaskan|menyampaikan|menjelang)me[a-z]{4,})\b",
    re.I,
)
"""Other verbs have no tense: of passives those that tell of an end."""
_JA_VERB = re.compile(
    r"(?P<past>(?:し|され|われ|かれ|まれ|ばれ|れ|い|っ|き|け|げ|せ|べ|め|え|まっ|わっ)た(?!め|い)|んだ(?=[。、」]|と)|済み)|"
    r"(?P<ahead>する|れる|まる|わる|行う|開く|結ぶ|予定|方針|見通し|計画|まで[にの]|しよう|(?:へ|に)(?=[。」]|$))"
)


def told_in_past(text: str, start: int, end: int) -> bool:
    """Whether the verbs of the clause say that the day named by the characters `start` to `end` has been: *signed on 5
    January*, 1月5日に署名した. Where they say nothing, or that it is to come, it is False."""
    if re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", text[start : end + 40]):
        verb = _JA_VERB.search(text[end : end + _REACH].partition("。")[0] + "。")
        return verb is not None and verb["past"] is not None
    before = _BORDER.split(text[max(0, start - _REACH) : start])[-1]
    for clause in (before, _before_border(text[end : end + _REACH].lstrip(" ,"))):
        if _EN_AHEAD.search(clause) or _ID_AHEAD.search(clause):
            return False
        if _EN_PAST.search(clause) or _ID_PAST.search(clause):
            return True
    return False


def _before_border(text: str) -> str:
    """A sentence up to its next clause; one that begins it goes on behind a pair of names: *Japan and Indonesia*."""
    return re.split(r"[.;:]\s|,\s(?!\d)|\b(?:but|while|which|who|tetapi|namun|yang)\b", text)[0]
