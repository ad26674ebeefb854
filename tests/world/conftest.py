"""What the tests of the Telegram side share: a database, a fake server, a bot between them. It holds no tests."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from faketelegram import FakeTelegram
from gatewayroom import ADMIN, TOKEN, FakeNewsroom, World

from bot.store.database import Database, open_database


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("telegram") / "empty.db"

    async def migrate() -> None:
        async with open_database(path):
            pass

    asyncio.run(migrate())
    return path


@pytest.fixture
async def database(empty_file: Path, tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(Path(shutil.copy(empty_file, tmp_path / "kentongan.db"))) as opened:
        yield opened


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram(TOKEN) as server:
        server.chat(ADMIN)
        yield server


@pytest.fixture
def newsroom() -> FakeNewsroom:
    return FakeNewsroom()


@pytest.fixture
def world(telegram: FakeTelegram, database: Database, newsroom: FakeNewsroom) -> Iterator[World]:
    yield World(telegram, database, newsroom)
    assert telegram.violations == []
