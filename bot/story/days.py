"""Which calendar days, months and years a text names, in English, Indonesian and Japanese, as seen from the day it was
published. It does not say what happened on them, and reads no clock.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from bot.story.dayforms import AHEAD, BACK, FORMS, MONTHS, NUMBERS, WEEKDAYS
from bot.story.daytense import told_in_past

SOON = timedelta(days=60)
"""A day without a year lies at most so far ahead; else it is the last such day. News tells of what was, and what lies
further ahead is named with its year."""

EASTERN = timedelta(hours=11)
"""How far the clocks of those who wrote may be ahead of a publication in UTC, which hides them: as far as Sydney's."""

Spoken = Callable[[re.Match[str], date], str | None]
"""What an expression means, seen from a day: ISO 8601, or None where it is no date."""

_BESIDE = re.compile(r",?\s*\(?")
_WIDE = str.maketrans("０１２３４５６７８９（）／．－，", "0123456789()/.-,")


def days_in(text: str, language: str | None, published: datetime) -> list[tuple[int, int, str]]:
    """The dates that the text names, in its order: offsets in the text, and the date in ISO 8601, a day (`2026-05-17`),
    a month (`2026-05`) or a year as far as it is said. Of a range the first day; weeks are no dates. Relative ones
    count from the day of `published` in that value's own zone. Days to come are given too. A text of another language
    than `en`, `id` and `ja`, or of an uncertain one, is read by the forms of all three. A day without a year is never
    to come where its clause tells of what was."""
    read = text.translate(_WIDE)
    found: list[tuple[int, int, str]] = []
    taken = [False] * len(read)
    for pattern, kind in _patterns(language if language in FORMS else None):
        for match in pattern.finditer(read):
            if match.start() == match.end() or any(taken[match.start() : match.end()]):
                continue
            if kind == "weekday" and _is_said_beside(read, match.end(), taken):
                continue  # Monday, 11 May: the day is said.
            try:
                said = _seen(match, kind, read, published)
            except (ValueError, OverflowError):
                said = None
            if said is not None or kind == "nothing":
                taken[match.start() : match.end()] = [True] * (match.end() - match.start())
            if said is not None:
                found.append((match.start(), match.end(), said))
    return sorted(found)


@lru_cache(maxsize=8)
def _patterns(language: str | None) -> tuple[tuple[re.Pattern[str], str], ...]:
    """The forms of a language, the longest first; each with its kind."""
    chosen = [FORMS[language]] if language is not None else list(FORMS.values())
    return tuple((re.compile(pattern), kind) for forms in chosen for pattern, kind in forms)


def _is_said_beside(text: str, end: int, taken: list[bool]) -> bool:
    """Whether the date of a weekday that ends there follows it at once."""
    gap = _BESIDE.match(text, end)
    return gap is not None and any(taken[gap.end() : gap.end() + 1])


def _seen(match: re.Match[str], kind: str, text: str, published: datetime) -> str | None:
    """What an expression means where it stands: the clock of those who wrote, and the tense of its verbs."""
    today, latest = published.date(), _latest(published)
    said = _MEANINGS[kind](match, today)
    if said is None:
        return None
    if kind == "weekday" and latest > today and first_day(said) == latest - timedelta(days=7):
        given = match.groupdict()
        bare = not given.get("weeks") and not _turn({name: value for name, value in given.items() if value})
        return latest.isoformat() if bare and told_in_past(text, *match.span()) else said
    if first_day(said) <= latest:
        # Tomorrow, where it has begun already for those who wrote, is a day later.
        ahead = kind in ("days", "weekday") and first_day(said) > today
        return _MEANINGS[kind](match, latest) if ahead else said
    if kind in _BACK and told_in_past(text, *match.span()):
        return _BACK[kind](match, today, True)
    return said


def _latest(published: datetime) -> date:
    """The day that it may have been for those who wrote: a publication in UTC hides their clock."""
    return (published if published.utcoffset() else published.astimezone(UTC) + EASTERN).date()


# --- what they mean ---------------------------------------------------------------------------------------------------


def _named(match: re.Match[str], today: date, been: bool = False) -> str | None:
    """A day, a month or a year named by what is in the groups; one without a year has been, if that is known."""
    given = {name: value for name, value in match.groupdict().items() if value}
    year = _year(given, today)
    if "month" not in given:
        if "day" in given:
            return _day_of_month(int(given["day"]), today, been)
        return str(year) if year is not None and 1000 <= year <= 9999 else None
    month = _month(given["month"])
    turn = _turn(given)
    if "until" in given and year is not None and _month(given["until"]) < month:
        year -= 1  # 29 December to 3 January 2025.
    if "day" in given:
        day = int(given["day"])
        if year is not None:
            return date(year, month, day).isoformat()
        return _near(lambda number: date(number, month, day), today, turn or -been).isoformat()
    if year is None:
        # Last November, said in November, is a year ago.
        seen = today.replace(day=1) - timedelta(days=1) if turn < 0 else today
        year = _near(lambda number: date(number, month, 1), seen, turn or -been).year
    date(year, month, 1)
    return f"{year:04}-{month:02}"


def _month(said: str) -> int:
    return int(said) if said.isdecimal() else MONTHS[said.lower().rstrip(".")]


def _turn(given: dict[str, str]) -> int:
    """-1 for a word that says it is past, 1 for one that says it is to come, else 0."""
    words = {value.lower() for name, value in given.items() if name.startswith("turn")}
    return -1 if words & BACK else 1 if words & AHEAD else 0


def _year(given: dict[str, str], today: date) -> int | None:
    """The year that is said; None where none is."""
    if "year" in given:
        year = int(given["year"])
        return year if len(given["year"]) > 2 else 2000 + year
    if "reiwa" in given:
        return 2018 + (1 if given["reiwa"] == "元" else int(given["reiwa"]))
    if "heisei" in given:
        return 1988 + (1 if given["heisei"] == "元" else int(given["heisei"]))
    if "away" in given:
        return today.year + NUMBERS[given["away"].lower()]
    return None


def _near(make: Callable[[int], date], today: date, turn: int) -> date:
    """The day of this name that is meant: the last one, or the next one if that is soon or said so."""
    days = []
    for year in range(today.year - 4, today.year + 5):
        try:
            days.append(make(year))
        except ValueError:
            continue  # The 29th of February.
    ahead = [day for day in days if day > today]
    back = [day for day in days if day <= today]
    if turn > 0 or not back:
        return min(ahead)
    soon = ahead and min(ahead) - today <= SOON and turn == 0
    # A month that began before today is this one.
    return min(ahead) if soon and today - max(back) > min(ahead) - today else max(back)


def _day_of_month(day: int, today: date, been: bool = False) -> str | None:
    """The nearest day of this number: Japanese reports name the month only where it is another. One that has been is
    the last."""
    around = [(today.replace(day=1) + timedelta(days=days)).replace(day=1) for days in (-20, 0, 40)]
    made = []
    for first in around:
        try:
            made.append(first.replace(day=day))
        except ValueError:
            continue
    made = [one for one in made if one <= today] if been else made
    return min(made, key=lambda one: (abs(one - today), one)).isoformat() if made else None


def _weekday(match: re.Match[str], today: date) -> str | None:
    """The last day of this name up to today; with a word, that of the week before or the one to come."""
    given = {name: value for name, value in match.groupdict().items() if value}
    wanted = WEEKDAYS[given["weekday"].lower().rstrip(".")]
    back = timedelta(days=(today.weekday() - wanted) % 7)
    weeks = NUMBERS.get(given.get("weeks", "").lower())
    if weeks is not None:
        monday = today - timedelta(days=today.weekday())
        return (monday + timedelta(days=7 * weeks + wanted)).isoformat()
    turn = _turn(given)
    if turn > 0:
        return (today + timedelta(days=((wanted - today.weekday()) % 7) or 7)).isoformat()
    if turn < 0 and not back:
        back = timedelta(days=7)
    return (today - back).isoformat()


def _days_away(match: re.Match[str], today: date) -> str | None:
    """So many days from today: the word says how many, or the number before it and which way."""
    given = match.groupdict()
    if given.get("word"):
        return (today + timedelta(days=_count(given["word"]))).isoformat()
    return (today + timedelta(days=_count(given["number"]) * (1 if given.get("ahead") else -1))).isoformat()


def _months_away(match: re.Match[str], today: date) -> str | None:
    """The month so many from this one."""
    given = match.groupdict()
    away = _count(given["word"]) if given.get("word") else -_count(given["number"])
    year, month = divmod(today.year * 12 + today.month - 1 + away, 12)
    day = given.get("day")
    if day:
        return date(year, month + 1, int(day)).isoformat()
    date(year, month + 1, 1)
    return f"{year:04}-{month + 1:02}"


def _years_away(match: re.Match[str], today: date) -> str | None:
    given = match.groupdict()
    year = today.year + (_count(given["word"]) if given.get("word") else -_count(given["number"]))
    return f"{date(year, 1, 1).year:04}"


def _on_the_day(match: re.Match[str], today: date) -> str | None:
    """The day so many years ago that is named: *a year ago on Friday*, 1年前の9月11日."""
    given = match.groupdict()
    years = _count(given["number"])
    if given.get("weekday"):
        day = _weekday(match, today)
    elif given.get("day"):
        named = _near(lambda number: date(number, int(given.get("month") or today.month), int(given["day"])), today, 0)
        day = named.isoformat()
    else:
        day = today.isoformat()
    return date(int(day[:4]) - years, int(day[5:7]), int(day[8:])).isoformat() if day else None


def _numeric(match: re.Match[str], today: date, been: bool = False) -> str | None:
    """A date in numbers, the day first; in English only where no other reading is possible."""
    given = match.groupdict()
    first, second, year = int(given["first"]), int(given["second"]), given.get("year")
    if given.get("slash") is not None and second <= 12 < first:
        day, month = first, second
    elif given.get("slash") is not None:
        if not first <= 12 < second:
            return None
        day, month = second, first
    else:
        day, month = first, second
    if year:
        return date(int(year) if len(year) > 2 else 2000 + int(year), month, day).isoformat()
    return _near(lambda number: date(number, month, day), today, -been).isoformat()


def _iso(match: re.Match[str], today: date) -> str | None:
    return date(int(match["year"]), int(match["month"]), int(match["day"])).isoformat()


def _count(said: str) -> int:
    return int(said) if said.isdecimal() else NUMBERS[" ".join(said.lower().split())]


def _nothing(match: re.Match[str], today: date) -> str | None:
    """What looks like a date and is none."""
    return None


_MEANINGS: dict[str, Spoken] = {
    "named": _named,
    "weekday": _weekday,
    "days": _days_away,
    "months": _months_away,
    "years": _years_away,
    "on the day": _on_the_day,
    "numeric": _numeric,
    "iso": _iso,
    "nothing": _nothing,
}


_BACK: dict[str, Callable[[re.Match[str], date, bool], str | None]] = {"named": _named, "numeric": _numeric}
"""Those that may lie on either side of today."""


def first_day(said: str) -> date:
    """The first day of a date in ISO 8601 that may be a month or a year."""
    year, month, day = (*map(int, said.split("-")), 1, 1)[:3]
    return date(year, month, day)


def upcoming(said: str, published: datetime) -> bool:
    """Whether a date lies after the day of publication, all of it, by any clock that those who wrote may have had."""
    return first_day(said) > _latest(published)
