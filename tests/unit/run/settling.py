"""A page that was read, on its way into the database: what the tests of that step say and ask. It holds no tests."""

from __future__ import annotations

from datetime import timedelta

from scene import Scene

from bot.model import Article, Basis, DeliveryKind, DeliveryStatus, Source
from bot.read import keys, url_key
from bot.run.settle import settle as _settle
from bot.store import feeds, pages
from bot.store.pages import NewPage, Page
from bot.watch import match

TEXT = (
    "Officials of Indonesia said on Tuesday that the ministry would publish the results of the talks in a few days, "
    "after the committee of parliament that looks after foreign affairs had been told about them behind closed doors, "
    "and that no date had been set for the next round, which is to be held in the capital of the other country."
)


def article(number: int, text: str = TEXT, outlet: str = "antara", basis: Basis = Basis.PAGE) -> Article:
    source = Source(outlet, outlet, tier=3, family=outlet)
    return Article(
        f"https://{outlet}.example/{number}", f"Headline {number}", (text,), text, source=source, basis=basis
    )


async def page(stage: Scene, number: int, *, quiet: bool = False) -> Page:
    url = f"https://antara.example/{number}"
    made = NewPage(url, url_key(url), "antara.example", 3, "antara")
    entry = scene_entry(number, url)
    async with stage.engine.database.write() as connection:
        (feed,) = (health.feed for health in await feeds.feed_health(connection))
        await pages.add_entries(connection, feed.id, [(entry, keys(entry), made)], quiet, stage.now)
        claimed = await pages.claim_pages(connection, [3], stage.now, timedelta(), 100)
    return next(each for each in claimed if each.url == url)


def scene_entry(number: int, url: str) -> pages.Entry:
    return pages.Entry(f"guid {number}", url, f"Headline {number}")


async def every_feed_asked(stage: Scene) -> None:
    async with stage.engine.database.write() as connection:
        for health in await feeds.feed_health(connection):
            await feeds.record_failure(connection, health.feed.id, stage.now, stage.now, "503")


async def settle(stage: Scene, where: Page, made: Article) -> bool:
    config = stage.engine.config
    async with stage.engine.database.write() as connection:
        found = match(config.watchlists, made)
        return await _settle(stage.engine, config, connection, where, made, found, stage.now) is not None


async def rows(stage: Scene) -> list[tuple[DeliveryKind, DeliveryStatus]]:
    return [(row.kind, row.status) for row in reversed((await stage.ledger()).values())]
