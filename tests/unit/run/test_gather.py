"""How articles come together in stories, over a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from scene import Scene, scene
from settling import TEXT, article, page, settle
from sqlalchemy import select

from bot.errors import WorkerError
from bot.model import Article
from bot.run.cpu import Cpu
from bot.run.gather import Learned, learn
from bot.store import events, tables, tied
from bot.story.facts import Facts, facts
from bot.watch import match

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


async def moved(stage: Scene, article_id: int) -> int:
    """Another story of the same, as if an operator had made it."""
    async with stage.engine.database.write() as connection:
        made = await connection.execute(
            tables.stories.insert().values(headline="x", first_seen=stage.now, latest=stage.now)
        )
        (other,) = made.inserted_primary_key or (0,)
        where = tables.articles.c.id == article_id
        await connection.execute(tables.articles.update().where(where).values(story_id=other))
    return int(other)


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
    await read(stage, 2, report(stage, 2, INDONESIAN, "portal"))
    other = await moved(stage, 2)
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


FEET = (
    "Kodiaq Media is a part of the Sentosa group of Surabaya, which Hartono Wirawan founded in 1971.",
    "Subscribers of the Sentosa letter read the analyses of Melati Kusuma and Bagas Prayogo every Friday.",
    "The Sentosa group also prints the Harian Kodiaq and runs the Radio Kodiaq of Malang and of Kediri.",
)


async def test_an_outlets_closing_lines_say_nothing_of_its_next_event(stage: Scene) -> None:
    strike = (
        "Bus drivers in Indonesia went back to work after eleven days, their union told members in Medan. Owners "
        "agreed to pay for nights and to replace seats, brakes and tyres that inspectors had found worn out long ago. "
        "Passengers had walked, cycled or shared taxis; shops along the routes lost half of their custom meanwhile.",
        "Strike is over",
        "en",
    )
    for number, told in enumerate((ENGLISH, strike), 1):
        await read(stage, number, replace(report(stage, number, told), paragraphs=(told[0], FEET[0])))
    assert [kind for _, kind, _ in await joined(stage)] == ["first", "first"]
    async with stage.engine.database.read() as connection:
        first, second = await events.latest_facts(connection, 2)
    assert "wirawan" in first.names
    assert "wirawan" not in second.names
    assert "medan" in second.names


async def test_an_article_that_is_read_again_does_not_lose_its_own_sentences(stage: Scene) -> None:
    where = await page(stage, 1)
    made = replace(report(stage, 1, ENGLISH), paragraphs=(ENGLISH[0], *FEET))
    for _ in range(2):
        await settle(stage, where, made)
    async with stage.engine.database.read() as connection:
        kept = await connection.scalar(select(tables.article_facts.c.facts))
    assert kept is not None
    assert "wirawan" in Facts.from_json(kept).names


async def test_a_worker_reads_what_the_transaction_needs(stage: Scene) -> None:
    asked: list[str] = []

    class Worker:
        async def call(self, limit: object, task: Callable[..., Facts], *words: object) -> Facts:
            asked.append(task.__name__)
            return task(*words)

    made = report(stage, 1, ENGLISH)
    found = match(stage.engine.config.watchlists, made)
    engine = replace(stage.engine, cpu=cast(Cpu, Worker()))
    learned = await learn(engine, engine.config, made, found, stage.now)
    assert asked == ["facts"]
    assert learned == Learned(facts(made, found, stage.now))
    assert await learn(engine, engine.config, made, (), stage.now) is None


async def test_a_worker_that_fails_leaves_the_reading_to_the_transaction(stage: Scene) -> None:
    class Worker:
        async def call(self, *words: object) -> Facts:
            raise WorkerError("too slow")

    made = report(stage, 1, ENGLISH)
    engine = replace(stage.engine, cpu=cast(Cpu, Worker()))
    found = match(engine.config.watchlists, made)
    assert await learn(engine, engine.config, made, found, stage.now) is None


async def test_a_copy_is_tied_to_other_stories_it_fits(stage: Scene) -> None:
    await read(stage, 1, report(stage, 1, ENGLISH))
    await read(stage, 2, report(stage, 2, INDONESIAN, "portal"))
    other = await moved(stage, 2)
    await read(stage, 3, report(stage, 3, (ENGLISH[0] + " Reuters wrote so.", *ENGLISH[1:]), "third"))
    assert (await joined(stage))[2] == (1, "copy", 1)
    async with stage.engine.database.read() as connection:
        (tie,) = await tied.open_ties(connection)
    assert {tie.story_id, tie.other_id} == {1, other}


async def test_the_same_words_with_other_facts_are_no_event_either(stage: Scene) -> None:
    text, title, language = ENGLISH
    other = text.replace("three", "nine").replace("2.4 billion", "6.1 billion").replace("Tuesday", "Thursday")
    await read(stage, 1, report(stage, 1, ENGLISH))
    await read(stage, 2, report(stage, 2, (other, title, language), "portal"))
    assert [kind for _, kind, _ in await joined(stage)] == ["first", "first"]
    async with stage.engine.database.read() as connection:
        assert (await connection.execute(select(tables.ties.c.id))).all() == []


async def test_a_copy_is_looked_for_as_far_back_as_the_settings_say(stage: Scene) -> None:
    await read(stage, 1, report(stage, 1, ENGLISH))
    stage.pass_time(timedelta(days=20))
    await read(stage, 2, report(stage, 2, ENGLISH, "portal"))
    assert [kind for _, kind, _ in await joined(stage)] == ["first", "copy"]
