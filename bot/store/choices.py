"""What operators decide about stories: which are one event, and which articles are another. It decides nothing itself.

Each function is one transaction's work. Rows of emptied stories stay, since messages and verdicts refer to them; they
name the story that took them in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import KentonganError
from bot.store import feedback, mutes, outbox, saved, tied
from bot.store.database import insert
from bot.store.stories import new_story
from bot.store.tables import articles, joins, stories

BY_OPERATOR = "operator"
"""The reason of an article that somebody put into its story by hand."""

_DEEPEST = 100
"""How often a story may have been put into another; each merge shortens these ways to one step."""


class ChoiceError(KentonganError):
    """A story or an article that cannot be merged or split as asked."""


async def living(connection: AsyncConnection, story_id: int) -> int:
    """The story that answers for an id: the story itself, or the one it was put into. Raises ChoiceError."""
    current: int = story_id
    for _ in range(_DEEPEST):
        row = (await connection.execute(select(stories.c.merged_into).where(stories.c.id == current))).first()
        if row is None:
            raise ChoiceError(f"there is no story {story_id}")
        if row.merged_into is None:
            return current
        current = row.merged_into
    raise ChoiceError(f"story {story_id} was put into itself; run 'kentongan doctor'")


# --- merging --------------------------------------------------------------------------------------------------------


async def merge(connection: AsyncConnection, into: int, others: Sequence[int], now: datetime) -> int:
    """Puts stories into one and returns its id, which is that of `into`, or of the story that was put into. Raises
    ChoiceError: an unknown story, or one that is in it already."""
    target = await living(connection, into)
    taken: list[int] = []
    for other in others:
        story_id = await living(connection, other)
        if story_id == target:
            raise ChoiceError(f"story {other} is part of story {target} already")
        if story_id in taken:
            raise ChoiceError(f"story {other} is named twice")
        taken.append(story_id)
    for story_id in taken:
        await _put_into(connection, story_id, target, now)
    await tied.settle_inside(connection, target, now)
    return target


async def _put_into(connection: AsyncConnection, gone: int, into: int, now: datetime) -> None:
    lead = await _lead(connection, into)
    moved = await _members(connection, gone)
    for article_id in moved:
        await _note_operator(connection, article_id, lead, now, keep=True)
    await connection.execute(update(articles).where(articles.c.story_id == gone).values(story_id=into))
    await _span(connection, into)
    # Whoever asks for a story that was put into this one before finds it in one step.
    earlier = (stories.c.id == gone) | (stories.c.merged_into == gone)
    await connection.execute(update(stories).where(earlier).values(merged_into=into))
    await tied.carry_ties(connection, gone, into)
    await feedback.carry_stories(connection, gone, into)
    await mutes.carry_mutes(connection, gone, into)
    await saved.carry_saved(connection, gone, into)
    await outbox.carry_messages(connection, gone, into)


# --- splitting ------------------------------------------------------------------------------------------------------


async def split(connection: AsyncConnection, story_id: int, article_ids: Sequence[int], now: datetime) -> int:
    """Makes articles of a story a story of their own, and returns its id. Raises ChoiceError: an unknown story, an
    article that is not in it, or all of its articles."""
    story = await living(connection, story_id)
    wanted = list(dict.fromkeys(article_ids))
    members = await _members(connection, story)
    strangers = [each for each in wanted if each not in members]
    if strangers or not wanted:
        named = ", ".join(map(str, strangers)) or "none"
        raise ChoiceError(f"not in story {story}: article {named}; it has {', '.join(map(str, members))}")
    if len(wanted) == len(members):
        raise ChoiceError(f"these are all articles of story {story}: nothing would be left of it")
    moved = [each for each in members if each in wanted]
    lead = moved[0]
    title = await connection.scalar(select(articles.c.title).where(articles.c.id == lead))
    made = await new_story(connection, title or "", now)
    await connection.execute(update(articles).where(articles.c.id.in_(moved)).values(story_id=made))
    for article_id in moved:
        await _note_operator(connection, article_id, None if article_id == lead else lead, now, keep=False)
    for each in (story, made):
        await _span(connection, each)
    await tied.keep_apart(connection, story, made, now)
    await _remember(connection, story, made, moved)
    for each in (story, made):
        await outbox.forget_steps(connection, each)
    await outbox.divide_messages(connection, story, made, now)
    return made


async def _remember(connection: AsyncConnection, story: int, made: int, moved: Sequence[int]) -> None:
    """A story that had been put into another and is taken out again keeps what was told of it. It is known by its
    headline, the title of one of its articles, that came while the story grew: another event's may be called alike."""
    title = (articles.c.title == stories.c.headline) & articles.c.id.in_(moved)
    its_own = title & articles.c.first_seen.between(stories.c.first_seen, stories.c.latest)
    before = select(stories.c.id).where(stories.c.merged_into == story, exists().where(its_own))
    for story_id in (await connection.execute(before)).scalars().all():
        await outbox.copy_told(connection, story_id, made)


# --- both -----------------------------------------------------------------------------------------------------------


async def _members(connection: AsyncConnection, story_id: int) -> list[int]:
    query = select(articles.c.id).where(articles.c.story_id == story_id)
    return list((await connection.execute(query.order_by(articles.c.first_seen, articles.c.id))).scalars())


async def _lead(connection: AsyncConnection, story_id: int) -> int | None:
    return next(iter(await _members(connection, story_id)), None)


async def _note_operator(
    connection: AsyncConnection, article_id: int, lead: int | None, now: datetime, *, keep: bool
) -> None:
    """Somebody put the article where it is. `keep`: the article it had come by comes along, and why."""
    values = {"kind": BY_OPERATOR, "at": now}
    known = {"other_id": func.coalesce(joins.c.other_id, lead)} if keep else _nothing(lead)
    statement = insert(connection, joins).values(article_id=article_id, **values, **_nothing(lead))
    await connection.execute(statement.on_conflict_do_update(index_elements=["article_id"], set_={**values, **known}))


def _nothing(lead: int | None) -> dict[str, object]:
    return {"other_id": lead, "score": None, "why": {}}


async def _span(connection: AsyncConnection, story_id: int) -> None:
    """The story's times are those of its articles."""
    first = select(func.min(articles.c.first_seen)).where(articles.c.story_id == story_id).scalar_subquery()
    latest = select(func.max(articles.c.first_seen)).where(articles.c.story_id == story_id).scalar_subquery()
    times = {
        "first_seen": func.coalesce(first, stories.c.first_seen),
        "latest": func.coalesce(latest, stories.c.latest),
    }
    await connection.execute(update(stories).where(stories.c.id == story_id).values(**times))


async def age(connection: AsyncConnection, story_id: int) -> tuple[datetime, int]:
    """When a story was first seen, and its id: of two stories the lesser is the earlier one."""
    row = (await connection.execute(select(stories.c.first_seen).where(stories.c.id == story_id))).one()
    return row.first_seen, story_id
