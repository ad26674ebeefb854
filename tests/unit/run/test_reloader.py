"""How a configuration that changes under a running engine is noticed, taken up or refused, and told."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from scene import ANALYST, OTHER, WATCHLIST, Scene, scene

from bot.errors import StoreError
from bot.model import DeliveryKind
from bot.run import files, reload
from bot.run.changes import MISTAKES, compare, needs_restart, refused, reloaded
from bot.run.deliver import deliver
from bot.run.engine import Configuration
from bot.run.files import fingerprint, watch
from bot.run.reload import Reloader
from bot.run.setup import align, configuration
from bot.store import chats, facts, ledger
from bot.store.chats import ChatState
from bot.store.database import open_database
from bot.store.tables import feeds
from postgres import Cluster

QUIET = 0.05
PATIENCE = 20.0

MORE = WATCHLIST + "  - {name: talks, match: '\"talks\"'}\n"
BROKEN = WATCHLIST.replace("match: partner", "match: partnr")
SOURCE = "  - {name: kyodo, feeds: [https://kyodo.example/rss]}\n"


async def until(true: Callable[[], object]) -> None:
    """Waits, for a while, until this holds."""
    async with asyncio.timeout(PATIENCE):
        while not true():
            await asyncio.sleep(0.01)


def rules(stage: Scene) -> int:
    """How many rules run."""
    return len(stage.engine.config.watchlists.lists["partners"].rules)


def write(config: Path, text: str, name: str = "watchlists/partners.yaml") -> None:
    (config / name).write_text(text)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config"


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene(tmp_path, now) as made:
        yield made


@asynccontextmanager
async def working(stage: Scene, config: Path, **options: Any) -> AsyncIterator[Reloader]:
    """A reloader at work, whose admin is the analyst."""
    given = {"admins": [ANALYST.chat], "quiet": QUIET, **options}
    reloader = Reloader(stage.engine, config, fingerprint(config), **given)
    task = asyncio.create_task(reloader.run())
    try:
        yield reloader
    finally:
        task.cancel()
        await asyncio.wait([task])


async def notices(stage: Scene) -> list[str]:
    """What the admins were told, in order."""
    while await deliver(stage.engine):
        pass
    return stage.courier.texts


async def asked(reloader: Reloader, caplog: pytest.LogCaptureFixture) -> None:
    """Asks for a reload, as SIGHUP does, and waits for the answer."""
    before = len(caplog.records)
    reloader.ask()
    await until(lambda: any("configuration" in record.getMessage() for record in caplog.records[before:]))


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level("INFO")
    return caplog


def said(log: pytest.LogCaptureFixture, name: str) -> list[Any]:
    """What the log says under this name."""
    return [record.__dict__[name] for record in log.records if name in record.__dict__]


# --- the whole of it or nothing --------------------------------------------------------------------------------------


async def test_a_change_swaps_the_whole_configuration(stage: Scene, config: Path) -> None:
    async with working(stage, config):
        write(config, MORE)
        write(config, (config / "sources.yaml").read_text() + SOURCE, "sources.yaml")
        await until(lambda: "kyodo" in stage.engine.config.sources)
    assert [rule.name for rule in stage.engine.config.watchlists.lists["partners"].rules] == ["partnership", "talks"]
    async with stage.engine.database.read() as connection:
        listed = {row.source for row in await connection.execute(feeds.select().where(feeds.c.active))}
    assert listed == {"antara", "kyodo"}


@pytest.mark.parametrize("broken", ["bot.yaml", "sources.yaml", "concepts.yaml", "watchlists/other.yaml"])
async def test_a_mistake_in_any_file_keeps_the_whole_old_one(
    stage: Scene, config: Path, log: pytest.LogCaptureFixture, broken: str
) -> None:
    before = stage.engine.config
    async with working(stage, config) as reloader:
        write(config, MORE)
        write(config, "{nonsense: [", broken)
        await until(lambda: not reloader.standing.successful)
    assert stage.engine.config is before
    assert any(f"{broken}:1:" in mistake for mistake in said(log, "mistakes")[0])


async def test_a_half_written_file_is_waited_for(stage: Scene, config: Path, log: pytest.LogCaptureFixture) -> None:
    async with working(stage, config, quiet=0.5) as reloader:
        for end in range(0, len(MORE), 10):
            write(config, MORE[:end])
            await asyncio.sleep(0.05)
        write(config, MORE)
        await until(lambda: rules(stage) == 2)
        assert reloader.standing.successful
    assert "not reloaded" not in log.text


async def test_the_last_of_two_changes_wins_although_one_comes_while_the_other_loads(
    stage: Scene, config: Path, monkeypatch: pytest.MonkeyPatch, log: pytest.LogCaptureFixture
) -> None:
    loads: list[Configuration] = []

    def slow(folder: Path) -> Configuration:
        loads.append(configuration(folder))
        if len(loads) == 1:
            write(config, WATCHLIST.replace("name: partnership", "name: last"))
        return loads[-1]

    monkeypatch.setattr(reload, "configuration", slow)
    async with working(stage, config):
        write(config, MORE)
        await until(lambda: stage.engine.config.watchlists.lists["partners"].rules[0].name == "last")
    assert log.text.count("configuration reloaded") == 1
    assert (await notices(stage)) == [
        "Configuration reloaded: partners: rules added last, removed partnership",
    ]


async def test_the_loop_goes_on_while_files_are_read(
    stage: Scene, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()

    def slow(folder: Path) -> Configuration:
        assert gate.wait(PATIENCE)
        return configuration(folder)

    monkeypatch.setattr(reload, "configuration", slow)
    async with working(stage, config):
        write(config, MORE)
        for _ in range(30):
            await asyncio.sleep(0.01)
        assert rules(stage) == 1
        gate.set()
        await until(lambda: rules(stage) == 2)


async def test_a_database_that_refuses_keeps_the_old_one_until_it_takes_writes(
    stage: Scene, config: Path, monkeypatch: pytest.MonkeyPatch, log: pytest.LogCaptureFixture
) -> None:
    refusals = ["the disk is full", "the disk is full"]

    async def moody(*given: Any, **options: Any) -> None:
        if refusals:
            raise StoreError(refusals.pop())
        await align(*given, **options)

    monkeypatch.setattr(reload, "align", moody)
    monkeypatch.setattr(reload, "AGAIN", 0.05)
    before = stage.engine.config
    async with working(stage, config) as reloader:
        write(config, MORE)
        await until(lambda: not reloader.standing.successful)
        assert stage.engine.config is before
        await until(lambda: reloader.standing.successful)
    assert rules(stage) == 2
    assert said(log, "reason") == ["the disk is full"]
    assert len(await notices(stage)) == 1


async def test_a_fault_of_the_database_without_a_change_is_not_called_a_reload(
    stage: Scene, config: Path, monkeypatch: pytest.MonkeyPatch, log: pytest.LogCaptureFixture
) -> None:
    refusals = ["the disk is full"]

    async def moody(*given: Any) -> object:
        if refusals:
            raise StoreError(refusals.pop())
        return await facts.get_fact(*given)

    monkeypatch.setattr(reload, "facts", type("Facts", (), {**vars(facts), "get_fact": staticmethod(moody)}))
    monkeypatch.setattr(reload, "AGAIN", 0.05)
    async with working(stage, config) as reloader:
        await until(lambda: not reloader.standing.successful)
        await until(lambda: reloader.standing.successful)
    assert "configuration not reloaded: the old one stays" in log.text
    assert "configuration reloaded" not in log.text
    assert "configuration unchanged: what held up the reload is over" in log.text
    assert await notices(stage) == []


async def test_a_change_that_was_told_failed_and_was_taken_back_is_told_again(
    stage: Scene, config: Path, monkeypatch: pytest.MonkeyPatch, log: pytest.LogCaptureFixture
) -> None:
    async def never(*given: Any, **options: Any) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(reload, "align", never)
    monkeypatch.setattr(reload, "AGAIN", 0.05)
    async with working(stage, config) as reloader:
        write(config, MORE)
        await until(lambda: not reloader.standing.successful)
        write(config, WATCHLIST)
        await until(lambda: reloader.standing.successful)
    assert rules(stage) == 1
    added, back = await notices(stage)
    assert added == "Configuration reloaded: partners: rules added talks"
    assert back == "Configuration reloaded: the files are again those of the running one"


async def test_a_crash_between_telling_and_swapping_tells_it_once(
    stage: Scene, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached = asyncio.Event()

    async def endless(*given: Any, **options: Any) -> None:
        reached.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(reload, "align", endless)
    async with working(stage, config):
        write(config, MORE)
        await asyncio.wait_for(reached.wait(), PATIENCE)
    assert rules(stage) == 1
    monkeypatch.setattr(reload, "align", align)
    stage.engine.config = configuration(config)
    async with working(stage, config):
        await asyncio.sleep(4 * QUIET)
    assert await notices(stage) == ["Configuration reloaded: partners: rules added talks"]


async def test_a_fault_of_our_own_in_reading_is_no_end_of_the_watch(
    stage: Scene, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(folder: Path) -> Configuration:
        raise RecursionError("too deep")

    monkeypatch.setattr(reload, "configuration", faulty)
    async with working(stage, config) as reloader:
        write(config, MORE)
        await until(lambda: not reloader.standing.successful)
        monkeypatch.setattr(reload, "configuration", configuration)
        write(config, MORE + "# mended\n")
        await until(lambda: reloader.standing.successful)


# --- who hears of it -------------------------------------------------------------------------------------------------


async def test_only_admins_who_have_opened_a_chat_are_told(stage: Scene, config: Path) -> None:
    async with stage.engine.database.write() as connection:
        await chats.set_chat_state(connection, OTHER.chat, ChatState.PAUSED, "blocked")
    async with working(stage, config, admins=[ANALYST.chat, OTHER.chat, 99, ANALYST.chat]):
        write(config, MORE)
        await until(lambda: rules(stage) == 2)
    assert await notices(stage) == ["Configuration reloaded: partners: rules added talks"]
    assert [row.destination for row in (await stage.ledger()).values()] == [ANALYST]
    assert {row.kind for row in (await stage.ledger()).values()} == {DeliveryKind.NOTICE}


async def test_admins_by_invitation_are_told_too(stage: Scene, config: Path) -> None:
    async with stage.engine.database.write() as connection:
        for chat, kind, role in ((21, "private", "admin"), (22, "private", "reader"), (-23, "group", "admin")):
            await chats.upsert_chat(connection, chat, kind=kind, title="", role=role, now=stage.now)
        await chats.upsert_chat(connection, 24, kind="private", title="", role="admin", now=stage.now)
        await chats.set_chat_state(connection, 24, ChatState.PAUSED, "blocked")
    async with working(stage, config, admins=[ANALYST.chat, 21]):
        write(config, MORE)
        await until(lambda: rules(stage) == 2)
    assert await notices(stage) == ["Configuration reloaded: partners: rules added talks"] * 2
    assert {row.destination.chat for row in (await stage.ledger()).values()} == {ANALYST.chat, 21}


async def test_each_admin_is_told_in_their_language_and_the_log_in_english(
    stage: Scene, config: Path, log: pytest.LogCaptureFixture
) -> None:
    async with stage.engine.database.write() as connection:
        await chats.set_chat_preferences(connection, OTHER.chat, language="ja")
    async with working(stage, config, admins=[ANALYST.chat, OTHER.chat]):
        write(config, MORE)
        await until(lambda: rules(stage) == 2)
    assert sorted(await notices(stage)) == [
        "Configuration reloaded: partners: rules added talks",
        "設定を再読み込みしました: partners：ルール 追加：talks",
    ]
    assert said(log, "what") == ["partners: rules added talks"]


async def test_without_telegram_nothing_is_put_by_for_admins_by_invitation(stage: Scene, config: Path) -> None:
    async with stage.engine.database.write() as connection:
        await chats.upsert_chat(connection, 21, kind="private", title="", role="admin", now=stage.now)
    stage.engine.couriers = {"console": stage.courier}
    async with working(stage, config, admins=[]):
        write(config, MORE)
        await until(lambda: rules(stage) == 2)
    assert await stage.ledger() == {}


async def test_a_mistake_is_told_once_until_the_content_changes(
    stage: Scene, config: Path, log: pytest.LogCaptureFixture
) -> None:
    async with working(stage, config) as reloader:
        write(config, BROKEN)
        await until(lambda: not reloader.standing.successful)
        os.utime(config / "watchlists" / "partners.yaml")
        await asyncio.sleep(0.8)
        assert log.text.count("not reloaded") == 1
        await asked(reloader, log)
        assert len(await notices(stage)) == 1
        write(config, BROKEN + "# still wrong\n")
        await until(lambda: log.text.count("not reloaded") == 3)
        assert len(await notices(stage)) == 2
        write(config, WATCHLIST)
        await until(lambda: reloader.standing.successful)
    heading, mistake = (await notices(stage))[0].splitlines()
    assert heading == "Configuration not reloaded, the old one stays: 1 mistake"
    assert "partners.yaml:5:32: unknown concept 'partnr'" in mistake
    assert (await notices(stage))[2:] == ["Configuration reloaded: the files are again those of the running one"]


async def test_a_content_that_comes_back_is_news_again(stage: Scene, config: Path) -> None:
    async with working(stage, config):
        for text, count in ((MORE, 2), (WATCHLIST, 1), (MORE, 2)):
            write(config, text)
            await until(lambda n=count: rules(stage) == n)  # type: ignore[misc]  # bound at once
    added, removed = (f"Configuration reloaded: partners: rules {verb} talks" for verb in ("added", "removed"))
    assert await notices(stage) == [added, removed, added]


async def test_what_a_start_takes_up_is_no_news_and_what_follows_is(stage: Scene, config: Path) -> None:
    async with working(stage, config):
        write(config, MORE)
        await until(lambda: rules(stage) == 2)
    # Edited while the program was down, and back while it runs.
    write(config, WATCHLIST)
    stage.engine.config = configuration(config)
    async with working(stage, config):
        await asyncio.sleep(4 * QUIET)
        assert len(await notices(stage)) == 1
        write(config, MORE)
        await until(lambda: rules(stage) == 2)
    assert len(await notices(stage)) == 2


async def test_a_mistake_that_comes_back_after_a_restart_is_told_again(stage: Scene, config: Path) -> None:
    for count in (1, 2):
        write(config, WATCHLIST)
        async with working(stage, config) as reloader:
            write(config, BROKEN)
            await until(lambda r=reloader: not r.standing.successful)  # type: ignore[misc]  # bound at once
        assert len(await notices(stage)) == count


async def test_what_changed_while_the_program_started_is_taken_up(stage: Scene, config: Path) -> None:
    mark = fingerprint(config)
    write(config, MORE)
    reloader = Reloader(stage.engine, config, mark, quiet=QUIET)
    task = asyncio.create_task(reloader.run())
    await until(lambda: rules(stage) == 2)
    task.cancel()
    await asyncio.wait([task])


async def test_a_touched_file_is_no_reload_and_a_question_is_answered_in_the_log_only(
    stage: Scene, config: Path, log: pytest.LogCaptureFixture
) -> None:
    async with working(stage, config) as reloader:
        os.utime(config / "bot.yaml")
        write(config, WATCHLIST)
        await asyncio.sleep(0.5)
        assert "configuration" not in log.text
        await asked(reloader, log)
    assert "configuration unchanged" in log.text
    assert await notices(stage) == []


async def test_two_nodes_of_one_database_tell_it_once(
    stage: Scene, config: Path, tmp_path: Path, log: pytest.LogCaptureFixture
) -> None:
    copy = Path(shutil.copytree(config, tmp_path / "copy"))
    other = replace(stage, engine=replace(stage.engine))
    async with working(stage, config) as one, working(other, copy) as two:
        for text in (BROKEN, MORE):
            write(config, text)
            write(copy, text)
            await until(lambda: one.standing.successful is two.standing.successful is (text is MORE))  # noqa: B023
    assert len(await notices(stage)) == 2


async def test_two_nodes_that_tell_in_the_same_moment_make_one_notice(
    stage: Scene, config: Path, postgres: Cluster
) -> None:
    url = postgres.url(postgres.create())
    async with open_database(url) as first, open_database(url) as second:
        async with first.write() as connection:
            await chats.upsert_chat(connection, 7, kind="private", title="", role="reader", now=stage.now)
        nodes = [
            Reloader(replace(stage.engine, database=database), config, "a", admins=[7]) for database in (first, second)
        ]
        for mark in ("b", "a", "b", "a"):
            await asyncio.gather(*(node._tell(mark, "Configuration reloaded", lambda: "x") for node in nodes))
        async with first.read() as connection:
            told = await ledger.list_deliveries(connection, None, 100)
    assert len(told) == 4


async def test_a_secret_in_a_mistake_is_not_told(stage: Scene, config: Path) -> None:
    token = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"
    async with working(stage, config) as reloader:
        write(config, f"{{timezone: '{token}'}}", "bot.yaml")
        await until(lambda: not reloader.standing.successful)
    (text,) = await notices(stage)
    assert token not in text


# --- what changed, in words ------------------------------------------------------------------------------------------


def loaded(folder: Path, **texts: str) -> Configuration:
    """A configuration of watchlists by name; `bot` and `sources` are those files."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "watchlists").mkdir(parents=True)
    write(folder, texts.pop("bot", "{}"), "bot.yaml")
    write(folder, texts.pop("sources", "sources: []"), "sources.yaml")
    for name, text in (texts or {"partners": WATCHLIST}).items():
        write(folder, text, f"watchlists/{name}.yaml")
    return configuration(folder)


def told(before: Configuration, after: Configuration) -> str:
    return reloaded(compare(before, after), [], {})


def test_rules_are_compared_by_their_meaning(tmp_path: Path) -> None:
    before = loaded(tmp_path, partners=WATCHLIST + "  - {name: gone, match: '\"gone\"'}\n")
    after = loaded(tmp_path, partners=MORE.replace("[Indonesia]", "[Indonesia, Jakarta]"))
    assert told(before, after) == "partners: rules added talks, changed partnership, removed gone"


def test_comments_and_spaces_are_no_change_of_a_rule(tmp_path: Path) -> None:
    after = loaded(tmp_path, partners="# more words\n" + WATCHLIST.replace("match: partner", "match:  partner "))
    assert told(loaded(tmp_path), after) == "no rule, source or setting changed"


def test_watchlists_that_come_and_go_are_named_with_those_who_follow_them(tmp_path: Path) -> None:
    found = compare(loaded(tmp_path), loaded(tmp_path, deals=WATCHLIST))
    assert reloaded(found, [], {"partners": 2}) == (
        "watchlists added: deals; watchlist partners is gone (2 subscriptions stay, without news until it is back)"
    )


def test_sources_are_counted(tmp_path: Path) -> None:
    def file(*names: str) -> str:
        return "sources:\n" + "".join(f"  - {{name: {name[0]}, feeds: [https://{name}.example/f]}}\n" for name in names)

    before, after = loaded(tmp_path, sources=file("a", "b")), loaded(tmp_path, sources=file("bb", "c", "d"))
    assert told(before, after) == "2 sources added; 1 source changed; 1 source removed"


def test_settings_are_named_and_never_their_values(tmp_path: Path) -> None:
    before = loaded(tmp_path)
    after = loaded(tmp_path, bot="{poll: {every: 5m}, database: 'postgresql://u:hidden@h/d', telegram: {admins: [1]}}")
    found = compare(before, after)
    assert found.settings == ("database", "poll.every", "telegram.admins")
    restart = [key for key in found.settings if needs_restart(key)]
    text = reloaded(found, restart, {})
    assert text == "settings changed: poll.every; restart for: database, telegram.admins"


def test_of_many_mistakes_the_first_are_quoted_and_the_rest_counted() -> None:
    lines = refused([f"config/bot.yaml:{number}:1: x" for number in range(1, 9)]).splitlines()
    assert lines[0] == "8 mistakes"
    assert lines[1] == "config/bot.yaml:1:1: x"
    assert lines[1 + MISTAKES :] == ["and 3 more"]


# --- noticing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        "watchlists/.partners.yaml.swp",
        "watchlists/partners.yaml~",
        "watchlists/.#partners.yaml",
        "bot.yaml.new",
        ".git/index",
        "schema/bot.json",
        "watchlists/README.md",
    ],
)
def test_other_files_are_no_part_of_the_configuration(tmp_path: Path, other: str) -> None:
    loaded(tmp_path)
    before = fingerprint(tmp_path)
    (tmp_path / other).parent.mkdir(exist_ok=True)
    write(tmp_path, "x", other)
    assert fingerprint(tmp_path) == before


def test_content_names_and_number_of_files_make_the_fingerprint(tmp_path: Path) -> None:
    loaded(tmp_path)
    marks = [fingerprint(tmp_path)]
    for change in (
        lambda: write(tmp_path, MORE),
        lambda: write(tmp_path, MORE, "watchlists/more.yaml"),
        lambda: (tmp_path / "watchlists/more.yaml").rename(tmp_path / "watchlists/less.yaml"),
        lambda: (tmp_path / "bot.yaml").unlink(),
        lambda: write(tmp_path, "", "concepts.yaml"),
        lambda: shutil.rmtree(tmp_path / "watchlists"),
        lambda: shutil.rmtree(tmp_path),
    ):
        change()
        marks.append(fingerprint(tmp_path))
    assert len(set(marks)) == len(marks)


class Beats:
    """Counts how often the files stirred."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


@asynccontextmanager
async def watched(folder: Path) -> AsyncIterator[Beats]:
    beats, stop = Beats(), asyncio.Event()
    task = asyncio.create_task(watch(folder, stop, beats))
    try:
        yield beats
    finally:
        stop.set()
        await asyncio.wait_for(task, PATIENCE)


def outside(folder: Path) -> None:
    """bot.yaml is a link to a file elsewhere, which is edited in place."""
    (folder.parent / "elsewhere.yaml").write_text("{timezone: UTC}")


async def test_every_way_to_change_a_file_is_noticed_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Only notices count here: no look comes by itself.
    monkeypatch.setattr(files, "SWEEP", 600.0)
    folder = tmp_path / "config"
    loaded(folder)
    (folder / "bot.yaml").unlink()
    outside(folder)
    (folder / "bot.yaml").symlink_to("../elsewhere.yaml")
    lists = folder / "watchlists"
    async with watched(folder) as beats:
        await asyncio.sleep(1)
        for change in (
            lambda: write(folder, MORE),
            lambda: (write(folder, WATCHLIST, "x"), (folder / "x").rename(lists / "partners.yaml")),
            lambda: outside(folder),
            lambda: write(folder, "concepts: {}", "concepts.yaml"),
            lambda: (folder / "concepts.yaml").unlink(),
            lambda: lists.rename(folder / "old"),
            lambda: (lists.mkdir(), write(folder, MORE)),
            lambda: write(folder, WATCHLIST),
        ):
            before = beats.count
            change()
            await until(lambda: beats.count > before)  # noqa: B023
            # A folder that was replaced is watched anew.
            await asyncio.sleep(0.3)


async def test_other_files_stir_nothing(tmp_path: Path) -> None:
    loaded(tmp_path)
    (tmp_path / ".git").mkdir()
    async with watched(tmp_path) as beats:
        await asyncio.sleep(0.5)
        for other in (".git/index", "watchlists/.partners.yaml.swp", "notes.txt"):
            write(tmp_path, "x", other)
        await asyncio.sleep(1)
    assert beats.count == 0


async def test_where_notices_are_used_up_the_files_are_looked_at_and_that_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: pytest.LogCaptureFixture
) -> None:
    import watchfiles

    def exhausted(*folders: str, **options: object) -> None:
        raise RuntimeError("Error creating recommended watcher: Too many open files (os error 24)")

    monkeypatch.setattr(watchfiles, "awatch", exhausted)
    monkeypatch.setattr(files, "SWEEP", 0.05)
    loaded(tmp_path)
    async with watched(tmp_path) as beats:
        await asyncio.sleep(0.2)
        write(tmp_path, MORE)
        await until(lambda: beats.count == 1)
        shutil.move(tmp_path / "watchlists", tmp_path / "old")
        await until(lambda: beats.count == 2)
        shutil.copytree(tmp_path / "old", tmp_path / "watchlists")
        await until(lambda: beats.count >= 3)
    assert log.text.count("no notice of changed files") == 1


async def test_where_notices_do_not_come_a_look_finds_the_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a network mount: the notifier works, and never says a word."""
    import watchfiles

    real = watchfiles.awatch
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.setattr(watchfiles, "awatch", lambda *folders, **options: real(empty, **options))
    monkeypatch.setattr(files, "SWEEP", 0.3)
    loaded(tmp_path / "config")
    async with watched(tmp_path / "config") as beats:
        await asyncio.sleep(0.1)
        write(tmp_path / "config", MORE)
        await until(lambda: beats.count == 1)
