"""Puts the program together: engine, Telegram, schedule, desk. The one place that knows all of them."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import ConfigErrors, KentonganError, StoreError
from bot.log import get
from bot.model import DeliveryKind, Destination, Priority
from bot.run.alarms import Around
from bot.run.cluster import ALIVE, Member, Myself
from bot.run.console import Console
from bot.run.engine import Courier, Engine, Tally
from bot.run.files import fingerprint
from bot.run.jobs import ProcrastinateWork
from bot.run.library import Library
from bot.run.more import Briefs
from bot.run.newsroom import Newsroom
from bot.run.notify import notify, starting
from bot.run.once import Round, once
from bot.run.reload import Reloader, Standing
from bot.run.rules import Rules
from bot.run.schedule import Schedule
from bot.run.setup import configuration, database_of, free_lane, open_engine, take_over
from bot.run.visit import visit
from bot.run.work import LocalWork
from bot.settings import Settings, load_token
from bot.store import chats, jobs, nodes
from bot.store.leader import LeaderLock
from bot.store.lock import state_lock
from bot.store.sending import on_their_way, sent_since
from bot.tell import Message, html, plain
from bot.tell.tree import words_of

if TYPE_CHECKING:
    # Importing Telegram's library costs half a second; without a token it is never needed.
    from pydantic import SecretStr

    from bot.desk import Check
    from bot.telegram.gateway import Gateway

log = get(__name__)

STOP_WITHIN = 4.0
"""Seconds that visits under way get to end by themselves when the program is asked to stop."""

SEND_PATIENCE = timedelta(seconds=20)
"""How long a message waits for its turn under Telegram's limits before it is put back; far below the lease."""

TELL_ENDS_WITHIN = 4.0
"""Seconds that a message on its way gets when another machine takes over."""

EDIT_PATIENCE = timedelta(seconds=3)
"""How long a change of a message waits for its turn: alerts that come meanwhile wait for it."""


class TelegramCourier:
    """Carries messages to Telegram."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway

    @asynccontextmanager
    async def turn(
        self,
        destination: Destination,
        kind: DeliveryKind,
        priority: Priority,
        patience: timedelta = SEND_PATIENCE,
    ) -> AsyncIterator[None]:
        """Waits until Telegram's limits let a message go there, and keeps its place meanwhile. Raises DeliveryError
        where that is not soon."""
        from bot.telegram.outcomes import SendFailure, busy
        from bot.telegram.pace import Rank, TooBusy

        alert = Rank.URGENT if priority is Priority.URGENT else Rank.ALERT
        rank = alert if kind in (DeliveryKind.ALERT, DeliveryKind.NOTICE) else Rank.DIGEST
        try:
            async with self.gateway.wire.pace.turn(destination, patience, rank):
                yield
        except TooBusy as wait:
            raise SendFailure(busy(wait.wait)) from None

    async def send(
        self, destination: Destination, message: Message, picture: bytes | None = None, *, silent: bool = False
    ) -> int | None:
        """The message's id in its chat; its turn has been taken."""
        from bot.telegram.buttons import keyboard
        from bot.telegram.sender import TAKEN

        words = words_of(message)
        return await self.gateway.send(
            destination,
            html(words),
            plain(words),
            picture=picture,
            silent=silent,
            buttons=keyboard(message.keys),
            patience=TAKEN,
        )

    async def edit(self, destination: Destination, message_id: int, message: Message) -> None:
        """Other words and keys in a message that stands in its chat, when nothing else waits to be sent."""
        from bot.telegram.buttons import keyboard
        from bot.telegram.sender import TAKEN

        words, buttons = words_of(message), keyboard(message.keys)
        async with self.turn(destination, DeliveryKind.DIGEST, Priority.LOW, EDIT_PATIENCE):
            await self.gateway.edit(
                destination,
                message_id,
                html(words),
                plain(words),
                buttons=buttons,
                patience=TAKEN,
                pictured=message.picture is not None,
            )


@asynccontextmanager
async def open_app(
    config_dir: Path, state_dir: Path, environ: Mapping[str, str], console: Console | None = None
) -> AsyncIterator[tuple[Engine, Line]]:
    """An engine, and its line to Telegram, still closed, for the length of the block; `console` carries the messages
    where there is no token. Where the database is a file in the state directory no other bot has that meanwhile. Raises
    ConfigErrors, StoreError."""
    config = configuration(config_dir)
    token = load_token(config.settings, environ)
    alone = isinstance(database_of(config.settings, state_dir), Path)
    with state_lock(state_dir) if alone else nullcontext():
        couriers: dict[str, Courier] = {} if token else {"console": console or Console()}
        async with open_engine(config, state_dir, couriers) as engine:
            yield engine, Line(engine, token, Rules(engine, config_dir))


class Line:
    """The line to Telegram, where there is a token: open on the one machine that leads."""

    def __init__(self, engine: Engine, token: SecretStr | None, rules: Rules) -> None:
        self.rules = rules
        self._engine = engine
        self._token = token
        self.courier: TelegramCourier | None = None
        """Who carries messages, while it is open."""

    async def open(self) -> TelegramCourier | None:
        """Who carries messages from now on; None where there is no token. Raises StoreError."""
        if self._token is None:
            return None
        courier = _telegram(self._engine, self._token, self.rules)
        await _remember(self._engine, courier)
        self._engine.couriers["telegram"] = self.courier = courier
        self._engine.turn = courier.turn
        return courier

    async def close(self) -> None:
        """Nobody carries messages any more."""
        courier, self.courier = self.courier, None
        if courier is not None:
            self._engine.couriers.pop("telegram", None)
            await courier.gateway.stop()

    def last_ok(self) -> datetime | None:
        """When Telegram last answered well; None where it was not asked."""
        return self.courier.gateway.last_ok if self.courier else None


async def _remember(engine: Engine, telegram: TelegramCourier) -> None:
    """What was sent a moment ago, before this start, Telegram still counts."""
    now = engine.clock()
    async with engine.database.read() as connection:
        said = await sent_since(connection, now - timedelta(minutes=1))
        # When these left nobody wrote down: as if it were now.
        said += [(chat, now) for chat in await on_their_way(connection, now - timedelta(minutes=2))]
    for chat, at in said:
        # Not later than now, where the clock was ahead then.
        telegram.gateway.wire.pace.remember(chat, min(at, now))


def _telegram(engine: Engine, token: SecretStr, rules: Rules) -> TelegramCourier:
    from bot.telegram.gateway import Gateway

    settings = engine.config.settings
    gateway = Gateway(
        token,
        engine.database,
        Newsroom(engine),
        Library(engine),
        Briefs(engine),
        rules,
        api_base_url=settings.telegram.api_base_url,
        admins=settings.telegram.admins,
        access=settings.telegram.access,
        timezone=settings.timezone,
        clock=engine.clock,
    )
    return TelegramCourier(gateway)


async def single_round(
    config_dir: Path,
    state_dir: Path,
    environ: Mapping[str, str],
    *,
    every_feed: bool,
    watch: Callable[[Tally], None] | None = None,
    console: Console | None = None,
) -> Round:
    """`kentongan once`: what readers wrote is answered first, so that a subscription counts for this round."""
    async with open_app(config_dir, state_dir, environ, console) as (engine, line), _alone(engine):
        telegram = await line.open()
        if watch is not None:
            engine.tally.on_change = lambda: watch(engine.tally)
        if telegram is None:
            return await once(engine, every_feed=every_feed)
        try:
            trouble = await _hear(telegram)
            if trouble is not None:
                # What is due stays due; feeds and pages do not wait for Telegram.
                del engine.couriers["telegram"]
            return replace(await once(engine, every_feed=every_feed), trouble=trouble)
        finally:
            await telegram.gateway.close()


@asynccontextmanager
async def _alone(engine: Engine) -> AsyncIterator[None]:
    """Among machines of one database only the one that leads may do a round for all. Raises StoreError."""
    if engine.database.dialect == "sqlite":
        yield
        return
    async with LeaderLock(engine.database) as lock:
        if not await lock.held():
            raise StoreError(f"a machine is at work on {engine.database.name}, which does the rounds")
        await take_over(engine, idle=True)
        yield


async def _hear(telegram: TelegramCourier) -> str | None:
    """Answers what readers wrote. Returns why that cannot be done, if it cannot."""
    try:
        await telegram.gateway.check()
        await telegram.gateway.drain_updates()
    except KentonganError as error:
        return str(error)
    return None


async def ask_telegram(token: SecretStr, settings: Settings) -> str:
    """The name of the bot at Telegram, for `kentongan doctor`. Raises KentonganError."""
    from bot.telegram.gateway import bot_name

    return await bot_name(token, settings.telegram.api_base_url)


async def serve(config_dir: Path, state_dir: Path, environ: Mapping[str, str]) -> None:
    """`kentongan run`: works until SIGTERM or SIGINT. A change of the configuration's files, and SIGHUP, reload it."""
    running = fingerprint(config_dir)
    async with AsyncExitStack() as stack:
        async with starting(environ):
            engine, line = await stack.enter_async_context(open_app(config_dir, state_dir, environ))
        work = _work(engine)
        engine.offer = work.offer_within
        around = Around(state_dir, engine.clock(), line.last_ok)
        schedule = Schedule(engine, work, lambda: notify("WATCHDOG=1", environ), around)
        reloader = _reloader(engine, config_dir, running, environ, work)
        line.rules.reload = reloader.now
        stop = asyncio.Event()
        _on_signals(reloader.ask, stop)
        duties = Duties(engine, line, schedule, work)
        member = _member(engine, duties, schedule, reloader, work)
        await _open_desk(stack, engine, schedule, line, reloader.standing, around)
        worker = asyncio.create_task(work.run(), name="work")
        reloads = asyncio.create_task(reloader.run(), name="reload")
        schedule.start()
        if member is None:
            await duties.begin()
        leading = asyncio.create_task(member.run() if member else stop.wait(), name="leading")
        leading.add_done_callback(lambda _: stop.set())
        notify("READY=1", environ)
        if "console" in engine.couriers:
            log.info("no token: messages go to this terminal")
        log.info("running", feeds=sum(len(s.feeds) for s in engine.config.sources.values()), state=str(state_dir))
        await stop.wait()
        notify("STOPPING=1", environ)
        log.info("stopping")
        engine.database.hurry()
        reloads.cancel()
        await asyncio.wait([reloads])
        worker.cancel()
        if member is None:
            # Side by side: on a database that somebody holds each takes as long as it may.
            await asyncio.gather(schedule.stop(), work.finish(STOP_WITHIN))
            await duties.end()
            return
        await schedule.stop()
        leading.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(leading, work.finish(STOP_WITHIN))


def _work(engine: Engine) -> LocalWork | ProcrastinateWork:
    """On PostgreSQL several machines share the work. Raises StoreError where what that needs is not installed."""
    if engine.database.dialect == "sqlite":
        return LocalWork(lambda lane: visit(engine, lane))
    if jobs.installed() is None:
        raise StoreError("a bot on PostgreSQL shares its work by a queue: pip install 'kentongan[cluster]'")
    return ProcrastinateWork(engine.database, lambda lane: visit(engine, lane), free_lane(engine))


class Duties:
    """What one machine does for all: the line to Telegram, the messages, and what must be looked at only once."""

    def __init__(self, engine: Engine, line: Line, schedule: Schedule, work: LocalWork | ProcrastinateWork) -> None:
        self._engine = engine
        self._line = line
        self._schedule = schedule
        self._work = work

    async def begin(self) -> None:
        """Raises StoreError."""
        if isinstance(self._work, LocalWork):
            await self._open()
            return
        await take_over(self._engine)
        await self._open()
        self._work.tell()

    async def _open(self) -> None:
        telegram = await self._line.open()
        if telegram is not None:
            telegram.gateway.start()
        self._schedule.lead()

    async def end(self) -> None:
        """Nothing of it goes on when this returns."""
        self._schedule.follow()
        if not isinstance(self._work, LocalWork):
            await self._work.tell_no_more(TELL_ENDS_WITHIN)
        await self._line.close()


def _member(
    engine: Engine, duties: Duties, schedule: Schedule, reloader: Reloader, work: LocalWork | ProcrastinateWork
) -> Member | None:
    """This machine among others; None where there can be none."""
    if isinstance(work, LocalWork):
        return None
    me = Myself(engine.node, lambda: reloader.running, lambda: schedule.last_tick)
    return Member(engine.database, work, me, duties, schedule.look)


def _reloader(
    engine: Engine, config_dir: Path, running: str, environ: Mapping[str, str], work: LocalWork | ProcrastinateWork
) -> Reloader:
    """Tells the admins of the start: whose door it is changes with a restart, and without a token it is nobody's."""
    opened = engine.config.settings
    token = load_token(opened, environ)

    def token_changed() -> bool:
        try:
            return load_token(opened, environ) != token
        except ConfigErrors:
            return True

    admins = opened.telegram.admins if token else ()
    return Reloader(engine, config_dir, running, admins=admins, offer=work.offer, token_changed=token_changed)


def _on_signals(reload: Callable[[], None], stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    loop.add_signal_handler(signal.SIGHUP, reload)


async def _open_desk(
    stack: AsyncExitStack,
    engine: Engine,
    schedule: Schedule,
    line: Line,
    standing: Standing,
    around: Around,
) -> None:
    """The desk is a convenience: where its port is taken, the bot runs without it and says so."""
    settings = engine.config.settings.desk
    if not settings.enabled:
        return
    from bot.desk import application
    from bot.desk import serve as serve_desk
    from bot.run.metrics import Gauges, registry

    health = _Health(engine, schedule, line, standing)
    gauges = Gauges(engine, around, health.last_tick)
    pages = application(health, registry(engine, standing, gauges), engine.clock, gauges.look)
    try:
        url = await stack.enter_async_context(serve_desk(pages, settings.host, settings.port))
    except KentonganError as error:
        log.error("no desk", reason=str(error))
    else:
        log.info("desk", url=url)


class _Health:
    """What the desk asks the running program."""

    def __init__(self, engine: Engine, schedule: Schedule, line: Line, standing: Standing) -> None:
        self._engine = engine
        self._schedule = schedule
        self._line = line
        self._standing = standing

    def last_tick(self) -> datetime | None:
        """When the schedule last ran."""
        return self._schedule.last_tick

    async def ready(self) -> Sequence[Check]:
        """The database takes writes; Telegram answered in the last two minutes. A refused configuration is said, but
        the bot is as ready as before."""
        from bot.desk import Check

        now = self._engine.clock()
        try:
            async with self._engine.database.write() as connection:
                await chats.set_fact(connection, "ready", now.isoformat(), now)
            checks = [Check("database", True)]
        except StoreError as error:
            checks = [Check("database", False, str(error))]
        if self._line.courier is not None:
            last = self._line.last_ok()
            fresh = last is not None and now - last < timedelta(minutes=2)
            checks.append(Check("telegram", fresh, f"last good answer: {last.isoformat() if last else 'none'}"))
        if self._engine.database.dialect == "postgresql":
            checks.append(await self._machines())
        loaded = f"loaded {self._standing.loaded_at.isoformat()}"
        refused = "" if self._standing.successful else "; a newer one was refused, see the log"
        checks.append(Check("configuration", True, loaded + refused))
        return checks

    async def _machines(self) -> Check:
        """Who is at work. That they differ is said, but each is as ready as it was."""
        from bot.desk import Check

        try:
            async with self._engine.database.read() as connection:
                found = await nodes.alive(connection, ALIVE)
        except StoreError as error:
            return Check("machines", False, str(error))
        leader = next((node.name for node in found if node.leads), "none yet")
        how = nodes.differ(found)
        said = f"{len(found)} at work, leader: {leader}"
        return Check("machines", True, f"{said}; they differ: {how}" if how else said)
