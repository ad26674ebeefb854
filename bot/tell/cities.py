"""Which time zone somebody means who names a city, a country or a zone. It sets none.

Names are those of the IANA zones and of Unicode's CLDR in English, Indonesian and Japanese, as Babel brings them, and a
few cities that have no zone of their own name.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import MappingProxyType

LANGUAGES = ("en", "id", "ja")

SUGGESTED = 6
"""Zones offered where it is not plain which is meant."""

_ALIKE = 0.72
"""How like a name must be to be offered, of 1, by difflib: one wrong letter of five, two of eight."""

_CITIES: Mapping[str, str] = MappingProxyType(
    {
        "Bandung": "Asia/Jakarta", "Surabaya": "Asia/Jakarta", "Yogyakarta": "Asia/Jakarta",
        "Semarang": "Asia/Jakarta", "Medan": "Asia/Jakarta", "Palembang": "Asia/Jakarta", "Batam": "Asia/Jakarta",
        "Denpasar": "Asia/Makassar", "Bali": "Asia/Makassar", "Balikpapan": "Asia/Makassar", "Manado": "Asia/Makassar",
        "Nusantara": "Asia/Makassar", "Ambon": "Asia/Jayapura", "WIB": "Asia/Jakarta", "WITA": "Asia/Makassar",
        "WIT": "Asia/Jayapura", "Osaka": "Asia/Tokyo", "Kyoto": "Asia/Tokyo", "Nagoya": "Asia/Tokyo",
        "Sapporo": "Asia/Tokyo", "Fukuoka": "Asia/Tokyo", "Yokohama": "Asia/Tokyo", "Naha": "Asia/Tokyo",
        "大阪": "Asia/Tokyo", "京都": "Asia/Tokyo", "名古屋": "Asia/Tokyo", "札幌": "Asia/Tokyo", "福岡": "Asia/Tokyo",
        "横浜": "Asia/Tokyo", "那覇": "Asia/Tokyo", "日本標準時": "Asia/Tokyo", "JST": "Asia/Tokyo",
        "KST": "Asia/Seoul",
        "Busan": "Asia/Seoul", "Beijing": "Asia/Shanghai", "Peking": "Asia/Shanghai", "北京": "Asia/Shanghai",
        "Guangzhou": "Asia/Shanghai", "Shenzhen": "Asia/Shanghai", "Hanoi": "Asia/Bangkok",
        "New Delhi": "Asia/Kolkata", "Delhi": "Asia/Kolkata", "Mumbai": "Asia/Kolkata", "Chennai": "Asia/Kolkata",
        "Bengaluru": "Asia/Kolkata", "Islamabad": "Asia/Karachi", "Abu Dhabi": "Asia/Dubai", "Doha": "Asia/Qatar",
        "Ankara": "Europe/Istanbul", "Tel Aviv": "Asia/Jerusalem", "Canberra": "Australia/Sydney",
        "Washington": "America/New_York", "Washington DC": "America/New_York", "Boston": "America/New_York",
        "Miami": "America/New_York", "San Francisco": "America/Los_Angeles", "Seattle": "America/Los_Angeles",
        "Houston": "America/Chicago", "Ottawa": "America/Toronto", "Brasilia": "America/Sao_Paulo",
        "Rio de Janeiro": "America/Sao_Paulo", "The Hague": "Europe/Amsterdam", "Den Haag": "Europe/Amsterdam",
        "Geneva": "Europe/Zurich", "Bern": "Europe/Zurich", "Frankfurt": "Europe/Berlin", "Munich": "Europe/Berlin",
        "Hamburg": "Europe/Berlin", "Milan": "Europe/Rome", "Barcelona": "Europe/Madrid", "Kyiv": "Europe/Kiev",
        "Saint Petersburg": "Europe/Moscow", "Edinburgh": "Europe/London", "Wellington": "Pacific/Auckland",
        "UTC": "UTC", "GMT": "UTC",
    }
)  # fmt: skip
"""Cities and usual short names without a zone called so."""


@dataclass(frozen=True, slots=True)
class Found:
    """The zone that is meant, or else those that may be; a name of each that its reader may know."""

    zone: str | None
    close: Sequence[tuple[str, str]] = ()


def find(text: str) -> Found:
    """The zone of a city, of a country that has one, or of a zone's own name, in upper or lower case; else those of
    the country, or of names that are spelled alike; neither where nothing is like it."""
    wanted = _plain(text)
    if not wanted:
        return Found(None)
    names, zone = _names(), _zones().get(text.strip().casefold())
    if zone is not None and "/" in zone:
        return Found(zone)
    if wanted in names:
        return Found(names[wanted])
    if (country := _countries().get(wanted)) is not None:
        return Found(country[0]) if len(country) == 1 else Found(None, tuple((city_of(zone), zone) for zone in country))
    if zone is not None:
        return Found(zone)
    starting = [name for name in names if len(wanted) > 2 and name.startswith(wanted)]
    alike = [*starting[:SUGGESTED], *difflib.get_close_matches(wanted, names, SUGGESTED, _ALIKE)]
    zones = dict.fromkeys(names[name] for name in alike)
    return Found(None, tuple((city_of(zone), zone) for zone in zones)[:SUGGESTED])


def city_of(zone: str) -> str:
    """What a zone is called after, `New York` of `America/New_York`."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def _plain(text: str) -> str:
    """Letters and digits alone, without accents: how names are compared."""
    bare = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[\W_]+", "", "".join(char for char in bare if not unicodedata.combining(char)))


@cache
def _zones() -> Mapping[str, str]:
    """All zones by name in lower case."""
    return {zone.casefold(): zone for zone in zoneinfo.available_timezones()}


@cache
def _names() -> Mapping[str, str]:
    """The zone of each city by its bare name. Of a zone's several names it is the one that CLDR maps the others to."""
    aliases = _aliases()
    found: dict[str, str] = {}
    for zone in sorted(_zones().values()):
        area, _, city = zone.partition("/")
        if city and area not in ("Etc", "posix", "right"):
            found.setdefault(_plain(city_of(zone)), aliases.get(zone, zone))
    for language in LANGUAGES:
        for zone, name in _cities_in(language).items():
            if zone.casefold() in _zones() and not zone.startswith("Etc/"):
                found.setdefault(_plain(name), aliases.get(zone, zone))
    return found | {_plain(name): zone for name, zone in _CITIES.items() if zone.casefold() in _zones()}


def _aliases() -> Mapping[str, str]:
    """Zones by their other names, those that this installation knows."""
    known = _zones()
    return {old: new for old, new in _of_babel("zone_aliases").items() if new.casefold() in known}


@cache
def _countries() -> Mapping[str, Sequence[str]]:
    """The zones of each country by its bare name in our languages, the one with the most people first where there are
    few."""
    known = _zones()
    found: dict[str, Sequence[str]] = {}
    for language in LANGUAGES:
        for code, name in _territories(language).items():
            zones = [zone for zone in _of_babel("territory_zones").get(code, ()) if zone.casefold() in known]
            if zones:
                found.setdefault(_plain(name), _foremost(code, zones)[:SUGGESTED])
    return found


_FIRST: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "US": ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Anchorage"),
        "ID": ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"),
        "AU": ("Australia/Sydney", "Australia/Brisbane", "Australia/Adelaide", "Australia/Darwin", "Australia/Perth"),
        "RU": ("Europe/Moscow", "Asia/Yekaterinburg", "Asia/Novosibirsk", "Asia/Vladivostok"),
        "CA": ("America/Toronto", "America/Halifax", "America/Winnipeg", "America/Edmonton", "America/Vancouver"),
        "BR": ("America/Sao_Paulo", "America/Manaus", "America/Rio_Branco"),
        "CN": ("Asia/Shanghai",),
        "DE": ("Europe/Berlin",),
        "MY": ("Asia/Kuala_Lumpur",),
        "NZ": ("Pacific/Auckland",),
        "UA": ("Europe/Kiev",),
    }
)
"""Zones of countries that have more than are to be chosen from, or some that nobody would mean."""


def _foremost(code: str, zones: Sequence[str]) -> Sequence[str]:
    return _FIRST.get(code, zones)


def now_there(zone: str, now: datetime) -> str:
    """What the clock shows in a zone."""
    return f"{now.astimezone(zoneinfo.ZoneInfo(zone)):%H:%M}"


# --- what Babel knows -----------------------------------------------------------------------------------------------


def _of_babel(table: str) -> Mapping[str, str]:
    try:
        from babel.core import get_global
    except ImportError:
        return {}
    return get_global(table)  # type: ignore[arg-type] # the names of its tables are literals


def _cities_in(language: str) -> Mapping[str, str]:
    try:
        from babel import Locale
    except ImportError:
        return {}
    zones = Locale(language).time_zones
    return {zone: names["city"] for zone, names in zones.items() if "city" in names}


def _territories(language: str) -> Mapping[str, str]:
    try:
        from babel import Locale
    except ImportError:
        return {}
    return {code: str(name) for code, name in Locale(language).territories.items() if len(code) == 2}
