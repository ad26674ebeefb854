"""A database for each test, on both engines. It holds no tests."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.store.database import Database, open_database
from bot.store.tables import metadata
from postgres import Cluster

ENGINES = ["sqlite", "postgresql"]


def _migrate(address: str | Path) -> None:
    async def migrate() -> None:
        async with open_database(address):
            pass

    asyncio.run(migrate())


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with all tables; copying it is faster than migrating again."""
    path = tmp_path_factory.mktemp("template") / "kentongan.db"
    _migrate(path)
    return path


@pytest.fixture(scope="session")
def postgres_tables(postgres: Cluster) -> str:
    """The address of the one database with all tables that these tests share, one after another."""
    url = postgres.url(postgres.create())
    _migrate(url)
    return url


@pytest.fixture(params=ENGINES)
def new_address(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    """The address of a database without tables, once for each engine."""
    if request.param == "sqlite":
        return tmp_path / "kentongan.db"
    cluster: Cluster = request.getfixturevalue("postgres")
    return cluster.url(cluster.create())


@pytest.fixture(params=ENGINES)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    """The address of a database with all tables and no rows, once for each engine."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        return shutil.copy(template, tmp_path / "kentongan.db")
    url: str = request.getfixturevalue("postgres_tables")
    cluster: Cluster = request.getfixturevalue("postgres")
    # A database of its own for each test would cost half a second, TRUNCATE a tenth.
    cluster.execute(";".join(f"DELETE FROM {table}" for table in reversed(metadata.sorted_tables)), url)
    return url


@pytest.fixture
async def database(address: str | Path) -> AsyncIterator[Database]:
    """An open database without rows, once for each engine."""
    async with open_database(address) as opened:
        yield opened


@contextmanager
def _ordinary_user(folder: Path) -> Iterator[None]:
    """Root may write anywhere, so as root the test goes on as nobody, who can reach `folder`."""
    if os.geteuid() != 0:
        yield
        return
    folder.chmod(0o755)
    os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def read_only_folder() -> Iterator[Path]:
    """A folder in which this test can make nothing."""
    with tempfile.TemporaryDirectory(prefix="kentongan-test-") as made:
        folder = Path(made) / "state"
        folder.mkdir(mode=0o555)
        with _ordinary_user(Path(made)):
            yield folder


@pytest.fixture
def read_only_file(sqlite_template: Path) -> Iterator[Path]:
    """A database that this test can read and not write, in a folder that it can write."""
    with tempfile.TemporaryDirectory(prefix="kentongan-test-") as made:
        folder = Path(made) / "state"
        folder.mkdir()
        folder.chmod(0o777)
        path = Path(shutil.copy(sqlite_template, folder / "kentongan.db"))
        path.chmod(0o444)
        with _ordinary_user(Path(made)):
            yield path
