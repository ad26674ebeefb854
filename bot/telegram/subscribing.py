"""What it takes to follow a watchlist somewhere, to be told of it otherwise, and to end that. It draws no menu."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.model import DeliveryKind, Destination, Rhythm, Source, Subscription, Wants
from bot.store import AsyncConnection, deliveries, stories, subscriptions, wants
from bot.telegram.newsroom import Card
from bot.telegram.room import Room, say
from bot.tell.policy import next_digest


@dataclass(frozen=True, slots=True)
class Asked:
    """How somebody wants to be told, as far as they said so; None leaves what is."""

    rhythm: Rhythm | None = None
    at: str | None = None
    labels: tuple[str, ...] | None = None
    urgent_only: bool | None = None
    silent: bool | None = None

    def upon(self, known: Wants) -> Wants:
        """What is wanted then."""
        return replace(
            known,
            labels=known.labels if self.labels is None else self.labels,
            urgent_only=known.urgent_only if self.urgent_only is None else self.urgent_only,
            silent=known.silent if self.silent is None else self.silent,
        )


async def subscriptions_here(room: Room, where: Destination | int) -> list[Subscription]:
    """What a place, or a chat with all its topics, follows."""
    async with room.database.read() as connection:
        return await subscriptions.of(connection, where, room.timezone)


async def followed(room: Room, here: Destination) -> list[str]:
    """Names of the watchlists this place follows."""
    return [known.watchlist for known in await subscriptions_here(room, here)]


async def follow(room: Room, where: Destination, watchlist: str, now: datetime) -> tuple[Subscription, bool]:
    """The subscription of this place, and whether it is new. New ones are told at once, until somebody chooses
    otherwise."""
    async with room.database.write() as connection:
        before = await subscriptions.of(connection, where)
        subscription = await subscriptions.subscribe(
            connection,
            where,
            watchlist,
            rhythm=Rhythm.INSTANT,
            at=room.digest_at,
            now=now,
            due_at=None,
            timezone=room.timezone,
        )
    return subscription, subscription.id not in {known.id for known in before}


async def unfollow(room: Room, where: Destination, watchlist: str) -> bool:
    """Whether there was a subscription to end."""
    async with room.database.write() as connection:
        return await subscriptions.unsubscribe(connection, where, watchlist)


async def change(room: Room, number: int, chat: int, asked: Asked, now: datetime) -> Subscription | None:
    """Changes how a subscription of a chat is told; None where the chat has none of that number."""
    async with room.database.write() as connection:
        known = await _known(connection, chat, number, room.timezone)
        if known is None:
            return None
        if asked.rhythm is not None or asked.at is not None:
            await _set_rhythm(room, connection, known, asked.rhythm or known.rhythm, asked.at or known.at, now)
        wished = asked.upon(known.wants)
        if wished != known.wants:
            await wants.set_wants(connection, known.id, wished)
        return await _known(connection, chat, number, room.timezone)


async def set_wants(room: Room, number: int, chat: int, wished: Wants) -> Subscription | None:
    """Changes what a subscription of a chat wants; None where the chat has none of that number."""
    async with room.database.write() as connection:
        if await _known(connection, chat, number, room.timezone) is None:
            return None
        await wants.set_wants(connection, number, wished)
        return await _known(connection, chat, number, room.timezone)


async def _known(connection: AsyncConnection, chat: int, number: int, zone: str) -> Subscription | None:
    return next((one for one in await subscriptions.of(connection, chat, zone) if one.id == number), None)


async def _set_rhythm(
    room: Room, connection: AsyncConnection, known: Subscription, rhythm: Rhythm, at: str, now: datetime
) -> None:
    if (known.rhythm, known.at) == (rhythm, at):
        return
    due = next_digest(rhythm, at, ZoneInfo(known.timezone), now)
    # What a digest has not told yet is told by the next one, or now where there will be none.
    since = now if known.rhythm is Rhythm.INSTANT else known.since
    if rhythm is Rhythm.INSTANT and known.rhythm is not Rhythm.INSTANT:
        await tell_the_rest(connection, known, now, room.newsroom.sources())
    await subscriptions.set_rhythm(connection, known.id, rhythm=rhythm, at=at, since=since, due_at=due)


async def tell_the_rest(
    connection: AsyncConnection,
    known: Subscription,
    now: datetime,
    sources: Mapping[str, Source] = MappingProxyType({}),
) -> None:
    """Orders one picture of what a digest subscription has not been told yet. Without `sources` each source is a family
    of its own."""
    where = known.destination
    untold = await stories.untold_since(
        connection, known.watchlist, where.chat, where.thread, known.since, now, sources
    )
    order = deliveries.Order(
        key=f"picture:{known.id}:{now:%Y-%m-%dT%H:%M:%S}",
        destination=where,
        kind=DeliveryKind.PICTURE,
        due_at=now,
        watchlist=known.watchlist,
        subscription_id=known.id,
        since=known.since,
        until=now,
    )
    if untold:
        await deliveries.order(connection, order, now, untold)


async def show_latest(
    room: Room, where: Destination, watchlist: str, now: datetime, *, reply_to: int | None = None
) -> None:
    """The starting picture after a new subscription. Only what was handed over counts as shown."""
    found = await room.newsroom.latest(watchlist, where, now)
    if await say(room, where, *found, reply_to=reply_to):
        await room.newsroom.subscribed(where, watchlist, now)


# --- what people type -----------------------------------------------------------------------------------------------


def read_wishes(typed: Sequence[str], card: Card) -> tuple[Asked, list[str]]:
    """What the words behind a watchlist's name ask for, and those nobody understands: a rhythm, an hour `07:30`,
    `urgent`, `silent`, labels by id or by name, `all` for all of them."""
    asked, unknown, labels = Asked(), [], []
    by_name = {name.casefold(): each.id for each in card.labels for name in (each.called, each.id.split(":", 1)[1])}
    for word in (word.strip(",;").casefold() for word in typed):
        if not word:
            continue
        if word in list(Rhythm):
            asked = replace(asked, rhythm=Rhythm(word))
        elif hour := read_hour(word):
            asked = replace(asked, at=hour)
        elif word == "urgent":
            asked = replace(asked, urgent_only=True)
        elif word == "silent":
            asked = replace(asked, silent=True)
        elif word == "all":
            asked = replace(asked, labels=(), urgent_only=False)
        elif word in by_name:
            labels.append(by_name[word])
        else:
            unknown.append(word)
    if labels:
        asked = replace(asked, labels=tuple(dict.fromkeys(labels)))
    if asked.at is not None and asked.rhythm is None:
        asked = replace(asked, rhythm=Rhythm.DAILY)
    return asked, unknown


def read_hour(word: str) -> str | None:
    """`7:30`, `07:30` or `07.30` as `07:30`; None for anything else."""
    hour, mark, minute = word.replace(".", ":").partition(":")
    if not (mark and word.isascii() and hour.isdigit() and minute.isdigit() and len(minute) == 2 and len(hour) <= 2):
        return None
    return f"{int(hour):02}:{minute}" if int(hour) < 24 and int(minute) < 60 else None
