"""The commands that look things up: search, story, chronicle, saved, export, and the pages of their lists. It reads no
article itself: the library does, off the loop.

The data of a button names a search by its key and a story by its id, behind the letter `l`.
"""

from __future__ import annotations

from datetime import timedelta

from bot.log import get
from bot.speech import later
from bot.store import subscriptions
from bot.store.asked import Mistake, Search, Unlabelled
from bot.telegram import librarywords as say_so
from bot.telegram import words
from bot.telegram.asked import Command, Pressed
from bot.telegram.buttons import Keyboard
from bot.telegram.documents import answer_with_file
from bot.telegram.incoming import Press
from bot.telegram.keeping import open_story, press_keep, press_unkeep, save, show_saved, story, turn_saved
from bot.telegram.librarywords import PAGE
from bot.telegram.paging import LETTER, key, number_of, parse_span, redraw, turns, zone_of
from bot.telegram.room import Room, Visit, answer

log = get(__name__)

LONGEST = timedelta(days=366)
MONTH = timedelta(days=30)

_QUOTES = str.maketrans("“”„‟«»＂", '"' * 7)
"""Keyboards of phones write these for a quotation mark. One for one, so that places stay the same."""


# --- searching ------------------------------------------------------------------------------------------------------


async def search(room: Room, visit: Visit) -> None:
    """What an expression of the rule language finds in the archive; a first word like `7d` says how far back."""
    asked = list(visit.words)
    since = MONTH
    if asked and (span := parse_span(asked[0])) is not None:
        if not timedelta(0) < span <= LONGEST:
            await answer(room, visit, say_so.bad_time(asked[0], LONGEST))
            return
        since, asked = span, asked[1:]
    expression = " ".join(asked).translate(_QUOTES)
    if not expression:
        await answer(room, visit, say_so.search_usage())
        return
    found = await room.library.search(expression, since, visit.now)
    if isinstance(found, Mistake):
        await answer(room, visit, say_so.mistaken(expression, found))
        return
    name, result = found
    message = say_so.found(result, 0, await zone_of(room, visit))
    await answer(room, visit, message, buttons=_search_keys(name, result, 0))


def _search_keys(name: str, found: Search, page: int) -> Keyboard:
    shown = found.hits[page * PAGE : (page + 1) * PAGE]
    numbered = [
        key(str(number), f"s{hit.story}") for number, hit in enumerate(shown, page * PAGE + 1) if hit.story is not None
    ]
    beside = turns(lambda number: f"p{name}.{number}", page, len(found.hits))
    return [row for row in (numbered, beside) if row]


async def _search_page(room: Room, visit: Visit, rest: str) -> str:
    name, _, number = rest.partition(".")
    found = await room.library.kept(name)
    page = number_of(number)
    if found is None or page is None:
        return say_so.SEARCH_GONE
    if page * PAGE >= len(found.hits):
        return say_so.NO_SUCH_PAGE
    message = say_so.found(found, page, await zone_of(room, visit))
    return await redraw(room, visit, message, _search_keys(name, found, page))


# --- chronicles -----------------------------------------------------------------------------------------------------


async def chronicle(room: Room, visit: Visit) -> None:
    """What happened with one label, step by step, in the watchlists followed here."""
    label = " ".join(visit.words)
    if not label:
        await answer(room, visit, say_so.chronicle_usage())
        return
    found = await room.library.chronicle(label, await _followed(room, visit))
    if isinstance(found, Unlabelled):
        await answer(room, visit, say_so.unlabelled(label, found))
    else:
        await answer(room, visit, *found)


async def _followed(room: Room, visit: Visit) -> list[str]:
    """The watchlists followed here; all of them where none is."""
    async with room.database.read() as connection:
        names = [one.watchlist for one in await subscriptions.of(connection, visit.here)]
    return names or [card.name for card in room.newsroom.watchlists()]


# --- files ----------------------------------------------------------------------------------------------------------


async def export(room: Room, visit: Visit) -> None:
    """What the watchlists followed here matched, as a file."""
    form, since = "csv", MONTH
    for word in visit.words[:2]:
        span = parse_span(word)
        if word.lower() in ("csv", "json"):
            form = word.lower()
        elif span is not None and timedelta(0) < span <= LONGEST:
            since = span
        else:
            await answer(room, visit, say_so.export_usage(LONGEST))
            return
    names, start = await _followed(room, visit), visit.now - since
    zone = await zone_of(room, visit)
    made = await room.library.export(form, names, start, visit.now)
    if made is None:
        await answer(room, visit, say_so.too_much_to_export())
    elif made[1] == 0:
        made[0].close()
        await answer(room, visit, say_so.nothing_to_export(start, zone))
    else:
        name = f"kentongan-{visit.now.astimezone(zone):%Y-%m-%d}.{form}"
        await answer_with_file(room, visit, name, made[0], say_so.exported(made[1], names, start, zone))


_ASKED = {
    "p": _search_page,
    "s": open_story,
    "k": press_keep,
    "u": press_unkeep,
    "v": turn_saved,
}


async def pressed(room: Room, visit: Visit, press: Press, rest: str) -> str:
    """A page is turned, a story opened, kept or no longer kept. A toast."""
    asked = _ASKED.get(rest[:1])
    return words.NO_SUCH_BUTTON if asked is None else await asked(room, visit, rest[1:])


COMMANDS: dict[str, Command] = {
    "search": Command(search, later('the archive: /search 7d "drone" and "Indonesia"')),
    "story": Command(story, later("one story: /story 123")),
    "chronicle": Command(chronicle, later("step by step: /chronicle Indonesia")),
    "save": Command(save, later("keep a story (reply to its alert)")),
    "saved": Command(show_saved, later("what you keep")),
    "export": Command(export, later("matches as a file: /export csv 30d")),
}

PRESSES: dict[str, Pressed] = {LETTER: pressed}
