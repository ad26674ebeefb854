"""`kentongan digest`: a digest as a chat would read it, or as data; nothing is written."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from scene import scene
from sqlalchemy import func, select

from bot.cli.digest import digest
from bot.model import Part, Priority, Step
from bot.store.steps import save_steps
from bot.store.tables import deliveries, told

pytestmark = pytest.mark.usefixtures("logging_as_before")

STORIES = 9


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A day with nine stories, the last by an urgent rule and signed."""

    async def filled() -> None:
        now = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
        async with scene(
            tmp_path, now, "timezone: UTC\ndigests: {stories: 4, per_section: 4, headlines: 3}\n"
        ) as stage:
            for number in range(1, STORIES + 1):
                urgent = Priority.URGENT if number == STORIES else Priority.NORMAL
                await stage.story(number, priority=urgent)
            signed = Step("step", "signed", 3, {}, f"{now:%Y-%m-%d}", "sentence", Part.BODY, 0, "Officials")
            async with stage.engine.database.write() as connection:
                await save_steps(connection, STORIES, {"partners": [signed]}, now)

    asyncio.run(filled())
    return tmp_path


def printed(folder: Path, *words: str) -> str:
    result = CliRunner().invoke(digest, ["partners", "--config", f"{folder}/config", "--state", str(folder), *words])
    assert result.exit_code == 0, result.output
    return result.output


def document(folder: Path, *words: str) -> Any:
    return json.loads(printed(folder, "--format", "json", *words))


def test_text_is_capped_as_in_a_chat_and_says_what_was_read(archive: Path) -> None:
    text = printed(archive)
    assert ": 9 stories\n" in text
    assert text.count("Officials") == 4
    assert "and 5 more on Indonesia:" in text
    assert "9 stories: 4 in full, 3 as headlines and 2 only counted (below the cap)" in text
    assert "Read: 9 articles; 1 source asked, healthy" in text


def test_html_says_the_same(archive: Path) -> None:
    text = printed(archive, "--format", "html")
    assert "<b>INDONESIA</b>\n<b><a href=" in text
    assert "and 5 more on Indonesia:" in text


def test_json_leaves_nothing_out_and_says_why_each_story_stands_where_it_does(archive: Path) -> None:
    found = document(archive)
    assert [story["rank"] for story in found["stories"]] == list(range(1, STORIES + 1))
    first, second, *_ = found["stories"]
    assert (first["id"], first["step"]["step"]) == (STORIES, "signed")
    assert first["reasons"] == ["urgent rule", "signed", "official source or wire", "new"]
    assert second["step"] is None
    assert first["score"] > second["score"]
    assert found["read"] == {"articles": 9, "feed_only": 0, "sources": 1, "failing": []}
    assert "steps" not in found


def test_a_weekly_one_has_the_picture_and_the_steps(archive: Path) -> None:
    text = printed(archive, "--weekly")
    assert text.startswith("[picture: Japan's partners: stories a day]\n")
    assert "signed: Headline 9 <https://antara.example/news/9>" in text
    found = document(archive, "--weekly")
    assert [step["step"] for step in found["steps"]] == ["signed"]
    assert sum(found["volumes"]["labels"]["Indonesia"]) == STORIES
    assert len(found["volumes"]["days"]) == 28


def test_a_weekly_one_is_of_seven_days_unless_told_otherwise(archive: Path) -> None:
    def length(*words: str) -> timedelta:
        found = document(archive, *words)
        return datetime.fromisoformat(found["until"]) - datetime.fromisoformat(found["since"])

    assert length() == timedelta(days=1)
    assert length("--weekly") == timedelta(days=7)
    assert length("--weekly", "--since", "2d") == timedelta(days=2)


def test_it_writes_nothing(archive: Path) -> None:
    printed(archive, "--weekly")

    async def rows() -> int:
        from bot.store.database import open_database

        async with open_database(archive / "kentongan.db") as database, database.read() as connection:
            counts = [await connection.scalar(select(func.count()).select_from(table)) for table in (deliveries, told)]
        return sum(count or 0 for count in counts)

    assert asyncio.run(rows()) == 0
