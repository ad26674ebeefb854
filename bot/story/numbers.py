"""Amounts in a text, in one form for English, Indonesian and Japanese. Years and days of the month are not amounts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_SCALE = {
    "hundred": 1e2, "ratus": 1e2, "thousand": 1e3, "ribu": 1e3, "million": 1e6, "juta": 1e6, "m": 1e6, "mn": 1e6,
    "billion": 1e9, "bn": 1e9, "miliar": 1e9, "milyar": 1e9, "trillion": 1e12, "tn": 1e12, "triliun": 1e12,
    "万": 1e4, "億": 1e8, "兆": 1e12,
}  # fmt: skip
_WORDS = {
    word: value
    for value, listed in enumerate(
        (
            "two dua kedua", "three tiga ketiga", "four empat keempat", "five lima", "six enam", "seven tujuh",
            "eight delapan", "nine sembilan", "ten sepuluh", "eleven sebelas", "twelve",
        ),
        2,
    )
    for word in listed.split()
}  # fmt: skip
_MONEY = {
    "yen": "jpy", "円": "jpy", "¥": "jpy", "dollars": "usd", "dollar": "usd", "dolar": "usd", "ドル": "usd",
    "$": "usd", "us$": "usd", "a$": "aud", "豪ドル": "aud", "euros": "eur", "euro": "eur", "€": "eur",
    "ユーロ": "eur", "pounds": "gbp", "pound": "gbp", "£": "gbp", "ポンド": "gbp", "rupiah": "idr", "rp": "idr",
    "ルピア": "idr", "pesos": "php", "peso": "php", "ペソ": "php", "rupees": "inr", "crore": "inr",
}  # fmt: skip
_CLASSES = {
    "ship": "ship ships vessel vessels boat boats frigate frigates destroyer destroyers warship warships kapal fregat "
    "隻 hulls patrol",
    "person": "people personnel troops soldiers sailors cadets engineers officers students marines personel prajurit "
    "taruna orang tentara awak insinyur 人 名 staff crew",
    "year": "year years tahun 年間 カ年 -year",
    "place": "nations countries negara カ国 か国 ヵ国 states",
    "metre": "metre metres meter meters m メートル",
    "km": "km kilometres kilometers kilometer キロ",
    "unit": "units unit sets aircraft pesawat missiles rudal radars radar 基 機 drones",
    "percent": "% percent persen per_cent パーセント",
    "month": "month months bulan カ月 か月",
}
_CLASS = {word.replace("_", " "): name for name, words in _CLASSES.items() for word in words.split()}


def _either(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_LINK_WORDS = """
of on in at to for from with by and or as than between after before over into under the a an per di ke dari untuk pada
dengan dan atau yang oleh antara dalam bagi sebagai setelah sebelum
"""
_LINKS = _either(_LINK_WORDS.split())
"""Words after which another thing is spoken of: "two governments on ships" counts no ships."""

_ORDINAL = re.compile(
    r"(?:\b(?:number|no|nr|article|section|chapter|phase|stage|part|round|page|line|route|highway|channel|flight|group|"
    r"unit|block|level|type|class|version|season|episode|game|day|nomor|pasal|ayat|bab|tahap|babak|bagian|halaman|hari|"
    r"tipe|kelas|angka|ke)[.\s-]{0,2}|#|[a-z]-?)$"
)
"""What stands before a number that counts nothing: talks number 2, Article 9, F-16."""

_LATIN = re.compile(
    rf"(?P<before>(?:us|a)?\$|[¥€£]|\brp\.?)?\s?(?<![\w.])(?P<value>\d[\d.,]*\d|\d|(?:{_either(_WORDS)})\b)"
    rf"(?:[\s-](?P<scale>hundred|ratus|thousand|ribu|million|juta|billion|bn|miliar|milyar|trillion|triliun)\b|(?P<s>bn|m)\b)?"
    rf"(?:[\s-](?:(?:(?!(?:{_LINKS})[\s-])[^\W\d_]+[\s-]){{0,2}}?)"
    rf"(?P<after>{_either([*_CLASS, *_MONEY])})(?!\w)|(?P<p>%))?"
)
_JA = re.compile(
    r"(?P<value>\d[\d,.]*(?:兆|億|万)?(?:\d[\d,]*(?:億|万))?\d*)(?!\d)(?P<about>余り|余|超)?"
    rf"(?P<after>{_either([word for word in [*_CLASS, *_MONEY] if not word.isascii() or word == '%'])})?"
    r"(?!月|日|時|分|年(?!間))"
)


def numbers_in(text: str, language: str | None) -> dict[str, str]:
    """Amounts, as `2.4e+09 jpy`, `3 ship`, `200` -> as written. Small numbers count only with what they count; numbers
    that may be years do not count alone."""
    text = unicodedata.normalize("NFKC", text).casefold()
    found: dict[str, str] = {}
    for match in (_JA if language == "ja" else _LATIN).finditer(text):
        given = match.groupdict()
        if language != "ja" and _ORDINAL.search(text[max(0, match.start("value") - 12) : match.start("value")]):
            continue
        value = _japanese(given["value"]) if language == "ja" else _latin(given, language)
        if value is None:
            continue
        after = given.get("after") or given.get("p") or ""
        kind = _MONEY.get((given.get("before") or "").strip(" .")) or _MONEY.get(after) or _CLASS.get(after)
        if kind:
            found.setdefault(f"{value:.3g} {kind}", match.group().strip())
        if value >= 13 and kind not in _MONEY.values() and not 1900 <= value <= 2100:
            found.setdefault(f"{value:.4g}", match.group().strip())
    return found


def _latin(given: dict[str, str | None], language: str | None) -> float | None:
    raw = given["value"] or ""
    if raw in _WORDS:
        value = float(_WORDS[raw])
    else:
        comma = language in ("id", "ms")
        thousands, point = (".", ",") if comma else (",", ".")
        if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", raw):
            raw = re.sub(r"[.,]", "", raw)
        raw = raw.replace(thousands, "").replace(point, ".").rstrip(".")
        try:
            value = float(raw)
        except ValueError:
            return None
    return value * _SCALE.get(given["scale"] or given["s"] or "", 1)


def _japanese(raw: str) -> float | None:
    total, rest = 0.0, raw.replace(",", "")
    for unit in "兆億万":
        if unit in rest:
            head, rest = rest.split(unit, 1)
            try:
                total += float(head) * _SCALE[unit]
            except ValueError:
                return None
    try:
        return total + (float(rest) if rest else 0.0)
    except ValueError:
        return None
