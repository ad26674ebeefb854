"""Finds whose report an article is, where its publisher only passes it on.

Never takes a paper for its own agency, and never a source that is quoted for one fact further down.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from .markup import weight
from .text import bare

_FORMS = {
    "Reuters": ("reuters", "ロイター", "ロイター通信"),
    "AFP": ("afp", "agence france-presse", "afp=時事", "afp通信"),
    "AP": ("ap", "associated press", "the associated press", "ap通信", "ap=共同"),
    "Kyodo": ("kyodo", "kyodo news", "共同", "共同通信", "共同通信社"),
    "Jiji": ("jiji", "jiji press", "時事", "時事通信", "時事通信社"),
    "Antara": ("antara", "antara news", "lkbn antara", "アンタラ通信"),
    "JIBI": ("jibi", "bisnis/jibi", "jibi/bisnis"),
    "Bloomberg": ("bloomberg", "bloomberg news", "ブルームバーグ"),
    "dpa": ("dpa", "deutsche presse-agentur"),
    "EFE": ("efe",),
    "ANI": ("ani",),
    "PTI": ("pti", "press trust of india"),
    "PNA": ("pna", "philippine news agency"),
    "Bernama": ("bernama",),
    "Xinhua": ("xinhua", "xinhua news agency", "新華社"),
    "Yonhap": ("yonhap", "yonhap news agency", "聯合ニュース", "聯合"),
    "KCNA": ("kcna", "朝鮮中央通信"),
    "VNA": ("vna", "vietnam news agency"),
    "TASS": ("tass", "タス通信"),
    "Interfax": ("interfax", "インタファクス通信"),
    "Ukrinform": ("ukrinform",),
    "Anadolu": ("anadolu", "anadolu agency"),
    "UPI": ("upi", "united press international"),
    "ABC": ("abc news",),
    "BBC": ("bbc", "bbc news", "bbc indonesia"),
    "CNN": ("cnn",),
    "DW": ("dw", "deutsche welle"),
    "VOA": ("voa", "voice of america", "voa indonesia"),
    "NHK": ("nhk", "nhk world"),
}
AGENCIES = {bare(form): name for name, forms in _FORMS.items() for form in forms}
"""Bare letters of a printed form -> the name of an agency, or of a broadcaster that others reprint."""

_CAPITAL = r"[A-Z][\w.&'-]*"
_NAME = rf"(?P<name>{_CAPITAL}(?:\s{_CAPITAL}){{0,3}})"
_PLACE = r"(?:[Kk]antor\s+[Bb]erita|[Ll]aman|[Ss]itus|[Mm]edia|[Hh]arian|[Ss]urat\s+[Kk]abar|[Kk]oran)?\s*(?:resmi\s+)?"
_REPRINT = re.compile(
    rf"\b(?:[Dd]ilansir|[Mm]elansir|[Dd]ikutip|[Dd]inukil|[Dd]isadur)\s+(?:dari|oleh)?\s*{_PLACE}{_NAME}"
)
"""How Indonesian papers say whose report they retell; whatever they name."""
_TOLD = re.compile(
    rf"\b(?:[Mm]engutip|[Mm]enukil|[Dd]iberitakan|[Dd]ilaporkan|[Dd]iwartakan|[Mm]ewartakan|[Ll]apor|[Mm]enurut\s+laporan)"
    rf"\s+(?:dari|oleh)?\s*{_PLACE}{_NAME}"
)
"""How they say so of agencies, and the same of persons and offices."""
_SOURCE = re.compile(
    r"^\W*(?:sumber(?: berita)?|source|agency|kantor berita|配信|提供|出典)\s*[:：/=＝]\s*(?P<name>[^.。]{2,40})\W*$",
    re.I,
)
_BRACKETS = re.compile(r"[(（【\[](?P<name>[^()（）【】\[\]]{2,40})[)）】\]]")
_DATELINE = 90
"""Characters of a first paragraph within which an agency in brackets is the one of its dateline."""
_TAIL = 40
"""Characters at the end of the last paragraphs within which brackets are a credit."""
_PARTS = re.compile(r"\s*[/|,=·–—]\s*|\s-\s")
_PARTS_JA = re.compile(r"[\s/|,=＝／・、]+")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def find_agency(
    paragraphs: Sequence[str], credits: Iterable[str], site_names: Iterable[str], title: str = ""
) -> str | None:
    """The name of the agency or paper that is reprinted: named in the dateline or the brackets at the end, else in a
    line or a byline of its own (`credits`), else as the one whose report the first paragraphs retell. None where it is
    the site itself."""
    own = {bare(name) for name in site_names if name}

    def foreign(name: str | None) -> str | None:
        if not name:
            return None
        letters = bare(name)
        itself = letters in own or any(
            one.startswith(letters) or letters.startswith(one) for one in own if min(len(one), len(letters)) >= 3
        )
        return None if itself else name

    for name in _in_brackets(paragraphs):
        if found := foreign(name):
            return found
    for line in (*credits, *(text for text in paragraphs[-2:] if _SOURCE.match(text))):
        labelled = _SOURCE.match(line)
        name = known(labelled["name"] if labelled else line)
        if found := foreign(name):
            return found
    for text in (title, *paragraphs[:3]):
        for form in (_REPRINT, _TOLD):
            for retold in form.finditer(text):
                name = retold["name"].rstrip(".'")
                if found := foreign(_agency_of(name) or (name if form is _REPRINT and _is_name(name) else None)):
                    return found
    return None


def known(text: str) -> str | None:
    """The agency that a whole short text names, alone or as one of several parted by strokes (`ANTARA/JIBI`)."""
    if weight(text) > 60:
        return None
    plain = re.sub(r"^\W*(?:by|oleh|from|dari)\s+", "", text.strip(), flags=re.I)
    if _is_initials(plain):
        return None
    if (found := AGENCIES.get(bare(plain))) is not None:
        return found
    parts = _PARTS_JA.split(plain) if _WIDE.search(plain) else _PARTS.split(plain)
    for part in parts:
        letters = "" if _is_initials(part) else bare(part)
        if (found := AGENCIES.get(letters)) is not None:
            return found
        # a place runs into the agency's name (`ソウル聯合ニュース`)
        behind = next((form for form in AGENCIES if _WIDE.search(form) and letters.endswith(form)), None)
        if behind:
            return AGENCIES[behind]
    return None


def _agency_of(name: str) -> str | None:
    """The agency that a run of capitals begins with (`Reuters Senin`)."""
    words = name.split()
    return next(
        (found for end in range(len(words), 0, -1) if (found := AGENCIES.get(bare(" ".join(words[:end]))))), None
    )


def _in_brackets(paragraphs: Sequence[str]) -> Iterable[str | None]:
    """What stands in brackets in the dateline, and behind the last sentences."""
    for text in paragraphs[:1]:
        for found in _BRACKETS.finditer(text[:_DATELINE]):
            yield known(found["name"])
        if dash := re.match(r"^[^.。]{2,40}?,\s*(?P<name>[A-Z][\w. ]{1,24}?)\s*(?:--|[-–—])\s", text):
            yield known(dash["name"])
    for text in reversed(paragraphs[-2:]):
        for found in _BRACKETS.finditer(text[-_TAIL:]):
            yield known(found["name"])


def _is_initials(text: str) -> bool:
    """Whether a few small letters are somebody's initials: `(ap)`, `dw`."""
    return len(text) <= 4 and text.isascii() and text.islower()


def _is_name(name: str) -> bool:
    """Whether capitals are a publisher's name, not the first word of a sentence or a person's office."""
    return len(name) >= 3 and not re.match(r"(?:Senin|Selasa|Rabu|Kamis|Jumat|Sabtu|Minggu|Presiden|Menteri)\b", name)
