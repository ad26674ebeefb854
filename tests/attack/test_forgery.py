"""What a reader and a stranger may try in Telegram: buttons with an admin's numbers, payloads in links, guessed
invitations, a watchlist made to exhaust. One running program meets it all; nobody else's rows change.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from news import title
from program import ADMIN, READER, WATCHLIST, World, world

pytestmark = pytest.mark.timeout(300)

STRANGER = 666
SOON = 60.0
TABLES = ("chats", "subscriptions", "mutes", "versions", "invites", "deliveries", "told", "feedback", "joins", "ties")
PAYLOADS = [
    "/start admin",
    "/start sub_pacts",
    "/start invite_0000",
    "/start ' OR 1=1; DROP TABLE chats; --",
    "/start ../../config/bot.yaml",
    "/start %2e%2e%2f",
    "/start {{7*7}} ${7*7} $(id) `id` |id",
    "/start \x00\x1b[31m\u202e\u2066",
    "/start " + "A" * 64,
    "/start " + "A" * 3000,
    "/start !!python/object/apply:os.system [id]",
    "/start@kentongan_test_bot /invite admin",
    "/start\n/invite admin 5 7d",
    "/invite admin 5 7d",
    "/people",
    "/watchlist pacts",
    "/undo pacts",
    "/subscribe pacts",
    "/subscribe ../../../etc/passwd",
    "/export csv 30d",
]
NESTED = 10_000


@dataclass
class Attempt:
    """The world after the attempts; what belonged to others before and after."""

    world: World
    before: dict[str, list[Any]] = field(default_factory=dict)
    after: dict[str, list[Any]] = field(default_factory=dict)
    forged: int = 0
    answered: float = 0.0
    preview: str = ""


def others(w: World, who: int) -> dict[str, list[Any]]:
    """All rows in which this person does not stand."""
    return {
        table: [row for row in w.program.rows(f"SELECT * FROM {table} ORDER BY 1") if who not in row]
        for table in TABLES
    }


@pytest.fixture(scope="module")
def a(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attempt]:
    with world(tmp_path_factory.mktemp("people")) as w:
        w.publish(1)
        w.subscribe()
        w.once()
        w.publish(2, 3)
        w.once()
        w.program.settings["poll"]["every"] = "1h"
        w.program.write_settings()
        made = Attempt(w)
        with w.program.running():
            _as_an_admin(w)
            _let_in(w)
            _forge(made, READER)
            _forge(made, STRANGER)
            _say(made)
            _hostile_watchlist(made)
        yield made
        assert w.telegram.violations == []


def _as_an_admin(w: World) -> None:
    """All that gives an admin's chat buttons."""
    telegram = w.telegram
    telegram.hand_over(ADMIN, "pacts.yaml", (WATCHLIST + "# by an admin\n").encode())
    for words in ("/watchlists", "/subscriptions", "/people", "/manage", "/digest pacts 7d", "/story 1", "/mute story"):
        telegram.say(ADMIN, words)
    telegram.wait_for(lambda t: any("Apply" in str(sent.buttons) for sent in t.messages(ADMIN)), SOON)
    telegram.wait_handled(SOON)


def _let_in(w: World) -> None:
    telegram = w.telegram
    telegram.say(ADMIN, "/invite reader 1 7d")
    link = telegram.wait_for(
        lambda t: next((found for sent in t.messages(ADMIN) if (found := _payload(str(sent)))), None), SOON
    )
    telegram.say(READER, f"/start {link}")
    telegram.wait_for(lambda t: t.messages(READER), SOON)
    telegram.say(STRANGER, "/start")
    telegram.wait_for(lambda t: t.messages(STRANGER), SOON)


def _payload(text: str) -> str | None:
    found = re.search(r"\?start=([\w-]+)", text)
    return found.group(1) if found else None


def _forge(a: Attempt, who: int) -> None:
    """Each button of an admin, pressed under a message of one's own."""
    telegram = a.world.telegram
    mine = telegram.messages(who)[0]
    data = {
        button["callback_data"]
        for sent in telegram.messages(ADMIN)
        for button in sent.buttons
        if "callback_data" in button
    }
    before = others(a.world, who)
    queries = [telegram.press_data(who, mine.message_id, each, who) for each in sorted(data)]
    telegram.wait_for(lambda t: all(query in t.answers for query in queries), SOON)
    telegram.wait_handled(SOON)
    a.forged += len(queries)
    after = others(a.world, who)
    for table in TABLES:
        a.before.setdefault(table, []).extend(before[table])
        a.after.setdefault(table, []).extend(after[table])


def _say(a: Attempt) -> None:
    """A stranger's words, and after so many guesses of an invitation one that is right."""
    telegram, before = a.world.telegram, others(a.world, STRANGER)
    for words in PAYLOADS:
        telegram.say(STRANGER, words)
    telegram.wait_handled(SOON)
    after = others(a.world, STRANGER)
    for table in TABLES:
        a.before[table] += before[table]
        a.after[table] += after[table]


def _hostile_watchlist(a: Attempt) -> None:
    telegram = a.world.telegram
    before = len(telegram.messages(ADMIN))
    deep = "near(3, " * NESTED + "nation, pact" + ")" * NESTED
    small = "near(3, " * (NESTED // 10) + "nation, pact" + ")" * (NESTED // 10)
    flat = " or ".join(f"near({number % 9 + 1}, nation, pact)" for number in range(NESTED))
    for match in (deep, small, flat):
        content = WATCHLIST.replace("paragraph(nation and pact and partner)", match)
        telegram.hand_over(ADMIN, "pacts.yaml", content.encode())
    began = time.monotonic()
    telegram.say(ADMIN, "/help")
    telegram.wait_for(lambda t: len(t.messages(ADMIN)) >= before + 4, SOON)
    a.answered = time.monotonic() - began
    a.preview = "\n".join(sent.text for sent in telegram.messages(ADMIN)[before:])


def test_forged_buttons_change_nothing_of_anybody_else(a: Attempt) -> None:
    assert a.forged > 30
    for table in TABLES:
        assert a.after[table] == a.before[table], table


def test_a_forged_button_shows_nothing_of_another_chat(a: Attempt) -> None:
    shown = [sent.text for who in (READER, STRANGER) for sent in a.world.telegram.messages(who)]
    toasts = [answer.get("text", "") for answer in a.world.telegram.answers.values()]
    assert not [text for text in (*shown, *toasts) if title(2) in text or "by an admin" in text]
    assert all(len(text) <= 200 for text in toasts)


def test_a_stranger_gets_one_polite_line_and_five_about_invitations_whatever_is_in_a_link(a: Attempt) -> None:
    first, *further = a.world.telegram.texts(STRANGER)
    assert first.startswith("This is a private news bot.")
    assert len(further) == 5 and all("invitation" in text for text in further)
    assert a.world.program.rows(f"SELECT role FROM chats WHERE id = {STRANGER}") in ([], [(None,)], [("none",)])


def test_a_watchlist_made_to_exhaust_is_refused_and_the_bot_goes_on(a: Attempt) -> None:
    assert a.answered < SOON
    assert a.world.program.config.joinpath("watchlists/pacts.yaml").read_text() == WATCHLIST
    assert a.preview.count("nothing was changed") == 3, a.preview


def test_nothing_of_it_is_an_error_of_the_program(a: Attempt) -> None:
    log = a.world.program.errors
    assert "Traceback" not in log and '"level": "error"' not in log
