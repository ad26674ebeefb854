"""The HTTP client and bodies: packed, huge, endless, broken."""

from __future__ import annotations

import asyncio
import gzip
import time
import zlib

import pytest
from fakeweb import FakeWeb, Request, Response
from webclient import client, fetched, refused

from bot.errors import FetchError, FetchReason


def gzipped(body: bytes) -> bytes:
    # Without the time of day, which would become part of the tests' names: every process must find the same.
    return gzip.compress(body, mtime=0)


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzipped(b"hello " * 500)),
        ("gzip", gzipped(b"hello " * 250) + gzipped(b"hello " * 250)),
        ("x-gzip", gzipped(b"hello " * 500) + b"\0\0\0 rubbish"),
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
        ("gzip", gzipped(b"hello " * 500)[:-6]),
        ("gzip", gzipped(b"hello ") + gzipped(b"again")[:12]),
        ("deflate", zlib.compress(b"hello " * 500)[:-6]),
        ("gzip", b"<html>not gzip at all</html>"),
        ("br", b"whatever"),
        ("gzip, gzip", gzipped(gzipped(b"hello"))),
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
