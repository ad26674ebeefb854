"""The time zone of a place on the earth: that of the nearest city whose zone is known. It asks nobody.

Borders are not known, so that near one the zone may be the neighbour's: whoever is told is offered the others around.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from math import asin, cos, radians, sin, sqrt
from types import MappingProxyType

OFFERED = 3
"""Zones that are named of one place: the nearest, and those of other clocks behind it."""

_TWICE_AS_FAR = 2.0
"""A zone of another clock whose city lies so many times as far as the nearest is a neighbour's no more."""

_NEAR = 0.08
"""In radians, some 500 km: within it the zone of any city may be meant, however near another lies."""

_CITIES: Mapping[str, Sequence[tuple[float, float]]] = MappingProxyType(
    {
        "Asia/Tokyo": (
            (43.1, 141.4), (45.4, 141.7), (43.3, 145.6), (40.8, 140.7), (38.3, 140.9), (37.9, 139.0), (35.2, 136.9),
            (34.7, 135.5), (34.4, 132.5), (33.6, 130.4), (34.2, 129.3), (31.6, 130.6), (26.2, 127.7), (24.3, 124.2),
        ),
        "Asia/Jakarta": (
            (5.5, 95.3), (3.6, 98.7), (1.1, 104.0), (0.5, 101.4), (-0.9, 100.4), (-3.0, 104.8), (-6.9, 107.6),
            (-7.3, 112.8), (-8.2, 114.4), (3.9, 108.4),
        ),
        "Asia/Pontianak": ((-2.2, 113.9), (1.4, 109.3)),
        "Asia/Makassar": (
            (-8.7, 115.2), (-8.6, 116.1), (-10.2, 123.6), (-8.6, 120.5), (-1.3, 116.8), (-3.3, 114.6), (3.3, 117.6),
            (1.5, 124.8), (-0.9, 119.9), (-4.0, 122.5), (3.6, 125.5),
        ),
        "Asia/Jayapura": ((-3.7, 128.2), (0.8, 127.4), (-0.9, 131.3), (-8.5, 140.4), (-4.5, 136.9)),
        "Asia/Seoul": ((35.2, 129.1), (33.5, 126.5)),
        "Asia/Pyongyang": ((42.2, 130.3), (40.1, 124.4)),
        "Asia/Taipei": ((22.6, 120.3),),
        "Asia/Shanghai": (
            (39.9, 116.4), (38.9, 121.6), (41.8, 123.4), (43.8, 126.6), (45.8, 126.5), (40.8, 111.7), (36.1, 103.8),
            (34.3, 108.9), (30.7, 104.1), (30.6, 114.3), (25.0, 102.7), (26.1, 119.3), (24.5, 118.1), (23.1, 113.3),
            (20.0, 110.3), (29.7, 91.1), (22.8, 108.3), (42.9, 129.5), (50.2, 127.5),
        ),
        "Asia/Manila": ((10.3, 123.9), (7.1, 125.6), (6.9, 122.1), (18.2, 120.6)),
        "Asia/Ho_Chi_Minh": ((21.0, 105.8), (16.1, 108.2)),
        "Asia/Bangkok": ((18.8, 99.0), (7.0, 100.5), (17.4, 102.8)),
        "Asia/Kuala_Lumpur": ((1.5, 103.7), (5.4, 100.3), (6.1, 102.2)),
        "Asia/Kuching": ((6.0, 116.1), (4.2, 117.9), (4.4, 114.0)),
        "Asia/Yangon": ((22.0, 96.1),),
        "Asia/Kolkata": (
            (28.6, 77.2), (19.1, 72.9), (13.1, 80.3), (13.0, 77.6), (17.4, 78.5), (8.5, 76.9), (9.9, 78.1),
            (23.0, 72.6), (26.9, 75.8), (26.8, 80.9), (25.6, 85.1), (31.6, 74.9), (34.1, 74.8), (26.1, 91.7),
            (24.8, 93.9),
            (21.1, 79.1), (11.7, 92.7), (26.3, 73.0), (30.3, 78.0), (27.3, 88.6), (34.2, 77.6), (20.3, 85.8),
        ),
        "Asia/Karachi": ((33.7, 73.1), (31.5, 74.3), (34.0, 71.5), (30.2, 67.0)),
        "Asia/Dhaka": ((22.4, 91.8), (25.7, 89.3), (24.9, 91.9)),
        "Asia/Tehran": ((36.3, 59.6), (29.6, 52.5), (38.1, 46.3), (31.3, 48.7)),
        "Asia/Riyadh": ((21.5, 39.2), (26.4, 50.1), (28.4, 36.6)),
        "Asia/Almaty": ((51.2, 71.4), (42.3, 69.6)),
        "Europe/Istanbul": ((39.9, 32.9), (37.0, 35.3), (38.4, 27.1), (38.5, 43.4), (41.0, 39.7)),
        "Europe/Moscow": ((59.9, 30.3), (55.8, 49.1), (47.2, 39.7), (69.0, 33.1), (43.0, 47.5), (45.0, 39.0)),
        "Asia/Vladivostok": ((48.5, 135.1),),
        "Europe/Paris": ((43.3, 5.4), (48.6, 7.8), (50.6, 3.1), (44.8, -0.6), (48.4, -4.5), (43.7, 7.3)),
        "Europe/London": ((55.9, -3.2), (57.1, -2.1), (53.5, -2.2), (50.4, -4.1), (54.6, -5.9), (60.2, -1.1)),
        "Europe/Madrid": ((43.4, -8.4), (37.4, -6.0), (41.4, 2.2), (36.7, -4.4), (42.2, -8.7)),
        "Europe/Warsaw": ((50.1, 19.9), (54.4, 18.6), (53.1, 23.2), (51.2, 22.6)),
        "Europe/Kyiv": ((49.8, 24.0), (46.5, 30.7), (50.0, 36.2), (48.0, 37.8)),
        "Europe/Oslo": ((69.6, 18.9), (70.0, 29.0), (63.4, 10.4)),
        "Europe/Stockholm": ((65.6, 22.2), (57.7, 12.0)),
        "Africa/Cairo": ((24.1, 32.9), (31.2, 29.9)),
        "Africa/Johannesburg": ((-33.9, 18.4), (-29.9, 31.0)),
        "Australia/Brisbane": ((-16.9, 145.8), (-19.3, 146.8), (-28.0, 153.4)),
        "Australia/Sydney": ((-35.3, 149.1), (-28.8, 153.3)),
        "Australia/Perth": ((-18.0, 122.2), (-30.7, 121.5)),
        "Pacific/Auckland": ((-41.3, 174.8), (-45.9, 170.5)),
        "America/New_York": (
            (38.9, -77.0), (42.4, -71.1), (25.8, -80.2), (33.7, -84.4), (40.4, -80.0), (41.5, -81.7), (44.5, -73.2),
            (44.8, -68.8), (35.2, -80.8),
        ),
        "America/Chicago": (
            (29.8, -95.4), (32.8, -96.8), (30.0, -90.1), (39.1, -94.6), (45.0, -93.3), (36.2, -86.8), (25.9, -97.5),
            (46.9, -96.8), (35.5, -97.5), (33.5, -86.8),
        ),
        "America/Denver": ((40.8, -111.9), (35.1, -106.7), (45.8, -108.5), (31.8, -106.5)),
        "America/Los_Angeles": ((37.8, -122.4), (47.6, -122.3), (45.5, -122.7), (36.2, -115.1), (32.7, -117.2)),
        "America/Toronto": ((45.4, -75.7), (45.5, -73.6), (46.8, -71.2), (42.3, -83.0)),
        "America/Edmonton": ((51.0, -114.1),),
        "America/Mexico_City": ((20.7, -103.3), (19.2, -96.1), (25.7, -100.3)),
        "America/Sao_Paulo": ((-22.9, -43.2), (-15.8, -47.9), (-30.0, -51.2), (-25.5, -54.6), (-19.9, -43.9)),
        "America/Argentina/Buenos_Aires": ((-38.7, -62.3),),
    }
)  # fmt: skip
"""Latitude and longitude of large cities that no zone is called after: without them Delhi would lie nearest to
Kathmandu, and Sapporo to Sakhalin. To a tenth of a degree."""

_PLACE = re.compile(r"([+-])(\d{2})(\d{2})(\d{2})?([+-])(\d{3})(\d{2})(\d{2})?")


def nearest_zones(latitude: float, longitude: float, now: datetime) -> Sequence[str]:
    """Names of zones, the nearest first, each with another time on its clock; none where the zones' places are not
    installed. Degrees, north and east counted up."""
    found: list[str] = []
    clocks = set()
    closest: float | None = None
    for away, zone in sorted((_between(latitude, longitude, *place), zone) for zone, place in _places()):
        if closest is not None and (len(found) == OFFERED or away > max(closest * _TWICE_AS_FAR, _NEAR)):
            break
        clock = now.astimezone(zoneinfo.ZoneInfo(zone)).utcoffset()
        if clock not in clocks:
            clocks.add(clock)
            found.append(zone)
        closest = away if closest is None else closest
    return found


def _between(latitude: float, longitude: float, other: float, east: float) -> float:
    """The angle between two places as seen from the middle of the earth, in radians."""
    one, two = radians(latitude), radians(other)
    half = sin((two - one) / 2) ** 2 + cos(one) * cos(two) * sin(radians(east - longitude) / 2) ** 2
    return 2 * asin(sqrt(min(half, 1.0)))


@cache
def _places() -> Sequence[tuple[str, tuple[float, float]]]:
    """Zones, each with the latitude and longitude of a city of it."""
    try:
        table = files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    except (ImportError, OSError):
        return ()
    known = zoneinfo.available_timezones()
    more = ((zone, place) for zone, places in _CITIES.items() if zone in known for place in places)
    return (*_read(table), *more)


def _read(table: str) -> Iterator[tuple[str, tuple[float, float]]]:
    known = zoneinfo.available_timezones()
    for line in table.splitlines():
        _, _, rest = line.partition("\t")
        written, _, rest = rest.partition("\t")
        place, zone = _PLACE.fullmatch(written), rest.partition("\t")[0]
        if place is not None and zone in known:
            yield zone, (_degrees(*place.groups()[:4]), _degrees(*place.groups()[4:]))


def _degrees(sign: str, degrees: str, minutes: str, seconds: str | None) -> float:
    found = int(degrees) + int(minutes) / 60 + int(seconds or 0) / 3600
    return -found if sign == "-" else found
