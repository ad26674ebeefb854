"""The service: engine, Telegram, schedule and desk put together, from its start to its stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

from bot.app.duties import Duties, Working, member_of, work_of
from bot.app.health import open_desk
from bot.app.opening import open_app
from bot.errors import ConfigErrors
from bot.log import get
from bot.run.alarms import Around
from bot.run.engine import Engine
from bot.run.files import fingerprint
from bot.run.notify import notify, starting
from bot.run.reload import Reloader
from bot.run.schedule import Schedule
from bot.settings import load_token

log = get(__name__)

STOP_WITHIN = 4.0
"""Seconds that visits under way get to end by themselves when the program is asked to stop."""


async def serve(config_dir: Path, state_dir: Path, environ: Mapping[str, str]) -> None:
    """`kentongan run`: works until SIGTERM or SIGINT. A change of the configuration's files, and SIGHUP, reload it."""
    running = fingerprint(config_dir)
    async with AsyncExitStack() as stack:
        async with starting(environ):
            engine, line = await stack.enter_async_context(open_app(config_dir, state_dir, environ))
        work = work_of(engine)
        engine.offer = work.offer_within
        around = Around(state_dir, engine.clock(), line.last_ok)
        schedule = Schedule(engine, work, lambda: notify("WATCHDOG=1", environ), around)
        reloader = _reloader(engine, config_dir, running, environ, work)
        line.rules.reload = reloader.now
        stop = asyncio.Event()
        _on_signals(reloader.ask, stop)
        duties = Duties(engine, line, schedule, work)
        member = member_of(engine, duties, schedule, reloader, work)
        await open_desk(stack, engine, schedule, line, reloader.standing, around)
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
        engine.stopping = True
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
        # Not the task itself: its end would be the end of waiting for the visits.
        await asyncio.gather(asyncio.wait([leading]), work.finish(STOP_WITHIN))
        if not leading.cancelled():
            leading.result()


def _reloader(engine: Engine, config_dir: Path, running: str, environ: Mapping[str, str], work: Working) -> Reloader:
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
