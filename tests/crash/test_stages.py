"""Kills at the stages that come later: a story that grows, digests in parts and with a picture, a watchlist that is
edited or loaded anew, and the upgrade of an old database; on SQLite and on PostgreSQL.

Each engine's installation lives through its kills; after each the database is asked for its promises.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from program import READER
from promises import broken_promises, never_told, said_twice
from rounds import WEEKLY, Siege, Stage, siege
from traps import Moment
from upgrading import Upgrade, old_installation

from postgres import Cluster

pytestmark = pytest.mark.timeout(900)

EACH = (Moment.BEFORE, Moment.DURING, Moment.AFTER)
KILLS = {
    "sqlite": (
        (Stage.EDIT, Moment.DURING),
        (Stage.PART, Moment.DURING),
        (Stage.PICTURE, Moment.BEFORE),
        (Stage.RULES, Moment.BEFORE),
        (Stage.RULES, Moment.DURING),
        (Stage.RELOAD, Moment.DURING),
    ),
    "postgres": (
        *(
            (stage, when)
            for stage in (Stage.POLL, Stage.PAGE, Stage.SEND, Stage.DIGEST, Stage.PICTURE)
            for when in EACH
        ),
        (Stage.STORE, Moment.AFTER),
        (Stage.EDIT, Moment.DURING),
        (Stage.PART, Moment.DURING),
        (Stage.RULES, Moment.AFTER),
        (Stage.RELOAD, Moment.DURING),
    ),
}
"""On SQLite beside those of `test_kills.py`; twenty and more on each."""

ENGINES = {"sqlite": (), "postgres": pytest.mark.long}
"""On PostgreSQL a start after a kill takes longer."""

STRIKES = [
    pytest.param(engine, *strike, marks=ENGINES[engine]) for engine, strikes in KILLS.items() for strike in strikes
]


@dataclass
class Aftermath:
    """What was found after each kill, and in the end."""

    siege: Siege
    died: dict[tuple[Stage, Moment], bool] = field(default_factory=dict)
    broken: dict[tuple[Stage, Moment], list[str]] = field(default_factory=dict)


def _lived_through(home: Path, engine: str, address: str | None = None) -> Iterator[Aftermath]:
    with siege(home, seed=1, address=address) as besieged:
        found = Aftermath(besieged)
        for strike in KILLS[engine]:
            found.died[strike] = besieged.strike(*strike)
            found.broken[strike] = [*broken_promises(besieged.w), *besieged.broken]
            besieged.broken.clear()
        besieged.recover()
        yield found


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    yield from _lived_through(tmp_path_factory.mktemp("stages"), "sqlite")


@pytest.fixture(scope="module")
def on_postgres(tmp_path_factory: pytest.TempPathFactory, postgres: Cluster) -> Iterator[Aftermath]:
    yield from _lived_through(tmp_path_factory.mktemp("stages"), "postgres", postgres.url(postgres.create()))


@pytest.mark.parametrize(("engine", "stage", "when"), STRIKES, ids=lambda value: str(value).replace(" ", "_"))
def test_a_kill_at_this_stage_breaks_no_promise(
    request: pytest.FixtureRequest, engine: str, stage: Stage, when: Moment
) -> None:
    found: Aftermath = request.getfixturevalue(f"on_{engine}")
    assert found.died[stage, when]
    assert found.broken[stage, when] == []


@pytest.mark.parametrize("engine", [pytest.param(engine, marks=marks) for engine, marks in ENGINES.items()])
def test_in_the_end_all_was_told_and_no_digest_twice(request: pytest.FixtureRequest, engine: str) -> None:
    found: Siege = request.getfixturevalue(f"on_{engine}").siege
    # On PostgreSQL an alert that a kill left on its way waits for its lease, three minutes with the doubt.
    waiting = found.w.program.rows(
        "SELECT a.url FROM articles a JOIN told t ON t.story_id = a.story_id "
        "JOIN deliveries d ON d.id = t.delivery_id WHERE d.status = 'sending'"
    )
    assert [url for url in never_told(found.w) if (url,) not in waiting] == []
    assert engine == "postgres" or waiting == []
    assert found.repeats() <= found.kills
    for chat in (READER, WEEKLY):
        assert (said_twice(found.w, chat), found.told_twice(chat)) == ([], [])
    assert found.w.program.rows("SELECT url FROM pages WHERE due_at IS NOT NULL") == []


def test_followers_hear_of_a_watchlist_that_was_changed_by_a_program_that_died_of_it(on_sqlite: Aftermath) -> None:
    assert on_sqlite.siege.untold_rules() == 0


def _ends_well(old: Upgrade) -> None:
    old.finish()
    assert old.broken == []


def test_an_upgrade_of_an_sqlite_file_that_was_killed_half_way_is_made_anew(tmp_path: Path) -> None:
    old = old_installation(tmp_path)
    assert old.kill_when(old.writing)
    _ends_well(old)


@pytest.mark.long
def test_an_upgrade_on_postgresql_that_was_killed_half_way_is_made_anew(tmp_path: Path, postgres: Cluster) -> None:
    old = old_installation(tmp_path, postgres.url(postgres.create()))
    waits = "SELECT 1 FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = "
    assert old.program.address is not None
    with psycopg.connect(old.program.address) as held, psycopg.connect(old.program.address, autocommit=True) as looking:
        # The upgrade comes to a table that somebody reads, and stands there in the midst of its transaction. What it
        # waits for outlives it: the server learns of its end only then.
        held.execute("LOCK TABLE deliveries IN ACCESS SHARE MODE")
        blocked = f"{waits}current_database())".encode()
        assert old.kill_when(lambda: looking.execute(blocked).fetchone(), held.rollback)
        assert old.revision() == "0001"
    _ends_well(old)
