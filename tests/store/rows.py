"""What the store's tests put into a database: one feed, pages, articles, a story, a chat. It holds no tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Article, Destination, Entry, Evidence, Match, Part, Priority, Source
from bot.read import keys, url_key
from bot.store import articles, chats, feeds, pages, stories
from bot.store.feeds import ListedFeed
from bot.store.pages import NewPage
from bot.store.tables import feeds as feeds_table

MINUTE = timedelta(minutes=1)
ANTARA = Source("antara", "ANTARA News", country="id", tier=1, family="antara")
KYODO = Source("kyodo", "Kyodo News", country="jp", tier=2, family="kyodo")
SOURCES = {"antara": ANTARA, "kyodo": KYODO}
ANALYST = Destination(7)


def listed(number: int = 1, *, lane: int = 3, source: str = "antara", every: timedelta | None = None) -> ListedFeed:
    return ListedFeed(f"https://{source}.example/feed/{number}", source, f"{source}.example", lane, every)


def entry(number: int = 1, **changes: object) -> Entry:
    made = Entry(f"guid-{number}", f"https://antara.example/news/{number}", f"Story {number}", (f"Text {number}.",))
    return replace(made, **changes)  # type: ignore[arg-type]  # the fields of an entry


def page_of(made: Entry, *, lane: int = 3, host: str = "antara.example") -> NewPage:
    assert made.url is not None
    return NewPage(made.url, url_key(made.url), host, lane, "antara")


async def a_feed(connection: AsyncConnection, now: datetime, **given: object) -> int:
    """The id of a stored feed."""
    feed = listed(**given)  # type: ignore[arg-type]  # the arguments of `listed`
    await feeds.sync_feeds(connection, [feed], now)
    found = await connection.scalar(select(feeds_table.c.id).where(feeds_table.c.url == feed.url))
    assert isinstance(found, int)
    return found


async def a_page(connection: AsyncConnection, feed_id: int, number: int, now: datetime, *, quiet: bool = False) -> int:
    """The id of the page of a new entry."""
    made = entry(number)
    assert await pages.add_entries(connection, feed_id, [(made, keys(made), page_of(made))], quiet, now)
    claimed = await pages.claim_pages(connection, [3], now, timedelta(), 1000)
    return next(page.id for page in claimed if page.url == made.url)


def article(number: int = 1, **changes: object) -> Article:
    made = Article(
        url=f"https://antara.example/news/{number}",
        title=f"Japan and Indonesia hold talks {number}",
        paragraphs=("Japan and Indonesia held talks.", "Nothing else happened."),
        lead="Japan and Indonesia held talks.",
        language="en",
        source=ANTARA,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # the fields of an article


def match(
    watchlist: str = "japan",
    rule: str = "partnership",
    priority: Priority = Priority.NORMAL,
    label: str = "indonesia",
    min_sources: int = 1,
) -> Match:
    piece = Evidence("partner", label, "Indonesia", Part.BODY, 0, 0, 10, 19, "Indonesia")
    return Match(watchlist, rule, priority, {"partner": (label,)}, (piece,), "v1", min_sources)


async def a_story(
    connection: AsyncConnection, feed_id: int, number: int, now: datetime, *found: Match, **changes: object
) -> tuple[int, int]:
    """The ids of a story and of its one article, matched by `found`, or else by one rule of the watchlist `japan`."""
    page_id = await a_page(connection, feed_id, number, now)
    made = article(number, **changes)
    article_id = await articles.save_article(connection, page_id, made, now, now)
    await stories.save_matches(connection, article_id, found or (match(),), now)
    story_id = await stories.new_story(connection, made.title, now)
    await stories.join_story(connection, story_id, article_id, {number * 1000 + each for each in range(10)}, now)
    return story_id, article_id


async def a_chat(connection: AsyncConnection, now: datetime, chat: int = ANALYST.chat) -> None:
    await chats.upsert_chat(connection, chat, kind="private", title="", role="reader", now=now)


async def put_off(connection: AsyncConnection, feed_id: int, due_at: datetime) -> None:
    await connection.execute(update(feeds_table).where(feeds_table.c.id == feed_id).values(due_at=due_at))
