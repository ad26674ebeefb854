"""Commands about the configuration and the installation: check, doctor, backup."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.options import Options, with_options

if TYPE_CHECKING:
    from bot.run.doctor import Finding


@click.command()
@with_options
def check(options: Options) -> None:
    """Reads the configuration and prints every error, with file, line and column. Ends with 2 where there is one."""
    from bot.cli import show
    from bot.errors import ConfigErrors
    from bot.run.setup import configuration
    from bot.settings import environment, load_token

    try:
        config = configuration(options.config)
        load_token(config.settings, environment())
    except ConfigErrors as errors:
        if not options.json:
            raise
        mistakes = [
            {"file": e.file, "line": e.line, "column": e.column, "message": e.message, "level": "error"}
            for e in errors.errors
        ]
        show.document({"ok": False, "problems": mistakes})
        raise SystemExit(2) from None
    lists = config.watchlists.lists.values()
    counts = {
        "sources": len(config.sources),
        "feeds": sum(len(source.feeds) for source in config.sources.values()),
        "watchlists": len(lists),
        "rules": sum(len(watchlist.rules) for watchlist in lists),
    }
    if options.json:
        show.document({"ok": True, "problems": [], **counts})
    else:
        click.echo("configuration in order: " + ", ".join(f"{number} {name}" for name, number in counts.items()))


@click.command()
@with_options
def doctor(options: Options) -> None:
    """Looks for what is wrong with this installation, and says what to do. Ends with 1 where something is."""
    import asyncio

    from bot.cli import show
    from bot.run.doctor import examine
    from bot.settings import environment

    findings = asyncio.run(examine(options.config, options.state, environment()))
    if options.json:
        show.document(
            {
                "ok": all(f.ok for f in findings),
                "findings": [{"name": f.name, "ok": f.ok, "detail": f.detail} for f in findings],
            }
        )
    else:
        _print(findings)
    if not all(finding.ok for finding in findings):
        raise SystemExit(1)


def _print(findings: list[Finding]) -> None:
    for finding in findings:
        mark = click.style("ok  ", fg="green") if finding.ok else click.style("BAD ", fg="red")
        click.echo(f"{mark} {finding.name}: {finding.detail}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_options
def backup(options: Options, file: Path) -> None:
    """Writes a consistent copy of the database, beside a running bot."""
    import asyncio

    from bot.run.setup import database_of
    from bot.settings import load_settings
    from bot.store.database import open_database

    async def copy() -> None:
        async with open_database(database_of(load_settings(options.config), options.state)) as database:
            await database.backup(file)

    asyncio.run(copy())
    if not options.json:
        click.echo(f"backup written to {file}")


COMMANDS = (check, doctor, backup)
