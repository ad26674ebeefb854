"""Bounded decompression, piece by piece."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import AsyncIterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import FetchError, FetchReason
from bot.web.body import read_body


async def pieces(body: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


PACKERS = {
    "identity": lambda body: body,
    "gzip": gzip.compress,
    "gzip members": lambda body: gzip.compress(body[:7]) + gzip.compress(body[7:]),
    "gzip and rubbish": lambda body: gzip.compress(body) + b"\0\0rubbish",
    "deflate": zlib.compress,
    "deflate raw": raw_deflate,
}


@given(st.binary(max_size=2000), st.integers(1, 700), st.sampled_from(sorted(PACKERS)))
@settings(deadline=None)
async def test_whatever_was_packed_comes_out_however_it_is_cut(body: bytes, size: int, kind: str) -> None:
    packed = PACKERS[kind](body)
    assert await read_body(pieces(packed, size), kind.split()[0], 10_000) == body


@given(st.binary(min_size=1, max_size=500), st.integers(1, 50), st.sampled_from(["gzip", "deflate"]), st.data())
@settings(deadline=None)
async def test_a_compressed_body_that_breaks_off_anywhere_is_refused(
    body: bytes, size: int, kind: str, data: st.DataObject
) -> None:
    packed = PACKERS[kind](body)
    end = data.draw(st.integers(1, len(packed) - 1))
    with pytest.raises(FetchError) as caught:
        await read_body(pieces(packed[:end], size), kind, 10_000)
    assert caught.value.reason is FetchReason.ENCODING


@pytest.mark.parametrize("kind", ["gzip", "deflate", "gzip members", "deflate raw", "identity"])
async def test_a_body_past_the_limit_is_refused_or_cut(kind: str) -> None:
    packed = PACKERS[kind](b"x" * 5_000_000)
    with pytest.raises(FetchError) as caught:
        await read_body(pieces(packed, 65536), kind.split()[0], 1000)
    assert caught.value.reason is FetchReason.TOO_LARGE
    assert await read_body(pieces(packed, 65536), kind.split()[0], 1000, cut=True) == b"x" * 1000


async def test_a_stream_that_decompresses_to_nothing_for_ever_is_refused_at_the_limit() -> None:
    packer = zlib.compressobj(wbits=31)
    nothing = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH) + b"\0\0\0\xff\xff" * 1000
    with pytest.raises(FetchError) as caught:
        await read_body(pieces(nothing, 100), "gzip", 1000)
    assert caught.value.reason is FetchReason.TOO_LARGE


async def test_an_empty_body_is_whole_whatever_its_label() -> None:
    assert await read_body(pieces(b"", 1), "gzip", 10) == b""


async def test_a_compressed_page_without_a_label_is_left_as_it_is() -> None:
    packed = gzip.compress(b"hello")
    assert await read_body(pieces(packed, 100), "", 1000) == packed


async def test_a_body_in_absurdly_many_pieces_is_refused() -> None:
    with pytest.raises(FetchError) as caught:
        await read_body(pieces(b"x" * 200_001, 1), "", 10_000_000)
    assert caught.value.reason is FetchReason.PROTOCOL
