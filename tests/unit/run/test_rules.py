"""Changing a watchlist's file for an admin: nothing is lost, nothing is overwritten that was not looked at."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from scene import ANALYST, MINUTE, Scene, scene

from bot.model import DeliveryKind, Rhythm
from bot.run.rules import Rules
from bot.store import mutes, subscriptions, versions
from bot.store.mutes import Muted
from bot.store.versions import KEPT, State
from bot.tell.rulebook import Done, Mistakes, Proposal

OLD = """title: Partners # mine
concepts:
  partner: {labels: {indonesia: [Indonesia], nato: [NATO]}}
rules:
  - {name: any, match: partner}
"""
NEW = OLD.replace("[NATO]", "[NATO, Nato]").replace("\n", "\r\n")


@dataclass
class Desk:
    """The rules of a scene whose watchlist is on disk."""

    stage: Scene
    rules: Rules
    file: Path
    reloads: list[bool]

    async def sent(self, text: str = NEW, name: str = "partners") -> int:
        found = await self.rules.propose(name, text.encode(), 7, 7, self.stage.now)
        assert isinstance(found, Proposal), found
        return found.version

    async def apply(self, version: int) -> Done:
        return (await self.rules.apply(version, 7, 7, self.stage.now)).done

    async def undo(self, name: str | None = None) -> Done:
        return (await self.rules.undo(name, 7, 7, self.stage.now)).done

    async def notices(self) -> list[str]:
        found = (await self.stage.ledger()).values()
        return [str(each.body) for each in found if each.kind is DeliveryKind.NOTICE]


@pytest.fixture
async def desk(tmp_path: Path, now: datetime) -> AsyncIterator[Desk]:
    async with scene(tmp_path, now) as stage:
        file = tmp_path / "config" / "watchlists" / "partners.yaml"
        file.write_text(OLD)
        reloads = [True]

        async def reload() -> bool:
            return reloads[0]

        yield Desk(stage, Rules(stage.engine, tmp_path / "config", reload), file, reloads)


async def test_a_version_is_put_in_place_byte_for_byte_and_taken_back(desk: Desk) -> None:
    desk.file.chmod(0o640)
    version = await desk.sent()
    assert desk.file.read_text() == OLD
    assert await desk.apply(version) is Done.APPLIED
    assert desk.file.read_bytes() == NEW.encode() and desk.file.stat().st_mode & 0o777 == 0o640
    assert await desk.apply(version) is Done.ALREADY
    assert await desk.undo() is Done.UNDONE and desk.file.read_text() == OLD
    assert await desk.undo("partners") is Done.UNDONE and desk.file.read_bytes() == NEW.encode()
    assert [path.name for path in desk.file.parent.iterdir() if path.name.startswith(".")] == []


async def test_what_somebody_changed_meanwhile_stays(desk: Desk) -> None:
    version = await desk.sent()
    desk.file.write_text(OLD + "# by hand\n")
    assert await desk.apply(version) is Done.STALE and desk.file.read_text().endswith("# by hand\n")
    await desk.apply(await desk.sent())
    desk.file.write_text(OLD + "# again\n")
    assert await desk.undo() is Done.NOTHING_BEFORE and desk.file.read_text().endswith("# again\n")


async def test_a_crash_between_the_file_and_its_record_is_finished_by_pressing_again(desk: Desk) -> None:
    async with desk.stage.engine.database.write() as connection:
        await subscriptions.subscribe(
            connection, ANALYST, "partners", rhythm=Rhythm.DAILY, at="07:00", now=desk.stage.now, due_at=desk.stage.now
        )
    version = await desk.sent()

    async def crashes() -> bool:
        raise RuntimeError("killed")

    desk.rules.reload, whole = crashes, desk.rules.reload
    with pytest.raises(RuntimeError):
        await desk.apply(version)
    desk.rules.reload = whole
    assert desk.file.read_bytes() == NEW.encode() and await desk.notices() == []
    assert await desk.apply(version) is Done.APPLIED
    assert await desk.apply(version) is Done.ALREADY
    (line,) = await desk.notices()
    assert "+1 term" in line


async def test_a_version_that_was_left_alone_is_gone(desk: Desk) -> None:
    version = await desk.sent()
    assert (await desk.rules.cancel(version)).done is Done.CANCELLED
    assert await desk.apply(version) is Done.GONE and await desk.apply(9999) is Done.GONE
    assert desk.file.read_text() == OLD


async def test_a_new_watchlist_appears_and_goes_again(desk: Desk) -> None:
    version = await desk.sent(OLD, "others")
    assert await desk.apply(version) is Done.APPLIED
    made = desk.file.with_name("others.yaml")
    assert made.read_text() == OLD
    assert await desk.undo() is Done.UNDONE and not made.exists()
    assert await desk.undo("others") is Done.UNDONE and made.read_text() == OLD


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("../partners", OLD.encode(), "letters, digits"),
        (".hidden", OLD.encode(), "letters, digits"),
        ("x" * 65, OLD.encode(), "letters, digits"),
        ("partners", b"title: x\nrules: \xff", "partners.yaml:2: this is not UTF-8 text"),
        ("partners", b"x" * 1_000_001, "more than 1000 kB"),
        ("partners", b"rules: []", "partners.yaml:1:"),
        ("partners", b"a: &a [x]\nb: [*a, *a", "partners.yaml:"),
        ("partners", b"", "partners.yaml:1:1:"),
        ("partners", OLD.encode() + b"\x00", "partners.yaml:"),
    ],
)
async def test_what_is_no_watchlist_is_refused_with_its_place(desk: Desk, name: str, content: bytes, said: str) -> None:
    found = await desk.rules.propose(name, content, 7, 7, desk.stage.now)
    assert isinstance(found, Mistakes) and said in found.lines[0], found
    assert str(desk.file.parent) not in "".join(found.lines)
    assert desk.file.read_text() == OLD


async def test_a_folder_that_cannot_be_written_changes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    version = await desk.sent()

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        applied = await desk.rules.apply(version, 7, 7, desk.stage.now)
    assert (applied.done, applied.reason) == (Done.NOT_WRITTEN, "no space left on device")
    assert desk.file.read_text() == OLD and await desk.apply(version) is Done.APPLIED


async def test_mistakes_in_other_files_are_said(desk: Desk) -> None:
    desk.reloads[0] = False
    assert await desk.apply(await desk.sent()) is Done.NOT_TAKEN
    assert desk.file.read_bytes() == NEW.encode()


async def test_followers_hear_one_line_for_a_change_and_none_for_a_comment_or_where_all_is_muted(desk: Desk) -> None:
    async with desk.stage.engine.database.write() as connection:
        await subscriptions.subscribe(
            connection, ANALYST, "partners", rhythm=Rhythm.DAILY, at="07:00", now=desk.stage.now, due_at=desk.stage.now
        )
    await desk.apply(await desk.sent(OLD.replace("# mine", "# ours")))
    assert await desk.notices() == []
    await desk.apply(await desk.sent(NEW))
    (line,) = await desk.notices()
    assert "rule changed" in line and "+1 term" in line
    desk.stage.pass_time(MINUTE)
    async with desk.stage.engine.database.write() as connection:
        await mutes.mute(connection, ANALYST, Muted.ALL, "", desk.stage.now, until=desk.stage.now + MINUTE, user=7)
    await desk.undo("partners")
    assert len(await desk.notices()) == 1


async def test_only_so_many_versions_are_kept(desk: Desk) -> None:
    for number in range(KEPT + 3):
        async with desk.stage.engine.database.write() as connection:
            await versions.keep(
                connection, "partners", str(number), None, chat=7, user=7, state=State.DRAFT, now=desk.stage.now
            )
    async with desk.stage.engine.database.read() as connection:
        kept = [await versions.version(connection, number) for number in range(1, KEPT + 4)]
    assert [each is not None for each in kept] == [False] * 3 + [True] * KEPT
