"""The zone of a place on the earth: that of its country's city, wherever another country's lies nearer."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import available_timezones

import pytest

from bot.tell.places import _CITIES, nearest_zones

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (-6.2, 106.8, "Asia/Jakarta"),
        (-8.65, 115.2, "Asia/Makassar"),
        (43.06, 141.35, "Asia/Tokyo"),
        (26.2, 127.7, "Asia/Tokyo"),
        (28.6, 77.2, "Asia/Kolkata"),
        (40.7, -74.0, "America/New_York"),
        (-17.8, -179.9, "Pacific/Fiji"),
    ],
)
def test_a_place_has_the_zone_of_the_nearest_city(latitude: float, longitude: float, zone: str) -> None:
    assert nearest_zones(latitude, longitude, NOW)[0] == zone


def test_near_a_border_the_other_clocks_are_named_too() -> None:
    assert nearest_zones(50.6, 3.1, NOW) == ["Europe/Paris", "Europe/London"]
    assert nearest_zones(52.5, 13.4, NOW) == ["Europe/Berlin"]


def test_the_poles_and_the_other_side_of_the_world_have_a_zone() -> None:
    for latitude in (-90, 0, 90):
        for longitude in (-180, 0, 180):
            assert 1 <= len(nearest_zones(latitude, longitude, NOW)) <= 3


def test_every_city_belongs_to_a_zone_that_is_known() -> None:
    assert set(_CITIES) <= available_timezones()
    assert all(-90 <= north <= 90 and -180 <= east <= 180 for places in _CITIES.values() for north, east in places)
