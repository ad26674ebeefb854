"""What each command does. It decides nobody's rights, and composes no news: those come from the newsroom."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from telegram.helpers import create_deep_linked_url

from bot.model import DeliveryKind, Destination, Rhythm, Source, Subscription
from bot.settings import Access
from bot.speech import later
from bot.store import AsyncConnection, chats, deliveries, stories
from bot.store.feedback import Verdict
from bot.telegram import hours, library, tongue, words
from bot.telegram.access import INVITE_LIFE, Role, new_secret, secret_hash
from bot.telegram.asked import Command
from bot.telegram.buttons import MOST_BUTTONS, Wish, pick_list, settings_of
from bot.telegram.newsroom import Card, Gone
from bot.telegram.paging import parse_span as parse_span
from bot.telegram.room import Room, Visit, answer
from bot.tell import Message
from bot.tell.policy import next_digest

DAY = timedelta(days=1)
LONGEST_DIGEST = timedelta(days=31)
_MOST_DIGESTS = 5


async def start(room: Room, visit: Visit) -> None:
    """The first words."""
    await answer(room, visit, words.welcome(room.newsroom.watchlists(), await followed(room, visit.here)))


async def show_help(room: Room, visit: Visit) -> None:
    """All commands."""
    listed = [(name, command.about) for name, command in COMMANDS.items() if not command.for_admins]
    admin = [(name, command.about) for name, command in COMMANDS.items() if command.for_admins and visit.admin]
    await answer(room, visit, words.help_text(listed, admin))


async def watchlists(room: Room, visit: Visit) -> None:
    """What can be followed."""
    await answer(room, visit, words.watchlists(room.newsroom.watchlists(), await followed(room, visit.here)))


# --- subscribing ----------------------------------------------------------------------------------------------------


async def subscribe(room: Room, visit: Visit) -> None:
    """Follows a watchlist here, or offers all of them."""
    if not visit.words:
        cards = room.newsroom.watchlists()
        if not cards:
            await answer(room, visit, words.watchlists(cards, []))
            return
        keys = pick_list(cards, await followed(room, visit.here))
        await answer(room, visit, words.choose(len(cards), min(len(cards), MOST_BUTTONS)), buttons=keys)
        return
    card = await _named(room, visit, visit.words[0])
    if card is None:
        return
    subscription, new = await follow(room, visit, card.name)
    keys = settings_of(card.name, subscription.rhythm)
    await answer(room, visit, words.subscribed(card.title, subscription.rhythm, not new), buttons=keys)
    if new:
        await show_latest(room, visit, card.name)


async def unsubscribe(room: Room, visit: Visit) -> None:
    """Stops following a watchlist, also one that is no longer configured, or offers those followed."""
    names = await followed(room, visit.here)
    if not visit.words:
        cards = [room.card(name) or Gone(name) for name in names]
        if cards:
            await answer(room, visit, words.choose_to_leave(), buttons=pick_list(cards, names))
        else:
            await answer(room, visit, words.nothing_followed())
        return
    wanted = visit.words[0]
    name = next((name for name in names if name.lower() == wanted.lower()), None)
    card = Gone(name) if name and room.card(name) is None else await _named(room, visit, wanted)
    if card is not None:
        gone = await unfollow(room, visit.here, card.name)
        reply = words.unsubscribed if gone else words.not_subscribed
        await answer(room, visit, reply(card.title), buttons=settings_of(card.name, None) if gone else None)


async def follow(room: Room, visit: Visit, watchlist: str) -> tuple[Subscription, bool]:
    """The subscription of this place, and whether it is new. New ones are told at once, until somebody chooses
    otherwise."""
    async with room.database.write() as connection:
        before = await chats.subscriptions_of(connection, visit.here)
        subscription = await chats.subscribe(
            connection,
            visit.here,
            watchlist,
            rhythm=Rhythm.INSTANT,
            at=room.digest_at,
            now=visit.now,
            due_at=None,
            timezone=room.timezone,
        )
    return subscription, subscription.id not in {known.id for known in before}


async def unfollow(room: Room, here: Destination, watchlist: str) -> bool:
    """Whether there was a subscription to end."""
    async with room.database.write() as connection:
        return await chats.unsubscribe(connection, here, watchlist)


async def set_rhythm(room: Room, visit: Visit, wish: Wish, rhythm: Rhythm) -> bool:
    """Changes how this place is told; whether there is a subscription. The hour stays as it was."""
    async with room.database.write() as connection:
        known = await chats.subscriptions_of(connection, visit.here, room.timezone)
        found = next((one for one in known if one.watchlist == wish.watchlist), None)
        if found is None:
            return False
        if found.rhythm is not rhythm:
            due = next_digest(rhythm, found.at, ZoneInfo(found.timezone), visit.now)
            # What a digest has not told yet is told by the next one, or now where there will be none.
            since = visit.now if found.rhythm is Rhythm.INSTANT else found.since
            if rhythm is Rhythm.INSTANT:
                await tell_the_rest(connection, found, visit.now, room.newsroom.sources())
            await chats.set_rhythm(connection, found.id, rhythm=rhythm, at=found.at, since=since, due_at=due)
    return True


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


async def show_latest(room: Room, visit: Visit, watchlist: str) -> None:
    """The starting picture after a new subscription. Only what was handed over counts as shown."""
    if await answer(room, visit, *await room.newsroom.latest(watchlist, visit.here, visit.now)):
        await room.newsroom.subscribed(visit.here, watchlist, visit.now)


async def followed(room: Room, here: Destination) -> list[str]:
    """Names of the watchlists this place follows."""
    async with room.database.read() as connection:
        return [known.watchlist for known in await chats.subscriptions_of(connection, here)]


# --- reading --------------------------------------------------------------------------------------------------------


async def digest(room: Room, visit: Visit) -> None:
    """What a digest would say now: of one watchlist, or of all that are followed here."""
    names: list[str] = []
    since = DAY
    for word in visit.words[:2]:
        if (length := parse_span(word)) is not None:
            since = length
        elif (card := room.card(word)) is not None:
            names.append(card.name)
        else:
            await answer(room, visit, _not_understood(room, word))
            return
    if not timedelta(minutes=1) <= since <= LONGEST_DIGEST:
        await answer(room, visit, words.span_limits(LONGEST_DIGEST))
        return
    cards = room.newsroom.watchlists()
    names = names or await followed(room, visit.here) or [card.name for card in cards if len(cards) == 1]
    if not names:
        await answer(room, visit, words.nothing_followed())
    for card in [card for card in cards if card.name in names][:_MOST_DIGESTS]:
        found = await room.newsroom.digest(card.name, since, visit.here, visit.now)
        await answer(room, visit, *(found or [words.nothing_new(card.title, since)]))


async def why(room: Room, visit: Visit) -> None:
    """Why an alert was sent: the one replied to, else the latest here."""
    found = await room.newsroom.why(visit.here, visit.reply_to)
    await answer(room, visit, *(found or [words.no_alert(visit.reply_to is not None, "why")]))


async def relevant(room: Room, visit: Visit) -> None:
    """The alert replied to, else the latest here, was worth telling."""
    await _judge(room, visit, Verdict.RELEVANT)


async def irrelevant(room: Room, visit: Visit) -> None:
    """It was not."""
    await _judge(room, visit, Verdict.IRRELEVANT)


async def _judge(room: Room, visit: Visit, verdict: Verdict) -> None:
    headline = await room.newsroom.judge(visit.here, visit.reply_to, visit.caller.voice, verdict, visit.now)
    if headline is None:
        await answer(room, visit, words.no_alert(visit.reply_to is not None, verdict))
    else:
        await answer(room, visit, words.noted(verdict, headline))


async def status(room: Room, visit: Visit) -> None:
    """How the bot is doing."""
    await answer(room, visit, *(await room.newsroom.status(visit.now) or [words.no_status()]))


# --- letting people in ----------------------------------------------------------------------------------------------


async def invite(room: Room, visit: Visit) -> None:
    """A link that lets one person in. Only the hash of its secret is kept, so it is shown once."""
    if not visit.caller.private:
        await answer(room, visit, words.privately())
        return
    if room.door.access is Access.CLOSED:
        await answer(room, visit, words.invitations_off())
        return
    wanted = visit.words[0].lower() if visit.words else Role.READER
    if wanted not in list(Role):
        await answer(room, visit, words.invite_usage(wanted))
        return
    secret = new_secret()
    async with room.database.write() as connection:
        await chats.create_invite(
            connection,
            secret_hash(secret),
            created_by=visit.here.chat,
            now=visit.now,
            expires_at=visit.now + INVITE_LIFE,
            uses=1,
            role=wanted,
        )
    link = create_deep_linked_url(room.wire.bot.username, secret)
    await answer(room, visit, words.invitation(link, wanted, INVITE_LIFE.days))


# --- reading arguments ----------------------------------------------------------------------------------------------


async def _named(room: Room, visit: Visit, name: str) -> Card | None:
    card = room.card(name)
    if card is None:
        await answer(room, visit, words.unknown_watchlist(name, _close(room, name)))
    return card


def _not_understood(room: Room, word: str) -> Message:
    close = _close(room, word)
    if word[:1].isdigit() and not close:
        return words.bad_span(word)
    return words.unknown_watchlist(word, close)


def _close(room: Room, name: str) -> Sequence[str]:
    names = {card.name.lower(): card.name for card in room.newsroom.watchlists()}
    starting = [names[known] for known in names if known.startswith(name.lower())]
    similar = [names[known] for known in difflib.get_close_matches(name.lower(), names, 3, 0.5)]
    return list(dict.fromkeys(starting + similar))[:3]


COMMANDS: dict[str, Command] = {
    "subscribe": Command(subscribe, later("follow a watchlist here"), opens=True),
    "unsubscribe": Command(unsubscribe, later("stop following one")),
    "digest": Command(digest, later("the news now: /digest NAME 24h")),
    "why": Command(why, later("why an alert was sent (reply to it)")),
    "relevant": Command(relevant, later("an alert was worth it (reply to it)")),
    "irrelevant": Command(irrelevant, later("an alert was not worth it (reply to it)")),
    "watchlists": Command(watchlists, later("what can be followed")),
    "status": Command(status, later("how the bot is doing")),
    "invite": Command(invite, later("a link that lets one person in: /invite reader or admin"), for_admins=True),
    "help": Command(show_help, later("all commands")),
    **hours.COMMANDS,
    **library.COMMANDS,
    **tongue.COMMANDS,
    "start": Command(start, later("begin"), opens=True),
}
"""In the order of the menu."""
