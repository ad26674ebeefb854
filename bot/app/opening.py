"""Opens an engine and what it needs of the machine, for a service and for a single round."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

from bot.app.line import Line
from bot.run.console import Console
from bot.run.engine import Courier, Engine
from bot.run.rules import Rules
from bot.run.setup import configuration, database_of, open_engine
from bot.settings import load_token
from bot.store.lock import state_lock


@asynccontextmanager
async def open_app(
    config_dir: Path, state_dir: Path, environ: Mapping[str, str], console: Console | None = None
) -> AsyncIterator[tuple[Engine, Line]]:
    """An engine, and its line to Telegram, still closed, for the length of the block; `console` carries the messages
    where there is no token. Where the database is a file in the state directory no other bot has that meanwhile. Raises
    ConfigErrors, StoreError."""
    config = configuration(config_dir)
    token = load_token(config.settings, environ)
    alone = isinstance(database_of(config.settings, state_dir), Path)
    with state_lock(state_dir) if alone else nullcontext():
        couriers: dict[str, Courier] = {} if token else {"console": console or Console()}
        async with open_engine(config, state_dir, couriers) as engine:
            yield engine, Line(engine, token, Rules(engine, config_dir))
