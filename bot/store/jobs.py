"""The queue's own tables beside ours, on PostgreSQL: made and brought up to date together with them. It works no job.

The queue is Procrastinate, which several machines need. Where it is not installed there are no such tables.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StoreError

_TABLE = "procrastinate_jobs"
# The release that made the tables is in a comment on one of them: what is written about a schema stays with it.
_COMMENT = "Procrastinate {}, by Kentongan"

_OFTEN = ", ".join(
    f"autovacuum_{what}_{limit}" for what in ("vacuum", "analyze") for limit in ("scale_factor = 0", "threshold = 500")
)
"""The table is small and changes all the time: with old statistics the server reads it from end to end for each job."""


def installed() -> str | None:
    """The release of the queue; None where it is not installed."""
    try:
        return version("procrastinate")
    except PackageNotFoundError:
        return None


def present(connection: Connection) -> bool:
    """Whether the queue's tables are there and of the installed release, or there is no queue."""
    found = installed()
    if found is None:
        return True
    if not inspect(connection).has_table(_TABLE):
        return False
    made_by = _made_by(connection)
    # Newer tables serve an older program: Procrastinate takes functions away one release later
    # (https://procrastinate.readthedocs.io, "Migrations").
    return made_by is not None and made_by >= _number(found)


async def upgrade(connection: AsyncConnection) -> None:
    """Makes the queue's tables, or applies what came since the release that made them. Raises StoreError where nobody
    knows which release that was."""
    found = installed()
    if found is None or await connection.run_sync(present):
        return
    if not await connection.run_sync(lambda sync: inspect(sync).has_table(_TABLE)):
        scripts = [files("procrastinate.sql").joinpath("schema.sql").read_text("utf-8")]
    elif made_by := await connection.run_sync(_made_by):
        scripts = _since(made_by)
    else:
        raise StoreError("the database holds tables of another Procrastinate; give the bot a database of its own")
    for script in scripts:
        # As it is: a percent sign in it is no parameter.
        await connection.exec_driver_sql(script.replace("%", "%%"))
    await connection.exec_driver_sql(f"ALTER TABLE {_TABLE} SET ({_OFTEN})")
    await connection.exec_driver_sql(f"COMMENT ON TABLE {_TABLE} IS '{_COMMENT.format(found)}'")


def _made_by(connection: Connection) -> tuple[int, ...] | None:
    comment = inspect(connection).get_table_comment(_TABLE)["text"] or ""
    found = re.fullmatch(_COMMENT.format(r"([\d.]+)\w*"), comment)
    return _number(found.group(1)) if found else None


def _since(made_by: tuple[int, ...]) -> list[str]:
    """The scripts of later releases, in their order: their names begin with the release, as in `03.04.00_01_...`."""
    folder = files("procrastinate.sql").joinpath("migrations")
    scripts = sorted((each for each in folder.iterdir() if each.name.endswith(".sql")), key=lambda each: each.name)
    return [each.read_text("utf-8") for each in scripts if _number(each.name.split("_")[0]) > made_by]


def _number(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split(".")[:3] if part.isdigit())


# --- the queue as rows ----------------------------------------------------------------------------------------------


async def waiting(connection: AsyncConnection, names: Collection[str]) -> set[str]:
    """Those of these offers that wait in the queue already."""
    query = text("SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = ANY(:names)")
    return set(await connection.scalars(query, {"names": list(names)}))


async def worked_by(connection: AsyncConnection, workers: Collection[int]) -> dict[int, int]:
    """The jobs that these workers have, by what the queue says, each with its lane."""
    query = text(
        "SELECT id, args->>'lane' FROM procrastinate_jobs WHERE status = 'doing' AND worker_id = ANY(:workers)"
    )
    found = await connection.execute(query, {"workers": list(workers)})
    return {job: int(lane) for job, lane in found}


async def beat(connection: AsyncConnection, workers: Collection[int]) -> None:
    """A sign of life of these workers; of one that has taken leave it is none."""
    query = text("UPDATE procrastinate_workers SET last_heartbeat = now() WHERE id = ANY(:workers)")
    await connection.execute(query, {"workers": list(workers)})


async def hold(connection: AsyncConnection, job: int) -> bool:
    """Whether a job is being worked still; nobody ends it before this transaction does."""
    query = text("SELECT 1 FROM procrastinate_jobs WHERE id = :job AND status = 'doing' FOR UPDATE")
    return (await connection.execute(query, {"job": job})).first() is not None


async def held(connection: AsyncConnection, found: Collection[int]) -> set[int]:
    """Those of these jobs that are being worked still; nobody ends one of them before this transaction does."""
    query = "SELECT id FROM procrastinate_jobs WHERE id = ANY(:jobs) AND status = 'doing' ORDER BY id FOR KEY SHARE"
    return set(await connection.scalars(text(query), {"jobs": list(found)}))


async def end(connection: AsyncConnection, job: int) -> bool:
    """Ends and deletes a job that nobody works any more; false where it is gone. Its lane stays shut until this
    transaction is kept."""
    query = text("DELETE FROM procrastinate_jobs WHERE id = :job AND status = 'doing' RETURNING id")
    return (await connection.execute(query, {"job": job})).first() is not None


async def raw(connection: AsyncConnection) -> object:
    """The driver's own connection, for the queue to write through in our transaction."""
    return (await connection.get_raw_connection()).driver_connection
