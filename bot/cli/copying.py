"""The command that moves an installation to PostgreSQL: copy."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from bot.cli.options import Options, with_options

if TYPE_CHECKING:
    from pathlib import Path

    from bot.run.copying import Moved, Step, Table, Watch

_SHOWN = 20
"""Differences printed; JSON has all that were found."""


@click.command(short_help="Moves the database to PostgreSQL.")
@click.option("--to", metavar="URL", help="postgresql://user@host/name.  [default: `database` of bot.yaml]")
@click.option("--verify", is_flag=True, help="Only compare a finished copy again; writes nothing.")
@click.option("--back", is_flag=True, help="Take a move back: the bot may run on the file again.")
@with_options
def copy(options: Options, to: str | None, verify: bool, back: bool) -> None:
    """Moves the SQLite database to PostgreSQL, while no bot runs: copies every row, compares it, and from then on
    refuses to run on the file.

    Stopped in between, it goes on where it was. The password may come with `database` in the environment
    (KENTONGAN_DATABASE), where nobody sees it in the list of processes.
    """
    import asyncio

    from bot.run.copying import back as take_back
    from bot.run.copying import places
    from bot.run.setup import utc_now
    from bot.settings import load_settings

    if verify and back:
        raise click.UsageError("--verify and --back exclude each other")
    file, address = places(load_settings(options.config), options.state, to)
    if back:
        left = asyncio.run(take_back(file, options.state, utc_now()))
        _said_back(options, file, left.to if left else None, sent_there=left is not None and left.done)
        return
    if address is None:
        raise click.UsageError("say where: --to postgresql://user@host/name")
    with _progress(quiet=options.json) as watch:
        moved = asyncio.run(_work(options, file, address, watch, verify=verify))
    if options.json:
        from bot.cli import show

        show.document(_as_json(moved))
    else:
        _print(moved, verify=verify)
    _end(moved)


async def _work(options: Options, file: Path, address: str, watch: Watch, *, verify: bool) -> Moved:
    from bot.run import copying
    from bot.run.setup import utc_now

    if verify:
        return await copying.verify(file, address, options.state, watch)
    return await copying.copy(file, address, options.state, utc_now, watch)


def _end(moved: Moved) -> None:
    """Raises KentonganError where the two are not the same."""
    from bot.errors import KentonganError

    if moved.differences:
        found = len(moved.differences)
        noun = "difference" if found == 1 else "differences"
        raise KentonganError(f"{found} {noun} between {moved.source} and {moved.target}; see docs/moving.md")


def _said_back(options: Options, file: Path, to: str | None, *, sent_there: bool) -> None:
    if options.json:
        from bot.cli import show

        show.document({"source": str(file), "was_moved_to": to, "feeds_read_quietly": sent_there})
    elif to is None:
        click.echo(f"{file} was not moved; a bot may run on it")
    elif sent_there:
        click.echo(
            f"a bot may run on {file} again, and none may run on {to} any more. What was told there since is unknown "
            "here: feeds are read quietly once, and messages that were under way are in doubt"
        )
    else:
        click.echo(f"a bot may run on {file} again; the unfinished copy in {to} is of no use any more")


def _print(moved: Moved, *, verify: bool) -> None:
    from bot.cli.show import iso, one_line

    for name, times in sorted(moved.changed.items()):
        noun = "value" if times == 1 else "values"
        click.echo(f"{name}: {times} {noun} with U+FFFD in place of characters that PostgreSQL does not take")
    for difference in moved.differences[:_SHOWN]:
        click.echo(one_line(str(difference)))
    if len(moved.differences) > _SHOWN:
        click.echo(f"and {len(moved.differences) - _SHOWN} more")
    if moved.differences:
        return
    rows = sum(table.rows for table in moved.tables)
    if moved.before is not None:
        click.echo(f"{moved.source} was moved to {moved.target} at {iso(moved.before)}; --verify compares them again")
    elif verify:
        click.echo(f"{rows:,} rows are the same in {moved.source} and {moved.target}")
    else:
        click.echo(f"{rows:,} rows are in {moved.target}, all compared. Set `database` in bot.yaml to it, and start")


def _as_json(moved: Moved) -> dict[str, Any]:
    from bot.cli.show import iso

    return {
        "source": moved.source,
        "target": moved.target,
        "moved_before": iso(moved.before),
        "tables": [{"name": table.name, "rows": table.rows, "written": table.written} for table in moved.tables],
        "changed": dict(sorted(moved.changed.items())),
        "differences": [
            {"table": each.table, "key": list(each.key), "column": each.column, "why": each.why}
            for each in moved.differences
        ],
    }


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Watch]:
    """What is to be told of each step: a bar on a terminal, a line for each table elsewhere."""
    from bot.run.copying import Table

    def line(step: Step | Table) -> None:
        if isinstance(step, Table) and not quiet:
            click.echo(f"{step.name}: {step.rows:,} rows, {step.written:,} written now, all compared", err=True)

    if quiet or not sys.stderr.isatty():
        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("copying", total=None)

        def show(step: Step | Table) -> None:
            if not isinstance(step, Table):
                doing = "comparing" if step.comparing else "copying"
                text = f"{doing} {step.table}: {step.at:,} of {step.of:,}"
                bar.update(task, description=text, completed=step.at, total=max(step.of, 1))

        yield show


COMMANDS = (copy,)
