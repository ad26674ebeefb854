"""The commands about single stories: one story's record, and what somebody keeps for later. It composes no words."""

from __future__ import annotations

from bot.speech import gettext
from bot.store import deliveries, ledger, saved, stories
from bot.store.choices import ChoiceError, living
from bot.store.record import Record
from bot.telegram import librarywords as say_so
from bot.telegram.buttons import Keyboard
from bot.telegram.librarywords import PAGE
from bot.telegram.paging import key, number_of, redraw, set_keys, turns, zone_of
from bot.telegram.room import Room, Visit, answer
from bot.tell import Message

# --- one story ------------------------------------------------------------------------------------------------------


async def story(room: Room, visit: Visit) -> None:
    """The record of one story: the one named, or that of the alert replied to."""
    number = number_of(visit.words[0].lstrip("#")) if visit.words else None
    if number is None and not visit.words and visit.reply_to is not None:
        number, _ = await _story_replied_to(room, visit)
    if number is None:
        await answer(room, visit, say_so.story_usage())
    elif not await _show_story(room, visit, number):
        await answer(room, visit, say_so.no_story(number))


async def _show_story(room: Room, visit: Visit, number: int) -> bool:
    """Whether there is such a story."""
    try:
        record = await room.library.story(number)
    except ChoiceError:
        return False
    names = room.library.card(_watchlist_of(record))
    async with room.database.read() as connection:
        is_kept = await saved.is_saved(connection, visit.here.chat, visit.caller.voice, record.id)
    message = say_so.story(record, number, names, await zone_of(room, visit))
    await answer(room, visit, message, buttons=_story_keys(record.id, is_kept))
    return True


def _story_keys(story_id: int, is_kept: bool) -> Keyboard:
    if is_kept:
        return [[key(gettext(say_so.UNKEEP_KEY), f"u{story_id}")]]
    return [[key(gettext(say_so.KEEP_KEY), f"k{story_id}")]]


def _watchlist_of(record: Record) -> str:
    """The watchlist by whose words a story is told: that of its first match."""
    reports = record.story.reports if record.story else ()
    return next((match.watchlist for report in reports for match in report.matches), "")


async def open_story(room: Room, visit: Visit, rest: str) -> str:
    """A button that opens a story. A toast."""
    number = number_of(rest)
    return "" if number is not None and await _show_story(room, visit, number) else say_so.STORY_GONE


# --- what is kept ---------------------------------------------------------------------------------------------------


async def save(room: Room, visit: Visit) -> None:
    """Keeps a story for whoever asks: the one named, that of the alert replied to, or of the latest alert here."""
    watchlist: str | None = None
    number = number_of(visit.words[0].lstrip("#")) if visit.words else None
    if not visit.words:
        number, watchlist = await _story_replied_to(room, visit)
    kept = None if number is None else await _keep(room, visit, number, watchlist)
    if kept is None:
        await answer(room, visit, say_so.which_story())
        return
    story_id, title, new = kept
    await answer(room, visit, say_so.kept(title, story_id, new), buttons=_story_keys(story_id, True))


async def _story_replied_to(room: Room, visit: Visit) -> tuple[int | None, str | None]:
    """The one story of the message replied to, or of the latest alert here, and its watchlist."""
    async with room.database.read() as connection:
        delivery = await ledger.delivery_by_message(connection, visit.here.chat, visit.reply_to)
        if delivery is None:
            return None, None
        if delivery.story_id is not None:
            return delivery.story_id, delivery.watchlist
        told = await deliveries.stories_told(connection, delivery.id)
    return (told[0], delivery.watchlist) if len(told) == 1 else (None, None)


async def _keep(room: Room, visit: Visit, number: int, watchlist: str | None) -> tuple[int, str, bool] | None:
    """The story's id, its headline, and whether it was not kept before; None where there is no such story."""
    try:
        record = await room.library.story(number)
    except ChoiceError:
        return None
    watchlist = watchlist or _watchlist_of(record)
    here = visit.here.chat
    async with room.database.write() as connection:
        try:
            story_id = await living(connection, number)
        except ChoiceError:
            return None
        new = await saved.save(connection, here, visit.caller.voice, story_id, watchlist, visit.now)
    return story_id, record.headline, new


async def press_keep(room: Room, visit: Visit, rest: str) -> str:
    """A button that keeps a story. A toast."""
    number = number_of(rest)
    kept = None if number is None else await _keep(room, visit, number, None)
    if kept is None:
        return say_so.STORY_GONE
    await set_keys(room, visit, _story_keys(kept[0], True))
    return say_so.KEPT if kept[2] else say_so.KEPT_BEFORE


async def press_unkeep(room: Room, visit: Visit, rest: str) -> str:
    """A button that keeps it no longer. A toast."""
    number = number_of(rest)
    if number is None:
        return say_so.STORY_GONE
    async with room.database.write() as connection:
        try:
            number = await living(connection, number)
        except ChoiceError:
            return say_so.STORY_GONE
        gone = await saved.unsave(connection, visit.here.chat, visit.caller.voice, number)
    await set_keys(room, visit, _story_keys(number, False))
    return say_so.UNKEPT if gone else say_so.NOT_KEPT


async def show_saved(room: Room, visit: Visit) -> None:
    """What whoever asks keeps here."""
    made = await _saved_page(room, visit, 0)
    if made is None:
        await answer(room, visit, say_so.nothing_kept())
    else:
        await answer(room, visit, made[0], buttons=made[1])


async def _saved_page(room: Room, visit: Visit, page: int) -> tuple[Message, Keyboard] | None:
    """One page of the list of whoever asks; None where it would be empty."""
    voice, sources = visit.caller.voice, room.newsroom.sources()
    async with room.database.read() as connection:
        items = await saved.saved_by(connection, visit.here.chat, voice, PAGE + 1, page * PAGE)
        told = {
            name: {one.id: one for one in await stories.load_stories(connection, name, ids, sources)}
            for name in {item.watchlist for item in items}
            if (ids := [item.story for item in items if item.watchlist == name])
        }
        titles = await saved.headlines(connection, [item.story for item in items])
    if not items:
        return None
    shown = items[:PAGE]
    listed = [(item.story, item.at, told[item.watchlist].get(item.story), titles.get(item.story, "")) for item in shown]
    numbered = [key(str(number), f"s{item.story}") for number, item in enumerate(shown, page * PAGE + 1)]
    beside = turns(lambda number: f"v{voice}.{number}", page, page * PAGE + len(items))
    message = say_so.kept_list(listed, page * PAGE + 1, await zone_of(room, visit))
    return message, [row for row in (numbered, beside) if row]


async def turn_saved(room: Room, visit: Visit, rest: str) -> str:
    """A button that turns a page of what somebody keeps; nobody turns those of others. A toast."""
    voice, _, number = rest.partition(".")
    if voice != str(visit.caller.voice):
        return say_so.NOT_YOUR_LIST
    page = number_of(number)
    made = None if page is None else await _saved_page(room, visit, page)
    return say_so.NO_SUCH_PAGE if made is None else await redraw(room, visit, *made)
