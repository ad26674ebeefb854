"""A configuration that is edited while `kentongan run` works: what is taken up, what is refused, and who hears of it.

Each morning is played once; each test looks at one thing that happened in it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fakeweb import Request, Response
from news import item, page, path, title
from program import ADMIN, READER, WATCHLIST, World, world

pytestmark = pytest.mark.timeout(400)

SOON = 60.0
"""Seconds: far above what anything here takes on a busy machine."""

PROMPT = 15.0
"""Seconds within which an edit has to count: one of quiet, a reload, and a tick; and the machine may be busy."""

TALKS = WATCHLIST + "  - {name: talks, match: '\"talks\"', priority: urgent}\n"
BROKEN = WATCHLIST.replace("nation and pact", "nation and pakt")


@dataclass
class Morning:
    """What happened, by name."""

    world: World
    seen: dict[str, Any] = field(default_factory=dict)

    def notices(self, chat: int = ADMIN) -> list[str]:
        """What a chat was told about the configuration."""
        return [text for text in self.world.telegram.texts(chat) if text.startswith("Configuration")]

    def notice(self, change: Callable[[], object]) -> str:
        """Makes a change and waits for the notice of it."""
        before, began = len(self.notices()), time.monotonic()
        change()
        self.world.telegram.wait_for(lambda _: len(self.notices()) > before, SOON)
        self.seen["slowest"] = max(self.seen.get("slowest", 0), time.monotonic() - began)
        return self.notices()[-1]

    def told(self, number: int) -> None:
        """Waits for the alert of an article that is published now."""
        w = self.world
        w.page(number)
        w.feed([item(number), item(1)])
        w.telegram.wait_for(lambda _: any(title(number) in sent.text for sent in w.alerts()), SOON)

    def hang_up(self) -> None:
        """SIGHUP."""
        assert self.world.program.process is not None
        self.world.program.process.send_signal(signal.SIGHUP)

    def metric(self, name: str) -> float:
        """A gauge as the desk shows it."""
        return float(next(line.split()[1] for line in self.desk("/metrics").splitlines() if line.startswith(name)))

    def desk(self, where: str) -> str:
        """A page of the desk."""
        (url,) = [line.split('"url": "')[1].split('"')[0] for line in self._log() if '"desk"' in line]
        with urllib.request.urlopen(url + where, timeout=10) as answer:
            text: str = answer.read().decode()
        return text

    def _log(self) -> list[str]:
        return self.world.program.errors.splitlines()

    def logged(self, text: str) -> int:
        """How often the log says this."""
        return self.world.program.errors.count(text)


@contextmanager
def morning(w: World) -> Iterator[Morning]:
    """A program that runs, with an admin who follows the pacts and one story told."""
    w.program.settings["desk"] = {"port": 0}
    w.program.write_settings()
    w.publish(1)
    w.subscribe()
    w.once()
    with w.program.running():
        yield Morning(w)


@pytest.fixture(scope="module")
def edits(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Morning]:
    with world(tmp_path_factory.mktemp("edits")) as w, morning(w) as m:
        m.seen["loaded"] = m.metric("kentongan_config_last_reload_success_timestamp_seconds")
        _a_new_rule(m)
        _a_mistake(m)
        _mended(m)
        _asked(m)
        _sources(m)
        _settings(m)
        yield m


def _a_new_rule(m: Morning) -> None:
    m.seen["deliveries"] = m.world.program.rows("SELECT id FROM deliveries WHERE kind <> 'notice'")
    m.seen["added"] = m.notice(lambda: m.world.program.write_watchlist(TALKS))
    m.seen["deliveries after"] = m.world.program.rows("SELECT id FROM deliveries WHERE kind <> 'notice'")
    m.told(2)
    m.seen["rules"] = {rule for (rule,) in m.world.program.rows("SELECT DISTINCT rule FROM matches")}
    m.seen["old matches"] = m.world.program.rows(
        "SELECT rule FROM matches JOIN articles ON articles.id = article_id WHERE url LIKE '%/news/1'"
    )


def _a_mistake(m: Morning) -> None:
    w = m.world
    m.seen["refused"] = m.notice(lambda: w.program.write_watchlist(BROKEN))
    m.seen["gauge when refused"] = m.metric("kentongan_config_last_reload_successful")
    m.seen["ready when refused"] = m.desk("/readyz")
    os.utime(w.program.config / "watchlists" / "pacts.yaml")
    m.hang_up()
    w.program.wait_until(lambda: m.logged("configuration not reloaded") == 2)
    m.told(3)
    m.seen["told of one mistake"] = m.notices().count(m.seen["refused"])


def _mended(m: Morning) -> None:
    folder = m.world.program.config / "watchlists"

    def replace() -> None:
        (folder / "pacts.yaml.new").write_text(TALKS.replace("Japan's pacts", "Tokyo's pacts"))
        (folder / "pacts.yaml.new").rename(folder / "pacts.yaml")

    m.seen["mended"] = m.notice(replace)
    m.seen["gauge when mended"] = m.metric("kentongan_config_last_reload_successful")
    m.seen["loaded later"] = m.metric("kentongan_config_last_reload_success_timestamp_seconds")


def _asked(m: Morning) -> None:
    w, before = m.world, len(m.notices())
    reloads = m.logged('"configuration reloaded"')
    (w.program.config / "watchlists" / ".pacts.yaml.swp").write_text("half a lin")
    (w.program.config / ".git").mkdir()
    (w.program.config / ".git" / "index").write_text("x")
    os.utime(w.program.config / "bot.yaml")
    m.hang_up()
    w.program.wait_for("configuration unchanged")
    m.seen["reloads when asked"] = m.logged('"configuration reloaded"') - reloads
    m.seen["notices when asked"] = len(m.notices()) - before


def _sources(m: Morning) -> None:
    w = m.world
    w.page(30)
    m.seen["sources"] = m.notice(lambda: w.feed([item(30)], "/kyodo.xml", "kyodo"))
    w.program.wait_until(lambda: w.web.asked("/kyodo.xml"), SOON)


def _settings(m: Morning) -> None:
    program = m.world.program
    program.settings["telegram"]["admins"] = [ADMIN, READER]
    program.settings["desk"] = {"port": 1}
    program.settings["alerts"]["hold"] = "1s"
    m.seen["settings"] = m.notice(program.write_settings)


def test_an_edited_watchlist_counts_within_seconds(edits: Morning) -> None:
    assert edits.seen["slowest"] < PROMPT
    assert "talks" in edits.seen["rules"]


def test_admins_are_told_which_rules_are_new(edits: Morning) -> None:
    assert edits.seen["added"] == "Configuration reloaded: pacts: rules added talks"


def test_a_new_rule_alerts_nothing_that_was_read_before(edits: Morning) -> None:
    assert edits.seen["deliveries after"] == edits.seen["deliveries"]
    assert edits.seen["old matches"] == [("pact",)]


def test_a_mistake_is_told_once_with_its_place_and_the_old_rules_go_on(edits: Morning) -> None:
    heading, line = edits.seen["refused"].splitlines()
    assert heading == "Configuration not reloaded, the old one stays: 1 mistake"
    assert "watchlists/pacts.yaml:11:33: unknown concept 'pakt'" in line
    assert edits.seen["told of one mistake"] == 1


def test_monitoring_sees_that_a_reload_failed_while_the_bot_is_ready(edits: Morning) -> None:
    assert edits.seen["gauge when refused"] == 0
    assert "a newer one was refused" in edits.seen["ready when refused"]
    assert '"status":"ok"' in edits.seen["ready when refused"]


def test_a_mended_file_is_told_and_clears_the_alarm(edits: Morning) -> None:
    assert edits.seen["mended"] == "Configuration reloaded: titles changed: pacts"
    assert edits.seen["gauge when mended"] == 1
    assert edits.seen["loaded"] < edits.seen["loaded later"]


def test_a_reload_that_finds_nothing_new_says_so_in_the_log_only(edits: Morning) -> None:
    assert (edits.seen["reloads when asked"], edits.seen["notices when asked"]) == (0, 0)


def test_a_new_source_is_polled_without_a_restart(edits: Morning) -> None:
    assert edits.seen["sources"] == "Configuration reloaded: 1 source added"


def test_what_needs_a_restart_is_said(edits: Morning) -> None:
    assert edits.seen["settings"] == (
        "Configuration reloaded: settings changed: alerts.hold; restart for: telegram.admins, desk.port"
    )


def test_nobody_but_the_admins_is_told(edits: Morning) -> None:
    assert edits.notices(READER) == []
    assert edits.world.telegram.violations == []


# --- other ways to change files ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Morning]:
    """The watchlists are mounted as Kubernetes does it, and the whole folder is replaced."""
    with world(tmp_path_factory.mktemp("mounts")) as w:
        folder = w.program.config / "watchlists"
        (folder / "pacts.yaml").unlink()
        _config_map(w, "..1", pacts=WATCHLIST)
        (folder / "pacts.yaml").symlink_to("..data/pacts.yaml")
        w.subscribe()
        with w.program.running():
            m = Morning(w)
            w.program.wait_until(lambda: w.program.rows("SELECT 1 FROM subscriptions WHERE chat_id = 1"), SOON)
            m.seen["swapped"] = m.notice(lambda: _config_map(w, "..2", pacts=TALKS))
            m.seen["swapped again"] = m.notice(lambda: _config_map(w, "..3", pacts=WATCHLIST))
            m.seen["replaced"] = m.notice(lambda: _replace_folder(w))
            m.seen["after it"] = m.notice(lambda: w.program.write_watchlist(TALKS))
            m.seen["gone"] = m.notice(lambda: (folder / "pacts.yaml").rename(folder / "deals.yaml"))
            m.seen["subscriptions"] = w.program.rows("SELECT watchlist FROM subscriptions WHERE chat_id = 1")
        yield m


def _config_map(w: World, version: str, **files: str) -> None:
    folder = w.program.config / "watchlists"
    (folder / version).mkdir()
    for name, text in files.items():
        (folder / version / f"{name}.yaml").write_text(text)
    (folder / "..data_tmp").symlink_to(version)
    (folder / "..data_tmp").rename(folder / "..data")


def _replace_folder(w: World) -> None:
    folder = w.program.config / "watchlists"
    folder.rename(w.program.config / "watchlists.old")
    folder.mkdir()
    w.program.write_watchlist(WATCHLIST.replace("name: visit", "name: visits"))


def test_a_config_map_that_is_swapped_is_taken_up_each_time(mounts: Morning) -> None:
    assert mounts.seen["swapped"] == "Configuration reloaded: pacts: rules added talks"
    assert mounts.seen["swapped again"] == "Configuration reloaded: pacts: rules removed talks"


def test_a_folder_that_is_replaced_is_watched_like_the_first(mounts: Morning) -> None:
    assert mounts.seen["replaced"] == "Configuration reloaded: pacts: rules added visits, removed visit"
    assert mounts.seen["after it"] == "Configuration reloaded: pacts: rules added visit, talks, removed visits"
    assert mounts.seen["slowest"] < PROMPT


def test_a_watchlist_that_is_gone_keeps_its_subscription_and_that_is_said(mounts: Morning) -> None:
    assert mounts.seen["gone"] == (
        "Configuration reloaded: watchlists added: deals; "
        "watchlist pacts is gone (1 subscription stays, without news until it is back)"
    )
    assert mounts.seen["subscriptions"] == [("pacts",)]


# --- without a token -----------------------------------------------------------------------------------------------


def test_without_a_token_a_reload_is_one_line_and_the_console_follows_new_watchlists(tmp_path: Path) -> None:
    with world(tmp_path, telegram=False) as w:
        with w.program.running():
            w.program.write_watchlist(WATCHLIST.replace("Japan's pacts", "Deals"), "deals")
            w.program.wait_for('"configuration reloaded"')
            w.program.wait_until(lambda: len(w.program.rows("SELECT 1 FROM subscriptions")) == 2)
            (line,) = [line for line in w.program.errors.splitlines() if "configuration reloaded" in line]
        assert '"what": "watchlists added: deals"' in line
        assert "Configuration" not in w.program.output


# --- work under way ------------------------------------------------------------------------------------------------


def test_a_page_that_was_begun_with_the_old_rules_ends_with_them(tmp_path: Path) -> None:
    with world(tmp_path) as w:
        w.program.settings["fetch"]["timeout"] = "60s"
        with morning(w) as m:
            held = threading.Event()

            async def slow(_: Request) -> Response:
                while not held.is_set():
                    await asyncio.sleep(0.02)
                return Response(page(2).encode(), 200, {"Content-Type": "text/html; charset=utf-8"})

            w.web.respond(path(2), slow)
            w.feed([item(2), item(1)])
            w.program.wait_until(lambda: w.web.asked(path(2)), SOON)
            m.notice(lambda: w.program.write_watchlist(TALKS))
            held.set()
            w.telegram.wait_for(lambda _: any(title(2) in sent.text for sent in w.alerts()), SOON)
            m.told(3)
        query = "SELECT DISTINCT rule FROM matches JOIN articles ON articles.id = article_id WHERE url LIKE '%/news/{}'"
        assert w.program.rows(query.format(2)) == [("pact",)]
        assert sorted(w.program.rows(query.format(3))) == [("pact",), ("talks",)]
