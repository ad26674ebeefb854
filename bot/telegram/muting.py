"""`/mute` and `/unmute`, and their buttons: what a place does not want to hear of, for a while or for ever. It keeps no
message back itself.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.store import hours
from bot.store.mutes import Muted
from bot.telegram import hourwords as words
from bot.telegram.asked import VERSION
from bot.telegram.buttons import Button, Keyboard, name_key
from bot.telegram.muted import LETTER, about_alert, called, choices, mute_it, muted_here, unmute_all, zone_here
from bot.telegram.room import Room, Visit, answer
from bot.tell import Message
from bot.tell.hush import next_hour, read_hour

LONGEST = timedelta(days=31)
"""Everything is muted for so long at most: nobody means for ever, and nobody remembers it."""

_OFFERED = (1, 4, 8)
_MORNING = time(7)

_SPAN = re.compile(r"([0-9]{1,4})(m|h|d|w)", re.IGNORECASE)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


async def mute(room: Room, visit: Visit) -> None:
    """Mutes everything for a time, or the story, a source or a rule of an alert; or offers to."""
    given = list(visit.words)
    zone = await zone_here(room, visit.here)
    if not given:
        await _offer(room, visit, zone)
        return
    kind = given[0].lower()
    if kind in (Muted.STORY, Muted.SOURCE, Muted.RULE):
        until = _end(given[1:], zone, visit.now)
        rest = given[1:] if until is None else given[1 : -_words_of_end(given)]
        await _mute_one(room, visit, Muted(kind), " ".join(rest), until, zone)
        return
    until = _end(given, zone, visit.now)
    if until is None or _words_of_end(given) != len(given):
        await answer(room, visit, words.mute_usage(" ".join(given)))
    elif not timedelta(minutes=1) <= until - visit.now <= LONGEST:
        await answer(room, visit, words.mute_limits(LONGEST.days))
    else:
        await _say_muted(room, visit, Muted.ALL, "", until, zone)


def _end(given: Sequence[str], zone: ZoneInfo, now: datetime) -> datetime | None:
    """When the mute is over that ends with `2h` or `until 18:00`; None where it says nothing like it."""
    if not given:
        return None
    if len(given) > 1 and given[-2].lower() == "until":
        hour = read_hour(given[-1])
        return None if hour is None else next_hour(hour, zone, now)
    found = _SPAN.fullmatch(given[-1])
    return now + timedelta(**{_UNITS[found[2].lower()]: int(found[1])}) if found else None


def _words_of_end(given: Sequence[str]) -> int:
    return 2 if len(given) > 1 and given[-2].lower() == "until" else 1


async def _mute_one(room: Room, visit: Visit, kind: Muted, name: str, until: datetime | None, zone: ZoneInfo) -> None:
    if name and kind is Muted.SOURCE:
        known = {each.name: each.title for each in room.newsroom.sources().values()}
        await _by_name(room, visit, kind, name, known, until, zone)
        return
    if name and kind is Muted.RULE:
        async with room.database.read() as connection:
            known = {rule: rule for rule in await hours.rules_followed(connection, visit.here)}
        await _by_name(room, visit, kind, name, known, until, zone)
        return
    async with room.database.read() as connection:
        about = await about_alert(connection, room, visit.here, visit.reply_to)
    if name.isascii() and name.isdigit() and len(name) < 19:
        await _say_muted(room, visit, kind, name, until, zone)
    elif name:
        await answer(room, visit, words.mute_usage(" ".join(visit.words)))
    elif about is None:
        await answer(room, visit, words.no_alert())
    elif kind is Muted.STORY:
        await _say_muted(room, visit, kind, str(about.story), until, zone)
    else:
        targets = about.sources if kind is Muted.SOURCE else about.rules
        if len(targets) == 1:
            await _say_muted(room, visit, kind, targets[0], until, zone)
        else:
            await answer(room, visit, words.which(kind), buttons=choices(room, about, kind, until))


async def _by_name(
    room: Room,
    visit: Visit,
    kind: Muted,
    name: str,
    known: dict[str, str],
    until: datetime | None,
    zone: ZoneInfo,
) -> None:
    """By the name of a source or rule, or a source's title, or the end of a rule's name."""
    wanted = name.casefold()
    by_name = {each.casefold(): target for target, title in known.items() for each in (title, target)}
    found = by_name.get(wanted) or _only([each for each in known if each.casefold().endswith("/" + wanted)])
    if found is None:
        close = dict.fromkeys(known[by_name[each]] for each in difflib.get_close_matches(wanted, by_name, 3, 0.5))
        await answer(room, visit, words.no_such(kind, name, list(close)))
    else:
        await _say_muted(room, visit, kind, found, until, zone)


def _only(found: Sequence[str]) -> str | None:
    return found[0] if len(found) == 1 else None


# --- muting and its undoing -----------------------------------------------------------------------------------------


async def _say_muted(
    room: Room, visit: Visit, kind: Muted, target: str, until: datetime | None, zone: ZoneInfo
) -> None:
    message, keys = await mute_it(room, visit, kind, target, until, zone)
    await answer(room, visit, message, buttons=keys)


async def unmute(room: Room, visit: Visit) -> None:
    """Shows what is muted here, each with a button that ends it; or ends all of it."""
    if visit.words and visit.words[0].lower() == "all":
        await unmute_all(room, visit)
    message, keys = await muted_here(room, visit)
    await answer(room, visit, message, buttons=keys)


# --- buttons --------------------------------------------------------------------------------------------------------


async def _offer(room: Room, visit: Visit, zone: ZoneInfo) -> None:
    """What can be muted of the alert replied to; else for how long everything can be."""
    about = None
    if visit.reply_to is not None:
        async with room.database.read() as connection:
            about = await about_alert(connection, room, visit.here, visit.reply_to)
    if about is not None:
        keys = [
            [Button(words.this_story(), f"{VERSION}{LETTER}t{about.story}")],
            *choices(room, about, Muted.SOURCE),
            *choices(room, about, Muted.RULE),
        ]
        await answer(room, visit, words.mute_what(True), buttons=keys)
        return
    for_hours = [Button(words.for_how_long(each), f"{VERSION}{LETTER}f{each}") for each in _OFFERED]
    morning = [Button(words.until_hour(f"{_MORNING:%H:%M}"), f"{VERSION}{LETTER}m{_MORNING:%H%M}")]
    listed, undo = await muted_here(room, visit)
    known = [listed] if undo else []
    await answer(room, visit, *known, words.mute_what(False), buttons=[for_hours, morning, *(undo or [])])


async def pressed(room: Room, visit: Visit, rest: str) -> tuple[str, Message | None, Keyboard | None]:
    """What a press on a button of a mute does: the toast, and what its message shows now; None leaves it as it is."""
    ask, what = rest[:1], rest[1:]
    if ask in ("u", "l"):
        return await _press_unmute(room, visit, ask, what)
    zone = await zone_here(room, visit.here)
    wanted = await _wanted(room, visit, ask, what, zone)
    if wanted is None:
        return words.NO_SUCH_BUTTON, None, None
    kind, target, until = wanted
    if until is not None and until <= visit.now:
        return words.OVER, None, None
    message, keys = await mute_it(room, visit, kind, target, until, zone)
    return words.SET, message, keys


async def _wanted(
    room: Room, visit: Visit, ask: str, what: str, zone: ZoneInfo
) -> tuple[Muted, str, datetime | None] | None:
    """What a press wants to be muted, and until when; None for what no button of ours says."""
    number = what.isascii() and what.isdigit() and len(what) < 19
    if ask == "t" and number:
        return Muted.STORY, str(int(what)), None
    if ask == "f" and number and int(what) in _OFFERED:
        return Muted.ALL, "", visit.now + timedelta(hours=int(what))
    if ask == "m" and what == f"{_MORNING:%H%M}":
        return Muted.ALL, "", next_hour(_MORNING, zone, visit.now)
    if ask not in ("s", "r"):
        return None
    key, _, end = what.partition(".")
    if ask == "s":
        names: Sequence[str] = list(room.newsroom.sources())
    else:
        async with room.database.read() as connection:
            names = await hours.rules_followed(connection, visit.here)
    found = next((name for name in names if name_key(name) == key), None)
    if found is None or (end and not (end.isascii() and end.isdigit() and len(end) < 12)):
        return None
    kind = Muted.SOURCE if ask == "s" else Muted.RULE
    return kind, found, datetime.fromtimestamp(int(end), UTC) if end else None


async def _press_unmute(room: Room, visit: Visit, ask: str, what: str) -> tuple[str, Message | None, Keyboard | None]:
    """Ends a mute, from the message that said it (`u`) or from a list (`l`), which then shows what is left."""
    if what == "all":
        await unmute_all(room, visit)
        return (words.UNMUTED, *await muted_here(room, visit))
    if not (what.isascii() and what.isdigit() and len(what) < 19):
        return words.NO_SUCH_BUTTON, None, None
    async with room.database.write() as connection:
        gone = await hours.unmute_one(connection, visit.here, int(what), visit.now)
        what_was = None if gone is None else await called(connection, room, gone)
    toast = words.OVER if what_was is None else words.UNMUTED
    if ask == "u":
        return toast, None if what_was is None else words.unmuted(what_was), None
    return (toast, *await muted_here(room, visit))
