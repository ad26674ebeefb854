"""A feed, a redirect, a link, a page's claims, a list of feeds and a person try to lead the bot into its own network.

One installation meets all of them; nobody may come to the private address, by any spelling.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fakefeeds import FEED_TYPES, Item
from news import item, page, path, title
from private import PRIVATE, Trap, trap
from program import ADMIN, World, world
from webhttp import Response

pytestmark = pytest.mark.timeout(300)


@dataclass
class Attacked:
    """The world after the attack, and the address that nobody may reach."""

    world: World
    trap: Trap
    imported: str


@pytest.fixture(scope="module")
def a(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    home = tmp_path_factory.mktemp("inside")
    with trap() as trapped, world(home) as w:
        w.program.settings["fetch"]["allow_networks"] = ["127.0.0.1/32"]
        w.program.settings["fetch"]["timeout"] = "2s"
        w.program.write_settings()
        w.subscribe()
        _feeds(w, trapped)
        _links(w, trapped)
        _claims(w, trapped)
        w.publish(1)
        w.once()
        imported = _lists(w, trapped, home)
        w.once()
        _asks(w, trapped)
        yield Attacked(w, trapped, imported)


def _feeds(w: World, trapped: Trap) -> None:
    """Each spelling as a feed, and as where a feed is sent on, for a while and for good."""
    for number, address in enumerate(trapped.spellings("/feed")):
        w.list_feed(address, f"inside{number}")
        for status in (302, 301):
            w.web.redirect(f"/sent{number}-{status}", address, status)
            w.list_feed(w.web.url(f"/sent{number}-{status}"), f"sent{number}-{status}")


def _links(w: World, trapped: Trap) -> None:
    """Each spelling as the link of an article, and as where its page is sent on."""
    direct = [
        Item(title(number), address, "A pact of Japan and Indonesia.")
        for number, address in enumerate(trapped.spellings("/article"), 1000)
    ]
    w.feed(direct, "/links.xml", "links")
    sent = [item(number) for number, _ in enumerate(trapped.spellings(), 2000)]
    for each, address in zip(sent, trapped.spellings("/page"), strict=True):
        w.web.redirect(each.path, address)
    w.feed(sent, "/sent.xml", "sent")


def _claims(w: World, trapped: Trap) -> None:
    """Everything by which a feed or a page names further addresses."""
    inside = trapped.spellings("/claimed")[0]
    claims = (
        f'<link rel="canonical" href="{inside}"><link rel="amphtml" href="{inside}"><base href="{inside}">'
        f'<meta property="og:url" content="{inside}"><meta property="og:image" content="{inside}">'
        f'<meta http-equiv="refresh" content="0; url={inside}"><link rel="alternate" hreflang="id" href="{inside}">'
        f'<link rel="stylesheet" href="{inside}"><script src="{inside}"></script>'
    )
    body = page(3000).replace("<head>", f"<head>{claims}").replace("<p>", f'<p><img src="{inside}">', 1)
    w.web.page(path(3000), body)
    feed = (
        f'<?xml version="1.0"?><?xml-stylesheet href="{inside}"?><rss version="2.0" xml:base="{inside}" '
        f'xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>x</title><link>{inside}</link>'
        f'<atom:link rel="self" href="{inside}"/><atom:link rel="hub" href="{inside}"/>'
        f'<atom:link rel="next" href="{inside}"/><cloud domain="{PRIVATE}" port="{trapped.port}" path="/"/>'
        f"<item><title>{title(3000)}</title><link>{w.web.url(path(3000))}</link><comments>{inside}</comments>"
        f'<enclosure url="{inside}" length="1" type="text/html"/><source url="{inside}">x</source></item>'
        "</channel></rss>"
    )
    w.web.respond("/claims.xml", Response(feed.encode(), 200, {"Content-Type": FEED_TYPES["rss"]}))
    w.list_feed(w.web.url("/claims.xml"), "claims")


def _lists(w: World, trapped: Trap, home: Path) -> str:
    outlines = "".join(
        f'<outline type="rss" text="inside" xmlUrl="{address}"/>' for address in trapped.spellings("/opml")
    )
    (home / "feeds.opml").write_text(f'<opml version="2.0"><body>{outlines}</body></opml>')
    result = w.program.command("sources", "import", "feeds.opml")
    return result.out + result.err


def _asks(w: World, trapped: Trap) -> None:
    """What an operator or a reader may write, with the commands that take an address."""
    for address in trapped.spellings("/asked")[::8]:
        assert w.program.command("explain", address).status != 0
    w.program.command("sources", "check", trapped.spellings("/asked")[0])
    with w.program.running():
        for address in trapped.spellings("/said")[:6]:
            for words in (
                address,
                f"/search {address}",
                f"/story {address}",
                f"/start {address}",
                f"/digest {address}",
            ):
                w.telegram.say(ADMIN, words)
        w.telegram.wait_handled(30)


def test_nobody_comes_to_a_private_address(a: Attacked) -> None:
    assert a.trap.visitors == []


def test_each_feed_in_a_private_network_is_said_to_be_refused(a: Attacked) -> None:
    health = {row["url"]: row for row in a.world.program.command("sources", "--json").rows}
    attempts = [row for url, row in health.items() if row["source"].startswith(("inside", "sent"))]
    assert len(attempts) == 3 * len(a.trap.spellings()) + 1
    refused = [row for row in attempts if row["source"] != "sent"]
    assert all(row["last_error"] for row in refused), [row["url"] for row in refused if not row["last_error"]]


def test_no_page_of_a_private_network_is_an_article(a: Attacked) -> None:
    stored = a.world.program.rows("SELECT url, paragraphs, basis FROM articles")
    assert not [url for url, text, _ in stored if "secret" in text]
    assert {basis for url, _, basis in stored if f":{a.trap.port}/" in url} <= {"feed"}
    assert [(url, basis) for url, _, basis in stored if url.endswith(path(3000))] == [
        (a.world.web.url(path(3000)), "page")
    ]


def test_a_list_of_feeds_brings_none_of_them_in(a: Attacked) -> None:
    assert "/opml" not in (a.world.program.config / "sources.yaml").read_text()
    assert a.imported


def test_the_news_of_the_others_is_told_all_the_same(a: Attacked) -> None:
    assert any(title(1) in sent.text for sent in a.world.news())
