"""One visit to a lane: what is due there, hosts side by side, each host in sequence. It keeps nothing in memory."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import timedelta
from typing import TypeAlias

from bot.errors import StoreError
from bot.log import get, stopwatch
from bot.run.cpu import NoWorkers
from bot.run.deliver import deliver
from bot.run.digest import digest
from bot.run.editing import edit_due
from bot.run.engine import Engine
from bot.run.poll import poll, poll_failed
from bot.run.read import read, read_failed
from bot.run.work import TELL_LANE, all_of
from bot.store import feeds, pages
from bot.store.feed_rows import Feed
from bot.store.pages import Page

log = get(__name__)

LONGEST = timedelta(seconds=30)
"""A visit begins nothing new after this long; the tick offers the lane again."""

Item: TypeAlias = Feed | Page


async def visit(engine: Engine, lane: int) -> None:
    """Works a lane until nothing is due, its time is over, or the program is about to end. What it makes due in other
    lanes it offers as it does."""
    if lane == TELL_LANE:
        await tell(engine)
        return
    loop = asyncio.get_running_loop()
    end = loop.time() + LONGEST.total_seconds()
    while loop.time() < end and not engine.stopping:
        claimed = await engine.claim(lane)
        hosts: dict[str, list[Item]] = defaultdict(list)
        items: list[Item] = [*claimed.feeds, *claimed.pages]
        for item in items:
            hosts[item.host].append(item)
        new = sum(await all_of(_host(engine, queue, end) for queue in hosts.values()))
        if not new and not claimed.full():
            break


async def tell(engine: Engine) -> None:
    """Serves the digest hours that have come, and sends what is due, until nothing is."""
    while not engine.stopping and await digest(engine) + await deliver(engine) + await edit_due(engine) > 0:
        pass


async def _host(engine: Engine, queue: list[Item], end: float) -> int:
    """One host's feeds and pages, one after another. What the visit has no time for is given back. How many new entries
    were found."""
    loop = asyncio.get_running_loop()
    new = 0
    for number, item in enumerate(queue):
        if loop.time() >= end or engine.stopping:
            await _release(engine, queue[number:])
            break
        took = stopwatch()
        try:
            if isinstance(item, Feed):
                new += (await poll(engine, item)).new
            else:
                await read(engine, item)
        except (StoreError, NoWorkers):
            raise
        except Exception as error:
            # One bad thing stays one bad thing: it is set aside, and the next one has its turn.
            log.exception("step failed", url=item.url, reason=str(error))
            if isinstance(item, Feed):
                await poll_failed(engine, item, error, took=took)
            else:
                await read_failed(engine, item, error, took())
    return new


async def _release(engine: Engine, items: list[Item]) -> None:
    now = engine.clock()
    async with engine.database.write() as connection:
        await pages.release_pages(connection, [item.id for item in items if isinstance(item, Page)], now)
        await feeds.release_feeds(
            connection, [item.id for item in items if isinstance(item, Feed)], engine.feeds_due_by()
        )
