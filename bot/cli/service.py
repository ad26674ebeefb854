"""Commands that do the job: run, once, demo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.cli.options import Options, with_options

if TYPE_CHECKING:
    from bot.run.once import Round


@click.command(short_help="The service, until it is stopped.")
@with_options
def run(options: Options) -> None:
    """The service: polls, reads, matches and tells until it is stopped.

    Without a token its messages go to this terminal. SIGTERM and Ctrl-C stop it. Edited configuration files are taken
    up within seconds; SIGHUP asks at once.
    """
    import asyncio
    import logging
    import sys

    from bot import log
    from bot.app import serve
    from bot.run.notify import to_journal
    from bot.settings import environment

    environ = environment()
    level = logging.DEBUG if options.verbose else logging.INFO
    log.configure(level, journal=to_journal(sys.stderr, environ))
    asyncio.run(serve(options.config, options.state, environ))


@click.command(short_help="One round, and ends: for cron.")
@click.option("--all", "every_feed", is_flag=True, help="Poll every feed, due or not.")
@with_options
def once(options: Options, every_feed: bool) -> None:
    """One round: polls what is due, reads, matches, tells what is due, and ends.

    Ends with 0 when the round ended, though feeds failed; they are in its output.
    """
    import asyncio
    import logging
    import sys

    from bot import log
    from bot.app import single_round
    from bot.cli import show
    from bot.cli.progress import progress
    from bot.errors import KentonganError
    from bot.run.console import Console
    from bot.settings import environment

    if not options.verbose:
        # What failed is in the output: not twice.
        log.configure(logging.ERROR)
    # Standard output is for the one JSON document.
    console = Console(sys.stderr if options.json else None)
    with progress(quiet=options.json) as watch:
        result = asyncio.run(
            single_round(
                options.config, options.state, environment(), every_feed=every_feed, watch=watch, console=console
            )
        )
    if options.json:
        show.document(_as_json(result))
    else:
        _print(result)
    if result.trouble:
        raise KentonganError(result.trouble)


@click.command(short_help="The whole job against a site of its own.")
@with_options
def demo(options: Options) -> None:
    """The whole job against a small news site of its own: no network, no token, no leftovers."""
    from bot.cli.demo import play

    play(as_json=options.json)


def _as_json(result: Round) -> dict[str, object]:
    from bot.cli.show import iso

    return {
        "started": iso(result.started),
        "finished": iso(result.finished),
        "feeds": [
            {
                "source": feed.source,
                "url": feed.url,
                "outcome": feed.outcome,
                "entries": feed.entries,
                "new": feed.new,
                "error": feed.error,
            }
            for feed in result.feeds
        ],
        "counts": result.counts,
    }


def _print(result: Round) -> None:
    from bot.cli.show import one_line

    counts = result.counts
    for feed in result.feeds:
        if feed.error:
            click.echo(f"{feed.source}: {one_line(feed.error)}", err=True)
    polled = len(result.feeds)
    failed = counts.get("feeds_failed", 0)
    click.echo(
        f"{polled} feeds polled ({failed} failed), {counts.get('entries_new', 0)} new entries, "
        f"{counts.get('pages_read', 0)} pages read, {counts.get('pages_summary', 0)} on the feed's summary only, "
        f"{counts.get('pages_failed', 0)} failed; {counts.get('matches', 0)} matches, "
        f"{counts.get('stories', 0)} new stories, {counts.get('copies', 0)} copies of known ones",
        err=True,
    )


COMMANDS = (run, once, demo)
