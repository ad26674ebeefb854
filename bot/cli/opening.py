"""What the commands that ask the archive share: the configuration with its database, and a watchlist's name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import click

from bot.cli.options import Options

if TYPE_CHECKING:
    from bot.run.engine import Configuration
    from bot.store.database import Database


@asynccontextmanager
async def opened(options: Options) -> AsyncIterator[tuple[Configuration, Database]]:
    """The configuration and its open database, for the length of the block."""
    from bot.run.setup import configuration, database_of
    from bot.store.database import open_database

    config = configuration(options.config)
    async with open_database(database_of(config.settings, options.state)) as database:
        yield config, database


def known(config: Configuration, watchlist: str) -> str:
    """The name of a watchlist, or a usage error with a suggestion."""
    from bot.yamlfile import suggest

    if watchlist not in config.watchlists:
        hint = suggest(watchlist, config.watchlists.lists)
        raise click.UsageError(f"no watchlist '{watchlist}'{hint}; there are: {', '.join(config.watchlists.lists)}")
    return watchlist
