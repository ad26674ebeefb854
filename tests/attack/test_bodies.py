"""Feeds and pages that are made to exhaust or to open files: the others are read as if these were not there.

One round meets all of them at once.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakefeeds import FEED_TYPES
from footprint import ROLES, Most, watched
from news import item, page, path, title
from private import Trap, trap
from program import World, world
from webhttp import Response

pytestmark = pytest.mark.timeout(300)

SECRET = "the-secret-of-a-local-file"
MEMORY = 400_000_000
RSS = '<rss version="2.0"><channel><title>{0}</title><item><title>{0}</title><link>{1}</link></item></channel></rss>'


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Trap, Most]]:
    home = tmp_path_factory.mktemp("bodies")
    with trap() as trapped, world(home) as w:
        w.program.settings["fetch"] |= {"allow_networks": ["127.0.0.1/32"], "max_bytes": "5MB"}
        w.program.write_settings()
        w.publish(1)
        w.subscribe()
        secret = home / "secret.txt"
        secret.write_text(SECRET)
        for name, body in _feeds(w, trapped, secret).items():
            _serve(w, name, body)
        for name, body in _pages().items():
            number = 100 + len(w.feeds)
            w.web.respond(path(number), Response(body, 200, {"Content-Type": "text/html; charset=utf-8"}))
            w.feed([item(number)], f"/page-{name}.xml", f"page-{name}")
        with watched(lambda: w.program.pids) as most:
            w.once()
        yield w, trapped, most


def _serve(w: World, name: str, body: bytes, headers: dict[str, str] | None = None) -> None:
    w.web.respond(f"/{name}.xml", Response(body, 200, {"Content-Type": FEED_TYPES["rss"], **(headers or {})}))
    w.list_feed(w.web.url(f"/{name}.xml"), name)


def _feeds(w: World, trapped: Trap, secret: Path) -> dict[str, bytes]:
    link = w.web.url(path(1))
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    outside = f"http://127.0.0.66:{trapped.port}/dtd"

    def declared(document_type: str, entity: str) -> bytes:
        return f'<?xml version="1.0"?><!DOCTYPE rss {document_type}>{RSS.format(entity, link)}'.encode()

    bodies = {
        "laughs": declared(f'[<!ENTITY l0 "lol">{laughs}]', "&l11;"),
        "repeated": declared(f'[<!ENTITY a "{"x" * 50_000}">]', "&a;" * 50_000),
        "file": declared(f'[<!ENTITY f SYSTEM "file://{secret}">]', "&f;"),
        "outside": declared(f'[<!ENTITY f SYSTEM "{outside}">]', "&f;"),
        "parameter": declared(f'[<!ENTITY % p SYSTEM "{outside}"> %p;]', "x"),
        "doctype": declared(f'SYSTEM "{outside}"', "x"),
        "include": RSS.format(
            f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file://{secret}" parse="text"/>', link
        ).encode(),
        "path": str(secret).encode(),
        "address": f"file://{secret}".encode(),
        "deep": b"<rss><channel>" + b"<item>" * 200_000,
        "attributes": b"<rss " + b" ".join(b"a%d='x'" % n for n in range(100_000)) + b"/>",
        "nothing": b"\x00" * 1_000_000,
        "json": b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * 100_000,
    }
    _serve(w, "packed", packed(300), {"Content-Encoding": "gzip"})
    _serve(w, "twice", gzip.compress(packed(300)), {"Content-Encoding": "gzip, gzip"})
    w.web.gzip_bomb("/bomb.xml", megabytes=200)
    w.web.endless("/endless.xml")
    w.web.drip("/drip.xml")
    for name in ("bomb", "endless", "drip"):
        w.list_feed(w.web.url(f"/{name}.xml"), name)
    return bodies


def packed(megabytes: int) -> bytes:
    """So much of nothing, never whole in memory."""
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    return b"".join(
        [packer.compress(b"<rss>"), *(packer.compress(b" " * 1_000_000) for _ in range(megabytes)), packer.flush()]
    )


def _pages() -> dict[str, bytes]:
    body = page(2).encode()
    return {
        "deep": b"<html><body>" + b"<div>" * 300_000 + body,
        "tables": b"<table><tr><td>" * 100_000 + body,
        "attributes": b"<p " + b"a=b " * 1_000_000 + b">" + body,
        "unclosed": b"<!--" + b"<a href=x>" * 400_000,
        "comments": b"<!-- -- >" * 400_000 + body,
        "entities": b"&" * 4_000_000,
        "regular": b"<p>" + b"a " * 30 + b"!" * 3_000_000 + b"</p>",
        "formatting": b"<b><i><u><font>" * 60_000 + b"x",
        "scripts": b"<script>" * 200_000 + body,
    }


def test_the_others_are_read_and_told(attacked: tuple[World, Trap, Most]) -> None:
    w, _, _ = attacked
    assert any(title(1) in sent.text for sent in w.news())


def test_no_local_file_and_no_address_is_opened(attacked: tuple[World, Trap, Most]) -> None:
    w, trapped, _ = attacked
    assert trapped.visitors == []
    kept = b"".join(file.read_bytes() for file in w.program.state.rglob("*") if file.is_file())
    assert SECRET.encode() not in kept
    assert SECRET not in w.program.errors


def test_what_is_too_large_slow_or_no_feed_is_said_of_it(attacked: tuple[World, Trap, Most]) -> None:
    w, _, _ = attacked
    health = {row["source"]: row for row in w.program.command("sources", "--json").rows}
    for name in ("packed", "twice", "bomb", "endless", "drip", "path", "address", "nothing"):
        assert health[name]["last_error"], name


def test_no_process_takes_more_than_400_megabytes(attacked: tuple[World, Trap, Most]) -> None:
    *_, most = attacked
    assert len(most) == len(ROLES)
    assert max(resident for resident, _ in most.values()) < MEMORY, most


def test_every_page_is_read_or_said_to_be_none(attacked: tuple[World, Trap, Most]) -> None:
    w, _, _ = attacked
    left = w.program.rows("SELECT url FROM pages WHERE state = 'waiting' AND attempts = 0")
    assert left == []
