"""The program is killed with SIGKILL before, during and after the answers it waits for, and started again.

One installation lives through all the kills, without a healthy round in between: each start must mend what the one
before left behind. After each kill the database is asked for its promises; at the end the chats are.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
from faketelegram import FakeTelegram, Sent
from news import item, page, path, title
from program import ADMIN, READER, TOKEN, Program, World
from promises import broken_promises
from traps import DeadlyWeb, Moment, Trap, kill_after

# The whole timeline is one test's set-up, and machines can be busy.
pytestmark = pytest.mark.timeout(400)

THIRD = 8
ALPHA, BETA = "127.0.0.1", "127.0.0.2"
FIRST = 1000
"""The number of the first article; each kill comes with an article of its own."""

TRAPS = (
    Trap(Moment.BEFORE, "/feed.xml"),
    Trap(Moment.DURING, "/feed.xml"),
    Trap(Moment.AFTER, "/feed.xml"),
    Trap(Moment.AFTER, "/feed.xml", delay=0.05),
    Trap(Moment.ACCEPTED, method="sendMessage", chat=READER),
    Trap(Moment.BEFORE, "page"),
    Trap(Moment.DURING, "page"),
    Trap(Moment.AFTER, "page"),
    Trap(Moment.AFTER, "page", delay=0.03),
    Trap(Moment.BEFORE, method="sendMessage", chat=ADMIN),
    Trap(Moment.ACCEPTED, method="sendMessage", chat=ADMIN),
    Trap(Moment.AFTER, method="sendMessage", chat=ADMIN, delay=0.01),
    Trap(Moment.BEFORE, method="sendMessage", chat=READER),
    Trap(Moment.ACCEPTED, method="sendMessage", chat=THIRD),
)
DIGESTS = [number for number, trap in enumerate(TRAPS) if trap.chat == READER]


@dataclass
class Aftermath:
    """What was found after each kill, and what the chats hold in the end."""

    world: World
    statuses: list[int] = field(default_factory=list)
    broken: list[list[str]] = field(default_factory=list)
    alone: dict[int, int] = field(default_factory=dict)
    """How often each article was told before a human looked at what was in doubt."""

    def told(self, chat: int, number: int) -> list[Sent]:
        return [sent for sent in self.world.news(chat) if title(number) in sent.text]


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    program = Program(tmp_path_factory.mktemp("kills"))
    with ExitStack() as stack:
        web = stack.enter_context(DeadlyWeb(program.kill))
        telegram = stack.enter_context(FakeTelegram(TOKEN))
        stack.callback(program.kill)
        program.token = TOKEN
        program.settings["telegram"] |= {"api_base_url": telegram.base_url, "access": "open"}
        program.write_settings()
        found = Aftermath(World(web, telegram, program))
        _settle(found.world)
        for number, trap in enumerate(TRAPS):
            _publish(found.world, number)
            found.statuses.append(_die(found.world, web, number, trap))
            found.broken.append(broken_promises(found.world))
        program.change(f"UPDATE subscriptions SET due_at = datetime('now', '-1 minute') WHERE chat_id = {READER}")
        found.world.once()
        found.world.once()
        found.alone = {number: len(found.told(ADMIN, FIRST + number)) for number in range(len(TRAPS))}
        _ask_a_human(found.world)
        yield found


def _ask_a_human(w: World) -> None:
    """An alert that met two kills, its one repeat included, waits for somebody to look."""
    doubtful = w.program.rows("SELECT id FROM deliveries WHERE status = 'uncertain' AND kind = 'alert'")
    for (delivery,) in doubtful:
        assert w.program.command("deliveries", "retry", str(delivery)).status == 0
    if doubtful:
        w.once()


def _settle(w: World) -> None:
    """Two feeds with their first look behind them, a reader of alerts and a reader of digests; and a first start that
    was killed while it made the database."""
    for host, name in ((ALPHA, "alpha"), (BETA, "beta")):
        w.page(1 if host == ALPHA else 2, host=host)
        w.feed([item(1 if host == ALPHA else 2)], "/feed.xml", name, host=host, validators=True)
    w.program.launch("once")
    w.program.wait_until((w.program.state / "kentongan.db").exists)
    w.program.end(signal.SIGKILL)
    w.telegram.chat(READER)
    w.subscribe(ADMIN)
    w.subscribe(READER)
    w.once()
    w.program.change(
        f"UPDATE subscriptions SET rhythm = 'hourly', due_at = datetime('now', '+1 day') WHERE chat_id = {READER}"
    )


def _publish(w: World, number: int) -> None:
    """The feeds take turns, so that the one a kill was about has not changed when it is asked again."""
    host = (ALPHA, BETA)[number % 2]
    numbers = [FIRST + earlier for earlier in range(number, -1, -1) if earlier % 2 == number % 2]
    w.web.page(path(numbers[0]), page(numbers[0]), host=host)
    known = 1 if host == ALPHA else 2
    w.web.feed("/feed.xml", [*map(item, numbers), item(known)], host=host, validators=True)


def _die(w: World, web: DeadlyWeb, number: int, trap: Trap) -> int:
    """One round that ends in a kill; its exit status."""
    if trap.chat == READER:
        # The question about the digest before may not stand in the way of this one.
        w.once()
    if trap.path:
        at = path(FIRST + number) if trap.path == "page" else trap.path
        web.arm(Trap(trap.moment, at, delay=trap.delay))
    elif trap.moment is Moment.BEFORE:
        w.telegram.fail("sendMessage", chat_id=trap.chat, before=w.program.kill, drop="before")
    else:
        # With no delay the answer never leaves; with one it does.
        w.telegram.fail(
            "sendMessage",
            chat_id=trap.chat,
            after=lambda: kill_after(w.program.kill, trap.delay),
            drop=None if trap.delay else "after",
        )
    if trap.chat == READER:
        # Hours apart: two digests of one hour would be one.
        hour = f"datetime('now', '-{30 - number} hours')"
        w.program.change(f"UPDATE subscriptions SET due_at = {hour} WHERE chat_id = {READER}")
    if trap.chat == THIRD:
        w.subscribe(THIRD)
    result = w.program.command("once", "--all", "--json")
    w.telegram.mend()
    return result.status


@pytest.mark.parametrize("number", range(len(TRAPS)), ids=map(str, TRAPS))
def test_a_kill_breaks_no_promise_of_the_database(aftermath: Aftermath, number: int) -> None:
    assert aftermath.statuses[number] == -9
    assert aftermath.broken[number] == []


@pytest.mark.parametrize("number", range(len(TRAPS)), ids=map(str, TRAPS))
def test_an_article_published_before_a_kill_is_alerted_and_repeated_once_at_most(
    aftermath: Aftermath, number: int
) -> None:
    told = aftermath.told(ADMIN, FIRST + number)
    assert aftermath.alone[number] <= 2
    assert len(told) >= 1
    assert all(sent.text.startswith("sent again") for sent in told[1 : aftermath.alone[number]])


def test_there_are_no_more_repeats_than_kills(aftermath: Aftermath) -> None:
    repeats = [sent for sent in aftermath.world.telegram.messages() if sent.text.startswith("sent again")]
    assert len(repeats) <= len(TRAPS)
    ledger = aftermath.world.program.rows("SELECT coalesce(sum(repeats), 0) FROM deliveries WHERE kind = 'alert'")
    assert ledger[0][0] <= len(TRAPS)


def test_a_digest_is_never_repeated_by_itself(aftermath: Aftermath) -> None:
    for number in range(len(TRAPS)):
        assert len(aftermath.told(READER, FIRST + number)) <= 1


def test_a_digest_in_doubt_is_shown_and_a_human_can_send_it_again(aftermath: Aftermath) -> None:
    program = aftermath.world.program
    rows = program.command("deliveries", "--status", "uncertain", "--json").rows
    in_doubt = [row for row in rows if row["kind"] == "digest"]
    assert len(in_doubt) == len(DIGESTS)
    assert all("stopped while this was being sent" in row["error"] for row in in_doubt)
    # The later one was cut off before it arrived.
    before = len(aftermath.world.news(READER))
    assert program.command("deliveries", "retry", str(max(row["id"] for row in in_doubt))).status == 0
    aftermath.world.once()
    (sent,) = aftermath.world.news(READER)[before:]
    assert title(FIRST + DIGESTS[0] + 1) in sent.text


def test_a_command_cut_off_in_its_answer_is_carried_out(aftermath: Aftermath) -> None:
    rows = aftermath.world.program.rows(f"SELECT watchlist FROM subscriptions WHERE chat_id = {THIRD}")
    assert rows == [("pacts",)]


def test_everything_is_in_order_in_the_end(aftermath: Aftermath) -> None:
    assert broken_promises(aftermath.world) == []
    waiting = "SELECT url FROM pages WHERE due_at IS NOT NULL"
    assert aftermath.world.program.rows(waiting) == []
    assert aftermath.world.telegram.violations == []
