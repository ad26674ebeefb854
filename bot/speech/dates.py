"""Days and times in words, in the language that is spoken. It knows no zone: it writes what it is given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from bot.speech import SOURCE, language


class Form(StrEnum):
    """How much of a date is written."""

    MOMENT = "moment"
    MOMENT_OF_YEAR = "moment_of_year"
    DAY = "day"
    DAY_OF_YEAR = "day_of_year"
    MONTH = "month"
    MONTH_OF_YEAR = "month_of_year"
    YEAR = "year"


_PATTERNS: Mapping[str, Mapping[Form, str]] = {
    "en": {
        Form.MOMENT: "d MMM y HH:mm",
        Form.MOMENT_OF_YEAR: "d MMM HH:mm",
        Form.DAY: "d MMM y",
        Form.DAY_OF_YEAR: "d MMM",
        Form.MONTH: "MMM y",
        Form.MONTH_OF_YEAR: "MMM",
        Form.YEAR: "y",
    },
    "ja": {
        Form.MOMENT: "y年M月d日 HH:mm",
        Form.MOMENT_OF_YEAR: "M月d日 HH:mm",
        Form.DAY: "y年M月d日",
        Form.DAY_OF_YEAR: "M月d日",
        Form.MONTH: "y年M月",
        Form.MONTH_OF_YEAR: "M月",
        Form.YEAR: "y年",
    },
}
"""Patterns of CLDR; Indonesian has those of English, with its own names of months."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def dated(when: date | datetime, form: Form) -> str:
    """A day or a moment, as its own clock shows it: `14 Jan 2025 10:05`, `14 Jan`, `Jan 2025`."""
    code = language()
    pattern = _PATTERNS.get(code, _PATTERNS[SOURCE])[form]
    if code == SOURCE:
        return _english(when, pattern)
    # Lazily: whoever speaks English never needs it.
    from babel.dates import format_date, format_datetime

    if isinstance(when, datetime):
        return str(format_datetime(when.replace(tzinfo=None), pattern, locale=code))
    return str(format_date(when, pattern, locale=code))


def _english(when: date, pattern: str) -> str:
    clock = f"{when:%H:%M}" if isinstance(when, datetime) else ""
    parts = {"d": str(when.day), "MMM": _MONTHS[when.month - 1], "y": str(when.year), "HH:mm": clock}
    return " ".join(parts[part] for part in pattern.split())
