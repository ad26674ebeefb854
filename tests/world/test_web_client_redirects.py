"""The HTTP client between addresses: redirects, and the validators that belong to one of them."""

from __future__ import annotations

import pytest
from fakeweb import FakeWeb, Item, Response
from webclient import client, fetched, names, refused

from bot.errors import FetchReason
from bot.web import Validators


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


async def test_a_redirect_to_an_address_in_plain_utf8_is_followed() -> None:
    with FakeWeb() as web:
        web.redirect("/a", "/日本")
        web.page("/%E6%97%A5%E6%9C%AC", "here")
        assert (await fetched(web.url("/a"))).body == b"here"


@pytest.mark.parametrize("to", ["http://[bad/", "http://news.example:port/", "http://1.2.3.4.5/"])
async def test_a_redirect_to_what_is_no_address_is_a_bad_address_and_not_bad_http(to: str) -> None:
    with FakeWeb() as web:
        web.redirect("/a", to)
        assert (await refused(web.url("/a"))).reason is FetchReason.BAD_URL


async def test_a_host_whose_international_name_cannot_be_decoded_is_visited_all_the_same() -> None:
    """Fails when httpx looks at the Location of an answer: it raises a plain UnicodeError at such names."""
    with FakeWeb() as web:
        web.redirect("/a", f"http://xn--a.example:{web.port}/b")
        web.redirect("/b", "/c", host="127.0.0.1")
        web.page("/c", "here")
        answer = await fetched(web.url("/a"), resolve=names({"xn--a.example": ["127.0.0.1"]}))
        assert answer.url == f"http://xn--a.example:{web.port}/c"


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


async def test_cookies_are_never_sent_back() -> None:
    with FakeWeb() as web:
        web.respond("/a", Response("", 302, {"Location": "/b", "Set-Cookie": "id=1; Path=/"}))
        web.respond("/b", Response("ok", 200, {"Set-Cookie": "id=2; Path=/"}))
        async with client() as web_client:
            await web_client.get(web.url("/a"))
            await web_client.get(web.url("/b"))
        assert len(web.requests) == 3
        assert not any("cookie" in request.headers for request in web.requests)
