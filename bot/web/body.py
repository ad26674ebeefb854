"""Reads a response's body under a byte limit, decompressing it ourselves. It never holds more than the limit."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator

from bot.errors import FetchError, FetchReason
from bot.web.room import Guest

ACCEPT_ENCODING = "gzip, deflate"
"""No br or zstd: their decoders in reach have no output limit."""

_GZIP = b"\x1f\x8b"
_MOST_PIECES = 200_000
"""A body of one-byte chunks costs some 20 us of processor time a byte; this ends it after a few seconds."""


async def read_body(
    chunks: AsyncIterator[bytes], coding: str, limit: int, *, cut: bool = False, guest: Guest | None = None
) -> bytes:
    """The decompressed body. `coding` is the Content-Encoding header, "" for none; `guest` is told how it grows.

    Raises FetchError: TOO_LARGE when either the raw or the decompressed bytes pass `limit` (with `cut` the first
    `limit` bytes are returned instead), ENCODING for an unknown, broken or unfinished compression.
    """
    decoder = _decoder(coding)
    body = bytearray()
    raw = pieces = 0
    async for chunk in chunks:
        raw += len(chunk)
        pieces += 1
        if pieces > _MOST_PIECES:
            raise FetchError(f"its body comes in more than {_MOST_PIECES} pieces", FetchReason.PROTOCOL)
        decoder.feed(chunk, body, limit + 1)
        if guest is not None:
            await guest.grown(len(body))
        if raw > limit or len(body) > limit:
            if cut:
                return bytes(body[:limit])
            raise FetchError(f"larger than {limit} bytes", FetchReason.TOO_LARGE)
    if not decoder.complete:
        raise FetchError("its compressed body breaks off", FetchReason.ENCODING)
    return bytes(body)


class _Identity:
    complete = True

    def feed(self, chunk: bytes, body: bytearray, limit: int) -> None:
        body += chunk[: limit - len(body)]


class _Inflate:
    """gzip of one or several members (RFC 1952, 2.2), or deflate with or without its zlib header."""

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._pending = b""
        self._stream: zlib._Decompress | None = None
        self._ended = False

    @property
    def complete(self) -> bool:
        """Whether nothing is missing; an empty body is whole."""
        return self._ended or (self._stream is None and not self._pending)

    def feed(self, chunk: bytes, body: bytearray, limit: int) -> None:
        """Appends to `body` what `chunk` yields, up to `limit` bytes of body."""
        data = self._pending + chunk
        self._pending = b""
        while data and len(body) < limit:
            if self._stream is None:
                if self._ended and not (self._gzip and _GZIP.startswith(data[:2])):
                    return  # padding or rubbish after a whole stream: curl and browsers ignore it too
                if len(data) < 2:
                    self._pending = data
                    return
                self._stream, self._ended = zlib.decompressobj(self._window(data)), False
            data = self._inflate(self._stream, data, body, limit)

    def _inflate(self, stream: zlib._Decompress, data: bytes, body: bytearray, limit: int) -> bytes:
        """Decompresses once; returns the bytes not used yet."""
        try:
            body += stream.decompress(data, limit - len(body))
        except zlib.error as error:
            raise FetchError("its compressed body is broken", FetchReason.ENCODING) from error
        if not stream.eof:
            return stream.unconsumed_tail
        self._stream, self._ended = None, True
        # A zlib object stops at the end of the first gzip member without a word.
        return stream.unused_data if self._gzip else b""

    def _window(self, data: bytes) -> int:
        if self._gzip:
            return 16 + zlib.MAX_WBITS
        # RFC 1950, 2.2: method 8 and a check modulo 31. Raw deflate cannot begin so: it would be a stored block with
        # a padding bit set.
        has_header = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
        return zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS


def _decoder(coding: str) -> _Identity | _Inflate:
    names = [name for name in coding.lower().replace(" ", "").split(",") if name not in ("", "identity")]
    if not names:
        return _Identity()
    if names in (["gzip"], ["x-gzip"]):
        return _Inflate(gzip=True)
    if names == ["deflate"]:
        return _Inflate(gzip=False)
    raise FetchError(f"sent in an encoding nobody asked for: {coding[:40]!r}", FetchReason.ENCODING)
