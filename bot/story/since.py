"""When something was that a sentence tells as so long ago: *a year since they signed*, 署名から1年. It looks for no
dates of its own, and says nothing of what a sentence does not count back to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from bot.story.dayforms import NUMBERS
from bot.story.days import first_day
from bot.story.when import ASIDE, CLAUSES

Days = Sequence[tuple[int, int, str]]


class Counted(NamedTuple):
    """A date in ISO 8601, a day, a month or a year; None where it lies back and nobody says how far."""

    date: str | None


def counted(text: str, start: int, end: int, days: Days, language: str | None, published: datetime) -> Counted | None:
    """The date of what the characters `start` to `end` of a sentence name, where it counts the time from it, or to it:
    from one of the `days` that the sentence names, else from the day of publication. As exact as the count: years make
    a year, unless it is the very day that is marked, and so weeks and months a month. None where the sentence does not
    count, or names the date of the thing itself."""
    if language == "ja" or (language not in ("en", "id") and not text[start:end].isascii()):
        return _japanese(text, start, end, days, published)
    return _spaced(text, start, end, days, published)


# --- English and Indonesian -------------------------------------------------------------------------------------------

_ORDINALS = {
    word: number
    for words in (
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth",
        "pertama kedua ketiga keempat kelima keenam ketujuh kedelapan kesembilan kesepuluh",
    )
    for number, word in enumerate(words.split(), start=1)
}
_TEENS = "thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty"
_MORE = {word: number for number, word in enumerate(_TEENS.split(), start=13)}
_COUNTS = f"an|a|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|{'|'.join(_MORE)}"
_COUNTS_ID = "se|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|sebelas"
_UNITS = {
    "day": "day", "week": "week", "month": "month", "year": "year", "decade": "decade", "hari": "day", "pekan": "week",
    "minggu": "week", "bulan": "month", "tahun": "year", "dekade": "decade", "日": "day", "週間": "week",
    "カ月": "month", "か月": "month", "ヶ月": "month", "ヵ月": "month", "年": "year", "周年": "year",
}  # fmt: skip
_SPANS = (
    re.compile(
        rf"\b(?:(?P<vague>more than|over|nearly|almost|less than|under|about|around|some|roughly)\s+)?"
        rf"(?P<number>\d{{1,3}}|{_COUNTS})[\s-]+(?P<unit>day|week|month|year|decade)s?\s+(?P<exact>to the day\s+)?"
        r"(?P<way>after|since|on from|on since|before)\b",
        re.I,
    ),
    re.compile(r"\bthe\s+(?P<unit>day)\s+(?P<way>after|before)\b", re.I),
    re.compile(
        rf"\b(?P<number>\d{{1,3}}(?:st|nd|rd|th)|{'|'.join(_ORDINALS)})\s+(?:wedding\s+)?(?P<unit>)anniversary\s+"
        r"(?:of|since)\b",
        re.I,
    ),
    re.compile(rf"\b(?P<number>\d{{1,3}}|{_COUNTS})-(?P<unit>year)\s+anniversary\s+(?:of|since)\b", re.I),
    re.compile(
        rf"\b(?:(?P<vague>lebih dari|hampir|sekitar|kurang dari|kira-kira)\s+)?(?P<number>\d{{1,3}}|{_COUNTS_ID})\s*"
        r"(?P<unit>hari|pekan|minggu|bulan|tahun|dekade)\s+(?P<more>lebih\s+)?"
        r"(?P<way>setelah|sesudah|sejak|usai|seusai|pasca|selepas|sebelum|(?=penandatanganan))",
        re.I,
    ),
    re.compile(rf"\bulang\s+tahun\s+(?P<number>{'|'.join(_ORDINALS)}|ke-\d{{1,3}})(?P<unit>)\s", re.I),
)
_LONG = re.compile(
    r"\b(?:days|weeks|months|years|decades)\s+(?:after|since)\b|\b(?:ever\s+)?since\b|\bber(?:hari|minggu|bulan|tahun)"
    r"-(?:hari|minggu|bulan|tahun)\s+(?:setelah|sejak)\b|\bsejak\b",
    re.I,
)
"""It was a while ago, and nobody says when."""
_LENGTH = re.compile(
    r"\b(?:after|following|setelah|usai)\s+(?:[\w-]+\s+){0,4}?(?:(?:weeks|months|years|decades)\s+of\s+(?:[\w-]+\s+){0,2}|"
    r"(?:bulan|tahun)\s+)$",
    re.I,
)
"""After three years of talks: they have no day."""
_RULE = re.compile(
    r"\b(?:within|every|up to|no later than|at least|next|paling lambat|dalam waktu|maksimal|dalam)\s*$", re.I
)
"""Right before a count: so much time is allowed."""
_MARKS = re.compile(r"\b(?:mark(?:s|ed|ing)?|exactly|to the day|tepat|genap|persis)\b", re.I)
"""It is the very day."""
_BACKWARDS = ("before", "sebelum")
_BREAKS = re.compile(r"[;—–]|,(?!\s?\d)|\b(?:but|while|which|tetapi|namun|sedangkan)\b", re.I)
"""Where that verb's clause ends. Two may have signed: no *and* does."""
_REACH = 110
"""Characters between a count and the verb it counts from."""


_LATER = re.compile(
    rf"\b(?P<number>\d{{1,3}}|{_COUNTS})\s+(?P<unit>day|week|month|year|decade)s?\s+later\b|"
    rf"\b(?P<nomor>\d{{1,3}}|{_COUNTS_ID})\s*(?P<satuan>hari|pekan|minggu|bulan|tahun|dekade)\s+kemudian\b",
    re.I,
)
_ASIDES = re.compile(r",\s*(?:which|who|whose|yang)\b[^,;]*,", re.I)


def _spaced(text: str, start: int, end: int, days: Days, published: datetime) -> Counted | None:
    # four months after the pact, which was signed in 2024, took effect
    plain = _ASIDES.sub(lambda found: found[0] if found.end() > start else "~" * len(found[0]), text)
    days = [day for day in days if plain[day[0]] != "~"]
    return _back_to(plain, start, end, days, published) or _later(plain, start, end, days, published)


def _later(text: str, start: int, end: int, days: Days, published: datetime) -> Counted | None:
    """They landed on Friday *and met a day later*: it counts from the last date before."""
    for found in _LATER.finditer(text):
        after = found.start() >= end
        between = text[end : found.start()] if after else text[found.end() : start].lstrip(",")
        if (not after and found.end() > start) or len(between) > _REACH or CLAUSES.search(between):
            continue
        if any(min(found.end(), end) <= day[0] < max(found.start(), start) for day in days):
            continue
        first = min(start, found.start())
        led = [said for _, last, said in days if last <= first]
        if not led:
            return Counted(None)
        number = _number(found["number"] or found["nomor"])
        unit = _UNITS[(found["unit"] or found["satuan"]).lower()]
        return Counted(_past(_away(led[-1], -number, unit, False, False), published))
    return None


def _back_to(text: str, start: int, end: int, days: Days, published: datetime) -> Counted | None:
    spans = [(found, pattern) for pattern in _SPANS for found in pattern.finditer(text[:start])]
    if spans:
        found = max((one for one, _ in spans), key=lambda one: one.end())
        if not _reaches(text, found.end(), start):
            return None
        if _RULE.search(text[: found.start()]) or _own(text, found.end(), end, days):
            return None
        said = found.groupdict()
        anchor, named = _anchor(text, found.start(), _close(text, end), days, published)
        marked = text[max(0, found.start() - 60) : found.end()]
        exact = bool(said.get("exact")) or (_MARKS.search(marked) is not None and named)
        number = _number(said.get("number") or "a")
        back = (said.get("way") or "").lower() not in _BACKWARDS
        vague = bool(said.get("vague") or said.get("more"))
        unit = _UNITS[(said.get("unit") or "year").lower()]
        return Counted(_past(_away(anchor, number if back else -number, unit, exact, vague), published))
    if _LENGTH.search(text[:start]) is not None and not _own(text, start, end, days):
        return Counted(None)
    long = list(_LONG.finditer(text[:start]))
    if long and _reaches(text, long[-1].end(), start) and not _own(text, long[-1].end(), end, days):
        return Counted(None)
    return None


def _reaches(text: str, last: int, start: int) -> bool:
    between = text[last:start]
    return len(between) <= _REACH and _BREAKS.search(between) is None


def _close(text: str, end: int) -> int:
    """Where the clause of a word ends."""
    border = CLAUSES.search(text, end)
    return border.start() if border else len(text)


def _own(text: str, first: int, end: int, days: Days) -> bool:
    """Whether the clause that is counted from names its date itself."""
    return any(first < day[1] and day[0] < _close(text, end) for day in days)


def _anchor(text: str, before: int, after: int, days: Days, published: datetime) -> tuple[str, bool]:
    """What is counted from, the last date before the count, else the first after its clause, else the day of
    publication; and whether it was named."""
    today = published.date().isoformat()
    led = [
        said
        for _, last, said in days
        if last <= before + 1 and not (ASIDE.search(text[:last]) and "," in text[last:before])
    ]
    behind = [said for first, _, said in days if first >= after]
    known = led[-1:] or behind[:1]
    return (known[0], True) if known else (today, False)


def _number(said: str) -> int:
    said = said.lower().removeprefix("ke-")
    digits = re.match(r"\d+", said)
    if digits:
        return int(digits[0])
    return _ORDINALS.get(said) or _MORE.get(said) or NUMBERS[said]


# --- Japanese ---------------------------------------------------------------------------------------------------------

_JA_COUNT = r"(?P<number>\d{1,3}|[一二三四五六七八九十])\s?(?P<unit>周年|年|[カかヶヵ]月|週間|日)"
_JA_FROM = re.compile(
    r"^(?:式典|式)?(?:から|以来|後|してから|されてから|して以来|して|されて|し|され)?[、]?(?:ちょうど|丸|まる|満|早くも|間もなく)?"
    rf"(?:[^、。]{{0,6}}\d日で)?(?:ちょうど|丸|まる|満)?{_JA_COUNT}(?P<more>余り?|以上|近く|半)?"
    r"(?:とな|にな|を迎|の節目|を機に|を記念|に当た|にあた|が経|がた|を経|経[つっ過]|たっ|たつ|の?[、。]|の日|$)"
)
_JA_SINCE = re.compile(
    rf"^(?:式)?から(?:ちょうど|丸|まる)?{_JA_COUNT}(?P<more>余り?|以上|近く|半)?(?:で(?!見直|失効)|も|が)"
)
_JA_LENGTH = re.compile(r"(?:年|月)(?:間の|にわたる|に及ぶ|越しの|がかりの)$")
_JA_LATER = re.compile(rf"^(?:式)?(?:の|から){_JA_COUNT}後")
_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")


def _japanese(text: str, start: int, end: int, days: Days, published: datetime) -> Counted | None:
    """What it counts from stands before the count: 署名して19日で1年となった, 8日で署名から2年."""
    read = text.translate(_WIDE)
    if _JA_LENGTH.search(read[:start]):
        return Counted(None)
    found = _JA_FROM.search(read[end:]) or _JA_SINCE.search(read[end:]) or _JA_LATER.search(read[end:])
    if found is None:
        return None
    last = end + found.end()
    marked = [
        said
        for _, close, said in days
        if (close <= last and text[close : close + 1] == "で") or (close <= start <= close + 8 and text[close] == "、")
    ]
    if not marked and any(first < start and start - close <= 8 for first, close, _ in days):
        # 2024年7月の署名から2年: the date is said.
        return None
    number, unit = _number(found["number"]), _UNITS[found["unit"]]
    more = bool(found.groupdict().get("more"))
    anchor = marked[-1] if marked else published.date().isoformat()
    if found.re is _JA_LATER:
        later = [said for first, _, said in days if first >= last]
        anchor = later[0] if later else anchor
    return Counted(_past(_away(anchor, number, unit, bool(marked), more), published))


# --- counting ---------------------------------------------------------------------------------------------------------


def _away(anchor: str, number: int, unit: str, exact: bool, vague: bool) -> str | None:
    """The date so many units before another, as exact as that one and the unit are; None where there is none."""
    try:
        if unit in ("year", "decade"):
            return _years(anchor, number * (10 if unit == "decade" else 1), exact and not vague)
        if unit == "month":
            return _months(anchor, number, vague)
        if len(anchor) < len("2026-05-17"):
            return anchor
        day = date.fromisoformat(anchor) - timedelta(days=number * (7 if unit == "week" else 1))
    except (ValueError, OverflowError):
        return None
    return day.isoformat()[: len("2026-05")] if vague or unit == "week" else day.isoformat()


def _years(anchor: str, number: int, exact: bool) -> str:
    year = int(anchor[:4]) - number
    first_day(f"{year:04}")
    return f"{year:04}{anchor[4:]}" if exact and anchor[5:] != "02-29" else f"{year:04}"


def _months(anchor: str, number: int, vague: bool) -> str:
    if len(anchor) < len("2026-05"):
        return anchor
    year, month = divmod(int(anchor[:4]) * 12 + int(anchor[5:7]) - 1 - number, 12)
    first_day(f"{year:04}-{month + 1:02}")
    return f"{year:04}" if vague else f"{year:04}-{month + 1:02}"


def _past(said: str | None, published: datetime) -> str | None:
    return said if said is not None and first_day(said) <= published.date() else None
