"""What a place has muted, and what of an alert can be: the acts behind `/mute`, `/unmute` and their buttons. It reads
no words of a command.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.model import Destination
from bot.store import AsyncConnection, chats, deliveries, hours, ledger, mutes, stories
from bot.store.mutes import Mute, Muted
from bot.story import best_report, headline
from bot.telegram import hourwords as words
from bot.telegram.asked import VERSION
from bot.telegram.buttons import Button, Keyboard, name_key
from bot.telegram.room import Room, Visit
from bot.tell import Message

LETTER = "h"
"""Who answers the buttons of mutes, and of hours."""

_MOST_KEYS = 20


@dataclass(frozen=True, slots=True)
class About:
    """What an alert is about: its story, the names of the sources that have it, its rules, `watchlist/rule`, and the
    source whose headline it has."""

    story: int
    headline: str
    sources: tuple[str, ...]
    rules: tuple[str, ...]
    best: str | None = None


async def about_alert(
    connection: AsyncConnection, room: Room, where: Destination, message_id: int | None
) -> About | None:
    """What the alert with this message id is about, or else the latest of the chat; None where there is none that a
    rule still matches."""
    delivery = await ledger.delivery_by_message(connection, where.chat, message_id)
    if delivery is None or delivery.story_id is None or delivery.watchlist is None:
        return None
    told = await deliveries.stories_told(connection, delivery.id)
    found = await stories.load_stories(connection, delivery.watchlist, told, room.newsroom.sources())
    story = next((each for each in found if each.id == delivery.story_id), found[0] if found else None)
    if story is None:
        return None
    sources = dict.fromkeys(each.article.source.name for each in story.reports if each.article.source is not None)
    rules = dict.fromkeys(hours.rule_target(hit.watchlist, hit.rule) for each in story.reports for hit in each.matches)
    best = best_report(story).article.source
    return About(story.id, headline(story), tuple(sources), tuple(rules), best.name if best is not None else None)


# --- muting and its end ---------------------------------------------------------------------------------------------


async def mute_it(
    room: Room, visit: Visit, kind: Muted, target: str, until: datetime | None, zone: ZoneInfo
) -> tuple[Message, Keyboard | None]:
    """Mutes it, in place of what held before: what is said of that, and the button that undoes it."""
    async with room.database.write() as connection:
        told = await hours.headline_of(connection, int(target)) if kind is Muted.STORY else ""
        if told is None:
            return words.no_such(kind, target, []), None
        made = await mutes.mute(connection, visit.here, kind, target, visit.now, until=until, user=visit.caller.voice)
        if kind is Muted.ALL:
            await hours.look_again(connection, visit.here.chat, visit.now)
    undo = [[Button(words.undo(), f"{VERSION}{LETTER}u{made}")]]
    match kind:
        case Muted.ALL:
            assert until is not None, "everything is muted for a time only"
            return words.all_muted(until, zone), undo
        case Muted.STORY:
            return words.story_muted(told, until, zone), undo
        case Muted.SOURCE:
            return words.source_muted(title(room, target), until, zone), undo
    return words.rule_muted(target, until, zone), undo


async def unmute_all(room: Room, visit: Visit) -> None:
    """Ends all mutes of a place."""
    async with room.database.write() as connection:
        for each in await mutes.mutes_of(connection, visit.here, visit.now):
            await hours.unmute_one(connection, visit.here, each.id, visit.now)


async def muted_here(room: Room, visit: Visit) -> tuple[Message, Keyboard | None]:
    """What is muted in a place, with a button for each."""
    zone = await zone_here(room, visit.here)
    async with room.database.read() as connection:
        known = await mutes.mutes_of(connection, visit.here, visit.now)
        listed = [(await called(connection, room, each), each) for each in known]
    keys = [[Button(f"✕ {what}", f"{VERSION}{LETTER}l{each.id}")] for what, each in listed[:_MOST_KEYS]]
    if len(keys) > 1:
        keys.append([Button(words.unmute_all(), f"{VERSION}{LETTER}lall")])
    return words.muted_here([(what, each.until) for what, each in listed], zone), keys or None


async def called(connection: AsyncConnection, room: Room, one: Mute) -> str:
    """What is muted, in a few words."""
    match one.kind:
        case Muted.ALL:
            return words.everything()
        case Muted.STORY:
            return words.a_story(await hours.headline_of(connection, int(one.target)) or one.target)
        case Muted.SOURCE:
            return words.a_source(title(room, one.target))
    return words.a_rule(one.target)


def title(room: Room, source: str) -> str:
    """What readers know a source by; of one that is gone its name."""
    known = room.newsroom.sources().get(source)
    return known.title if known is not None else source


async def zone_here(room: Room, where: Destination) -> ZoneInfo:
    """The chat's own zone, else the one that holds for all."""
    async with room.database.read() as connection:
        chat = await chats.get_chat(connection, where.chat)
    return ZoneInfo((chat.timezone if chat else None) or room.timezone)


# --- buttons --------------------------------------------------------------------------------------------------------


def choices(room: Room, about: About, kind: Muted, until: datetime | None = None) -> list[list[Button]]:
    """A button for each source or rule of an alert; its data have room for a hash of the name only, and for when the
    mute is over."""
    if kind is Muted.SOURCE:
        named = [(words.source_named(title(room, each)), "s", each) for each in about.sources]
    else:
        named = [(words.rule_named(each.partition("/")[2]), "r", each) for each in about.rules]
    end = "" if until is None else f".{int(until.timestamp())}"
    return [
        [Button(text, f"{VERSION}{LETTER}{letter}{name_key(each)}{end}")] for text, letter, each in named[:_MOST_KEYS]
    ]
