"""The second step: page bytes -> article -> matches -> what follows from them. It sends nothing.

Everything that follows from a page is one transaction with the page's being done, so a crash loses nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import ExtractError, FetchError, FetchReason, WorkerError
from bot.log import get, stopwatch
from bot.model import Article, Basis, Entry
from bot.read import article_from_entry, report_page
from bot.run.cpu import PAGE_LIMIT
from bot.run.engine import Configuration, Engine
from bot.run.gather import learn
from bot.run.settle import Settled, settle
from bot.store import AsyncConnection, articles, feeds, holds, lines, pages
from bot.store.pages import Page, PageState
from bot.store.words import storable_noun
from bot.story import titles_alike
from bot.watch import match
from bot.web import ACCEPT_PAGE

log = get(__name__)

RETRIES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3))
"""When a page that failed is tried again; after these five tries it is given up."""

PATIENCE = timedelta(seconds=10)
"""How long a page waits for a place among those in work before it is given back."""

EARLY = timedelta(minutes=10)
"""How far ahead of ours a publisher's clock may be."""

_HOPELESS = (FetchReason.BAD_URL, FetchReason.REFUSED_ADDRESS, FetchReason.TOO_LARGE, FetchReason.REDIRECTS)


async def read(engine: Engine, page: Page) -> None:
    """Reads one page and stores all that follows. Where it cannot be read, the feed's own text is matched at once,
    and the page is tried again later if that may help."""
    config, took = engine.config, stopwatch()
    async with engine.database.read() as connection:
        entry = await pages.entry_of(connection, page.id)
        learned = await lines.learned_lines(connection, page.source)
    if page.host and not await _has_place(engine):
        # Other pages hang: the lane's feeds must not wait for them.
        async with engine.database.write() as connection:
            await pages.release_pages(connection, [page.id], engine.clock())
        return
    try:
        article, marks, failure = await _article(engine, config, page, entry, learned)
    finally:
        if page.host:
            engine.page_room.release()
    now = engine.clock()
    due_at = _retry_at(page, failure, now) if failure is not None else None
    held = isinstance(failure, FetchError) and failure.held
    if article is not None and entry is not None:
        async with engine.database.read() as connection:
            article = await _own_article(connection, page, entry, article)
    if article is None:
        reason = str(failure)
        async with _with_holds(engine, page) as connection:
            await pages.finish_page(connection, page.id, PageState.FAILED, reason, due_at, untried=held)
        engine.tally.add("pages_failed")
        _say_failed(page, reason, again=due_at is not None, seconds=took())
        return
    found = match(config.watchlists, article, page.first_seen)
    said = await learn(engine, config, article, found, page.first_seen)
    state = PageState.READ if article.basis is Basis.PAGE else PageState.SUMMARY
    async with _with_holds(engine, page) as connection:
        settled = await settle(engine, config, connection, page, article, found, now, marks, said)
        if settled is None:
            state = PageState.SAME
        why = str(failure) if failure else None
        await pages.finish_page(connection, page.id, state, why, due_at, untried=held)
    engine.tally.add(f"pages_{state}")
    engine.tally.add("matches", len(found) if settled is not None else 0)
    _say_read(page, article, settled, state, took())
    if settled is not None and (found or settled.story):
        log.info(
            "matched",
            article=settled.article,
            story=settled.story,
            outcome=settled.change,
            matches=[f"{m.watchlist}/{m.rule}" for m in found],
            alerts=settled.alerts,
            seconds=settled.seconds,
        )


def _say_read(page: Page, article: Article, settled: Settled | None, state: PageState, seconds: float) -> None:
    log.info(
        "read",
        page=page.url,
        source=page.source,
        article=settled.article if settled is not None else None,
        outcome=state,
        basis=article.basis,
        note=article.note,
        language=article.language,
        change=settled.change if settled is not None else None,
        corrected=settled is not None and settled.corrected,
        seconds=seconds,
    )


def _say_failed(page: Page, reason: str, *, again: bool, seconds: float) -> None:
    # Said when it begins and when it is given up; between the two nobody can do anything about it.
    say = log.warning if page.attempts == 0 or not again else log.debug
    say(
        "page failed",
        page=page.url,
        source=page.source,
        outcome="failed",
        reason=reason,
        attempts=page.attempts + 1,
        again=again,
        seconds=seconds,
    )


async def _has_place(engine: Engine) -> bool:
    """Whether a place among the pages in work was found within `PATIENCE`."""
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            await engine.page_room.acquire()
    except TimeoutError:
        return False
    return True


@asynccontextmanager
async def _with_holds(engine: Engine, page: Page) -> AsyncIterator[AsyncConnection]:
    """A transaction that also keeps which hosts want no request; nothing else of this page's host is due before."""
    asked_for_peace = engine.client.new_holds()
    until = engine.client.host_not_before(page.host) if page.host in asked_for_peace else None
    async with engine.database.write() as connection:
        await holds.remember_holds(connection, asked_for_peace)
        if until is not None:
            await feeds.hold_host(connection, page.host, until)
        yield connection
    engine.client.remembered(asked_for_peace)


async def read_failed(engine: Engine, page: Page, error: Exception, seconds: float) -> None:
    """Sets a page aside whose reading broke in a way nobody foresaw: tried again as if its host had failed."""
    now = engine.clock()
    due_at = now + RETRIES[page.attempts] if page.attempts < len(RETRIES) else None
    async with engine.database.write() as connection:
        reason = f"{type(error).__name__}: {error}"
        await pages.finish_page(connection, page.id, PageState.FAILED, reason, due_at)
    engine.tally.add("pages_failed")
    _say_failed(page, reason, again=due_at is not None, seconds=seconds)


async def _own_article(connection: AsyncConnection, page: Page, entry: Entry, article: Article) -> Article:
    """The article, unless the page's link led to one that is known already under another title (a section's front, a
    wall): then the feed's own text is all there is of this entry."""
    taken = await articles.title_at(connection, article.url, page.id)
    if taken is None or titles_alike(taken, entry.title):
        return article
    try:
        found = article_from_entry(entry, page.url, source=article.source, note="its link leads to another article")
    except ExtractError:
        return article
    return replace(found, url=page.url)


async def _article(
    engine: Engine, config: Configuration, page: Page, entry: Entry | None, learned: Collection[str]
) -> tuple[Article | None, tuple[str, ...], FetchError | ExtractError | WorkerError | None]:
    """The page's article with the marks of its lines, or else the feed's own text of it, with the reason."""
    source = config.sources.get(page.source)
    failure: FetchError | ExtractError | WorkerError | None = None
    try:
        if page.host:
            async with engine.client.lend(
                page.url, accept=ACCEPT_PAGE, obey_robots=True, room=engine.page_bodies
            ) as fetched:
                reading = await engine.cpu.call(
                    PAGE_LIMIT,
                    report_page,
                    fetched.body,
                    fetched.url,
                    content_type=fetched.content_type,
                    entry=entry,
                    source=source,
                    learned=learned,
                    removed=False,
                )
            return placed(reading.article, page, entry, engine.clock()), reading.lines, None
    except (FetchError, ExtractError, WorkerError) as error:
        failure = error
    if entry is None:
        return None, (), failure or ExtractError("neither a link nor a text")
    note = str(failure) if failure else "the feed gives it no link of its own"
    try:
        told = article_from_entry(entry, page.url, source=source, note=note)
        return placed(told, page, entry, engine.clock()), (), failure
    except ExtractError as error:
        return None, (), failure or error


def placed(article: Article, page: Page, entry: Entry | None, now: datetime) -> Article:
    """What can be stored of an article. One dated after it was seen was published when its feed says, or when it was
    seen, at the latest; the date as printed stays. `now` is the moment of the reading."""
    article = storable_noun(article)
    if not page.host:
        # The feed's address with the entry's mark: without the mark all entries without a link would be one.
        article = replace(article, url=page.url)
    latest = page.first_seen + EARLY
    if article.published is not None and article.published > latest:
        fed = entry.published if entry is not None else None
        sound = fed is not None and fed <= latest
        when, clue = (fed, "feed") if sound else (page.first_seen, "seen")
        article = replace(article, published=when, published_from=clue)
    wrong = article.modified is not None and article.modified > now + EARLY
    return replace(article, modified=None) if wrong else article


def _retry_at(page: Page, failure: Exception, now: datetime) -> datetime | None:
    """When to try again; None where it cannot help: the page is no article, or gone, or refused."""
    if isinstance(failure, FetchError) and failure.held and failure.retry_after is not None:
        return now + failure.retry_after
    if isinstance(failure, WorkerError) and failure.died and page.attempts == 0:
        return now + RETRIES[0]
    if not isinstance(failure, FetchError) or failure.permanent or failure.reason in _HOPELESS:
        return None
    if failure.status is not None and 400 <= failure.status < 500 and failure.status not in (408, 425, 429):
        return None
    if failure.reason is FetchReason.ROBOTS and failure.retry_after is None:
        return None
    if page.attempts >= len(RETRIES):
        return None
    return now + max(RETRIES[page.attempts], failure.retry_after or timedelta())
