"""Commands about the configuration and the installation: check, doctor, backup."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.options import Options, with_options
from bot.cli.problems import few

if TYPE_CHECKING:
    from bot.errors import ConfigError
    from bot.run.doctor import Finding
    from bot.run.engine import Configuration
    from bot.watch.review import Remark


@click.command(short_help="Errors and warnings in the configuration.")
@click.option("--strict", is_flag=True, help="Count warnings as errors: end with 1 where there is one.")
@click.option("--no-archive", is_flag=True, help="Do not ask the archive which terms it has never seen.")
@click.option("--fix", is_flag=True, help="First remove terms that are listed twice; all else in the files stays.")
@with_options
def check(options: Options, strict: bool, no_archive: bool, fix: bool) -> None:
    """Reads the configuration and prints every error, with file, line and column, or else every warning. Ends with 2
    where there is an error."""
    from bot.errors import ConfigErrors

    fixed: list[Remark] = []
    try:
        config = _configuration(options)
        if fix:
            config = _mended(options, config, fixed)
        remarks = _remarks(options, config, archive=not no_archive)
    except ConfigErrors as errors:
        outcome = {"ok": False, **_fixed(fixed, asked=fix)}
        _problems(options, "error", errors.errors, outcome)
        raise SystemExit(2) from None
    lists = config.watchlists.lists.values()
    counts = {
        "sources": len(config.sources),
        "feeds": sum(len(source.feeds) for source in config.sources.values()),
        "watchlists": len(lists),
        "rules": sum(len(watchlist.rules) for watchlist in lists),
    }
    failed = strict and bool(remarks)
    outcome = {"ok": not failed, **_fixed(fixed, asked=fix), **counts}
    _problems(options, "warning", [remark.as_error() for remark in remarks], outcome)
    if not options.json:
        said = ", ".join(f"{number} {name}" for name, number in counts.items())
        warned = f"; {len(remarks)} {'warning' if len(remarks) == 1 else 'warnings'}" if remarks else ""
        mended = f"; {len(fixed)} fixed" if fix else ""
        click.echo(f"configuration in order: {said}{mended}{warned}")
    if failed:
        raise SystemExit(1)


def _configuration(options: Options) -> Configuration:
    from bot.run.setup import configuration
    from bot.settings import environment, load_token

    config = configuration(options.config)
    load_token(config.settings, environment())
    return config


def _mended(options: Options, config: Configuration, fixed: list[Remark]) -> Configuration:
    """The configuration without what `--fix` mends; what it mended goes into `fixed`, also where an error ends it."""
    from bot.run.review import mend
    from bot.watch.review import in_order, review

    # A term that two others find goes in two rounds: what it is found by must stay.
    while done := in_order(mend(review(options.config, config.watchlists, config.sources.values()))):
        fixed += done
        for remark in done if not options.json else ():
            click.echo(f"{remark.file}:{remark.line}:{remark.column}: fixed: {_without_advice(remark)}")
        config = _configuration(options)
    return config


def _without_advice(remark: Remark) -> str:
    """What was wrong, without what to do about it."""
    return remark.message.rpartition(": ")[0]


def _fixed(fixed: Sequence[Remark], *, asked: bool) -> dict[str, Any]:
    """What `--fix` mended, for programs; each place as it was when it was mended."""
    places = [{"file": r.file, "line": r.line, "column": r.column, "message": _without_advice(r)} for r in fixed]
    return {"fixed": places} if asked else {}


def _remarks(options: Options, config: Configuration, *, archive: bool) -> list[Remark]:
    """What there is to warn of, in the files and, if asked for, in the archive."""
    import asyncio

    from bot.errors import StoreError
    from bot.run.review import never_seen
    from bot.watch.review import in_order, review

    remarks = review(options.config, config.watchlists, config.sources.values())
    if archive:
        try:
            with _counting("looking through the archive", quiet=options.json) as tell:
                remarks += asyncio.run(never_seen(config, options.config, options.state, tell))
        except StoreError as error:
            click.echo(f"the archive was not asked: {error}", err=True)
    return in_order(remarks)


@contextmanager
def _counting(task: str, *, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on standard error, where that is a terminal, and what to call with the number done and that of all."""
    import sys

    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        line = bar.add_task(task, total=None)

        def tell(number: int, total: int) -> None:
            if number % 100 == 0 or number == total:
                bar.update(line, completed=number, total=total)

        yield tell


def _problems(options: Options, level: str, found: Sequence[ConfigError], outcome: dict[str, Any]) -> None:
    """Prints errors or warnings: all of them as one document, or as lines, each with the place it speaks of beneath
    it, and of many that are alike the first."""
    from bot.cli import show
    from bot.yamlfile import excerpts

    if not options.json:
        kept, more = few(found)
        for error, excerpt in zip(kept, excerpts(kept), strict=True):
            kind = "" if level == "error" else f"{level}: "
            click.echo(f"{error.file}:{error.line}:{error.column}: {kind}{error.message}", err=True)
            if excerpt:
                click.echo("".join(f"    {row}\n" for row in excerpt.splitlines()), nl=False, err=True)
        for line in more:
            click.echo(f"{line}; --json lists all", err=True)
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
        for error, excerpt in zip(found, excerpts(found), strict=True)
    ]
    ok = outcome.pop("ok")
    show.document({"ok": ok, "problems": problems, **outcome})


@click.command(short_help="What is wrong with this installation.")
@with_options
def doctor(options: Options) -> None:
    """Looks for what is wrong with this installation, and says what to do. Ends with 1 where something is."""
    import asyncio

    from bot.app import ask_telegram
    from bot.cli import show
    from bot.run.doctor import examine
    from bot.settings import environment

    findings = asyncio.run(examine(options.config, options.state, environment(), ask_telegram))
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
    from bot.cli.show import safe
    from bot.run.doctor import Finding

    kept, more = few(finding.mistake for finding in findings if finding.mistake)
    told = {None, *kept}
    shown = [finding for finding in findings if finding.mistake in told]
    shown += [Finding("configuration", False, f"{line}; --json lists all") for line in more]
    for finding in shown:
        mark = click.style("ok  ", fg="green") if finding.ok else click.style("BAD ", fg="red")
        click.echo(f"{mark} {finding.name}: {safe(finding.detail)}")


@click.command(short_help="Brings the database's schema up to date.")
@with_options
def migrate(options: Options) -> None:
    """Brings the schema of the database up to date, and that of the queue beside it.

    A SQLite database does this by itself when the bot starts. On PostgreSQL run it before the first machine gets the
    new release: machines of the release before go on working meanwhile.
    """
    import asyncio

    from bot.run.setup import database_of
    from bot.settings import load_settings
    from bot.store.database import open_database

    async def bring_up_to_date() -> tuple[str, str | None]:
        address = database_of(load_settings(options.config), options.state)
        async with open_database(address, upgrade=True) as database:
            return database.name, await database.revision()

    name, revision = asyncio.run(bring_up_to_date())
    if options.json:
        from bot.cli import show

        show.document({"ok": True, "database": name, "schema": revision})
    else:
        click.echo(f"{name} is at schema {revision}")


@click.command(short_help="A consistent copy of the database.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_options
def backup(options: Options, file: Path) -> None:
    """Writes a consistent copy of the database, beside a running bot."""
    import asyncio

    from bot.log import stopwatch
    from bot.run.setup import database_of
    from bot.settings import load_settings
    from bot.store.database import back_up

    took = stopwatch()
    asyncio.run(back_up(database_of(load_settings(options.config), options.state), file))
    if options.json:
        from bot.cli import show

        show.document({"ok": True, "file": str(file), "bytes": file.stat().st_size, "seconds": took()})
    else:
        click.echo(f"backup written to {file}")


@click.command(short_help="Puts a backup in the place of the database.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_options
def restore(options: Options, file: Path) -> None:
    """Puts a backup in the place of the database, while no bot runs. What was there is moved aside, what came since the
    backup becomes one starting picture and rings for nobody again."""
    import asyncio

    from bot.run.restore import restore as put_back
    from bot.run.setup import configuration, utc_now

    aside = asyncio.run(put_back(configuration(options.config), options.state, file, utc_now()))
    if options.json:
        from bot.cli import show

        show.document({"ok": True, "file": str(file), "before": str(aside) if aside else None})
    else:
        click.echo(f"restored from {file}")
        if aside is not None:
            click.echo(f"what was there before is in {aside}")


COMMANDS = (check, doctor, migrate, backup, restore)
