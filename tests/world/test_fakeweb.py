"""The fake web keeps its own promises: tests of the whole program stand on it."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from datetime import UTC, datetime

import feedparser
import pytest
from fakeweb import FakeWeb, Item, atom, jsonfeed, rdf, rss

ITEMS = [
    Item("Pakt & <b>NATO</b>", "/a?x=1&y=2", "Ringkasan & 日本", datetime(2026, 3, 10, 4, tzinfo=UTC), guid="tag:a"),
    Item("Second", "https://other.example/b"),
]


@pytest.mark.parametrize(("write", "version"), [(rss, "rss20"), (atom, "atom10"), (rdf, "rss10")])
def test_a_written_feed_is_read_back(write: object, version: str) -> None:
    assert callable(write)
    parsed = feedparser.parse(io.BytesIO(write(ITEMS, base="http://127.0.0.1:81").encode()))
    assert not parsed.bozo
    assert parsed.version == version
    first, second = parsed.entries
    assert first.link == "http://127.0.0.1:81/a?x=1&y=2"
    assert "日本" in first.summary
    # feedparser files the dc:date of RSS 1.0 under `updated`.
    assert (first.get("published_parsed") or first.updated_parsed)[:4] == (2026, 3, 10, 4)
    assert second.link == "https://other.example/b"


def test_a_json_feed_is_json() -> None:
    import json

    first, second = json.loads(jsonfeed(ITEMS, base="http://127.0.0.1:81"))["items"]
    assert first["id"] == "tag:a"
    assert second == {"id": second["url"], "url": "https://other.example/b", "title": "Second", "content_text": ""}


def test_a_program_in_another_process_is_served_and_logged() -> None:
    read = "import sys, urllib.request as u; print([u.urlopen(url).read().decode() for url in sys.argv[1:]])"
    with FakeWeb() as web:
        web.page("/a", "one")
        web.page("/a", "two", host="127.0.0.2")
        urls = [web.url("/a?x=1"), web.url("/a", "127.0.0.2")]
        found = subprocess.run([sys.executable, "-c", read, *urls], capture_output=True, text=True, check=True)
        assert found.stdout.strip() == "['one', 'two']"
        assert [(request.host, request.path, request.status) for request in web.requests] == [
            ("127.0.0.1", "/a?x=1", 200),
            ("127.0.0.2", "/a", 200),
        ]
        assert all(request.ended for request in web.requests)


def test_a_web_with_a_hanging_visitor_still_closes() -> None:
    import socket

    with FakeWeb() as web:
        web.hang("/slow")
        visitor = socket.create_connection(("127.0.0.1", web.port))
        visitor.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        idle = socket.create_connection(("127.0.0.1", web.port))
        time.sleep(0.05)
    for connection in (visitor, idle):
        connection.settimeout(2)
        assert connection.recv(1) == b""
        connection.close()
