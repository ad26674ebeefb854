"""Where the HTTP client connects, and what it asks there: over real sockets on loopback."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from fakeweb import FakeWeb, Response
from webclient import AGENT, fetched, names, refused

from bot.errors import FetchReason
from bot.web import check_url
from bot.web.guard import Guard


async def test_a_page_is_read_with_our_name_and_no_more_headers_than_needed() -> None:
    with FakeWeb() as web:
        web.page("/a", "<p>hello")
        answer = await fetched(web.url("/a"), accept="text/html")
        assert answer.body == b"<p>hello"
        assert answer.status == 200
        assert not answer.not_modified
        assert answer.content_type == "text/html; charset=utf-8"
        assert answer.url == web.url("/a")
        assert web.requests[0].headers == {
            "host": f"127.0.0.1:{web.port}",
            "user-agent": AGENT,
            "accept": "text/html",
            "accept-encoding": "gzip, deflate",
            "connection": "close",
        }


@pytest.mark.parametrize("path", ["/a/../b/./c", "//a", "/a|b^[c]?x[]=1|2", "/%7Ea%2fb?q=%e3", "/a?b=c?d"])
async def test_an_address_is_requested_as_it_was_checked(path: str) -> None:
    with FakeWeb() as web:
        web.respond(path, Response("here"))
        answer = await fetched(web.url(path))
        assert web.url(web.requests[0].path) == answer.url == check_url(web.url(path))


async def test_the_guard_is_what_opens_every_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails when the HTTP library stops using the backend it is given."""
    opened: list[tuple[str, int]] = []
    original = Guard.connect

    async def recording(self: Guard, host: str, port: int, *rest: Any, **more: Any) -> Any:
        opened.append((host, port))
        return await original(self, host, port, *rest, **more)

    monkeypatch.setattr(Guard, "connect", recording)
    with FakeWeb() as web:
        web.redirect("/a", web.url("/b", "127.0.0.2"))
        web.page("/b", "here")
        await fetched(web.url("/a"))
        assert opened == [("127.0.0.1", web.port), ("127.0.0.2", web.port)]
        assert len(web.requests) == 2


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "100.64.0.1", "169.254.169.254", "0.0.0.0", "[::1]",
        "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]",
        "[fd00::1]",
        "2130706433", "0x7f.1", "0x7f000001", "127.1", "0177.0.0.1", "localhost",
    ],
)  # fmt: skip
async def test_no_spelling_of_a_private_address_is_connected(host: str) -> None:
    with FakeWeb() as web:
        web.page("/", "secret")
        error = await refused(f"http://{host}:{web.port}/", allow_networks=[])
        assert error.reason in (FetchReason.REFUSED_ADDRESS, FetchReason.BAD_URL)
        assert error.permanent
        assert web.requests == []


async def test_a_name_with_one_private_address_among_public_ones_is_refused() -> None:
    resolve = names({"news.example": ["93.184.216.34", "10.0.0.1"]})
    error = await refused("http://news.example/", resolve=resolve, allow_networks=[])
    assert error.reason is FetchReason.REFUSED_ADDRESS
    assert "10.0.0.1" in str(error)


async def test_a_name_that_changes_its_address_is_asked_once_and_the_checked_address_is_connected() -> None:
    answers = [["127.0.0.2"], ["127.0.0.1"]]

    async def resolve(host: str, port: int) -> Sequence[str]:
        return answers.pop(0)

    with FakeWeb() as web:
        web.page("/", "from two", host="127.0.0.2")
        web.page("/", "from one", host="127.0.0.1")
        web.open("127.0.0.2")
        answer = await fetched(
            f"http://rebinding.example:{web.port}/", resolve=resolve, allow_networks=["127.0.0.2/32"]
        )
        assert answer.body == b"from two"
        assert answers == [["127.0.0.1"]]


async def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    with FakeWeb() as web:
        web.page("/", "here", host="127.0.0.3")
        web.open("127.0.0.3")
        resolve = names({"news.example": ["::1", "127.0.0.9", "127.0.0.3"]})
        allowed = ["127.0.0.0/8", "::1/128"]
        answer = await fetched(f"http://news.example:{web.port}/", resolve=resolve, allow_networks=allowed)
        assert answer.body == b"here"
        assert web.requests[0].headers["host"] == f"news.example:{web.port}"


async def test_an_address_that_swallows_connections_leaves_time_for_the_next() -> None:
    with FakeWeb() as web, socket.socket() as full:
        web.page("/", "here", host="127.0.0.3")
        web.open("127.0.0.3")
        full.bind(("127.0.0.6", web.port))
        full.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for visitor in waiting:  # with its queue full, Linux answers no more connection requests
            visitor.setblocking(False)
            visitor.connect_ex(("127.0.0.6", web.port))
        resolve = names({"news.example": ["127.0.0.6", "127.0.0.3"]})
        answer = await fetched(f"http://news.example:{web.port}/", resolve=resolve, timeout=timedelta(seconds=1))
        for visitor in waiting:
            visitor.close()
    assert answer.body == b"here"


async def test_a_redirect_to_a_private_address_is_refused_before_it_is_connected() -> None:
    with FakeWeb() as web:
        web.redirect("/a", web.url("/secret", "127.0.0.2"))
        web.page("/secret", "secret")
        error = await refused(web.url("/a"), allow_networks=["127.0.0.1/32"])
        assert error.reason is FetchReason.REFUSED_ADDRESS
        assert error.permanent
        assert web.asked("/secret") == []


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "ftp://example.org/", "gopher://127.0.0.1/", "http://me:pw@127.0.0.1/"]
)
async def test_a_redirect_out_of_the_web_is_refused(to: str) -> None:
    with FakeWeb() as web:
        web.redirect("/a", to)
        error = await refused(web.url("/a"))
        assert error.reason is FetchReason.BAD_URL
        assert "pw" not in str(error)


async def test_a_port_other_than_80_and_443_needs_an_allowed_network() -> None:
    error = await refused("http://93.184.216.34:8080/", allow_networks=["10.0.0.0/8"])
    assert error.reason is FetchReason.REFUSED_ADDRESS
    assert "port 8080" in str(error)


async def test_a_name_that_does_not_exist_is_a_dns_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: object, **more: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = await refused("http://does-not-exist.invalid/")
    assert error.reason is FetchReason.DNS
    assert not error.permanent


async def test_nobody_listening_is_a_connect_failure() -> None:
    with FakeWeb() as web:
        web.open("127.0.0.4")
        web.close("127.0.0.4")
        error = await refused(f"http://127.0.0.4:{web.port}/")
    assert error.reason is FetchReason.CONNECT
    assert str(error) == f"http://127.0.0.4:{web.port}/: no connection: Connection refused"


async def test_proxy_variables_are_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeWeb() as web:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, web.url("", "127.0.0.5"))
        web.page("/a", "direct")
        assert (await fetched(web.url("/a"))).body == b"direct"
        assert web.requests[0].host == "127.0.0.1"
