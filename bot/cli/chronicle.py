"""The chronicle of one label: dated steps with their sources, as text, Markdown, JSON, or a picture. It decides
nothing: it asks, and prints.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from bot.cli.opening import known, opened
from bot.cli.options import Options, Since, with_options

if TYPE_CHECKING:
    from datetime import datetime

    from bot.run.engine import Configuration
    from bot.store.database import Database
    from bot.story.chronicle import Entry
    from bot.watch import Watchlist

Asked = list[tuple[str, str]]
"""Labels, each with its concept: a bare word may be a label of several."""

Made: TypeAlias = str | bytes | dict[str, Any]
"""A text, a picture, or what becomes a JSON document."""

LONGEST = 60.0
"""Seconds for which an archive is read before what is known is shown."""

_FORMS = {".txt": "text", ".md": "markdown", ".markdown": "markdown", ".json": "json", ".svg": "svg", ".png": "png"}
"""What the name of a file asks for."""


@click.command(short_help="Dated steps of one label: talks, agreed, signed ...")
@click.argument("watchlist")
@click.argument("label")
@click.option("--since", type=Since(), help="Only steps with a report first seen so lately.  [default: all]")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json", "svg", "png"]),
    help="SVG and PNG are a timeline; JSON leaves nothing out.  [default: by the file's name, else text]",
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write it there.")
@with_options
def chronicle(
    options: Options, watchlist: str, label: str, since: timedelta | None, form: str | None, output: Path | None
) -> None:
    """What has happened with one LABEL of a WATCHLIST (indonesia, or partner:indonesia): visits, talks, what was
    agreed, signed, delivered, by date, each step once with the sentence that says it and its sources."""
    import asyncio
    import sys

    from bot.cli import show

    chosen = "json" if options.json else form or _FORMS.get(output.suffix.lower() if output else "", "text")
    if chosen == "png" and output is None and sys.stdout.isatty():
        raise click.UsageError("a PNG is nothing a terminal can show: name a file with --output, or use a pipe")
    made = asyncio.run(_chronicle(options, watchlist, label, since, chosen))
    if output is not None:
        output.write_bytes(made if isinstance(made, bytes) else f"{_text(made)}\n".encode())
    elif isinstance(made, dict):
        show.document(made)
    else:
        click.echo(made, nl=isinstance(made, str))


def _text(made: str | dict[str, Any]) -> str:
    import json

    return click.unstyle(made) if isinstance(made, str) else json.dumps(made, ensure_ascii=False, indent=2)


async def _chronicle(options: Options, name: str, label: str, since: timedelta | None, form: str) -> Made:
    from bot.run.setup import utc_now

    now = utc_now()
    async with opened(options) as (config, database):
        watchlist = config.watchlists.lists[known(config, name)]
        asked = _asked(watchlist, label)
        await _catch_up(config, database)
        entries = await _entries(config, database, name, asked, now - since if since is not None else None)
    why = None if entries else _why(watchlist, asked[0][1], since is not None)
    if form not in ("text", "markdown") and why is not None:
        # Their readers are programs; the person who called one is told beside it.
        click.echo(why, err=True)
    return _printed(config, watchlist, asked, entries, form, why or "")


async def _catch_up(config: Configuration, database: Database) -> None:
    """Reads what was stored before there were steps, for a while. The archive can be shown without it."""
    import sys
    import time

    from bot.errors import StoreError
    from bot.run.setup import utc_now
    from bot.run.steps import backfill_steps

    number, until = 0, time.monotonic() + LONGEST
    try:
        while read := await backfill_steps(database, config, utc_now()):
            number += read
            if sys.stderr.isatty():
                click.echo(f"\rreading the archive for steps: {number} articles", nl=False, err=True)
            if time.monotonic() > until:
                click.echo("\nnot all of the archive is read for steps yet: ask again for the rest", err=True)
                return
        if number and sys.stderr.isatty():
            click.echo(err=True)
    except StoreError as error:
        click.echo(f"the archive was not read for steps: {error}", err=True)


async def _entries(
    config: Configuration, database: Database, watchlist: str, asked: Asked, since: datetime | None
) -> list[Entry]:
    from bot.store.steps import accounts
    from bot.story.chronicle import chronicle

    async with database.read() as connection:
        told = await accounts(connection, watchlist, asked, config.sources)
    entries = chronicle(told, asked)
    if since is None:
        return entries
    return [entry for entry in entries if entry.latest >= since]


def _asked(watchlist: Watchlist, label: str) -> Asked:
    """The labels a word means. Raises UsageError for one that means none."""
    from bot.yamlfile import suggest

    labels = [(one.name, name) for one in watchlist.concepts.values() if not one.steps for name in one.labels]
    wanted = label.strip().casefold()
    found = [pair for pair in labels if wanted in (pair[1].casefold(), ":".join(pair).casefold())]
    if found:
        return found
    if not labels:
        raise click.UsageError(f"watchlist '{watchlist.name}' has no concept with labels")
    there = list(dict.fromkeys(name for _, name in labels))
    hint = suggest(label, (*there, *(":".join(pair) for pair in labels)))
    raise click.UsageError(f"no label '{label}' in watchlist '{watchlist.name}'{hint}; there are: {', '.join(there)}")


def stages(watchlist: Watchlist) -> list[str]:
    """The names of its steps in order."""
    return [step for concept in watchlist.concepts.values() if concept.steps for step in concept.labels]


def _why(watchlist: Watchlist, label: str, bounded: bool) -> str:
    """Why a chronicle is empty."""
    if not stages(watchlist):
        return f"watchlist '{watchlist.name}' has no concept with steps, so nothing can be told in order"
    if bounded:
        return f"no report of a step of {label} was first seen in that time"
    return f"no step was found yet in the articles that matched with {label}"


def _printed(
    config: Configuration, watchlist: Watchlist, asked: Asked, entries: list[Entry], form: str, why: str
) -> Made:
    from zoneinfo import ZoneInfo

    from bot.cli import chronicletext

    if form == "json":
        return chronicletext.as_json(watchlist.name, asked[0][1], entries)
    card = config.card(watchlist.name)
    title = f"{card.title}: {card.label_names.get(asked[0], asked[0][1])}"
    if form in ("svg", "png"):
        from bot.tell.chronicle import timeline
        from bot.tell.pictures import draw

        return draw(timeline(entries, title, stages(watchlist)), "svg" if form == "svg" else "png")
    zone = ZoneInfo(config.settings.timezone)
    written = chronicletext.as_markdown if form == "markdown" else chronicletext.as_text
    return "\n".join(written(entries, card, asked, title, zone, why))


COMMANDS = (chronicle,)
