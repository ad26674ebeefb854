"""`kentongan try`: the real command, with its worker processes, on a real archive."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from program import PATIENCE, Program

from bot.model import Article, Source
from bot.run.setup import configuration
from bot.run.trial.trying import try_rules
from bot.store import AsyncConnection, archive, articles, feedback, stories
from bot.store.database import open_database
from bot.store.tables import pages
from bot.watch.trial import read_files
from postgres import Cluster

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)

LIVE = """\
title: Pacts
concepts:
  nation: {en: [Japan, Tokyo, Nippon], id: [Jepang], ja: [日本]}
  pact: {en: [pact, accord], id: [perjanjian]}
  partner: {labels: {india: [India], nato: [NATO]}}
rules:
  - name: pact
    match: paragraph(nation and pact)
  - name: partner
    match: title(partner)
    priority: low
"""

NEW = """\
title: Pacts
concepts:
  nation: {en: [Japan, Nippon], id: [Jepang], ja: [日本]}
  pact: {en: [pact, accord, treaty], id: [perjanjian]}
  partner: {labels: {india: [India], nato: [NATO]}}
rules:
  - name: agreement
    match: paragraph(nation and pact)
  - name: partner
    match: title(partner)
    priority: low
    max_age: 3d
"""

FILLER = (
    "The two sides spoke for {n} hours in a hall by the river {n}, a spokesman of ministry number {n} said, adding "
    "that further rounds were planned for week {n} and that staff of section {n} would draft what remained."
)


@dataclass
class Archive:
    """Articles put into the database as the bot stores them, past its pages and feeds."""

    address: str | Path
    texts: list[tuple[Article, datetime, str | None]] = field(default_factory=list)

    def add(
        self,
        text: str,
        *,
        title: str = "A report",
        source: str = "antara",
        days: float = 1.5,
        language: str = "en",
        story: str | None = None,
        age: timedelta = timedelta(),
        like: int | None = None,
    ) -> None:
        """An article first seen so many days ago. `like` is the number of the article whose other paragraphs it has
        as well."""
        number = len(self.texts) if like is None else like
        seen = NOW - DAY * days
        self.texts.append(
            (
                Article(
                    f"https://{source}.example/{len(self.texts)}",
                    title,
                    (text, *(FILLER.format(n=f"{number}{part}") for part in "abcdef")),
                    lead=text,
                    language=language,
                    published=seen - age,
                    source=Source(source, source),
                ),
                seen,
                story,
            )
        )

    def write(self) -> dict[str, int]:
        """Stores them; the ids of the stories by name."""
        return asyncio.run(self._write())

    async def _write(self) -> dict[str, int]:
        ids: dict[str, int] = {}
        async with open_database(self.address) as database, database.write() as connection:
            for number, (article, seen, story) in enumerate(self.texts):
                article_id = await _store(connection, number, article, seen)
                if story is not None:
                    if story not in ids:
                        ids[story] = await stories.new_story(connection, article.title, seen)
                    await stories.join_story(connection, ids[story], article_id, [], seen)
        return ids


async def _store(connection: AsyncConnection, number: int, article: Article, seen: datetime) -> int:
    url = article.url
    values = {"url": url, "url_key": str(number), "lane": 1, "host": "h", "source": "s", "first_seen": seen}
    page = (await connection.execute(pages.insert().values(**values).returning(pages.c.id))).scalar_one()
    return await articles.save_article(connection, page, article, seen, seen)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """An installation with an archive, which every test only reads."""
    made = Program(tmp_path_factory.mktemp("try"))
    made.write_settings()
    made.write_sources({"antara": ["https://antara.example/rss"], "kyodo": ["https://kyodo.example/rss"]})
    made.write_watchlist(LIVE)
    archive = Archive(made.state / "kentongan.db")
    archive.add("Japan signs a pact.", title="Pact one", days=5.5, story="one")
    archive.add("Japan signs a pact.", title="Pact one again", days=4.5, story="one", source="kyodo", like=0)
    archive.add("Japan signs an accord.", title="Accord", days=4.5)
    archive.add("Japan signs an accord.", title="Accord!", days=3.5, source="kyodo", like=2)
    archive.add("Tokyo signs a pact.", title="Tokyo's pact", days=2.5)
    archive.add("Japan signs a treaty.", title="Treaty", days=1.5)
    archive.add("Nothing of note.", title="India votes", age=5 * DAY)
    archive.add("Tidak ada.", title="Kabar", language="id")
    archive.add("Japan signed a pact long ago.", title="Too old", days=40)
    ids = archive.write()

    async def judged() -> None:
        async with open_database(archive.address) as database, database.write() as connection:
            for user, verdict in enumerate([feedback.Verdict.RELEVANT, feedback.Verdict.IRRELEVANT]):
                await feedback.record(connection, ids["one"], "pacts", 1, user, verdict, NOW)

    asyncio.run(judged())
    yield made
    made.end(signal.SIGKILL)


@pytest.fixture(scope="module")
def tried(program: Program) -> Any:
    """What `try --json` says of the watchlist and of a new version, beside a bot that writes."""
    file = program.config.parent / "next one.yaml"
    file.write_text(NEW)
    # The bot is writing all the while.
    with closing(sqlite3.connect(program.state / "kentongan.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO stories (headline, first_seen, latest) VALUES ('x', '2026-01-01', '2026-01-01')")
        result = program.command("try", "pacts", "--file", str(file), "--json")
        writer.execute("ROLLBACK")
    assert (result.status, result.err) == (0, "")
    return result.document


def titles(samples: list[dict[str, Any]]) -> set[str]:
    return {sample["title"] for sample in samples}


def test_matches_and_alerts_are_counted_over_the_time_the_archive_covers(tried: Any) -> None:
    assert (tried["articles"], tried["languages"]) == (8, {"en": 7, "id": 1})
    pact, partner = tried["rules"]
    assert (pact["rule"], pact["matches"], partner["matches"]) == ("pact", 5, 1)
    # Stories: the stored one, the two accords that are copies, Tokyo's.
    assert (pact["alerts"], partner["alerts"], tried["alerts"]) == (3, 0, 3)
    assert pact["alerts_a_day"] == pytest.approx(3 / 5.5, abs=0.02)
    assert sum(day["matches"] for day in tried["days"]) == tried["matches"] == 6
    assert len(tried["days"]) in (6, 7)


def test_a_sample_shows_where_it_matched(tried: Any) -> None:
    samples = tried["rules"][0]["samples"]
    assert titles(samples) == {"Pact one", "Pact one again", "Accord", "Accord!", "Tokyo's pact"}
    one = next(sample for sample in samples if sample["title"] == "Pact one")
    assert one["sentence"] == {"text": "Japan signs a pact.", "marks": [[0, 5], [14, 18]]}
    assert (one["source"], one["url"]) == ("antara", "https://antara.example/0")


def test_terms_that_stand_nowhere_are_dead_in_the_languages_of_the_archive(tried: Any) -> None:
    dead = {(each["concept"], each["language"], each["term"]) for each in tried["dead_terms"]}
    assert dead == {
        ("nation", "en", "Nippon"),
        ("nation", "id", "Jepang"),
        ("pact", "id", "perjanjian"),
        ("partner", None, "NATO"),
    }


def test_a_term_that_alone_causes_most_hits_is_named_with_its_share(tried: Any) -> None:
    # Without Japan four of five are lost, without pact three.
    assert [(each["term"], each["share"]) for each in tried["rules"][0]["dominant_terms"]] == [
        ("Japan", 0.8),
        ("pact", 0.6),
    ]


def test_readers_feedback_gives_a_precision(tried: Any) -> None:
    assert tried["precision"] == {"precision": 0.5, "relevant": 1, "irrelevant": 1, "stories": 1}
    assert tried["rules"][1]["precision"] is None


def test_a_new_version_says_what_it_adds_and_drops_and_why(tried: Any) -> None:
    change = tried["change"]
    assert (change["added"], change["dropped"]) == (1, 2)
    (added,) = change["added_samples"]
    assert (added["title"], added["why"]) == ("Treaty", [{"rule": "agreement", "failed": "pact"}])
    why = {sample["title"]: sample["why"] for sample in change["dropped_samples"]}
    assert why == {
        "Tokyo's pact": [{"rule": "pact", "failed": "nation"}],
        "India votes": [{"rule": "partner", "failed": "max_age 3d"}],
    }
    assert change["matches"] == {"before": 6, "after": 5}
    assert change["alerts_a_day"]["before"] == change["alerts_a_day"]["after"]
    assert [(each["rule"], each["was"], each["change"]) for each in change["rules"]] == [
        ("agreement", "pact", "renamed"),
        ("partner", "partner", "changed"),
    ]
    assert tried["new"]["matches"] == 5
    assert change["labels"] == {"partner": {"india": {"before": 1, "after": 0}}}


def test_as_text_it_shows_days_samples_and_marked_words(program: Program) -> None:
    result = program.command("try", "pacts", "--since", "7d")
    assert (result.status, result.err) == (0, "")
    assert "»Japan« signs a »pact«." in result.out
    assert "pact: without “Japan” (nation) 80% of its matches would be lost" in result.out
    assert "partner (low)" in result.out
    assert "nation (en): Nippon" in result.out
    assert "█" in result.out


def test_min_sources_is_judged_by_the_publishers_of_the_story(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"
    file.write_text(LIVE.replace("nation and pact)", "nation and pact)\n    min_sources: 2"))
    document = program.command("try", "pacts", "--file", str(file), "--json").document
    assert document["new"]["rules"][0]["matches"] == 4
    (dropped,) = document["change"]["dropped_samples"]
    assert (dropped["title"], dropped["why"]) == ("Tokyo's pact", [{"rule": "pact", "failed": "min_sources 2"}])


def test_an_exception_that_is_added_drops_what_it_covers(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"
    file.write_text(LIVE.replace("ja: [日本]}", "ja: [日本], except: [Tokyo signs, Tokyo-s pact]}"))
    document = program.command("try", "pacts", "--file", str(file), "--json").document
    change = document["change"]
    assert (change["added"], change["dropped"], document["new"]["matches"]) == (0, 1, 5)
    (dropped,) = change["dropped_samples"]
    assert (dropped["title"], dropped["why"]) == ("Tokyo's pact", [{"rule": "pact", "failed": "nation"}])
    assert [(each["rule"], each["change"]) for each in change["rules"]] == [
        ("pact", "changed"),
        ("partner", "kept"),
    ]
    assert ("nation", "Tokyo") in {(each["concept"], each["term"]) for each in document["new"]["dead_terms"]}
    assert document["new"]["rules"][1]["matches"] == 1


def test_a_story_is_told_once_however_its_reports_are_found(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.write_settings()
    program.write_sources({})
    program.write_watchlist(LIVE)
    archive = Archive(program.state / "kentongan.db")
    # It rang a month ago: a late report rings no more.
    archive.add("Japan signs a pact.", days=35, story="old")
    archive.add("Japan signs the pact again.", days=5, story="old")
    # A rule that is new now finds a copy of a report that the bot has in a story.
    archive.add("Japan signs an accord.", title="Accord", days=4, story="known")
    archive.add("Japan signs an accord.", title="Accord", days=3, source="kyodo", like=2)
    document = program.command("try", "pacts", "--json").document if archive.write() else None
    assert (document["matches"], document["alerts"]) == (3, 1)
    assert document["rules"][0]["samples"][0]["story"] is not None


def test_mistakes_of_the_new_version_are_shown_at_their_places(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"
    file.write_text(LIVE.replace("nation and", "natoin and"))
    result = program.command("try", "pacts", "--file", str(file))
    assert result.status == 2
    assert result.err.startswith(f"{file}:8:22: unknown concept 'natoin' (did you mean 'nation'?)")


def test_a_mistake_is_shown_with_its_line_and_a_caret(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"
    file.write_text(LIVE.replace("nation and", "natoin and"))
    lines = program.command("try", "pacts", "--file", str(file)).err.splitlines()
    assert lines[1:3] == ["        match: paragraph(natoin and pact)", f"    {'^':>22}"]


def test_a_new_version_from_a_pipe_is_read_once(program: Program, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=[NEW], daemon=True)
    writer.start()
    result = program.command("try", "pacts", "--file", str(pipe), "--json", timeout=PATIENCE)
    assert (result.status, result.err) == (0, "")
    assert result.document["new"]["matches"] == 5


async def test_a_new_version_that_is_saved_meanwhile_is_tried_as_it_was_read(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"
    file.write_text(NEW)
    config = configuration(program.config)
    stretch = archive.stretch

    async def saved(connection: AsyncConnection, since: datetime, until: datetime) -> archive.Stretch:
        # The parent has read it, the workers have not begun.
        file.write_text(NEW.replace("pact, accord, treaty", "nothing"))
        return await stretch(connection, since, until)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archive, "stretch", saved)
        async with open_database(program.state / "kentongan.db") as database:
            now = datetime.now(UTC)
            files = read_files(program.config, "pacts", file)
            tried = await try_rules(config, files, database, "pacts", now - 30 * DAY, now)
    assert "nothing" in file.read_text()
    assert tried.after is not None
    assert len(tried.after.counts.every.ids) == 5


def test_an_unknown_watchlist_is_a_usage_error_with_a_suggestion(program: Program) -> None:
    result = program.command("try", "pact")
    assert result.status == 2
    assert "no watchlist 'pact' (did you mean 'pacts'?)" in result.err


def test_an_empty_archive_is_said_and_no_failure(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.write_settings()
    program.write_sources({})
    result = program.command("try", "pacts")
    assert (result.status, result.err) == (0, "")
    assert "nothing to try on" in result.out


def test_an_interrupt_leaves_no_worker_behind(program: Program) -> None:
    process = program.launch("try", "pacts", start_new_session=True)
    end = time.monotonic() + 60
    while len(_group(process.pid)) < 4:
        assert time.monotonic() < end
        assert process.poll() is None, program.errors
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGINT)
    assert process.wait(60) in (0, 130)
    while left := _group(process.pid):
        assert time.monotonic() < end, left
        time.sleep(0.05)


def _group(group: int) -> list[str]:
    """The living processes of a group."""
    listed = subprocess.run(["ps", "-eo", "pgid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    rows = (line.split(None, 2) for line in listed.splitlines())
    return [row[2] for row in rows if row[0] == str(group) and not row[1].startswith("Z")]


def test_it_says_the_same_of_an_archive_in_postgresql(tmp_path: Path, postgres: Cluster) -> None:
    url = postgres.url(postgres.create())
    program = Program(tmp_path)
    program.settings["database"] = url  # type: ignore[assignment]  # the one setting that is no section
    program.write_settings()
    program.write_sources({})
    program.write_watchlist(LIVE)
    archive = Archive(url)
    archive.add("Japan signs a pact.", story="one")
    archive.add("Japan signs an accord.", days=0.5)
    archive.write()
    document = program.command("try", "pacts", "--json").document
    assert (document["articles"], document["matches"], document["alerts"]) == (2, 2, 2)
