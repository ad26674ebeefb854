"""What a check does besides reading the configuration: it mends files where that is asked for, and asks the archive
which terms it has never seen. It takes no lock, and changes nothing of the database.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from bot.errors import ConfigError, ConfigErrors
from bot.model import Article
from bot.run.engine import Configuration
from bot.run.setup import database_of
from bot.store import articles
from bot.store.archive import stretch
from bot.store.database import Database
from bot.store.engines import locate, prepare_file
from bot.store.migrations import HEAD
from bot.watch.review import Looking, Remark, sheets
from bot.yamlfile.edit import Drop, edited, write

NEWEST = 20_000
"""Articles that are looked at: some ten seconds' work, and weeks of news."""

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_END = datetime(9999, 1, 1, tzinfo=UTC)


Tell = Callable[[int, int], None]
"""Is told how many of how many articles were looked at."""


def mend(remarks: Iterable[Remark]) -> list[Remark]:
    """Makes the changes that the remarks carry, file by file, each file in one step and all else in it as it was; the
    remarks that are mended by that. A change that would touch other values, too (in a list that an alias repeats), is
    not made. Raises ConfigErrors where a file no longer is good YAML or cannot be written."""
    changes: dict[str, dict[Drop, Remark]] = {}
    for remark in remarks:
        if remark.change is not None:
            changes.setdefault(remark.file, {}).setdefault(remark.change, remark)
    mended: list[Remark] = []
    for file, wanted in changes.items():
        try:
            text, made = _without(Path(file).read_bytes().decode(), wanted, file)
            if made:
                write(Path(file), text)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise ConfigErrors([ConfigError(f"the file cannot be changed: {reason}", file)]) from None
        mended += made
    return mended


def _without(text: str, wanted: dict[Drop, Remark], file: str) -> tuple[str, list[Remark]]:
    """The text without these items, and the remarks about those that could go."""
    # From the end of each list, so that the items before keep their numbers.
    drops = sorted(wanted, key=lambda drop: (str(drop.path[:-1]), int(drop.path[-1])), reverse=True)
    try:
        return edited(text, drops, file), list(wanted.values())
    except ConfigErrors:
        edited(text, [], file)  # where it is the file that is wrong, it is said
    made: list[Remark] = []
    for drop in drops:
        with suppress(ConfigErrors):
            text = edited(text, [drop], file)
            made.append(wanted[drop])
    return text, made


async def never_seen(
    config: Configuration, config_dir: Path, state_dir: Path, tell: Tell | None = None
) -> list[Remark]:
    """Remarks about terms that the newest articles never had; none where there is no database, one of another release,
    or one of few articles. Raises StoreError."""
    address = database_of(config.settings, state_dir)
    if isinstance(address, Path):
        if not address.exists() or not address.stat().st_size:
            return []
        prepare_file(address)  # refuses another program's file
    database = Database(locate(address))
    try:
        if await database.revision() != HEAD:
            return []
        looking = await _looked(database, config, tell)
    finally:
        await database.close()
    return looking.remarks(sheets(config_dir, config.watchlists))


async def _looked(database: Database, config: Configuration, tell: Tell | None) -> Looking:
    looking = Looking(config.watchlists)
    number = 0
    async with database.read() as connection:
        total = 0 if tell is None else min((await stretch(connection, _BEGINNING, _END)).articles, NEWEST)
        rows = articles.archive(connection, _BEGINNING, config.sources)
        # It is left before its end: closed here, it gives its cursor back before the connection goes.
        async with aclosing(cast("AsyncGenerator[tuple[int, datetime, Article]]", rows)) as archive:
            async for _, _, article in archive:
                looking.look(article)
                number += 1
                if tell is not None:
                    tell(number, max(total, number))
                if number == NEWEST:
                    break
    return looking
