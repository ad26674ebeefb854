"""Rounds that end in a kill, one kind for each stage of the program, over one installation that lives through them all.

siege = Siege(w, web, random.Random(seed))
siege.settle()
siege.strike(Stage.PAGE, Moment.DURING)     # True: the program died of it
siege.recover()                             # a healthy round, in seconds
"""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from faketelegram import FakeTelegram
from installation import Installation, moment
from news import item, page, path, title
from program import ADMIN, READER, TOKEN, WATCHLIST, World
from traps import DeadlyWeb, Moment, Trap, kill_after

ALPHA, BETA = "127.0.0.1", "127.0.0.2"
HOSTS = (ALPHA, BETA)
WEEKLY = 9
"""The chat of a reader whose digest comes with a picture."""

FIRST = 1000
LISTED = 8
"""Entries a feed keeps; ten new ones at once would be a flood, of which nobody is alerted."""

SLOWEST = 60.0


class Stage(StrEnum):
    """What the program is at when it is killed. `outside`: anything, at a random moment."""

    POLL = "poll"
    PAGE = "page"
    STORE = "store"
    SEND = "send"
    EDIT = "edit"
    DIGEST = "digest"
    PART = "part of a digest"
    PICTURE = "picture"
    RULES = "watchlist edit"
    RELOAD = "reload"
    OUTSIDE = "outside"


@dataclass
class Siege:
    """One installation and what has happened to it. `lost` and `broken` must stay empty."""

    w: World
    web: DeadlyWeb
    chance: random.Random
    number: int = FIRST
    kills: int = 0
    due: int = 0
    copies: set[int] = field(default_factory=set)
    """Articles that another paper has as well: a digest may tell that they moved."""
    broken: list[str] = field(default_factory=list)
    length: float = 2.0
    """Seconds that a round takes when nothing happens to it."""

    @property
    def program(self) -> Installation:
        """The one that is besieged."""
        program = self.w.program
        assert isinstance(program, Installation)
        return program

    # --- the world around it ----------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Two papers with their first look behind them, and readers of alerts, of digests and of weekly pictures."""
        w = self.w
        for known, host, name in ((1, ALPHA, "alpha"), (2, BETA, "beta")):
            w.page(known, host=host)
            w.feed([item(known)], "/feed.xml", name, host=host, validators=True)
        for chat in (READER, WEEKLY):
            w.telegram.chat(chat)
        for chat in (ADMIN, READER, WEEKLY):
            w.subscribe(chat)
        w.once()
        far = moment(-timedelta(days=30))
        for chat, rhythm in ((READER, "hourly"), (WEEKLY, "weekly")):
            w.program.change(f"UPDATE subscriptions SET rhythm = '{rhythm}', due_at = {far} WHERE chat_id = {chat}")
        self.length = self.recover()

    def publish(self, count: int = 1) -> int:
        """New articles, the last of them by turns in one paper and the other; the number of the last."""
        for _ in range(count):
            self.number += 1
            host = HOSTS[self.number % 2]
            self.w.web.page(path(self.number), page(self.number), host=host)
        for host in HOSTS if count > 1 else (HOSTS[self.number % 2],):
            self._serve(host)
        return self.number

    def _serve(self, host: str, extra: int | None = None) -> None:
        own = [n for n in range(self.number, FIRST, -1) if HOSTS[n % 2] == host][:LISTED]
        known = 1 if host == ALPHA else 2
        items = [*([item(extra, path=f"/copy{path(extra)}")] if extra else []), *map(item, own), item(known)]
        self.w.web.feed("/feed.xml", items, host=host, validators=True)

    def recover(self) -> float:
        """A round that nobody disturbs; its seconds."""
        self.leases_end()
        began = time.monotonic()
        self.w.once()
        return time.monotonic() - began

    def leases_end(self, *, sending: bool = False) -> None:
        """On PostgreSQL another node may be at what a crash left half done, which therefore waits for its lease to end:
        five minutes for a page, two for a message, and another for an alert that may have arrived."""
        if self.program.engine == "postgres":
            self.program.change("UPDATE pages SET due_at = now() WHERE state = 'waiting' AND due_at > now()")
            if sending:
                self.program.change("UPDATE deliveries SET due_at = now() WHERE status = 'sending'")

    def ask_a_human(self) -> None:
        """An alert that met two kills, its one repeat included, waits for somebody to look."""
        query = "SELECT id FROM deliveries WHERE status = 'uncertain' AND kind = 'alert'"
        for (delivery,) in self.w.program.rows(query):
            self.w.program.command("deliveries", "retry", str(delivery))

    # --- kills ------------------------------------------------------------------------------------------------------

    def strike(self, stage: Stage, when: Moment, delay: float = 0.0) -> bool:
        """One round with a kill in it. True where the program died of it: a trap at a door that it does not come to
        kills nobody."""
        w = self.w
        self.leases_end()
        try:
            if stage is Stage.RULES:
                return self._count(self._edit_rules(when))
            if stage is Stage.RELOAD:
                return self._count(self._reload(when))
            self._prepare(stage, when, delay)
            if stage is Stage.OUTSIDE:
                return self._count(self._from_outside(delay))
            status = w.program.command("once", "--all", "--json").status
            return self._count(status == -signal.SIGKILL)
        finally:
            w.telegram.mend()
            self.web.disarm()

    def _count(self, died: bool) -> bool:
        self.kills += died
        return died

    def _prepare(self, stage: Stage, when: Moment, delay: float) -> None:
        number = self.publish()
        if stage is Stage.POLL:
            self.web.arm(Trap(when, "/feed.xml", delay=delay))
        elif stage is Stage.PAGE:
            self.web.arm(Trap(when, path(number), delay=delay))
        elif stage is Stage.STORE:
            at = self.chance.choice(["/feed.xml", path(number)])
            self.web.arm(Trap(Moment.AFTER, at, delay=delay or self.chance.uniform(0.001, 0.12)))
        elif stage is Stage.SEND:
            self._fatal("sendMessage", ADMIN, when, delay)
        elif stage is Stage.EDIT:
            self._grow(when, delay)
        elif stage in (Stage.DIGEST, Stage.PART):
            if stage is Stage.PART:
                # Together they are more than one message holds, and push out of their feeds what was there before.
                self.recover()
                self.publish(2 * LISTED)
                self.recover()
            self._fall_due(READER)
            if stage is Stage.PART:
                self.w.telegram.fail("sendMessage", chat_id=READER)  # the first part arrives
            self._fatal("sendMessage", READER, when, delay)
        elif stage is Stage.PICTURE:
            self._fall_due(WEEKLY)
            self._fatal("sendPhoto", WEEKLY, when, delay)
        elif self.chance.random() < 0.3:
            self._fall_due(self.chance.choice([READER, WEEKLY]))

    def _fatal(self, method: str, chat: int, when: Moment, delay: float) -> None:
        kill = self.w.program.kill
        if when is Moment.BEFORE:
            self.w.telegram.fail(method, chat_id=chat, before=kill, drop="before")
        elif when is Moment.AFTER:
            self.w.telegram.fail(method, chat_id=chat, after=lambda: kill_after(kill, delay or 0.01))
        else:
            # During: the message is there and its answer never leaves.
            self.w.telegram.fail(method, chat_id=chat, after=kill, drop="after")

    def _grow(self, when: Moment, delay: float) -> None:
        """The story of an alert that stands in its chat comes in the other paper too."""
        number = self.number
        self.recover()
        self.copies.add(number)
        other = HOSTS[(number + 1) % 2]
        self.w.web.page(f"/copy{path(number)}", page(number), host=other)
        self._serve(other, extra=number)
        self._fatal("editMessageText", ADMIN, when, delay)

    def _fall_due(self, chat: int) -> None:
        """Its digest is due, each of them at a minute of its own: two of one minute would be one."""
        self.due += 1
        ago = moment(timedelta(minutes=1200 - self.due))
        self.w.program.change(f"UPDATE subscriptions SET due_at = {ago} WHERE chat_id = {chat}")

    def _from_outside(self, delay: float) -> bool:
        process = self.w.program.launch("once", "--all", "--json")
        with suppress(Exception):
            process.wait(delay or self.chance.uniform(0.05, self.length * 1.05))
        return self.w.program.end(signal.SIGKILL) == -signal.SIGKILL

    # --- the watchlist ----------------------------------------------------------------------------------------------

    @property
    def file(self) -> Path:
        """The watchlist's."""
        return self.w.program.config / "watchlists" / "pacts.yaml"

    def _edit_rules(self, when: Moment) -> bool:
        """An admin hands over a version and presses Apply; before: the old text is kept, during: the file is replaced,
        after: it is noted. The program is started again and Apply pressed until it is done."""
        w, old = self.w, self.file.read_bytes()
        new = f"{WATCHLIST}# version {self.kills}\n  - {{name: talks{self.kills}, match: '\"talks\"', priority: low}}\n"
        w.program.launch("run")
        w.program.wait_for('"running"')
        before = len(w.telegram.messages(ADMIN))
        w.telegram.hand_over(ADMIN, "pacts.yaml", new.encode())
        found = w.telegram.wait_for(
            lambda t: [m for m in t.messages(ADMIN)[before:] if any(b["text"] == "Apply" for b in m.buttons)], SLOWEST
        )
        key = next(b["callback_data"] for b in found[0].buttons if b["text"] == "Apply")
        ledger = "SELECT max(id) FROM versions WHERE state IN ('previous', 'absent')"
        known = w.program.rows(ledger)
        applied = "SELECT count(*) FROM versions WHERE state = 'applied'"
        done = w.program.rows(applied)
        w.telegram.press(found[0], "Apply")
        reached = {
            Moment.BEFORE: lambda: w.program.rows(ledger) != known,
            Moment.AFTER: lambda: w.program.rows(applied) != done,
        }.get(when, lambda: self.file.read_bytes() != old)
        _soon(reached)
        died = w.program.end(signal.SIGKILL) == -signal.SIGKILL
        if self.file.read_bytes() not in (old, new.encode()):
            self.broken.append(f"{when}: the watchlist is neither the old nor the new one")
        with w.program.running():
            w.telegram.wait_handled(SLOWEST)
            # The key is gone where the message says already that it is done.
            last = w.telegram.press_data(ADMIN, found[0].message_id, key)
            w.telegram.wait_for(lambda t: last in t.answers, SLOWEST)
            _soon(lambda: w.program.rows(applied) != done, SLOWEST)
        if self.file.read_bytes() != new.encode():
            self.broken.append(f"{when}: Apply pressed again does not put the new watchlist in place")
        if w.program.rows(applied) == done:
            self.broken.append(f"{when}: Apply pressed again is not noted")
        return died

    def untold_rules(self) -> int:
        """Versions in place of which those who follow the watchlist have not heard, and never will."""
        query = (
            "SELECT id FROM versions v WHERE state = 'applied' AND NOT EXISTS (SELECT 1 FROM deliveries d "
            "WHERE d.key LIKE 'notice:rules:' || v.id || ':%')"
        )
        return len(self.w.program.rows(query))

    def _reload(self, when: Moment) -> bool:
        """The watchlist is changed by hand; the program is killed when it is told to look, while it looks, or when it
        tells the admins."""
        w = self.w
        w.program.launch("run")
        w.program.wait_for('"running"')
        if when in (Moment.AFTER, Moment.ACCEPTED):
            self._fatal("sendMessage", ADMIN, when, 0.0)
        new = self.file.with_name("new")
        new.write_text(f"{WATCHLIST}  - {{name: by_hand{self.kills}, match: '\"talks\"', priority: low}}\n")
        new.replace(self.file)
        process = w.program.process
        assert process is not None
        process.send_signal(signal.SIGHUP)
        if when in (Moment.AFTER, Moment.ACCEPTED):
            with suppress(Exception):
                process.wait(10)
        else:
            time.sleep(0.0 if when is Moment.BEFORE else self.chance.uniform(0.01, 0.6))
        return w.program.end(signal.SIGKILL) == -signal.SIGKILL

    # --- what came of it --------------------------------------------------------------------------------------------

    def never_read(self) -> list[int]:
        """Articles that a paper has published and nobody knows of."""
        known = {url.rpartition("/")[2] for (url,) in self.w.program.rows("SELECT url FROM articles")}
        return [n for n in range(FIRST + 1, self.number + 1) if path(n).rpartition("/")[2] not in known]

    def repeats(self) -> int:
        """Alerts that came twice, and said so."""
        return sum(1 for sent in self.w.telegram.messages() if sent.text.startswith("sent again"))

    def told_twice(self, chat: int) -> list[int]:
        """Articles that stand in two digests of a chat and have not moved in between."""
        texts = [sent.text for sent in self.w.news(chat)]
        numbers = set(range(FIRST + 1, self.number + 1)) - self.copies
        return [n for n in sorted(numbers) if sum(_names(text, n) for text in texts) > 1]


def _names(text: str, number: int) -> bool:
    """Whether a message tells an article; the list of what a digest holds, which stands in its first part, does not."""
    told = title(number)
    return any(line.strip() == told or line.startswith(f"• {told} (") for line in text.splitlines())


def _soon(true: object, within: float = 20.0) -> None:
    """Looks as often as it can, for so long; what is true then is for others to say."""
    assert callable(true)
    end = time.monotonic() + within
    while not true() and time.monotonic() < end:
        time.sleep(0.0005)


@contextmanager
def siege(home: Path, seed: int, address: str | None = None) -> Iterator[Siege]:
    """An installation that has settled, on SQLite, or on PostgreSQL at this address."""
    program = Installation(home, address)
    with ExitStack() as stack:
        web = stack.enter_context(DeadlyWeb(program.kill))
        telegram = stack.enter_context(FakeTelegram(TOKEN))
        stack.callback(program.kill)
        telegram.chat(ADMIN)
        program.token = TOKEN
        program.settings["telegram"] |= {"api_base_url": telegram.base_url, "access": "open"}
        program.settings["alerts"]["edit_every"] = "0s"
        program.settings["digests"] = {"per_section": 20}
        program.settings["spikes"] = {"enabled": False}
        program.write_settings()
        made = Siege(World(web, telegram, program), web, random.Random(seed))
        made.settle()
        yield made
