"""The HTTP client and robots.txt."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fakeweb import FakeWeb, Item
from webclient import client, fetched, refused

from bot.errors import FetchError, FetchReason


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
