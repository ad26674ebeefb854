"""The command that shows a digest: as a chat would read it, or as data. It only reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from bot.cli.opening import known, opened
from bot.cli.options import Options, Since, with_options

if TYPE_CHECKING:
    from bot.model import Step
    from bot.tell.digests import Extras
    from bot.tell.rank import Ranked

DAY, WEEK = timedelta(days=1), timedelta(days=7)


@click.command(short_help="What a digest would say now.")
@click.argument("watchlist")
@click.option("--since", type=Since(), help="How far back, by when it was first seen.  [default: 24h, weekly 7d]")
@click.option("--weekly", is_flag=True, help="With the week's steps and the volume of each label, as on Mondays.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "html", "json"]),
    default="text",
    show_default=True,
    help="HTML as Telegram takes it; JSON leaves nothing out.",
)
@with_options
def digest(options: Options, watchlist: str, since: timedelta | None, weekly: bool, form: str) -> None:
    """What a digest would say now: every story of the window, told or not."""
    import asyncio

    length = since or (WEEK if weekly else DAY)
    asyncio.run(_digest(options, watchlist, length, "json" if options.json else form, weekly=weekly))


async def _digest(options: Options, watchlist: str, since: timedelta, form: str, *, weekly: bool) -> None:
    from zoneinfo import ZoneInfo

    from bot.cli import show
    from bot.run import digesting
    from bot.run.setup import utc_now
    from bot.store import stories
    from bot.store.steps import steps_of_stories
    from bot.tell import html, plain
    from bot.tell.digests import digest, ranked

    until = utc_now()
    begin = until - since
    async with opened(options) as (config, database):
        known(config, watchlist)
        zone = ZoneInfo(config.settings.timezone)
        async with database.read() as connection:
            found = await stories.stories_between(connection, watchlist, begin, until, config.sources)
            steps = await steps_of_stories(connection, watchlist, [story.id for story in found])
            extras = await digesting.extras_of(connection, config, watchlist, found, begin, until, zone, week=weekly)
    if form == "json":
        show.document(_document(watchlist, begin, until, ranked(found, extras, until), steps, extras))
        return
    caps = digesting.caps_of(config)
    message = digest(found, config.card(watchlist), begin, until, zone, caps=caps, extras=extras)
    click.echo(html(message) if form == "html" else plain(message, ansi=_colour()))


def _colour() -> bool:
    import sys

    return sys.stdout.isatty()


def _document(
    watchlist: str,
    since: datetime,
    until: datetime,
    stories: Sequence[Ranked],
    steps: Mapping[int, Sequence[Step]],
    extras: Extras,
) -> dict[str, Any]:
    from bot.cli import show

    document: dict[str, Any] = {
        "watchlist": watchlist,
        "since": show.iso(since),
        "until": show.iso(until),
        "stories": [
            _story(place, each, steps.get(each.item.story.id, ())) for place, each in enumerate(stories, start=1)
        ],
    }
    coverage = extras.coverage
    if coverage is not None:
        document["read"] = {
            "articles": coverage.articles,
            "feed_only": coverage.feed_only,
            "sources": coverage.sources,
            "failing": list(coverage.failing),
        }
        document["waiting"] = coverage.waiting
    if extras.dated:
        document["steps"] = [{**show.step(each.step), "url": each.report.article.url} for each in extras.dated]
    if extras.picture is not None:
        document["volumes"] = {
            "days": list(extras.picture.days),
            "labels": {each.label: list(each.counts) for each in extras.picture.series},
        }
    return document


def _story(place: int, ranked: Ranked, steps: Sequence[Step]) -> dict[str, Any]:
    from bot.cli import show

    step = ranked.item.step
    return {
        **show.story(ranked.item.story, steps),
        "rank": place,
        "score": ranked.score,
        "reasons": list(ranked.reasons),
        "step": None if step is None else show.step(step),
    }


COMMANDS = (digest,)
