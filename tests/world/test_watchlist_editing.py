"""A watchlist that is edited from the chat of an admin: the file out, the file back, a preview, applied, taken back.

One morning is played once with the real program; each test looks at one thing that happened in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from faketelegram import Sent
from news import title
from program import ADMIN, WATCHLIST, World, world

pytestmark = pytest.mark.timeout(300)

SOON = 60.0
NEW = WATCHLIST.replace('pact, treaty, "joint', 'pact, treaty, accord, # both words\r\n    "joint') + (
    "  - {name: talks, match: '\"talks\"', priority: low}\n"
)
BROKEN = WATCHLIST.replace("nation and pact", "nation and pakt").replace("title: Japan's pacts", "titel: x")
OTHER = 'title: Nickel\nrules:\n  - {name: any, match: \'"Headline" or "pact"\'}\n'


@dataclass
class Chat:
    """What an admin does, and what came of it."""

    world: World
    seen: dict[str, Any] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        return self.world.program.config / "watchlists" / "pacts.yaml"

    def answer(self, number: int = 1) -> Sent:
        """The last of so many new messages to the admin."""
        messages = self.world.telegram.wait_for(lambda t: t.messages(ADMIN)[self.before + number - 1 :], SOON)
        return messages[0]

    def ask(self, text: str, user: int = ADMIN) -> Sent:
        self.before = len(self.world.telegram.messages(ADMIN))
        self.world.telegram.say(user, text)
        return self.answer()

    def send(self, name: str, content: str | bytes, size: int | None = None) -> Sent:
        self.before = len(self.world.telegram.messages(ADMIN))
        raw = content.encode() if isinstance(content, str) else content
        self.world.telegram.hand_over(ADMIN, name, raw, size=size)
        return self.answer()

    def press(self, message: Sent, button: str) -> Sent:
        """The answer to a press that is about a version. The reloader's notice may come before it."""
        self.before = len(self.world.telegram.messages(ADMIN))
        self.world.telegram.press(message, button)
        found = self.world.telegram.wait_for(
            lambda t: [m for m in t.messages(ADMIN)[self.before :] if m.text.startswith(("pacts ", "nickel "))], SOON
        )
        return found[0]


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    with world(tmp_path_factory.mktemp("editing")) as w:
        w.publish(1)
        w.subscribe()
        w.once()
        with w.program.running():
            morning = Chat(w)
            w.telegram.chat(ADMIN)
            _out_and_back(morning)
            _applied(morning)
            _taken_back(morning)
            _stale(morning)
            _another(morning)
            yield morning
        assert w.telegram.violations == []


def _out_and_back(c: Chat) -> None:
    c.seen["names"] = c.ask("/watchlist")
    c.seen["sent"] = c.ask("/watchlist PACTS")
    c.seen["on disk"] = c.file.read_bytes()
    c.seen["broken"] = c.send("pacts.yaml", BROKEN)
    c.seen["garbage"] = c.send("pacts.yaml", b"\xff\xfe\x00title")
    c.seen["large"] = c.send("pacts.yaml", "x", size=2_000_000)
    c.seen["elsewhere"] = c.send("../pacts.yaml", WATCHLIST)
    c.seen["no watchlist"] = c.send("picture.png", b"x")
    c.seen["after mistakes"] = c.file.read_bytes()


def _applied(c: Chat) -> None:
    c.seen["preview"] = c.send("pacts.yaml", NEW)
    c.seen["before a press"] = c.file.read_bytes()
    c.seen["applied"] = c.press(c.seen["preview"], "Apply")
    c.seen["new file"] = c.file.read_bytes()
    telegram = c.world.telegram
    c.seen["told"] = telegram.wait_for(lambda t: [x for x in t.texts(ADMIN) if "rule changed" in x], SOON)
    query = telegram.press_data(ADMIN, c.seen["preview"].message_id, c.seen["preview"].buttons[0]["callback_data"])
    telegram.wait_for(lambda t: query in t.answers, SOON)
    telegram.wait_for(lambda t: any("applied already" in x for x in t.texts(ADMIN)), SOON)


def _taken_back(c: Chat) -> None:
    c.seen["undone"] = c.press(c.seen["applied"], "Undo")
    c.seen["file undone"] = c.file.read_bytes()
    c.seen["redone"] = c.press(c.seen["undone"], "Undo")
    c.seen["file redone"] = c.file.read_bytes()


def _stale(c: Chat) -> None:
    preview = c.send("pacts.yaml", WATCHLIST)
    c.file.write_text(NEW + "# by hand\n")
    c.seen["stale"] = c.press(preview, "Apply")
    c.seen["file by hand"] = c.file.read_text()
    left = c.send("pacts.yaml", WATCHLIST)
    c.seen["left"] = c.press(left, "Leave it")


def _another(c: Chat) -> None:
    preview = c.send("nickel.yaml", OTHER)
    c.seen["new preview"] = preview
    c.seen["new applied"] = c.press(preview, "Apply")
    c.seen["new exists"] = (c.file.parent / "nickel.yaml").read_text()
    c.before = len(c.world.telegram.messages(ADMIN))
    c.world.telegram.say(ADMIN, "/undo nickel")
    c.world.telegram.wait_for(lambda t: any("nickel is as it was" in x for x in t.texts(ADMIN)), SOON)
    c.seen["new gone"] = not (c.file.parent / "nickel.yaml").exists()


def test_the_file_comes_as_it_is_on_disk(chat: Chat) -> None:
    assert chat.seen["sent"].document == ("pacts.yaml", chat.seen["on disk"])
    assert "• pacts" in chat.seen["names"].text


def test_mistakes_are_told_by_line_and_nothing_is_changed(chat: Chat) -> None:
    text = chat.seen["broken"].text
    assert text.startswith("pacts.yaml has 2 mistakes, and nothing was changed:")
    assert "pacts.yaml:1:1: " in text and "pacts.yaml:11:33: unknown concept 'pakt'" in text
    assert "pacts.yaml:1: this is not UTF-8 text" in chat.seen["garbage"].text
    assert chat.seen["after mistakes"] == chat.seen["on disk"]


def test_a_file_that_cannot_be_a_watchlist_is_not_taken(chat: Chat) -> None:
    assert "at most 1000 kB" in chat.seen["large"].text and "cannot take ../pacts.yaml" in chat.seen["elsewhere"].text
    assert "only understand commands" in chat.seen["no watchlist"].text


def test_a_preview_says_what_the_version_changes_before_it_counts(chat: Chat) -> None:
    text = chat.seen["preview"].text
    assert text.startswith("A new version of Japan's pacts pacts\n+2 terms, 1 rule added")
    assert "Tried on 1 article of the last 1 day: it adds 0 and drops 0." in text and "Alerts a day: 1 before" in text
    assert chat.seen["before a press"] == chat.seen["on disk"]


def test_applying_writes_the_bytes_that_were_sent_and_tells_the_followers_in_one_line(chat: Chat) -> None:
    assert chat.seen["new file"] == NEW.encode()
    assert chat.seen["applied"].text == "pacts is in place: +2 terms, 1 rule added."
    assert chat.seen["told"] == ["Japan's pacts: rule changed: +2 terms, 1 rule added"]


def test_what_was_applied_is_taken_back_and_that_too(chat: Chat) -> None:
    assert chat.seen["file undone"] == chat.seen["on disk"] and chat.seen["file redone"] == NEW.encode()
    assert chat.seen["undone"].text == "pacts is as it was before: −2 terms, 1 rule removed."


def test_a_file_that_somebody_changed_meanwhile_is_not_overwritten(chat: Chat) -> None:
    assert "was changed since that version was sent" in chat.seen["stale"].text
    assert chat.seen["file by hand"].endswith("# by hand\n")
    assert chat.seen["left"].text == "pacts stays as it is."


def test_a_name_that_is_new_makes_a_watchlist_and_undoing_takes_it_away(chat: Chat) -> None:
    assert chat.seen["new preview"].text.startswith("A new watchlist: Nickel nickel\n")
    assert title(1) in chat.seen["new preview"].text
    assert chat.seen["new applied"].text.startswith("nickel is in place")
    assert chat.seen["new exists"] == OTHER and chat.seen["new gone"]
