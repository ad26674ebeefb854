"""What of some stories the subscriptions of a place want. It writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.model import Destination, Story, Wants
from bot.store import AsyncConnection, subscriptions
from bot.tell.wanted import loudness, unwanted


async def wants_of(connection: AsyncConnection, where: Destination, watchlist: str) -> Wants:
    """What a place wants of a watchlist: everything where it does not follow it."""
    followed = await subscriptions.of(connection, where)
    return next((one.wants for one in followed if one.watchlist == watchlist), Wants())


async def wanted_here(
    connection: AsyncConnection, where: Destination, found: Sequence[Story], *, loud_or_not: bool = False
) -> list[Story]:
    """Those of the stories that a place wants, each by its subscription to the story's watchlist. `loud_or_not`: that
    it wants only urgent ones does not count."""
    followed = {one.watchlist: one.wants for one in await subscriptions.of(connection, where)}
    wanted = []
    for story in found:
        wants = followed.get(story.watchlist, Wants())
        if loud_or_not:
            wants = replace(wants, urgent_only=False)
        if unwanted(wants, story, loudness(story)) is None:
            wanted.append(story)
    return wanted
