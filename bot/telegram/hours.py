"""`/quiet`, `/timezone` and `/settings`: when and how a chat is told; and the buttons of these and of mutes. It keeps
no message back itself.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.log import get
from bot.speech import later
from bot.store import chats, hours
from bot.store.mutes import mutes_of
from bot.telegram import hourwords as words
from bot.telegram import muting, sender
from bot.telegram.asked import VERSION, Command, Pressed
from bot.telegram.buttons import Button, Keyboard
from bot.telegram.incoming import Press
from bot.telegram.muted import LETTER
from bot.telegram.outcomes import SendFailure
from bot.telegram.room import Room, Visit, answer
from bot.tell import Message, html, plain
from bot.tell.cities import city_of, find, now_there
from bot.tell.hush import NO_HOURS, hours_of, read_hours, written
from bot.tell.places import nearest_zones

log = get(__name__)

_OFFERED = ("22:00-06:30", "23:00-07:00", "20:00-08:00")
_OFF = ("off", "no", "none", "never")
_AS_ALL = ("default", "reset")

_NONE = "-"
"""In a button's data: what the chat has not chosen."""


# --- quiet hours ----------------------------------------------------------------------------------------------------


async def quiet(room: Room, visit: Visit) -> None:
    """Shows or sets the quiet hours of the chat."""
    text = " ".join(visit.words).strip()
    before = await _chat(room, visit)
    if not text:
        await answer(room, visit, _quiet_said(room, visit, before), buttons=_quiet_keys(before.quiet))
        return
    if text.lower() in _AS_ALL:
        wanted = None
    elif text.lower() in _OFF:
        wanted = NO_HOURS
    else:
        found = read_hours(text)
        if found is None:
            await answer(room, visit, words.quiet_usage(text))
            return
        wanted = written(found)
    after = await _set_quiet(room, visit, wanted)
    undo = [[Button(words.undo(), f"{VERSION}{LETTER}q{before.quiet or _NONE}")]]
    await answer(room, visit, _quiet_said(room, visit, after), buttons=None if before.quiet == wanted else undo)


async def _set_quiet(room: Room, visit: Visit, wanted: str | None) -> chats.Chat:
    async with room.database.write() as connection:
        await hours.set_quiet(connection, visit.here.chat, wanted, visit.now)
    return await _chat(room, visit)


def _quiet_said(room: Room, visit: Visit, chat: chats.Chat) -> Message:
    hours_now = hours_of(chat.quiet, room.newsroom.quiet())
    return words.quiet_hours(hours_now, chat.quiet is not None, _zone(room, chat), visit.now)


def _quiet_keys(chosen: str | None) -> Keyboard:
    """The hours that can be chosen by a press, the present ones marked."""
    choices = [(each, each) for each in _OFFERED] + [(words.no_hours(), NO_HOURS), (words.as_all(), _NONE)]
    now = chosen or _NONE
    keys = [Button(f"{'✓ ' if data == now else ''}{text}", f"{VERSION}{LETTER}q{data}") for text, data in choices]
    return [keys[:3], keys[3:]]


# --- zones ----------------------------------------------------------------------------------------------------------


async def timezone(room: Room, visit: Visit) -> None:
    """Shows or sets the zone of the chat, by the name of a city, a country or a zone."""
    text = " ".join(visit.words).strip()
    before = await _chat(room, visit)
    if not text:
        await answer(room, visit, words.zone_here(_zone(room, before), visit.now, before.timezone is not None))
        return
    found = find(text)
    if found.zone is None:
        keys = [
            [Button(words.zone_choice(city, now_there(zone, visit.now)), f"{VERSION}{LETTER}z{zone}")]
            for city, zone in found.close
        ]
        await answer(room, visit, words.zone_choices(text, bool(keys)), buttons=keys or None)
        return
    after = await _set_zone(room, visit, found.zone)
    undo = [[Button(words.undo(), f"{VERSION}{LETTER}z{before.timezone or _NONE}")]]
    said = words.zone_here(_zone(room, after), visit.now, True)
    await answer(room, visit, said, buttons=None if before.timezone == found.zone else undo)


async def located(room: Room, visit: Visit, latitude: float, longitude: float) -> None:
    """Sets the zone of the chat to that of a place; those of other clocks around it are offered, and its undoing."""
    before = await _chat(room, visit)
    zones = nearest_zones(latitude, longitude, visit.now)
    if not zones:
        await answer(room, visit, words.zone_here(_zone(room, before), visit.now, before.timezone is not None))
        return
    await _set_zone(room, visit, zones[0])
    keys = [
        [Button(words.zone_choice(city_of(zone), now_there(zone, visit.now)), f"{VERSION}{LETTER}z{zone}")]
        for zone in zones[1:]
    ]
    undo = [Button(words.undo(), f"{VERSION}{LETTER}z{before.timezone or _NONE}")]
    await answer(room, visit, words.zone_nearest(ZoneInfo(zones[0]), visit.now), buttons=[*keys, undo])


async def _set_zone(room: Room, visit: Visit, zone: str | None) -> chats.Chat:
    async with room.database.write() as connection:
        await hours.set_timezone(connection, visit.here.chat, zone, visit.now, room.timezone)
    return await _chat(room, visit)


# --- all of it ------------------------------------------------------------------------------------------------------


async def settings(room: Room, visit: Visit) -> None:
    """How the chat is told, with what can be switched by a press."""
    message, keys = await _settings(room, visit)
    await answer(room, visit, message, buttons=keys)


async def _settings(room: Room, visit: Visit) -> tuple[Message, Keyboard]:
    chat = await _chat(room, visit)
    async with room.database.read() as connection:
        muted = len(await mutes_of(connection, visit.here, visit.now))
    quiet_now = hours_of(chat.quiet, room.newsroom.quiet())
    own = chat.quiet is not None
    said = words.settings(quiet_now, own, _zone(room, chat), visit.now, muted, chat.say_empty, chat.buttons)
    return said, [
        [Button(words.toggle_empty(chat.say_empty), f"{VERSION}{LETTER}e{int(not chat.say_empty)}")],
        [Button(words.toggle_buttons(chat.buttons), f"{VERSION}{LETTER}b{int(not chat.buttons)}")],
    ]


async def _chat(room: Room, visit: Visit) -> chats.Chat:
    async with room.database.read() as connection:
        found = await chats.get_chat(connection, visit.here.chat)
    assert found is not None, "who may ask was let in"
    return found


def _zone(room: Room, chat: chats.Chat) -> ZoneInfo:
    return ZoneInfo(chat.timezone or room.timezone)


# --- buttons --------------------------------------------------------------------------------------------------------


async def pressed(room: Room, visit: Visit, press: Press, rest: str) -> str:
    """Does what a button of this module or of a mute says, and shows the new state in its message."""
    ask, what = rest[:1], rest[1:]
    match ask:
        case "q":
            toast, message, keys = await _press_quiet(room, visit, what)
        case "z":
            toast, message, keys = await _press_zone(room, visit, what)
        case "e" | "b" if what in ("0", "1"):
            async with room.database.write() as connection:
                change = hours.set_say_empty if ask == "e" else hours.set_buttons
                await change(connection, visit.here.chat, what == "1")
            toast, (message, keys) = words.SET, await _settings(room, visit)
        case _:
            toast, message, keys = await muting.pressed(room, visit, rest)
    if message is not None:
        await _redraw(room, press, message, keys)
    return toast


async def _press_quiet(room: Room, visit: Visit, what: str) -> tuple[str, Message | None, Keyboard | None]:
    if what != _NONE and read_hours(what) is None:
        return words.NO_SUCH_BUTTON, None, None
    after = await _set_quiet(room, visit, None if what == _NONE else what)
    return words.SET, _quiet_said(room, visit, after), _quiet_keys(after.quiet)


async def _press_zone(room: Room, visit: Visit, what: str) -> tuple[str, Message | None, Keyboard | None]:
    zone = None if what == _NONE else find(what).zone
    if zone is None and what != _NONE:
        return words.NO_SUCH_BUTTON, None, None
    after = await _set_zone(room, visit, zone)
    return words.SET, words.zone_here(_zone(room, after), visit.now, zone is not None), None


async def _redraw(room: Room, press: Press, message: Message, keys: Keyboard | None) -> None:
    where = press.caller.destination
    try:
        await sender.edit(room.wire, where, press.message_id, html(message), plain(message), buttons=keys)
    except SendFailure as failure:
        log.info("a message was not redrawn", chat=where.chat, reason=str(failure))


COMMANDS: dict[str, Command] = {
    "mute": Command(muting.mute, later("silence for a while: /mute 2h; a story, source or rule: reply with /mute")),
    "unmute": Command(muting.unmute, later("what is muted here, and its end")),
    "quiet": Command(quiet, later("quiet hours: /quiet 22:00-06:30 or off")),
    "timezone": Command(timezone, later("the clock of this chat: /timezone Jakarta")),
    "settings": Command(settings, later("how this chat is told")),
}
"""In the order of the menu."""

PRESSES: dict[str, Pressed] = {LETTER: pressed}
