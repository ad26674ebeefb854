"""Commands about stories: one story's record, and what an operator decides: merge, split, ties joined or kept apart."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot.cli.options import Options, with_options

if TYPE_CHECKING:
    from datetime import datetime

    from bot.run.choices import Decided
    from bot.run.engine import Configuration
    from bot.store.database import Database
    from bot.store.record import Record
    from bot.store.tied import Tie

T = TypeVar("T")

NUMBER = click.IntRange(1, 2**63 - 1)
"""Ids of stories, articles and ties."""


class _StoryGroup(click.Group):
    """A number in place of a command is a story to show."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0].isdecimal():
            return super().resolve_command(ctx, ["show", *args])
        return super().resolve_command(ctx, args)


@click.group(cls=_StoryGroup, subcommand_metavar="ID | COMMAND [ARGS]...", short_help="One story; merge, split, ties.")
@with_options
def story(options: Options) -> None:
    """The record of one story, by its ID: headline, outlets, steps, key sentences, and its articles, each with the
    reason why it joined. With a command: decides which stories are one event. What is decided here stays so."""


async def _at(options: Options, work: Callable[[Configuration, Database, datetime], Awaitable[T]]) -> T:
    from bot.cli.opening import opened
    from bot.run.setup import utc_now

    async with opened(options) as (config, database):
        return await work(config, database, utc_now())


@story.command("show", hidden=True)
@click.argument("story_id", metavar="ID", type=NUMBER)
@with_options
def show_story(options: Options, story_id: int) -> None:
    """The record of one story."""
    import asyncio

    from bot.cli import show, storytext

    async def work(config: Configuration, database: Database, now: datetime) -> Record:
        from bot.store.record import record

        async with database.read() as connection:
            return await record(connection, story_id, config.sources)

    found = asyncio.run(_at(options, work))
    if options.json:
        show.document(storytext.as_json(found))
        return
    for line in storytext.as_text(found, story_id):
        click.echo(line)


@story.command("merge", short_help="Put stories into one: they are one event.")
@click.argument("into", metavar="ID", type=NUMBER)
@click.argument("others", metavar="OTHER...", type=NUMBER, nargs=-1, required=True)
@with_options
def merge_stories(options: Options, into: int, others: tuple[int, ...]) -> None:
    """Puts every OTHER story into the story ID: they are one event."""
    import asyncio

    async def work(config: Configuration, database: Database, now: datetime) -> int:
        from bot.run.choices import merge

        return await merge(database, config, [into, *others], now)

    made = asyncio.run(_at(options, work))
    named = ", ".join(map(str, others))
    _said(options, f"story {made} now holds {'story' if len(others) == 1 else 'stories'} {named}", story=made)


@story.command("split", short_help="Make articles of a story a story of their own.")
@click.argument("story_id", metavar="ID", type=NUMBER)
@click.argument("articles", metavar="ARTICLE...", type=NUMBER, nargs=-1, required=True)
@with_options
def split_story(options: Options, story_id: int, articles: tuple[int, ...]) -> None:
    """Makes each ARTICLE of the story ID, named by its number, part of a new story: they are another event."""
    import asyncio

    async def work(config: Configuration, database: Database, now: datetime) -> int:
        from bot.run.choices import split

        return await split(database, config, story_id, articles, now)

    made = asyncio.run(_at(options, work))
    named = ", ".join(map(str, articles))
    _said(options, f"story {made} now holds {'article' if len(articles) == 1 else 'articles'} {named}", story=made)


@story.command("ties", short_help="What may be the same event, undecided.")
@with_options
def list_ties(options: Options) -> None:
    """Stories that may be the same event and that nobody has decided on, the likeliest first."""
    import asyncio

    from bot.cli import show, storytext

    async def work(config: Configuration, database: Database, now: datetime) -> list[Tie]:
        from bot.store.tied import open_ties

        async with database.read() as connection:
            return await open_ties(connection)

    found = asyncio.run(_at(options, work))
    if options.json:
        show.lines(map(storytext.tie_as_json, found))
        return
    if not found:
        click.echo("no story is possibly the same event as another", err=True)
    for tie in found:
        for line in storytext.tie_as_text(tie):
            click.echo(line)


@story.command("join", short_help="A tie is one event.")
@click.argument("tie", metavar="TIE", type=NUMBER)
@with_options
def join(options: Options, tie: int) -> None:
    """The two stories of a TIE are one event: the later one is put into the earlier."""
    import asyncio

    async def work(config: Configuration, database: Database, now: datetime) -> Decided:
        from bot.run.choices import join_tie

        return await join_tie(database, config, tie, now)

    _ruled(options, tie, asyncio.run(_at(options, work)))


@story.command("apart", short_help="A tie is two events.")
@click.argument("tie", metavar="TIE", type=NUMBER)
@with_options
def apart(options: Options, tie: int) -> None:
    """The two stories of a TIE are two events, and are not proposed again."""
    import asyncio

    async def work(config: Configuration, database: Database, now: datetime) -> Decided:
        from bot.run.choices import part_tie

        return await part_tie(database, config, tie, now)

    _ruled(options, tie, asyncio.run(_at(options, work)))


def _ruled(options: Options, tie: int, decided: Decided) -> None:
    from bot.store.choices import ChoiceError
    from bot.store.tied import Fate

    match decided.fate:
        case Fate.GONE:
            raise ChoiceError(f"there is no tie {tie}; 'kentongan story ties' lists those there are")
        case Fate.JOINED:
            _said(options, f"story {decided.story} now holds story {decided.other}", story=decided.story)
        case Fate.JOINED_BEFORE:
            raise ChoiceError(f"tie {tie} was decided already: it is all one story, {decided.story}")
        case Fate.APART:
            _said(options, f"stories {decided.story} and {decided.other} stay apart", story=decided.story)
        case Fate.APART_BEFORE:
            raise ChoiceError(
                f"tie {tie} was decided already: stories {decided.story} and {decided.other} stay apart; "
                f"'kentongan story merge {decided.story} {decided.other}' changes that"
            )


def _said(options: Options, words: str, **data: Any) -> None:
    from bot.cli import show

    if options.json:
        show.document(data)
    else:
        click.echo(words)


COMMANDS = (story,)
