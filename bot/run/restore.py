"""Puts a backup in the place of the database, so that what was told since it was made does not ring again. It deletes
nothing: what was there is moved aside.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from bot.errors import StoreError
from bot.log import get
from bot.run.engine import Configuration
from bot.run.setup import database_of
from bot.store import doubt, feeds
from bot.store.database import open_database
from bot.store.lock import state_lock
from bot.tell.policy import LONG_GAP

log = get(__name__)

_PARTS = ("", "-wal", "-shm")


async def restore(config: Configuration, state_dir: Path, backup: Path, now: datetime) -> Path | None:
    """Where the database went that was there before, None where there was none. The backup becomes one of this release.
    Feeds are read quietly once: what came since the backup is one starting picture; messages that were on their way
    then are in doubt, and their readers are asked. Raises StoreError: for PostgreSQL, while a bot runs, for a backup
    that is damaged or is none."""
    place = database_of(config.settings, state_dir)
    if not isinstance(place, Path):
        raise StoreError("a PostgreSQL database is restored with pg_restore")
    # The lock makes the directory where it is missing.
    with state_lock(state_dir):
        new = place.with_name(f".{place.name}.restored")
        try:
            _copy(backup, new)
            try:
                await _prepare(new, now)
            except StoreError as error:
                raise StoreError(str(error).replace(str(new), str(backup))) from None
            _hand_over(new, place if place.exists() else place.parent)
            aside = _move_aside(place, now)
            new.replace(place)
            _sync(place.parent)
        finally:
            for part in _PARTS:
                new.with_name(new.name + part).unlink(missing_ok=True)
    log.info("restored", backup=str(backup), before=str(aside) if aside else None)
    return aside


async def _prepare(new: Path, now: datetime) -> None:
    """Brings the copy to this release, and makes it forget what it would tell again. Raises StoreError."""
    async with open_database(new) as database:
        faults = await database.check_integrity()
        if faults:
            raise StoreError(f"{new} is damaged: {'; '.join(faults[:3])}")
        async with database.write() as connection:
            await feeds.look_quietly(connection, now - LONG_GAP - timedelta(hours=1))
            await doubt.doubt_all(connection, "restored from a backup: it may have been sent since")


def _copy(source: Path, to: Path) -> None:
    try:
        shutil.copyfile(source, to)
        with to.open("rb+") as file:
            os.fsync(file.fileno())
    except OSError as error:
        raise StoreError(f"{source} cannot be copied: {(error.strerror or str(error)).lower()}") from None


def _hand_over(new: Path, like: Path) -> None:
    """Gives a file to whoever owns another: root may restore what a user of a service owns."""
    owner = like.stat()
    new.chmod(0o600)
    with suppress(OSError):
        os.chown(new, owner.st_uid, owner.st_gid)


def _move_aside(place: Path, now: datetime) -> Path | None:
    found = [place.with_name(place.name + part) for part in _PARTS]
    found = [path for path in found if path.exists()]
    if not found:
        return None
    aside = place.parent / f"before-restore-{now:%Y%m%dT%H%M%SZ}"
    aside.mkdir()
    for path in found:
        path.replace(aside / path.name)
    return aside


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
