"""What readers said of each rule, from a real database, as it is shown in a chat."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from scene import Scene, scene

from bot.run import precision
from bot.run.precision import Reading, nodes, readings
from bot.store import feedback
from bot.store.feedback import Verdict
from bot.story.precision import Precision, Suggestion
from bot.tell import Message, plain


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene(tmp_path, now) as made:
        yield made


async def judge(stage: Scene, story: int, verdict: Verdict, user: int = 7) -> None:
    async with stage.engine.database.write() as connection:
        await feedback.record(connection, story, "partners", 7, user, verdict, stage.now)


async def found(stage: Scene) -> list[Reading]:
    return await readings(stage.engine.database, stage.engine.config, stage.now)


async def test_without_a_verdict_there_is_nothing_to_say(stage: Scene) -> None:
    await stage.story()
    assert await found(stage) == []
    assert nodes([]) == []


async def test_verdicts_count_for_the_rules_of_their_story(stage: Scene) -> None:
    first, second = await stage.story(1), await stage.story(2)
    await judge(stage, first, Verdict.RELEVANT)
    await judge(stage, second, Verdict.RELEVANT)
    await judge(stage, second, Verdict.IRRELEVANT, user=8)
    assert await found(stage) == [Reading(Precision("partners", "partnership", 2, 3, 2), ())]


async def test_verdicts_of_long_ago_no_longer_count(stage: Scene) -> None:
    await judge(stage, await stage.story(), Verdict.RELEVANT)
    stage.pass_time(timedelta(days=91))
    assert await found(stage) == []


async def test_more_stories_than_one_query_reads_all_count(stage: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "_AT_ONCE", 2)
    for number in range(5):
        await judge(stage, await stage.story(number), Verdict.RELEVANT)
    assert (await found(stage))[0].precision.stories == 5


async def test_words_of_the_unwanted_stories_are_suggested_but_no_word_of_the_rule(stage: Scene) -> None:
    for number in range(5):
        wanted = await stage.story(number, body="Officials signed a deal with Indonesia on frigates.")
        unwanted = await stage.story(number + 10, body="Football fans in Indonesia saw a cup.")
        await judge(stage, wanted, Verdict.RELEVANT)
        await judge(stage, unwanted, Verdict.IRRELEVANT)
    (reading,) = await found(stage)
    terms = {one.term: (one.irrelevant, one.relevant) for one in reading.exclusions}
    assert terms["football fans"] == (5, 0)
    assert "indonesia" not in terms


def test_a_chat_is_told_the_share_the_number_and_how_sure_that_is() -> None:
    reading = Reading(Precision("partners", "partnership", 8, 10, 9), (Suggestion("football fans", 5, 1),))
    assert plain(Message(*nodes([reading]))).splitlines() == [
        "Readers, 90 days",
        "partners/partnership: 80% relevant (8 of 10 verdicts; most likely 49% to 94%)",
        "mainly in what was not relevant, so perhaps to be excluded: “football fans” (5 of 6)",
    ]


def test_of_many_rules_the_worst_are_told_first_and_the_best_counted() -> None:
    many = [Reading(Precision("w", f"rule{number:02}", number, 20, 20), ()) for number in range(14, -1, -1)]
    lines = plain(Message(*nodes(many))).splitlines()
    assert lines[1].startswith("w/rule00: 0% relevant")
    assert lines[-1] == "and 3 rules that do better"
