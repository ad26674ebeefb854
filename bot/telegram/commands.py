"""What each command does. It decides nobody's rights, and composes no news: those come from the newsroom."""

from __future__ import annotations

from datetime import timedelta

from bot.speech import later
from bot.store.feedback import Verdict
from bot.telegram import editing, hours, library, menus, people, tongue, words
from bot.telegram.asked import Command
from bot.telegram.naming import not_understood
from bot.telegram.paging import parse_span as parse_span
from bot.telegram.room import Room, Visit, answer
from bot.telegram.subscribing import followed

DAY = timedelta(days=1)
LONGEST_DIGEST = timedelta(days=31)
_MOST_DIGESTS = 5


async def start(room: Room, visit: Visit) -> None:
    """The first words."""
    if visit.caller.private and visit.words[:1] == (menus.MANAGE,):
        await menus.manage(room, visit)
        return
    await answer(
        room,
        visit,
        words.welcome(room.newsroom.watchlists(), await followed(room, visit.here)),
        buttons=None if visit.caller.private else menus.to_private(room),
    )


async def show_help(room: Room, visit: Visit) -> None:
    """All commands."""
    listed = [(name, command.about) for name, command in COMMANDS.items() if not command.for_admins]
    admin = [(name, command.about) for name, command in COMMANDS.items() if command.for_admins and visit.admin]
    await answer(room, visit, words.help_text(listed, admin))


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
            await answer(room, visit, not_understood(room, word))
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


COMMANDS: dict[str, Command] = {
    **menus.COMMANDS,
    "digest": Command(digest, later("the news now: /digest NAME 24h")),
    "why": Command(why, later("why an alert was sent (reply to it)")),
    "relevant": Command(relevant, later("an alert was worth it (reply to it)")),
    "irrelevant": Command(irrelevant, later("an alert was not worth it (reply to it)")),
    "status": Command(status, later("how the bot is doing")),
    **people.COMMANDS,
    **editing.COMMANDS,
    "help": Command(show_help, later("all commands")),
    **hours.COMMANDS,
    **library.COMMANDS,
    **tongue.COMMANDS,
    "start": Command(start, later("begin"), opens=True),
}
"""In the order of the menu."""
