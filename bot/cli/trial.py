"""The command that tries rules on the archive before they go live: try. It prints what the trial found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.opening import known, opened
from bot.cli.options import Options, Since, with_options
from bot.cli.problems import few

if TYPE_CHECKING:
    from bot.errors import ConfigErrors
    from bot.run.trial.desk import Progress
    from bot.run.trial.outcome import Tried


@click.command("try", short_help="Tries rules, or a new version, on the archive.")
@click.argument("watchlist")
@click.option(
    "--file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A new version of the watchlist: what it would add and drop.",
)
@click.option(
    "--since", type=Since(), default="30d", show_default=True, help="How far back, by when it was first seen."
)
@with_options
def try_(options: Options, watchlist: str, file: Path | None, since: timedelta) -> None:
    """Tries a WATCHLIST's rules, or a new version of them, on the archive: matches and alerts a day, samples, terms
    that are never found and terms that alone cause the hits."""
    import asyncio

    from bot.cli import show, trialdata, trialtext
    from bot.errors import ConfigErrors

    try:
        tried = asyncio.run(_tried(options, watchlist, file, since))
    except ConfigErrors as errors:
        _explain(errors)
        raise SystemExit(2) from None
    if options.json:
        show.document(trialdata.document(tried))
    else:
        click.echo(trialtext.text(tried))


async def _tried(options: Options, watchlist: str, file: Path | None, since: timedelta) -> Tried:
    from bot.run.setup import utc_now
    from bot.run.trial.trying import try_rules
    from bot.watch.trial import read_files

    until = utc_now()
    async with opened(options) as (config, database):
        known(config, watchlist)
        files = read_files(options.config, watchlist, file)
        with _progress(quiet=options.json) as progress:
            return await try_rules(config, files, database, watchlist, until - since, until, progress=progress)


def _explain(errors: ConfigErrors) -> None:
    """Prints each mistake, with the line it stands in. That comes with it: some files can be read only once."""
    shown, more = few(errors.errors)
    for error in shown:
        click.echo(str(error), err=True)
        for row in (error.excerpt or "").splitlines():
            click.echo(f"    {row}", err=True)
    for line in more:
        click.echo(line, err=True)


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Progress]:
    """What a trial should call as it goes on: it moves a bar on standard error where that is a terminal."""
    import sys

    if quiet or not sys.stderr.isatty():
        yield lambda what, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def update(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield update


COMMANDS: tuple[Callable[..., None], ...] = (try_,)
