"""The HTTP client against a web that misbehaves, over real sockets on loopback."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import subprocess
import time
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fakeweb import FakeWeb, Item, Request, Response

from bot.errors import FetchError, FetchReason
from bot.web import Client, Fetched, Validators
from bot.web.guard import GuardedBackend

AGENT = "kentongan/0.1 (+https://example.org/bot)"


def client(**changes: Any) -> Client:
    settings: dict[str, Any] = {
        "timeout": timedelta(seconds=5),
        "max_bytes": 5_000_000,
        "allow_networks": ["127.0.0.0/8"],
        "per_host_delay": timedelta(0),
        "robots": True,
    }
    return Client(AGENT, **(settings | changes))


async def refused(url: str, **changes: Any) -> FetchError:
    """The error that getting the address raises."""
    asks = {key: changes.pop(key) for key in ("validators", "obey_robots", "max_bytes") if key in changes}
    async with client(**changes) as web_client:
        with pytest.raises(FetchError) as caught:
            await web_client.get(url, **asks)
    assert "\n" not in str(caught.value)
    return caught.value


async def fetched(url: str, **changes: Any) -> Fetched:
    asks = {key: changes.pop(key) for key in ("validators", "obey_robots", "max_bytes", "accept") if key in changes}
    async with client(**changes) as web_client:
        return await web_client.get(url, **asks)


def names(table: dict[str, Sequence[str]]) -> Any:
    """A resolver that knows these names only."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        return table[host]

    return resolve


# --- addresses ------------------------------------------------------------------------------------------------------


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


async def test_the_guard_is_what_opens_every_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails when the HTTP library stops using the backend it is given."""
    opened: list[tuple[str, int]] = []
    original = GuardedBackend.connect_tcp

    async def recording(self: GuardedBackend, host: str, port: int, *rest: Any, **more: Any) -> Any:
        opened.append((host, port))
        return await original(self, host, port, *rest, **more)

    monkeypatch.setattr(GuardedBackend, "connect_tcp", recording)
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


# --- redirects and validators ---------------------------------------------------------------------------------------


async def test_five_redirects_are_followed_and_the_sixth_is_not() -> None:
    with FakeWeb() as web:
        for number in range(6):
            web.redirect(f"/{number}", f"/{number + 1}")
        web.page("/6", "the end")
        assert (await fetched(web.url("/1"))).body == b"the end"
        assert (await refused(web.url("/0"))).reason is FetchReason.REDIRECTS


@pytest.mark.parametrize(("statuses", "moved"), [((301, 308), True), ((301, 302), False), ((307,), False), ((), False)])
async def test_an_address_has_moved_only_when_every_hop_says_for_good(statuses: tuple[int, ...], moved: bool) -> None:
    with FakeWeb() as web:
        for number, status in enumerate(statuses):
            web.redirect(f"/{number}", f"/{number + 1}", status)
        web.page(f"/{len(statuses)}", "here")
        answer = await fetched(web.url("/0"))
        assert answer.url == web.url(f"/{len(statuses)}")
        assert answer.moved_to == (answer.url if moved else None)


async def test_a_move_from_https_to_http_is_followed_and_not_remembered(certificate: Path) -> None:
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate)
    trust = ssl.create_default_context(cafile=str(certificate))
    with FakeWeb() as plain, FakeWeb(tls=serving) as secure:
        plain.page("/b", "here")
        secure.redirect("/a", plain.url("/b"), 301)
        async with client(tls=trust, resolve=names({"news.example": ["127.0.0.1"]})) as web_client:
            answer = await web_client.get(f"https://news.example:{secure.port}/a")
        assert answer.url == plain.url("/b")
        assert answer.moved_to is None


async def test_a_redirect_to_an_address_in_plain_utf8_is_followed() -> None:
    with FakeWeb() as web:
        web.redirect("/a", "/日本")
        web.page("/%E6%97%A5%E6%9C%AC", "here")
        assert (await fetched(web.url("/a"))).body == b"here"


async def test_cookies_are_never_sent_back() -> None:
    with FakeWeb() as web:
        web.respond("/a", Response("", 302, {"Location": "/b", "Set-Cookie": "id=1; Path=/"}))
        web.respond("/b", Response("ok", 200, {"Set-Cookie": "id=2; Path=/"}))
        async with client() as web_client:
            await web_client.get(web.url("/a"))
            await web_client.get(web.url("/b"))
        assert len(web.requests) == 3
        assert not any("cookie" in request.headers for request in web.requests)


async def test_an_unchanged_feed_answers_304_to_both_of_its_validators() -> None:
    with FakeWeb() as web:
        web.feed("/rss.xml", [Item("News", "/a")], validators=True)
        first = await fetched(web.url("/rss.xml"))
        again = await fetched(web.url("/rss.xml"), validators=first.validators)
        assert again.status == 304
        assert again.not_modified
        assert again.body == b""
        assert web.requests[1].headers["if-none-match"] == first.etag
        assert web.requests[1].headers["if-modified-since"] == first.last_modified


async def test_validators_go_to_the_hop_they_belong_to_and_to_no_other() -> None:
    with FakeWeb() as web:
        web.redirect("/old", web.url("/new", "127.0.0.2"), 301)
        web.feed("/new", [Item("News", "/a")], validators=True)
        first = await fetched(web.url("/old"))
        again = await fetched(web.url("/old"), validators=first.validators)
        assert again.not_modified
        assert "if-none-match" not in web.requests[2].headers
        assert "if-none-match" in web.requests[3].headers


async def test_validators_of_another_address_are_kept_back() -> None:
    with FakeWeb() as web:
        web.feed("/new", [Item("News", "/a")], validators=True)
        stale = Validators(web.url("/old"), '"x"', None)
        assert (await fetched(web.url("/new"), validators=stale)).status == 200
        assert "if-none-match" not in web.requests[0].headers


async def test_a_304_that_nobody_asked_for_is_a_failure() -> None:
    with FakeWeb() as web:
        web.respond("/a", Response("", 304))
        error = await refused(web.url("/a"))
        assert error.reason is FetchReason.PROTOCOL
        assert error.status == 304


# --- bodies ---------------------------------------------------------------------------------------------------------


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(b"hello " * 500)),
        ("gzip", gzip.compress(b"hello " * 250) + gzip.compress(b"hello " * 250)),
        ("x-gzip", gzip.compress(b"hello " * 500) + b"\0\0\0 rubbish"),
        ("deflate", zlib.compress(b"hello " * 500)),
        ("deflate", raw_deflate(b"hello " * 500)),
        ("identity", b"hello " * 500),
        ("", b"hello " * 500),
    ],
)
async def test_every_compression_we_ask_for_is_read(coding: str, packed: bytes) -> None:
    with FakeWeb() as web:
        web.page("/a", packed, headers={"Content-Encoding": coding})
        assert (await fetched(web.url("/a"))).body == b"hello " * 500


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(b"hello " * 500)[:-6]),
        ("gzip", gzip.compress(b"hello ") + gzip.compress(b"again")[:12]),
        ("deflate", zlib.compress(b"hello " * 500)[:-6]),
        ("gzip", b"<html>not gzip at all</html>"),
        ("br", b"whatever"),
        ("gzip, gzip", gzip.compress(gzip.compress(b"hello"))),
    ],
)
async def test_a_broken_unfinished_or_unknown_compression_is_refused(coding: str, packed: bytes) -> None:
    with FakeWeb() as web:
        web.page("/a", packed, headers={"Content-Encoding": coding})
        assert (await refused(web.url("/a"))).reason is FetchReason.ENCODING


async def test_a_gzip_bomb_is_refused_at_the_size_limit() -> None:
    import tracemalloc

    with FakeWeb() as web:
        web.gzip_bomb("/bomb")
        async with client() as web_client:
            tracemalloc.start()
            with pytest.raises(FetchError) as caught:
                await web_client.get(web.url("/bomb"))
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
    assert caught.value.reason is FetchReason.TOO_LARGE
    assert peak < 25_000_000


async def test_an_endless_body_is_refused_at_the_size_limit() -> None:
    with FakeWeb() as web:
        web.endless("/endless")
        began = time.monotonic()
        assert (await refused(web.url("/endless"), max_bytes=100_000)).reason is FetchReason.TOO_LARGE
        assert time.monotonic() - began < 2


async def test_a_body_announced_too_large_is_not_waited_for() -> None:
    async def announce(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000001\r\n\r\n")
        await asyncio.sleep(60)

    with FakeWeb() as web:
        web.wire("/big", announce)
        assert (await refused(web.url("/big"))).reason is FetchReason.TOO_LARGE


async def test_a_body_of_exactly_the_limit_is_read_and_one_byte_more_is_not() -> None:
    with FakeWeb() as web:
        web.page("/a", b"x" * 1000)
        web.page("/b", b"x" * 1001)
        assert len((await fetched(web.url("/a"), max_bytes=1000)).body) == 1000
        assert (await refused(web.url("/b"), max_bytes=1000)).reason is FetchReason.TOO_LARGE


async def test_a_body_shorter_than_announced_is_a_failure() -> None:
    with FakeWeb() as web:
        web.drop("/half")
        assert (await refused(web.url("/half"))).reason is FetchReason.PROTOCOL


async def test_huge_headers_are_refused() -> None:
    with FakeWeb() as web:
        web.respond("/a", Response("x", 200, {"X-Huge": "x" * 300_000}))
        assert (await refused(web.url("/a"))).reason is FetchReason.PROTOCOL


async def test_something_that_is_not_http_is_a_failure() -> None:
    async def ssh(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.6\r\n")
        await writer.drain()

    with FakeWeb() as web:
        web.wire("/a", ssh)
        assert (await refused(web.url("/a"))).reason is FetchReason.PROTOCOL


# --- time -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["hang", "drip in the body", "drip in the headers"])
async def test_a_slow_answer_is_cut_at_the_limit(kind: str) -> None:
    with FakeWeb() as web:
        if kind == "hang":
            web.hang("/slow")
        else:
            web.drip("/slow", in_headers="headers" in kind)
        began = time.monotonic()
        error = await refused(web.url("/slow"), timeout=timedelta(seconds=0.4))
        assert error.reason is FetchReason.TIMEOUT
        assert 0.35 < time.monotonic() - began < 1.5


async def test_redirects_share_one_time_limit() -> None:
    async def slowly(request: Request) -> Response:
        await asyncio.sleep(0.25)
        return Response("", 302, {"Location": request.path + "x"})

    with FakeWeb() as web:
        for number in range(6):
            web.respond("/" + "x" * number, slowly)
        began = time.monotonic()
        error = await refused(web.url("/"), timeout=timedelta(seconds=0.6))
        assert error.reason is FetchReason.TIMEOUT
        assert time.monotonic() - began < 1.2


async def test_a_resolver_that_does_not_answer_is_cut_at_the_limit() -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        await asyncio.sleep(60)
        return []

    error = await refused("http://slow.example/", resolve=resolve, timeout=timedelta(seconds=0.2))
    assert error.reason is FetchReason.TIMEOUT


async def test_a_cancelled_request_is_cancelled_and_not_turned_into_a_failure() -> None:
    with FakeWeb() as web:
        web.hang("/slow")
        async with client() as web_client:
            task = asyncio.create_task(web_client.get(web.url("/slow")))
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            web.page("/a", "still works")
            assert (await web_client.get(web.url("/a"))).status == 200


# --- statuses -------------------------------------------------------------------------------------------------------


async def test_gone_is_permanent_and_not_found_is_not() -> None:
    with FakeWeb() as web:
        web.page("/gone", "", status=410)
        gone = await refused(web.url("/gone"))
        missing = await refused(web.url("/missing"))
        assert (gone.reason, gone.status, gone.permanent) == (FetchReason.STATUS, 410, True)
        assert (missing.reason, missing.status, missing.permanent) == (FetchReason.STATUS, 404, False)
        assert str(missing) == f"{web.url('/missing')}: answered 404 Not Found"


async def test_a_challenge_for_browsers_is_no_success() -> None:
    with FakeWeb() as web:
        web.page("/a", "Just a moment...", headers={"cf-mitigated": "challenge"})
        error = await refused(web.url("/a"))
        assert error.reason is FetchReason.STATUS
        assert "challenge" in str(error)


async def test_cache_headers_say_how_long_an_answer_is_fresh() -> None:
    with FakeWeb() as web:
        web.page("/a", "x", headers={"Cache-Control": "public, max-age=900"})
        web.page("/b", "x", headers={"Expires": "Wed, 01 Jan 2041 00:00:00 GMT"})
        assert (await fetched(web.url("/a"))).max_age == timedelta(minutes=15)
        assert (await fetched(web.url("/b"))).max_age == timedelta(hours=24)


@pytest.mark.parametrize("status", [429, 503])
async def test_a_host_that_asks_for_peace_gets_it_for_all_its_pages(status: int) -> None:
    clock = [datetime(2026, 3, 10, tzinfo=UTC)]
    with FakeWeb() as web:
        web.page("/a", "", status=status, headers={"Retry-After": "120"})
        web.page("/b", "fine")
        async with client(now=lambda: clock[0]) as web_client:
            with pytest.raises(FetchError) as first:
                await web_client.get(web.url("/a"))
            assert first.value.retry_after == timedelta(seconds=120)
            assert first.value.status == status
            assert web_client.host_not_before("127.0.0.1") == clock[0] + timedelta(seconds=120)
            clock[0] += timedelta(seconds=30)
            with pytest.raises(FetchError) as second:
                await web_client.get(web.url("/b"))
            assert second.value.retry_after == timedelta(seconds=90)
            assert (await web_client.get(web.url("/b", "127.0.0.2"))).status == 200
            clock[0] += timedelta(seconds=90)
            assert web_client.host_not_before("127.0.0.1") is None
            assert (await web_client.get(web.url("/b"))).status == 200
        assert [request.path for request in web.requests] == ["/a", "/b", "/b"]


async def test_a_request_that_was_waiting_when_its_host_asked_for_peace_is_not_sent() -> None:
    with FakeWeb() as web:
        web.page("/a", "", status=429, headers={"Retry-After": "60"})
        async with client() as web_client:
            found = await asyncio.gather(
                web_client.get(web.url("/a")), web_client.get(web.url("/b")), return_exceptions=True
            )
        assert all(isinstance(error, FetchError) and error.retry_after for error in found)
        assert [request.path for request in web.requests] == ["/a"]


async def test_the_robots_txt_of_a_host_that_asked_for_peace_is_not_requested_either() -> None:
    with FakeWeb() as web:
        web.page("/a", "", status=429, headers={"Retry-After": "60"})
        async with client() as web_client:
            for path in ("/a", "/b"):
                with pytest.raises(FetchError) as caught:
                    await web_client.get(web.url(path), obey_robots=path == "/b")
                assert caught.value.reason is FetchReason.STATUS
        assert web.asked("/robots.txt") == []


async def test_a_retry_after_as_a_date_is_understood_and_cut_to_a_day() -> None:
    with FakeWeb() as web:
        web.page("/a", "", status=503, headers={"Retry-After": "Wed, 01 Jan 2098 00:00:00 GMT"})
        assert (await refused(web.url("/a"))).retry_after == timedelta(hours=24)


# --- pace -----------------------------------------------------------------------------------------------------------


async def test_requests_to_one_host_never_overlap_and_keep_the_pause() -> None:
    async def slowly(request: Request) -> Response:
        await asyncio.sleep(0.05)
        return Response("ok")

    with FakeWeb() as web:
        web.respond("/", slowly)
        async with client(per_host_delay=timedelta(seconds=0.15)) as web_client:
            await asyncio.gather(*(web_client.get(web.url(f"/?{number}")) for number in range(4)))
        gaps = web.gaps("127.0.0.1")
        assert len(gaps) == 3
        assert min(gaps) >= 0.15


async def test_different_hosts_do_not_wait_for_each_other() -> None:
    with FakeWeb() as web:
        web.page("/", "ok")
        began = time.monotonic()
        async with client(per_host_delay=timedelta(seconds=5)) as web_client:
            await asyncio.gather(*(web_client.get(web.url("/", f"127.0.0.{number}")) for number in range(2, 8)))
        assert time.monotonic() - began < 2


async def test_redirects_and_robots_keep_the_pause_too() -> None:
    with FakeWeb() as web:
        web.redirect("/a", "/b")
        web.page("/b", "ok")
        await fetched(web.url("/a"), per_host_delay=timedelta(seconds=0.1), obey_robots=True)
        assert [request.path for request in web.requests] == ["/robots.txt", "/a", "/b"]
        assert min(web.gaps("127.0.0.1")) >= 0.1


async def test_waiting_for_a_turn_does_not_count_against_the_time_limit() -> None:
    with FakeWeb() as web:
        web.page("/", "ok")
        async with client(per_host_delay=timedelta(seconds=0.5), timeout=timedelta(seconds=0.3)) as web_client:
            await web_client.get(web.url("/"))
            assert (await web_client.get(web.url("/"))).status == 200


# --- robots ---------------------------------------------------------------------------------------------------------


async def test_a_page_that_robots_may_not_read_is_not_requested() -> None:
    with FakeWeb() as web:
        web.page("/robots.txt", "User-agent: Kentongan\nDisallow: /private\n\nUser-agent: *\nDisallow: /\n")
        web.page("/public", "ok")
        async with client() as web_client:
            assert (await web_client.get(web.url("/public"), obey_robots=True)).status == 200
            with pytest.raises(FetchError) as caught:
                await web_client.get(web.url("/private/a"), obey_robots=True)
        assert caught.value.reason is FetchReason.ROBOTS
        assert caught.value.retry_after is None
        assert [request.path for request in web.requests] == ["/robots.txt", "/public"]


async def test_a_feed_is_not_the_business_of_robots() -> None:
    with FakeWeb() as web:
        web.page("/robots.txt", "User-agent: *\nDisallow: /\n")
        web.feed("/rss.xml", [Item("News", "/a")])
        assert (await fetched(web.url("/rss.xml"))).status == 200
        assert web.asked("/robots.txt") == []


async def test_robots_can_be_switched_off() -> None:
    with FakeWeb() as web:
        web.page("/robots.txt", "User-agent: *\nDisallow: /\n")
        web.page("/a", "ok")
        assert (await fetched(web.url("/a"), obey_robots=True, robots=False)).status == 200


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_a_site_without_robots_txt_has_no_rules(status: int) -> None:
    with FakeWeb() as web:
        web.page("/robots.txt", "User-agent: *\nDisallow: /", status=status)
        web.page("/a", "ok")
        assert (await fetched(web.url("/a"), obey_robots=True)).status == 200


@pytest.mark.parametrize("fault", ["429", "500", "503", "hang", "drop"])
async def test_while_robots_txt_cannot_be_read_nothing_is_and_it_is_not_hammered(fault: str) -> None:
    with FakeWeb() as web:
        if fault.isdigit():
            web.page("/robots.txt", "", status=int(fault))
        else:
            getattr(web, fault)("/robots.txt")
        web.page("/a", "ok")
        async with client(timeout=timedelta(seconds=0.3)) as web_client:
            for _ in range(2):
                with pytest.raises(FetchError) as caught:
                    await web_client.get(web.url("/a"), obey_robots=True)
                assert caught.value.reason is FetchReason.ROBOTS
                assert caught.value.retry_after is not None
                assert timedelta(minutes=9) < caught.value.retry_after <= timedelta(minutes=10)
        assert [request.path for request in web.requests] == ["/robots.txt"]


async def test_robots_txt_is_followed_through_redirects_across_hosts() -> None:
    with FakeWeb() as web:
        web.redirect("/robots.txt", web.url("/robots.txt", "127.0.0.2"), host="127.0.0.1")
        web.page("/robots.txt", "User-agent: *\nDisallow: /", host="127.0.0.2")
        assert (await refused(web.url("/a"), obey_robots=True)).reason is FetchReason.ROBOTS


async def test_a_redirect_to_another_host_obeys_that_hosts_robots_txt() -> None:
    with FakeWeb() as web:
        web.redirect("/a", web.url("/b", "127.0.0.2"))
        web.page("/robots.txt", "User-agent: *\nDisallow: /b", host="127.0.0.2")
        web.page("/b", "secret")
        assert (await refused(web.url("/a"), obey_robots=True)).reason is FetchReason.ROBOTS
        assert web.asked("/b") == []


async def test_of_a_huge_robots_txt_the_first_500_kib_count() -> None:
    with FakeWeb() as web:
        rules = b"User-agent: *\nDisallow: /early\n" + b"#" * 500 * 1024 + b"\nDisallow: /late\n"
        web.page("/robots.txt", rules)
        web.page("/late", "ok")
        async with client(max_bytes=10_000) as web_client:
            assert (await web_client.get(web.url("/late"), obey_robots=True)).status == 200
            with pytest.raises(FetchError):
                await web_client.get(web.url("/early"), obey_robots=True)


async def test_a_crawl_delay_is_honoured() -> None:
    with FakeWeb() as web:
        web.page("/robots.txt", "User-agent: *\nCrawl-delay: 0.3\n")
        web.page("/a", "ok")
        async with client() as web_client:
            await web_client.get(web.url("/a"), obey_robots=True)
            await web_client.get(web.url("/a"), obey_robots=True)
        assert len(web.requests) == 3
        assert min(web.gaps("127.0.0.1")) >= 0.3


async def test_robots_txt_of_a_private_host_is_refused_like_its_pages() -> None:
    with FakeWeb() as web:
        error = await refused(web.url("/a"), obey_robots=True, allow_networks=[])
        assert error.reason is FetchReason.REFUSED_ADDRESS
        assert web.requests == []


# --- TLS ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate of news.example, with its key."""
    folder = tmp_path_factory.mktemp("tls")
    pem = folder / "news.pem"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=news.example"
    )
    names_in_it = ["-addext", "subjectAltName=DNS:news.example"]
    files = ["-keyout", str(folder / "key"), "-out", str(folder / "crt")]
    subprocess.run([*command.split(), *names_in_it, *files], check=True, capture_output=True)
    pem.write_bytes((folder / "key").read_bytes() + (folder / "crt").read_bytes())
    return pem


@pytest.mark.parametrize(
    ("host", "trusted", "works"),
    [("news.example", True, True), ("other.example", True, False), ("news.example", False, False)],
)
async def test_a_certificate_must_be_trusted_and_name_the_host(
    certificate: Path, host: str, trusted: bool, works: bool
) -> None:
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate)
    trust = ssl.create_default_context(cafile=str(certificate)) if trusted else None
    with FakeWeb(tls=serving) as web:
        web.page("/", "secure")
        async with client(tls=trust, resolve=names({host: ["127.0.0.1"]})) as web_client:
            url = f"https://{host}:{web.port}/"
            if works:
                assert (await web_client.get(url)).body == b"secure"
            else:
                with pytest.raises(FetchError) as caught:
                    await web_client.get(url)
                assert caught.value.reason is FetchReason.TLS
                assert web.requests == []


async def test_plain_http_behind_an_https_address_is_a_tls_failure() -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    error = await refused(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    server.close()
    assert error.reason is FetchReason.TLS
