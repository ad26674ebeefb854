"""The words and zones that dates are printed with, in English, Indonesian, Malay and Japanese.

Holds tables and nothing that decides.
"""

from __future__ import annotations

from datetime import timedelta, timezone, tzinfo

_MONTHS = """
january jan januari  jan.
february feb februari peb pebruari februari. feb.
march mar maret mac mrt mar.
april apr apr.
may mei
june jun juni
july jul juli julai
august aug agustus agu ags agt agst ogos aug.
september sep sept sept.
october oct oktober okt oct.
november nov nop nopember nov.
december dec desember des disember dis dec.
"""
MONTHS = {
    name.rstrip("."): number for number, names in enumerate(_MONTHS.strip().splitlines(), 1) for name in names.split()
}
"""Month names and their printed short forms -> 1 to 12."""

_WEEKDAYS = """
monday mon senin sen isnin 月
tuesday tue tues selasa sel 火
wednesday wed rabu rab 水
thursday thu thurs thur kamis kam khamis 木
friday fri jumat jum'at jum jumaat 金
saturday sat sabtu sab 土
sunday sun minggu ming min ahad 日
"""
WEEKDAYS = {name: number for number, names in enumerate(_WEEKDAYS.strip().splitlines()) for name in names.split()}
"""Names of the days of the week -> 0 (Monday) to 6, as `date.weekday()` counts."""

ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}
"""Japanese eras -> the year before their first."""


def _hours(hours: float) -> tzinfo:
    return timezone(timedelta(hours=hours))


ZONES = {
    "WIB": _hours(7), "WITA": _hours(8), "WIT": _hours(9), "JST": _hours(9), "KST": _hours(9), "MYT": _hours(8),
    "SGT": _hours(8), "PHT": _hours(8), "PHST": _hours(8), "HKT": _hours(8), "ICT": _hours(7), "GMT": _hours(0),
    "UTC": _hours(0), "UT": _hours(0), "Z": _hours(0), "BST": _hours(1), "CET": _hours(1), "CEST": _hours(2),
    "EET": _hours(2), "EEST": _hours(3), "MSK": _hours(3), "IST": _hours(5.5), "AEST": _hours(10), "AEDT": _hours(11),
    "ACST": _hours(9.5), "AWST": _hours(8), "NZST": _hours(12), "NZDT": _hours(13), "EST": _hours(-5),
    "EDT": _hours(-4), "CST": _hours(-6), "CDT": _hours(-5), "MST": _hours(-7), "MDT": _hours(-6), "PST": _hours(-8),
    "PDT": _hours(-7), "ET": _hours(-5), "日本時間": _hours(9),
}  # fmt: skip
"""Printed names of zones -> offsets. RFC 5322 section 4.3 for the American ones; the others as their countries
use them."""

BY_LANGUAGE = {
    "id": "Asia/Jakarta",
    "ja": "Asia/Tokyo",
    "ms": "Asia/Kuala_Lumpur",
    "ko": "Asia/Seoul",
    "th": "Asia/Bangkok",
    "vi": "Asia/Ho_Chi_Minh",
}
"""The zone a country's press prints without naming it, for languages of one country."""
BY_COUNTRY = {
    "id": "Asia/Jakarta", "jp": "Asia/Tokyo", "my": "Asia/Kuala_Lumpur", "sg": "Asia/Singapore", "ph": "Asia/Manila",
    "kr": "Asia/Seoul", "th": "Asia/Bangkok", "vn": "Asia/Ho_Chi_Minh", "in": "Asia/Kolkata", "gb": "Europe/London",
    "nz": "Pacific/Auckland", "cn": "Asia/Shanghai", "tw": "Asia/Taipei", "hk": "Asia/Hong_Kong", "fr": "Europe/Paris",
    "de": "Europe/Berlin", "it": "Europe/Rome", "ua": "Europe/Kyiv", "be": "Europe/Brussels",
}  # fmt: skip
"""The zone of a country that has one, or whose capital's the national press prints."""
