"""How articles come together in stories, over a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from scene import Scene, scene
from settling import TEXT, article, page, settle
from sqlalchemy import select

from bot.model import Article
from bot.store import tables, tied
from bot.story.facts import Facts

ENGLISH = (
    "Japan will give three patrol boats worth 2.4 billion yen to Indonesia, ambassador Hiroshi Tamakoshi said "
    "on Tuesday in Jakarta. The boats of 18 metres go to Natuna, Tarakan and Bitung.",
    "Japan grants three fast boats to Indonesian Navy under OSA",
    "en",
)
INDONESIAN = (
    "Duta besar Hiroshi Tamakoshi di Jakarta, Selasa, menyerahkan hibah OSA senilai 2,4 miliar yen bagi Indonesia. "
    "Kapal patroli sepanjang 18 meter itu ditempatkan di Natuna, Tarakan, dan Bitung.",
    "Jepang hibahkan tiga kapal cepat untuk TNI AL Indonesia",
    "id",
)


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene(tmp_path, now, "{timezone: UTC, stories: {events: true}}") as made:
        yield made


def report(stage: Scene, number: int, told: tuple[str, str, str], outlet: str = "antara") -> Article:
    text, title, language = told
    made = article(number, text, outlet)
    return replace(made, title=title, language=language, published=stage.now)


async def read(stage: Scene, number: int, made: Article) -> None:
    assert await settle(stage, await page(stage, number), made)


async def joined(stage: Scene) -> list[tuple[int | None, str, int | None]]:
    """Of each article, in order: its story, why, and by which other one."""
    query = select(tables.articles.c.story_id, tables.joins.c.kind, tables.joins.c.other_id)
    query = query.join(tables.joins, tables.joins.c.article_id == tables.articles.c.id).order_by(tables.articles.c.id)
    async with stage.engine.database.read() as connection:
        return [(row.story_id, row.kind, row.other_id) for row in await connection.execute(query)]


async def test_a_translation_joins_the_story_and_the_reason_is_kept(stage: Scene) -> None:
    await read(stage, 1, report(stage, 1, ENGLISH))
    await read(stage, 2, report(stage, 2, INDONESIAN, "portal"))
    assert await joined(stage) == [(1, "first", None), (1, "event", 1)]
    async with stage.engine.database.read() as connection:
        why = await connection.scalar(select(tables.joins.c.why).where(tables.joins.c.article_id == 2))
    assert why is not None
    assert "tamakoshi" in why["names"]


async def test_a_copy_is_noted_as_a_copy(stage: Scene) -> None:
    await read(stage, 1, article(1, TEXT))
    await read(stage, 2, article(2, TEXT + " The talks took two days.", "portal"))
    assert await joined(stage) == [(1, "first", None), (1, "copy", 1)]


async def test_what_happens_elsewhere_is_a_story_of_its_own(stage: Scene) -> None:
    await read(stage, 1, report(stage, 1, ENGLISH))
    other = ("Indonesia and NATO staff met in Brussels about cyber training on Monday.", "NATO hosts Indonesians", "en")
    await read(stage, 2, report(stage, 2, other, "portal"))
    assert [kind for _, kind, _ in await joined(stage)] == ["first", "first"]


async def test_an_article_that_is_read_again_keeps_its_story_and_its_reason(stage: Scene) -> None:
    await read(stage, 1, report(stage, 1, ENGLISH))
    where = await page(stage, 2)
    await settle(stage, where, report(stage, 2, INDONESIAN, "portal"))
    before = await joined(stage)
    other = ("Indonesia and NATO staff met in Brussels about cyber training on Monday.", "NATO hosts Indonesians", "en")
    await settle(stage, where, report(stage, 2, other, "portal"))
    assert await joined(stage) == before
    async with stage.engine.database.read() as connection:
        kept = await connection.scalar(
            select(tables.article_facts.c.facts).where(tables.article_facts.c.article_id == 2)
        )
    assert kept is not None
    assert "nato" in Facts.from_json(kept).places


async def test_an_article_that_fits_two_stories_is_tied_to_the_other_and_merges_nothing(stage: Scene) -> None:
    await read(stage, 1, report(stage, 1, ENGLISH))
    # Another story of the same, as if an operator had made it.
    await read(stage, 2, report(stage, 2, INDONESIAN, "portal"))
    async with stage.engine.database.write() as connection:
        made = await connection.execute(
            tables.stories.insert().values(headline="x", first_seen=stage.now, latest=stage.now)
        )
        (other,) = made.inserted_primary_key or (None,)
        await connection.execute(tables.articles.update().where(tables.articles.c.id == 2).values(story_id=other))
    again = (
        "Natuna, Bitung and Tarakan get patrol boats from Japan. The three, 18 metres long, cost 2.4 billion yen, "
        "envoy Tamakoshi told reporters on Tuesday. Indonesia is grateful for the OSA grant, Jakarta said.",
        "Boats for Indonesia from Japan: OSA grant",
        "en",
    )
    await read(stage, 3, report(stage, 3, again, "third"))
    stories = [story for story, _, _ in await joined(stage)]
    assert stories[:2] == [1, other]
    async with stage.engine.database.read() as connection:
        (tie,) = await tied.open_ties(connection)
    assert {tie.story_id, tie.other_id} == {1, other}
