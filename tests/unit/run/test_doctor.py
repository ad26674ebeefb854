"""What is wrong with an installation, beside its configuration: the clock, the name server, Telegram, alarms."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from faketelegram import FakeTelegram
from scene import SOURCES, WATCHLIST

from bot.app import ask_telegram
from bot.run.doctor import Finding, examine
from bot.store import alarms, chats
from bot.store.alarms import Kind
from bot.store.database import open_database

TOKEN = "123456:the-token-of-the-fake-server-only"


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram(TOKEN) as server:
        yield server


@pytest.fixture
def config(tmp_path: Path, telegram: FakeTelegram) -> Path:
    folder = tmp_path / "config"
    (folder / "watchlists").mkdir(parents=True)
    (folder / "bot.yaml").write_text(f"telegram: {{api_base_url: {telegram.base_url}, admins: [7]}}\n")
    (folder / "sources.yaml").write_text(SOURCES)
    (folder / "watchlists" / "partners.yaml").write_text(WATCHLIST)
    return folder


async def found(config: Path, token: str = TOKEN) -> dict[str, Finding]:
    environ = {"KENTONGAN_TELEGRAM__TOKEN": token} if token else {}
    state = config.parent / "state"
    return {each.name: each for each in await examine(config, state, environ, ask_telegram)}


def resolver(monkeypatch: pytest.MonkeyPatch, works: bool) -> None:
    """A name server that knows every name, or none."""

    async def look_up(self: Any, host: str, port: int) -> list[Any]:
        if not works:
            raise socket.gaierror(-2, "Name or service not known")
        return [()]

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", look_up)


async def test_telegram_names_the_bot_or_says_why_not(
    config: Path, telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await found(config))["telegram"].detail == "@kentongan_test_bot"
    wrong = (await found(config, "123456:another"))["telegram"]
    assert not wrong.ok and "refuses the token" in wrong.detail and "another" not in wrong.detail
    telegram.stop()
    gone = (await found(config))["telegram"]
    assert not gone.ok and "cannot be reached" in gone.detail
    assert telegram.called("deleteWebhook") == []
    assert "telegram" not in await found(config, "")


@pytest.mark.parametrize("works", [True, False])
async def test_a_name_server_that_knows_no_host_is_named(
    config: Path, monkeypatch: pytest.MonkeyPatch, works: bool
) -> None:
    resolver(monkeypatch, works)
    names = (await found(config, ""))["names"]
    assert names.ok is works
    assert works or "antara.example: [Errno -2] Name or service not known" in names.detail


async def test_a_clock_that_went_back_and_alarms_that_go_on_are_findings(config: Path) -> None:
    state = config.parent / "state"
    state.mkdir()
    now = datetime.now(UTC)
    async with open_database(state / "kentongan.db") as database, database.write() as connection:
        await chats.set_fact(connection, "tick", (now - timedelta(seconds=5)).isoformat(), now)
    assert (await found(config))["clock"].ok
    async with open_database(state / "kentongan.db") as database, database.write() as connection:
        await chats.set_fact(connection, "tick", (now + timedelta(hours=3)).isoformat(), now)
        await alarms.begin(connection, Kind.SOURCE_QUIET, "antara", {"usual_hours": 6}, now)
    after = await found(config)
    assert not after["clock"].ok and "which is to come" in after["clock"].detail
    assert not after["alarm"].ok and after["alarm"].detail.startswith("ANTARA News has listed nothing new since")
