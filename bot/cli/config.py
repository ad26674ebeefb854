"""Commands about the configuration and the installation: check, doctor, backup."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.options import Options, with_options

if TYPE_CHECKING:
    from bot.errors import ConfigError
    from bot.run.doctor import Finding
    from bot.run.engine import Configuration
    from bot.watch.review import Remark


@click.command()
@click.option("--strict", is_flag=True, help="Count warnings as errors: end with 1 where there is one.")
@click.option("--no-archive", is_flag=True, help="Do not ask the archive which terms it has never seen.")
@with_options
def check(options: Options, strict: bool, no_archive: bool) -> None:
    """Reads the configuration and prints every error, with file, line and column, or else every warning. Ends with 2
    where there is an error."""
    from bot.errors import ConfigErrors
    from bot.run.setup import configuration
    from bot.settings import environment, load_token

    try:
        config = configuration(options.config)
        load_token(config.settings, environment())
        remarks = _remarks(options, config, archive=not no_archive)
    except ConfigErrors as errors:
        _problems(options, "error", [(str(error), error) for error in errors.errors], {"ok": False})
        raise SystemExit(2) from None
    lists = config.watchlists.lists.values()
    counts = {
        "sources": len(config.sources),
        "feeds": sum(len(source.feeds) for source in config.sources.values()),
        "watchlists": len(lists),
        "rules": sum(len(watchlist.rules) for watchlist in lists),
    }
    failed = strict and bool(remarks)
    shown = [(f"{remark.file}:{remark.line}:{remark.column}: warning: {remark.message}", remark) for remark in remarks]
    _problems(options, "warning", [(line, remark.as_error()) for line, remark in shown], {"ok": not failed, **counts})
    if not options.json:
        said = ", ".join(f"{number} {name}" for name, number in counts.items())
        warned = f"; {len(remarks)} {'warning' if len(remarks) == 1 else 'warnings'}" if remarks else ""
        click.echo(f"configuration in order: {said}{warned}")
    if failed:
        raise SystemExit(1)


def _remarks(options: Options, config: Configuration, *, archive: bool) -> list[Remark]:
    """What there is to warn of, in the files and, if asked for, in the archive."""
    import asyncio

    from bot.errors import StoreError
    from bot.run.review import NEWEST, never_seen
    from bot.watch.review import in_order, review

    remarks = review(options.config, config.watchlists, config.sources.values())
    if archive:
        try:
            with _counting("looking through the archive", NEWEST, quiet=options.json) as tell:
                remarks += asyncio.run(never_seen(config, options.config, options.state, tell))
        except StoreError as error:
            click.echo(f"the archive was not asked: {error}", err=True)
    return in_order(remarks)


@contextmanager
def _counting(task: str, total: int, *, quiet: bool) -> Iterator[Callable[[int], None] | None]:
    """A bar on standard error, where that is a terminal, and what to call with the number done."""
    import sys

    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        line = bar.add_task(task, total=total)
        yield lambda number: bar.update(line, completed=number) if number % 100 == 0 else None


def _problems(options: Options, level: str, lines: Sequence[tuple[str, ConfigError]], outcome: dict[str, Any]) -> None:
    """Prints errors or warnings: as one document, or as lines, each with the place it speaks of beneath it."""
    from bot.cli import show
    from bot.yamlfile import excerpts

    shown = excerpts(error for _, error in lines)
    if not options.json:
        for (line, _), excerpt in zip(lines, shown, strict=True):
            click.echo(line, err=True)
            if excerpt:
                click.echo("".join(f"    {row}\n" for row in excerpt.splitlines()), nl=False, err=True)
        return
    problems = [
        {
            "file": error.file,
            "line": error.line,
            "column": error.column,
            "message": error.message,
            "level": level,
            **({"excerpt": excerpt} if excerpt else {}),
        }
        for (_, error), excerpt in zip(lines, shown, strict=True)
    ]
    ok = outcome.pop("ok")
    show.document({"ok": ok, "problems": problems, **outcome})


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
