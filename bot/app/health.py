"""What the desk asks the running program. It mends nothing."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.app.line import Line
from bot.errors import KentonganError, StoreError
from bot.log import get
from bot.run.alarms import Around
from bot.run.cluster import ALIVE
from bot.run.engine import Engine
from bot.run.reload import Standing
from bot.run.schedule import Schedule
from bot.store import facts, nodes

if TYPE_CHECKING:
    from bot.desk import Check

log = get(__name__)


async def open_desk(
    stack: AsyncExitStack,
    engine: Engine,
    schedule: Schedule,
    line: Line,
    standing: Standing,
    around: Around,
) -> None:
    """The desk is a convenience: where its port is taken, the bot runs without it and says so."""
    settings = engine.config.settings.desk
    if not settings.enabled:
        return
    from bot.desk import application
    from bot.desk import serve as serve_desk
    from bot.run.metrics import Gauges, registry

    health = Health(engine, schedule, line, standing)
    gauges = Gauges(engine, around, health.last_tick)
    pages = application(health, registry(engine, standing, gauges), engine.clock, gauges.look)
    try:
        url = await stack.enter_async_context(serve_desk(pages, settings.host, settings.port))
    except KentonganError as error:
        log.error("no desk", reason=str(error))
    else:
        log.info("desk", url=url)


class Health:
    """What the desk asks the running program."""

    def __init__(self, engine: Engine, schedule: Schedule, line: Line, standing: Standing) -> None:
        self._engine = engine
        self._schedule = schedule
        self._line = line
        self._standing = standing

    def last_tick(self) -> datetime | None:
        """When the schedule last ran."""
        return self._schedule.last_tick

    async def ready(self) -> Sequence[Check]:
        """The database takes writes; Telegram answered in the last two minutes. A refused configuration is said, but
        the bot is as ready as before."""
        from bot.desk import Check

        now = self._engine.clock()
        try:
            async with self._engine.database.write() as connection:
                await facts.set_fact(connection, "ready", now.isoformat(), now)
            checks = [Check("database", True)]
        except StoreError as error:
            checks = [Check("database", False, str(error))]
        if self._line.courier is not None:
            last = self._line.last_ok()
            fresh = last is not None and now - last < timedelta(minutes=2)
            checks.append(Check("telegram", fresh, f"last good answer: {last.isoformat() if last else 'none'}"))
        if self._engine.database.dialect == "postgresql":
            checks.append(await self._machines())
        loaded = f"loaded {self._standing.loaded_at.isoformat()}"
        refused = "" if self._standing.successful else "; a newer one was refused, see the log"
        checks.append(Check("configuration", True, loaded + refused))
        return checks

    async def _machines(self) -> Check:
        """Who is at work. That they differ is said, but each is as ready as it was."""
        from bot.desk import Check

        try:
            async with self._engine.database.read() as connection:
                found = await nodes.alive(connection, ALIVE)
        except StoreError as error:
            return Check("machines", False, str(error))
        leader = next((node.name for node in found if node.leads), "none yet")
        how = nodes.differ(found)
        said = f"{len(found)} at work, leader: {leader}"
        return Check("machines", True, f"{said}; they differ: {how}" if how else said)
