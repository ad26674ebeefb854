"""Notices that files of the configuration changed: at once where the system tells, else within seconds. It reads none
of them for their meaning and changes nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bot.log import get
from bot.watch.review.folder import FILES, FOLDER

log = get(__name__)

SWEEP = 5.0
"""Seconds between two looks at the files' dates: some 20 calls of stat, 0.1 ms. Where notices come this finds nothing;
they do not come on network and some bind mounts (inotify(7): "Inotify reports only events that a user-space program
triggers through the filesystem API"), nor when a link further out is turned."""

STEP = 0.2
"""Seconds between two questions to the notifier; measured at 0.6 ms of processor time a second, all included."""


def files(config_dir: Path) -> list[Path]:
    """The files that make up a configuration, those that are there. Hidden ones are editors' and synchronisers' own,
    such as the lock `.#pacts.yaml`."""
    found = []
    for path in [config_dir / name for name in FILES] + sorted((config_dir / FOLDER).glob("*.yaml")):
        with suppress(OSError):
            path.stat()
            if path.parent == config_dir or not path.name.startswith("."):
                found.append(path)
    return found


def fingerprint(config_dir: Path) -> str:
    """A hash, in hexadecimal, of the files' names and bytes: the same as long as a reload would read the same."""
    digest = sha256()
    for path in files(config_dir):
        try:
            content = path.read_bytes()
        except OSError as error:
            content = f"cannot be read: {error.errno}".encode()
        for piece in (path.relative_to(config_dir).as_posix().encode(), content):
            digest.update(len(piece).to_bytes(8))
            digest.update(piece)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class _Look:
    """The files and their folders from outside. A file that was written anew differs in one of these numbers: the date
    of its last change (ctime) cannot be set back."""

    files: tuple[tuple[str, int, int, int, int, int], ...]
    folders: tuple[tuple[str, int, int], ...]


def _look(config_dir: Path) -> _Look:
    found = []
    # Links live in the folders as written, and what they point to may be edited in the folders they lead to.
    folders = {config_dir, config_dir / FOLDER}
    for path in files(config_dir):
        with suppress(OSError):
            now = path.stat()
            found.append((str(path), now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns))
            folders.add(path.resolve().parent)
    seen = []
    for folder in sorted(folders):
        with suppress(OSError):
            now = folder.stat()
            seen.append((str(folder), now.st_dev, now.st_ino))
    return _Look(tuple(found), tuple(seen))


async def watch(config_dir: Path, stop: asyncio.Event, stirred: Callable[[], object]) -> None:
    """Calls `stirred` each time the files look different from outside, until `stop` is set. A folder that is replaced,
    or made later, is watched from then on."""
    # It tells every event in the folders at INFO.
    logging.getLogger("watchfiles").setLevel(logging.WARNING)
    said: set[str] = set()
    before = await asyncio.to_thread(_look, config_dir)
    while not stop.is_set():
        folders = [folder for folder, _, _ in before.folders]
        async with aclosing(_wakes(folders, stop, said)) as wakes:
            async for _ in wakes:
                now = await asyncio.to_thread(_look, config_dir)
                moved = now.folders != before.folders
                if now.files != before.files:
                    stirred()
                before = now
                if moved:
                    break


async def _wakes(folders: list[str], stop: asyncio.Event, said: set[str]) -> AsyncGenerator[None]:
    """A beat whenever something happened in the folders, and every few seconds."""
    from watchfiles import awatch

    try:
        async with aclosing(
            awatch(
                *folders,
                watch_filter=None,
                step=round(STEP * 1000),
                debounce=round(SWEEP * 1000),
                rust_timeout=round(SWEEP * 1000),
                yield_on_timeout=True,
                stop_event=stop,
                force_polling=False,
                recursive=False,
            )
        ) as changes:
            async for _ in changes:
                yield
            return
    except FileNotFoundError:
        # The folder went just now; the next look sees that.
        pass
    except Exception as error:  # noqa: BLE001 - the notifier has errors of its own, for limits that are used up
        if str(error) not in said:
            log.warning("no notice of changed files: they are looked at every few seconds", reason=str(error))
        said.add(str(error))
    while not stop.is_set():
        with suppress(TimeoutError):
            async with asyncio.timeout(SWEEP):
                await stop.wait()
        yield
