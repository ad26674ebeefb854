"""A sample of `try` says when only the feed's text of an article was at hand, as alerts and digests do."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from scene import Scene, scene

from bot.cli import trialdata, trialtext
from bot.model import Basis
from bot.run.setup import utc_now
from bot.run.trial.outcome import Tried
from bot.run.trial.trying import try_rules
from bot.store.tables import articles
from bot.watch.trial import read_files

ON_SUMMARY = "    matched on the feed's summary only"


async def tried(stage: Scene, folder: Path) -> Tried:
    """What the watchlist comes to, tried on one article."""
    engine = stage.engine
    return await try_rules(
        engine.config,
        read_files(folder / "config", "partners"),
        engine.database,
        "partners",
        stage.now,
        utc_now(),
        progress=lambda *_: None,
    )


@pytest.mark.parametrize("basis", Basis)
async def test_a_sample_on_the_feeds_text_only_is_marked_and_no_other(
    tmp_path: Path, now: datetime, basis: Basis
) -> None:
    async with scene(tmp_path, now) as stage:
        await stage.story()
        async with stage.engine.database.write() as connection:
            await connection.execute(articles.update().values(basis=basis))
        found = await tried(stage, tmp_path)
    lines = trialtext.text(found).splitlines()
    assert lines.count(ON_SUMMARY) == (basis is Basis.FEED)
    (sample,) = trialdata.document(found)["rules"][0]["samples"]
    assert sample["basis"] == basis.value
