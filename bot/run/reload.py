"""Takes up a changed configuration while the program runs: the whole of it or nothing, and tells the admins once.

It never touches what was opened with the old one (connections, limits, the token): that waits for a restart, which is
said.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.errors import ConfigErrors, KentonganError
from bot.log import get, redact, stopwatch
from bot.model import DeliveryKind
from bot.run import changes
from bot.run.admins import admin_chats
from bot.run.engine import Configuration, Engine
from bot.run.files import fingerprint, watch
from bot.run.setup import align, configuration
from bot.run.tongue import language_of
from bot.run.work import TELL_LANE
from bot.speech import gettext, later, speaking
from bot.store import deliveries, facts, subscriptions
from bot.store.deliveries import Order
from bot.tell import Bold, Message, Text
from bot.tell.tree import to_json

log = get(__name__)

QUIET = 1.0
"""Seconds in which the files must stay as they are: editors write several times, and not always a whole file."""

AGAIN = 5.0
"""Seconds after which a reload that the database held up is tried once more."""

NOTICE_CHARS = 3500
"""Longest notice; a message of Telegram takes 4096."""

RELOADED = later("Configuration reloaded")
NOT_RELOADED = later("Configuration not reloaded, the old one stays")
AS_BEFORE = later("the files are again those of the running one")

FACT = "configuration"
"""What all nodes of one database know: which content runs, which was refused, and how many notices there were."""


@dataclass(slots=True)
class Standing:
    """For the desk: when the running configuration was loaded, and whether the last try to replace it worked."""

    loaded_at: datetime
    successful: bool = True


async def _nobody(lane: int) -> None:
    """Nobody waits for an offer."""


class Reloader:
    """Watches one configuration directory for one engine. `running` is the fingerprint of what the engine began with,
    taken before it was loaded; `admins` are the chats that are told, besides those of admins by invitation;
    `token_changed` says whether a restart would find another token."""

    def __init__(
        self,
        engine: Engine,
        config_dir: Path,
        running: str,
        *,
        admins: Sequence[int] = (),
        offer: Callable[[int], Awaitable[None]] = _nobody,
        token_changed: Callable[[], bool] = lambda: False,
        quiet: float = QUIET,
    ) -> None:
        self.standing = Standing(engine.clock())
        self._engine = engine
        self._opened = engine.config.settings
        self._config_dir = config_dir
        self._running = running
        self._refused: str | None = None
        self._admins = frozenset(admins)
        self._offer = offer
        self._token_changed = token_changed
        self._quiet = quiet
        self._stirred, self._asked = asyncio.Event(), asyncio.Event()
        self._trouble = ""
        self._noted, self._took = False, stopwatch()
        self._waiting: list[asyncio.Future[bool]] = []

    @property
    def running(self) -> str:
        """The fingerprint of the configuration that runs."""
        return self._running

    def ask(self) -> None:
        """Somebody wants a reload now, whether or not a change was noticed; the log answers in any case."""
        self._asked.set()
        self._stirred.set()

    async def now(self) -> bool:
        """Reloads, and tells whether what the files say is what runs then. It waits for `run`."""
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append(done)
        self.ask()
        return await done

    async def run(self) -> None:
        """Reloads on every change and every question until it is cancelled, one after the other."""
        stop = asyncio.Event()
        watching = asyncio.create_task(watch(self._config_dir, stop, self._stirred.set), name="watch")
        watching.add_done_callback(self._watched)
        # What changed while the program started was seen by nobody.
        self._stirred.set()
        try:
            while True:
                await self._stirred.wait()
                self._stirred.clear()
                waiting, self._waiting = self._waiting, []
                await self._attempt()
                if self._stirred.is_set():
                    # The files changed while they were read, or somebody asked again: the next look decides.
                    self._waiting = [*waiting, *self._waiting]
                    continue
                for done in waiting:
                    if not done.done():
                        done.set_result(self.standing.successful)
        finally:
            stop.set()
            await asyncio.wait([watching], timeout=2)

    def _watched(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("changes of files are not noticed any more: SIGHUP still reloads", reason=repr(error))

    async def _attempt(self) -> None:
        try:
            await self._look()
        except Exception as error:
            # A reload must never end the program. What goes wrong is said when it begins, not at every try.
            if repr(error) != self._trouble:
                foreseen = isinstance(error, KentonganError)
                reason = str(error) if foreseen else repr(error)
                log.error("configuration not reloaded: the old one stays", reason=reason, exc_info=not foreseen)
            self._trouble, self.standing.successful = repr(error), False
            asyncio.get_running_loop().call_later(AGAIN, self._stirred.set)
        else:
            self._trouble = ""

    # --- one look at the files --------------------------------------------------------------------------------------

    async def _look(self) -> None:
        if not self._noted:
            await self._note_start()
        asked = self._asked.is_set()
        self._asked.clear()
        mark = await self._mark() if asked else await self._settled()
        if mark == self._running:
            if self._refused is not None or not self.standing.successful:
                await self._mended(mark)
            elif asked:
                log.info("configuration unchanged: nothing to reload")
            return
        if mark == self._refused and not asked:
            return
        self._took = stopwatch()
        fresh, mistakes = await self._load()
        if await self._mark() != mark:
            # Some files were read before a change and some after it.
            self._stirred.set()
        elif fresh is None:
            await self._refuse(mark, mistakes)
        else:
            await self._swap(mark, fresh)

    async def _mark(self) -> str:
        return await asyncio.to_thread(fingerprint, self._config_dir)

    async def _settled(self) -> str:
        """The fingerprint, once it has not changed for a while, or when somebody asks."""
        mark = await self._mark()
        while mark != self._running and not self._asked.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(self._quiet):
                    await self._asked.wait()
            before, mark = mark, await self._mark()
            if mark == before:
                break
        return mark

    async def _load(self) -> tuple[Configuration | None, list[str]]:
        try:
            return await asyncio.to_thread(configuration, self._config_dir), []
        except ConfigErrors as errors:
            return None, [str(error) for error in errors.errors]
        except Exception as error:
            log.exception("configuration could not be read", reason=repr(error))
            return None, [f"{self._config_dir}: {type(error).__name__}: {error}"]

    # --- what follows -----------------------------------------------------------------------------------------------

    async def _swap(self, mark: str, fresh: Configuration) -> None:
        engine, before = self._engine, self._engine.config
        found = changes.compare(before, fresh)
        restart = self._restart(fresh)
        followers = await self._followers(found.watchlists.removed)
        text = changes.reloaded(found, restart, followers)
        # First what is told, then what follows from it: after a crash between the two the next start does the rest.
        await self._tell(mark, RELOADED, lambda: changes.reloaded(found, restart, followers))
        await align(replace(engine, config=fresh), starting=False)
        engine.config = fresh
        self._running, self._refused = mark, None
        self.standing.loaded_at, self.standing.successful = engine.clock(), True
        watchlists = list(fresh.watchlists.lists)
        log.info("configuration reloaded", what=text, watchlists=watchlists, outcome="reloaded", seconds=self._took())

    async def _mended(self, mark: str) -> None:
        # Also where only a change that was told failed to be taken up; else nobody hears of it.
        await self._tell(mark, RELOADED, lambda: gettext(AS_BEFORE))
        if self._refused is not None:
            log.info("configuration reloaded", what=AS_BEFORE, watchlists=list(self._engine.config.watchlists.lists))
        else:
            log.info("configuration unchanged: what held up the reload is over", was=self._trouble)
        self._refused = None
        self.standing.successful = True

    async def _refuse(self, mark: str, mistakes: list[str]) -> None:
        log.error(
            "configuration not reloaded: the old one stays", mistakes=mistakes, outcome="refused", seconds=self._took()
        )
        await self._tell(mark, NOT_RELOADED, lambda: changes.refused(mistakes), refused=True)
        self._refused, self.standing.successful = mark, False

    def _restart(self, fresh: Configuration) -> list[str]:
        keys = [key for key in changes.different(self._opened, fresh.settings) if changes.needs_restart(key)]
        return keys + (["token"] if self._token_changed() else [])

    async def _followers(self, watchlists: Sequence[str]) -> dict[str, int]:
        if not watchlists:
            return {}
        async with self._engine.database.read() as connection:
            return {name: len(await subscriptions.subscribers_of(connection, name)) for name in watchlists}

    # --- the notice -------------------------------------------------------------------------------------------------

    async def _note_start(self) -> None:
        """What a start took up is no news; what was refused before it may be told again."""
        now = self._engine.clock()
        async with self._engine.database.write() as connection:
            running, was_refused, number = _known(await facts.get_fact(connection, FACT))
            if (running, was_refused) != (self._running, None):
                await facts.set_fact(connection, FACT, [self._running, None, number], now)
        self._noted = True

    async def _tell(self, mark: str, heading: str, said: Callable[[], str], *, refused: bool = False) -> None:
        """Writes the admins' notice into the outbox, to each in their language, unless this content was told of: by
        another node, or before."""
        engine = self._engine
        now = engine.clock()
        async with engine.database.write() as connection:
            running, was_refused, number = _known(await facts.get_fact(connection, FACT))
            if mark == was_refused if refused else (mark == running and was_refused is None):
                return
            fact = [running, mark, number + 1] if refused else [mark, None, number + 1]
            await facts.set_fact(connection, FACT, fact, now)
            for place in await admin_chats(connection, engine, self._admins):
                # Numbered, for a content that comes back is news again; two nodes that tell at the same moment make
                # the same key.
                key = f"notice:configuration:{number + 1}:{mark[:16]}:{place.chat}"
                with speaking(await language_of(connection, place.chat)):
                    body = to_json(Message(Bold(gettext(heading)), Text(f": {_short(redact(said()))}")))
                await deliveries.order(connection, Order(key, place, DeliveryKind.NOTICE, now, body=body), now)
        await self._offer(TELL_LANE)


def _known(fact: object) -> tuple[str | None, str | None, int]:
    """The content that runs, the one that was refused since, and how many notices there were."""
    match fact:
        case [str() | None as running, str() | None as refused, int() as number]:
            return running, refused, number
    return None, None, 0


def _short(text: str) -> str:
    return text if len(text) <= NOTICE_CHARS else f"{text[:NOTICE_CHARS]}…"
