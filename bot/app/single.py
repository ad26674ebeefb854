"""A single round of the program, for cron. It leaves nothing running."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bot.app.line import TelegramCourier
from bot.app.opening import open_app
from bot.errors import KentonganError, StoreError
from bot.run.console import Console
from bot.run.engine import Engine, Tally
from bot.run.once import Round, once
from bot.run.setup import take_over
from bot.store.leader import LeaderLock


async def single_round(
    config_dir: Path,
    state_dir: Path,
    environ: Mapping[str, str],
    *,
    every_feed: bool,
    watch: Callable[[Tally], None] | None = None,
    console: Console | None = None,
) -> Round:
    """`kentongan once`: what readers wrote is answered first, so that a subscription counts for this round."""
    async with open_app(config_dir, state_dir, environ, console) as (engine, line), _alone(engine):
        telegram = await line.open()
        if watch is not None:
            engine.tally.on_change = lambda: watch(engine.tally)
        if telegram is None:
            return await once(engine, every_feed=every_feed)
        try:
            trouble = await _hear(telegram)
            if trouble is not None:
                # What is due stays due; feeds and pages do not wait for Telegram.
                del engine.couriers["telegram"]
            return replace(await once(engine, every_feed=every_feed), trouble=trouble)
        finally:
            await telegram.gateway.close()


@asynccontextmanager
async def _alone(engine: Engine) -> AsyncIterator[None]:
    """Among machines of one database only the one that leads may do a round for all. Raises StoreError."""
    if engine.database.dialect == "sqlite":
        yield
        return
    async with LeaderLock(engine.database) as lock:
        if not await lock.held():
            raise StoreError(f"a machine is at work on {engine.database.name}, which does the rounds")
        await take_over(engine, idle=True)
        async with lock.kept():
            yield


async def _hear(telegram: TelegramCourier) -> str | None:
    """Answers what readers wrote. Returns why that cannot be done, if it cannot."""
    try:
        await telegram.gateway.check()
        await telegram.gateway.drain_updates()
    except KentonganError as error:
        return str(error)
    return None
