"""The HTTP client and time: limits, what servers ask for, and the pace."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from fakeweb import FakeWeb, Request, Response
from webclient import client, fetched, refused

from bot.errors import FetchError, FetchReason


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
