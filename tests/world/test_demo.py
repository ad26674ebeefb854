"""`kentongan demo` as a stranger types it: anywhere, without configuration, and with an environment that is not meant
for it."""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 15.0
"""Seconds the demo may take."""

WIDTH = 72
"""Columns of the terminal."""

MATCHED = {
    "Japan, Indonesia to open talks on transfer of defence equipment": {"indonesia"},
    "Tokyo and Jakarta move closer on warship technology": {"indonesia"},
    "陸自と豪陸軍、北海道で共同訓練始まる　過去最大の900人": {"australia"},
    "Kapal Perang Jepang Sandar di Tanjung Priok, Gelar Latihan Bersama TNI AL": {"indonesia"},
    "Japan, Philippines plan first troop exercise under reciprocal access pact": {"philippines"},
    "Japanese soldiers to train in Luzon in April, Manila says": {"philippines"},
    "防衛相、NATO事務総長と会談　サイバー防衛で協力強化へ": {"nato"},
    "Wamenhan Terima Dubes Jepang, Bahas Alih Teknologi Alutsista": {"indonesia"},
}
COPIES = {
    "Tokyo and Jakarta move closer on warship technology",
    "Japanese soldiers to train in Luzon in April, Manila says",
}
REFUSED = {
    "Jepang dan Indonesia Sepakat Hapus Bea Masuk Ikan Kaleng",
    "Japan's cabinet approves record defence budget for a twelfth year",
    "Divers find Japanese submarine lost off the Philippines in 1944",
    "横須賀の軍港めぐり、外国人観光客に人気　フィリピンからの団体も",
    "Harga Beras di Pasar Induk Cipinang Turun untuk Pekan Ketiga",
    "Indonesia's defence holds firm as Japan are frustrated in World Cup qualifier",
}
NEWS = set(list(MATCHED)[4:])


class Place:
    """An empty working directory, an empty home that cannot be written, and a temporary directory of its own."""

    def __init__(self, root: Path) -> None:
        self.work, self.home = root / "work", root / "home"
        for folder in (self.work, self.home):
            folder.mkdir()
        # Short, since worker processes have a socket in it; it goes with this object.
        self._short = tempfile.TemporaryDirectory(prefix="demo")
        self.temporary = Path(self._short.name)
        self.home.chmod(0o555)

    def start(self, *arguments: str, stdout: int = subprocess.PIPE, **variables: str) -> subprocess.Popen[str]:
        """The program; the environment names a token, a configuration, a proxy and a setting that are all wrong."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("KENTONGAN_")}
        environment = inherited | {
            "HOME": str(self.home),
            "TMPDIR": str(self.temporary),
            "KENTONGAN_CONFIG": "/does/not/exist",
            "KENTONGAN_STATE": "/does/not/exist",
            "KENTONGAN_TELEGRAM__TOKEN": "no token at all",
            "KENTONGAN_FETCH__ALLOW_NETWORKS": "nonsense",
            "KENTONGAN_NO__SUCH_SETTING": "1",
            "HTTP_PROXY": "http://127.0.0.1:9",
            **variables,
        }
        environment.pop("COLUMNS", None)
        return subprocess.Popen(
            [sys.executable, "-m", "bot", "demo", *arguments],
            cwd=self.work,
            env=environment,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def left_behind(self) -> list[Path]:
        return [path for folder in (self.work, self.home, self.temporary) for path in folder.rglob("*")]


@dataclass(frozen=True)
class Played:
    """One run of the demo."""

    status: int
    out: str
    err: str
    seconds: float
    left_behind: list[Path]


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The demo as seen in a terminal."""
    place, start = Place(tmp_path_factory.mktemp("text")), time.monotonic()
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, WIDTH, 0, 0))
    process = place.start(stdout=slave, TERM="xterm-256color")
    os.close(slave)
    shown = b""
    # Linux answers EIO where others answer nothing, once the program has closed its end.
    with suppress(OSError):
        while piece := os.read(master, 65536):
            shown += piece
    os.close(master)
    _, err = process.communicate(timeout=30)
    return Played(process.returncode, shown.decode(), err, time.monotonic() - start, place.left_behind())


@pytest.fixture(scope="module")
def lines(text: Played) -> list[str]:
    """What stands on the terminal, without its colours."""
    from rich.text import Text

    return [Text.from_ansi(line).plain for line in text.out.splitlines()]


@pytest.fixture(scope="module")
def words(lines: list[str]) -> str:
    """The same, as if no line were broken."""
    return " ".join(" ".join(lines).split())


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The demo as seen by a program."""
    place, start = Place(tmp_path_factory.mktemp("json")), time.monotonic()
    process = place.start("--json")
    out, err = process.communicate(timeout=60)
    return Played(process.returncode, out, err, time.monotonic() - start, place.left_behind())


@pytest.fixture(scope="module")
def document(run: Played) -> dict[str, Any]:
    return json.loads(run.out)


# --- as a story -----------------------------------------------------------------------------------------------------


def test_the_demo_ends_well_without_a_word_on_standard_error(text: Played, run: Played) -> None:
    assert (text.status, text.err) == (run.status, run.err) == (0, "")


def test_the_demo_takes_less_than_fifteen_seconds(text: Played, run: Played) -> None:
    assert min(text.seconds, run.seconds) < PATIENCE


def test_the_demo_leaves_nothing_behind(text: Played, run: Played) -> None:
    assert text.left_behind == run.left_behind == []


def test_every_stage_is_told_in_its_order(words: str) -> None:
    first = ["1 A first look", "polled", "read", "matched", "told No alert"]
    then = ["2 The papers publish", "told 3 alerts", "3 The digest", "4 What happened", "5 Why was that", "Done in"]
    places = [words.find(stage) for stage in first + then]
    assert -1 not in places
    assert places == sorted(places)


def test_the_reader_is_shown_why_the_near_miss_was_not_told(words: str) -> None:
    end = words.partition("5 Why")[2]
    assert "unless title(sport)" in end
    assert "“World Cup”" in end


def test_a_page_that_names_the_subject_only_around_its_text_is_called_so(words: str) -> None:
    assert "its text does not name Japan; its page does 11 times" in words


def test_all_feed_formats_occur(words: str) -> None:
    assert set(re.findall(r"RSS \d\.\d|Atom|JSON Feed", words)) == {"RSS 2.0", "RSS 1.0", "Atom", "JSON Feed"}


def test_no_line_is_wider_than_the_terminal(lines: list[str]) -> None:
    from rich.cells import cell_len

    assert WIDTH - 2 <= max(map(cell_len, lines)) <= WIDTH


def test_a_terminal_sees_bold_type(text: Played) -> None:
    assert "\x1b[1m" in text.out


# --- as data --------------------------------------------------------------------------------------------------------


def test_the_right_articles_match_and_with_the_right_partners(document: dict[str, Any]) -> None:
    assert {item["title"]: set(item["labels"]["partner"]) for item in document["matched"]} == MATCHED


def test_the_near_misses_are_refused_each_for_a_reason(document: dict[str, Any]) -> None:
    assert {item["title"] for item in document["refused"]} == REFUSED
    assert all(item["because"] for item in document["refused"])


def test_every_page_is_read_in_full_and_without_what_stands_around_its_text(document: dict[str, Any]) -> None:
    from bot.cli.demosite import pieces

    wanted = {piece.title: (piece.author, list(piece.paragraphs)) for piece in pieces()}
    assert {item["title"]: (item["author"], item["paragraphs"]) for item in document["read"]} == wanted
    assert {item["basis"] for item in document["read"]} == {"page"}


def test_every_page_is_dated_as_its_newspaper_printed_it(document: dict[str, Any]) -> None:
    """Relative to each other: the demo's own hour is unknown here, but pages differ by known times."""
    from datetime import datetime

    from bot.cli.demosite import pieces

    ago = {piece.title: piece.ago for piece in pieces()}
    began = [datetime.fromisoformat(item["published"]) + ago[item["title"]] for item in document["read"]]
    # A page that prints minutes only may lose the rest of the minute.
    assert max(began) - min(began) < min(ago.values())


def test_a_copy_under_another_headline_is_no_story_of_its_own(document: dict[str, Any]) -> None:
    assert {item["title"] for item in document["matched"] if item["copy_of"]} == COPIES
    stories = document["digest"]["stories"]
    assert sorted(len(story["articles"]) for story in stories) == [1, 1, 1, 1, 2, 2]


def test_a_first_look_raises_no_alert_and_later_news_one_for_each_story(document: dict[str, Any]) -> None:
    assert [item["round"] for item in document["told"]] == [1, 2, 2, 2]
    assert document["told"][0]["text"].startswith("Starting picture")
    alerts = {item["text"].partition("\n")[0].partition(" <")[0] for item in document["told"][1:]}
    assert alerts == NEWS - COPIES


def test_a_feed_without_news_is_not_sent_again(document: dict[str, Any]) -> None:
    outcomes = {(item["round"], item["source"]): item["outcome"] for item in document["polled"]}
    assert outcomes.pop((2, "pacific-courier")) == "unchanged"
    assert set(outcomes.values()) == {"read"}


def test_the_explained_near_miss_names_a_failed_part_for_every_rule(document: dict[str, Any]) -> None:
    assert document["explained"]["title"].startswith("Indonesia's defence holds firm")
    assert len(document["explained"]["misses"]) >= 3
    assert all(miss["failed"] for miss in document["explained"]["misses"])


# --- interrupted ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_demo_that_is_stopped_leaves_nothing_behind(tmp_path: Path, how: signal.Signals) -> None:
    """Ctrl-C reaches the program's children, too; SIGTERM only the program."""
    place = Place(tmp_path)
    process = place.start()
    assert process.stdout is not None
    process.stdout.readline()
    assert place.left_behind()
    if how is signal.SIGINT:
        os.killpg(process.pid, how)
    else:
        process.send_signal(how)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err.strip()) == (130, "")
    assert place.left_behind() == []


def test_a_pipe_gets_plain_text_and_ends_the_demo_quietly_when_it_closes(tmp_path: Path) -> None:
    place = Place(tmp_path)
    process = place.start()
    assert process.stdout is not None
    assert "\x1b" not in process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    assert (process.wait(timeout=30), err) == (0, "")
    assert place.left_behind() == []


def test_a_temporary_directory_with_too_long_a_path_is_named_as_what_is_wrong(tmp_path: Path) -> None:
    long = tmp_path / ("long" * 20)
    long.mkdir()
    process = Place(tmp_path).start(TMPDIR=str(long))
    _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "the path of the temporary directory (TMPDIR) is too long" in err


# --- the parts of an exclude ----------------------------------------------------------------------------------------


# --- installed ------------------------------------------------------------------------------------------------------


def test_a_wheel_carries_the_articles_and_the_shipped_configuration(tmp_path: Path) -> None:
    from zipfile import ZipFile

    root = Path(__file__).resolve().parents[2]
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=root, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(ZipFile(wheel).namelist())
    wanted = {f"bot/cli/defaults/{name}" for name in ("concepts.yaml", "watchlists/japan-defence.yaml")}
    wanted |= {
        path.relative_to(root).as_posix() for path in (root / "bot/cli/demosite").rglob("*.*") if path.suffix != ".pyc"
    }
    assert wanted - names == set()
