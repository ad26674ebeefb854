"""The memory of hosts."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.web import pace
from bot.web.pace import Pace

MINUTE = timedelta(minutes=1)


async def test_hosts_with_nothing_to_wait_for_are_forgotten(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(pace, "_MOST_HOSTS", 10)
    hosts = Pace(timedelta(0))
    hosts.hold("held.example", now + MINUTE, now)
    for number in range(100):
        async with hosts.turn(f"host{number}.example", now):
            pass
    assert len(hosts._hosts) <= 11
    assert hosts.not_before("held.example", now) == now + MINUTE


async def test_when_every_host_waits_the_oldest_is_forgotten(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(pace, "_MOST_HOSTS", 10)
    hosts = Pace(timedelta(0))
    for number in range(30):
        hosts.hold(f"host{number}.example", now + MINUTE, now)
    assert len(hosts._hosts) == 10
    assert hosts.not_before("host0.example", now) is None
    assert hosts.not_before("host29.example", now) == now + MINUTE


async def test_a_host_in_use_is_never_forgotten(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(pace, "_MOST_HOSTS", 2)
    hosts = Pace(timedelta(0))
    async with hosts.turn("busy.example", now):
        for number in range(10):
            hosts.hold(f"host{number}.example", now + MINUTE, now)
        assert "busy.example" in hosts._hosts


async def test_a_crawl_delay_never_shortens_our_own_pause(now: datetime) -> None:
    hosts = Pace(timedelta(seconds=2))
    hosts.slow_down("news.example", timedelta(seconds=1), now)
    assert hosts._hosts["news.example"].delay == 2
    hosts.slow_down("news.example", timedelta(seconds=30), now)
    assert hosts._hosts["news.example"].delay == 30
