"""Lanes worked by several machines over one PostgreSQL: an offer is a job of Procrastinate, a visit is its run. It
holds no truth: rows say what is due, as on one machine.

A lane's name is the lock of its jobs, so no two machines visit it at the same time, and the lock of its place in the
queue, so several offers are one.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from bot.errors import KentonganError, StoreError
from bot.log import get
from bot.run.work import TELL_LANE, Visit
from bot.store import AsyncConnection, jobs
from bot.store.database import Database

if TYPE_CHECKING:
    from procrastinate import App
    from procrastinate.job_context import JobContext
    from procrastinate.jobs import Job
    from procrastinate.manager import JobManager

log = get(__name__)

BEAT = 2.0
"""Seconds between two signs of life of a worker."""

SILENT = 12.0
"""Seconds without a sign of life after which a worker is taken for dead and its lanes are freed; well above what a busy
machine is late by."""

ABANDONED = SILENT
"""Seconds for which a job that this machine is said to work may be in nobody's hand: on its way in, or out."""

_LANES, _TELL = "lanes", "tell"
_TASK = "visit"
_LOOKS = 0.5
"""Seconds between two looks at the queue: a notification comes with an offer, none with the end of the visit before,
which an offer may have waited for."""
_AGAIN = (0.5, 1.0, 2.0, 5.0)
"""Seconds before a worker is started again that lost its database, for each failure in a row."""

_LEAVES = 2.0
"""Seconds that the workers, and then the connections of the queue, get to take leave at the end."""

_SOON = (0.2, 0.5, 1.0)
"""Seconds before each further attempt to free what a visit had taken."""

Free = Callable[[AsyncConnection, int], Awaitable[None]]


class ProcrastinateWork:
    """See `Work`. `free` makes what a visit that died had taken in a lane due again."""

    def __init__(self, database: Database, visit: Visit, free: Free, *, at_once: int = 32) -> None:
        self._database = database
        self._visit = visit
        self._free = free
        self._at_once = at_once
        self._app = self._open_app()
        self._opening = asyncio.Lock()
        self._visits: dict[int, asyncio.Future[None]] = {}
        self._workers: set[asyncio.Task[Any]] = set()
        self._telling: asyncio.Task[None] | None = None
        self._closing = False
        self._hands: set[int] = set()
        self._in_hand: dict[int, int] = {}
        """The jobs that are worked here, each with its lane."""
        self._orphans: dict[int, float] = {}
        self.ended = 0
        """How many visits have ended here."""

    def _open_app(self) -> App:
        from procrastinate import App, PsycopgConnector

        # Every job would be three lines of its own.
        logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
        app = App(connector=PsycopgConnector(conninfo=self._database.dsn(), min_size=1, max_size=4, timeout=10))
        app.task(name=_TASK, pass_context=True)(self._job)
        return app

    async def _opened(self) -> JobManager:
        """The queue, with connections of its own for what is not a part of our transactions."""
        async with self._opening:
            await self._app.open_async()
        return self._app.job_manager

    # --- offers -----------------------------------------------------------------------------------------------------

    async def offer(self, *lanes: int) -> None:
        """See `Work.offer`. Raises StoreError."""
        async with self._database.write() as connection:
            await self.offer_within(connection, *lanes)

    async def offer_within(self, connection: AsyncConnection, *lanes: int) -> None:
        """See `Work.offer_within`. Raises StoreError."""
        from procrastinate.exceptions import AlreadyEnqueued

        waiting = await jobs.waiting(connection, [_lock(lane) for lane in lanes])
        # In one order, so that two machines that offer the same lanes do not wait for each other.
        missing = [self._offer_of(lane) for lane in sorted(set(lanes)) if _lock(lane) not in waiting]
        # Where another machine has offered one of them a moment ago nothing of its share is put in.
        for share in [missing, *([one] for one in missing if len(missing) > 1)]:
            if not share:
                return
            try:
                async with connection.begin_nested():
                    raw = await jobs.raw(connection)
                    await self._app.job_manager.batch_defer_jobs_async(share, connection=raw)
            except AlreadyEnqueued:
                continue
            if share is missing:
                return

    def _offer_of(self, lane: int) -> Job:
        name = _lock(lane)
        queue = _TELL if lane == TELL_LANE else _LANES
        return self._app.configure_task(_TASK, queue=queue, lock=name, queueing_lock=name).make_new_job(lane=lane)

    # --- visits -----------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """See `Work.run`."""
        await self._work(_LANES, self._at_once)

    def tell(self) -> None:
        """From now on visits to the lane of messages as well: for the one machine that leads."""
        self._telling = asyncio.create_task(self._work(_TELL, 1), name="tell")

    async def tell_no_more(self, seconds: float) -> None:
        """Ends that: a visit under way gets so many seconds. Its worker takes leave of the queue by itself, which takes
        long where the database is away."""
        telling, self._telling = self._telling, None
        if telling is not None:
            telling.cancel()
            if (visit := self._visits.get(TELL_LANE)) is not None:
                await asyncio.wait([visit], timeout=seconds)
                visit.cancel()
                await asyncio.wait([visit], timeout=seconds)

    async def finish(self, seconds: float) -> bool:
        """See `Work.finish`."""
        self._closing = True
        if self._telling is not None:
            self._telling.cancel()
        visits = list(self._visits.values())
        if visits:
            await asyncio.wait(visits, timeout=seconds)
        self.drop()
        ended = all(task.done() for task in visits)
        # Where the database is away they take leave of it for long; who is not heard of is freed by the others.
        if self._workers:
            await asyncio.wait(self._workers, timeout=_LEAVES)
        with suppress(TimeoutError):
            async with asyncio.timeout(_LEAVES):
                await self._app.close_async()
        return ended

    async def _work(self, queue: str, at_once: int) -> None:
        # A worker that is cancelled asks nothing more of the queue and waits for its visits.
        worker = asyncio.current_task()
        if worker is not None:
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)
        failures = 0
        while True:
            began = asyncio.get_running_loop().time()
            try:
                await self._opened()
                await self._app.run_worker_async(
                    queues=[queue],
                    concurrency=at_once,
                    install_signal_handlers=False,
                    delete_jobs="always",
                    update_heartbeat_interval=BEAT,
                    stalled_worker_timeout=SILENT,
                    fetch_job_polling_interval=_LOOKS,
                )
            except Exception as error:  # noqa: BLE001 - whatever took the worker away, work goes on when it can
                failures = 1 if asyncio.get_running_loop().time() - began > SILENT else failures + 1
                if failures == 1:
                    log.error("no work from the queue", queue=queue, reason=_line(error))
            if worker is not None and worker.cancelling():
                # The driver makes an error of its own of a cancelled question.
                raise asyncio.CancelledError
            await asyncio.sleep(_AGAIN[min(failures, len(_AGAIN)) - 1])

    async def _job(self, context: JobContext, lane: int) -> None:
        job = context.job
        if job.id is None or job.worker_id is None:
            raise RuntimeError("a job without a row")
        self._hands.add(job.worker_id)
        self._in_hand[job.id] = lane
        try:
            if not await self._visit_lane(lane):
                await self._free_ours(job.id, lane)
        finally:
            del self._in_hand[job.id]

    async def _visit_lane(self, lane: int) -> bool:
        """Whether the visit did all it could do."""
        task = self._visits[lane] = asyncio.ensure_future(self._visit(lane))
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.wait([task])
            raise
        finally:
            if self._visits.get(lane) is task:
                del self._visits[lane]
            self.ended += 1
        if task.cancelled():
            return False
        if (error := task.exception()) is not None:
            unexpected = None if isinstance(error, KentonganError) else error
            log.error("visit failed", lane=lane, reason=str(error), exc_info=unexpected)
        return error is None

    async def beat(self, connection: AsyncConnection) -> None:
        """A sign of life of all workers that have a visit under way. A worker that lost its database for a moment gives
        none itself while it waits for its visits, and their lanes would be taken for those of a machine that died."""
        if self._in_hand:
            await jobs.beat(connection, self._hands)

    async def holding(self, connection: AsyncConnection, lanes: Collection[int]) -> Collection[int]:
        """See `Holding`: a machine that stood still for a while may have lost lanes that it visits. Raises
        StoreError."""
        ours = {lane: job for job, lane in self._in_hand.items()}
        held = await jobs.held(connection, [ours[lane] for lane in lanes if lane in ours])
        return [lane for lane in lanes if ours.get(lane) in held]

    async def _free_ours(self, job: int, lane: int) -> None:
        """Makes what a visit had taken due again, before its job ends and as soon as the database takes it."""
        for seconds in itertools.chain(_SOON, itertools.repeat(_SOON[-1])):
            with suppress(StoreError):
                async with self._database.write() as connection:
                    if await jobs.hold(connection, job):
                        await self._free(connection, lane)
                return
            if self._closing:
                return
            await asyncio.sleep(seconds)

    async def _end(self, job: int, lane: int) -> bool:
        async with self._database.write() as connection:
            ended = await jobs.end(connection, job)
            if ended:
                # Until this is kept the job shuts the lane: nobody has anything in hand there.
                await self._free(connection, lane)
        return ended

    async def reap(self) -> None:
        """Frees the lanes of workers that have died, and of jobs whose end could not be kept, and offers them. Every
        machine does this, any number of times: a job is an offer, so it is ended and not tried again, which would meet
        the offer that waits behind it. Raises StoreError."""
        from procrastinate.exceptions import ConnectorException

        try:
            found = await (await self._opened()).get_stalled_jobs(seconds_since_heartbeat=SILENT)
        except ConnectorException as error:
            raise StoreError(f"the queue in {self._database.name} cannot be used: {_line(error)}") from error
        dead = {job.id: int(str(job.task_kwargs["lane"])) for job in found if job.id is not None}
        freed = [lane for job, lane in {**dead, **await self._abandoned()}.items() if await self._end(job, lane)]
        if freed:
            log.warning("lanes of a machine that died are free", lanes=len(freed))
            await self.offer(*freed)

    async def _abandoned(self) -> dict[int, int]:
        """The jobs of this machine's living workers that nobody here has had in hand for a while, each with its lane:
        the database was away when they ended, or has forgotten that they did. Procrastinate waits for them for ever."""
        async with self._database.read() as connection:
            held = await jobs.worked_by(connection, self._hands)
        now = asyncio.get_running_loop().time()
        self._orphans = {job: self._orphans.get(job, now) for job in held if job not in self._in_hand}
        return {job: held[job] for job, since in self._orphans.items() if now - since > ABANDONED}

    def drop(self) -> None:
        """Gives up all visits at once: what this machine does it may no longer do."""
        for task in self._visits.values():
            task.cancel()


def _lock(lane: int) -> str:
    return f"lane {lane}"


def _line(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".partition("\n")[0]
