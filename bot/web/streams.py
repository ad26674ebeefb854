"""A connection to one address as the HTTP library reads and writes it. It never decides where to connect."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

import httpcore


async def connect(
    address: str, port: int, patience: float | None, tls: ssl.SSLContext | None, name: str
) -> httpcore.AsyncNetworkStream:
    """A connection to an address (no name), within `patience` seconds; with `tls` a secure one, whose certificate must
    be for `name`. Raises httpcore's ConnectError or ConnectTimeout."""
    try:
        async with asyncio.timeout(patience):
            reader, writer = await asyncio.open_connection(
                address, port, ssl=tls, server_hostname=None if tls is None else name
            )
    except TimeoutError as error:
        raise httpcore.ConnectTimeout(str(error)) from error
    except OSError as error:
        raise httpcore.ConnectError(str(error)) from error
    return _Stream(reader, writer)


class _Stream(httpcore.AsyncNetworkStream):
    """asyncio's own streams."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's
        try:
            async with asyncio.timeout(timeout):
                return await self._reader.read(max_bytes)
        except TimeoutError as error:
            raise httpcore.ReadTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore's
        try:
            async with asyncio.timeout(timeout):
                self._writer.write(buffer)
                await self._writer.drain()
        except TimeoutError as error:
            raise httpcore.WriteTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    async def aclose(self) -> None:
        # Not `close`: a TLS server may let us wait for half a minute for its goodbye.
        self._writer.transport.abort()

    def get_extra_info(self, info: str) -> Any:
        return None
