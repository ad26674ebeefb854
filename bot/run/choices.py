"""What people decide about stories, each in one transaction: merge, split, a tie joined or kept apart.

It sends nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.model import Source
from bot.run.alerts import counting, tell_merged
from bot.run.engine import Configuration
from bot.run.marking import mark_messages
from bot.settings import Settings
from bot.store import AsyncConnection, chats, choices, record, stories, tied
from bot.store.choices import ChoiceError
from bot.store.database import Database
from bot.store.tied import Fate, State, Tie
from bot.story import headline
from bot.tell.ties import Possible

Sources = Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class Decided:
    """The fate, and the stories it was about: of two that were joined, `story` is the one they are now."""

    fate: Fate
    story: int | None = None
    other: int | None = None


async def merge(database: Database, config: Configuration, ids: Sequence[int], now: datetime) -> int:
    """Puts all these stories into the first one, and orders the alerts of rules that enough publishers have only now;
    its id. Raises ChoiceError, StoreError."""
    into, *others = ids
    if not others:
        raise ChoiceError("name the story to keep and at least one to put into it")
    async with database.write() as connection:
        await stories.take_turns(connection)
        return await _merge(connection, config, into, others, now)


async def split(
    database: Database, config: Configuration, story_id: int, articles: Sequence[int], now: datetime
) -> int:
    """Makes these articles of a story a story of their own; its id. Raises ChoiceError, StoreError."""
    async with database.write() as connection:
        await stories.take_turns(connection)
        made = await choices.split(connection, story_id, articles, now)
        for each in (await choices.living(connection, story_id), made):
            await _headline(connection, each, config.sources)
            await mark_messages(connection, config.settings, each, now)
    return made


async def join_tie(database: Database, config: Configuration, tie_id: int, now: datetime) -> Decided:
    """The two stories of a tie are one event: the later one is put into the earlier. Raises StoreError."""
    async with database.write() as connection:
        await stories.take_turns(connection)
        tie = await _tie(connection, tie_id)
        settled = _settled(tie)
        if tie is None or settled is not None:
            return settled or Decided(Fate.GONE)
        into, gone = await _by_age(connection, tie)
        await _merge(connection, config, into, [gone], now)
    return Decided(Fate.JOINED, into, gone)


async def part_tie(database: Database, config: Configuration, tie_id: int, now: datetime) -> Decided:
    """The two stories of a tie are two events, now and for all of their articles. Raises StoreError."""
    async with database.write() as connection:
        await stories.take_turns(connection)
        tie = await _tie(connection, tie_id)
        settled = _settled(tie)
        if tie is None or settled is not None:
            return settled or Decided(Fate.GONE)
        await tied.keep_apart(connection, tie.story_id, tie.other_id, now)
        # Their messages ask no more.
        for each in (tie.story_id, tie.other_id):
            await mark_messages(connection, config.settings, each, now)
    return Decided(Fate.APART, tie.story_id, tie.other_id)


async def _tie(connection: AsyncConnection, tie_id: int) -> Tie | None:
    """The tie, of the stories that live now."""
    found = await tied.tie(connection, tie_id)
    return found and replace(found, other_id=await choices.living(connection, found.other_id))


def _settled(tie: Tie | None) -> Decided | None:
    """What was said of a tie before; None where it is open."""
    if tie is None:
        return Decided(Fate.GONE)
    if tie.state is State.APART:
        return Decided(Fate.APART_BEFORE, tie.story_id, tie.other_id)
    if tie.state is State.JOINED or tie.story_id == tie.other_id:
        return Decided(Fate.JOINED_BEFORE, tie.other_id, tie.story_id)
    return None


async def possibly(connection: AsyncConnection, story_id: int, watchlist: str) -> list[Possible]:
    """The stories of a watchlist that may be the same event, the likeliest first, each once."""
    found: dict[int, Possible] = {}
    for tie in await tied.open_ties_of(connection, story_id, watchlist):
        other = tied.other_of(tie, story_id)
        title = tie.other_headline if other == tie.other_id else tie.headline
        found.setdefault(other, Possible(tie.id, other, title))
    return list(found.values())


def asked(chat: chats.Chat | None, settings: Settings) -> bool:
    """Whether somebody in this chat may decide on a tie: an admin alone, or a group or channel, where one may be. Who
    presses is judged again then."""
    if chat is None or chat.id == 0:
        return False
    return chat.kind != "private" or chat.role == chats.ADMIN or chat.id in settings.telegram.admins


async def _merge(
    connection: AsyncConnection, config: Configuration, into: int, others: Sequence[int], now: datetime
) -> int:
    parts = [await choices.living(connection, story_id) for story_id in (into, *others)]
    before = frozenset[str]().union(*[await counting(config, connection, story_id) for story_id in parts])
    story_id = await choices.merge(connection, into, others, now)
    await _headline(connection, story_id, config.sources)
    await tell_merged(config, connection, story_id, before, now)
    await mark_messages(connection, config.settings, story_id, now)
    return story_id


async def _headline(connection: AsyncConnection, story_id: int, sources: Sources) -> None:
    found = await record.record(connection, story_id, sources)
    if found.story is not None:
        await stories.set_headline(connection, story_id, headline(found.story))


async def _by_age(connection: AsyncConnection, tie: Tie) -> tuple[int, int]:
    """The two stories of a tie, the one first seen before the other."""
    first, second = sorted([await choices.age(connection, tie.story_id), await choices.age(connection, tie.other_id)])
    return first[1], second[1]
