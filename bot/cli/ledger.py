"""Commands that show how messages are doing: deliveries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from bot.cli.options import Options, with_options

if TYPE_CHECKING:
    from bot.store.deliveries import Delivery


@click.group(invoke_without_command=True, short_help="The ledger of messages; retry.")
@click.option(
    "--status",
    type=click.Choice(["pending", "sending", "sent", "uncertain", "dead", "cancelled"]),
    help="Only messages of this status.",
)
@click.option("--limit", type=click.IntRange(1, 100_000), default=200, show_default=True, help="The newest so many.")
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
            f"story {delivery.story_id or '-'}  {show.iso(when) or '-'}  {show.one_line(delivery.error or '')}".rstrip()
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


COMMANDS = (deliveries,)
