"""Cities, countries and zones, as people of three languages name them."""

from __future__ import annotations

import sys
import zoneinfo

import pytest

from bot.tell import cities


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Jakarta", "Asia/Jakarta"),
        ("jakarta", "Asia/Jakarta"),
        ("Asia/Jakarta", "Asia/Jakarta"),
        ("asia/jakarta", "Asia/Jakarta"),
        ("Surabaya", "Asia/Jakarta"),
        ("WIB", "Asia/Jakarta"),
        ("ジャカルタ", "Asia/Jakarta"),
        ("東京", "Asia/Tokyo"),
        ("Tokyo", "Asia/Tokyo"),
        ("Japan", "Asia/Tokyo"),
        ("Jepang", "Asia/Tokyo"),
        ("日本", "Asia/Tokyo"),
        ("new york", "America/New_York"),
        ("New_York", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
        ("sao paulo", "America/Sao_Paulo"),
        ("Singapura", "Asia/Singapore"),
        ("Germany", "Europe/Berlin"),
        ("Calcutta", "Asia/Kolkata"),
        ("Hanoi", "Asia/Bangkok"),
        ("utc", "UTC"),
    ],
)
def test_a_city_a_country_or_a_zone_is_found(text: str, zone: str) -> None:
    assert cities.find(text) == cities.Found(zone)


def test_a_country_of_several_zones_offers_them() -> None:
    found = cities.find("Indonesia")
    assert found.zone is None
    assert [zone for _, zone in found.close] == ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]


@pytest.mark.parametrize(
    ("text", "zone"), [("Jakata", "Asia/Jakarta"), ("Tokio", "Asia/Tokyo"), ("Melb", "Australia/Melbourne")]
)
def test_a_name_that_is_spelled_alike_is_offered(text: str, zone: str) -> None:
    found = cities.find(text)
    assert found.zone is None
    assert zone in [each for _, each in found.close]


@pytest.mark.parametrize("text", ["", "  ", "xyzzy", "../etc/passwd", "/", "💥"])
def test_what_is_like_no_place_finds_nothing(text: str) -> None:
    assert cities.find(text) == cities.Found(None)


def test_all_that_is_found_can_be_used() -> None:
    for zone in {*cities._names().values(), *(each for zones in cities._countries().values() for each in zones)}:
        zoneinfo.ZoneInfo(zone)


def test_no_more_is_offered_than_can_be_chosen_from() -> None:
    assert all(len(zones) <= cities.SUGGESTED for zones in cities._countries().values())
    assert len(cities.find("San").close) <= cities.SUGGESTED


def test_without_babel_the_zones_own_names_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "babel", None)
    monkeypatch.setitem(sys.modules, "babel.core", None)
    for table in (cities._zones, cities._names, cities._countries):
        table.cache_clear()
    try:
        assert cities.find("Jakarta").zone == "Asia/Jakarta"
        assert cities.find("Osaka").zone == "Asia/Tokyo"
        assert cities.find("東京").zone is None
    finally:
        for table in (cities._zones, cities._names, cities._countries):
            table.cache_clear()
