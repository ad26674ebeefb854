"""httpx as the HTTP client opens it: guarded, forgetful, and failing in httpx's own words."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator

import httpx
import pytest
from fakeweb import FakeWeb, Response

from bot.errors import FetchError, FetchReason
from bot.web.guard import Guard, networks
from bot.web.transport import open_http


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with open_http(Guard(networks(["127.0.0.0/8"])), ssl.create_default_context()) as opened:
        yield opened


async def test_no_cookie_is_kept_and_none_is_sent(http: httpx.AsyncClient) -> None:
    with FakeWeb() as web:
        web.respond("/a", Response("", 200, {"Set-Cookie": "id=1; Path=/"}))
        web.respond("/b", Response("", 302, {"Set-Cookie": "id=2; Path=/; Max-Age=9999", "Location": "/a"}))
        for path in ("/a", "/b", "/a"):
            await http.get(web.url(path))
        assert list(http.cookies.jar) == []
        assert not any("cookie" in request.headers for request in web.requests)


async def test_a_redirect_is_handed_over_and_not_followed(http: httpx.AsyncClient) -> None:
    with FakeWeb() as web:
        web.redirect("/a", "/b")
        answer = await http.get(web.url("/a"))
        assert (answer.status_code, answer.headers["location"]) == (302, "/b")
        assert [request.path for request in web.requests] == ["/a"]


async def test_no_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeWeb() as web:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, web.url("", "127.0.0.5"))
        web.page("/a", "direct")
        guard = Guard(networks(["127.0.0.0/8"]))
        async with open_http(guard, ssl.create_default_context()) as http:
            assert (await http.get(web.url("/a"))).text == "direct"
        assert web.requests[0].host == "127.0.0.1"


async def test_every_failure_of_the_network_is_one_of_httpxs_own(http: httpx.AsyncClient) -> None:
    with FakeWeb() as web:
        web.drop("/half")
        web.hang("/slow")
        web.open("127.0.0.4")
        web.close("127.0.0.4")
        with pytest.raises(httpx.ProtocolError):
            await http.get(web.url("/half"))
        with pytest.raises(httpx.TimeoutException):
            await http.get(web.url("/slow"), timeout=0.1)
        with pytest.raises(httpx.ConnectError):
            await http.get(f"http://127.0.0.4:{web.port}/")


async def test_the_guards_refusal_passes_through_httpx_as_it_is() -> None:
    async with open_http(Guard(()), ssl.create_default_context()) as http:
        with pytest.raises(FetchError) as caught:
            await http.get("http://127.0.0.1:1/")
    assert caught.value.reason is FetchReason.REFUSED_ADDRESS


async def test_nothing_newer_than_http_1_1_is_offered(http: httpx.AsyncClient) -> None:
    with FakeWeb() as web:
        web.page("/a", "here")
        assert (await http.get(web.url("/a"))).http_version == "HTTP/1.1"
