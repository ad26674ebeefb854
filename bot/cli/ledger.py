"""Commands that show how feeds and messages are doing: sources, deliveries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from bot.cli.options import Options, with_options

if TYPE_CHECKING:
    from bot.run.health import FeedState
    from bot.run.probe import Probe
    from bot.store.deliveries import Delivery


@click.group(invoke_without_command=True)
@with_options
def sources(options: Options) -> None:
    """The health of each feed: state, last success, last error, next poll, entries a day, share extracted."""
    import asyncio

    from bot.cli import show
    from bot.run.health import feed_states

    if click.get_current_context().invoked_subcommand is not None:
        return
    states = asyncio.run(feed_states(options.config, options.state))
    if options.json:
        show.lines(_state(state) for state in states)
        return
    for state in states:
        share = "-" if state.extracted is None else f"{state.extracted:.0%}"
        click.echo(
            f"{state.state:9} {state.source:16} {state.entries_a_day:6.1f} a day  {share:>4} extracted  {state.url}"
        )
        if state.last_error:
            click.echo(f"          {state.last_error}")


def _state(state: FeedState) -> dict[str, Any]:
    from bot.cli.show import iso

    return {
        "source": state.source,
        "url": state.url,
        "state": state.state,
        "last_success": iso(state.last_success),
        "last_error": state.last_error,
        "next_poll": iso(state.next_poll),
        "entries": state.entries,
        "entries_a_day": round(state.entries_a_day, 2),
        "extracted": state.extracted,
    }


@sources.command("check")
@with_options
def sources_check(options: Options) -> None:
    """Asks every feed once and says which answer; an address that is a page is answered with the feeds it names.
    Nothing is stored. Ends with 1 where a feed fails."""
    import asyncio

    from bot.cli import show
    from bot.run.probe import probe_all

    def tell(probe: Probe) -> None:
        if options.json:
            show.lines([{"source": probe.source, "url": probe.url, "ok": probe.ok, "entries": probe.entries,
                         "error": probe.error, "alternates": list(probe.alternates)}])  # fmt: skip
            return
        mark = click.style("ok  ", fg="green") if probe.ok else click.style("BAD ", fg="red")
        click.echo(f"{mark} {probe.source:16} {probe.url}  {f'{probe.entries} entries' if probe.ok else probe.error}")
        for alternate in probe.alternates:
            click.echo(f"       try {alternate}")

    if not asyncio.run(probe_all(options.config, tell)):
        raise SystemExit(1)


@click.group(invoke_without_command=True)
@click.option("--status", type=click.Choice(["pending", "sending", "sent", "uncertain", "dead", "cancelled"]))
@click.option("--limit", type=click.IntRange(1, 100_000), default=200, show_default=True)
@with_options
def deliveries(options: Options, status: str | None, limit: int) -> None:
    """The ledger of messages, newest first."""
    import asyncio

    from bot.cli import show

    if click.get_current_context().invoked_subcommand is not None:
        return
    found = asyncio.run(_ledger(options, status, limit))
    if options.json:
        show.lines(map(_delivery, found))
        return
    if not found:
        click.echo("no messages yet" if status is None else f"no message is {status}", err=True)
    for delivery in found:
        when = delivery.sent_at or delivery.due_at
        click.echo(
            f"{delivery.id:6} {delivery.status:9} {delivery.kind:8} chat {delivery.destination.chat} "
            f"story {delivery.story_id or '-'}  {show.iso(when) or '-'}  {delivery.error or ''}".rstrip()
        )


async def _ledger(options: Options, status: str | None, limit: int) -> list[Delivery]:
    from bot.run.setup import database_of
    from bot.settings import load_settings
    from bot.store.database import open_database
    from bot.store.ledger import list_deliveries

    async with (
        open_database(database_of(load_settings(options.config), options.state)) as database,
        database.read() as connection,
    ):
        return await list_deliveries(connection, status, limit)


def _delivery(delivery: Delivery) -> dict[str, Any]:
    from bot.cli.show import iso

    return {
        "id": delivery.id,
        "chat": delivery.destination.chat,
        "thread": delivery.destination.thread or None,
        "kind": delivery.kind.value,
        "status": delivery.status.value,
        "story": delivery.story_id,
        "part": delivery.part,
        "due": iso(delivery.due_at),
        "sent": iso(delivery.sent_at),
        "attempts": delivery.attempts,
        "message_id": delivery.message_id,
        "error": delivery.error,
    }


@deliveries.command("retry")
@click.argument("delivery_id", metavar="ID", type=click.IntRange(1, 2**63 - 1))
@with_options
def deliveries_retry(options: Options, delivery_id: int) -> None:
    """Makes a dead, doubtful or waiting delivery due again now."""
    import asyncio

    if not asyncio.run(_retry(options, delivery_id)):
        raise click.UsageError(f"no delivery {delivery_id} that could be sent again")
    click.echo(f"delivery {delivery_id} is due again")


async def _retry(options: Options, delivery_id: int) -> bool:
    from bot.run.setup import database_of, utc_now
    from bot.settings import load_settings
    from bot.store.database import open_database
    from bot.store.ledger import revise_due

    async with (
        open_database(database_of(load_settings(options.config), options.state)) as database,
        database.write() as connection,
    ):
        return await revise_due(connection, delivery_id, utc_now())


COMMANDS = (sources, deliveries)
