"""What is wrong with an installation, and what to do about it: each thing is broken once, and found."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from faketelegram import FakeTelegram
from scene import SOURCES, WATCHLIST

from bot.app import ask_telegram
from bot.run import doctor
from bot.run.doctor import _TODO, Finding, examine
from bot.store import alarms, chats, facts, feeds
from bot.store.alarms import Kind
from bot.store.database import open_database
from bot.store.feeds import ListedFeed
from bot.store.lock import state_lock
from bot.store.migrations import HEAD

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
        await facts.set_fact(connection, "tick", (now - timedelta(seconds=5)).isoformat(), now)
    assert (await found(config))["clock"].ok
    async with open_database(state / "kentongan.db") as database, database.write() as connection:
        await facts.set_fact(connection, "tick", (now + timedelta(hours=3)).isoformat(), now)
        await alarms.begin(connection, Kind.SOURCE_QUIET, "antara", {"usual_hours": 6}, now)
    after = await found(config)
    assert not after["clock"].ok and "which is to come" in after["clock"].detail
    assert not after["alarm"].ok and after["alarm"].detail.startswith("ANTARA News has listed nothing new since")
    assert after["alarm"].detail.endswith(": look at its site, and at kentongan sources check antara")


def test_every_kind_of_alarm_says_what_to_do() -> None:
    assert _TODO.keys() == set(Kind)


# --- configuration and directories ----------------------------------------------------------------------------------


async def test_an_installation_that_is_sound_says_so_of_everything(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolver(monkeypatch, works=True)
    async with open_database(config.parent / "state" / "kentongan.db"):
        pass
    everything = await found(config)
    assert [each for each in everything.values() if not each.ok] == []
    said = ["configuration", "state directory", "lock", "disk", "names", "telegram", "database", "schema", "clock"]
    assert [*everything][: len(said)] == said
    assert everything["schema"].detail == f"{HEAD}, that of this release"


async def test_a_mistake_in_the_configuration_is_shown_at_its_line(config: Path) -> None:
    (config / "watchlists" / "partners.yaml").write_text(WATCHLIST.replace("match: partner", "match: partnr"))
    (mistake,) = await examine(config, config.parent / "state", {}, ask_telegram)
    assert not mistake.ok and "partners.yaml:5:" in mistake.detail and "did you mean 'partner'?" in mistake.detail


async def test_a_door_that_nobody_may_pass_is_found(config: Path) -> None:
    settings = config / "bot.yaml"
    settings.write_text(settings.read_text().replace(", admins: [7]", ""))
    admins = (await found(config))["admins"]
    assert not admins.ok and "put your user id into bot.yaml" in admins.detail


async def test_a_state_directory_that_cannot_be_written_says_who_must_be_able_to(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = config.parent / "state"
    assert (await found(config, ""))["state directory"].detail == f"{state} will be made"
    # Root may write anywhere, so the system is asked in its place.
    with monkeypatch.context() as patch:
        patch.setattr(os, "access", lambda path, mode: False)
        missing = (await found(config, ""))["state directory"]
        state.mkdir()
        closed = (await found(config, ""))["state directory"]
    assert not missing.ok and "make it writable for the bot's user, or give another with --state" in missing.detail
    assert not closed.ok and closed.detail == f"{state} cannot be written: make it writable for the bot's user"
    state.rmdir()
    state.write_text("")
    assert "is a file: give a directory" in (await found(config, ""))["state directory"].detail


async def test_looking_leaves_no_file_behind(config: Path) -> None:
    """Who asks may be root, and what root made the bot could not open."""
    state = config.parent / "state"
    state.mkdir()
    await found(config, "")
    assert [*state.iterdir()] == []


async def test_a_bot_that_runs_is_named_and_no_fault(config: Path) -> None:
    state = config.parent / "state"
    with state_lock(state):
        lock = (await found(config, ""))["lock"]
    assert lock.ok and f"pid {os.getpid()}" in lock.detail
    assert (await found(config, ""))["lock"].detail == "free: no bot is running here"


async def test_a_disk_that_is_nearly_full_says_to_free_some_space(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(total=10**11, free=10**9))
    found_ = (await found(config, ""))["disk"]
    assert (found_.ok, found_.detail[:45]) == (False, "nearly full, 1.0 GB free (1%): free some spac")


async def test_a_clock_before_the_program_was_made_is_wrong_though_nothing_ran_yet(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await found(config, ""))["clock"].ok
    monkeypatch.setattr(doctor, "utc_now", lambda: datetime(1970, 1, 1, tzinfo=UTC))
    clock = (await found(config, ""))["clock"]
    assert not clock.ok and clock.detail == "it is 1970-01-01 by this machine's clock: set it (timedatectl)"


# --- the database ---------------------------------------------------------------------------------------------------


async def _made(config: Path) -> Path:
    path = config.parent / "state" / "kentongan.db"
    async with open_database(path) as database, database.write() as connection:
        now = datetime.now(UTC)
        for number in range(2000):
            await chats.upsert_chat(connection, number, kind="private", title="x" * 200, role="reader", now=now)
    return path


async def test_a_damaged_database_says_how_to_put_a_backup_back(config: Path) -> None:
    path = await _made(config)
    whole = bytearray(path.read_bytes())
    # In the midst of it: the beginning and the schema are sound.
    whole[len(whole) // 2 : len(whole) // 2 + 9000] = b"\xff" * 9000
    path.write_bytes(whole)
    database = (await found(config, ""))["database"]
    assert not database.ok and database.detail.endswith("put a backup in its place: kentongan restore FILE")


async def test_rows_that_point_nowhere_are_damage_too(config: Path) -> None:
    path = await _made(config)
    # Foreign keys are off where nobody asks for them.
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO shingles (hash, article_id) VALUES (1, 99)")
    database = (await found(config, ""))["database"]
    assert not database.ok and database.detail.startswith("damaged: a row of shingles points nowhere; stop the bot")
    assert "kentongan restore FILE" in database.detail


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not a database at all" * 99, "is not a database; move it away or set `database` to another file"),
        (b"SQLite format 3\0" + bytes(100), "is the database of another program"),
    ],
)
async def test_a_file_that_is_no_database_of_ours_is_named_and_left_alone(
    config: Path, content: bytes, said: str
) -> None:
    path = config.parent / "state" / "kentongan.db"
    path.parent.mkdir()
    path.write_bytes(content)
    database = (await found(config, ""))["database"]
    assert not database.ok and said in database.detail
    assert path.read_bytes() == content


async def test_an_older_schema_is_told_and_not_upgraded(config: Path) -> None:
    """Another release may be at work on it."""
    path = await _made(config)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0007'")
    everything = await found(config, "")
    assert everything["database"].ok and everything["clock"].ok
    schema = everything["schema"].detail
    assert schema == f"0007, of an older release; this one has {HEAD}: make a backup, the next start upgrades it"
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0007",)


async def test_a_schema_of_a_newer_release_says_what_to_install(config: Path) -> None:
    path = await _made(config)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.execute("""UPDATE facts SET value = '"9999"' WHERE name = 'oldest_program'""")
    database = (await found(config, ""))["database"]
    assert not database.ok and database.detail.endswith("was made by a newer release; install that one")


async def test_a_postgresql_that_is_not_there_is_asked_for_and_its_password_kept(config: Path) -> None:
    with (config / "bot.yaml").open("a") as file:
        file.write("database: postgresql://bot:hunter2@127.0.0.1:1/kentongan\n")
    database = (await found(config, ""))["database"]
    assert not database.ok and "is the server running there?" in database.detail
    assert "hunter2" not in database.detail


async def test_feeds_that_fail_all_at_once_are_rarely_the_feeds(config: Path) -> None:
    path = await _made(config)
    now = datetime.now(UTC)
    async with open_database(path) as database, database.write() as connection:
        listed = [ListedFeed(f"https://{name}.example/rss", name, f"{name}.example", 3, None) for name in "abc"]
        await feeds.sync_feeds(connection, listed, now)
        health = await feeds.feed_health(connection)
        for each in health[:1]:
            await feeds.record_failure(connection, each.feed.id, now, now, "answered 503", gone=False)
    few = (await found(config, ""))["feeds"]
    assert few.ok and few.detail.splitlines()[0] == "1 of 3 failing"
    async with open_database(path) as database, database.write() as connection:
        for each in health[1:]:
            await feeds.record_failure(connection, each.feed.id, now, now, "answered 503", gone=False)
    many = (await found(config, ""))["feeds"]
    assert not many.ok and "see names above, the network, and kentongan sources" in many.detail
    assert many.detail.count("answered 503") == 3
