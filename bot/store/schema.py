"""The schema in a database: its revision, which programs may work on it, how it becomes the newest. It holds no rows of
ours.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StoreError
from bot.log import get, stopwatch
from bot.store import engines, jobs
from bot.store.faults import as_store_errors
from bot.store.migrations import HEAD, OLDEST_PROGRAM
from bot.store.tables import facts

log = get(__name__)

# Every node must take the same lock before it changes the schema; the number itself means nothing.
_LOCK = engines.APPLICATION_ID

OLDEST = "oldest_program"
"""The fact that says which programs can work on the schema."""


async def ready(database: engines.Location, connection: AsyncConnection) -> bool:
    """Whether this program can work on the schema as it is; False where it is older or there is none. Raises StoreError
    for one that a newer release made and this program cannot work on."""
    found = await connection.run_sync(revision)
    if found is None or found < HEAD:
        return False
    if found > HEAD:
        oldest = await connection.scalar(select(facts.c.value).where(facts.c.name == OLDEST))
        if not isinstance(oldest, str) or oldest > HEAD:
            raise StoreError(f"the database {database.name} was made by a newer release; install that one")
    return database.dialect == "sqlite" or await connection.run_sync(jobs.present)


def revision(connection: Connection) -> str | None:
    """The revision of the schema; None where there is none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


async def upgrade(location: engines.Location) -> None:
    """Brings the schema to the newest revision in one transaction; does nothing where it is there already. Several
    processes may ask at once. Raises StoreError for a schema of a newer release."""
    engine, took = engines.migrator(location), stopwatch()
    try:
        with as_store_errors(location):
            async with engine.begin() as connection:
                before = await connection.run_sync(revision)
                changed = await _upgrade(location, connection)
    finally:
        await engine.dispose()
    if changed:
        names = {"database": location.name, "before": before, "schema": HEAD}
        log.info("schema upgraded", **names, outcome="upgraded" if before else "made", seconds=took())


async def _upgrade(location: engines.Location, connection: AsyncConnection) -> bool:
    """Whether there was anything to do."""
    if location.dialect == "postgresql":
        encoding = await connection.scalar(text("SHOW server_encoding"))
        if encoding != "UTF8":
            raise StoreError(f"the database {location.name} stores text as {encoding}; create it with encoding UTF8")
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    if await ready(location, connection):
        return False
    await connection.run_sync(_run_alembic, location.name)
    moment = datetime.now(UTC)
    await connection.execute(facts.delete().where(facts.c.name == OLDEST))
    await connection.execute(facts.insert().values(name=OLDEST, value=OLDEST_PROGRAM, at=moment))
    if location.dialect == "postgresql":
        await jobs.upgrade(connection)
    else:
        broken = (await connection.execute(text("PRAGMA foreign_key_check"))).first()
        if broken is not None:
            raise StoreError(f"the database {location.name} has rows of {broken[0]} that point nowhere; not upgraded")
    return True


def _run_alembic(connection: Connection, name: str) -> None:
    # Alembic costs a quarter of a second to load and is needed once a release.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreError(f"the database {name} was made by a newer release; install that one") from error
